//! The sync engine: pure. Messages and time in, requests and accepted values out; a driver does the rest.
//!
//! The control lane comes first, from genesis or from where it stopped; then the live stream and, beside it, history
//! newest first. It promises that nothing is accepted that was not verified, that the head never goes back, and that
//! a fork, a rollback, a gap or a replaced body becomes [`Evidence`] and is never smoothed over.

mod announced;
mod backoff;
mod cross;
pub mod driver;
mod evidence;
mod freshness;
mod links;
mod messages;
mod pace;
mod ranges;

use crate::store::{Accepted, AcceptedBlock, AcceptedHeader, AcceptedRecord, Edge};
use announced::Announced;
use backoff::Backoff;
use cross::Cross;
use links::Links;
use ranges::Heights;
use wl_ledger::block::LaneItem;
use wl_ledger::header::{Header, header_id};
use wl_ledger::heartbeat::verify_heartbeat;
use wl_ledger::record::SignedRecord;
use wl_ledger::verify::{Predecessor, Verifier, VerifyError};
use wl_ledger::{Hash, Height, KeyId, Role, Seq, StreamId, UnixMillis};
use wl_wire::messages::{BlockBatch, BlockContent, LaneBatch, LiveBlock, MAX_LANE_BATCH, Provisional};

pub use announced::{Missing, OMISSION_AFTER};
pub use cross::{Comparison, Verdict, View, WITHHELD_AFTER};
pub use evidence::Evidence;
pub use freshness::{DRIFT, Freshness, Hearing, LOST, Liveness, STALE};
pub use messages::{Input, Output};

/// Blocks of one request for history: small enough that live values are never held up for long.
const HISTORY_BATCH: u64 = 128;

/// How far catching up has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Headers are being fetched.
    pub lane: bool,
    /// Newest height the gateway has named.
    pub remote: Option<Height>,
    /// Blocks whose records are still to be fetched.
    pub missing: u64,
    /// Blocks whose records were to be fetched when this connection began.
    pub begun_with: u64,
}

/// What the engine starts from.
pub struct Start {
    /// A verifier that has replayed what is stored.
    pub verifier: Verifier,
    /// Height and header id that the enrolment answer names.
    pub trusted: Option<(Height, Hash)>,
    /// Heights whose records are not held.
    pub missing: Vec<Height>,
    /// Unbroken runs of the stored streams.
    pub edges: Vec<Edge>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Lane,
    Following,
}

/// The state of following one chain through one gateway.
pub struct Engine {
    verifier: Verifier,
    trusted: Option<(Height, Hash)>,
    missing: Heights,
    /// Blocks that the gateway served wrongly or not at all: asked for again with the next connection, so that one bad
    /// block in the past cannot keep live alarms away.
    refused: Heights,
    links: Links,
    announced: Announced,
    cross: Cross,
    phase: Phase,
    asked: Option<(Height, Height)>,
    backoff: Backoff,
    progress: Progress,
}

impl Engine {
    /// An engine that is not connected yet.
    pub fn new(start: Start) -> Self {
        let Start { verifier, trusted, missing, edges } = start;
        Self {
            verifier,
            trusted,
            missing: Heights::of(missing),
            refused: Heights::default(),
            links: Links::of(edges),
            announced: Announced::default(),
            cross: Cross::default(),
            phase: Phase::Waiting,
            asked: None,
            backoff: Backoff::default(),
            progress: Progress::default(),
        }
    }

    /// The verifier with the verified state.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// How far catching up has come.
    pub fn progress(&self) -> Progress {
        let missing = self.missing.len().saturating_add(self.refused.len());
        Progress { lane: self.phase == Phase::Lane, missing, ..self.progress }
    }

    /// Whether the lane is followed and all records are held.
    pub fn is_complete(&self) -> bool {
        self.phase == Phase::Following && self.holds_all()
    }

    fn holds_all(&self) -> bool {
        self.missing.is_empty() && self.refused.is_empty()
    }

    /// Whether every record from a height on is held.
    pub fn holds_since(&self, height: Height) -> bool {
        let before = |heights: &Heights| heights.newest(1).is_none_or(|(_, newest)| newest < height);
        self.phase == Phase::Following && before(&self.missing) && before(&self.refused)
    }

