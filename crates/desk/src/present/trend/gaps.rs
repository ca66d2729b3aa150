//! Why a stretch of a trend is empty. A line is never drawn through one.

use super::super::Moment;
use crate::store::Bodyless;
use crate::view::{GapKind, GapView};
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::Quality;
use wl_vitals::trend::{Gap, Hole};

/// Records that are closer together than this and share their fate are one stretch, in milliseconds.
const STRETCH: i64 = 5 * 60_000;

/// What is known of the whole window, whatever the parameter.
pub(super) struct Reasons {
    usual: GapKind,
    standbys: Vec<GapView>,
    absences: Vec<GapView>,
}

impl Reasons {
    pub(super) fn new(moment: &Moment<'_>, patient: &PatientId, bodyless: &[Bodyless]) -> Self {
        let all_here = moment.core.engine.is_complete() && !moment.core.is_reopening();
        let watch = moment.core.watches.get(patient).filter(|_| moment.shares(patient, Category::Alarms));
        let standbys = watch.map(|watch| watch.standbys()).unwrap_or_default();
        let stretch = |(from, to): (UnixMillis, UnixMillis)| GapView {
            from_ms: from.0,
            to_ms: to.0,
            kind: GapKind::Standby,
        };
        Self {
            usual: if all_here { GapKind::NotMeasured } else { GapKind::NotYetHere },
            standbys: standbys.into_iter().map(stretch).collect(),
            absences: absences(moment, bodyless),
        }
    }

    /// The empty stretches of one parameter, each with its reason, in order of time. `least` is the shortest gap.
    pub(super) fn gaps(&self, found: &[Gap], holes: &[Hole], least: i64) -> Vec<GapView> {
        let usual = |gap: &Gap| GapView { from_ms: gap.from.0, to_ms: gap.to.0, kind: self.usual };
        let mut gaps: Vec<GapView> = found.iter().map(usual).collect();
        let span = found.first().zip(found.last()).map(|(first, last)| (first.from.0, last.to.0));
        // A standby explains silence, and is none where values came all the same.
        for standby in &self.standbys {
            if span.is_some_and(|(from, to)| standby.from_ms < to && standby.to_ms > from) {
                overlay(&mut gaps, *standby, least, false);
            }
        }
        for hole in holes {
            let kind = match hole.quality {
                Quality::Invalid => GapKind::Invalid,
                Quality::Unavailable | Quality::Good | Quality::Questionable | Quality::Demo => {
                    GapKind::SensorOff
                }
            };
            overlay(&mut gaps, GapView { from_ms: hole.from.0, to_ms: hole.to.0, kind }, least, true);
        }
        for absence in &self.absences {
            overlay(&mut gaps, *absence, least, true);
        }
        gaps.sort_by_key(|gap| (gap.from_ms, gap.to_ms));
        joined(gaps)
    }
}

/// Makes one of gaps that touch and have the same reason: a chunk ends at each full hour, and a gap does not.
fn joined(gaps: Vec<GapView>) -> Vec<GapView> {
    let mut whole: Vec<GapView> = Vec::with_capacity(gaps.len());
    for gap in gaps {
        match whole.last_mut() {
            Some(last) if last.kind == gap.kind && gap.from_ms <= last.to_ms => {
                last.to_ms = last.to_ms.max(gap.to_ms);
            }
            _ => whole.push(gap),
        }
    }
    whole
}

/// Stretches whose records have no content here: erased by order, or missing without one.
fn absences(moment: &Moment<'_>, bodyless: &[Bodyless]) -> Vec<GapView> {
    let mut stretches: Vec<GapView> = Vec::new();
    let mut bodyless: Vec<&Bodyless> = bodyless.iter().collect();
    bodyless.sort_by_key(|one| one.taken);
    for one in bodyless {
        let kind = match moment.core.erased_by(one.stream, one.seq, one.height) {
            Some(_) => GapKind::Erased,
            None => GapKind::MissingRecord,
        };
        match stretches.last_mut() {
            Some(last) if last.kind == kind && one.taken.0 - last.to_ms <= STRETCH => {
                last.to_ms = one.taken.0
            }
            _ => stretches.push(GapView { from_ms: one.taken.0, to_ms: one.taken.0, kind }),
        }
    }
    stretches
}

