//! The table of transitions: every action permitted once, every refusal by its name, the state untouched by each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod access;
mod agreement_vectors;
mod agreements;
mod erasure;
mod keys;
mod patients;
mod people;
mod proposals;
mod reads;
mod scene;
mod table;
