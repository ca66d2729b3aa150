//! The ledger: ids, canonical encoding, signed records, Merkle trees, headers, certificates, the
//! state machine with agreements and keys, and the verifier that alone makes `Verified…` values.
//!
//! No I/O, no clock, no randomness: bytes, times and random numbers are arguments.
#![forbid(unsafe_code)]

pub mod access;
pub mod archive;
pub mod audit;
pub mod block;
pub mod checkpoint;
pub mod codec;
pub mod control;
pub mod cose;
pub mod evidence;
#[cfg(feature = "test-fixtures")]
pub mod fixtures;
pub mod header;
pub mod heartbeat;
pub mod ids;
pub mod keys;
pub mod limits;
pub mod merkle;
pub mod propose;
pub mod record;
pub mod smt;
pub mod state;
pub mod text;
pub mod verify;

pub use ids::*;
