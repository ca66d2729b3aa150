//! Seeds of what hub, gateway and desk read.

use minicbor::bytes::ByteVec;
use wl_hub::consent::Signer;
use wl_hub::hub::control::{GuardedBy, Request, Typed};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, Categories, Holder, SignedTransaction};
use wl_ledger::fixtures::{START, TestChain, agreement_id, enrolment, key_id, patient_id, team_id};
use wl_ledger::record::{Body, SignedRecord};
use wl_ledger::{Hash, Height, Role, codec};
use wl_wire::access::{AccessReceipt, Opening, Reason, Screen};
use wl_wire::enrolment::{Answer, write_answer, write_request};
use wl_wire::identity::Identity;
use wl_wire::messages::{
    BlockBatch, BlockContent, Heartbeats, Item, LaneBatch, LiveBlock, Provisional, Receipt, Receipts,
    ServedItem, Submission,
};

use wl_wire::security::{SecurityEvent, SecurityKind, SecurityReport};

use crate::Seeds;

pub(crate) fn add(seeds: &mut Seeds) {
    add_messages(seeds);
    add_files(seeds);
    add_hl7(seeds);
    add_desk(seeds);
}

fn push(seeds: &mut Seeds, target: &'static str, name: impl Into<String>, bytes: Vec<u8>) {
    seeds.entry(target).or_default().push((name.into(), bytes));
}

fn content(ward: &TestChain, height: usize) -> BlockContent {
    let block = &ward.blocks()[height];
    let items = block.entries.iter().map(|entry| {
        let body = match entry {
            Entry::Record(bytes) => ward.body(&SignedRecord::parse(bytes).unwrap().hash()).cloned(),
            Entry::Control(_) => None,
        };
        let previous = body.as_ref().map(|_| Hash::from_bytes([9; 32]));
        ServedItem { item: Item { entry: entry.clone(), body }, previous }
    });
    BlockContent { height: Height(u64::try_from(height).unwrap()), items: items.collect() }
}

fn add_messages(seeds: &mut Seeds) {
    let ward = TestChain::ward();
    let last = ward.blocks().len() - 1;
    for height in [0, last] {
        let content = content(&ward, height);
        let name = format!("{height}");
        let items = content.items.iter().map(|served| served.item.clone()).collect();
        push(seeds, "submission", name.clone(), codec::encode(&Submission { items }));
        let lane = ward.lane()[height].clone();
        let batch = LaneBatch { items: vec![lane.clone()], tip: content.height };
        push(seeds, "lane-batch", name.clone(), codec::encode(&batch));
        push(seeds, "block-content", name.clone(), codec::encode(&content));
        push(
            seeds,
            "block-batch",
            name.clone(),
            codec::encode(&BlockBatch { blocks: vec![content.clone()] }),
        );
        push(seeds, "live-block", name, codec::encode(&LiveBlock { lane, content }));
    }
    let receipts = vec![
        Receipt::Sealed(Height(7)),
        Receipt::Known(Height(6)),
        Receipt::Refused(3, "not signed by its author".to_owned()),
        Receipt::Deferred,
    ];
    push(seeds, "receipts", "all", codec::encode(&Receipts { receipts }));
    let record = ward.blocks().iter().flat_map(|block| &block.entries).find_map(|entry| match entry {
        Entry::Record(bytes) => Some(bytes.clone()),
        Entry::Control(_) => None,
    });
    let body = Body { salt: Hash::from_bytes([3; 32]), ciphertext: vec![9; 40] };
    let provisional = Provisional { record: record.unwrap(), body, previous: Hash::from_bytes([1; 32]) };
    push(seeds, "provisional", "one", codec::encode(&provisional));
    let bytes = vec![ByteVec::from(vec![1, 2, 3]), ByteVec::from(Vec::new())];
    push(seeds, "heartbeats", "two", codec::encode(&Heartbeats { heartbeats: bytes.clone() }));
    push(seeds, "byte-strings", "two", codec::encode(&bytes));
    let stream = b"\x07\xef\xbb\xbfid: 7\nevent: block\ndata: AAEC\ndata:\n\n: still here\r\n\r\ndata: x\rretry: 1\r\r";
    push(seeds, "event-stream", "mixed", stream.to_vec());
}

