//! The laws of condition, signal and work-flow (clinical reference §3.8), and the faults of existing programs that they
//! rule out (§1.3): each fault is a test by its number there.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{
    AckComment, Act, Alarm, AlarmEvent, AlarmId, AlarmLife, Annunciator, Assignment, Chain, ChainError,
    Condition, Deed, Escalation, EscalationCause, Fault, Faults, Kind, LifeError, Outcome, Priority,
    Resolution, Return, ReturnCause, Roster, RosterStep, Signal, Snooze, SnoozeReason, Step, Subject, Work,
    default_times, silence, unanswered_since,
};
use wl_vitals::limits::Direction;
use wl_vitals::{Decimal, Parameter};

const ANN: KeyId = KeyId::from_bytes([1; 16]);
const BOB: KeyId = KeyId::from_bytes([2; 16]);
const CHARGE: KeyId = KeyId::from_bytes([3; 16]);
const START: i64 = 100_000;

fn alarm(parameter: Parameter, direction: Direction, priority: Priority, raised: i64) -> Alarm {
    let subject = Subject {
        patient: PatientId::from_bytes([9; 16]),
        code: parameter.code(),
        channel: 0,
        kind: Kind::Physiological,
        direction: Some(direction),
    };
    Alarm {
        id: AlarmId::derive(&subject, UnixMillis(raised)),
        subject,
        priority,
        condition: Condition::Active,
        limit: Some(Decimal::whole(90)),
        worst: Some(Decimal::whole(84)),
        unit: Some(parameter.info().unit),
        first_crossed: UnixMillis(raised),
        raised: UnixMillis(raised),
        cleared: None,
        episodes: 1,
        told: UnixMillis(raised),
    }
}

fn life(priority: Priority, raised: i64) -> AlarmLife {
    let alarm = alarm(Parameter::Spo2, Direction::Low, priority, raised);
    AlarmLife::new(&AlarmEvent::Raised(alarm)).expect("an alarm")
}

fn ms(seconds: i64) -> UnixMillis {
    UnixMillis(START + seconds * 1_000)
}

#[test]
fn fault_5_a_more_urgent_alarm_always_sounds_anew() {
    let mut station = Annunciator::default();
    let medium = life(Priority::Medium, START);
    station.pause([&medium], ms(0));
    let high = life(Priority::High, START + 5_000);
    assert!(!station.is_audible(&medium, ms(5)));
    assert!(station.is_audible(&high, ms(5)));
    assert_eq!(station.loudest([&medium, &high], ms(5)), Some(high.alarm().id));
}

/// What sounded when the pause began, what comes in it, and whether that is heard.
#[test]
fn a_pause_covers_what_is_no_more_urgent_and_never_a_new_high_alarm() {
    for (paused_over, comes, heard) in [
        (Priority::High, Priority::High, true),
        (Priority::High, Priority::Medium, false),
        (Priority::High, Priority::Low, false),
        (Priority::Medium, Priority::High, true),
        (Priority::Medium, Priority::Medium, false),
        (Priority::Low, Priority::Medium, true),
        (Priority::Low, Priority::Low, false),
    ] {
        let mut station = Annunciator::default();
        let first = life(paused_over, START);
        assert_eq!(station.pause([&first], ms(0)), ms(120));
        assert!(!station.is_audible(&first, ms(119)), "{paused_over:?}");
        assert!(station.is_audible(&first, ms(120)), "it sounds again when the pause ends");
        let next = life(comes, START + 1);
        assert_eq!(station.is_audible(&next, ms(1)), heard, "{comes:?} during a pause of {paused_over:?}");
    }
    let mut station = Annunciator::default();
    station.pause([], ms(0));
    assert!(station.is_audible(&life(Priority::Low, START), ms(1)), "a pause of nothing covers nothing");
    assert_eq!(station.paused_until(ms(1)), Some(ms(120)));
    station.resume();
    assert_eq!(station.paused_until(ms(1)), None);
}