    /// The stretches of a stream that are missing although everything that the gateway serves is held.
    pub fn missing_of(&self, stream: StreamId) -> Vec<Missing> {
        if !self.missing.is_empty() {
            return Vec::new();
        }
        let gaps = self.links.gaps(stream).map(|(after, before)| Missing { after, before: Some(before) });
        let tail = self
            .announced
            .overdue(stream)
            .then(|| Missing { after: self.links.tail(stream).map(|(seq, _)| seq), before: None });
        gaps.chain(tail).collect()
    }

    /// Whether the records of a block are held.
    pub fn holds(&self, height: Height) -> bool {
        let open = self.missing.contains(height) || self.refused.contains(height);
        height < self.verifier.next_height() && !open
    }

    /// Whether a stream is held without a gap from its first record up to this one.
    pub fn holds_up_to(&self, stream: StreamId, seq: Seq) -> bool {
        self.links.whole_up_to(stream).is_some_and(|last| seq <= last)
    }

    /// The witnesses whose word about checkpoints counts here.
    pub fn know_witnesses(&mut self, witnesses: Vec<wl_ledger::checkpoint::Witness>) {
        self.cross.know(witnesses);
    }

    /// The last known record of a stream.
    pub fn tail(&self, stream: StreamId) -> Option<(Seq, Hash)> {
        self.links.tail(stream)
    }

    /// Takes one message in.
    pub fn handle(&mut self, input: Input, now: UnixMillis) -> Vec<Output> {
        let mut out = Vec::new();
        match input {
            Input::Connect => self.connect(&mut out),
            Input::Lane(batch) => self.take_lane(batch, now, &mut out),
            Input::Blocks(batch) => self.take_blocks(batch, now, &mut out),
            Input::Live(blocks) => self.take_live(blocks, now, &mut out),
            Input::Heartbeat(bytes) => self.take_heartbeat(bytes, now, &mut out),
            Input::Provisional(message) => self.take_provisional(message, now, &mut out),
            Input::Lost { jitter } => self.wait(jitter, &mut out),
            Input::Tick => self.tick(now, &mut out),
            Input::Revoked(batch) => self.take_last_word(batch, now, &mut out),
            Input::SecondView(source, view) => {
                let compared = self.cross.compare(&self.verifier, source, view, now);
                tell(compared, &mut out);
            }
            Input::SecondSilent(source) => {
                let verdict = Verdict::Silent;
                out.push(Output::Compared(Comparison { source, at: now, verdict, cosigned: Vec::new() }));
            }
        }
        out
    }

    fn connect(&mut self, out: &mut Vec<Output>) {
        self.phase = Phase::Lane;
        self.asked = None;
        self.missing.absorb(&mut self.refused);
        self.progress = Progress { begun_with: self.missing.len(), ..Progress::default() };
        // The newest known header is asked for again: another one there is a fork, none is a rollback.
        let from = self.verifier.tip().map_or(Height(0), |tip| tip.height());
        out.push(Output::AskLane { from, max: MAX_LANE_BATCH });
    }

    fn wait(&mut self, jitter: u16, out: &mut Vec<Output>) {
        self.phase = Phase::Waiting;
        self.asked = None;
        out.push(Output::Retry { after: self.backoff.next(jitter) });
    }

    fn reject(&mut self, error: VerifyError, out: &mut Vec<Output>) {
        if error.is_evidence() {
            out.push(Output::Evidence(Evidence::Refused(Box::new(error))));
        }
        self.wait(500, out);
    }

    fn take_lane(&mut self, batch: LaneBatch, now: UnixMillis, out: &mut Vec<Output>) {
        if self.phase != Phase::Lane {
            return;
        }
        self.progress.remote = Some(batch.tip);
        if let Some(ours) = self.verifier.tip().filter(|ours| batch.tip < ours.height()) {
            out.push(Output::Evidence(Evidence::Rollback { ours: ours.height(), theirs: batch.tip }));
            return self.wait(500, out);
        }
        let before = self.verifier.next_height();
        match self.advance(batch.items) {
            Ok(headers) if headers.is_empty() => {}
            Ok(headers) => out.push(Output::Accept(self.accepted(headers, Vec::new(), now))),
            Err(error) => return self.reject_lane(error, out),
        }
        let next = self.verifier.next_height();
        let tip = self.verifier.tip().map(|tip| tip.height());
        if tip.is_some_and(|tip| tip >= batch.tip) {
            self.follow(out);
        } else if next > before {
            out.push(Output::AskLane { from: next, max: MAX_LANE_BATCH });
        } else {
            // An answer that promises more and brings nothing must not be asked for again at once.
            self.wait(500, out);
        }
    }

