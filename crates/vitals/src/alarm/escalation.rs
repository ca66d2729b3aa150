//! Whom an unanswered alarm calls next. Time alone moves it: it waits for an answer and for nothing else.

use minicbor::{Decode, Encode};
use wl_ledger::{KeyId, UnixMillis};

use super::{AlarmLife, Condition, Priority, Work};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// An alarm that is over is not carried further after so many milliseconds: whoever it would wake could do nothing.
const TOO_OLD: i64 = 30 * MINUTE;

/// One step: these people are called once the alarm has been unanswered for so long.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Milliseconds without an answer.
    pub after: i64,
    /// Who is called, by person.
    pub who: Vec<KeyId>,
}

/// Most steps of a roster.
pub const MAX_STEPS: usize = 5;
/// Most people of one step.
pub const MAX_CALLED: usize = 4;

/// Who is called when nobody answers, as somebody signed it. It holds for all alarms of one patient.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Roster {
    /// When it was signed, by the workstation's clock.
    #[n(0)]
    pub at: UnixMillis,
    /// The steps. None says that nobody is called by time any more.
    #[n(1)]
    pub steps: Vec<RosterStep>,
}

/// One step of a roster.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct RosterStep {
    /// Who is called, by person.
    #[n(0)]
    pub who: Vec<KeyId>,
    /// Seconds without an answer to a high alarm.
    #[n(1)]
    pub high: u32,
    /// The same for a medium one; none calls nobody more.
    #[n(2)]
    pub medium: Option<u32>,
}

impl Roster {
    /// The chain for alarms of a priority, checked. `reachable` as in [`Chain::new`]. Low alarms call the first step only.
    ///
    /// # Errors
    /// [`ChainError`] naming the step.
    pub fn chain(&self, priority: Priority, reachable: impl Fn(&KeyId) -> bool) -> Result<Chain, ChainError> {
        if self.steps.len() > MAX_STEPS {
            return Err(ChainError::TooLong(MAX_STEPS));
        }
        if let Some(at) = self.steps.iter().position(|step| step.who.len() > MAX_CALLED) {
            return Err(ChainError::Crowd(at));
        }
        let seconds = |step: &RosterStep| match priority {
            Priority::High => Some(step.high),
            Priority::Medium => step.medium,
            Priority::Low => (step.high == 0).then_some(0),
        };
        let steps = self.steps.iter().filter_map(|step| {
            Some(Step { after: i64::from(seconds(step)?) * SECOND, who: step.who.clone() })
        });
        Chain::new(steps.collect(), reachable)
    }

    /// Checks it for every priority; a roster without steps ends calling by time and is allowed.
    ///
    /// # Errors
    /// [`ChainError`].
    pub fn check(&self, reachable: impl Fn(&KeyId) -> bool) -> Result<(), ChainError> {
        if self.steps.is_empty() {
            return Ok(());
        }
        for priority in [Priority::High, Priority::Medium, Priority::Low] {
            self.chain(priority, &reachable)?;
        }
        Ok(())
    }
}

/// A checked chain of steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain(Vec<Step>);

/// Why a chain is refused when it is saved, so that nobody finds out in an emergency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChainError {
    /// There is no step.
    #[error("the chain has no step")]
    Empty,
    /// The first step must call at once.
    #[error("the first step must call at once")]
    Late,
    /// A step does not come later than the one before.
    #[error("step {0} must come later than the one before")]
    Unordered(usize),
    /// Nobody of a step can be reached.
    #[error("step {0} reaches nobody: choose a person with a workstation that may read these alarms")]
    Nobody(usize),
    /// There are too many steps.
    #[error("a chain has at most {0} steps")]
    TooLong(usize),
    /// There are too many people in a step.
    #[error("step {0} calls more than {MAX_CALLED} people")]
    Crowd(usize),
}

impl Chain {
    /// Checks a chain. `reachable` says whether a person has a workstation in force that may read the alarms.
    ///
    /// # Errors
    /// [`ChainError`] naming the step.
    pub fn new(steps: Vec<Step>, reachable: impl Fn(&KeyId) -> bool) -> Result<Self, ChainError> {
        let first = steps.first().ok_or(ChainError::Empty)?;
        if first.after != 0 {
            return Err(ChainError::Late);
        }
        for (at, step) in steps.iter().enumerate() {
            if !step.who.iter().any(&reachable) {
                return Err(ChainError::Nobody(at));
            }
            if steps.get(at.wrapping_sub(1)).is_some_and(|before| before.after >= step.after) {
                return Err(ChainError::Unordered(at));
            }
        }
        Ok(Self(steps))
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Everybody who is called by `now`, in the order of the steps; nobody once somebody has answered.
    pub fn called(&self, life: &AlarmLife, now: UnixMillis) -> Vec<KeyId> {
        let Some(since) = unanswered_since(life, now) else { return Vec::new() };
        let due = self.0.iter().filter(|step| now.since(since) >= step.after);
        let mut called = Vec::new();
        for person in due.flat_map(|step| &step.who) {
            if !called.contains(person) {
                called.push(*person);
            }
        }
        called
    }
}

/// Since when an alarm calls without an answer; none while it does not call.
pub fn unanswered_since(life: &AlarmLife, now: UnixMillis) -> Option<UnixMillis> {
    match life.work() {
        Work::New | Work::Seen { .. } => {}
        Work::Acknowledged { .. } | Work::Assigned { .. } | Work::Snoozed { .. } | Work::Resolved { .. } => {
            return None;
        }
    }
    let alarm = life.alarm();
    let over = alarm.condition == Condition::Cleared;
    if !life.is_sounding() || (over && now.since(life.called_since()) > TOO_OLD) {
        return None;
    }
    Some(life.called_since())
}

/// The default times of the steps (clinical reference §3.8): high nurse, ward, charge nurse, physician, all; medium
/// nurse, ward, charge nurse, physician; low nurse only. In milliseconds.
pub fn default_times(priority: Priority) -> &'static [i64] {
    match priority {
        Priority::High => &[0, 60 * SECOND, 120 * SECOND, 180 * SECOND, 300 * SECOND],
        Priority::Medium => &[0, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE],
        Priority::Low => &[0],
    }
}
