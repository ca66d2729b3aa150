//! What waits for a further signature, as far as it concerns the reader, and the hospital's rules.

use super::Moment;
use super::frame::{role_of, role_view};
use super::patient::category_name;
use crate::admin;
use crate::two_person;
use crate::view::{
    CustodianRow, CustodiansView, EmergencyPolicyView, EnrolSubject, PolicyView, ProposalAct, ProposalRow,
    RoleView,
};
use wl_ledger::control::{
    Action, Agreement, BreakGlassPolicy, Categories, EraseScope, Holder, Policy, Roles,
};
use wl_ledger::state::Proposal;
use wl_ledger::{AgreementId, Hash, KeyId, PatientId, Role};

/// Roles that a hospital may let ask for emergency access.
const EMERGENCY_ROLES: [Role; 3] = [Role::Physician, Role::Nurse, Role::Pharmacist];

/// Proposals that the reader has signed, can sign or can end.
pub(crate) fn proposal_rows(moment: &Moment<'_>) -> Vec<ProposalRow> {
    let all = moment.core.state().proposals();
    let in_time = all.filter(|(_, proposal)| moment.deciding < proposal.lapses());
    let mut rows: Vec<ProposalRow> =
        in_time.filter_map(|(hash, proposal)| row(moment, hash, proposal)).collect();
    rows.sort_by_key(|row| (!row.can_approve, row.at_ms));
    rows
}

fn row(moment: &Moment<'_>, hash: &Hash, proposal: &Proposal) -> Option<ProposalRow> {
    let core = moment.core;
    let action = Action::proposed(&proposal.action).ok()?;
    let mine = admin::signed_by(core, proposal);
    let can_approve = !mine && admin::may_approve(core, &action);
    let can_withdraw = admin::may_withdraw(core, proposal);
    (mine || can_approve || can_withdraw).then(|| ProposalRow {
        proposal_id: hash.to_string(),
        act: act(moment, &action),
        by: moment.person_name(&proposal.proposer),
        at_ms: proposal.time.0,
        ends_ms: proposal.lapses().0,
        approved_by: proposal.approvals.iter().map(|key| moment.person_name(key)).collect(),
        mine,
        can_approve,
        can_withdraw,
        needs_words: admin::compared(&action).is_some(),
    })
}

fn act(moment: &Moment<'_>, action: &Action) -> ProposalAct {
    match action {
        Action::Enrol(request) => ProposalAct::Enrol {
            name: request.enrolment.name.clone(),
            subject: role_view(request.enrolment.role)
                .map_or(EnrolSubject::Hub, |role| EnrolSubject::Person { role }),
            key_id: request.enrolment.sign.id().to_string(),
        },
        Action::AddKey(person, request) => ProposalAct::AddKey {
            name: moment.person_name(person),
            role: role_view(request.enrolment.role).unwrap_or(RoleView::Caregiver),
            key_id: request.enrolment.sign.id().to_string(),
            recovery: !moment.core.state().is_active_person(person),
        },
        Action::Reinstate(key) => {
            ProposalAct::Reinstate { name: moment.person_name(key), key_id: key.to_string() }
        }
        Action::ChangeRole(person, to) => change_role(moment, person, *to),
        Action::JoinTeam(team, person) => {
            let known = moment.core.state().teams().find(|(id, _)| *id == team);
            ProposalAct::JoinTeam {
                name: moment.person_name(person),
                team: known.map_or_else(|| team.to_string(), |(_, team)| team.name.clone()),
                patients: super::settings::patients_of_team(moment, team),
            }
        }
        Action::SetPolicy(next) => ProposalAct::SetPolicy {
            now: policy_view(&two_person::policy(moment.core.state())),
            next: policy_view(next),
        },
        Action::SetCustodians(threshold, people) => ProposalAct::SetCustodians {
            threshold: *threshold,
            names: people.iter().map(|person| moment.person_name(person)).collect(),
        },
        Action::RecordConsent(agreement) => ProposalAct::RecordConsent {
            patient_id: agreement.patient.to_string(),
            bed: moment.bed(&agreement.patient),
            holder: holder_name(moment, agreement),
            categories: category_names(agreement.categories),
            until_ms: agreement.until.map(|until| until.0),
        },
        Action::DiscloseLegally(agreement, order) => ProposalAct::Disclose {
            patient_id: agreement.patient.to_string(),
            holder: holder_name(moment, agreement),
            categories: category_names(agreement.categories),
            until_ms: agreement.until.map(|until| until.0),
            order: order.to_string(),
        },
        Action::EndDisclosure(id) => end_disclosure(moment, id),
        Action::RehomePatient(registration) => ProposalAct::Rehome {
            patient_id: registration.patient.to_string(),
            hub: moment.person_name(&registration.hub),
        },
        Action::Erase(order) => ProposalAct::Erase {
            patient_id: order.patient.to_string(),
            categories: match order.scope {
                EraseScope::Categories(categories) => category_names(categories),
                EraseScope::Records(..) => Vec::new(),
            },
        },
        _ => ProposalAct::Other,
    }
}

