//! The compact form of a frame and of a stretch of waveform (docs/spec/frame.md, docs/spec/waveform.md).
//!
//! Decoding is strict: what does not re-encode to the same bytes is refused, so one frame has one encoding.

mod numeric;
mod waveform;

pub use numeric::{MAX_READINGS, decode, encode};
pub(crate) use numeric::{level_code, level_of, quality_code, quality_of};
pub use waveform::{MAX_SAMPLES, WAVE_INVALID, Waveform, decode_waveform, encode_waveform};

/// Why bytes are no frame, or a frame cannot be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameError {
    /// The first byte is not a version this reader knows.
    #[error("unknown frame version {0}")]
    Version(u8),
    /// The bytes end in the middle, or a number is not in its shortest form.
    #[error("the frame breaks off or holds an overlong number at byte {0}")]
    Broken(usize),
    /// Bytes are left after the end.
    #[error("the frame ends at byte {0} but more bytes follow")]
    Trailing(usize),
    /// Too many readings or samples.
    #[error("{found} entries, at most {limit} are allowed")]
    TooMany {
        /// How many there were.
        found: u64,
        /// How many may be.
        limit: usize,
    },
    /// A field holds a value outside its range.
    #[error("{field} is out of range in entry {entry}")]
    Range {
        /// Which field.
        field: &'static str,
        /// In which entry; 0 in the head.
        entry: usize,
    },
    /// The bytes decode, but a shorter or other form is the canonical one.
    #[error("the frame is not in its canonical form")]
    NotCanonical,
}
