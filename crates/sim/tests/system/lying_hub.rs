//! A hub that lies about its keys, and records that are announced and never come: each is caught by the workstation,
//! by its own name. Everything here is signed by the real hub's own key.

use crate::common::device::{Device, heart_rate, report};
use crate::common::ledger::Ledger;
use crate::common::system::{STAY, System, drained, random};
use crate::common::{Station, ok, until};
use std::time::Duration;
use wl_desk::view::{GatewayState, RecordsState};
use wl_hub::author::{Author, Place};
use wl_hub::home::Home;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, EpochOpening, GenerationOpening, SignedTransaction, Subject, Transaction};
use wl_ledger::header::header_id;
use wl_ledger::heartbeat::{Heartbeat, StreamTail};
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Epoch, Generation, Hash, Height, PatientId, Role, Seq, StreamId};
use wl_seal::{EpochContext, EpochSecret, GenerationContext, GenerationSecret, Recipient, seal_envelope};
use wl_sim::hospital::now;
use wl_vitals::{Code, Decimal, Frame, Quality, Reading, Unit, Value};
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

const DEVICE: &str = "02DE30FFFE00AB01";

struct Liar {
    system: System,
    home: Home,
    client: GatewayClient,
    station: Station,
    patient: PatientId,
    _directory: tempfile::TempDir,
}

