//! The whole gateway over TLS on loopback.

use crate::support::*;
use std::time::Duration;
use wl_gateway::Limits;
use wl_gateway::sequencer::Uninterrupted;
use wl_ledger::control::{Action, RevocationReason};
use wl_ledger::fixtures::{self, TestChain};
use wl_ledger::heartbeat::Heartbeat;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::verify::Verifier;
use wl_ledger::{Hash, Height, StreamId};
use wl_wire::gateway::{ClientError, LiveEvent};
use wl_wire::messages::{Receipt, refusal};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_submitted_is_served_verifies_and_resumes() {
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let gateway = Gateway::start(dir.path()).await;
    submit_ward(&gateway.client("admin"), &chain).await;

    let nurse = gateway.client("nurse");
    let lane = nurse.lane(Height(0), 4096).await.expect("a lane");
    assert!(lane.items.iter().rev().skip(1).all(|item| item.certificate.is_none()));
    let mut verifier = Verifier::new(chain.chain());
    verifier.advance(&lane.items).expect("the lane verifies");
    let served = nurse.blocks(Height(0), lane.tip).await.expect("blocks").blocks;
    assert_eq!(served.len(), lane.items.len());
    for block in &served {
        let entries = block.items.iter().map(|item| item.item.entry.clone()).collect();
        verifier.header(block.height).expect("a header").admit(entries).expect("the entries fit");
    }
    assert_eq!(nurse.blocks(Height(lane.tip.0 + 1), Height(lane.tip.0 + 2)).await.expect("none").blocks, []);

    // A batch of the lane ends where it was asked to, and bears a certificate there.
    let part = nurse.lane(Height(0), 2).await.expect("a part");
    assert_eq!(part.items.len(), 2);
    Verifier::new(chain.chain()).advance(&part.items).expect("a part verifies");

    let mut live = nurse.live(Height(0)).await.expect("a stream");
    for height in 0..=lane.tip.0 {
        assert_eq!(next_block(&mut live).await, Height(height));
    }
    let alarm = next_record(&mut chain, "hub", StreamId(1), RecordKind::Alarm);
    let hub = gateway.client("hub");
    let sending = submit(&hub, vec![alarm.clone()]);
    let (receipts, events) = tokio::join!(sending, async {
        (other_than_heartbeat(&mut live).await, other_than_heartbeat(&mut live).await)
    });
    let sealed = Height(lane.tip.0 + 1);
    assert_eq!(receipts, vec![Receipt::Sealed(sealed)]);
    let LiveEvent::Provisional(relayed) = events.0 else { panic!("an alarm is relayed first") };
    assert_eq!(relayed.record, alarm.entry.bytes());
    let LiveEvent::Block(block) = events.1 else { panic!("then its block comes") };
    assert_eq!((block.content.height, block.content.items[0].previous), (sealed, Some(relayed.previous)));
    drop(live);

    // The answer was lost: the very same is known, after a restart too.
    assert_eq!(submit(&hub, vec![alarm.clone()]).await, vec![Receipt::Known(sealed)]);
    let (control_again, known_at) = (items(&chain, 1)[0].clone(), Height(1));
    assert_eq!(submit(&hub, vec![control_again.clone()]).await, vec![Receipt::Known(known_at)]);
    gateway.stop().await;
    let gateway = Gateway::start(dir.path()).await;
    let hub = gateway.client("hub");
    assert_eq!(
        submit(&hub, vec![alarm, control_again]).await,
        vec![Receipt::Known(sealed), Receipt::Known(known_at)]
    );
    let mut live = gateway.client("nurse").live(sealed).await.expect("a stream");
    assert_eq!(next_block(&mut live).await, sealed);
    let frame = next_record(&mut chain, "hub", StreamId(0), RecordKind::Frame);
    assert_eq!(submit(&hub, vec![frame]).await, vec![Receipt::Sealed(Height(sealed.0 + 1))]);
    assert_eq!(next_block(&mut live).await, Height(sealed.0 + 1));
    drop(live);
    gateway.stop().await;
}

async fn other_than_heartbeat(stream: &mut wl_wire::gateway::LiveStream) -> LiveEvent {
    loop {
        let event = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("in time");
        match event.expect("an open stream").expect("an event") {
            LiveEvent::Heartbeat(_) => {}
            other => return other,
        }
    }
}

