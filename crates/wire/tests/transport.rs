//! The transport over loopback: who may talk, and who is refused however it tries.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use wl_seal::TransportSeed;
use wl_wire::client::{Client, ClientError, ClientLimits};
use wl_wire::serve::{ServeLimits, serve};
use wl_wire::sse::EventLimits;
use wl_wire::tls::{KnownPeers, TransportKey, TransportPublic, client_config, server_config};

const SERVER: u8 = 1;
const ENROLLED: u8 = 2;
const STRANGER: u8 = 3;

fn key(byte: u8) -> TransportKey {
    TransportKey::from_seed(&TransportSeed::from_bytes([byte; 32])).unwrap()
}

fn only(byte: u8) -> KnownPeers {
    let enrolled = key(byte).public();
    Arc::new(move |found| *found == enrolled)
}

/// A running server that is stopped when the test ends.
struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn start(router: Router, known: KnownPeers, limits: ServeLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let task = tokio::spawn(async move {
            serve(listener, router, &key(SERVER), known, limits, stop).await.unwrap();
        });
        Self { address, shutdown, task }
    }

    async fn usual() -> Self {
        Self::start(router(), only(ENROLLED), ServeLimits::default()).await
    }

    fn client(&self, own: u8, server: TransportPublic) -> Client {
        Client::new(&key(own), server, &format!("https://{}", self.address), ClientLimits::default()).unwrap()
    }

    fn enrolled(&self) -> Client {
        self.client(ENROLLED, key(SERVER).public())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn router() -> Router {
    Router::new()
        .route("/who", get(|Extension(peer): Extension<TransportPublic>| async move { peer.to_string() }))
        .route(
            "/version",
            get(|request: axum::extract::Request| async move { format!("{:?}", request.version()) }),
        )
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/large", get(|| async { vec![b'x'; 100_000] }))
        .route("/endless", get(|| async { Body::from_stream(endless()) }))
        .route("/moved", get(|| async { axum::response::Redirect::temporary("https://127.0.0.1:1/") }))
        .route("/events", get(events))
}

fn endless() -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    futures_util::stream::repeat_with(|| Ok(Bytes::from_static(&[b'x'; 1000])))
}

async fn events(headers: HeaderMap) -> impl IntoResponse {
    let last: u64 = headers.get("Last-Event-ID").map_or(0, |id| id.to_str().unwrap().parse().unwrap());
    let mut pieces: Vec<Result<String, std::io::Error>> = vec![Ok(": keep-".into()), Ok("alive\n\n".into())];
    for id in last + 1..=3 {
        pieces.extend([
            Ok("event: bl".into()),
            Ok(format!("ock\nid: {id}\nda")),
            Ok(format!("ta: body {id}\n\n")),
        ]);
    }
    ([("content-type", "text/event-stream")], Body::from_stream(futures_util::stream::iter(pieces)))
}

#[tokio::test]
async fn the_right_pins_talk_over_http2_and_the_handler_knows_the_peer() {
    let running = Running::usual().await;
    let answer = running.enrolled().get("/who", 100).await.unwrap();
    assert_eq!(answer.body, key(ENROLLED).public().to_string());
    assert_eq!(running.enrolled().get("/version", 100).await.unwrap().body, "HTTP/2.0");
    let echo = running.enrolled().post("/echo", "application/cbor", vec![7; 5], 100).await.unwrap();
    assert_eq!(echo.body.as_ref(), [7; 5]);
}

#[tokio::test]
async fn an_unknown_client_key_is_told_so() {
    let running = Running::usual().await;
    let refused = running.client(STRANGER, key(SERVER).public()).get("/who", 100).await;
    assert!(matches!(refused, Err(ClientError::KeyRefused)), "{refused:?}");
}

#[tokio::test]
async fn another_server_key_stops_the_client() {
    let running = Running::usual().await;
    let refused = running.client(ENROLLED, key(STRANGER).public()).get("/who", 100).await;
    assert!(matches!(refused, Err(ClientError::WrongServer)), "{refused:?}");
}

