//! What two people answer for, on the command line: listing, and the hospital's rules.

use super::Rules;
use crate::cli::told;
use crate::desk::Desk;
use crate::two_person;
use crate::view::{ChangeKind, ChangeView, EnrolSubject, ProposalAct};
use anyhow::Context as _;
use std::io::Write;
use wl_ledger::control::{BreakGlassPolicy, Policy};

/// One line a proposal: id, who proposed it, what.
pub(super) async fn proposals(desk: &Desk, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let settings = desk.settings().await.map_err(told)?;
    for row in settings.proposals {
        let mark = if row.can_approve { "waits" } else { "signed" };
        writeln!(out, "{} {mark} {}: {}", row.proposal_id, row.by, act_text(&row.act))?;
    }
    Ok(())
}

/// What became of an approval.
pub(super) fn changed(done: &ChangeView, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    match done.kind {
        ChangeKind::Proposed => writeln!(out, "proposal {}", done.id)?,
        ChangeKind::Withdrawn => writeln!(out, "withdrawn {}", done.id)?,
        _ if done.id.is_empty() => writeln!(out, "sealed")?,
        _ => writeln!(out, "{}", done.id)?,
    }
    Ok(())
}

/// The rules in force with what was named changed.
pub(super) async fn rules(desk: &Desk, rules: &Rules) -> anyhow::Result<Policy> {
    let session = desk.session().await.context("the session has ended")?;
    let mut policy = two_person::policy(session.core().await.state());
    let production = Policy::production().break_glass;
    if let Some(signers) = rules.signers {
        policy.signers = signers;
    }
    if let Some(signers) = rules.recovery_signers {
        policy.recovery_signers = signers;
    }
    if let Some(minutes) = rules.lock_minutes {
        policy.lock_minutes = minutes;
    }
    if let Some(minutes) = rules.emergency_minutes {
        let roles = policy.break_glass.or(production).map(|rules| rules.roles);
        policy.break_glass = roles.filter(|_| minutes > 0).map(|roles| BreakGlassPolicy { minutes, roles });
    }
    Ok(policy)
}

fn act_text(act: &ProposalAct) -> String {
    match act {
        ProposalAct::Enrol { name, subject: EnrolSubject::Hub, key_id } => {
            format!("enrol hub {name}, key {key_id}")
        }
        ProposalAct::Enrol { name, key_id, .. } => format!("enrol {name}, key {key_id}"),
        ProposalAct::AddKey { name, key_id, .. } => format!("add key {key_id} to {name}"),
        ProposalAct::Reinstate { name, key_id } => format!("undo the revocation of key {key_id} of {name}"),
        ProposalAct::ChangeRole { name, .. } => format!("change the role of {name}"),
        ProposalAct::JoinTeam { name, team, .. } => format!("put {name} into {team}"),
        ProposalAct::SetPolicy { .. } => "change the rules of the hospital".to_owned(),
        ProposalAct::SetCustodians { threshold, names } => {
            format!("custodians: {threshold} of {}", names.join(", "))
        }
        ProposalAct::RecordConsent { patient_id, holder, .. } => {
            format!("record consent of patient {patient_id} for {holder}")
        }
        ProposalAct::Disclose { patient_id, holder, .. } => {
            format!("disclose patient {patient_id} to {holder} by order of the law")
        }
        ProposalAct::EndDisclosure { agreement_id, patient_id, holder } => {
            format!("end disclosure {agreement_id} of patient {patient_id} to {holder}")
        }
        ProposalAct::Rehome { patient_id, hub } => format!("let hub {hub} keep patient {patient_id}"),
        ProposalAct::Erase { patient_id, .. } => format!("erase records of patient {patient_id}"),
        ProposalAct::Other => "an act that this version has no words for".to_owned(),
    }
}
