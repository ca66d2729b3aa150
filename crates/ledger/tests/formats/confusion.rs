//! A signature made for one purpose fits no other: every purpose against every place that verifies one.

use wl_ledger::checkpoint::{Checkpoint, origin};
use wl_ledger::codec::encode;
use wl_ledger::control::*;
use wl_ledger::cose::{Sign, Sign1, sign_message, sign1_message};
use wl_ledger::fixtures::{Setup, TestChain, enrolment, hash, key, key_id, patient_id};
use wl_ledger::header::{ValidatorSet, certificate_message};
use wl_ledger::heartbeat::verify_heartbeat;
use wl_ledger::keys::Signature;
use wl_ledger::record::{RecordKind, SignedRecord, stream_anchor};
use wl_ledger::{ChainId, Hash, Height, Role, StreamId};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Duty {
    Record,
    Control,
    Heartbeat,
    Certificate,
    Possession,
    Registration,
    Checkpoint,
}
const ALL: [Duty; 7] = [
    Duty::Record,
    Duty::Control,
    Duty::Heartbeat,
    Duty::Certificate,
    Duty::Possession,
    Duty::Registration,
    Duty::Checkpoint,
];

/// One key that is everything at once, so that only the purpose can keep its signatures apart.
const SIGNER: &str = "hub";

/// The payload that each place asks for, and whether it takes a signature over it.
struct Place {
    duty: Duty,
    payload: Vec<u8>,
    accepts: Box<dyn Fn(Signature) -> bool>,
}

/// The bytes that a signature for `purpose` covers when its content is `payload`.
fn message(duty: Duty, payload: &[u8], chain: &ChainId, previous: &Hash) -> Vec<u8> {
    let external = |tag: &str| [tag.as_bytes(), chain.as_bytes()].concat();
    match duty {
        Duty::Record => {
            sign1_message(&[&external("wardlight/record/1")[..], previous.as_bytes()].concat(), payload)
        }
        Duty::Control => sign_message(&external("wardlight/control/1"), payload),
        Duty::Heartbeat => sign1_message(&external("wardlight/heartbeat/1"), payload),
        Duty::Certificate => [&external("wardlight/certificate/1")[..], payload].concat(),
        Duty::Possession => [b"wardlight/possession/1", payload].concat(),
        Duty::Registration => [&external("wardlight/registration/1")[..], payload].concat(),
        // The text begins with the chain itself.
        Duty::Checkpoint => [origin(chain).as_bytes(), payload].concat(),
    }
}

