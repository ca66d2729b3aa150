//! What the messages look like on the wire, read back by a few lines that know nothing of the writer.

use std::collections::BTreeSet;

use wl_ledger::UnixMillis;
use wl_sim::{
    clock::VirtualClock,
    hl7::{Dialect, mllp_framed},
    ward::{Content, DeviceMessage, Ward, WardSettings, agrees},
};
use wl_vitals::{Consciousness, Decimal, Parameter, Quality, Reading, Value, codes, codes::units};

/// 2026-11-18T10:26:40Z.
const START: UnixMillis = UnixMillis(1_794_997_600_000);

fn messages(demo: bool) -> Vec<DeviceMessage> {
    let settings = WardSettings { demo, ..WardSettings::demo(1, 12, START) };
    let mut ward = Ward::with(settings).unwrap();
    let mut clock = VirtualClock::at(START.plus(-1));
    let mut all = Vec::new();
    for _ in 0..131 {
        all.extend(ward.step(clock.advance(1_000)));
    }
    all
}

fn text(message: &DeviceMessage) -> String {
    match message.dialect {
        Dialect::Philips => message.bytes.iter().map(|byte| char::from(*byte)).collect(),
        Dialect::Ge | Dialect::Mindray => String::from_utf8(message.bytes.clone()).unwrap(),
    }
}

/// The fields of a segment by their HL7 number.
fn fields(segment: &str) -> Vec<&str> {
    let mut fields: Vec<&str> = segment.split('|').collect();
    if segment.starts_with("MSH") {
        fields.insert(1, "|");
    }
    fields
}

fn field<'a>(fields: &[&'a str], number: usize) -> &'a str {
    fields.get(number).copied().unwrap_or("")
}

/// An HL7 time in milliseconds; without a zone it is UTC.
fn instant(text: &str) -> UnixMillis {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let mut days: i64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    days += lengths.iter().take(month as usize - 1).sum::<i64>() + day - 1;
    let of_day = (number(8..10) * 3_600 + number(10..12) * 60 + number(12..14)) * 1_000 + number(15..18);
    let east = match text.find('+') {
        Some(at) => number(at + 1..at + 3) * 60 + number(at + 3..at + 5),
        None => 0,
    };
    UnixMillis(days * 86_400_000 + of_day - east * 60_000)
}

/// The readings of a message, as a hub would store them.
fn read(message: &DeviceMessage) -> Vec<Reading> {
    let text = text(message);
    let rows: Vec<Vec<&str>> = text.split_terminator('\r').map(fields).collect();
    let observed = rows.iter().find(|row| row[0] == "OBR").map(|row| instant(field(row, 7))).unwrap();
    let mut seen = Vec::new();
    rows.iter()
        .filter(|row| row[0] == "OBX" && !field(row, 5).is_empty())
        .filter_map(|row| {
            let (code, system) = {
                let mut parts = field(row, 3).split('^');
                (parts.next().unwrap(), parts.nth(1).unwrap())
            };
            let parameter = match system {
                "LN" => Parameter::from_loinc(code),
                "MDC" => Parameter::from_code(codes::canonical(wl_vitals::Code(code.parse().unwrap()))),
                _ => None,
            }?;
            let channel = seen.iter().filter(|p| **p == parameter).count() as u8;
            seen.push(parameter);
            let value = match field(row, 5).split('^').next().unwrap() {
                "248234008" => Value::Consciousness(Consciousness::Alert),
                "130987000" => Value::Consciousness(Consciousness::Confusion),
                number => Value::Number(Decimal::parse(number).unwrap()),
            };
            let off = matches!(field(row, 5), "8388607" | "-100");
            let unit = match field(row, 6).split('^').collect::<Vec<_>>()[..] {
                [ucum, _, "UCUM"] => wl_vitals::Unit::from_ucum(ucum, parameter.info().units).unwrap(),
                [mdc, _, "MDC"] => wl_vitals::Unit(mdc.parse().unwrap()),
                _ => units::DIMENSIONLESS,
            };
            let taken = if field(row, 14).is_empty() { observed } else { instant(field(row, 14)) };
            let quality = match (off, field(row, 8)) {
                (true, _) => Quality::Unavailable,
                (false, "DEMO") => Quality::Demo,
                (false, _) => Quality::Good,
            };
            Some(Reading { code: parameter.code(), channel, value, unit, taken, quality })
        })
        .collect()
}

#[test]
fn what_is_written_is_what_is_expected() {
    for demo in [true, false] {
        let (mut repeats, mut off, mut seconds) = (0, 0, 0);
        for message in messages(demo).iter().filter(|m| m.content == Content::Numerics) {
            let mut read = read(message);
            // A repeated cuff reading keeps its old time and is no new reading.
            let before = read.len();
            read.retain(|reading| reading.taken == message.sent);
            repeats += before - read.len();
            assert_eq!(read.len(), message.expected.len(), "{}", message.control_id);
            for (got, want) in read.iter().zip(&message.expected) {
                assert!(agrees(want, got), "{want:?} {got:?}");
                off += usize::from(want.quality == Quality::Unavailable);
                seconds += usize::from(want.channel == 1);
            }
        }
        // 4 cuffs that repeat, 3 readings of 3 rows within 131 s, sent twice more; probe off: 30 s, 2 rows.
        assert_eq!((repeats, off), (4 * 3 * 3 * 2, 60));
        assert_eq!(seconds, 4 * 131);
    }
}

