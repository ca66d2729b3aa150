//! HL7 v2.6 messages as bedside gateways send them, in three dialects.
//!
//! Example (one of the dialects, shortened; `<CR>` ends every segment):
//!
//! ```text
//! MSH|^~\&|VSP^02DE30FFFE000001^EUI-64|GE Healthcare|||20261123170000.000||ORU^R01^ORU_R01|6923...|T|2.6|||NE|AL||UNICODE UTF-8<CR>
//! PID|||DEMO-00001^^^PID^MR||Moonharbour^Ada^^^^^L||19510304|F<CR>
//! OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.11.1.1|72|264864^MDC_DIM_BEAT_PER_MIN^MDC||DEMO|||R|||||||02DE30FFFE000001^B1X5_GE<CR>
//! ```
//!
//! Numerics are `ORU^R01`, waveforms `ORU^W01` with `NA` rows whose samples stand between `^` and whose sample rate is
//! a facet row below. Demo wards say so in MSH-11 (`T`, training) and in OBX-8 (`DEMO`, the IHE PCD measurement
//! status), so that no receiver can take them for real. All texts are this crate's own and hold no HL7 delimiter.

mod dialect;
mod er7;
mod time;

use core::fmt;

use wl_ledger::UnixMillis;
use wl_vitals::{Code, Consciousness, Decimal, Parameter, Unit};

use crate::ward::Person;

pub use dialect::Dialect;
pub(crate) use time::CivilDate;

use dialect::Names;
use er7::Er7;

/// EUI-64 of a simulated device: locally administered, so it can never be that of a real one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIdentity(pub [u8; 8]);

impl fmt::Display for DeviceIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for DeviceIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceIdentity({self})")
    }
}

/// What stands in one numeric row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RowValue {
    Number(Decimal),
    Level(Consciousness),
    /// The probe is off: the dialect's sentinel is printed.
    Off,
}

/// One numeric row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) parameter: Parameter,
    pub(crate) channel: u8,
    pub(crate) value: RowValue,
    /// By the device's clock.
    pub(crate) taken: UnixMillis,
    /// A cuff reading that was sent before and is sent again with its old time.
    pub(crate) repeated: bool,
}

/// A stretch of waveform as the message carries it. The physical value of a count is `count × gain`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wave {
    /// MDC code of the curve.
    pub code: Code,
    /// When its first sample was taken, by the device's clock.
    pub start: UnixMillis,
    /// Samples per second.
    pub rate_hz: u32,
    /// Unit of the physical value.
    pub unit: Unit,
    /// Physical value of one count.
    pub gain: Decimal,
    /// The samples.
    pub counts: Vec<i16>,
}

/// What every message of one device says about itself.
pub(crate) struct Envelope<'a> {
    pub(crate) person: &'a Person,
    pub(crate) device: DeviceIdentity,
    pub(crate) dialect: Dialect,
    pub(crate) control_id: &'a str,
    /// By the device's clock.
    pub(crate) stamp: UnixMillis,
    pub(crate) demo: bool,
}

