//! Who has signed in at the page. A session lets look, never act: each act asks for the passphrase again.

use crate::consent::Signer;
use crate::edge::{self, NoEntropy};
use std::collections::BTreeMap;
use wl_ledger::{PatientId, UnixMillis};

/// Minutes without a click after which a session ends, in milliseconds.
const IDLE: i64 = 10 * 60_000;
/// Sessions at a time; the one longest unused makes room.
const MOST: usize = 16;

/// Somebody who may look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Session {
    pub(super) patient: PatientId,
    pub(super) signer: Signer,
    /// In every form, so that no other page can send one.
    pub(super) form: [u8; 16],
    used: UnixMillis,
}

/// The sessions of one hub, by what the browser keeps.
#[derive(Default)]
pub(super) struct Sessions(BTreeMap<[u8; 32], Session>);

impl Sessions {
    /// Begins a session and gives what the browser is to keep.
    pub(super) fn begin(
        &mut self,
        patient: PatientId,
        signer: Signer,
        now: UnixMillis,
    ) -> Result<String, NoEntropy> {
        self.0.retain(|_, session| session.is_fresh(now));
        if self.0.len() >= MOST {
            let oldest = self.0.iter().min_by_key(|(_, session)| session.used).map(|(key, _)| *key);
            oldest.map(|key| self.0.remove(&key));
        }
        let key = edge::random::<32>()?;
        self.0.insert(key, Session { patient, signer, form: edge::random()?, used: now });
        Ok(hex(&key))
    }

    /// The session that a browser shows, if it is not too old.
    pub(super) fn get(&mut self, shown: &str, now: UnixMillis) -> Option<Session> {
        let key = *wl_ledger::Hash::from_hex(shown)?.as_bytes();
        let session = self.0.get_mut(&key)?;
        if !session.is_fresh(now) {
            self.0.remove(&key);
            return None;
        }
        session.used = now;
        Some(*session)
    }

    /// Ends a session.
    pub(super) fn end(&mut self, shown: &str) {
        if let Some(key) = wl_ledger::Hash::from_hex(shown) {
            self.0.remove(key.as_bytes());
        }
    }
}

impl Session {
    fn is_fresh(&self, now: UnixMillis) -> bool {
        (0..IDLE).contains(&now.since(self.used))
    }

    /// What forms bear.
    pub(super) fn form_token(&self) -> String {
        hex(&self.form)
    }

    /// Whether a form is one of this session's, in time that does not depend on where it differs.
    pub(super) fn is_own(&self, token: &str) -> bool {
        let own = self.form_token();
        let differing = own.bytes().zip(token.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
        own.len() == token.len() && differing == 0
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]
    use super::*;

    #[test]
    fn a_session_ends_by_itself_by_hand_and_when_too_many_are_open() {
        let mut sessions = Sessions::default();
        let (now, patient) = (UnixMillis(1_000_000), PatientId::from_bytes([1; 16]));
        let first = sessions.begin(patient, Signer::Patient, now).unwrap();
        let session = sessions.get(&first, now.plus(IDLE - 1)).unwrap();
        assert!(session.is_own(&session.form_token()));
        let mut other = session.form_token();
        other.replace_range(0..1, if other.starts_with('0') { "1" } else { "0" });
        assert!(!session.is_own(&other) && !session.is_own("") && !session.is_own(&other[1..]));
        assert!(sessions.get(&first, now.plus(2 * IDLE)).is_none(), "idle");
        assert!(sessions.get(&first, now).is_none(), "ended for good");
        let second = sessions.begin(patient, Signer::Patient, now).unwrap();
        assert!(sessions.get(&second, now.plus(-1)).is_none(), "a clock set back ends it");
        let third = sessions.begin(patient, Signer::Patient, now).unwrap();
        sessions.end(&third);
        assert!(sessions.get(&third, now).is_none());
        let eldest = sessions.begin(patient, Signer::Patient, now).unwrap();
        for later in 1..=16 {
            sessions.begin(patient, Signer::Patient, now.plus(later)).unwrap();
        }
        assert!(sessions.get(&eldest, now.plus(17)).is_none());
        assert!(sessions.get("zz", now).is_none());
    }
}
