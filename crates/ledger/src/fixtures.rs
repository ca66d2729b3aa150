//! A deterministic chain for tests, behind the feature `test-fixtures`; never part of a release.
//!
//! Every key, id and secret is derived from a name, so that the same calls always make the same bytes. The blocks come
//! from the [`Proposer`], by the same rules as a gateway's. A call that must succeed panics when it does not: a fixture
//! that is refused is a fault of the test.
#![allow(clippy::expect_used, clippy::panic)]

mod archives;

use crate::block::{Entry, LaneItem, UnverifiedBlock};
use crate::codec::tagged_hash;
use crate::control::*;
use crate::header::{Certificate, header_id};
use crate::keys::SigningKey;
use crate::propose::{OfferError, Proposer};
use crate::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use crate::state::State;
use crate::verify::Verifier;
use crate::{
    AgreementId, Category, ChainId, Epoch, Generation, Hash, Height, KeyId, PatientId, Role, Seq, StreamId,
    TeamId, UnixMillis,
};
use std::collections::BTreeMap;

pub use archives::Content;

/// Block time of genesis: 2026-01-10T00:00:00Z.
pub const START: UnixMillis = UnixMillis(1_768_003_200_000);

/// 32 bytes that belong to a name.
pub fn hash(name: &str) -> Hash {
    tagged_hash("wardlight/fixture/1", &[name.as_bytes()])
}

/// The signing key that belongs to a name: of a person, hub, patient or gateway.
pub fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(hash(&format!("key/{name}")).as_bytes())
}

/// The key id that belongs to a name.
pub fn key_id(name: &str) -> KeyId {
    key(name).id()
}

/// The patient pseudonym that belongs to a name.
pub fn patient_id(name: &str) -> PatientId {
    PatientId::from_bytes(sixteen(&format!("patient/{name}")))
}

/// The team id that belongs to a name.
pub fn team_id(name: &str) -> TeamId {
    TeamId::from_bytes(sixteen(&format!("team/{name}")))
}

/// The agreement id that belongs to a name.
pub fn agreement_id(name: &str) -> AgreementId {
    AgreementId::from_bytes(sixteen(&format!("agreement/{name}")))
}

fn sixteen(name: &str) -> [u8; 16] {
    let mut out = [0; 16];
    out.copy_from_slice(hash(name).as_bytes().split_at(16).0);
    out
}

/// `name`, `name-1`, `name-2` …
pub fn numbered(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { format!("{name}-{index}") }
}

/// The enrolment request of a name.
pub fn enrolment(name: &str, role: Role) -> ProvenEnrolment {
    let enrolment = Enrolment {
        name: name.to_owned(),
        role,
        sign: key(name).public(),
        reading: format!("age1{}", hash(&format!("reading/{name}"))),
        transport: key(&format!("{name}/transport")).public(),
    };
    ProvenEnrolment::prove(enrolment, &key(name))
}

/// How a chain is founded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Setup {
    /// First administrators, named `admin`, `admin-1` …
    pub admins: usize,
    /// Administrators who must sign what two people answer for.
    pub signers: u8,
    /// Validators, named `gateway`, `gateway-1` …; the first proposes every block.
    pub validators: usize,
}

impl Default for Setup {
    fn default() -> Self {
        Self { admins: 1, signers: 1, validators: 1 }
    }
}

impl Setup {
    /// The keys of the validators.
    pub fn validator_keys(&self) -> Vec<SigningKey> {
        (0..self.validators).map(|index| key(&numbered("gateway", index))).collect()
    }

