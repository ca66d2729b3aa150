//! Where a secret or a ciphertext belongs. The bytes of the context enter every key derivation,
//! commitment and authentication, so that nothing opens anywhere else.
//!
//! Every encoding has a fixed length and big-endian numbers: no two contexts share one.

use wl_ledger::{Category, ChainId, Epoch, Generation, PatientId, Seq, StreamId};

/// The place of a generation secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GenerationContext {
    /// Chain.
    pub chain: ChainId,
    /// Patient.
    pub patient: PatientId,
    /// Category.
    pub category: Category,
    /// Generation of this patient and category.
    pub generation: Generation,
}

/// The place of an epoch secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EpochContext {
    /// The generation this epoch lies in.
    pub generation: GenerationContext,
    /// Epoch of this patient and category.
    pub epoch: Epoch,
}

/// The place of a record: what its signed header and its stream's opening say about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordContext {
    /// Chain.
    pub chain: ChainId,
    /// Patient.
    pub patient: PatientId,
    /// Category.
    pub category: Category,
    /// Stream.
    pub stream: StreamId,
    /// Place in the stream.
    pub seq: Seq,
    /// Epoch whose key seals it.
    pub epoch: Epoch,
    /// Code of the ledger's record kind.
    pub kind: u8,
}

const SCOPE_BYTES: usize = ChainId::LEN + PatientId::LEN + 1;

fn scope(chain: &ChainId, patient: &PatientId, category: Category, room: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(SCOPE_BYTES + room);
    out.extend_from_slice(chain.as_bytes());
    out.extend_from_slice(patient.as_bytes());
    out.push(category.code());
    out
}

impl GenerationContext {
    /// chain (32) ‖ patient (16) ‖ category (1) ‖ generation (4): 53 bytes.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        let mut out = scope(&self.chain, &self.patient, self.category, 4);
        out.extend_from_slice(&self.generation.0.to_be_bytes());
        out
    }

    /// The name of the first field in which `other` differs.
    pub(crate) fn difference(&self, other: &Self) -> Option<&'static str> {
        [
            (self.chain != other.chain, "chain"),
            (self.patient != other.patient, "patient"),
            (self.category != other.category, "category"),
            (self.generation != other.generation, "generation"),
        ]
        .into_iter()
        .find_map(|(differs, field)| differs.then_some(field))
    }
}

impl EpochContext {
    /// The generation's 53 bytes ‖ epoch (4): 57 bytes.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        let mut out = self.generation.encoded();
        out.extend_from_slice(&self.epoch.0.to_be_bytes());
        out
    }
}

impl RecordContext {
    /// chain (32) ‖ patient (16) ‖ category (1) ‖ stream (4) ‖ seq (8) ‖ epoch (4) ‖ kind (1): 66 bytes.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        let mut out = scope(&self.chain, &self.patient, self.category, 17);
        out.extend_from_slice(&self.stream.0.to_be_bytes());
        out.extend_from_slice(&self.seq.0.to_be_bytes());
        out.extend_from_slice(&self.epoch.0.to_be_bytes());
        out.push(self.kind);
        out
    }
}
