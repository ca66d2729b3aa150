//! The commands of `docs/howto/commands.md`: each reads its arguments, makes one call to the desk and passes the
//! answer on. One file per screen; a command that needs an `if` belongs into the desk.

mod emergency;
mod erasure;
mod inbox;
mod input;
mod integrity;
mod joint;
mod limits;
mod live;
#[cfg(test)]
mod names;
mod notes;
mod oversight;
mod patient;
mod registry;
mod session;
mod settings;
mod wall;
mod ward;

use crate::state::AppState;
use tauri::{State, ipc::Invoke};
use wl_desk::view::UiError;

/// What every command answers.
type Answer<T> = Result<T, UiError>;

/// The shared state as tauri hands it to a command.
type Shell<'a> = State<'a, AppState>;

/// Answers every command by its name.
pub(crate) fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        session::session_state,
        session::create_keys,
        session::enrolment_request,
        session::load_enrolment,
        session::start_demo,
        session::unlock,
        session::lock,
        session::active,
        ward::ward,
        patient::patient,
        patient::trend,
        patient::trends,
        patient::trend_at,
        patient::trend_table,
        patient::trust,
        limits::limits,
        limits::preview_limits,
        limits::set_limits,
        limits::confirm_limits,
        limits::observe,
        limits::standby,
        notes::notes,
        notes::write_note,
        notes::co_sign,
        notes::write_order,
        notes::answer_order,
        notes::write_advice,
        notes::withdraw_advice,
        notes::note_reply,
        notes::write_programme,
        notes::end_programme,
        notes::hand_overs,
        notes::hand_over_draft,
        notes::hand_over,
        notes::accept_hand_over,
        patient::export_proof,
        patient::export_archive,
        inbox::inbox,
        inbox::acknowledge,
        inbox::pause_sound,
        inbox::act_on_alarm,
        inbox::alarms_seen,
        inbox::alarm_history,
        inbox::alarm_roster,
        inbox::set_alarm_roster,
        inbox::acknowledge_fault,
        settings::settings,
        oversight::access_log,
        oversight::export_access_log,
        oversight::report,
        oversight::export_report,
        oversight::export_strip,
        oversight::security_events,
        oversight::finish_security_event,
        erasure::erasures,
        erasure::propose_erasure,
        settings::set_lock_minutes,
        settings::protect,
        settings::enrol_preview,
        settings::enrol_check,
        settings::enrol,
        settings::enrolment_answer,
        settings::revoke,
        registry::create_team,
        registry::join_team,
        registry::leave_team,
        registry::patient_preview,
        registry::register_patient,
        registry::register_device,
        registry::assign_device,
        joint::add_key,
        joint::reinstate,
        joint::change_role,
        joint::set_policy,
        joint::set_custodians,
        joint::retire_device,
        joint::approve,
        joint::withdraw,
        joint::record_consent,
        joint::disclose,
        joint::end_disclosure,
        joint::key_problems,
        emergency::emergency,
        emergency::break_glass,
        emergency::end_emergency,
        emergency::release_share,
        emergency::review_break_glass,
        integrity::set_sources,
        integrity::compare_file,
        integrity::export_head,
        integrity::export_checkpoint,
        integrity::export_evidence,
        wall::open_wall,
        wall::close_wall,
        wall::wall_full_screen,
        live::painted,
        live::subscribe,
        live::subscribe_waves,
    ]
}

#[cfg(test)]
mod tests {
    use super::names::COMMANDS;
    use std::collections::BTreeSet;

    const MAIN: &str = include_str!("../capabilities/main.json");
    const WALL: &str = include_str!("../capabilities/wall.json");
    /// Only the wall's own window turns or closes it.
    const OF_THE_WALL: [&str; 2] = ["close_wall", "wall_full_screen"];
    const HANDLER: &str = include_str!("commands.rs");
    const PAGE: &str = include_str!("../docs/howto/commands.md");

    fn named() -> BTreeSet<String> {
        COMMANDS.iter().map(ToString::to_string).collect()
    }

    /// What a capability grants, after it was seen to be of this one window and of no remote page.
    fn granted(file: &str, window: &str) -> BTreeSet<String> {
        let capability: serde_json::Value = serde_json::from_str(file).unwrap();
        assert_eq!(capability["windows"], serde_json::json!([window]));
        assert!(capability.get("remote").is_none(), "no remote page may call a command");
        let granted = capability["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap());
        granted.map(|p| p.strip_prefix("allow-").unwrap_or(p).replace('-', "_")).collect()
    }

    #[test]
    fn every_command_is_granted_by_name() {
        let mut expected = named();
        expected.retain(|name| !OF_THE_WALL.contains(&name.as_str()));
        assert_eq!(granted(MAIN, "main"), expected);
    }

    #[test]
    fn the_wall_reads_and_nothing_else() {
        let mut expected: BTreeSet<String> = ["session_state", "ward", "subscribe"].map(str::to_owned).into();
        expected.extend(OF_THE_WALL.map(str::to_owned));
        assert_eq!(granted(WALL, "wall"), expected);
    }

    #[test]
    fn every_command_is_handled() {
        let list = HANDLER.split("generate_handler![").nth(1).unwrap().split(']').next().unwrap();
        let handled = list.split(',').map(str::trim).filter(|path| !path.is_empty());
        let handled: BTreeSet<String> =
            handled.map(|path| path.rsplit("::").next().unwrap().to_owned()).collect();
        assert_eq!(handled, named());
    }

    #[test]
    fn every_command_is_described() {
        let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let rows: BTreeSet<String> = rows.map(str::to_owned).filter(|name| named().contains(name)).collect();
        assert_eq!(rows, named());
    }
}
