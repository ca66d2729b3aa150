//! The clinician application without its window: profile, store, sync, opener, alarms and the views of every screen.
//!
//! Nothing is shown that was not verified and opened here; the one exception is an alarm that is still sealing, and it
//! says so. Not a certified medical device, never the only or primary alarm.
#![forbid(unsafe_code)]

mod access_log;
pub mod admin;
pub mod cli;
pub mod counters;
pub mod desk;
pub mod edge;
mod emergency;
mod erasures;
mod error;
pub mod handout;
pub mod inbox;
pub mod opener;
pub mod outbox;
mod present;
pub mod profile;
mod proof;
mod qr;
mod report;
pub mod second;
mod security_log;
pub mod session;
pub mod store;
pub mod sync;
pub mod timekeeper;
mod two_person;
pub mod view;
pub mod ward;
pub mod watch;
pub mod written;

pub use wl_wire::process::harden as harden_process;

pub use desk::{
    AlarmAbout, AlarmCall, AlarmSound, DEMO_PASSPHRASE, Delivery, Desk, OnAlarm, Report, Settings, Sink,
    StartDemo,
};
