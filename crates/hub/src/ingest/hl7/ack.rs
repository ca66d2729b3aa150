//! Acknowledgements: MSH, MSA and, for a refusal, ERR.

use wl_ledger::UnixMillis;

use super::escape::escape_ascii;
use super::header::ReplyTo;
use super::refusal::{Answer, Reason};
use super::time::format_utc;

/// Own time and id of a reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp<'a> {
    /// Now.
    pub at: UnixMillis,
    /// MSH-10 of the reply, unique among this hub's messages.
    pub control_id: &'a str,
}

/// How the message ended. `Accepted` may be said only after what it brought is durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Taken in and stored.
    Accepted,
    /// In quarantine.
    Refused(Reason),
}

/// Builds the reply, or nothing where the sender asked for none (HL7 §2.9.3: enhanced mode, MSH-15 and MSH-16).
/// It uses the sender's own delimiters and echoes its fields byte for byte, so no character set can garble an id.
pub fn reply(to: &ReplyTo, verdict: &Verdict, stamp: &Stamp<'_>) -> Option<Vec<u8>> {
    if !wanted(to, verdict) {
        return None;
    }
    let mut out = Vec::with_capacity(512);
    header(&mut out, to, stamp);
    acknowledgement(&mut out, to, verdict);
    if let Verdict::Refused(reason) = verdict {
        error(&mut out, to, reason);
    }
    Some(out)
}

/// Original mode (both fields empty) always gets a reply; otherwise one of the two conditions must hold.
fn wanted(to: &ReplyTo, verdict: &Verdict) -> bool {
    let accepted = matches!(verdict, Verdict::Accepted);
    let holds = |condition: &[u8]| match condition.trim_ascii() {
        b"NE" | b"" => false,
        b"ER" => !accepted,
        b"SU" => accepted,
        // AL, and what no table knows: one reply too many is harmless, one too few stops a sender.
        _ => true,
    };
    let enhanced = |condition: &[u8]| !condition.trim_ascii().is_empty();
    let original = !enhanced(&to.accept_ack) && !enhanced(&to.application_ack);
    original || holds(&to.accept_ack) || holds(&to.application_ack)
}

fn header(out: &mut Vec<u8>, to: &ReplyTo, stamp: &Stamp<'_>) {
    let component = to.encoding.first().copied().unwrap_or(b'^');
    let event = to.message_type.split(|b| *b == component).nth(1).unwrap_or_default();
    let mut message_type = b"ACK".to_vec();
    if !event.is_empty() {
        message_type.push(component);
        message_type.extend_from_slice(event);
        message_type.push(component);
        message_type.extend_from_slice(b"ACK");
    }
    let [application, facility, own_application, own_facility] = &to.parties;
    let own = if own_application.is_empty() { b"WARDLIGHT".as_slice() } else { own_application };
    let processing = if to.processing.is_empty() { b"P".as_slice() } else { &to.processing };
    let version = if is_version_2(&to.version) { to.version.as_slice() } else { b"2.6" };
    let time = format_utc(stamp.at);
    let control_id = escape_ascii(stamp.control_id, to.separator, &to.encoding);
    out.extend_from_slice(b"MSH");
    let fields: [&[u8]; 11] = [
        &to.encoding,
        own,
        own_facility,
        application,
        facility,
        time.as_bytes(),
        b"",
        &message_type,
        &control_id,
        processing,
        version,
    ];
    put(out, to.separator, &fields);
    if !to.charset.is_empty() {
        put(out, to.separator, &[b"", b"", b"", b"", b"", &to.charset]);
    }
    out.push(b'\r');
}

fn acknowledgement(out: &mut Vec<u8>, to: &ReplyTo, verdict: &Verdict) {
    // Commit codes answer a sender that asked for the accept acknowledgement alone and is said to know them.
    let commit = to.commit_codes && !matches!(to.application_ack.trim_ascii(), b"AL" | b"ER" | b"SU");
    let code: &[u8] = match (verdict, commit && !to.accept_ack.is_empty()) {
        (Verdict::Accepted, false) => b"AA",
        (Verdict::Accepted, true) => b"CA",
        (Verdict::Refused(reason), commit) => match (reason.answer(), commit) {
            (Answer::Error, false) => b"AE",
            (Answer::Error, true) => b"CE",
            (Answer::Reject, false) => b"AR",
            (Answer::Reject, true) => b"CR",
        },
    };
    out.extend_from_slice(b"MSA");
    put(out, to.separator, &[code, &to.control_id]);
    if let Verdict::Refused(reason) = verdict {
        // MSA-3 is the only text a sender before version 2.5 shows.
        put(out, to.separator, &[&escape_ascii(&reason.to_string(), to.separator, &to.encoding)]);
    }
    out.push(b'\r');
}

/// ERR as of version 2.5: ERR-2 place, ERR-3 condition of table 0357, ERR-4 severity, ERR-8 what to do.
fn error(out: &mut Vec<u8>, to: &ReplyTo, reason: &Reason) {
    let component = char::from(to.encoding.first().copied().unwrap_or(b'^'));
    let place = reason
        .place()
        .map(|p| format!("{}{component}{}{component}{}", p.segment, p.ordinal, p.field))
        .unwrap_or_default();
    let (number, name) = reason.condition();
    let condition = format!("{number}{component}{name}{component}HL70357");
    let text = escape_ascii(&reason.to_string(), to.separator, &to.encoding);
    out.extend_from_slice(b"ERR");
    let fields: [&[u8]; 8] = [b"", place.as_bytes(), condition.as_bytes(), b"E", b"", b"", b"", &text];
    put(out, to.separator, &fields);
    out.push(b'\r');
}

fn put(out: &mut Vec<u8>, separator: u8, fields: &[&[u8]]) {
    for field in fields {
        out.push(separator);
        out.extend_from_slice(field);
    }
}

fn is_version_2(version: &[u8]) -> bool {
    version.starts_with(b"2.") && version.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}
