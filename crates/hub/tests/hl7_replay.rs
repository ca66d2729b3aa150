//! Whole messages of two gateway dialects against the values that must come out, and the example of the IHE profile.
//! The data lie beside the repository; without them the tests say so and pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use wl_hub::ingest::hl7::{Row, SourceProfile, Stamp, Verdict, decode, reply};
use wl_ledger::UnixMillis;
use wl_vitals::{Decimal, Reading, Value};

fn data(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hl7").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {name} is not beside the repository");
    }
    text
}

/// (time, code, unit) and the value of it.
type Rows = BTreeMap<(i64, u32, u32), Decimal>;

fn truth(csv: &str) -> BTreeMap<i64, Rows> {
    let mut minutes: BTreeMap<i64, Rows> = BTreeMap::new();
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let time: jiff::Timestamp = cells[1].parse().unwrap();
        let key = (time.as_millisecond(), cells[3].parse().unwrap(), cells[5].parse().unwrap());
        let before = minutes
            .entry(cells[0].parse().unwrap())
            .or_default()
            .insert(key, Decimal::parse(cells[4]).unwrap());
        assert!(before.is_none(), "the truth has one row for each key");
    }
    minutes
}

fn as_row(reading: &Reading) -> ((i64, u32, u32), Decimal) {
    let Value::Number(number) = reading.value else { panic!("no coded value is in these messages") };
    ((reading.taken.0, reading.code.0, reading.unit.0), number)
}

#[test]
fn every_row_of_both_gateways_comes_out_once_and_none_more() {
    let Some(csv) = data("s00001/truth.csv") else { return };
    let truth = truth(&csv);
    // (file, private rows in each message that the product does not know)
    for (file, not_known) in [("ge", 0), ("mindray", 1)] {
        let Some(lines) = data(&format!("s00001/{file}.jsonl")) else { return };
        let mut messages = 0;
        for line in lines.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let minute = line["minute"].as_i64().unwrap();
            let bytes = line["hl7"].as_str().unwrap().as_bytes();
            let message = decode(bytes, &SourceProfile::default()).expect("every message is acceptable");
            let found: Rows = message.readings().map(as_row).collect();
            assert_eq!(message.readings().count(), found.len(), "{file} {minute}: a row came twice");
            let expected = truth.get(&minute).cloned().unwrap_or_default();
            assert_eq!(found, expected, "{file} {minute}");
            assert!(message.readings().all(|r| r.channel == 0), "{file} {minute}");
            let others = message.rows.iter().filter(|r| matches!(r.row, Row::NotKnown(_))).count();
            assert_eq!(others, not_known, "{file} {minute}");
            assert_eq!(message.patient[0].id, "MRN-1001");
            assert_eq!(message.location.as_ref().map(|l| l.bed.as_str()), Some("12"));
            let stamp = Stamp { at: UnixMillis(0), control_id: "R" };
            let answer = reply(&message.reply_to, &Verdict::Accepted, &stamp).expect("both ask for a reply");
            let text = String::from_utf8(answer).unwrap();
            assert!(text.contains(&format!("\rMSA|AA|{}\r", message.control_id)), "{text}");
            messages += 1;
        }
        assert_eq!(messages, 480);
    }
}

#[test]
fn the_example_of_the_profile_is_read() {
    let Some(text) = data("ihe/pcd01-acme-episodic.hl7") else { return };
    let message = decode(text.as_bytes(), &SourceProfile::default()).unwrap();
    // 2011-06-02T04:58:42Z: OBX-14 carries no zone, MSH-7 says +0000.
    let at = "2011-06-02T04:58:42Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let known: Rows = [(150_021, "111"), (150_022, "60"), (150_023, "80")]
        .map(|(code, value)| ((at, code, 266_016), Decimal::parse(value).unwrap()))
        .into();
    assert_eq!(message.readings().map(as_row).collect::<Rows>(), known);
    // 149546, the pulse rate of the cuff, is no code of the product: kept, not shown.
    assert_eq!(message.rows.iter().filter(|r| matches!(r.row, Row::NotKnown(_))).count(), 1);
    assert_eq!(message.rows.iter().filter(|r| matches!(r.row, Row::Header(_))).count(), 3);
    assert_eq!(message.sender.unwrap().to_string(), "080019FFFE3ED02D");
    assert_eq!(message.rows[3].device.as_ref().unwrap().to_string(), "080019FFFE3ED02D172.16.172.135");
}
