//! Keys, patients, devices, teams and the state of the chain.

use super::Moment;
use super::frame::{gateway, role_view};
use super::ward::by_bed;
use crate::session::Contact;
use crate::view::{
    AdminBar, ChainStatus, DeviceRow, HubRow, KeyState, LostView, NameView, PatientRow, PractitionerRow,
    SettingsView, TeamRow, ValueState, WorkstationView,
};
use wl_ledger::control::{Holder, RevocationReason};
use wl_ledger::state::Member;
use wl_ledger::{KeyId, PatientId, Role};
use wl_wire::enrolment::fingerprint_words;

pub(crate) fn settings_view(
    moment: &Moment<'_>,
    counts: [u64; 4],
    workstation: WorkstationView,
) -> SettingsView {
    let state = moment.core.state();
    let is_admin = state.is_admin(&moment.core.me);
    let admin = match (is_admin, &moment.core.contact) {
        (false, _) => AdminBar::NotAdmin,
        (true, Contact::Reached) => AdminBar::Allowed,
        (true, Contact::None | Contact::Unreachable(_) | Contact::Refused(_)) => AdminBar::Offline,
    };
    let practitioners = if is_admin {
        state.members().filter_map(|(key, member)| member_row(moment, key, member)).collect()
    } else {
        Vec::new()
    };
    let hubs = if is_admin {
        let hubs = state.members().filter(|(_, member)| member.enrolment.role == Role::Hub);
        hubs.map(|(key, member)| hub_row(moment, key, member)).collect()
    } else {
        Vec::new()
    };
    // Who orders an erasure names a patient by pseudonym, as an administrator does.
    let officer = state
        .member(&moment.core.me)
        .is_some_and(|member| member.is_active() && member.enrolment.role == Role::PrivacyOfficer);
    let oversees = is_admin || officer;
    let known: Vec<PatientId> =
        if oversees { state.patients().map(|(patient, _)| *patient).collect() } else { moment.patients() };
    let mut patients: Vec<PatientRow> = known.iter().map(|patient| patient_row(moment, patient)).collect();
    patients.sort_by(|a, b| by_bed(&a.bed, &b.bed));
    SettingsView {
        admin,
        practitioners,
        hubs,
        teams: state.teams().map(|(id, team)| team_row(moment, id, team, is_admin)).collect(),
        patients,
        devices: devices(moment, &known),
        proposals: super::proposals::proposal_rows(moment),
        disclosures: if oversees { super::disclosures::disclosure_rows(moment) } else { Vec::new() },
        policy: super::proposals::policy_view(&crate::two_person::policy(state)),
        custodians: super::proposals::custodians_view(moment),
        gateway: gateway(moment),
        chain: chain(moment, counts),
        workstation,
        integrity: super::integrity_view(moment),
    }
}

fn member_row(moment: &Moment<'_>, key: &KeyId, member: &Member) -> Option<PractitionerRow> {
    let role = role_view(member.enrolment.role)?;
    let state = moment.core.state();
    let teams = state.teams().filter(|(_, team)| team.members.contains(&member.person));
    let before = state.keys_of(&member.person).filter(|other| {
        state.member(other).is_some_and(|of| (of.since, *other) < (member.since, key)) && *other != key
    });
    let since = moment.core.engine.verifier().header(member.since).map_or(0, |header| header.time().0);
    Some(PractitionerRow {
        key_id: key.to_string(),
        name: member.enrolment.name.clone(),
        role,
        state: key_state(member),
        fingerprint: words_of(member),
        teams: teams.map(|(_, team)| team.name.clone()).collect(),
        since_ms: since,
        revoked_ms: member.revoked.map(|revocation| revocation.time.0),
        revoked_reason: member.revoked.map_or("", |revocation| reason_text(revocation.reason)).to_owned(),
        me: *key == moment.core.me,
        person_id: member.person.to_string(),
        workstation: u32::try_from(before.count()).unwrap_or(u32::MAX).saturating_add(1),
        person_active: state.is_active_person(&member.person),
    })
}

