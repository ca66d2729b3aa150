//! What people and workstations do about an alarm: signal and work-flow, kept apart from its condition.

use minicbor::{Decode, Encode};
use wl_ledger::{KeyId, UnixMillis};

use super::{
    AckComment, Act, Alarm, AlarmEvent, AlarmId, Condition, EscalationCause, Priority, Return, SnoozeReason,
};
use crate::reading::Decimal;

/// What this workstation lets be heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// It sounds.
    Sounding,
    /// The sound is paused and comes back by itself.
    AudioPaused {
        /// When it comes back.
        until: UnixMillis,
    },
    /// Somebody acknowledged; it sounds again if the condition stays.
    Acknowledged {
        /// When.
        at: UnixMillis,
    },
    /// High priority and over, but nobody has acknowledged: it goes on sounding.
    Latched,
    /// Silent.
    Off,
}

/// How an alarm turned out; the code per-ward false-alarm rates are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum Outcome {
    /// Something had to be done.
    #[n(0)]
    Actionable,
    /// Something was done already.
    #[n(1)]
    Treated,
    /// Artefact.
    #[n(2)]
    Artefact,
    /// Expected for this patient.
    #[n(3)]
    Expected,
    /// A fault of the device.
    #[n(4)]
    Device,
}

/// What people have done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Nothing yet.
    New,
    /// Somebody has looked at it.
    Seen {
        /// Who first.
        by: KeyId,
        /// When.
        at: UnixMillis,
    },
    /// Somebody has it. The first in chain order owns it; the others are in [`AlarmLife::acks`].
    Acknowledged {
        /// The owner.
        by: KeyId,
        /// When.
        at: UnixMillis,
    },
    /// Put off for a while.
    Snoozed {
        /// By whom.
        by: KeyId,
        /// It ends by itself at this time.
        until: UnixMillis,
        /// Why.
        reason: SnoozeReason,
    },
    /// Given to somebody, whose it is now.
    Assigned {
        /// Whose.
        to: KeyId,
        /// By whom.
        by: KeyId,
        /// When.
        at: UnixMillis,
    },
    /// Closed.
    Resolved {
        /// By whom.
        by: KeyId,
        /// When.
        at: UnixMillis,
        /// How it turned out.
        outcome: Outcome,
    },
}

/// One acknowledgement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AckEntry {
    /// Who.
    pub by: KeyId,
    /// When, by their workstation.
    pub at: UnixMillis,
    /// What they said.
    pub comment: AckComment,
    /// Which episode it answered.
    pub episode: u32,
}

/// Somebody who was called besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Called {
    /// Who, by person.
    pub to: KeyId,
    /// By whom: a person, or the hub when time was over.
    pub by: KeyId,
    /// When.
    pub at: UnixMillis,
    /// Why.
    pub cause: EscalationCause,
}

/// An alarm that has arrived at, or was seen on, a workstation, since it called last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Whose workstation.
    pub by: KeyId,
    /// When it arrived there, by its clock.
    pub delivered: Option<UnixMillis>,
    /// When it stood on the screen.
    pub seen: Option<UnixMillis>,
}

/// A snooze that has ended while the alarm went on: it is told with the alarm that sounds again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExpiredSnooze {
    /// Who had put it off.
    pub by: KeyId,
    /// Why.
    pub reason: SnoozeReason,
    /// Until when.
    pub until: UnixMillis,
}

/// Why a step is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LifeError {
    /// The event is about another alarm.
    #[error("the event belongs to another alarm")]
    OtherAlarm,
    /// A high alarm can be resolved only when its condition is over.
    #[error("the condition persists, so the alarm cannot be resolved without an outcome that explains it")]
    StillActive,
    /// Longer than the priority allows, or not in the future.
    #[error("a snooze of {asked} ms is not allowed, at most {allowed} ms")]
    Snooze {
        /// What was asked, in milliseconds.
        asked: i64,
        /// What is allowed, in milliseconds.
        allowed: i64,
    },
    /// It is closed already.
    #[error("the alarm is resolved already")]
    Resolved,
}

/// One alarm as a workstation sees it: the condition as the hub told, its signal here, and what people did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlarmLife {
    alarm: Alarm,
    signal: Signal,
    work: Work,
    acks: Vec<AckEntry>,
    seen: bool,
    receipts: Vec<Receipt>,
    called: Vec<Called>,
    returned: Option<Return>,
    returns: u32,
    called_since: UnixMillis,
    /// The worst value when it was put off.
    snoozed_at: Option<Decimal>,
    expired: Option<ExpiredSnooze>,
}

