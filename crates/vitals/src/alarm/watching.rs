//! What a hub owes an alarm that nobody answers: it comes back to the hub where no workstation has it or nobody has seen
//! it, and further people are called as the roster says.
//!
//! Calling further people waits for time and for nothing else; whether an alarm arrived or was seen moves no step of it.

use wl_ledger::{KeyId, UnixMillis};

use super::{
    Act, AlarmLife, Escalation, EscalationCause, Priority, Return, ReturnCause, Roster, unanswered_since,
};

/// How long a high alarm may be at no workstation in use, in milliseconds: what bedside monitors allow their centrals.
pub const UNDELIVERED: i64 = 10_000;
/// How long a high alarm may be unseen, in milliseconds: the first step of the default escalation.
pub const UNSEEN: i64 = 60_000;
/// How often an alarm that stays unseen comes back again, in milliseconds.
const AGAIN: i64 = 120_000;

/// What is to be said of an alarm at `now`. The caller writes each act before anybody hears of it, and lets the alarm
/// follow it: then nothing is said twice.
pub fn owed(life: &AlarmLife, roster: Option<&Roster>, now: UnixMillis) -> Vec<Act> {
    let Some(since) = unanswered_since(life, now) else { return Vec::new() };
    let waited = now.since(since);
    let mut owed: Vec<Act> = came_back(life, waited, now).into_iter().map(Act::Returned).collect();
    let chain = roster.and_then(|roster| roster.chain(life.alarm().priority, |_| true).ok());
    let due = chain.map(|chain| chain.called(life, now)).unwrap_or_default();
    owed.extend(due.into_iter().filter(|to| !is_called(life, to)).map(|to| {
        Act::Escalated(Escalation { alarm: life.alarm().id, at: now, to, cause: EscalationCause::Time })
    }));
    owed
}

/// Whether somebody is called by time since the alarm began to call.
fn is_called(life: &AlarmLife, person: &KeyId) -> bool {
    life.called().iter().any(|called| called.to == *person && called.cause == EscalationCause::Time)
}

fn came_back(life: &AlarmLife, waited: i64, now: UnixMillis) -> Option<Return> {
    if life.alarm().priority < Priority::High {
        return None;
    }
    let delivered = life.receipts().iter().any(|receipt| receipt.delivered.is_some());
    let seen = life.receipts().iter().any(|receipt| receipt.seen.is_some());
    let cause = match (delivered || seen, seen) {
        (false, _) if waited >= UNDELIVERED => ReturnCause::NotDelivered,
        (true, false) if waited >= UNSEEN => ReturnCause::NotSeen,
        _ => return None,
    };
    let last = life.returned().filter(|last| last.cause == cause);
    let due = last.is_none_or(|last| now.since(last.at) >= AGAIN);
    due.then_some(Return { alarm: life.alarm().id, at: now, cause })
}
