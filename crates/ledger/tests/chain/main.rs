//! Random valid chains pass; each class of mutation is refused with its own error.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod build;
mod honest;
mod mutants;
mod proposer;
mod steps;
mod vectors;

#[test]
fn the_ward_verifies() {
    let ward = wl_ledger::fixtures::TestChain::ward();
    assert_eq!(ward.blocks().len(), 6);
    assert_eq!(ward.verifier().state().root(), ward.state().root());
}

/// The order of the group, little-endian.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The same signature with S + L in place of S: a second form that a lax check would take.
pub(crate) fn malleate(signature: &wl_ledger::keys::Signature) -> wl_ledger::keys::Signature {
    let mut bytes = *signature.as_bytes();
    let mut carry = 0u16;
    for (byte, more) in bytes[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    wl_ledger::keys::Signature::from_bytes(bytes)
}