#[test]
fn segments_stand_in_order_and_end_with_cr() {
    for message in messages(true) {
        let text = text(&message);
        assert!(text.ends_with('\r') && !text.contains('\n') && !text.contains("\r\r"));
        let names: Vec<&str> = text.split_terminator('\r').map(|s| &s[..3]).collect();
        assert_eq!(names[..4], ["MSH", "PID", "PV1", "OBR"]);
        assert!(names.len() > 4 && names[4..].iter().all(|name| *name == "OBX"));
        let rows: Vec<Vec<&str>> = text.split_terminator('\r').map(fields).collect();
        for (at, row) in rows[4..].iter().enumerate() {
            assert_eq!(field(row, 1), (at + 1).to_string());
            assert!(!field(row, 3).starts_with('^') && !field(row, 4).is_empty());
        }
        let subs: BTreeSet<(&str, &str)> =
            rows[4..].iter().map(|row| (field(row, 3), field(row, 4))).collect();
        assert_eq!(subs.len(), rows.len() - 4, "code and containment tell every row apart");
    }
}

#[test]
fn headers_say_what_the_dialect_says() {
    let all = messages(true);
    for (patient, application, charset, number, status) in [
        (0, "VSP^02DE30FFFE000000^EUI-64", "UNICODE UTF-8", "DEMO-00001^^^PID^MR", "R"),
        (1, "MINDRAY_EGATEWAY^02DE30FFFE000001^EUI-64", "UNICODE UTF-8", "^^^Hospital^PI", "R"),
        (2, "PIC_IX^02DE30FFFE000002^EUI-64", "8859/1", "DEMO-00003^^^Hospital^MR", "X"),
    ] {
        for message in all.iter().filter(|m| m.patient_index == patient) {
            let text = text(message);
            let rows: Vec<Vec<&str>> = text.split_terminator('\r').map(fields).collect();
            let msh = &rows[0];
            assert_eq!(
                (
                    field(msh, 2),
                    field(msh, 3),
                    field(msh, 10),
                    field(msh, 11),
                    field(msh, 12),
                    field(msh, 18)
                ),
                ("^~\\&", application, message.control_id.as_str(), "T", "2.6", charset)
            );
            assert_eq!(field(&rows[1], 3), number);
            let statuses: Vec<&str> =
                rows[4..].iter().filter(|row| !field(row, 5).is_empty()).map(|row| field(row, 11)).collect();
            assert!(statuses.iter().all(|got| *got == status));
        }
    }
}

#[test]
fn a_ward_that_is_no_demo_does_not_say_so() {
    for message in messages(false) {
        let text = text(&message);
        assert!(!text.contains("DEMO") && text.contains("SIM-WARD"));
        let msh: Vec<&str> = fields(text.split('\r').next().unwrap());
        assert_eq!(field(&msh, 11), "P");
    }
}

#[test]
fn waveforms_carry_every_sample_and_their_rate() {
    let mut curves = 0;
    for message in messages(true).iter().filter(|m| m.content == Content::Waveforms) {
        let text = text(message);
        let rows: Vec<Vec<&str>> = text.split_terminator('\r').map(fields).collect();
        assert_eq!(field(&rows[0], 9), "ORU^W01^ORU_R01");
        assert!(message.expected.is_empty());
        for (pair, wave) in rows[4..].chunks(2).zip(&message.waves) {
            let (samples, rate) = (&pair[0], &pair[1]);
            assert_eq!(field(samples, 2), "NA");
            assert!(field(samples, 3).starts_with(&format!("{}^", wave.code.0)));
            let got: Vec<Decimal> =
                field(samples, 5).split('^').map(|s| Decimal::parse(s).unwrap()).collect();
            let want: Vec<Decimal> = wave
                .counts
                .iter()
                .map(|count| Decimal { mantissa: i32::from(*count), scale: wave.gain.scale })
                .collect();
            assert_eq!(got, want);
            assert_eq!(instant(field(samples, 14)), wave.start);
            assert_eq!(wave.start, message.sent.plus(-1_000));
            assert_eq!(field(samples, 6).split('^').next().unwrap(), wave.unit.0.to_string());
            assert_eq!(field(rate, 3), "0^MDC_ATTR_SAMP_RATE^MDC");
            assert_eq!(field(rate, 5), wave.rate_hz.to_string());
            assert_eq!(wave.counts.len(), wave.rate_hz as usize);
            curves += 1;
        }
        assert_eq!(rows.len() - 4, message.waves.len() * 2);
    }
    assert_eq!(curves, 131 * 24 - 30);
}

#[test]
fn the_frame_is_mllp() {
    assert_eq!(mllp_framed(b"MSH|\r"), b"\x0bMSH|\r\x1c\r");
}
