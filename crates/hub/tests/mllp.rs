//! The frame decoder as a table, and the connection loop on real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use wl_hub::ingest::mllp::{
    FrameFault, HEAD_LIMIT, MllpDecoder, MllpLimits, Received, ServeReport, encode, serve_mllp,
};

fn message(text: &str) -> Received {
    Received::Message(text.as_bytes().to_vec())
}

fn fault(fault: FrameFault, head: &str) -> Received {
    Received::Fault { fault, head: head.as_bytes().to_vec() }
}

#[test]
fn frames() {
    // (stream, what it brings with a limit of 8 bytes, bytes outside, still in a frame)
    let too_long = FrameFault::TooLong { limit: 8 };
    let cases: Vec<(&str, Vec<Received>, u64, bool)> = vec![
        ("", vec![], 0, false),
        ("\x0Babc\x1C\r", vec![message("abc")], 0, false),
        ("\x0B\x1C\r", vec![message("")], 0, false),
        ("\x0Ba\x1C\r\x0Bb\x1C\r", vec![message("a"), message("b")], 0, false),
        ("noise\x0Ba\x1C\r\n\r\x0Bb\x1C\r!", vec![message("a"), message("b")], 8, false),
        ("\x0Ba\x1Cb\x1C\r", vec![message("a\x1Cb")], 0, false),
        ("\x0Ba\x1C\x1C\r", vec![message("a\x1C")], 0, false),
        ("\x0B12345678\x1C\r", vec![message("12345678")], 0, false),
        ("\x0B123456789abc\x1C\r\x0Bb\x1C\r", vec![fault(too_long, "12345678"), message("b")], 0, false),
        (
            "\x0B123456789\x1Cx\x1C\x1C\r\x0Bb\x1C\r",
            vec![fault(too_long, "12345678"), message("b")],
            0,
            false,
        ),
        ("\x0B123456789\x0Bb\x1C\r", vec![fault(too_long, "12345678"), message("b")], 0, false),
        ("\x0B1234567\x1Cx", vec![fault(too_long, "1234567\x1C")], 0, true),
        (
            "\x0Bhalf\x0Bb\x1C\r",
            vec![fault(FrameFault::Restarted { received: 4 }, "half"), message("b")],
            0,
            false,
        ),
        ("\x0Bhalf", vec![], 0, true),
        ("\x0Bhalf\x1C", vec![], 0, true),
    ];
    for (stream, expected, outside, in_frame) in cases {
        for cut in 1..=stream.len().max(1) {
            let mut decoder = MllpDecoder::new(8);
            let got: Vec<_> = stream.as_bytes().chunks(cut).flat_map(|c| decoder.push(c)).collect();
            assert_eq!(got, expected, "{stream:?} cut every {cut}");
            assert_eq!((decoder.outside_bytes(), decoder.in_frame()), (outside, in_frame), "{stream:?}");
        }
    }
}

#[test]
fn the_end_of_the_stream_in_a_frame_is_reported() {
    let mut decoder = MllpDecoder::default();
    assert!(decoder.push(b"\x0Bhalf\x1C").is_empty());
    assert_eq!(decoder.finish(), Some(fault(FrameFault::BrokenOff { received: 5 }, "half\x1C")));
    assert_eq!(decoder.finish(), None);
    let mut long = MllpDecoder::default();
    long.push(&[&[0x0B][..], &[b'x'; 5000]].concat());
    let Some(Received::Fault { head, .. }) = long.finish() else { panic!("a fault") };
    assert_eq!(head.len(), HEAD_LIMIT);
}

#[test]
fn framing_bytes_cannot_be_smuggled_into_a_reply() {
    assert_eq!(encode(b"MSA|AA").unwrap(), b"\x0BMSA|AA\x1C\r");
    assert_eq!(encode(b"ab\x1C").unwrap_err().at, 2);
    assert_eq!(encode(b"\x0B").unwrap_err().byte, 0x0B);
}

#[test]
fn nothing_received_is_shown_in_debug_output() {
    let text = format!("{:?} {:?}", message("DOE"), fault(FrameFault::TooLong { limit: 3 }, "DOE"));
    assert!(!text.contains("DOE") && !text.contains("68"), "{text}");
}

/// A listener that answers every message with its text in upper case, and reports everything it was handed.
struct Listener {
    address: SocketAddr,
    seen: mpsc::UnboundedReceiver<Received>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<ServeReport>,
}

async fn listen(limits: MllpLimits) -> Listener {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, seen) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let handler = move |received: Received, _peer: SocketAddr| {
        let tell = tell.clone();
        async move {
            let answer = match &received {
                Received::Message(body) if body == b"silent" => None,
                Received::Message(body) if body == b"unframeable" => Some(vec![0x1C]),
                Received::Message(body) => {
                    // Later messages are handled faster, so that disorder would show.
                    let wait = if body.starts_with(b"slow") { 50 } else { 0 };
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                    Some(body.to_ascii_uppercase())
                }
                Received::Fault { head, .. } => Some([b"fault:", head.as_slice()].concat()),
            };
            tell.send(received).ok();
            answer
        }
    };
    let served = tokio::spawn(serve_mllp(listener, Arc::new(handler), limits, async {
        stopped.await.ok();
    }));
    Listener { address, seen, stop, served }
}

