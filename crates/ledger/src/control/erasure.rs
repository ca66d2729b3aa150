//! Orders to erase, and receipts for what was erased.

use super::Categories;
use crate::{EraseId, Height, PatientId, Seq, StreamId};

/// What is to be erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum EraseScope {
    /// Every record of these categories.
    #[n(0)]
    Categories(#[n(0)] Categories),
    /// The records of one stream from the first to the last of these numbers.
    #[n(1)]
    Records(#[n(0)] StreamId, #[n(1)] Seq, #[n(2)] Seq),
}

/// By what right it is erased.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum EraseBasis {
    /// The patient, or a guardian, asks for it.
    #[n(0)]
    PatientRequest,
    /// A court orders it.
    #[n(1)]
    CourtOrder,
    /// The time for which it had to be kept is over.
    #[n(2)]
    RetentionEnded,
    /// It was recorded by mistake.
    #[n(3)]
    Mistake,
}

/// An order to erase a patient's records wherever they are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct EraseOrder {
    /// Random id.
    #[n(0)]
    pub id: EraseId,
    /// Whose records.
    #[n(1)]
    pub patient: PatientId,
    /// Which of them.
    #[n(2)]
    pub scope: EraseScope,
    /// By what right.
    #[n(3)]
    pub basis: EraseBasis,
    /// Records of blocks up to this height, which lies before the order's own block.
    #[n(4)]
    pub up_to: Height,
}

/// What one holder of records says it erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct EraseReceipt {
    /// The order carried out.
    #[n(0)]
    pub order: EraseId,
    /// Bodies erased: salt and ciphertext.
    #[n(1)]
    pub records: u64,
    /// Epoch keys erased.
    #[n(2)]
    pub keys: u32,
}
