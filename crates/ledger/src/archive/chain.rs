//! The archive of a chain: all headers with their control transactions first, then the content of blocks.

use super::format::{BodySection, Manifest, RecordItem, RecordsSection, SectionKind};
use super::judge::{Expectations, Trouble, parse};
use super::report::{Need, Problem, Report};
use crate::audit::Auditor;
use crate::block::{Entry, LaneItem};
use crate::header::Header;
use crate::record::{Body, SignedRecord};
use crate::verify::{Predecessor, VerifiedRecord, Verifier, VerifyError};
use crate::{Hash, Height, Seq, StreamId, merkle};
use std::collections::BTreeMap;

/// Headers that may follow each other without a certificate, and the bytes of their sections.
const MAX_UNCERTIFIED: (usize, usize) = (4096, 64 * 1024 * 1024);

/// From so many headers or bytes on they are verified, so that few states are copied.
const BATCH: (usize, usize) = (1024, 8 * 1024 * 1024);

/// Judges the sections of a chain.
#[derive(Clone)]
pub(super) struct ChainStage {
    expect: Expectations,
    verifier: Verifier,
    blocks: u64,
    seen: u64,
    pending: Vec<LaneItem>,
    pending_bytes: usize,
    uncertified: (usize, usize),
    lane_is_closed: bool,
    /// Leaves of control entries, by height, where there are any.
    controls: BTreeMap<Height, Vec<Hash>>,
    next_content: Height,
    open: Option<OpenBlock>,
    tails: BTreeMap<StreamId, (Seq, Hash)>,
    auditor: Option<Auditor>,
}

/// The block whose bodies are awaited.
#[derive(Clone)]
struct OpenBlock {
    height: Height,
    /// Records without body so far, in order.
    records: std::vec::IntoIter<VerifiedRecord>,
}

impl ChainStage {
    pub(super) fn new(manifest: &Manifest, expect: Expectations) -> Self {
        Self {
            expect,
            verifier: Verifier::new(manifest.chain),
            blocks: manifest.blocks,
            seen: 0,
            pending: Vec::new(),
            pending_bytes: 0,
            uncertified: (0, 0),
            lane_is_closed: false,
            controls: BTreeMap::new(),
            next_content: Height(0),
            open: None,
            tails: BTreeMap::new(),
            auditor: expect.audit.then(Auditor::default),
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
            SectionKind::Lane if !self.lane_is_closed && self.seen < self.blocks => {
                self.lane(parse(kind, bytes)?, bytes.len(), report)
            }
            SectionKind::Records => {
                self.close_lane(at, report)?;
                self.close_block(at, report);
                self.records(parse(kind, bytes)?, at, report)
            }
            SectionKind::Body => self.body(parse(kind, bytes)?, at, report),
            SectionKind::Lane
            | SectionKind::Manifest
            | SectionKind::Value
            | SectionKind::History
            | SectionKind::End => Err((None, Problem::Misplaced(kind))),
        }
    }

    fn lane(&mut self, item: LaneItem, length: usize, report: &mut Report) -> Result<(), Trouble> {
        let header =
            Header::parse(&item.header).map_err(|source| fatal(VerifyError::HeaderMalformed(source)))?;
        let expected = Height(self.seen);
        if header.height != expected {
            return Err(fatal(VerifyError::Gap { expected, got: header.height }));
        }
        self.seen = self.seen.saturating_add(1);
        self.uncertified = match item.certificate {
            Some(_) => (0, 0),
            None => (self.uncertified.0.saturating_add(1), self.uncertified.1.saturating_add(length)),
        };
        if self.uncertified.0 > MAX_UNCERTIFIED.0 || self.uncertified.1 > MAX_UNCERTIFIED.1 {
            return Err((Some(expected), Problem::TooMuchUncertified));
        }
        let is_certified = item.certificate.is_some();
        self.pending.push(item);
        self.pending_bytes = self.pending_bytes.saturating_add(length);
        if is_certified && (self.pending.len() >= BATCH.0 || self.pending_bytes >= BATCH.1) {
            let items = std::mem::take(&mut self.pending);
            self.pending_bytes = 0;
            self.advance(&items, report)?;
        }
        Ok(())
    }

    fn advance(&mut self, items: &[LaneItem], report: &mut Report) -> Result<(), Trouble> {
        let mut height = Some(self.verifier.next_height());
        if let Some(auditor) = &mut self.auditor {
            for item in items {
                audit(auditor, item);
            }
            // A lane that is refused has been audited as far as its rules go.
            report.audit = Some(auditor.clone().finish());
        }
        self.verifier.advance(items).map_err(fatal)?;
        for item in items {
            if let (Some(height), false) = (height, item.controls.is_empty()) {
                let leaves = item.controls.iter().map(|bytes| Entry::Control(bytes.to_vec()).leaf());
                self.controls.insert(height, leaves.collect());
            }
            height = height.and_then(Height::next);
        }
        report.tally.headers = self.verifier.next_height().0;
        report.tally.controls = self.verifier.state().transactions();
        report.head = self.verifier.tip().map(|tip| (tip.height(), tip.id(), tip.time()));
        let founding = self.verifier.state().founding();
        report.hospital = founding.map(|founding| (founding.hospital.clone(), founding.demo));
        Ok(())
    }

