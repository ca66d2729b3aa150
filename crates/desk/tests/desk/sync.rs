//! The sync engine against interruptions, reorderings, forks, rollbacks and gaps. No network, no clock.

use crate::ward::*;
use proptest::prelude::*;
use wl_desk::store::{Accepted, Edge};
use wl_desk::sync::{Engine, Evidence, Input, OMISSION_AFTER, Output, Start};
use wl_ledger::block::Entry;
use wl_ledger::header::{Certificate, Header, header_id};
use wl_ledger::verify::Verifier;
use wl_ledger::*;
use wl_vitals::Parameter;
use wl_wire::messages::*;

const NOW: UnixMillis = UnixMillis(1_768_000_000_000);

fn built(frames: i32) -> TestWard {
    let mut ward = TestWard::found(NOW, request("admin", Role::Admin), "127.0.0.1:1");
    ward.admit(&request("nurse", Role::Nurse), None);
    for at in 0..frames {
        ward.frame(vec![measured(Parameter::HeartRate, 60 + at, 0, NOW.plus(i64::from(at) * 1000))]);
        ward.cut();
    }
    ward
}

fn fresh(ward: &TestWard) -> Engine {
    Engine::new(Start { verifier: Verifier::new(ward.chain), trusted: None, missing: vec![], edges: vec![] })
}

/// What a store would hold: enough to start a new engine.
#[derive(Default)]
struct Disk {
    lane: Vec<wl_ledger::block::LaneItem>,
    held: Vec<Height>,
    records: Vec<(StreamId, Seq, Hash, Hash)>,
}

impl Disk {
    fn accept(&mut self, accepted: &Accepted) {
        for header in &accepted.headers {
            assert_eq!(header.header.height().0, self.lane.len() as u64, "headers come without gap");
            self.lane.push(header.item.clone());
            if header.item.controls.len() as u32 == header.header.entries() {
                self.held.push(header.header.height());
            }
        }
        for block in &accepted.blocks {
            assert!(!self.held.contains(&block.height), "no block is accepted twice");
            self.held.push(block.height);
            for record in &block.records {
                let header = record.record.header();
                self.records.push((
                    header.stream,
                    header.seq,
                    record.record.hash(),
                    record.record.previous(),
                ));
            }
        }
    }

    fn start(&self, ward: &TestWard) -> Engine {
        let mut verifier = Verifier::new(ward.chain);
        if !self.lane.is_empty() {
            verifier.advance(&self.lane).expect("what was accepted verifies again");
        }
        let missing = (0..self.lane.len() as u64).map(Height).filter(|h| !self.held.contains(h)).collect();
        let mut records = self.records.clone();
        records.sort_by_key(|(stream, seq, _, _)| (*stream, *seq));
        let mut edges: Vec<Edge> = Vec::new();
        for (stream, seq, hash, previous) in records {
            match edges.last_mut() {
                Some(edge) if edge.stream == stream && edge.last.next() == Some(seq) => {
                    (edge.last, edge.last_hash) = (seq, hash);
                }
                _ => edges.push(Edge {
                    stream,
                    first: seq,
                    first_previous: previous,
                    last: seq,
                    last_hash: hash,
                }),
            }
        }
        Engine::new(Start { verifier, trusted: None, missing, edges })
    }
}

