//! Curves: OBX rows of type NA with `^` between samples, and the facet rows that describe them.

use std::collections::BTreeSet;

use wl_ledger::UnixMillis;
use wl_vitals::codes::Parameter;
use wl_vitals::{Code, Decimal, DecimalError, Quality};

use super::channel::Containment;
use super::row::{Draft, Obx, unit};
use super::{Row, WaveRow, code};
use crate::ingest::hl7::er7::Segment;
use crate::ingest::hl7::profile::SourceProfile;
use crate::ingest::hl7::refusal::{Place, Reason};

/// `MDC_EVT_INOP` as a facet: the count that stands for "no sample" in the curve above it.
const GAP_MARKER: &str = "262196";

/// Reads the samples of a known curve.
pub(super) fn read(
    obx: &Obx<'_, '_>,
    parameter: Parameter,
    code: Code,
    start: UnixMillis,
    quality: Quality,
    profile: &SourceProfile,
) -> Result<WaveRow, Reason> {
    if obx.segment.field(2).text(1) != "NA" {
        return Err(Reason::ValueType(obx.place(2)));
    }
    let (field, place, limit) = (obx.segment.field(5), obx.place(5), profile.limits.samples);
    if field.repetitions().count() != 1 {
        return Err(Reason::NotOneValue(place));
    }
    if field.first().components().nth(limit).is_some() {
        return Err(Reason::TooManySamples { place, limit });
    }
    let sentinels: Vec<i128> = profile.sentinels.iter().map(|s| s.billionths()).collect();
    let samples: Result<Vec<_>, _> =
        field.first().components().map(|s| sample(s, place, &sentinels)).collect();
    let unit = unit(obx, parameter, profile)?;
    Ok(WaveRow { code, channel: 0, start, millihertz: None, unit, samples: samples?, quality })
}

fn sample(text: &str, place: Place, sentinels: &[i128]) -> Result<Option<Decimal>, Reason> {
    if text.is_empty() || text == "\"\"" {
        return Ok(None);
    }
    let number = Decimal::parse(text).map_err(|error| Reason::Number { place, error })?;
    Ok(Some(number).filter(|n| !sentinels.contains(&n.billionths())))
}

/// The rate of a facet row, in samples per 1,000 seconds.
pub(super) fn sampling_rate(obx: &Obx<'_, '_>) -> Result<u32, Reason> {
    let place = obx.place(5);
    if !code::is_per_second(&obx.segment.field(6)) {
        return Err(Reason::Unit(obx.place(6)));
    }
    let rate =
        Decimal::parse(&obx.segment.field(5).text(1)).map_err(|error| Reason::Number { place, error })?;
    rate.rescaled(-3)
        .and_then(|r| u32::try_from(r.mantissa).ok())
        .filter(|millihertz| *millihertz > 0)
        .ok_or(Reason::Number { place, error: DecimalError::TooLong })
}

/// The number of a gap-marker facet.
pub(super) fn gap_marker(obx: &Segment<'_>) -> Option<Decimal> {
    let code = obx.field(3);
    let marker = code.text(1) == GAP_MARKER && code.text(3) == "MDC";
    if marker { Decimal::parse(&obx.field(5).text(1)).ok() } else { None }
}

/// Gives every curve its sampling rate and turns marked counts into gaps. Facets stand one level below their curve in
/// OBX-4, or at the same place in flat messages.
pub(super) fn attach_facets(drafts: &mut [Draft], profile: &SourceProfile) {
    let facets: Vec<(Containment, Option<u32>, Option<Decimal>)> = drafts
        .iter()
        .filter_map(|draft| {
            let rate = match draft.observed.row {
                Row::SamplingRate { millihertz } => Some(millihertz),
                _ => None,
            };
            let relevant = rate.is_some() || draft.gap_marker.is_some();
            relevant.then(|| (draft.containment.clone(), rate, draft.gap_marker))
        })
        .collect();
    for draft in drafts {
        let Row::Waveform(wave) = &mut draft.observed.row else { continue };
        let own = || facets.iter().filter(|(place, _, _)| place.is_facet_of(&draft.containment));
        let rates: BTreeSet<u32> = own().filter_map(|(_, rate, _)| *rate).collect();
        let told = profile.sampling.iter().find(|rule| rule.code == wave.code).map(|rule| rule.millihertz);
        // Two rates for one curve are none: a wrong time axis is worse than a curve that is not drawn.
        wave.millihertz = if rates.len() > 1 { None } else { rates.first().copied().or(told) };
        if let Some(marker) = own().find_map(|(_, _, marker)| *marker) {
            let marker = marker.billionths();
            let gap = |sample: &mut Option<Decimal>| *sample = sample.filter(|s| s.billionths() != marker);
            wave.samples.iter_mut().for_each(gap);
        }
    }
}
