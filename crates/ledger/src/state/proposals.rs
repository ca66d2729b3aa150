//! Two-person acts that are not signed in one place: proposed by one, approved by others.
//!
//! What is proposed is judged by the same rules as what is signed together, at the block that completes it. A key that
//! was revoked meanwhile no longer counts.

use super::signers::{Act, absent};
use super::{Proposal, State, StateError};
use crate::control::Action;
use crate::limits::MAX_PROPOSALS;
use crate::{Hash, KeyId};
use std::collections::BTreeSet;

impl State {
    pub(super) fn propose(&mut self, bytes: &[u8], act: &Act<'_>) -> Result<(), StateError> {
        // The bounds of the transaction were checked where its bytes became values.
        let action = Action::proposed(bytes).map_err(|_| StateError::Unknown("action"))?;
        match self.act(&action, act) {
            Err(error) if lacks(&error).is_some() => {}
            other => return other,
        }
        let person = self.signing_person(&act.author);
        let own = |proposal: &&Proposal| self.signing_person(&proposal.proposer) == person;
        let waiting = self.proposals.values().filter(|proposal| act.place.time < proposal.lapses());
        if waiting.filter(own).count() >= MAX_PROPOSALS {
            return Err(StateError::TooMany("proposals"));
        }
        absent(self.proposals.contains_key(&act.hash), "proposal")?;
        let lapsed = self.proposals.iter().filter(|(_, proposal)| proposal.lapses() <= act.place.time);
        let lapsed: Vec<Hash> = lapsed.map(|(hash, _)| *hash).collect();
        for hash in lapsed {
            self.remove_proposal(&hash);
        }
        let mut approvals = act.signers.clone();
        approvals.remove(&act.author);
        let proposal = Proposal {
            proposer: act.author,
            approvals,
            at: act.place.height,
            time: act.place.time,
            action: bytes.to_vec(),
        };
        self.put_proposal(act.hash, proposal);
        Ok(())
    }

    pub(super) fn approve(&mut self, hash: &Hash, act: &Act<'_>) -> Result<(), StateError> {
        let mut proposal = self.proposals.get(hash).cloned().ok_or(StateError::Unknown("proposal"))?;
        if proposal.lapses() <= act.place.time {
            return Err(StateError::Ended("proposal"));
        }
        let mut before: BTreeSet<KeyId> = proposal.approvals.clone();
        before.insert(proposal.proposer);
        let person = self.signing_person(&act.author);
        absent(before.iter().any(|key| self.signing_person(key) == person), "approval")?;
        // The act is the proposer's: without its key there is no author.
        self.signer_key(&proposal.proposer, false)?;
        before.retain(|key| self.signer_key(key, false).is_ok());
        let together: BTreeSet<KeyId> = before.union(act.signers).copied().collect();
        let action = Action::proposed(&proposal.action).map_err(|_| StateError::Unknown("action"))?;
        let by = |signers| Act { author: proposal.proposer, signers, hash: act.hash, place: act.place };
        match self.act(&action, &by(&together)) {
            Ok(()) => {
                self.remove_proposal(hash);
                Ok(())
            }
            Err(error) => {
                let missing = lacks(&error).ok_or(error)?;
                // What did not pass with more signers cannot pass with fewer.
                let without = self.act(&action, &by(&before)).err().and_then(|error| lacks(&error));
                if without.is_some_and(|without| without <= missing) {
                    return Err(StateError::NotPermitted);
                }
                proposal.approvals.extend(act.signers);
                self.put_proposal(*hash, proposal);
                Ok(())
            }
        }
    }

    pub(super) fn withdraw(&mut self, hash: &Hash, act: &Act<'_>) -> Result<(), StateError> {
        let proposal = self.proposals.get(hash).ok_or(StateError::Unknown("proposal"))?;
        if self.signing_person(&proposal.proposer) != self.signing_person(&act.author) {
            self.need_admins(act, 1)?;
        }
        self.remove_proposal(hash);
        Ok(())
    }
}

/// How many signers are missing, where nothing else is.
fn lacks(error: &StateError) -> Option<usize> {
    match error {
        StateError::TooFewAdmins { need, got } | StateError::TooFewSigners { need, got } => {
            Some(need.saturating_sub(*got))
        }
        _ => None,
    }
}
