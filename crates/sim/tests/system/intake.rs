//! What devices and gateways in the field send, wrong and odd: each with the answer it gets, what quarantine holds, and
//! what a workstation opens.

use crate::common;
use crate::common::device::{Device, heart_rate, hl7_time, report, row};
use crate::common::ledger::Ledger;
use crate::common::system::{STAY, System, drained};
use crate::common::{Station, ok, readings};
use wl_desk::view::InboxTab;
use wl_hub::core::Core;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Role};
use wl_sim::hl7::mllp_framed;
use wl_sim::hospital::now;

const DEVICE: &str = "02DE30FFFE00DD01";
const OTHER: &str = "02DE30FFFE00DD02";
const HEART_RATE: u32 = 147_842;
const CUFF: &str = "150021^MDC_PRESS_BLD_NONINV_SYS^MDC";

/// A refused message: what it is, its bytes on the wire, the code of the answer, the ground in quarantine.
struct Refused {
    what: &'static str,
    wire: Vec<u8>,
    answer: &'static str,
    ground: &'static str,
}

fn refused(what: &'static str, message: Vec<u8>, answer: &'static str, ground: &'static str) -> Refused {
    Refused { what, wire: mllp_framed(&message), answer, ground }
}

fn changed(message: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(message).unwrap();
    assert!(text.contains(from), "the change applies");
    text.replace(from, to).into_bytes()
}