    /// The signed genesis transaction.
    pub fn genesis(&self) -> SignedTransaction {
        let admins =
            (0..self.admins).map(|index| enrolment(&numbered("admin", index), Role::Admin)).collect();
        let mut validators: Vec<Validator> = (0..self.validators)
            .map(|index| numbered("gateway", index))
            .map(|name| Validator {
                sign: key(&name).public(),
                transport: key(&format!("{name}/transport")).public(),
                address: format!("{name}.example:7443"),
            })
            .collect();
        validators.sort_by_key(|validator| validator.sign);
        let genesis = Genesis {
            hospital: "Fixture Hospital".to_owned(),
            demo: true,
            admins,
            validators,
            policy: Policy { signers: self.signers, recovery_signers: self.signers, ..Policy::demo() },
            nonce: hash("nonce"),
        };
        let transaction =
            Transaction { number: 0, author: None, made: START, action: Action::Genesis(genesis) };
        let keys = self.validator_keys();
        SignedTransaction::sign(&keys.iter().collect::<Vec<_>>(), &NO_CHAIN, transaction)
    }
}

/// A chain that grows call by call.
pub struct TestChain {
    setup: Setup,
    chain: ChainId,
    proposer: Proposer,
    blocks: Vec<UnverifiedBlock>,
    bodies: BTreeMap<Hash, Body>,
    /// The gateway's clock: time of the next block.
    pub now: UnixMillis,
}

impl TestChain {
    /// A chain with its genesis block.
    pub fn found(setup: Setup) -> Self {
        let genesis = setup.genesis();
        let chain = chain_id(&genesis);
        let proposer = Proposer::new(chain);
        let mut this =
            Self { setup, chain, proposer, blocks: Vec::new(), bodies: BTreeMap::new(), now: START };
        this.offer(Entry::Control(genesis.bytes().to_vec()), None).expect("genesis of the fixture");
        this.cut();
        this
    }

    /// A small ward, six blocks: `admin`, `hub`, `nurse`, `physician`, patient `ada` cared for by team `ward` with an
    /// agreement on every category, one generation and epoch of vitals and of alarms, the hub's streams 0 (vitals) and
    /// 1 (alarms), the nurse's stream 2 (alarms), the hub's mailbox stream 3 for the nurse, and records in 0, 1 and 3.
    pub fn ward() -> Self {
        let mut this = Self::found(Setup::default());
        for (name, role) in [("hub", Role::Hub), ("nurse", Role::Nurse), ("physician", Role::Physician)] {
            this.must(&["admin"], Action::Enrol(enrolment(name, role)));
        }
        this.must(&["admin"], Action::CreateTeam(team_id("ward"), "ward".to_owned()));
        this.must(&["admin"], Action::JoinTeam(team_id("ward"), key_id("nurse")));
        this.must(&["admin"], Action::JoinTeam(team_id("ward"), key_id("physician")));
        this.next_block();
        this.register("ada", "hub");
        this.must(&["ada"], this.agreement("ada", Holder::Team(team_id("ward")), Categories::all()));
        this.next_block();
        for category in [Category::Vitals, Category::Alarms] {
            this.open_generation("hub", "ada", category);
            this.open_epoch("hub", "ada", category);
            this.open_stream("hub", Subject::Patient(patient_id("ada"), category));
        }
        let alarms = this.open_stream("nurse", Subject::Patient(patient_id("ada"), Category::Alarms));
        let mailbox = this.open_stream("hub", Subject::Mailbox(key_id("nurse")));
        this.next_block();
        this.record("hub", mailbox, RecordKind::KeyEnvelope, b"envelope");
        this.record("hub", StreamId(0), RecordKind::Frame, b"frame 0");
        this.record("hub", StreamId(0), RecordKind::Frame, b"frame 1");
        this.next_block();
        this.record("hub", StreamId(1), RecordKind::Alarm, b"alarm");
        this.record("nurse", alarms, RecordKind::Acknowledgement, b"acknowledged");
        this.record("hub", StreamId(0), RecordKind::Frame, b"frame 2");
        this.next_block();
        this
    }

    /// The chain id.
    pub fn chain(&self) -> ChainId {
        self.chain
    }

    /// How it was founded.
    pub fn setup(&self) -> Setup {
        self.setup
    }

    /// The state with the entries that wait for the next cut.
    pub fn state(&self) -> &State {
        self.proposer.state()
    }

