//! `docs/spec/vectors/agreements.json`: the table of transitions of agreements, row by row. Written when `WL_BLESS=1` is
//! set, otherwise compared; the file alone is then read back and judged.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::control::*;
use wl_ledger::fixtures::{START, TestChain, agreement_id, hash, key, key_id, patient_id, team_id};
use wl_ledger::state::{State, StateError};
use wl_ledger::{Category, Height, Role, UnixMillis};

use crate::scene::{CAST, Scene, agreement, emergency, hex, readers};

const DAY: i64 = 24 * 3_600_000;
const HOUR: i64 = 3_600_000;

/// The table as it grows.
struct Table {
    base: usize,
    rows: Vec<Value>,
}

impl Table {
    fn row(&mut self, table: &str, what: &str, scene: &Scene, signers: &[&str], action: Action) {
        self.judge(table, what, scene, signers, &scene.sign(signers, action));
    }

    fn judge(
        &mut self,
        table: &str,
        what: &str,
        scene: &Scene,
        signers: &[&str],
        signed: &SignedTransaction,
    ) {
        let outcome = scene.tried(signed);
        let name = outcome.as_ref().err().map_or_else(|| "accepted".to_owned(), variant);
        let after = outcome.unwrap_or_else(|_| scene.state.clone());
        self.rows.push(json!({
            "table": table, "what": what, "signers": signers, "outcome": name,
            "before": scene.steps[self.base..].iter().map(crate::scene::Step::to_json).collect::<Vec<_>>(),
            "height": scene.height.0, "time": scene.time.0, "transaction": hex(signed.bytes()),
            "state_root": after.root().to_string(),
            "vitals": readers(&after, Category::Vitals, scene.time),
            "notes": readers(&after, Category::Notes, scene.time),
        }));
    }
}

fn variant(error: &StateError) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn vitals() -> Categories {
    Categories::of(&[Category::Vitals])
}

/// The ward after Ada has ended the agreement with its team, so that each row shows who reads by what it grants.
fn quiet() -> Scene {
    Scene::ward().with(&["ada"], Action::RevokeAgreement(agreement_id("ada/0"))).later(1_000)
}

