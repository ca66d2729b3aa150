//! How old the newest word of gateway and hubs is. Silence must never look like calm.

use std::collections::BTreeMap;
use wl_ledger::heartbeat::{LostRecords, VerifiedHeartbeat};
use wl_ledger::{KeyId, UnixMillis};

/// Up to this age, in milliseconds, somebody is live: one heartbeat interval.
pub(super) const LIVE: i64 = 5_000;
/// Above this age it is stale.
pub const STALE: i64 = 15_000;
/// Above this age it is lost.
pub const LOST: i64 = 30_000;
/// Clocks that differ by more than this are shown, and count as age.
pub const DRIFT: i64 = 10_000;

/// How somebody is heard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Liveness {
    /// Within one interval.
    Live,
    /// Later than that.
    Delayed,
    /// Above 15 s.
    Stale,
    /// Above 30 s, or never.
    Lost,
}

/// The last word of one author.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hearing {
    /// By its own clock.
    pub time: UnixMillis,
    /// By this workstation's clock.
    pub heard: UnixMillis,
}

impl Hearing {
    /// Its age in milliseconds. An author whose clock is near ours is as old as our last hearing of it; one whose word
    /// arrives later than any drift allows is as old as it says, so that delayed heartbeats do not pass for fresh.
    pub fn age(&self, now: UnixMillis) -> i64 {
        let since = now.since(self.heard).max(0);
        let delay = self.heard.since(self.time);
        if delay > DRIFT { now.since(self.time).max(since) } else { since }
    }

    /// In which state that is.
    pub fn liveness(&self, now: UnixMillis) -> Liveness {
        let age = self.age(now);
        let states = [(LIVE, Liveness::Live), (STALE, Liveness::Delayed), (LOST, Liveness::Stale)];
        states.into_iter().find(|(limit, _)| age <= *limit).map_or(Liveness::Lost, |(_, state)| state)
    }

    /// Our clock less its clock, where it matters.
    pub fn clock_off(&self) -> Option<i64> {
        let off = self.heard.since(self.time);
        (off.abs() > DRIFT).then_some(off)
    }
}

/// Who was heard when.
#[derive(Clone, Default, Debug)]
pub struct Freshness {
    gateway: Option<Hearing>,
    hubs: BTreeMap<KeyId, Hearing>,
    lost: BTreeMap<KeyId, LostRecords>,
}

impl Freshness {
    /// A verified heartbeat. One that is not newer than the last of its author says nothing.
    pub fn hear(&mut self, heartbeat: &VerifiedHeartbeat, is_gateway: bool, now: UnixMillis) {
        let (author, time) = (heartbeat.get().author, heartbeat.get().time);
        let hearing = Hearing { time, heard: now };
        if is_gateway {
            self.hear_gateway(hearing);
        } else {
            let newer = self.hubs.get(&author).is_none_or(|known| known.time < time);
            if newer {
                self.hubs.insert(author, hearing);
                match heartbeat.get().lost {
                    Some(lost) => self.lost.insert(author, lost),
                    None => self.lost.remove(&author),
                };
            }
        }
    }

    /// A block that was verified as it was cut is a word of the gateway too.
    pub fn see_block(&mut self, time: UnixMillis, now: UnixMillis) {
        self.hear_gateway(Hearing { time, heard: now });
    }

    /// What was stored of an earlier session.
    pub fn restore(&mut self, author: KeyId, is_gateway: bool, hearing: Hearing) {
        if is_gateway {
            self.hear_gateway(hearing);
        } else {
            self.hubs.insert(author, hearing);
        }
    }

    fn hear_gateway(&mut self, hearing: Hearing) {
        if self.gateway.is_none_or(|known| known.time < hearing.time) {
            self.gateway = Some(hearing);
        }
    }

    /// The gateway's last word.
    pub fn gateway(&self) -> Option<Hearing> {
        self.gateway
    }

    /// A hub's last word.
    pub fn hub(&self, hub: &KeyId) -> Option<Hearing> {
        self.hubs.get(hub).copied()
    }

    /// What a hub says it could not deliver.
    pub fn lost(&self, hub: &KeyId) -> Option<LostRecords> {
        self.lost.get(hub).copied()
    }

    /// The newest time that anybody verified has named.
    pub fn newest(&self) -> Option<UnixMillis> {
        self.hubs.values().chain(self.gateway.as_ref()).map(|hearing| hearing.time).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_age() {
        let hearing = Hearing { time: UnixMillis(100_000), heard: UnixMillis(100_000) };
        let table = [
            (100_000, Liveness::Live),
            (105_000, Liveness::Live),
            (105_001, Liveness::Delayed),
            (115_000, Liveness::Delayed),
            (115_001, Liveness::Stale),
            (130_000, Liveness::Stale),
            (130_001, Liveness::Lost),
            (90_000, Liveness::Live),
        ];
        for (now, expected) in table {
            assert_eq!(hearing.liveness(UnixMillis(now)), expected, "at {now}");
        }
    }

    #[test]
    fn delayed_heartbeats_do_not_pass_for_fresh() {
        let hearing = Hearing { time: UnixMillis(40_000), heard: UnixMillis(100_000) };
        assert_eq!(hearing.liveness(UnixMillis(100_000)), Liveness::Lost);
        assert_eq!(hearing.clock_off(), Some(60_000));
    }

    #[test]
    fn the_same_word_again_is_no_news() {
        let mut freshness = Freshness::default();
        freshness.see_block(UnixMillis(1_000), UnixMillis(1_000));
        freshness.see_block(UnixMillis(1_000), UnixMillis(60_000));
        assert_eq!(freshness.gateway().map(|h| h.heard), Some(UnixMillis(1_000)));
    }
}
