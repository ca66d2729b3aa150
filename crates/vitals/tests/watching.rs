//! Two-way delivery and calling by time: what a hub owes an alarm that nobody answers, and that everybody who follows the
//! same records ends in the same state.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

use proptest::prelude::*;
use wl_ledger::{KeyId, PatientId, Role, UnixMillis};
use wl_vitals::alarm::*;
use wl_vitals::limits::Direction;
use wl_vitals::{Decimal, Parameter};

const HUB: KeyId = KeyId::from_bytes([7; 16]);
const ANN: KeyId = KeyId::from_bytes([1; 16]);
const BOB: KeyId = KeyId::from_bytes([2; 16]);
const CHARGE: KeyId = KeyId::from_bytes([3; 16]);
const START: i64 = 1_000_000;

fn at(seconds: i64) -> UnixMillis {
    UnixMillis(START + seconds * 1_000)
}

fn alarm(priority: Priority) -> Alarm {
    let subject = Subject {
        patient: PatientId::from_bytes([9; 16]),
        code: Parameter::Spo2.code(),
        channel: 0,
        kind: Kind::Physiological,
        direction: Some(Direction::Low),
    };
    Alarm {
        id: AlarmId::derive(&subject, at(0)),
        subject,
        priority,
        condition: Condition::Active,
        limit: Some(Decimal::whole(90)),
        worst: Some(Decimal::whole(84)),
        unit: Some(Parameter::Spo2.info().unit),
        first_crossed: at(0),
        raised: at(0),
        cleared: None,
        episodes: 1,
        told: at(0),
    }
}

fn roster() -> Roster {
    let step = |who, high, medium| RosterStep { who: vec![who], high, medium };
    Roster {
        at: at(0),
        steps: vec![step(ANN, 0, Some(0)), step(BOB, 60, Some(300)), step(CHARGE, 120, None)],
    }
}

/// An alarm as a hub follows it, with all that was said of it.
#[derive(Clone)]
struct Followed {
    life: Option<AlarmLife>,
    said: Vec<Said>,
}

#[derive(Clone, Debug)]
enum Said {
    Event(AlarmEvent),
    Ack(KeyId, AlarmAck),
    Act(KeyId, Act),
}

impl Followed {
    fn raised(priority: Priority) -> Self {
        let mut followed = Self { life: None, said: Vec::new() };
        followed.take(Said::Event(AlarmEvent::Raised(alarm(priority))));
        followed
    }

    fn take(&mut self, said: Said) {
        happen(&mut self.life, &said);
        self.said.push(said);
    }

    fn life(&self) -> &AlarmLife {
        self.life.as_ref().expect("it was raised")
    }

    /// What the hub says at a time, written and followed.
    fn tick(&mut self, now: UnixMillis) -> Vec<Act> {
        self.life.as_mut().expect("it was raised").tick(now);
        let owed = owed(self.life(), Some(&roster()), now);
        for act in &owed {
            self.take(Said::Act(HUB, act.clone()));
        }
        owed
    }

    fn deed(&self, seconds: i64) -> Deed {
        Deed { alarm: self.life().alarm().id, at: at(seconds), episode: self.life().alarm().episodes }
    }
}

fn happen(life: &mut Option<AlarmLife>, said: &Said) {
    match said {
        Said::Event(event) => AlarmLife::happen(life, Happening::Event(event)),
        Said::Ack(by, ack) => AlarmLife::happen(life, Happening::Ack(*by, ack)),
        Said::Act(by, act) => AlarmLife::happen(life, Happening::Act(*by, act)),
    }
}

fn causes(acts: &[Act]) -> Vec<ReturnCause> {
    acts.iter()
        .filter_map(|act| match act {
            Act::Returned(back) => Some(back.cause),
            _ => None,
        })
        .collect()
}

fn called(acts: &[Act]) -> Vec<KeyId> {
    acts.iter()
        .filter_map(|act| match act {
            Act::Escalated(one) => Some(one.to),
            _ => None,
        })
        .collect()
}

/// Delivered and seen after so many seconds, and when it comes back, with why.
#[test]
fn a_high_alarm_comes_back_when_no_workstation_has_it_and_when_nobody_sees_it() {
    use ReturnCause::{NotDelivered, NotSeen};
    for (delivered, seen, expected) in [
        (None, None, vec![(10, NotDelivered), (130, NotDelivered)]),
        (Some(3), None, vec![(60, NotSeen), (180, NotSeen)]),
        (Some(3), Some(40), vec![]),
        (None, Some(40), vec![(10, NotDelivered)]),
        (Some(20), None, vec![(10, NotDelivered), (60, NotSeen), (180, NotSeen)]),
        (Some(20), Some(70), vec![(10, NotDelivered), (60, NotSeen)]),
    ] {
        let mut high = Followed::raised(Priority::High);
        let mut came_back = Vec::new();
        for second in 0..200 {
            if delivered == Some(second) {
                let deed = high.deed(second);
                high.take(Said::Act(ANN, Act::Delivered(deed)));
            }
            if seen == Some(second) {
                let deed = high.deed(second);
                high.take(Said::Act(ANN, Act::Seen(deed)));
            }
            came_back.extend(causes(&high.tick(at(second))).into_iter().map(|cause| (second, cause)));
        }
        assert_eq!(came_back, expected, "delivered {delivered:?}, seen {seen:?}");
        assert_eq!(high.life().returns() as usize, expected.len());
    }
    for priority in [Priority::Medium, Priority::Low] {
        let mut other = Followed::raised(priority);
        assert!((0..600).all(|second| causes(&other.tick(at(second))).is_empty()), "{priority:?}");
    }
}

