//! How a row of the tables is judged.

use wl_ledger::control::{Action, SignedTransaction, Transaction};
use wl_ledger::fixtures::{TestChain, key};
use wl_ledger::state::{State, StateError};
use wl_ledger::{Height, KeyId};

/// The ward's state and the place of its next block.
pub(crate) struct World {
    pub(crate) chain: TestChain,
    pub(crate) state: State,
}

impl World {
    pub(crate) fn of(chain: TestChain) -> Self {
        let state = chain.state().clone();
        Self { chain, state }
    }

    pub(crate) fn ward() -> Self {
        Self::of(TestChain::ward())
    }

    fn height(&self) -> Height {
        self.chain.verifier().next_height()
    }

    /// Signs with the right number of the first signer.
    pub(crate) fn sign(&self, signers: &[&str], action: Action) -> SignedTransaction {
        let author = signers.first().map(|name| key(name).id());
        let number = author.map_or(0, |author| self.state.next_number(&author));
        self.sign_as(author, number, signers, action)
    }

    pub(crate) fn sign_as(
        &self,
        author: Option<KeyId>,
        number: u64,
        signers: &[&str],
        action: Action,
    ) -> SignedTransaction {
        let transaction = Transaction { number, author, made: self.chain.now, action };
        let keys: Vec<_> = signers.iter().map(|name| key(name)).collect();
        SignedTransaction::sign(&keys.iter().collect::<Vec<_>>(), &self.chain.chain(), transaction)
    }

    /// Applies to a copy at block time `now + later`; a refusal must leave the copy as it was.
    pub(crate) fn tried(&self, signed: &SignedTransaction, later: i64) -> Result<State, StateError> {
        let parsed = SignedTransaction::parse(signed.bytes()).expect("a row within its bounds");
        let mut state = self.state.clone();
        let outcome = state.apply(&parsed, self.height(), self.chain.now.plus(later));
        if outcome.is_err() {
            assert_eq!(
                (state.root(), state.transactions()),
                (self.state.root(), self.state.transactions()),
                "a refused transaction left a trace: {outcome:?}"
            );
        } else {
            assert_ne!(state.root(), self.state.root());
            assert_eq!(state.transactions(), self.state.transactions() + 1);
        }
        outcome.map(|()| state)
    }

    pub(crate) fn outcome(&self, signers: &[&str], action: Action) -> Result<(), StateError> {
        self.tried(&self.sign(signers, action), 0).map(|_| ())
    }

    /// Applies for good.
    pub(crate) fn must(&mut self, signers: &[&str], action: Action) {
        self.state = self
            .tried(&self.sign(signers, action.clone()), 0)
            .unwrap_or_else(|e| panic!("{e:?}: {action:?}"));
    }

    /// One row each: what it is, who signs, the action, the outcome.
    pub(crate) fn check(&self, rows: Vec<Row<'_>>) {
        for (what, signers, action, expected) in rows {
            assert_eq!(self.outcome(signers, action), expected, "{what}");
        }
    }
}

pub(crate) type Row<'a> = (&'a str, &'a [&'a str], Action, Result<(), StateError>);