/// Runs an engine against a ward until it asks for nothing more, at most `steps` messages.
fn run(engine: &mut Engine, ward: &TestWard, disk: &mut Disk, mut steps: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let mut inputs = vec![Input::Connect];
    while let Some(input) = inputs.pop() {
        if steps == 0 {
            return evidence;
        }
        steps -= 1;
        for output in engine.handle(input, NOW) {
            match output {
                Output::AskLane { from, max } => inputs.push(Input::Lane(ward.lane(from, max.min(5)))),
                Output::AskBlocks { from, to } => {
                    inputs.push(Input::Blocks(ward.batch(Height(from.0.max(to.0.saturating_sub(2))), to)));
                }
                Output::Accept(accepted) => disk.accept(&accepted),
                Output::Evidence(piece) => evidence.push(piece),
                Output::OpenLive { .. }
                | Output::Retry { .. }
                | Output::Provisional(..)
                | Output::Heartbeat(..)
                | Output::Compared(_) => {}
            }
        }
    }
    evidence
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_interruption_ends_in_the_same_chain(cuts in proptest::collection::vec(1usize..8, 0..12), frames in 1i32..12) {
        let ward = built(frames);
        let mut disk = Disk::default();
        for steps in cuts {
            let mut engine = disk.start(&ward);
            prop_assert!(run(&mut engine, &ward, &mut disk, steps).is_empty());
        }
        let mut engine = disk.start(&ward);
        prop_assert!(run(&mut engine, &ward, &mut disk, usize::MAX).is_empty());
        prop_assert!(engine.is_complete());
        prop_assert_eq!(disk.lane.len() as u64, ward.tip().0 + 1);
        prop_assert_eq!(engine.tail(StreamId(0)).map(|(seq, _)| seq), Some(Seq(u64::try_from(frames).unwrap() - 1)));
    }

    #[test]
    fn one_changed_byte_is_never_accepted(at in any::<prop::sample::Index>(), bit in 0u8..8, block in any::<prop::sample::Index>()) {
        let ward = built(4);
        let mut disk = Disk::default();
        let mut engine = fresh(&ward);
        // The lane is honest, one body of records is not.
        let heights: Vec<u64> = (0..=ward.tip().0).filter(|h| ward.content(Height(*h)).items.iter().any(|i| matches!(i.item.entry, Entry::Record(_)))).collect();
        let height = Height(heights[block.index(heights.len())]);
        let mut content = ward.content(height);
        let Entry::Record(bytes) = &mut content.items[0].item.entry else { panic!("a record leads these blocks") };
        let place = at.index(bytes.len());
        bytes[place] ^= 1 << bit;
        engine.handle(Input::Connect, NOW);
        for output in engine.handle(Input::Lane(ward.lane(Height(0), 4096)), NOW) {
            if let Output::Accept(accepted) = output { disk.accept(&accepted) }
        }
        let blocks = (0..=ward.tip().0).map(|h| if Height(h) == height { content.clone() } else { ward.content(Height(h)) }).collect();
        let outputs = engine.handle(Input::Blocks(BlockBatch { blocks }), NOW);
        prop_assert!(outputs.iter().any(|output| matches!(output, Output::Evidence(Evidence::Refused(_)))));
        for output in &outputs {
            if let Output::Accept(accepted) = output {
                prop_assert!(accepted.blocks.iter().all(|block| block.height != height), "nothing of it");
            }
        }
    }
}

/// Everything of a ward, followed live from its end.
fn followed(ward: &TestWard) -> (Engine, Disk) {
    let (mut engine, mut disk) = (fresh(ward), Disk::default());
    assert!(run(&mut engine, ward, &mut disk, usize::MAX).is_empty());
    (engine, disk)
}

fn evidence_of(outputs: &[Output]) -> Vec<&'static str> {
    let kinds = outputs.iter().filter_map(|output| match output {
        Output::Evidence(evidence) => Some(evidence.kind()),
        _ => None,
    });
    kinds.collect()
}

fn accepts(outputs: &[Output]) -> usize {
    outputs.iter().filter(|output| matches!(output, Output::Accept(_))).count()
}

#[test]
fn a_fork_is_kept_and_rewinds_nothing() {
    let ward = built(2);
    let (mut engine, disk) = followed(&ward);
    let tip = engine.verifier().tip().unwrap().id();
    // The gateway certifies another last header.
    let mut live = ward.live(ward.tip());
    let mut header = Header::parse(&live.lane.header).unwrap();
    header.time = header.time.plus(1);
    live.lane.header = header.to_bytes();
    let id = header_id(&live.lane.header);
    let certificate = Certificate::sign(&[&key("gateway")], &ward.chain, header.height, 0, &id);
    live.lane.certificate = Some(certificate.to_bytes().into());
    let outputs = engine.handle(Input::Live(vec![live.clone()]), NOW);
    assert_eq!(evidence_of(&outputs), ["fork"]);
    assert_eq!(accepts(&outputs), 0);
    assert_eq!(engine.verifier().tip().unwrap().id(), tip, "evidence, never a rewind");
    let Some(Output::Evidence(evidence)) = outputs.into_iter().find(|o| matches!(o, Output::Evidence(_)))
    else {
        panic!("checked above")
    };
    let kept: wl_ledger::evidence::Statement = codec::decode(&evidence.data(), usize::MAX).unwrap();
    let wl_ledger::evidence::Statement::Headers(run) = kept else { panic!("two headers") };
    assert_eq!(run.headers[0].as_slice(), live.lane.header, "the other header can be shown to anybody");
    assert_eq!(Some(run.certificate), live.lane.certificate, "with its certificate");
    // The same after a restart, when the newest header is asked for again.
    let mut engine = disk.start(&ward);
    engine.handle(Input::Connect, NOW);
    let lane = LaneBatch { items: vec![live.lane], tip: ward.tip() };
    assert_eq!(evidence_of(&engine.handle(Input::Lane(lane), NOW)), ["fork"]);
}

