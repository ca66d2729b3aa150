//! Orders to erase: made by a privacy officer or an administrator as a proposal that the other approves, and what the
//! holders of records say they erased.

use crate::outbox::transact;
use crate::present::category_name;
use crate::session::{Core, Session};
use crate::view::{
    ChangeKind, ChangeView, EraseAsk, EraseReceiptRow, EraseWord, ErasureRow, ErasuresView, UiError,
};
use crate::ward::RecordRef;
use wl_ledger::control::{Action, Categories, EraseBasis, EraseOrder, EraseScope, Subject};
use wl_ledger::state::Erasure;
use wl_ledger::{Category, EraseId, Height, KeyId, PatientId, Role, codec};
use wl_wire::gateway::GatewayClient;

/// Proposes an order. It is carried out once the second person approves.
///
/// # Errors
/// [`UiError`].
pub(crate) async fn propose(
    session: &Session,
    client: &GatewayClient,
    ask: &EraseAsk,
    id: EraseId,
) -> Result<ChangeView, UiError> {
    let order = order(&*session.core().await, ask, id)?;
    let inside = codec::encode(&Action::Erase(order));
    transact(session, client, Action::Propose(inside)).await?;
    Ok(ChangeView { kind: ChangeKind::Erasure, id: id.to_string() })
}

/// Refuses everybody but privacy officers and administrators.
fn judge(core: &Core) -> Result<(), UiError> {
    let member = core.state().member(&core.me).filter(|member| member.is_active());
    match member.map(|member| member.enrolment.role) {
        Some(Role::PrivacyOfficer | Role::Admin) => Ok(()),
        Some(_) | None => Err(UiError::not_allowed(
            "Only a privacy officer and an administrator order together what is erased.",
        )),
    }
}

fn order(core: &Core, ask: &EraseAsk, id: EraseId) -> Result<EraseOrder, UiError> {
    judge(core)?;
    let patient = PatientId::from_hex(&ask.patient_id)
        .filter(|patient| core.state().patient(patient).is_some())
        .ok_or_else(|| UiError::not_found("patient"))?;
    let basis = match ask.basis {
        EraseWord::PatientRequest => {
            return Err(UiError::bad_input("A patient's own request is signed at the hub's page."));
        }
        EraseWord::CourtOrder => EraseBasis::CourtOrder,
        EraseWord::RetentionEnded => EraseBasis::RetentionEnded,
        EraseWord::Mistake => EraseBasis::Mistake,
    };
    let up_to = core.engine.verifier().tip().map_or(Height(0), |tip| tip.height());
    Ok(EraseOrder { id, patient, scope: scope(core, &patient, ask)?, basis, up_to })
}

fn scope(core: &Core, patient: &PatientId, ask: &EraseAsk) -> Result<EraseScope, UiError> {
    match (&ask.first_record, &ask.last_record, ask.categories.is_empty()) {
        (None, None, false) => {
            let named = |word: &String| Category::ALL.into_iter().find(|one| category_name(*one) == word);
            let categories: Option<Vec<Category>> = ask.categories.iter().map(named).collect();
            let categories = categories.ok_or_else(|| UiError::bad_input("There is no such category."))?;
            Ok(EraseScope::Categories(Categories::of(&categories)))
        }
        (Some(first), Some(last), true) => {
            let read = |text: &str| text.parse::<RecordRef>().ok();
            let (Some(first), Some(last)) = (read(first), read(last)) else {
                return Err(UiError::bad_input("The record is not named as stream.number."));
            };
            let stream = core.state().stream(first.stream);
            let of = stream.is_some_and(
                |stream| matches!(stream.subject, Subject::Patient(whose, _) if whose == *patient),
            );
            if first.stream != last.stream || first.seq > last.seq || !of {
                return Err(UiError::bad_input("The records are not a run of one stream of this patient."));
            }
            Ok(EraseScope::Records(first.stream, first.seq, last.seq))
        }
        _ => Err(UiError::bad_input("Choose categories, or a first and a last record.")),
    }
}

/// All orders, with the receipts that came and those that are missing.
///
/// # Errors
/// [`UiError`].
pub(crate) fn view(core: &Core) -> Result<ErasuresView, UiError> {
    judge(core)?;
    let mut all: Vec<&Erasure> = core.state().erasures().collect();
    all.sort_by_key(|erasure| core::cmp::Reverse((erasure.at, erasure.order.id)));
    Ok(ErasuresView { orders: all.into_iter().map(|erasure| row(core, erasure)).collect() })
}

fn row(core: &Core, erasure: &Erasure) -> ErasureRow {
    let order = &erasure.order;
    let (categories, records) = match order.scope {
        EraseScope::Categories(categories) => {
            (categories.iter().map(|category| category_name(category).to_owned()).collect(), String::new())
        }
        EraseScope::Records(stream, first, last) => (Vec::new(), format!("{stream}.{first}–{last}")),
    };
    ErasureRow {
        id: order.id.to_string(),
        patient_id: order.patient.to_string(),
        categories,
        records,
        basis: match order.basis {
            EraseBasis::PatientRequest => EraseWord::PatientRequest,
            EraseBasis::CourtOrder => EraseWord::CourtOrder,
            EraseBasis::RetentionEnded => EraseWord::RetentionEnded,
            EraseBasis::Mistake => EraseWord::Mistake,
        },
        at_ms: erasure.time.0,
        by: name_of(core, &erasure.by),
        receipts: receipts(core, erasure),
    }
}

fn name_of(core: &Core, key: &KeyId) -> String {
    core.state().member(key).map_or_else(String::new, |member| member.enrolment.name.clone())
}

/// The patient's hub and the gateways hold everything; of workstations only those are known that have said so.
fn receipts(core: &Core, erasure: &Erasure) -> Vec<EraseReceiptRow> {
    let state = core.state();
    let mut rows: Vec<EraseReceiptRow> = state
        .erased(&erasure.order.id)
        .map(|(key, erased)| EraseReceiptRow {
            who: who(core, key),
            key_id: key.to_string(),
            at_ms: core.engine.verifier().header(erased.at).map(|header| header.time().0),
            records: erased.receipt.records,
            keys: erased.receipt.keys,
        })
        .collect();
    let hub = state.patient(&erasure.order.patient).map(|patient| patient.hub);
    let gateways = core.answer.validators.iter().map(|validator| validator.sign.id());
    for key in hub.into_iter().chain(gateways) {
        if rows.iter().all(|row| row.key_id != key.to_string()) {
            let who = who(core, &key);
            rows.insert(
                0,
                EraseReceiptRow { who, key_id: key.to_string(), at_ms: None, records: 0, keys: 0 },
            );
        }
    }
    rows
}

fn who(core: &Core, key: &KeyId) -> String {
    let name = name_of(core, key);
    if !name.is_empty() {
        return name;
    }
    let gateway = core.answer.validators.iter().find(|validator| validator.sign.id() == *key);
    gateway.map_or_else(|| key.to_string(), |validator| validator.address.clone())
}
