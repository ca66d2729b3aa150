//! Random sequences of control transactions and records, as people, hubs and gateways could make them.
//!
//! A step names its actors by number; what is there decides whom it means. A step that the rules do not allow at its
//! moment is left out, so any sub-sequence is a valid chain again and failing cases shrink well.

pub(crate) mod acts;

use proptest::collection::vec;
use proptest::prelude::*;
use wl_ledger::block::Entry;
use wl_ledger::control::{
    Action, Agreement, Categories, Holder, Purpose, Registration, RevocationReason, Subject,
};
use wl_ledger::fixtures::{
    Setup, TestChain, agreement_id, enrolment, key, key_id, numbered, patient_id, team_id,
};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, DeviceId, Role, StreamId};

/// One step; the numbers choose among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Enrol(u8),
    Revoke(u8, u8),
    Team(u8),
    Join(u8, u8),
    Leave(u8, u8),
    Patient(u8, u8),
    Device(u8),
    Assign(u8, Option<u8>),
    Agree { patient: u8, holder: u8, team: bool, categories: u16, from: i16, span: Option<u16> },
    EndAgreement(u8),
    Generation(u8, u8),
    Grant(u8, u8, u8),
    Epoch(u8, u8),
    Stream(u8, u8, u8),
    Mailbox(u8),
    Record(u8, u8),
    Cut,
    Wait(u16),
    Trust(acts::Act),
}

