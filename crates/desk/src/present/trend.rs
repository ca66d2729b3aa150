//! Trends: stored and just opened samples of a window, decimated and drawn in Rust.

use super::Moment;
use super::patient::limits;
use super::value::parameter_of;
use super::ward::summary;
use crate::store::Samples;
use crate::view::{AxisTick, GapKind, GapView, Parameter, TrendView, ValueState, ValueView};
use std::collections::BTreeMap;
use wl_chart::{Axes, Band, ChartModel, LimitLine, Size, Theme, fixed_range};
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::alarm::Kind;
use wl_vitals::codes::Cadence;
use wl_vitals::limits::adult;
use wl_vitals::news2::Scale;
use wl_vitals::trend::{self, Point, Window};
use wl_vitals::{Decimal, Parameter as Measured};

const SIZE: Size = Size { width: 960, height: 160 };

/// What trends are drawn from: read from the store without holding the core.
pub(crate) struct TrendSource {
    pub(crate) stored: Vec<Samples>,
    pub(crate) from: UnixMillis,
    pub(crate) to: UnixMillis,
}

pub(crate) fn trend_views(moment: &Moment<'_>, patient: &PatientId, source: &TrendSource) -> Vec<TrendView> {
    if !moment.shares(patient, Category::Vitals) {
        return Vec::new();
    }
    let mut lines: BTreeMap<Measured, Vec<Point>> = BTreeMap::new();
    for series in &source.stored {
        add(&mut lines, &series.key, &series.samples, source);
    }
    for (_, key, samples) in moment.core.tail().samples_of(*patient) {
        add(&mut lines, key, samples, source);
    }
    lines
        .into_iter()
        .filter_map(|(measured, mut points)| {
            points.sort_by_key(|point| point.taken);
            // The stored and the just opened may overlap by what was stored between the two reads.
            points.dedup();
            view(moment, patient, measured, &points, source)
        })
        .collect()
}

fn add(
    lines: &mut BTreeMap<Measured, Vec<Point>>,
    key: &wl_vitals::chunk::SeriesKey,
    samples: &[wl_vitals::chunk::Sample],
    source: &TrendSource,
) {
    let Some(measured) = key.parameter().filter(|_| !key.coded) else { return };
    if parameter_of(measured).is_none() || key.unit != measured.info().unit {
        return;
    }
    let scale = scale_of(measured);
    let line = lines.entry(measured).or_default();
    for sample in samples {
        if sample.taken < source.from || sample.taken >= source.to || !sample.quality.has_value() {
            continue;
        }
        let value = Decimal { mantissa: sample.mantissa, scale: key.scale };
        if let Some(value) = value.rounded(scale) {
            line.push(Point { taken: sample.taken, value });
        }
    }
}

fn scale_of(measured: Measured) -> i8 {
    -i8::try_from(measured.info().decimals).unwrap_or(0)
}

/// Two values further apart than this have a gap between them, in milliseconds.
fn gap_after(measured: Measured, points: &[Point]) -> i64 {
    const MINUTE: i64 = 60_000;
    match measured.info().cadence {
        Cadence::Continuous | Cadence::Waveform => {
            // A gateway that sends once a minute has no gap in every minute.
            let mut steps: Vec<i64> =
                points.windows(2).filter_map(|w| Some(w.get(1)?.taken.since(w.first()?.taken))).collect();
            steps.sort_unstable();
            let usual = steps.get(steps.len() / 2).copied().unwrap_or(0).min(5 * MINUTE);
            (usual * 3).max(MINUTE / 4)
        }
        Cadence::Spot => 90 * MINUTE,
        Cadence::FiveMinutes => 15 * MINUTE,
        Cadence::Manual { interval } => interval,
    }
}