/// Tells a part of the gaps by another reason. What is left of a gap beside it and shorter than `least` goes with it; a
/// stretch that touches no gap is added where `alone` says so.
fn overlay(gaps: &mut Vec<GapView>, stretch: GapView, least: i64, alone: bool) {
    let mut next = Vec::with_capacity(gaps.len() + 2);
    let mut touched = false;
    for gap in gaps.drain(..) {
        if stretch.to_ms < gap.from_ms || stretch.from_ms > gap.to_ms {
            next.push(gap);
            continue;
        }
        touched = true;
        let before = GapView { to_ms: stretch.from_ms, ..gap };
        let after = GapView { from_ms: stretch.to_ms, ..gap };
        let keeps = |part: &GapView| part.to_ms.saturating_sub(part.from_ms) > least;
        let from_ms = if keeps(&before) { before.to_ms } else { gap.from_ms };
        let to_ms = if keeps(&after) { after.from_ms } else { gap.to_ms };
        next.extend(Some(before).filter(keeps));
        next.push(GapView { from_ms, to_ms, kind: stretch.kind });
        next.extend(Some(after).filter(keeps));
    }
    if alone && !touched {
        next.push(stretch);
    }
    *gaps = next;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(from_ms: i64, to_ms: i64, kind: GapKind) -> GapView {
        GapView { from_ms, to_ms, kind }
    }

    #[test]
    fn an_erased_stretch_is_told_apart_from_a_gap() {
        use GapKind::{Erased, MissingRecord, NotMeasured};
        let mut gaps = vec![gap(0, 100, NotMeasured), gap(500, 600, NotMeasured)];
        overlay(&mut gaps, gap(10, 90, Erased), 15, true);
        overlay(&mut gaps, gap(300, 310, MissingRecord), 15, true);
        gaps.sort_by_key(|gap| gap.from_ms);
        assert_eq!(gaps, [gap(0, 100, Erased), gap(300, 310, MissingRecord), gap(500, 600, NotMeasured)]);
    }

    #[test]
    fn gaps_that_touch_and_have_one_reason_are_one() {
        use GapKind::{NotMeasured, SensorOff};
        let gaps = vec![
            gap(0, 5, SensorOff),
            gap(5, 9, SensorOff),
            gap(9, 12, NotMeasured),
            gap(13, 14, NotMeasured),
        ];
        assert_eq!(joined(gaps), [gap(0, 9, SensorOff), gap(9, 12, NotMeasured), gap(13, 14, NotMeasured)]);
    }

    #[test]
    fn a_reason_for_a_part_of_a_gap_is_told_for_that_part_only() {
        use GapKind::{NotMeasured, SensorOff, Standby};
        let mut gaps = vec![gap(0, 1_000, NotMeasured)];
        overlay(&mut gaps, gap(200, 300, SensorOff), 15, true);
        let parts = [gap(0, 200, NotMeasured), gap(200, 300, SensorOff), gap(300, 1_000, NotMeasured)];
        assert_eq!(gaps, parts);
        // Across two gaps with values between them: each part that is empty, and no more.
        let mut gaps = vec![gap(0, 100, NotMeasured), gap(200, 300, NotMeasured)];
        overlay(&mut gaps, gap(50, 250, Standby), 15, false);
        let parts = [
            gap(0, 50, NotMeasured),
            gap(50, 100, Standby),
            gap(200, 250, Standby),
            gap(250, 300, NotMeasured),
        ];
        assert_eq!(gaps, parts);
        // A standby in which values came all the same explains nothing.
        let mut gaps = vec![gap(0, 100, NotMeasured)];
        overlay(&mut gaps, gap(400, 500, Standby), 15, false);
        assert_eq!(gaps, [gap(0, 100, NotMeasured)]);
    }
}
