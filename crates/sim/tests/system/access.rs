//! Who may not read, does not: with real parts, and with everything that a reader without right holds.

use crate::common::device::{Device, heart_rate, report};
use crate::common::ledger::Ledger;
use crate::common::system::{STAY, System, agree, agreement, drained, say, settled};
use crate::common::{Station, ok, readings, until};
use std::collections::BTreeMap;
use std::time::Duration;
use wl_desk::view::{GatewayState, InboxTab, KeyProblem};
use wl_hub::hub::Hub;
use wl_ledger::control::{Action, Holder, RevocationReason, Subject};
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::verify::VerifiedRecord;
use wl_ledger::{Category, Epoch, Generation, PatientId, Role, UnixMillis};
use wl_seal::{
    EpochContext, GenerationContext, GenerationSecret, RecordContext, open_mailed_envelope, open_record,
};
use wl_sim::hospital::now;
use wl_wire::messages::{Item, Receipt, Submission, refusal};

const DEVICE: &str = "02DE30FFFE00EE01";
const HEART_RATE: u32 = 147_842;

struct Scene {
    system: System,
    hub: Option<Hub>,
    patient: PatientId,
    taken: UnixMillis,
    directory: tempfile::TempDir,
}

impl Scene {
    /// A patient who shares with these people through the team, and a hub that is ready.
    async fn new(team: &[(&str, Role)]) -> (Self, Vec<Station>) {
        let directory = tempfile::tempdir().unwrap();
        let people: Vec<Station> =
            team.iter().map(|(name, role)| Station::new(directory.path(), name, *role)).collect();
        let requests = people.iter().map(Station::request).collect();
        let mut system = System::found(directory.path().to_owned(), requests).await;
        let hub = system.start_hub().await;
        let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
        (Self { system, hub: Some(hub), patient, taken: UnixMillis(0), directory }, people)
    }

    /// Sends heart rates and waits until they are on the ledger.
    async fn measure(&mut self, values: &[&str]) {
        let mut device = Device::new(self.hub().address());
        for value in values {
            self.taken = self.taken.plus(1).max(now().plus(-1_000));
            let control = format!("A{}", self.taken.0);
            device.must(&report(DEVICE, None, &control, self.taken, &[heart_rate(value)])).await;
        }
        drained(self.hub()).await;
    }

    fn hub(&self) -> &Hub {
        self.hub.as_ref().unwrap()
    }

    async fn values(&self, station: &Station) -> anyhow::Result<Vec<String>> {
        // A workstation that was never used loads its answer first.
        drop(station.keys(&self.system.answer));
        let opened = readings::opened(station, HEART_RATE).await?;
        Ok(opened.into_keys().map(|(_, value)| value).collect())
    }

    fn newcomer(&self, name: &str, role: Role) -> Station {
        Station::new(self.directory.path(), name, role)
    }

    async fn ledger(&self, reader: &Station) -> Ledger {
        Ledger::read(&reader.client(&self.system.answer), &self.system.answer).await
    }

    async fn end(self) {
        self.hub.unwrap().stop().await;
        self.system.stop().await;
    }
}

/// What a person can open with the own keys and everything on the ledger, whatever any agreement says.
struct Attacker {
    secrets: BTreeMap<(PatientId, Category, Generation), GenerationSecret>,
}

impl Attacker {
    fn new(station: &Station, scene: &Scene, ledger: &Ledger) -> Self {
        let keys = station.keys(&scene.system.answer);
        let me = keys.id();
        let mut secrets = BTreeMap::new();
        for (record, body) in &ledger.records {
            // Every envelope on the ledger is tried, those of others too.
            if record.header().kind != RecordKind::KeyEnvelope {
                continue;
            }
            let sealed = record.ciphertext(body).unwrap();
            let any = |context: &GenerationContext| {
                ledger
                    .state
                    .generation_at(&context.patient, context.category, context.generation)
                    .map(|opened| opened.commitment)
            };
            if let Ok((context, secret)) = open_mailed_envelope(keys.reading(), any, sealed) {
                assert_eq!(record.subject(), Subject::Mailbox(me), "an envelope of somebody else opened");
                secrets.insert((context.patient, context.category, context.generation), secret);
            }
        }
        Self { secrets }
    }