    /// Verifies what is left of the lane, once.
    fn close_lane(&mut self, at: u64, report: &mut Report) -> Result<(), Trouble> {
        if self.lane_is_closed {
            return Ok(());
        }
        self.lane_is_closed = true;
        self.verify_rest(at, report)?;
        if self.seen != self.blocks {
            return Err((None, Problem::BlockCount { said: self.blocks, found: self.seen }));
        }
        match self.verifier.tip() {
            Some(_) => self.check_head(at, report),
            // An uncertified genesis is told above.
            None if self.seen > 0 => Ok(()),
            None => Err(fatal(VerifyError::GenesisMissing)),
        }
    }

    /// Verifies the headers that wait for it.
    fn verify_rest(&mut self, at: u64, report: &mut Report) -> Result<(), Trouble> {
        let mut certified = std::mem::take(&mut self.pending);
        let last = certified.iter().rposition(|item| item.certificate.is_some());
        let rest = certified.split_off(last.map_or(0, |last| last.saturating_add(1)));
        self.advance(&certified, report)?;
        match self.verifier.advance(&rest) {
            Ok(_) => {}
            Err(VerifyError::CertificateMissing { height }) => {
                report.add(at, Some(height), Problem::Uncertified(height));
            }
            Err(error) => return Err(fatal(error)),
        }
        Ok(())
    }

    /// Judges what came before a file that was cut off.
    pub(super) fn cut(&mut self, at: u64, report: &mut Report) -> Result<(), Trouble> {
        self.verify_rest(at, report)
    }

    fn check_head(&self, at: u64, report: &mut Report) -> Result<(), Trouble> {
        let Some((height, wanted)) = self.expect.head else { return Ok(()) };
        match self.verifier.header(height) {
            Some(header) if header.id() == wanted => {}
            Some(header) => {
                return Err((Some(height), Problem::OtherHead { height, wanted, found: header.id() }));
            }
            None => report.add(at, Some(height), Problem::HeadMissing(height)),
        }
        Ok(())
    }

    fn records(&mut self, section: RecordsSection, at: u64, report: &mut Report) -> Result<(), Trouble> {
        let height = section.height;
        let misplaced = (Some(height), Problem::Misplaced(SectionKind::Records));
        let header = self.verifier.header(height);
        let header = header.filter(|_| height >= self.next_content).ok_or(misplaced.clone())?;
        self.skip_to(height, at, report);
        if section.records.is_empty() {
            return Err(misplaced);
        }
        self.next_content = height.next().unwrap_or(height);
        let (entries, previous): (Vec<_>, Vec<_>) = section
            .records
            .into_iter()
            .map(|RecordItem { record, previous }| (Entry::Record(record), previous))
            .unzip();
        let controls = self.controls.get(&height).map(Vec::as_slice).unwrap_or_default();
        let admitted = header.admit_records(controls, &entries).map_err(fatal)?;
        let mut records = Vec::with_capacity(entries.len());
        for (entry, claimed) in admitted.zip(previous) {
            let predecessor = self.predecessor(entry.entry(), height, claimed, report)?;
            // Every entry here is a record, so each gives one.
            let record = entry.record(self.verifier.state(), predecessor).map_err(fatal)?;
            records.extend(record.inspect(|record| {
                let header = record.header();
                self.tails.insert(header.stream, (header.seq, record.hash()));
            }));
        }
        report.tally.records =
            report.tally.records.saturating_add(u64::try_from(records.len()).unwrap_or(u64::MAX));
        self.open = Some(OpenBlock { height, records: records.into_iter() });
        Ok(())
    }

    /// What is known of a record's predecessor. One is claimed exactly where a block before was left out and it may
    /// have been in there.
    fn predecessor(
        &self,
        entry: &Entry,
        height: Height,
        claimed: Option<Hash>,
        report: &Report,
    ) -> Result<Predecessor, Trouble> {
        let record = SignedRecord::parse(entry.bytes())
            .map_err(|source| fatal(VerifyError::Record { height, source }))?;
        let (stream, seq) = (record.header().stream, record.header().seq);
        let known = match self.tails.get(&stream) {
            Some((last, hash)) => Predecessor::Verified(*last, *hash),
            None => Predecessor::First,
        };
        let expected = match known {
            Predecessor::Verified(last, _) => last.next(),
            Predecessor::First | Predecessor::Claimed(_) => Some(Seq(0)),
        };
        let may_be_left_out = report.tally.records_missing > 0 && expected.is_some_and(|next| seq > next);
        match claimed {
            None => Ok(known),
            Some(hash) if may_be_left_out => Ok(Predecessor::Claimed(hash)),
            Some(_) => Err((Some(height), Problem::Predecessor { stream, seq })),
        }
    }

