//! What real gateways send, one table row for each habit (docs/spec/hl7.md).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use wl_hub::ingest::hl7::{
    CodeRule, DecodedMessage, DeviceIdentity, MessageKind, Reason, Row, SamplingRule, SourceProfile,
    TimeSource, UnitRule, UtcOffset, decode,
};
use wl_hub::ingest::quarantine::Ground;
use wl_ledger::UnixMillis;
use wl_vitals::{Code, Consciousness, Decimal, Quality, Reading, Unit, Value};

const MSH: &str =
    "MSH|^~\\&|MON^080019FFFE0B4020^EUI-64|W|||20260110003100||ORU^R01|7|P|2.6|||NE|AL||UNICODE UTF-8";
const PID: &str = "PID|||MRN-1^^^W^MR";
const OBR: &str = "OBR|1|||182777000^monitoring of patient^SCT|||20260110003000";
/// 2026-01-10T00:30:00Z, the time of `OBR`.
const OBR_TIME: UnixMillis = UnixMillis(1_768_005_000_000);

/// A message of these OBX rows.
fn message_of(rows: &[&str]) -> String {
    let head = [MSH, PID, OBR];
    head.iter().chain(rows).map(|line| format!("{line}\r")).collect()
}

fn decoded(rows: &[&str]) -> DecodedMessage {
    decode(message_of(rows).as_bytes(), &SourceProfile::default()).expect("an acceptable message")
}

fn refused(text: &str) -> Reason {
    decode(text.as_bytes(), &SourceProfile::default()).expect_err("a message to refuse").reason
}

fn reading(code: u32, channel: u8, value: &str, unit: u32) -> Reading {
    Reading {
        code: Code(code),
        channel,
        value: Value::Number(Decimal::parse(value).unwrap()),
        unit: Unit(unit),
        taken: OBR_TIME,
        quality: Quality::Good,
    }
}