    /// Tries every secret on the epoch of a record, also under generations that it does not belong to.
    fn opens(&self, scene: &Scene, ledger: &Ledger, record: &VerifiedRecord, body: &Body) -> bool {
        let Subject::Patient(patient, category) = record.subject() else { return false };
        let header = record.header();
        let epoch: Epoch = header.epoch;
        let opening = &ledger.state.epoch_at(&patient, category, epoch).unwrap().opening;
        self.secrets.iter().any(|((of, in_category, generation), secret)| {
            [*generation, opening.generation].into_iter().any(|generation| {
                let chain = scene.system.answer.chain;
                let generation =
                    GenerationContext { chain, patient: *of, category: *in_category, generation };
                let context = EpochContext { generation, epoch };
                let Ok(secret) = secret.unwrap_epoch(&context, &opening.wrapped) else { return false };
                let Ok(keys) = secret.keys(&context) else { return false };
                let place = RecordContext {
                    chain,
                    patient,
                    category,
                    stream: header.stream,
                    seq: header.seq,
                    epoch,
                    kind: header.kind.code(),
                };
                open_record(keys.record_key(), &place, record.ciphertext(body).unwrap()).is_ok()
            })
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_and_other_categories_read_nothing_and_late_joiners_read_history() {
    let (mut scene, team) = Scene::new(&[("physician", Role::Physician)]).await;
    let stranger = scene.newcomer("stranger", Role::Physician);
    let alarms_only = scene.newcomer("alarms", Role::Nurse);
    for person in [&stranger, &alarms_only] {
        scene.system.act(Action::Enrol(person.request())).await;
    }
    let holder = Holder::Person(alarms_only.request().enrolment.sign.id());
    agree(scene.hub(), agreement(scene.patient, holder, &[Category::Alarms])).await;
    settled(scene.hub()).await;
    scene.measure(&["72", "73", "0"]).await;

    assert_eq!(scene.values(&team[0]).await.unwrap(), ["72", "73", "0"]);
    assert_eq!(scene.values(&stranger).await.unwrap(), Vec::<String>::new());
    assert_eq!(scene.values(&alarms_only).await.unwrap(), Vec::<String>::new());
    let name = "Person MRN-1";
    for person in [&stranger, &alarms_only] {
        let desk = person.enter(&scene.system.answer).await;
        let sees_alarm = std::ptr::eq(person, &alarms_only);
        // Everything was fetched before; a reader of alarms opens them first.
        until(Duration::from_secs(10), "alarms are there for those who may see them", || async {
            ok(desk.inbox(InboxTab::Active).await).rows.is_empty() != sees_alarm
        })
        .await;
        let view = serde_json::to_string(&ok(desk.ward().await)).unwrap();
        assert!(!view.contains(name) && !view.contains("\"73\""), "a ward that shows what is not shared");
        ok(desk.close().await);
    }
    let ledger = scene.ledger(&stranger).await;
    for (person, may) in [(&team[0], true), (&stranger, false), (&alarms_only, false)] {
        let attacker = Attacker::new(person, &scene, &ledger);
        let mut frames = 0;
        for (record, body) in ledger.records.iter().filter(|(r, _)| r.header().kind == RecordKind::Frame) {
            assert_eq!(attacker.opens(&scene, &ledger, record, body), may);
            frames += 1;
        }
        assert_eq!(frames, 3);
    }

    // Who joins the team later is granted what there is, from the first value on.
    let late = scene.newcomer("late", Role::Nurse);
    scene.system.administrator.enrol(late.request(), scene.system.team).await.unwrap();
    until(Duration::from_secs(15), "the late joiner reads history", || async {
        scene.values(&late).await.is_ok_and(|values| values == ["72", "73", "0"])
    })
    .await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agreement_that_ended_shows_nothing_any_more() {
    let (mut scene, team) = Scene::new(&[("physician", Role::Physician)]).await;
    let guest = scene.newcomer("guest", Role::Physician);
    scene.system.act(Action::Enrol(guest.request())).await;
    let stay = agreement(scene.patient, Holder::Person(guest.request().enrolment.sign.id()), &STAY);
    let id = stay.id;
    agree(scene.hub(), stay).await;
    settled(scene.hub()).await;
    scene.measure(&["72"]).await;
    let desk = guest.enter(&scene.system.answer).await;
    until(Duration::from_secs(15), "the guest sees value and name", || async {
        let view = serde_json::to_string(&ok(desk.ward().await)).unwrap();
        view.contains("\"72\"") && view.contains("Person MRN-1")
    })
    .await;
    say(scene.hub(), scene.patient, Action::RevokeAgreement(id)).await;
    until(Duration::from_secs(5), "the value and the name are gone", || async {
        let view = serde_json::to_string(&ok(desk.ward().await)).unwrap();
        !view.contains("\"72\"") && !view.contains("Person MRN-1")
    })
    .await;
    ok(desk.close().await);
    settled(scene.hub()).await;
    scene.measure(&["85"]).await;
    assert_eq!(scene.values(&guest).await.unwrap(), Vec::<String>::new());
    assert_eq!(scene.values(&team[0]).await.unwrap(), ["72", "85"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_revoked_while_connected_is_out_within_seconds_and_later_data_stay_closed() {
    let (mut scene, team) = Scene::new(&[("keeps", Role::Physician), ("loses", Role::Nurse)]).await;
    let (keeps, loses) = (&team[0], &team[1]);
    scene.measure(&["72"]).await;
    let client = loses.client(&scene.system.answer);
    let desk = loses.enter(&scene.system.answer).await;
    until(Duration::from_secs(15), "the nurse sees value and name", || async {
        let view = serde_json::to_string(&ok(desk.ward().await)).unwrap();
        view.contains("\"72\"") && view.contains("Person MRN-1")
    })
    .await;
    client.lane(wl_ledger::Height(0), 1).await.expect("served as long as the key is in force");
    let state = scene.ledger(keeps).await.state;
    let before = state.generation(&scene.patient, Category::Vitals).unwrap().0;

    let key = loses.request().enrolment.sign.id();
    let revoked = std::time::Instant::now();
    scene.system.act(Action::Revoke(key, RevocationReason::Lost)).await;
    until(Duration::from_secs(5), "the gateway refuses the revoked key", || async {
        client.lane(wl_ledger::Height(0), 1).await.is_err()
    })
    .await;
    let gateway_after = revoked.elapsed();
    // The block that revokes the key may not come any more; then it is the silence that the desk shows.
    until(
        Duration::from_secs(20),
        "the workstation says that its key does not serve, or that nothing comes",
        || async {
            let state = ok(desk.session_state().await);
            state.key_problem.is_some_and(|problem| problem.problem == KeyProblem::Revoked)
                || matches!(state.frame.gateway.state, GatewayState::Stale | GatewayState::Lost)
        },
    )
    .await;
    println!("refused by the gateway after {gateway_after:?}, by the desk after {:?}", revoked.elapsed());
    ok(desk.close().await);

    until(Duration::from_secs(10), "every category has a new generation", || async {
        let state = scene.ledger(keeps).await.state;
        STAY.iter().all(|category| {
            state.generation(&scene.patient, *category).is_some_and(|(generation, _)| generation > before)
        })
    })
    .await;
    settled(scene.hub()).await;
    scene.measure(&["99"]).await;
    assert_eq!(scene.values(keeps).await.unwrap(), ["72", "99"]);
    let ledger = scene.ledger(keeps).await;
    for (person, may) in [(keeps, [true, true]), (loses, [true, false])] {
        let attacker = Attacker::new(person, &scene, &ledger);
        let opened: Vec<bool> = ledger
            .records
            .iter()
            .filter(|(record, _)| record.header().kind == RecordKind::Frame)
            .map(|(record, body)| attacker.opens(&scene, &ledger, record, body))
            .collect();
        assert_eq!(
            opened, may,
            "what is sealed after a revocation stays closed, what was read before does not"
        );
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submissions_sent_again_or_in_another_order_change_nothing() {
    let (mut scene, team) = Scene::new(&[("physician", Role::Physician)]).await;
    scene.measure(&["72", "73"]).await;
    let before = scene.ledger(&team[0]).await;
    let sealed: Vec<Item> = frames(&before);
    scene.system.stop_gateway().await;
    let mut device = Device::new(scene.hub().address());
    for number in 0..4 {
        let taken = now().plus(-10_000 + number);
        device.must(&report(DEVICE, None, &format!("Q{number}"), taken, &[heart_rate("80")])).await;
    }
    scene.hub.take().unwrap().stop().await;
    scene.system.start_gateway().await;

    let home = scene.system.hub_home();
    let validator = &scene.system.answer.validators[0];
    let client = wl_wire::gateway::GatewayClient::new(
        &home.transport_key().unwrap(),
        &validator.transport,
        &validator.address,
    )
    .unwrap();
    let mut core = wl_hub::core::Core::open(home, scene.system.answer.clone()).await.unwrap();
    let queued: Vec<Item> =
        core.outbox(100, usize::MAX).await.unwrap().into_iter().map(|row| row.item).collect();
    drop(core);
    let known = client.submit(&Submission { items: sealed }).await.unwrap().receipts;
    assert!(known.iter().all(|receipt| matches!(receipt, Receipt::Known(_))), "{known:?}");
    let mut reversed = queued.clone();
    reversed.reverse();
    let receipts = client.submit(&Submission { items: reversed }).await.unwrap().receipts;
    assert!(matches!(&receipts[0], Receipt::Refused(code, _) if *code == refusal::SEQUENCE), "{receipts:?}");
    assert!(!receipts.iter().any(|receipt| matches!(receipt, Receipt::Sealed(_))), "{receipts:?}");
    let mut forged = queued[0].clone();
    let body = forged.body.as_mut().unwrap();
    body.ciphertext[0] ^= 1;
    let receipts = client.submit(&Submission { items: vec![forged] }).await.unwrap().receipts;
    assert!(matches!(&receipts[0], Receipt::Refused(code, _) if *code == refusal::RECORD), "{receipts:?}");
    assert_eq!(scene.ledger(&team[0]).await.records.len(), before.records.len(), "nothing was added");

    scene.hub = Some(scene.system.start_hub().await);
    drained(scene.hub()).await;
    let after = scene.ledger(&team[0]).await;
    assert_eq!(after.about(scene.patient, Category::Vitals, RecordKind::Frame), 6);
    scene.end().await;
}

fn frames(ledger: &Ledger) -> Vec<Item> {
    let frames = ledger.records.iter().zip(&ledger.items);
    let frames = frames.filter(|((record, _), _)| record.header().kind == RecordKind::Frame);
    frames.map(|(_, item)| item.clone()).collect()
}