/// What a client that does not play by our rules gets from the server after its handshake.
async fn raw_exchange(config: ClientConfig, address: SocketAddr) -> Result<String, std::io::Error> {
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("wardlight.invalid").unwrap();
    let mut tls = connector.connect(name, stream).await?;
    tls.write_all(b"GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    tls.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Believes any server: the tests below are about what the server accepts.
#[derive(Debug)]
struct Credulous;

impl ServerCertVerifier for Credulous {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519, SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

fn credulous(
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Credulous))
}

const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

fn private(byte: u8) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from([PKCS8.as_slice(), &[byte; 32]].concat()).into()
}

fn certificate(byte: u8) -> CertificateDer<'static> {
    let PrivateKeyDer::Pkcs8(pkcs8) = private(byte) else { unreachable!() };
    let pair = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &rcgen::PKCS_ED25519).unwrap();
    rcgen::CertificateParams::new(vec!["x".into()]).unwrap().self_signed(&pair).unwrap().der().clone()
}

/// Shows `shown`'s certificate and signs with `held`'s key.
#[derive(Debug)]
struct Impostor {
    shown: u8,
    held: u8,
}

impl Impostor {
    fn certified(&self) -> Arc<rustls::sign::CertifiedKey> {
        let signing = rustls::crypto::ring::sign::any_eddsa_type(&match private(self.held) {
            PrivateKeyDer::Pkcs8(pkcs8) => pkcs8,
            _ => unreachable!(),
        });
        Arc::new(rustls::sign::CertifiedKey::new(vec![certificate(self.shown)], signing.unwrap()))
    }
}

impl rustls::client::ResolvesClientCert for Impostor {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<rustls::sign::CertifiedKey>> {
        Some(self.certified())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl rustls::server::ResolvesServerCert for Impostor {
    fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<rustls::sign::CertifiedKey>> {
        Some(self.certified())
    }
}

#[tokio::test]
async fn the_server_refuses_every_client_that_does_not_hold_an_enrolled_key() {
    let running = Running::usual().await;
    let tls13 = &[&rustls::version::TLS13];
    let honest =
        credulous(tls13).with_client_cert_resolver(Arc::new(Impostor { shown: ENROLLED, held: ENROLLED }));
    assert!(raw_exchange(honest, running.address).await.unwrap().contains("200 OK"));

    let none = credulous(tls13).with_no_client_auth();
    let borrowed =
        credulous(tls13).with_client_cert_resolver(Arc::new(Impostor { shown: ENROLLED, held: STRANGER }));
    let chain = credulous(tls13)
        .with_client_auth_cert(vec![certificate(ENROLLED), certificate(STRANGER)], private(ENROLLED))
        .unwrap();
    let old = credulous(&[&rustls::version::TLS12])
        .with_client_cert_resolver(Arc::new(Impostor { shown: ENROLLED, held: ENROLLED }));
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let p256 = rcgen::CertificateParams::new(vec!["x".into()]).unwrap().self_signed(&pair).unwrap();
    let p256 = credulous(tls13)
        .with_client_auth_cert(
            vec![p256.der().clone()],
            PrivatePkcs8KeyDer::from(pair.serialize_der()).into(),
        )
        .unwrap();
    let cases = [
        ("no certificate", none),
        ("borrowed", borrowed),
        ("chain", chain),
        ("TLS 1.2", old),
        ("P-256", p256),
    ];
    for (case, config) in cases {
        let refused = raw_exchange(config, running.address).await;
        assert!(refused.is_err(), "{case}: {refused:?}");
    }
}

#[tokio::test]
async fn the_client_refuses_every_server_that_does_not_hold_the_pinned_key() {
    let cases = [
        ("honest", SERVER, SERVER, true),
        ("borrowed", SERVER, STRANGER, false),
        ("other", STRANGER, STRANGER, false),
    ];
    for (case, shown, held, accepted) in cases {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Impostor { shown, held }));
        assert_eq!(client_reaches(config).await, accepted, "{case}");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let old = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Impostor { shown: SERVER, held: SERVER }));
    assert!(!client_reaches(old).await, "TLS 1.2");
}

