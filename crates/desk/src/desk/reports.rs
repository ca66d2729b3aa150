//! Reports: made for the screen, and saved as a file that says what it is of.

use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, Moment};
use crate::report::{self, Counted, Figures, Watched};
use crate::session::{Core, Session};
use crate::store::AccessFilter;
use crate::view::{ReportAsk, ReportFormat, ReportKind, ReportView, ReportWords, SavedView, UiError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wl_chart::Size;
use wl_ledger::control::Subject;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::Parameter as Measured;
use wl_wire::access::Screen;

const MINUTE: i64 = 60_000;
/// The longest period for minutes without a value: every chunk of it is read.
const LONGEST_SILENCE: i64 = 7 * 24 * 60 * MINUTE;
/// Most openings that one report counts.
const MOST_OPENINGS: u32 = 100_000;
/// Most words of a printed report, and the longest.
const MOST_WORDS: usize = 128;
const LONGEST_WORD: usize = 300;
const CHART: Size = Size { width: 960, height: 160 };
/// A time zone is at most so many minutes away from UTC.
const FURTHEST_ZONE: u32 = 14 * 60;

/// A report with the patients it is of.
struct Made {
    view: ReportView,
    of: Vec<PatientId>,
}

impl Desk {
    /// A report on the ward. Clinicians; the one about access for privacy officers.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn ward_report(&self, ask: ReportAsk) -> Answer<ReportView> {
        let session = self.shared.open_session().await?;
        let made = make(&session, ask).await;
        Ok(self.shared.told(made).await?.view)
    }

    /// The same as a file. Each patient it is of has it in the access log before it is written.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn export_report(
        &self,
        ask: ReportAsk,
        format: ReportFormat,
        words: ReportWords,
    ) -> Answer<SavedView> {
        check_words(&words)?;
        let session = self.shared.open_session().await?;
        let made = make(&session, ask).await;
        let made = self.shared.told(made).await?;
        let bytes = match format {
            ReportFormat::Csv => report::csv(&made.view).into_bytes(),
            ReportFormat::Pdf => report::pdf(&made.view, &words)
                .map_err(|error| UiError::bad_input(format!("The report is not printed: {error}.")))?,
        };
        let now = edge::now();
        for patient in &made.of {
            session.core().await.log_opening(patient, Screen::Export, now).await?;
        }
        let ending = report::word(&format);
        let name = format!("wardlight-report-{}-{}.{ending}", report::word(&ask.kind), now.0);
        let saved_as = self.shared.hand_out(&name, &bytes);
        if saved_as.is_empty() {
            return Err(UiError::not_saved());
        }
        Ok(SavedView { saved_as, entries: u32::try_from(made.view.rows.len()).unwrap_or(u32::MAX) })
    }
}

async fn make(session: &Arc<Session>, ask: ReportAsk) -> Answer<Made> {
    let now = edge::now();
    let (from, to) = period(&ask, now)?;
    judge(&*session.core().await, ask.kind)?;
    let (figures, of) = match ask.kind {
        ReportKind::Silence => silence(session, from, to, now).await?,
        ReportKind::Access => access(session, from, to).await?,
        ReportKind::Shift => {
            let mut core = session.core().await;
            core.load_since(None, from).await?;
            shift(&Moment::new(&mut core, now), from, to)
        }
        ReportKind::Load | ReportKind::Hours | ReportKind::Response | ReportKind::Outcome => {
            let mut core = session.core().await;
            core.load_since(None, from).await?;
            alarms(&Moment::new(&mut core, now), &ask, from, to)
        }
    };
    let store = session.core().await.store().ok_or_else(UiError::locked)?;
    let head = store.head().await?.ok_or_else(|| UiError::not_found("verified record"))?;
    let core = session.core().await;
    let made_by = core.state().member(&core.me).map(|member| member.enrolment.name.clone());
    let chart_svg = report::chart(&figures.bars, CHART)
        .svg()
        .map_err(|_| UiError::bad_input("There are too many rows for one chart; choose a shorter period."))?;
    let view = ReportView {
        ask,
        made_ms: now.0,
        made_by: made_by.unwrap_or_default(),
        hospital: core.answer.hospital.clone(),
        patients: u32::try_from(of.len()).unwrap_or(u32::MAX),
        columns: figures.view_columns(),
        rows: figures.rows,
        chart_svg,
        bars: figures.bars,
        bar_form: figures.bar_form,
        seal: report::seal_line(&ask, head.height, &head.id),
        demo: core.answer.demo,
    };
    Ok(Made { view, of })
}

