//! The access log as comma-separated values. No cell can run as a formula.

use crate::cli::{cell, time_utc};
use crate::report::word;
use crate::view::AccessRow;
use wl_ledger::UnixMillis;

const COLUMNS: &str =
    "at,person,person_id,role,workstation,patient_id,screen,categories,grounds,reason,receipt";

pub(super) fn write(rows: &[AccessRow]) -> String {
    let mut text = format!("{COLUMNS}\r\n");
    for row in rows {
        let cells = [
            time_utc(UnixMillis(row.at_ms)),
            row.person.clone(),
            row.person_id.clone(),
            row.role.map_or_else(String::new, |role| word(&role)),
            row.workstation.clone(),
            row.patient_id.clone(),
            word(&row.screen),
            row.categories.join(" "),
            row.grounds.iter().map(word).collect::<Vec<_>>().join(" "),
            row.reason.clone(),
            row.id.clone(),
        ];
        text.push_str(&cells.map(|text| cell(&text)).join(","));
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{AccessGround, AccessScreen, NameView, RoleView, ValueState};

    #[test]
    fn a_name_or_reason_neither_breaks_a_line_nor_runs() {
        let row = AccessRow {
            id: "5.0.1".into(),
            record_ref: "5.0".into(),
            at_ms: 1_768_449_600_000,
            person: "=HYPERLINK(\"http://x\")".into(),
            person_id: "aa".repeat(16),
            role: Some(RoleView::Nurse),
            workstation: "aa".repeat(16),
            patient_id: "bb".repeat(16),
            name: NameView { text: String::new(), state: ValueState::NotShared },
            screen: AccessScreen::BreakGlass,
            categories: vec!["vitals".into(), "alarms".into()],
            grounds: vec![AccessGround::BreakGlass],
            reason: "+cmd|'/C calc'!A0, said \"quickly\"".into(),
        };
        let text = write(&[row]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!((lines.len(), lines[0], lines[2]), (3, COLUMNS, ""));
        let (a, b) = ("aa".repeat(16), "bb".repeat(16));
        assert_eq!(
            lines[1],
            format!(
                "2026-01-15T04:00:00.000Z,\"'=HYPERLINK(\"\"http://x\"\")\",{a},nurse,{a},{b},breakGlass,\
                 vitals alarms,breakGlass,\"'+cmd|'/C calc'!A0, said \"\"quickly\"\"\",5.0.1"
            )
        );
    }
}