impl Liar {
    /// A hub that has told the truth so far.
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let station = Station::new(directory.path(), "station", Role::Physician);
        let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
        let hub = system.start_hub().await;
        let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
        Device::new(hub.address()).must(&report(DEVICE, None, "T", now(), &[heart_rate("72")])).await;
        drained(&hub).await;
        hub.stop().await;
        let home = system.hub_home();
        let validator = &system.answer.validators[0];
        let transport = home.transport_key().unwrap();
        let client = GatewayClient::new(&transport, &validator.transport, &validator.address).unwrap();
        Self { system, home, client, station, patient, _directory: directory }
    }

    async fn ledger(&self) -> Ledger {
        Ledger::read(&self.client, &self.system.answer).await
    }

    async fn submit(&self, items: Vec<Item>) {
        let receipts = self.client.submit(&Submission { items }).await.unwrap().receipts;
        assert!(receipts.iter().all(|receipt| matches!(receipt, Receipt::Sealed(_))), "{receipts:?}");
    }

    /// Says something with the hub's key.
    async fn say(&self, actions: Vec<Action>) {
        let key = self.home.signing_key();
        let number = self.ledger().await.state.next_number(&key.id());
        let items = (number..).zip(actions).map(|(number, action)| {
            let transaction = Transaction { number, author: Some(key.id()), made: now(), action };
            let signed = SignedTransaction::sign(&[&key], &self.system.answer.chain, transaction);
            Item { entry: Entry::Control(signed.bytes().to_vec()), body: None }
        });
        self.submit(items.collect()).await;
    }

    /// An author that goes on after what is on the ledger.
    async fn author(&self) -> Author {
        let tails = self
            .ledger()
            .await
            .records
            .into_iter()
            .map(|(record, _)| (record.header().stream, (record.header().seq, record.hash())));
        Author::new(self.home.signing_key(), self.system.answer.chain, tails.collect())
    }

    async fn stream(&self, subject: Subject) -> StreamId {
        self.ledger().await.state.stream_of(&self.home.signing_key().id(), &subject).unwrap()
    }

    fn generation(&self, generation: Generation) -> GenerationContext {
        let chain = self.system.answer.chain;
        GenerationContext { chain, patient: self.patient, category: Category::Vitals, generation }
    }

    /// Opens the next generation for the physician: what it publishes, what it mails, and which epoch secret it
    /// publishes and wraps.
    async fn open(
        &self,
        published: &GenerationSecret,
        mailed: &GenerationSecret,
        epochs: [&EpochSecret; 2],
        value: i32,
    ) {
        let ledger = self.ledger().await;
        let state = &ledger.state;
        let next = state.generation(&self.patient, Category::Vitals).unwrap().0.next().unwrap();
        let context = self.generation(next);
        let epoch = state.epoch(&self.patient, Category::Vitals).unwrap().0.next().unwrap();
        let reader = self.station.request().enrolment;
        let [promised, wrapped] = epochs;
        let epoch_context = EpochContext { generation: context, epoch };
        let opening = EpochOpening {
            patient: self.patient,
            category: Category::Vitals,
            generation: next,
            epoch,
            recipient: promised.keys(&epoch_context).unwrap().recipient().as_str().to_owned(),
            commitment: promised.commitment(&epoch_context),
            wrapped: published.wrap_epoch(&epoch_context, wrapped, &random()).unwrap(),
        };
        let generation = GenerationOpening {
            patient: self.patient,
            category: Category::Vitals,
            generation: next,
            commitment: published.commitment(&context),
            readers: vec![reader.sign.id()],
            grants_root: Hash::from_bytes(random()),
            custody: None,
        };
        self.say(vec![Action::OpenGeneration(generation), Action::OpenEpoch(opening)]).await;
        let recipient = Recipient::parse(&reader.reading).unwrap();
        let envelope = seal_envelope(&recipient, &context, mailed).unwrap();
        let mailbox = self.stream(Subject::Mailbox(reader.sign.id())).await;
        let seen = self.ledger().await.records.last().unwrap().0.height();
        let draft = self
            .author()
            .await
            .mail(mailbox, RecordKind::KeyEnvelope, Epoch(next.0), now(), seen, envelope)
            .unwrap();
        self.submit(vec![draft.item]).await;
        self.write_frame(epoch, wrapped.keys(&epoch_context).unwrap(), value).await;
    }

    /// A heart rate under these keys.
    async fn write_frame(&self, epoch: Epoch, keys: wl_seal::EpochKeys, mantissa: i32) {
        let taken = now();
        let reading = Reading {
            code: Code(147_842),
            channel: 0,
            value: Value::Number(Decimal { mantissa, scale: 0 }),
            unit: Unit(264_864),
            taken,
            quality: Quality::Good,
        };
        let frame = Frame { device: wl_ledger::DeviceId(0), received: taken, readings: vec![reading] };
        let plaintext = wl_vitals::frame::encode(&frame, taken).unwrap();
        let stream = self.stream(Subject::Patient(self.patient, Category::Vitals)).await;
        let place = Place { patient: self.patient, category: Category::Vitals, stream, epoch };
        let seen = self.ledger().await.records.last().unwrap().0.height();
        let mut author = self.author().await;
        let draft = author.draft(&place, &keys, RecordKind::Frame, taken, seen, &plaintext).unwrap();
        self.submit(vec![draft.item]).await;
    }

    /// What the workstation makes of it: whether the value is shown, and how many failures it counts.
    async fn judged(&self, value: i32) -> (bool, u64) {
        let desk = self.station.enter(&self.system.answer).await;
        let shows = async |text: &str| serde_json::to_string(&ok(desk.ward().await)).unwrap().contains(text);
        until(Duration::from_secs(20), "the workstation has judged everything", || async {
            let frame = ok(desk.session_state().await).frame;
            frame.gateway.state == GatewayState::Live
                && frame.records.state == RecordsState::Verified
                && shows("Person MRN-1").await
        })
        .await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        let shown = shows(&format!("\"{value}\"")).await;
        let failures = desk.report().await.unwrap().verification_failures;
        ok(desk.close().await);
        (shown, failures)
    }

    async fn header(&self, height: Height) -> Hash {
        header_id(&self.client.lane(height, 1).await.unwrap().items[0].header)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_not_the_published_ones_open_nothing() {
    let liar = Liar::new().await;
    let generation = || GenerationSecret::from_bytes(random());
    let epoch = || EpochSecret::from_bytes(random());
    // The way of the lies, walked truthfully: the value is shown and nothing fails.
    let (honest, truth) = (generation(), epoch());
    liar.open(&honest, &honest, [&truth, &truth], 191).await;
    assert_eq!(liar.judged(191).await, (true, 0));
    // An epoch whose secret is another one than the ledger was told.
    let other = generation();
    liar.open(&other, &other, [&epoch(), &epoch()], 192).await;
    let (shown, failures) = liar.judged(192).await;
    assert!(!shown && failures > 0, "a wrong epoch secret is a failure, not silence");
    // An envelope with another secret than the ledger was told.
    let (_, before) = liar.judged(192).await;
    let (published, truth) = (generation(), epoch());
    liar.open(&published, &generation(), [&truth, &truth], 193).await;
    let (shown, failures) = liar.judged(193).await;
    assert!(!shown && failures > before, "a wrong envelope is a failure, not silence");
    let Liar { system, home, .. } = liar;
    drop(home);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_its_hub_announced_and_nobody_served_is_a_gap() {
    let mut liar = Liar::new().await;
    let desk = liar.station.enter(&liar.system.answer).await;
    until(Duration::from_secs(20), "all is verified", || async {
        ok(desk.session_state().await).frame.records.state == RecordsState::Verified
    })
    .await;
    let ledger = liar.ledger().await;
    let (last, _) = ledger.records.iter().rfind(|(r, _)| r.header().kind == RecordKind::Frame).unwrap();
    // What a hub whose next two records were withheld says.
    let tail = StreamTail {
        stream: last.header().stream,
        seq: Seq(last.header().seq.0 + 2),
        hash: Hash::from_bytes(random()),
    };
    let heartbeat = Heartbeat {
        author: liar.home.signing_key().id(),
        time: now(),
        height: last.height(),
        header: liar.header(last.height()).await,
        tails: vec![tail],
        lost: None,
    };
    let signed = heartbeat.seal(&liar.home.signing_key(), &liar.system.answer.chain);
    liar.client.heartbeat(signed).await.unwrap();
    // An omission shows after one block.
    liar.system.act(Action::CreateTeam(wl_ledger::TeamId::from_bytes(random()), "Later".to_owned())).await;
    until(Duration::from_secs(15), "the workstation says that something is missing", || async {
        ok(desk.session_state().await).frame.records.state == RecordsState::CantConfirm
    })
    .await;
    ok(desk.close().await);
    let Liar { system, home, .. } = liar;
    drop(home);
    system.stop().await;
}