fn judge(core: &Core, kind: ReportKind) -> Answer<()> {
    if report::is_oversight(kind) {
        return crate::access_log::judge(core);
    }
    super::is_clinician(core)
        .then_some(())
        .ok_or_else(|| UiError::not_allowed("Reports on the ward are for physicians and nurses."))
}

/// Words of the window that go on paper are bounded like everything that comes from outside.
pub(super) fn check_words(words: &ReportWords) -> Answer<()> {
    let long = |text: &String| text.chars().count() > LONGEST_WORD;
    if words.texts.len() > MOST_WORDS || words.texts.iter().any(|(key, text)| long(key) || long(text)) {
        return Err(UiError::bad_input("The words of the report are too many or too long."));
    }
    Ok(())
}

/// The period, which ends now at the latest.
fn period(ask: &ReportAsk, now: UnixMillis) -> Answer<(UnixMillis, UnixMillis)> {
    let (from, to) = (UnixMillis(ask.from_ms), UnixMillis(ask.to_ms).min(now));
    let longest = match ask.kind {
        ReportKind::Silence => LONGEST_SILENCE,
        _ => report::LONGEST,
    };
    check_zone(ask.offset_minutes)?;
    if from.0 < 0 || to.since(from) < MINUTE {
        return Err(UiError::bad_input("The period has no minute in it."));
    }
    if to.since(from) > longest {
        let days = longest / (24 * 60 * MINUTE);
        return Err(UiError::bad_input(format!("The period is longer than {days} days.")));
    }
    Ok((from, to))
}

/// A time zone as minutes east of UTC.
pub(super) fn check_zone(offset_minutes: i32) -> Answer<()> {
    match offset_minutes.unsigned_abs() > FURTHEST_ZONE {
        true => Err(UiError::bad_input("No time zone is so far away.")),
        false => Ok(()),
    }
}

fn alarms(
    moment: &Moment<'_>,
    ask: &ReportAsk,
    from: UnixMillis,
    to: UnixMillis,
) -> (Figures, Vec<PatientId>) {
    let mut of: Vec<PatientId> = moment.patients();
    of.retain(|patient| moment.shares(patient, Category::Alarms));
    let beds: Vec<(String, String)> = of.iter().map(|patient| place(moment, patient)).collect();
    let entries = moment.core.inbox.entries().filter_map(|(_, entry)| {
        let at = of.iter().position(|patient| *patient == entry.patient())?;
        let (bed, name) = beds.get(at)?;
        let life = entry.life()?;
        let raised = life.alarm().raised;
        (raised >= from && raised < to).then_some(Counted { bed, name, life })
    });
    let counted: Vec<Counted<'_>> = entries.collect();
    let figures = match ask.kind {
        ReportKind::Hours => report::hours(&counted, i64::from(ask.offset_minutes) * MINUTE),
        ReportKind::Response => report::response(&counted),
        ReportKind::Outcome => report::outcome(&counted),
        ReportKind::Shift | ReportKind::Load | ReportKind::Silence | ReportKind::Access => {
            report::load(&counted, &beds, from, to)
        }
    };
    (figures, of)
}

fn shift(moment: &Moment<'_>, from: UnixMillis, to: UnixMillis) -> (Figures, Vec<PatientId>) {
    let mut of: Vec<PatientId> = moment.patients();
    of.retain(|patient| moment.shares(patient, Category::Alarms));
    let mut raised: BTreeMap<PatientId, [u32; 3]> = BTreeMap::new();
    for (_, entry) in moment.core.inbox.entries() {
        let Some(alarm) = entry.life().map(|life| life.alarm()) else { continue };
        if alarm.raised >= from && alarm.raised < to {
            report::count(raised.entry(entry.patient()).or_default(), alarm.priority);
        }
    }
    let stays = of.iter().map(|patient| {
        let alarms = raised.get(patient).copied().unwrap_or_default();
        let (bed, name) = place(moment, patient);
        let sheet = present::shift_sheet(moment, patient, from, to);
        report::Stay {
            bed,
            name,
            news2: sheet.news2,
            alarms,
            unanswered: sheet.unanswered,
            limits: sheet.limits,
            orders: sheet.orders,
        }
    });
    (report::shift(stays.collect()), of)
}

/// Bed and name of a patient; without a bed the pseudonym, so that no two are one.
fn place(moment: &Moment<'_>, patient: &PatientId) -> (String, String) {
    let bed = moment.core.beds.get(patient).cloned().unwrap_or_else(|| patient.to_string());
    (bed, moment.name(patient).text)
}

