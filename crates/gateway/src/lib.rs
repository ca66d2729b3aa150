//! The gateway: a cloud node that orders records into blocks, certifies, stores and serves them. It can read nothing
//! of what it stores (design §3, `docs/spec/api.md`).
//!
//! Order of effects: durable → visible → acknowledged ([`sequencer::Step`]).
#![forbid(unsafe_code)]

mod api;
mod checkpoints;
pub mod clock;
mod erasing;
pub mod feed;
pub mod found;
mod heartbeats;
pub mod keys;
mod node;
pub mod sequencer;
pub mod store;
mod witnessing;

pub use api::{Limits, PublicLimits, Status};
pub use node::{Config, Paths, Running, StartError, inspect, run, run_probed};
pub use witnessing::WitnessAt;
