//! Trends of one patient: charts over a window, the values at a moment, and the window as a table.

use super::commands::patient_of;
use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, AtSource, Columns, Counts, Moment, Stored, TrendSource};
use crate::session::Session;
use crate::store::Store;
use crate::view::{Sharing, TrendAsk, TrendAtView, TrendTableView, TrendView, TrendsView, UiError};
use std::sync::Arc;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_wire::access::Screen;

const HOUR: i64 = 3_600_000;
/// The spans that can be chosen, in hours.
const SPANS: [u32; 6] = [1, 4, 12, 24, 72, 168];
/// How far back a window may begin.
const FURTHEST: i64 = 7 * 24 * HOUR;
/// The shortest window, in milliseconds: below, samples of one a second are further apart than pixels are wide.
const SHORTEST: i64 = 5 * 60_000;
/// As much of a table is read at once.
const PART: i64 = 24 * HOUR;

/// One patient whose trends may be read now.
struct Reader {
    session: Arc<Session>,
    patient: PatientId,
    now: UnixMillis,
    /// None where vital signs are not shared: then nothing of them is read.
    store: Option<Arc<Store>>,
}

impl Desk {
    /// Trends of the last 2 or 24 hours.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn trend(&self, id: String, hours: u32) -> Answer<Vec<TrendView>> {
        if !matches!(hours, 2 | 24) {
            return Err(UiError::bad_input("Trends are of 2 or 24 hours."));
        }
        let reader = self.reader(&id).await?;
        if reader.store.is_none() {
            return Err(UiError::not_found("patient"));
        }
        let (from, to) = (reader.now.plus(-i64::from(hours) * HOUR), reader.now.plus(1));
        let source = reader.source(from, to).await?;
        let mut core = reader.session.core().await;
        core.load_since(Some(&reader.patient), from.plus(-LONGEST_EPISODE)).await?;
        Ok(present::trend_views(&Moment::new(&mut core, reader.now), &reader.patient, &source))
    }

    /// The trends screen over a window of at most seven days.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn trends(&self, id: String, ask: TrendAsk) -> Answer<TrendsView> {
        let reader = self.reader(&id).await?;
        let (from, to) = window(ask, reader.now)?;
        let source = reader.source(from, to).await?;
        let mut core = reader.session.core().await;
        core.load_since(Some(&reader.patient), from.plus(-LONGEST_EPISODE)).await?;
        Ok(present::trends_view(&Moment::new(&mut core, reader.now), &reader.patient, ask, &source))
    }

    /// The values as they stood at one moment of the last seven days.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn trend_at(&self, id: String, at_ms: i64) -> Answer<TrendAtView> {
        let reader = self.reader(&id).await?;
        let at = UnixMillis(at_ms);
        if at > reader.now.plus(HOUR) || at < reader.now.plus(-FURTHEST - HOUR) {
            return Err(UiError::bad_input("Values are told of the last seven days."));
        }
        let Some(store) = &reader.store else { return Err(UiError::not_found("patient")) };
        let patient = &reader.patient;
        let mut stored = store.samples(patient, at.plus(-present::JUST_BEFORE), at.plus(1)).await?;
        let day = store.digests(patient, at.plus(-24 * HOUR), at.plus(1)).await?;
        for taken in present::wanted(&day, &stored, at) {
            stored.extend(store.samples(patient, taken, taken.plus(1)).await?);
        }
        let mut core = reader.session.core().await;
        let moment = Moment::new(&mut core, reader.now);
        if present::sharing(&moment, patient, Category::Vitals) != Sharing::Shared {
            return Err(UiError::not_found("patient"));
        }
        let tail = present::tail_of(&moment, patient);
        Ok(present::trend_at(&moment, patient, &AtSource { stored, at }, &tail))
    }

    /// The same window as a table.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn trend_table(&self, id: String, ask: TrendAsk) -> Answer<TrendTableView> {
        let reader = self.reader(&id).await?;
        let (from, to) = window(ask, reader.now)?;
        let columns = Columns::over(from, to);
        let mut counts = Counts::default();
        let mut bodyless = Vec::new();
        if let Some(store) = &reader.store {
            let tail = reader.tail().await;
            for part in columns.parts(PART) {
                let stored = store.samples(&reader.patient, part.from, part.to()).await?;
                present::count(&mut counts, part, &Stored::Samples(stored), &tail);
            }
            bodyless = reader.bodyless(store, columns.from, columns.to()).await?;
        }
        let mut core = reader.session.core().await;
        let moment = Moment::new(&mut core, reader.now);
        Ok(present::trend_table(&moment, &reader.patient, columns, counts, &bodyless))
    }

    /// The patient, once the opening of the record is in the log.
    async fn reader(&self, id: &str) -> Answer<Reader> {
        let patient = patient_of(id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        let store = core.store().ok_or_else(UiError::locked)?;
        let moment = Moment::new(&mut core, now);
        if !moment.patients().contains(&patient) {
            return Err(UiError::not_found("patient"));
        }
        let shared = present::sharing(&moment, &patient, Category::Vitals) == Sharing::Shared;
        core.log_opening(&patient, Screen::Trend, now).await?;
        drop(core);
        Ok(Reader { session, patient, now, store: Some(store).filter(|_| shared) })
    }
}