async fn silence(
    session: &Arc<Session>,
    from: UnixMillis,
    to: UnixMillis,
    now: UnixMillis,
) -> Answer<(Figures, Vec<PatientId>)> {
    let mut watched = Vec::new();
    let (store, of) = {
        let mut core = session.core().await;
        let store = core.store().ok_or_else(UiError::locked)?;
        let moment = Moment::new(&mut core, now);
        let mut of = moment.patients();
        of.retain(|patient| moment.shares(patient, Category::Vitals));
        for patient in &of {
            watched.push(expected(&moment, patient, from));
        }
        (store, of)
    };
    for (patient, one) in of.iter().zip(&mut watched) {
        for chunk in store.digests(patient, from, to).await? {
            if is_monitored(chunk.key.parameter()) {
                one.minutes.extend(chunk.digest.points().map(|point| point.taken.0.div_euclid(MINUTE)));
            }
        }
        let mut core = session.core().await;
        for (key, samples) in present::tail_of(&Moment::new(&mut core, now), patient) {
            let usable = samples.iter().filter(|sample| sample.quality.has_value());
            if is_monitored(key.parameter()) {
                one.minutes.extend(usable.map(|sample| sample.taken.0.div_euclid(MINUTE)));
            }
        }
    }
    Ok((report::silence(&watched, to), of))
}

/// The vital signs that a monitor tells all the time.
fn is_monitored(measured: Option<Measured>) -> bool {
    matches!(
        measured,
        Some(Measured::HeartRate | Measured::PulseRate | Measured::Spo2 | Measured::RespiratoryRate)
    )
}

/// A patient of whom values are expected since the first stream of vital signs was opened.
fn expected(moment: &Moment<'_>, patient: &PatientId, from: UnixMillis) -> Watched {
    let subject = Subject::Patient(*patient, Category::Vitals);
    let streams = moment.core.state().streams().filter(|(_, stream)| stream.subject == subject);
    let opened = streams
        .filter_map(|(_, stream)| moment.core.engine.verifier().header(stream.since))
        .map(|header| header.time())
        .min();
    let watch = moment.core.watches.get(patient).filter(|_| moment.shares(patient, Category::Alarms));
    let (bed, name) = place(moment, patient);
    Watched {
        bed,
        name,
        since: opened.map_or(from, |opened| opened.max(from)),
        minutes: BTreeSet::new(),
        standbys: watch.map(|watch| watch.standbys()).unwrap_or_default(),
    }
}

async fn access(
    session: &Arc<Session>,
    from: UnixMillis,
    to: UnixMillis,
) -> Answer<(Figures, Vec<PatientId>)> {
    let store = session.core().await.store().ok_or_else(UiError::locked)?;
    let filter = AccessFilter { patient: None, from: Some(from), to: Some(to) };
    let openings = store.openings(filter, MOST_OPENINGS.saturating_add(1)).await?;
    if openings.len() > usize::try_from(MOST_OPENINGS).unwrap_or(usize::MAX) {
        return Err(UiError::bad_input(format!(
            "There are more than {MOST_OPENINGS} openings; choose a shorter time."
        )));
    }
    let core = session.core().await;
    let state = core.state();
    let figures = report::access(&openings, |key| {
        let person = state.person_of(key).unwrap_or(*key);
        let member = state.member(&person).or_else(|| state.member(key));
        let name = member.map_or_else(|| key.to_string(), |member| member.enrolment.name.clone());
        let role = member.and_then(|member| present::role_view(member.enrolment.role));
        (person, name, role.map_or_else(String::new, |role| report::word(&role)))
    });
    // Of nobody's record anything is shown but that it was opened.
    Ok((figures, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_a_minute_and_ends_now() {
        let now = UnixMillis(100 * 24 * 60 * MINUTE);
        let day = 24 * 60 * MINUTE;
        let ask = |kind, from: i64, to: i64| ReportAsk { kind, from_ms: from, to_ms: to, offset_minutes: 0 };
        let of = |ask: ReportAsk| period(&ask, now).ok();
        let load = ReportKind::Load;
        assert_eq!(of(ask(load, now.0 - day, now.0 + day)), Some((now.plus(-day), now)));
        assert!(of(ask(load, now.0 - 31 * day, now.0)).is_some());
        assert!(of(ask(ReportKind::Silence, now.0 - 7 * day, now.0)).is_some());
        for refused in [
            ask(load, now.0 - 32 * day, now.0),
            ask(ReportKind::Silence, now.0 - 8 * day, now.0),
            ask(load, now.0, now.0),
            ask(load, now.0, now.0 - day),
            ask(load, now.0 + day, now.0 + 2 * day),
            ask(load, -1, now.0),
            ask(load, i64::MIN, i64::MAX),
        ] {
            assert_eq!(of(refused), None, "{refused:?}");
        }
        let far = ReportAsk { offset_minutes: i32::MIN, ..ask(load, now.0 - day, now.0) };
        assert_eq!(of(far), None);
    }
}