const MINUTE: i64 = 60_000;

/// How long sound may be paused, in milliseconds.
pub const AUDIO_PAUSE: i64 = 2 * MINUTE;

impl AlarmLife {
    /// Starts with the first event that is known of an alarm; later ones may arrive first after a gap.
    pub fn new(event: &AlarmEvent) -> Option<Self> {
        let alarm = event.alarm()?.clone();
        let signal = signal_of(&alarm, false);
        let called_since = alarm.told;
        Some(Self {
            alarm,
            signal,
            work: Work::New,
            acks: Vec::new(),
            seen: false,
            receipts: Vec::new(),
            called: Vec::new(),
            returned: None,
            returns: 0,
            called_since,
            snoozed_at: None,
            expired: None,
        })
    }

    /// Since when it calls: raised, come again, risen, or told again after a snooze or an acknowledgement.
    pub fn called_since(&self) -> UnixMillis {
        self.called_since
    }

    /// Who was called besides since it calls, in chain order.
    pub fn called(&self) -> &[Called] {
        &self.called
    }

    /// How it came back to the hub last, since it calls.
    pub fn returned(&self) -> Option<Return> {
        self.returned
    }

    /// How often it has come back to the hub in all: each time is news.
    pub fn returns(&self) -> u32 {
        self.returns
    }

    /// Where it has arrived and been seen since it calls, in chain order.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// The snooze that ended last, until somebody answers.
    pub fn expired_snooze(&self) -> Option<ExpiredSnooze> {
        self.expired
    }

    /// The alarm as last told. Nothing a person does changes it.
    pub fn alarm(&self) -> &Alarm {
        &self.alarm
    }

    /// What is heard here.
    pub fn signal(&self) -> Signal {
        self.signal
    }

    /// What people have done.
    pub fn work(&self) -> Work {
        self.work
    }

    /// All acknowledgements, in chain order.
    pub fn acks(&self) -> &[AckEntry] {
        &self.acks
    }

    /// Whether it belongs on the list of open alarms: it holds, latches, or sounds without an answer.
    pub fn is_open(&self) -> bool {
        let holds = self.alarm.condition != Condition::Cleared;
        let unanswered = matches!(self.work, Work::New | Work::Seen { .. } | Work::Snoozed { .. });
        holds || self.signal == Signal::Latched || (unanswered && self.is_sounding())
    }

    /// Whether time alone may still change it: it is open or put off.
    pub fn is_live(&self) -> bool {
        self.is_open() || matches!(self.work, Work::Snoozed { .. })
    }

    /// Whether sound is due for it.
    pub fn is_sounding(&self) -> bool {
        match self.signal {
            Signal::Sounding | Signal::Latched => true,
            Signal::AudioPaused { .. } | Signal::Acknowledged { .. } | Signal::Off => false,
        }
    }

    /// Follows the hub. Coming again or rising in priority sounds again, whoever had acknowledged before.
    ///
    /// # Errors
    /// [`LifeError::OtherAlarm`] when the event is about another alarm or about none.
    pub fn follow(&mut self, event: &AlarmEvent) -> Result<(), LifeError> {
        let told = event.alarm().filter(|told| told.id == self.alarm.id).ok_or(LifeError::OtherAlarm)?;
        match event {
            AlarmEvent::Raised(_) | AlarmEvent::Reopened(_) | AlarmEvent::Escalated(_) => {
                self.call_again(told.told);
            }
            AlarmEvent::Worsened(_) => {
                if matches!(self.work, Work::Snoozed { .. }) && self.breaks_snooze(told) {
                    self.call_again(told.told);
                }
            }
            AlarmEvent::Inhibited(_) | AlarmEvent::Cleared(_) => {
                let answered = matches!(self.signal, Signal::Acknowledged { .. } | Signal::Off);
                let after = signal_of(told, answered);
                // A pause of the sound outlives the condition; what latches is heard when the pause ends.
                let paused = matches!(self.signal, Signal::AudioPaused { .. }) && after == Signal::Latched;
                if !paused {
                    self.signal = after;
                }
            }
            AlarmEvent::BackfillNoted(_)
            | AlarmEvent::Began(_)
            | AlarmEvent::Carried(_)
            | AlarmEvent::Resumed(_)
            | AlarmEvent::Declined(_) => return Err(LifeError::OtherAlarm),
        }
        self.alarm = told.clone();
        Ok(())
    }