/// An open connection answers 403 or is closed; a new one ends at the handshake, whose alert may be lost with the
/// connection.
fn stays_outside<T>(outcome: Result<T, ClientError>) -> bool {
    matches!(
        outcome,
        Err(ClientError::KeyRefused | ClientError::Unreachable | ClientError::Status { status: 403, .. })
    )
}

fn code(receipt: &Receipt) -> u16 {
    match receipt {
        Receipt::Refused(code, _) => *code,
        Receipt::Sealed(_) | Receipt::Known(_) | Receipt::Deferred => 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_the_rules_is_refused_with_its_code_and_holds_back_what_follows() {
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let gateway = Gateway::start(dir.path()).await;
    submit_ward(&gateway.client("admin"), &chain).await;
    let hub = gateway.client("hub");

    let (stranger, stranger_body) = chain.draft("physician", StreamId(0), RecordKind::Frame, b"x");
    let (good, body) = chain.draft("hub", StreamId(0), RecordKind::Frame, b"x");
    let other_body = Body { salt: body.salt, ciphertext: b"y".to_vec() };
    let mut torn = record(&good, &body);
    torn.body = None;
    let (unknown, unknown_body) = chain.draft("hub", StreamId(99), RecordKind::Frame, b"x");
    let first = next_record(&mut chain, "hub", StreamId(0), RecordKind::Frame);
    let second = next_record(&mut chain, "hub", StreamId(0), RecordKind::Frame);
    let (again, again_body) =
        TestChain::ward().draft("hub", StreamId(0), RecordKind::Frame, b"other content");
    let replayed_number = record(&again, &again_body);
    let not_permitted =
        chain.sign(&["nurse"], Action::Revoke(fixtures::key_id("hub"), RevocationReason::Left));
    let long = control(&vec![0; 65 * 1024]);
    let table = [
        ("wrong author", record(&stranger, &stranger_body), refusal::RECORD),
        ("another body", record(&good, &other_body), refusal::RECORD),
        ("no body", torn, refusal::RECORD),
        ("unknown stream", record(&unknown, &unknown_body), refusal::ADMISSION),
        ("gap", second.clone(), refusal::SEQUENCE),
        ("not permitted", control(not_permitted.bytes()), refusal::CONTROL),
        ("oversized", long, refusal::MALFORMED),
        ("garbage", control(b"garbage"), refusal::MALFORMED),
    ];
    for (name, item, expected) in table {
        let receipts = submit(&hub, vec![item, first.clone()]).await;
        assert_eq!(
            (code(&receipts[0]), &receipts[1]),
            (expected, &Receipt::Deferred),
            "{name}: {receipts:?}"
        );
    }
    let receipts = submit(&hub, vec![first.clone(), second, first.clone()]).await;
    let Receipt::Sealed(height) = receipts[0] else { panic!("{receipts:?}") };
    assert_eq!(receipts, vec![Receipt::Sealed(height), Receipt::Sealed(height), Receipt::Known(height)]);
    let receipts = submit(&hub, vec![replayed_number]).await;
    assert_eq!(code(&receipts[0]), refusal::SEQUENCE, "another content under a taken number");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_revoked_keys_stay_outside() {
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let gateway = Gateway::start(dir.path()).await;
    let admin = gateway.client("admin");
    assert!(stays_outside(gateway.client("nurse").lane(Height(0), 1).await));
    submit_ward(&admin, &chain).await;
    let nurse = gateway.client("nurse");
    let tip = nurse.lane(Height(0), 1).await.expect("a lane").tip;
    let mut live = nurse.live(tip).await.expect("a stream");
    assert_eq!(next_block(&mut live).await, tip);
    let known = nurse.lane(Height(0), 4096).await.expect("a lane");

    chain.must(&["admin"], Action::Revoke(fixtures::key_id("nurse"), RevocationReason::Lost));
    chain.next_block();
    let last = chain.blocks().len() - 1;
    assert!(matches!(submit(&admin, items(&chain, last)).await[..], [Receipt::Sealed(_)]));
    let end = tokio::time::timeout(Duration::from_secs(5), async {
        let mut told = None;
        while let Some(Ok(event)) = live.next().await {
            assert!(!matches!(event, LiveEvent::Block(_)), "a revoked key sees no further block");
            if let LiveEvent::Revoked(lane) = event {
                told = Some(lane);
            }
        }
        told
    });
    let told = end.await.expect("the stream ends within one heartbeat").expect("it was told why");
    let mut verifier = Verifier::new(chain.chain());
    verifier.advance(&known.items).expect("what it had verifies");
    verifier.advance(&told.items).expect("the last word verifies");
    let member = verifier.state().member(&fixtures::key_id("nurse")).expect("a member");
    assert_eq!(member.revoked.map(|revocation| revocation.at), Some(Height(last as u64)));
    assert!(stays_outside(nurse.lane(Height(0), 1).await), "no request on the open connection");
    assert!(stays_outside(gateway.client("nurse").lane(Height(0), 1).await), "no new connection");

    // Its records are refused whoever brings them.
    let (signed, body) = chain.draft("nurse", StreamId(2), RecordKind::Acknowledgement, b"x");
    let receipts = submit(&admin, vec![record(&signed, &body)]).await;
    assert_eq!(code(&receipts[0]), refusal::ADMISSION);

    let wrong = fixtures::key("somebody").public();
    let pinned =
        wl_wire::gateway::GatewayClient::new(&transport("admin"), &wrong, &gateway.address.to_string());
    assert_eq!(pinned.expect("a client").lane(Height(0), 1).await, Err(ClientError::WrongServer));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_are_verified_relayed_and_kept() {
    let dir = founded().await;
    let chain = TestChain::ward();
    let limits = Limits { heartbeat: Duration::from_millis(50), ..Limits::default() };
    let gateway = Gateway::start_with(dir.path(), limits, Uninterrupted).await;
    submit_ward(&gateway.client("admin"), &chain).await;
    let hub = gateway.client("hub");
    let mut live = gateway.client("nurse").live(Height(99)).await.expect("a stream");
    let now = wl_gateway::clock::now();
    let beat = |author: &str, ahead: i64| {
        let key = fixtures::key(author);
        let time = now.plus(ahead);
        let zero = Hash::from_bytes([0; 32]);
        Heartbeat { author: key.id(), time, height: Height(0), header: zero, tails: Vec::new(), lost: None }
            .seal(&key, &chain.chain())
    };
    let good = beat("hub", 0);
    let mut flipped = good.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    for (name, bytes) in [
        ("no hub", beat("nurse", 0)),
        ("from the future", beat("hub", 60_000)),
        ("flipped", flipped),
        ("garbage", vec![7]),
    ] {
        let refused = hub.heartbeat(bytes).await;
        assert!(matches!(refused, Err(ClientError::Status { status: 400, .. })), "{name}: {refused:?}");
    }
    hub.heartbeat(good.clone()).await.expect("accepted");
    hub.heartbeat(beat("hub", -1_000)).await.expect("accepted and forgotten");
    let relayed = tokio::time::timeout(Duration::from_secs(5), async {
        loop {
            if let Some(Ok(LiveEvent::Heartbeat(bytes))) = live.next().await
                && bytes == good
            {
                return;
            }
        }
    });
    relayed.await.expect("relayed");
    drop(live);
    tokio::time::sleep(Duration::from_millis(150)).await;
    gateway.stop().await;
    let gateway = Gateway::start(dir.path()).await;
    let kept = gateway.client("nurse").heartbeats().await.expect("heartbeats").heartbeats;
    assert!(kept.iter().any(|bytes| **bytes == good), "the hub's newest survives a restart");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_told_to_wait() {
    let dir = founded().await;
    let limits = Limits { burst: 3.0, rate: 0.01, ..Limits::default() };
    let gateway = Gateway::start_with(dir.path(), limits, Uninterrupted).await;
    let admin = gateway.client("admin");
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(admin.lane(Height(0), 1).await.map(|_| ()));
    }
    assert!(outcomes[..3].iter().all(Result::is_ok), "{outcomes:?}");
    assert!(matches!(outcomes[3], Err(ClientError::Status { status: 429, .. })), "{outcomes:?}");
    assert!(outcomes[3].as_ref().is_err_and(ClientError::is_worth_repeating));
    gateway.stop().await;
}

#[test]
fn the_example_of_the_specification_is_what_is_sent() {
    let receipts = wl_wire::messages::Receipts { receipts: vec![Receipt::Sealed(Height(42))] };
    assert_eq!(wl_ledger::codec::encode(&receipts), [0xa1, 0x00, 0x81, 0x82, 0x00, 0x81, 0x18, 0x2a]);
}
