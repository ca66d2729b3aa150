//! Comparing the gateway's view with a second one: another gateway, a public port, a witness, a colleague's file.
//!
//! Whoever signs two histories can show each of two workstations a chain that verifies. It shows as soon as the two
//! compare: pure, signed views in, a verdict out.

use super::Evidence;
use std::collections::BTreeMap;
use wl_ledger::block::LaneItem;
use wl_ledger::checkpoint::{Checkpoint, Cosignature, VerifiedCheckpoint, Witness};
use wl_ledger::header::{Certificate, Header, header_id};
use wl_ledger::merkle::{Tree, leaf_hash};
use wl_ledger::verify::Verifier;
use wl_ledger::{Height, UnixMillis};
use wl_wire::messages::CertifiedHeader;

/// How long a second view may be ahead before it counts as something the gateway keeps back, in milliseconds.
pub const WITHHELD_AFTER: i64 = 60_000;
/// Second views that are remembered until the own chain gets there.
const MAX_AHEAD: usize = 64;

/// What a second source says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum View {
    /// A header with its certificate.
    Head(CertifiedHeader),
    /// A signed checkpoint, as text.
    Checkpoint(Vec<u8>),
}

/// How a second view compares with what was verified here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The same history, up to this height.
    Agrees(Height),
    /// It is ahead of this workstation; compared as soon as that height is verified here.
    Ahead(Height),
    /// It has been ahead for longer than any delay explains: the gateway keeps blocks back.
    Withheld(Height),
    /// Another history, signed by the same validators.
    Differs(Height),
    /// It is not signed by this chain's validators: the source is of no use.
    Worthless,
    /// Nothing came.
    Silent,
}

/// One comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// Where the second view came from.
    pub source: String,
    /// When, by this workstation's clock.
    pub at: UnixMillis,
    /// How it compares.
    pub verdict: Verdict,
    /// Witnesses that had cosigned it.
    pub cosigned: Vec<Cosignature>,
}

struct Waiting {
    source: String,
    view: View,
    since: UnixMillis,
}

impl Waiting {
    fn is_overdue(&self, now: UnixMillis) -> bool {
        now.since(self.since) > WITHHELD_AFTER
    }
}

/// The own history as a tree, the witnesses that count, and second views that are ahead.
#[derive(Default)]
pub(super) struct Cross {
    history: Tree,
    witnesses: Vec<Witness>,
    ahead: BTreeMap<(Height, String), Waiting>,
}

impl Cross {
    pub(super) fn know(&mut self, witnesses: Vec<Witness>) {
        self.witnesses = witnesses;
    }

    /// Compares one view. Evidence comes beside the verdict.
    pub(super) fn compare(
        &mut self,
        verifier: &Verifier,
        source: String,
        view: View,
        now: UnixMillis,
    ) -> (Comparison, Option<Evidence>) {
        self.grow(verifier);
        let (verdict, evidence, cosigned) = match &view {
            View::Head(head) => {
                let (verdict, evidence) = head_against(verifier, head, &source);
                (verdict, evidence, Vec::new())
            }
            View::Checkpoint(bytes) => self.checkpoint_against(verifier, bytes, &source),
        };
        let Verdict::Ahead(height) = verdict else {
            return (Comparison { source, at: now, verdict, cosigned }, evidence);
        };
        if self.ahead.len() < MAX_AHEAD {
            let waiting = Waiting { source: source.clone(), view, since: now };
            self.ahead.entry((height, source.clone())).or_insert(waiting);
        }
        let overdue = |waiting: &Waiting| waiting.source == source && waiting.is_overdue(now);
        let withheld = self.ahead.values().any(overdue);
        let verdict = if withheld { Verdict::Withheld(height) } else { verdict };
        (Comparison { source, at: now, verdict, cosigned }, evidence)
    }

    /// Compares what was ahead and has been reached now, and tells what has been ahead for too long.
    pub(super) fn catch_up(
        &mut self,
        verifier: &Verifier,
        now: UnixMillis,
    ) -> Vec<(Comparison, Option<Evidence>)> {
        let next = verifier.next_height();
        let later = self.ahead.split_off(&(next, String::new()));
        let reached = core::mem::replace(&mut self.ahead, later);
        let mut all: Vec<_> = reached
            .into_values()
            .map(|waiting| self.compare(verifier, waiting.source, waiting.view, now))
            .collect();
        for ((height, source), waiting) in &self.ahead {
            if waiting.is_overdue(now) {
                let verdict = Verdict::Withheld(*height);
                let told = Comparison { source: source.clone(), at: now, verdict, cosigned: Vec::new() };
                all.push((told, None));
            }
        }
        all
    }

    fn grow(&mut self, verifier: &Verifier) {
        for header in verifier.headers_from(Height(self.history.len())) {
            self.history.append(leaf_hash(header.id().as_bytes()));
        }
    }

    fn checkpoint_against(
        &self,
        verifier: &Verifier,
        bytes: &[u8],
        source: &str,
    ) -> (Verdict, Option<Evidence>, Vec<Cosignature>) {
        let verified = Checkpoint::verify(bytes, &verifier.chain(), verifier.validators());
        let Some((verified, height)) = verified.ok().and_then(with_height) else {
            return (Verdict::Worthless, None, Vec::new());
        };
        let words = self.witnesses.iter().filter_map(|witness| witness.cosigned(verified.note()).ok()?);
        let cosigned = words.collect();
        let (verdict, evidence) = match self.history.root(verified.get().size) {
            None => (Verdict::Ahead(height), None),
            Some(root) if root == verified.get().root => (Verdict::Agrees(height), None),
            Some(_) => {
                let evidence =
                    Evidence::OtherCheckpoint { height, note: bytes.to_vec(), from: source.to_owned() };
                (Verdict::Differs(height), Some(evidence))
            }
        };
        (verdict, evidence, cosigned)
    }
}

/// A checkpoint with the height of its newest header; an empty history says nothing.
fn with_height(verified: VerifiedCheckpoint) -> Option<(VerifiedCheckpoint, Height)> {
    let height = Height(verified.get().size.checked_sub(1)?);
    Some((verified, height))
}

fn head_against(verifier: &Verifier, head: &CertifiedHeader, source: &str) -> (Verdict, Option<Evidence>) {
    let Some((height, id)) = certified(verifier, head) else { return (Verdict::Worthless, None) };
    match verifier.header(height) {
        None => (Verdict::Ahead(height), None),
        Some(known) if known.id() == id => (Verdict::Agrees(height), None),
        Some(_) => {
            let item = LaneItem {
                header: head.header.to_vec(),
                certificate: Some(head.certificate.clone()),
                controls: Vec::new(),
            };
            let evidence = Evidence::SecondHistory { height, item: Box::new(item), from: source.to_owned() };
            (Verdict::Differs(height), Some(evidence))
        }
    }
}

fn certified(verifier: &Verifier, head: &CertifiedHeader) -> Option<(Height, wl_ledger::Hash)> {
    let header = Header::parse(&head.header).ok().filter(|header| header.chain == verifier.chain())?;
    let id = header_id(&head.header);
    let certificate = Certificate::parse(&head.certificate).ok()?;
    certificate.verify(verifier.validators(), &header.chain, header.height, &id).ok()?;
    Some((header.height, id))
}
