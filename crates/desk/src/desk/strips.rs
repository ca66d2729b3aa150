//! The strip of an alarm: the values around its crossing, on the screen and on paper.

use super::alarms::shared_alarm;
use super::commands::alarm_of;
use super::reports::{check_words, check_zone};
use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, Moment, TrendSource};
use crate::report;
use crate::session::Session;
use crate::view::{ReportWords, SavedView, UiError};
use std::sync::Arc;
use wl_ledger::{Category, UnixMillis};
use wl_vitals::alarm::AlarmId;
use wl_wire::access::Screen;

/// Half of the strip around a crossing, in milliseconds.
const HALF: i64 = 30_000;
const MINUTE: i64 = 60_000;

impl Desk {
    /// The strip of an alarm as a page to print. Whose it is has it in the access log before it is written.
    ///
    /// # Errors
    /// [`UiError`]; bad input where the alarm went on and there is no word for its newest step: ask again.
    pub async fn export_strip(
        &self,
        alarm_id: String,
        offset_minutes: i32,
        words: ReportWords,
    ) -> Answer<SavedView> {
        check_words(&words)?;
        check_zone(offset_minutes)?;
        let alarm = alarm_of(&alarm_id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let source = around(&session, &alarm, now).await?;
        let store = session.core().await.store().ok_or_else(UiError::locked)?;
        let head = store.head().await?.ok_or_else(|| UiError::not_found("verified record"))?;
        let mut core = session.core().await;
        let (patient, life) = shared_alarm(&mut core, &alarm, now)?;
        let (subject, crossed) = (life.alarm().subject, life.alarm().first_crossed);
        let moment = Moment::new(&mut core, now);
        let history = present::alarm_history(&moment, &alarm, source.as_ref())
            .ok_or_else(|| UiError::not_found("alarm"))?;
        let chart = source.as_ref().zip(wl_vitals::Parameter::from_code(subject.code));
        let chart =
            chart.and_then(|(source, measured)| present::paper_chart(&moment, &patient, source, measured));
        let steps = history.steps.len();
        let offset = i64::from(offset_minutes) * MINUTE;
        let seal = report::strip_seal(&alarm, crossed.plus(-HALF), crossed.plus(HALF), head.height, &head.id);
        let words = with_seal(words, &seal);
        let (hospital, demo) = (moment.core.answer.hospital.clone(), moment.demo());
        let strip = report::Strip { history: &history, chart, crossed, seal, hospital, demo, offset };
        let bytes = report::strip(&strip, &words)
            .map_err(|error| UiError::bad_input(format!("The strip is not printed: {error}.")))?;
        core.log_opening(&patient, Screen::Export, now).await?;
        drop(core);
        let saved_as = self.shared.hand_out(&format!("wardlight-strip-{}.pdf", now.0), &bytes);
        if saved_as.is_empty() {
            return Err(UiError::not_saved());
        }
        Ok(SavedView { saved_as, entries: u32::try_from(steps).unwrap_or(u32::MAX) })
    }
}

/// The window does not know yet up to where the record is verified, so it leaves room for it in its sentence.
fn with_seal(mut words: ReportWords, seal: &crate::view::SealLine) -> ReportWords {
    if let Some(text) = words.texts.get_mut("seal") {
        *text = text.replace("{height}", &seal.height.to_string()).replace("{short}", &seal.short);
    }
    words
}

/// The values around the crossing; none where vitals are not shared.
pub(super) async fn around(
    session: &Arc<Session>,
    alarm: &AlarmId,
    now: UnixMillis,
) -> Answer<Option<TrendSource>> {
    let (store, patient, crossed) = {
        let mut core = session.core().await;
        core.load_alarm(alarm).await?;
        let (patient, life) = shared_alarm(&mut core, alarm, now)?;
        let store = core.store().ok_or_else(UiError::locked)?;
        if !Moment::new(&mut core, now).shares(&patient, Category::Vitals) {
            return Ok(None);
        }
        core.log_opening(&patient, Screen::Trend, now).await?;
        (store, patient, life.alarm().first_crossed)
    };
    let (from, to) = (crossed.plus(-HALF), crossed.plus(HALF));
    let stored = store.samples(&patient, from, to).await?;
    Ok(Some(TrendSource { stored: present::Stored::Samples(stored), bodyless: Vec::new(), from, to }))
}
