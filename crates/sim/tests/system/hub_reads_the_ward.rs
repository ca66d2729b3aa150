//! The simulated ward writes, this reader reads: two hands, one result, in three dialects.
use std::collections::{BTreeSet, HashSet};

use wl_hub::ingest::hl7::{DecodedMessage, MessageKind, Row, RowKey, SourceProfile, WaveRow, decode};
use wl_ledger::UnixMillis;
use wl_sim::clock::VirtualClock;
use wl_sim::ward::{Content, DeviceMessage, Ward, WardSettings, agrees};
use wl_vitals::{Consciousness, Quality, Value};

/// 2026-11-18T10:26:40Z.
const START: UnixMillis = UnixMillis(1_794_997_600_000);

fn messages(demo: bool) -> Vec<DeviceMessage> {
    let mut ward = Ward::with(WardSettings { demo, ..WardSettings::demo(7, 12, START) }).unwrap();
    let mut clock = VirtualClock::at(START.plus(-1));
    (0..130).flat_map(|_| ward.step(clock.advance(1_000))).collect()
}

fn waves(message: &DecodedMessage) -> Vec<&WaveRow> {
    let rows = message.rows.iter();
    rows.filter_map(|r| if let Row::Waveform(wave) = &r.row { Some(wave) } else { None }).collect()
}

#[test]
fn every_message_of_the_ward_is_understood_as_it_was_meant() {
    for demo in [false, true] {
        let profile = SourceProfile { demo, ..SourceProfile::default() };
        let mut seen: HashSet<RowKey> = HashSet::new();
        let mut dialects = BTreeSet::new();
        let (mut unavailable, mut levels, mut curves, mut repeats) = (0, 0, 0, 0);
        for sent in messages(demo) {
            let message = decode(&sent.bytes, &profile).expect("the ward's messages are acceptable");
            assert_eq!(message.control_id, sent.control_id);
            assert_eq!(message.sender.as_ref().unwrap().to_string(), sent.device_identity.to_string());
            dialects.insert(format!("{:?}", sent.dialect));
            let mut fresh = Vec::new();
            for row in &message.rows {
                let Some(reading) = row.frame_reading() else { continue };
                if seen.insert(row.key().unwrap()) { fresh.push(reading) } else { repeats += 1 }
            }
            assert_eq!(fresh.len(), sent.expected.len(), "{:?}", sent.dialect);
            for (expected, got) in sent.expected.iter().zip(&fresh) {
                assert!(agrees(expected, got), "{:?}: {expected:?} {got:?}", sent.dialect);
                unavailable += usize::from(got.quality == Quality::Unavailable);
                levels += usize::from(matches!(got.value, Value::Consciousness(Consciousness::Alert)));
                assert_eq!(got.quality == Quality::Demo, demo && got.quality != Quality::Unavailable);
            }
            let found = waves(&message);
            assert_eq!(found.len(), sent.waves.len());
            for (expected, got) in sent.waves.iter().zip(found) {
                assert_eq!((got.code, got.start, got.unit), (expected.code, expected.start, expected.unit));
                assert_eq!(got.millihertz, Some(expected.rate_hz * 1000));
                assert_eq!(got.samples.len(), expected.counts.len());
                curves += 1;
            }
            let kind = if sent.content == Content::Waveforms {
                MessageKind::Waveform
            } else {
                MessageKind::Observation
            };
            assert_eq!(message.kind, kind);
        }
        assert_eq!(dialects.len(), 3, "all dialects spoke");
        assert!(
            unavailable > 0 && levels > 0 && curves > 0 && repeats > 0,
            "{unavailable} {levels} {curves} {repeats}"
        );
    }
}

#[test]
fn a_demo_ward_is_refused_by_a_source_that_is_none() {
    for sent in messages(true).iter().take(100) {
        assert!(decode(&sent.bytes, &SourceProfile::default()).is_err());
    }
}