/// Whether our client finishes a handshake with such a server.
async fn client_reaches(server: rustls::ServerConfig) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let accept = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let _ = acceptor.accept(stream).await;
    });
    let config = client_config(&key(ENROLLED), key(SERVER).public()).unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let reached = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_ok();
    accept.await.unwrap();
    reached
}

#[tokio::test]
async fn no_session_is_ever_resumed() {
    let server = Arc::new(server_config(&key(SERVER), only(ENROLLED)).unwrap());
    let resumption = Arc::new(rustls::client::ClientSessionMemoryCache::new(8));
    let mut config = client_config(&key(ENROLLED), key(SERVER).public()).unwrap();
    config.resumption = rustls::client::Resumption::store(resumption);
    let config = Arc::new(config);
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::clone(&server));
        let accept = tokio::spawn(async move {
            let mut tls = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
            tls.write_all(b"x").await.unwrap();
            tls.get_ref().1.handshake_kind()
        });
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let mut tls =
            tokio_rustls::TlsConnector::from(Arc::clone(&config)).connect(name, stream).await.unwrap();
        tls.read_u8().await.unwrap();
        assert_eq!(accept.await.unwrap(), Some(rustls::HandshakeKind::Full));
    }
}

#[tokio::test]
async fn a_slow_handshake_and_a_silent_peer_are_cut() {
    let limits = ServeLimits {
        handshake: Duration::from_millis(200),
        head: Duration::from_millis(300),
        ..ServeLimits::default()
    };
    let running = Running::start(router(), only(ENROLLED), limits).await;
    let began = Instant::now();
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(&[0x16, 3, 1]).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(4), stream.read(&mut [0; 16])).await;
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
    assert!(began.elapsed() >= Duration::from_millis(200));
    // After the handshake: nothing at all, on either protocol, and half a head.
    for (alpn, half) in [("h2", ""), ("http/1.1", ""), ("http/1.1", "GET /who HTT")] {
        let mut config = client_config(&key(ENROLLED), key(SERVER).public()).unwrap();
        config.alpn_protocols = vec![alpn.into()];
        let stream = TcpStream::connect(running.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        tls.write_all(half.as_bytes()).await.unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(4), tls.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "{alpn} {half:?}");
    }
}

#[tokio::test]
async fn bodies_are_bounded_both_ways() {
    let limits = ServeLimits { body_bytes: 1000, ..ServeLimits::default() };
    let running = Running::start(router(), only(ENROLLED), limits).await;
    let client = running.enrolled();
    assert_eq!(client.post("/echo", "text/plain", vec![0; 1000], 1000).await.unwrap().status, 200);
    assert_eq!(client.post("/echo", "text/plain", vec![0; 1001], 1000).await.unwrap().status, 413);
    for path in ["/large", "/endless"] {
        let refused = client.get(path, 99_999).await;
        assert!(matches!(refused, Err(ClientError::TooLarge { limit: 99_999 })), "{path} {refused:?}");
    }
    assert_eq!(client.get("/large", 100_000).await.unwrap().body.len(), 100_000);
}

#[tokio::test]
async fn connections_are_bounded_in_all_and_for_each_peer() {
    for limits in [
        ServeLimits { connections_per_peer: 2, ..ServeLimits::default() },
        ServeLimits { connections: 2, ..ServeLimits::default() },
    ] {
        let running = Running::start(router(), only(ENROLLED), limits).await;
        let mut held = Vec::new();
        for _ in 0..2 {
            let client = running.enrolled();
            client.get("/who", 100).await.unwrap();
            held.push(client);
        }
        assert!(running.enrolled().get("/who", 100).await.is_err(), "{limits:?}");
        held.clear();
        let again = async {
            while running.enrolled().get("/who", 100).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), again).await.unwrap();
    }
}