fn view(
    moment: &Moment<'_>,
    patient: &PatientId,
    measured: Measured,
    points: &[Point],
    source: &TrendSource,
) -> Option<TrendView> {
    let parameter = parameter_of(measured)?;
    let (info, scale) = (measured.info(), scale_of(measured));
    let window =
        Window { from: source.from, to: source.to, slices: SIZE.width, gap: gap_after(measured, points) };
    let trend = trend::trend(points.iter().copied(), &window);
    let range = fixed_range(measured, info.unit);
    let kind = if moment.core.engine.is_complete() && !moment.core.is_reopening() {
        GapKind::NotMeasured
    } else {
        GapKind::NotYetHere
    };
    let gaps = trend.gaps.iter().map(|gap| GapView { from_ms: gap.from.0, to_ms: gap.to.0, kind }).collect();
    let model = ChartModel {
        parameter: measured,
        trend,
        scale,
        range,
        limits: limit_lines(measured, source),
        bands: bands(moment, patient, measured, source),
        size: SIZE,
        theme: Theme::Dark,
    };
    let axes = Axes::of(&model);
    let svg = wl_chart::render(&model).ok()?;
    Some(TrendView {
        parameter,
        unit: info.unit.label().to_owned(),
        svg,
        summary: summary(points, scale, info.unit.label()),
        from_ms: source.from.0,
        to_ms: source.to.0,
        x_ticks: axes.times.iter().map(|tick| time_tick(tick.x, tick.at)).collect(),
        y_ticks: axes.values.iter().map(|tick| value_tick(tick.y, tick.value)).collect(),
        gaps,
        limits: limits(measured),
        last: last(moment, patient, measured, parameter),
    })
}

fn last(moment: &Moment<'_>, patient: &PatientId, measured: Measured, parameter: Parameter) -> ValueView {
    match parameter {
        Parameter::News2 | Parameter::Monitoring => ValueView::empty(ValueState::NotMeasured, None),
        _ => moment.value(patient, measured),
    }
}

fn limit_lines(measured: Measured, source: &TrendSource) -> Vec<LimitLine> {
    let set = adult(Scale::One);
    let Some(row) = set.get(measured, measured.info().unit) else { return Vec::new() };
    let (from, to) = (source.from, source.to);
    let lines = [&row.low, &row.high].into_iter().flat_map(|side| {
        let medium = side.medium.map(|edge| (edge, wl_vitals::alarm::Priority::Medium));
        let high = side.high.map(|edge| (edge, wl_vitals::alarm::Priority::High));
        medium.into_iter().chain(high)
    });
    lines.map(|(edge, priority)| LimitLine { from, to, at: edge.at, priority }).collect()
}

fn bands(moment: &Moment<'_>, patient: &PatientId, measured: Measured, source: &TrendSource) -> Vec<Band> {
    if !moment.shares(patient, Category::Alarms) {
        return Vec::new();
    }
    let of = moment.core.inbox.entries().filter(|(_, entry)| entry.patient() == *patient);
    of.filter_map(|(_, entry)| {
        let alarm = entry.life()?.alarm();
        let on = Measured::from_code(alarm.subject.code) == Some(measured);
        let inside = alarm.first_crossed < source.to && alarm.cleared.is_none_or(|end| end > source.from);
        (on && inside && alarm.subject.kind == Kind::Physiological).then_some(Band {
            from: alarm.first_crossed,
            to: alarm.cleared,
            priority: alarm.priority,
        })
    })
    .collect()
}

fn time_tick(x: i32, at: UnixMillis) -> AxisTick {
    AxisTick { at: share(x, SIZE.width), text: String::new(), time_ms: Some(at.0) }
}

fn value_tick(y: i32, value: Decimal) -> AxisTick {
    AxisTick { at: 1.0 - share(y, SIZE.height), text: value.to_string(), time_ms: None }
}

/// A pixel as a share of the whole.
#[expect(clippy::cast_precision_loss, reason = "pixels are small")]
fn share(pixel: i32, whole: u32) -> f32 {
    (pixel as f32 / whole.saturating_sub(1).max(1) as f32).clamp(0.0, 1.0)
}
