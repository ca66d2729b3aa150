//! The whole system with real parts, in one program: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/common.rs"]
mod common;

mod access;
mod advice;
mod canary;
mod emergency;
mod faults;
mod hl7;
mod hub_faults;
mod hub_kill;
mod hub_load;
mod hub_reads_the_ward;
mod intake;
mod lying_hub;
mod mending;
mod notes;
mod page;
mod recovery;
mod silent_line;
mod store_failures;
mod two_faced;
mod two_way;
mod ward;
mod whole_system;
