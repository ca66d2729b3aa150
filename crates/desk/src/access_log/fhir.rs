//! The access log as a FHIR R4 Bundle of AuditEvents.
//!
//! Codes are those of FHIR's own value sets: DICOM's audit events, v3-ActReason, object roles. A break-glass opening is
//! a security alert with the subtype "emergency override started". What only Wardlight knows (person, workstation,
//! patient, agreement, receipt) are identifiers under `urn:wardlight:`; names of patients never stand in it.

use crate::cli::time_utc;
use crate::store::StoredOpening;
use crate::view::{AccessGround, AccessRow, AccessScreen};
use serde_json::{Value, json};
use wl_ledger::UnixMillis;
use wl_ledger::codec::tagged_hash;

const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// Where the log was kept.
pub(super) struct Place<'a> {
    pub(super) hospital: &'a str,
    pub(super) chain: String,
}

pub(super) fn write(
    rows: &[AccessRow],
    stored: &[StoredOpening],
    place: &Place<'_>,
    now: UnixMillis,
) -> String {
    let entries: Vec<Value> = rows
        .iter()
        .zip(stored)
        .map(|(row, opening)| json!({ "fullUrl": full_url(row, place), "resource": event(row, opening, place) }))
        .collect();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "collection", "timestamp": time_utc(now) });
    // FHIR forbids empty arrays.
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    format!("{bundle:#}\n")
}

/// The same opening has the same address in every export.
fn full_url(row: &AccessRow, place: &Place<'_>) -> String {
    let digest = tagged_hash("wardlight/audit-event/1", &[place.chain.as_bytes(), b" ", row.id.as_bytes()]);
    let mut bytes = [0u8; 16];
    bytes.iter_mut().zip(digest.as_bytes()).for_each(|(byte, from)| *byte = *from);
    // Version 8 and the usual variant (RFC 9562).
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = *version & 0x0f | 0x80;
    *variant = *variant & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn identifier(kind: &str, value: &str) -> Value {
    json!({ "system": format!("urn:wardlight:{kind}"), "value": value })
}

fn event(row: &AccessRow, stored: &StoredOpening, place: &Place<'_>) -> Value {
    let (kind, subtype, action) = match row.screen {
        AccessScreen::BreakGlass => (
            coding(DCM, "110113", "Security Alert"),
            coding(DCM, "110127", "Emergency Override Started"),
            "E",
        ),
        AccessScreen::Export => (
            coding(DCM, "110106", "Export"),
            coding("http://hl7.org/fhir/restful-interaction", "read", "read"),
            "R",
        ),
        AccessScreen::Patient | AccessScreen::Trend | AccessScreen::Document => (
            coding(DCM, "110110", "Patient Record"),
            coding("http://hl7.org/fhir/restful-interaction", "read", "read"),
            "R",
        ),
    };
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": row.id,
        "type": kind,
        "subtype": [subtype],
        "action": action,
        "recorded": time_utc(UnixMillis(row.at_ms)),
        "outcome": "0",
        "agent": agents(row, stored),
        "source": {
            "site": place.hospital,
            "observer": { "identifier": identifier("key", &row.workstation), "display": "Wardlight workstation" },
            "type": [coding("http://terminology.hl7.org/CodeSystem/security-source-type", "1", "User Device")],
        },
        "entity": entities(row, place),
    });
    let purposes: Vec<Value> = row.grounds.iter().filter_map(|ground| purpose(*ground)).collect();
    if let (false, Some(event)) = (purposes.is_empty(), event.as_object_mut()) {
        event.insert("purposeOfEvent".into(), Value::Array(purposes));
    }
    event
}

fn agents(row: &AccessRow, stored: &StoredOpening) -> Value {
    let mut person = json!({
        "type": { "coding": [coding("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "humanuser", "human user")] },
        "who": { "identifier": identifier("person", &row.person_id) },
        "requestor": true,
        "network": { "address": row.workstation, "type": "1" },
    });
    if let Some(person) = person.as_object_mut() {
        // FHIR forbids empty texts and empty arrays.
        if !row.person.is_empty() {
            person.insert("name".into(), Value::String(row.person.clone()));
        }
        let policy: Vec<Value> = stored
            .opening
            .agreements
            .iter()
            .map(|agreement| Value::String(format!("urn:wardlight:agreement:{agreement}")))
            .collect();
        if !policy.is_empty() {
            person.insert("policy".into(), Value::Array(policy));
        }
    }
    json!([person])
}

fn entities(row: &AccessRow, place: &Place<'_>) -> Value {
    let object = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    let role = "http://terminology.hl7.org/CodeSystem/object-role";
    let mut detail = vec![
        json!({ "type": "screen", "valueString": screen(row.screen) }),
        json!({ "type": "categories", "valueString": row.categories.join(" ") }),
        json!({ "type": "receipt", "valueString": row.record_ref }),
        json!({ "type": "chain", "valueString": place.chain }),
    ];
    if !row.reason.is_empty() {
        detail.push(json!({ "type": "reason", "valueString": row.reason }));
    }
    json!([{
        "what": { "identifier": identifier("patient", &row.patient_id) },
        "type": coding(object, "1", "Person"),
        "role": coding(role, "1", "Patient"),
        "detail": detail,
    }])
}

fn screen(screen: AccessScreen) -> &'static str {
    match screen {
        AccessScreen::Patient => "patient",
        AccessScreen::Trend => "trend",
        AccessScreen::Document => "document",
        AccessScreen::Export => "export",
        AccessScreen::BreakGlass => "breakGlass",
    }
}

fn purpose(ground: AccessGround) -> Option<Value> {
    let (code, display) = match ground {
        AccessGround::Treatment => ("TREAT", "treatment"),
        AccessGround::Research => ("HRESCH", "healthcare research"),
        AccessGround::Caregiving => ("CAREMGT", "care management"),
        AccessGround::LegalDisclosure => ("HLEGAL", "legal"),
        AccessGround::BreakGlass => ("ETREAT", "Emergency Treatment"),
        AccessGround::Unknown => return None,
    };
    Some(json!({ "coding": [coding(REASON, code, display)] }))
}