#[test]
fn a_rollback_is_kept() {
    let mut ward = built(3);
    let (mut engine, disk) = followed(&ward);
    let shorter = LaneBatch { items: vec![], tip: Height(ward.tip().0 - 1) };
    engine.handle(Input::Lost { jitter: 0 }, NOW);
    engine.handle(Input::Connect, NOW);
    assert_eq!(evidence_of(&engine.handle(Input::Lane(shorter), NOW)), ["rollback"]);
    // A heartbeat that vouches for another header at a known height.
    let mut engine = disk.start(&ward);
    run(&mut engine, &ward, &mut Disk { lane: disk.lane.clone(), ..Disk::default() }, usize::MAX);
    let last = ward.blocks.last_mut().unwrap();
    let mut header = Header::parse(&last.0.header).unwrap();
    header.time = header.time.plus(5);
    last.0.header = header.to_bytes();
    let outputs = engine.handle(Input::Heartbeat(ward.heartbeat("gateway", NOW)), NOW);
    assert_eq!(evidence_of(&outputs), ["other-head"]);
}

#[test]
fn another_chain_than_the_enrolled_one_is_refused() {
    let ward = built(1);
    let trusted = Some((Height(2), Hash::from_bytes([9; 32])));
    let mut engine =
        Engine::new(Start { verifier: Verifier::new(ward.chain), trusted, missing: vec![], edges: vec![] });
    engine.handle(Input::Connect, NOW);
    let outputs = engine.handle(Input::Lane(ward.lane(Height(0), 4096)), NOW);
    assert_eq!((evidence_of(&outputs), accepts(&outputs)), (vec!["other-chain"], 0));
    let trusted = Some((Height(500), Hash::from_bytes([9; 32])));
    let mut engine =
        Engine::new(Start { verifier: Verifier::new(ward.chain), trusted, missing: vec![], edges: vec![] });
    engine.handle(Input::Connect, NOW);
    let outputs = engine.handle(Input::Lane(ward.lane(Height(0), 4096)), NOW);
    assert_eq!(evidence_of(&outputs), ["rollback"], "a chain that ends before the enrolled head");
}

#[test]
fn a_record_that_a_hub_has_announced_and_that_never_comes_is_an_omission() {
    let mut ward = built(2);
    let (mut engine, _) = followed(&ward);
    ward.frame(vec![measured(Parameter::HeartRate, 99, 0, NOW)]);
    // The hub says so; the gateway keeps it to itself.
    let outputs = engine.handle(Input::Heartbeat(ward.heartbeat("hub", NOW)), NOW);
    assert!(evidence_of(&outputs).is_empty());
    assert!(evidence_of(&engine.handle(Input::Tick, NOW.plus(OMISSION_AFTER))).is_empty(), "not yet");
    let late = engine.handle(Input::Tick, NOW.plus(OMISSION_AFTER + 1));
    assert_eq!(evidence_of(&late), ["omission"]);
}

#[test]
fn replaced_and_missing_bodies_are_evidence_and_the_record_stays() {
    for (expected, spoil) in [("replaced-body", true), ("missing-body", false)] {
        let mut ward = built(1);
        let (mut engine, _) = followed(&ward);
        ward.frame(vec![measured(Parameter::HeartRate, 80, 0, NOW)]);
        ward.cut();
        let mut live = ward.live(ward.tip());
        let body = &mut live.content.items[0].item.body;
        if spoil {
            body.as_mut().unwrap().ciphertext[30] ^= 1;
        } else {
            *body = None;
        }
        let outputs = engine.handle(Input::Live(vec![live]), NOW);
        assert_eq!((evidence_of(&outputs), accepts(&outputs)), (vec![expected], 1));
        let accepted = outputs.iter().find_map(|output| match output {
            Output::Accept(accepted) => accepted.blocks.first(),
            _ => None,
        });
        assert!(
            accepted.unwrap().records[0].body.is_none(),
            "a body that is not the signed one is never kept"
        );
    }
}

#[test]
fn strangers_and_old_words_are_not_heard() {
    let ward = built(1);
    let (mut engine, _) = followed(&ward);
    let mut heartbeat = ward.heartbeat("gateway", NOW);
    let last = heartbeat.len() - 1;
    heartbeat[last] ^= 1;
    assert!(engine.handle(Input::Heartbeat(heartbeat), NOW).is_empty());
    assert!(
        engine.handle(Input::Heartbeat(ward.heartbeat("nurse", NOW)), NOW).is_empty(),
        "a nurse is no hub"
    );
    assert!(engine.handle(Input::Heartbeat(vec![0; 100]), NOW).is_empty());
    assert_eq!(engine.handle(Input::Heartbeat(ward.heartbeat("hub", NOW)), NOW).len(), 1);
}