#[test]
fn one_numeric_row_in_every_writing() {
    let hr = reading(147_842, 0, "62.8", 264_864);
    let cases: &[(&str, &str, Reading)] = &[
        (
            "plain",
            "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|62.8|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
            hr,
        ),
        (
            "Philips: another name, X with a value, reference range",
            "OBX|1|NM|147842^MDC_ECG_CARD_BEAT_RATE^MDC|1.1.1.1|62.8|264864^^MDC|50-120||||X",
            hr,
        ),
        ("Comen: empty set id", "OBX||NM|147842^^MDC|1.1.1.1|62.8|264864^^MDC|||||F", hr),
        ("XH80X: no status at all", "OBX|9|NM|147842^^MDC|1.1.1.1|62.8|264864^^MDC", hr),
        ("open range", "OBX|1|NM|147842^^MDC|1.1.1.1|62.8|264864^^MDC|<500||||R", hr),
        ("UCUM beats", "OBX|1|NM|147842^^MDC|1.1.1.1|62.8|{beat}/min^{beat}/min^UCUM|||||R", hr),
        ("UCUM per minute", "OBX|1|NM|147842^^MDC|1.1.1.1|62.8|/min^^UCUM|||||R", hr),
        ("UCUM without its system", "OBX|1|NM|147842^^MDC|1.1.1.1|62.8|/min|||||R", hr),
        ("LOINC", "OBX|1|NM|8867-4^Heart rate^LN||62.8|/min^^UCUM|||||F", hr),
        ("alternate coding known", "OBX|1|NM|HR^^99X^147842^^MDC||62.8|bpm^^99X^264864^^MDC|||||F", hr),
        ("structured numeric", "OBX|1|SN|147842^^MDC|1.1.1.1|^62.8|264864^^MDC|||||R", hr),
        ("number as text", "OBX|1|ST|147842^^MDC|1.1.1.1| 62.8 |264864^^MDC|||||R", hr),
        ("corrected", "OBX|1|NM|147842^^MDC|1.1.1.1|62.8|264864^^MDC|||||C", hr),
        ("limit flags", "OBX|1|NM|147842^^MDC|1.1.1.1|62.8|264864^^MDC||L~PM~SP|||F", hr),
        ("zero is a value", "OBX|1|NM|147842^^MDC|1|0|264864^^MDC|||||R", reading(147_842, 0, "0", 264_864)),
        (
            "cuff code of a gateway",
            "OBX|1|NM|150301^MDC_PRESS_CUFF_SYS^MDC|1.1.9.150301|111|266016^^MDC|||||R",
            reading(150_021, 0, "111", 266_016),
        ),
        ("diastolic cuff", "OBX|1|NM|150302^^MDC||60|mm[Hg]^^UCUM|||||R", reading(150_022, 0, "60", 266_016)),
        ("mean cuff", "OBX|1|NM|150303^^MDC||80|mm[Hg]^^UCUM|||||R", reading(150_023, 0, "80", 266_016)),
        ("oxygen flow", "OBX|1|NM|3151-8^^LN||2.5|L/min^^UCUM|||||F", reading(192_513, 0, "2.5", 265_216)),
        ("pain needs no unit", "OBX|1|NM|72514-3^^LN||4||||||F", reading(192_514, 0, "4", 262_656)),
        (
            "impossible is kept and marked",
            "OBX|1|NM|150456^^MDC||101|%^^UCUM|||||F",
            Reading { quality: Quality::Invalid, ..reading(150_456, 0, "101", 262_688) },
        ),
        (
            "questionable",
            "OBX|1|NM|147842^^MDC||62.8|/min||QUES|||F",
            Reading { quality: Quality::Questionable, ..hr },
        ),
        (
            "invalid",
            "OBX|1|NM|147842^^MDC||62.8|/min||INV~QUES|||F",
            Reading { quality: Quality::Invalid, ..hr },
        ),
        (
            "test data",
            "OBX|1|NM|147842^^MDC||62.8|/min||TEST|||F",
            Reading { quality: Quality::Invalid, ..hr },
        ),
        ("demo data", "OBX|1|NM|147842^^MDC||62.8|/min||DEMO|||F", Reading { quality: Quality::Demo, ..hr }),
    ];
    for (name, row, expected) in cases {
        let message = decoded(&[row]);
        assert_eq!(message.readings().collect::<Vec<_>>(), [expected], "{name}");
        assert_eq!(message.rows.first().unwrap().time_source, Some(TimeSource::Request), "{name}");
    }
}

#[test]
fn rows_without_a_value_are_unavailable_never_zero() {
    let values = ["", "\"\"", "-100", "-999", "-99.9", "-99.90", "8388607", "8388608"];
    for status in ["X", "F", "N", ""] {
        for value in values.iter().filter(|v| status != "N" || v.len() < 3) {
            let row = format!("OBX|1|NM|150456^^MDC|1|{value}|||||||{status}");
            let row = format!("{}{}", &row[..row.len() - status.len() - 1], format_args!("|{status}"));
            let message = decoded(&[&row]);
            let expected = Row::Unavailable { code: Code(150_456), channel: 0, taken: OBR_TIME };
            assert_eq!(message.rows.first().unwrap().row, expected, "{value} {status}");
            assert_eq!(message.readings().count(), 0);
        }
    }
    let flagged = decoded(&["OBX|1|NM|150456^^MDC|1|97|%||NAV|||R"]);
    assert!(matches!(flagged.rows.first().unwrap().row, Row::Unavailable { .. }));
}

