//! Seeded ward simulator for demo, tests and benches.
#![forbid(unsafe_code)]

pub mod clock;
pub mod ecg;
pub mod edge;
pub mod faults;
pub mod hl7;
pub mod hospital;
mod math;
pub mod physiology;
pub mod rng;
pub mod scenario;
pub mod ward;
