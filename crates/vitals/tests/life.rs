//! The laws of signal and work-flow (clinical reference §3.8), and the canonical bytes of events.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{
    AckComment, Alarm, AlarmAck, AlarmDecodeError, AlarmEvent, AlarmId, AlarmLife, Condition, Kind,
    LifeError, Outcome, Priority, Signal, SnoozeReason, Subject, Work, loudest,
};
use wl_vitals::codes::units;
use wl_vitals::limits::Direction;
use wl_vitals::{Decimal, Parameter};

const ANN: KeyId = KeyId::from_bytes([1; 16]);
const BOB: KeyId = KeyId::from_bytes([2; 16]);
const WHY: SnoozeReason = SnoozeReason::Treated;

fn alarm(priority: Priority, raised: i64) -> Alarm {
    let subject = Subject {
        patient: PatientId::from_bytes([9; 16]),
        code: Parameter::Spo2.code(),
        channel: 0,
        kind: Kind::Physiological,
        direction: Some(Direction::Low),
    };
    Alarm {
        id: AlarmId::derive(&subject, UnixMillis(raised)),
        subject,
        priority,
        condition: Condition::Active,
        limit: Some(Decimal::whole(90)),
        worst: Some(Decimal::whole(84)),
        unit: Some(units::PERCENT),
        first_crossed: UnixMillis(raised - 15_000),
        raised: UnixMillis(raised),
        cleared: None,
        episodes: 1,
        told: UnixMillis(raised),
    }
}

fn cleared(mut alarm: Alarm) -> AlarmEvent {
    alarm.condition = Condition::Cleared;
    alarm.cleared = Some(alarm.raised.plus(30_000));
    AlarmEvent::Cleared(alarm)
}

fn life(priority: Priority) -> AlarmLife {
    AlarmLife::new(&AlarmEvent::Raised(alarm(priority, 100_000))).expect("an alarm")
}

#[test]
fn acknowledging_silences_and_changes_no_condition() {
    let mut life = life(Priority::High);
    let before = life.alarm().clone();
    life.acknowledge(ANN, UnixMillis(5), AckComment::Going);
    assert_eq!(life.alarm(), &before);
    assert!(!life.is_sounding());
    assert_eq!(life.work(), Work::Acknowledged { by: ANN, at: UnixMillis(5) });
}

#[test]
fn of_two_acknowledgements_the_first_owns_and_both_are_kept() {
    let mut life = life(Priority::High);
    life.acknowledge(ANN, UnixMillis(9), AckComment::Going);
    life.acknowledge(BOB, UnixMillis(5), AckComment::AtBedside);
    assert_eq!(life.work(), Work::Acknowledged { by: ANN, at: UnixMillis(9) });
    assert_eq!(life.acks().iter().map(|a| a.by).collect::<Vec<_>>(), [ANN, BOB]);
}

#[test]
fn clearing_latches_high_until_acknowledged_and_never_resolves() {
    for (priority, signal) in
        [(Priority::High, Signal::Latched), (Priority::Medium, Signal::Off), (Priority::Low, Signal::Off)]
    {
        let mut life = life(priority);
        life.follow(&cleared(alarm(priority, 100_000))).expect("its own");
        assert_eq!((life.signal(), life.work()), (signal, Work::New), "{priority:?}");
    }
    let mut life = life(Priority::High);
    life.follow(&cleared(alarm(Priority::High, 100_000))).expect("its own");
    life.acknowledge(ANN, UnixMillis(1), AckComment::None);
    assert_eq!(life.signal(), Signal::Off);
    assert!(matches!(life.work(), Work::Acknowledged { .. }));
}

#[test]
fn coming_again_or_rising_sounds_again_whatever_was_done() {
    let higher = alarm(Priority::High, 100_000);
    for event in [AlarmEvent::Reopened(higher.clone()), AlarmEvent::Escalated(higher)] {
        let done: [fn(&mut AlarmLife); 4] = [
            |l| l.acknowledge(ANN, UnixMillis(1), AckComment::None),
            |l| l.pause(UnixMillis(1)),
            |l| l.snooze(ANN, UnixMillis(1), UnixMillis(60_001), WHY).expect("allowed"),
            |l| l.resolve(ANN, UnixMillis(1), Outcome::Artefact).expect("explained"),
        ];
        for act in done {
            let mut life = life(Priority::Medium);
            act(&mut life);
            assert!(!life.is_sounding());
            life.follow(&event).expect("its own");
            assert!(life.is_sounding());
            assert_eq!(life.work(), Work::New);
        }
    }
}