fn table() -> Vec<Refused> {
    let at = now().plus(-1_000);
    let good = || report(DEVICE, Some("MRN-1"), "BAD", at, &[heart_rate("70")]);
    let mut huge = good();
    huge.resize(300 * 1024, b'x');
    let future = report(DEVICE, Some("MRN-1"), "BAD", now().plus(3_600_000), &[heart_rate("70")]);
    vec![
        refused("no header", b"PID|||MRN-1\r".to_vec(), "", "structure"),
        refused("text that is no segment", changed(good(), "OBR|", "obr "), "AR", "structure"),
        refused("longer than a frame may be", huge, "AR", "structure"),
        refused(
            "not an observation",
            changed(good(), "ORU^R01^ORU_R01", "ADT^A01^ADT_A01"),
            "AR",
            "not-supported",
        ),
        refused("training data", changed(good(), "|P|2.6|", "|T|2.6|"), "AR", "not-supported"),
        refused("a character set nobody has", changed(good(), "UNICODE UTF-8", "KLINGON"), "AE", "charset"),
        refused("a device nobody registered", changed(good(), DEVICE, "02DE30FFFE00DDFF"), "AE", "device"),
        refused("another patient's number", changed(good(), "MRN-1", "MRN-2"), "AE", "patient"),
        refused("a number nobody has", changed(good(), "MRN-1", "MRN-9"), "AE", "patient"),
        refused("a clock ahead by an hour", future, "AE", "time"),
        refused(
            "a day that does not exist",
            changed(good(), &hl7_time(at), "20260231120000+0000"),
            "AE",
            "time",
        ),
        refused("a value that is no number", changed(good(), "|70|", "|seventy|"), "AE", "value"),
        refused(
            "a unit of another quantity",
            changed(good(), "264864^MDC_DIM_BEAT_PER_MIN", "268192^MDC_DIM_DEGC"),
            "AE",
            "unit",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_answered_and_kept_or_opened() {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    let other = system.admit(&hub, "MRN-2", OTHER, &STAY).await;
    let mut device = Device::new(hub.address());

    let table = table();
    for case in &table {
        let mut device = Device::new(hub.address());
        let answer = device.send_framed(&case.wire).await.unwrap_or_default();
        let told = case.answer.is_empty() || answer.contains(&format!("\rMSA|{}|", case.answer));
        assert!(told && !answer.contains("MSA|AA"), "{}: {answer}", case.what);
    }
    // The clock may be ahead by as much as the drift that is tolerated.
    let near = now().plus(5_000);
    device.must(&report(DEVICE, Some("MRN-1"), "NEAR", near, &[heart_rate("71")])).await;
    // Without PID the device decides.
    let at = now().plus(-5_000);
    device.must(&report(DEVICE, None, "NOPID", at, &[heart_rate("72")])).await;
    // A cuff reading that is only repeated is not a second one.
    let cuff = [row(CUFF, "131", "266016^MDC_DIM_MMHG^MDC")];
    for control in ["CUFF1", "CUFF2", "CUFF3"] {
        device.must(&report(DEVICE, Some("MRN-1"), control, at, &cuff)).await;
    }
    // Another one of the same moment is: a device whose clock counts in seconds, or one that corrects itself.
    let other_cuff = [row(CUFF, "133", "266016^MDC_DIM_MMHG^MDC")];
    for control in ["CUFF4", "CUFF5"] {
        device.must(&report(DEVICE, Some("MRN-1"), control, at, &other_cuff)).await;
    }
    // Unknown codes beside known ones, and alone.
    let private = row("579^MNDRY_PRIVATE^99MNDRY", "5", "");
    device.must(&report(DEVICE, None, "MIXED", at.plus(1_000), &[heart_rate("73"), private.clone()])).await;
    device.must(&report(DEVICE, None, "ALONE", at.plus(2_000), &[private])).await;
    // Hours back and far outside every limit: history, and no sound.
    let past = now().plus(-4 * 3_600_000);
    device.must(&report(DEVICE, None, "PAST", past, &[heart_rate("190")])).await;
    // A curve.
    device.must(&curve(at)).await;
    drained(&hub).await;

    assert_eq!(hub.status().await.unwrap().refused, 0);
    let ledger = Ledger::read(&station.client(&system.answer), &system.answer).await;
    assert_eq!(ledger.about(patient, Category::Vitals, RecordKind::Frame), 6);
    assert_eq!(ledger.about(patient, Category::Waveforms, RecordKind::Waveform), 1);
    let said = ledger.about(patient, Category::Alarms, RecordKind::Alarm);
    assert_eq!(said, 2, "that the rules began, and the decision about the past");
    assert_eq!(
        ledger.about(other, Category::Vitals, RecordKind::Frame),
        0,
        "nothing went to the other patient"
    );
    let opened = readings::opened(&station, HEART_RATE).await.unwrap();
    let values: Vec<&str> = opened.keys().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["190", "72", "73", "71"], "in the order of time, each once");
    let opened = readings::opened(&station, 150_021).await.unwrap();
    let cuffs: Vec<&str> = opened.keys().map(|(_, value)| value.as_str()).collect();
    assert_eq!(cuffs, ["131", "133"], "both of one moment, each once");
    let desk = station.enter(&system.answer).await;
    common::until(std::time::Duration::from_secs(10), "the workstation shows the patient", || async {
        serde_json::to_string(&ok(desk.ward().await)).unwrap().contains("Person MRN-1")
    })
    .await;
    assert!(ok(desk.inbox(InboxTab::Active).await).rows.is_empty(), "the past makes no sound");
    ok(desk.close().await);
    hub.stop().await;

    let home = system.hub_home();
    let mut core = Core::open(home, system.answer.clone()).await.unwrap();
    let mut kept: Vec<String> =
        core.quarantined(100).await.unwrap().into_iter().map(|row| row.ground).collect();
    kept.reverse();
    let expected: Vec<&str> = table.iter().map(|case| case.ground).collect();
    assert_eq!(kept, expected, "every refused message is in quarantine, in order");
    drop(core);
    system.stop().await;
}

/// A second of ECG with its rate.
fn curve(at: wl_ledger::UnixMillis) -> Vec<u8> {
    let samples: Vec<String> = (0..250).map(|sample| (sample % 50).to_string()).collect();
    let time = hl7_time(at);
    format!(
        "MSH|^~\\&|GW^{DEVICE}^EUI-64|W4|||{time}||ORU^W01^ORU_W01|WAVE|P|2.6|||NE|AL||UNICODE UTF-8\r\
         OBR|1|||182777000^monitoring of patient^SCT|||{time}\r\
         OBX|1|NA|131330^MDC_ECG_ELEC_POTL_II^MDC|1.3.1.131330|{}|266418^MDC_DIM_MILLI_VOLT^MDC|||||R\r\
         OBX|2|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.3.1.131330.1|250|264608^MDC_DIM_PER_SEC^MDC|||||R\r",
        samples.join("^")
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_whose_name_would_read_as_another_is_not_taken_up() {
    let directory = tempfile::tempdir().unwrap();
    let system = System::found(directory.path().to_owned(), Vec::new()).await;
    let hub = system.start_hub().await;
    let plain = ["Ada Example", "MRN-1", "1950-02-01", "7", "Ward 3"];
    for bad in ["\u{202e}adA", "A\u{200f}da", "A\nda", &"a".repeat(201)] {
        for place in 0..plain.len() {
            let mut fields = plain.map(str::to_owned);
            fields[place] = bad.to_owned();
            let [name, mrn, birth_date, bed, ward] = fields;
            let identity = wl_wire::identity::Identity { name, mrn, birth_date, bed, ward };
            let refused = hub.add_patient(identity, 1000, common::system::passphrase()).await;
            assert!(matches!(refused, Err(wl_hub::hub::HubError::Unshowable)), "{bad:?} in field {place}");
        }
    }
    assert_eq!(hub.status().await.unwrap().patients, 0);
    hub.stop().await;
    system.stop().await;
}