fn end_disclosure(moment: &Moment<'_>, id: &AgreementId) -> ProposalAct {
    let Some(granted) = moment.core.state().agreement(id) else { return ProposalAct::Other };
    ProposalAct::EndDisclosure {
        agreement_id: id.to_string(),
        patient_id: granted.agreement.patient.to_string(),
        holder: holder_name(moment, &granted.agreement),
    }
}

fn change_role(moment: &Moment<'_>, person: &KeyId, to: Role) -> ProposalAct {
    let from = moment.core.state().member(person).and_then(|member| role_view(member.enrolment.role));
    match (from, role_view(to)) {
        (Some(from), Some(to)) => ProposalAct::ChangeRole { name: moment.person_name(person), from, to },
        _ => ProposalAct::Other,
    }
}

/// Who may read by an agreement: a person or a care team.
pub(super) fn holder_name(moment: &Moment<'_>, agreement: &Agreement) -> String {
    match &agreement.holder {
        Holder::Person(person) => moment.person_name(person),
        Holder::Team(team) => {
            let known = moment.core.state().teams().find(|(id, _)| *id == team);
            known.map_or_else(|| team.to_string(), |(_, team)| team.name.clone())
        }
    }
}

/// Categories by the window's words.
pub(super) fn category_names(categories: Categories) -> Vec<String> {
    categories.iter().map(|category| category_name(category).to_owned()).collect()
}

/// The rules as the window sees them.
pub(crate) fn policy_view(policy: &Policy) -> PolicyView {
    let roles = |rules: &BreakGlassPolicy| {
        let named = EMERGENCY_ROLES.into_iter().filter(|role| rules.roles.contains(*role));
        named.filter_map(role_view).collect()
    };
    PolicyView {
        signers: policy.signers,
        epoch_hours: policy.epoch_hours,
        emergency: policy
            .break_glass
            .as_ref()
            .map(|rules| EmergencyPolicyView { minutes: rules.minutes, roles: roles(rules) }),
        recovery_signers: policy.recovery_signers,
        lock_minutes: policy.lock_minutes,
    }
}

/// The rules that the window asks for.
pub(crate) fn policy_of(view: &PolicyView) -> Policy {
    let roles = |rules: &EmergencyPolicyView| {
        Roles::of(&rules.roles.iter().map(|role| role_of(*role)).collect::<Vec<_>>())
    };
    Policy {
        signers: view.signers,
        epoch_hours: view.epoch_hours,
        break_glass: view
            .emergency
            .as_ref()
            .map(|rules| BreakGlassPolicy { minutes: rules.minutes, roles: roles(rules) }),
        recovery_signers: view.recovery_signers,
        lock_minutes: view.lock_minutes,
    }
}

/// Who keeps shares of emergency keys.
pub(crate) fn custodians_view(moment: &Moment<'_>) -> CustodiansView {
    let custodians = moment.core.state().custodians();
    CustodiansView {
        threshold: custodians.map_or(0, |custodians| custodians.threshold),
        people: custodians.map_or_else(Vec::new, |custodians| {
            let row = |person: &KeyId| CustodianRow {
                person_id: person.to_string(),
                name: moment.person_name(person),
            };
            custodians.persons.iter().map(row).collect()
        }),
    }
}

impl Moment<'_> {
    /// The name of whoever a key or person belongs to; its id where it is not known.
    pub(crate) fn person_name(&self, key: &KeyId) -> String {
        let member = self.core.state().member(key);
        member.map_or_else(|| key.to_string(), |member| member.enrolment.name.clone())
    }

    /// The person at this workstation.
    pub(crate) fn person(&self) -> Option<KeyId> {
        self.core.state().person_of(&self.core.me)
    }

    /// When emergency access is all that lets the reader see a patient: its end.
    pub(crate) fn emergency_until(&self, patient: &PatientId) -> Option<i64> {
        let running = crate::emergency::running(self.core.state(), self.person(), self.deciding);
        let of_patient = running.filter(|(_, broken)| broken.request.patient == *patient);
        of_patient.map(|(_, broken)| crate::emergency::end_of(broken).0).max()
    }
}
