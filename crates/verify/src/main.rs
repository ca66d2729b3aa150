//! `wardlight-verify`: judges archives, proofs of a value and evidence bundles offline. No network, no database, none of
//! our crates but the ledger (`docs/spec/archive.md`, `docs/spec/evidence.md`).
//!
//! It ends with 0 where every file is valid, 1 where one is invalid, 2 where nothing is invalid but something is
//! missing, and 3 where it could not judge at all.

mod answer;
mod read;
mod words;

use answer::Answer;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use wl_ledger::archive::{Expectations, Need, Verdict};
use wl_ledger::{ChainId, Hash, Height};

/// Exit code where a file could not be read or the arguments are wrong.
const CANNOT_JUDGE: u8 = 3;

/// Judges archives, proofs of a value and evidence bundles of Wardlight, offline.
///
/// Exit codes: 0 valid, 1 invalid, 2 incomplete, 3 could not judge.
#[derive(Parser)]
#[command(name = "wardlight-verify", version)]
struct Cli {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The chain they must be about, 64 hexadecimal digits, from an enrolment file or the hospital's notice. Without it
    /// only the genesis in the file is trusted.
    #[arg(long, value_name = "HEX", value_parser = chain)]
    chain: Option<ChainId>,
    /// A header that the chain must hold, as HEIGHT:ID. An archive that ends before it is incomplete.
    #[arg(long, value_name = "HEIGHT:ID", value_parser = head)]
    head: Option<(Height, Hash)>,
    /// What must be there for a chain to be complete.
    #[arg(long, value_enum, default_value = "bodies")]
    need: NeedArg,
    /// Audit the grants of keys too: whether every key that an agreement entitles was granted, and no other. Any finding
    /// ends with 1.
    #[arg(long)]
    audit_keys: bool,
    /// Answer in JSON, one object for each file.
    #[arg(long)]
    json: bool,
}

/// How much of a chain must be there.
#[derive(Clone, Copy, ValueEnum)]
enum NeedArg {
    /// Headers and control transactions.
    Lane,
    /// The records too.
    Records,
    /// The contents too, unless an order erased them.
    Bodies,
}

impl From<NeedArg> for Need {
    fn from(need: NeedArg) -> Self {
        match need {
            NeedArg::Lane => Self::Lane,
            NeedArg::Records => Self::Records,
            NeedArg::Bodies => Self::Bodies,
        }
    }
}

fn chain(text: &str) -> Result<ChainId, String> {
    ChainId::from_hex(text).ok_or_else(|| "a chain id is 64 hexadecimal digits".to_owned())
}

fn head(text: &str) -> Result<(Height, Hash), String> {
    let wrong = || "write it as HEIGHT:ID, the id in 64 hexadecimal digits".to_owned();
    let (height, id) = text.split_once(':').ok_or_else(wrong)?;
    let height = height.parse().map(Height).map_err(|_| wrong())?;
    Ok((height, Hash::from_hex(id).ok_or_else(wrong)?))
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_refusal = error.use_stderr();
            // Where even this cannot be printed there is nobody to tell.
            let _unread = error.print();
            return if is_refusal { ExitCode::from(CANNOT_JUDGE) } else { ExitCode::SUCCESS };
        }
    };
    let expect =
        Expectations { chain: cli.chain, head: cli.head, need: cli.need.into(), audit: cli.audit_keys };
    let mut worst = Verdict::Valid;
    let mut unread = false;
    let mut out = std::io::stdout().lock();
    for file in &cli.files {
        let told = match read::judge(file, expect) {
            Ok(answer) => {
                worst = worst.max(answer.verdict());
                if answer.has_wrong_keys() {
                    worst = Verdict::Invalid;
                }
                tell(&mut out, &cli, file, &answer)
            }
            Err(error) => {
                unread = true;
                eprintln!("wardlight-verify: {}: {error:#}", file.display());
                Ok(())
            }
        };
        unread |= told.is_err();
    }
    match (worst, unread) {
        (Verdict::Invalid, _) => ExitCode::from(1),
        (_, true) => ExitCode::from(CANNOT_JUDGE),
        (Verdict::Incomplete, false) => ExitCode::from(2),
        (Verdict::Valid, false) => ExitCode::SUCCESS,
    }
}

fn tell(
    out: &mut impl std::io::Write,
    cli: &Cli,
    file: &std::path::Path,
    answer: &Answer,
) -> std::io::Result<()> {
    let name = file.display().to_string();
    if cli.json {
        writeln!(out, "{}", answer::json(&name, answer, cli.chain.is_some()))
    } else {
        out.write_all(words::text(&name, answer, cli.chain.is_some()).as_bytes())
    }
}
