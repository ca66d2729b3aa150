//! Disclosures by order of the law that are not over, for those who may end them.

use super::Moment;
use super::proposals::{category_names, holder_name};
use crate::view::DisclosureRow;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use wl_ledger::AgreementId;
use wl_ledger::control::Action;
use wl_ledger::state::{Granted, Origin};

/// What the law lets somebody read, the one that ends last first. One that has not begun yet is told too: it can be
/// ended like any other.
pub(crate) fn disclosure_rows(moment: &Moment<'_>) -> Vec<DisclosureRow> {
    let ending = ending(moment);
    let mut rows: Vec<DisclosureRow> =
        moment.core.state().agreements().filter_map(|granted| row(moment, granted, &ending)).collect();
    rows.sort_by_key(|row| (row.until_ms.is_some(), Reverse(row.until_ms), row.agreement_id.clone()));
    rows
}

fn row(moment: &Moment<'_>, granted: &Granted, ending: &BTreeSet<AgreementId>) -> Option<DisclosureRow> {
    let Origin::Law(order) = &granted.origin else { return None };
    let agreement = &granted.agreement;
    let is_over = granted.revoked.is_some() || agreement.until.is_some_and(|until| until <= moment.deciding);
    (!is_over).then(|| DisclosureRow {
        agreement_id: agreement.id.to_string(),
        patient_id: agreement.patient.to_string(),
        holder: holder_name(moment, agreement),
        categories: category_names(agreement.categories),
        from_ms: agreement.from.0,
        until_ms: agreement.until.map(|until| until.0),
        order: order.to_string(),
        ending: ending.contains(&agreement.id),
    })
}

/// Whose end waits for the other signature.
fn ending(moment: &Moment<'_>) -> BTreeSet<AgreementId> {
    let proposals = moment.core.state().proposals();
    let in_time = proposals.filter(|(_, proposal)| moment.deciding < proposal.lapses());
    in_time
        .filter_map(|(_, proposal)| match Action::proposed(&proposal.action).ok()? {
            Action::EndDisclosure(id) => Some(id),
            _ => None,
        })
        .collect()
}
