//! How long a live block may wait for others: not at all on a quiet ward. On a busy one, accepting every block by
//! itself costs this workstation several times as much as a few steps a second do; there, blocks that hold nothing but
//! measured values wait for others. What is said here of a block is not verified, and decides on nothing but time.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;
use wl_ledger::block::Entry;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_wire::messages::BlockContent;

/// A ward is busy when so many blocks arrive within [`SPAN`].
const BUSY: usize = 64;
const SPAN: Duration = Duration::from_secs(2);
/// While somebody looks at a patient: half a frame of the screen.
const LOOKED_AT: Duration = Duration::from_millis(8);
/// While nobody does: the values of a ward are drawn once a second, and an alarm that is sealing waits for no block.
const WARD: Duration = Duration::from_millis(250);

/// Whether a block says that it holds measured values alone. Everything else, an alarm first of all, waits for nothing.
pub(super) fn is_measured(block: &BlockContent) -> bool {
    block.items.iter().all(|served| match &served.item.entry {
        Entry::Record(bytes) => SignedRecord::parse(bytes).is_ok_and(|record| {
            matches!(record.header().kind, RecordKind::Frame | RecordKind::Waveform | RecordKind::Segment)
        }),
        Entry::Control(_) => false,
    })
}

/// The newest arrivals.
#[derive(Default)]
pub(super) struct Pace {
    arrivals: VecDeque<Instant>,
}

impl Pace {
    /// Notes a block that arrived, and returns how long it may wait.
    pub(super) fn arrived(&mut self, is_looked_at: bool, now: Instant) -> Duration {
        self.arrivals.push_back(now);
        if self.arrivals.len() > BUSY {
            self.arrivals.pop_front();
        }
        let first = self.arrivals.front().filter(|_| self.arrivals.len() == BUSY);
        match first {
            Some(first) if now.duration_since(*first) < SPAN && is_looked_at => LOOKED_AT,
            Some(first) if now.duration_since(*first) < SPAN => WARD,
            Some(_) | None => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wl_ledger::keys::SigningKey;
    use wl_ledger::record::RecordHeader;
    use wl_ledger::{ChainId, Epoch, Hash, Height, Seq, StreamId, UnixMillis};
    use wl_wire::messages::{Item, ServedItem};

    fn record(kind: RecordKind) -> Entry {
        let header = RecordHeader {
            stream: StreamId(1),
            seq: Seq(0),
            epoch: Epoch(0),
            kind,
            taken: UnixMillis(0),
            seen: Height(0),
            commitment: Hash::from_bytes([2; 32]),
            size: 1,
        };
        let (chain, previous) = (ChainId::from_bytes([3; 32]), Hash::from_bytes([4; 32]));
        let signed = SignedRecord::seal(&SigningKey::from_seed(&[1; 32]), &chain, &previous, header);
        Entry::Record(signed.bytes().to_vec())
    }

    #[test]
    fn only_blocks_of_measured_values_wait() {
        use RecordKind::{Acknowledgement, Act, Alarm, Frame, Limits, Note, Waveform};
        let table = [
            (vec![record(Frame)], true),
            (vec![record(Frame), record(Waveform)], true),
            (vec![record(Alarm)], false),
            (vec![record(Frame), record(Alarm)], false),
            (vec![record(Acknowledgement)], false),
            (vec![record(Act)], false),
            (vec![record(Limits)], false),
            (vec![record(Note)], false),
            (vec![Entry::Control(vec![0])], false),
            (vec![record(Frame), Entry::Record(vec![0])], false),
        ];
        for (place, (entries, waits)) in table.into_iter().enumerate() {
            let served = |entry| ServedItem { item: Item { entry, body: None }, previous: None };
            let block = BlockContent { height: Height(9), items: entries.into_iter().map(served).collect() };
            assert_eq!(is_measured(&block), waits, "row {place}");
        }
    }

    #[test]
    fn blocks_wait_for_each_other_only_where_many_come() {
        // (blocks a second, milliseconds that the last of three seconds' blocks may wait: looked at, or not)
        for (rate, looked_at, ward) in
            [(1, 0, 0), (20, 0, 0), (31, 0, 0), (33, 8, 250), (50, 8, 250), (400, 8, 250)]
        {
            for (is_looked_at, wait) in [(true, looked_at), (false, ward)] {
                let (mut pace, begun) = (Pace::default(), Instant::now());
                let at = |number| begun + Duration::from_secs(1) * number / rate;
                let waits = (0..3 * rate).map(|number| pace.arrived(is_looked_at, at(number)));
                assert_eq!(waits.last(), Some(Duration::from_millis(wait)), "{rate} blocks a second");
                let later = pace.arrived(is_looked_at, begun + Duration::from_secs(10));
                assert_eq!(later, Duration::ZERO, "calm again");
                assert!(pace.arrivals.len() <= BUSY);
            }
        }
    }
}
