//! The answers of the mock host are made from the view types, so that mock and desk cannot drift.
//!
//! `UPDATE_GENERATED=1 cargo test -p wl-desk view_fixtures` writes them anew into `ui/test/fixtures`.

#![allow(
    clippy::expect_used,
    unreachable_pub,
    missing_docs,
    reason = "fixtures: what cannot be made is a fault of the test"
)]

#[path = "fixtures/alarms.rs"]
mod alarms;
#[path = "fixtures/emergency.rs"]
mod emergency;
#[path = "fixtures/limits.rs"]
mod limits;
#[path = "fixtures/notes.rs"]
mod notes;
#[path = "fixtures/oversight.rs"]
mod oversight;
#[path = "fixtures/people.rs"]
mod people;
#[path = "fixtures/reports.rs"]
mod reports;
#[path = "fixtures/session.rs"]
mod session;
#[path = "fixtures/trends.rs"]
mod trends;
#[path = "fixtures/ward.rs"]
mod ward;

use serde::Serialize;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// The host's clock in all fixtures: 2026-01-15T04:00:00Z.
pub(crate) const NOW_MS: i64 = 1_768_449_600_000;

fn fixture<T: Serialize>(files: &mut BTreeMap<&'static str, String>, name: &'static str, value: &T) {
    let text = serde_json::to_string_pretty(value).expect("a view is always JSON");
    files.insert(name, text + "\n");
}

fn fixtures() -> BTreeMap<&'static str, String> {
    let mut files = BTreeMap::new();
    fixture(&mut files, "session.json", &session::sessions());
    fixture(&mut files, "enrolment_request.json", &session::enrolment_request());
    fixture(&mut files, "errors.json", &session::errors());
    fixture(&mut files, "ward.json", &ward::ward());
    fixture(&mut files, "patients.json", &ward::patients());
    fixture(&mut files, "trends.json", &ward::trends());
    fixture(&mut files, "trends_screen.json", &trends::screens());
    fixture(&mut files, "trend_at.json", &trends::moments());
    fixture(&mut files, "trend_table.json", &trends::table());
    fixture(&mut files, "inbox.json", &alarms::inboxes());
    fixture(&mut files, "trust.json", &people::trusts());
    fixture(&mut files, "settings.json", &people::settings());
    fixture(&mut files, "emergency.json", &emergency::emergencies());
    fixture(&mut files, "key_problems.json", &emergency::key_problems());
    fixture(&mut files, "enrol_preview.json", &people::previews());
    fixture(&mut files, "enrol_check.json", &people::check());
    fixture(&mut files, "enrolment_answer.json", &people::answer());
    fixture(&mut files, "patient_preview.json", &people::registrations());
    fixture(&mut files, "reports.json", &reports::reports());
    fixture(&mut files, "access_log.json", &oversight::access_log());
    fixture(&mut files, "erasures.json", &oversight::erasures());
    fixture(&mut files, "security_events.json", &oversight::security_events());
    fixture(&mut files, "limits.json", &limits::limits());
    fixture(&mut files, "notes.json", &notes::notes());
    fixture(&mut files, "alarm_history.json", &alarms::history());
    fixture(&mut files, "alarm_roster.json", &alarms::roster());
    files
}

#[test]
fn fixtures_are_what_the_views_say() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/test/fixtures");
    for (name, fresh) in fixtures() {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            fs::create_dir_all(&folder).expect("the folder of the fixtures");
            fs::write(&path, &fresh).expect("write a fixture");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "ui/test/fixtures/{name} is stale: run with UPDATE_GENERATED=1");
    }
}

#[test]
fn urgency_follows_priority_then_answer_then_score() {
    use wl_desk::view::{Priority, TileView};
    let rising = [
        TileView::urgency(None, 0),
        TileView::urgency(None, 20),
        TileView::urgency(Some((Priority::Low, true)), 0),
        TileView::urgency(Some((Priority::Low, false)), 20),
        TileView::urgency(Some((Priority::Medium, true)), 0),
        TileView::urgency(Some((Priority::Medium, false)), 0),
        TileView::urgency(Some((Priority::High, true)), 0),
        TileView::urgency(Some((Priority::High, false)), 0),
        TileView::urgency(Some((Priority::High, false)), 255),
    ];
    assert!(rising.windows(2).all(|pair| pair[0] < pair[1]), "urgency must rise along {rising:?}");
}
