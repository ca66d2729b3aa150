//! Everything a gateway sends: headers, certificates, entries, records, control transactions, heartbeats.

use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::codec::{self, CodecError};
use wl_ledger::control::SignedTransaction;
use wl_ledger::cose::{Sign, Sign1};
use wl_ledger::header::{Certificate, Header};
use wl_ledger::heartbeat::{Heartbeat, MAX_HEARTBEAT_BYTES, verify_heartbeat};
use wl_ledger::ids::ChainId;
use wl_ledger::limits::{
    MAX_CERTIFICATE_BYTES, MAX_CONTROL_BYTES, MAX_ENTRIES, MAX_HEADER_BYTES, MAX_RECORD_BYTES, MAX_VALIDATORS,
};
use wl_ledger::record::{Body, SignedRecord};
use wl_ledger::verify::Verifier;
use wl_ledger::{Hash, PatientId};

use crate::{Cut, Target, same, target};

pub(crate) const TARGETS: &[Target] = &[
    target("record", MAX_RECORD_BYTES, |input| {
        same(input, SignedRecord::parse(input).map(|record| record.bytes().to_vec()))
    }),
    target("body", 4096, body),
    target("control", MAX_CONTROL_BYTES, control),
    target("cose-sign", MAX_CONTROL_BYTES, |input| {
        same(input, Sign::parse(input, MAX_CONTROL_BYTES).map(|cose| cose.to_bytes()))
    }),
    target("cose-sign1", MAX_RECORD_BYTES, |input| {
        same(input, Sign1::parse(input, MAX_RECORD_BYTES).map(|cose| cose.to_bytes()))
    }),
    target("header", MAX_HEADER_BYTES, header),
    target("certificate", MAX_CERTIFICATE_BYTES, certificate),
    target("heartbeat", 4096, heartbeat),
    target("entry", 4096, |input| plain::<Entry>(input, MAX_CONTROL_BYTES + 8)),
    target("lane-item", 8192, |input| plain::<LaneItem>(input, 1 << 20)),
    target("lane", 8192, lane),
    target("hex-id", 80, hex_id),
];

fn plain<T>(input: &[u8], longest: usize) -> bool
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>,
{
    same(input, codec::decode::<T>(input, longest).map(|value| codec::encode(&value)))
}

fn body(input: &[u8]) -> bool {
    let read: Result<Body, CodecError> = codec::decode(input, 1 << 20);
    if let Ok(body) = &read {
        let _commitment = body.commitment();
    }
    same(input, read.map(|body| codec::encode(&body)))
}

fn control(input: &[u8]) -> bool {
    let Ok(signed) = SignedTransaction::parse(input) else { return false };
    assert!(!signed.signers().is_empty(), "a transaction without a signer passed");
    let _hash = signed.hash();
    same(input, Ok::<_, CodecError>(signed.bytes().to_vec()))
}

fn header(input: &[u8]) -> bool {
    let read = Header::parse(input);
    if let Ok(header) = &read {
        assert!(usize::try_from(header.entries).is_ok_and(|entries| entries <= MAX_ENTRIES));
    }
    same(input, read.map(|header| header.to_bytes()))
}

fn certificate(input: &[u8]) -> bool {
    let read = Certificate::parse(input);
    if let Ok(certificate) = &read {
        assert!(certificate.signatures.len() <= MAX_VALIDATORS);
    }
    same(input, read.map(|certificate| certificate.to_bytes()))
}

/// Two readers share the bytes: the bare heartbeat, and the signed one, whose signature no mutation can forge.
fn heartbeat(input: &[u8]) -> bool {
    let signed = verify_heartbeat(input, &ChainId::from_bytes([1; 32]), |_| None);
    assert!(signed.is_err(), "a heartbeat of nobody was verified");
    let inside = Sign1::parse(input, MAX_HEARTBEAT_BYTES);
    let bare = inside.as_ref().map_or(input, |cose| cose.payload.as_slice());
    plain::<Heartbeat>(bare, MAX_HEARTBEAT_BYTES)
}

/// Lane items as a client takes them in, from a chain that the input itself may found.
fn lane(input: &[u8]) -> bool {
    let mut cut = Cut(input);
    let Some(chain) = cut.take::<32>() else { return false };
    let Ok(items) = codec::decode::<Vec<LaneItem>>(cut.rest(), 1 << 20) else { return false };
    let mut verifier = Verifier::new(ChainId::from_bytes(chain));
    match verifier.advance(&items) {
        Ok(taken) => {
            assert!(taken <= items.len());
            assert!(taken == 0 || verifier.tip().is_some(), "items were taken and no header stands");
            taken > 0
        }
        Err(_) => false,
    }
}

fn hex_id(input: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(input) else { return false };
    let hash = Hash::from_hex(text);
    if let Some(hash) = hash {
        assert!(hash.to_string().eq_ignore_ascii_case(text), "an id changed when it was shown");
    }
    let patient = PatientId::from_hex(text);
    if let Some(patient) = patient {
        assert!(patient.to_string().eq_ignore_ascii_case(text), "an id changed when it was shown");
    }
    hash.is_some() || patient.is_some()
}