impl Envelope<'_> {
    /// An `ORU^R01` with these rows.
    pub(crate) fn numerics(&self, rows: &[Row]) -> Vec<u8> {
        let mut out = self.opened("ORU^R01^ORU_R01", self.stamp);
        let mut set = 0;
        for header in self.dialect.headers(rows.iter().any(|row| row.parameter == Parameter::NibpSystolic)) {
            set += 1;
            self.header_row(&mut out, set, *header);
        }
        for row in rows {
            set += 1;
            self.numeric_row(&mut out, set, row);
        }
        // Gateways add codes of their own; a reader must keep them without showing them.
        if self.dialect == Dialect::Mindray && rows.iter().any(|row| row.parameter == Parameter::OxygenFlow) {
            let identifier = "579^MNDRY_ECG_RHY_V_P_C_CPLT_RATE^99MNDRY";
            let stamp = self.dialect.stamp(self.stamp);
            let fields = [
                (1, (set + 1).to_string()),
                (2, "NM".into()),
                (3, identifier.into()),
                (4, "1.7.2.579".into()),
                (5, "0".into()),
                (6, "264864^MDC_DIM_BEAT_PER_MIN^MDC".into()),
                (11, "R".into()),
                (14, stamp),
            ];
            out.segment("OBX", &fields);
        }
        out.bytes(self.dialect.latin1())
    }

    /// An `ORU^W01` with these curves, which all begin at the same time.
    pub(crate) fn waveforms(&self, waves: &[Wave]) -> Vec<u8> {
        let start = waves.first().map_or(self.stamp, |wave| wave.start);
        let mut out = self.opened("ORU^W01^ORU_R01", start);
        let mut set = 0;
        for wave in waves {
            let sub = format!("1.7.6.{}", wave.code.0);
            let name = if wave.code == Parameter::Pleth.code() {
                "MDC_PULS_OXIM_PLETH"
            } else {
                "MDC_ECG_ELEC_POTL_II"
            };
            set += 1;
            out.segment(
                "OBX",
                &[
                    (1, set.to_string()),
                    (2, "NA".into()),
                    (3, format!("{}^{name}^MDC", wave.code.0)),
                    (4, sub.clone()),
                    (5, samples(wave)),
                    (6, dialect::mdc_unit(wave.unit).into()),
                    (8, self.status_flag().into()),
                    (11, self.dialect.result_status().into()),
                    (14, self.dialect.stamp(wave.start)),
                    (18, self.equipment()),
                ],
            );
            set += 1;
            out.segment(
                "OBX",
                &[
                    (1, set.to_string()),
                    (2, "NM".into()),
                    (3, "0^MDC_ATTR_SAMP_RATE^MDC".into()),
                    (4, format!("{sub}.1")),
                    (5, wave.rate_hz.to_string()),
                    (6, "264608^MDC_DIM_PER_SEC^MDC".into()),
                    (11, self.dialect.result_status().into()),
                ],
            );
        }
        out.bytes(self.dialect.latin1())
    }

    fn opened(&self, kind: &str, begins: UnixMillis) -> Er7 {
        let names = self.dialect.names();
        let (device, stamp) = (self.device, self.dialect.stamp(self.stamp));
        let mut out = Er7::begin();
        out.segment(
            "MSH",
            &[
                (3, format!("{}^{device}^EUI-64", names.application)),
                (4, names.facility.into()),
                (7, stamp.clone()),
                (9, kind.into()),
                (10, self.control_id.into()),
                (11, if self.demo { "T" } else { "P" }.into()),
                (12, "2.6".into()),
                (15, names.accept_ack.into()),
                (16, names.application_ack.into()),
                (18, names.charset.into()),
                (21, names.profile.into()),
            ],
        );
        out.segment("PID", &self.patient_fields(&names));
        out.segment("PV1", &[(2, "I".into()), (3, format!("{}^^{}", self.person.ward, self.person.bed))]);
        let order = format!("{}^{}^{device}^EUI-64", self.control_id, names.application);
        out.segment(
            "OBR",
            &[
                (1, "1".into()),
                (2, order.clone()),
                (3, order),
                (4, names.service.into()),
                (7, self.dialect.stamp(begins)),
                (8, stamp),
            ],
        );
        out
    }

    fn patient_fields(&self, names: &Names) -> [(usize, String); 4] {
        let person = self.person;
        // One gateway leaves the number empty; its messages are routed by their device.
        let number = if names.sends_number { person.mrn.as_str() } else { "" };
        [
            (3, format!("{number}^^^{}", names.number_authority)),
            (5, format!("{}^{}^^^^^L", person.family, person.given)),
            (7, person.birth.hl7()),
            (8, person.sex.letter().into()),
        ]
    }

    fn header_row(&self, out: &mut Er7, set: u32, (identifier, sub): (&str, &str)) {
        let kind = if self.dialect == Dialect::Philips { "ST" } else { "" };
        let fields = [
            (1, set.to_string()),
            (2, kind.into()),
            (3, identifier.into()),
            (4, sub.into()),
            (11, "X".into()),
        ];
        out.segment("OBX", &fields);
    }

    fn numeric_row(&self, out: &mut Er7, set: u32, row: &Row) {
        let dialect = self.dialect;
        let (kind, value, unit) = match row.value {
            RowValue::Number(number) => ("NM", number.to_string(), dialect.unit(row.parameter)),
            RowValue::Off => ("NM", dialect.sentinel().into(), dialect.unit(row.parameter)),
            RowValue::Level(level) => ("CWE", dialect::snomed(level).into(), ""),
        };
        let cuff =
            matches!(row.parameter, Parameter::NibpSystolic | Parameter::NibpDiastolic | Parameter::NibpMean);
        let time = if dialect.row_times(cuff) { dialect.stamp(row.taken) } else { String::new() };
        out.segment(
            "OBX",
            &[
                (1, set.to_string()),
                (2, kind.into()),
                (3, dialect.identifier(row.parameter).into()),
                (4, dialect.sub_id(row.parameter, row.channel)),
                (5, value),
                (6, unit.into()),
                (7, dialect.range(row.parameter).into()),
                (8, self.status_flag().into()),
                (11, dialect.result_status().into()),
                (13, if cuff { "APERIODIC" } else { "" }.into()),
                (14, time),
                (18, self.equipment()),
            ],
        );
    }

    fn status_flag(&self) -> &'static str {
        if self.demo { "DEMO" } else { "" }
    }

    fn equipment(&self) -> String {
        let device = self.device;
        match self.dialect {
            Dialect::Ge => format!("{device}^B1X5_GE"),
            Dialect::Mindray => format!("{device}^BIG_DIPPER^{device}^EUI-64"),
            Dialect::Philips => format!("{device}^PIC_IX^{device}^EUI-64"),
        }
    }
}

fn samples(wave: &Wave) -> String {
    let mut text = String::with_capacity(wave.counts.len().saturating_mul(7));
    for (at, count) in wave.counts.iter().enumerate() {
        if at > 0 {
            text.push('^');
        }
        let sample = Decimal { mantissa: i32::from(*count), scale: wave.gain.scale };
        text.push_str(&sample.to_string());
    }
    text
}

/// The message in its MLLP frame: 0x0B before, 0x1C 0x0D behind.
pub fn mllp_framed(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(message.len().saturating_add(3));
    frame.push(0x0b);
    frame.extend_from_slice(message);
    frame.extend_from_slice(&[0x1c, 0x0d]);
    frame
}
