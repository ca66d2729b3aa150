//! Character sets, escapes and replies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use wl_hub::ingest::hl7::er7::Message;
use wl_hub::ingest::hl7::{
    AckCodes, Answer, Charset, Limits, Reason, Refusal, ReplyTo, SourceProfile, Stamp, Verdict, decode, reply,
};
use wl_hub::ingest::mllp::{FrameFault, encode};
use wl_ledger::UnixMillis;

const STAMP: Stamp<'static> = Stamp { at: UnixMillis(1_768_005_060_250), control_id: "R-1" };

fn with_name(charset: &str, name: &[u8]) -> Vec<u8> {
    let head = format!("MSH|^~\\&|M||||20260110003100||ORU^R01|7|P|2.6||||||{charset}\rPID|||1||");
    [head.as_bytes(), name, b"\rOBX|1|NM|147842^^MDC||60|/min\r"].concat()
}

#[test]
fn charsets() {
    let utf8 = "Доe^Tést".as_bytes();
    let latin = b"M\xFCller^T\xE9st";
    // (MSH-18, name bytes, the text or the refusal)
    let cases: &[(&str, &[u8], Result<&str, Reason>)] = &[
        ("UNICODE UTF-8", utf8, Ok("Доe")),
        ("utf-8", utf8, Ok("Доe")),
        ("8859/1", latin, Ok("Müller")),
        ("8859/1", b"DOE^JOHN", Ok("DOE")),
        ("ASCII", b"DOE^JOHN", Ok("DOE")),
        ("", b"DOE^JOHN", Ok("DOE")),
        ("UNICODE UTF-8~8859/1", utf8, Ok("Доe")),
        ("ISO IR87", b"DOE", Err(Reason::Charset)),
        ("UNICODE", b"DOE", Err(Reason::Charset)),
    ];
    for (charset, name, expected) in cases {
        let bytes = with_name(charset, name);
        let result = decode(&bytes, &SourceProfile::default());
        match expected {
            Ok(text) => {
                assert_eq!(result.unwrap().readings().count(), 1, "{charset}");
                let set = Charset::from_hl7(charset.split('~').next().unwrap()).unwrap_or(Charset::Ascii);
                let plain = set.decode(&bytes).unwrap();
                let message = Message::parse(&plain, set, &Limits::default()).ok().unwrap();
                assert_eq!(message.named("PID").next().unwrap().field(5).text(1), *text);
            }
            Err(reason) => assert_eq!(result.unwrap_err().reason, *reason, "{charset}"),
        }
    }
    for (charset, name) in [("UNICODE UTF-8", latin.as_slice()), ("ASCII", utf8), ("", latin)] {
        let reason = decode(&with_name(charset, name), &SourceProfile::default()).unwrap_err().reason;
        assert!(matches!(reason, Reason::CharsetByte(_)), "{charset}: {reason}");
        assert_eq!(reason.answer(), Answer::Error);
    }
    let told = SourceProfile { charset: Charset::Latin1, ..SourceProfile::default() };
    assert!(decode(&with_name("", latin), &told).is_ok(), "the profile speaks where MSH-18 is silent");
    assert!(decode(&with_name("UNICODE UTF-8", latin), &told).is_err(), "and is silent where MSH-18 speaks");
}