#[test]
fn a_paused_alarm_that_rises_or_a_high_one_that_comes_again_is_heard() {
    let base = alarm(Parameter::Spo2, Direction::Low, Priority::High, START);
    let mut station = Annunciator::default();
    let mut high = AlarmLife::new(&AlarmEvent::Raised(base.clone())).expect("an alarm");
    station.pause([&high], ms(0));
    high.follow(&AlarmEvent::Reopened(Alarm { episodes: 2, ..base.clone() })).expect("its own");
    assert!(station.is_audible(&high, ms(10)));
    let medium = Alarm { priority: Priority::Medium, ..base.clone() };
    let mut rising = AlarmLife::new(&AlarmEvent::Raised(medium)).expect("an alarm");
    let mut station = Annunciator::default();
    station.pause([&rising], ms(0));
    rising.follow(&AlarmEvent::Escalated(base)).expect("its own");
    assert!(station.is_audible(&rising, ms(10)));
}

#[test]
fn fault_6_and_8_answering_one_alarm_leaves_every_other_as_it_was() {
    let mut high = life(Priority::High, START);
    let medium = life(Priority::Medium, START);
    high.acknowledge(ANN, ms(1), AckComment::Going);
    assert!(medium.is_sounding());
    assert_eq!(Annunciator::default().loudest([&high, &medium], ms(2)), Some(medium.alarm().id));
}

#[test]
fn fault_8_a_snooze_is_named_can_be_put_off_again_and_says_when_it_is_over() {
    let mut medium = life(Priority::Medium, START);
    let snooze = |at: i64, until: i64| {
        Act::Snoozed(Snooze {
            alarm: life(Priority::Medium, START).alarm().id,
            at: ms(at),
            until: ms(until),
            reason: SnoozeReason::Treated,
        })
    };
    medium.apply(ANN, &snooze(0, 300)).expect("allowed");
    medium.apply(BOB, &snooze(200, 900)).expect("it may be put off again while it is");
    medium.tick(ms(899));
    assert!(!medium.is_sounding());
    medium.tick(ms(900));
    assert!(medium.is_sounding());
    let expired = medium.expired_snooze().expect("it is told");
    assert_eq!((expired.by, expired.reason, expired.until), (BOB, SnoozeReason::Treated, ms(900)));
    medium.acknowledge(ANN, ms(901), AckComment::None);
    assert_eq!(medium.expired_snooze(), None, "told until somebody answers");
}

#[test]
fn putting_off_high_does_not_put_off_low() {
    let of = |direction, raised| {
        AlarmLife::new(&AlarmEvent::Raised(alarm(Parameter::HeartRate, direction, Priority::Medium, raised)))
            .expect("an alarm")
    };
    let (mut above, mut below) = (of(Direction::High, START), of(Direction::Low, START));
    let act = Act::Snoozed(Snooze {
        alarm: above.alarm().id,
        at: ms(0),
        until: ms(60),
        reason: SnoozeReason::Expected,
    });
    above.apply(ANN, &act).expect("allowed");
    assert_eq!(below.apply(ANN, &act), Err(LifeError::OtherAlarm));
    assert!(!above.is_sounding() && below.is_sounding());
}

fn chain() -> Chain {
    let who = [vec![ANN], vec![ANN, BOB], vec![CHARGE]];
    let times = default_times(Priority::High).iter().copied();
    let steps = times.zip(who).map(|(after, who)| Step { after, who }).collect();
    Chain::new(steps, |_| true).expect("sound")
}

#[test]
fn fault_13_an_answer_ends_every_call() {
    let answers: [fn(&mut AlarmLife); 4] = [
        |l| l.acknowledge(ANN, ms(61), AckComment::None),
        |l| l.snooze(ANN, ms(61), ms(120), SnoozeReason::Treated).expect("allowed"),
        |l| l.assign(ANN, ms(61), BOB).expect("open"),
        |l| l.resolve(ANN, ms(61), Outcome::Artefact).expect("explained"),
    ];
    for answer in answers {
        let mut high = life(Priority::High, START);
        assert_eq!(chain().called(&high, ms(0)), [ANN]);
        assert_eq!(chain().called(&high, ms(60)), [ANN, BOB]);
        answer(&mut high);
        assert_eq!(chain().called(&high, ms(62)), []);
        assert_eq!(unanswered_since(&high, ms(62)), None);
    }
}

