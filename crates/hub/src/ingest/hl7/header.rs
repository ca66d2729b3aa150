//! What a reply needs of the header, read from the raw bytes so that even a message that cannot be decoded is answered
//! to the right sender with its own control id.

/// Longest echoed field in bytes (HL7 HD is 227, a control id 199).
const LONGEST: usize = 256;

/// The header fields a reply echoes, byte for byte, without control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyTo {
    pub(super) separator: u8,
    pub(super) encoding: Vec<u8>,
    /// MSH-3 to MSH-6.
    pub(super) parties: [Vec<u8>; 4],
    pub(super) message_type: Vec<u8>,
    pub(super) control_id: Vec<u8>,
    pub(super) processing: Vec<u8>,
    pub(super) version: Vec<u8>,
    pub(super) accept_ack: Vec<u8>,
    pub(super) application_ack: Vec<u8>,
    pub(super) charset: Vec<u8>,
    pub(super) commit_codes: bool,
}

impl ReplyTo {
    /// Reads the first line as far as it is a header; what cannot be read stays empty and the usual delimiters are used.
    pub fn scan(message: &[u8]) -> Self {
        let mut lines = strip_mark(message).split(|b| matches!(b, b'\r' | b'\n'));
        let line = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let separator = line.get(3).copied().filter(|b| line.starts_with(b"MSH") && b.is_ascii_punctuation());
        let Some(separator) = separator else {
            return Self::nobody();
        };
        let fields: Vec<&[u8]> = line.split(|b| *b == separator).take(20).collect();
        let field = |n: usize| clean(fields.get(n.saturating_sub(1)).copied().unwrap_or_default());
        let encoding = field(2);
        if !(2..=5).contains(&encoding.len()) || !encoding.iter().all(u8::is_ascii_punctuation) {
            return Self::nobody();
        }
        Self {
            separator,
            encoding,
            parties: [field(3), field(4), field(5), field(6)],
            message_type: field(9),
            control_id: field(10),
            processing: field(11),
            version: field(12),
            accept_ack: field(15),
            application_ack: field(16),
            charset: field(18),
            commit_codes: false,
        }
    }

    fn nobody() -> Self {
        Self {
            separator: b'|',
            encoding: b"^~\\&".to_vec(),
            parties: Default::default(),
            message_type: Vec::new(),
            control_id: Vec::new(),
            processing: Vec::new(),
            version: Vec::new(),
            accept_ack: Vec::new(),
            application_ack: Vec::new(),
            charset: Vec::new(),
            commit_codes: false,
        }
    }

    /// MSH-18 up to its first repetition, if it is text at all.
    pub(super) fn charset_name(&self) -> Option<&str> {
        let first = self.charset.split(|b| Some(b) == self.encoding.get(1)).next()?;
        core::str::from_utf8(first).ok().map(str::trim)
    }
}

impl core::fmt::Debug for ReplyTo {
    /// Bytes from outside stay out of logs.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ReplyTo(control id of {} bytes)", self.control_id.len())
    }
}

/// The message without a UTF-8 byte order mark, which some senders put in front.
pub(super) fn strip_mark(message: &[u8]) -> &[u8] {
    message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message)
}

/// A framing or control byte echoed into a reply could end its segment or its frame.
fn clean(field: &[u8]) -> Vec<u8> {
    field.iter().copied().filter(|b| *b >= 0x20 && *b != 0x7F).take(LONGEST).collect()
}
