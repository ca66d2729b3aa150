//! Streams, generations and epochs.

use crate::{Category, Epoch, Generation, Hash, KeyId, PatientId};

/// What a stream is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Subject {
    /// One category of one patient.
    #[n(0)]
    Patient(#[n(0)] PatientId, #[n(1)] Category),
    /// Key envelopes and shares for one reader.
    #[n(1)]
    Mailbox(#[n(0)] KeyId),
    /// Access receipts about one patient. Under no epoch: its records say 0.
    #[n(2)]
    Access(#[n(0)] PatientId),
    /// Security events of one workstation. Under no epoch: its records say 0.
    #[n(3)]
    Security,
}

/// That a generation's secret was also shared among the custodians in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Custody {
    /// Shares that it takes to make the secret: as many as the custodians in force are set to.
    #[n(0)]
    pub threshold: u8,
    /// RFC 6962 root over the SHA-256 of each sealed share, in ascending order of the custodians' active keys.
    #[n(1)]
    pub shares_root: Hash,
}

/// A new span in which the readers of one patient and category do not change.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct GenerationOpening {
    /// Patient.
    #[n(0)]
    pub patient: PatientId,
    /// Category.
    #[n(1)]
    pub category: Category,
    /// One more than the last; the first is 0.
    #[n(2)]
    pub generation: Generation,
    /// SHA-256 commitment to the generation secret, which every reader checks.
    #[n(3)]
    pub commitment: Hash,
    /// Keys that are granted this generation, ascending. Each needs an agreement in force.
    #[n(4)]
    pub readers: Vec<KeyId>,
    /// RFC 6962 root over the SHA-256 of each reader's envelope, in the order of `readers`.
    #[n(5)]
    pub grants_root: Hash,
    /// The shares for the custodians in force, where there are any.
    #[n(6)]
    pub custody: Option<Custody>,
}

/// A new epoch within the generation in force.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct EpochOpening {
    /// Patient.
    #[n(0)]
    pub patient: PatientId,
    /// Category.
    #[n(1)]
    pub category: Category,
    /// The generation in force.
    #[n(2)]
    pub generation: Generation,
    /// One more than the last; the first is 0. Counts across generations.
    #[n(3)]
    pub epoch: Epoch,
    /// age recipient for documents.
    #[n(4)]
    pub recipient: String,
    /// SHA-256(label ‖ epoch secret).
    #[n(5)]
    pub commitment: Hash,
    /// The epoch secret wrapped under the generation secret.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub wrapped: Vec<u8>,
}
