//! Who may connect, as the control lane says it.

use std::collections::{HashMap, HashSet};
use wl_ledger::keys::PublicKey;
use wl_ledger::state::State;
use wl_ledger::{ChainId, KeyId, Role};
use wl_wire::tls::TransportPublic;

/// The keys in force after one block.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    transports: HashSet<TransportPublic>,
    speakers: HashMap<KeyId, PublicKey>,
    chain: Option<ChainId>,
}

impl Registry {
    /// Active members and validators of a state.
    pub fn of(state: &State) -> Self {
        let mut registry = Self { chain: state.chain(), ..Self::default() };
        for (key, member) in state.members().filter(|(_, member)| member.is_active()) {
            registry.transports.insert(transport(&member.enrolment.transport));
            if member.enrolment.role == Role::Hub {
                registry.speakers.insert(*key, member.enrolment.sign);
            }
        }
        for validator in state.founding().into_iter().flat_map(|founding| &founding.validators) {
            registry.transports.insert(transport(&validator.transport));
            registry.speakers.insert(validator.sign.id(), validator.sign);
        }
        registry
    }

    /// Whether a peer with this transport key may connect.
    pub fn knows(&self, peer: &TransportPublic) -> bool {
        self.transports.contains(peer)
    }

    /// The key of a gateway or active hub: they may send heartbeats.
    pub fn speaker(&self, author: &KeyId) -> Option<PublicKey> {
        self.speakers.get(author).copied()
    }

    /// The chain.
    pub fn chain(&self) -> Option<ChainId> {
        self.chain
    }
}

fn transport(key: &PublicKey) -> TransportPublic {
    TransportPublic::from_bytes(*key.as_bytes())
}
