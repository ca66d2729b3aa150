//! The course of one alarm as records tell it, in chain order: the one way in which hubs and workstations follow it, so
//! that they end in the same state, also after a stop.

use wl_ledger::{KeyId, UnixMillis};

use super::{Act, AlarmAck, AlarmEvent, AlarmLife};

/// One record about an alarm.
#[derive(Clone, Copy, Debug)]
pub enum Happening<'a> {
    /// The hub's word.
    Event(&'a AlarmEvent),
    /// A person's acknowledgement.
    Ack(KeyId, &'a AlarmAck),
    /// What a person, a workstation or the hub did.
    Act(KeyId, &'a Act),
}

impl Happening<'_> {
    /// When, by its author's clock.
    pub fn at(&self) -> UnixMillis {
        match self {
            Self::Event(event) => event.at(),
            Self::Ack(_, ack) => ack.at,
            Self::Act(_, act) => act.at(),
        }
    }
}

impl AlarmLife {
    /// Lets the next record happen. What had ended by its time has ended before it. What the rules of alarms do not allow,
    /// and what came before the first event that is known, changes nothing; its record stays.
    pub fn happen(life: &mut Option<Self>, what: Happening<'_>) {
        let Some(known) = life else {
            if let Happening::Event(event) = what {
                *life = Self::new(event);
            }
            return;
        };
        known.tick(what.at());
        match what {
            Happening::Event(event) => {
                let _same_alarm = known.follow(event);
            }
            Happening::Ack(by, ack) => known.acknowledge(by, ack.at, ack.comment),
            Happening::Act(by, act) => {
                let _refused = known.apply(by, act);
            }
        }
    }
}
