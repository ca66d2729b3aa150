//! The clinician application without its window.

pub mod view;