    /// The proposer.
    pub fn proposer(&self) -> &Proposer {
        &self.proposer
    }

    /// The blocks cut so far.
    pub fn blocks(&self) -> &[UnverifiedBlock] {
        &self.blocks
    }

    /// Headers, certificates and control entries of the blocks cut so far.
    pub fn lane(&self) -> Vec<LaneItem> {
        self.blocks.iter().map(UnverifiedBlock::lane_item).collect()
    }

    /// A verifier that verified all of it.
    pub fn verifier(&self) -> Verifier {
        let mut verifier = Verifier::new(self.chain);
        verifier.advance(&self.lane()).expect("the fixture verifies");
        verifier
    }

    /// The body of a record, by the record's hash.
    pub fn body(&self, record: &Hash) -> Option<&Body> {
        self.bodies.get(record)
    }

    /// Offers an entry; cuts first where that is asked for.
    ///
    /// # Errors
    /// As [`Proposer::offer`].
    pub fn offer(&mut self, entry: Entry, body: Option<&Body>) -> Result<(), OfferError> {
        match self.proposer.offer(entry.clone(), body, self.now) {
            Err(OfferError::CutFirst) => {
                self.cut();
                self.proposer.offer(entry, body, self.now)
            }
            other => other,
        }
    }

    /// Closes the block being built; certified by every validator.
    pub fn cut(&mut self) -> Option<&UnverifiedBlock> {
        let height = Height(self.proposer.tip().map_or(0, |(height, ..)| height.0 + 1));
        let mut block = self.proposer.cut(&key("gateway"))?;
        if self.setup.validators > 1 {
            let keys = self.setup.validator_keys();
            let keys: Vec<_> = keys.iter().collect();
            block.certificate =
                Certificate::sign(&keys, &self.chain, height, 0, &header_id(&block.header)).to_bytes();
        }
        self.blocks.push(block);
        self.blocks.last()
    }

    /// Closes the block being built and lets a second pass.
    pub fn next_block(&mut self) {
        self.cut();
        self.now = self.now.plus(1_000);
    }

    /// Signs an action as the next transaction of the first of `signers`.
    pub fn sign(&self, signers: &[&str], action: Action) -> SignedTransaction {
        let author = signers.first().map(|name| key_id(name));
        let number = author.map_or(0, |author| self.state().next_number(&author));
        let transaction = Transaction { number, author, made: self.now, action };
        let keys: Vec<_> = signers.iter().map(|name| key(name)).collect();
        SignedTransaction::sign(&keys.iter().collect::<Vec<_>>(), &self.chain, transaction)
    }

    /// Signs and offers an action.
    ///
    /// # Errors
    /// As [`Proposer::offer`].
    pub fn control(&mut self, signers: &[&str], action: Action) -> Result<(), OfferError> {
        let signed = self.sign(signers, action);
        self.offer(Entry::Control(signed.bytes().to_vec()), None)
    }

    /// The same for an action that must be taken.
    pub fn must(&mut self, signers: &[&str], action: Action) {
        if let Err(error) = self.control(signers, action) {
            panic!("the fixture is refused: {error:?}");
        }
    }

    /// Registers a patient with its hub.
    pub fn register(&mut self, patient: &str, hub: &str) {
        let registration = Registration::prove(&self.chain, patient_id(patient), &key(patient), key_id(hub));
        self.must(&["admin"], Action::RegisterPatient(registration));
    }

    /// The grant of an open-ended treatment agreement; its id is new for each agreement of the patient.
    pub fn agreement(&self, patient: &str, holder: Holder, categories: Categories) -> Action {
        Action::GrantAgreement(Agreement {
            id: agreement_id(&format!("{patient}/{}", self.state().agreements().count())),
            patient: patient_id(patient),
            holder,
            categories,
            purpose: Purpose::Treatment,
            from: START,
            until: None,
            delegable: None,
            terms: None,
        })
    }