    /// Counts the blocks from the next one up to `height`, without it, whose records are not here.
    fn skip_to(&mut self, height: Height, at: u64, report: &mut Report) {
        let skipped =
            self.verifier.headers_from(self.next_content).take_while(|header| header.height() < height);
        let (mut blocks, mut records) = (0u64, 0u64);
        for header in skipped {
            let controls = self.controls.get(&header.height()).map_or(0, Vec::len);
            let left =
                u64::from(header.entries()).saturating_sub(u64::try_from(controls).unwrap_or(u64::MAX));
            blocks = blocks.saturating_add(u64::from(left > 0));
            records = records.saturating_add(left);
        }
        report.tally.records_missing = report.tally.records_missing.saturating_add(records);
        if records > 0 && self.expect.need >= Need::Records {
            report.add(at, Some(self.next_content), Problem::RecordsMissing { blocks, records });
        }
    }

    fn body(&mut self, section: BodySection, at: u64, report: &mut Report) -> Result<(), Trouble> {
        let BodySection { height, index, salt, ciphertext } = section;
        let misplaced = (Some(height), Problem::Misplaced(SectionKind::Body));
        let Some(open) = self.open.as_mut().filter(|open| open.height == height) else {
            return Err(misplaced);
        };
        for record in open.records.by_ref() {
            if record.index() < index {
                report.body(&record, None, self.verifier.state(), self.expect.need, at);
                self.auditor.iter_mut().for_each(|auditor| auditor.envelope(&record, None));
                continue;
            }
            if record.index() > index {
                break;
            }
            let body = Body { salt, ciphertext };
            report.body(&record, Some(&body), self.verifier.state(), self.expect.need, at);
            let leaf = record.ciphertext(&body).ok().map(merkle::leaf_hash);
            self.auditor.iter_mut().for_each(|auditor| auditor.envelope(&record, leaf));
            return Ok(());
        }
        Err(misplaced)
    }

    fn close_block(&mut self, at: u64, report: &mut Report) {
        for record in self.open.take().into_iter().flat_map(|open| open.records) {
            report.body(&record, None, self.verifier.state(), self.expect.need, at);
            self.auditor.iter_mut().for_each(|auditor| auditor.envelope(&record, None));
        }
    }

    pub(super) fn end(&mut self, at: u64, report: &mut Report) -> Result<(), Trouble> {
        self.close_lane(at, report)?;
        self.close_block(at, report);
        self.skip_to(self.verifier.next_height(), at, report);
        if let Some(auditor) = self.auditor.take() {
            report.audit = Some(auditor.finish());
        }
        Ok(())
    }
}

fn audit(auditor: &mut Auditor, item: &LaneItem) {
    // Its header was parsed before.
    if let Ok(header) = Header::parse(&item.header) {
        auditor.block(&header, item);
    }
}

fn fatal(error: VerifyError) -> Trouble {
    (error_height(&error), Problem::Chain(error))
}

/// The height that an error is about.
fn error_height(error: &VerifyError) -> Option<Height> {
    match error {
        VerifyError::Gap { expected: height, .. }
        | VerifyError::Version { height, .. }
        | VerifyError::OtherChain { height }
        | VerifyError::PreviousLink { height }
        | VerifyError::HistoryRoot { height }
        | VerifyError::TimeBackwards { height }
        | VerifyError::TooManyControls { height }
        | VerifyError::ControlMalformed { height, .. }
        | VerifyError::Control { height, .. }
        | VerifyError::StateRoot { height }
        | VerifyError::Validators { height }
        | VerifyError::NextValidators { height }
        | VerifyError::Proposer { height }
        | VerifyError::Certificate { height, .. }
        | VerifyError::CertificateMissing { height }
        | VerifyError::Contradiction { height }
        | VerifyError::EntryCount { height, .. }
        | VerifyError::EntriesRoot { height }
        | VerifyError::LaneOrder { height }
        | VerifyError::Record { height, .. }
        | VerifyError::Admission { height, .. } => Some(*height),
        VerifyError::Fork(fork) => Some(fork.height),
        VerifyError::HeaderMalformed(_)
        | VerifyError::GenesisMissing
        | VerifyError::OtherGenesis
        | VerifyError::Sequence { .. } => None,
    }
}
