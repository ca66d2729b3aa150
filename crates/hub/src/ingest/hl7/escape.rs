//! Escape sequences of ER7 text (HL7 v2.6 §2.7).

use std::borrow::Cow;

use super::er7::Syntax;

/// Longest sequence looked for between two escape characters, in bytes.
const LONGEST: usize = 512;

/// The text behind the escapes: `\F\ \S\ \T\ \R\ \E\` are the delimiters, `\Xhh…\` bytes of the message's character
/// set, `\.br\` a line feed. Everything else, lone escape characters included, stays as it was sent.
pub(super) fn unescape(text: &str, syntax: Syntax) -> Cow<'_, str> {
    let Some(mark) = syntax.delimiters.escape else {
        return Cow::Borrowed(text);
    };
    if !text.contains(mark) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(mark) {
        out.push_str(before);
        let sequence = after.split_once(mark).filter(|(inner, _)| inner.len() <= LONGEST);
        match sequence.and_then(|(inner, tail)| Some((meaning(inner, syntax)?, tail))) {
            Some((plain, tail)) => {
                out.push_str(&plain);
                rest = tail;
            }
            None => {
                out.push(mark);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn meaning(sequence: &str, syntax: Syntax) -> Option<String> {
    let delimiters = syntax.delimiters;
    match sequence {
        "F" => Some(delimiters.field.to_string()),
        "S" => Some(delimiters.component.to_string()),
        "R" => Some(delimiters.repetition.to_string()),
        "T" => delimiters.subcomponent.map(String::from),
        "E" => delimiters.escape.map(String::from),
        ".br" | ".BR" => Some("\n".to_owned()),
        _ => {
            let bytes = hex(sequence.strip_prefix('X')?)?;
            syntax.charset.decode(&bytes).ok().map(Cow::into_owned)
        }
    }
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let nibble = |d: Option<&u8>| char::from(*d?).to_digit(16).and_then(|n| u8::try_from(n).ok());
    digits.chunks_exact(2).map(|pair| Some((nibble(pair.first())? << 4) | nibble(pair.get(1))?)).collect()
}

/// Writes ASCII text so that it stays one field for this separator and these encoding characters. Bytes that would end
/// a segment or a frame become `\Xhh\`, and what is not ASCII becomes a question mark: replies carry own words only.
pub(super) fn escape_ascii(text: &str, separator: u8, encoding: &[u8]) -> Vec<u8> {
    let mark = encoding.get(2).copied();
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        let byte = u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?');
        let place = encoding.iter().position(|e| *e == byte);
        let name = match (byte == separator, place) {
            (true, _) => Some("F".to_owned()),
            (false, Some(0)) => Some("S".to_owned()),
            (false, Some(1)) => Some("R".to_owned()),
            (false, Some(2)) => Some("E".to_owned()),
            (false, Some(3)) => Some("T".to_owned()),
            (false, Some(_) | None) => (byte < 0x20 || byte == 0x7F).then(|| format!("X{byte:02X}")),
        };
        match (name, mark) {
            (None, _) => out.push(byte),
            (Some(name), Some(mark)) => {
                out.push(mark);
                out.extend_from_slice(name.as_bytes());
                out.push(mark);
            }
            // Without an escape character a blank is the only harmless stand-in.
            (Some(_), None) => out.push(b' '),
        }
    }
    out
}
