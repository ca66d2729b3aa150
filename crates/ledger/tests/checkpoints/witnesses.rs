//! Witnesses' keys and cosignatures.

use crate::*;
use wl_ledger::UnixMillis;
use wl_ledger::checkpoint::{Cosignature, Note, Witness, WitnessError, cosign};
use wl_ledger::fixtures::key;

/// The example of C2SP's tlog-cosignature: only its shape is known, not its key.
const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn witness(name: &str) -> Witness {
    Witness { name: name.to_owned(), key: key(name).public() }
}

#[test]
fn a_published_cosignature_has_our_shape() {
    let note = Note::parse(EXAMPLE.as_bytes()).unwrap();
    let line = &note.signatures[1];
    assert_eq!((line.name.as_str(), line.signature.len()), ("witness.example.com/w1", 72));
    assert_eq!(line.signature[..8], 1_679_315_147u64.to_be_bytes());
    assert_eq!(note.to_string(), EXAMPLE);
}

#[test]
fn a_witness_key_is_read_as_it_is_written_and_in_no_other_form() {
    let known = witness("witness.example/w1");
    let text = known.to_string();
    assert_eq!(Witness::parse(&text), Ok(known));
    let other = witness("witness.example/w2").to_string();
    let (name, rest) = text.split_once('+').unwrap();
    let (hash, encoded) = rest.split_once('+').unwrap();
    let table = [
        String::new(),
        name.to_owned(),
        format!("{name}+{hash}"),
        format!("other+{hash}+{encoded}"),
        format!("{name}+{}+{encoded}", hash.to_uppercase().replace(|sign: char| sign.is_ascii_digit(), "0")),
        format!("{name}+{}", other.split_once('+').unwrap().1),
        format!("{text}="),
        format!("+{hash}+{encoded}"),
    ];
    for bad in table {
        assert_eq!(Witness::parse(&bad), Err(WitnessError::Key), "{bad}");
    }
}

#[test]
fn only_a_witness_own_word_about_this_text_counts() {
    let ward = TestChain::ward();
    let known = witness("w1");
    let plain = checkpoint(&ward, 4).sign(&[&key("gateway")]);
    let with =
        |lines: Vec<_>| Note { signatures: [plain.signatures.clone(), lines].concat(), ..plain.clone() };
    let said = |note: &Note| known.cosigned(note);
    let at = |seconds: i64| Ok(Some(Cosignature { witness: "w1".into(), time: UnixMillis(seconds * 1000) }));
    assert_eq!(said(&plain), Ok(None));
    let line = cosign("w1", &key("w1"), 1000, &plain.text);
    let later = cosign("w1", &key("w1"), 2000, &plain.text);
    assert_eq!(said(&with(vec![line.clone()])), at(1000));
    assert_eq!(said(&with(vec![later, line.clone()])), at(2000));
    assert_eq!(said(&with(vec![cosign("w2", &key("w2"), 1000, &plain.text)])), Ok(None), "another witness");
    let wrong = Err(WitnessError::Signature("w1".into()));
    let mut backdated = line.clone();
    backdated.signature[7] ^= 1;
    assert_eq!(said(&with(vec![backdated])), wrong);
    assert_eq!(said(&with(vec![cosign("w1", &key("w1"), u64::MAX, &plain.text)])), wrong, "no time at all");
    assert_eq!(said(&with(vec![cosign("w1", &key("w1"), 1000, "another text\n")])), wrong);
    // The witness's key signing the bare text, as a log would, is not its word as a witness.
    let mut bare = line;
    bare.signature = key("w1").sign(plain.text.as_bytes()).as_bytes().to_vec();
    assert_eq!(said(&with(vec![bare])), wrong);
    // The other way round: a cosignature by the log's own key is no signature of the log.
    let swapped = cosign(&plain.signatures[0].name, &key("gateway"), 1000, &plain.text);
    let note = Note { signatures: vec![swapped], ..plain.clone() };
    assert!(Checkpoint::verify(note.to_string().as_bytes(), &chain(&ward), &validators(&ward)).is_err());
}
