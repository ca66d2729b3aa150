//! Every bound of a transaction, at its edge and one beyond.

use wl_ledger::codec::CodecError;
use wl_ledger::control::*;
use wl_ledger::cose::{MAX_SIGNERS, Sign};
use wl_ledger::fixtures::{Setup, enrolment, hash, key, patient_id, team_id};
use wl_ledger::limits::*;
use wl_ledger::{AgreementId, Category, DeviceId, Epoch, Generation, KeyId, PatientId, Role, UnixMillis};

fn parsed(action: Action) -> Result<(), CodecError> {
    let transaction = Transaction { number: 0, author: None, made: UnixMillis(0), action };
    let signed = SignedTransaction::sign(&[&key("admin")], &NO_CHAIN, transaction);
    SignedTransaction::parse(signed.bytes()).map(|_| ())
}

fn out(field: &'static str) -> Result<(), CodecError> {
    Err(CodecError::OutOfBounds { field })
}

/// The rows of texts: shortest and longest that pass, then what is refused.
fn check_text(field: &'static str, max: usize, action: impl Fn(String) -> Action) {
    for text in ["x".to_owned(), "Ж".to_owned(), "y".repeat(max), " ä ".to_owned(), "ä".repeat(max / 2)] {
        assert_eq!(parsed(action(text.clone())), Ok(()), "{field}: {text}");
    }
    let long = "ä".repeat(max / 2 + 1);
    for text in [
        "",
        " ",
        "\u{a0}",
        "a\nb",
        "a\0",
        "\u{7f}",
        "\u{85}",
        "Ana\u{202e}mida",
        "\u{2066}x",
        "\u{200f}x",
        &"y".repeat(max + 1),
        &long,
    ] {
        assert_eq!(parsed(action(text.to_owned())), out(field), "{field}: {text:?}");
    }
}

fn enrol(change: impl FnOnce(&mut Enrolment)) -> Action {
    let mut proven = enrolment("nurse", Role::Nurse);
    change(&mut proven.enrolment);
    Action::Enrol(proven)
}

fn genesis(change: impl FnOnce(&mut Genesis)) -> Action {
    let own = Setup { admins: 2, signers: 2, validators: 2 }.genesis();
    let Action::Genesis(mut genesis) = own.transaction().action.clone() else { panic!("not a genesis") };
    change(&mut genesis);
    Action::Genesis(genesis)
}

fn epoch(change: impl FnOnce(&mut EpochOpening)) -> Action {
    let mut opening = EpochOpening {
        patient: patient_id("ada"),
        category: Category::Vitals,
        generation: Generation(0),
        epoch: Epoch(0),
        recipient: "age1x".into(),
        commitment: hash("x"),
        wrapped: vec![0],
    };
    change(&mut opening);
    Action::OpenEpoch(opening)
}

#[test]
fn texts() {
    check_text("name", MAX_NAME_BYTES, |text| enrol(|e| e.name = text));
    check_text("reading key", MAX_RECIPIENT_BYTES, |text| enrol(|e| e.reading = text));
    check_text("team name", MAX_NAME_BYTES, |text| Action::CreateTeam(team_id("x"), text));
    check_text("device identity", MAX_IDENTITY_BYTES, |text| Action::RegisterDevice(DeviceId(0), text));
    check_text("epoch recipient", MAX_RECIPIENT_BYTES, |text| epoch(|e| e.recipient = text));
    check_text("hospital", MAX_NAME_BYTES, |text| genesis(|g| g.hospital = text));
    check_text("gateway address", MAX_IDENTITY_BYTES, |text| genesis(|g| g.validators[1].address = text));
    check_text("name", MAX_NAME_BYTES, |text| genesis(|g| g.admins[1].enrolment.name = text));
}

fn key_ids(count: usize) -> Vec<KeyId> {
    (0..u128::try_from(count).unwrap()).map(|number| KeyId::from_bytes(number.to_be_bytes())).collect()
}

fn opening(readers: Vec<KeyId>) -> Action {
    Action::OpenGeneration(GenerationOpening {
        patient: PatientId::from_bytes([0; 16]),
        category: Category::Vitals,
        generation: Generation(0),
        commitment: hash("x"),
        readers,
        grants_root: hash("x"),
        custody: None,
    })
}

fn grant(readers: Vec<KeyId>) -> Action {
    Action::GrantGeneration(
        PatientId::from_bytes([0; 16]),
        Category::Vitals,
        Generation(0),
        readers,
        hash("x"),
    )
}

