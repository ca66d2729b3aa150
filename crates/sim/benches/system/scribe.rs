//! A hub that writes history as fast as it can be sealed and signed: the same keys, records and messages as a hub's,
//! without a device, rules or an outbox in front of them.

use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::sync::Arc;
use wl_gateway::clock::now;
use wl_ledger::block::Entry;
use wl_ledger::control::{
    Action, Agreement, Categories, Enrolment, EpochOpening, GenerationOpening, Holder, ProvenEnrolment,
    Purpose, Registration, SignedTransaction, Subject, Transaction,
};
use wl_ledger::keys::{PublicKey, SigningKey};
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::verify::Verifier;
use wl_ledger::{
    AgreementId, Category, ChainId, DeviceId, Epoch, Generation, Hash, Height, PatientId, Role, Seq,
    StreamId, TeamId, UnixMillis, merkle,
};
use wl_seal::{
    EpochContext, EpochKeys, EpochSecret, GenerationContext, GenerationSecret, ReadingIdentity, Recipient,
    RecordContext, TransportSeed, seal_envelope, seal_record,
};
use wl_sim::hospital::Hospital;
use wl_vitals::alarm::AlarmEvent;
use wl_vitals::{Decimal, Frame, Parameter, Quality, Reading, Value, frame};
use wl_wire::gateway::{ClientError, GatewayClient};
use wl_wire::messages::{Item, Receipt, Submission};
use wl_wire::tls::TransportKey;

/// The six vitals of a message.
const SIX: [Parameter; 6] = [
    Parameter::HeartRate,
    Parameter::RespiratoryRate,
    Parameter::Spo2,
    Parameter::PulseRate,
    Parameter::Temperature,
    Parameter::NibpMean,
];
/// Values of one message.
pub(crate) const SAMPLES: u64 = 6;

/// One patient of the scribe.
pub(crate) struct Subjected {
    pub(crate) patient: PatientId,
    pub(crate) stream: StreamId,
    pub(crate) keys: EpochKeys,
    pub(crate) epoch: Epoch,
    device: DeviceId,
    tail: Option<(Seq, Hash)>,
}

pub(crate) struct Scribe {
    pub(crate) client: GatewayClient,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) chain: ChainId,
    pub(crate) patients: Vec<Subjected>,
    /// What it writes.
    category: Category,
    verifier: Verifier,
    mailboxes: BTreeMap<StreamId, (Seq, Hash)>,
    written: u64,
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes
}

impl Scribe {
    /// Enrols a scribe, and lets patients agree that the team reads their vitals.
    pub(crate) async fn enrol(hospital: &mut Hospital, patients: u32) -> anyhow::Result<Self> {
        Self::enrol_for(hospital, patients, Category::Vitals).await
    }

    /// The same for one category.
    pub(crate) async fn enrol_for(
        hospital: &mut Hospital,
        patients: u32,
        category: Category,
    ) -> anyhow::Result<Self> {
        let key = Arc::new(SigningKey::from_seed(&random()));
        let transport = TransportKey::from_seed(&TransportSeed::from_bytes(random()))?;
        let enrolment = Enrolment {
            name: "Bench scribe".to_owned(),
            role: Role::Hub,
            sign: key.public(),
            reading: ReadingIdentity::from_bytes(random())?.recipient().as_str().to_owned(),
            transport: PublicKey::from_bytes(*transport.public().as_bytes()),
        };
        hospital.administrator.act(Action::Enrol(ProvenEnrolment::prove(enrolment, &key))).await?;
        let validator = hospital.answer.validators.first().context("a gateway")?;
        let client = GatewayClient::new(&transport, &validator.transport, &validator.address)?;
        let chain = hospital.answer.chain;
        let mut scribe = Self {
            client,
            key,
            chain,
            patients: Vec::new(),
            category,
            verifier: Verifier::new(chain),
            mailboxes: BTreeMap::new(),
            written: 0,
        };
        for _ in 0..patients {
            scribe.admit(hospital).await?;
        }
        Ok(scribe)
    }