#[test]
fn a_block_that_skips_a_height_is_looked_up_and_not_accepted() {
    let mut ward = built(1);
    let (mut engine, _) = followed(&ward);
    for value in [80, 81] {
        ward.frame(vec![measured(Parameter::HeartRate, value, 0, NOW)]);
        ward.cut();
    }
    let outputs = engine.handle(Input::Live(vec![ward.live(ward.tip())]), NOW);
    assert_eq!(accepts(&outputs), 0);
    assert!(outputs.iter().any(|output| matches!(output, Output::AskLane { .. })));
    // The same among others of one moment.
    let (_ward, mut engine, mut live) = three_more();
    live.remove(1);
    let outputs = engine.handle(Input::Live(live), NOW);
    assert_eq!(accepts(&outputs), 0);
    assert!(outputs.iter().any(|output| matches!(output, Output::AskLane { .. })));
}

/// A ward that is followed, and three blocks that come after.
fn three_more() -> (TestWard, Engine, Vec<LiveBlock>) {
    let mut ward = built(1);
    let (engine, _) = followed(&ward);
    let live = [80, 81, 82].map(|value| {
        ward.frame(vec![measured(Parameter::HeartRate, value, 0, NOW)]);
        ward.cut();
        ward.live(ward.tip())
    });
    (ward, engine, live.into())
}

#[test]
fn blocks_of_one_moment_are_accepted_in_one_step() {
    let (ward, mut engine, live) = three_more();
    let outputs = engine.handle(Input::Live(live), NOW);
    assert_eq!((evidence_of(&outputs), accepts(&outputs)), (vec![], 1));
    let accepted = outputs.iter().find_map(|output| match output {
        Output::Accept(accepted) => Some(accepted),
        _ => None,
    });
    let accepted = accepted.unwrap();
    let certified = accepted.headers.iter().map(|header| header.item.certificate.is_some());
    assert_eq!(certified.collect::<Vec<_>>(), [false, false, true], "one certificate vouches for all");
    assert_eq!(accepted.blocks.len(), 3);
    assert_eq!(engine.verifier().tip().unwrap().height(), ward.tip());
    assert!(engine.is_complete());
}

#[test]
fn a_bad_block_does_not_hold_back_those_that_arrived_before_it() {
    for bad in 0..3 {
        let (_ward, mut engine, mut live) = three_more();
        let before = engine.verifier().next_height();
        let mut header = Header::parse(&live[bad].lane.header).unwrap();
        header.time = header.time.plus(1);
        live[bad].lane.header = header.to_bytes();
        let outputs = engine.handle(Input::Live(live), NOW);
        assert_eq!(evidence_of(&outputs), ["refused"], "block {bad}");
        assert_eq!(accepts(&outputs), bad, "each of those before block {bad}");
        assert_eq!(engine.verifier().next_height().0 - before.0, bad as u64);
        assert!(outputs.iter().any(|output| matches!(output, Output::Retry { .. })));
    }
}

#[test]
fn one_bad_block_in_the_past_does_not_stop_live_values() {
    let mut ward = built(3);
    let mut engine = fresh(&ward);
    let mut disk = Disk::default();
    engine.handle(Input::Connect, NOW);
    for output in engine.handle(Input::Lane(ward.lane(Height(0), 4096)), NOW) {
        if let Output::Accept(accepted) = output {
            disk.accept(&accepted);
        }
    }
    let bad = ward.tip();
    let mut blocks: Vec<BlockContent> = (0..=bad.0).map(|h| ward.content(Height(h))).collect();
    blocks.last_mut().unwrap().items.clear();
    let outputs = engine.handle(Input::Blocks(BlockBatch { blocks }), NOW);
    assert!(!outputs.iter().any(|output| matches!(output, Output::Retry { .. })), "the live stream goes on");
    assert_eq!((evidence_of(&outputs), accepts(&outputs)), (vec!["refused"], 1));
    assert!(!engine.is_complete());
    ward.frame(vec![measured(Parameter::HeartRate, 90, 0, NOW)]);
    ward.cut();
    let outputs = engine.handle(Input::Live(vec![ward.live(ward.tip())]), NOW);
    assert_eq!(accepts(&outputs), 1);
    // The next connection asks again, and an honest answer completes it.
    assert!(run(&mut engine, &ward, &mut Disk { lane: disk.lane, ..Disk::default() }, 2).is_empty());
}