    fn call_again(&mut self, at: UnixMillis) {
        self.work = Work::New;
        self.signal = Signal::Sounding;
        self.begin_call(at);
    }

    /// Whoever was told of it before must be told again.
    fn begin_call(&mut self, at: UnixMillis) {
        self.called_since = at;
        self.receipts.clear();
        self.called.clear();
        self.returned = None;
    }

    /// Five units or five per cent further out than when it was put off.
    fn breaks_snooze(&self, told: &Alarm) -> bool {
        let (Some(before), Some(now)) = (self.snoozed_at, told.worst) else { return true };
        let moved = (now.billionths() - before.billionths()).abs();
        moved >= 5 * 1_000_000_000 || moved.saturating_mul(20) >= before.billionths().abs()
    }

    /// Follows what a person or workstation did, in chain order. What the rules of this alarm do not allow changes
    /// nothing; the record of it stays.
    ///
    /// # Errors
    /// [`LifeError`].
    pub fn apply(&mut self, by: KeyId, act: &Act) -> Result<(), LifeError> {
        if act.alarm() != Some(self.alarm.id) {
            return Err(LifeError::OtherAlarm);
        }
        match act {
            Act::Delivered(deed) => {
                self.receipt(by).delivered.get_or_insert(deed.at);
            }
            Act::Seen(deed) => {
                self.receipt(by).seen.get_or_insert(deed.at);
                self.see(by, deed.at);
            }
            Act::Snoozed(snooze) => self.snooze(by, snooze.at, snooze.until, snooze.reason)?,
            Act::Resolved(resolution) => self.resolve(by, resolution.at, resolution.outcome)?,
            Act::Assigned(assignment) => self.assign(by, assignment.at, assignment.to)?,
            Act::Returned(back) => {
                self.returned = Some(*back);
                self.returns = self.returns.saturating_add(1);
            }
            Act::Escalated(escalation) => {
                let (to, at, cause) = (escalation.to, escalation.at, escalation.cause);
                self.called.push(Called { to, by, at, cause });
            }
            Act::StandbyBegan(_) | Act::StandbyEnded(_) | Act::SameLimb(_) | Act::Named(_) => {}
        }
        Ok(())
    }

    fn receipt(&mut self, by: KeyId) -> &mut Receipt {
        let at = self.receipts.iter().position(|receipt| receipt.by == by).unwrap_or_else(|| {
            self.receipts.push(Receipt { by, delivered: None, seen: None });
            self.receipts.len() - 1
        });
        &mut self.receipts[at]
    }

    /// Gives it to somebody; giving is answering, and the sound ends as it does by an acknowledgement.
    ///
    /// # Errors
    /// [`LifeError::Resolved`].
    pub fn assign(&mut self, by: KeyId, at: UnixMillis, to: KeyId) -> Result<(), LifeError> {
        if matches!(self.work, Work::Resolved { .. }) {
            return Err(LifeError::Resolved);
        }
        self.work = Work::Assigned { to, by, at };
        self.silence(at);
        Ok(())
    }

    fn silence(&mut self, at: UnixMillis) {
        self.expired = None;
        self.signal = match self.alarm.condition {
            Condition::Active => Signal::Acknowledged { at },
            Condition::Inhibited | Condition::Cleared => Signal::Off,
        };
    }

    /// Somebody looked at it.
    pub fn see(&mut self, by: KeyId, at: UnixMillis) {
        self.seen = true;
        if self.work == Work::New {
            self.work = Work::Seen { by, at };
        }
    }

    /// Whether somebody has looked at it: until then a medium alarm that is over stays as a silent message.
    pub fn is_seen(&self) -> bool {
        self.seen
    }

    /// An acknowledgement, in chain order. It silences, takes every pending delivery off, and changes no condition.
    pub fn acknowledge(&mut self, by: KeyId, at: UnixMillis, comment: AckComment) {
        self.acks.push(AckEntry { by, at, comment, episode: self.alarm.episodes });
        self.seen = true;
        match self.work {
            Work::New | Work::Seen { .. } | Work::Snoozed { .. } => self.work = Work::Acknowledged { by, at },
            // The first owns it; both are kept.
            Work::Acknowledged { .. } | Work::Assigned { .. } | Work::Resolved { .. } => {}
        }
        // A resolved alarm that is acknowledged late stays closed.
        if !matches!(self.work, Work::Resolved { .. }) {
            self.silence(at);
        }
    }

