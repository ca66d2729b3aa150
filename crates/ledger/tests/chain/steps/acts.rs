//! The steps of trust: workstations, roles, agreements of each kind, emergencies, erasure, proposals.

use proptest::prelude::*;
use wl_ledger::control::*;
use wl_ledger::fixtures::{TestChain, agreement_id, enrolment, hash, key, key_id, patient_id, team_id};
use wl_ledger::{AgreementId, Category, DeviceId, EraseId, Height, Role, StreamId};

use super::{CAST, CATEGORIES, PATIENTS, TEAMS, admins, pick};

const HOUR: i64 = 3_600_000;

/// One step; the numbers choose among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Workstation,
    Reinstate(u8),
    Role(u8, bool),
    Policy(u8),
    Retire(u8),
    Narrow(u8, u16),
    Delegable(u8, u8),
    Delegate(u8),
    Consent(u8, u8),
    Disclose(u8, u8),
    Break(u8, u8),
    Review(u8),
    Guardian(u8),
    ByGuardian(u8, u8),
    Custodians(bool),
    Erase(u8, u16),
    Confirm(u8, u8),
    Close(u8),
    Receipts(u8, u8),
    Security(u8),
    Rehome(u8, u8),
    Propose(u8, u8),
    Approve(u8, u8),
    Withdraw(u8, u8),
}

pub(crate) fn any_act() -> impl Strategy<Value = Act> {
    use Act::*;
    let n = || any::<u8>();
    let two = || (any::<u8>(), any::<u8>());
    prop_oneof![
        Just(Workstation),
        n().prop_map(Reinstate),
        (n(), any::<bool>()).prop_map(|(a, b)| Role(a, b)),
        n().prop_map(Policy),
        n().prop_map(Retire),
        (n(), any::<u16>()).prop_map(|(a, b)| Narrow(a, b)),
        two().prop_map(|(a, b)| Delegable(a, b)),
        n().prop_map(Delegate),
        two().prop_map(|(a, b)| Consent(a, b)),
        two().prop_map(|(a, b)| Disclose(a, b)),
        two().prop_map(|(a, b)| Break(a, b)),
        n().prop_map(Review),
        n().prop_map(Guardian),
        two().prop_map(|(a, b)| ByGuardian(a, b)),
        any::<bool>().prop_map(Custodians),
        (n(), any::<u16>()).prop_map(|(a, b)| Erase(a, b)),
        two().prop_map(|(a, b)| Confirm(a, b)),
        n().prop_map(Close),
        two().prop_map(|(a, b)| Receipts(a, b)),
        n().prop_map(Security),
        two().prop_map(|(a, b)| Rehome(a, b)),
        two().prop_map(|(a, b)| Propose(a, b)),
        two().prop_map(|(a, b)| Approve(a, b)),
        two().prop_map(|(a, b)| Withdraw(a, b)),
    ]
}

type Signed = Option<(Vec<String>, Action)>;

fn by(names: &[&str], action: Action) -> Signed {
    Some((names.iter().map(|name| (*name).to_owned()).collect(), action))
}

fn by_admins(chain: &TestChain, action: Action) -> Signed {
    Some((admins(chain), action))
}

/// A further workstation of the nurse.
pub(crate) fn workstation() -> Action {
    let mut request = enrolment("nurse-home", Role::Nurse).enrolment;
    request.name = "nurse".to_owned();
    Action::AddKey(key_id("nurse"), ProvenEnrolment::prove(request, &key("nurse-home")))
}

/// An agreement for treatment by this holder, for a day, under the next id.
fn agreement(chain: &TestChain, patient: u8, holder: Holder) -> Agreement {
    Agreement {
        id: agreement_id(&chain.state().agreements().count().to_string()),
        patient: patient_id(pick(&PATIENTS, patient)),
        holder,
        categories: Categories::all(),
        purpose: Purpose::Treatment,
        from: chain.now,
        until: Some(chain.now.plus(24 * HOUR)),
        delegable: None,
        terms: None,
    }
}

fn an_agreement(chain: &TestChain, which: u8) -> Option<Agreement> {
    let all: Vec<_> = chain.state().agreements().collect();
    Some(all.get(usize::from(which) % all.len().max(1))?.agreement.clone())
}

