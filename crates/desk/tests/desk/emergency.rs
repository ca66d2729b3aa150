//! Emergency access at the desk: asked for, opened by custodians without the hub, over by itself, reviewed; and a share
//! is never released to a request that is not verified.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::{TestWard, measured};
use secrecy::SecretString;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::control::*;
use wl_ledger::{Category, Role, UnixMillis};
use wl_seal::WorkFactor;
use wl_vitals::Parameter as Measured;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";
/// Sealed by nobody's clock but the ledger's: a minute that began this long ago ends within seconds.
const ALMOST_A_MINUTE: i64 = 48_000;

fn secret() -> SecretString {
    SecretString::from(PASSPHRASE.to_owned())
}

fn plain<T>(answer: Result<T, UiError>) -> T {
    answer.unwrap_or_else(|error| panic!("{} {}", error.message, error.hint))
}

fn code<T>(answer: Result<T, UiError>) -> ErrorCode {
    answer.err().expect("it was not refused").code
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    // The shortest emergency access lasts a minute.
    for _ in 0..4000 {
        if let Some(value) = check().await {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not happen within 100 s: {what}");
}

/// A requester who shares nothing, two custodians, a privacy officer, and a hub whose keys custodians hold shares of.
struct House {
    requester: Desk,
    custodians: [Desk; 2],
    officer: Desk,
    gateway: TestGateway,
    patient: String,
    _folder: tempfile::TempDir,
    _task: tokio::task::JoinHandle<()>,
}

async fn keys(folder: &Path, name: &str, role: RoleView) -> (Desk, ProvenEnrolment) {
    let settings = Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() };
    let desk = plain(Desk::open(&folder.join(name), settings));
    plain(desk.create_keys(name.into(), role, secret()).await);
    let request = plain(desk.enrolment_request().await);
    (desk, enrolment::read_request(&request.text).unwrap())
}

impl House {
    async fn new(behind: i64, with_custodians: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (requester, of_requester) = keys(folder.path(), "Rhea", RoleView::Physician).await;
        let (first, of_first) = keys(folder.path(), "Cora", RoleView::Nurse).await;
        let (second, of_second) = keys(folder.path(), "Cyrus", RoleView::Physician).await;
        let (officer, of_officer) = keys(folder.path(), "Olga", RoleView::PrivacyOfficer).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let now = wl_desk::edge::now().plus(-behind);
        let mut ward = TestWard::found(now, ward::request("admin", Role::Admin), &address);
        for person in [&of_requester, &of_first, &of_second, &of_officer] {
            ward.control("admin", Action::Enrol(person.clone()));
        }
        let custodians = [&of_first, &of_second];
        if with_custodians {
            let mut people: Vec<_> = custodians.iter().map(|person| person.enrolment.sign.id()).collect();
            people.sort_unstable();
            ward.control("admin", Action::SetCustodians(2, people));
        }
        ward.grant_shared(
            &[],
            &[Category::Vitals, Category::Identity],
            if with_custodians { &custodians } else { &[] },
        );
        ward.identity("Ada Example", "7");
        ward.frame(vec![measured(Measured::HeartRate, 72, 0, now)]);
        ward.cut();
        let patient = ward.patient.to_string();
        let answer = enrolment::write_answer(&ward.answer());
        let (gateway, task) = TestGateway::start(listener, ward);
        gateway.behind.store(behind, Ordering::Relaxed);
        for desk in [&requester, &first, &second, &officer] {
            plain(desk.load_enrolment(answer.clone()).await);
            plain(desk.unlock(secret()).await);
        }
        let house = Self {
            requester,
            custodians: [first, second],
            officer,
            gateway,
            patient,
            _folder: folder,
            _task: task,
        };
        until("the patient is known, and closed", || async {
            plain(house.requester.emergency().await).closed.into_iter().find(|one| one.categories.len() == 9)
        })
        .await;
        house
    }

    async fn ask(&self, minutes: u8) -> EmergencyRow {
        let categories = vec!["vitals".to_owned(), "identity".to_owned()];
        let words = "Found unconscious".to_owned();
        plain(
            self.requester
                .break_glass(self.patient.clone(), EmergencyReason::DangerToLife, words, categories, minutes)
                .await,
        )
    }

    /// The request as it stands at a custodian who is asked.
    async fn asked(&self, custodian: usize) -> EmergencyRow {
        until("the custodian is asked", || async {
            plain(self.custodians[custodian].emergency().await).asked.into_iter().next()
        })
        .await
    }

    async fn value(&self) -> Option<String> {
        let tile = plain(self.requester.ward().await).tiles.into_iter().next()?;
        Some(tile.rate.text)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_custodians_open_what_one_cannot_and_the_names_of_both_count() {
    let house = House::new(0, true).await;
    assert!(house.value().await.is_none(), "nothing is shared");
    let view = plain(house.requester.emergency().await);
    assert!(view.bar == EmergencyBar::Allowed && view.minutes == 60);
    assert!(matches!(view.fallback, Fallback::Custodians { threshold: 2, ref names } if names.len() == 2));
    let closed = view.closed.first().unwrap();
    assert!(closed.shared_out && closed.bed.is_empty() && closed.devices == ["GE B650"]);

    let row = house.ask(10).await;
    let frame = plain(house.requester.session_state().await).frame;
    assert!(frame.emergency.iter().any(|mark| mark.patient_id == house.patient && !mark.open));
    assert_eq!(code(house.requester.release_share(row.request_id.clone()).await), ErrorCode::NotAllowed);

    let first = house.asked(0).await;
    assert!(first.request_id == row.request_id && first.can_release && first.by == "Rhea");
    assert!(first.bed.is_empty() && first.text.is_empty(), "a custodian learns neither bed nor words");
    plain(house.custodians[0].release_share(row.request_id.clone()).await);
    until("one share is here", || async {
        let open = plain(house.requester.emergency().await).open;
        let released = |row: &EmergencyRow| {
            matches!(row.progress, EmergencyProgress::Waiting { released: 1, threshold: 2, .. })
        };
        open.iter().any(released).then_some(())
    })
    .await;
    assert!(
        plain(house.requester.ward().await).tiles.iter().all(|tile| tile.rate.text.is_empty()),
        "one share opens nothing"
    );
    assert!(
        plain(house.custodians[0].emergency().await).asked.is_empty(),
        "who has released is not asked again"
    );

    house.asked(1).await;
    plain(house.custodians[1].release_share(row.request_id.clone()).await);
    until("the value is shown", || async { house.value().await.filter(|text| text == "72") }).await;
    // Who it is stands in another record than the value.
    until("the bed is known", || async {
        let page = plain(house.requester.patient(house.patient.clone()).await);
        (page.bed == "7" && page.emergency_until_ms.is_some()).then_some(())
    })
    .await;
    let frame = plain(house.requester.session_state().await).frame;
    assert!(frame.emergency.iter().any(|mark| mark.open && mark.bed == "7"));

    // Locked and unlocked, the released shares are taken out of the mailbox again.
    plain(house.requester.lock().await);
    plain(house.requester.unlock(secret()).await);
    until("the value is back", || async { house.value().await.filter(|text| text == "72") }).await;

    // Ended by whoever asked, it closes at once and the review stays.
    plain(house.requester.end_emergency(row.request_id.clone()).await);
    until("everything is gone", || async {
        plain(house.requester.ward().await).tiles.is_empty().then_some(())
    })
    .await;
    assert_eq!(code(house.officer.end_emergency(row.request_id).await), ErrorCode::NotFound);

    // The privacy officer finds it on top, and says what was found, once.
    let seen = until("the officer is told", || async {
        plain(house.officer.emergency().await).reviews.into_iter().find(|row| row.can_review)
    })
    .await;
    assert!(seen.by == "Rhea" && seen.reason == EmergencyReason::DangerToLife);
    let inbox = plain(house.officer.inbox(InboxTab::Active).await);
    assert_eq!((inbox.to_review, inbox.asked), (1, 0));
    plain(house.officer.review_break_glass(seen.request_id.clone(), ReviewOutcome::NotJustified).await);
    let after = plain(house.officer.emergency().await).reviews;
    let review = after[0].review.as_ref().unwrap();
    assert!(review.outcome == ReviewOutcome::NotJustified && review.by == "Olga" && !after[0].can_review);
    assert_eq!(
        code(house.officer.review_break_glass(seen.request_id, ReviewOutcome::Justified).await),
        ErrorCode::Refused
    );
    until("the requester learns of it", || async {
        plain(house.requester.emergency().await).reviews.into_iter().find(|row| row.review.is_some())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_closes_by_itself_here_and_on_disk() {
    let house = House::new(ALMOST_A_MINUTE, true).await;
    let row = house.ask(1).await;
    // The request stands in a block of almost a minute ago; what comes now is of now.
    house.gateway.behind.store(0, Ordering::Relaxed);
    for custodian in 0..2 {
        house.asked(custodian).await;
        plain(house.custodians[custodian].release_share(row.request_id.clone()).await);
    }
    until("the bed is shown", || async {
        plain(house.requester.ward().await).tiles.into_iter().find(|tile| tile.bed == "7")
    })
    .await;
    until("everything is gone", || async {
        plain(house.requester.ward().await).tiles.is_empty().then_some(())
    })
    .await;
    let view = plain(house.requester.emergency().await);
    assert!(view.open.is_empty() && view.reviews[0].progress == EmergencyProgress::Over);
    assert!(plain(house.requester.session_state().await).frame.emergency.is_empty());
    assert_eq!(code(house.requester.patient(house.patient.clone()).await), ErrorCode::NotFound);
    assert_eq!(
        code(house.custodians[0].release_share(row.request_id).await),
        ErrorCode::Refused,
        "it is over"
    );
    let session = house.requester.session().await.unwrap();
    let store = session.core().await.store().unwrap();
    // The screen goes by the time of each look; the disk follows with the next tick.
    until("nothing opened is left on disk", || async {
        let left = store.newest().await.unwrap().len() + store.identities().await.unwrap().len();
        (left == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_custodians_there_is_no_fallback_and_it_is_said() {
    let house = House::new(0, false).await;
    let view = plain(house.requester.emergency().await);
    assert!(view.fallback == Fallback::None && !view.closed[0].shared_out);
    let row = house.ask(5).await;
    assert!(matches!(row.progress, EmergencyProgress::Waiting { threshold: 0, .. }));
    until("the nurse has the request", || async {
        let session = house.custodians[0].session().await.unwrap();
        let known = session.core().await.state().broken().next().is_some();
        known.then_some(())
    })
    .await;
    assert!(plain(house.custodians[0].emergency().await).asked.is_empty());
    assert_eq!(code(house.custodians[0].release_share(row.request_id).await), ErrorCode::NotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_request_is_refused_before_it_is_said() {
    let house = House::new(0, true).await;
    let ask = |patient: &str, text: &str, category: &str, minutes| {
        let (patient, text, category) = (patient.to_owned(), text.to_owned(), category.to_owned());
        house.requester.break_glass(patient, EmergencyReason::Other, text, vec![category], minutes)
    };
    let good = house.patient.clone();
    let long = "x".repeat(501);
    let table: [(&str, &str, &str, u8, ErrorCode); 8] = [
        (&good, " ", "vitals", 10, ErrorCode::BadInput),
        (&good, &long, "vitals", 10, ErrorCode::BadInput),
        (&good, "two\nlines", "vitals", 10, ErrorCode::BadInput),
        (&good, "why", "everything", 10, ErrorCode::BadInput),
        (&good, "why", "vitals", 0, ErrorCode::BadInput),
        (&good, "why", "vitals", 61, ErrorCode::BadInput),
        ("00000000000000000000000000000000", "why", "vitals", 10, ErrorCode::NotFound),
        ("bed 7", "why", "vitals", 10, ErrorCode::BadInput),
    ];
    for (patient, text, category, minutes, expected) in table {
        assert_eq!(
            code(ask(patient, text, category, minutes).await),
            expected,
            "{text} {category} {minutes}"
        );
    }
    let officer = house.officer.break_glass(
        good.clone(),
        EmergencyReason::Other,
        "why".into(),
        vec!["vitals".into()],
        1,
    );
    assert_eq!(code(officer.await), ErrorCode::NotAllowed);
    // A request that is not on the verified ledger moves no custodian.
    let unheard = "0123456789abcdef0123456789abcdef".to_owned();
    assert_eq!(code(house.custodians[0].release_share(unheard).await), ErrorCode::NotFound);
    // The hospital switches it off.
    house.gateway.with(|ward| {
        ward.control("admin", Action::SetPolicy(Policy { break_glass: None, ..Policy::demo() }));
    });
    until("the rules are here", || async {
        (plain(house.requester.emergency().await).bar == EmergencyBar::SwitchedOff).then_some(())
    })
    .await;
    assert_eq!(code(ask(&good, "why", "vitals", 10).await), ErrorCode::NotAllowed);
    assert!(house.gateway.with(|ward| ward.state().broken().next().is_none()), "nothing was said");
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_of_strangers_and_wrong_shares_do_not_open_and_do_not_spoil() {
    let house = House::new(0, true).await;
    let row = house.ask(10).await;
    house.asked(0).await;
    // Somebody who is no custodian posts noise into the requester's mailbox, and so does a custodian with another's number.
    let requester = house.gateway.with(|ward| {
        let broken = ward.state().broken().next().unwrap().1.clone();
        ward.now = wl_desk::edge::now().max(UnixMillis(broken.time.0));
        ward.control("admin", Action::Enrol(ward::request("stranger", Role::Nurse)));
        ward.noise("stranger", broken.requester);
        broken.requester
    });
    assert_eq!(requester, broken_requester(&house).await);
    for custodian in 0..2 {
        house.asked(custodian).await;
        plain(house.custodians[custodian].release_share(row.request_id.clone()).await);
    }
    until("the value is shown all the same", || async { house.value().await.filter(|text| text == "72") })
        .await;
    let session = house.requester.session().await.unwrap();
    assert_eq!(session.core().await.report(wl_desk::edge::now()).verification_failures, 0);
}

async fn broken_requester(house: &House) -> wl_ledger::KeyId {
    let session = house.requester.session().await.unwrap();
    let core = session.core().await;
    core.state().broken().next().unwrap().1.requester
}
