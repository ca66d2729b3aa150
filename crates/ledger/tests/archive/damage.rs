//! Random and hostile damage: never a panic, never memory for what was only claimed, never valid.

use proptest::prelude::*;
use wl_ledger::archive::{Expectations, Judge, MAGIC, SectionKind, Verdict, judge};
use wl_ledger::fixtures::{Content, TestChain, key_id};
use wl_ledger::{Seq, StreamId};

use crate::{joined, judged, redigest, sections};

fn originals() -> &'static [Vec<u8>] {
    static ORIGINALS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    ORIGINALS.get_or_init(|| {
        let small = TestChain::small();
        vec![small.archive(Content::ALL), small.proof(StreamId(0), Seq(0), Some(key_id("nurse")), true)]
    })
}

/// What is done to a file.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Cut(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Repeat(prop::sample::Index),
    Drop(prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    use prop::sample::Index;
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Overwrite(at, byte)),
        (any::<Index>(), 1usize..40).prop_map(|(at, count)| Damage::Remove(at, count)),
        (any::<Index>(), prop::collection::vec(any::<u8>(), 1..40))
            .prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Damage::Swap(one, other)),
        any::<Index>().prop_map(Damage::Repeat),
        any::<Index>().prop_map(Damage::Drop),
    ]
}

fn damaged(bytes: &[u8], damage: &Damage) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    match damage {
        Damage::Overwrite(at, byte) => changed[at.index(bytes.len())] = *byte,
        Damage::Remove(at, count) => {
            let start = at.index(bytes.len());
            changed.drain(start..(start + count).min(bytes.len()));
        }
        Damage::Insert(at, more) => {
            let start = at.index(bytes.len());
            changed.splice(start..start, more.iter().copied());
        }
        Damage::Cut(at) => changed.truncate(at.index(bytes.len())),
        Damage::Swap(..) | Damage::Repeat(_) | Damage::Drop(_) => {
            let mut parts: Vec<_> = sections(bytes)
                .iter()
                .filter(|(_, kind, _)| *kind != 255)
                .map(|(_, kind, content)| (*kind, content.to_vec()))
                .collect();
            let count = parts.len();
            match damage {
                Damage::Swap(one, other) => parts.swap(one.index(count), other.index(count)),
                Damage::Repeat(at) => parts.insert(at.index(count), parts[at.index(count)].clone()),
                Damage::Drop(at) => drop(parts.remove(at.index(count))),
                _ => {}
            }
            return joined(&parts);
        }
    }
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_passes_for_the_whole(which in 0usize..2, damage in damage(), anew in any::<bool>()) {
        let original = &originals()[which];
        let mut changed = damaged(original, &damage);
        if anew && changed.len() >= 48 {
            redigest(&mut changed);
        }
        let report = judged(&changed);
        // A body that is dropped with a new digest is missing; everything else is worse or the same file.
        prop_assert!(changed == *original || report.verdict != Verdict::Valid, "{:?}", damage);
    }

    #[test]
    fn any_bytes_are_refused_calmly(bytes in prop::collection::vec(any::<u8>(), 0..200), with_magic in any::<bool>()) {
        let bytes = if with_magic { [MAGIC.as_slice(), &bytes].concat() } else { bytes };
        prop_assert_ne!(judged(&bytes).verdict, Verdict::Valid);
    }
}

#[test]
fn a_length_is_refused_above_its_bound_and_never_asked_for() {
    for (kind, length) in [
        (0u8, 129u32),
        (1, u32::MAX),
        (2, 3_000_000),
        (3, 8_388_737),
        (4, 5000),
        (5, u32::MAX),
        (255, 31),
        (1, 0),
    ] {
        let mut judge = Judge::new(Expectations::default());
        judge.give(&MAGIC);
        let mut head = vec![kind];
        head.extend(length.to_be_bytes());
        judge.give(&head);
        assert_eq!(judge.wants(), 0, "kind {kind} of {length} bytes");
        assert_eq!(judge.finish().verdict, Verdict::Invalid);
    }
    let longest = [0u8, 1, 2, 3, 4, 5, 255].map(|kind| SectionKind::of(kind).unwrap().limit());
    assert!(longest.iter().all(|max| *max <= 64 << 20), "{longest:?}");
}

#[test]
fn the_verdict_does_not_hang_on_where_a_file_ends_early() {
    for original in originals() {
        // A step without a common divisor with the length of a section's head comes to every place in one.
        for length in (0..original.len()).step_by(7) {
            let report = judge(&original[..length], Expectations::default());
            assert_eq!(report.verdict, Verdict::Incomplete, "{length} of {} bytes", original.len());
        }
    }
}