async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    within(stream.read_to_end(&mut all)).await.ok();
    all
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("within twenty seconds")
}

fn quick() -> MllpLimits {
    MllpLimits {
        frame_bytes: 64,
        frame_time: Duration::from_millis(300),
        idle_time: Duration::from_millis(600),
        ..MllpLimits::default()
    }
}

#[tokio::test]
async fn replies_come_in_the_order_of_messages() {
    let Listener { address, stop, served, .. } = listen(MllpLimits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"\x0Bslow one\x1C\r\x0Bsilent\x1C\r\x0Btwo\x1C\r").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(read_all(&mut stream).await, b"\x0BSLOW ONE\x1C\r\x0BTWO\x1C\r");
    stop.send(()).unwrap();
    assert_eq!(within(served).await.unwrap(), ServeReport { served: 1, turned_away: 0 });
}

#[tokio::test]
async fn an_oversized_frame_is_answered_and_the_next_one_read() {
    let mut server = listen(quick()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let long = [&[0x0B][..], &[b'x'; 100], b"\x1C\r\x0Bnext\x1C\r"].concat();
    stream.write_all(&long).await.unwrap();
    stream.shutdown().await.unwrap();
    let replies = read_all(&mut stream).await;
    assert!(replies.starts_with(b"\x0Bfault:xxx") && replies.ends_with(b"\x0BNEXT\x1C\r"));
    assert_eq!(server.seen.recv().await, Some(fault(FrameFault::TooLong { limit: 64 }, &"x".repeat(64))));
}

#[tokio::test]
async fn half_open_dripping_idle_and_foreign_peers_are_closed() {
    let mut server = listen(MllpLimits { outside_bytes: 16, ..quick() }).await;
    // Half a frame, then silence.
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(b"\x0Bhalf").await.unwrap();
    assert_eq!(read_all(&mut half).await, b"");
    let broken = fault(FrameFault::BrokenOff { received: 4 }, "half");
    assert_eq!(within(server.seen.recv()).await, Some(broken), "the half message is told, not dropped");
    // A byte now and then does not wind up the clock of the frame.
    let mut drip = TcpStream::connect(server.address).await.unwrap();
    drip.write_all(b"\x0B").await.unwrap();
    let mut sent = 0;
    while sent < 60 && drip.write_all(b"x").await.is_ok() {
        sent += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(sent < 60, "the connection was closed while it dripped");
    // Nothing at all.
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(read_all(&mut idle).await, b"");
    // Another protocol.
    let mut web = TcpStream::connect(server.address).await.unwrap();
    web.write_all(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n").await.unwrap();
    assert_eq!(read_all(&mut web).await, b"");
    // A reply that would break the framing is not sent.
    let mut odd = TcpStream::connect(server.address).await.unwrap();
    odd.write_all(b"\x0Bunframeable\x1C\r").await.unwrap();
    assert_eq!(read_all(&mut odd).await, b"");
}

#[tokio::test]
async fn one_connection_too_many_is_turned_away() {
    let server = listen(MllpLimits { connections: 1, ..MllpLimits::default() }).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(b"\x0Ba\x1C\r").await.unwrap();
    let mut reply = [0u8; 4];
    within(first.read_exact(&mut reply)).await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(read_all(&mut second).await, b"");
    drop(first);
    // The place is free again, after the listener has noticed.
    let tries = AtomicUsize::new(0);
    within(async {
        loop {
            tries.fetch_add(1, Ordering::Relaxed);
            let mut third = TcpStream::connect(server.address).await.unwrap();
            third.write_all(b"\x0Bb\x1C\r").await.ok();
            if third.read_exact(&mut reply).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(&reply, b"\x0BB\x1C\r");
    server.stop.send(()).unwrap();
    let report = within(server.served).await.unwrap();
    assert_eq!(report.served, 2);
    assert!(report.turned_away >= 1);
}

#[tokio::test]
async fn shutdown_lets_a_message_in_hand_be_answered() {
    let server = listen(MllpLimits::default()).await;
    let mut busy = TcpStream::connect(server.address).await.unwrap();
    busy.write_all(b"\x0Bslow\x1C\r").await.unwrap();
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(b"\x0Bx\x1C\r").await.unwrap();
    let mut reply = [0u8; 4];
    within(idle.read_exact(&mut reply)).await.unwrap();
    server.stop.send(()).unwrap();
    assert_eq!(read_all(&mut busy).await, b"\x0BSLOW\x1C\r");
    assert_eq!(read_all(&mut idle).await, b"");
    assert_eq!(within(server.served).await.unwrap().served, 2);
}
