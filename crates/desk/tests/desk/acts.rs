//! What a person and their workstation do about an alarm: told once, durable before it is shown, and the same after a
//! restart as before.

use crate::gateway::TestGateway;
use crate::ward;
use crate::ward::{TestWard, spo2_alarm};
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wl_desk::view::*;
use wl_desk::{Delivery, Desk, Settings};
use wl_ledger::block::Entry;
use wl_ledger::control::{ProvenEnrolment, Subject};
use wl_ledger::heartbeat::LostRecords;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::{Category, Role};
use wl_seal::WorkFactor;
use wl_vitals::alarm::{AckComment, Alarm, AlarmAck, AlarmEvent, Condition, Priority};
use wl_wire::enrolment;
use wl_wire::messages::ServedItem;

const PASSPHRASE: &str = "correct horse battery";

fn ok<T>(answer: Result<T, UiError>) -> T {
    answer.map_err(|error| error.message).unwrap()
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..1_600 {
        if let Some(value) = check().await {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not happen within 40 s: {what}");
}

fn settings() -> Settings {
    Settings { work: WorkFactor::new(4).unwrap(), ..Settings::default() }
}

/// A desk of this role, and a ward in whose team a colleague is too.
async fn enrolled(folder: &Path, role: RoleView) -> (Desk, TestGateway, ProvenEnrolment) {
    let desk = ok(Desk::open(folder, settings()));
    ok(desk.create_keys("Ines Calder".into(), role, SecretString::from(PASSPHRASE)).await);
    let person = enrolment::read_request(&ok(desk.enrolment_request().await).text).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut ward = TestWard::found(wl_desk::edge::now(), ward::request("admin", Role::Admin), &address);
    let colleague = ward::request("joy", Role::Nurse);
    ward.admit(&colleague, None);
    ward.admit(&person, None);
    ward.grant(&[&person, &colleague], &ward::SHARED);
    ward.identity("Ada Example", "12");
    ward.cut();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);
    ok(desk.load_enrolment(answer).await);
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    until("the ward", || async { (!ok(desk.ward().await).tiles.is_empty()).then_some(()) }).await;
    (desk, gateway, colleague)
}

fn raise(gateway: &TestGateway, priority: Priority) -> (Alarm, String) {
    let alarm = gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let alarm = Alarm { priority, ..spo2_alarm(ward.patient, ward.now) };
        ward.alarm(&AlarmEvent::Raised(alarm.clone()));
        alarm
    });
    let id = alarm.id.to_string();
    (alarm, id)
}

async fn row(desk: &Desk, id: &str) -> Option<AlarmRow> {
    ok(desk.inbox(InboxTab::Active).await).rows.into_iter().find(|row| row.alarm_id == id)
}

/// The steps of a kind, as they are sealed.
async fn sealed(desk: &Desk, id: &str, kind: fn(&AlarmStepKind) -> bool) -> Vec<AlarmStepView> {
    let steps = ok(desk.alarm_history(id.to_owned()).await).steps;
    steps.into_iter().filter(|step| kind(&step.what) && step.seal == SealState::Sealed).collect()
}

fn is_delivered(kind: &AlarmStepKind) -> bool {
    *kind == AlarmStepKind::Delivered
}

fn is_snoozed(kind: &AlarmStepKind) -> bool {
    matches!(kind, AlarmStepKind::Snoozed { .. })
}

fn is_seen(kind: &AlarmStepKind) -> bool {
    *kind == AlarmStepKind::Seen
}

