//! Founding a chain: keys, genesis, the answer that workstations are given.

use crate::clock::{self, Clock};
use crate::keys::{Keys, KeysError};
use crate::node::Paths;
use crate::store::{Beside, Store, StoreError};
use std::io;
use std::path::Path;
use wl_ledger::block::Entry;
use wl_ledger::control::{
    Action, Genesis, NO_CHAIN, Policy, ProvenEnrolment, SignedTransaction, Transaction, Validator, chain_id,
};
use wl_ledger::propose::{OfferError, Proposer};
use wl_ledger::{Hash, UnixMillis};
use wl_wire::enrolment::{Answer, write_answer};
use wl_wire::files::{DirLock, create_private_dir, write_durable};

/// What the hospital decides.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Name of the hospital.
    pub hospital: String,
    /// `host:port` under which hubs and workstations reach this gateway.
    pub address: String,
    /// First administrators, as their workstations asked.
    pub admins: Vec<ProvenEnrolment>,
    /// A demo chain is marked as such on every screen, for good.
    pub demo: bool,
    /// Whether two administrators answer for enrolments, roles and rules; the rule in production.
    pub two_person: bool,
}

/// Why no chain was founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// A chain lives in this directory already.
    #[error("this directory holds a gateway already; choose another one")]
    Exists,
    /// Two administrators are asked for, and fewer are named.
    #[error(
        "two administrators answer for enrolments here: name both with --admin, or say --single-administrator"
    )]
    TooFewAdmins,
    /// The genesis transaction is refused.
    #[error("genesis is refused")]
    Genesis(#[from] OfferError),
    /// A file.
    #[error("the data directory could not be written")]
    File(#[from] io::Error),
    /// The key file.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error("the operating system gave no random bytes")]
    Random,
    /// Genesis has no content that names a hospital.
    #[error("not a genesis transaction")]
    NotGenesis,
}

/// Founds a chain in a directory with new keys, and writes the answer file.
///
/// # Errors
/// [`FoundError`].
pub async fn found(dir: &Path, founding: Founding, clock: Clock) -> Result<Answer, FoundError> {
    if founding.two_person && founding.admins.len() < 2 {
        return Err(FoundError::TooFewAdmins);
    }
    let random = || clock::random().map_err(|_| FoundError::Random);
    let keys = Keys::from_seeds(random()?, random()?);
    let now = clock();
    let genesis = genesis(&founding, &keys, Hash::from_bytes(random()?), now);
    establish(dir, &keys, &genesis, now).await
}

fn genesis(founding: &Founding, keys: &Keys, nonce: Hash, made: UnixMillis) -> SignedTransaction {
    let key = keys.signing();
    let validator = Validator {
        sign: key.public(),
        transport: keys.transport_public(),
        address: founding.address.clone(),
    };
    let genesis = Genesis {
        hospital: founding.hospital.clone(),
        demo: founding.demo,
        admins: founding.admins.clone(),
        validators: vec![validator],
        policy: policy(founding.two_person),
        nonce,
    };
    let transaction = Transaction { number: 0, author: None, made, action: Action::Genesis(genesis) };
    SignedTransaction::sign(&[&key], &NO_CHAIN, transaction)
}

/// The policy of production, with as many administrators for two-person acts and recoveries as there are to sign.
fn policy(two_person: bool) -> Policy {
    let signers = if two_person { 2 } else { 1 };
    Policy { signers, recovery_signers: signers, ..Policy::production() }
}

/// Founds the chain of a genesis transaction that is signed already.
///
/// The chain file is written last. If it stops before, the directory is no gateway, nobody was given the chain id,
/// and founding starts anew; from then on the directory can run.
///
/// # Errors
/// [`FoundError`].
pub async fn establish(
    dir: &Path,
    keys: &Keys,
    genesis: &SignedTransaction,
    now: UnixMillis,
) -> Result<Answer, FoundError> {
    let paths = Paths::of(dir);
    create_private_dir(dir)?;
    let _lock = DirLock::take(dir)?;
    if paths.chain.exists() {
        return Err(FoundError::Exists);
    }
    let chain = chain_id(genesis);
    let mut proposer = Proposer::new(chain);
    proposer.offer(Entry::Control(genesis.bytes().to_vec()), None, now)?;
    let block = proposer.cut(&keys.signing()).ok_or(FoundError::NotGenesis)?;
    let (height, header, _) = proposer.tip().ok_or(FoundError::NotGenesis)?;
    let answer = answer(genesis, height, header)?;
    keys.write(&paths.keys)?;
    remove_leftover(&paths)?;
    let store = Store::create(&paths.database, chain).await?;
    store.commit(height, &block, &[Beside::Control(genesis.hash())]).await?;
    store.close().await?;
    write_durable(&paths.answer, write_answer(&answer).as_bytes())?;
    write_durable(&paths.chain, format!("{chain}\n").as_bytes())?;
    Ok(answer)
}

fn answer(
    genesis: &SignedTransaction,
    trusted_height: wl_ledger::Height,
    trusted_header: Hash,
) -> Result<Answer, FoundError> {
    let Action::Genesis(content) = &genesis.transaction().action else { return Err(FoundError::NotGenesis) };
    Ok(Answer {
        chain: chain_id(genesis),
        hospital: content.hospital.clone(),
        demo: content.demo,
        trusted_height,
        trusted_header,
        validators: content.validators.clone(),
    })
}

/// An interrupted founding leaves a database of a chain that nobody knows.
fn remove_leftover(paths: &Paths) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = paths.database.clone().into_os_string();
        name.push(suffix);
        match std::fs::remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
