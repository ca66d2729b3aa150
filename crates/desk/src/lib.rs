//! The clinician application without its window: profile, store, sync, opener, alarms and the views of every screen.
//!
//! Nothing is shown that was not verified and opened here; the one exception is an alarm that is still sealing, and it
//! says so. Not a certified medical device, never the only or primary alarm.
#![forbid(unsafe_code)]

pub mod admin;
pub mod cli;
pub mod counters;
pub mod desk;
pub mod edge;
mod error;
pub mod handout;
pub mod inbox;
pub mod opener;
pub mod outbox;
mod present;
pub mod profile;
mod qr;
pub mod session;
pub mod store;
pub mod sync;
pub mod timekeeper;
pub mod view;
pub mod ward;

pub use desk::{AlarmCall, DEMO_PASSPHRASE, Delivery, Desk, OnAlarm, Report, Settings, Sink, StartDemo};