    fn reject_lane(&mut self, error: LaneError, out: &mut Vec<Output>) {
        match error {
            LaneError::Verify(error) => self.reject(error, out),
            LaneError::Evidence(evidence) => {
                out.push(Output::Evidence(evidence));
                self.wait(500, out);
            }
        }
    }

    fn follow(&mut self, out: &mut Vec<Output>) {
        if let (Some((height, _)), Some(tip)) = (self.trusted, self.verifier.tip())
            && tip.height() < height
        {
            out.push(Output::Evidence(Evidence::Rollback { ours: height, theirs: tip.height() }));
            return self.wait(500, out);
        }
        self.phase = Phase::Following;
        self.backoff.reset();
        self.progress.begun_with = self.progress.begun_with.max(self.missing.len());
        out.push(Output::OpenLive { from: self.verifier.next_height() });
        self.ask_history(out);
    }

    /// Verifies lane items and pairs the new headers with what they came in.
    fn advance(&mut self, items: Vec<LaneItem>) -> Result<Vec<AcceptedHeader>, LaneError> {
        if u64::try_from(items.len()).unwrap_or(u64::MAX) > MAX_LANE_BATCH {
            return Err(LaneError::Evidence(Evidence::Oversized));
        }
        self.check_trusted(&items)?;
        let before = self.verifier.next_height();
        self.verifier.advance(&items)?;
        let mut accepted = Vec::new();
        for item in items {
            let Ok(header) = Header::parse(&item.header) else { continue };
            if header.height < before {
                continue;
            }
            let Some(verified) = self.verifier.header(header.height) else { continue };
            if u32::try_from(item.controls.len()) != Ok(verified.entries()) {
                self.missing.insert(header.height);
            }
            accepted.push(AcceptedHeader { header: verified, item });
        }
        Ok(accepted)
    }

    /// The header that the enrolment answer names must be the one at its height, before anything after it counts.
    fn check_trusted(&self, items: &[LaneItem]) -> Result<(), LaneError> {
        let Some((height, id)) = self.trusted else { return Ok(()) };
        let other = items.iter().any(|item| {
            Header::parse(&item.header).is_ok_and(|header| header.height == height)
                && header_id(&item.header) != id
        });
        if other { Err(LaneError::Evidence(Evidence::OtherThanTrusted { height })) } else { Ok(()) }
    }

    fn accepted(
        &self,
        headers: Vec<AcceptedHeader>,
        blocks: Vec<AcceptedBlock>,
        now: UnixMillis,
    ) -> Accepted {
        Accepted { headers, blocks, verified: now }
    }

    fn ask_history(&mut self, out: &mut Vec<Output>) {
        if self.phase != Phase::Following || self.asked.is_some() {
            return;
        }
        if let Some((from, to)) = self.missing.newest(HISTORY_BATCH) {
            self.asked = Some((from, to));
            out.push(Output::AskBlocks { from, to });
        }
    }

    fn take_blocks(&mut self, batch: BlockBatch, now: UnixMillis, out: &mut Vec<Output>) {
        let Some((from, to)) = self.asked.take() else { return };
        let asked = batch.blocks.into_iter().filter(|content| (from..=to).contains(&content.height));
        let blocks = self.admit_missing(asked, out);
        if self.missing.contains(to) && blocks.is_empty() {
            // Nothing came for the newest height asked for: it must not be asked for again and again, nor hide behind
            // others what is missing in it.
            self.missing.remove(to);
            self.refused.insert(to);
            out.push(Output::Evidence(Evidence::Unserved { height: to }));
            self.look_for_gaps(self.links.streams().collect(), out);
        }
        if !blocks.is_empty() {
            let touched = streams_of(&blocks);
            out.push(Output::Accept(self.accepted(Vec::new(), blocks, now)));
            self.look_for_gaps(touched, out);
        }
        self.ask_history(out);
    }

    /// Verifies the blocks whose records are not held yet. What is wrong with one is kept, and the others go on.
    fn admit_missing(
        &mut self,
        contents: impl Iterator<Item = BlockContent>,
        out: &mut Vec<Output>,
    ) -> Vec<AcceptedBlock> {
        let mut blocks = Vec::new();
        for content in contents {
            let height = content.height;
            if !self.missing.contains(height) {
                continue;
            }
            match self.admit(content, out) {
                Ok(block) => blocks.push(block),
                Err(error) => self.refuse(height, error, out),
            }
        }
        blocks
    }