fn grants(table: &mut Table) {
    let scene = quiet();
    let grant = |change: fn(&mut Agreement)| Action::GrantAgreement(agreement("a", change));
    let at = |from: UnixMillis, until: Option<UnixMillis>| {
        Action::GrantAgreement(agreement("a", |a| (a.from, a.until) = (from, until)))
    };
    let now = scene.time;
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("the patient", &["ada"], grant(|_| ())),
        ("a guardian", &["gus"], grant(|_| ())),
        ("another patient", &["ben"], grant(|_| ())),
        ("an administrator", &["admin"], grant(|_| ())),
        ("the hub", &["hub"], grant(|_| ())),
        ("the holder", &["friend"], grant(|_| ())),
        ("the patient beside another author", &["friend", "ada"], grant(|_| ())),
        ("no such patient", &["ada"], grant(|a| a.patient = patient_id("cy"))),
        ("an id that was used", &["ada"], grant(|a| a.id = agreement_id("ada/0"))),
        ("no such person", &["ada"], grant(|a| a.holder = Holder::Person(key_id("x")))),
        (
            "a workstation in place of its person",
            &["ada"],
            grant(|a| (a.purpose, a.holder) = (Purpose::Treatment, Holder::Person(key_id("nurse-home")))),
        ),
        (
            "a person with two workstations",
            &["ada"],
            grant(|a| (a.purpose, a.holder) = (Purpose::Treatment, Holder::Person(key_id("nurse")))),
        ),
        (
            "a team",
            &["ada"],
            grant(|a| (a.purpose, a.holder) = (Purpose::Treatment, Holder::Team(team_id("ward")))),
        ),
        (
            "no such team",
            &["ada"],
            grant(|a| (a.purpose, a.holder) = (Purpose::Treatment, Holder::Team(team_id("x")))),
        ),
        ("caregiving by a nurse", &["ada"], grant(|a| a.holder = Holder::Person(key_id("nurse")))),
        ("caregiving by a team", &["ada"], grant(|a| a.holder = Holder::Team(team_id("ward")))),
        ("a legal disclosure", &["ada"], grant(|a| a.purpose = Purpose::LegalDisclosure)),
        ("an emergency", &["ada"], grant(|a| a.purpose = Purpose::BreakGlass)),
        ("from a second ahead on", &["ada"], at(now.plus(1_000), Some(now.plus(2_000)))),
        ("until the next millisecond", &["ada"], at(START, Some(now.plus(1)))),
        ("until now", &["ada"], at(START, Some(now))),
        ("ends when it starts", &["ada"], at(now.plus(5), Some(now.plus(5)))),
        ("ends before it starts", &["ada"], at(now.plus(5), Some(now.plus(4)))),
    ];
    for (what, signers, action) in rows {
        table.row("grant", what, &scene, signers, action);
    }
    let research = |holder: Holder, until: Option<UnixMillis>| {
        Action::GrantAgreement(agreement("a", |a| {
            (a.purpose, a.holder, a.until) = (Purpose::Research, holder, until);
            a.terms = Some(hash("protocol"));
        }))
    };
    let end = Some(now.plus(DAY));
    let rows = [
        ("a researcher until a day", research(Holder::Person(key_id("researcher")), end)),
        ("a team of researchers", research(Holder::Team(team_id("lab")), end)),
        ("without an end", research(Holder::Person(key_id("researcher")), None)),
        ("a nurse", research(Holder::Person(key_id("nurse")), end)),
        ("a team with others", research(Holder::Team(team_id("ward")), end)),
    ];
    for (what, action) in rows {
        table.row("research", what, &scene, &["ada"], action);
    }
    let granted = scene.with(&["ada"], research(Holder::Team(team_id("lab")), end));
    let joined = Action::JoinTeam(team_id("lab"), key_id("nurse"));
    table.row("research", "a nurse who joins the team later reads nothing", &granted, &["admin"], joined);
    let replayed = scene.sign(&["ada"], grant(|_| ()));
    let once = scene.with(&["ada"], grant(|_| ()));
    table.judge("grant", "the same transaction again", &once, &["ada"], &replayed);
    let ended = once.with(&["ada"], Action::RevokeAgreement(agreement_id("a")));
    table.judge("grant", "the same transaction again after its end", &ended, &["ada"], &replayed);
    table.row("grant", "the same agreement again after its end", &ended, &["ada"], grant(|_| ()));
    let other = TestChain::found(wl_ledger::fixtures::Setup { admins: 2, ..Default::default() }).chain();
    let abroad = SignedTransaction::sign(&[&key("ada")], &other, replayed.transaction().clone());
    table.judge("grant", "signed for another hospital's chain", &scene, &["ada"], &abroad);
    let dismissed = scene.with(&["ada"], Action::DismissGuardian(patient_id("ada"), key_id("gus")));
    table.row("grant", "a guardian who was dismissed", &dismissed, &["gus"], grant(|_| ()));
}

fn narrowings(table: &mut Table) {
    let base = quiet();
    let end = base.time.plus(DAY);
    let granted = Action::GrantAgreement(agreement("a", |a| {
        (a.purpose, a.holder) = (Purpose::Treatment, Holder::Person(key_id("nurse")));
        (a.until, a.delegable) = (Some(end), Some(vitals()));
    }));
    let scene = base.with(&["ada"], granted);
    let all = Categories::of(&[Category::Vitals, Category::Notes]);
    let narrow = |categories, until| Action::NarrowAgreement(agreement_id("a"), categories, until);
    let notes = Categories::of(&[Category::Notes]);
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("fewer categories", &["ada"], narrow(vitals(), Some(end))),
        ("by a guardian", &["gus"], narrow(vitals(), Some(end))),
        ("without what was delegable", &["ada"], narrow(notes, Some(end))),
        ("an earlier end", &["ada"], narrow(all, Some(end.plus(-1)))),
        ("both", &["ada"], narrow(vitals(), Some(end.plus(-HOUR)))),
        ("nothing smaller", &["ada"], narrow(all, Some(end))),
        ("more categories", &["ada"], narrow(Categories::all(), Some(end))),
        ("other categories", &["ada"], narrow(Categories::of(&[Category::Images]), Some(end))),
        ("a later end", &["ada"], narrow(vitals(), Some(end.plus(1)))),
        ("no end", &["ada"], narrow(vitals(), None)),
        ("an end in the past", &["ada"], narrow(all, Some(base.time))),
        ("by the holder", &["nurse"], narrow(vitals(), Some(end))),
        ("by another patient", &["ben"], narrow(vitals(), Some(end))),
        ("by an administrator", &["admin"], narrow(vitals(), Some(end))),
        ("unknown", &["ada"], Action::NarrowAgreement(agreement_id("x"), vitals(), Some(end))),
    ];
    for (what, signers, action) in rows {
        table.row("narrow", what, &scene, signers, action);
    }
    let over = scene.later(DAY);
    table.row("narrow", "after its end", &over, &["ada"], narrow(vitals(), Some(end)));
    let revoked = scene.with(&["ada"], Action::RevokeAgreement(agreement_id("a")));
    table.row("narrow", "after it was revoked", &revoked, &["ada"], narrow(vitals(), Some(end)));
    let passed = scene.with(&["nurse"], delegated(|a| a.until = Some(end)));
    let sooner = narrow(all, Some(end.plus(-HOUR)));
    table.row("narrow", "what was passed on keeps within it", &passed, &["ada"], sooner);
    table.row("narrow", "nothing is left of what was passed on", &passed, &["ada"], narrow(notes, Some(end)));
    for (what, begin) in
        [("passed on for just before its end", -1), ("for its end", 0), ("for after its end", 1)]
    {
        let begin = end.plus(begin - HOUR);
        let later = scene.with(&["nurse"], delegated(|a| (a.from, a.until) = (begin, Some(end))));
        table.row("narrow", what, &later, &["ada"], narrow(all, Some(end.plus(-HOUR))));
    }
}

