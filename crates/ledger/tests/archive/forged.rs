//! What a hostile gateway can make with its own key, and a hub that helps it.

use wl_ledger::block::{Entry, LaneItem, UnverifiedBlock, entries_root};
use wl_ledger::control::{Action, RevocationReason};
use wl_ledger::fixtures::{Content, TestChain, hash, key, key_id};
use wl_ledger::header::{Certificate, Header, header_id};
use wl_ledger::propose::OfferError;
use wl_ledger::record::{Body, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::{Category, StreamId};

use crate::{joined, sections};

/// Changes the header of a block and certifies it anew.
fn recertify(chain: &TestChain, block: &mut UnverifiedBlock, change: impl FnOnce(&mut Header)) {
    let mut header = Header::parse(&block.header).unwrap();
    header.entries_root = entries_root(&block.entries);
    header.entries = block.entries.len() as u32;
    change(&mut header);
    block.header = header.to_bytes();
    let id = header_id(&block.header);
    block.certificate =
        Certificate::sign(&[&key("gateway")], &chain.chain(), header.height, 0, &id).to_bytes();
}

/// The archive of a chain whose last block is this one.
fn with_last(chain: &TestChain, last: &UnverifiedBlock) -> Vec<u8> {
    let mut lane = chain.lane();
    *lane.last_mut().unwrap() = last.lane_item();
    let honest = chain.archive_of(&lane, Content { records: |_| true, body: |_, _| false });
    // The records of the last block are put in place of the honest ones.
    let records: Vec<_> = last
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Record(bytes) => {
                Some(wl_ledger::archive::RecordItem { record: bytes.clone(), previous: None })
            }
            Entry::Control(_) => None,
        })
        .collect();
    let height = Header::parse(&last.header).unwrap().height;
    let section = wl_ledger::archive::RecordsSection { height, records };
    let mut parts: Vec<(u8, Vec<u8>)> = sections(&honest)
        .iter()
        .filter(|(_, kind, _)| *kind != 255)
        .map(|(_, kind, content)| (*kind, content.to_vec()))
        .collect();
    if parts.last().is_some_and(|(kind, _)| *kind == 2) {
        parts.pop();
    }
    parts.push((2, wl_ledger::codec::encode(&section)));
    joined(&parts)
}

/// A record of the gateway's own making, in a block that it certifies.
pub(crate) fn made_up_record() -> Vec<u8> {
    let chain = TestChain::small();
    let mut last = chain.blocks().last().unwrap().clone();
    let Some(Entry::Record(bytes)) = last.entries.last() else { panic!("no record") };
    let mut header = SignedRecord::parse(bytes).unwrap().header().clone();
    let body = Body { salt: hash("salt"), ciphertext: b"frame X".to_vec() };
    header.commitment = body.commitment();
    let anchor = stream_anchor(&chain.chain(), StreamId(0));
    let forged = SignedRecord::seal(&key("gateway"), &chain.chain(), &anchor, header);
    *last.entries.last_mut().unwrap() = Entry::Record(forged.bytes().to_vec());
    recertify(&chain, &mut last, |_| {});
    with_last(&chain, &last)
}

/// A revocation that the gateway leaves out of a block and certifies the rest.
pub(crate) fn left_out_revocation() -> Vec<u8> {
    let mut chain = TestChain::small();
    chain.must(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Lost));
    chain.record("hub", StreamId(0), RecordKind::Frame, b"frame 1");
    chain.next_block();
    let mut last = chain.blocks().last().unwrap().clone();
    last.entries.remove(0);
    recertify(&chain, &mut last, |_| {});
    with_last(&chain, &last)
}

/// A hub that grants a generation to somebody whom no agreement entitles, in a block that the gateway certifies.
pub(crate) fn grant_to_a_stranger() -> Vec<u8> {
    let mut chain = TestChain::small();
    let Action::OpenGeneration(mut opening) = chain.generation("ada", Category::Vitals) else {
        panic!("no opening")
    };
    opening.readers.push(key_id("admin"));
    opening.readers.sort();
    let granted = chain.sign(&["hub"], Action::OpenGeneration(opening));
    let entry = Entry::Control(granted.bytes().to_vec());
    assert!(matches!(chain.offer(entry.clone(), None), Err(OfferError::Control(_))));
    chain.record("hub", StreamId(0), RecordKind::Frame, b"frame 1");
    chain.next_block();
    let mut last = chain.blocks().last().unwrap().clone();
    last.entries.insert(0, entry);
    recertify(&chain, &mut last, |_| {});
    with_last(&chain, &last)
}

/// A body of the gateway's own making.
pub(crate) fn made_up_body() -> Vec<u8> {
    let chain = TestChain::small();
    let honest = chain.archive(Content::ALL);
    let mut parts: Vec<(u8, Vec<u8>)> = sections(&honest)
        .iter()
        .filter(|(_, kind, _)| *kind != 255)
        .map(|(_, kind, content)| (*kind, content.to_vec()))
        .collect();
    let last = parts.last_mut().unwrap();
    assert_eq!(last.0, 3);
    let mut body: wl_ledger::archive::BodySection = wl_ledger::codec::decode(&last.1, 1 << 20).unwrap();
    body.ciphertext = b"frame X".to_vec();
    last.1 = wl_ledger::codec::encode(&body);
    joined(&parts)
}

/// A block of another key than the validator's.
pub(crate) fn other_certificate() -> Vec<u8> {
    let chain = TestChain::small();
    let mut lane: Vec<LaneItem> = chain.lane();
    let last = lane.last_mut().unwrap();
    let height = Header::parse(&last.header).unwrap().height;
    let id = header_id(&last.header);
    let certificate = Certificate::sign(&[&key("hub")], &chain.chain(), height, 0, &id);
    last.certificate = Some(certificate.to_bytes().into());
    chain.archive_of(&lane, Content::ALL)
}
