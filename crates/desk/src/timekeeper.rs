//! The time by which sharing ends: the latest of everything that was ever verified and of this machine's clock, so
//! that neither a clock that is set back nor a laptop kept offline gains a minute.

use wl_ledger::UnixMillis;

/// Keeps the mark. It never goes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timekeeper {
    mark: UnixMillis,
}

impl Timekeeper {
    /// Starts from the mark that was persisted.
    pub fn new(persisted: Option<UnixMillis>) -> Self {
        Self { mark: persisted.unwrap_or(UnixMillis(i64::MIN)) }
    }

    /// A verified time: of a block or a heartbeat.
    pub fn observe(&mut self, time: UnixMillis) {
        self.mark = self.mark.max(time);
    }

    /// The time that decides, by the own clock `now`. What it says becomes the mark.
    pub fn decide(&mut self, now: UnixMillis) -> UnixMillis {
        self.observe(now);
        self.mark
    }

    /// What is to be persisted.
    pub fn mark(&self) -> UnixMillis {
        self.mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_gains_nothing() {
        let mut keeper = Timekeeper::new(Some(UnixMillis(50)));
        assert_eq!(keeper.decide(UnixMillis(10)), UnixMillis(50));
        keeper.observe(UnixMillis(70));
        assert_eq!(keeper.decide(UnixMillis(60)), UnixMillis(70));
        assert_eq!(keeper.decide(UnixMillis(90)), UnixMillis(90));
        assert_eq!(keeper.decide(UnixMillis(0)), UnixMillis(90));
    }
}