#[tokio::test]
async fn a_revoked_key_loses_requests_at_once_and_streams_within_seconds() {
    let enrolled = Arc::new(AtomicBool::new(true));
    let answer = Arc::clone(&enrolled);
    let known: KnownPeers = Arc::new(move |_| answer.load(Ordering::Relaxed));
    let quiet = Router::new().route("/who", get(|| async { "" })).route(
        "/quiet",
        get(|| async { Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()) }),
    );
    let running = Running::start(quiet, known, ServeLimits::default()).await;
    let (client, watcher) = (running.enrolled(), running.enrolled());
    assert_eq!(client.get("/who", 100).await.unwrap().status, 200);
    let mut stream = watcher.events("/quiet", None, EventLimits::default()).await.unwrap();
    enrolled.store(false, Ordering::Relaxed);
    // Either the open connection answers 403, or it is closed already and the new handshake fails.
    match client.get("/who", 100).await {
        Ok(answer) => assert_eq!(answer.status, 403),
        Err(error) => {
            assert!(matches!(error, ClientError::KeyRefused | ClientError::Unreachable(_)), "{error:?}")
        }
    }
    let ended = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap();
    assert!(!matches!(ended, Ok(Some(_))), "{ended:?}");
    assert!(matches!(running.enrolled().get("/who", 100).await, Err(ClientError::KeyRefused)));
}

#[tokio::test]
async fn events_resume_after_the_last_one_seen() {
    let running = Running::usual().await;
    let client = running.enrolled();
    for (last, expected) in [(None, vec!["1", "2", "3"]), (Some("2"), vec!["3"]), (Some("3"), vec![])] {
        let mut stream = client.events("/events", last, EventLimits::default()).await.unwrap();
        let mut ids = Vec::new();
        while let Some(event) = stream.next().await.unwrap() {
            assert_eq!(event.event, "block");
            assert_eq!(
                Some(event.data.as_str()),
                event.id.as_ref().map(|id| format!("body {id}")).as_deref()
            );
            ids.push(event.id.unwrap());
        }
        assert_eq!(ids, expected);
    }
    let refused = client.events("/nowhere", None, EventLimits::default()).await.err();
    assert!(matches!(refused, Some(ClientError::Status { .. })));
}

#[tokio::test]
async fn a_client_talks_to_its_own_server_only() {
    for base in ["http://127.0.0.1:1", "127.0.0.1:1", "https:", "data:text/plain,x", ""] {
        let refused = Client::new(&key(ENROLLED), key(SERVER).public(), base, ClientLimits::default()).err();
        assert!(matches!(refused, Some(ClientError::Address)), "{base}");
    }
    let running = Running::usual().await;
    for path in ["https://127.0.0.1:1/x", "//127.0.0.1:1/x", "http:/x", "https://[", "ftp://x/"] {
        let refused = running.enrolled().get(path, 100).await;
        assert!(matches!(refused, Err(ClientError::Address)), "{path} {refused:?}");
    }
    // A redirect is an answer, never followed.
    assert_eq!(running.enrolled().get("/moved", 100).await.unwrap().status, 307);
    let nobody =
        Client::new(&key(ENROLLED), key(SERVER).public(), "https://127.0.0.1:1", ClientLimits::default());
    let refused = nobody.unwrap().get("/secret-path", 100).await.unwrap_err();
    assert!(matches!(refused, ClientError::Unreachable(_)));
    assert!(!format!("{refused} {refused:?}").contains("secret-path"));
}

#[tokio::test]
async fn stopping_lets_requests_under_way_finish() {
    let gate = Arc::new(tokio::sync::Notify::new());
    let entered = Arc::new(Mutex::new(Some(gate.clone())));
    let slow = Router::new().route(
        "/slow",
        get(move || async move {
            let entered = entered.lock().unwrap().take().unwrap();
            entered.notify_one();
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        }),
    );
    let mut running = Running::start(slow, only(ENROLLED), ServeLimits::default()).await;
    let client = running.enrolled();
    let request = tokio::spawn(async move { client.get("/slow", 100).await });
    gate.notified().await;
    running.shutdown.cancel();
    assert_eq!(request.await.unwrap().unwrap().body, "done");
    tokio::time::timeout(Duration::from_secs(4), &mut running.task).await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}