    /// Keeps what is wrong with a block's records and goes on with the others.
    fn refuse(&mut self, height: Height, error: VerifyError, out: &mut Vec<Output>) {
        self.missing.remove(height);
        self.refused.insert(height);
        out.push(Output::Evidence(Evidence::Refused(Box::new(error))));
    }

    /// Verifies the entries of a block and all of its records.
    fn admit(&mut self, content: BlockContent, out: &mut Vec<Output>) -> Result<AcceptedBlock, VerifyError> {
        let height = content.height;
        let header = self
            .verifier
            .header(height)
            .ok_or(VerifyError::Gap { expected: self.verifier.next_height(), got: height })?;
        let mut bodies = Vec::with_capacity(content.items.len());
        let mut entries = Vec::with_capacity(content.items.len());
        for served in content.items {
            bodies.push((served.item.body, served.previous));
            entries.push(served.item.entry);
        }
        let block = header.admit(entries)?;
        let mut links = self.links.clone_touched();
        let mut records = Vec::new();
        for (entry, (body, previous)) in block.entries().zip(bodies) {
            let wl_ledger::block::Entry::Record(bytes) = entry.entry() else { continue };
            let parsed =
                SignedRecord::parse(bytes).map_err(|source| VerifyError::Record { height, source })?;
            let (stream, seq) = (parsed.header().stream, parsed.header().seq);
            let predecessor = links.predecessor(&self.links, stream, seq, previous);
            let Some(record) = entry.record(self.verifier.state(), predecessor)? else { continue };
            if !links.insert(&self.links, stream, seq, record.hash(), record.previous()) {
                out.push(Output::Evidence(Evidence::BrokenLink { height, stream, seq }));
            }
            let body = match body {
                Some(body) if record.ciphertext(&body).is_ok() => Some(body),
                Some(_) => {
                    out.push(Output::Evidence(Evidence::ReplacedBody { height, stream, seq }));
                    None
                }
                None => {
                    out.push(Output::Evidence(Evidence::MissingBody { height, stream, seq }));
                    None
                }
            };
            records.push(AcceptedRecord { record, bytes: bytes.clone(), body });
        }
        self.links.adopt(links);
        self.missing.remove(height);
        for record in &records {
            let header = record.record.header();
            self.announced.take(header.stream, header.seq);
        }
        Ok(AcceptedBlock { height, records })
    }

    /// Blocks of one moment are accepted together: they are one step of the verifier and one transaction of the store.
    fn take_live(&mut self, live: Vec<LiveBlock>, now: UnixMillis, out: &mut Vec<Output>) {
        if self.phase != Phase::Following {
            return;
        }
        let remote = live.iter().map(|block| block.content.height).max();
        self.progress.remote = self.progress.remote.max(remote);
        if !follows(self.verifier.next_height(), &live) {
            // Something was skipped: the lane tells what.
            return self.connect(out);
        }
        let headers = match self.advance(lane_of(&live)) {
            Ok(headers) => headers,
            // A bad block must not hold back those before it; the one that is refused ends the loop.
            Err(_) if live.len() > 1 => {
                return live.into_iter().for_each(|block| self.take_live(vec![block], now, out));
            }
            Err(error) => return self.reject_lane(error, out),
        };
        let blocks = self.admit_missing(live.into_iter().map(|block| block.content), out);
        if !headers.is_empty() || !blocks.is_empty() {
            let touched = streams_of(&blocks);
            out.push(Output::Accept(self.accepted(headers, blocks, now)));
            self.look_for_gaps(touched, out);
        }
        self.ask_history(out);
    }

    /// The last that a gateway tells a revoked key: headers and control transactions, verified like all others.
    fn take_last_word(&mut self, batch: LaneBatch, now: UnixMillis, out: &mut Vec<Output>) {
        match self.advance(batch.items) {
            Ok(headers) if headers.is_empty() => {}
            Ok(headers) => out.push(Output::Accept(self.accepted(headers, Vec::new(), now))),
            Err(error) => self.reject_lane(error, out),
        }
    }

    /// Once every block that is served is held, a stream that is not one run from 0 on has lost a record.
    fn look_for_gaps(&self, touched: Vec<StreamId>, out: &mut Vec<Output>) {
        if !self.missing.is_empty() {
            return;
        }
        for stream in touched {
            if let Some((after, before)) = self.links.gap(stream) {
                out.push(Output::Evidence(Evidence::Gap { stream, after, before }));
            }
        }
    }

