//! Split views: a gateway that signs two histories is found out at the first comparison, and an honest one never.

use crate::ward::*;
use wl_desk::sync::{Comparison, Engine, Evidence, Input, Output, Start, Verdict, View, WITHHELD_AFTER};
use wl_ledger::block::LaneItem;
use wl_ledger::checkpoint::Checkpoint;
use wl_ledger::codec::tagged_hash;
use wl_ledger::control::Action;
use wl_ledger::evidence::{self, Run, Statement, judge};
use wl_ledger::merkle::{Tree, leaf_hash};
use wl_ledger::verify::Verifier;
use wl_ledger::*;
use wl_wire::messages::*;

const NOW: UnixMillis = UnixMillis(1_768_000_000_000);
const RUNS: u64 = 100;

/// Small numbers from a seed.
struct Dice(u64, u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.1 += 1;
        let digest = tagged_hash("dice", &[&self.0.to_be_bytes(), &self.1.to_be_bytes()]);
        u64::from_be_bytes(digest.as_bytes()[..8].try_into().unwrap()) % sides
    }
}

/// Blocks that are the same for the same tag.
fn grow(ward: &mut TestWard, tag: &str, blocks: u64) {
    for at in 0..blocks {
        let id = tagged_hash(tag, &[&at.to_be_bytes()]).as_bytes()[..16].try_into().unwrap();
        ward.control("admin", Action::CreateTeam(TeamId::from_bytes(id), format!("{tag} {at}")));
        ward.cut();
    }
}

fn founded(common: u64) -> TestWard {
    let mut ward = TestWard::found(NOW, request("admin", Role::Admin), "127.0.0.1:1");
    grow(&mut ward, "common", common);
    ward
}

/// An engine that has verified all that a ward shows.
fn following(ward: &TestWard) -> Engine {
    let verifier = Verifier::new(ward.chain);
    let mut engine = Engine::new(Start { verifier, trusted: None, missing: vec![], edges: vec![] });
    engine.handle(Input::Connect, NOW);
    engine.handle(Input::Lane(ward.lane(Height(0), 4096)), NOW);
    assert_eq!(engine.verifier().tip().unwrap().height(), ward.tip());
    engine
}

fn head(item: LaneItem) -> CertifiedHeader {
    CertifiedHeader { header: item.header.into(), certificate: item.certificate.unwrap() }
}

/// What a second source says to somebody whose newest height is `ours`: as `wl_desk::second` asks.
fn views(ward: &TestWard, ours: Height) -> Vec<View> {
    let mut views: Vec<View> =
        ward.lane(ours, 1).items.into_iter().map(|item| View::Head(head(item))).collect();
    if ward.tip() != ours {
        views.extend(ward.lane(ward.tip(), 1).items.into_iter().map(|item| View::Head(head(item))));
    }
    views.push(View::Checkpoint(checkpoint(ward)));
    views
}

fn checkpoint(ward: &TestWard) -> Vec<u8> {
    let mut tree = Tree::new();
    ward.verifier().headers_from(Height(0)).for_each(|header| tree.append(leaf_hash(header.id().as_bytes())));
    let said = Checkpoint { chain: ward.chain, size: tree.len(), root: tree.root(tree.len()).unwrap() };
    said.sign(&[&key("gateway")]).to_string().into_bytes()
}

/// One look at a second source.
fn look(engine: &mut Engine, second: &TestWard, now: UnixMillis) -> (Vec<Comparison>, Vec<Evidence>) {
    let ours = engine.verifier().tip().unwrap().height();
    let outputs = views(second, ours).into_iter();
    let outputs: Vec<Output> =
        outputs.flat_map(|view| engine.handle(Input::SecondView("second".into(), view), now)).collect();
    sorted(outputs)
}

fn sorted(outputs: Vec<Output>) -> (Vec<Comparison>, Vec<Evidence>) {
    let (mut comparisons, mut evidence) = (Vec::new(), Vec::new());
    for output in outputs {
        match output {
            Output::Compared(comparison) => comparisons.push(comparison),
            Output::Evidence(piece) => evidence.push(piece),
            _ => {}
        }
    }
    (comparisons, evidence)
}

