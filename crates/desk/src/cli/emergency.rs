//! Emergency access on the command line.

use super::told;
use crate::desk::Desk;
use crate::view::{EmergencyProgress, EmergencyReason, EmergencyRow, ReviewOutcome};
use clap::{Subcommand, ValueEnum};
use std::io::Write;

/// Emergency access.
#[derive(Subcommand)]
pub(super) enum Emergency {
    /// What is open, who asks for a share of a key, and what is to be reviewed.
    List,
    /// Ask for emergency access. The patient and the privacy officer are told.
    Open {
        /// The patient's pseudonym.
        patient: String,
        /// Why.
        #[arg(long)]
        reason: ReasonArg,
        /// Why, in your own words; they travel sealed.
        #[arg(long)]
        text: String,
        /// Categories, for example vitals.
        #[arg(long = "category", required = true)]
        categories: Vec<String>,
        /// For how long, in minutes.
        #[arg(long, default_value_t = 30)]
        minutes: u8,
    },
    /// Release your share of the key that a request needs.
    Release {
        /// The request.
        request: String,
    },
    /// Record what a privacy officer found.
    Review {
        /// The request.
        request: String,
        /// What was found.
        #[arg(long)]
        outcome: OutcomeArg,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ReasonArg {
    DangerToLife,
    CannotConsent,
    HandoverGap,
    Other,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum OutcomeArg {
    Justified,
    NotJustified,
    FollowUp,
}

pub(super) async fn carry_out(
    desk: &Desk,
    command: &Emergency,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    match command {
        Emergency::List => {
            let view = desk.emergency().await.map_err(told)?;
            for (kind, rows) in [("open", &view.open), ("asked", &view.asked), ("review", &view.reviews)] {
                for row in rows {
                    writeln!(out, "{kind} {}", line(row))?;
                }
            }
        }
        Emergency::Open { patient, reason, text, categories, minutes } => {
            let reason = match reason {
                ReasonArg::DangerToLife => EmergencyReason::DangerToLife,
                ReasonArg::CannotConsent => EmergencyReason::CannotConsent,
                ReasonArg::HandoverGap => EmergencyReason::HandoverGap,
                ReasonArg::Other => EmergencyReason::Other,
            };
            let row = desk
                .break_glass(patient.clone(), reason, text.clone(), categories.clone(), *minutes)
                .await
                .map_err(told)?;
            writeln!(out, "{}", row.request_id)?;
        }
        Emergency::Release { request } => {
            desk.release_share(request.clone()).await.map_err(told)?;
            writeln!(out, "released")?;
        }
        Emergency::Review { request, outcome } => {
            let outcome = match outcome {
                OutcomeArg::Justified => ReviewOutcome::Justified,
                OutcomeArg::NotJustified => ReviewOutcome::NotJustified,
                OutcomeArg::FollowUp => ReviewOutcome::FollowUp,
            };
            desk.review_break_glass(request.clone(), outcome).await.map_err(told)?;
            writeln!(out, "reviewed")?;
        }
    }
    Ok(())
}

fn line(row: &EmergencyRow) -> String {
    let state = match row.progress {
        EmergencyProgress::Waiting { .. } => "waiting",
        EmergencyProgress::Open => "open",
        EmergencyProgress::Over => "over",
    };
    let reviewed = if row.review.is_some() { "reviewed" } else { "not reviewed" };
    format!("{} patient {} by {}: {state}, {reviewed}", row.request_id, row.patient_id, row.by)
}
