//! The table of commands: whom each is for, and a call of it.

use super::*;
use Who::{All, Anybody, Only};

/// Whom a command is for.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// Everybody who has unlocked.
    All,
    /// Also somebody who has not.
    Anybody,
    /// These roles.
    Only(&'static [RoleView]),
}

/// Names of things that the commands are called with.
#[derive(Clone)]
pub(crate) struct Places {
    pub(crate) patient: String,
    pub(crate) alarm: String,
    pub(crate) record: String,
    pub(crate) stranger: String,
    /// What waits for a second practitioner, and another such act to end; each role has its own.
    pub(crate) consents: Vec<(String, String)>,
    pub(crate) enrolment: String,
    pub(crate) broken: String,
}

impl Places {
    pub(crate) fn consent(&self, role: RoleView) -> (String, String) {
        let place = ROLES.iter().position(|of| *of == role).unwrap();
        self.consents[place].clone()
    }
}

pub(crate) type Call = fn(&Desk, RoleView, Places) -> BoxFuture<'_, Result<(), UiError>>;

/// One row: the command, whom it is for, and a call of it that is well formed and, where it would change anything for
/// those who may, is refused for another reason.
pub(crate) struct Row(pub(crate) &'static str, pub(crate) Who, pub(crate) Call);

macro_rules! call {
    ($desk:ident, $at:ident, $body:expr) => {
        call!($desk, _role, $at, $body)
    };
    ($desk:ident, $role:ident, $at:ident, $body:expr) => {
        |$desk, $role, $at| {
            Box::pin(async move {
                let _unused = &$at;
                $body.await.map(drop)
            })
        }
    };
}

const ADMIN: Who = Only(&[Admin]);
const PRACTITIONERS: Who = Only(&[Physician, Nurse]);
const PHYSICIAN: Who = Only(&[Physician]);
const WRITERS: Who = Only(&[Physician, Nurse, Diagnostician, Pharmacist]);

pub(crate) fn table() -> Vec<Row> {
    vec![
        Row("session_state", Anybody, call!(desk, at, desk.session_state())),
        // The profile has keys: nobody makes others in silence.
        Row("create_keys", Anybody, call!(desk, at, desk.create_keys("Ada".into(), Nurse, secret()))),
        Row("enrolment_request", Anybody, call!(desk, at, desk.enrolment_request())),
        Row("load_enrolment", Anybody, call!(desk, at, desk.load_enrolment("no file".into()))),
        Row("start_demo", Anybody, call!(desk, at, desk.start_demo())),
        Row("unlock", Anybody, call!(desk, at, desk.unlock(SecretString::from("not the passphrase")))),
        Row("painted", Anybody, call!(desk, at, desk.painted(Vec::new()))),
        Row("subscribe", Anybody, call!(desk, at, desk.subscribe(Box::new(|_| Delivery::Gone)))),
        Row(
            "subscribe_waves",
            All,
            call!(desk, at, desk.subscribe_waves(None, Box::new(|_| Delivery::Gone))),
        ),
        Row("ward", All, call!(desk, at, desk.ward())),
        Row("open_wall", All, call!(desk, at, desk.wall())),
        Row("patient", All, call!(desk, at, desk.patient(at.patient.clone()))),
        Row("trend", All, call!(desk, at, desk.trend(at.patient.clone(), 2))),
        Row("trends", All, call!(desk, at, desk.trends(at.patient.clone(), a_day()))),
        Row("trend_at", All, call!(desk, at, desk.trend_at(at.patient.clone(), wl_desk::edge::now().0))),
        Row("trend_table", All, call!(desk, at, desk.trend_table(at.patient.clone(), a_day()))),
        Row("inbox", All, call!(desk, at, desk.inbox(InboxTab::Active))),
        Row("trust", All, call!(desk, at, desk.trust(at.record.clone()))),
        Row("settings", All, call!(desk, at, desk.settings())),
        Row("emergency", All, call!(desk, at, desk.emergency())),
        Row("key_problems", All, call!(desk, at, desk.key_problems(None))),
        Row(
            "acknowledge",
            Only(&[Physician, Nurse, Caregiver]),
            call!(desk, at, desk.acknowledge(at.stranger.clone())),
        ),
        Row(
            "act_on_alarm",
            PRACTITIONERS,
            call!(desk, at, {
                let close = AlarmActInput::Resolve { outcome: AlarmOutcome::Artefact };
                desk.act_on_alarm(at.stranger.clone(), close)
            }),
        ),
        // Who only reads alarms tells of nothing, and is not refused either.
        Row("alarms_seen", All, call!(desk, at, desk.alarms_seen(vec![at.stranger.clone()]))),
        Row("alarm_history", All, call!(desk, at, desk.alarm_history(at.stranger.clone()))),
        Row("alarm_roster", All, call!(desk, at, desk.alarm_roster(at.patient.clone()))),
        Row(
            "set_alarm_roster",
            PRACTITIONERS,
            call!(desk, at, desk.set_alarm_roster(Vec::new(), Vec::new())),
        ),
        // The workstation's own, whoever sits there.
        Row("acknowledge_fault", All, call!(desk, at, desk.acknowledge_fault("none".into()))),
        Row("set_sources", All, call!(desk, at, desk.set_sources(Vec::new(), Vec::new()))),
        Row("compare_file", All, call!(desk, at, desk.compare_file("no head".into()))),
        Row("export_head", All, call!(desk, at, desk.export_head())),
        Row("export_checkpoint", All, call!(desk, at, desk.export_checkpoint())),
        Row("export_evidence", All, call!(desk, at, desk.export_evidence(0))),
        Row("export_proof", All, call!(desk, at, desk.export_proof(at.record.clone()))),
        Row("export_archive", All, call!(desk, at, desk.export_archive())),
        // The sound is the workstation's, whoever sits there.
        Row("pause_sound", Anybody, call!(desk, at, desk.pause_sound())),
        Row("limits", All, call!(desk, at, desk.limits(at.patient.clone()))),
        Row("preview_limits", All, call!(desk, at, desk.preview_limits(at.patient.clone(), no_limits()))),
        Row("set_limits", PRACTITIONERS, call!(desk, at, desk.set_limits(at.patient.clone(), no_limits()))),
        Row(
            "confirm_limits",
            PRACTITIONERS,
            call!(desk, at, desk.confirm_limits(at.patient.clone(), no_record())),
        ),
        Row("observe", PRACTITIONERS, call!(desk, at, desk.observe(at.patient.clone(), no_pain()))),
        Row("standby", PRACTITIONERS, call!(desk, at, desk.standby(at.patient.clone(), no_bath()))),
        Row("notes", All, call!(desk, at, desk.notes(at.patient.clone()))),
        Row("write_note", WRITERS, call!(desk, at, desk.write_note(at.patient.clone(), a_note()))),
        Row("co_sign", WRITERS, call!(desk, at, desk.co_sign(at.patient.clone(), "0".repeat(64)))),
        Row("write_order", PHYSICIAN, call!(desk, at, desk.write_order(at.patient.clone(), an_order()))),
        Row(
            "answer_order",
            Only(&[Nurse]),
            call!(desk, at, desk.answer_order(at.patient.clone(), "0".repeat(64), it_was_given())),
        ),
        Row("write_advice", PHYSICIAN, call!(desk, at, desk.write_advice(at.patient.clone(), some_advice()))),
        Row(
            "withdraw_advice",
            PHYSICIAN,
            call!(desk, at, desk.withdraw_advice(at.patient.clone(), no_record(), "Wrong bed.".into())),
        ),
        Row("note_reply", PRACTITIONERS, call!(desk, at, desk.note_reply(at.patient.clone(), no_record()))),
        Row(
            "write_programme",
            PHYSICIAN,
            call!(desk, at, desk.write_programme(at.patient.clone(), a_programme())),
        ),
        Row(
            "end_programme",
            PHYSICIAN,
            call!(desk, at, desk.end_programme(at.patient.clone(), no_record(), it_was_reached())),
        ),
        Row("hand_overs", All, call!(desk, at, desk.hand_overs())),
        Row("hand_over_draft", PRACTITIONERS, call!(desk, at, desk.hand_over_draft(at.patient.clone()))),
        Row("hand_over", PRACTITIONERS, call!(desk, at, desk.hand_over(at.patient.clone(), to_a_stranger()))),
        Row(
            "accept_hand_over",
            PRACTITIONERS,
            call!(desk, at, desk.accept_hand_over(at.patient.clone(), "0".repeat(64), "Understood".into())),
        ),
        Row("active", Anybody, call!(desk, at, desk.active())),
        Row("set_lock_minutes", All, call!(desk, at, desk.set_lock_minutes(0))),
        // The right passphrase is needed once more: this one is refused, and slowed like unlocking.
        Row(
            "protect",
            All,
            call!(desk, at, desk.protect(SecretString::from("not the passphrase"), None, alone())),
        ),
        Row("access_log", Only(&[PrivacyOfficer]), call!(desk, at, desk.access_log(AccessQuery::default()))),
        Row(
            "export_access_log",
            Only(&[PrivacyOfficer]),
            call!(desk, at, desk.export_access_log(AccessQuery::default(), AccessFormat::Csv)),
        ),
        Row("report", PRACTITIONERS, call!(desk, at, desk.ward_report(a_day_of(ReportKind::Load)))),
        Row(
            "report",
            Only(&[PrivacyOfficer]),
            call!(desk, at, desk.ward_report(a_day_of(ReportKind::Access))),
        ),
        Row(
            "export_report",
            PRACTITIONERS,
            call!(desk, at, {
                let ask = a_day_of(ReportKind::Silence);
                desk.export_report(ask, ReportFormat::Pdf, ReportWords::default())
            }),
        ),
        Row(
            "export_strip",
            Anybody,
            call!(desk, at, desk.export_strip(at.alarm.clone(), 0, ReportWords::default())),
        ),
        Row("security_events", ADMIN, call!(desk, at, desk.security_events())),
        Row("finish_security_event", ADMIN, call!(desk, at, desk.finish_security_event("0.0.0".into()))),
        Row("erasures", Only(&[Admin, PrivacyOfficer]), call!(desk, at, desk.erasures())),
        Row(
            "propose_erasure",
            Only(&[Admin, PrivacyOfficer]),
            call!(desk, at, desk.propose_erasure(nothing_to_erase(at.stranger.clone()))),
        ),
        Row("enrol_preview", ADMIN, call!(desk, at, desk.enrol_preview("no request".into()))),
        Row("enrol_check", ADMIN, call!(desk, at, desk.enrol_check("no request".into(), String::new()))),
        Row("enrol", ADMIN, call!(desk, at, desk.enrol("no request".into(), String::new(), Vec::new()))),
        Row("enrolment_answer", ADMIN, call!(desk, at, desk.answer_for(at.stranger.clone()))),
        Row("revoke", ADMIN, call!(desk, at, desk.revoke(at.stranger.clone(), "lost".into()))),
        Row("create_team", ADMIN, call!(desk, at, desk.create_team(String::new()))),
        Row("join_team", ADMIN, call!(desk, at, desk.join_team(at.stranger.clone(), at.stranger.clone()))),
        Row("leave_team", ADMIN, call!(desk, at, desk.leave_team(at.stranger.clone(), at.stranger.clone()))),
        Row("patient_preview", ADMIN, call!(desk, at, desk.patient_preview("no file".into()))),
        Row("register_patient", ADMIN, call!(desk, at, desk.register_patient("no file".into()))),
        Row("register_device", ADMIN, call!(desk, at, desk.register_device(String::new(), None))),
        Row("assign_device", ADMIN, call!(desk, at, desk.assign_device("999".into(), None))),
        Row("retire_device", ADMIN, call!(desk, at, desk.retire_device("999".into()))),
        Row(
            "add_key",
            ADMIN,
            call!(desk, at, desk.add_key(at.stranger.clone(), "no request".into(), String::new())),
        ),
        Row("reinstate", ADMIN, call!(desk, at, desk.reinstate(at.stranger.clone()))),
        Row("change_role", ADMIN, call!(desk, at, desk.change_role(at.stranger.clone(), Nurse))),
        Row("set_policy", ADMIN, call!(desk, at, desk.set_policy(too_many_signers()))),
        Row("set_custodians", ADMIN, call!(desk, at, desk.set_custodians(1, Vec::new()))),
        Row("approve", PRACTITIONERS, call!(desk, role, at, desk.approve(at.consent(role).0, None))),
        Row(
            "approve",
            ADMIN,
            call!(desk, at, desk.approve(at.enrolment.clone(), Some("six words too few".into()))),
        ),
        Row("withdraw", ADMIN, call!(desk, role, at, desk.withdraw(at.consent(role).1))),
        Row(
            "record_consent",
            PRACTITIONERS,
            call!(desk, at, {
                let (patient, team) = (at.stranger.clone(), at.stranger.clone());
                desk.record_consent(patient, team, vec!["vitals".into()], 1)
            }),
        ),
        Row(
            "disclose",
            Only(&[Admin, PrivacyOfficer]),
            call!(desk, at, {
                let (patient, person) = (at.patient.clone(), at.stranger.clone());
                desk.disclose(patient, person, vec!["vitals".into()], 1, "order 1".into())
            }),
        ),
        Row(
            "end_disclosure",
            Only(&[Admin, PrivacyOfficer]),
            call!(desk, at, desk.end_disclosure(at.stranger.clone())),
        ),
        Row(
            "break_glass",
            PRACTITIONERS,
            call!(desk, at, {
                let words = String::new();
                desk.break_glass(at.patient.clone(), EmergencyReason::Other, words, vec!["vitals".into()], 1)
            }),
        ),
        // Everybody may end what they asked for, and nobody here asked for anything.
        Row("end_emergency", All, call!(desk, at, desk.end_emergency(at.broken.clone()))),
        // Nobody here is a custodian.
        Row("release_share", Only(&[]), call!(desk, at, desk.release_share(at.broken.clone()))),
        Row(
            "review_break_glass",
            Only(&[PrivacyOfficer]),
            call!(desk, at, desk.review_break_glass(at.stranger.clone(), ReviewOutcome::FollowUp)),
        ),
    ]
}
