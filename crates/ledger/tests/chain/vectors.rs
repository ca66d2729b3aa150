//! `docs/spec/vectors/chain.json`: a small chain with all its bytes, and one malformed case of each class that can be shown
//! on it. Written when `WL_BLESS=1` is set, otherwise compared; the file alone is then read back and judged.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::control::Action;
use wl_ledger::fixtures::{TestChain, enrolment, key};
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::verify::{Predecessor, Verifier, VerifyError};
use wl_ledger::{ChainId, DeviceId, Hash, Height, Role, Seq};

use crate::build::Chain;
use crate::mutants::{Attack, Choices, Mutant, classes};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/chain.json")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The name of the variant, without its fields.
fn variant(error: &dyn std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The error as the file names it: the variant, and the variant of what lies under it.
fn name(error: &VerifyError) -> String {
    let under = match error {
        VerifyError::HeaderMalformed(source) | VerifyError::ControlMalformed { source, .. } => {
            Some(variant(source))
        }
        VerifyError::Control { source, .. } => Some(variant(source)),
        VerifyError::Certificate { source, .. } => Some(variant(source)),
        VerifyError::Record { source, .. } => Some(variant(source)),
        VerifyError::Admission { source, .. } => Some(variant(source)),
        _ => None,
    };
    under.map_or_else(|| variant(error), |under| format!("{}/{under}", variant(error)))
}

/// The ward with each further kind of transaction once, a revocation among them.
fn source() -> TestChain {
    let mut ward = TestChain::ward();
    ward.must(&["admin"], Action::RegisterDevice(DeviceId(0), "monitor 0".to_owned()));
    ward.must(&["admin"], Action::AssignDevice(DeviceId(0), Some(wl_ledger::fixtures::patient_id("ada"))));
    ward.must(&["admin"], Action::AssignDevice(DeviceId(0), None));
    ward.must(&["admin", "nurse"], Action::Enrol(enrolment("caregiver", Role::Caregiver)));
    ward.next_block();
    let vitals = wl_ledger::Category::Vitals;
    ward.open_stream(
        "physician",
        wl_ledger::control::Subject::Patient(wl_ledger::fixtures::patient_id("ada"), vitals),
    );
    for kind in [RecordKind::Limits, RecordKind::Observation, RecordKind::Act] {
        ward.record("hub", wl_ledger::StreamId(0), kind, b"of a later kind");
    }
    let readers = vec![wl_ledger::fixtures::key_id("nurse")];
    ward.must(&["hub"], late_generation(&ward));
    let grants = wl_ledger::fixtures::hash("late grant");
    let patient = wl_ledger::fixtures::patient_id("ada");
    ward.must(&["hub"], Action::GrantGeneration(patient, vitals, wl_ledger::Generation(1), readers, grants));
    ward.open_epoch("hub", "ada", vitals);
    ward.next_block();
    ward.must(
        &["admin"],
        Action::Revoke(wl_ledger::fixtures::key_id("physician"), wl_ledger::control::RevocationReason::Lost),
    );
    ward.must(
        &["admin"],
        Action::LeaveTeam(wl_ledger::fixtures::team_id("ward"), wl_ledger::fixtures::key_id("physician")),
    );
    ward.must(&["ada"], Action::RevokeAgreement(wl_ledger::fixtures::agreement_id("ada/0")));
    ward.record("hub", wl_ledger::StreamId(0), RecordKind::Frame, b"frame 3");
    ward.next_block();
    ward
}

/// The second generation of vitals, for the physician alone.
fn late_generation(ward: &TestChain) -> Action {
    let Action::OpenGeneration(mut opening) = ward.generation("ada", wl_ledger::Category::Vitals) else {
        panic!("not an opening")
    };
    opening.readers = vec![wl_ledger::fixtures::key_id("physician")];
    Action::OpenGeneration(opening)
}

fn item(item: &LaneItem) -> Value {
    json!({
        "header": hex(&item.header),
        "certificate": item.certificate.as_ref().map(|bytes| hex(bytes)),
        "controls": item.controls.iter().map(|bytes| hex(bytes)).collect::<Vec<_>>(),
    })
}

fn entries(entries: &[Entry]) -> Value {
    let lane = |entry: &Entry| if matches!(entry, Entry::Control(_)) { "control" } else { "record" };
    entries.iter().map(|entry| json!({"lane": lane(entry), "bytes": hex(entry.bytes())})).collect()
}

fn before(predecessor: &Predecessor) -> Value {
    match predecessor {
        Predecessor::First => Value::Null,
        Predecessor::Verified(seq, hash) => json!({"seq": seq.0, "hash": hash.to_string()}),
        Predecessor::Claimed(hash) => json!({"claimed": hash.to_string()}),
    }
}

fn describe(class: &str, mutant: &Mutant) -> Value {
    let mut case = match &mutant.attack {
        Attack::Lane(after, items) => {
            json!({"after": after, "lane": items.iter().map(item).collect::<Vec<_>>()})
        }
        Attack::Entries(height, all) => json!({"height": height, "entries": entries(all)}),
        Attack::ForgedEntries(after, forged, all) => {
            json!({"after": after, "forged": item(forged), "entries": entries(all)})
        }
        Attack::Record(forged, all, predecessor) => {
            json!({"forged": item(forged), "entries": entries(all), "predecessor": before(predecessor)})
        }
        Attack::Body(height, index, predecessor, body) => json!({
            "height": height, "index": index, "predecessor": before(predecessor),
            "salt": body.salt.to_string(), "ciphertext": hex(&body.ciphertext),
        }),
    };
    case["what"] = json!(class);
    case["error"] = json!(name(&mutant.expected));
    case
}

fn malformed(chain: &Chain) -> Vec<Value> {
    let numbers: Vec<u32> = (1..65u32).map(|number| number.wrapping_mul(0x9e37_79b1) >> 3).collect();
    let mut cases = Vec::new();
    for class in classes() {
        // What is refused for its length alone would fill the file.
        let tries = if class.name.contains("oversized") { 0 } else { 40 };
        let mut choices = Choices::new(&numbers);
        if let Some(mutant) = (0..tries).find_map(|_| (class.make)(chain, &mut choices)) {
            assert_eq!(mutant.run(chain), Err(mutant.expected.clone()), "{}", class.name);
            cases.push(describe(class.name, &mutant));
        }
    }
    cases
}

fn vectors(chain: &Chain) -> Value {
    let blocks: Vec<Value> = chain
        .source
        .blocks()
        .iter()
        .enumerate()
        .map(|(height, block)| {
            let after = &chain.verifiers[height + 1];
            json!({
                "header": hex(&block.header), "certificate": hex(&block.certificate), "entries": entries(&block.entries),
                "header_id": chain.header_id(height).to_string(), "state_root": after.state().root().to_string(),
                "history_root_after": after.history_root().to_string(),
            })
        })
        .collect();
    let bodies: Vec<Value> = chain
        .records()
        .map(|record| {
            let body = chain.source.body(&record.hash()).unwrap();
            json!({"record": record.hash().to_string(), "salt": body.salt.to_string(), "ciphertext": hex(&body.ciphertext)})
        })
        .collect();
    let keys: Vec<Value> = ["gateway", "admin", "hub", "nurse", "physician", "caregiver", "ada"]
        .map(|name| {
            let seed = wl_ledger::fixtures::hash(&format!("key/{name}")).to_string();
            let key = key(name);
            json!({"name": name, "seed": seed, "public": hex(key.public().as_bytes()), "id": key.id().to_string()})
        })
        .to_vec();
    json!({
        "about": "All bytes are hexadecimal. `blocks` must verify; each of `malformed` must be refused with its error. \
            How a case is offered: docs/spec/verification.md.",
        "chain_id": chain.id().to_string(),
        "keys": keys,
        "blocks": blocks,
        "bodies": bodies,
        "malformed": malformed(chain),
    })
}

fn read_item(value: &Value) -> LaneItem {
    LaneItem {
        header: unhex(&value["header"]),
        certificate: value["certificate"].as_str().map(|_| unhex(&value["certificate"]).into()),
        controls: value["controls"].as_array().unwrap().iter().map(|bytes| unhex(bytes).into()).collect(),
    }
}

fn read_entries(value: &Value) -> Vec<Entry> {
    let read = |entry: &Value| match entry["lane"].as_str() {
        Some("control") => Entry::Control(unhex(&entry["bytes"])),
        _ => Entry::Record(unhex(&entry["bytes"])),
    };
    value.as_array().unwrap().iter().map(read).collect()
}

fn read_before(value: &Value) -> Predecessor {
    let hash = |value: &Value| Hash::from_hex(value.as_str().unwrap()).unwrap();
    match (value["seq"].as_u64(), value.is_null()) {
        (_, true) => Predecessor::First,
        (Some(seq), _) => Predecessor::Verified(Seq(seq), hash(&value["hash"])),
        (None, _) => Predecessor::Claimed(hash(&value["claimed"])),
    }
}

/// Offers a case as `docs/spec/verification.md` says, from the bytes of the file alone.
fn judge(chain: ChainId, lane: &[LaneItem], blocks: &Value, case: &Value) -> Result<(), VerifyError> {
    let height = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let up_to = |end: usize| {
        let mut verifier = Verifier::new(chain);
        verifier.advance(&lane[..end]).unwrap();
        verifier
    };
    if let Some(items) = case["lane"].as_array() {
        let items: Vec<_> = items.iter().map(read_item).collect();
        return up_to(height(&case["after"])).advance(&items).map(|_| ());
    }
    let whole = up_to(lane.len());
    if case["ciphertext"].is_string() {
        let at = height(&case["height"]);
        let block =
            whole.header(Height(at as u64)).unwrap().admit(read_entries(&blocks[at]["entries"])).unwrap();
        let entry = block.entries().nth(height(&case["index"])).unwrap();
        let record = entry.record(whole.state(), read_before(&case["predecessor"])).unwrap().unwrap();
        let salt = Hash::from_hex(case["salt"].as_str().unwrap()).unwrap();
        return record.ciphertext(&Body { salt, ciphertext: unhex(&case["ciphertext"]) }).map(|_| ());
    }
    let entries = read_entries(&case["entries"]);
    if case["forged"].is_null() {
        return whole.header(Height(height(&case["height"]) as u64)).unwrap().admit(entries).map(|_| ());
    }
    let mut verifier = if case["after"].is_null() { whole } else { up_to(height(&case["after"])) };
    verifier.advance(&[read_item(&case["forged"])]).unwrap();
    let block = verifier.tip().unwrap().admit(entries)?;
    let last = block.entries().last().unwrap();
    last.record(verifier.state(), read_before(&case["predecessor"])).map(|_| ())
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let chain = Chain::new(source());
    let expected = vectors(&chain);
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(file(), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(found, expected, "set WL_BLESS=1 to write the file anew, then read its difference");

    let id = ChainId::from_hex(found["chain_id"].as_str().unwrap()).unwrap();
    let blocks = found["blocks"].as_array().unwrap();
    let read = |block: &Value| {
        let controls: Vec<_> = read_entries(&block["entries"])
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Control(bytes) => Some(bytes.into()),
                Entry::Record(_) => None,
            })
            .collect();
        LaneItem {
            header: unhex(&block["header"]),
            certificate: Some(unhex(&block["certificate"]).into()),
            controls,
        }
    };
    let lane: Vec<LaneItem> = blocks.iter().map(read).collect();
    let cases = found["malformed"].as_array().unwrap();
    assert!(cases.len() >= 80, "{} malformed cases", cases.len());
    for case in cases {
        let refused = judge(id, &lane, &found["blocks"], case).expect_err(case["what"].as_str().unwrap());
        assert_eq!(json!(name(&refused)), case["error"], "{}", case["what"]);
    }
}
