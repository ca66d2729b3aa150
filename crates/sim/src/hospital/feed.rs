//! Devices at their work: one MLLP connection for each patient, a message when it is due, and its answer awaited.

use crate::hl7::mllp_framed;
use crate::scenario::Script;
use crate::ward::{Pace, Ward, WardSettings};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Messages that a device keeps while its hub does not answer; more make the ward wait, as real senders do.
const KEPT: usize = 4096;
/// Wait before a device connects again.
const RECONNECT: Duration = Duration::from_millis(500);

/// Time between messages of a recalled ward, in milliseconds, and which of them are sent: one a minute.
const RECALL_TICK: u32 = 10_000;
const RECALL_EVERY: u32 = 6;

/// What became of the messages of a ward.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FeedCounts {
    /// Answered AA.
    pub accepted: u64,
    /// Answered AE or AR.
    pub refused: u64,
}

/// Lets a ward measure in real time until stopped.
///
/// # Errors
/// A device task that failed.
pub async fn feed(ward: &mut Ward, hub: SocketAddr, stop: &CancellationToken) -> anyhow::Result<FeedCounts> {
    let mut devices = JoinSet::new();
    let lines: Vec<mpsc::Sender<Vec<u8>>> = (0..ward.people().len())
        .map(|_| {
            let (line, messages) = mpsc::channel(KEPT);
            devices.spawn(device(hub, messages, stop.clone()));
            line
        })
        .collect();
    while !stop.is_cancelled() {
        for message in ward.step(crate::edge::now()) {
            if let Some(line) = lines.get(message.patient_index) {
                line.send(message.bytes).await?;
            }
        }
        let wait = ward.next_due().since(crate::edge::now()).clamp(1, 1000);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(1))) => {}
        }
    }
    drop(lines);
    let mut counts = FeedCounts::default();
    while let Some(done) = devices.join_next().await {
        let done = done?;
        counts.accepted += done.accepted;
        counts.refused += done.refused;
    }
    Ok(counts)
}

/// Sends what the devices of a ward measured in the hours before it starts, a message a minute: history, so that
/// trends have a past. Values of that age raise no alarm.
///
/// # Errors
/// The settings make no ward, or a device failed.
pub async fn recall(
    settings: WardSettings,
    hours: u8,
    hub: SocketAddr,
    stop: &CancellationToken,
) -> anyhow::Result<FeedCounts> {
    let start = settings.start.plus(-i64::from(hours) * 3_600_000);
    let calm = WardSettings { script: Script::Calm, pace: Pace::Ward, waveforms: false, start, ..settings };
    let mut ward = Ward::with(WardSettings { tick_ms: RECALL_TICK, ..calm })?;
    let mut counts = FeedCounts::default();
    let mut sent = vec![0u32; ward.people().len()];
    let mut stream = None;
    while ward.next_due() < settings.start && !stop.is_cancelled() {
        for message in ward.step(ward.next_due()) {
            let Some(nth) = sent.get_mut(message.patient_index) else { continue };
            *nth += 1;
            if *nth % RECALL_EVERY != 1 {
                continue;
            }
            match exchange(&mut stream, hub, &mllp_framed(&message.bytes)).await {
                Ok(answer) if answer.windows(6).any(|part| part == b"MSA|AA") => counts.accepted += 1,
                Ok(_) => counts.refused += 1,
                // History is worth no trouble: a hub that went away has more to do than to hear of the past.
                Err(_) => return Ok(counts),
            }
        }
    }
    Ok(counts)
}

/// One device: sends in order, and sends a message again until it is answered.
async fn device(
    hub: SocketAddr,
    mut messages: mpsc::Receiver<Vec<u8>>,
    stop: CancellationToken,
) -> FeedCounts {
    let mut counts = FeedCounts::default();
    let mut stream = None;
    while let Some(message) = messages.recv().await {
        let framed = mllp_framed(&message);
        loop {
            if stop.is_cancelled() {
                return counts;
            }
            match exchange(&mut stream, hub, &framed).await {
                Ok(answer) if answer.windows(6).any(|part| part == b"MSA|AA") => {
                    counts.accepted += 1;
                    break;
                }
                Ok(_) => {
                    counts.refused += 1;
                    break;
                }
                Err(_) => {
                    stream = None;
                    tokio::select! {
                        () = stop.cancelled() => return counts,
                        () = tokio::time::sleep(RECONNECT) => {}
                    }
                }
            }
        }
    }
    counts
}

async fn exchange(
    stream: &mut Option<TcpStream>,
    hub: SocketAddr,
    framed: &[u8],
) -> std::io::Result<Vec<u8>> {
    let open = match stream.take() {
        Some(open) => open,
        None => {
            let open = TcpStream::connect(hub).await?;
            open.set_nodelay(true)?;
            open
        }
    };
    let open = stream.insert(open);
    open.write_all(framed).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(&[0x1c, 0x0d]) {
        let mut chunk = [0u8; 1024];
        let count = open.read(&mut chunk).await?;
        if count == 0 || answer.len() > 64 * 1024 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(chunk.get(..count).unwrap_or_default());
    }
    Ok(answer)
}