fn add_files(seeds: &mut Seeds) {
    let identity = Identity {
        name: "Test Doe".to_owned(),
        mrn: "MRN-1001".to_owned(),
        birth_date: "1950-02-28".to_owned(),
        bed: "12".to_owned(),
        ward: "ICU".to_owned(),
    };
    push(seeds, "identity", "one", identity.to_bytes());
    let opening = |screen, reason| Opening {
        at: START,
        screen,
        categories: Categories::all(),
        agreements: vec![agreement_id("ada")],
        reason,
    };
    let reason = Reason { salt: Hash::from_bytes([6; 32]), text: "collapse".to_owned() };
    let openings = vec![opening(Screen::Patient, None), opening(Screen::BreakGlass, Some(reason))];
    let receipt = AccessReceipt::new(patient_id("ada"), openings).unwrap();
    push(seeds, "access-receipt", "two", receipt.to_bytes());
    let event =
        SecurityEvent { key: Some(key_id("nurse")), ..SecurityEvent::once(SecurityKind::RevokedKey, START) };
    push(seeds, "security-report", "one", SecurityReport::new(vec![event]).unwrap().to_bytes());
    let typed = || Typed::new("blue garden".to_owned());
    let end = Action::RevokeAgreement(agreement_id("ada"));
    let signer = Signer::Guardian(key_id("guardian"));
    let guards = vec![GuardedBy::Recipient("age1x".to_owned()), GuardedBy::Passphrase(typed())];
    for (name, request) in [
        ("add", Request::AddPatient(identity, 1_000, typed())),
        ("end", Request::Say(patient_id("ada"), signer, typed(), end)),
        ("appoint", Request::Appoint(patient_id("ada"), typed(), typed())),
        ("backup", Request::BackUp("/backup".to_owned(), 2, guards)),
    ] {
        push(seeds, "hub-control", name, codec::encode(&request));
    }
    let request = enrolment("nurse", Role::Nurse);
    push(seeds, "enrolment-request", "text", write_request(&request).into_bytes());
    let ward = TestChain::ward();
    let agreement = ward.agreement("ada", Holder::Team(team_id("ward")), Categories::all());
    let agree = Request::Say(patient_id("ada"), Signer::Patient, typed(), agreement);
    push(seeds, "hub-control", "agree", codec::encode(&agree));
    let controls = ward.blocks().iter().flat_map(|block| &block.entries).filter_map(|entry| match entry {
        Entry::Control(bytes) => Some(SignedTransaction::parse(bytes).unwrap().transaction().action.clone()),
        Entry::Record(_) => None,
    });
    for action in controls {
        match action {
            Action::RegisterPatient(registration) => {
                push(seeds, "registration", "inside", codec::encode(&registration));
            }
            Action::Genesis(genesis) => {
                let answer = Answer {
                    chain: ward.chain(),
                    hospital: genesis.hospital.clone(),
                    demo: genesis.demo,
                    trusted_height: Height(3),
                    trusted_header: Hash::from_bytes([4; 32]),
                    validators: genesis.validators.clone(),
                };
                push(seeds, "enrolment-answer", "inside", codec::encode(&answer));
                push(seeds, "enrolment-answer", "text", write_answer(&answer).into_bytes());
            }
            _ => {}
        }
    }
}

/// The example of `docs/spec/hl7.md`, an alert, a waveform, a message in another character set.
fn add_hl7(seeds: &mut Seeds) {
    let head = "MSH|^~\\&|VSP^080019FFFE0B4020^EUI-64|W4|||20260110003100+0100||ORU^R01^ORU_R01|GE1|P|2.6|||NE|AL||UNICODE UTF-8\rPID|||MRN-1^^^H^MR||Doe^J\\T\\K\rPV1||I|W4^^12\rOBR|1|||182777000^monitoring^SCT|||20260110003100\r";
    let rows = "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|72|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||F|||20260110003059.250\rOBX|2|NM|150456^^MDC||-100|262688^^MDC|||||X\rOBX|3|SN|150020^^MDC||^120|266016^^MDC|||||R\r";
    let wave = "OBX|4|NA|131329^MDC_ECG_ELEC_POTL_I^MDC|1.7.1.2|12^-4^8^0^2|266418^MDC_DIM_UVOLT^MDC|||||F\rOBX|5|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.7.1.2.1|250|264608^MDC_DIM_PER_SEC^MDC|||||F\r";
    let latin = [b"MSH|^~\\&|M||||20260110003100||ORU^R01|7|P|2.6||||||8859/1\rPID|||1||M\xFCller\rOBX|1|NM|147842^^MDC||60|/min\r".as_slice()].concat();
    let alert = "MSH|^~\\&|M||||20260110003100||ORU^R40^ORU_R40|8|P|2.6|||NE|AL\rPID|||1\rOBR|1|||196616^MDC_EVT_ALARM^MDC\rOBX|1|ST|196670^MDC_EVT_LO^MDC|1.1.1.1|low||||||F\r";
    let odd = "MSH#*!%@#M####20260110003100##ORU*R01#9#P#2.3\rOBX#1#NM#147842**MDC##6%H%0#/min\r";
    let whole = format!("{head}{rows}");
    for (name, bytes) in [
        ("example", whole.clone().into_bytes()),
        ("wave", format!("{head}{rows}{wave}").into_bytes()),
        ("latin", latin),
        ("alert", alert.as_bytes().to_vec()),
        ("odd-delimiters", odd.as_bytes().to_vec()),
    ] {
        push(seeds, "hl7", name, bytes);
    }
    let framed = |body: &[u8]| [b"\x0b".as_slice(), body, b"\x1c\r"].concat();
    let stream = [
        b"\x03noise".to_vec(),
        framed(b"MSH|1"),
        b"\x0bcut".to_vec(),
        framed(b"MSH|2"),
        framed(&[b'x'; 600]),
    ];
    push(seeds, "mllp", "five", stream.concat());
    for text in ["20260110003100.250+0100", "20260110", "202601100031-1130"] {
        push(seeds, "hl7-time", text, text.as_bytes().to_vec());
    }
}

fn add_desk(seeds: &mut Seeds) {
    for (place, line) in
        ["status\n--json", "readings\n--patient\n11111111111111111111111111111111\n--csv"].iter().enumerate()
    {
        push(seeds, "command-line", format!("{place}"), line.as_bytes().to_vec());
    }
    push(seeds, "record-name", "one", b"12.345".to_vec());
    push(seeds, "paint-stamps", "one", br#"[{"seq":1,"drawnMs":12.5}]"#.to_vec());
}
