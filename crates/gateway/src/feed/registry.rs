//! Who may connect, as the control lane says it.

use std::collections::{HashMap, HashSet};
use wl_ledger::control::{EraseOrder, EraseScope, Subject};
use wl_ledger::keys::PublicKey;
use wl_ledger::state::State;
use wl_ledger::{ChainId, Height, KeyId, Role, Seq, StreamId};
use wl_wire::tls::TransportPublic;

/// An order to erase, with the stretches of streams that it reaches.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// The order.
    pub order: EraseOrder,
    /// Stream, first and last number.
    pub ranges: Vec<(StreamId, Seq, Seq)>,
    confirmed: Vec<KeyId>,
}

impl Ordered {
    fn of(state: &State, order: EraseOrder) -> Self {
        let confirmed = state.erased(&order.id).map(|(key, _)| *key).collect();
        let ranges = match order.scope {
            EraseScope::Records(stream, first, last) => vec![(stream, first, last)],
            EraseScope::Categories(categories) => {
                let reached = state.streams().filter(|(_, stream)| {
                    matches!(stream.subject, Subject::Patient(of, category)
                        if of == order.patient && categories.contains(category))
                });
                reached.map(|(stream, _)| (*stream, Seq(0), Seq(u64::MAX))).collect()
            }
        };
        Self { order, ranges, confirmed }
    }
}

/// The keys in force after one block, and what is to be erased.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    transports: HashSet<TransportPublic>,
    speakers: HashMap<KeyId, PublicKey>,
    /// Keys that are not in force any more, with the block that ended them.
    ended: HashMap<TransportPublic, Height>,
    chain: Option<ChainId>,
    orders: Vec<Ordered>,
    /// The next transaction number of each validator.
    numbers: HashMap<KeyId, u64>,
}

impl Registry {
    /// Active members and validators of a state.
    pub fn of(state: &State) -> Self {
        let orders = state.erasures().map(|erasure| Ordered::of(state, erasure.order)).collect();
        let mut registry = Self { chain: state.chain(), orders, ..Self::default() };
        for (key, member) in state.members() {
            if let Some(revocation) = member.revoked {
                registry.ended.insert(transport(&member.enrolment.transport), revocation.at);
                continue;
            }
            registry.transports.insert(transport(&member.enrolment.transport));
            if member.enrolment.role == Role::Hub {
                registry.speakers.insert(*key, member.enrolment.sign);
            }
        }
        for validator in state.founding().into_iter().flat_map(|founding| &founding.validators) {
            registry.transports.insert(transport(&validator.transport));
            registry.speakers.insert(validator.sign.id(), validator.sign);
            registry.numbers.insert(validator.sign.id(), state.next_number(&validator.sign.id()));
        }
        registry
    }

    /// Whether a peer with this transport key may connect.
    pub fn knows(&self, peer: &TransportPublic) -> bool {
        self.transports.contains(peer)
    }

    /// The block that ended this transport key, if one did.
    pub fn ended(&self, peer: &TransportPublic) -> Option<Height> {
        self.ended.get(peer).copied()
    }

    /// The key of a gateway or active hub: they may send heartbeats.
    pub fn speaker(&self, author: &KeyId) -> Option<PublicKey> {
        self.speakers.get(author).copied()
    }

    /// The first order that this validator has not confirmed.
    pub(crate) fn unconfirmed(&self, validator: &KeyId) -> Option<Ordered> {
        self.orders.iter().find(|ordered| !ordered.confirmed.contains(validator)).cloned()
    }

    /// The number of the next transaction of a validator.
    pub(crate) fn next_number(&self, validator: &KeyId) -> u64 {
        self.numbers.get(validator).copied().unwrap_or(0)
    }

    /// The chain.
    pub fn chain(&self) -> Option<ChainId> {
        self.chain
    }
}

fn transport(key: &PublicKey) -> TransportPublic {
    TransportPublic::from_bytes(*key.as_bytes())
}