fn delegated(change: impl FnOnce(&mut Agreement)) -> Action {
    let passed = agreement("child", |a| {
        a.categories = vitals();
        change(a);
    });
    Action::DelegateAgreement(agreement_id("a"), passed)
}

fn delegations(table: &mut Table) {
    let base = quiet();
    let end = base.time.plus(DAY);
    let parent = |holder, delegable: Option<Categories>| {
        Action::GrantAgreement(agreement("a", |a| {
            (a.purpose, a.holder, a.until, a.delegable) = (Purpose::Treatment, holder, Some(end), delegable);
        }))
    };
    let nurse = Holder::Person(key_id("nurse"));
    let scene = base.with(&["ada"], parent(nurse, Some(vitals())));
    let until = |a: &mut Agreement| a.until = Some(end);
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("the holder", &["nurse"], delegated(until)),
        ("the holder's other workstation", &["nurse-home"], delegated(until)),
        ("the patient", &["ada"], delegated(until)),
        ("an administrator", &["admin"], delegated(until)),
        ("another nurse's agreement", &["physician"], delegated(until)),
        ("the caregiver", &["friend"], delegated(until)),
        (
            "more categories than may be passed on",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.categories = Categories::of(&[Category::Vitals, Category::Notes]);
            }),
        ),
        ("a later end", &["nurse"], delegated(|a| a.until = Some(end.plus(1)))),
        ("no end", &["nurse"], delegated(|_| ())),
        ("an end in the past", &["nurse"], delegated(|a| a.until = Some(base.time))),
        (
            "to be passed on again",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.delegable = Some(vitals());
            }),
        ),
        (
            "about another patient",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.patient = patient_id("ben");
            }),
        ),
        (
            "for treatment",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.purpose = Purpose::Treatment;
            }),
        ),
        (
            "to a physician",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.holder = Holder::Person(key_id("physician"));
            }),
        ),
        (
            "to nobody",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.holder = Holder::Person(key_id("x"));
            }),
        ),
        (
            "an id that was used",
            &["nurse"],
            delegated(|a| {
                until(a);
                a.id = agreement_id("a");
            }),
        ),
        (
            "of no agreement",
            &["nurse"],
            Action::DelegateAgreement(agreement_id("x"), agreement("child", until)),
        ),
    ];
    for (what, signers, action) in rows {
        table.row("delegate", what, &scene, signers, action);
    }
    let bare = base.with(&["ada"], parent(nurse, None));
    table.row("delegate", "nothing may be passed on", &bare, &["nurse"], delegated(until));
    let team = base.with(&["ada"], parent(Holder::Team(team_id("ward")), Some(vitals())));
    table.row("delegate", "a team's agreement", &team, &["nurse"], delegated(until));
    table.row("delegate", "after its end", &scene.later(DAY), &["nurse"], delegated(until));
    let revoke = |name: &str| Action::RevokeAgreement(agreement_id(name));
    let revoked = scene.with(&["ada"], revoke("a"));
    table.row("delegate", "after it was revoked", &revoked, &["nurse"], delegated(until));
    let child = scene.with(&["nurse"], delegated(until));
    table.row("delegate", "a second time", &child, &["nurse"], delegated(until));
    table.row("revoke", "what was passed on, by who did", &child, &["nurse"], revoke("child"));
    table.row("revoke", "what was passed on, by the patient", &child, &["ada"], revoke("child"));
    table.row("revoke", "what was passed on, by the caregiver", &child, &["friend"], revoke("child"));
    table.row("revoke", "what was passed on ends with it", &child, &["ada"], revoke("a"));
}