fn places(ward: &TestChain) -> Vec<Place> {
    let chain = ward.chain();
    let height = ward.verifier().next_height();
    let (record, _) = ward.draft(SIGNER, StreamId(0), RecordKind::Frame, b"x");
    let previous = ward.proposer().tail(StreamId(0)).unwrap().hash;
    let control = ward.sign(&[SIGNER], ward.epoch("ada", wl_ledger::Category::Vitals));
    let beat = wl_ledger::heartbeat::Heartbeat {
        author: key_id(SIGNER),
        time: ward.now,
        height: Height(0),
        header: hash("header"),
        tails: vec![],
        lost: None,
    };
    let request = enrolment("fresh", Role::Nurse).enrolment;
    let (state, admin_state) = (ward.state().clone(), ward.state().clone());
    let now = ward.now;
    let enrol = move |proof: Signature| {
        let proven = ProvenEnrolment { enrolment: request.clone(), proof };
        let number = admin_state.next_number(&key_id("admin"));
        let transaction =
            Transaction { number, author: Some(key_id("admin")), made: now, action: Action::Enrol(proven) };
        let signed = SignedTransaction::sign(&[&key("admin")], &chain, transaction);
        admin_state.clone().apply(&signed, height, now).is_ok()
    };
    let register_state = ward.state().clone();
    let register = move |proof: Signature| {
        let registration = wl_ledger::control::Registration {
            patient: patient_id("new"),
            sign: key("fresh").public(),
            hub: key_id(SIGNER),
            proof,
        };
        let number = register_state.next_number(&key_id("admin"));
        let action = Action::RegisterPatient(registration);
        let transaction = Transaction { number, author: Some(key_id("admin")), made: now, action };
        let signed = SignedTransaction::sign(&[&key("admin")], &chain, transaction);
        register_state.clone().apply(&signed, height, now).is_ok()
    };
    let record_payload = encode(record.header());
    let control_payload = encode(control.transaction());
    let beat_payload = encode(&beat);
    let certified = certificate_message(&chain, Height(7), 0, &hash("header"));
    let registration = wl_ledger::control::Registration::possession_message(
        &chain,
        &patient_id("new"),
        &key("fresh").public(),
        &key_id(SIGNER),
    );
    let seen = Checkpoint { chain, size: 4, root: hash("root") };
    let (r, c, b) = (record_payload.clone(), control_payload.clone(), beat_payload.clone());
    vec![
        Place {
            duty: Duty::Record,
            payload: record_payload,
            accepts: Box::new(move |signature| {
                let bytes = Sign1 { payload: r.clone(), signature }.to_bytes();
                SignedRecord::parse(&bytes).unwrap().verify(&key(SIGNER).public(), &chain, &previous).is_ok()
            }),
        },
        Place {
            duty: Duty::Control,
            payload: control_payload,
            accepts: Box::new(move |signature| {
                let bytes =
                    Sign { payload: c.clone(), signers: vec![(key_id(SIGNER), signature)] }.to_bytes();
                state.clone().apply(&SignedTransaction::parse(&bytes).unwrap(), height, now).is_ok()
            }),
        },
        Place {
            duty: Duty::Heartbeat,
            payload: beat_payload,
            accepts: Box::new(move |signature| {
                let bytes = Sign1 { payload: b.clone(), signature }.to_bytes();
                verify_heartbeat(&bytes, &chain, |_| Some(key(SIGNER).public())).is_ok()
            }),
        },
        Place {
            duty: Duty::Certificate,
            payload: certified[b"wardlight/certificate/1".len() + 32..].to_vec(),
            accepts: Box::new(move |signature| {
                let set = ValidatorSet::of([key(SIGNER).public()]);
                let certificate = wl_ledger::header::Certificate {
                    round: 0,
                    signatures: vec![(key_id(SIGNER), signature)],
                };
                certificate.verify(&set, &chain, Height(7), &hash("header")).is_ok()
            }),
        },
        Place {
            duty: Duty::Possession,
            payload: encode(&enrolment("fresh", Role::Nurse).enrolment),
            accepts: Box::new(enrol),
        },
        Place {
            duty: Duty::Registration,
            payload: registration[b"wardlight/registration/1".len() + 32..].to_vec(),
            accepts: Box::new(register),
        },
        Place {
            duty: Duty::Checkpoint,
            payload: seen.text().as_bytes()[origin(&chain).len()..].to_vec(),
            accepts: Box::new(move |signature| {
                let mut note = seen.sign(&[&key(SIGNER)]);
                note.signatures[0].signature = signature.as_bytes().to_vec();
                let set = ValidatorSet::of([key(SIGNER).public()]);
                Checkpoint::verify(note.to_string().as_bytes(), &chain, &set).is_ok()
            }),
        },
    ]
}

#[test]
fn a_signature_fits_its_own_purpose_chain_and_place_only() {
    let ward = TestChain::ward();
    let chain = ward.chain();
    let previous = ward.proposer().tail(StreamId(0)).unwrap().hash;
    let elsewhere = TestChain::found(Setup { admins: 2, ..Setup::default() }).chain();
    for place in places(&ward) {
        let signer = match place.duty {
            Duty::Possession | Duty::Registration => key("fresh"),
            Duty::Record | Duty::Control | Duty::Heartbeat | Duty::Certificate | Duty::Checkpoint => {
                key(SIGNER)
            }
        };
        for duty in ALL {
            let signature = signer.sign(&message(duty, &place.payload, &chain, &previous));
            let fits = (place.accepts)(signature);
            assert_eq!(fits, duty == place.duty, "{duty:?} offered as {:?}", place.duty);
            // Possession alone is proven before a workstation knows any chain.
            let abroad = signer.sign(&message(duty, &place.payload, &elsewhere, &previous));
            let fits = (place.accepts)(abroad);
            assert_eq!(
                fits,
                duty == Duty::Possession && place.duty == Duty::Possession,
                "{duty:?} of another chain"
            );
        }
        let bare = signer.sign(&place.payload);
        assert!(!(place.accepts)(bare), "{:?}: the payload without its context", place.duty);
        let other = key("stranger").sign(&message(place.duty, &place.payload, &chain, &previous));
        assert!(!(place.accepts)(other), "{:?}: another key", place.duty);
    }
    // One stream's anchor is not another's, nor another chain's.
    assert_ne!(stream_anchor(&chain, StreamId(0)), stream_anchor(&chain, StreamId(1)));
    assert_ne!(stream_anchor(&chain, StreamId(0)), stream_anchor(&elsewhere, StreamId(0)));
}