#[test]
fn people_are_called_by_time_alone_once_each_and_nobody_after_an_answer() {
    for (priority, expected) in [
        (Priority::High, vec![(0, ANN), (60, BOB), (120, CHARGE)]),
        (Priority::Medium, vec![(0, ANN), (300, BOB)]),
        (Priority::Low, vec![(0, ANN)]),
    ] {
        // Whether it arrives or is seen moves no step.
        for is_seen in [false, true] {
            let mut followed = Followed::raised(priority);
            let mut all = Vec::new();
            for second in 0..700 {
                if is_seen && second == 5 {
                    let deed = followed.deed(second);
                    followed.take(Said::Act(ANN, Act::Seen(deed)));
                }
                all.extend(called(&followed.tick(at(second))).into_iter().map(|who| (second, who)));
            }
            assert_eq!(all, expected, "{priority:?}");
        }
    }
    let mut answered = Followed::raised(Priority::High);
    answered.tick(at(0));
    let ack = AlarmAck { alarm: answered.life().alarm().id, at: at(30), comment: AckComment::Going };
    answered.take(Said::Ack(ANN, ack));
    assert!(
        (30..149).all(|second| answered.tick(at(second)).is_empty()),
        "an answer cancels all that is pending"
    );
    let again = Alarm { episodes: 2, told: at(200), ..alarm(Priority::High) };
    answered.take(Said::Event(AlarmEvent::Reopened(again)));
    let mut all = Vec::new();
    for second in 200..330 {
        all.extend(called(&answered.tick(at(second))).into_iter().map(|who| (second, who)));
    }
    assert_eq!(all, [(200, ANN), (260, BOB), (320, CHARGE)], "coming again begins anew");
}

#[test]
fn hubs_and_people_say_only_what_is_theirs() {
    let id = alarm(Priority::High).id;
    let deed = Deed { alarm: id, at: at(0), episode: 1 };
    let escalation = |cause| Act::Escalated(Escalation { alarm: id, at: at(0), to: BOB, cause });
    let snooze = Snooze { alarm: id, at: at(0), until: at(60), reason: SnoozeReason::Treated };
    let (hub, anybody, clinicians) = (
        vec![
            Act::Returned(Return { alarm: id, at: at(0), cause: ReturnCause::NotSeen }),
            escalation(EscalationCause::Time),
        ],
        vec![Act::Delivered(deed), Act::Seen(deed)],
        vec![
            Act::Snoozed(snooze),
            Act::Resolved(Resolution { alarm: id, at: at(0), outcome: Outcome::Artefact }),
            Act::Assigned(Assignment { alarm: id, at: at(0), to: BOB }),
            escalation(EscalationCause::Person),
            Act::Named(roster()),
            Act::StandbyEnded(at(0)),
        ],
    );
    let may = |acts: &[Act], role: Role| acts.iter().all(|act| act.may_be_said_by(role));
    let may_any = |acts: &[Act], role: Role| acts.iter().any(|act| act.may_be_said_by(role));
    assert!(may(&hub, Role::Hub) && !may_any(&anybody, Role::Hub) && !may_any(&clinicians, Role::Hub));
    for role in [Role::Physician, Role::Nurse] {
        assert!(!may_any(&hub, role) && may(&anybody, role) && may(&clinicians, role));
    }
    for role in [Role::Caregiver, Role::Researcher, Role::Admin, Role::Pharmacist, Role::PrivacyOfficer] {
        assert!(!may_any(&hub, role) && may(&anybody, role) && !may_any(&clinicians, role), "{role:?}");
    }
}

#[test]
fn a_roster_that_reaches_nobody_is_refused_by_the_name_of_its_step() {
    let reachable = |who: &KeyId| *who != BOB;
    assert_eq!(roster().check(reachable), Err(ChainError::Nobody(1)));
    assert_eq!(roster().check(|_| true), Ok(()));
    let none = Roster { at: at(0), steps: Vec::new() };
    assert_eq!(none.check(reachable), Ok(()), "nobody is called by time any more");
    let step = |who: Vec<KeyId>, high| RosterStep { who, high, medium: Some(high) };
    for (steps, expected) in [
        (vec![step(vec![ANN], 30)], ChainError::Late),
        (vec![step(vec![ANN], 0), step(vec![CHARGE], 0)], ChainError::Unordered(1)),
        (vec![step(vec![ANN; 5], 0)], ChainError::Crowd(0)),
        ((0..6).map(|place| step(vec![ANN], place)).collect(), ChainError::TooLong(5)),
        (vec![RosterStep { who: vec![ANN], high: 0, medium: None }], ChainError::Empty),
    ] {
        assert_eq!(Roster { at: at(0), steps }.check(|_| true), Err(expected));
    }
    let largest = Roster { at: UnixMillis(i64::MAX), steps: vec![step(vec![ANN; 4], u32::MAX); 5] };
    assert!(Act::Named(largest).to_bytes().len() <= MAX_EVENT_BYTES);
}

