//! Bundles that prove an equivocation, and bundles that prove nothing.

use crate::*;
use wl_ledger::block::{LaneItem, UnverifiedBlock};
use wl_ledger::checkpoint::{CheckpointError, NoteError};
use wl_ledger::evidence::{Contradiction, Evidence, EvidenceError, Run, Statement, judge};
use wl_ledger::fixtures::{Setup, key};
use wl_ledger::header::{Certificate, CertificateError, Header, header_id};
use wl_ledger::heartbeat::{Heartbeat, HeartbeatError};
use wl_ledger::keys::SigningKey;
use wl_ledger::merkle::Frontier;
use wl_ledger::{Height, UnixMillis};

pub(crate) fn genesis(ward: &TestChain) -> Vec<u8> {
    ward.lane()[0].controls[0].to_vec()
}

pub(crate) fn run(items: &[LaneItem], frontier: Option<Frontier>) -> Statement {
    let certificate = items.last().unwrap().certificate.clone().unwrap();
    Statement::Headers(Run {
        headers: items.iter().map(|item| item.header.clone().into()).collect(),
        certificate,
        frontier,
    })
}

/// Another header at the height of this one, certified by these keys.
pub(crate) fn twin(block: &UnverifiedBlock, keys: &[&SigningKey]) -> LaneItem {
    let mut header = Header::parse(&block.header).unwrap();
    header.time = header.time.plus(1);
    let bytes = header.to_bytes();
    let certificate = Certificate::sign(keys, &header.chain, header.height, 0, &header_id(&bytes));
    LaneItem { header: bytes, certificate: Some(certificate.to_bytes().into()), controls: vec![] }
}

fn frontier(ward: &TestChain, size: usize) -> Frontier {
    let mut frontier = Frontier::new();
    ward.verifier()
        .headers_from(Height(0))
        .take(size)
        .for_each(|header| frontier.append(leaf_hash(header.id().as_bytes())));
    frontier
}

fn note(checkpoint: &Checkpoint, signer: &str) -> Statement {
    Statement::Checkpoint(checkpoint.sign(&[&key(signer)]).to_string().into_bytes().into())
}

fn beat(ward: &TestChain, height: usize, header: wl_ledger::Hash, signer: &str) -> Statement {
    let height = Height(height as u64);
    let beat = Heartbeat {
        author: key(signer).id(),
        time: UnixMillis(1),
        height,
        header,
        tails: vec![],
        lost: None,
    };
    Statement::Heartbeat(beat.seal(&key(signer), &ward.chain()).into())
}