    async fn admit(&mut self, hospital: &mut Hospital) -> anyhow::Result<()> {
        self.follow().await?;
        let device = self.verifier.state().next_device().context("a device")?;
        let (patient, own) = (PatientId::from_bytes(random()), SigningKey::from_seed(&random()));
        let registration = Registration::prove(&self.chain, patient, &own, self.key.id());
        let administrator = &mut hospital.administrator;
        administrator.act(Action::RegisterPatient(registration)).await?;
        administrator.act(Action::RegisterDevice(device, format!("bench {device}"))).await?;
        administrator.act(Action::AssignDevice(device, Some(patient))).await?;
        self.say(&own, vec![Action::GrantAgreement(agreement(patient, hospital.team, self.category))])
            .await?;
        let subject = Subject::Patient(patient, self.category);
        let stream = self.open_stream(subject).await?;
        let (keys, epoch) = self.open_keys(patient).await?;
        self.patients.push(Subjected { patient, stream, keys, epoch, device, tail: None });
        Ok(())
    }

    /// Replays what is new on the lane.
    async fn follow(&mut self) -> anyhow::Result<()> {
        loop {
            let batch = self.client.lane(self.verifier.next_height(), 4096).await?;
            if batch.items.is_empty() {
                return Ok(());
            }
            self.verifier.advance(&batch.items)?;
        }
    }

    async fn say(&mut self, by: &SigningKey, actions: Vec<Action>) -> anyhow::Result<()> {
        self.follow().await?;
        let first = self.verifier.state().next_number(&by.id());
        let signed = (first..).zip(actions).map(|(number, action)| {
            let transaction = Transaction { number, author: Some(by.id()), made: now(), action };
            let signed = SignedTransaction::sign(&[by], &self.chain, transaction);
            Item { entry: Entry::Control(signed.bytes().to_vec()), body: None }
        });
        let items = signed.collect();
        self.submit(items).await?;
        self.follow().await
    }

    async fn open_stream(&mut self, subject: Subject) -> anyhow::Result<StreamId> {
        self.follow().await?;
        let own = self.key.id();
        if let Some(stream) = self.verifier.state().stream_of(&own, &subject) {
            return Ok(stream);
        }
        let stream = self.verifier.state().next_stream().context("a stream")?;
        let key = Arc::clone(&self.key);
        self.say(&key, vec![Action::OpenStream(stream, subject)]).await?;
        Ok(stream)
    }

    /// Opens generation and epoch for all who are entitled, and mails them the key.
    async fn open_keys(&mut self, patient: PatientId) -> anyhow::Result<(EpochKeys, Epoch)> {
        let (generation, epoch) = (Generation(0), Epoch(0));
        let place = GenerationContext { chain: self.chain, patient, category: self.category, generation };
        let secret = GenerationSecret::from_bytes(random());
        let readers = self.verifier.state().entitled(&patient, self.category, now());
        let mut letters = Vec::new();
        for reader in readers {
            let member = self.verifier.state().member(&reader).context("a member")?;
            let recipient = Recipient::parse(&member.enrolment.reading)?;
            letters.push((reader, seal_envelope(&recipient, &place, &secret)?));
        }
        let leaves: Vec<Hash> = letters.iter().map(|(_, sealed)| merkle::leaf_hash(sealed)).collect();
        let context = EpochContext { generation: place, epoch };
        let epoch_secret = EpochSecret::from_bytes(random());
        let keys = epoch_secret.keys(&context)?;
        let generation_opening = GenerationOpening {
            patient,
            category: self.category,
            generation,
            commitment: secret.commitment(&place),
            readers: letters.iter().map(|(reader, _)| *reader).collect(),
            grants_root: merkle::root(&leaves),
            custody: None,
        };
        let epoch_opening = EpochOpening {
            patient,
            category: self.category,
            generation,
            epoch,
            recipient: keys.recipient().as_str().to_owned(),
            commitment: epoch_secret.commitment(&context),
            wrapped: secret.wrap_epoch(&context, &epoch_secret, &random())?,
        };
        let key = Arc::clone(&self.key);
        self.say(&key, vec![Action::OpenGeneration(generation_opening), Action::OpenEpoch(epoch_opening)])
            .await?;
        for (reader, sealed) in letters {
            let stream = self.open_stream(Subject::Mailbox(reader)).await?;
            let previous = self.mailboxes.get(&stream).copied();
            let (item, tail) = self.sign(stream, previous, RecordKind::KeyEnvelope, Epoch(0), now(), sealed);
            self.submit(vec![item]).await?;
            self.mailboxes.insert(stream, tail);
        }
        Ok((keys, epoch))
    }