#[tokio::test(flavor = "multi_thread")]
async fn arrival_and_sight_are_told_once_each_time_an_alarm_calls_and_only_where_somebody_is() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, _) = enrolled(folder.path(), RoleView::Nurse).await;
    let (alarm, id) = raise(&gateway, Priority::High);
    until("the alarm", || row(&desk, &id)).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(sealed(&desk, &id, is_delivered).await.is_empty(), "no window listens, so it reached nobody");

    let listens = Arc::new(AtomicBool::new(true));
    let heard = Arc::clone(&listens);
    ok(desk
        .subscribe(Box::new(
            move |_| if heard.load(Ordering::Relaxed) { Delivery::Sent } else { Delivery::Gone },
        ))
        .await);
    until("its arrival is told", || async {
        (sealed(&desk, &id, is_delivered).await.len() == 1).then_some(())
    })
    .await;
    for _ in 0..3 {
        ok(desk.alarms_seen(vec![id.clone(), id.clone()]).await);
    }
    let seen = until("it was seen", || async { sealed(&desk, &id, is_seen).await.into_iter().next() }).await;
    assert!(seen.by == "Ines Calder" && seen.record_ref.is_some());
    ok(desk.alarms_seen(vec![id.clone()]).await);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(sealed(&desk, &id, is_delivered).await.len(), 1);
    assert_eq!(sealed(&desk, &id, is_seen).await.len(), 1);
    assert!(row(&desk, &id).await.unwrap().seen);

    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let again = Alarm { episodes: 2, told: ward.now, ..alarm.clone() };
        ward.alarm(&AlarmEvent::Reopened(again));
    });
    until("it came again, and its arrival is told anew", || async {
        (sealed(&desk, &id, is_delivered).await.len() == 2).then_some(())
    })
    .await;
    assert!(!row(&desk, &id).await.unwrap().seen, "whoever saw it before has not seen it now");
    listens.store(false, Ordering::Relaxed);
    assert_eq!(desk.alarms_seen(vec![id; 65]).await.err().map(|error| error.code), Some(ErrorCode::BadInput));
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_are_signed_shown_at_once_refused_where_the_rules_refuse_and_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, colleague) = enrolled(folder.path(), RoleView::Physician).await;
    let joy = colleague.enrolment.sign.id().to_string();
    let (alarm, id) = raise(&gateway, Priority::Medium);
    until("the alarm", || row(&desk, &id)).await;

    let nobody = ward::key("nobody").public().id().to_string();
    let treated = AlarmActInput::Resolve { outcome: AlarmOutcome::Treated };
    let snooze = |minutes| AlarmActInput::Snooze { minutes, reason: SnoozeReason::Procedure };
    for (act, code) in [
        (snooze(31), ErrorCode::BadInput),
        (snooze(0), ErrorCode::BadInput),
        (treated.clone(), ErrorCode::BadInput),
        (AlarmActInput::Assign { to: "zz".into() }, ErrorCode::BadInput),
        (AlarmActInput::Assign { to: nobody.clone() }, ErrorCode::NobodyReached),
        (AlarmActInput::Escalate { to: nobody }, ErrorCode::NobodyReached),
    ] {
        assert_eq!(
            desk.act_on_alarm(id.clone(), act.clone()).await.err().map(|error| error.code),
            Some(code)
        );
    }
    let before = ok(desk.alarm_history(id.clone()).await);
    assert_eq!(before.steps.len(), 1, "what was refused left nothing behind");
    assert_eq!(before.colleagues.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["joy"]);
    assert_eq!(before.snooze_minutes, [5, 15, 30]);
    assert!(!before.outcomes.contains(&AlarmOutcome::Treated));

    let put_off = ok(desk.act_on_alarm(id.clone(), snooze(5)).await);
    assert!(
        matches!(&put_off.work, AlarmWork::Snoozed { by, reason: SnoozeReason::Procedure, .. } if by == "Ines Calder")
    );
    assert!(put_off.condition == AlarmCondition::Active && put_off.signal == AlarmSignal::Silent);
    let called = ok(desk.act_on_alarm(id.clone(), AlarmActInput::Escalate { to: joy.clone() }).await);
    assert!(called.called == ["joy"] && !called.called_me);
    let given = ok(desk.act_on_alarm(id.clone(), AlarmActInput::Assign { to: joy }).await);
    assert!(matches!(&given.work, AlarmWork::Assigned { to, to_me: false, .. } if to == "joy"));
    until("all of it is sealed", || async {
        let steps = ok(desk.alarm_history(id.clone()).await).steps;
        (steps.len() == 4 && steps.iter().all(|step| step.seal == SealState::Sealed)).then_some(())
    })
    .await;

    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let over =
            Alarm { condition: Condition::Cleared, cleared: Some(ward.now), told: ward.now, ..alarm.clone() };
        ward.alarm(&AlarmEvent::Cleared(over));
    });
    until("it is over", || async {
        let history = ok(desk.alarm_history(id.clone()).await);
        (history.row.condition == AlarmCondition::Cleared).then_some(())
    })
    .await;
    let closed = ok(desk.act_on_alarm(id.clone(), treated.clone()).await);
    assert!(matches!(closed.work, AlarmWork::Resolved { outcome: AlarmOutcome::Treated, .. }));
    assert_eq!(
        desk.act_on_alarm(id.clone(), treated).await.err().map(|error| error.code),
        Some(ErrorCode::BadInput)
    );
    let told = until("closing is sealed", || async {
        Some(ok(desk.alarm_history(id.clone()).await))
            .filter(|view| view.steps.iter().all(|step| step.seal == SealState::Sealed))
    })
    .await;
    assert_eq!(told.steps.len(), 6);
    ok(desk.close().await);

    let desk = ok(Desk::open(folder.path(), Settings { online: false, ..settings() }));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    let again = ok(desk.alarm_history(id.clone()).await);
    assert!(again.steps == told.steps && again.row == told.row, "a restart changes nothing");
    ok(desk.close().await);
}