#[test]
fn sentinels_and_zone_belong_to_the_source() {
    let profile = SourceProfile {
        sentinels: vec![Decimal::whole(-1)],
        sentinel_texts: vec!["---".to_owned()],
        offset: UtcOffset::minutes(330).unwrap(),
        ..SourceProfile::default()
    };
    let text = message_of(&[
        "OBX|1|NM|147842^^MDC||-1.0|/min",
        "OBX|2|ST|147842^^MDC||---|/min",
        "OBX|3|NM|147842^^MDC||70|/min",
    ]);
    let message = decode(text.as_bytes(), &profile).unwrap();
    let readings: Vec<_> = message.readings().collect();
    assert_eq!(readings.len(), 1);
    assert_eq!(readings[0].channel, 2, "rows without a value keep their place");
    assert_eq!(readings[0].taken, UnixMillis(OBR_TIME.0 - 330 * 60_000));
}

#[test]
fn unknown_codes_are_kept_and_not_shown() {
    let cases = [
        "OBX|1|NM|579^MNDRY_ECG_RHY_V_P_C_CPLT_RATE^99MNDRY|1.7.2.579|0|264864^^MDC|||||R",
        "OBX||NM|110^HR||80|bpm|60^130||||F",
        "OBX|1|NM|147842^MDC_ECG_HEART_RATE||80|/min|||||F",
        "OBX|1|NM|148066^MDC_ECG_V_P_C_RATE^MDC|1.5.1.2|garbage|what|||||zzz|||never",
        "OBX|1|NM|192512^vendor^MDC||3|1|||||F",
        "OBX|1|NM|4294967296^^MDC||3|1|||||F",
        "OBX|1|ED|PDF^TEXT^99X||a^b&c~d||||||F",
        "OBX|1|NA|151780^MDC_IMPED_TTHOR^MDC|1.7.1.151780|1^2^x|262656^^MDC",
        "OBX|1|NM|67981&WAV^^MDC||1",
    ];
    for row in cases {
        let message = decoded(&[row, "OBX|2|NM|147842^^MDC|1|62.8|/min"]);
        assert!(matches!(message.rows[0].row, Row::NotKnown(_)), "{row}");
        assert_eq!(message.rows[0].key(), None);
        assert_eq!(message.readings().count(), 1, "{row}");
    }
}

#[test]
fn private_codes_and_units_come_from_the_profile() {
    let rule = CodeRule { system: String::new(), code: "110".to_owned(), meaning: Code(147_842) };
    let unit = UnitRule { system: String::new(), text: "bpm".to_owned(), meaning: Unit(264_864) };
    let profile = SourceProfile { codes: vec![rule], units: vec![unit], ..SourceProfile::default() };
    // A version 2.3 sender: no MSH-3, no OBR, LF line ends.
    let text =
        "MSH|^~\\&|||||20260110003000||ORU^R01|103|P|2.3\nPID|||14\nOBX||NM|110^HR||80|bpm|60^130||||F\n";
    let message = decode(text.as_bytes(), &profile).unwrap();
    assert_eq!(message.sender, None);
    assert_eq!(message.readings().collect::<Vec<_>>(), [&reading(147_842, 0, "80", 264_864)]);
    assert_eq!(message.rows[0].time_source, Some(TimeSource::Message));
    assert_eq!(message.rows[0].key().unwrap().device, None);
}

#[test]
fn containment_rows_are_headers() {
    let rows = [
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X",
        "OBX|2|ST|69798^MDC_DEV_ECG_VMD^MDC|1.11.0.0|||||||X",
        "OBX|3||70687^MDC_DEV_PRESS_BLD_NONINV_CHAN^MDC|1.16.1.0|||||||X|||20110602045842",
        "OBX|4||9^vendor channel^99X|1.17.1.0|||||||X",
    ];
    let message = decoded(&rows);
    assert!(message.rows.iter().all(|r| matches!(r.row, Row::Header(_)) && r.time_source.is_none()));
    assert_eq!(message.rows.len(), rows.len());
}

