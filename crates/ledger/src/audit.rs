//! The box auditor: whether hubs granted keys to everybody whom the agreements entitle, and to nobody else
//! (`docs/spec/archive.md`, "Keys").
//!
//! It replays the control lane with a state of its own and looks at each grant before it is applied, so that it also
//! names a grant that honest verification refuses. Envelopes are compared by their number and by the grants root; what
//! is in them only their readers can see.

mod envelopes;

use crate::block::LaneItem;
use crate::control::{Action, SignedTransaction};
use crate::header::Header;
use crate::record::RecordKind;
use crate::state::State;
use crate::verify::VerifiedRecord;
use crate::{Category, Generation, Hash, Height, KeyId, PatientId, UnixMillis};
use envelopes::{Envelopes, Grant};
use std::collections::{BTreeMap, BTreeSet};

/// How long a hub may take, in milliseconds of block time: for a grant, for a new generation, for an envelope.
pub const PATIENCE_MILLIS: i64 = 60_000;

/// What is wrong with a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, thiserror::Error)]
pub enum AuditProblem {
    /// Granted although no agreement entitled the key in that block.
    #[error("was granted although no agreement entitles it")]
    GrantedToStranger,
    /// Still a reader of the newest generation a minute after its right had ended.
    #[error("still reads the newest generation a minute after its right had ended")]
    Outlived,
    /// Entitled for a minute, and not granted the newest generation.
    #[error("was entitled for a minute and not granted the newest generation")]
    NotGranted,
    /// Granted, and no envelope was mailed within a minute.
    #[error("was granted and no envelope was mailed")]
    EnvelopeMissing,
    /// Envelopes were mailed, but not those that the grant commits to.
    #[error("was mailed another envelope than the grant commits to")]
    EnvelopeOther,
    /// An envelope that no grant speaks of.
    #[error("was mailed an envelope that no grant speaks of")]
    EnvelopeUnasked,
}

/// One finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AuditFinding {
    /// The block it is seen in.
    pub height: Height,
    /// The reader's key.
    pub key: KeyId,
    /// Whose records; none for an envelope, which does not say it.
    pub about: Option<(PatientId, Category)>,
    /// Which generation.
    pub generation: Generation,
    /// What is wrong.
    pub problem: AuditProblem,
}

/// What the auditor saw.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Audit {
    /// Grants, one for each key and generation.
    pub grants: u64,
    /// Envelopes.
    pub envelopes: u64,
    /// Grants whose envelopes are not in the file, so that only their number could be compared.
    pub unseen: u64,
    /// What is wrong, in order of heights.
    pub findings: Vec<AuditFinding>,
}

/// A reader and what it reads.
type Place = (PatientId, Category, KeyId);

/// Since when something is not as it should be, and whether that was said.
type Since = (UnixMillis, bool);

/// Walks a chain, block by block.
#[derive(Clone, Default)]
pub struct Auditor {
    state: State,
    time: UnixMillis,
    /// Agreements begin and end at these times, when no transaction comes.
    borders: BTreeSet<UnixMillis>,
    lacking: BTreeMap<Place, Since>,
    outlived: BTreeMap<Place, Since>,
    envelopes: Envelopes,
    audit: Audit,
    stopped: bool,
}

impl Auditor {
    /// Looks at the next block of the lane. After a transaction that the ledger's rules refuse it looks no further.
    pub fn block(&mut self, header: &Header, item: &LaneItem) {
        if self.stopped {
            return;
        }
        self.time = header.time;
        for bytes in &item.controls {
            let Ok(signed) = SignedTransaction::parse(bytes) else {
                self.stopped = true;
                return;
            };
            self.look(&signed.transaction().action, header);
            if self.state.apply(&signed, header.height, header.time).is_err() {
                self.stopped = true;
                return;
            }
        }
        let passed = self.borders.first().is_some_and(|border| *border <= header.time);
        if !item.controls.is_empty() || passed {
            self.borders.retain(|border| *border > header.time);
            self.compare();
        }
        self.say_overdue(header.height);
    }

