//! The public port: what anybody can check with it, what nobody can read through it, and its bounds.

use crate::support::*;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wl_gateway::sequencer::Uninterrupted;
use wl_gateway::{Config, PublicLimits, WitnessAt};
use wl_ledger::checkpoint::{Checkpoint, Note, Witness, cosign};
use wl_ledger::fixtures::{TestChain, key};
use wl_ledger::header::{Certificate, Header, ValidatorSet, header_id};
use wl_ledger::merkle::{empty_root, leaf_hash, verify_consistency, verify_inclusion};
use wl_ledger::{Hash, Height};
use wl_wire::client::ClientLimits;
use wl_wire::messages::public::read_lines;
use wl_wire::public::{PublicClient, PublicError};

fn open_to_all(dir: &Path) -> Config {
    let public_limits = PublicLimits { burst: 1000.0, rate: 1000.0, ..PublicLimits::default() };
    Config { public: Some(loopback()), public_limits, ..Config::new(dir, loopback()) }
}

fn reader(gateway: &Gateway) -> PublicClient {
    let address = gateway.public.expect("a public port");
    PublicClient::new(&format!("http://{address}"), ClientLimits::default()).expect("a client")
}

fn validators() -> ValidatorSet {
    ValidatorSet::of([key("gateway").public()])
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_can_follow_the_history_and_check_that_it_only_grew() {
    let dir = founded().await;
    let chain = TestChain::ward();
    let gateway = Gateway::start_as(open_to_all(dir.path()), Uninterrupted).await;
    let outside = reader(&gateway);
    let read = || async {
        let note = outside.checkpoint().await.expect("a checkpoint");
        *Checkpoint::verify(&note, &chain.chain(), &validators()).expect("a signed one").get()
    };
    let first = read().await;
    assert_eq!(first.size, 1, "genesis");
    submit_ward(&gateway.client("admin"), &chain).await;
    let newest = read().await;
    assert_eq!(newest.size, chain.blocks().len() as u64);
    let lines = outside.consistency(first.size, newest.size).await.expect("a proof");
    verify_consistency(first.size, newest.size, &lines, &first.root, &newest.root).expect("it only grew");

    let batch = outside.headers(Height(0), 256).await.expect("headers");
    assert_eq!((batch.headers.len() as u64, batch.tip.0 + 1), (newest.size, newest.size));
    for (served, height) in batch.headers.iter().zip(0u64..) {
        let id = header_id(&served.header);
        assert_eq!(Header::parse(&served.header).expect("a header").height, Height(height));
        let certificate = Certificate::parse(&served.certificate).expect("a certificate");
        certificate.verify(&validators(), &chain.chain(), Height(height), &id).expect("each is certified");
        let lines = outside.inclusion(Height(height), newest.size).await.expect("a proof");
        let leaf = leaf_hash(id.as_bytes());
        verify_inclusion(&leaf, height, newest.size, &lines, &newest.root).expect("it is in the history");
    }
    // Enrolled clients get the same word.
    let own = gateway.client("nurse").checkpoint().await.expect("a checkpoint");
    assert_eq!(own, outside.checkpoint().await.expect("a checkpoint"));
    gateway.stop().await;
}

/// Every path of the private interface, and the shapes of public requests that have no answer.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_patients_or_care_is_served_and_nothing_is_taken() {
    let dir = founded().await;
    let chain = TestChain::ward();
    let gateway = Gateway::start_as(open_to_all(dir.path()), Uninterrupted).await;
    submit_ward(&gateway.client("admin"), &chain).await;
    let at = gateway.public.expect("a public port");
    let paths = [
        "/v1/lane?from=0&max=10",
        "/v1/blocks?from=0&to=3",
        "/v1/blocks/1",
        "/v1/live?from=0",
        "/v1/heartbeats",
        "/v1/status",
        "/public/v1/lane",
    ];
    for path in paths {
        assert_eq!(exchange(at, "GET", path).await.0, 404, "{path}");
    }
    let bad = ["headers?from=x&max=1", "headers", "consistency?from=1", "inclusion?height=-1&size=2"];
    for path in bad {
        assert_eq!(exchange(at, "GET", &format!("/public/v1/{path}")).await.0, 400, "{path}");
    }
    for path in ["consistency?from=2&to=1", "consistency?from=1&to=99", "inclusion?height=5&size=5"] {
        assert_eq!(exchange(at, "GET", &format!("/public/v1/{path}")).await.0, 404, "{path}");
    }
    assert_eq!(exchange(at, "POST", "/public/v1/checkpoint").await.0, 405);
    // No entry of any block travels, not a transaction and not a record.
    let (status, body) = exchange(at, "GET", "/public/v1/headers?from=0&max=256").await;
    assert_eq!(status, 200);
    for entry in chain.blocks().iter().flat_map(|block| &block.entries) {
        let piece = &entry.bytes()[..32];
        assert!(!body.windows(piece.len()).any(|window| window == piece), "an entry is in the answer");
    }
    gateway.stop().await;
}