fn any_step() -> impl Strategy<Value = Step> {
    use Step::*;
    let n = || any::<u8>();
    prop_oneof![
        2 => n().prop_map(Enrol),
        1 => (n(), n()).prop_map(|(a, b)| Revoke(a, b)),
        1 => n().prop_map(Team),
        2 => (n(), n()).prop_map(|(a, b)| Join(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Leave(a, b)),
        2 => (n(), n()).prop_map(|(a, b)| Patient(a, b)),
        1 => n().prop_map(Device),
        1 => (n(), any::<Option<u8>>()).prop_map(|(a, b)| Assign(a, b)),
        3 => (n(), n(), any::<bool>(), any::<u16>(), any::<i16>(), any::<Option<u16>>()).prop_map(
            |(patient, holder, team, categories, from, span)| Agree { patient, holder, team, categories, from, span }
        ),
        1 => n().prop_map(EndAgreement),
        3 => (n(), n()).prop_map(|(a, b)| Generation(a, b)),
        1 => (n(), n(), n()).prop_map(|(a, b, c)| Grant(a, b, c)),
        3 => (n(), n()).prop_map(|(a, b)| Epoch(a, b)),
        4 => (n(), n(), n()).prop_map(|(a, b, c)| Stream(a, b, c)),
        2 => n().prop_map(Mailbox),
        10 => (n(), n()).prop_map(|(a, b)| Record(a, b)),
        4 => Just(Cut),
        2 => any::<u16>().prop_map(Wait),
        24 => acts::any_act().prop_map(Trust),
    ]
}

/// A way to found a chain and what happens on it after a few steps that make sure that there is something to see.
pub(crate) fn any_history() -> impl Strategy<Value = (Setup, Vec<Step>)> {
    let setup = (1usize..=3, 1u8..=2, prop_oneof![Just(1usize), Just(4)]).prop_map(
        |(admins, signers, validators)| Setup {
            admins: admins.max(usize::from(signers)),
            signers,
            validators,
        },
    );
    (setup, vec(any_step(), 20..60))
}

/// The roles that take part besides the first administrators. Few people and patients, so that steps meet.
pub(crate) const CAST: [(&str, Role); 7] = [
    ("hub", Role::Hub),
    ("nurse", Role::Nurse),
    ("physician", Role::Physician),
    ("hub-2", Role::Hub),
    ("caregiver", Role::Caregiver),
    ("deputy", Role::Admin),
    ("officer", Role::PrivacyOfficer),
];
pub(crate) const PATIENTS: [&str; 3] = ["ada", "ben", "cy"];
pub(crate) const TEAMS: [&str; 2] = ["ward", "night"];
pub(crate) const CATEGORIES: [Category; 3] = [Category::Vitals, Category::Alarms, Category::Notes];

pub(crate) fn pick<T: Copy>(from: &[T], number: u8) -> T {
    from[usize::from(number) % from.len()]
}

/// Everybody who may have a key on the chain, by name.
pub(crate) fn names(setup: Setup) -> Vec<String> {
    let admins = (0..setup.admins).map(|index| numbered("admin", index));
    let cast = CAST.iter().map(|(name, _)| (*name).to_owned());
    let others = PATIENTS.iter().chain(&["nurse-home", "gus"]).map(|name| (*name).to_owned());
    admins.chain(cast).chain(others).collect()
}

/// Builds the chain of a history. The opening steps give every chain a patient with streams and records,
/// the closing ones a key that was revoked.
pub(crate) fn play(setup: Setup, steps: &[Step]) -> TestChain {
    let mut chain = TestChain::found(setup);
    let opening = [
        Step::Enrol(0),
        Step::Enrol(1),
        Step::Cut,
        Step::Patient(0, 0),
        Step::Agree { patient: 0, holder: 1, team: false, categories: 0xffff, from: 0, span: None },
        Step::Generation(0, 0),
        Step::Epoch(0, 0),
        Step::Stream(0, 0, 0),
        Step::Stream(1, 0, 0),
        Step::Mailbox(1),
        Step::Trust(acts::Act::Security(1)),
        Step::Record(0, 1),
        Step::Record(1, 1),
        Step::Record(0, 2),
        Step::Cut,
        Step::Enrol(2),
        Step::Enrol(6),
        Step::Trust(acts::Act::Workstation),
        Step::Agree { patient: 0, holder: 2, team: false, categories: 0xffff, from: 0, span: None },
        Step::Stream(2, 0, 0),
        Step::Cut,
    ];
    // The physician of the opening leaves, if not gone before, and the nurse's first security events end.
    let closing =
        [Step::Cut, Step::Revoke(0, 0), Step::Trust(acts::Act::Close(0)), Step::Cut, Step::Record(0, 3)];
    for step in opening.iter().chain(steps).chain(&closing) {
        take(&mut chain, step);
    }
    chain.next_block();
    chain
}

fn take(chain: &mut TestChain, step: &Step) {
    match step {
        Step::Cut => chain.next_block(),
        Step::Wait(millis) => chain.now = chain.now.plus(i64::from(*millis)),
        Step::Record(stream, size) => record(chain, *stream, *size),
        other => {
            if let Some((signers, action)) = action(chain, other) {
                let signers: Vec<&str> = signers.iter().map(String::as_str).collect();
                // A refusal leaves the step out, without a trace; which steps are refused is what the tests of the
                // state check.
                let before = (chain.state().root(), chain.state().transactions());
                if chain.control(&signers, action).is_err() {
                    assert_eq!((chain.state().root(), chain.state().transactions()), before);
                }
            }
        }
    }
}

/// The administrators who can sign now, as many as an enrolment needs.
pub(crate) fn admins(chain: &TestChain) -> Vec<String> {
    let active = names(chain.setup()).into_iter().filter(|name| chain.state().is_admin(&key_id(name)));
    active.take(usize::from(chain.setup().signers)).collect()
}

fn action(chain: &TestChain, step: &Step) -> Option<(Vec<String>, Action)> {
    let state = chain.state();
    let by_admins = |action| Some((admins(chain), action));
    let hub_of = |patient: &str| {
        let hub = state.patient(&patient_id(patient))?.hub;
        CAST.iter().find(|(name, _)| key_id(name) == hub).map(|(name, _)| (*name).to_owned())
    };
    match step {
        Step::Enrol(who) => {
            let (name, role) = pick(&CAST, *who);
            by_admins(Action::Enrol(enrolment(name, role)))
        }
        Step::Revoke(who, why) => {
            // The hub and the nurse of the opening stay, so that every chain has authors in force.
            let (name, _) = pick(&CAST[2..], *who);
            by_admins(Action::Revoke(
                key_id(name),
                pick(&[RevocationReason::Left, RevocationReason::Lost], *why),
            ))
        }
        Step::Team(which) => {
            let name = pick(&TEAMS, *which);
            by_admins(Action::CreateTeam(team_id(name), name.to_owned()))
        }
        Step::Join(team, who) => {
            by_admins(Action::JoinTeam(team_id(pick(&TEAMS, *team)), key_id(pick(&CAST, *who).0)))
        }
        Step::Leave(team, who) => {
            by_admins(Action::LeaveTeam(team_id(pick(&TEAMS, *team)), key_id(pick(&CAST, *who).0)))
        }
        Step::Patient(which, hub) => {
            let name = pick(&PATIENTS, *which);
            let hub = key_id(pick(&["hub", "hub-2"], *hub));
            let registration = Registration::prove(&chain.chain(), patient_id(name), &key(name), hub);
            by_admins(Action::RegisterPatient(registration))
        }
        Step::Device(which) => {
            let id = state.next_device()?;
            by_admins(Action::RegisterDevice(id, format!("monitor {}", which % 4)))
        }
        Step::Assign(device, patient) => by_admins(Action::AssignDevice(
            DeviceId(u32::from(device % 4)),
            patient.map(|patient| patient_id(pick(&PATIENTS, patient))),
        )),
        Step::Agree { patient, holder, team, categories, from, span } => {
            let name = pick(&PATIENTS, *patient);
            let holder = if *team {
                Holder::Team(team_id(pick(&TEAMS, *holder)))
            } else {
                Holder::Person(key_id(pick(&CAST, *holder).0))
            };
            let chosen = Category::ALL.into_iter().filter(|c| categories >> c.code() & 1 == 1);
            let from = chain.now.plus(i64::from(*from));
            let agreement = Agreement {
                id: agreement_id(&state.agreements().count().to_string()),
                patient: patient_id(name),
                holder,
                categories: Categories::of(&chosen.collect::<Vec<_>>()),
                purpose: Purpose::Treatment,
                from,
                until: span.map(|span| from.plus(i64::from(span))),
                delegable: None,
                terms: None,
            };
            Some((vec![name.to_owned()], Action::GrantAgreement(agreement)))
        }
        Step::EndAgreement(which) => {
            let agreements: Vec<_> = state.agreements().collect();
            let agreement = &agreements.get(usize::from(*which) % agreements.len().max(1))?.agreement;
            let name = PATIENTS.iter().find(|name| patient_id(name) == agreement.patient)?;
            Some((vec![(*name).to_owned()], Action::RevokeAgreement(agreement.id)))
        }
        Step::Generation(patient, category) => {
            let name = pick(&PATIENTS, *patient);
            Some((vec![hub_of(name)?], chain.generation(name, pick(&CATEGORIES, *category))))
        }
        Step::Grant(patient, category, reader) => {
            let (name, category) = (pick(&PATIENTS, *patient), pick(&CATEGORIES, *category));
            let (generation, _) = state.generation(&patient_id(name), category)?;
            let readers = vec![key_id(pick(&CAST, *reader).0)];
            let root = wl_ledger::fixtures::hash("late grant");
            let action = Action::GrantGeneration(patient_id(name), category, generation, readers, root);
            Some((vec![hub_of(name)?], action))
        }
        Step::Epoch(patient, category) => {
            let name = pick(&PATIENTS, *patient);
            Some((vec![hub_of(name)?], chain.epoch(name, pick(&CATEGORIES, *category))))
        }
        Step::Stream(author, patient, category) => {
            let subject =
                Subject::Patient(patient_id(pick(&PATIENTS, *patient)), pick(&CATEGORIES, *category));
            let author = pick(&CAST, *author).0.to_owned();
            Some((vec![author], Action::OpenStream(state.next_stream()?, subject)))
        }
        Step::Mailbox(reader) => {
            let subject = Subject::Mailbox(key_id(pick(&CAST, *reader).0));
            Some((vec!["hub".to_owned()], Action::OpenStream(state.next_stream()?, subject)))
        }
        Step::Trust(act) => acts::action(chain, act),
        Step::Record(..) | Step::Cut | Step::Wait(_) => None,
    }
}

fn record(chain: &mut TestChain, stream: u8, size: u8) {
    let streams = u8::try_from(chain.state().streams().count().min(255)).unwrap();
    let Some(index) = stream.checked_rem(streams) else { return };
    let id = StreamId(u32::from(index));
    let author = chain.state().stream(id).map(|stream| stream.author);
    let names = names(chain.setup());
    let Some(name) = names.iter().find(|name| Some(key_id(name)) == author) else { return };
    let (record, body) = chain.draft(name, id, RecordKind::Frame, &vec![size; usize::from(size)]);
    if chain.offer(Entry::Record(record.bytes().to_vec()), Some(&body)).is_ok() {
        chain.keep_body(&record, body);
    }
}
