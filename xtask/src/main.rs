//! The project's own tool: `tidy` checks the house rules of ARCHITECTURE.md, `supply` what enters the build, and `sbom`
//! writes the bill of materials.

mod supply;
mod tidy;

use std::{path::Path, process::ExitCode};

const USAGE: &str = "usage: cargo run -p xtask -- COMMAND

  tidy     check the house rules and print every violation with its place and its remedy
  supply   check deny.toml and docs/supply-chain.md against everything that is built
  sbom     print the bill of materials of the shipped programs (CycloneDX, JSON)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => report("tidy", "the house rules hold", tidy::check(project_root())),
        ["supply"] => report("supply", "everything that is built may be", supply::check(project_root())),
        ["sbom"] => sbom(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn report<V: std::fmt::Display>(what: &str, well: &str, found: anyhow::Result<Vec<V>>) -> ExitCode {
    match found {
        Err(error) => {
            eprintln!("{what} could not run: {error:#}");
            ExitCode::from(2)
        }
        Ok(violations) if violations.is_empty() => {
            println!("{what}: {well}");
            ExitCode::SUCCESS
        }
        Ok(violations) => {
            for violation in &violations {
                eprintln!("{violation}");
            }
            eprintln!("{what}: {} violation(s)", violations.len());
            ExitCode::FAILURE
        }
    }
}

fn sbom() -> ExitCode {
    match supply::sbom::write(project_root()) {
        Ok(bill) => {
            print!("{bill}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("sbom could not run: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn project_root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