    /// Pauses the sound here for [`AUDIO_PAUSE`].
    pub fn pause(&mut self, now: UnixMillis) {
        match self.signal {
            Signal::Sounding | Signal::Latched | Signal::AudioPaused { .. } => {
                self.signal = Signal::AudioPaused { until: now.plus(AUDIO_PAUSE) };
            }
            Signal::Acknowledged { .. } | Signal::Off => {}
        }
    }

    /// Puts it off until a time.
    ///
    /// # Errors
    /// [`LifeError::Snooze`] for longer than the priority allows: 2 min high, 30 min medium, 12 h low.
    pub fn snooze(
        &mut self,
        by: KeyId,
        now: UnixMillis,
        until: UnixMillis,
        reason: SnoozeReason,
    ) -> Result<(), LifeError> {
        let allowed = match self.alarm.priority {
            Priority::High => 2 * MINUTE,
            Priority::Medium => 30 * MINUTE,
            Priority::Low => 12 * 60 * MINUTE,
        };
        let asked = until.since(now);
        if asked <= 0 || asked > allowed {
            return Err(LifeError::Snooze { asked, allowed });
        }
        if matches!(self.work, Work::Resolved { .. }) {
            return Err(LifeError::Resolved);
        }
        self.work = Work::Snoozed { by, until, reason };
        self.signal = Signal::Off;
        self.snoozed_at = self.alarm.worst;
        self.expired = None;
        Ok(())
    }

    /// Closes it with an outcome.
    ///
    /// # Errors
    /// [`LifeError::StillActive`] while the condition persists, unless the outcome says that there is nothing to wait
    /// for (artefact, expected, device).
    pub fn resolve(&mut self, by: KeyId, at: UnixMillis, outcome: Outcome) -> Result<(), LifeError> {
        if matches!(self.work, Work::Resolved { .. }) {
            return Err(LifeError::Resolved);
        }
        let explained = match outcome {
            Outcome::Artefact | Outcome::Expected | Outcome::Device => true,
            Outcome::Actionable | Outcome::Treated => false,
        };
        if self.alarm.condition != Condition::Cleared && !explained {
            return Err(LifeError::StillActive);
        }
        self.work = Work::Resolved { by, at, outcome };
        self.signal = Signal::Off;
        Ok(())
    }

    /// Lets time pass: pauses and snoozes end, and what was acknowledged but stays is told again (high after 2 min,
    /// medium 15 min, low 60 min).
    pub fn tick(&mut self, now: UnixMillis) {
        if let Work::Snoozed { until, by, reason } = self.work
            && now >= until
        {
            self.work = Work::New;
            self.signal = signal_of(&self.alarm, false);
            self.begin_call(until);
            if self.is_sounding() {
                self.expired = Some(ExpiredSnooze { by, reason, until });
            }
        }
        match self.signal {
            Signal::AudioPaused { until } if now >= until => self.signal = signal_of(&self.alarm, false),
            Signal::Acknowledged { at } if now.since(at) >= again_after(self.alarm.priority) => {
                self.signal = Signal::Sounding;
                self.called_since = at.plus(again_after(self.alarm.priority));
            }
            Signal::AudioPaused { .. }
            | Signal::Acknowledged { .. }
            | Signal::Sounding
            | Signal::Latched
            | Signal::Off => {}
        }
    }
}

fn again_after(priority: Priority) -> i64 {
    match priority {
        Priority::High => 2 * MINUTE,
        Priority::Medium => 15 * MINUTE,
        Priority::Low => 60 * MINUTE,
    }
}

/// The signal an alarm has by its own state: only a high one that nobody answered latches.
fn signal_of(alarm: &Alarm, answered: bool) -> Signal {
    match (alarm.condition, alarm.priority, answered) {
        (Condition::Active, _, false) => Signal::Sounding,
        (Condition::Inhibited | Condition::Cleared, Priority::High, false)
            if !alarm.subject.kind.is_technical() =>
        {
            Signal::Latched
        }
        (Condition::Active | Condition::Inhibited | Condition::Cleared, _, _) => Signal::Off,
    }
}

/// The one alarm that is heard: the highest priority, the newest among equals.
pub fn loudest<'a>(alarms: impl IntoIterator<Item = &'a AlarmLife>) -> Option<AlarmId> {
    alarms
        .into_iter()
        .filter(|life| life.is_sounding())
        .max_by_key(|life| (life.alarm.priority, life.alarm.raised, life.alarm.id))
        .map(|life| life.alarm.id)
}
