//! The proof of one value: the record first, then the headers it needs, then its body.

use super::format::{BodySection, HistorySection, Manifest, SectionKind, ValueSection};
use super::judge::{Expectations, Trouble, parse};
use super::report::{Access, Enrolled, Problem, Report, ValueReport};
use crate::block::{Entry, LaneItem};
use crate::codec::CodecError;
use crate::control::{Action, Agreement, SignedTransaction, Subject};
use crate::record::Body;
use crate::state::State;
use crate::verify::{Predecessor, SparseChain, SparseVerifier, VerifiedHeader, VerifiedRecord, VerifyError};
use crate::{Category, DeviceId, Generation, Height, KeyId, PatientId, Seq};
use std::collections::BTreeMap;

/// A generation of a patient's category that was granted to the reader, and why.
type Grants = BTreeMap<(PatientId, Category, Generation), Vec<Agreement>>;

/// Judges the sections of a proof.
#[derive(Clone)]
pub(super) struct ValueStage {
    expect: Expectations,
    blocks: u64,
    seen: u64,
    value: Option<ValueSection>,
    verifier: Option<SparseVerifier>,
    head: Option<Height>,
    granted: Grants,
    proven: Option<(SparseChain, VerifiedRecord)>,
    has_body: bool,
}

impl ValueStage {
    pub(super) fn new(manifest: &Manifest, expect: Expectations) -> Self {
        Self {
            expect,
            blocks: manifest.blocks,
            seen: 0,
            value: None,
            verifier: Some(SparseVerifier::new(manifest.chain)),
            head: None,
            granted: BTreeMap::new(),
            proven: None,
            has_body: false,
        }
    }

    pub(super) fn take(
        &mut self,
        kind: SectionKind,
        bytes: &[u8],
        at: u64,
        report: &mut Report,
    ) -> Result<(), Trouble> {
        match kind {
            SectionKind::Value if self.value.is_none() => {
                self.value = Some(parse(kind, bytes)?);
                Ok(())
            }
            SectionKind::Lane if self.value.is_some() && self.seen < self.blocks => {
                self.lane(&parse(kind, bytes)?, report)
            }
            SectionKind::History if self.value.is_some() => {
                let verifier = self.verifier.take().ok_or((None, Problem::Misplaced(kind)))?;
                self.finish(verifier, &parse(kind, bytes)?, report)
            }
            SectionKind::Body if !self.has_body => self.body(parse(kind, bytes)?, at, report),
            SectionKind::Manifest
            | SectionKind::Lane
            | SectionKind::Records
            | SectionKind::Body
            | SectionKind::Value
            | SectionKind::History
            | SectionKind::End => Err((None, Problem::Misplaced(kind))),
        }
    }

    fn lane(&mut self, item: &LaneItem, report: &mut Report) -> Result<(), Trouble> {
        self.seen = self.seen.saturating_add(1);
        let misplaced = (None, Problem::Misplaced(SectionKind::Lane));
        let verifier = self.verifier.as_mut().ok_or(misplaced)?;
        let header = *verifier.take(item).map_err(|error| (self.head, Problem::Chain(error)))?;
        self.head = Some(header.height());
        report.tally.headers = self.seen;
        let state = verifier.state();
        report.tally.controls = state.transactions();
        let target = self.value.as_ref();
        if let Some(reader) = target.and_then(|value| value.reader) {
            note_grants(&mut self.granted, state, &header, item, &reader);
        }
        Ok(())
    }

    fn finish(
        &mut self,
        verifier: SparseVerifier,
        history: &HistorySection,
        report: &mut Report,
    ) -> Result<(), Trouble> {
        let chain_error = |error| (self.head, Problem::Chain(error));
        if self.seen != self.blocks {
            return Err((None, Problem::BlockCount { said: self.blocks, found: self.seen }));
        }
        let kind = SectionKind::History;
        let lines = history
            .lines()
            .ok_or((None, Problem::Malformed { kind, source: CodecError::OutOfBounds { field: "lines" } }))?;
        let chain = verifier.finish(&lines).map_err(chain_error)?;
        report.head = chain.head().map(|head| (head.height(), head.id(), head.time()));
        let founding = chain.state().founding();
        report.hospital = founding.map(|founding| (founding.hospital.clone(), founding.demo));
        let value = self.value.clone().ok_or((None, Problem::Misplaced(kind)))?;
        self.check_head(&chain, report)?;
        let record = self.admit(&chain, &value)?;
        report.tally.records = 1;
        report.value = Some(self.describe(chain.state(), &value, &record)?);
        self.proven = Some((chain, record));
        Ok(())
    }

    fn check_head(&self, chain: &SparseChain, report: &mut Report) -> Result<(), Trouble> {
        let Some((height, wanted)) = self.expect.head else { return Ok(()) };
        match chain.header(height) {
            Some(header) if header.id() == wanted => Ok(()),
            Some(header) => Err((Some(height), Problem::OtherHead { height, wanted, found: header.id() })),
            None => {
                report.add(0, Some(height), Problem::HeadMissing(height));
                Ok(())
            }
        }
    }

