//! What was found about one file, and its form for programs.

use serde_json::{Value, json};
use wl_ledger::archive::{Access, Enrolled, Finding, Report, ValueReport, Verdict};
use wl_ledger::audit::Audit;
use wl_ledger::evidence::{self, EvidenceError};

/// What was found about one file.
pub(crate) enum Answer {
    /// An archive or the proof of a value.
    Archive(Box<Report>),
    /// An evidence bundle.
    Evidence(Result<evidence::Verdict, EvidenceError>),
}

impl Answer {
    /// Whether the audit of keys found anything.
    pub(crate) fn has_wrong_keys(&self) -> bool {
        match self {
            Self::Archive(report) => report.audit.as_ref().is_some_and(|audit| !audit.findings.is_empty()),
            Self::Evidence(_) => false,
        }
    }

    /// The answer in one word.
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::Archive(report) => report.verdict,
            Self::Evidence(Ok(_)) => Verdict::Valid,
            Self::Evidence(Err(_)) => Verdict::Invalid,
        }
    }
}

/// The verdict as a word.
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Invalid => "invalid",
        Verdict::Incomplete => "incomplete",
    }
}

/// One line of JSON. `is_given` says whether the chain id came from the asker.
pub(crate) fn json(name: &str, answer: &Answer, is_given: bool) -> Value {
    let mut told = match answer {
        Answer::Archive(report) => archive(report),
        Answer::Evidence(result) => evidence(result),
    };
    told["file"] = json!(name);
    told["verdict"] = json!(word(answer.verdict()));
    told["chain_id_given"] = json!(is_given);
    told
}

fn archive(report: &Report) -> Value {
    let tally = &report.tally;
    json!({
        "is": if report.value.is_some() { "value" } else { "chain" },
        "chain": report.chain.map(|chain| chain.to_string()),
        "hospital": report.hospital.as_ref().map(|(name, _)| name),
        "demo": report.hospital.as_ref().map(|(_, demo)| demo),
        "head": report.head.map(|(height, id, time)| json!({
            "height": height.0, "id": id.to_string(), "time_ms": time.0,
        })),
        "headers": tally.headers,
        "controls": tally.controls,
        "records": {"verified": tally.records, "missing": tally.records_missing},
        "bodies": {
            "valid": tally.bodies_valid, "invalid": tally.bodies_invalid, "erased": tally.bodies_erased,
            "missing": tally.bodies_missing, "kept_though_erased": tally.bodies_kept,
        },
        "erased_by": report.erased.iter().map(|(order, count)| json!({"order": order.to_string(), "bodies": count})).collect::<Vec<_>>(),
        "audit": report.audit.as_ref().map(audit),
        "value": report.value.as_ref().map(value),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "more_findings": report.more,
    })
}

fn audit(audit: &Audit) -> Value {
    let findings = audit.findings.iter().map(|finding| {
        json!({
            "height": finding.height.0, "key": finding.key.to_string(), "generation": finding.generation.0,
            "patient": finding.about.map(|(patient, _)| patient.to_string()),
            "category": finding.about.map(|(_, category)| format!("{category:?}")),
            "problem": format!("{:?}", finding.problem), "why": finding.problem.to_string(),
        })
    });
    json!({
        "grants": audit.grants, "envelopes": audit.envelopes, "unseen": audit.unseen,
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "verdict": word(finding.problem.verdict()),
        "byte": finding.byte,
        "height": finding.height.map(|height| height.0),
        "why": finding.problem.to_string(),
    })
}

fn value(value: &ValueReport) -> Value {
    json!({
        "height": value.height.0, "time_ms": value.time.0, "index": value.index, "stream": value.stream.0,
        "seq": value.seq.0, "kind": format!("{:?}", value.kind), "taken_ms": value.taken.0,
        "author": enrolled(&value.author),
        "devices": value.devices.iter().map(|(id, identity)| json!({"id": id.0, "identity": identity})).collect::<Vec<_>>(),
        "access": value.access.as_ref().map(access),
    })
}

fn access(access: &Access) -> Value {
    let agreements = access.agreements.iter().map(|agreement| {
        json!({
            "id": agreement.id.to_string(), "purpose": format!("{:?}", agreement.purpose),
            "from_ms": agreement.from.0, "until_ms": agreement.until.map(|until| until.0),
        })
    });
    json!({
        "reader": enrolled(&access.reader), "generation": access.generation.0, "granted": access.granted.0,
        "agreements": agreements.collect::<Vec<_>>(),
    })
}

fn enrolled(enrolled: &Enrolled) -> Value {
    json!({
        "key": enrolled.key.to_string(), "name": enrolled.name, "role": format!("{:?}", enrolled.role),
        "since": enrolled.since.0, "revoked": enrolled.revoked.map(|height| height.0),
    })
}

fn evidence(result: &Result<evidence::Verdict, EvidenceError>) -> Value {
    match result {
        Ok(found) => json!({
            "is": "evidence",
            "chain": found.chain.to_string(),
            "at": found.at.to_string(),
            "signers": found.signers.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "findings": [],
        }),
        Err(error) => json!({"is": "evidence", "findings": [{"why": crate::words::with_sources(error)}]}),
    }
}
