//! The faulty proxy against a real echo server on loopback.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use wl_sim::faults::{FaultError, FaultProxy, Mode};

const SOON: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(5);

async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = socket.split();
                let _ended = tokio::io::copy(&mut read, &mut write).await;
            });
        }
    });
    address
}

async fn connected() -> (FaultProxy, TcpStream) {
    let proxy = FaultProxy::start(echo().await, 1).await.unwrap();
    let client = TcpStream::connect(proxy.address()).await.unwrap();
    (proxy, client)
}

async fn exchange(client: &mut TcpStream, text: &[u8]) -> Vec<u8> {
    client.write_all(text).await.unwrap();
    let mut back = vec![0; text.len()];
    timeout(LONG, client.read_exact(&mut back)).await.unwrap().unwrap();
    back
}

/// Everything until the other side ends, cleanly or with a reset.
async fn rest(client: &mut TcpStream) -> Vec<u8> {
    let (mut got, mut piece) = (Vec::new(), [0; 4_096]);
    loop {
        match timeout(LONG, client.read(&mut piece)).await.unwrap() {
            Ok(0) | Err(_) => return got,
            Ok(read) => got.extend_from_slice(&piece[..read]),
        }
    }
}

#[tokio::test]
async fn passes_bytes_both_ways_and_ends() {
    let (proxy, mut client) = connected().await;
    assert_eq!(proxy.mode(), Mode::Pass);
    let big: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    let (mut read, mut write) = client.split();
    let (sent, got) = tokio::join!(
        async {
            write.write_all(&big).await.unwrap();
            write.shutdown().await.unwrap();
        },
        async {
            let mut got = Vec::new();
            timeout(LONG, read.read_to_end(&mut got)).await.unwrap().unwrap();
            got
        }
    );
    assert_eq!((sent, got == big), ((), true));
    let counts = proxy.counts();
    assert_eq!((counts.connections, counts.to_target, counts.to_client), (1, 200_000, 200_000));
}

#[tokio::test]
async fn a_stalled_line_is_silent_and_loses_nothing() {
    let (proxy, mut client) = connected().await;
    assert_eq!(exchange(&mut client, b"one").await, b"one");
    proxy.set(Mode::Stall);
    client.write_all(b"two").await.unwrap();
    let mut back = [0; 3];
    assert!(timeout(SOON, client.read_exact(&mut back)).await.is_err(), "nothing comes through");
    assert_eq!(proxy.counts().to_target, 3);
    proxy.set(Mode::Pass);
    timeout(LONG, client.read_exact(&mut back)).await.unwrap().unwrap();
    assert_eq!(&back, b"two");
}

#[tokio::test]
async fn dropping_closes_old_and_new_connections_until_it_passes_again() {
    let (proxy, mut client) = connected().await;
    assert_eq!(exchange(&mut client, b"one").await, b"one");
    proxy.set(Mode::Drop);
    assert!(rest(&mut client).await.is_empty());
    let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
    assert!(rest(&mut refused).await.is_empty());
    proxy.set(Mode::Pass);
    let mut again = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(exchange(&mut again, b"two").await, b"two");
    assert_eq!(proxy.counts().connections, 3);
}

#[tokio::test]
async fn dropping_also_ends_a_stalled_line() {
    let (proxy, mut client) = connected().await;
    proxy.set(Mode::Stall);
    client.write_all(b"x").await.unwrap();
    tokio::time::sleep(SOON).await;
    proxy.set(Mode::Drop);
    assert!(rest(&mut client).await.is_empty());
}

#[tokio::test]
async fn delay_holds_every_piece_and_ends_with_the_mode() {
    let (proxy, mut client) = connected().await;
    assert_eq!(exchange(&mut client, b"warm").await, b"warm");
    let (least, most) = (Duration::from_millis(60), Duration::from_millis(80));
    proxy.set(Mode::Delay { least, most });
    let begun = Instant::now();
    assert_eq!(exchange(&mut client, b"slow").await, b"slow");
    assert!(begun.elapsed() >= least * 2, "once each way: {:?}", begun.elapsed());
    // A piece that waits an hour is let go by the next mode.
    let hour = Duration::from_secs(3_600);
    proxy.set(Mode::Delay { least: hour, most: hour });
    client.write_all(b"late").await.unwrap();
    tokio::time::sleep(SOON).await;
    proxy.set(Mode::Pass);
    let mut back = [0; 4];
    timeout(LONG, client.read_exact(&mut back)).await.unwrap().unwrap();
    assert_eq!(&back, b"late");
}

#[tokio::test]
async fn cuts_each_connection_after_exactly_its_bytes() {
    for bytes in [0_u64, 1, 5, 10] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = FaultProxy::start(listener.local_addr().unwrap(), 1).await.unwrap();
        proxy.set(Mode::CutAfter(bytes));
        for _ in 0..2 {
            let mut client = TcpStream::connect(proxy.address()).await.unwrap();
            let (mut server, _) = listener.accept().await.unwrap();
            // The cut may come before the write is through; then the write fails, as on a real line.
            let _written = client.write_all(b"0123456789ab").await;
            assert_eq!(rest(&mut server).await, b"0123456789ab"[..bytes as usize]);
            assert!(rest(&mut client).await.is_empty());
        }
    }
}

#[tokio::test]
async fn only_loopback_is_served() {
    let far: SocketAddr = "192.0.2.1:80".parse().unwrap();
    assert!(matches!(FaultProxy::start(far, 1).await, Err(FaultError::NotLoopback(at)) if at == far));
}

#[tokio::test]
async fn a_dead_target_closes_the_client() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let proxy = FaultProxy::start(gone, 1).await.unwrap();
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    assert!(rest(&mut client).await.is_empty());
}

#[tokio::test]
async fn the_proxy_ends_with_its_handle() {
    let (proxy, mut client) = connected().await;
    assert_eq!(exchange(&mut client, b"one").await, b"one");
    let address = proxy.address();
    drop(proxy);
    assert!(rest(&mut client).await.is_empty());
    tokio::time::sleep(SOON).await;
    assert!(TcpStream::connect(address).await.is_err());
}
