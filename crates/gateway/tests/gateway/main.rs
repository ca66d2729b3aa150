//! The gateway as hubs and workstations meet it: real TLS, a real disk, real processes.
// Helpers outside of test functions may end a test that cannot go on.
#![allow(clippy::expect_used, clippy::panic)]

mod api;
mod command;
mod erase;
mod kill;
mod limits;
mod public;
mod start;
mod steps;
mod support;