#[test]
fn a_two_faced_gateway_is_found_out_at_the_next_comparison_in_every_run() {
    let mut found = 0;
    for seed in 0..RUNS {
        let mut dice = Dice(seed, 0);
        let common = dice.roll(5);
        let (mut one, mut other) = (founded(common), founded(common));
        grow(&mut one, "one", 1 + dice.roll(6));
        grow(&mut other, "other", 1 + dice.roll(6));
        let mut engine = following(&one);
        let (comparisons, evidence) = look(&mut engine, &other, NOW);
        let differs = comparisons.iter().any(|one| matches!(one.verdict, Verdict::Differs(_)));
        assert!(differs, "seed {seed}: {comparisons:?}");
        let tip = engine.verifier().tip().unwrap().id();
        assert_eq!(tip, one.verifier().tip().unwrap().id(), "seed {seed}: nothing is rewound");
        let piece = evidence.first().unwrap_or_else(|| panic!("seed {seed}: no evidence"));
        assert!(judged(&one, piece), "seed {seed}: the evidence is not judged as proof");
        found += 1;
    }
    assert_eq!(found, RUNS);
}

/// Whether an outsider, who has the bundle only, finds that the gateway signed both.
fn judged(ward: &TestWard, piece: &Evidence) -> bool {
    let theirs = piece.statement().expect("a signed statement");
    let from = piece.height().expect("a height");
    let item = ward.lane(from, 1).items.remove(0);
    let ours = Statement::Headers(Run {
        headers: vec![item.header.into()],
        certificate: item.certificate.unwrap(),
        frontier: None,
    });
    let genesis = ward.lane(Height(0), 1).items.remove(0).controls.remove(0);
    let verdict = judge(&evidence::Evidence::of(&genesis, ours, theirs).to_bytes());
    verdict.is_ok_and(|verdict| verdict.chain == ward.chain && verdict.signers == [key("gateway").id()])
}

#[test]
fn an_honest_gateway_is_never_accused() {
    for seed in 0..RUNS {
        let mut dice = Dice(seed, 0);
        let common = dice.roll(5);
        let (mut one, mut other) = (founded(common), founded(common));
        // One of the two is further, and both have the same history.
        let (ours, theirs) = (dice.roll(4), dice.roll(4));
        grow(&mut one, "same", ours);
        grow(&mut other, "same", theirs);
        let mut engine = following(&one);
        let (comparisons, evidence) = look(&mut engine, &other, NOW);
        assert!(evidence.is_empty(), "seed {seed}: {evidence:?}");
        let expected = if theirs > ours { Verdict::Ahead(other.tip()) } else { Verdict::Agrees(other.tip()) };
        assert_eq!(comparisons.last().map(|one| &one.verdict), Some(&expected), "seed {seed}");
        // What was ahead is compared as soon as it is reached here.
        if theirs > ours {
            let verifier = engine.verifier().next_height();
            engine.handle(Input::Connect, NOW);
            engine.handle(Input::Lane(other.lane(Height(verifier.0 - 1), 4096)), NOW);
            let (comparisons, evidence) = sorted(engine.handle(Input::Tick, NOW));
            assert!(evidence.is_empty() && !comparisons.is_empty(), "seed {seed}");
            assert!(comparisons.iter().all(|one| matches!(one.verdict, Verdict::Agrees(_))), "seed {seed}");
        }
    }
}

#[test]
fn blocks_that_a_second_source_has_and_the_gateway_keeps_back_show_after_a_minute() {
    let (one, mut other) = (founded(2), founded(2));
    grow(&mut other, "kept back", 3);
    let mut engine = following(&one);
    let (comparisons, _) = look(&mut engine, &other, NOW);
    assert!(comparisons.iter().any(|one| one.verdict == Verdict::Ahead(other.tip())));
    let (comparisons, _) = sorted(engine.handle(Input::Tick, NOW.plus(WITHHELD_AFTER)));
    assert!(comparisons.is_empty(), "a minute is allowed for delays");
    let (comparisons, evidence) = sorted(engine.handle(Input::Tick, NOW.plus(WITHHELD_AFTER + 1)));
    assert!(comparisons.iter().all(|one| one.verdict == Verdict::Withheld(other.tip())), "{comparisons:?}");
    assert!(!comparisons.is_empty() && evidence.is_empty(), "late is not signed against anybody");
}

