//! The program that libFuzzer drives. Which parser it tries is named by `WARDLIGHT_FUZZ`, so that one build serves all
//! of them: `./dev fuzz TARGET SECONDS`.
#![no_main]

use std::sync::OnceLock;

use wl_fuzz::Target;

static TARGET: OnceLock<Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        let name = std::env::var("WARDLIGHT_FUZZ").unwrap_or_default();
        match wl_fuzz::find(&name) {
            Some(target) => drop(TARGET.set(target)),
            None => {
                eprintln!("WARDLIGHT_FUZZ names no parser: {name:?}");
                std::process::exit(2);
            }
        }
    },
    |input: &[u8]| {
        if let Some(target) = TARGET.get() {
            let _is_accepted = (target.read)(input);
        }
    }
);
