//! Trends: stored and just opened samples of a window, decimated and drawn in Rust.

mod gaps;
mod lines;
mod marks;
mod moment;
mod table;

use super::Moment;
use super::patient::{limits, limits_in_force};
use super::value::parameter_of;
use super::ward::summary;
use crate::opener::Access;
use crate::store::Bodyless;
use crate::view::{Parameter, Sharing, TrendAsk, TrendView, TrendsView, ValueState, ValueView};
use gaps::Reasons;
use lines::{Line, lines, scale_of};
pub(crate) use lines::{Stored, Tail};
pub(crate) use moment::{AtSource, JUST_BEFORE, trend_at, wanted};
use std::collections::BTreeMap;
pub(crate) use table::{Columns, Counts, count, trend_table};
use wl_chart::{Axes, Bar, ChartModel, Size, Theme, fixed_range};
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::Alarm;
use wl_vitals::limits::LimitSet;
use wl_vitals::trend::{self, Point, Trend, Window};

const SIZE: Size = Size { width: 960, height: 160 };
const PAPER: Size = Size { width: 600, height: 140 };
/// Bars of blood pressure side by side at most: each takes four pixels.
const BARS: u32 = 240;
/// The charts that are there even when nothing was measured, as on the patient's page.
const ALWAYS: [Measured; 5] = [
    Measured::HeartRate,
    Measured::Spo2,
    Measured::RespiratoryRate,
    Measured::NibpSystolic,
    Measured::Temperature,
];
const PRESSURES: [Measured; 3] = [Measured::NibpSystolic, Measured::NibpDiastolic, Measured::NibpMean];

/// What trends are drawn from: read from the store without holding the core.
pub(crate) struct TrendSource {
    pub(crate) stored: Stored,
    /// Records of the window whose body is not here.
    pub(crate) bodyless: Vec<Bodyless>,
    pub(crate) from: UnixMillis,
    pub(crate) to: UnixMillis,
}

/// What every chart of one answer shares.
struct Sheet<'a> {
    moment: &'a Moment<'a>,
    patient: &'a PatientId,
    source: &'a TrendSource,
    reasons: Reasons,
    history: Vec<(UnixMillis, LimitSet)>,
    now: LimitSet,
    alarms: Vec<&'a Alarm>,
}

/// How often a patient's limits were changed in a period.
pub(super) fn limit_changes(
    moment: &Moment<'_>,
    patient: &PatientId,
    from: UnixMillis,
    to: UnixMillis,
) -> u32 {
    let history = marks::limits_over_time(moment, patient);
    let within = history.iter().filter(|(since, _)| *since >= from && *since < to).count();
    u32::try_from(within).unwrap_or(u32::MAX)
}

/// Whether charts may be drawn from digests: no slice of theirs is shorter than what a digest keeps.
pub(crate) fn is_coarse(from: UnixMillis, to: UnixMillis) -> bool {
    to.since(from) / i64::from(SIZE.width) >= trend::RESOLUTION
}

/// The patient's samples that are not stored yet.
pub(crate) fn tail_of(moment: &Moment<'_>, patient: &PatientId) -> Tail {
    let tail = moment.core.tail().samples_of(*patient);
    tail.map(|(_, key, samples)| (*key, samples.to_vec())).collect()
}

/// How far a category is shared with the reader.
pub(crate) fn sharing(moment: &Moment<'_>, patient: &PatientId, category: Category) -> Sharing {
    match moment.access(patient, category) {
        Access::Granted { .. } => Sharing::Shared,
        Access::Never => Sharing::NotShared,
        Access::Ended => Sharing::Ended,
    }
}

/// The chart a parameter is shown in: the three pressures share one.
pub(super) fn chart_of(parameter: Parameter) -> Parameter {
    match parameter {
        Parameter::Systolic | Parameter::Diastolic | Parameter::MeanPressure => Parameter::BloodPressure,
        other => other,
    }
}

