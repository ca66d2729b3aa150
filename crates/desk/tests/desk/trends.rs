//! Trends at a workstation, from records on the chain to charts, the cursor and the table: what is there is told with its
//! age, and what is not there with its reason.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::*;
use secrecy::SecretString;
use std::path::Path;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::{PatientId, Role, UnixMillis};
use wl_seal::WorkFactor;
use wl_vitals::{Parameter as Measured, Quality, Reading};
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn ok<T>(answer: Result<T, UiError>) -> T {
    answer.map_err(|error| error.message).unwrap()
}

fn refused<T>(answer: Result<T, UiError>) -> Option<ErrorCode> {
    answer.err().map(|error| error.code)
}

fn ask(hours: u32) -> TrendAsk {
    TrendAsk { hours, from_ms: None, to_ms: None }
}

/// So many readings, ten seconds apart.
fn every_ten_seconds(
    of: Measured,
    value: i32,
    from: UnixMillis,
    count: i64,
    quality: Quality,
) -> Vec<Reading> {
    let at = |n: i64| from.plus(n * 10_000);
    (0..count).map(|n| Reading { quality, ..measured(of, value, 0, at(n)) }).collect()
}

/// Three hours of one patient: saturation for ten minutes, silence, a probe that is off, impossible values, silence; one
/// cuff pressure; an alarm.
fn three_hours(ward: &mut TestWard, begin: UnixMillis) {
    ward.frame(every_ten_seconds(Measured::Spo2, 97, begin, 60, Quality::Good));
    ward.frame(every_ten_seconds(Measured::Spo2, 0, begin.plus(30 * MINUTE), 60, Quality::Unavailable));
    ward.frame(every_ten_seconds(Measured::Spo2, 120, begin.plus(50 * MINUTE), 6, Quality::Invalid));
    let cuff = begin.plus(5 * MINUTE);
    ward.frame(vec![
        measured(Measured::NibpSystolic, 128, 0, cuff),
        measured(Measured::NibpDiastolic, 74, 0, cuff),
    ]);
    ward.alarm(&wl_vitals::alarm::AlarmEvent::Raised(spo2_alarm(ward.patient, begin.plus(9 * MINUTE))));
    ward.cut();
}