/// How long before a window an episode may have begun that reaches into it: 31 days.
const LONGEST_EPISODE: i64 = 31 * 24 * HOUR;

impl Reader {
    async fn source(&self, from: UnixMillis, to: UnixMillis) -> Answer<TrendSource> {
        let Some(store) = &self.store else {
            return Ok(TrendSource { stored: Stored::Samples(Vec::new()), bodyless: Vec::new(), from, to });
        };
        let stored = match present::is_coarse(from, to) {
            true => Stored::Digests(store.digests(&self.patient, from, to).await?),
            false => Stored::Samples(store.samples(&self.patient, from, to).await?),
        };
        Ok(TrendSource { stored, bodyless: self.bodyless(store, from, to).await?, from, to })
    }

    async fn bodyless(
        &self,
        store: &Store,
        from: UnixMillis,
        to: UnixMillis,
    ) -> Answer<Vec<crate::store::Bodyless>> {
        let streams = self.session.core().await.streams_of(&self.patient, Category::Vitals);
        Ok(store.bodyless(&streams, from, to).await?)
    }

    async fn tail(&self) -> present::Tail {
        let mut core = self.session.core().await;
        present::tail_of(&Moment::new(&mut core, self.now), &self.patient)
    }
}

/// The window that is asked for: a whole span until now, or a part of the last seven days.
fn window(ask: TrendAsk, now: UnixMillis) -> Answer<(UnixMillis, UnixMillis)> {
    if !SPANS.contains(&ask.hours) {
        return Err(UiError::bad_input("Trends are of 1, 4, 12 or 24 hours, or of 3 or 7 days."));
    }
    let end = now.plus(1);
    match (ask.from_ms, ask.to_ms) {
        (None, None) => Ok((now.plus(-i64::from(ask.hours) * HOUR), end)),
        (Some(from), Some(to)) => {
            let (from, to) = (UnixMillis(from), UnixMillis(to).min(end));
            if to.since(from) < SHORTEST || from < now.plus(-FURTHEST - HOUR) {
                return Err(UiError::bad_input("A part of a trend is of five minutes to seven days."));
            }
            Ok((from, to))
        }
        (Some(_), None) | (None, Some(_)) => Err(UiError::bad_input("A part has a begin and an end.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_known_span_or_a_part_of_the_last_week() {
        let now = UnixMillis(100 * 24 * HOUR);
        let ask = |hours, from: Option<i64>, to: Option<i64>| {
            let at = |ago: i64| now.0 - ago * 60_000;
            window(TrendAsk { hours, from_ms: from.map(at), to_ms: to.map(at) }, now).ok()
        };
        for hours in SPANS {
            assert_eq!(ask(hours, None, None), Some((now.plus(-i64::from(hours) * HOUR), now.plus(1))));
        }
        assert_eq!(ask(24, Some(90), Some(60)), Some((now.plus(-90 * 60_000), now.plus(-60 * 60_000))));
        assert_eq!(ask(24, Some(90), Some(-10)), Some((now.plus(-90 * 60_000), now.plus(1))), "ends now");
        let refused = [(2, None, None), (24, Some(90), None), (24, None, Some(1)), (24, Some(60), Some(90))];
        for (hours, from, to) in
            refused.into_iter().chain([(24, Some(60), Some(56)), (168, Some(11_000), Some(0))])
        {
            assert_eq!(ask(hours, from, to), None, "{hours} {from:?} {to:?}");
        }
        let ends = TrendAsk { hours: 24, from_ms: Some(i64::MIN), to_ms: Some(i64::MAX) };
        assert!(window(ends, now).is_err());
    }
}