    fn admit(&self, chain: &SparseChain, value: &ValueSection) -> Result<VerifiedRecord, Trouble> {
        let height = value.height;
        let at = |problem| (Some(height), problem);
        let header = chain.header(height).ok_or(at(Problem::Misplaced(SectionKind::Value)))?;
        let entry = Entry::Record(value.record.clone());
        let admitted =
            header.admit_one(&entry, value.index, &value.path).map_err(|error| at(Problem::Chain(error)))?;
        let predecessor = value.previous.map_or(Predecessor::First, Predecessor::Claimed);
        let record =
            admitted.record(chain.state(), predecessor).map_err(|error| at(Problem::Chain(error)))?;
        // The entry was made a record above.
        let record = record.ok_or(at(Problem::Misplaced(SectionKind::Value)))?;
        let (stream, seq) = (record.header().stream, record.header().seq);
        if (seq == Seq(0)) == value.previous.is_some() {
            return Err(at(Problem::Predecessor { stream, seq }));
        }
        Ok(record)
    }

    fn describe(
        &self,
        state: &State,
        value: &ValueSection,
        record: &VerifiedRecord,
    ) -> Result<ValueReport, Trouble> {
        let header = record.header();
        let author = enrolled(state, &record.author());
        let at = |problem| (Some(value.height), problem);
        let unknown = VerifyError::Sequence { stream: header.stream, expected: header.seq, got: header.seq };
        let access = match &value.reader {
            None => None,
            Some(reader) => Some(self.access(state, record, reader).ok_or(at(Problem::MayNotRead(*reader)))?),
        };
        let devices = match record.subject() {
            Subject::Patient(patient, _) => devices(state, &patient, value.height),
            Subject::Mailbox(_) | Subject::Access(_) | Subject::Security => Vec::new(),
        };
        Ok(ValueReport {
            height: value.height,
            time: record.block_time(),
            index: value.index,
            stream: header.stream,
            seq: header.seq,
            kind: header.kind,
            taken: header.taken,
            subject: record.subject(),
            // The record was admitted, so its author is enrolled.
            author: author.ok_or(at(Problem::Chain(unknown)))?,
            devices,
            access,
        })
    }

    /// Why the reader holds the key of the record's epoch.
    fn access(&self, state: &State, record: &VerifiedRecord, reader: &KeyId) -> Option<Access> {
        let Subject::Patient(patient, category) = record.subject() else { return None };
        let generation = state.epoch_at(&patient, category, record.header().epoch)?.opening.generation;
        let granted = *state.grants(&patient, category, reader)?.get(&generation)?;
        let agreements = self.granted.get(&(patient, category, generation)).cloned().unwrap_or_default();
        Some(Access { reader: enrolled(state, reader)?, generation, granted, agreements })
    }

    fn body(&mut self, section: BodySection, at: u64, report: &mut Report) -> Result<(), Trouble> {
        let BodySection { height, index, salt, ciphertext } = section;
        let proven =
            self.proven.as_ref().filter(|(_, record)| (record.height(), record.index()) == (height, index));
        let (chain, record) = proven.ok_or((Some(height), Problem::Misplaced(SectionKind::Body)))?;
        report.body(record, Some(&Body { salt, ciphertext }), chain.state(), self.expect.need, at);
        self.has_body = true;
        Ok(())
    }

    pub(super) fn end(&mut self, at: u64, report: &mut Report) -> Result<(), Trouble> {
        let misplaced = (None, Problem::Misplaced(SectionKind::End));
        let (chain, record) = self.proven.as_ref().ok_or(misplaced)?;
        if !self.has_body {
            report.body(record, None, chain.state(), self.expect.need, at);
        }
        Ok(())
    }
}

/// The devices that were assigned to a patient in the block at a height.
fn devices(state: &State, patient: &PatientId, height: Height) -> Vec<(DeviceId, String)> {
    let measures = |id: DeviceId| state.device_at(id, height).is_some_and(|at| at.patient == Some(*patient));
    state
        .devices()
        .filter(|(id, _)| measures(**id))
        .map(|(id, device)| (*id, device.identity.clone()))
        .collect()
}

fn enrolled(state: &State, key: &KeyId) -> Option<Enrolled> {
    let member = state.member(key)?;
    Some(Enrolled {
        key: *key,
        name: member.enrolment.name.clone(),
        role: member.enrolment.role,
        since: member.since,
        revoked: member.revoked.map(|revocation| revocation.at),
    })
}

/// Notes what a block grants to the reader, and the agreements that let it.
fn note_grants(
    granted: &mut Grants,
    state: &State,
    header: &VerifiedHeader,
    item: &LaneItem,
    reader: &KeyId,
) {
    for bytes in &item.controls {
        // They were replayed, so each parses.
        let Ok(signed) = SignedTransaction::parse(bytes) else { continue };
        let (patient, category, generation, readers) = match &signed.transaction().action {
            Action::OpenGeneration(opening) => {
                (opening.patient, opening.category, opening.generation, &opening.readers)
            }
            Action::GrantGeneration(patient, category, generation, readers, _) => {
                (*patient, *category, *generation, readers)
            }
            _ => continue,
        };
        if readers.contains(reader) {
            let agreements = state.agreements_for(reader, &patient, category, header.time());
            let agreements = agreements.map(|granted| granted.agreement.clone()).collect();
            granted.insert((patient, category, generation), agreements);
        }
    }
}
