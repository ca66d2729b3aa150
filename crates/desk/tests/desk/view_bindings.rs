//! The generated TypeScript of the window is what `wl_desk::view` says now.
//!
//! `UPDATE_GENERATED=1 cargo test -p wl-desk view_bindings` writes it anew.

use std::{any::TypeId, collections::BTreeMap, fs, path::PathBuf};
use ts_rs::{Config, TS, TypeVisitor};
use wl_desk::view;

const HEADER: &str = "// Generated from crates/desk/src/view by the test view_bindings. Do not edit.\n";

/// Every declared type that a root reaches, by name.
struct Declarations<'c> {
    config: &'c Config,
    seen: Vec<TypeId>,
    texts: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if self.seen.contains(&TypeId::of::<T>()) {
            return;
        }
        self.seen.push(TypeId::of::<T>());
        if T::output_path().is_some() {
            let text = format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(self.config));
            self.texts.insert(T::ident(self.config), text);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn generated() -> String {
    let config = Config::new();
    let mut found = Declarations { config: &config, seen: Vec::new(), texts: BTreeMap::new() };
    found.visit::<view::SessionView>();
    found.visit::<view::EnrolmentRequestView>();
    found.visit::<view::WardView>();
    found.visit::<view::PatientView>();
    found.visit::<view::TrendView>();
    found.visit::<view::TrendAsk>();
    found.visit::<view::TrendsView>();
    found.visit::<view::TrendAtView>();
    found.visit::<view::TrendTableView>();
    found.visit::<view::InboxView>();
    found.visit::<view::InboxFilter>();
    found.visit::<view::AlarmHistoryView>();
    found.visit::<view::AlarmActInput>();
    found.visit::<view::RosterView>();
    found.visit::<view::RosterStepInput>();
    found.visit::<view::TrustView>();
    found.visit::<view::ExportView>();
    found.visit::<view::SettingsView>();
    found.visit::<view::EmergencyView>();
    found.visit::<view::EnrolPreview>();
    found.visit::<view::EnrolCheck>();
    found.visit::<view::RegistrationPreview>();
    found.visit::<view::ChangeView>();
    found.visit::<view::EnrolmentAnswerView>();
    found.visit::<view::AccessQuery>();
    found.visit::<view::AccessFormat>();
    found.visit::<view::AccessLogView>();
    found.visit::<view::SavedView>();
    found.visit::<view::ReportAsk>();
    found.visit::<view::ReportFormat>();
    found.visit::<view::ReportWords>();
    found.visit::<view::ReportView>();
    found.visit::<view::SecurityView>();
    found.visit::<view::EraseAsk>();
    found.visit::<view::ProtectAsk>();
    found.visit::<view::ErasuresView>();
    found.visit::<view::LimitsPageView>();
    found.visit::<view::LimitsPreviewView>();
    found.visit::<view::LimitsProposal>();
    found.visit::<view::ObservationInput>();
    found.visit::<view::StandbyInput>();
    found.visit::<view::NotesView>();
    found.visit::<view::NoteInput>();
    found.visit::<view::HandOversView>();
    found.visit::<view::HandOverDraft>();
    found.visit::<view::HandOverInput>();
    found.visit::<view::OrderInput>();
    found.visit::<view::StepInput>();
    found.visit::<view::AdviceInput>();
    found.visit::<view::ProgrammeInput>();
    found.visit::<view::ProgrammeEndInput>();
    found.visit::<view::IntegrityView>();
    found.visit::<view::HandoutView>();
    found.visit::<view::PaintStamp>();
    found.visit::<view::UiEvent>();
    found.visit::<view::UiError>();
    let mut out = String::from(HEADER);
    for text in found.texts.values() {
        out.push('\n');
        for line in text.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

#[test]
fn bindings_are_what_the_views_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/js/bindings/view.ts");
    let fresh = generated();
    assert!(!fresh.contains("bigint"), "times and counts reach the window as JSON numbers");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of the bindings");
        fs::write(&path, &fresh).expect("write the bindings");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, fresh, "ui/js/bindings/view.ts is stale: run with UPDATE_GENERATED=1");
}
