//! Reports at a workstation: counted from what was verified, refused to whoever they are not for, and saved as files that
//! say what they are of and run nothing.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::*;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::Role;
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::AlarmEvent;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";
const MINUTE: i64 = 60_000;
/// A name that a spreadsheet would run.
const NAME: &str = "=HYPERLINK(\"http://x\")";

fn ok<T>(answer: Result<T, UiError>) -> T {
    answer.map_err(|error| error.message).unwrap()
}

fn refused<T>(answer: Result<T, UiError>) -> Option<ErrorCode> {
    answer.err().map(|error| error.code)
}

fn ask(kind: ReportKind) -> ReportAsk {
    let to_ms = wl_desk::edge::now().0;
    ReportAsk { kind, from_ms: to_ms - 60 * MINUTE, to_ms, offset_minutes: 60 }
}

/// A desk of a role, and a ward with one patient: a quarter of an hour of values, and two alarms.
async fn desk_with(folder: &Path, role: RoleView) -> (Desk, TestGateway) {
    let settings = Settings {
        work: WorkFactor::new(4).unwrap(),
        handouts: Some(folder.to_owned()),
        ..Settings::default()
    };
    let desk = Desk::open(&folder.join("profile"), settings).map_err(|e| e.message).unwrap();
    ok(desk.create_keys("Ines Calder".into(), role, SecretString::from(PASSPHRASE)).await);
    let request = ok(desk.enrolment_request().await);
    let person = enrolment::read_request(&request.text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let now = wl_desk::edge::now();
    let mut ward = TestWard::found(now.plus(-30 * MINUTE), ward::request("admin", Role::Admin), &address);
    ward.admit(&person, None);
    ward.now = now;
    ward.identity(NAME, "12");
    let at = |n: i64| now.plus(-20 * MINUTE + n * 10_000);
    ward.frame((0..60).map(|n| measured(Measured::Spo2, 97, 0, at(n))).collect());
    for ago in [18, 7] {
        let raised = now.plus(-ago * MINUTE);
        ward.alarm(&AlarmEvent::Raised(spo2_alarm(ward.patient, raised)));
    }
    ward.cut();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    ok(desk.load_enrolment(answer).await);
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    for _ in 0..1_200 {
        let inbox = ok(desk.inbox(InboxTab::Active).await);
        if inbox.rows.len() == 2 && inbox.rows.iter().all(|row| row.name.text == NAME) {
            return (desk, gateway);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the ward did not arrive");
}

fn column(report: &ReportView, key: &str) -> usize {
    report.columns.iter().position(|column| column.key == key).unwrap()
}

fn words_of(report: &ReportView) -> ReportWords {
    let mut texts: BTreeMap<String, String> =
        ["title", "hospital", "period", "made", "patients", "notice", "seal"]
            .map(|key| (key.to_owned(), format!("{key} é ω ж")))
            .into();
    texts.extend(report.columns.iter().map(|column| (format!("column.{}", column.key), column.key.clone())));
    texts.extend(report.rows.iter().flatten().map(|cell| (format!("word.{cell}"), cell.clone())));
    texts.extend(["minutes", "seconds", "percent"].map(|form| (format!("form.{form}"), form.to_owned())));
    ReportWords { texts }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ward_is_counted_from_what_was_verified() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = desk_with(folder.path(), RoleView::Nurse).await;
    let first = ok(desk.inbox(InboxTab::Active).await).rows[0].alarm_id.clone();
    ok(desk.acknowledge(first).await);
    let load = ok(desk.ward_report(ask(ReportKind::Load)).await);
    assert_eq!(load.rows.len(), 1);
    assert_eq!((load.rows[0][0].as_str(), load.rows[0][1].as_str()), ("12", NAME));
    assert_eq!(load.rows[0][column(&load, "high")], "2");
    assert!(load.patients == 1 && load.made_by == "Ines Calder" && load.hospital == "Test Hospital");
    assert!(load.seal.height > 0);
    assert!(load.seal.text.contains(&load.seal.short) && load.chart_svg.starts_with("<svg"));
    let hours = ok(desk.ward_report(ask(ReportKind::Hours)).await);
    let sum: u32 = hours.rows.iter().map(|row| row[4].parse::<u32>().unwrap()).sum();
    assert_eq!((hours.rows.len(), sum), (24, 2));
    let mut answered = String::new();
    for _ in 0..400 {
        let response = ok(desk.ward_report(ask(ReportKind::Response)).await);
        answered = response.rows[0][column(&response, "acknowledged")].clone();
        if answered == "1" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(answered, "1", "one of two was answered");
    let outcome = ok(desk.ward_report(ask(ReportKind::Outcome)).await);
    assert_eq!(outcome.rows.last().unwrap()[..2], ["unresolved", "2"]);
    let silence = ok(desk.ward_report(ask(ReportKind::Silence)).await);
    let number = |key: &str| silence.rows[0][column(&silence, key)].parse::<i64>().unwrap();
    assert!((29..=31).contains(&number("watched")), "since the stream was opened: {}", number("watched"));
    assert!((18..=21).contains(&number("silent")), "ten minutes of thirty had values: {}", number("silent"));
    assert!(refused(desk.ward_report(ask(ReportKind::Access)).await) == Some(ErrorCode::NotAllowed));
    let now = wl_desk::edge::now().0;
    for (from_ms, to_ms) in [(now, now), (now - 40 * 86_400_000, now), (i64::MIN, i64::MAX)] {
        let wrong = ReportAsk { kind: ReportKind::Load, from_ms, to_ms, offset_minutes: 0 };
        assert!(refused(desk.ward_report(wrong).await) == Some(ErrorCode::BadInput));
    }
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_is_one_line_for_each_patient() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = desk_with(folder.path(), RoleView::Nurse).await;
    let first = ok(desk.inbox(InboxTab::Active).await).rows[0].alarm_id.clone();
    ok(desk.acknowledge(first).await);
    let shift = ok(desk.ward_report(ask(ReportKind::Shift)).await);
    let cells = |key: &str| shift.rows[0][column(&shift, key)].as_str();
    assert_eq!((shift.rows.len(), cells("bed"), cells("name")), (1, "12", NAME));
    assert_eq!(["high", "medium", "low"].map(cells), ["2", "0", "0"]);
    assert_eq!(["unanswered", "limits", "orders"].map(cells), ["1", "0", "0"], "one of two was answered");
    assert_eq!(cells("news2"), "", "values of ten minutes ago score nothing");
    assert!(shift.bars.len() == 1 && shift.bars[0].value == 2);
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strip_is_printed_with_each_step_and_only_with_the_words_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = desk_with(folder.path(), RoleView::Nurse).await;
    let rows = ok(desk.inbox(InboxTab::Active).await).rows;
    let oldest = rows.iter().min_by_key(|row| row.since_ms).unwrap();
    let alarm = oldest.alarm_id.clone();
    let history = ok(desk.alarm_history(alarm.clone()).await);
    assert!(history.strip.is_some(), "it was raised among values");
    let mut texts: BTreeMap<String, String> = [
        "title",
        "what",
        "demo",
        "period",
        "made",
        "notice",
        "none",
        "values",
        "hub",
        "column.time",
        "column.what",
        "column.by",
    ]
    .map(|key| (key.to_owned(), format!("{key} é ω ж")))
    .into();
    texts.insert("seal".into(), "up to {height}, {short}".into());
    texts.extend((0..history.steps.len()).map(|step| (format!("step.{step}"), format!("step {step}"))));
    let words = ReportWords { texts };
    let saved = ok(desk.export_strip(alarm.clone(), 60, words.clone()).await);
    let bytes = std::fs::read(&saved.saved_as).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 4_000, "{} bytes", bytes.len());
    assert_eq!(usize::try_from(saved.entries).unwrap(), history.steps.len());
    if let Some(keep) = std::env::var_os("WL_KEEP_STRIP") {
        std::fs::copy(&saved.saved_as, keep).unwrap();
    }
    for missing in ["title", "what", "notice", "seal", "hub", "column.by", "step.0", "values"] {
        let mut words = words.clone();
        words.texts.remove(missing);
        let answer = desk.export_strip(alarm.clone(), 0, words).await;
        assert!(refused(answer) == Some(ErrorCode::BadInput), "{missing}");
    }
    let zone = desk.export_strip(alarm.clone(), i32::MAX, words.clone()).await;
    assert!(refused(zone) == Some(ErrorCode::BadInput), "no such time zone");
    let unknown = desk.export_strip("0".repeat(32), 0, words.clone()).await;
    assert!(refused(unknown) == Some(ErrorCode::NotFound), "no such alarm");
    let long = ReportWords { texts: [("title".to_owned(), "x".repeat(301))].into() };
    assert!(refused(desk.export_strip(alarm, 0, long).await) == Some(ErrorCode::BadInput));
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_say_what_they_are_of_and_run_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway) = desk_with(folder.path(), RoleView::Physician).await;
    let load = ok(desk.ward_report(ask(ReportKind::Load)).await);
    let csv = ok(desk.export_report(load.ask, ReportFormat::Csv, ReportWords::default()).await);
    let text = std::fs::read_to_string(&csv.saved_as).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines.len(), csv.entries), (3, 1));
    assert!(lines[0].starts_with("bed,name,high,") && lines[0].ends_with("hospital,record,notice"));
    assert!(lines[1].starts_with("12,\"'=HYPERLINK(\"\"http://x\"\")\",2,"), "{}", lines[1]);
    assert!(lines[1].contains("not a certified medical device") && lines[1].contains(&load.seal.short));

    let words = words_of(&load);
    let pdf = ok(desk.export_report(load.ask, ReportFormat::Pdf, words.clone()).await);
    let bytes = std::fs::read(&pdf.saved_as).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 4_000, "{} bytes", bytes.len());
    if let Some(keep) = std::env::var_os("WL_KEEP_REPORT") {
        std::fs::copy(&pdf.saved_as, keep).unwrap();
    }
    // The direction of the title is the direction of the page; a name in Latin letters and figures keep their own.
    let mut arabic = words.clone();
    for (key, text) in [
        ("title", "حمل الإنذارات"),
        ("hospital", "مستشفى الاختبار"),
        ("period", "من \u{2066}26 Nov 07:00\u{2069} إلى \u{2066}26 Nov 19:00\u{2069}"),
        ("made", "أعدّه \u{2068}Ines Calder\u{2069} يوم \u{2066}26 Nov 2026 19:02\u{2069}"),
        ("patients", "1 مريض"),
        ("notice", "ليس جهازًا طبيًا معتمدًا، ولا يكون أبدًا الإنذار الوحيد أو الأساسي."),
        ("seal", "سجل محقَّق حتى الكتلة \u{2066}1,204\u{2069} (\u{2066}ab12cd34\u{2069})"),
        ("column.bed", "السرير"),
        ("column.name", "الاسم"),
        ("column.high", "عالية"),
    ] {
        arabic.texts.insert(key.to_owned(), text.to_owned());
    }
    let pdf = ok(desk.export_report(load.ask, ReportFormat::Pdf, arabic).await);
    let bytes = std::fs::read(&pdf.saved_as).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 4_000, "{} bytes", bytes.len());
    if let Some(keep) = std::env::var_os("WL_KEEP_REPORT") {
        std::fs::copy(&pdf.saved_as, Path::new(&keep).with_extension("ar.pdf")).unwrap();
    }
    // A page without its notice, or a column without its name, is not printed.
    for missing in ["notice", "seal", "column.bed", "title"] {
        let mut words = words.clone();
        words.texts.remove(missing);
        assert!(
            refused(desk.export_report(load.ask, ReportFormat::Pdf, words.clone()).await)
                == Some(ErrorCode::BadInput),
            "{missing}"
        );
        words.texts.insert(missing.to_owned(), "  ".to_owned());
        assert!(
            refused(desk.export_report(load.ask, ReportFormat::Pdf, words).await)
                == Some(ErrorCode::BadInput),
            "blank {missing}"
        );
    }
    let mut long = words.clone();
    long.texts.insert("title".into(), "x".repeat(301));
    assert!(
        refused(desk.export_report(load.ask, ReportFormat::Pdf, long).await) == Some(ErrorCode::BadInput)
    );
    let many = ReportWords { texts: (0..129).map(|n| (n.to_string(), "x".to_owned())).collect() };
    assert!(
        refused(desk.export_report(load.ask, ReportFormat::Pdf, many).await) == Some(ErrorCode::BadInput)
    );
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn before_there_is_a_session_there_is_no_report() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() };
    let desk = Desk::open(folder.path(), settings).map_err(|e| e.message).unwrap();
    assert!(refused(desk.ward_report(ask(ReportKind::Load)).await) == Some(ErrorCode::Locked));
    desk.close().await.map_err(|e| e.message).unwrap();
}