    /// The next frame of a patient: six vitals that wander a little.
    pub(crate) fn frame(&mut self, patient: usize, taken: UnixMillis) -> Item {
        self.written += 1;
        let drift = i32::try_from(self.written.wrapping_mul(2_654_435_761) >> 7 & 3).unwrap_or(0);
        let of = self.patients.get(patient).expect("a patient");
        let readings = SIX.iter().map(|parameter| reading(*parameter, drift, taken)).collect();
        let content = Frame { device: of.device, received: taken, readings };
        let plain = frame::encode(&content, taken).expect("a frame");
        self.record(patient, RecordKind::Frame, taken, &plain)
    }

    /// The next word about a patient's alarms.
    pub(crate) fn alarm(&mut self, patient: usize, event: &AlarmEvent) -> Item {
        self.record(patient, RecordKind::Alarm, event.at(), &event.to_bytes())
    }

    fn record(&mut self, patient: usize, kind: RecordKind, taken: UnixMillis, plain: &[u8]) -> Item {
        let of = self.patients.get(patient).expect("a patient");
        let seq = of.tail.map_or(Seq(0), |(seq, _)| seq.next().expect("a number"));
        let context = RecordContext {
            chain: self.chain,
            patient: of.patient,
            category: self.category,
            stream: of.stream,
            seq,
            epoch: of.epoch,
            kind: kind.code(),
        };
        let sealed = seal_record(of.keys.record_key(), &random(), &context, plain).expect("sealed");
        let (stream, epoch, tail) = (of.stream, of.epoch, of.tail);
        let (item, tail) = self.sign(stream, tail, kind, epoch, taken, sealed);
        if let Some(of) = self.patients.get_mut(patient) {
            of.tail = Some(tail);
        }
        item
    }

    fn sign(
        &self,
        stream: StreamId,
        tail: Option<(Seq, Hash)>,
        kind: RecordKind,
        epoch: Epoch,
        taken: UnixMillis,
        ciphertext: Vec<u8>,
    ) -> (Item, (Seq, Hash)) {
        let seq = tail.map_or(Seq(0), |(seq, _)| seq.next().expect("a number"));
        let previous = tail.map_or_else(|| stream_anchor(&self.chain, stream), |(_, hash)| hash);
        let body = Body { salt: Hash::from_bytes(random()), ciphertext };
        let size = u32::try_from(body.ciphertext.len()).expect("a small record");
        let commitment = body.commitment();
        let header = RecordHeader { stream, seq, epoch, kind, taken, seen: Height(0), commitment, size };
        let record = SignedRecord::seal(&self.key, &self.chain, &previous, header);
        (Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body) }, (seq, record.hash()))
    }

    /// Submits and expects everything to be sealed.
    pub(crate) async fn submit(&self, items: Vec<Item>) -> anyhow::Result<Height> {
        submit(&self.client, &Submission { items }).await
    }
}

/// Submits and expects everything to be sealed; waits where the gateway says that it is too fast.
pub(crate) async fn submit(client: &GatewayClient, submission: &Submission) -> anyhow::Result<Height> {
    loop {
        let receipts = match client.submit(submission).await {
            Ok(receipts) => receipts.receipts,
            Err(ClientError::Status { status: 429 | 503, .. }) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let mut height = Height(0);
        for receipt in receipts {
            match receipt {
                Receipt::Sealed(at) | Receipt::Known(at) => height = height.max(at),
                other => bail!("not sealed: {other:?}"),
            }
        }
        return Ok(height);
    }
}

fn reading(parameter: Parameter, drift: i32, taken: UnixMillis) -> Reading {
    let number = match parameter {
        Parameter::Spo2 => Decimal::whole(95 + drift),
        Parameter::RespiratoryRate => Decimal::whole(14 + drift),
        Parameter::Temperature => Decimal::tenths(368 + drift),
        _ => Decimal::whole(80 + drift),
    };
    Reading {
        code: parameter.code(),
        channel: 0,
        value: Value::Number(number),
        unit: *parameter.info().units.first().expect("a unit"),
        taken,
        quality: Quality::Good,
    }
}

fn agreement(patient: PatientId, team: TeamId, category: Category) -> Agreement {
    Agreement {
        id: AgreementId::from_bytes(random()),
        patient,
        holder: Holder::Team(team),
        categories: Categories::of(&[category]),
        purpose: Purpose::Treatment,
        from: UnixMillis(0),
        until: None,
        delegable: None,
        terms: None,
    }
}