async fn desk_with(folder: &Path, begin: UnixMillis) -> (Desk, TestGateway, String) {
    let settings = Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() };
    let desk = Desk::open(folder, settings).map_err(|e| e.message).unwrap();
    ok(desk.create_keys("Ines Calder".into(), RoleView::Nurse, SecretString::from(PASSPHRASE)).await);
    let request = ok(desk.enrolment_request().await);
    let person = enrolment::read_request(&request.text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut ward = TestWard::found(wl_desk::edge::now(), ward::request("admin", Role::Admin), &address);
    ward.admit(&person, None);
    ward.identity("Ada Example", "12");
    three_hours(&mut ward, begin);
    let patient = ward.patient.to_string();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    ok(desk.load_enrolment(answer).await);
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    for _ in 0..1_200 {
        let here = desk.trends(patient.clone(), ask(4)).await.is_ok_and(|view| {
            let spo2 = view.charts.iter().find(|chart| chart.parameter == Parameter::Spo2);
            !view.episodes.is_empty()
                && spo2.is_some_and(|chart| {
                    chart.gaps.iter().all(|gap| gap.kind != GapKind::NotYetHere) && chart.gaps.len() > 3
                })
        });
        if here {
            return (desk, gateway, patient);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the three hours did not arrive");
}

fn chart(view: &TrendsView, parameter: Parameter) -> &TrendView {
    view.charts.iter().find(|chart| chart.parameter == parameter).unwrap()
}

fn kinds(chart: &TrendView) -> Vec<GapKind> {
    chart.gaps.iter().map(|gap| gap.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_with_its_reason_and_never_bridged() {
    use GapKind::{Invalid, NotMeasured, SensorOff};
    let folder = tempfile::tempdir().unwrap();
    let begin = UnixMillis(wl_desk::edge::now().0 - 3 * HOUR);
    let (desk, _gateway, patient) = desk_with(folder.path(), begin).await;

    let view = ok(desk.trends(patient.clone(), ask(4)).await);
    assert!(view.vitals == Sharing::Shared && view.name.text == "Ada Example" && view.bed == "12");
    let order: Vec<Parameter> = view.charts.iter().map(|chart| chart.parameter).collect();
    use Parameter::{BloodPressure, HeartRate, RespirationRate, Spo2, Temperature};
    assert!(
        order == [HeartRate, Spo2, RespirationRate, BloodPressure, Temperature],
        "the five are always there"
    );
    let spo2 = chart(&view, Spo2);
    let expected = [NotMeasured, NotMeasured, SensorOff, NotMeasured, Invalid, NotMeasured];
    assert_eq!(kinds(spo2), expected);
    let silence = spo2.gaps[1];
    assert!((silence.from_ms - begin.plus(10 * MINUTE).0).abs() <= 10_000);
    assert!((silence.to_ms - begin.plus(30 * MINUTE).0).abs() <= 10_000);
    // One line of ten minutes, and nothing after it: 960 pixels are four hours.
    let lines: Vec<&str> = spo2.svg.lines().filter(|line| line.contains("#4FC3F7")).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let xs: Vec<i32> = lines[0]
        .split("points=\"")
        .nth(1)
        .unwrap()
        .split(' ')
        .filter_map(|p| p.split(',').next()?.parse().ok())
        .collect();
    assert!(xs.iter().all(|x| (238..=281).contains(x)), "{xs:?}");
    assert_eq!(kinds(chart(&view, HeartRate)), [NotMeasured], "without a value the whole window is a gap");
    assert!(chart(&view, BloodPressure).svg.contains("stroke=\"#FFFFFF\""), "a bar for the cuff");
    assert_eq!(view.episodes.len(), 1);
    assert!(view.episodes[0].parameter == Spo2 && view.episodes[0].text == "SpO₂ 82 < 85");

    // A day is drawn from digests, before and after the hours are compacted, and tells the same.
    let session = desk.session().await.unwrap();
    session.core().await.flush(wl_desk::edge::now()).await.unwrap();
    let store = session.core().await.store().unwrap();
    let of = PatientId::from_hex(&patient).unwrap();
    let (from, to) = (begin.plus(-HOUR), begin.plus(4 * HOUR));
    let points = |all: Vec<wl_desk::store::ChunkDigest>| {
        let mut all: Vec<_> = all
            .iter()
            .flat_map(|one| one.digest.points().collect::<Vec<_>>())
            .map(|p| (p.taken, p.value))
            .collect();
        all.sort_unstable();
        all
    };
    let loose = points(store.digests(&of, from, to).await.unwrap());
    assert!(!loose.is_empty() && loose == points(store.digests(&of, from, to).await.unwrap()));
    while store.compact(to.plus(HOUR), 1_024).await.unwrap() > 0 {}
    let joined = store.digests(&of, from, to).await.unwrap();
    let day = ok(desk.trends(patient.clone(), ask(24)).await);
    assert_eq!(kinds(chart(&day, Spo2)), expected, "from {} chunks", joined.len());
    drop(store);
    drop(session);
    desk.close().await.map_err(|e| e.message).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cursor_tells_what_was_known_then_and_the_table_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let begin = UnixMillis(wl_desk::edge::now().0 - 3 * HOUR);
    let (desk, _gateway, patient) = desk_with(folder.path(), begin).await;
    let at = async |minutes: i64, of: Parameter| {
        let view = ok(desk.trend_at(patient.clone(), begin.plus(minutes * MINUTE + 3_000).0).await);
        view.values.into_iter().find(|value| value.parameter == of).unwrap()
    };
    let there = at(5, Parameter::Spo2).await;
    assert!(there.state == ValueState::Fresh && there.text == "97" && there.limits.low == "90");
    assert_eq!(there.taken_ms, Some(begin.plus(5 * MINUTE).0));
    let trust = ok(desk.trust(there.record_ref.unwrap()).await);
    assert!(trust.seal == SealState::Sealed);
    for (minutes, state) in
        [(20, ValueState::NotMeasured), (35, ValueState::SensorOff), (50, ValueState::Invalid)]
    {
        let value = at(minutes, Parameter::Spo2).await;
        let shown = value.state == state || (minutes == 20 && value.state == ValueState::Lost);
        assert!(shown && value.text.is_empty(), "minute {minutes}: {:?} {}", value.state, value.text);
    }
    let pressure = at(6, Parameter::BloodPressure).await;
    assert!(pressure.state == ValueState::Fresh && pressure.text == "128/74");
    let old = at(120, Parameter::BloodPressure).await;
    assert!(old.state == ValueState::Ageing && old.text == "128/74" && old.taken_ms == pressure.taken_ms);
    assert!(
        at(4, Parameter::BloodPressure).await.state == ValueState::NotMeasured,
        "nothing is known before it is measured"
    );

    let table = ok(desk.trend_table(patient.clone(), ask(4)).await);
    assert_eq!((table.step_minutes, table.columns.len()), (5, 49));
    let spo2 = table.rows.iter().find(|row| row.parameter == Parameter::Spo2).unwrap();
    assert_eq!(spo2.cells.iter().map(|cell| cell.count).sum::<u32>(), 60);
    assert!(spo2.cells.iter().filter(|cell| cell.count > 0).all(|cell| cell.gap.is_none()
        && (cell.low.as_str(), cell.median.as_str(), cell.high.as_str()) == ("97", "97", "97")));
    let reasons: Vec<GapKind> = spo2.cells.iter().filter_map(|cell| cell.gap).collect();
    assert!(reasons.contains(&GapKind::SensorOff) && reasons.contains(&GapKind::NotMeasured));
    assert!(spo2.cells.iter().all(|cell| (cell.count == 0) == cell.gap.is_some()));

    let of = |id: &str| id.to_owned();
    let bad = |from: Option<i64>, to: Option<i64>, hours| TrendAsk { hours, from_ms: from, to_ms: to };
    let now = wl_desk::edge::now().0;
    for wrong in [
        bad(None, None, 5),
        bad(Some(now), None, 4),
        bad(Some(now - MINUTE), Some(now), 4),
        bad(Some(i64::MIN), Some(i64::MAX), 24),
    ] {
        assert!(refused(desk.trends(patient.clone(), wrong).await) == Some(ErrorCode::BadInput));
        assert!(refused(desk.trend_table(patient.clone(), wrong).await) == Some(ErrorCode::BadInput));
    }
    for wrong in [i64::MIN, now - 9 * 24 * HOUR, now + 2 * HOUR, i64::MAX] {
        assert!(refused(desk.trend_at(patient.clone(), wrong).await) == Some(ErrorCode::BadInput));
    }
    let stranger = "0".repeat(32);
    assert!(refused(desk.trends(stranger.clone(), ask(4)).await) == Some(ErrorCode::NotFound));
    assert!(refused(desk.trend_at(stranger, now).await) == Some(ErrorCode::NotFound));
    assert!(refused(desk.trends(of("no id"), ask(4)).await) == Some(ErrorCode::BadInput));
    ok(desk.lock().await);
    assert!(refused(desk.trends(patient.clone(), ask(4)).await) == Some(ErrorCode::Locked));
    desk.close().await.map_err(|e| e.message).unwrap();
}
