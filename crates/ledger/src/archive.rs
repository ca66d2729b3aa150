//! Archives: a chain, or the proof of one value, as one file that anybody can judge offline
//! (`docs/spec/archive.md`).
//!
//! Nothing here does I/O. [`Writer`] hands out the bytes to append; [`Judge`] says how many bytes it wants next and is
//! given them, so that a file of any size is judged in bounded memory. Nothing in an archive is believed for standing
//! there: what is not signed is compared with what is.

mod chain;
mod format;
mod judge;
mod prove;
mod report;
mod value;
mod write;

pub use format::{
    BodySection, END_TAG, Form, HEAD_BYTES, HistorySection, MAGIC, Manifest, RecordItem, RecordsSection,
    SectionKind, ValueSection,
};
pub use judge::{Expectations, Judge, judge};
pub use prove::{heights_for, value_proof};
pub use report::{Access, Enrolled, Finding, Need, Problem, Report, Tally, ValueReport, Verdict};
pub use write::Writer;