fn hub_row(moment: &Moment<'_>, key: &KeyId, member: &Member) -> HubRow {
    let patients = moment.core.state().patients().filter(|(_, patient)| patient.hub == *key).count();
    HubRow {
        key_id: key.to_string(),
        name: member.enrolment.name.clone(),
        state: key_state(member),
        fingerprint: words_of(member),
        patients: u32::try_from(patients).unwrap_or(u32::MAX),
        heard_ms: moment.core.freshness.hub(key).map(|hearing| hearing.heard.0),
        lost: moment.core.freshness.lost(key).map(|lost| LostView {
            count: lost.count,
            first_ms: lost.first.0,
            last_ms: lost.last.0,
        }),
        revoked_ms: member.revoked.map(|revocation| revocation.time.0),
        revoked_reason: member.revoked.map_or("", |revocation| reason_text(revocation.reason)).to_owned(),
    }
}

fn key_state(member: &Member) -> KeyState {
    if member.is_active() { KeyState::Active } else { KeyState::Revoked }
}

fn words_of(member: &Member) -> Vec<String> {
    fingerprint_words(&member.enrolment.fingerprint()).into_iter().map(str::to_owned).collect()
}

fn reason_text(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Left => "left or changed duties",
        RevocationReason::Lost => "key or workstation lost",
        RevocationReason::Replaced => "replaced by a new key",
        RevocationReason::Misuse => "misuse",
    }
}

fn team_row(
    moment: &Moment<'_>,
    id: &wl_ledger::TeamId,
    team: &wl_ledger::state::Team,
    with_people: bool,
) -> TeamRow {
    let state = moment.core.state();
    let active = team.members.iter().filter(|person| state.is_active_person(person));
    TeamRow {
        team_id: id.to_string(),
        name: team.name.clone(),
        members: u32::try_from(active.count()).unwrap_or(u32::MAX),
        people: team.members.iter().filter(|_| with_people).map(ToString::to_string).collect(),
        patients: patients_of_team(moment, id),
    }
}

/// How many patients share with a team now.
pub(super) fn patients_of_team(moment: &Moment<'_>, id: &wl_ledger::TeamId) -> u32 {
    let agreements = moment.core.state().agreements();
    let mut patients: Vec<PatientId> = agreements
        .filter(|granted| granted.agreement.holder == Holder::Team(*id) && granted.in_force(moment.deciding))
        .map(|granted| granted.agreement.patient)
        .collect();
    patients.sort_unstable();
    patients.dedup();
    u32::try_from(patients.len()).unwrap_or(u32::MAX)
}

fn patient_row(moment: &Moment<'_>, patient: &PatientId) -> PatientRow {
    let hub = moment.core.state().patient(patient).map(|known| known.hub);
    let name = if moment.patients().contains(patient) {
        moment.name(patient)
    } else {
        NameView { text: String::new(), state: ValueState::NotShared }
    };
    PatientRow {
        patient_id: patient.to_string(),
        bed: moment.bed(patient),
        name,
        hub: hub
            .and_then(|hub| moment.core.state().member(&hub))
            .map_or_else(String::new, |hub| hub.enrolment.name.clone()),
        heard_ms: hub.and_then(|hub| moment.core.freshness.hub(&hub)).map(|hearing| hearing.heard.0),
    }
}

fn devices(moment: &Moment<'_>, known: &[PatientId]) -> Vec<DeviceRow> {
    let visible = moment
        .core
        .state()
        .devices()
        .filter(|(_, device)| device.patient.is_none_or(|patient| known.contains(&patient)));
    visible
        .map(|(id, device)| {
            let bedside = device.patient.as_ref().and_then(|patient| moment.core.ward.bedside(patient));
            DeviceRow {
                device_id: id.to_string(),
                name: device.identity.clone(),
                patient_id: device.patient.map(|patient| patient.to_string()),
                bed: device.patient.as_ref().map_or_else(String::new, |patient| moment.bed(patient)),
                heard_ms: bedside.and_then(|bedside| bedside.device_heard(*id)).map(|time| time.0),
                quarantined: 0,
                retired: device.retired.is_some(),
            }
        })
        .collect()
}

fn chain(moment: &Moment<'_>, counts: [u64; 4]) -> ChainStatus {
    let verifier = moment.core.engine.verifier();
    let validators = u32::try_from(verifier.validators().len()).unwrap_or(u32::MAX);
    ChainStatus {
        chain_id: moment.core.chain().to_string(),
        hospital: moment.core.answer.hospital.clone(),
        height: verifier.tip().map_or(0, |tip| tip.height().0),
        head_ms: verifier.tip().map_or(0, |tip| tip.time().0),
        records_verified: counts.iter().sum(),
        failures: moment.core.counters.failures,
        validators,
        may_fail: validators.saturating_sub(1) / 3,
    }
}
