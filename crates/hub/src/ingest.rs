//! How device data comes in: framing, readers of the standards, and what is refused.
//!
//! Every reader turns outside bytes into typed readings or into a typed refusal, and does no storing: the hub keeps
//! the received bytes, decides which patient a message belongs to, and acknowledges after that is durable.

pub mod hl7;
pub mod mllp;
pub mod quarantine;
