//! Advice to the patient through the whole system: a workstation, a gateway, the patient's hub and its page. What was signed
//! on one side shows on the other, and whatever stops in between loses and doubles nothing.

use crate::browser::{Answer, Browser, encoded, hidden};
use crate::common;
use crate::common::system::{System, agreement, say, settled};
use crate::common::{Station, ok, until};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use wl_desk::Desk;
use wl_desk::edge::now;
use wl_desk::view::{
    AdviceInput, AdviceView, AnswerKind, DecisionState, DeliveryView, EntryView, SignerWord, WrittenState,
};
use wl_hub::custody::HUB_CATEGORIES;
use wl_hub::hub::{Hub, Page};
use wl_ledger::control::{Action, Categories, EraseBasis, EraseOrder, EraseScope, Holder, RevocationReason};
use wl_ledger::{EraseId, PatientId, Role};
use wl_sim::hospital::PASSPHRASE;

const PATIENCE: Duration = Duration::from_secs(30);

struct Scene {
    system: System,
    hub: Option<Hub>,
    patient: PatientId,
    physician: Desk,
    nurse: Desk,
    adviser: wl_ledger::KeyId,
    browser: Browser,
    _directory: tempfile::TempDir,
}

async fn start(system: &System) -> Hub {
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let page = Page { listen: Some(loopback), sticks: Vec::new() };
    Hub::start_with(system.hub_home(), loopback, page).await.unwrap()
}

