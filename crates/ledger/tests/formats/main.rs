//! Formats: one encoding for each value, bounds before anything else, signatures that fit one purpose only.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod bounds;
mod codec;
mod confusion;
mod ed25519;
mod ed25519_edges;
mod heartbeats;
mod provisional;
mod vectors;