fn revocations(table: &mut Table) {
    let scene = quiet().with(&["ada"], Action::GrantAgreement(agreement("a", |_| ())));
    let revoke = || Action::RevokeAgreement(agreement_id("a"));
    let rows: [(&str, &[&str]); 6] = [
        ("the patient", &["ada"]),
        ("a guardian", &["gus"]),
        ("another patient", &["ben"]),
        ("the holder", &["friend"]),
        ("an administrator", &["admin"]),
        ("the hub", &["hub"]),
    ];
    for (what, signers) in rows {
        table.row("revoke", what, &scene, signers, revoke());
    }
    let revoked = scene.with(&["ada"], revoke());
    table.row("revoke", "again", &revoked, &["ada"], revoke());
    table.row("revoke", "unknown", &scene, &["ada"], Action::RevokeAgreement(agreement_id("x")));
}

fn bedside(table: &mut Table) {
    let scene = quiet();
    let now = scene.time;
    let consent = |change: &dyn Fn(&mut Agreement)| {
        Action::RecordConsent(agreement("b", |a| {
            (a.purpose, a.holder) = (Purpose::Treatment, Holder::Team(team_id("ward")));
            a.until = Some(now.plus(7 * DAY));
            change(a);
        }))
    };
    let same = || consent(&|_| ());
    let two: &[&str] = &["nurse", "physician"];
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("a nurse and a physician", two, same()),
        ("from another workstation", &["nurse-home", "physician"], same()),
        ("an administrator beside them", &["admin", "nurse", "physician"], same()),
        ("one alone", &["nurse"], same()),
        ("two workstations of one", &["nurse", "nurse-home"], same()),
        ("a nurse and an administrator", &["nurse", "admin"], same()),
        ("a nurse and the patient", &["nurse", "ada"], same()),
        ("a nurse and a pharmacist", &["nurse", "pharmacist"], same()),
        ("nobody who may", &["admin", "officer"], same()),
        ("until a millisecond more than a week", two, consent(&|a| a.until = Some(now.plus(7 * DAY + 1)))),
        ("without an end", two, consent(&|a| a.until = None)),
        ("until now", two, consent(&|a| a.until = Some(now))),
        ("to a person", two, consent(&|a| a.holder = Holder::Person(key_id("physician")))),
        ("for research", two, consent(&|a| a.purpose = Purpose::Research)),
        ("to be passed on", two, consent(&|a| a.delegable = Some(vitals()))),
        ("no such patient", two, consent(&|a| a.patient = patient_id("cy"))),
        ("an id that was used", two, consent(&|a| a.id = agreement_id("ada/0"))),
        ("no such team", two, consent(&|a| a.holder = Holder::Team(team_id("x")))),
    ];
    for (what, signers, action) in rows {
        table.row("bedside", what, &scene, signers, action);
    }
    let recorded = scene.with(two, same());
    let revoke = || Action::RevokeAgreement(agreement_id("b"));
    table.row("bedside", "ended by the patient", &recorded, &["ada"], revoke());
    table.row("bedside", "ended by who recorded it", &recorded, &["nurse"], revoke());
    let promoted = scene.with(&["admin"], Action::ChangeRole(key_id("physician"), Role::Admin));
    table.row("bedside", "a physician no longer", &promoted, two, same());
}

