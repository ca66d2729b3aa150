//! A small hospital for tests: a real chain of the proposer, sealed with real keys, served like a gateway serves it.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use std::collections::BTreeMap;
use wl_ledger::block::{Entry, LaneItem, UnverifiedBlock};
use wl_ledger::codec::tagged_hash;
use wl_ledger::control::*;
use wl_ledger::header::ValidatorSet;
use wl_ledger::heartbeat::{Heartbeat, LostRecords, StreamTail};
use wl_ledger::keys::{PublicKey, SigningKey};
use wl_ledger::propose::Proposer;
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::verify::Verifier;
use wl_ledger::*;
use wl_seal::*;
use wl_vitals::Frame;
use wl_wire::enrolment::Answer;
use wl_wire::identity::Identity;
use wl_wire::messages::*;
use wl_wire::tls::TransportKey;

/// The categories that the test patient shares.
pub const SHARED: [Category; 4] =
    [Category::Vitals, Category::Alarms, Category::Identity, Category::Waveforms];

fn seed(name: &str) -> [u8; 32] {
    *tagged_hash("wardlight/desk-test/1", &[name.as_bytes()]).as_bytes()
}

pub fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(&seed(name))
}

pub fn transport(name: &str) -> TransportKey {
    TransportKey::from_seed(&TransportSeed::from_bytes(seed(&format!("{name}/transport")))).unwrap()
}

pub fn reading(name: &str) -> ReadingIdentity {
    ReadingIdentity::from_bytes(seed(&format!("{name}/reading"))).unwrap()
}

/// A request with keys derived from a name.
pub fn request(name: &str, role: Role) -> ProvenEnrolment {
    let enrolment = Enrolment {
        name: name.to_owned(),
        role,
        sign: key(name).public(),
        reading: reading(name).recipient().as_str().to_owned(),
        transport: PublicKey::from_bytes(*transport(name).public().as_bytes()),
    };
    ProvenEnrolment::prove(enrolment, &key(name))
}

/// Chain, hub and gateway in one.
pub struct TestWard {
    pub chain: ChainId,
    pub patient: PatientId,
    pub team: TeamId,
    pub now: UnixMillis,
    pub address: String,
    proposer: Proposer,
    pub blocks: Vec<(UnverifiedBlock, Vec<ServedItem>)>,
    pending: Vec<ServedItem>,
    pub secrets: BTreeMap<Category, (Generation, GenerationSecret)>,
    pub epochs: BTreeMap<Category, (Epoch, EpochKeys)>,
    tails: BTreeMap<StreamId, (Seq, Hash)>,
    /// What the hub says it could not deliver.
    pub lost: Option<LostRecords>,
    counter: u64,
}

impl TestWard {
    /// Genesis, a hub, one patient with a device and a team; nobody but the administrator is enrolled yet.
    pub fn found(now: UnixMillis, admin: ProvenEnrolment, address: &str) -> Self {
        let validator = key("gateway");
        let genesis = Genesis {
            hospital: "Test Hospital".into(),
            demo: false,
            admins: vec![request("admin", Role::Admin), admin].into_iter().fold(
                Vec::new(),
                |mut all, one| {
                    if !all.contains(&one) {
                        all.push(one);
                    }
                    all
                },
            ),
            validators: vec![Validator {
                sign: validator.public(),
                transport: PublicKey::from_bytes(*transport("gateway").public().as_bytes()),
                address: address.to_owned(),
            }],
            policy: Policy::demo(),
            nonce: Hash::from_bytes(seed("nonce")),
        };
        let transaction =
            Transaction { number: 0, author: None, made: now, action: Action::Genesis(genesis) };
        let signed = SignedTransaction::sign(&[&key("gateway")], &NO_CHAIN, transaction);
        let chain = chain_id(&signed);
        let mut ward = Self {
            chain,
            patient: PatientId::from_bytes(seed("patient")[..16].try_into().unwrap()),
            team: TeamId::from_bytes(seed("team")[..16].try_into().unwrap()),
            now,
            address: address.to_owned(),
            proposer: Proposer::new(chain),
            blocks: Vec::new(),
            pending: Vec::new(),
            secrets: BTreeMap::new(),
            epochs: BTreeMap::new(),
            tails: BTreeMap::new(),
            lost: None,
            counter: 0,
        };
        ward.offer(Entry::Control(signed.bytes().to_vec()), None);
        ward.cut();
        ward.control("admin", Action::Enrol(request("hub", Role::Hub)));
        ward.control("admin", Action::CreateTeam(ward.team, "Ward 3".into()));
        let registration = Registration::prove(&chain, ward.patient, &key("patient"), key("hub").id());
        ward.control("admin", Action::RegisterPatient(registration));
        ward.control("admin", Action::RegisterDevice(DeviceId(0), "GE B650".into()));
        ward.control("admin", Action::AssignDevice(DeviceId(0), Some(ward.patient)));
        ward.control(
            "hub",
            Action::OpenStream(StreamId(0), Subject::Patient(ward.patient, Category::Vitals)),
        );
        ward.control(
            "hub",
            Action::OpenStream(StreamId(1), Subject::Patient(ward.patient, Category::Alarms)),
        );
        ward.control(
            "hub",
            Action::OpenStream(StreamId(2), Subject::Patient(ward.patient, Category::Identity)),
        );
        ward.control(
            "hub",
            Action::OpenStream(StreamId(3), Subject::Patient(ward.patient, Category::Waveforms)),
        );
        ward.cut();
        ward
    }

