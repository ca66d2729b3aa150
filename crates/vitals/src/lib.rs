//! Readings, codes, NEWS2, alarm rules and state machines, trends and decimation.
//!
//! Pure: time is an argument, nothing here reads a clock, a file or a socket.
#![forbid(unsafe_code)]

pub mod alarm;
mod cbor;
pub mod chunk;
pub mod codes;
pub mod decimal;
pub mod frame;
pub mod limits;
pub mod news2;
pub mod observation;
pub mod reading;
pub mod state;
pub mod trend;
mod varint;
pub mod writing;

pub use codes::{Cadence, Parameter};
pub use decimal::DecimalError;
pub use reading::*;
