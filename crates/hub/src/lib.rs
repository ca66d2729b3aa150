//! The personal server beside the patient: takes device data in, evaluates alarm rules, encrypts, signs, queues and
//! submits, and carries out the patient's agreements (the paper's *personal server*).
//!
//! Not a certified medical device; never the only or primary alarm.
#![forbid(unsafe_code)]

pub mod author;
pub mod backup;
pub mod bedside;
pub mod consent;
pub mod core;
pub mod custody;
pub mod edge;
pub mod home;
pub mod hub;
pub mod ingest;
mod page;
pub mod store;