#[derive(Clone, Debug)]
enum Do {
    Wait(i64),
    Deliver(u8),
    See(u8),
    Ack(u8),
    Snooze(i64),
    Rise,
    Reopen,
    Clear,
    Assign,
}

fn any_do() -> impl Strategy<Value = Do> {
    prop_oneof![
        4 => (1i64..90).prop_map(Do::Wait),
        1 => (1u8..4).prop_map(Do::Deliver),
        1 => (1u8..4).prop_map(Do::See),
        1 => (1u8..4).prop_map(Do::Ack),
        1 => (1i64..120).prop_map(Do::Snooze),
        1 => Just(Do::Rise),
        1 => Just(Do::Reopen),
        1 => Just(Do::Clear),
        1 => Just(Do::Assign),
    ]
}

fn said(followed: &Followed, what: &Do, now: UnixMillis) -> Option<Said> {
    let now_alarm = followed.life().alarm().clone();
    let (id, episode) = (now_alarm.id, now_alarm.episodes);
    let deed = Deed { alarm: id, at: now, episode };
    let by = |who: &u8| KeyId::from_bytes([*who; 16]);
    Some(match what {
        Do::Wait(_) => return None,
        Do::Deliver(who) => Said::Act(by(who), Act::Delivered(deed)),
        Do::See(who) => Said::Act(by(who), Act::Seen(deed)),
        Do::Ack(who) => Said::Ack(by(who), AlarmAck { alarm: id, at: now, comment: AckComment::None }),
        Do::Snooze(span) => {
            let until = now.plus(span * 1_000);
            Said::Act(ANN, Act::Snoozed(Snooze { alarm: id, at: now, until, reason: SnoozeReason::Treated }))
        }
        Do::Assign => Said::Act(ANN, Act::Assigned(Assignment { alarm: id, at: now, to: BOB })),
        Do::Rise => {
            let alarm =
                Alarm { priority: Priority::High, condition: Condition::Active, told: now, ..now_alarm };
            Said::Event(AlarmEvent::Escalated(alarm))
        }
        Do::Reopen => {
            let alarm = Alarm {
                condition: Condition::Active,
                cleared: None,
                told: now,
                episodes: episode + 1,
                ..now_alarm
            };
            Said::Event(AlarmEvent::Reopened(alarm))
        }
        Do::Clear => {
            let alarm = Alarm { condition: Condition::Cleared, cleared: Some(now), told: now, ..now_alarm };
            Said::Event(AlarmEvent::Cleared(alarm))
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Whatever people, rules and time do: a hub that is stopped at any moment and reads its steps again is in the state it
    /// was in and says nothing twice; while an alarm calls, nobody of the roster is called twice and everybody due is; once
    /// it is answered nothing more is said; and what the hub says changes no condition and no person's work.
    #[test]
    fn a_hub_that_stops_at_any_moment_goes_on_as_it_was(
        deeds in prop::collection::vec(any_do(), 1..40),
        stops in prop::collection::vec(any::<bool>(), 40),
        medium in any::<bool>(),
    ) {
        let mut followed = Followed::raised(if medium { Priority::Medium } else { Priority::High });
        let mut now = at(0);
        for (what, stop) in deeds.iter().zip(stops) {
            if let Some(said) = said(&followed, what, now) {
                followed.take(said);
            }
            let until = match what { Do::Wait(seconds) => now.plus(seconds * 1_000), _ => now };
            loop {
                let before = followed.life().clone();
                let said = followed.tick(now);
                prop_assert_eq!(before.alarm(), followed.life().alarm());
                let calls = unanswered_since(followed.life(), now).is_some();
                prop_assert!(said.is_empty() || calls, "nothing is said of what was answered: {:?}", said);
                prop_assert!(owed(followed.life(), Some(&roster()), now).is_empty(), "nothing is said twice");
                let mut named: Vec<KeyId> = followed.life().called().iter().map(|called| called.to).collect();
                named.sort_unstable();
                named.dedup();
                prop_assert_eq!(named.len(), followed.life().called().len());
                if stop {
                    let mut again: Option<AlarmLife> = None;
                    followed.said.iter().for_each(|said| happen(&mut again, said));
                    if let Some(life) = again.as_mut() {
                        life.tick(now);
                    }
                    prop_assert_eq!(again.as_ref(), followed.life.as_ref());
                }
                if now >= until {
                    break;
                }
                now = now.plus(1_000);
            }
        }
    }
}