#[test]
fn a_fork_that_is_ahead_is_found_out_when_the_own_chain_gets_there() {
    let (mut one, mut other) = (founded(2), founded(2));
    grow(&mut other, "other", 3);
    let mut engine = following(&one);
    // The second source is at another history that is longer than ours: only its newest header is seen.
    let newest = View::Head(head(other.lane(other.tip(), 1).items.remove(0)));
    let (comparisons, _) = sorted(engine.handle(Input::SecondView("second".into(), newest), NOW));
    assert_eq!(comparisons[0].verdict, Verdict::Ahead(other.tip()));
    let from = one.tip();
    grow(&mut one, "one", 4);
    engine.handle(Input::Connect, NOW);
    engine.handle(Input::Lane(one.lane(from, 4096)), NOW);
    let (comparisons, evidence) = sorted(engine.handle(Input::Tick, NOW));
    assert_eq!(comparisons[0].verdict, Verdict::Differs(other.tip()));
    assert_eq!(evidence[0].kind(), "fork");
}

#[test]
fn what_is_not_signed_by_this_hospital_accuses_nobody() {
    let (one, mut other) = (founded(1), founded(1));
    grow(&mut other, "other", 1);
    let mut engine = following(&one);
    let mut forged = head(one.lane(one.tip(), 1).items.remove(0));
    forged.header[40] ^= 1;
    let mut bent = String::from_utf8(checkpoint(&one)).unwrap();
    bent = bent.replacen("\n2\n", "\n1\n", 1).replacen("\n3\n", "\n1\n", 1);
    let mut elsewhere = TestWard::found(NOW.plus(1), request("admin", Role::Admin), "127.0.0.1:1");
    grow(&mut elsewhere, "elsewhere", 1);
    let table = [
        View::Head(forged),
        View::Head(CertifiedHeader { header: vec![].into(), certificate: vec![].into() }),
        View::Head(head(elsewhere.lane(Height(0), 1).items.remove(0))),
        View::Checkpoint(bent.into_bytes()),
        View::Checkpoint(b"hello".to_vec()),
        View::Checkpoint(checkpoint(&elsewhere)),
    ];
    for (row, view) in table.into_iter().enumerate() {
        let (comparisons, evidence) = sorted(engine.handle(Input::SecondView("second".into(), view), NOW));
        assert_eq!(comparisons[0].verdict, Verdict::Worthless, "row {row}");
        assert!(evidence.is_empty(), "row {row}");
    }
}

#[test]
fn a_head_that_goes_back_is_noticed_at_every_height() {
    let ward = founded(6);
    for shorter in 0..ward.tip().0 {
        let mut engine = following(&ward);
        engine.handle(Input::Lost { jitter: 0 }, NOW);
        engine.handle(Input::Connect, NOW);
        let lane = LaneBatch { items: vec![], tip: Height(shorter) };
        let (_, evidence) = sorted(engine.handle(Input::Lane(lane), NOW));
        assert_eq!(evidence.iter().map(Evidence::kind).collect::<Vec<_>>(), ["rollback"], "height {shorter}");
        assert_eq!(engine.verifier().tip().unwrap().height(), ward.tip(), "height {shorter}");
    }
}

#[test]
fn a_checkpoint_over_another_history_is_evidence_at_its_size() {
    let (mut one, mut other) = (founded(2), founded(2));
    grow(&mut one, "one", 3);
    grow(&mut other, "other", 2);
    let mut engine = following(&one);
    let view = View::Checkpoint(checkpoint(&other));
    let (comparisons, evidence) = sorted(engine.handle(Input::SecondView("second".into(), view), NOW));
    assert_eq!(comparisons[0].verdict, Verdict::Differs(other.tip()));
    assert_eq!(evidence[0].kind(), "other-checkpoint");
    // The own header after it holds the root that it contradicts.
    let next = one.lane(other.tip().next().unwrap(), 1).items.remove(0);
    let ours = Statement::Headers(Run {
        headers: vec![next.header.into()],
        certificate: next.certificate.unwrap(),
        frontier: None,
    });
    let genesis = one.lane(Height(0), 1).items.remove(0).controls.remove(0);
    let bundle = wl_ledger::evidence::Evidence::of(&genesis, ours, evidence[0].statement().unwrap());
    assert!(judge(&bundle.to_bytes()).is_ok());
}