fn patient_name(agreement: &Agreement) -> Option<&'static str> {
    PATIENTS.into_iter().find(|name| patient_id(name) == agreement.patient)
}

pub(crate) fn action(chain: &TestChain, act: &Act) -> Signed {
    let state = chain.state();
    let person = |who: u8| Holder::Person(key_id(pick(&CAST, who).0));
    match act {
        Act::Workstation => by_admins(chain, workstation()),
        Act::Reinstate(who) => by_admins(chain, Action::Reinstate(key_id(pick(&CAST, *who).0))),
        Act::Role(who, nurse) => {
            let name = pick(&["nurse", "physician"], *who);
            by_admins(
                chain,
                Action::ChangeRole(key_id(name), if *nurse { Role::Nurse } else { Role::Physician }),
            )
        }
        Act::Policy(minutes) => {
            let mut policy = state.founding()?.policy;
            policy.lock_minutes = minutes % 15 + 1;
            by_admins(chain, Action::SetPolicy(policy))
        }
        Act::Retire(device) => by_admins(chain, Action::RetireDevice(DeviceId(u32::from(device % 4)))),
        Act::Narrow(which, bits) => {
            let agreement = an_agreement(chain, *which)?;
            let kept = agreement.categories.iter().filter(|category| bits >> category.code() & 1 == 1);
            let kept = Categories::of(&kept.collect::<Vec<_>>());
            let kept = if kept.is_valid() { kept } else { agreement.categories };
            by(&[patient_name(&agreement)?], Action::NarrowAgreement(agreement.id, kept, agreement.until))
        }
        Act::Delegable(patient, who) => {
            let mut agreement = agreement(chain, *patient, person(*who));
            agreement.delegable = Some(Categories::of(&[Category::Vitals, Category::Alarms]));
            by(&[pick(&PATIENTS, *patient)], Action::GrantAgreement(agreement))
        }
        Act::Delegate(which) => delegate(chain, *which),
        Act::Consent(patient, team) => {
            let holder = Holder::Team(team_id(pick(&TEAMS, *team)));
            by(&["nurse", "physician"], Action::RecordConsent(agreement(chain, *patient, holder)))
        }
        Act::Disclose(patient, who) => {
            let mut law = agreement(chain, *patient, person(*who));
            law.purpose = Purpose::LegalDisclosure;
            let mut signers = vec!["officer".to_owned()];
            signers.extend(admins(chain).into_iter().take(1));
            Some((signers, Action::DiscloseLegally(law, hash("order"))))
        }
        Act::Break(patient, who) => {
            let id = agreement_id(&state.agreements().count().to_string());
            let request = BreakGlass {
                id,
                patient: patient_id(pick(&PATIENTS, *patient)),
                categories: Categories::of(&[pick(&CATEGORIES, *who)]),
                minutes: who % 60 + 1,
                reason: BreakGlassReason::HandoverGap,
                text: hash("the words"),
            };
            by(&[pick(&["nurse", "physician", "nurse-home"], *who)], Action::BreakGlass(request))
        }
        Act::Review(which) => {
            let broken: Vec<AgreementId> = state.broken().map(|(id, _)| *id).collect();
            let id = *broken.get(usize::from(*which) % broken.len().max(1))?;
            by(&["officer"], Action::ReviewBreakGlass(id, Outcome::FollowUp))
        }
        Act::Guardian(patient) => {
            let name = pick(&PATIENTS, *patient);
            let guardian = Guardian::prove(&chain.chain(), &patient_id(name), &key("gus"));
            by(&[name], Action::AppointGuardian(patient_id(name), guardian))
        }
        Act::ByGuardian(patient, who) => {
            by(&["gus"], Action::GrantAgreement(agreement(chain, *patient, person(*who))))
        }
        Act::Custodians(some) => {
            let mut persons: Vec<_> = ["nurse", "officer"].iter().map(|name| key_id(name)).collect();
            persons.sort_unstable();
            let action =
                if *some { Action::SetCustodians(2, persons) } else { Action::SetCustodians(0, Vec::new()) };
            by_admins(chain, action)
        }
        Act::Erase(patient, bits) => erase(chain, *patient, *bits),
        Act::Confirm(which, who) => {
            let orders: Vec<EraseId> = state.erasures().map(|erasure| erasure.order.id).collect();
            let order = *orders.get(usize::from(*which) % orders.len().max(1))?;
            let receipt = EraseReceipt { order, records: u64::from(*who), keys: 0 };
            by(&[pick(&["hub", "nurse", "gateway"], *who)], Action::ConfirmErasure(receipt))
        }
        Act::Close(which) => close(chain, *which),
        Act::Receipts(patient, who) => {
            let subject = Subject::Access(patient_id(pick(&PATIENTS, *patient)));
            by(&[pick(&CAST, *who).0], Action::OpenStream(state.next_stream()?, subject))
        }
        Act::Security(who) => {
            by(&[pick(&CAST, *who).0], Action::OpenStream(state.next_stream()?, Subject::Security))
        }
        Act::Rehome(patient, hub) => {
            let name = pick(&PATIENTS, *patient);
            let hub = key_id(pick(&["hub", "hub-2"], *hub));
            let registration = Registration::prove(&chain.chain(), patient_id(name), &key(name), hub);
            by_admins(chain, Action::RehomePatient(registration))
        }
        Act::Propose(what, who) => {
            let (_, action) = action(chain, &proposable(*what))?;
            let names = ["admin", "admin-1", "officer", "nurse", "physician"];
            by(&[pick(&names, *who)], Action::Propose(wl_ledger::codec::encode(&action)))
        }
        Act::Approve(which, who) | Act::Withdraw(which, who) => {
            let hashes: Vec<_> = state.proposals().map(|(hash, _)| *hash).collect();
            let one = *hashes.get(usize::from(*which) % hashes.len().max(1))?;
            let names = ["admin-1", "admin", "admin-2", "nurse", "physician"];
            let approve = matches!(act, Act::Approve(..));
            by(&[pick(&names, *who)], if approve { Action::Approve(one) } else { Action::Withdraw(one) })
        }
    }
}

