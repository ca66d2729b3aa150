//! An administrator without a workstation: signs control transactions and sends them.

use anyhow::{Context as _, bail};
use wl_desk::profile::Keys;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, ProvenEnrolment, SignedTransaction, Transaction};
use wl_ledger::{ChainId, Height, KeyId, TeamId};
use wl_wire::enrolment::Answer;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

/// Signs with an administrator's key.
pub struct Administrator {
    client: GatewayClient,
    keys: Keys,
    chain: ChainId,
    number: u64,
}

impl Administrator {
    /// The administrator of unlocked keys, who has said nothing on this chain yet.
    ///
    /// # Errors
    /// The keys or the answer cannot be used.
    pub fn new(keys: Keys, answer: &Answer) -> anyhow::Result<Self> {
        let validator = answer.validators.first().context("the answer names no gateway")?;
        let client = GatewayClient::new(&keys.transport()?, &validator.transport, &validator.address)?;
        Ok(Self { client, keys, chain: answer.chain, number: 0 })
    }

    /// The administrator's key id.
    pub fn key(&self) -> KeyId {
        self.keys.id()
    }

    /// Says something on the control lane and waits until it is sealed.
    ///
    /// # Errors
    /// The gateway's refusal, for people.
    pub async fn act(&mut self, action: Action) -> anyhow::Result<Height> {
        let transaction = Transaction {
            number: self.number,
            author: Some(self.keys.id()),
            made: crate::edge::now(),
            action,
        };
        let signed = SignedTransaction::sign(&[self.keys.signing()], &self.chain, transaction);
        let item = Item { entry: Entry::Control(signed.bytes().to_vec()), body: None };
        let receipts = self.client.submit(&Submission { items: vec![item] }).await?;
        match receipts.receipts.into_iter().next() {
            Some(Receipt::Sealed(height) | Receipt::Known(height)) => {
                self.number += 1;
                Ok(height)
            }
            Some(Receipt::Refused(code, reason)) => bail!("refused with code {code}: {reason}"),
            Some(Receipt::Deferred) | None => bail!("the gateway put it off"),
        }
    }

    /// Enrols somebody and puts them into a team.
    ///
    /// # Errors
    /// The gateway's refusal, for people.
    pub async fn enrol(&mut self, request: ProvenEnrolment, team: TeamId) -> anyhow::Result<Height> {
        let key = request.enrolment.sign.id();
        self.act(Action::Enrol(request)).await?;
        self.act(Action::JoinTeam(team, key)).await
    }
}
