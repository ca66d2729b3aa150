//! Deriving every alarm, and every non-alarm, of a patient again from what the ledger holds, and comparing.
//!
//! The hub gives its rules one input per frame and one per act of a person, and says for each act which input it was.
//! So the inputs and their times can be read off the records, and the same rules must say the same things.

use std::collections::BTreeMap;

use wl_ledger::{PatientId, UnixMillis};

use super::{AlarmEngine, AlarmEvent, Began, Settings};
use crate::limits::LimitSet;
use crate::reading::Reading;

/// How far ahead the two courses are searched for a place where they agree again.
const HORIZON: usize = 64;

/// One input of the rules as the ledger tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// A frame, with the time the hub received it.
    Readings(UnixMillis, Vec<Reading>),
    /// An observation that a person entered.
    Entered(UnixMillis, Vec<Reading>),
    /// Other limits came into force.
    Limits(UnixMillis, Box<LimitSet>),
    /// The watch was suspended until a time.
    Standby(UnixMillis, UnixMillis),
    /// The watch went on.
    Resumed(UnixMillis),
    /// The cuff was put on or off the limb of the oximeter.
    SameLimb(UnixMillis, bool),
}

/// A place where the ledger and the rules differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// The rules say it and the hub did not: an alarm that was left out.
    Missing(Box<AlarmEvent>),
    /// The hub said it and the rules do not: an alarm without a reason.
    Unfounded(Box<AlarmEvent>),
    /// The hub began with limits that are not the ward's.
    OtherLimits(Began),
    /// The hub has not said how it began.
    NoBeginning,
}

/// What a replay found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    /// Inputs that were judged again.
    pub inputs: u64,
    /// Readings in them.
    pub readings: u64,
    /// Events that both courses hold.
    pub agreed: u64,
    /// Where they differ.
    pub differences: Vec<Difference>,
}

/// Replays one patient. `frames` in the order of their streams; `acts` by the number of the input that each was;
/// `told` is what the hub said, in order; `until` is the time up to which the hub is known to have looked.
pub fn replay(
    patient: PatientId,
    ward: &LimitSet,
    frames: Vec<Input>,
    mut acts: BTreeMap<u64, Input>,
    told: &[AlarmEvent],
    until: UnixMillis,
) -> Replayed {
    let mut replayed = Replayed::default();
    let told: Vec<&AlarmEvent> = told.iter().filter(|e| is_derived(e)).collect();
    let Some(AlarmEvent::Began(began)) = told.first() else {
        if !frames.is_empty() {
            replayed.differences.push(Difference::NoBeginning);
        }
        return replayed;
    };
    if began.limits != ward.digest() {
        replayed.differences.push(Difference::OtherLimits(*began));
        return replayed;
    }
    let settings = Settings { patient, limits: ward.clone(), interval: began.interval, same_limb: false };
    let mut engine = AlarmEngine::new(settings);
    let mut derived = Vec::new();
    let mut frames = frames.into_iter();
    while let Some(input) = acts.remove(&engine.inputs()).or_else(|| frames.next()) {
        replayed.inputs += 1;
        replayed.readings += input.readings();
        derived.extend(input.apply(&mut engine));
    }
    derived.extend(engine.tick(until));
    compare(&derived, &told, &mut replayed);
    replayed
}

/// Whether the rules themselves say it; the hub says the others beside them.
fn is_derived(event: &AlarmEvent) -> bool {
    !matches!(event, AlarmEvent::Carried(_) | AlarmEvent::Declined(_))
}

impl Input {
    fn readings(&self) -> u64 {
        match self {
            Self::Readings(_, readings) | Self::Entered(_, readings) => {
                u64::try_from(readings.len()).unwrap_or(u64::MAX)
            }
            Self::Limits(..) | Self::Standby(..) | Self::Resumed(_) | Self::SameLimb(..) => 0,
        }
    }

    /// Gives it to the rules, as the hub does.
    pub fn apply(self, engine: &mut AlarmEngine) -> Vec<AlarmEvent> {
        match self {
            Self::Readings(now, readings) => engine.step(now, &readings),
            Self::Entered(now, readings) => engine.enter(now, &readings),
            Self::Limits(now, limits) => engine.set_limits(now, *limits),
            Self::Standby(now, until) => engine.begin_standby(now, until),
            Self::Resumed(now) => engine.end_standby(now),
            Self::SameLimb(now, same) => engine.set_same_limb(now, same),
        }
    }
}

/// Walks both courses side by side; where they part, the nearest place where they agree again is sought.
fn compare(derived: &[AlarmEvent], told: &[&AlarmEvent], replayed: &mut Replayed) {
    let missing = |event: &AlarmEvent| Difference::Missing(Box::new(event.clone()));
    let unfounded = |event: &AlarmEvent| Difference::Unfounded(Box::new(event.clone()));
    let (mut ours, mut theirs) = (derived, told);
    while let (Some((our, ours_after)), Some((their, theirs_after))) =
        (ours.split_first(), theirs.split_first())
    {
        if our == *their {
            replayed.agreed += 1;
            (ours, theirs) = (ours_after, theirs_after);
            continue;
        }
        let ours_later = ours_after.iter().take(HORIZON).position(|later| later == *their);
        let theirs_later = theirs_after.iter().take(HORIZON).position(|later| *later == our);
        match (ours_later, theirs_later) {
            (Some(o), Some(t)) if t < o => theirs = theirs_after,
            (Some(_), _) => ours = ours_after,
            (None, Some(_)) => theirs = theirs_after,
            (None, None) => (ours, theirs) = (ours_after, theirs_after),
        }
        if ours.len() == ours_after.len() {
            replayed.differences.push(missing(our));
        }
        if theirs.len() == theirs_after.len() {
            replayed.differences.push(unfounded(their));
        }
    }
    replayed.differences.extend(ours.iter().map(missing));
    replayed.differences.extend(theirs.iter().map(|event| unfounded(event)));
}