/// What was done while the gateway is away is shown, outlives the program and is sealed later, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_offline_outlives_the_program_and_is_sealed_once() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, _) = enrolled(folder.path(), RoleView::Nurse).await;
    let (_, id) = raise(&gateway, Priority::Low);
    until("the alarm", || row(&desk, &id)).await;
    ok(desk.close().await);

    let desk = ok(Desk::open(folder.path(), Settings { online: false, ..settings() }));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    let snooze = AlarmActInput::Snooze { minutes: 60, reason: SnoozeReason::Expected };
    ok(desk.act_on_alarm(id.clone(), snooze).await);
    let shown = ok(desk.alarm_history(id.clone()).await);
    ok(desk.close().await);
    let desk = ok(Desk::open(folder.path(), Settings { online: false, ..settings() }));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    let again = ok(desk.alarm_history(id.clone()).await);
    assert!(again.steps == shown.steps && again.row == shown.row);
    assert!(matches!(again.row.work, AlarmWork::Snoozed { .. }));
    assert_eq!(ok(desk.inbox(InboxTab::Snoozed).await).rows.len(), 1);
    ok(desk.close().await);

    let desk = ok(Desk::open(folder.path(), settings()));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    until("it is sealed", || async { (sealed(&desk, &id, is_snoozed).await.len() == 1).then_some(()) }).await;
    let steps = ok(desk.alarm_history(id.clone()).await).steps;
    assert_eq!(steps.iter().filter(|step| is_snoozed(&step.what)).count(), 1);
    ok(desk.close().await);
}

/// A night's alarms answered one after the other while the gateway was away.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_in_a_row_is_signed_and_sent_together_in_its_order() {
    const ALARMS: usize = 100;
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, _) = enrolled(folder.path(), RoleView::Nurse).await;
    let ids: Vec<String> = gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let raised =
            (1..=ALARMS as i64).map(|seconds| spo2_alarm(ward.patient, ward.now.plus(-seconds * 1000)));
        let raised: Vec<Alarm> = raised.collect();
        raised.iter().for_each(|alarm| ward.alarm(&AlarmEvent::Raised(alarm.clone())));
        raised.into_iter().map(|alarm| alarm.id.to_string()).collect()
    });
    until("the alarms", || async {
        (ok(desk.inbox(InboxTab::Active).await).counts.active as usize == ALARMS).then_some(())
    })
    .await;
    ok(desk.close().await);
    let desk = ok(Desk::open(folder.path(), Settings { online: false, ..settings() }));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    for id in &ids {
        ok(desk.acknowledge(id.clone()).await);
    }
    ok(desk.close().await);

    let desk = ok(Desk::open(folder.path(), settings()));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    until("all of it is sealed", || async {
        let counts = ok(desk.inbox(InboxTab::Acknowledged).await).counts;
        let session = desk.session().await.unwrap();
        let store = session.core().await.store().unwrap();
        let left = store.outbox().await.unwrap().len();
        (counts.acknowledged as usize == ALARMS && left == 0).then_some(())
    })
    .await;
    let blocks: Vec<Vec<u64>> = gateway.with(|ward| {
        let of = |items: &Vec<ServedItem>| {
            items.iter().filter_map(|served| acknowledgement(&served.item.entry)).collect::<Vec<u64>>()
        };
        ward.blocks.iter().map(|(_, items)| of(items)).filter(|numbers| !numbers.is_empty()).collect()
    });
    assert_eq!(
        blocks.iter().map(Vec::len).collect::<Vec<_>>(),
        [16, 16, 16, 16, 16, 16, 4],
        "blocks of acknowledgements"
    );
    let first = blocks[0][0];
    assert_eq!(blocks.concat(), (first..first + ALARMS as u64).collect::<Vec<_>>(), "each place once");
    ok(desk.close().await);
}

/// However many they are, acts that wait are signed before the keys go, and sent while the workstation is locked.
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_waits_is_signed_before_locking() {
    const ALARMS: i64 = 40;
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, _) = enrolled(folder.path(), RoleView::Nurse).await;
    let (_, id) = raise(&gateway, Priority::Low);
    until("the alarm", || row(&desk, &id)).await;
    ok(desk.acknowledge(id.clone()).await);
    let acknowledged = || {
        gateway.with(|ward| {
            let entries = ward.blocks.iter().flat_map(|(_, items)| items);
            entries.filter_map(|served| acknowledgement(&served.item.entry)).collect::<Vec<u64>>()
        })
    };
    until("its stream is open and settled", || async {
        let session = desk.session().await.unwrap();
        let store = session.core().await.store().unwrap();
        let left = store.outbox().await.unwrap().len();
        (left == 0 && acknowledged().len() == 1).then_some(())
    })
    .await;
    let patient = gateway.with(|ward| ward.patient);
    let session = desk.session().await.unwrap();
    {
        // Nothing can be signed or sent between queueing and locking.
        let mut core = session.core().await;
        let store = core.store().unwrap();
        for seconds in 1..=ALARMS {
            let at = wl_desk::edge::now();
            let alarm = spo2_alarm(patient, at.plus(-seconds * 1000)).id;
            let ack = AlarmAck { alarm, at, comment: AckComment::None };
            let about = Subject::Patient(patient, Category::Alarms);
            store.queue(&about, RecordKind::Acknowledgement, Some(&alarm), &ack.to_bytes()).await.unwrap();
        }
        drop(store);
        core.lock(wl_desk::edge::now()).await.unwrap();
    }
    session.outgoing.notify_one();
    until("all of it is sealed", || async { (acknowledged().len() as i64 == 1 + ALARMS).then_some(()) })
        .await;
    assert_eq!(acknowledged(), (0..=ALARMS as u64).collect::<Vec<_>>(), "in order, each place once");
    drop(session);
    ok(desk.close().await);
}

