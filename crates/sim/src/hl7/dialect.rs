//! What sets the three gateways apart, as the interoperability notes tell it: times, charset, containment, units,
//! sentinels, result status. They are *like* those products, not those products.

use wl_ledger::UnixMillis;
use wl_vitals::{Consciousness, Parameter, Unit, codes::units};

use super::time;

/// The manner of a gateway.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// GE-like: no row times, no zone, containment rows with an empty type, MDC units.
    Ge,
    /// Mindray-like: flattened containment, a time with zone in every row, cuff codes, private codes, no patient number.
    Mindray,
    /// Philips-like: status `X` with values, ISO 8859-1, reference ranges, UCUM units, another name for 147842.
    Philips,
}

/// The fixed texts of a dialect.
pub(super) struct Names {
    pub(super) application: &'static str,
    pub(super) facility: &'static str,
    pub(super) accept_ack: &'static str,
    pub(super) application_ack: &'static str,
    pub(super) charset: &'static str,
    pub(super) profile: &'static str,
    pub(super) service: &'static str,
    pub(super) sends_number: bool,
    pub(super) number_authority: &'static str,
}

const PCD_01: &str = "PCD_DEC_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO";
const MDS: (&str, &str) = ("69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC", "1.0.0.0");
const ECG_VMD: (&str, &str) = ("69798^MDC_DEV_ECG_VMD^MDC", "1.11.0.0");
const NIBP_VMD: (&str, &str) = ("70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC", "1.16.0.0");
const NIBP_CHANNEL: (&str, &str) = ("70687^MDC_DEV_PRESS_BLD_NONINV_CHAN^MDC", "1.16.1.0");

impl Dialect {
    /// The dialect of a patient: they rotate through the ward.
    pub fn of(patient: usize) -> Self {
        match patient % 3 {
            0 => Self::Ge,
            1 => Self::Mindray,
            _ => Self::Philips,
        }
    }

    /// What the device prints while its probe is off: the 11073 not-a-number, or −100.
    pub fn sentinel(self) -> &'static str {
        match self {
            Self::Ge | Self::Philips => "8388607",
            Self::Mindray => "-100",
        }
    }

    pub(super) fn names(self) -> Names {
        match self {
            Self::Ge => Names {
                application: "VSP",
                facility: "GE Healthcare",
                accept_ack: "NE",
                application_ack: "AL",
                charset: "UNICODE UTF-8",
                profile: PCD_01,
                service: "182777000^monitoring of patient^SCT",
                sends_number: true,
                number_authority: "PID^MR",
            },
            Self::Mindray => Names {
                application: "MINDRAY_EGATEWAY",
                facility: "MINDRAY",
                accept_ack: "AL",
                application_ack: "NE",
                charset: "UNICODE UTF-8",
                profile: "IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO",
                service: "69952^MDC_DEV_MON_PT_PHYSIO_MULTI_PARAM^MDC",
                sends_number: false,
                number_authority: "Hospital^PI",
            },
            Self::Philips => Names {
                application: "PIC_IX",
                facility: "PHILIPS",
                accept_ack: "AL",
                application_ack: "NE",
                charset: "8859/1",
                profile: PCD_01,
                service: "182777000^monitoring of patient^SCT",
                sends_number: true,
                number_authority: "Hospital^MR",
            },
        }
    }

    pub(super) fn latin1(self) -> bool {
        self == Self::Philips
    }

    pub(super) fn stamp(self, at: UnixMillis) -> String {
        match self {
            Self::Ge => time::local(at, 0),
            Self::Mindray => time::local(at, 330) + "0+0530",
            Self::Philips => time::local(at, 0) + "+0000",
        }
    }

    /// Whether a numeric row carries its own time.
    pub(super) fn row_times(self, cuff: bool) -> bool {
        match self {
            Self::Ge => false,
            Self::Mindray => true,
            Self::Philips => cuff,
        }
    }

    /// How often a cuff reading is sent again, with its old time, after its first message.
    pub(crate) fn cuff_repeats(self) -> u8 {
        match self {
            Self::Ge | Self::Philips => 0,
            Self::Mindray => 2,
        }
    }

    /// Whether a second thermometer shows under the same code.
    pub(crate) fn second_thermometer(self) -> bool {
        self == Self::Ge
    }

    pub(super) fn result_status(self) -> &'static str {
        match self {
            Self::Ge | Self::Mindray => "R",
            Self::Philips => "X",
        }
    }

    pub(super) fn headers(self, cuff: bool) -> &'static [(&'static str, &'static str)] {
        match (self, cuff) {
            (Self::Mindray, _) => &[],
            (Self::Ge | Self::Philips, false) => &[MDS, ECG_VMD],
            (Self::Ge | Self::Philips, true) => &[MDS, ECG_VMD, NIBP_VMD, NIBP_CHANNEL],
        }
    }

    pub(super) fn identifier(self, parameter: Parameter) -> &'static str {
        match (self, parameter) {
            (Self::Philips, Parameter::HeartRate) => "147842^MDC_ECG_CARD_BEAT_RATE^MDC",
            (Self::Mindray, Parameter::NibpSystolic) => "150301^MDC_PRESS_CUFF_SYS^MDC",
            (Self::Mindray, Parameter::NibpDiastolic) => "150302^MDC_PRESS_CUFF_DIA^MDC",
            (Self::Mindray, Parameter::NibpMean) => "150303^MDC_PRESS_CUFF_MEAN^MDC",
            (_, Parameter::HeartRate) => "147842^MDC_ECG_HEART_RATE^MDC",
            (_, Parameter::PulseRate) => "149530^MDC_PULS_OXIM_PULS_RATE^MDC",
            (_, Parameter::Spo2) => "150456^MDC_PULS_OXIM_SAT_O2^MDC",
            (_, Parameter::RespiratoryRate) => "151562^MDC_RESP_RATE^MDC",
            (_, Parameter::NibpSystolic) => "150021^MDC_PRESS_BLD_NONINV_SYS^MDC",
            (_, Parameter::NibpDiastolic) => "150022^MDC_PRESS_BLD_NONINV_DIA^MDC",
            (_, Parameter::NibpMean) => "150023^MDC_PRESS_BLD_NONINV_MEAN^MDC",
            (_, Parameter::Temperature) => "150364^MDC_TEMP_BODY^MDC",
            (_, Parameter::Consciousness) => "80288-4^Level of consciousness AVPU^LN",
            (_, Parameter::OxygenFlow) => "3151-8^Inhaled oxygen flow rate^LN",
            (_, Parameter::EcgLeadII) => "131330^MDC_ECG_ELEC_POTL_II^MDC",
            (_, Parameter::Pleth) => "150452^MDC_PULS_OXIM_PLETH^MDC",
            // The ward has no such device; an empty identifier would be refused by every reader.
            (
                _,
                Parameter::GlucoseInterstitial
                | Parameter::GlucoseCapillary
                | Parameter::InspiredOxygen
                | Parameter::Pain
                | Parameter::Weight,
            ) => "",
        }
    }

    pub(super) fn sub_id(self, parameter: Parameter, channel: u8) -> String {
        let (module, term) = containment(parameter);
        match self {
            Self::Mindray => format!("1.{module}.{}.{}", channel + 1, parameter.code().0),
            Self::Ge | Self::Philips => format!("1.{module}.{}.{term}", channel + 1),
        }
    }

    /// Nurses' entries are in UCUM everywhere, because their codes are LOINC.
    pub(super) fn unit(self, parameter: Parameter) -> &'static str {
        let unit = parameter.info().unit;
        if parameter == Parameter::OxygenFlow || self == Self::Philips {
            return ucum_unit(unit);
        }
        mdc_unit(unit)
    }

    pub(super) fn range(self, parameter: Parameter) -> &'static str {
        match (self, parameter) {
            (Self::Philips, Parameter::HeartRate | Parameter::PulseRate) => "50-120",
            (Self::Philips, Parameter::Spo2) => "90-100",
            (Self::Philips, Parameter::RespiratoryRate) => "8-30",
            (Self::Philips, Parameter::NibpSystolic) => "90-160",
            (Self::Philips, Parameter::Temperature) => "<39.1",
            _ => "",
        }
    }
}