#[test]
fn readers_ascend_and_the_most_of_them_fit() {
    let most = key_ids(MAX_READERS);
    let (mut swapped, mut twice) = (most.clone(), most.clone());
    swapped.swap(3, 4);
    twice[4] = twice[3];
    for action in [opening as fn(Vec<KeyId>) -> Action, grant] {
        assert_eq!(parsed(action(most.clone())), Ok(()));
        assert_eq!(parsed(action(key_ids(1))), Ok(()));
        assert_eq!(parsed(action(key_ids(MAX_READERS + 1))), out("readers"));
        assert_eq!(parsed(action(swapped.clone())), out("readers"));
        assert_eq!(parsed(action(twice.clone())), out("readers"));
    }
    assert_eq!(parsed(opening(vec![])), Ok(()), "a generation that nobody reads");
    assert_eq!(parsed(grant(vec![])), out("readers"));
}

#[test]
fn numbers_and_counts() {
    assert_eq!(parsed(epoch(|e| e.wrapped = vec![0; 256])), Ok(()));
    assert_eq!(parsed(epoch(|e| e.wrapped = vec![0; 257])), out("wrapped epoch"));
    assert_eq!(parsed(epoch(|e| e.wrapped = vec![])), out("wrapped epoch"));

    let agreement = |categories| {
        Action::GrantAgreement(Agreement {
            id: AgreementId::from_bytes([0; 16]),
            patient: patient_id("ada"),
            holder: Holder::Team(team_id("x")),
            categories,
            purpose: Purpose::Treatment,
            from: UnixMillis(0),
            until: None,
            delegable: None,
            terms: None,
        })
    };
    let bits =
        |bits: u16| wl_ledger::codec::decode::<Categories>(&wl_ledger::codec::encode(&bits), 8).unwrap();
    assert_eq!(parsed(agreement(Categories::all())), Ok(()));
    assert_eq!(parsed(agreement(bits(1 << 8))), Ok(()));
    assert_eq!(parsed(agreement(bits(0))), out("categories"));
    assert_eq!(parsed(agreement(bits(1 << 9 | 1))), out("categories"));

    assert_eq!(parsed(genesis(|_| ())), Ok(()));
    assert_eq!(parsed(genesis(|g| g.admins.clear())), out("administrators"));
    assert_eq!(parsed(genesis(|g| g.admins = vec![g.admins[0].clone(); 17])), out("administrators"));
    assert_eq!(parsed(genesis(|g| g.validators.clear())), out("validators"));
    assert_eq!(parsed(genesis(|g| g.validators.reverse())), out("validators"));
    assert_eq!(parsed(genesis(|g| g.validators[1] = g.validators[0].clone())), out("validators"));
    for (signers, hours, expected) in [
        (1, 1, Ok(())),
        (2, 24, Ok(())),
        (0, 24, out("policy")),
        (3, 24, out("policy")),
        (1, 0, out("policy")),
        (1, 25, out("policy")),
    ] {
        let policy = Policy { signers, epoch_hours: hours, recovery_signers: 2, ..Policy::demo() };
        assert_eq!(parsed(genesis(|g| g.policy = policy)), expected, "{policy:?}");
    }
    let change = |change: fn(&mut Policy)| parsed(genesis(|g| change(&mut g.policy)));
    let emergencies = |minutes, roles: &[Role]| {
        let break_glass = Some(BreakGlassPolicy { minutes, roles: Roles::of(roles) });
        parsed(genesis(|g| g.policy.break_glass = break_glass))
    };
    let all = [Role::Physician, Role::Nurse, Role::Pharmacist];
    assert_eq!(change(|p| (p.signers, p.recovery_signers) = (1, 16)), Ok(()));
    assert_eq!(change(|p| p.recovery_signers = 17), out("policy"));
    assert_eq!(change(|p| (p.signers, p.recovery_signers) = (2, 1)), out("policy"), "a way around two");
    assert_eq!(change(|p| p.lock_minutes = 15), Ok(()));
    assert_eq!(change(|p| p.lock_minutes = 16), out("policy"));
    assert_eq!(change(|p| p.lock_minutes = 0), out("policy"));
    assert_eq!(change(|p| p.break_glass = None), Ok(()));
    assert_eq!((emergencies(1, &all), emergencies(60, &all)), (Ok(()), Ok(())));
    assert_eq!((emergencies(0, &all), emergencies(61, &all)), (out("policy"), out("policy")));
    assert_eq!(emergencies(60, &[]), out("policy"));
    assert_eq!(emergencies(60, &[Role::Nurse, Role::Admin]), out("policy"));
    assert_eq!(parsed(genesis(|g| g.admins.truncate(1))), out("policy"), "nobody could ever be enrolled");
}