    fn take_provisional(&mut self, message: Provisional, now: UnixMillis, out: &mut Vec<Output>) {
        let Ok(parsed) = SignedRecord::parse(&message.record) else { return };
        let header = parsed.header();
        let known = self.links.tail(header.stream);
        if known.is_some_and(|(seq, _)| seq >= header.seq) {
            return;
        }
        let predecessor = match known {
            Some((seq, hash)) if seq.next() == Some(header.seq) => Predecessor::Verified(seq, hash),
            _ if header.seq == Seq(0) => Predecessor::First,
            _ => Predecessor::Claimed(message.previous),
        };
        // An unverifiable one is dropped here: its sealed record is judged, and kept as evidence, when it comes.
        if let Ok(Some(record)) = self.verifier.provisional(&message.record, predecessor, now) {
            out.push(Output::Provisional(Box::new(record), message.body));
        }
    }

    fn take_heartbeat(&mut self, bytes: Vec<u8>, now: UnixMillis, out: &mut Vec<Output>) {
        let verified = verify_heartbeat(&bytes, &self.verifier.chain(), |author| self.heartbeat_key(author));
        let Ok(verified) = verified else { return };
        let heartbeat = verified.get();
        if let Some(known) = self.verifier.header(heartbeat.height)
            && known.id() != heartbeat.header
        {
            out.push(Output::Evidence(Evidence::OtherHead {
                author: heartbeat.author,
                height: heartbeat.height,
                bytes: bytes.clone(),
            }));
            return;
        }
        for tail in &heartbeat.tails {
            let held = self.links.tail(tail.stream);
            match held {
                Some((seq, hash)) if seq == tail.seq && hash != tail.hash => {
                    out.push(Output::Evidence(Evidence::OtherTail {
                        stream: tail.stream,
                        seq,
                        bytes: bytes.clone(),
                    }));
                }
                Some((seq, _)) if seq >= tail.seq => {}
                Some(_) | None => self.announced.announce(tail.stream, tail.seq, now),
            }
        }
        self.progress.remote = self.progress.remote.max(Some(heartbeat.height));
        out.push(Output::Heartbeat(verified, bytes));
    }

    fn heartbeat_key(&self, author: &KeyId) -> Option<wl_ledger::keys::PublicKey> {
        let hub = || {
            let member = self.verifier.state().member(author)?;
            (member.is_active() && member.enrolment.role == Role::Hub).then_some(member.enrolment.sign)
        };
        self.verifier.validators().get(author).copied().or_else(hub)
    }

    fn tick(&mut self, now: UnixMillis, out: &mut Vec<Output>) {
        for compared in self.cross.catch_up(&self.verifier, now) {
            tell(compared, out);
        }
        if self.phase != Phase::Following || !self.missing.is_empty() {
            return;
        }
        for (stream, announced) in self.announced.due(now) {
            let held = self.links.tail(stream).map(|(seq, _)| seq);
            out.push(Output::Evidence(Evidence::Omission { stream, announced, held }));
        }
    }
}

fn tell((comparison, evidence): (Comparison, Option<Evidence>), out: &mut Vec<Output>) {
    out.extend(evidence.map(Output::Evidence));
    out.push(Output::Compared(comparison));
}

/// The lane of live blocks. The certificate of the last one vouches for all before it, as it does in a batch of the lane.
fn lane_of(live: &[LiveBlock]) -> Vec<LaneItem> {
    let mut items: Vec<LaneItem> = live.iter().map(|block| block.lane.clone()).collect();
    if let Some((_, before)) = items.split_last_mut() {
        before.iter_mut().for_each(|item| item.certificate = None);
    }
    items
}

/// Whether live blocks leave out no height, the next one included.
fn follows(next: Height, live: &[LiveBlock]) -> bool {
    let mut next = Some(next);
    live.iter().all(|block| {
        let height = block.content.height;
        let known = next.is_some_and(|next| height <= next);
        if Some(height) == next {
            next = height.next();
        }
        known
    })
}

enum LaneError {
    Verify(VerifyError),
    Evidence(Evidence),
}

impl From<VerifyError> for LaneError {
    fn from(error: VerifyError) -> Self {
        Self::Verify(error)
    }
}

fn streams_of(blocks: &[AcceptedBlock]) -> Vec<StreamId> {
    let mut streams: Vec<StreamId> =
        blocks.iter().flat_map(|block| &block.records).map(|record| record.record.header().stream).collect();
    streams.sort_unstable();
    streams.dedup();
    streams
}