fn disclosures(table: &mut Table) {
    let scene = quiet();
    let now = scene.time;
    let disclose = |change: &dyn Fn(&mut Agreement)| {
        let law = agreement("law", |a| {
            (a.purpose, a.holder) = (Purpose::LegalDisclosure, Holder::Person(key_id("pharmacist")));
            a.until = Some(now.plus(366 * DAY));
            change(a);
        });
        Action::DiscloseLegally(law, hash("order"))
    };
    let same = || disclose(&|_| ());
    let two: &[&str] = &["officer", "admin"];
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("a privacy officer and an administrator", two, same()),
        ("a privacy officer alone", &["officer"], same()),
        ("an administrator alone", &["admin"], same()),
        ("two administrators", &["admin", "deputy"], same()),
        ("the patient", &["ada"], same()),
        (
            "until a millisecond more than 366 days",
            two,
            disclose(&|a| a.until = Some(now.plus(366 * DAY + 1))),
        ),
        ("without an end", two, disclose(&|a| a.until = None)),
        ("for treatment", two, disclose(&|a| a.purpose = Purpose::Treatment)),
        ("to be passed on", two, disclose(&|a| a.delegable = Some(vitals()))),
        ("no such patient", two, disclose(&|a| a.patient = patient_id("cy"))),
        ("no such holder", two, disclose(&|a| a.holder = Holder::Person(key_id("x")))),
    ];
    for (what, signers, action) in rows {
        table.row("disclosure", what, &scene, signers, action);
    }
    let ordered = scene.with(two, same());
    let ends = || Action::EndDisclosure(agreement_id("law"));
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("ended by both", two, ends()),
        ("ended by one", &["admin"], ends()),
        ("ended by the patient", &["ada"], Action::RevokeAgreement(agreement_id("law"))),
        ("ended by its holder", &["pharmacist"], Action::RevokeAgreement(agreement_id("law"))),
        (
            "narrowed by the patient",
            &["ada"],
            Action::NarrowAgreement(agreement_id("law"), vitals(), Some(now.plus(DAY))),
        ),
        ("no disclosure", two, Action::EndDisclosure(agreement_id("ada/0"))),
        ("unknown", two, Action::EndDisclosure(agreement_id("x"))),
    ];
    for (what, signers, action) in rows {
        table.row("disclosure", what, &ordered, signers, action);
    }
    table.row("disclosure", "ended twice", &ordered.with(two, ends()), two, ends());
}

fn emergencies(table: &mut Table) {
    let scene = quiet();
    let same = || emergency("e", |_| ());
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("a nurse", &["nurse"], same()),
        ("a physician", &["physician"], same()),
        ("a nurse's other workstation", &["nurse-home"], same()),
        ("a pharmacist, whom policy does not name", &["pharmacist"], same()),
        ("an administrator", &["admin"], same()),
        ("the patient", &["ada"], same()),
        ("the hub", &["hub"], same()),
        ("no such patient", &["nurse"], emergency("e", |r| r.patient = patient_id("cy"))),
        ("an id that was used", &["nurse"], emergency("ada/0", |_| ())),
    ];
    for (what, signers, action) in rows {
        table.row("emergency", what, &scene, signers, action);
    }
    let policy = |break_glass| Action::SetPolicy(Policy { break_glass, ..Policy::demo() });
    let never = scene.with(&["admin"], policy(None));
    table.row("emergency", "policy forbids it", &never, &["nurse"], same());
    let pharmacists = BreakGlassPolicy { minutes: 30, roles: Roles::of(&[Role::Pharmacist]) };
    let other = scene.with(&["admin"], policy(Some(pharmacists)));
    let half = |minutes| emergency("e", |request| request.minutes = minutes);
    table.row("emergency", "a nurse, whom policy no longer names", &other, &["nurse"], half(30));
    table.row("emergency", "as long as policy allows", &other, &["pharmacist"], half(30));
    table.row("emergency", "longer than policy allows", &other, &["pharmacist"], half(31));
    let broken = scene.with(&["nurse"], same());
    let ends = || Action::RevokeAgreement(agreement_id("e"));
    let review = |outcome| Action::ReviewBreakGlass(agreement_id("e"), outcome);
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("ended by the patient", &["ada"], ends()),
        ("ended by who asked", &["nurse-home"], ends()),
        ("ended by somebody else", &["physician"], ends()),
        ("reviewed by a privacy officer", &["officer"], review(Outcome::Justified)),
        ("reviewed by who asked", &["nurse"], review(Outcome::Justified)),
        ("reviewed by an administrator", &["admin"], review(Outcome::NotJustified)),
        ("review of none", &["officer"], Action::ReviewBreakGlass(agreement_id("ada/0"), Outcome::FollowUp)),
    ];
    for (what, signers, action) in rows {
        table.row("emergency", what, &broken, signers, action);
    }
    let reviewed = broken.with(&["officer"], review(Outcome::FollowUp));
    table.row("emergency", "reviewed twice", &reviewed, &["officer"], review(Outcome::Justified));
    let changed = broken.with(&["admin"], Action::ChangeRole(key_id("nurse"), Role::PrivacyOfficer));
    let own = review(Outcome::Justified);
    table.row("emergency", "reviewed by who asked, an officer by now", &changed, &["nurse"], own);
    let over = broken.later(HOUR);
    table.row(
        "emergency",
        "over after an hour, reviewed then",
        &over,
        &["officer"],
        review(Outcome::Justified),
    );
    let lost = scene.with(&["admin"], Action::Revoke(key_id("nurse"), RevocationReason::Lost));
    table.row("emergency", "a revoked key", &lost, &["nurse"], same());
    table.row("emergency", "the other workstation of a lost one", &lost, &["nurse-home"], same());
}