    /// Enrols a person into the team and lets the patient agree and the hub grant.
    pub fn admit(&mut self, person: &ProvenEnrolment, until: Option<UnixMillis>) {
        if self.proposer.state().member(&person.enrolment.sign.id()).is_none() {
            self.control("admin", Action::Enrol(person.clone()));
        }
        self.control("admin", Action::JoinTeam(self.team, person.enrolment.sign.id()));
        self.agree(until);
        self.grant(&[person], &SHARED);
    }

    /// The patient agrees with the team.
    pub fn agree(&mut self, until: Option<UnixMillis>) -> AgreementId {
        self.agree_on(&SHARED, until)
    }

    /// The patient agrees with the team on these categories.
    pub fn agree_on(&mut self, categories: &[Category], until: Option<UnixMillis>) -> AgreementId {
        let id = AgreementId::from_bytes(self.random(16).try_into().unwrap());
        let agreement = Agreement {
            id,
            patient: self.patient,
            holder: Holder::Team(self.team),
            categories: Categories::of(categories),
            purpose: Purpose::Treatment,
            from: UnixMillis(0),
            until,
            delegable: None,
            terms: None,
        };
        self.control("patient", Action::GrantAgreement(agreement));
        id
    }

    /// Opens a generation and an epoch of each category for these readers, and mails the keys.
    pub fn grant(&mut self, readers: &[&ProvenEnrolment], categories: &[Category]) {
        self.grant_shared(readers, categories, &[]);
    }

    /// The same, with the secrets shared two of all among custodians.
    pub fn grant_shared(
        &mut self,
        readers: &[&ProvenEnrolment],
        categories: &[Category],
        custodians: &[&ProvenEnrolment],
    ) {
        let mut custodians: Vec<_> = custodians.to_vec();
        custodians.sort_by_key(|person| person.enrolment.sign.id());
        let mut readers: Vec<_> = readers.to_vec();
        readers.sort_by_key(|reader| reader.enrolment.sign.id());
        let mut letters = Vec::new();
        for category in categories {
            let generation = self
                .proposer
                .state()
                .generation(&self.patient, *category)
                .map_or(Generation(0), |(last, _)| last.next().unwrap());
            let secret = GenerationSecret::from_bytes(self.random(32).try_into().unwrap());
            let place = GenerationContext {
                chain: self.chain,
                patient: self.patient,
                category: *category,
                generation,
            };
            let shares = self.shares(&place, &secret, &custodians);
            let sealed: Vec<Vec<u8>> = shares.iter().map(|(_, share)| share.clone()).collect();
            let custody = (!shares.is_empty())
                .then(|| Custody { threshold: 2, shares_root: wl_seal::shares_root(&sealed) });
            let opening = GenerationOpening {
                patient: self.patient,
                category: *category,
                generation,
                commitment: secret.commitment(&place),
                readers: readers.iter().map(|reader| reader.enrolment.sign.id()).collect(),
                grants_root: Hash::from_bytes([1; 32]),
                custody,
            };
            self.control("hub", Action::OpenGeneration(opening));
            for reader in &readers {
                let recipient = Recipient::parse(&reader.enrolment.reading).unwrap();
                letters.push((
                    reader.enrolment.sign.id(),
                    generation,
                    RecordKind::KeyEnvelope,
                    seal_envelope(&recipient, &place, &secret).unwrap(),
                ));
            }
            letters.extend(
                shares.into_iter().map(|(to, share)| (to, generation, RecordKind::CustodyShare, share)),
            );
            self.secrets.insert(*category, (generation, secret));
            self.open_epoch(*category);
        }
        let mailboxes: Vec<KeyId> = letters.iter().map(|(to, _, _, _)| *to).collect();
        for mailbox in mailboxes {
            let subject = Subject::Mailbox(mailbox);
            if self.proposer.state().stream_of(&key("hub").id(), &subject).is_none() {
                let next = self.proposer.state().next_stream().unwrap();
                self.control("hub", Action::OpenStream(next, subject));
            }
        }
        self.cut();
        for (mailbox, generation, kind, envelope) in letters {
            let stream =
                self.proposer.state().stream_of(&key("hub").id(), &Subject::Mailbox(mailbox)).unwrap();
            self.record("hub", stream, Epoch(generation.0), kind, self.now, envelope);
        }
        self.cut();
    }

