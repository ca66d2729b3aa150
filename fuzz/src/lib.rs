//! Every parser of ours that outside bytes reach, each as one function of bytes.
//!
//! A function says whether it accepts the bytes, and panics where a promise is broken: an accepted value that does not
//! encode to the very bytes it came from, a result beyond its bound, a panic of the parser itself. `./dev fuzz TARGET
//! SECONDS` drives them with libFuzzer; the corpora in `fuzz/corpus` are replayed by every test run. A new parser gets
//! a row in one of the tables and seeds in `tests/seeds`; the tests say so if either is missing.
#![forbid(unsafe_code)]

#[cfg(feature = "services")]
mod desk;
#[cfg(feature = "services")]
mod hub;
mod ledger;
mod proofs;
mod seal;
pub mod state;
mod vitals;
#[cfg(feature = "services")]
mod wire;

/// A parser: its name, and the function that tries it on bytes and says whether it accepts them.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name in `./dev fuzz NAME` and the folder in `fuzz/corpus`.
    pub name: &'static str,
    /// Longest input that makes sense, in bytes.
    pub longest: usize,
    /// Tries the parser.
    pub read: fn(&[u8]) -> bool,
}

/// All parsers, in the order of the crates.
pub fn all() -> Vec<Target> {
    let mut targets =
        [ledger::TARGETS, proofs::TARGETS, state::TARGETS, seal::TARGETS, vitals::TARGETS].concat();
    #[cfg(feature = "services")]
    targets.extend([wire::TARGETS, hub::TARGETS, desk::TARGETS].concat());
    targets
}

/// The parser of this name.
pub fn find(name: &str) -> Option<Target> {
    all().into_iter().find(|target| target.name == name)
}

const fn target(name: &'static str, longest: usize, read: fn(&[u8]) -> bool) -> Target {
    Target { name, longest, read }
}

/// Whether a reader took the bytes; what it took must encode to the same bytes again.
fn same<E>(input: &[u8], read: Result<Vec<u8>, E>) -> bool {
    match read {
        Ok(again) => {
            assert!(again == input, "an accepted value has a second encoding");
            true
        }
        Err(_) => false,
    }
}

/// Takes fixed numbers of bytes from the front of an input.
struct Cut<'b>(&'b [u8]);

impl<'b> Cut<'b> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn rest(self) -> &'b [u8] {
        self.0
    }
}
