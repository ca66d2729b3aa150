//! Signed notes (C2SP signed-note): a text, an empty line, signature lines.

use super::BASE64;
use base64::Engine as _;

/// Longest note that is read. Lines of post-quantum witnesses may be 7 KiB each.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;
/// Most signature lines of a note that is read; every reader must take 16.
pub const MAX_SIGNATURE_LINES: usize = 64;

/// How a signature line begins.
const DASH: &str = "\u{2014} ";

/// A text and what was signed under it. Nothing of it is verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The signed text, with its last newline.
    pub text: String,
    /// The signature lines, in order.
    pub signatures: Vec<SignatureLine>,
}

/// One signature line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignatureLine {
    /// Name of the key.
    pub name: String,
    /// The key's short hash.
    pub key: u32,
    /// What the key's algorithm made of the text.
    pub signature: Vec<u8>,
}

/// Why bytes are no signed note.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum NoteError {
    /// Longer than any note that is read.
    #[error("longer than {MAX_NOTE_BYTES} bytes")]
    TooLarge,
    /// Not UTF-8, or with a control character other than the newline.
    #[error("not plain text")]
    NotText,
    /// No text, no empty line, or no signature line.
    #[error("text, empty line and signatures do not stand in their order")]
    Shape,
    /// A signature line that is not of the format.
    #[error("signature line {0} is malformed")]
    Line(usize),
    /// More lines than any note needs.
    #[error("more than {MAX_SIGNATURE_LINES} signature lines")]
    TooManyLines,
}

impl Note {
    /// Reads a note; no signature is checked.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge);
        }
        let note = core::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        if note.chars().any(|sign| sign < ' ' && sign != '\n') {
            return Err(NoteError::NotText);
        }
        // The last empty line; the text may hold others.
        let (text, lines) = note.rfind("\n\n").map(|at| note.split_at(at + 1)).ok_or(NoteError::Shape)?;
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::Shape)?;
        if text.len() < 2 {
            return Err(NoteError::Shape);
        }
        if lines.split('\n').count() > MAX_SIGNATURE_LINES {
            return Err(NoteError::TooManyLines);
        }
        let signatures = lines.split('\n').enumerate();
        let signatures = signatures.map(|(at, line)| SignatureLine::parse(line).ok_or(NoteError::Line(at)));
        Ok(Self { text: text.to_owned(), signatures: signatures.collect::<Result<_, _>>()? })
    }
}

impl core::fmt::Display for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl SignatureLine {
    /// Reads one line, without its newline.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = BASE64.decode(encoded).ok()?;
        let (key, signature) = bytes.split_first_chunk::<4>()?;
        let fits = is_name(name) && !signature.is_empty();
        fits.then(|| Self {
            name: name.to_owned(),
            key: u32::from_be_bytes(*key),
            signature: signature.to_vec(),
        })
    }
}

impl core::fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let bytes = [self.key.to_be_bytes().as_slice(), &self.signature].concat();
        write!(f, "{DASH}{} {}", self.name, BASE64.encode(bytes))
    }
}

/// What a key may be called.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign != '+' && !sign.is_whitespace() && !sign.is_control())
}