#[test]
fn channels_follow_containment_not_order() {
    let t =
        |sub: &str, value: &str| format!("OBX|1|NM|150364^MDC_TEMP_BODY^MDC|{sub}|{value}|Cel^^UCUM|||||R");
    /// Rows (OBX-4, value) and what they become (channel, value).
    type Case = (&'static [(&'static str, &'static str)], &'static [(u8, &'static str)]);
    let cases: &[Case] = &[
        (&[("1.26.1.1", "36.8"), ("1.26.2.1", "35.1")], &[(0, "36.8"), (1, "35.1")]),
        (&[("1.26.2.1", "35.1"), ("1.26.1.1", "36.8")], &[(1, "35.1"), (0, "36.8")]),
        (&[("1.26.10.1", "35.1"), ("1.26.9.1", "36.8")], &[(1, "35.1"), (0, "36.8")]),
        (&[("", "36.8"), ("", "35.1")], &[(0, "36.8"), (1, "35.1")]),
        (&[("1.26.1.1", "-100"), ("1.26.2.1", "35.1")], &[(1, "35.1")]),
        (&[("b", "36.8"), ("a", "35.1")], &[(1, "36.8"), (0, "35.1")]),
    ];
    for (rows, expected) in cases {
        let lines: Vec<String> = rows.iter().map(|(sub, value)| t(sub, value)).collect();
        let message = decoded(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let found: Vec<_> = message.readings().map(|r| (r.channel, r.value)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(c, v)| (*c, Value::Number(Decimal::parse(v).unwrap()))).collect();
        assert_eq!(found, expected, "{rows:?}");
    }
}

#[test]
fn a_series_in_one_message_stays_one_channel_and_equal_cuff_readings_have_equal_keys() {
    let row = |time: &str| format!("OBX|1|NM|150021^^MDC|1.1.9.1|111|mm[Hg]^^UCUM|||||R||APERIODIC|{time}");
    let message = decoded(&[&row("20260110000000"), &row("20260110000500")]);
    assert!(message.readings().all(|r| r.channel == 0));
    let keys: Vec<_> = message.rows.iter().map(|r| r.key().unwrap()).collect();
    assert_ne!(keys[0], keys[1]);
    // The same cuff reading again in a later message.
    let later = message_at("20260110004500", &row("20260110000500"));
    let again = decode(later.as_bytes(), &SourceProfile::default()).unwrap();
    assert_eq!(again.rows[0].key().unwrap(), keys[1]);
}

fn message_at(time: &str, row: &str) -> String {
    format!("{}\r{PID}\rOBR|1||||||{time}\r{row}\r", MSH.replace("20260110003100", time))
}

#[test]
fn times_are_read_in_the_right_zone_and_order() {
    // (MSH-7, OBR-7, OBX-14, expected milliseconds after 2026-01-10T00:00Z, source)
    let cases: &[(&str, &str, &str, i64, TimeSource)] = &[
        ("20260110003100", "20260110003000", "20260110002959", 1_799_000, TimeSource::Row),
        ("20260110003100", "20260110003000", "", 1_800_000, TimeSource::Request),
        ("20260110003100", "", "", 1_860_000, TimeSource::Message),
        ("20260110003100", "20260110003000", "20260110060000.0000+0530", 1_800_000, TimeSource::Row),
        ("20260110003100", "20260110003000", "20260110003000.250", 1_800_250, TimeSource::Row),
        ("20260110003100", "20260110003000", "20260110003000.12345", 1_800_123, TimeSource::Row),
        ("20260110003100", "20260110003000", "20260109193000-0500", 1_800_000, TimeSource::Row),
        ("20260110003100", "202601100030", "", 1_800_000, TimeSource::Request),
        ("20260110060100+0530", "20260110060000", "", 1_800_000, TimeSource::Request),
        ("20260110003100+0000", "", "20260110003000", 1_800_000, TimeSource::Row),
        ("", "20260110003000+0000", "", 1_800_000, TimeSource::Request),
    ];
    for (sent, request, row, expected, source) in cases {
        let text = format!(
            "MSH|^~\\&|M||||{sent}||ORU^R01|7|P|2.6\rOBR|1||||||{request}\rOBX|1|NM|147842^^MDC||60|/min|||||R|||{row}\r"
        );
        let message = decode(text.as_bytes(), &SourceProfile::default()).unwrap();
        let taken = message.readings().next().unwrap().taken;
        assert_eq!(taken.0 - 1_768_003_200_000, *expected, "{sent} {request} {row}");
        assert_eq!(message.rows[0].time_source, Some(*source));
    }
}

#[test]
fn levels_of_consciousness() {
    use Consciousness::{Alert, Confusion, Pain, Unresponsive, Voice};
    let cases = [
        ("CWE", "248234008^Alert^SCT", Alert),
        ("CWE", "130987000^^SCT", Confusion),
        ("CE", "300202002^^SCT", Voice),
        ("CE", "255373000^^SCT", Voice),
        ("CWE", "450847001^^SCT", Pain),
        ("CWE", "422768004^^SCT", Unresponsive),
        ("CWE", "LA9340-6^^LN", Alert),
        ("CWE", "LA6560-2^^LN", Confusion),
        ("CWE", "V^local^99X^300202002^^SCT", Voice),
        ("ST", "P", Pain),
        ("ST", "Unresponsive", Unresponsive),
        ("IS", "c", Confusion),
    ];
    for code in ["80288-4", "67775-7"] {
        for (kind, value, level) in cases {
            let message = decoded(&[&format!("OBX|1|{kind}|{code}^^LN||{value}||||||F")]);
            let reading = message.readings().next().unwrap();
            assert_eq!(reading.value, Value::Consciousness(level), "{value}");
            assert_eq!(reading.code, Code(192_512));
        }
    }
}

#[test]
fn waveforms_with_their_facets() {
    let ecg = "OBX|1|NA|131330^MDC_ECG_LEAD_II^MDC|1.1.1.1002|0.0^0.029^^-100|266418^^MDC|||||F|||20260110003000.000";
    let rate = "OBX|2|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.1002.1|62.5|264608^MDC_DIM_PER_SEC^MDC";
    let other = "OBX|3|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.1002.1|500|264608^MDC_DIM_PER_SEC^MDC";
    let pleth = "OBX|3|NA|150452^^MDC|1.3.1.150452|7^32767^9|262656^^MDC";
    let marker = "OBX|4|NM|262196^MDC_EVT_INOP^MDC|1.3.1.150452.3|32767";
    let message = decoded(&[ecg, rate, pleth, marker]);
    let waves: Vec<_> = message
        .rows
        .iter()
        .filter_map(|r| match &r.row {
            Row::Waveform(wave) => Some(wave),
            _ => None,
        })
        .collect();
    let d = |text: &str| Some(Decimal::parse(text).unwrap());
    assert_eq!(waves[0].millihertz, Some(62_500));
    assert_eq!(waves[0].samples, [d("0.0"), d("0.029"), None, None]);
    assert_eq!(waves[1].millihertz, None, "no rate is guessed");
    assert_eq!(waves[1].samples, [d("7"), None, d("9")]);
    assert!(matches!(message.rows[1].row, Row::SamplingRate { millihertz: 62_500 }));

    let rule = SamplingRule { code: Code(150_452), millihertz: 60_000 };
    let told = SourceProfile { sampling: vec![rule], ..SourceProfile::default() };
    let wave_of =
        |rows: &[&str]| match decode(message_of(rows).as_bytes(), &told).unwrap().rows[0].row.clone() {
            Row::Waveform(wave) => wave.millihertz,
            other => panic!("{other:?}"),
        };
    assert_eq!(wave_of(&[pleth]), Some(60_000));
    assert_eq!(wave_of(&[ecg, rate, other]), None, "contradicting rates are none");
    let w01 = message_of(&[ecg, rate]).replace("ORU^R01", "ORU^W01");
    assert_eq!(decode(w01.as_bytes(), &told).unwrap().kind, MessageKind::Waveform);
}

#[test]
fn alert_messages_are_taken_and_bring_no_readings() {
    let rows = [
        "OBX|1|ST|196670^MDC_EVT_LO^MDC|1.3.1.150456.1|SpO2 Too Low|||L~PM~SP|||F",
        "OBX|2|NM|150456^^MDC|1.3.1.150456.2|88|262688^^MDC|90-100||||F",
        "OBX|3|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.3.1.150456.3|start||||||F",
    ];
    let text = message_of(&rows).replace("ORU^R01", "ORU^R40^ORU_R40");
    let message = decode(text.as_bytes(), &SourceProfile::default()).unwrap();
    assert_eq!(message.kind, MessageKind::Alert);
    assert_eq!(message.readings().count(), 0);
    assert!(matches!(message.rows[1].row, Row::Reading(_)));
}

#[test]
fn patients_places_and_devices() {
    let device = |obx18: &str| {
        let row = format!("OBX|1|NM|147842^^MDC|1|60|/min|||||R|||||||{obx18}");
        decoded(&[&row]).rows[0].device.clone().unwrap().to_string()
    };
    assert_eq!(device("080019FFFE0B4020^B1X5_GE"), "080019FFFE0B4020");
    assert_eq!(device("000F14049B507238^BIG_DIPPER^000F14049B507238^EUI-64"), "000F14049B507238");
    assert_eq!(device("080019FFFE3ED02D172.16.172.135^GATEWAY_ACME"), "080019FFFE3ED02D172.16.172.135");
    assert_eq!(device(""), "080019FFFE0B4020", "falls back on MSH-3");
    let ordered = "MSH|^~\\&|GW||||20260110003100||ORU^R01|7|P|2.6\rOBR|1||1^MON^00A03700273EDE18^EUI-64\rOBX|1|NM|147842^^MDC||60|/min\r";
    let ordered = decode(ordered.as_bytes(), &SourceProfile::default()).unwrap();
    assert_eq!(
        ordered.rows[0].device,
        Some(DeviceIdentity::Eui64([0, 0xA0, 0x37, 0, 0x27, 0x3E, 0xDE, 0x18]))
    );
    assert_eq!(ordered.sender, Some(DeviceIdentity::Named("GW".to_owned())));
    assert!(ordered.patient.is_empty() && ordered.location.is_none(), "no PID is for the hub to route");

    let text = message_of(&[])
        .replace(PID, "PID|||^^^Hospital^PI~77^^^W&1.2.3&ISO^MR||DOE^JANE\rPV1||I|ICU^4^12^XYZ");
    let found = decode(text.as_bytes(), &SourceProfile::default()).unwrap();
    assert_eq!((found.patient[0].id.as_str(), found.patient[0].authority.as_str()), ("", "Hospital"));
    assert_eq!((found.patient[1].id.as_str(), found.patient[1].kind.as_str()), ("77", "MR"));
    let bed = found.location.clone().unwrap();
    assert_eq!((bed.unit.as_str(), bed.room.as_str(), bed.bed.as_str()), ("ICU", "4", "12"));
    let shown = format!("{found:?}");
    assert!(!shown.contains("77") && !shown.contains("DOE") && !shown.contains("ICU"), "{shown}");
}

#[test]
fn line_ends_of_every_kind_lose_nothing() {
    let rows =
        ["OBX|1|NM|147842^^MDC|1|62.8|/min", "NTE|1||a note", "OBX|2|NM|151562^^MDC|1|12|/min", "ZXX|1"];
    let plain = message_of(&rows);
    for end in ["\r", "\n", "\r\n", "\n\r", "\r\r", "\r\n\r\n", "\r \r", "\n\t\n"] {
        let message = decode(plain.replace('\r', end).as_bytes(), &SourceProfile::default()).unwrap();
        assert_eq!(message.readings().count(), 2, "{end:?}");
        let census = message.census;
        assert_eq!((census.total, census.rows, census.context, census.unread), (7, 2, 3, 2), "{end:?}");
    }
    let unended = decode(plain.trim_end().as_bytes(), &SourceProfile::default()).unwrap();
    assert_eq!(unended.census.total, 7);
    let marked = format!("\u{FEFF}{plain}");
    assert_eq!(decode(marked.as_bytes(), &SourceProfile::default()).unwrap().census.total, 7);
}

#[test]
fn a_message_of_a_training_system_is_refused_unless_the_source_is_a_demo() {
    let text = message_of(&["OBX|1|NM|147842^^MDC|1|62.8|/min"]).replace("|7|P|", "|7|T|");
    assert_eq!(refused(&text), Reason::Processing);
    let demo = SourceProfile { demo: true, ..SourceProfile::default() };
    let taken = decode(text.as_bytes(), &demo).unwrap();
    assert!(taken.readings().all(|r| r.quality == Quality::Demo));
}

#[test]
fn every_failure_names_its_ground_and_place() {
    let obx = |row: &str| message_of(&["OBX|1|NM|147842^^MDC|1|62.8|/min", row]);
    let msh = |from: &str, to: &str| message_of(&[]).replace(from, to);
    let cases: Vec<(String, Ground, Option<&str>)> = vec![
        (String::new(), Ground::Structure, None),
        ("\r\n \r".to_owned(), Ground::Structure, None),
        ("FHS|^~\\&\rMSH|^~\\&".to_owned(), Ground::Structure, None),
        ("MSH|^~".to_owned(), Ground::NotSupported, Some("MSH[1]-9")),
        ("MSH".to_owned(), Ground::Structure, None),
        ("MSH|".to_owned(), Ground::Structure, None),
        ("MSH|^^^^|".to_owned(), Ground::Structure, None),
        ("MSH|^~\\&|".to_owned(), Ground::NotSupported, Some("MSH[1]-9")),
        (msh("ORU^R01", "ADT^A01"), Ground::NotSupported, Some("MSH[1]-9")),
        (msh("ORU^R01", "ORU^R30"), Ground::NotSupported, Some("MSH[1]-9")),
        (msh("|2.6|", "|3|"), Ground::NotSupported, Some("MSH[1]-12")),
        (msh("|7|P", "||P"), Ground::Structure, Some("MSH[1]-10")),
        (msh("|7|P", &format!("|{}|P", "9".repeat(200))), Ground::Structure, Some("MSH[1]-10")),
        (msh("|7|P", "|7\u{1C}|P"), Ground::Structure, Some("MSH[1]-10")),
        (msh("UNICODE UTF-8", "ISO IR87"), Ground::Charset, Some("MSH[1]-18")),
        (msh("20260110003100", "yesterday"), Ground::Time, Some("MSH[1]-7")),
        (format!("{}{}", message_of(&[]), message_of(&[])), Ground::Structure, None),
        (obx("lost words"), Ground::Structure, None),
        (obx("OBXX|1"), Ground::Structure, None),
        (obx("obx|1"), Ground::Structure, None),
        (obx("OBX|1|NM||1|5"), Ground::Structure, Some("OBX[2]-3")),
        (obx(&format!("OBX{}", "|".repeat(300))), Ground::Structure, None),
        (obx(&format!("OBX|1|NM|1|{}", "~".repeat(100))), Ground::Structure, None),
        (obx(&"OBX|1|NM|1\r".repeat(3000)), Ground::Structure, None),
        (obx(&"OBX|1|NM|147842^^MDC||5|/min\r".repeat(300)), Ground::Structure, Some("OBX[257]-4")),
        (obx("PID|||OTHER^^^W^MR"), Ground::Patient, Some("PID[2]-3")),
        (obx("PV1||I|A^1^1\rPV1||I|A^1^2"), Ground::Patient, Some("PV1[2]-3")),
        (obx("OBX|1|NM|147842^^MDC|1|6x|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|36,5|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|1e2|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|NaN|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|9999999999|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|0.1234567891|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|60~61|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|147842^^MDC|1|60^61|/min"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|SN|150456^^MDC|1|<^70|%"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|SN|150456^^MDC|1|^70^-^80|%"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|CWE|147842^^MDC|1|60|/min"), Ground::Value, Some("OBX[2]-2")),
        (obx("OBX|1|NA|147842^^MDC|1|60^61|/min"), Ground::Value, Some("OBX[2]-2")),
        (obx("OBX|1|NM|131330^^MDC|1|60|mV"), Ground::Value, Some("OBX[2]-2")),
        (obx("OBX|1|NA|131330^^MDC|1|1^x|mV"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NA|131330^^MDC|1|1^2|mm[Hg]"), Ground::Unit, Some("OBX[2]-6")),
        (
            obx(&format!("OBX|1|NA|131330^^MDC|1|{}|mV", "1^".repeat(16_384))),
            Ground::Structure,
            Some("OBX[2]-5"),
        ),
        (obx("OBX|1|NM|0^MDC_ATTR_SAMP_RATE^MDC|1|0|Hz"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|0^MDC_ATTR_SAMP_RATE^MDC|1|-5|Hz"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|0^MDC_ATTR_SAMP_RATE^MDC|1|5|min"), Ground::Unit, Some("OBX[2]-6")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||D"), Ground::Value, Some("OBX[2]-11")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||W"), Ground::Value, Some("OBX[2]-11")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||N"), Ground::Value, Some("OBX[2]-11")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||?"), Ground::Value, Some("OBX[2]-11")),
        (obx("OBX|1|NM|147842^^MDC|1|60|"), Ground::Unit, Some("OBX[2]-6")),
        (obx("OBX|1|NM|147842^^MDC|1|60|bpm"), Ground::Unit, Some("OBX[2]-6")),
        (obx("OBX|1|NM|147842^^MDC|1|60|266016^^MDC"), Ground::Unit, Some("OBX[2]-6")),
        (obx("OBX|1|NM|150364^^MDC|1|98.6|[degF]^^UCUM"), Ground::Unit, Some("OBX[2]-6")),
        (obx("OBX|1|CWE|80288-4^^LN||X"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|CWE|80288-4^^LN||248234008^^LN"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|CWE|80288-4^^LN||A^^L^422768004^^SCT"), Ground::Value, Some("OBX[2]-5")),
        (obx("OBX|1|NM|80288-4^^LN||1"), Ground::Value, Some("OBX[2]-2")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||R|||20261310003100"), Ground::Time, Some("OBX[2]-14")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||R|||20260110"), Ground::Time, Some("OBX[2]-14")),
        (obx("OBX|1|NM|147842^^MDC|1|60|/min|||||R|||20260110003100+2500"), Ground::Time, Some("OBX[2]-14")),
        (obx("OBR|1||||||noon\rOBX|1|NM|147842^^MDC|1|60|/min"), Ground::Time, Some("OBR[2]-7")),
        (
            "MSH|^~\\&|M||||||ORU^R01|7|P|2.6\rOBX|1|NM|147842^^MDC|1|60|/min".to_owned(),
            Ground::Time,
            Some("OBX[1]-14"),
        ),
    ];
    for (text, ground, place) in cases {
        let reason = refused(&text);
        let shown: String = text.chars().take(200).collect();
        assert_eq!(reason.ground(), ground, "{reason} in {shown}");
        assert_eq!(reason.place().map(|p| p.to_string()).as_deref(), place, "{reason} in {shown}");
        assert!(!reason.to_string().contains("OTHER"), "a reason never repeats content");
    }
}