#[test]
fn a_call_starts_anew_when_the_alarm_comes_again() {
    let base = alarm(Parameter::Spo2, Direction::Low, Priority::High, START);
    let mut high = AlarmLife::new(&AlarmEvent::Raised(base.clone())).expect("an alarm");
    high.acknowledge(ANN, ms(100), AckComment::Going);
    high.follow(&AlarmEvent::Reopened(Alarm { episodes: 2, told: ms(500), ..base })).expect("its own");
    assert_eq!(chain().called(&high, ms(501)), [ANN], "from the first step on");
    assert_eq!(chain().called(&high, ms(700)), [ANN, BOB, CHARGE]);
    // Told again after an acknowledgement, it calls anew as well: but it has an owner, so nobody else is called.
    let mut owned = life(Priority::High, START);
    owned.acknowledge(ANN, ms(0), AckComment::Going);
    owned.tick(ms(120));
    assert!(owned.is_sounding());
    assert_eq!(chain().called(&owned, ms(600)), []);
}

#[test]
fn fault_14_an_old_alarm_that_is_over_wakes_nobody() {
    let mut high = life(Priority::High, START);
    let over = Alarm { condition: Condition::Cleared, cleared: Some(ms(30)), ..high.alarm().clone() };
    high.follow(&AlarmEvent::Cleared(over)).expect("its own");
    assert_eq!(high.signal(), Signal::Latched);
    assert_eq!(chain().called(&high, ms(1_700)), [ANN, BOB, CHARGE]);
    assert_eq!(chain().called(&high, ms(1_801)), []);
    assert_eq!(chain().called(&high, ms(120 * 86_400)), []);
}

#[test]
fn fault_15_a_chain_that_reaches_nobody_is_refused_when_it_is_saved() {
    let step = |after, who: &[KeyId]| Step { after, who: who.to_vec() };
    let reachable = |who: &KeyId| *who == ANN || *who == CHARGE;
    let of = |steps: Vec<Step>| Chain::new(steps, reachable).err();
    assert_eq!(of(vec![]), Some(ChainError::Empty));
    assert_eq!(of(vec![step(1_000, &[ANN])]), Some(ChainError::Late));
    assert_eq!(of(vec![step(0, &[ANN]), step(60_000, &[BOB])]), Some(ChainError::Nobody(1)));
    assert_eq!(of(vec![step(0, &[])]), Some(ChainError::Nobody(0)));
    assert_eq!(of(vec![step(0, &[ANN]), step(0, &[CHARGE])]), Some(ChainError::Unordered(1)));
    assert_eq!(of(vec![step(0, &[BOB, ANN]), step(60_000, &[CHARGE])]), None);
}

#[test]
fn technical_alarms_sound_again_remind_when_answered_and_a_silent_gateway_explains_silent_hubs() {
    let mut faults = Faults::default();
    let hub = Fault::HubSilent(BOB);
    faults.set(hub, Some(Priority::Low), ms(0));
    assert_eq!(faults.calls(ms(0)), [(hub, Priority::Low)]);
    assert_eq!(faults.calls(ms(1_000)), [], "a low one is heard once");
    faults.set(hub, Some(Priority::Medium), ms(1_001));
    assert_eq!(faults.calls(ms(1_001)), [(hub, Priority::Medium)], "it rose");
    assert_eq!(faults.calls(ms(1_025)), []);
    assert_eq!(faults.calls(ms(1_026)), [(hub, Priority::Medium)]);
    faults.acknowledge(&hub, ms(1_027));
    assert_eq!(faults.calls(ms(1_325)), []);
    assert_eq!(faults.calls(ms(1_326)), [(hub, Priority::Medium)], "five minutes later");
    faults.set(Fault::GatewaySilent, Some(Priority::Medium), ms(1_400));
    assert_eq!(faults.standing().map(|(fault, _)| *fault).collect::<Vec<_>>(), [Fault::GatewaySilent]);
    faults.set(Fault::GatewaySilent, None, ms(1_500));
    assert_eq!(
        faults.standing().map(|(fault, standing)| (*fault, standing.since)).collect::<Vec<_>>(),
        [(hub, ms(0))]
    );
    assert_eq!(
        [14_999, 15_000, 29_999, 30_000].map(silence),
        [None, Some(Priority::Low), Some(Priority::Low), Some(Priority::Medium)]
    );
}

