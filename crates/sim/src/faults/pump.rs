//! One direction of one connection.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::watch,
};

use super::Mode;
use crate::rng::Rng;

/// Why a direction did not come to its natural end.
pub(super) enum Broken {
    /// The mode closed it.
    Cut,
    /// The network did, or the proxy ended.
    Network,
}

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self::Network
    }
}

impl From<watch::error::RecvError> for Broken {
    fn from(_: watch::error::RecvError) -> Self {
        Self::Network
    }
}

pub(super) struct Pump {
    pub(super) from: OwnedReadHalf,
    pub(super) to: OwnedWriteHalf,
    pub(super) mode: watch::Receiver<Mode>,
    pub(super) rng: Rng,
    /// Whether [`Mode::CutAfter`] counts this direction.
    pub(super) cuts: bool,
}

impl Pump {
    /// Forwards until the sender is done (`Ok`) or something broke the connection.
    pub(super) async fn run(mut self, counter: &AtomicU64) -> Result<(), Broken> {
        let mut piece = vec![0_u8; 16 * 1_024];
        let mut left = self.allowance();
        loop {
            self.until_open(&mut left).await?;
            let read = tokio::select! {
                changed = self.mode.changed() => {
                    changed?;
                    left = self.allowance();
                    continue;
                }
                read = self.from.read(&mut piece) => read?,
            };
            if read == 0 {
                self.to.shutdown().await?;
                return Ok(());
            }
            // The mode may have changed while the piece was on its way; it decides whether the piece goes on.
            self.delay().await?;
            self.until_open(&mut left).await?;
            let allowed = left.map_or(read, |left| read.min(usize::try_from(left).unwrap_or(usize::MAX)));
            self.to.write_all(piece.get(..allowed).unwrap_or_default()).await?;
            let forwarded = u64::try_from(allowed).unwrap_or(u64::MAX);
            counter.fetch_add(forwarded, Ordering::Relaxed);
            left = left.map(|left| left.saturating_sub(forwarded));
        }
    }

    /// The bytes that may still pass, if the mode counts them.
    fn allowance(&mut self) -> Option<u64> {
        match *self.mode.borrow_and_update() {
            Mode::CutAfter(bytes) if self.cuts => Some(bytes),
            Mode::CutAfter(_) | Mode::Pass | Mode::Stall | Mode::Drop | Mode::Delay { .. } => None,
        }
    }

    /// Waits while the line is stalled; breaks where the mode drops or the allowance is used up.
    async fn until_open(&mut self, left: &mut Option<u64>) -> Result<(), Broken> {
        loop {
            if self.mode.has_changed()? {
                *left = self.allowance();
            }
            let mode = *self.mode.borrow();
            match mode {
                Mode::Drop => return Err(Broken::Cut),
                Mode::Stall => {
                    self.mode.changed().await?;
                    *left = self.allowance();
                }
                Mode::CutAfter(_) if *left == Some(0) => {
                    // A clean end towards the target, so that the bytes before the cut are not lost with it.
                    self.to.shutdown().await?;
                    return Err(Broken::Cut);
                }
                Mode::CutAfter(_) | Mode::Pass | Mode::Delay { .. } => return Ok(()),
            }
        }
    }

    /// Sleeps in [`Mode::Delay`]; a change of mode ends the sleep and is left for [`Self::until_open`] to see.
    async fn delay(&mut self) -> Result<(), Broken> {
        let mode = *self.mode.borrow();
        let Mode::Delay { least, most } = mode else { return Ok(()) };
        let (least_ms, most_ms) = (least.as_secs_f64(), most.as_secs_f64());
        let drawn = Duration::try_from_secs_f64(self.rng.between(least_ms, most_ms.max(least_ms)));
        tokio::select! {
            changed = self.mode.changed() => {
                changed?;
                self.mode.mark_changed();
            }
            () = tokio::time::sleep(drawn.unwrap_or(most)) => {}
        }
        Ok(())
    }
}
