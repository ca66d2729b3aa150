//! Second sources and evidence as the window sees them.

use super::Moment;
use crate::sync::{Comparison, Verdict};
use crate::view::{ComparisonRow, ComparisonState, EvidenceRow, IntegrityAlert, IntegrityView, WitnessRow};

pub(crate) fn integrity_view(moment: &Moment<'_>) -> IntegrityView {
    let core = moment.core;
    let evidence = core.evidence.iter().map(|kept| EvidenceRow {
        id: kept.id,
        kind: kept.kind.clone(),
        height: kept.height.map(|height| height.0),
        seen_ms: kept.seen.0,
        detail: kept.detail.clone(),
        mended_ms: kept.mended.map(|time| time.0),
        provable: kept.provable,
    });
    IntegrityView {
        addresses: core.sources.addresses.clone(),
        witnesses: core.sources.witnesses.iter().map(ToString::to_string).collect(),
        comparisons: core.compared.values().map(comparison_row).collect(),
        evidence: evidence.collect(),
    }
}

pub(crate) fn comparison_row(comparison: &Comparison) -> ComparisonRow {
    let (state, height) = match comparison.verdict {
        Verdict::Agrees(height) => (ComparisonState::Agrees, Some(height)),
        Verdict::Ahead(height) => (ComparisonState::Ahead, Some(height)),
        Verdict::Withheld(height) => (ComparisonState::Withheld, Some(height)),
        Verdict::Differs(height) => (ComparisonState::Differs, Some(height)),
        Verdict::Worthless => (ComparisonState::Worthless, None),
        Verdict::Silent => (ComparisonState::Silent, None),
    };
    let word = |word: &wl_ledger::checkpoint::Cosignature| WitnessRow {
        name: word.witness.clone(),
        at_ms: word.time.0,
    };
    ComparisonRow {
        source: comparison.source.clone(),
        state,
        height: height.map(|height| height.0),
        at_ms: comparison.at.0,
        witnesses: comparison.cosigned.iter().map(word).collect(),
    }
}

/// What the whole frame must say: two histories, or a gateway that keeps blocks back.
pub(super) fn alert(moment: &Moment<'_>) -> Option<IntegrityAlert> {
    let split = ["fork", "other-checkpoint", "other-head"];
    if moment.core.standing().any(|(kind, _)| split.contains(&kind)) {
        return Some(IntegrityAlert::TwoHistories);
    }
    if moment.core.standing().any(|(kind, _)| kind == "old-database") {
        return Some(IntegrityAlert::OldDatabase);
    }
    let withheld = |comparison: &Comparison| matches!(comparison.verdict, Verdict::Withheld(_));
    moment.core.compared.values().any(withheld).then_some(IntegrityAlert::Withheld)
}
