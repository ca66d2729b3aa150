//! The personal server beside the patient.
#![forbid(unsafe_code)]

pub mod ingest;
