//! What stands behind and over the lines: limits as they changed, alarm episodes, axis marks.

use super::super::Moment;
use super::super::alarm::{parameter, text};
use super::super::value::priority_of;
use crate::view::{AxisTick, EpisodeView};
use crate::watch::ward_limits;
use wl_chart::{Band, LimitLine};
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::alarm::{Alarm, Kind, Priority};
use wl_vitals::limits::{LimitSet, Limits};
use wl_vitals::{Decimal, Parameter as Measured};

/// Limits as the hub judged by them, oldest first, each from its time until that of the next.
pub(super) fn limits_over_time(moment: &Moment<'_>, patient: &PatientId) -> Vec<(UnixMillis, LimitSet)> {
    let watch = moment.core.watches.get(patient).filter(|_| moment.shares(patient, Category::Alarms));
    watch.map_or_else(|| vec![(UnixMillis(i64::MIN), ward_limits())], |watch| watch.limits_over_time())
}

/// The limits in force at a time.
pub(super) fn limits_at(history: &[(UnixMillis, LimitSet)], at: UnixMillis) -> Option<&LimitSet> {
    history.iter().rev().find(|(since, _)| *since <= at).map(|(_, set)| set)
}

/// The four edges of a row: low and high, yellow and red.
fn edges(row: &Limits) -> [(Option<Decimal>, Priority); 4] {
    let at = |edge: Option<wl_vitals::limits::Edge>| edge.map(|edge| edge.at);
    [
        (at(row.low.medium), Priority::Medium),
        (at(row.low.high), Priority::High),
        (at(row.high.medium), Priority::Medium),
        (at(row.high.high), Priority::High),
    ]
}

/// The limits of a parameter as step lines inside a window.
pub(super) fn limit_lines(
    history: &[(UnixMillis, LimitSet)],
    measured: Measured,
    from: UnixMillis,
    to: UnixMillis,
) -> Vec<LimitLine> {
    let unit = measured.info().unit;
    let ends = history.iter().skip(1).map(|(since, _)| *since).chain([to]);
    let mut lines = Vec::new();
    let mut before: [Option<Decimal>; 4] = [None; 4];
    for ((since, set), until) in history.iter().zip(ends) {
        let now = set.get(measured, unit).map_or([(None, Priority::Low); 4], edges);
        let (begin, end) = ((*since).max(from), until.min(to));
        for ((at, priority), last) in now.into_iter().zip(&mut before) {
            let step = last.filter(|last| *since > from && Some(*last) != at);
            if let Some(at) = at.filter(|_| begin < end) {
                lines.push(LimitLine { from: begin, to: end, at, before: step, priority });
            }
            *last = at;
        }
    }
    lines
}

/// The alarms of a patient that touch a window, oldest first; none where alarms are not shared.
pub(super) fn touching<'a>(
    moment: &'a Moment<'_>,
    patient: &'a PatientId,
    from: UnixMillis,
    to: UnixMillis,
) -> Vec<&'a Alarm> {
    if !moment.shares(patient, Category::Alarms) {
        return Vec::new();
    }
    let of = moment.core.inbox.entries().filter(|(_, entry)| entry.patient() == *patient);
    let mut alarms: Vec<&Alarm> = of
        .filter_map(|(_, entry)| Some(entry.life()?.alarm()))
        .filter(|alarm| alarm.first_crossed < to && alarm.cleared.is_none_or(|end| end > from))
        .collect();
    alarms.sort_by_key(|alarm| alarm.first_crossed);
    alarms
}

/// Episodes of some parameters as bands.
pub(super) fn bands(alarms: &[&Alarm], of: &[Measured]) -> Vec<Band> {
    let on = |alarm: &Alarm| Measured::from_code(alarm.subject.code).is_some_and(|found| of.contains(&found));
    alarms
        .iter()
        .filter(|alarm| alarm.subject.kind == Kind::Physiological && on(alarm))
        .map(|alarm| Band { from: alarm.first_crossed, to: alarm.cleared, priority: alarm.priority })
        .collect()
}

/// All episodes, technical ones too.
pub(super) fn episodes(alarms: &[&Alarm]) -> Vec<EpisodeView> {
    let view = |alarm: &&Alarm| EpisodeView {
        alarm_id: alarm.id.to_string(),
        parameter: super::chart_of(parameter(alarm)),
        priority: priority_of(alarm.priority),
        from_ms: alarm.first_crossed.0,
        to_ms: alarm.cleared.map(|end| end.0),
        text: text(alarm),
        count: alarm.episodes,
    };
    alarms.iter().map(view).collect()
}

pub(super) fn time_tick(x: i32, at: UnixMillis, width: u32) -> AxisTick {
    AxisTick { at: share(x, width), text: String::new(), time_ms: Some(at.0) }
}

pub(super) fn value_tick(y: i32, value: Decimal, height: u32) -> AxisTick {
    AxisTick { at: 1.0 - share(y, height), text: value.to_string(), time_ms: None }
}

/// A pixel as a share of the whole.
#[expect(clippy::cast_precision_loss, reason = "pixels are small")]
fn share(pixel: i32, whole: u32) -> f32 {
    (pixel as f32 / whole.saturating_sub(1).max(1) as f32).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wl_vitals::limits::Edge;

    #[test]
    fn limits_are_steps_where_they_changed_and_nothing_before_they_were_set() {
        let ward = ward_limits();
        let spo2 = Measured::Spo2;
        let mut row = *ward.get(spo2, spo2.info().unit).expect("a row");
        row.low.medium = Some(Edge { at: Decimal::whole(86), inclusive: false });
        row.low.high = None;
        let changed = LimitSet::new(ward.scale(), vec![row]).expect("a set");
        let history = vec![(UnixMillis(i64::MIN), ward), (UnixMillis(500), changed)];
        let lines = limit_lines(&history, spo2, UnixMillis(0), UnixMillis(1_000));
        let shown: Vec<_> = lines
            .iter()
            .map(|l| (l.from.0, l.to.0, l.at.to_string(), l.before.map(|b| b.to_string())))
            .collect();
        let text = str::to_owned;
        assert_eq!(
            shown,
            [
                (0, 500, text("90"), None),
                (0, 500, text("85"), None),
                (500, 1_000, text("86"), Some(text("90"))),
            ]
        );
        // Changed before the window: no step inside of it.
        let later = limit_lines(&history, spo2, UnixMillis(600), UnixMillis(1_000));
        assert!(later.len() == 1 && later[0].before.is_none() && later[0].from == UnixMillis(600));
        let at = |time| limits_at(&history, UnixMillis(time)).and_then(|set| set.get(spo2, spo2.info().unit));
        assert_eq!(at(499).and_then(|row| row.low.high).map(|edge| edge.at), Some(Decimal::whole(85)));
        assert_eq!(at(500).and_then(|row| row.low.high), None);
    }
}
