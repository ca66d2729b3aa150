//! Second sources and evidence on the command line.

use super::{read_text, told};
use crate::desk::Desk;
use crate::view::HandoutView;
use clap::Subcommand;
use std::io::Write;
use std::path::PathBuf;

/// What can be asked and done.
#[derive(Subcommand)]
pub(super) enum Integrity {
    /// Print second sources, comparisons and evidence as JSON.
    Show,
    /// Set where this workstation compares, in place of what was set.
    Sources {
        /// A public port, like http://HOST:PORT; once for each.
        #[arg(long)]
        address: Vec<String>,
        /// A witness, as NAME+HASH+KEY; once for each.
        #[arg(long)]
        witness: Vec<String>,
    },
    /// Compare a colleague's head or checkpoint with what was verified here.
    Compare {
        /// The file.
        file: PathBuf,
    },
    /// Save the newest certified header for a colleague.
    Head,
    /// Save the gateway's newest checkpoint in the form of C2SP.
    Checkpoint,
    /// Save a piece of evidence as a bundle that anybody can judge.
    Evidence {
        /// Its number, as `show` prints it.
        id: i64,
    },
}

impl Integrity {
    /// Whether the gateway is needed for it.
    pub(super) fn is_online(&self) -> bool {
        matches!(self, Self::Checkpoint)
    }
}

/// Carries one out.
pub(super) async fn carry_out(
    desk: &Desk,
    command: &Integrity,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    match command {
        Integrity::Show => {
            let view = desk.integrity().await.map_err(told)?;
            Ok(writeln!(out, "{}", serde_json::to_string_pretty(&view)?)?)
        }
        Integrity::Sources { address, witness } => {
            desk.set_sources(address.clone(), witness.clone()).await.map_err(told)?;
            Ok(writeln!(out, "sources set")?)
        }
        Integrity::Compare { file } => {
            let row = desk.compare_file(read_text(file)?).await.map_err(told)?;
            Ok(writeln!(out, "{}", serde_json::to_string_pretty(&row)?)?)
        }
        Integrity::Head => saved(desk.export_head().await.map_err(told)?, out),
        Integrity::Checkpoint => saved(desk.export_checkpoint().await.map_err(told)?, out),
        Integrity::Evidence { id } => saved(desk.export_evidence(*id).await.map_err(told)?, out),
    }
}

fn saved(file: HandoutView, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    writeln!(out, "{}", file.summary)?;
    Ok(writeln!(out, "file {}", file.saved_as)?)
}
