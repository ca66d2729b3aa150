//! Programmes with what became of them, put together in chain order.

use super::{Folder, Written};
use wl_ledger::state::State;
use wl_ledger::{KeyId, Role};
use wl_vitals::writing::{Programme, ProgrammeEnd, Writing};

/// A programme with what became of it.
pub struct Programmed<'a> {
    /// Its record.
    pub written: &'a Written,
    /// What it is.
    pub programme: &'a Programme,
    /// Another one came in its place.
    pub replaced: bool,
    /// It was ended.
    pub ended: Option<(&'a Written, &'a ProgrammeEnd)>,
}

impl Programmed<'_> {
    /// Whether it can still be changed or ended.
    pub fn stands(&self) -> bool {
        !self.replaced && self.ended.is_none()
    }
}

impl Folder {
    /// The programmes, in the order in which they came into the chain. One that names another comes in its place, if that one
    /// still stands; else it is a programme of its own.
    pub fn programmes(&self, state: &State) -> Vec<Programmed<'_>> {
        let physician =
            |key: &KeyId| state.member(key).is_some_and(|member| member.enrolment.role == Role::Physician);
        let mut all: Vec<Programmed<'_>> = Vec::new();
        for written in self.0.values().filter(|written| physician(&written.by)) {
            match &written.writing {
                Writing::Programme(programme) => {
                    let before = programme.replaces.and_then(|record| {
                        all.iter_mut().find(|one| one.written.record == record && one.stands())
                    });
                    if let Some(before) = before {
                        before.replaced = true;
                    }
                    all.push(Programmed { written, programme, replaced: false, ended: None });
                }
                Writing::ProgrammeEnd(end) => {
                    let meant = |one: &&mut Programmed<'_>| one.written.record == end.record && one.stands();
                    if let Some(one) = all.iter_mut().find(meant) {
                        one.ended = Some((written, end));
                    }
                }
                _ => {}
            }
        }
        all
    }
}
