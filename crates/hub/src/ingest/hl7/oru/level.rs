//! ACVPU as a coded observation.

use wl_vitals::Consciousness;

use super::row::Obx;
use crate::ingest::hl7::er7::Repetition;
use crate::ingest::hl7::refusal::Reason;

/// The level of OBX-5: SNOMED CT, LOINC answer codes, or a letter or word of the scale itself.
pub(super) fn read(obx: &Obx<'_, '_>) -> Result<Consciousness, Reason> {
    if !matches!(obx.segment.field(2).text(1).as_ref(), "CWE" | "CE" | "CNE" | "ST" | "IS" | "") {
        return Err(Reason::ValueType(obx.place(2)));
    }
    let field = obx.segment.field(5);
    if field.repetitions().count() != 1 {
        return Err(Reason::NotOneValue(obx.place(5)));
    }
    let coding = field.first();
    match (level(&coding, 1), level(&coding, 4)) {
        // Two codings of one value that contradict each other are no value.
        (Some(first), Some(second)) if first != second => Err(Reason::Level(obx.place(5))),
        (Some(level), _) | (None, Some(level)) => Ok(level),
        (None, None) => Err(Reason::Level(obx.place(5))),
    }
}

fn level(coding: &Repetition<'_>, at: usize) -> Option<Consciousness> {
    let (code, system) = (coding.text(at), coding.text(at.saturating_add(2)));
    match system.to_ascii_uppercase().as_str() {
        "SCT" | "SNOMED" => match code.as_ref() {
            "248234008" => Some(Consciousness::Alert),
            "130987000" => Some(Consciousness::Confusion),
            "300202002" | "255373000" => Some(Consciousness::Voice),
            "450847001" => Some(Consciousness::Pain),
            "422768004" => Some(Consciousness::Unresponsive),
            _ => None,
        },
        "LN" | "LOINC" => match code.as_ref() {
            "LA9340-6" => Some(Consciousness::Alert),
            "LA6560-2" => Some(Consciousness::Confusion),
            "LA17108-4" => Some(Consciousness::Voice),
            "LA17107-6" => Some(Consciousness::Pain),
            "LA9343-0" => Some(Consciousness::Unresponsive),
            _ => None,
        },
        _ => match code.to_ascii_uppercase().as_str() {
            "A" | "ALERT" => Some(Consciousness::Alert),
            "C" | "CONFUSION" => Some(Consciousness::Confusion),
            "V" | "VOICE" => Some(Consciousness::Voice),
            "P" | "PAIN" => Some(Consciousness::Pain),
            "U" | "UNRESPONSIVE" => Some(Consciousness::Unresponsive),
            _ => None,
        },
    }
}
