//! What was found, in plain words: what, where, why.

use crate::answer::{Answer, word};
use std::fmt::Write as _;
use wl_ledger::UnixMillis;
use wl_ledger::archive::{Access, Enrolled, Finding, Report, ValueReport};
use wl_ledger::audit::Audit;
use wl_ledger::control::Subject;
use wl_ledger::evidence;

/// The text about one file. `is_given` says whether the chain id came from the asker.
pub(crate) fn text(name: &str, answer: &Answer, is_given: bool) -> String {
    let mut lines = vec![format!("{name}: {}", word(answer.verdict()).to_uppercase())];
    match answer {
        Answer::Archive(report) => archive(&mut lines, report, is_given),
        Answer::Evidence(Ok(found)) => convicted(&mut lines, found, is_given),
        Answer::Evidence(Err(error)) => {
            lines.push(format!("  This evidence convicts nobody: {}.", with_sources(error)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn archive(lines: &mut Vec<String>, report: &Report, is_given: bool) {
    if let Some(chain) = report.chain {
        origin(lines, &chain.to_string(), report.hospital.as_ref(), is_given);
    }
    if let Some((height, id, time)) = report.head {
        lines.push(format!("  Newest header: {height}, {}, {id}", utc(time)));
    }
    let tally = &report.tally;
    lines.push(format!(
        "  Verified: {} headers, {} control transactions, {} records",
        tally.headers, tally.controls, tally.records
    ));
    lines.push(format!(
        "  Contents: {} valid, {} invalid, {} erased by order, {} missing without order",
        tally.bodies_valid, tally.bodies_invalid, tally.bodies_erased, tally.bodies_missing
    ));
    lines.extend(
        report.erased.iter().map(|(order, count)| format!("  Erased by order {order}: {count} contents")),
    );
    if tally.bodies_kept > 0 {
        lines.push(format!("  {} contents are here although an order erased them", tally.bodies_kept));
    }
    if let Some(audit) = &report.audit {
        audited(lines, audit);
    }
    if let Some(value) = &report.value {
        record(lines, value);
    }
    lines.extend(report.findings.iter().map(finding));
    if report.more > 0 {
        lines.push(format!("  and {} findings more", report.more));
    }
}

fn audited(lines: &mut Vec<String>, audit: &Audit) {
    lines.push(format!(
        "  Keys: {} grants, {} envelopes, {} findings; {} grants could only be counted",
        audit.grants,
        audit.envelopes,
        audit.findings.len(),
        audit.unseen
    ));
    lines.extend(audit.findings.iter().map(|finding| {
        let about = finding
            .about
            .map_or_else(String::new, |(patient, category)| format!(", patient {patient}, {category:?}"));
        let (height, generation) = (finding.height, finding.generation);
        format!(
            "  KEYS at block {height}{about}, generation {generation}: key {} {}",
            finding.key, finding.problem
        )
    }));
}

fn origin(lines: &mut Vec<String>, chain: &str, hospital: Option<&(String, bool)>, is_given: bool) {
    let (name, demo) = hospital.map_or(("?", false), |(name, demo)| (name.as_str(), *demo));
    let mark = if demo { " (a demo: its values mean nothing)" } else { "" };
    lines.push(format!("  Chain {chain} of {}{mark}", plain(name)));
    lines.push(trust(is_given));
}

fn trust(is_given: bool) -> String {
    if is_given {
        "  The chain id is the one you gave.".to_owned()
    } else {
        "  Only the genesis in the file is trusted. Give --chain to check that it is your hospital's."
            .to_owned()
    }
}

fn record(lines: &mut Vec<String>, value: &ValueReport) {
    lines.push(format!(
        "  Record: {:?} {} of stream {}, entry {} of block {}, sealed {}",
        value.kind,
        value.seq,
        value.stream,
        value.index,
        value.height,
        utc(value.time)
    ));
    lines.push(format!("  Taken: {}, by its author's clock", utc(value.taken)));
    if let Subject::Patient(patient, category) = value.subject {
        lines.push(format!("  About: patient {patient}, {category:?}"));
    }
    lines.push(format!("  Signed by: {}", person(&value.author)));
    for (id, identity) in &value.devices {
        lines.push(format!("  Device of this patient in that block: {id}, {}", plain(identity)));
    }
    if let Some(access) = &value.access {
        readable(lines, access);
    }
    lines.push(
        "  The file holds the record encrypted: it proves the value to those who can open it.".to_owned(),
    );
}

fn readable(lines: &mut Vec<String>, access: &Access) {
    lines.push(format!("  May be read by: {}", person(&access.reader)));
    lines.push(format!("  Granted: generation {} in block {}", access.generation, access.granted));
    for agreement in &access.agreements {
        let end = agreement
            .until
            .map_or_else(|| "without an end".to_owned(), |until| format!("until {}", utc(until)));
        lines.push(format!(
            "  By agreement {}, {:?}, from {}, {end}",
            agreement.id,
            agreement.purpose,
            utc(agreement.from)
        ));
    }
}

fn person(person: &Enrolled) -> String {
    let mut text = format!(
        "{} ({:?}), key {}, enrolled in block {}",
        plain(&person.name),
        person.role,
        person.key,
        person.since
    );
    if let Some(height) = person.revoked {
        let _infallible = write!(text, ", revoked in block {height}");
    }
    text
}

fn finding(finding: &Finding) -> String {
    let place = match finding.height {
        Some(height) => format!("block {height}, byte {}", finding.byte),
        None => format!("byte {}", finding.byte),
    };
    format!("  {} at {place}: {}", word(finding.problem.verdict()).to_uppercase(), finding.problem)
}

fn convicted(lines: &mut Vec<String>, found: &evidence::Verdict, is_given: bool) {
    lines.push(format!("  Chain {}", found.chain));
    lines.push(trust(is_given));
    lines.push(format!("  Evidence of {}: only one can be true.", found.at));
    lines.extend(found.signers.iter().map(|key| format!("  Vouched for both: validator {key}")));
}

/// An error with what lies under it.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(under) = source {
        let _infallible = write!(text, ": {under}");
        source = under.source();
    }
    text
}

/// Names come from a file: whatever could steer a terminal is left out.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn utc(time: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(time.0)
        .map_or_else(|_| format!("{} ms after 1970", time.0), |stamp| format!("{stamp:.0}"))
}