    /// The opening of the next generation for everybody who is entitled now.
    pub fn generation(&self, patient: &str, category: Category) -> Action {
        let patient = patient_id(patient);
        let next = self.state().generation(&patient, category).map_or(0, |(last, _)| last.0 + 1);
        let readers: Vec<_> = self.state().entitled(&patient, category, self.now).into_iter().collect();
        Action::OpenGeneration(GenerationOpening {
            patient,
            category,
            generation: Generation(next),
            commitment: hash(&format!("generation/{patient}/{}/{next}", category.code())),
            grants_root: hash(&format!("grants/{patient}/{}/{next}", category.code())),
            readers,
            custody: None,
        })
    }

    /// The opening of the next epoch within the generation in force.
    pub fn epoch(&self, patient: &str, category: Category) -> Action {
        let patient = patient_id(patient);
        let generation = self.state().generation(&patient, category).map_or(Generation(0), |(last, _)| last);
        let next = self.state().epoch(&patient, category).map_or(0, |(last, _)| last.0 + 1);
        let secret = hash(&format!("epoch/{patient}/{}/{next}", category.code()));
        Action::OpenEpoch(EpochOpening {
            patient,
            category,
            generation,
            epoch: Epoch(next),
            recipient: format!("age1{secret}"),
            commitment: secret,
            wrapped: secret.as_bytes().to_vec(),
        })
    }

    /// Opens the next generation.
    pub fn open_generation(&mut self, hub: &str, patient: &str, category: Category) {
        self.must(&[hub], self.generation(patient, category));
    }

    /// Opens the next epoch.
    pub fn open_epoch(&mut self, hub: &str, patient: &str, category: Category) {
        self.must(&[hub], self.epoch(patient, category));
    }

    /// Opens a stream under the next free id.
    pub fn open_stream(&mut self, author: &str, subject: Subject) -> StreamId {
        let id = self.state().next_stream().expect("fewer than 2^32 streams");
        self.must(&[author], Action::OpenStream(id, subject));
        id
    }

    /// The next record of a stream with its body, signed but not offered.
    pub fn draft(
        &self,
        author: &str,
        stream: StreamId,
        kind: RecordKind,
        ciphertext: &[u8],
    ) -> (SignedRecord, Body) {
        let (seq, previous) = match self.proposer.tail(stream) {
            Some(tail) => (Seq(tail.seq.0 + 1), tail.hash),
            None => (Seq(0), stream_anchor(&self.chain, stream)),
        };
        let epoch = match self.state().stream(stream).map(|stream| stream.subject) {
            Some(Subject::Patient(patient, category)) => {
                self.state().epoch(&patient, category).map_or(Epoch(0), |(epoch, _)| epoch)
            }
            Some(Subject::Mailbox(_) | Subject::Access(_) | Subject::Security) | None => Epoch(0),
        };
        let body = Body { salt: hash(&format!("salt/{stream}/{seq}")), ciphertext: ciphertext.to_vec() };
        let header = RecordHeader {
            stream,
            seq,
            epoch,
            kind,
            taken: self.now,
            seen: self.proposer.tip().map_or(Height(0), |(height, ..)| height),
            commitment: body.commitment(),
            size: u32::try_from(ciphertext.len()).expect("a small body"),
        };
        (SignedRecord::seal(&key(author), &self.chain, &previous, header), body)
    }

    /// Signs and offers the next record of a stream.
    pub fn record(&mut self, author: &str, stream: StreamId, kind: RecordKind, ciphertext: &[u8]) {
        let (record, body) = self.draft(author, stream, kind, ciphertext);
        if let Err(error) = self.offer(Entry::Record(record.bytes().to_vec()), Some(&body)) {
            panic!("the fixture is refused: {error:?}");
        }
        self.bodies.insert(record.hash(), body);
    }

    /// Keeps the body of a record that was offered by other means.
    pub fn keep_body(&mut self, record: &SignedRecord, body: Body) {
        self.bodies.insert(record.hash(), body);
    }
}
