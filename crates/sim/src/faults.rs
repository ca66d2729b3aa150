//! A TCP proxy that can be told to misbehave: between a hub and a gateway, or a monitor and a hub, in tests.
//!
//! It listens on loopback and connects to loopback, nothing else.

mod pump;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::rng::Rng;

/// Most connections at once; one more is closed as soon as it is made.
const MAX_CONNECTIONS: usize = 1_024;

/// What the proxy does to the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Forwards them.
    Pass,
    /// Keeps every connection open and forwards nothing: a half-open line. What was sent meanwhile goes on later.
    Stall,
    /// Closes every connection and every new one.
    Drop,
    /// Forwards each piece after a time drawn evenly from this range.
    Delay {
        /// Shortest.
        least: Duration,
        /// Longest.
        most: Duration,
    },
    /// Each connection is closed after so many more bytes from client to target; the bytes before the cut arrive.
    CutAfter(u64),
}

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// The target is on another machine.
    #[error("target {0} is not on loopback: the faulty proxy serves tests on one machine only")]
    NotLoopback(SocketAddr),
    /// The operating system gave no listener.
    #[error("could not listen on loopback: {0}")]
    Listen(#[from] io::Error),
}

/// How much went through, for assertions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Connections accepted.
    pub connections: u64,
    /// Bytes forwarded from clients to the target.
    pub to_target: u64,
    /// Bytes forwarded from the target to clients.
    pub to_client: u64,
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    to_target: AtomicU64,
    to_client: AtomicU64,
}

/// A running proxy. It ends, with all its connections, when it is dropped.
pub struct FaultProxy {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    counters: Arc<Counters>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// Listens on a free loopback port and forwards to `target`, in [`Mode::Pass`]. Delays are drawn from `seed`.
    ///
    /// # Errors
    /// [`FaultError::NotLoopback`] for a target elsewhere, [`FaultError::Listen`] without a port.
    pub async fn start(target: SocketAddr, seed: u64) -> Result<Self, FaultError> {
        if !target.ip().is_loopback() {
            return Err(FaultError::NotLoopback(target));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (mode, watched) = watch::channel(Mode::Pass);
        let counters = Arc::new(Counters::default());
        let accepting = tokio::spawn(accept(listener, target, seed, watched, Arc::clone(&counters)));
        Ok(Self { address, mode, counters, accepting })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Switches the mode for open and new connections. Setting [`Mode::CutAfter`] again counts anew.
    pub fn set(&self, mode: Mode) {
        // The channel lives as long as `self`, also while no connection listens.
        self.mode.send_replace(mode);
    }

    /// What it does now.
    pub fn mode(&self) -> Mode {
        *self.mode.borrow()
    }

    /// How much went through since the start.
    pub fn counts(&self) -> Counts {
        Counts {
            connections: self.counters.connections.load(Ordering::Relaxed),
            to_target: self.counters.to_target.load(Ordering::Relaxed),
            to_client: self.counters.to_client.load(Ordering::Relaxed),
        }
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        // The task owns the set of its connections, so they end with it.
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    target: SocketAddr,
    seed: u64,
    mode: watch::Receiver<Mode>,
    counters: Arc<Counters>,
) {
    let mut open = JoinSet::new();
    let mut number = 0_u64;
    loop {
        let client = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => client,
                // One failed accept (a client gone already, no descriptor free) must not end the proxy.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
            Some(_) = open.join_next() => continue,
        };
        counters.connections.fetch_add(1, Ordering::Relaxed);
        number = number.wrapping_add(1);
        if open.len() >= MAX_CONNECTIONS || *mode.borrow() == Mode::Drop {
            continue;
        }
        let rng = Rng::for_stream(seed, number);
        open.spawn(connection(client, target, rng, mode.clone(), Arc::clone(&counters)));
    }
}

async fn connection(
    client: TcpStream,
    target: SocketAddr,
    mut rng: Rng,
    mode: watch::Receiver<Mode>,
    counters: Arc<Counters>,
) {
    // Without the target the client sees its connection closed, as through a real middle box.
    let Ok(server) = TcpStream::connect(target).await else { return };
    // Small messages must not wait for more of them; latency is what the tests measure.
    if client.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let (client_read, client_write) = client.into_split();
    let (server_read, server_write) = server.into_split();
    let other = Rng::new(rng.next_u64());
    let up = pump::Pump { from: client_read, to: server_write, mode: mode.clone(), rng, cuts: true };
    let down = pump::Pump { from: server_read, to: client_write, mode, rng: other, cuts: false };
    // An end of one direction lets the other go on; a cut ends both.
    let _ended = tokio::try_join!(up.run(&counters.to_target), down.run(&counters.to_client));
}
