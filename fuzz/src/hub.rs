//! What a bedside device, its gateway or anybody on that network may send to a hub.

use std::sync::OnceLock;

use wl_hub::hub::control::Request;
use wl_hub::ingest::hl7::{
    AckCodes, ReplyTo, SourceProfile, Stamp, UtcOffset, Verdict, decode, parse_timestamp, reply,
};
use wl_hub::ingest::mllp::{HEAD_LIMIT, MllpDecoder, Received};
use wl_ledger::{UnixMillis, codec};

use crate::{Target, same, target};

pub(crate) const TARGETS: &[Target] = &[
    target("hl7", 16_384, hl7),
    target("mllp", 8192, mllp),
    target("hl7-time", 64, hl7_time),
    target("hub-control", 4096, |input| {
        same(input, codec::decode::<Request>(input, 64 * 1024).map(|request| codec::encode(&request)))
    }),
];

/// The profile of a plain source, and of one that lets everything be different.
fn profiles() -> &'static [SourceProfile; 2] {
    static PROFILES: OnceLock<[SourceProfile; 2]> = OnceLock::new();
    PROFILES.get_or_init(|| {
        let plain = SourceProfile::default();
        let other = SourceProfile {
            offset: UtcOffset::minutes(-330).unwrap_or(UtcOffset::UTC),
            sentinel_texts: vec!["---".to_owned()],
            demo: true,
            ack: AckCodes::Commit,
            ..SourceProfile::default()
        };
        [plain, other]
    })
}

/// Every message is answered, and every segment of an accepted one is accounted for.
fn hl7(input: &[u8]) -> bool {
    let mut is_accepted = false;
    for profile in profiles() {
        let stamp = Stamp { at: UnixMillis(1_768_003_200_000), control_id: "R1" };
        let (to, verdict): (ReplyTo, Verdict) = match decode(input, profile) {
            Ok(message) => {
                let census = &message.census;
                assert!(census.rows == message.rows.len(), "a row was lost");
                assert!(
                    census.total == census.rows + census.context + census.unread,
                    "a segment is not accounted for"
                );
                assert!(message.readings().count() <= message.rows.len());
                is_accepted = true;
                (*message.reply_to, Verdict::Accepted)
            }
            Err(refusal) => {
                let _place = refusal.reason.place();
                let shown = refusal.to_string();
                assert!(shown.len() < 1024, "a refusal repeats its input");
                (*refusal.reply_to, Verdict::Refused(refusal.reason))
            }
        };
        if let Some(answer) = reply(&to, &verdict, &stamp) {
            assert!(answer.starts_with(b"MSH") && answer.len() < 8192, "an answer without bound");
            assert!(!answer.contains(&0x0b) && !answer.contains(&0x1c), "an answer forges its frame");
        }
    }
    is_accepted
}

/// The first byte says into what pieces the rest is cut; how it is cut makes no difference, and no byte is lost.
fn mllp(input: &[u8]) -> bool {
    let Some((step, stream)) = input.split_first() else { return false };
    const LIMIT: usize = 512;
    let (mut whole, mut cut) = (MllpDecoder::new(LIMIT), MllpDecoder::new(LIMIT));
    let mut read = whole.push(stream);
    let mut pieces: Vec<Received> =
        stream.chunks(usize::from(*step).max(1)).flat_map(|piece| cut.push(piece)).collect();
    read.extend(whole.finish());
    pieces.extend(cut.finish());
    assert!(read == pieces, "the pieces decide what a stream says");
    assert!(whole.outside_bytes() == cut.outside_bytes());
    for received in &read {
        match received {
            Received::Message(message) => assert!(message.len() <= LIMIT),
            Received::Fault { head, .. } => assert!(head.len() <= HEAD_LIMIT),
        }
    }
    read.iter().any(|received| matches!(received, Received::Message(_)))
}

fn hl7_time(input: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(input) else { return false };
    parse_timestamp(text, UtcOffset::UTC).is_ok()
}
