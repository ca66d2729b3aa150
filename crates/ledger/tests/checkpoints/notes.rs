//! Notes and checkpoints: what is read, and what is refused with which error.

use crate::*;
use wl_ledger::checkpoint::{CheckpointError, MAX_NOTE_BYTES, Note, NoteError, SignatureLine, origin};
use wl_ledger::fixtures::{Setup, key};

/// The example of C2SP's signed-note, with an empty line inside its text.
const POEM: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

#[test]
fn a_note_of_another_program_is_read_and_written_alike() {
    let note = Note::parse(POEM.as_bytes()).unwrap();
    assert!(note.text.ends_with("ed è subito sera.\n") && note.text.starts_with("Ognuno"));
    assert_eq!((note.signatures[0].key, note.signatures[0].signature.len()), (0x367b_a04b, 64));
    assert_eq!(note.to_string(), POEM);
}

#[test]
fn what_is_no_note_is_refused_with_its_reason() {
    let line = POEM.lines().last().unwrap();
    let many = format!("text\n\n{}", format!("{line}\n").repeat(65));
    let long = format!("{}\n\n{line}\n", "x".repeat(MAX_NOTE_BYTES));
    let table: [(&str, Vec<u8>, NoteError); 12] = [
        ("empty", vec![], NoteError::Shape),
        ("no empty line", format!("text\n{line}\n").into(), NoteError::Shape),
        ("no text", format!("\n\n{line}\n").into(), NoteError::Shape),
        ("no newline at the end", format!("text\n\n{line}").into(), NoteError::Shape),
        ("no signature", "text\n\n\n".into(), NoteError::Shape),
        ("a carriage return", format!("text\r\n\n{line}\n").into(), NoteError::NotText),
        ("not UTF-8", vec![0xff, b'\n', b'\n'], NoteError::NotText),
        ("a hyphen for the dash", format!("text\n\n{}\n", line.replace('—', "-")).into(), NoteError::Line(0)),
        (
            "a plus in the name",
            format!("text\n\n{}\n", line.replace(".example", "+example")).into(),
            NoteError::Line(0),
        ),
        (
            "base64 in a longer form",
            format!("text\n\n{}\n", line.replace("Ic=", "Id=")).into(),
            NoteError::Line(0),
        ),
        ("too many lines", many.into(), NoteError::TooManyLines),
        ("too long", long.into(), NoteError::TooLarge),
    ];
    for (what, bytes, expected) in table {
        assert_eq!(Note::parse(&bytes), Err(expected), "{what}");
    }
}

#[test]
fn a_checkpoint_is_what_its_validators_signed_and_nothing_else() {
    let ward = TestChain::ward();
    let (chain, set) = (chain(&ward), validators(&ward));
    let signed = checkpoint(&ward, 4);
    let note = signed.sign(&[&key("gateway")]).to_string();
    let verified = Checkpoint::verify(note.as_bytes(), &chain, &set).unwrap();
    assert_eq!((verified.get(), verified.signers()), (&signed, &[key("gateway").id()][..]));
    let elsewhere = TestChain::found(Setup { admins: 2, ..Setup::default() });
    let strangers = elsewhere.verifier().validators().clone();
    let sign = |text: &str| {
        let own = Note::parse(note.as_bytes()).unwrap().signatures[0].clone();
        let signature = key("gateway").sign(text.as_bytes()).as_bytes().to_vec();
        Note { text: text.to_owned(), signatures: vec![SignatureLine { signature, ..own }] }.to_string()
    };
    let text = signed.text();
    let mut short = Note::parse(note.as_bytes()).unwrap();
    short.signatures[0].signature.pop();
    let broken = CheckpointError::Signature(key("gateway").id());
    let table = [
        ("another size under the old signature", note.replace("\n4\n", "\n5\n"), broken.clone()),
        ("a short signature", short.to_string(), broken),
        ("an extension line", sign(&format!("{text}more\n")), CheckpointError::Shape),
        ("a size with a leading zero", sign(&text.replace("\n4\n", "\n04\n")), CheckpointError::Shape),
        ("a signed size", sign(&text.replace("\n4\n", "\n+4\n")), CheckpointError::Shape),
        (
            "a tree that cannot be",
            sign(&text.replace("\n4\n", "\n9223372036854775809\n")),
            CheckpointError::Shape,
        ),
        ("a short root", sign(&format!("{}\n4\nAAAA\n", origin(&chain))), CheckpointError::Shape),
        ("another chain's", elsewhere_note(&elsewhere), CheckpointError::OtherOrigin),
        ("only a stranger's line", signed.sign(&[&key("stranger")]).to_string(), CheckpointError::Unsigned),
        ("no note", "hello".to_owned(), CheckpointError::Note(NoteError::Shape)),
    ];
    for (what, bytes, expected) in table {
        assert_eq!(Checkpoint::verify(bytes.as_bytes(), &chain, &set), Err(expected), "{what}");
    }
    // A stranger's line beside the validator's is passed over, as every line of an unknown key.
    let both = signed.sign(&[&key("stranger"), &key("gateway")]).to_string();
    assert_eq!(Checkpoint::verify(both.as_bytes(), &chain, &set).unwrap().signers().len(), 1);
    assert_eq!(strangers.len(), 1);
}

fn elsewhere_note(ward: &TestChain) -> String {
    checkpoint(ward, 1).sign(&[&key("gateway")]).to_string()
}

#[test]
fn no_single_bit_of_a_checkpoint_can_flip_unnoticed() {
    let ward = TestChain::ward();
    let (chain, set) = (chain(&ward), validators(&ward));
    let note = checkpoint(&ward, 4).sign(&[&key("gateway")]).to_string().into_bytes();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut changed = note.clone();
            changed[at] ^= 1 << bit;
            assert!(Checkpoint::verify(&changed, &chain, &set).is_err(), "byte {at}, bit {bit}");
        }
    }
}
