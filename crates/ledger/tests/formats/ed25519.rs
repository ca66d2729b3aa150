//! The strict rule: no weak keys, no second form of a signature, no changed bit.

use wl_ledger::fixtures::key;
use wl_ledger::keys::{KeyError, PublicKey, Signature, SigningKey};

fn bytes(hex: &str) -> [u8; 32] {
    *wl_ledger::Hash::from_hex(hex).unwrap().as_bytes()
}

/// The eight points of low order, and their encodings with the sign bit or with a coordinate beyond the field.
const LOW_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

#[test]
fn keys_of_low_order_are_never_enrolled_and_never_verify() {
    for hex in LOW_ORDER {
        let weak = PublicKey::from_bytes(bytes(hex));
        assert!(weak.check().is_err(), "{hex}");
        // With R of low order too and S = 0 a lax check takes any message.
        for r in LOW_ORDER {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&bytes(r));
            let forged = Signature::from_bytes(signature);
            assert!(weak.verify(b"any message", &forged).is_err(), "{hex}, {r}");
            assert_eq!(key("hub").public().verify(b"any message", &forged), Err(KeyError::BadSignature));
        }
    }
    for hex in &LOW_ORDER[..8] {
        assert_eq!(PublicKey::from_bytes(bytes(hex)).check(), Err(KeyError::Weak), "{hex}");
    }
    assert_eq!(PublicKey::from_bytes([2; 32]).check(), Err(KeyError::NotAKey));
    assert_eq!(PublicKey::from_bytes([2; 32]).verify(b"", &key("hub").sign(b"")), Err(KeyError::NotAKey));
}

/// RFC 8032 §7.1, tests 1 to 3.
#[test]
fn published_signatures() {
    let rows = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            &[][..],
            [
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ],
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            &[0x72],
            [
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ],
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            &[0xaf, 0x82],
            [
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac",
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ],
        ),
    ];
    for (seed, public, message, halves) in rows {
        let key = SigningKey::from_seed(&bytes(seed));
        let signature: [u8; 64] = [bytes(halves[0]), bytes(halves[1])].concat().try_into().unwrap();
        assert_eq!(key.public(), PublicKey::from_bytes(bytes(public)));
        assert_eq!(key.sign(message), Signature::from_bytes(signature));
        assert_eq!(key.public().verify(message, &Signature::from_bytes(signature)), Ok(()));
    }
}

/// The order of the group, little-endian.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn one_form_and_no_changed_bit() {
    for index in 0..16u8 {
        let (key, message) = (key(&format!("signer {index}")), [index; 100]);
        let signature = key.sign(&message);
        assert_eq!(key.public().verify(&message, &signature), Ok(()));
        // S + L and, where it still fits into 32 bytes, S + 2L …
        let mut form = *signature.as_bytes();
        loop {
            let mut carry = 0u16;
            for (byte, more) in form[32..].iter_mut().zip(L) {
                let sum = u16::from(*byte) + u16::from(more) + carry;
                *byte = u8::try_from(sum & 0xff).unwrap();
                carry = sum >> 8;
            }
            if carry > 0 {
                break;
            }
            let other = key.public().verify(&message, &Signature::from_bytes(form));
            assert_eq!(other, Err(KeyError::BadSignature));
        }
    }
    let (signer, message) = (key("hub"), b"message");
    let (public, signature) = (signer.public(), signer.sign(message));
    for bit in 0..512 {
        let mut changed = *signature.as_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = public.verify(message, &Signature::from_bytes(changed));
        assert_eq!(refused, Err(KeyError::BadSignature), "bit {bit}");
    }
    for bit in 0..256 {
        let mut changed = *public.as_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(PublicKey::from_bytes(changed).verify(message, &signature).is_err(), "key bit {bit}");
    }
}
