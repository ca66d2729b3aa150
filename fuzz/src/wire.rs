//! Messages between hub, gateway and desk, the event stream, and the files that people carry.

use minicbor::bytes::ByteVec;
use wl_ledger::ChainId;
use wl_ledger::codec;
use wl_ledger::control::{ProvenEnrolment, Registration};
use wl_wire::access::AccessReceipt;
use wl_wire::enrolment::{
    Answer, MAX_FILE_BYTES, read_answer, read_registration, read_request, write_answer, write_registration,
    write_request,
};
use wl_wire::identity::Identity;
use wl_wire::messages::{
    BlockBatch, BlockContent, Heartbeats, LaneBatch, LiveBlock, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES,
    Provisional, Receipts, Submission,
};
use wl_wire::security::SecurityReport;
use wl_wire::sse::{EventLimits, EventParser};

use crate::{Target, same, target};

pub(crate) const TARGETS: &[Target] = &[
    target("submission", 8192, |input| plain::<Submission>(input, MAX_REQUEST_BYTES)),
    target("receipts", 4096, |input| plain::<Receipts>(input, MAX_RESPONSE_BYTES)),
    target("lane-batch", 8192, |input| plain::<LaneBatch>(input, MAX_RESPONSE_BYTES)),
    target("block-content", 8192, |input| plain::<BlockContent>(input, MAX_RESPONSE_BYTES)),
    target("block-batch", 8192, |input| plain::<BlockBatch>(input, MAX_RESPONSE_BYTES)),
    target("live-block", 8192, |input| plain::<LiveBlock>(input, MAX_RESPONSE_BYTES)),
    target("provisional", 4096, |input| plain::<Provisional>(input, MAX_RESPONSE_BYTES)),
    target("heartbeats", 4096, |input| plain::<Heartbeats>(input, MAX_RESPONSE_BYTES)),
    target("byte-strings", 4096, |input| plain::<Vec<ByteVec>>(input, MAX_RESPONSE_BYTES)),
    target("identity", 2048, |input| same(input, Identity::parse(input).map(|identity| identity.to_bytes()))),
    target("access-receipt", 4096, |input| {
        same(input, AccessReceipt::parse(input).map(|receipt| receipt.to_bytes()))
    }),
    target("security-report", 4096, |input| {
        same(input, SecurityReport::parse(input).map(|report| report.to_bytes()))
    }),
    target("event-stream", 8192, event_stream),
    target("enrolment-request", 4096, enrolment_request),
    target("registration", 4096, registration),
    target("enrolment-answer", 4096, enrolment_answer),
];

fn plain<T>(input: &[u8], longest: usize) -> bool
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    same(input, codec::decode::<T>(input, longest).map(|value| codec::encode(&value)))
}

/// The first byte says into what pieces the rest is cut; how it is cut makes no difference.
fn event_stream(input: &[u8]) -> bool {
    let Some((step, stream)) = input.split_first() else { return false };
    let limits = EventLimits { line: 256, event: 1024 };
    let mut whole = EventParser::new(limits);
    let mut cut = EventParser::new(limits);
    let read = whole.push(stream);
    let pieces = stream.chunks(usize::from(*step).max(1)).try_for_each(|piece| cut.push(piece));
    assert!(read.is_ok() == pieces.is_ok(), "the pieces decide whether a stream is taken");
    if read.is_err() {
        return false;
    }
    let mut events = 0;
    while let Some(event) = whole.next_event() {
        assert!(event.data.len() <= limits.event);
        assert!(cut.next_event().as_ref() == Some(&event), "the pieces decide what a stream says");
        events += 1;
    }
    assert!(cut.next_event().is_none());
    events > 0
}

/// The text with its check line, which no mutation keeps, and what the text holds.
fn enrolment_request(input: &[u8]) -> bool {
    let inside = plain::<ProvenEnrolment>(input, MAX_FILE_BYTES);
    let Ok(text) = core::str::from_utf8(input) else { return inside };
    let Ok(request) = read_request(text) else { return inside };
    assert!(read_request(&write_request(&request)).as_ref() == Ok(&request));
    true
}

fn registration(input: &[u8]) -> bool {
    let inside = plain::<Registration>(input, MAX_FILE_BYTES);
    let Ok(text) = core::str::from_utf8(input) else { return inside };
    let chain = ChainId::from_bytes([0x11; 32]);
    let Ok(registration) = read_registration(text, &chain) else { return inside };
    assert!(read_registration(&write_registration(&registration), &chain).as_ref() == Ok(&registration));
    true
}

fn enrolment_answer(input: &[u8]) -> bool {
    let inside = plain::<Answer>(input, MAX_FILE_BYTES);
    let Ok(text) = core::str::from_utf8(input) else { return inside };
    let Ok(answer) = read_answer(text) else { return inside };
    assert!(read_answer(&write_answer(&answer)).as_ref() == Ok(&answer));
    true
}
