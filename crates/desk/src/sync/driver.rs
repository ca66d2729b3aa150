//! The driver: asks what the engine wants asked, hands it what comes, and waits when it is told to. It decides nothing
//! but what is handed over together ([`Pace`]).

use super::pace::{Pace, is_measured};
use super::{Input, Output};
use crate::edge;
use crate::session::{Contact, Session, stopped};
use crate::store::StoreError;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use wl_ledger::Height;
use wl_wire::gateway::{ClientError, GatewayClient, LiveEvent, LiveStream};
use wl_wire::messages::{BlockBatch, Heartbeats, LaneBatch, LiveBlock};

/// Blocks of one request, as the gateway bounds them.
const MAX_BLOCKS: u64 = wl_wire::messages::MAX_BLOCK_BATCH;
/// Live blocks that are accepted in one step at most, so that nothing else waits longer than some milliseconds for it.
const MOST_TOGETHER: usize = 32;

/// What the live stream says next; `None` once it has ended.
type Event = Option<Result<LiveEvent, ClientError>>;

enum Answer {
    Lane(Result<LaneBatch, ClientError>),
    Blocks(Result<BlockBatch, ClientError>),
    Live(Result<Box<LiveStream>, ClientError>),
    Heartbeats(Result<Heartbeats, ClientError>),
}

struct Driver {
    session: Arc<Session>,
    client: GatewayClient,
    requests: FuturesUnordered<BoxFuture<'static, Answer>>,
    live: Option<Box<LiveStream>>,
    retry: Option<Instant>,
    pace: Pace,
    /// Live blocks that are accepted together, and by when.
    gathered: Vec<LiveBlock>,
    due: Option<Instant>,
}

/// Follows the chain until `stop` says true.
///
/// # Errors
/// [`StoreError`]: what was accepted could not be made durable. The session must be started anew.
pub async fn follow(
    session: Arc<Session>,
    client: GatewayClient,
    mut stop: watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let mut driver = Driver {
        session,
        client,
        requests: FuturesUnordered::new(),
        live: None,
        retry: None,
        pace: Pace::default(),
        gathered: Vec::new(),
        due: None,
    };
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    driver.handle(Input::Connect).await?;
    loop {
        let (retry, due) = (driver.retry, driver.due);
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => driver.accept().await?,
            event = next(&mut driver.live) => driver.take_event(event).await?,
            Some(answer) = driver.requests.next(), if !driver.requests.is_empty() => driver.take(answer).await?,
            () = sleep_until(retry.unwrap_or_else(Instant::now)), if retry.is_some() => {
                driver.retry = None;
                driver.handle(Input::Connect).await?;
            }
            _ = ticks.tick() => driver.handle(Input::Tick).await?,
        }
    }
}

async fn next(live: &mut Option<Box<LiveStream>>) -> Event {
    match live.as_mut() {
        Some(stream) => stream.next().await,
        None => std::future::pending().await,
    }
}

impl Driver {
    async fn handle(&mut self, input: Input) -> Result<(), StoreError> {
        for output in self.session.step(input, edge::now()).await? {
            match output {
                Output::AskLane { from, max } => self.ask_lane(from, max),
                Output::AskBlocks { from, to } => self.ask_blocks(from, to),
                Output::OpenLive { from } => self.open_live(from),
                Output::Retry { after } => self.wait(after),
                Output::Accept(_)
                | Output::Provisional(..)
                | Output::Heartbeat(..)
                | Output::Evidence(_)
                | Output::Compared(_) => {}
            }
        }
        Ok(())
    }

    fn ask_lane(&mut self, from: Height, max: u64) {
        let client = self.client.clone();
        self.live = None;
        self.requests.push(Box::pin(async move { Answer::Lane(client.lane(from, max).await) }));
    }

    fn ask_blocks(&mut self, from: Height, to: Height) {
        let client = self.client.clone();
        // The newest end matters most when the span is cut.
        let from = from.max(Height(to.0.saturating_sub(MAX_BLOCKS - 1)));
        self.requests.push(Box::pin(async move { Answer::Blocks(client.blocks(from, to).await) }));
    }

