//! The desk against a ward and a gateway, in one program: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "support/asks.rs"]
mod asks;
#[path = "support/gateway.rs"]
mod gateway;
#[path = "support/session.rs"]
mod session;
#[path = "support/station.rs"]
mod station;
#[path = "support/ward.rs"]
mod ward;
#[path = "support/written.rs"]
mod written;

mod access_matrix;
mod acts;
mod administration;
mod advice;
mod desk;
mod emergency;
mod erasure;
mod kill;
mod later;
mod lock;
mod missing;
mod opener;
mod orders;
mod over;
mod oversight;
mod programmes;
mod reports;
mod silence;
mod split;
mod store;
mod sync;
mod token;
mod trends;
mod two_person;
mod view_bindings;
mod view_fixtures;
mod watch;
mod writing;