/// Charts of the patient's page: one for each parameter that has values.
pub(crate) fn trend_views(moment: &Moment<'_>, patient: &PatientId, source: &TrendSource) -> Vec<TrendView> {
    if !moment.shares(patient, Category::Vitals) {
        return Vec::new();
    }
    let sheet = Sheet::new(moment, patient, source);
    let found = lines(&source.stored, &tail_of(moment, patient), source.from, source.to);
    found.into_iter().filter_map(|(measured, line)| sheet.chart(measured, line)).collect()
}

/// One parameter for paper: on a light ground, and narrower than on the screen.
pub(crate) fn paper_chart(
    moment: &Moment<'_>,
    patient: &PatientId,
    source: &TrendSource,
    measured: Measured,
) -> Option<ChartModel> {
    if !moment.shares(patient, Category::Vitals) {
        return None;
    }
    let sheet = Sheet::new(moment, patient, source);
    let mut line =
        lines(&source.stored, &tail_of(moment, patient), source.from, source.to).remove(&measured)?;
    let gap = line.gap_after(measured);
    let trend = trend::trend(line.points.iter().copied(), &sheet.window(PAPER.width, gap));
    Some(ChartModel {
        size: PAPER,
        theme: Theme::Light,
        ..sheet.model(measured, &[measured], trend, Vec::new())
    })
}

/// The trends screen.
pub(crate) fn trends_view(
    moment: &Moment<'_>,
    patient: &PatientId,
    ask: TrendAsk,
    source: &TrendSource,
) -> TrendsView {
    let vitals = sharing(moment, patient, Category::Vitals);
    let sheet = Sheet::new(moment, patient, source);
    let charts = match vitals {
        Sharing::Shared => sheet.charts(),
        Sharing::NotShared | Sharing::Ended => Vec::new(),
    };
    TrendsView {
        patient_id: patient.to_string(),
        bed: moment.bed(patient),
        name: moment.name(patient),
        ask,
        from_ms: source.from.0,
        to_ms: source.to.0,
        vitals,
        alarms: sharing(moment, patient, Category::Alarms),
        x_ticks: charts.first().map(|chart| chart.x_ticks.clone()).unwrap_or_default(),
        charts,
        episodes: marks::episodes(&sheet.alarms),
        seal: moment.seal(patient),
        demo: moment.demo(),
    }
}

impl<'a> Sheet<'a> {
    fn new(moment: &'a Moment<'a>, patient: &'a PatientId, source: &'a TrendSource) -> Self {
        Self {
            reasons: Reasons::new(moment, patient, &source.bodyless),
            history: marks::limits_over_time(moment, patient),
            now: limits_in_force(moment, patient),
            alarms: marks::touching(moment, patient, source.from, source.to),
            moment,
            patient,
            source,
        }
    }

    fn charts(&self) -> Vec<TrendView> {
        let mut found =
            lines(&self.source.stored, &tail_of(self.moment, self.patient), self.source.from, self.source.to);
        for measured in ALWAYS {
            found.entry(measured).or_default();
        }
        let mut charts = Vec::new();
        for measured in Measured::ALL {
            match measured {
                Measured::NibpSystolic => charts.extend(self.pressure(&mut found)),
                Measured::NibpDiastolic | Measured::NibpMean => {}
                _ => charts.extend(found.remove(&measured).and_then(|line| self.chart(measured, line))),
            }
        }
        charts
    }

    fn chart(&self, measured: Measured, mut line: Line) -> Option<TrendView> {
        let parameter = parameter_of(measured)?;
        let gap = line.gap_after(measured);
        let trend = trend::trend(line.points.iter().copied(), &self.window(SIZE.width, gap));
        let text = summary(&line.points, scale_of(measured), measured.info().unit.label());
        let last = self.last(measured, parameter);
        self.draw(measured, &[measured], trend, Vec::new(), &line, gap, (parameter, text, last))
    }