/// The number of an acknowledgement in its stream.
fn acknowledgement(entry: &Entry) -> Option<u64> {
    let Entry::Record(bytes) = entry else { return None };
    let record = SignedRecord::parse(bytes).unwrap();
    (record.header().kind == RecordKind::Acknowledgement).then(|| record.header().seq.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_reaches_nobody_is_refused_and_one_that_does_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, colleague) = enrolled(folder.path(), RoleView::Nurse).await;
    let patient = gateway.with(|ward| ward.patient.to_string());
    let joy = colleague.enrolment.sign.id().to_string();
    let admin = ward::key("admin").public().id().to_string();
    let step =
        |who: &str, high_s| RosterStepInput { people: vec![who.into()], high_s, medium_s: Some(high_s) };
    let set = |steps| desk.set_alarm_roster(vec![patient.clone()], steps);
    for (steps, code) in [
        (vec![step(&joy, 0), step(&admin, 60)], ErrorCode::NobodyReached),
        (vec![step(&joy, 5)], ErrorCode::BadInput),
        (vec![step(&joy, 0), step(&joy, 0)], ErrorCode::BadInput),
        (vec![step("nobody", 0)], ErrorCode::BadInput),
    ] {
        assert_eq!(set(steps).await.err().map(|error| error.code), Some(code));
    }
    assert!(ok(desk.alarm_roster(patient.clone()).await).steps.is_empty());
    ok(set(vec![step(&joy, 0)]).await);
    let signed = until("the roster is in the ledger", || async {
        Some(ok(desk.alarm_roster(patient.clone()).await)).filter(|view| !view.steps.is_empty())
    })
    .await;
    assert!(signed.by == "Ines Calder" && signed.steps[0].reached && signed.steps[0].people[0].name == "joy");
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workstation_without_sound_says_so_until_somebody_knows() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _gateway, _) = enrolled(folder.path(), RoleView::Nurse).await;
    ok(desk.close().await);
    let silent = Settings { can_sound: Arc::new(|| false), ..settings() };
    let desk = ok(Desk::open(folder.path(), silent));
    ok(desk.unlock(SecretString::from(PASSPHRASE)).await);
    let fault = until("no sound is told", || async {
        let faults = ok(desk.inbox(InboxTab::Technical).await).faults;
        faults.into_iter().find(|fault| fault.kind == FaultKind::NoSound)
    })
    .await;
    assert!(!fault.acknowledged);
    let view = ok(desk.acknowledge_fault(fault.fault_id).await);
    assert!(view.faults.iter().any(|fault| fault.kind == FaultKind::NoSound && fault.acknowledged));
    assert_eq!(
        desk.acknowledge_fault("none".into()).await.err().map(|error| error.code),
        Some(ErrorCode::NotFound)
    );
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_a_hub_could_not_deliver_call_for_attention_while_it_is_news() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway, _) = enrolled(folder.path(), RoleView::Nurse).await;
    let lost = || async {
        let faults = ok(desk.inbox(InboxTab::Technical).await).faults;
        faults.into_iter().find(|fault| fault.kind == FaultKind::RecordsLost)
    };
    let say = |hours: i64| {
        let taken = wl_desk::edge::now().plus(-hours * 3_600_000);
        gateway.with(|ward| ward.lost = Some(LostRecords { count: 3, first: taken, last: taken }));
    };
    say(0);
    let fault = until("what is lost is told", &lost).await;
    assert_eq!((fault.beds, fault.priority), (vec!["12".to_owned()], wl_desk::view::Priority::Low));
    let over = || async { lost().await.is_none().then_some(()) };
    say(3);
    until("it is old", over).await;
    say(1);
    until("another one", &lost).await;
    gateway.with(|ward| ward.lost = None);
    until("it was erased at the hub", over).await;
    ok(desk.close().await);
}