#[test]
fn signers() {
    let keys: Vec<_> = (0..=MAX_SIGNERS).map(|index| key(&format!("signer {index}"))).collect();
    let keys: Vec<_> = keys.iter().collect();
    let sealed = |count: usize| Sign::seal(&keys[..count], b"", b"payload".to_vec()).to_bytes();
    assert!(Sign::parse(&sealed(MAX_SIGNERS), 1 << 16).is_ok());
    for count in [0, MAX_SIGNERS + 1] {
        let refused = Sign::parse(&sealed(count), 1 << 16);
        assert_eq!(refused, Err(CodecError::OutOfBounds { field: "signers" }), "{count}");
    }
    // A count that lies about what follows is refused before anything is reserved for it.
    let head = [&[0x84, 0x40, 0xa0, 0x40][..], &[0x9b], &u64::MAX.to_be_bytes()].concat();
    assert!(matches!(Sign::parse(&head, 1 << 16), Err(CodecError::Malformed { .. })));
    let bytes = sealed(2);
    assert_eq!(Sign::parse(&bytes, 99), Err(CodecError::TooLarge { len: bytes.len(), max: 99 }));
}

#[test]
fn what_a_proposal_may_carry() {
    let carried = |action: &Action| parsed(Action::Propose(wl_ledger::codec::encode(action)));
    let team = Action::CreateTeam(team_id("x"), "x".to_owned());
    assert_eq!(carried(&team), Ok(()));
    let hash = hash("x");
    for action in [
        genesis(|_| ()),
        Action::Propose(wl_ledger::codec::encode(&team)),
        Action::Approve(hash),
        Action::Withdraw(hash),
        Action::CreateTeam(team_id("x"), String::new()),
    ] {
        assert_eq!(carried(&action), out("proposal"), "{action:?}");
    }
    let whole = wl_ledger::codec::encode(&team);
    for bytes in [vec![], whole[..whole.len() - 1].to_vec(), [&whole[..], &[0]].concat(), vec![0x98, 0x03]] {
        assert_eq!(parsed(Action::Propose(bytes.clone())), out("proposal"), "{bytes:?}");
    }
}

#[test]
fn custodians_shares_emergencies_and_orders() {
    let set = |threshold, count| parsed(Action::SetCustodians(threshold, key_ids(count)));
    assert_eq!((set(0, 0), set(2, 2), set(16, 16), set(2, 16)), (Ok(()), Ok(()), Ok(()), Ok(())));
    for (threshold, count) in [(0, 1), (1, 1), (1, 2), (2, 1), (3, 2), (2, 17), (17, 17), (2, 0)] {
        assert_eq!(set(threshold, count), out("custodians"), "{threshold} of {count}");
    }
    let mut swapped = key_ids(3);
    swapped.swap(0, 1);
    assert_eq!(parsed(Action::SetCustodians(2, swapped)), out("custodians"));

    let shares = |threshold| {
        let Action::OpenGeneration(mut opening) = opening(vec![]) else { panic!("not an opening") };
        opening.custody = Some(Custody { threshold, shares_root: hash("x") });
        parsed(Action::OpenGeneration(opening))
    };
    assert_eq!((shares(2), shares(16)), (Ok(()), Ok(())));
    assert_eq!((shares(0), shares(1), shares(17)), (out("custody"), out("custody"), out("custody")));

    let emergency = |minutes| {
        parsed(Action::BreakGlass(BreakGlass {
            id: AgreementId::from_bytes([0; 16]),
            patient: patient_id("ada"),
            categories: Categories::all(),
            minutes,
            reason: BreakGlassReason::Other,
            text: hash("x"),
        }))
    };
    assert_eq!((emergency(1), emergency(60)), (Ok(()), Ok(())));
    assert_eq!((emergency(0), emergency(61)), (out("minutes"), out("minutes")));

    let order = |first, last| {
        parsed(Action::Erase(EraseOrder {
            id: wl_ledger::EraseId::from_bytes([0; 16]),
            patient: patient_id("ada"),
            scope: EraseScope::Records(wl_ledger::StreamId(0), wl_ledger::Seq(first), wl_ledger::Seq(last)),
            basis: EraseBasis::Mistake,
            up_to: wl_ledger::Height(0),
        }))
    };
    assert_eq!((order(0, 0), order(3, 9)), (Ok(()), Ok(())));
    assert_eq!(order(4, 3), out("records"));
}