    /// The sealed shares of a secret, two of which are enough.
    fn shares(
        &mut self,
        place: &GenerationContext,
        secret: &GenerationSecret,
        custodians: &[&ProvenEnrolment],
    ) -> Vec<(KeyId, Vec<u8>)> {
        let Ok(threshold) = Threshold::new(2, custodians.len() as u8) else { return Vec::new() };
        let fill = |bytes: &mut [u8; 32]| {
            bytes.copy_from_slice(&self.random(32));
            Ok::<(), std::convert::Infallible>(())
        };
        let shares = secret.split(threshold, fill).unwrap();
        let seal = |(person, share): (&&ProvenEnrolment, KeyShare)| {
            let recipient = Recipient::parse(&person.enrolment.reading).unwrap();
            (person.enrolment.sign.id(), seal_share(&recipient, place, &share).unwrap())
        };
        custodians.iter().zip(shares).map(seal).collect()
    }

    /// Somebody writes something that is no share into a mailbox.
    pub fn noise(&mut self, author: &str, mailbox: KeyId) {
        let next = self.proposer.state().next_stream().unwrap();
        self.control(author, Action::OpenStream(next, Subject::Mailbox(mailbox)));
        self.cut();
        self.record(author, next, Epoch(0), RecordKind::ShareRelease, self.now, vec![7; 300]);
        self.cut();
    }

    pub fn open_epoch(&mut self, category: Category) {
        let (generation, secret) = &self.secrets[&category];
        let epoch = self
            .proposer
            .state()
            .epoch(&self.patient, category)
            .map_or(Epoch(0), |(last, _)| last.next().unwrap());
        let generation =
            GenerationContext { chain: self.chain, patient: self.patient, category, generation: *generation };
        let context = EpochContext { generation, epoch };
        let epoch_secret = EpochSecret::from_bytes(
            tagged_hash("s", &[&[epoch.0 as u8, category.code()]]).as_bytes().to_owned(),
        );
        let keys = epoch_secret.keys(&context).unwrap();
        let opening = EpochOpening {
            patient: self.patient,
            category,
            generation: generation.generation,
            epoch,
            recipient: keys.recipient().as_str().to_owned(),
            commitment: epoch_secret.commitment(&context),
            wrapped: secret.wrap_epoch(&context, &epoch_secret, &[epoch.0 as u8; 24]).unwrap(),
        };
        self.epochs.insert(category, (epoch, keys));
        self.control("hub", Action::OpenEpoch(opening));
    }

    /// A sealed record of a patient stream.
    pub fn sealed(
        &mut self,
        author: &str,
        stream: StreamId,
        category: Category,
        kind: RecordKind,
        taken: UnixMillis,
        plain: &[u8],
    ) {
        let seq = self.next_seq(stream);
        let (epoch, keys) = &self.epochs[&category];
        let context = RecordContext {
            chain: self.chain,
            patient: self.patient,
            category,
            stream,
            seq,
            epoch: *epoch,
            kind: kind.code(),
        };
        let epoch = *epoch;
        let mut nonce = [0u8; 24];
        nonce[..8].copy_from_slice(&seq.0.to_le_bytes());
        nonce[8] = stream.0 as u8;
        let sealed = seal_record(keys.record_key(), &nonce, &context, plain).unwrap();
        self.record(author, stream, epoch, kind, taken, sealed);
    }

    /// A frame of readings.
    pub fn frame(&mut self, readings: Vec<wl_vitals::Reading>) {
        self.frame_of(DeviceId(0), readings);
    }

