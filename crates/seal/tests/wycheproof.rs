//! Wycheproof's X25519 keys as recipients: what leads to a shared secret of zero, or has a second form, is refused.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use wl_seal::{Recipient, RecipientError};
use wycheproof::xdh::{TestName, TestSet};

/// 2^255 − 19, little-endian.
const PRIME: [u8; 32] = {
    let mut prime = [0xff; 32];
    prime[0] = 0xed;
    prime[31] = 0x7f;
    prime
};

#[test]
fn recipients_of_low_order_or_in_a_second_form_are_refused_and_all_others_taken() {
    let age = bech32::Hrp::parse("age").unwrap();
    let (mut taken, mut refused) = (0, 0);
    for test in TestSet::load(TestName::X25519).unwrap().test_groups.into_iter().flat_map(|group| group.tests)
    {
        let key: [u8; 32] = test.public_key.as_ref().try_into().unwrap();
        let text = bech32::encode::<bech32::Bech32>(age, &key).unwrap();
        let is_zero = test.shared_secret.as_ref().iter().all(|byte| *byte == 0);
        let is_second_form = key.iter().rev().ge(PRIME.iter().rev());
        let found = Recipient::parse(&text);
        if is_zero || is_second_form {
            assert_eq!(found, Err(RecipientError::Weak), "test {}: {}", test.tc_id, test.comment);
            refused += 1;
        } else {
            assert_eq!(found.unwrap().as_str(), text, "test {}", test.tc_id);
            taken += 1;
        }
    }
    println!("{taken} taken, {refused} refused");
    assert!(taken > 400 && refused > 40);
}