#[test]
fn pauses_and_snoozes_end_by_themselves_and_acknowledged_alarms_are_told_again() {
    let mut paused = life(Priority::High);
    paused.pause(UnixMillis(0));
    paused.tick(UnixMillis(119_999));
    assert!(!paused.is_sounding());
    paused.tick(UnixMillis(120_000));
    assert!(paused.is_sounding());
    for (priority, allowed) in
        [(Priority::High, 120_000), (Priority::Medium, 1_800_000), (Priority::Low, 43_200_000)]
    {
        let mut snoozed = life(priority);
        for asked in [allowed + 1, 0, -5] {
            let refused = snoozed.snooze(ANN, UnixMillis(0), UnixMillis(asked), WHY);
            assert_eq!(refused, Err(LifeError::Snooze { asked, allowed }));
        }
        snoozed.snooze(ANN, UnixMillis(0), UnixMillis(allowed), WHY).expect("allowed");
        snoozed.tick(UnixMillis(allowed - 1));
        assert!(!snoozed.is_sounding());
        snoozed.tick(UnixMillis(allowed));
        assert!(snoozed.is_sounding());
    }
    for (priority, after) in
        [(Priority::High, 120_000), (Priority::Medium, 900_000), (Priority::Low, 3_600_000)]
    {
        let mut answered = life(priority);
        answered.acknowledge(ANN, UnixMillis(0), AckComment::None);
        answered.tick(UnixMillis(after - 1));
        assert!(!answered.is_sounding());
        answered.tick(UnixMillis(after));
        assert!(answered.is_sounding());
    }
}

#[test]
fn worsening_breaks_a_snooze_and_a_pause_outlives_the_condition() {
    let mut snoozed = life(Priority::Medium);
    snoozed.snooze(ANN, UnixMillis(0), UnixMillis(1_000), WHY).expect("allowed");
    // From 84: 80 is neither five units nor five per cent further out, 79 is.
    for (worst, breaks) in [(84, false), (80, false), (79, true)] {
        let further = Alarm { worst: Some(Decimal::whole(worst)), ..alarm(Priority::Medium, 100_000) };
        snoozed.follow(&AlarmEvent::Worsened(further)).expect("its own");
        assert_eq!(snoozed.is_sounding(), breaks, "{worst}");
    }
    let mut paused = life(Priority::High);
    paused.pause(UnixMillis(0));
    paused.follow(&cleared(alarm(Priority::High, 100_000))).expect("its own");
    assert!(!paused.is_sounding());
    paused.tick(UnixMillis(120_000));
    assert_eq!(paused.signal(), Signal::Latched);
}

#[test]
fn resolving_needs_the_end_or_an_explanation() {
    let mut life = life(Priority::High);
    assert_eq!(life.resolve(ANN, UnixMillis(1), Outcome::Treated), Err(LifeError::StillActive));
    life.follow(&cleared(alarm(Priority::High, 100_000))).expect("its own");
    assert_eq!(life.resolve(ANN, UnixMillis(1), Outcome::Treated), Ok(()));
    assert_eq!(life.resolve(BOB, UnixMillis(2), Outcome::Artefact), Err(LifeError::Resolved));
    assert_eq!(life.snooze(BOB, UnixMillis(2), UnixMillis(3), WHY), Err(LifeError::Resolved));
    let other = AlarmEvent::Raised(alarm(Priority::High, 200_000));
    assert_eq!(life.follow(&other), Err(LifeError::OtherAlarm));
}

#[test]
fn the_highest_sounds_and_among_equals_the_newest() {
    let of =
        |priority, raised| AlarmLife::new(&AlarmEvent::Raised(alarm(priority, raised))).expect("an alarm");
    let mut lives = [
        of(Priority::Medium, 300_000),
        of(Priority::High, 100_000),
        of(Priority::High, 200_000),
        of(Priority::Low, 400_000),
    ];
    assert_eq!(loudest(&lives), Some(lives[2].alarm().id));
    lives[2].acknowledge(ANN, UnixMillis(1), AckComment::None);
    assert_eq!(loudest(&lives), Some(lives[1].alarm().id), "silencing one drops no other's sound");
    lives[1].pause(UnixMillis(1));
    assert_eq!(loudest(&lives), Some(lives[0].alarm().id));
    assert_eq!(loudest([]), None);
}

#[test]
fn vectors_and_malformed_bytes() {
    let event = AlarmEvent::Raised(alarm(Priority::High, 100_000));
    let bytes = event.to_bytes();
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, include_str!("vectors/alarm_raised.hex").trim());
    let ack = AlarmAck {
        alarm: alarm(Priority::High, 100_000).id,
        at: UnixMillis(101_000),
        comment: AckComment::Going,
    };
    assert_eq!(AlarmAck::from_bytes(&ack.to_bytes()), Ok(ack));
    assert_eq!(AlarmEvent::from_bytes(&[0; 513]), Err(AlarmDecodeError::TooLong(513)));
    assert!(matches!(AlarmEvent::from_bytes(&[]), Err(AlarmDecodeError::Shape(_))));
    assert_eq!(
        AlarmEvent::from_bytes(&[bytes.clone(), vec![0]].concat()),
        Err(AlarmDecodeError::NotCanonical)
    );
    let mut renamed = alarm(Priority::High, 100_000);
    renamed.raised = UnixMillis(100_001);
    assert_eq!(AlarmEvent::from_bytes(&AlarmEvent::Raised(renamed).to_bytes()), Err(AlarmDecodeError::Id));
    // The same value with an indefinite array around it is another text of the same thing, and refused.
    let indefinite = [&[0x9f][..], &bytes[1..], &[0xff]].concat();
    assert!(AlarmEvent::from_bytes(&indefinite).is_err());
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(event) = AlarmEvent::from_bytes(&bytes) {
            prop_assert_eq!(event.to_bytes(), bytes.clone());
        }
        if let Ok(ack) = AlarmAck::from_bytes(&bytes) {
            prop_assert_eq!(ack.to_bytes(), bytes);
        }
    }
}