/// What two people must sign.
fn proposable(what: u8) -> Act {
    match what % 5 {
        0 => Act::Reinstate(what / 5),
        1 => Act::Role(what / 5, what > 127),
        2 => Act::Consent(what / 5, what / 3),
        3 => Act::Disclose(what / 5, what / 3),
        _ => Act::Workstation,
    }
}

fn delegate(chain: &TestChain, which: u8) -> Signed {
    let parents: Vec<_> =
        chain.state().agreements().filter(|granted| granted.agreement.delegable.is_some()).collect();
    let parent = &parents.get(usize::from(which) % parents.len().max(1))?.agreement;
    let Holder::Person(holder) = parent.holder else { return None };
    let (name, _) = CAST.into_iter().find(|(name, _)| key_id(name) == holder)?;
    let passed = Agreement {
        patient: parent.patient,
        categories: parent.delegable?,
        purpose: Purpose::Caregiving,
        until: parent.until,
        ..agreement(chain, 0, Holder::Person(key_id("caregiver")))
    };
    by(&[name], Action::DelegateAgreement(parent.id, passed))
}

fn erase(chain: &TestChain, patient: u8, bits: u16) -> Signed {
    let name = pick(&PATIENTS, patient);
    let chosen: Vec<_> = Category::ALL.into_iter().filter(|c| bits >> c.code() & 1 == 1).collect();
    let (height, ..) = chain.proposer().tip()?;
    let mut id = [0; EraseId::LEN];
    id[..8].copy_from_slice(&u64::try_from(chain.state().erasures().count()).ok()?.to_be_bytes());
    let order = EraseOrder {
        id: EraseId::from_bytes(id),
        patient: patient_id(name),
        scope: EraseScope::Categories(Categories::of(if chosen.is_empty() { &CATEGORIES } else { &chosen })),
        basis: EraseBasis::PatientRequest,
        up_to: Height(height.0),
    };
    by(&[name], Action::Erase(order))
}

/// Closes a stream of somebody but the hub, or where it is one of many; the first streams stay, so that every chain has
/// something to attack.
fn close(chain: &TestChain, which: u8) -> Signed {
    let streams: Vec<_> = chain.state().streams().filter(|(id, _)| id.0 > 2).collect();
    let (id, stream) = streams.get(usize::from(which) % streams.len().max(1))?;
    let (name, _) = CAST.into_iter().find(|(name, _)| key_id(name) == stream.author)?;
    by(&[name], Action::CloseStream(StreamId(id.0)))
}
