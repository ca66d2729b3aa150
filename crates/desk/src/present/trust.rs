//! "Why can I trust this?": everything is verified again from the stored bytes while the reader looks.

mod origin;

use super::Moment;
use super::alarm::person;
use crate::opener::Access;
use crate::session::stored_block;
use crate::store::{StoredBlock, StoredRecord};
use crate::view::{HashLine, SealState, SignatureView, StampsView, TrustDetails, TrustView};
use crate::ward::RecordRef;
use origin::Origin;
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::control::Subject;
use wl_ledger::cose::Sign1;
use wl_ledger::header::{Certificate, Header, header_id};
use wl_ledger::record::SignedRecord;
use wl_ledger::verify::Predecessor;
use wl_ledger::{Height, PatientId, Seq, merkle};

/// What the panel is made from, read from the store.
pub(crate) struct TrustSource {
    pub(crate) record: RecordRef,
    pub(crate) item: LaneItem,
    pub(crate) block: StoredBlock,
    /// The nearest certified header at or after the block.
    pub(crate) certified: Option<(Height, LaneItem)>,
}

pub(crate) fn trust_view(moment: &Moment<'_>, source: TrustSource) -> Option<TrustView> {
    let row = source
        .block
        .records
        .iter()
        .find(|row| row.stream == source.record.stream && row.seq == source.record.seq)?
        .clone();
    let stream = moment.core.state().stream(row.stream)?;
    let (patient, category) = match stream.subject {
        Subject::Patient(patient, category)
            if matches!(moment.access(&patient, category), Access::Granted { .. }) =>
        {
            (patient, Some(category))
        }
        // A receipt is told to those who read the log.
        Subject::Access(patient) if crate::access_log::judge(moment.core).is_ok() => (patient, None),
        _ => return None,
    };
    let parsed = SignedRecord::parse(&row.bytes).ok()?;
    let (problem, proof, author_valid) = check(moment, &source, &row);
    let order = moment.core.erased_by(row.stream, row.seq, source.block.height);
    let erased = row.body.is_none() && order.is_some();
    let origin = category.map(|category| Origin {
        patient,
        category,
        author: stream.author,
        epoch: parsed.header().epoch,
        height: source.block.height,
    });
    let seal = match (&problem, &row.body) {
        (Some(_), _) => SealState::Failed,
        (None, None) if erased => SealState::Erased,
        (None, None) => SealState::CantConfirm,
        (None, Some(_)) => SealState::Sealed,
    };
    let sequenced = moment.core.engine.verifier().header(source.block.height).map(|header| header.time().0);
    let problem = problem.unwrap_or_else(|| match row.body {
        Some(_) => String::new(),
        None => match order {
            Some(order) => format!("Order {order} erased its content."),
            None => "The content of this record was not served.".to_owned(),
        },
    });
    Some(TrustView {
        record_ref: source.record.to_string(),
        seal,
        measured_by: match category {
            Some(_) => measured_by(moment, &patient),
            None => "a workstation, as an access receipt".to_owned(),
        },
        stamps: StampsView {
            taken_ms: Some(parsed.header().taken.0),
            sealed_ms: None,
            sequenced_ms: sequenced,
            verified_ms: Some(row.verified.0),
            drawn_ms: None,
        },
        signed_by: person(moment, &stream.author),
        problem,
        allowed: origin.as_ref().map(|origin| origin::allowed(moment, origin)).unwrap_or_default(),
        readers: Vec::new(),
        compared: moment.core.compared.values().map(super::comparison_row).collect(),
        demo: moment.demo(),
        details: TrustDetails {
            chain_id: moment.core.chain().to_string(),
            height: Some(source.block.height.0),
            position: format!("stream {}, record {}", row.stream, row.seq),
            header: header_lines(&source),
            origin: origin.as_ref().map(|origin| origin::lines(moment, origin)).unwrap_or_default(),
            leaf_text: format!(
                "leaf {} of {}",
                leaf(&source, &row),
                source.item.controls.len() + source.block.records.len()
            ),
            proof,
            signatures: signatures(moment, &source, &parsed, author_valid, &stream.author),
        },
    })
}

fn leaf(source: &TrustSource, row: &StoredRecord) -> usize {
    let before = source.block.records.iter().take_while(|other| other.index < row.index).count();
    source.item.controls.len() + before
}

