//! Notices: who they are for opens them, in their place, and nobody else.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use wl_ledger::{ChainId, Seq, StreamId};
use wl_seal::notice::{MAX_NOTICE_BYTES, MAX_NOTICE_PLAINTEXT, MAX_NOTICE_READERS};
use wl_seal::*;

fn context() -> NoticeContext {
    NoticeContext { chain: ChainId::from_bytes([1; 32]), stream: StreamId(5), seq: Seq(6), kind: 10 }
}

fn reader(number: usize) -> ReadingIdentity {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    ReadingIdentity::from_bytes(bytes).unwrap()
}

fn recipients(count: usize) -> Vec<Recipient> {
    (0..count).map(|number| reader(number).recipient().clone()).collect()
}

#[test]
fn each_reader_opens_a_notice_and_nobody_else_does() {
    for count in [1, 2, MAX_NOTICE_READERS] {
        let sealed = seal_notice(&recipients(count), &context(), b"opened at 10:31").unwrap();
        for number in [0, count / 2, count - 1] {
            let opened = open_notice(&reader(number), &context(), &sealed).unwrap();
            assert_eq!(opened.as_slice(), b"opened at 10:31");
        }
        let refused = open_notice(&reader(count), &context(), &sealed).err();
        assert_eq!(refused, Some(SealError::Refused(Sealed::Notice)));
    }
}

#[test]
fn a_moved_notice_names_the_field_that_differs() {
    let sealed = seal_notice(&recipients(2), &context(), b"x").unwrap();
    let moved = [
        ("chain", NoticeContext { chain: ChainId::from_bytes([9; 32]), ..context() }),
        ("stream", NoticeContext { stream: StreamId(6), ..context() }),
        ("sequence number", NoticeContext { seq: Seq(7), ..context() }),
        ("kind", NoticeContext { kind: 11, ..context() }),
    ];
    for (field, elsewhere) in moved {
        let refused = open_notice(&reader(0), &elsewhere, &sealed).err();
        assert_eq!(refused, Some(SealError::Context { what: Sealed::Notice, field }));
    }
}

#[test]
fn contents_of_up_to_the_bound_pass_and_nothing_above() {
    for length in [0, 1, 31, 32, 1000, MAX_NOTICE_PLAINTEXT] {
        let content = vec![0x80; length];
        let sealed = seal_notice(&recipients(MAX_NOTICE_READERS), &context(), &content).unwrap();
        assert!(sealed.len() <= MAX_NOTICE_BYTES);
        assert_eq!(open_notice(&reader(1), &context(), &sealed).unwrap().as_slice(), content);
    }
    let refused = seal_notice(&recipients(1), &context(), &vec![0; MAX_NOTICE_PLAINTEXT + 1]).err();
    assert!(matches!(refused, Some(SealError::TooLarge { what: Sealed::Notice, .. })));
    let at_most = open_notice(&reader(0), &context(), &vec![0; MAX_NOTICE_BYTES]).err();
    assert_eq!(at_most, Some(SealError::Malformed(Sealed::Notice)), "the bound itself is allowed");
    let refused = open_notice(&reader(0), &context(), &vec![0; MAX_NOTICE_BYTES + 1]).err();
    assert!(matches!(refused, Some(SealError::TooLarge { what: Sealed::Notice, .. })));
    for count in [0, MAX_NOTICE_READERS + 1] {
        let refused = seal_notice(&recipients(count), &context(), b"x").err();
        assert_eq!(refused, Some(SealError::Readers { limit: MAX_NOTICE_READERS, got: count }));
    }
}

#[test]
fn sizes_do_not_tell_lengths_within_one_step() {
    // age's own random stanza makes sizes differ; what is inside must not. 31 and 1 byte pad to the same length.
    let inside = |length: usize| {
        let sealed = seal_notice(&recipients(1), &context(), &vec![1; length]).unwrap();
        let identity = {
            use age::secrecy::ExposeSecret as _;
            let text = reader(0).to_age_string();
            text.expose_secret().parse::<age::x25519::Identity>().unwrap()
        };
        age::decrypt(&identity, &sealed).unwrap().len()
    };
    assert_eq!(inside(1), inside(31));
    assert!(inside(31) < inside(32));
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let sealed = seal_notice(&recipients(2), &context(), b"opened").unwrap();
    for length in 0..sealed.len() {
        assert!(open_notice(&reader(0), &context(), &sealed[..length]).is_err(), "{length}");
    }
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open_notice(&reader(0), &context(), &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn foreign_content_is_refused() {
    let to_reader = |content: &[u8]| {
        let recipient: age::x25519::Recipient = reader(0).recipient().as_str().parse().unwrap();
        open_notice(&reader(0), &context(), &age::encrypt(&recipient, content).unwrap())
    };
    let mut right = vec![0xa6, 0, 1, 1, 0x58, 32];
    right.extend([1; 32]);
    right.extend([2, 5, 3, 6, 4, 10, 5, 0x58, 32, b'x', 0x80]);
    right.extend([0; 30]);
    assert_eq!(to_reader(&right).unwrap().as_slice(), b"x");
    let mut unpadded = right.clone();
    let mark = right.len() - 31;
    unpadded[mark] = 0;
    let mut version = right.clone();
    version[2] = 2;
    let mut long_form = right.clone();
    long_form.splice(1..3, [0, 0x18, 1]);
    let trailing = [right.as_slice(), &[0]].concat();
    for content in [vec![], unpadded, version, long_form, trailing] {
        assert_eq!(to_reader(&content).err(), Some(SealError::Content(Sealed::Notice)), "{content:02x?}");
    }
}