/// One request as any tool sends it: the status, and everything behind it.
async fn exchange(at: SocketAddr, method: &str, path: &str) -> (u16, Vec<u8>) {
    let mut stream = tokio::net::TcpStream::connect(at).await.expect("a connection");
    let request = format!("{method} {path} HTTP/1.1\r\nhost: gateway\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("the connection ends after one answer");
    let status = String::from_utf8_lossy(&answer[9..12]).parse().expect("a status");
    (status, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_bounded_and_wards_do_not_notice() {
    let dir = founded().await;
    let chain = TestChain::ward();
    let public_limits = PublicLimits { burst: 3.0, rate: 0.001, ..PublicLimits::default() };
    let config = Config { public_limits, ..open_to_all(dir.path()) };
    let gateway = Gateway::start_as(config, Uninterrupted).await;
    let outside = reader(&gateway);
    for _ in 0..3 {
        outside.checkpoint().await.expect("within the burst");
    }
    assert!(matches!(outside.checkpoint().await, Err(PublicError::Status(429))));
    submit_ward(&gateway.client("admin"), &chain).await;
    gateway.stop().await;
}

/// A witness as C2SP's tlog-witness has it: one checkpoint for the one log it knows.
#[derive(Clone)]
struct TestWitness {
    chain: wl_ledger::ChainId,
    seen: Arc<Mutex<(u64, Hash)>>,
}

async fn add_checkpoint(State(witness): State<TestWitness>, body: String) -> Response {
    let (head, note) = body.split_once("\n\n").expect("an empty line");
    let (old, lines) = head.split_once('\n').unwrap_or((head, ""));
    let old: u64 = old.strip_prefix("old ").expect("an old size").parse().expect("a number");
    let lines = if lines.is_empty() { String::new() } else { format!("{lines}\n") };
    let proof = read_lines(lines.as_bytes()).expect("lines");
    let verified = Checkpoint::verify(note.as_bytes(), &witness.chain, &validators()).expect("a checkpoint");
    let new = verified.get();
    let mut seen = witness.seen.lock().expect("a lock");
    if seen.0 != old {
        return (StatusCode::CONFLICT, [("content-type", "text/x.tlog.size")], format!("{}\n", seen.0))
            .into_response();
    }
    if old > 0 && verify_consistency(old, new.size, &proof, &seen.1, &new.root).is_err() {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    *seen = (new.size, new.root);
    let line = cosign("witness.example/w1", &key("witness"), 1_768_003_300, &new.text());
    format!("{line}\n").into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_is_asked_and_its_word_is_served() {
    let dir = founded().await;
    let chain = TestChain::ward();
    let listener = tokio::net::TcpListener::bind(loopback()).await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let witness = TestWitness { chain: chain.chain(), seen: Arc::new(Mutex::new((0, empty_root()))) };
    let router = Router::new().route("/add-checkpoint", post(add_checkpoint)).with_state(witness);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let known = Witness { name: "witness.example/w1".into(), key: key("witness").public() };
    let at: WitnessAt = format!("{known}@{address}").parse().expect("a witness");
    let config =
        Config { witnesses: vec![at], witness_every: Duration::from_millis(50), ..open_to_all(dir.path()) };
    let gateway = Gateway::start_as(config.clone(), Uninterrupted).await;
    submit_ward(&gateway.client("admin"), &chain).await;
    let size = chain.blocks().len() as u64;
    is_cosigned(&gateway, &known, size).await;
    gateway.stop().await;
    // After a restart the gateway must be told how far the witness is.
    let gateway = Gateway::start_as(config, Uninterrupted).await;
    is_cosigned(&gateway, &known, size).await;
    gateway.stop().await;
}

/// Waits until the served checkpoint of this size bears the word of a witness.
async fn is_cosigned(gateway: &Gateway, witness: &Witness, size: u64) {
    let outside = reader(gateway);
    for _ in 0..200 {
        let note = Note::parse(&outside.checkpoint().await.expect("a checkpoint")).expect("a note");
        let said = witness.cosigned(&note).expect("no wrong line");
        if said.is_some() && note.text.lines().nth(1) == Some(&size.to_string()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no word of the witness within ten seconds");
}
