//! Which parameter a row is about and in which unit. Codes and units come from the one table in `wl_vitals::codes`;
//! names are never looked at.

use wl_vitals::codes::{self, Parameter};
use wl_vitals::{Code, Unit};

use super::RowCode;
use crate::ingest::hl7::er7::{Field, Repetition, Segment};
use crate::ingest::hl7::profile::SourceProfile;

/// First term of the block 11073-10101 leaves to implementers: what a device means by these is its own affair.
const PRIVATE_TERMS: u32 = 0xF000;
/// First code of the partition of objects and devices, where containment rows have theirs.
const OBJECTS: core::ops::Range<u32> = 65_536..131_072;
/// `MDC_DIM_PER_SEC` or hertz.
const PER_SECOND: &str = "264608";

/// What OBX-3 says.
pub(super) struct Identified {
    /// The parameter and the code it is stored under, if the product knows it.
    pub(super) known: Option<(Parameter, Code)>,
    /// As sent.
    pub(super) label: RowCode,
    /// Whether the code belongs to a containment row.
    pub(super) object: bool,
}

/// Reads OBX-3: first what the source profile says, then the first coding, then the alternate one.
pub(super) fn identify(obx: &Segment<'_>, profile: &SourceProfile) -> Identified {
    let first = obx.field(3).first();
    let label = RowCode { code: first.text(1).into_owned(), system: first.text(3).into_owned() };
    let known = [1, 4].into_iter().find_map(|at| known(&first, at, profile));
    let number = mdc_number(&label.code).filter(|_| label.system.eq_ignore_ascii_case("MDC"));
    Identified { known, label, object: number.is_some_and(|n| OBJECTS.contains(&n)) }
}

fn known(coding: &Repetition<'_>, at: usize, profile: &SourceProfile) -> Option<(Parameter, Code)> {
    let (text, system) = (coding.text(at), coding.text(at.saturating_add(2)));
    if let Some(rule) =
        profile.codes.iter().find(|r| r.code == text && r.system.eq_ignore_ascii_case(&system))
    {
        return parameter_of(rule.meaning);
    }
    match system.to_ascii_uppercase().as_str() {
        "MDC" => {
            let number = mdc_number(&text).filter(|n| n % 65_536 < PRIVATE_TERMS)?;
            parameter_of(Code(number))
        }
        "LN" | "LOINC" => Parameter::from_loinc(&text).map(|p| (p, p.code())),
        _ => None,
    }
}

fn parameter_of(code: Code) -> Option<(Parameter, Code)> {
    let code = codes::canonical(code);
    Parameter::from_code(code).map(|parameter| (parameter, code))
}

fn mdc_number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Reads OBX-6 among the units of the parameter; an empty field is accepted only where a bare number is meant.
pub(super) fn unit(field: &Field<'_>, parameter: Parameter, profile: &SourceProfile) -> Option<Unit> {
    let allowed = parameter.info().units;
    if field.is_empty() {
        let bare = codes::units::DIMENSIONLESS;
        return allowed.contains(&bare).then_some(bare);
    }
    let coding = field.first();
    [1, 4].into_iter().find_map(|at| {
        let (text, system) = (coding.text(at), coding.text(at.saturating_add(2)));
        let rule = profile.units.iter().find(|r| r.text == text && r.system.eq_ignore_ascii_case(&system));
        if let Some(rule) = rule {
            return allowed.contains(&rule.meaning).then_some(rule.meaning);
        }
        match system.to_ascii_uppercase().as_str() {
            "MDC" => mdc_number(&text).map(Unit).filter(|u| allowed.contains(u)),
            // A UCUM text is unambiguous among the units of one parameter, also where its system is left out.
            "UCUM" | "" => Unit::from_ucum(&text, allowed),
            _ => None,
        }
    })
}

/// Whether a row tells the sampling rate of a curve. Every gateway sends it with the code 0, so that the name is the
/// only thing to go by: the one exception to the rule of numbers.
pub(super) fn is_sampling_rate(obx: &Segment<'_>) -> bool {
    let coding = obx.field(3).first();
    coding.text(1) == "0" && coding.text(2) == "MDC_ATTR_SAMP_RATE"
}

/// Whether OBX-6 means "per second".
pub(super) fn is_per_second(field: &Field<'_>) -> bool {
    matches!(field.text(1).as_ref(), PER_SECOND | "Hz" | "/s")
}