    fn open_live(&mut self, from: Height) {
        let (live, heartbeats) = (self.client.clone(), self.client.clone());
        self.requests.push(Box::pin(async move { Answer::Live(live.live(from).await.map(Box::new)) }));
        self.requests.push(Box::pin(async move { Answer::Heartbeats(heartbeats.heartbeats().await) }));
    }

    fn wait(&mut self, after: i64) {
        self.live = None;
        self.requests.clear();
        let after = Duration::from_millis(u64::try_from(after).unwrap_or(0));
        self.retry = Some(Instant::now() + after);
    }

    async fn take(&mut self, answer: Answer) -> Result<(), StoreError> {
        let input = match answer {
            Answer::Lane(Ok(batch)) => Input::Lane(batch),
            Answer::Blocks(Ok(batch)) => Input::Blocks(batch),
            Answer::Live(Ok(stream)) => {
                self.live = Some(stream);
                self.session.core().await.set_contact(Contact::Reached);
                return Ok(());
            }
            Answer::Heartbeats(Ok(heartbeats)) => {
                for heartbeat in heartbeats.heartbeats {
                    self.handle(Input::Heartbeat(heartbeat.into())).await?;
                }
                return Ok(());
            }
            // Heartbeats come with the stream too.
            Answer::Heartbeats(Err(_)) => return Ok(()),
            Answer::Lane(Err(error)) | Answer::Blocks(Err(error)) | Answer::Live(Err(error)) => {
                return self.lost(Some(&error)).await;
            }
        };
        self.session.core().await.set_contact(Contact::Reached);
        self.handle(input).await
    }

    async fn take_event(&mut self, event: Event) -> Result<(), StoreError> {
        // All but an alarm that is sealing keeps its place behind the blocks before it.
        if !matches!(event, Some(Ok(LiveEvent::Block(_) | LiveEvent::Provisional(_)))) {
            self.accept().await?;
        }
        match event {
            Some(Ok(LiveEvent::Block(block))) => self.gather(block).await,
            Some(Ok(LiveEvent::Heartbeat(bytes))) => self.handle(Input::Heartbeat(bytes)).await,
            Some(Ok(LiveEvent::Provisional(message))) => self.handle(Input::Provisional(message)).await,
            Some(Ok(LiveEvent::Revoked(lane))) => self.handle(Input::Revoked(lane)).await,
            Some(Err(error)) => self.lost(Some(&error)).await,
            None => self.lost(None).await,
        }
    }

    /// Takes a block; on a busy ward one of measured values waits for others for a moment.
    async fn gather(&mut self, block: LiveBlock) -> Result<(), StoreError> {
        let now = Instant::now();
        let is_looked_at = self.session.core().await.waves_of.is_some();
        let wait = self.pace.arrived(is_looked_at, now);
        let at_once = wait.is_zero() || !is_measured(&block.content);
        self.gathered.push(block);
        if at_once || self.gathered.len() >= MOST_TOGETHER {
            return self.accept().await;
        }
        self.due.get_or_insert(now + wait);
        Ok(())
    }

    /// Hands over the blocks that were gathered.
    async fn accept(&mut self) -> Result<(), StoreError> {
        self.due = None;
        if self.gathered.is_empty() {
            return Ok(());
        }
        let blocks = core::mem::take(&mut self.gathered);
        self.handle(Input::Live(blocks)).await
    }

    async fn lost(&mut self, error: Option<&ClientError>) -> Result<(), StoreError> {
        let now = edge::now();
        if let Some(error) = error {
            tracing::warn!(%error, "the connection to the gateway was lost");
            let refused = matches!(error, ClientError::WrongServer | ClientError::KeyRefused)
                || matches!(error, ClientError::Status { status: 401 | 403, .. });
            let contact = if refused { Contact::Refused(now) } else { Contact::Unreachable(now) };
            self.session.core().await.set_contact(contact);
        }
        self.live = None;
        self.requests.clear();
        let jitter = edge::random::<2>().map_or(500, |bytes| u16::from_le_bytes(bytes) % 1001);
        self.handle(Input::Lost { jitter }).await
    }
}