#[test]
fn escapes() {
    let cases = [
        (r"a\F\b\S\c\R\d\T\e\E\f", "a|b^c~d&e\\f", Charset::Utf8),
        (r"one\.br\two", "one\ntwo", Charset::Utf8),
        (r"\X4142\", "AB", Charset::Utf8),
        (r"\XC3A9\", "é", Charset::Utf8),
        (r"\XE9\", "é", Charset::Latin1),
        (r"\XE9\", r"\XE9\", Charset::Utf8),
        (r"\X4\ \X\ \Xzz\", r"\X4\ \X\ \Xzz\", Charset::Utf8),
        (r"\H\bold\N\", r"\H\bold\N\", Charset::Utf8),
        (r"C:\dir", r"C:\dir", Charset::Utf8),
        (r"\", r"\", Charset::Utf8),
        (r"\\F\", r"\|", Charset::Utf8),
        (r"\E\F\E\", r"\F\", Charset::Utf8),
    ];
    for (sent, expected, charset) in cases {
        let text = format!("MSH|^~\\&|{sent}|");
        let message = Message::parse(&text, charset, &Limits::default()).ok().unwrap();
        assert_eq!(message.segments[0].field(3).text(1), expected, "{sent}");
    }
}

#[test]
fn other_delimiters_are_used_both_ways() {
    let text = "MSH#*!?%#M*X#F###20260110003000##ORU*R01#7#P#2.6\rOBX#1#NM#147842**MDC#1.1#6?X30?#/min\r";
    let message = decode(text.as_bytes(), &SourceProfile::default()).unwrap();
    assert_eq!(message.readings().count(), 1);
    let answer = String::from_utf8(reply(&message.reply_to, &Verdict::Accepted, &STAMP).unwrap()).unwrap();
    assert_eq!(
        answer,
        "MSH#*!?%#WARDLIGHT##M*X#F#20260110003100.250+0000##ACK*R01*ACK#R-1#P#2.6\rMSA#AA#7\r"
    );
    let short = decode(
        b"MSH|^~|M||||20260110003000||ORU^R01|7|P|2.6\rOBX|1|NM|147842^^MDC||\\60|/min\r",
        &SourceProfile::default(),
    );
    assert!(
        matches!(short.unwrap_err().reason, Reason::Number { .. }),
        "without an escape character none is seen"
    );
}

fn header(accept: &str, application: &str) -> String {
    format!("MSH|^~\\&|A^1^EUI-64|F|HUB|H|20260110003000||ORU^R01|c&1|P|2.5|||{accept}|{application}||8859/1")
}

#[test]
fn who_gets_which_reply() {
    let ok = Verdict::Accepted;
    let error = Verdict::Refused(Reason::PatientUnknown);
    let reject = Verdict::Refused(Reason::MessageType);
    // (MSH-15, MSH-16, codes, verdict, MSA-1 or no reply)
    let cases = [
        ("", "", AckCodes::Application, ok, Some("AA")),
        ("", "", AckCodes::Application, error, Some("AE")),
        ("", "", AckCodes::Application, reject, Some("AR")),
        ("", "", AckCodes::Commit, ok, Some("AA")),
        ("NE", "AL", AckCodes::Application, ok, Some("AA")),
        ("NE", "AL", AckCodes::Commit, reject, Some("AR")),
        ("AL", "NE", AckCodes::Application, ok, Some("AA")),
        ("AL", "NE", AckCodes::Commit, ok, Some("CA")),
        ("AL", "NE", AckCodes::Commit, error, Some("CE")),
        ("AL", "NE", AckCodes::Commit, reject, Some("CR")),
        ("NE", "NE", AckCodes::Application, error, None),
        ("NE", "ER", AckCodes::Application, ok, None),
        ("NE", "ER", AckCodes::Application, error, Some("AE")),
        ("NE", "SU", AckCodes::Application, ok, Some("AA")),
        ("NE", "SU", AckCodes::Application, error, None),
        ("", "SOON", AckCodes::Application, ok, Some("AA")),
    ];
    for (accept, application, ack, verdict, expected) in cases {
        let profile = SourceProfile { ack, ..SourceProfile::default() };
        let reply_to = decode(header(accept, application).as_bytes(), &profile).unwrap().reply_to;
        let answer = reply(&reply_to, &verdict, &STAMP).map(|a| String::from_utf8(a).unwrap());
        let code = answer.as_deref().and_then(|a| a.split("\rMSA|").nth(1)).and_then(|m| m.get(..2));
        assert_eq!(code, expected, "{accept} {application} {ack:?} {verdict:?}");
    }
}

#[test]
fn a_refusal_says_where_and_what_to_do() {
    let text = format!("{}\rOBX|1|NM|147842^^MDC||60|bpm\r", header("", ""));
    let refusal = decode(text.as_bytes(), &SourceProfile::default()).unwrap_err();
    let answer = reply(&refusal.reply_to, &Verdict::Refused(refusal.reason), &STAMP).unwrap();
    assert_eq!(
        String::from_utf8(answer).unwrap(),
        "MSH|^~\\&|HUB|H|A^1^EUI-64|F|20260110003100.250+0000||ACK^R01^ACK|R-1|P|2.5||||||8859/1\r\
         MSA|AE|c&1|OBX[1]-6 is not a unit of the code, in MDC or UCUM\r\
         ERR||OBX^1^6|103^Table value not found^HL70357|E||||OBX[1]-6 is not a unit of the code, in MDC or UCUM\r"
    );
}

#[test]
fn every_kind_of_rubbish_is_answered_and_the_answer_can_be_framed() {
    let rubbish: &[&[u8]] = &[
        b"",
        b"\x00\xFF\xFE",
        b"GET / HTTP/1.1",
        b"MSH",
        b"MSH|",
        b"MSH|^~\\&|\x0B\x1C|x\x1C\x0B|||||ORU^R01|id\x1C\x0D",
        b"MSH\xE9|",
        b"MSH|^~\\&|\xFF\xFE||||||ORU|\xE9\xE9||||||||UNICODE UTF-8",
    ];
    for bytes in rubbish {
        let refusal = decode(bytes, &SourceProfile::default()).unwrap_err();
        let answer = reply(&refusal.reply_to, &Verdict::Refused(refusal.reason), &STAMP).unwrap();
        assert!(encode(&answer).is_ok());
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(text.contains("|AR|") || text.contains("|AE|"), "{text}");
    }
    let echoed = ReplyTo::scan(b"MSH|^~\\&|||||||ORU^R01|\xE9\xFF");
    let answer = reply(&echoed, &Verdict::Accepted, &STAMP).unwrap();
    assert!(answer.windows(8).any(|w| w == b"MSA|AA|\xE9"), "ids are echoed byte for byte");
    let cut = Refusal::of_frame(FrameFault::TooLong { limit: 9 }, header("", "").as_bytes());
    let answer =
        String::from_utf8(reply(&cut.reply_to, &Verdict::Refused(cut.reason), &STAMP).unwrap()).unwrap();
    assert!(answer.contains("MSA|AR|c&1|the frame is longer than 9 bytes"), "{answer}");
}

#[test]
fn own_control_ids_are_escaped() {
    let stamp = Stamp { at: UnixMillis(0), control_id: "a|b^\r\u{1C}é" };
    let answer = reply(&ReplyTo::scan(header("", "").as_bytes()), &Verdict::Accepted, &stamp).unwrap();
    let text = String::from_utf8(answer).unwrap();
    assert!(text.contains(r"|a\F\b\S\\X0D\\X1C\?|"), "{text}");
}
