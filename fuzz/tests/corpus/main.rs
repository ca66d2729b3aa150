//! Replays every input that was ever kept for a parser, in an ordinary test run: what a fuzzer found once stays found.
//!
//! `WL_BLESS=1` writes the seeds anew: after a change of a format, or for a new parser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod hospital;
mod pure;
#[cfg(feature = "services")]
mod services;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wl_fuzz::Target;

/// The seeds of a parser, each with a name.
pub(crate) type Seeds = BTreeMap<&'static str, Vec<(String, Vec<u8>)>>;

/// Above so many bytes a seed slows the search more than it helps.
const LONGEST_SEED: usize = 8192;

fn corpus(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name)
}

/// Every kept input of a parser, by name. Its folder may not be there yet.
fn kept(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(folder) = fs::read_dir(corpus(target)) else { return Vec::new() };
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(&path).expect("a kept input"))).collect()
}

fn is_seed(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seed-"))
}

/// Age files hold random bytes of age's own, so their seeds are written only where no kept one is good any more.
fn bless(target: &Target, seeds: &[(String, Vec<u8>)]) {
    let folder = corpus(target);
    fs::create_dir_all(&folder).expect("the corpus can be written");
    let is_random = matches!(target.name, "envelope" | "document" | "vault" | "notice" | "key-share");
    if is_random && kept(target).iter().any(|(_, input)| (target.read)(input)) {
        return;
    }
    for (path, _) in kept(target).iter().filter(|(path, _)| is_seed(path)) {
        fs::remove_file(path).expect("an old seed can be removed");
    }
    for (name, bytes) in seeds.iter().filter(|(_, bytes)| bytes.len() <= LONGEST_SEED) {
        fs::write(folder.join(format!("seed-{name}")), bytes).expect("a seed can be written");
    }
}

#[test]
fn no_kept_input_breaks_a_promise_of_its_parser() {
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        let mut seeds = Seeds::new();
        hospital::add(&mut seeds);
        pure::add(&mut seeds);
        #[cfg(feature = "services")]
        services::add(&mut seeds);
        for target in wl_fuzz::all() {
            bless(&target, seeds.get(target.name).map(Vec::as_slice).unwrap_or_default());
        }
    }
    for target in wl_fuzz::all() {
        let inputs = kept(&target);
        let accepted = inputs.iter().filter(|(path, input)| {
            let read = std::panic::catch_unwind(|| (target.read)(input));
            read.unwrap_or_else(|_| panic!("{} breaks its promise on {}", target.name, path.display()))
        });
        let accepted = accepted.count();
        assert!(
            accepted > 0,
            "none of the {} inputs in {} is accepted: the format has changed, so set WL_BLESS=1 to write the seeds anew",
            inputs.len(),
            corpus(&target).display(),
        );
    }
}

#[test]
fn every_folder_of_the_corpus_belongs_to_a_parser() {
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).expect("the corpus");
    for folder in folders {
        let name = folder.expect("a folder").file_name().to_string_lossy().into_owned();
        assert!(wl_fuzz::find(&name).is_some(), "there is no parser {name}");
    }
}

/// Small changes of every kept input: a search of a second in every test run. The seed of a run is printed.
#[test]
fn small_changes_of_kept_inputs_break_no_promise_either() {
    let rounds: u64 =
        std::env::var("WL_FUZZ_ROUNDS").map_or(40, |text| text.parse().expect("WL_FUZZ_ROUNDS"));
    for target in wl_fuzz::all() {
        for (path, input) in kept(&target) {
            let mut state =
                input.iter().fold(0x9e37_79b9_7f4a_7c15u64, |sum, byte| step(sum ^ u64::from(*byte)));
            for round in 0..rounds {
                let changed = change(&input, &mut state);
                let read = std::panic::catch_unwind(|| (target.read)(&changed));
                assert!(
                    read.is_ok(),
                    "{} breaks its promise on change {round} of {}",
                    target.name,
                    path.display()
                );
            }
        }
    }
}

/// splitmix64, so that a failure repeats.
fn step(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One to four changes: another byte, a bit, a cut, a repetition, an inserted byte.
fn change(input: &[u8], state: &mut u64) -> Vec<u8> {
    let mut next = |below: usize| {
        *state = step(*state);
        usize::try_from(*state % u64::try_from(below.max(1)).expect("a length")).expect("a place")
    };
    let mut out = input.to_vec();
    for _ in 0..=next(4) {
        let (at, byte) = (next(out.len()), u8::try_from(next(256)).expect("a byte"));
        match next(5) {
            0 if at < out.len() => out[at] = byte,
            1 if at < out.len() => out[at] ^= 1 << (byte % 8),
            2 => out.truncate(at),
            3 => out.extend_from_within(at..),
            _ => out.insert(at.min(out.len()), byte),
        }
    }
    out
}