    /// A frame of readings of one device.
    pub fn frame_of(&mut self, device: DeviceId, readings: Vec<wl_vitals::Reading>) {
        let taken = readings.first().map_or(self.now, |reading| reading.taken);
        let frame = Frame { device, received: self.now, readings };
        let plain = wl_vitals::frame::encode(&frame, taken).unwrap();
        self.sealed("hub", StreamId(0), Category::Vitals, RecordKind::Frame, taken, &plain);
    }

    pub fn alarm(&mut self, event: &wl_vitals::alarm::AlarmEvent) {
        self.sealed("hub", StreamId(1), Category::Alarms, RecordKind::Alarm, self.now, &event.to_bytes());
    }

    pub fn identity(&mut self, name: &str, bed: &str) {
        let identity = Identity {
            name: name.into(),
            mrn: "MRN-1".into(),
            birth_date: "1950-02-01".into(),
            bed: bed.into(),
            ward: "Ward 3".into(),
        };
        self.sealed(
            "hub",
            StreamId(2),
            Category::Identity,
            RecordKind::Identity,
            self.now,
            &identity.to_bytes(),
        );
    }

    pub fn next_seq(&self, stream: StreamId) -> Seq {
        self.tails.get(&stream).map_or(Seq(0), |(seq, _)| seq.next().unwrap())
    }

    /// The last record of a stream.
    pub fn tail(&self, stream: StreamId) -> Option<Hash> {
        self.tails.get(&stream).map(|(_, hash)| *hash)
    }

    pub fn record(
        &mut self,
        author: &str,
        stream: StreamId,
        epoch: Epoch,
        kind: RecordKind,
        taken: UnixMillis,
        ciphertext: Vec<u8>,
    ) {
        let seq = self.next_seq(stream);
        let previous =
            self.tails.get(&stream).map_or_else(|| stream_anchor(&self.chain, stream), |(_, hash)| *hash);
        let body = Body { salt: Hash::from_bytes(self.random(32).try_into().unwrap()), ciphertext };
        let header = RecordHeader {
            stream,
            seq,
            epoch,
            kind,
            taken,
            seen: Height(0),
            commitment: body.commitment(),
            size: body.ciphertext.len() as u32,
        };
        let record = SignedRecord::seal(&key(author), &self.chain, &previous, header);
        self.offer(Entry::Record(record.bytes().to_vec()), Some(body));
    }

    /// Signs and offers a control transaction.
    pub fn control(&mut self, author: &str, action: Action) {
        self.signed_by(&[author], action);
    }

    /// Signs a control transaction with several keys, the first of which is its author; answers its name.
    pub fn signed_by(&mut self, authors: &[&str], action: Action) -> Hash {
        let signers: Vec<SigningKey> = authors.iter().map(|author| key(author)).collect();
        let transaction = Transaction {
            number: self.proposer.state().next_number(&signers[0].id()),
            author: Some(signers[0].id()),
            made: self.now,
            action,
        };
        let signed = SignedTransaction::sign(&signers.iter().collect::<Vec<_>>(), &self.chain, transaction);
        self.offer(Entry::Control(signed.bytes().to_vec()), None);
        signed.hash()
    }

    fn offer(&mut self, entry: Entry, body: Option<Body>) {
        self.try_offer(Item { entry, body }).expect("the proposer takes it");
    }

    /// Offers what anybody submitted.
    pub fn try_offer(&mut self, item: Item) -> Result<(), String> {
        let previous = match &item.entry {
            Entry::Control(_) => None,
            Entry::Record(bytes) => {
                let record = SignedRecord::parse(bytes).map_err(|e| e.to_string())?;
                let stream = record.header().stream;
                Some((
                    stream,
                    record.header().seq,
                    record.hash(),
                    self.tails
                        .get(&stream)
                        .map_or_else(|| stream_anchor(&self.chain, stream), |(_, hash)| *hash),
                ))
            }
        };
        if matches!(item.entry, Entry::Control(_))
            && self.pending.iter().any(|one| matches!(one.item.entry, Entry::Record(_)))
        {
            self.cut();
        }
        self.proposer
            .offer(item.entry.clone(), item.body.as_ref(), self.now)
            .map_err(|e| format!("{e:?}"))?;
        if let Some((stream, seq, hash, _)) = previous {
            self.tails.insert(stream, (seq, hash));
        }
        self.pending.push(ServedItem { item, previous: previous.map(|(_, _, _, previous)| previous) });
        Ok(())
    }

