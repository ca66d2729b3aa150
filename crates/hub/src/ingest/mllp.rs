//! MLLP framing (HL7 v2 transport specification, Minimal Lower Layer Protocol release 1): `0x0B` message `0x1C 0x0D`.
//!
//! The decoder does no I/O: it is pushed bytes as they arrive and gives back what they completed. Bytes between frames
//! are counted, a frame that grows beyond its limit or is abandoned half-way is reported with its beginning, and the
//! decoder finds the next frame by itself. [`serve_mllp`] is the TCP side.

mod server;

pub use server::{Handler, MllpLimits, ServeReport, serve_mllp, serve_stream};

/// Start of a frame (vertical tab).
pub const START_BLOCK: u8 = 0x0B;
/// First byte of the end of a frame (file separator).
pub const END_BLOCK: u8 = 0x1C;
/// Second byte of the end of a frame.
pub const CARRIAGE_RETURN: u8 = 0x0D;
/// Largest message accepted unless told otherwise: 256 KiB.
pub const DEFAULT_FRAME_LIMIT: usize = 256 * 1024;
/// How much of a faulty frame is handed on, enough for the message header that a reply needs.
pub const HEAD_LIMIT: usize = 1024;

/// Why a frame did not become a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameFault {
    /// The message is longer than the limit; the rest of the frame is skipped.
    #[error("the frame is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A new frame began before the end of this one; this one held so many bytes.
    #[error("a new frame began before the one of {received} bytes had ended")]
    Restarted {
        /// Bytes of the abandoned frame.
        received: usize,
    },
    /// The peer closed, fell silent or was shut down in the middle of a frame of so many bytes.
    #[error("the frame broke off after {received} bytes")]
    BrokenOff {
        /// Bytes of the abandoned frame.
        received: usize,
    },
}

/// What the stream brought.
#[derive(Clone, PartialEq, Eq)]
pub enum Received {
    /// A complete message, without its frame.
    Message(Vec<u8>),
    /// A frame that did not become a message, with its first bytes (at most [`HEAD_LIMIT`]).
    Fault {
        /// What is wrong.
        fault: FrameFault,
        /// Its first bytes.
        head: Vec<u8>,
    },
}

impl core::fmt::Debug for Received {
    /// Sizes only: a message holds names.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Message(body) => write!(f, "Message({} bytes)", body.len()),
            Self::Fault { fault, head } => write!(f, "Fault({fault}, head of {} bytes)", head.len()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Between frames.
    Outside,
    /// In a frame.
    Inside,
    /// In a frame, the last byte was `0x1C`.
    Ending,
    /// In a frame that was reported as too long.
    Skipping,
    /// As before, the last byte was `0x1C`.
    SkippingEnd,
}

/// The incremental frame decoder. Holds at most one frame of `limit` bytes.
pub struct MllpDecoder {
    limit: usize,
    state: State,
    body: Vec<u8>,
    outside: u64,
    skipped: u64,
}

impl MllpDecoder {
    /// A decoder for messages of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, state: State::Outside, body: Vec::new(), outside: 0, skipped: 0 }
    }

    /// Takes the next bytes of the stream, cut anywhere, and returns what they completed, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Received> {
        let mut out = Vec::new();
        for byte in bytes {
            self.step(*byte, &mut out);
        }
        out
    }

    /// Says that nothing more will come: a frame that has begun is reported, never dropped.
    pub fn finish(&mut self) -> Option<Received> {
        let inside = matches!(self.state, State::Inside | State::Ending);
        if self.state == State::Ending {
            self.body.push(END_BLOCK);
        }
        self.state = State::Outside;
        inside.then(|| self.fault(FrameFault::BrokenOff { received: self.body.len() }))
    }

    /// Whether a frame has begun and not ended.
    pub fn in_frame(&self) -> bool {
        self.state != State::Outside
    }

    /// Bytes seen outside any frame since the start.
    pub fn outside_bytes(&self) -> u64 {
        self.outside
    }

    /// Bytes of frames reported as too long that came after their report.
    pub fn skipped_bytes(&self) -> u64 {
        self.skipped
    }

    fn step(&mut self, byte: u8, out: &mut Vec<Received>) {
        match (self.state, byte) {
            (State::Outside, START_BLOCK) => self.state = State::Inside,
            (State::Outside, _) => self.outside = self.outside.saturating_add(1),
            // A vertical tab is legal in no HL7 message: the sender gave up and began again.
            (State::Inside | State::Ending, START_BLOCK) => {
                out.push(self.fault(FrameFault::Restarted { received: self.body.len() }));
                self.state = State::Inside;
            }
            (State::Inside, END_BLOCK) => self.state = State::Ending,
            (State::Inside, _) => self.keep(byte, out),
            (State::Ending, CARRIAGE_RETURN) => {
                self.state = State::Outside;
                out.push(Received::Message(core::mem::take(&mut self.body)));
            }
            (State::Ending, END_BLOCK) => self.keep(END_BLOCK, out),
            (State::Ending, _) => {
                self.state = State::Inside;
                self.keep(END_BLOCK, out);
                if self.state == State::Inside {
                    self.keep(byte, out);
                }
            }
            (State::Skipping | State::SkippingEnd, START_BLOCK) => self.state = State::Inside,
            (State::SkippingEnd, CARRIAGE_RETURN) => self.state = State::Outside,
            (State::Skipping | State::SkippingEnd, _) => {
                self.skipped = self.skipped.saturating_add(1);
                self.state = if byte == END_BLOCK { State::SkippingEnd } else { State::Skipping };
            }
        }
    }

    fn keep(&mut self, byte: u8, out: &mut Vec<Received>) {
        if self.body.len() < self.limit {
            self.body.push(byte);
        } else {
            self.skipped = self.skipped.saturating_add(1);
            out.push(self.fault(FrameFault::TooLong { limit: self.limit }));
            self.state = State::Skipping;
        }
    }

    fn fault(&mut self, fault: FrameFault) -> Received {
        let mut head = core::mem::take(&mut self.body);
        head.truncate(HEAD_LIMIT);
        head.shrink_to_fit();
        Received::Fault { fault, head }
    }
}

impl Default for MllpDecoder {
    fn default() -> Self {
        Self::new(DEFAULT_FRAME_LIMIT)
    }
}

/// A message that cannot be framed because it holds a framing byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("byte {at} of the message is the framing byte {byte:#04x}: escape it")]
pub struct FramingByte {
    /// Offset.
    pub at: usize,
    /// The byte.
    pub byte: u8,
}

/// Puts a message into its frame.
///
/// # Errors
/// [`FramingByte`] if the message itself holds `0x0B` or `0x1C`, which would let it forge the end of its frame.
pub fn encode(message: &[u8]) -> Result<Vec<u8>, FramingByte> {
    if let Some((at, byte)) = message.iter().enumerate().find(|(_, b)| matches!(**b, START_BLOCK | END_BLOCK))
    {
        return Err(FramingByte { at, byte: *byte });
    }
    let mut frame = Vec::with_capacity(message.len().saturating_add(3));
    frame.push(START_BLOCK);
    frame.extend_from_slice(message);
    frame.extend_from_slice(&[END_BLOCK, CARRIAGE_RETURN]);
    Ok(frame)
}
