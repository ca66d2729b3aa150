//! Technical alarms of a workstation: what it finds out itself about hubs, gateway, clock, sound and records. Silence
//! must never look like calm.

use std::collections::BTreeMap;

use wl_ledger::{KeyId, PatientId, UnixMillis};

use super::Priority;

/// How often the tone of an unanswered fault comes, and how often that of an answered one, in milliseconds.
const AGAIN: i64 = 25_000;
const REMINDER: i64 = 300_000;

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// The gateway is silent: new alarms do not arrive.
    GatewaySilent,
    /// A hub is silent: its patients are not watched here.
    HubSilent(KeyId),
    /// A hub could not deliver some records: values of its patients may be missing.
    RecordsLost(KeyId),
    /// This workstation's clock differs.
    ClockWrong,
    /// No sound can be played here.
    NoSound,
    /// A record failed verification.
    Unverified,
    /// Alarms of a patient can no longer be read here.
    Unreadable(PatientId),
}

impl core::fmt::Display for Fault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::GatewaySilent => write!(f, "gateway-silent"),
            Self::HubSilent(hub) => write!(f, "hub-silent-{hub}"),
            Self::RecordsLost(hub) => write!(f, "records-lost-{hub}"),
            Self::ClockWrong => write!(f, "clock-wrong"),
            Self::NoSound => write!(f, "no-sound"),
            Self::Unverified => write!(f, "unverified"),
            Self::Unreadable(patient) => write!(f, "unreadable-{patient}"),
        }
    }
}

/// One fault that persists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Since when.
    pub since: UnixMillis,
    /// How urgent now.
    pub priority: Priority,
    /// When somebody here acknowledged it.
    pub acknowledged: Option<UnixMillis>,
    called: Option<UnixMillis>,
}

/// The faults of one workstation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Faults(BTreeMap<Fault, Standing>);

impl Faults {
    /// Says how a fault stands: its priority, or `None` once it is over. A fault that rises is told again, whoever had
    /// acknowledged it.
    pub fn set(&mut self, fault: Fault, priority: Option<Priority>, now: UnixMillis) {
        let Some(priority) = priority else {
            self.0.remove(&fault);
            return;
        };
        let standing = self.0.entry(fault).or_insert(Standing {
            since: now,
            priority,
            acknowledged: None,
            called: None,
        });
        if priority > standing.priority {
            standing.acknowledged = None;
            standing.called = None;
        }
        standing.priority = priority;
    }

    /// Ends every fault of a kind that is not among `present`, for faults that have a name of their own each.
    pub fn retain(&mut self, keep: impl Fn(&Fault) -> bool) {
        self.0.retain(|fault, _| keep(fault));
    }

    /// Somebody has taken notice. It persists, and reminds every five minutes.
    pub fn acknowledge(&mut self, fault: &Fault, now: UnixMillis) {
        if let Some(standing) = self.0.get_mut(fault) {
            standing.acknowledged.get_or_insert(now);
        }
    }

    /// All that persist and are to be shown. A silent gateway explains the silence of every hub.
    pub fn standing(&self) -> impl Iterator<Item = (&Fault, &Standing)> {
        let gateway = self.0.contains_key(&Fault::GatewaySilent);
        self.0.iter().filter(move |(fault, _)| !(gateway && matches!(fault, Fault::HubSilent(_))))
    }

    /// The faults that are to be heard now: at once when they begin or rise, then again. Low ones are heard once.
    pub fn calls(&mut self, now: UnixMillis) -> Vec<(Fault, Priority)> {
        let shown: Vec<Fault> = self.standing().map(|(fault, _)| *fault).collect();
        let mut calls = Vec::new();
        for fault in shown {
            let Some(standing) = self.0.get_mut(&fault) else { continue };
            let again = match (standing.priority, standing.acknowledged) {
                (Priority::Low, _) => i64::MAX,
                (Priority::Medium | Priority::High, None) => AGAIN,
                (Priority::Medium | Priority::High, Some(_)) => REMINDER,
            };
            if standing.called.is_none_or(|called| now.since(called) >= again) {
                standing.called = Some(now);
                calls.push((fault, standing.priority));
            }
        }
        calls
    }
}

/// The priority of a source's silence (design §4: stale at 15 s, lost at 30 s), or none while it is heard.
pub fn silence(millis: i64) -> Option<Priority> {
    match millis {
        ..15_000 => None,
        15_000..30_000 => Some(Priority::Low),
        30_000.. => Some(Priority::Medium),
    }
}