/// Module and term of a parameter in the containment tree.
fn containment(parameter: Parameter) -> (u8, u8) {
    match parameter {
        Parameter::HeartRate | Parameter::EcgLeadII => (11, 1),
        Parameter::RespiratoryRate => (11, 2),
        Parameter::Spo2 => (3, 1),
        Parameter::PulseRate | Parameter::Pleth => (3, 2),
        Parameter::NibpSystolic => (16, 1),
        Parameter::NibpDiastolic => (16, 2),
        Parameter::NibpMean => (16, 3),
        Parameter::Temperature => (26, 1),
        Parameter::Consciousness => (90, 1),
        Parameter::OxygenFlow | Parameter::InspiredOxygen => (90, 2),
        Parameter::Pain | Parameter::Weight => (90, 3),
        Parameter::GlucoseInterstitial | Parameter::GlucoseCapillary => (90, 4),
    }
}

pub(super) fn mdc_unit(unit: Unit) -> &'static str {
    match unit {
        units::BEATS_PER_MINUTE => "264864^MDC_DIM_BEAT_PER_MIN^MDC",
        units::BREATHS_PER_MINUTE => "264928^MDC_DIM_RESP_PER_MIN^MDC",
        units::PERCENT => "262688^MDC_DIM_PERCENT^MDC",
        units::MMHG => "266016^MDC_DIM_MMHG^MDC",
        units::CELSIUS => "268192^MDC_DIM_DEGC^MDC",
        units::MILLIVOLT => "266418^MDC_DIM_MILLI_VOLT^MDC",
        units::DIMENSIONLESS => "262656^MDC_DIM_DIMLESS^MDC",
        _ => "",
    }
}

fn ucum_unit(unit: Unit) -> &'static str {
    match unit {
        units::BEATS_PER_MINUTE | units::BREATHS_PER_MINUTE => "/min^/min^UCUM",
        units::PERCENT => "%^%^UCUM",
        units::MMHG => "mm[Hg]^mm[Hg]^UCUM",
        units::CELSIUS => "Cel^Cel^UCUM",
        units::L_PER_MINUTE => "L/min^L/min^UCUM",
        _ => "",
    }
}

/// The level of consciousness in SNOMED CT.
pub(super) fn snomed(level: Consciousness) -> &'static str {
    match level {
        Consciousness::Alert => "248234008^Alert^SCT",
        Consciousness::Confusion => "130987000^Acute confusion^SCT",
        Consciousness::Voice => "300202002^Responds to voice^SCT",
        Consciousness::Pain => "450847001^Responds to pain^SCT",
        Consciousness::Unresponsive => "422768004^Unresponsive^SCT",
    }
}