impl Scene {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let nurse = Station::new(directory.path(), "nurse", Role::Nurse);
        let physician = Station::new(directory.path(), "physician", Role::Physician);
        let people = vec![nurse.request(), physician.request()];
        let adviser = people[1].enrolment.sign.id();
        let mut system = System::found(directory.path().to_owned(), people).await;
        let hub = start(&system).await;
        let patient = system.admit(&hub, "MRN-1", "02DE30FFFE00EE61", &HUB_CATEGORIES).await;
        let (nurse, physician) = (nurse.enter(&system.answer).await, physician.enter(&system.answer).await);
        for desk in [&nurse, &physician] {
            let id = patient.to_string();
            until(PATIENCE, "the notes are shared", || async { desk.notes(id.clone()).await.is_ok() }).await;
        }
        let browser = Browser::new(hub.page().unwrap());
        Self { system, hub: Some(hub), patient, physician, nurse, adviser, browser, _directory: directory }
    }

    /// The physician advises; answers the record's name once it is sealed.
    async fn advise(&self, text: &str, proposal: bool, until_ms: Option<i64>) -> String {
        let input = AdviceInput { text: text.into(), proposal, until_ms, follows: None };
        ok(self.physician.write_advice(self.patient.to_string(), input).await);
        let mut id = String::new();
        until(PATIENCE, "the advice is sealed", || async {
            let found = self.all(&self.physician).await.into_iter().find(|(_, one)| one.text == text);
            found.is_some()
        })
        .await;
        if let Some((found, _)) =
            self.all(&self.physician).await.into_iter().find(|(_, one)| one.text == text)
        {
            id = found;
        }
        id
    }

    async fn all(&self, desk: &Desk) -> Vec<(String, AdviceView)> {
        let rows = desk.notes(self.patient.to_string()).await.map(|page| page.rows).unwrap_or_default();
        let sealed = rows.into_iter().filter(|row| row.state == WrittenState::Sealed);
        sealed
            .filter_map(|row| match row.entry {
                EntryView::Advice { advice } => Some((row.id, advice)),
                _ => None,
            })
            .collect()
    }

    async fn one(&self, desk: &Desk, id: &str) -> AdviceView {
        self.all(desk).await.into_iter().find(|(found, _)| found == id).unwrap().1
    }

    /// Waits until a desk shows advice as wanted.
    async fn shows(&self, desk: &Desk, id: &str, what: &str, check: impl Fn(&AdviceView) -> bool) {
        let check = &check;
        until(PATIENCE, what, || async move {
            self.all(desk).await.iter().any(|(found, one)| found == id && check(one))
        })
        .await;
    }

    async fn delivered(&self, id: &str) {
        let delivered = |one: &AdviceView| one.delivery != DeliveryView::NotDelivered;
        self.shows(&self.physician, id, "it is delivered", delivered).await;
    }

    async fn sign_in(&mut self) {
        let form = format!("bed={}&who=patient&passphrase={}", self.patient, encoded(PASSPHRASE));
        assert_eq!(self.browser.post("/in", &form).await.status, 303);
    }

    /// Fills in the form of an answer and goes as far as the passphrase.
    async fn fill(&mut self, id: &str, word: &str, text: &str) -> Answer {
        let form = self.browser.get(&format!("/answer/{id}")).await.body;
        let filled = format!("{}&answer={word}&text={}", hidden(&form), encoded(text));
        self.browser.post("/check", &filled).await
    }

    async fn sign(&mut self, check: &Answer, passphrase: &str) -> String {
        let signed = format!("{}&passphrase={}", hidden(&check.body), encoded(passphrase));
        self.browser.post("/sign", &signed).await.body
    }

    async fn answer(&mut self, id: &str, word: &str, text: &str) -> String {
        let check = self.fill(id, word, text).await;
        self.sign(&check, PASSPHRASE).await
    }

    async fn unread(&self, desk: &Desk) -> u32 {
        let tiles = ok(desk.ward().await).tiles;
        tiles
            .iter()
            .find(|tile| tile.patient_id == self.patient.to_string())
            .map_or(0, |tile| tile.unread_answers)
    }

    async fn end(mut self) {
        ok(self.nurse.close().await);
        ok(self.physician.close().await);
        if let Some(hub) = self.hub.take() {
            hub.stop().await;
        }
        self.system.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_delivered_read_and_accepted_with_the_patients_own_passphrase() {
    let mut scene = Scene::new().await;
    let text = "Home on <b>Friday</b>?\nWith a nurse twice a day.";
    let id = scene.advise(text, true, Some(now().0 + 3_600_000)).await;
    scene.delivered(&id).await;
    assert!(matches!(scene.one(&scene.physician, &id).await.delivery, DeliveryView::Delivered { .. }));
    assert!(!scene.browser.get("/advice").await.body.contains("Friday"), "no session, no advice");

    scene.sign_in().await;
    let home = scene.browser.get("/").await.body;
    assert!(home.contains("Something new has come") && home.contains("A proposal waits"), "{home}");
    let list = scene.browser.get("/advice").await.body;
    assert!(
        list.contains("Home on &lt;b&gt;Friday&lt;/b&gt;?") && list.contains("physician (physician)"),
        "{list}"
    );
    let read = |one: &AdviceView| matches!(one.delivery, DeliveryView::Read { by: SignerWord::Patient, .. });
    scene.shows(&scene.nurse, &id, "it is read", read).await;
    assert!(!scene.browser.get("/").await.body.contains("Something new has come"));

    // Nothing is signed without an answer, without the right words, or without the passphrase.
    assert!(scene.fill(&id, "", "").await.body.contains("Please choose your answer"));
    assert!(scene.fill(&id, "maybe", "").await.body.contains("Please choose your answer"));
    assert!(scene.fill(&id, "asked", " \n ").await.body.contains("Please write your question"));
    assert!(scene.fill(&id, "asked", &"x".repeat(2049)).await.body.contains("fewer words"));
    assert!(scene.fill(&id, "asked", "a\u{202e}b").await.body.contains("cannot be shown"));
    assert!(scene.fill(&"5f".repeat(32), "asked", "What?").await.body.contains("was not sent from here"));
    let check = scene.fill(&id, "accepted", "Yes, \"if\" my daughter\r\ncomes.").await;
    assert!(check.body.contains("You accept this proposal"), "{}", check.body);
    assert!(scene.sign(&check, "not it at all").await.contains("does not open the key"));
    assert!(scene.one(&scene.nurse, &id).await.replies.is_empty());
    let done = scene.sign(&check, PASSPHRASE).await;
    assert!(done.contains("Your answer is signed"), "{done}");
    let again = scene.sign(&check, PASSPHRASE).await;
    assert!(again.contains("answered before"), "{again}");
    assert!(scene.answer(&id, "declined", "").await.contains("answered before"));

    let accepted = |one: &AdviceView| one.decision == DecisionState::Accepted;
    scene.shows(&scene.nurse, &id, "it is accepted", accepted).await;
    let one = scene.one(&scene.nurse, &id).await;
    assert_eq!(one.replies.len(), 1);
    assert_eq!(one.replies[0].text, "Yes, \"if\" my daughter\ncomes.");
    assert_eq!((one.replies[0].by, one.replies[0].void), (SignerWord::Patient, None));
    until(PATIENCE, "the tile calls", || async { scene.unread(&scene.nurse).await == 1 }).await;
    ok(scene.nurse.note_reply(scene.patient.to_string(), one.replies[0].id.clone()).await);
    until(PATIENCE, "the physician's tile is quiet", || async {
        let one = scene.one(&scene.physician, &id).await;
        one.replies.first().is_some_and(|reply| reply.noted.is_some())
            && scene.unread(&scene.physician).await == 0
    })
    .await;
    let list = scene.browser.get("/advice").await.body;
    assert!(list.contains("Accepted") && list.contains("my daughter") && list.contains("Ask about this"));

    // A question goes back and forth all the same.
    assert!(scene.answer(&id, "asked", "Which nurse?").await.contains("Your answer is signed"));
    let asked = |one: &AdviceView| one.replies.iter().any(|reply| reply.answer == AnswerKind::Asked);
    scene.shows(&scene.physician, &id, "the question is there", asked).await;
    assert_eq!(scene.one(&scene.physician, &id).await.decision, DecisionState::Accepted);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_late_or_of_somebody_who_left_takes_no_decision() {
    let mut scene = Scene::new().await;
    let plain = scene.advise("Drink two litres a day.", false, None).await;
    let withdrawn = scene.advise("Home on Friday?", true, None).await;
    let late = scene.advise("A walk before supper?", true, Some(now().0 + 8_000)).await;
    let kept = scene.advise("Physiotherapy twice a day?", true, None).await;
    for id in [&plain, &withdrawn, &late, &kept] {
        scene.delivered(id).await;
    }
    scene.sign_in().await;
    assert!(scene.answer(&plain, "accepted", "").await.contains("Nothing was proposed"));

    // The form was opened before the proposal was taken back.
    let check = scene.fill(&withdrawn, "accepted", "").await;
    let why = "The bed at home is not there yet.";
    let patient = scene.patient.to_string();
    ok(scene.physician.withdraw_advice(patient.clone(), withdrawn.clone(), why.into()).await);
    let mut seen = String::new();
    for _ in 0..300 {
        seen = scene.browser.get("/advice").await.body;
        if seen.contains(why) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(seen.contains(why) && seen.contains("taken back"), "{seen}");
    assert!(scene.sign(&check, PASSPHRASE).await.contains("was withdrawn"));

    tokio::time::sleep(Duration::from_secs(8)).await;
    let form = scene.browser.get(&format!("/answer/{late}")).await.body;
    assert!(!form.contains("Yes, I accept") && form.contains("I have a question"), "{form}");
    assert!(scene.answer(&late, "accepted", "").await.contains("time for an answer has passed"));
    assert!(scene.answer(&late, "asked", "Tomorrow then?").await.contains("Your answer is signed"));
    let expired = |one: &AdviceView| one.decision == DecisionState::Expired && one.replies.len() == 1;
    scene.shows(&scene.nurse, &late, "it has expired", expired).await;

    // Whoever proposed it is not there any more: nobody stands by it.
    let height = scene.system.act(Action::Revoke(scene.adviser, RevocationReason::Left)).await;
    scene.hub.as_ref().unwrap().reached(height).await;
    assert!(scene.answer(&kept, "accepted", "").await.contains("ask your care team"));
    assert!(scene.answer(&kept, "asked", "Who helps me now?").await.contains("Your answer is signed"));
    scene.shows(&scene.nurse, &kept, "the question is there", |one| one.replies.len() == 1).await;
    assert_eq!(scene.one(&scene.nurse, &withdrawn).await.replies.len(), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_or_gateway_that_stops_delivers_later_and_once() {
    let mut scene = Scene::new().await;
    scene.hub.take().unwrap().stop().await;
    let id = scene.advise("Drink two litres a day.", true, None).await;
    scene.shows(&scene.nurse, &id, "the nurse sees it", |_| true).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(scene.one(&scene.nurse, &id).await.delivery, DeliveryView::NotDelivered);
    let draft = ok(scene.nurse.hand_over_draft(scene.patient.to_string()).await);
    assert!(draft.verified.contains("not delivered to the patient's hub"), "{}", draft.verified);

    let hub = start(&scene.system).await;
    scene.browser = Browser::new(hub.page().unwrap());
    scene.hub = Some(hub);
    scene.delivered(&id).await;

    // The patient answers while the gateway is away, and the hub stops before it is back.
    scene.sign_in().await;
    scene.system.stop_gateway().await;
    assert!(scene.browser.get("/advice").await.body.contains("two litres"));
    assert!(scene.answer(&id, "accepted", "").await.contains("Your answer is signed"));
    scene.hub.take().unwrap().stop().await;
    let hub = start(&scene.system).await;
    scene.browser = Browser::new(hub.page().unwrap());
    scene.hub = Some(hub);
    scene.sign_in().await;
    assert!(scene.answer(&id, "declined", "").await.contains("answered before"), "a stop forgets no answer");
    scene.system.start_gateway().await;
    let accepted = |one: &AdviceView| one.decision == DecisionState::Accepted;
    scene.shows(&scene.nurse, &id, "the answer arrives", accepted).await;
    let one = scene.one(&scene.nurse, &id).await;
    assert!(one.replies.len() == 1 && matches!(one.delivery, DeliveryView::Read { .. }));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_would_read_is_not_taken_and_erased_advice_is_gone() {
    let mut scene = Scene::new().await;
    let id = scene.advise("Drink two litres a day.", true, None).await;
    scene.delivered(&id).await;
    scene.sign_in().await;
    assert!(scene.browser.get("/advice").await.body.contains("two litres"));
    let home = scene.browser.get("/").await.body;
    let agreed =
        home.split("href=\"/end/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let ended = Action::RevokeAgreement(wl_ledger::AgreementId::from_hex(&agreed).unwrap());
    let hub = scene.hub.as_ref().unwrap();
    say(hub, scene.patient, ended).await;
    settled(hub).await;
    assert!(scene.answer(&id, "accepted", "").await.contains("Nobody may read your notes"));

    let hub = scene.hub.as_ref().unwrap();
    common::system::agree(hub, agreement(scene.patient, Holder::Team(scene.system.team), &HUB_CATEGORIES))
        .await;
    settled(hub).await;
    let height = hub.status().await.unwrap().height;
    let order = EraseOrder {
        id: EraseId::from_bytes([7; 16]),
        patient: scene.patient,
        scope: EraseScope::Categories(Categories::of(&[wl_ledger::Category::Notes])),
        basis: EraseBasis::PatientRequest,
        up_to: height,
    };
    say(hub, scene.patient, Action::Erase(order)).await;
    settled(hub).await;
    let list = scene.browser.get("/advice").await.body;
    assert!(list.contains("No advice has come yet") && !list.contains("two litres"), "{list}");
    scene.end().await;
}
