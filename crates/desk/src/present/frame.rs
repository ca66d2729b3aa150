//! The frame around every screen, and who sits here. It holds no name of a patient: it is shown while locked.

use super::Moment;
use super::ward::ward_name;
use crate::inbox::Entry;
use crate::profile::Profile;
use crate::session::Contact;
use crate::sync::{Liveness, STALE};
use crate::view::{
    FrameView, GatewayState, GatewayView, HubsView, RecordsState, RecordsView, RoleView, SoundState,
    SoundView, StripAlarm, StripView, UserView,
};
use std::collections::BTreeSet;
use wl_ledger::control::ProvenEnrolment;
use wl_ledger::{Category, Role, UnixMillis};
use wl_vitals::alarm::{Priority, Work};
use wl_wire::enrolment::fingerprint_words;

/// Most alarms in the strip.
const STRIP: usize = 8;

pub(crate) fn frame_view(moment: &Moment<'_>) -> FrameView {
    let locked = moment.core.keys().is_none();
    FrameView {
        now_ms: moment.now.0,
        demo: moment.demo(),
        ward: if locked { moment.core.answer.hospital.clone() } else { ward_name(moment) },
        gateway: gateway(moment),
        records: records(moment),
        integrity: super::integrity::alert(moment),
        hubs: hubs(moment),
        sound: sound(moment),
        strip: strip(moment),
        emergency: if locked { Vec::new() } else { super::emergency::emergency_marks(moment) },
        clock_off_ms: moment.core.freshness.gateway().and_then(|hearing| hearing.clock_off()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Whether this workstation may be heard; only the shell knows its sound device.
fn sound(moment: &Moment<'_>) -> SoundView {
    match moment.core.inbox.paused_until(moment.now) {
        Some(until) => SoundView { state: SoundState::Paused, until_ms: Some(until.0) },
        None => SoundView { state: SoundState::On, until_ms: None },
    }
}

/// The frame before there is a session.
pub(crate) fn idle_frame(profile: &Profile, now: UnixMillis) -> FrameView {
    let answer = profile.answer().ok();
    let address = answer.as_ref().and_then(|answer| answer.validators.first()).map(|v| v.address.clone());
    FrameView {
        now_ms: now.0,
        demo: answer.as_ref().is_some_and(|answer| answer.demo),
        ward: answer.map_or_else(String::new, |answer| answer.hospital),
        gateway: GatewayView {
            state: GatewayState::None,
            updated_ms: None,
            behind_ms: None,
            progress: None,
            address: address.unwrap_or_default(),
        },
        records: RecordsView { state: RecordsState::None, at_ms: None, failures: 0 },
        integrity: None,
        hubs: HubsView { heard: 0, known: 0 },
        sound: SoundView { state: SoundState::On, until_ms: None },
        strip: StripView { high: 0, medium: 0, low: 0, alarms: Vec::new() },
        emergency: Vec::new(),
        clock_off_ms: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

pub(super) fn gateway(moment: &Moment<'_>) -> GatewayView {
    let core = moment.core;
    let progress = core.engine.progress();
    let hearing = core.freshness.gateway();
    let liveness = hearing.map_or(Liveness::Lost, |hearing| hearing.liveness(moment.now));
    let reached = core.contact == Contact::Reached;
    // Who only says that there is more, and sends nothing, is silent like everybody else.
    let busy = core.verified_at.is_some_and(|at| moment.now.since(at) <= STALE);
    let catching_up = reached && busy && (progress.lane || progress.missing > 0 || core.is_reopening());
    let state = match liveness {
        _ if core.contact == Contact::None => GatewayState::None,
        // Fresh words of the gateway count for more than work on history.
        Liveness::Live | Liveness::Delayed if catching_up && progress.lane => GatewayState::CatchingUp,
        Liveness::Live => GatewayState::Live,
        Liveness::Delayed => GatewayState::Delayed,
        Liveness::Stale | Liveness::Lost if catching_up => GatewayState::CatchingUp,
        Liveness::Stale => GatewayState::Stale,
        Liveness::Lost => GatewayState::Lost,
    };
    let fetched = progress.begun_with.saturating_sub(progress.missing);
    let per_cent = fetched.saturating_mul(100).checked_div(progress.begun_with).unwrap_or(100);
    let tip = core.engine.verifier().tip().map(|tip| tip.time());
    GatewayView {
        state,
        updated_ms: hearing.map(|hearing| hearing.heard.0),
        behind_ms: tip.filter(|_| catching_up).map(|time| moment.now.since(time).max(0)),
        progress: catching_up.then(|| u8::try_from(per_cent.min(100)).unwrap_or(100)),
        address: core.answer.validators.first().map_or_else(String::new, |one| one.address.clone()),
    }
}

fn records(moment: &Moment<'_>) -> RecordsView {
    let core = moment.core;
    let (mut absent, mut failed) = (false, false);
    for (kind, _) in core.standing() {
        match kind {
            "gap" | "omission" | "missing-body" | "unserved" => absent = true,
            _ => failed = true,
        }
    }
    let progress = core.engine.progress();
    let state = match core.engine.verifier().tip() {
        _ if failed => RecordsState::Failed,
        _ if absent => RecordsState::CantConfirm,
        None => RecordsState::None,
        Some(_) if progress.lane || progress.missing > 0 => RecordsState::Checking,
        Some(_) => RecordsState::Verified,
    };
    RecordsView { state, at_ms: core.verified_at.map(|time| time.0), failures: core.counters.failures }
}

fn hubs(moment: &Moment<'_>) -> HubsView {
    let mut view = HubsView { heard: 0, known: 0 };
    for (key, member) in moment.core.state().members() {
        if member.enrolment.role != Role::Hub || !member.is_active() {
            continue;
        }
        view.known += 1;
        let heard = moment.core.freshness.hub(key).is_some_and(|hearing| {
            matches!(hearing.liveness(moment.now), Liveness::Live | Liveness::Delayed)
        });
        view.heard += u32::from(heard);
    }
    view
}

fn strip(moment: &Moment<'_>) -> StripView {
    let mut view = StripView { high: 0, medium: 0, low: 0, alarms: Vec::new() };
    let mut open: Vec<(&Entry, StripAlarm)> = Vec::new();
    for (id, entry) in moment.core.inbox.live() {
        let Some(life) = entry.life().filter(|_| entry.is_open()) else { continue };
        if !moment.shares(&entry.patient(), Category::Alarms) {
            continue;
        }
        match life.alarm().priority {
            Priority::High => view.high += 1,
            Priority::Medium => view.medium += 1,
            Priority::Low => view.low += 1,
        }
        let acknowledged = matches!(
            life.work(),
            Work::Acknowledged { .. } | Work::Assigned { .. } | Work::Snoozed { .. } | Work::Resolved { .. }
        );
        open.push((
            entry,
            StripAlarm {
                alarm_id: id.to_string(),
                bed: moment.bed(&entry.patient()),
                priority: super::value::priority_of(life.alarm().priority),
                acknowledged: acknowledged || entry.pending().is_some(),
                since_ms: life.alarm().raised.0,
            },
        ));
    }
    let worst = |alarm: &StripAlarm| (core::cmp::Reverse(alarm.priority), alarm.acknowledged, alarm.since_ms);
    open.sort_by_key(|(_, alarm)| worst(alarm));
    // Many alarms of one bed never hide another bed: the worst of each patient has its place before the others.
    let mut patients = BTreeSet::new();
    let (firsts, others): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(entry, _)| patients.insert(entry.patient()));
    view.alarms = firsts.into_iter().chain(others).take(STRIP).map(|(_, alarm)| alarm).collect();
    view.alarms.sort_by_key(worst);
    view
}

/// The ledger's word for a role the window names.
pub(crate) fn role_of(role: RoleView) -> Role {
    match role {
        RoleView::Physician => Role::Physician,
        RoleView::Nurse => Role::Nurse,
        RoleView::Admin => Role::Admin,
        RoleView::Diagnostician => Role::Diagnostician,
        RoleView::Pharmacist => Role::Pharmacist,
        RoleView::Researcher => Role::Researcher,
        RoleView::Caregiver => Role::Caregiver,
        RoleView::PrivacyOfficer => Role::PrivacyOfficer,
    }
}

/// The window's word for a role; none for a hub, which is no person.
pub(crate) fn role_view(role: Role) -> Option<RoleView> {
    Some(match role {
        Role::Physician => RoleView::Physician,
        Role::Nurse => RoleView::Nurse,
        Role::Admin => RoleView::Admin,
        Role::Diagnostician => RoleView::Diagnostician,
        Role::Pharmacist => RoleView::Pharmacist,
        Role::Researcher => RoleView::Researcher,
        Role::Caregiver => RoleView::Caregiver,
        Role::PrivacyOfficer => RoleView::PrivacyOfficer,
        Role::Hub => return None,
    })
}

/// Who sits here, by the request and, once there is one, by the ledger.
pub(crate) fn user_view(request: &ProvenEnrolment, moment: Option<&Moment<'_>>) -> Option<UserView> {
    let enrolment = &request.enrolment;
    let enrolled = moment.and_then(|moment| moment.core.state().member(&enrolment.sign.id()));
    let (name, role) = enrolled
        .map_or((&enrolment.name, enrolment.role), |member| (&member.enrolment.name, member.enrolment.role));
    Some(UserView {
        name: name.clone(),
        role: role_view(role)?,
        key_id: enrolment.sign.id().to_string(),
        can_administer: moment.is_some_and(|moment| moment.core.state().is_admin(&enrolment.sign.id())),
        key_ends_ms: None,
    })
}

pub(crate) fn words(request: &ProvenEnrolment) -> Vec<String> {
    fingerprint_words(&request.enrolment.fingerprint()).into_iter().map(str::to_owned).collect()
}