/// Two statements that convict the gateway, and where they part.
pub(crate) type Convicting = (&'static str, Statement, Statement, Contradiction);

pub(crate) fn convicting(ward: &TestChain) -> Vec<Convicting> {
    let lane = ward.lane();
    let other = run(&[twin(&ward.blocks()[3], &[&key("gateway")])], None);
    let lie = Checkpoint { root: fixture_hash(), ..checkpoint(ward, 4) };
    let last = lane.len() as u64;
    let lie_at_tip = Checkpoint { root: fixture_hash(), ..checkpoint(ward, last) };
    let mut uncertified = lane[2..6].to_vec();
    uncertified[..3].iter_mut().for_each(|item| item.certificate = None);
    let (header, history) = (Contradiction::Header(Height(3)), Contradiction::History);
    let note_of = |lie: &Checkpoint| note(lie, "gateway");
    vec![
        ("two headers", run(&lane[3..4], None), other.clone(), header),
        ("a header within a run", run(&uncertified, None), other, header),
        ("a heartbeat", run(&lane[3..4], None), beat(ward, 3, fixture_hash(), "gateway"), header),
        ("a checkpoint and the next header", run(&lane[4..5], None), note_of(&lie), history(4)),
        ("two checkpoints", note_of(&checkpoint(ward, 4)), note_of(&lie), history(4)),
        (
            "a checkpoint and the newest header",
            run(&lane[lane.len() - 1..], Some(frontier(ward, lane.len() - 1))),
            note_of(&lie_at_tip),
            history(last),
        ),
        (
            "a run with its border and a checkpoint within it",
            run(&uncertified, Some(frontier(ward, 2))),
            note_of(&lie),
            history(4),
        ),
    ]
}

#[test]
fn every_kind_of_equivocation_is_proven_without_anything_else() {
    let ward = TestChain::ward();
    for (what, one, other, at) in convicting(&ward) {
        for (one, other) in [(one.clone(), other.clone()), (other, one)] {
            let verdict = judge(&Evidence::of(&genesis(&ward), one, other).to_bytes()).expect(what);
            assert_eq!((verdict.at, verdict.chain), (at, ward.chain()), "{what}");
            assert_eq!(verdict.signers, [key("gateway").id()], "{what}");
        }
    }
}

fn fixture_hash() -> wl_ledger::Hash {
    wl_ledger::fixtures::hash("another")
}

/// Bundles that convict nobody, and why.
pub(crate) fn convicting_nobody(ward: &TestChain) -> Vec<(&'static str, Vec<u8>, EvidenceError)> {
    let lane = ward.lane();
    let ours = run(&lane[3..4], None);
    let theirs = run(&[twin(&ward.blocks()[3], &[&key("gateway")])], None);
    let forged = run(&[twin(&ward.blocks()[3], &[&key("stranger")])], None);
    let stranger = CertificateError::NotAValidator(key("stranger").id());
    let elsewhere = TestChain::found(Setup { admins: 2, ..Setup::default() });
    let mut gap = lane[2..6].to_vec();
    gap.remove(1);
    let whole = |one: &Statement, other: &Statement| Evidence::of(&genesis(ward), one.clone(), other.clone());
    let of = |genesis: &[u8]| Evidence::of(genesis, ours.clone(), theirs.clone());
    let mut later = whole(&ours, &theirs);
    later.version = 2;
    let mut flipped = whole(&ours, &theirs).to_bytes();
    *flipped.last_mut().unwrap() ^= 1;
    let true_note = note(&checkpoint(ward, 4), "gateway");
    let table = [
        ("twice the same", whole(&ours, &ours), EvidenceError::NoContradiction),
        ("two heights", whole(&ours, &run(&lane[4..5], None)), EvidenceError::NoContradiction),
        ("a true checkpoint", whole(&run(&lane[4..5], None), &true_note), EvidenceError::NoContradiction),
        ("certified by a stranger", whole(&ours, &forged), EvidenceError::Certificate(stranger)),
        (
            "a stranger's checkpoint",
            whole(&ours, &note(&checkpoint(ward, 3), "stranger")),
            EvidenceError::Checkpoint(CheckpointError::Unsigned),
        ),
        (
            "another chain's checkpoint",
            whole(&ours, &note(&checkpoint(&elsewhere, 1), "gateway")),
            EvidenceError::Checkpoint(CheckpointError::OtherOrigin),
        ),
        (
            "no checkpoint",
            whole(&ours, &Statement::Checkpoint(b"hello".to_vec().into())),
            EvidenceError::Checkpoint(CheckpointError::Note(NoteError::Shape)),
        ),
        (
            "a hub's heartbeat",
            whole(&ours, &beat(ward, 3, fixture_hash(), "hub")),
            EvidenceError::Heartbeat(HeartbeatError::UnknownAuthor(key("hub").id())),
        ),
        ("a gap", whole(&run(&gap, None), &theirs), EvidenceError::Run { index: 1 }),
        ("no header", whole(&run_of_nothing(&lane[3]), &theirs), EvidenceError::Run { index: 0 }),
        ("another chain's genesis", of(&genesis(&elsewhere)), EvidenceError::Run { index: 0 }),
        ("a transaction that founds nothing", of(&lane[1].controls[0]), EvidenceError::Genesis),
        ("no transaction", of(b"x"), EvidenceError::Genesis),
        (
            "another frontier",
            whole(&run(&lane[3..4], Some(frontier(ward, 2))), &theirs),
            EvidenceError::Frontier,
        ),
        ("a later version", later, EvidenceError::Version(2)),
    ];
    let mut out: Vec<_> =
        table.into_iter().map(|(what, bundle, error)| (what, bundle.to_bytes(), error)).collect();
    let broken = CertificateError::Signature(key("gateway").id());
    out.push(("a changed signature", flipped, EvidenceError::Certificate(broken)));
    out
}

#[test]
fn what_proves_nothing_says_why() {
    let ward = TestChain::ward();
    for (what, bundle, expected) in convicting_nobody(&ward) {
        assert_eq!(judge(&bundle), Err(expected), "{what}");
    }
    let (_, ours, theirs, _) = convicting(&ward).remove(0);
    let mut bad_header = ward.lane()[3].clone();
    bad_header.header.push(0);
    let bundle = Evidence::of(&genesis(&ward), run(&[bad_header], None), theirs);
    let malformed = judge(&bundle.to_bytes());
    assert!(matches!(malformed, Err(EvidenceError::Header { index: 0, .. })), "{malformed:?}");
    assert!(matches!(judge(b"\xa0"), Err(EvidenceError::Malformed(_))));
    let mut longer = Evidence::of(&genesis(&ward), ours.clone(), ours).to_bytes();
    longer.push(0);
    assert!(matches!(judge(&longer), Err(EvidenceError::Malformed(_))));
}

fn run_of_nothing(item: &LaneItem) -> Statement {
    Statement::Headers(Run {
        headers: vec![],
        certificate: item.certificate.clone().unwrap(),
        frontier: None,
    })
}

/// Bundles about a chain of four gateways: what three of them certified, and what others said against it.
pub(crate) struct Several {
    pub(crate) keys: Vec<SigningKey>,
    pub(crate) by_two_of_both: Vec<u8>,
    pub(crate) by_nobody_of_both: Vec<u8>,
    pub(crate) by_too_few: Vec<u8>,
}

pub(crate) fn several() -> Several {
    let ward = TestChain::found(Setup { validators: 4, ..Setup::default() });
    let keys = ward.setup().validator_keys();
    let block = &ward.blocks()[0];
    let genesis = block.lane_item().controls[0].to_vec();
    let chosen = |signers: &[usize]| signers.iter().map(|at| &keys[*at]).collect::<Vec<_>>();
    let ours = {
        let id = header_id(&block.header);
        let certificate = Certificate::sign(&chosen(&[0, 1, 2]), &ward.chain(), Height(0), 0, &id);
        run(&[LaneItem { certificate: Some(certificate.to_bytes().into()), ..block.lane_item() }], None)
    };
    let against = |other: Statement| Evidence::of(&genesis, ours.clone(), other).to_bytes();
    let twin_by = |signers: &[usize]| against(run(&[twin(block, &chosen(signers))], None));
    Several {
        by_two_of_both: twin_by(&[1, 2, 3]),
        by_too_few: twin_by(&[1, 2]),
        by_nobody_of_both: against(checkpoint_of_nobody(&ward, &keys[3])),
        keys,
    }
}

#[test]
fn of_several_gateways_only_those_who_signed_both_are_named() {
    let several = several();
    let verdict = judge(&several.by_two_of_both).unwrap();
    let mut expected = vec![several.keys[1].id(), several.keys[2].id()];
    expected.sort_unstable();
    assert_eq!(verdict.signers, expected);
    assert_eq!(judge(&several.by_nobody_of_both), Err(EvidenceError::NoCommonSigner));
    let too_few = CertificateError::NoQuorum { need: 3, got: 2 };
    assert_eq!(judge(&several.by_too_few), Err(EvidenceError::Certificate(too_few)));
}

fn checkpoint_of_nobody(ward: &TestChain, signer: &SigningKey) -> Statement {
    let lie = Heartbeat {
        author: signer.id(),
        time: UnixMillis(1),
        height: Height(0),
        header: fixture_hash(),
        tails: vec![],
        lost: None,
    };
    Statement::Heartbeat(lie.seal(signer, &ward.chain()).into())
}

#[test]
fn no_single_bit_of_a_bundle_can_flip_unnoticed() {
    let ward = TestChain::ward();
    let other = twin(&ward.blocks()[3], &[&key("gateway")]);
    let bundle = Evidence::of(&genesis(&ward), run(&ward.lane()[3..4], None), run(&[other], None)).to_bytes();
    for at in 0..bundle.len() {
        let mut changed = bundle.clone();
        changed[at] ^= 1 << (at % 8);
        // A changed genesis is another chain's, in which these headers do not stand.
        assert!(judge(&changed).is_err(), "byte {at}");
    }
}