#[derive(Clone, Debug)]
enum Do {
    Raise(Priority),
    Clear,
    Inhibit,
    Ack(u8),
    Pause,
    Snooze(i64),
    Resolve(Outcome),
    Assign,
    See,
    Wait(i64),
}

fn any_do() -> impl Strategy<Value = (usize, Do)> {
    let outcome = prop::sample::select(vec![Outcome::Actionable, Outcome::Artefact, Outcome::Treated]);
    let priority = prop::sample::select(vec![Priority::Low, Priority::Medium, Priority::High]);
    let what = prop_oneof![
        priority.prop_map(Do::Raise),
        Just(Do::Clear),
        Just(Do::Inhibit),
        (1u8..4).prop_map(Do::Ack),
        Just(Do::Pause),
        (-10_000i64..3_000_000).prop_map(Do::Snooze),
        outcome.prop_map(Do::Resolve),
        Just(Do::Assign),
        Just(Do::See),
        (0i64..4_000_000).prop_map(Do::Wait),
    ];
    (0usize..3, what)
}

/// Does one thing to one alarm, as records and time do.
fn perform(life: &mut AlarmLife, what: &Do, now: UnixMillis) {
    let alarm = life.alarm().clone();
    let deed = Deed { alarm: alarm.id, at: now, episode: alarm.episodes };
    match what {
        Do::Raise(priority) => {
            let again = Alarm {
                priority: alarm.priority.max(*priority),
                condition: Condition::Active,
                cleared: None,
                episodes: alarm.episodes + 1,
                told: now,
                ..alarm
            };
            life.follow(&AlarmEvent::Reopened(again)).expect("its own");
        }
        Do::Clear => {
            let over = Alarm { condition: Condition::Cleared, cleared: Some(now), told: now, ..alarm };
            life.follow(&AlarmEvent::Cleared(over)).expect("its own");
        }
        Do::Inhibit => {
            let held = Alarm { condition: Condition::Inhibited, told: now, ..alarm };
            life.follow(&AlarmEvent::Inhibited(held)).expect("its own");
        }
        Do::Ack(by) => life.acknowledge(KeyId::from_bytes([*by; 16]), now, AckComment::None),
        Do::Pause => life.pause(now),
        Do::Snooze(span) => {
            let act =
                Snooze { alarm: alarm.id, at: now, until: now.plus(*span), reason: SnoozeReason::Expected };
            let _refused = life.apply(ANN, &Act::Snoozed(act));
        }
        Do::Resolve(outcome) => {
            let act = Resolution { alarm: alarm.id, at: now, outcome: *outcome };
            let _refused = life.apply(ANN, &Act::Resolved(act));
        }
        Do::Assign => {
            let _refused = life.apply(ANN, &Act::Assigned(Assignment { alarm: alarm.id, at: now, to: BOB }));
        }
        Do::See => life.apply(ANN, &Act::Seen(deed)).expect("its own"),
        Do::Wait(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is done in whatever order: people change no condition, only the hub does; clearing resolves nothing; a
    /// resolved alarm was over or explained; silence of an open alarm always has somebody's name or an end; and nothing
    /// done to one alarm moves another.
    #[test]
    fn the_laws_hold_for_any_course(deeds in prop::collection::vec(any_do(), 1..80)) {
        let mut lives = [Priority::Low, Priority::Medium, Priority::High].map(|priority| life(priority, START));
        let mut now = ms(0);
        for (which, what) in &deeds {
            let before = lives.clone();
            perform(&mut lives[*which], what, now);
            for (other, (was, is)) in before.iter().zip(&lives).enumerate() {
                if other != *which {
                    prop_assert_eq!(was, is);
                }
            }
            let (was, is) = (&before[*which], &lives[*which]);
            let by_hub = matches!(what, Do::Raise(_) | Do::Clear | Do::Inhibit);
            prop_assert!(by_hub || was.alarm() == is.alarm());
            if matches!(what, Do::Clear | Do::Inhibit) {
                prop_assert_eq!(was.work(), is.work());
            }
            if let (Work::Resolved { outcome, .. }, Do::Resolve(_)) = (is.work(), what) {
                let explained = matches!(outcome, Outcome::Artefact | Outcome::Expected | Outcome::Device);
                prop_assert!(explained || is.alarm().condition == Condition::Cleared || was.work() == is.work());
            }
            if let Do::Wait(span) = what {
                now = now.plus(*span);
                lives.iter_mut().for_each(|life| life.tick(now));
            }
            for life in &lives {
                let open = life.alarm().condition == Condition::Active;
                let answered = match life.work() {
                    Work::New | Work::Seen { .. } => false,
                    Work::Acknowledged { .. } | Work::Assigned { .. } | Work::Snoozed { .. } | Work::Resolved { .. } => true,
                };
                let paused = matches!(life.signal(), Signal::AudioPaused { .. });
                prop_assert!(!open || life.is_sounding() || answered || paused, "{:?}", life);
                if life.alarm().condition != Condition::Active && life.alarm().priority < Priority::High {
                    prop_assert_ne!(life.signal(), Signal::Latched);
                }
            }
        }
    }

    /// Two answers merge into the same state on every workstation, whichever arrives first there, because they are
    /// applied in the order of the chain: the first owns, both are kept.
    #[test]
    fn the_first_answer_in_the_chain_owns_and_all_are_kept(order in Just(vec![1u8, 2, 3]).prop_shuffle()) {
        let mut high = life(Priority::High, START);
        for by in &order {
            high.acknowledge(KeyId::from_bytes([*by; 16]), ms(i64::from(10 - *by)), AckComment::Going);
        }
        let owner = KeyId::from_bytes([order[0]; 16]);
        prop_assert!(matches!(high.work(), Work::Acknowledged { by, .. } if by == owner), "the first in the chain owns it");
        prop_assert_eq!(high.acks().iter().map(|ack| ack.by.as_bytes()[0]).collect::<Vec<_>>(), order);
    }

    #[test]
    fn acts_have_one_encoding_and_hostile_ones_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(act) = Act::from_bytes(&bytes) {
            prop_assert_eq!(act.to_bytes(), bytes);
        }
    }
}

#[test]
fn every_act_comes_back_from_its_bytes() {
    let id = life(Priority::High, START).alarm().id;
    let deed = Deed { alarm: id, at: ms(1), episode: 1 };
    for act in [
        Act::Delivered(deed),
        Act::Seen(deed),
        Act::Snoozed(Snooze { alarm: id, at: ms(1), until: ms(2), reason: SnoozeReason::Procedure }),
        Act::Resolved(Resolution { alarm: id, at: ms(1), outcome: Outcome::Device }),
        Act::Assigned(Assignment { alarm: id, at: ms(1), to: BOB }),
        Act::StandbyEnded(ms(1)),
        Act::Returned(Return { alarm: id, at: ms(1), cause: ReturnCause::NotSeen }),
        Act::Escalated(Escalation { alarm: id, at: ms(1), to: BOB, cause: EscalationCause::Time }),
        Act::Named(Roster {
            at: ms(1),
            steps: vec![
                RosterStep { who: vec![ANN, BOB], high: 0, medium: Some(0) },
                RosterStep { who: vec![CHARGE], high: 60, medium: None },
            ],
        }),
    ] {
        assert_eq!(Act::from_bytes(&act.to_bytes()), Ok(act.clone()));
        assert!(Act::from_bytes(&[act.to_bytes(), vec![0]].concat()).is_err());
        assert_eq!(act.at(), ms(1));
    }
}