    /// Cuts a block of what is pending.
    pub fn cut(&mut self) {
        if let Some(block) = self.proposer.cut(&key("gateway")) {
            self.blocks.push((block, std::mem::take(&mut self.pending)));
        }
    }

    pub fn tip(&self) -> Height {
        Height(self.blocks.len() as u64 - 1)
    }

    pub fn lane(&self, from: Height, max: u64) -> LaneBatch {
        let items: Vec<LaneItem> = self
            .blocks
            .iter()
            .skip(from.0 as usize)
            .take(max as usize)
            .map(|(block, _)| block.lane_item())
            .collect();
        LaneBatch { items, tip: self.tip() }
    }

    pub fn content(&self, height: Height) -> BlockContent {
        BlockContent { height, items: self.blocks[height.0 as usize].1.clone() }
    }

    pub fn batch(&self, from: Height, to: Height) -> BlockBatch {
        BlockBatch {
            blocks: (from.0..=to.0.min(self.tip().0)).map(|height| self.content(Height(height))).collect(),
        }
    }

    pub fn live(&self, height: Height) -> LiveBlock {
        LiveBlock { lane: self.blocks[height.0 as usize].0.lane_item(), content: self.content(height) }
    }

    /// A signed heartbeat of the gateway or the hub at the tip.
    pub fn heartbeat(&self, author: &str, now: UnixMillis) -> Vec<u8> {
        let tip = self.tip();
        let header = wl_ledger::header::header_id(&self.blocks[tip.0 as usize].0.header);
        let state = self.proposer.state();
        let own = |stream: &StreamId| state.stream(*stream).is_some_and(|s| s.author == key(author).id());
        let tails = self
            .tails
            .iter()
            .filter(|(stream, _)| own(stream))
            .map(|(stream, (seq, hash))| StreamTail { stream: *stream, seq: *seq, hash: *hash })
            .collect();
        let lost = self.lost.filter(|_| author == "hub");
        Heartbeat { author: key(author).id(), time: now, height: tip, header, tails, lost }
            .seal(&key(author), &self.chain)
    }

    /// What an administrator hands to a new workstation.
    pub fn answer(&self) -> Answer {
        let tip = self.tip();
        Answer {
            chain: self.chain,
            hospital: "Test Hospital".into(),
            demo: false,
            trusted_height: tip,
            trusted_header: wl_ledger::header::header_id(&self.blocks[tip.0 as usize].0.header),
            validators: self.proposer.state().founding().unwrap().validators.clone(),
        }
    }

    /// A verifier that has seen all of it.
    pub fn verifier(&self) -> Verifier {
        let mut verifier = Verifier::new(self.chain);
        verifier.advance(&self.lane(Height(0), u64::MAX).items).expect("the chain verifies");
        verifier
    }

    pub fn state(&self) -> &wl_ledger::state::State {
        self.proposer.state()
    }

    pub fn validators(&self) -> ValidatorSet {
        ValidatorSet::of([key("gateway").public()])
    }

    fn random(&mut self, length: usize) -> Vec<u8> {
        self.counter += 1;
        tagged_hash("random", &[&self.counter.to_be_bytes()]).as_bytes()[..length].to_vec()
    }
}

/// A reading of a parameter.
pub fn measured(
    parameter: wl_vitals::Parameter,
    mantissa: i32,
    scale: i8,
    taken: UnixMillis,
) -> wl_vitals::Reading {
    wl_vitals::Reading {
        code: parameter.code(),
        channel: 0,
        value: wl_vitals::Value::Number(wl_vitals::Decimal { mantissa, scale }),
        unit: parameter.info().unit,
        taken,
        quality: wl_vitals::Quality::Good,
    }
}

/// A raised alarm of low oxygen saturation.
pub fn spo2_alarm(patient: PatientId, raised: UnixMillis) -> wl_vitals::alarm::Alarm {
    use wl_vitals::alarm::*;
    let subject = Subject {
        patient,
        code: wl_vitals::Parameter::Spo2.code(),
        channel: 0,
        kind: Kind::Physiological,
        direction: Some(wl_vitals::limits::Direction::Low),
    };
    Alarm {
        id: AlarmId::derive(&subject, raised),
        subject,
        priority: Priority::High,
        condition: Condition::Active,
        limit: Some(wl_vitals::Decimal::whole(85)),
        worst: Some(wl_vitals::Decimal::whole(82)),
        unit: Some(wl_vitals::Parameter::Spo2.info().unit),
        first_crossed: raised,
        raised,
        cleared: None,
        episodes: 1,
        told: raised,
    }
}
