//! The access log as a privacy officer reads it: from verified and opened receipts, joined with what the ledger says
//! of the persons, workstations and agreements they name.

mod csv;
mod fhir;

use crate::present::{self, Moment};
use crate::session::Core;
use crate::store::{AccessFilter, Store, StoredOpening};
use crate::view::{
    AccessChoice, AccessFormat, AccessGround, AccessLogView, AccessQuery, AccessRow, AccessScreen, UiError,
};
use wl_ledger::control::Purpose;
use wl_ledger::{KeyId, PatientId, Role, UnixMillis};
use wl_wire::access::Screen;

/// Most rows on the screen.
const SHOWN: u32 = 500;
/// Most openings in one file.
const EXPORTED: u32 = 100_000;

/// Refuses everybody but a privacy officer.
pub(crate) fn judge(core: &Core) -> Result<(), UiError> {
    let member = core.state().member(&core.me).filter(|member| member.is_active());
    match member.map(|member| member.enrolment.role) {
        Some(Role::PrivacyOfficer) => Ok(()),
        Some(_) | None => Err(UiError::not_allowed("Only a privacy officer reads the access log.")),
    }
}

/// What was asked for, parsed.
pub(crate) struct Asked {
    filter: AccessFilter,
    person: Option<KeyId>,
}

impl Asked {
    /// Reads a query.
    ///
    /// # Errors
    /// [`UiError`] with `badInput`.
    pub(crate) fn read(query: &AccessQuery) -> Result<Self, UiError> {
        let bad =
            |what: &str| UiError::bad_input(format!("The {what} is not named by 32 hexadecimal digits."));
        let patient =
            query.patient_id.as_deref().map(|id| PatientId::from_hex(id).ok_or_else(|| bad("patient")));
        let person = query.person_id.as_deref().map(|id| KeyId::from_hex(id).ok_or_else(|| bad("person")));
        let filter = AccessFilter {
            patient: patient.transpose()?,
            from: query.from_ms.map(UnixMillis),
            to: query.to_ms.map(UnixMillis),
        };
        Ok(Self { filter, person: person.transpose()? })
    }
}

/// The openings that were asked for, broken glass first.
async fn openings(
    store: &Store,
    core_persons: impl Fn(&KeyId) -> KeyId,
    asked: &Asked,
    limit: u32,
) -> Result<(Vec<StoredOpening>, bool), UiError> {
    let scanned = if asked.person.is_some() { EXPORTED } else { limit.saturating_add(1) };
    let mut found = store.openings(asked.filter, scanned).await?;
    found.retain(|opening| asked.person.is_none_or(|person| core_persons(&opening.author) == person));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

fn person_of(core: &Core, key: &KeyId) -> KeyId {
    core.state().person_of(key).unwrap_or(*key)
}

/// The screen.
///
/// # Errors
/// [`UiError`].
pub(crate) async fn view(
    core: &mut Core,
    query: &AccessQuery,
    now: UnixMillis,
) -> Result<AccessLogView, UiError> {
    judge(core)?;
    let asked = Asked::read(query)?;
    let store = core.store().ok_or_else(UiError::locked)?;
    let (found, more) = openings(&store, |key| person_of(core, key), &asked, SHOWN).await?;
    let moment = Moment::new(core, now);
    let rows = found.iter().map(|opening| row(&moment, opening)).collect();
    Ok(AccessLogView { rows, more, people: people(&moment), patients: patients(&moment) })
}

/// The text of a file, with the number of openings in it.
///
/// # Errors
/// [`UiError`]; more openings than one file takes is one, so that none is left out in silence.
pub(crate) async fn export(
    core: &mut Core,
    query: &AccessQuery,
    format: AccessFormat,
    now: UnixMillis,
) -> Result<(String, usize), UiError> {
    judge(core)?;
    let asked = Asked::read(query)?;
    let store = core.store().ok_or_else(UiError::locked)?;
    let (found, more) = openings(&store, |key| person_of(core, key), &asked, EXPORTED).await?;
    if more {
        return Err(UiError::bad_input(format!(
            "There are more than {EXPORTED} openings; choose a shorter time."
        )));
    }
    let moment = Moment::new(core, now);
    let rows: Vec<AccessRow> = found.iter().map(|opening| row(&moment, opening)).collect();
    let place = fhir::Place { hospital: &core.answer.hospital, chain: core.chain().to_string() };
    let text = match format {
        AccessFormat::Csv => csv::write(&rows),
        AccessFormat::Fhir => fhir::write(&rows, &found, &place, now),
    };
    Ok((text, rows.len()))
}

fn row(moment: &Moment<'_>, stored: &StoredOpening) -> AccessRow {
    let state = moment.core.state();
    let member = state.member(&stored.author);
    let opening = &stored.opening;
    let ground = |id: &wl_ledger::AgreementId| match state.agreement(id) {
        Some(granted) => ground_of(granted.agreement.purpose),
        None => AccessGround::Unknown,
    };
    let mut grounds: Vec<AccessGround> = Vec::new();
    for ground in opening.agreements.iter().map(ground) {
        if !grounds.contains(&ground) {
            grounds.push(ground);
        }
    }
    let record = format!("{}.{}", stored.stream, stored.seq);
    AccessRow {
        id: format!("{record}.{}", stored.place),
        record_ref: record,
        at_ms: opening.at.0,
        person: member.map_or_else(String::new, |member| member.enrolment.name.clone()),
        person_id: person_of(moment.core, &stored.author).to_string(),
        role: member.and_then(|member| present::role_view(member.enrolment.role)),
        workstation: stored.author.to_string(),
        patient_id: stored.patient.to_string(),
        name: moment.name(&stored.patient),
        screen: screen_of(opening.screen),
        categories: opening
            .categories
            .iter()
            .map(|category| present::category_name(category).into())
            .collect(),
        grounds,
        reason: opening.reason.as_ref().map_or_else(String::new, |reason| reason.text.clone()),
    }
}

fn ground_of(purpose: Purpose) -> AccessGround {
    match purpose {
        Purpose::Treatment => AccessGround::Treatment,
        Purpose::Research => AccessGround::Research,
        Purpose::Caregiving => AccessGround::Caregiving,
        Purpose::LegalDisclosure => AccessGround::LegalDisclosure,
        Purpose::BreakGlass => AccessGround::BreakGlass,
    }
}

fn screen_of(screen: Screen) -> AccessScreen {
    match screen {
        Screen::Patient => AccessScreen::Patient,
        Screen::Trend => AccessScreen::Trend,
        Screen::Document => AccessScreen::Document,
        Screen::Export => AccessScreen::Export,
        Screen::BreakGlass => AccessScreen::BreakGlass,
    }
}

fn people(moment: &Moment<'_>) -> Vec<AccessChoice> {
    let state = moment.core.state();
    let people = state
        .members()
        .filter(|(key, member)| member.enrolment.role != Role::Hub && person_of(moment.core, key) == **key);
    let mut choices: Vec<AccessChoice> = people
        .map(|(key, member)| AccessChoice { id: key.to_string(), label: member.enrolment.name.clone() })
        .collect();
    choices.sort_by(|a, b| (&a.label, &a.id).cmp(&(&b.label, &b.id)));
    choices
}

/// A patient is named by the pseudonym, unless the name is shared.
fn patients(moment: &Moment<'_>) -> Vec<AccessChoice> {
    let all = moment.core.state().patients();
    all.map(|(patient, _)| {
        let id = patient.to_string();
        let name = moment.name(patient).text;
        let label = if name.is_empty() { id.clone() } else { name };
        AccessChoice { id, label }
    })
    .collect()
}
