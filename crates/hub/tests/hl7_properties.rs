//! No bytes make the reader panic, and no segment goes missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use proptest::prelude::*;
use wl_hub::ingest::hl7::{DecodedMessage, Refusal, SourceProfile, Stamp, Verdict, decode, reply};
use wl_hub::ingest::mllp::{MllpDecoder, Received, encode};
use wl_ledger::UnixMillis;

const VALID: &str = "MSH|^~\\&|VSP^080019FFFE0B4020^EUI-64|GE|||20260110003100||ORU^R01^ORU_R01|GE0|P|2.6|||NE|AL||UNICODE UTF-8\r\
PID|||MRN-1^^^PID^MR||Dо\u{e9}^TEST\rPV1||E|ICU^^12\rOBR|1|a^b^080019FFFE0B4020^EUI-64|||||20260110003100\r\
OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X\r\
OBX|2|NM|151562^MDC_RESP_RATE^MDC|1.11.1.3|23|264928^MDC_DIM_RESP_PER_MIN^MDC|||||R\r\
OBX|3|NA|131330^^MDC|1.1.1|1^2^3|266418^^MDC\rOBX|4|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.1|250|264608^^MDC\r\
OBX|5|CWE|80288-4^^LN||248234008^Alert^SCT||||||F\rOBX|6|NM|579^x^99M|1.7|0|\\X41\\\rNTE|1||text\r";

/// Whatever comes out can be answered, and the answer can be framed.
fn check(bytes: &[u8]) -> Result<DecodedMessage, Refusal> {
    let result = decode(bytes, &SourceProfile::default());
    let (to, verdict) = match &result {
        Ok(message) => (&message.reply_to, Verdict::Accepted),
        Err(refusal) => (&refusal.reply_to, Verdict::Refused(refusal.reason)),
    };
    if let Some(answer) = reply(to, &verdict, &Stamp { at: UnixMillis(0), control_id: "R" }) {
        assert!(encode(&answer).is_ok());
    }
    result
}

fn conserved(bytes: &[u8], message: &DecodedMessage) {
    let lines = bytes.split(|b| matches!(b, b'\r' | b'\n'));
    // Blank as the reader sees it: no text but white space, in a message that is known to be text.
    let filled = lines.filter(|l| !String::from_utf8_lossy(l).trim().is_empty());
    let (mut total, mut rows) = (0, 0);
    for line in filled {
        total += 1;
        rows += usize::from(line.starts_with(b"OBX"));
    }
    let census = message.census;
    assert_eq!((census.total, census.rows, message.rows.len()), (total, rows, rows));
    assert_eq!(census.rows + census.context + census.unread, census.total);
    let ordinals: Vec<_> = message.rows.iter().map(|r| r.ordinal).collect();
    assert_eq!(ordinals, (1..=rows).collect::<Vec<_>>());
}

fn segment() -> impl Strategy<Value = String> {
    let value = prop_oneof!["[0-9]{1,4}(\\.[0-9]{1,3})?", Just("-100".to_owned()), Just(String::new())];
    let known = (prop_oneof![Just(147_842), Just(149_530)], value, "(1\\.[0-9]{1,2}\\.[0-9])?")
        .prop_map(|(code, value, sub)| format!("OBX|1|NM|{code}^n^MDC|{sub}|{value}|264864^^MDC|||||X"));
    let unknown = ("[0-9]{1,6}", "[ -~&&[^\r\n]]{0,40}")
        .prop_map(|(code, text)| format!("OBX||TX|{code}^n^99X||{}", text.replace('~', "")));
    let other = ("(NTE|ORC|ZZ[A-Z0-9]|OBR)", "[a-zA-Z0-9^& ]{0,30}").prop_map(|(n, t)| format!("{n}|{t}"));
    prop_oneof![known, unknown, other, Just(String::new()), Just(" ".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = check(&bytes);
    }

    #[test]
    fn arbitrary_text_after_a_header_never_panics(text in "[A-Z0-9|^~\\\\&\r\n.+\" é-]{0,400}") {
        let _ = check(format!("MSH|^~\\&|{text}").as_bytes());
        let _ = check(format!("{VALID}{text}").as_bytes());
    }

    #[test]
    fn mutations_of_a_valid_message_never_panic_and_lose_nothing(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0u8..4), 1..6)
    ) {
        let mut bytes = VALID.as_bytes().to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => { let copy = bytes[at / 2..at].to_vec(); bytes.splice(at..at, copy); }
            }
        }
        if let Ok(message) = check(&bytes) {
            conserved(&bytes, &message);
        }
    }

    #[test]
    fn every_segment_is_accounted_for(
        segments in proptest::collection::vec(segment(), 0..40),
        end in prop_oneof![Just("\r"), Just("\n"), Just("\r\n"), Just("\r\r\n")],
    ) {
        let head = "MSH|^~\\&|M||||20260110003100||ORU^R01|7|P|2.6".to_owned();
        let text: String = [head].iter().chain(&segments).map(|s| format!("{s}{end}")).collect();
        let message = check(text.as_bytes());
        prop_assert!(message.is_ok(), "{:?}", message);
        conserved(text.as_bytes(), &message.unwrap());
    }

    #[test]
    fn framing_survives_any_cut(
        bodies in proptest::collection::vec(proptest::collection::vec(0x0Du8..0x7F, 0..50), 0..6),
        noise in proptest::collection::vec(0x20u8..0x7F, 0..5),
        cut in 1usize..20,
    ) {
        let bodies: Vec<Vec<u8>> =
            bodies.into_iter().map(|b| b.into_iter().filter(|x| *x != 0x1C).collect()).collect();
        let mut stream = Vec::new();
        for body in &bodies {
            stream.extend_from_slice(&noise);
            stream.extend(encode(body).unwrap());
        }
        let mut decoder = MllpDecoder::default();
        let got: Vec<Received> = stream.chunks(cut).flat_map(|chunk| decoder.push(chunk)).collect();
        let expected: Vec<Received> = bodies.iter().cloned().map(Received::Message).collect();
        prop_assert_eq!(got, expected);
        prop_assert_eq!(decoder.outside_bytes(), (noise.len() * bodies.len()) as u64);
        prop_assert!(decoder.finish().is_none());
    }

    /// Bytes in = bytes of messages + faulty frames + outside + skipped + framing: nothing vanishes uncounted.
    #[test]
    fn framing_counts_every_byte(stream in proptest::collection::vec(
        prop_oneof![Just(0x0Bu8), Just(0x1C), Just(0x0D), any::<u8>()], 0..300), limit in 0usize..40)
    {
        let mut decoder = MllpDecoder::new(limit);
        let mut events = decoder.push(&stream);
        events.extend(decoder.finish());
        for event in &events {
            let (Received::Message(body) | Received::Fault { head: body, .. }) = event;
            prop_assert!(body.len() <= limit + 1);
        }
        let held: usize = events.iter().map(|e| match e {
            Received::Message(body) | Received::Fault { head: body, .. } => body.len(),
        }).sum();
        let counted = held as u64 + decoder.outside_bytes() + decoder.skipped_bytes();
        let framing = stream.iter().filter(|b| matches!(b, 0x0B | 0x1C | 0x0D)).count() as u64;
        prop_assert!(counted <= stream.len() as u64 && counted + framing >= stream.len() as u64);
    }
}

#[test]
fn the_valid_message_of_these_tests_is_valid() {
    let message = check(VALID.as_bytes()).expect("valid");
    conserved(VALID.as_bytes(), &message);
    assert_eq!(message.readings().count(), 2);
}