/// Block, inclusion, author's signature and body, each checked now. Returns the problem, the path and whether the
/// author's signature is valid.
fn check(
    moment: &Moment<'_>,
    source: &TrustSource,
    row: &StoredRecord,
) -> (Option<String>, Vec<HashLine>, bool) {
    let verifier = moment.core.engine.verifier();
    let block = match stored_block(verifier, &source.item, &source.block) {
        Ok(block) => block,
        Err(error) => return (Some(error.to_string()), Vec::new(), false),
    };
    let index = u32::try_from(leaf(source, row)).unwrap_or(u32::MAX);
    let path = block.inclusion_proof(index).unwrap_or_default();
    let size = u64::from(block.header().entries());
    let root = Header::parse(&source.item.header).ok().map(|header| header.entries_root);
    let hash = Entry::Record(row.bytes.clone()).leaf();
    let included = root
        .is_some_and(|root| merkle::verify_inclusion(&hash, u64::from(index), size, &path, &root).is_ok());
    let lines = (0..)
        .zip(&path)
        .map(|(at, hash): (u32, _)| HashLine { label: format!("step {at}"), value: hash.to_string() })
        .collect();
    let predecessor = if row.seq == Seq(0) { Predecessor::First } else { Predecessor::Claimed(row.previous) };
    let entry = block.entries().find(|entry| entry.index() == index);
    let record = match entry.map(|entry| entry.record(verifier.state(), predecessor)) {
        Some(Ok(Some(record))) => record,
        Some(Err(error)) => return (Some(error.to_string()), lines, false),
        Some(Ok(None)) | None => return (Some("The record is not in its block.".to_owned()), lines, false),
    };
    if !included {
        return (Some("The record is not in its block.".to_owned()), lines, true);
    }
    let body = row.body.as_ref().map(|body| record.ciphertext(body));
    match body {
        Some(Err(error)) => (Some(error.to_string()), lines, true),
        Some(Ok(_)) | None => (None, lines, true),
    }
}

fn measured_by(moment: &Moment<'_>, patient: &PatientId) -> String {
    let bed = moment.bed(patient);
    let device = moment
        .core
        .state()
        .devices()
        .find(|(_, device)| device.patient == Some(*patient))
        .map(|(_, device)| device.identity.clone());
    match (device, bed.is_empty()) {
        (Some(device), false) => format!("{device}, bed {bed}"),
        (Some(device), true) => device,
        (None, false) => format!("bed {bed}"),
        (None, true) => String::new(),
    }
}

fn header_lines(source: &TrustSource) -> Vec<HashLine> {
    let line = |label: &str, value: String| HashLine { label: label.to_owned(), value };
    let mut lines = vec![line("header id", header_id(&source.item.header).to_string())];
    if let Ok(header) = Header::parse(&source.item.header) {
        lines.push(line("previous header", header.previous.to_string()));
        lines.push(line("entries root", header.entries_root.to_string()));
        lines.push(line("history root", header.history_root.to_string()));
        lines.push(line("state root", header.state_root.to_string()));
        lines.push(line("validator set", header.validators.to_string()));
    }
    lines
}

/// The signature as it stands in the record, in hexadecimal.
fn author_signature(record: &SignedRecord) -> String {
    let parsed = Sign1::parse(record.bytes(), wl_ledger::limits::MAX_RECORD_BYTES);
    parsed.map(|cose| hex(cose.signature.as_bytes())).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signatures(
    moment: &Moment<'_>,
    source: &TrustSource,
    record: &SignedRecord,
    author_valid: bool,
    author: &wl_ledger::KeyId,
) -> Vec<SignatureView> {
    let mut views = vec![SignatureView {
        signer: "author".to_owned(),
        key_id: author.to_string(),
        signature: author_signature(record),
        valid: author_valid,
    }];
    let verifier = moment.core.engine.verifier();
    let Some((height, item)) = &source.certified else { return views };
    let certificate = item.certificate.as_ref().and_then(|bytes| Certificate::parse(bytes).ok());
    let Some(certificate) = certificate else { return views };
    let id = header_id(&item.header);
    let known = verifier.header(*height).is_some_and(|header| header.id() == id);
    let valid = known && certificate.verify(verifier.validators(), &verifier.chain(), *height, &id).is_ok();
    for (signer, signature) in &certificate.signatures {
        let signer_name = if *height == source.block.height {
            "validator".to_owned()
        } else {
            format!("validator, over header {height} that continues this one")
        };
        views.push(SignatureView {
            signer: signer_name,
            key_id: signer.to_string(),
            signature: hex(signature.as_bytes()),
            valid,
        });
    }
    views
}