    /// Looks at an envelope that was verified; `leaf` is the leaf hash of its ciphertext, none where it is not here.
    pub fn envelope(&mut self, record: &VerifiedRecord, leaf: Option<Hash>) {
        if record.header().kind == RecordKind::KeyEnvelope {
            self.audit.envelopes = self.audit.envelopes.saturating_add(1);
            self.envelopes.mailed(record, leaf);
        }
    }

    /// Ends at the newest block.
    pub fn finish(mut self) -> Audit {
        let unseen = self.envelopes.compare(self.time, &mut self.audit.findings);
        self.audit.unseen = unseen;
        self.audit.findings.sort_unstable();
        self.audit.findings.dedup();
        self.audit
    }

    /// Looks at a grant before it is applied, and notes when agreements begin and end.
    fn look(&mut self, action: &Action, header: &Header) {
        let (patient, category, generation, readers, root) = match action {
            Action::OpenGeneration(opening) => {
                (opening.patient, opening.category, opening.generation, &opening.readers, opening.grants_root)
            }
            Action::GrantGeneration(patient, category, generation, readers, root) => {
                (*patient, *category, *generation, readers, *root)
            }
            Action::GrantAgreement(agreement)
            | Action::RecordConsent(agreement)
            | Action::DelegateAgreement(_, agreement)
            | Action::DiscloseLegally(agreement, _) => {
                self.borders.extend([agreement.from].into_iter().chain(agreement.until));
                return;
            }
            Action::NarrowAgreement(_, _, until) => {
                self.borders.extend(*until);
                return;
            }
            Action::BreakGlass(broken) => {
                self.borders.insert(header.time.plus(i64::from(broken.minutes).saturating_mul(60_000)));
                return;
            }
            _ => return,
        };
        let entitled = self.state.entitled(&patient, category, header.time);
        let hub = self.state.patient(&patient).map(|patient| patient.hub);
        for key in readers {
            self.audit.grants = self.audit.grants.saturating_add(1);
            if !entitled.contains(key) {
                let about = Some((patient, category));
                let problem = AuditProblem::GrantedToStranger;
                self.audit.findings.push(AuditFinding {
                    height: header.height,
                    key: *key,
                    about,
                    generation,
                    problem,
                });
            }
        }
        if let Some(hub) = hub {
            let (height, time, readers) = (header.height, header.time, readers.clone());
            self.envelopes.granted(Grant { height, time, hub, patient, category, generation, readers, root });
        }
    }

    /// Compares who reads each newest generation with who is entitled now.
    fn compare(&mut self) {
        let (mut lacking, mut outlived) = (BTreeMap::new(), BTreeMap::new());
        for (patient, _) in self.state.patients() {
            for category in Category::ALL {
                let Some((generation, _)) = self.state.generation(patient, category) else { continue };
                let entitled = self.state.entitled(patient, category, self.time);
                let readers: BTreeSet<KeyId> = self.state.readers_of(patient, category, generation).collect();
                let keep = |old: &BTreeMap<Place, Since>, key: &KeyId| {
                    let place = (*patient, category, *key);
                    (place, old.get(&place).copied().unwrap_or((self.time, false)))
                };
                lacking.extend(entitled.difference(&readers).map(|key| keep(&self.lacking, key)));
                outlived.extend(readers.difference(&entitled).map(|key| keep(&self.outlived, key)));
            }
        }
        (self.lacking, self.outlived) = (lacking, outlived);
    }

    /// Says what has not been as it should be for longer than a hub may take.
    fn say_overdue(&mut self, height: Height) {
        let (now, state, findings) = (self.time, &self.state, &mut self.audit.findings);
        let mut say = |places: &mut BTreeMap<Place, Since>, problem| {
            for ((patient, category, key), (since, said)) in places {
                if *said || now.since(*since) <= PATIENCE_MILLIS {
                    continue;
                }
                *said = true;
                let about = Some((*patient, *category));
                let generation =
                    state.generation(patient, *category).map_or(Generation(0), |(newest, _)| newest);
                findings.push(AuditFinding { height, key: *key, about, generation, problem });
            }
        };
        say(&mut self.lacking, AuditProblem::NotGranted);
        say(&mut self.outlived, AuditProblem::Outlived);
    }
}