fn guardians(table: &mut Table) {
    let scene = quiet();
    let guardian = |name: &str| Guardian::prove(&scene.chain, &patient_id("ada"), &key(name));
    let appoint = |guardian| Action::AppointGuardian(patient_id("ada"), guardian);
    let dismiss = || Action::DismissGuardian(patient_id("ada"), key_id("gus"));
    let stolen = Guardian { sign: key("eve").public(), ..guardian("gus") };
    let rows: Vec<(&str, &[&str], Action)> = vec![
        ("the patient appoints", &["ada"], appoint(guardian("eve"))),
        ("a guardian appoints", &["gus"], appoint(guardian("eve"))),
        ("an administrator appoints", &["admin"], appoint(guardian("eve"))),
        ("appointed already", &["ada"], appoint(guardian("gus"))),
        ("a practitioner's key", &["ada"], appoint(guardian("nurse"))),
        ("a patient's key", &["ada"], appoint(guardian("ben"))),
        ("no proof of the key", &["ada"], appoint(stolen)),
        ("the patient dismisses", &["ada"], dismiss()),
        ("the guardian leaves", &["gus"], dismiss()),
        ("an administrator dismisses", &["admin"], dismiss()),
        ("no guardian", &["ada"], Action::DismissGuardian(patient_id("ada"), key_id("eve"))),
        ("of another patient", &["ben"], dismiss()),
    ];
    for (what, signers, action) in rows {
        table.row("guardian", what, &scene, signers, action);
    }
}

fn vectors() -> Value {
    let base = Scene::ward();
    let mut table = Table { base: base.steps.len(), rows: Vec::new() };
    for part in [grants, narrowings, delegations, revocations, bedside, disclosures, emergencies, guardians] {
        part(&mut table);
    }
    let keys: Vec<Value> =
        CAST.iter().map(|name| json!({"name": name, "id": key_id(name).to_string()})).collect();
    json!({
        "about": "Bytes are hexadecimal. How a row is judged: docs/spec/agreements.md.",
        "chain_id": base.chain.to_string(),
        "patient": patient_id("ada").to_string(),
        "keys": keys,
        "base": base.steps.iter().map(crate::scene::Step::to_json).collect::<Vec<_>>(),
        "rows": table.rows,
    })
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn apply(state: &mut State, step: &Value) -> Result<(), StateError> {
    let signed = SignedTransaction::parse(&unhex(&step["transaction"])).unwrap();
    let (height, time) = (step["height"].as_u64().unwrap(), step["time"].as_i64().unwrap());
    state.apply(&signed, Height(height), UnixMillis(time))
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/agreements.json");
    let expected = vectors();
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&file, serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(found == expected, "set WL_BLESS=1 to write the file anew, then read its difference");

    let mut base = State::default();
    found["base"].as_array().unwrap().iter().for_each(|step| apply(&mut base, step).unwrap());
    let rows = found["rows"].as_array().unwrap();
    assert!(rows.len() >= 150, "{} rows", rows.len());
    for row in rows {
        let mut state = base.clone();
        row["before"].as_array().unwrap().iter().for_each(|step| apply(&mut state, step).unwrap());
        let outcome = apply(&mut state, row);
        let name = outcome.err().map_or_else(|| "accepted".to_owned(), |error| variant(&error));
        assert_eq!(json!(name), row["outcome"], "{}: {}", row["table"], row["what"]);
        assert_eq!(json!(state.root().to_string()), row["state_root"], "{}", row["what"]);
        let time = UnixMillis(row["time"].as_i64().unwrap());
        assert_eq!(json!(readers(&state, Category::Vitals, time)), row["vitals"], "{}", row["what"]);
        assert_eq!(json!(readers(&state, Category::Notes, time)), row["notes"], "{}", row["what"]);
    }
}