    /// Blood pressure: a bar from diastolic to systolic for each measurement, or for as many as fit side by side.
    fn pressure(&self, found: &mut BTreeMap<Measured, Line>) -> Option<TrendView> {
        let [mut high, low, mean] = PRESSURES.map(|measured| found.remove(&measured).unwrap_or_default());
        let gap = high.gap_after(Measured::NibpSystolic);
        let bars = bars(&high.points, &low.points, &mean.points, &self.window(BARS, gap));
        let mut trend = trend::trend(high.points.iter().copied(), &self.window(SIZE.width, gap));
        // Measurements of an hour apart have no line between them.
        trend.runs.clear();
        let scale = scale_of(Measured::NibpSystolic);
        let unit = Measured::NibpSystolic.info().unit.label();
        let both: Vec<Point> = high.points.iter().chain(&low.points).copied().collect();
        let text = if high.points.is_empty() { String::new() } else { summary(&both, scale, unit) };
        let last = self.moment.blood_pressure(self.patient);
        let told = (Parameter::BloodPressure, text, last);
        self.draw(Measured::NibpSystolic, &PRESSURES, trend, bars, &high, gap, told)
    }

    fn window(&self, slices: u32, gap: i64) -> Window {
        Window { from: self.source.from, to: self.source.to, slices, gap }
    }

    fn last(&self, measured: Measured, parameter: Parameter) -> ValueView {
        match parameter {
            Parameter::News2 | Parameter::Monitoring => ValueView::empty(ValueState::NotMeasured, None),
            _ => self.moment.value(self.patient, measured),
        }
    }

    fn model(&self, measured: Measured, of: &[Measured], trend: Trend, bars: Vec<Bar>) -> ChartModel {
        ChartModel {
            parameter: measured,
            trend,
            scale: scale_of(measured),
            range: fixed_range(measured, measured.info().unit),
            limits: marks::limit_lines(&self.history, measured, self.source.from, self.source.to),
            bands: marks::bands(&self.alarms, of),
            bars,
            size: SIZE,
            theme: Theme::Dark,
        }
    }

    fn draw(
        &self,
        measured: Measured,
        of: &[Measured],
        trend: Trend,
        bars: Vec<Bar>,
        line: &Line,
        least: i64,
        (parameter, summary, last): (Parameter, String, ValueView),
    ) -> Option<TrendView> {
        let info = measured.info();
        let gaps = self.reasons.gaps(&trend.gaps, &line.holes, least);
        let (from, to) = (self.source.from, self.source.to);
        let model = self.model(measured, of, trend, bars);
        let axes = Axes::of(&model);
        let svg = wl_chart::render(&model).ok()?;
        Some(TrendView {
            parameter,
            unit: info.unit.label().to_owned(),
            svg,
            summary,
            from_ms: from.0,
            to_ms: to.0,
            x_ticks: axes.times.iter().map(|tick| marks::time_tick(tick.x, tick.at, SIZE.width)).collect(),
            y_ticks: axes
                .values
                .iter()
                .map(|tick| marks::value_tick(tick.y, tick.value, SIZE.height))
                .collect(),
            gaps,
            limits: limits(&self.now, measured),
            last,
        })
    }
}

/// One bar for each slice of time in which both pressures were measured: from the lowest to the highest.
fn bars(high: &[Point], low: &[Point], mean: &[Point], window: &Window) -> Vec<Bar> {
    let highs = trend::extremes(high.iter().copied(), window);
    let lows = trend::extremes(low.iter().copied(), window);
    let means = trend::extremes(mean.iter().copied(), window);
    highs
        .iter()
        .filter_map(|(slice, top)| {
            let mean = means.get(slice).map(|mean| mean.last.value);
            let bottom = lows.get(slice)?.lowest.value;
            Some(Bar { taken: top.first.taken, low: bottom, high: top.highest.value, mean })
        })
        .collect()
}
