//! The opener: the only maker of [`Opened`] values. A record is opened when it is verified, its body is the one it
//! commits to, an agreement lets this reader read it now, and the keys are those the ledger committed to.
//!
//! It reads no clock: the time that decides is [`crate::timekeeper`]'s, which a clock that is set back cannot lower.

mod content;
mod keyring;

use content::decode;
use keyring::{Keyring, Mailbox};
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordHeader, RecordKind};
use wl_ledger::state::State;
use wl_ledger::verify::{ProvisionalRecord, VerifiedRecord};
use wl_ledger::{
    Category, ChainId, DeviceId, Generation, Hash, Height, KeyId, PatientId, Role, Seq, StreamId, UnixMillis,
};
use wl_seal::{GenerationSecret, ReadingIdentity, RecordContext, open_record};
use wl_vitals::chunk::{Sample, SeriesKey};
use wl_vitals::writing::{Reply, Writing};

pub use content::Content;

/// Where an opened record stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Whose.
    pub patient: PatientId,
    /// Of which category.
    pub category: Category,
    /// Stream.
    pub stream: StreamId,
    /// Number in the stream.
    pub seq: Seq,
    /// Height of its block; while it is sealing, the height it can reach first.
    pub height: Height,
    /// Place in the block; the last possible one while it is sealing.
    pub index: u32,
}

/// A record that was verified and decrypted. Nothing outside of this module can make one.
pub struct Opened {
    place: Place,
    hash: Hash,
    author: KeyId,
    taken: UnixMillis,
    sequenced: Option<UnixMillis>,
    content: Content,
}

impl Opened {
    /// Where it stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Hash of its record, by which others name it.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// Who signed it.
    pub fn author(&self) -> KeyId {
        self.author
    }

    /// When it was taken, by its author's clock.
    pub fn taken(&self) -> UnixMillis {
        self.taken
    }

    /// Block time; none while it is sealing.
    pub fn sequenced(&self) -> Option<UnixMillis> {
        self.sequenced
    }

    /// What it holds.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Its readings as samples of their series.
    pub fn samples(&self) -> impl Iterator<Item = (SeriesKey, Sample)> {
        let seq = self.place.seq;
        let frame = match &self.content {
            Content::Frame(frame) | Content::Observation(frame) => Some(frame),
            Content::Waveform(_)
            | Content::Alarm(_)
            | Content::Acknowledgement(_)
            | Content::Limits(_)
            | Content::Act(_)
            | Content::Writing(_)
            | Content::Identity(_)
            | Content::Kept => None,
        };
        frame.into_iter().flat_map(move |frame| {
            frame.readings.iter().map(move |reading| SeriesKey::split(frame.device, reading, seq))
        })
    }
}

/// Whether this reader may open a patient's category now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// An agreement in force lets it, until then if it has an end.
    Granted {
        /// The latest end among the agreements; none is open-ended.
        until: Option<UnixMillis>,
    },
    /// No agreement ever let it.
    Never,
    /// One did, and it is over.
    Ended,
}

/// Why a record stays closed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Closed {
    /// The patient never shared this category with this reader.
    #[error("not shared with this reader")]
    NotShared,
    /// The agreement has ended.
    #[error("sharing with this reader has ended")]
    Ended,
    /// Shared, but the key envelope of its generation has not arrived.
    #[error("the key of generation {0} has not arrived")]
    KeyMissing(Generation),
    /// Its body was not served.
    #[error("the body of the record is missing")]
    BodyMissing,
    /// Addressed to another reader, or of no patient.
    #[error("not addressed to this reader")]
    Elsewhere,
    /// A key is here, and it does not open or does not decode.
    #[error("the record does not open: {0}")]
    Unreadable(Unreadable),
}

/// What is wrong with a record whose key is here. Each of these is the author's fault or an attack.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Unreadable {
    /// The body is not the one that was signed.
    #[error("its body was replaced")]
    Body,
    /// The secret in the envelope or epoch is not the one the ledger committed to.
    #[error("its key is not the one the ledger committed to")]
    Commitment,
    /// It does not decrypt in its place.
    #[error("it does not decrypt in its place")]
    Decryption,
    /// It decrypts, and is not of its format.
    #[error("its content is malformed")]
    Content,
    /// A kind of record that does not belong into this category, or an author who may not write it.
    #[error("it stands where its kind or author does not belong")]
    Misplaced,
    /// A frame of a device that was not registered, was retired, or measured somebody else.
    #[error("it comes from a device that {0}")]
    Device(DeviceFault),
}

/// Why a device's frame is refused at the height of its block.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum DeviceFault {
    /// No administrator had registered it.
    #[error("was not registered")]
    Unregistered,
    /// It was retired.
    #[error("was retired")]
    Retired,
    /// It was assigned to nobody or to somebody else.
    #[error("was not assigned to this patient")]
    Elsewhere,
}

/// Decrypts for one reader.
pub struct Opener {
    chain: ChainId,
    me: KeyId,
    keyring: Keyring,
}

/// What both kinds of record have in common.
struct Facts<'a> {
    hash: Hash,
    header: &'a RecordHeader,
    author: KeyId,
    subject: Subject,
    height: Height,
    index: u32,
    sequenced: Option<UnixMillis>,
}

impl Opener {
    /// An opener without keys.
    pub fn new(chain: ChainId, me: KeyId) -> Self {
        Self { chain, me, keyring: Keyring::default() }
    }

    /// Whether this reader may open a patient's category at `time`.
    pub fn access(&self, state: &State, patient: &PatientId, category: Category, time: UnixMillis) -> Access {
        let active = state.member(&self.me).is_some_and(|member| member.is_active());
        let mut until = None;
        let mut granted = false;
        for agreement in state.agreements_for(&self.me, patient, category, time) {
            let end = agreement.agreement.until;
            until = if granted { latest(until, end) } else { end };
            granted = true;
        }
        if active && granted {
            return Access::Granted { until };
        }
        // Being granted a generation is what remains of an agreement that is over.
        match state.grants(patient, category, &self.me) {
            Some(_) => Access::Ended,
            None => Access::Never,
        }
    }

    /// Takes a key envelope out of this reader's mailbox. Returns what can be opened now that could not before.
    ///
    /// # Errors
    /// [`Closed`].
    pub fn take_envelope(
        &mut self,
        record: &VerifiedRecord,
        body: Option<&Body>,
        state: &State,
        identity: &ReadingIdentity,
    ) -> Result<(PatientId, Category), Closed> {
        if record.subject() != Subject::Mailbox(self.me) || record.header().kind != RecordKind::KeyEnvelope {
            return Err(Closed::Elsewhere);
        }
        let body = body.ok_or(Closed::BodyMissing)?;
        let envelope = record.ciphertext(body).map_err(|_| Closed::Unreadable(Unreadable::Body))?;
        let generation = Generation(record.header().epoch.0);
        let (chain, me, hub) = (self.chain, self.me, record.author());
        let letter = (record.header().stream, record.header().seq);
        self.keyring.take(Mailbox { chain, me, hub, generation, identity, letter }, state, envelope)
    }

    /// Opens a verified record.
    ///
    /// # Errors
    /// [`Closed`].
    pub fn open(
        &mut self,
        record: &VerifiedRecord,
        body: Option<&Body>,
        state: &State,
        time: UnixMillis,
    ) -> Result<Opened, Closed> {
        let facts = Facts {
            header: record.header(),
            hash: record.hash(),
            author: record.author(),
            subject: record.subject(),
            height: record.height(),
            index: record.index(),
            sequenced: Some(record.block_time()),
        };
        let body = body.ok_or(Closed::BodyMissing)?;
        let time = time.max(record.block_time());
        let sealed = record.ciphertext(body).map_err(|_| Closed::Unreadable(Unreadable::Body))?;
        self.open_sealed(&facts, sealed, state, time)
    }

    /// Opens an alarm or acknowledgement that is still sealing.
    ///
    /// # Errors
    /// [`Closed`].
    pub fn open_provisional(
        &mut self,
        record: &ProvisionalRecord,
        body: &Body,
        state: &State,
        next: Height,
        time: UnixMillis,
    ) -> Result<Opened, Closed> {
        let facts = Facts {
            header: record.header(),
            hash: record.hash(),
            author: record.author(),
            subject: record.subject(),
            height: next,
            index: u32::MAX,
            sequenced: None,
        };
        let sealed = record.ciphertext(body, next).map_err(|_| Closed::Unreadable(Unreadable::Body))?;
        self.open_sealed(&facts, sealed, state, time)
    }

    fn open_sealed(
        &mut self,
        facts: &Facts<'_>,
        sealed: &[u8],
        state: &State,
        time: UnixMillis,
    ) -> Result<Opened, Closed> {
        let Subject::Patient(patient, category) = facts.subject else { return Err(Closed::Elsewhere) };
        match self.access(state, &patient, category, time) {
            Access::Granted { .. } => {}
            Access::Never => return Err(Closed::NotShared),
            Access::Ended => return Err(Closed::Ended),
        }
        if !may_write(state, facts, &patient, category) {
            return Err(Closed::Unreadable(Unreadable::Misplaced));
        }
        let header = facts.header;
        let keys = self.keyring.epoch(self.chain, patient, category, header.epoch, state)?;
        let context = RecordContext {
            chain: self.chain,
            patient,
            category,
            stream: header.stream,
            seq: header.seq,
            epoch: header.epoch,
            kind: header.kind.code(),
        };
        let content = match header.kind {
            // Large age files are opened when they are looked at.
            RecordKind::Document | RecordKind::Segment | RecordKind::Quarantine => Content::Kept,
            RecordKind::Note => {
                let plain = wl_seal::open_document(keys, &context, sealed)
                    .map_err(|_| Closed::Unreadable(Unreadable::Decryption))?;
                decode(header.kind, &plain, header.taken).ok_or(Closed::Unreadable(Unreadable::Content))?
            }
            RecordKind::Frame
            | RecordKind::Waveform
            | RecordKind::Alarm
            | RecordKind::Acknowledgement
            | RecordKind::Identity
            | RecordKind::KeyEnvelope
            | RecordKind::AccessReceipt
            | RecordKind::SecurityEvent
            | RecordKind::CustodyShare
            | RecordKind::ShareRelease
            | RecordKind::Limits
            | RecordKind::Observation
            | RecordKind::Act => {
                let plain = open_record(keys.record_key(), &context, sealed)
                    .map_err(|_| Closed::Unreadable(Unreadable::Decryption))?;
                decode(header.kind, &plain, header.taken).ok_or(Closed::Unreadable(Unreadable::Content))?
            }
        };
        if let Content::Frame(frame) = &content
            && let Some(fault) = device_fault(state, frame.device, &patient, facts.height)
        {
            return Err(Closed::Unreadable(Unreadable::Device(fault)));
        }
        if let Content::Act(act) = &content {
            let role = state.member(&facts.author).map(|member| member.enrolment.role);
            if !role.is_some_and(|role| act.may_be_said_by(role)) {
                return Err(Closed::Unreadable(Unreadable::Misplaced));
            }
        }
        if let Content::Writing(writing) = &content
            && !is_authors(state, &self.chain, &patient, &facts.author, writing)
        {
            return Err(Closed::Unreadable(Unreadable::Misplaced));
        }
        let place = Place {
            patient,
            category,
            stream: header.stream,
            seq: header.seq,
            height: facts.height,
            index: facts.index,
        };
        Ok(Opened {
            place,
            hash: facts.hash,
            author: facts.author,
            taken: header.taken,
            sequenced: facts.sequenced,
            content,
        })
    }

    /// Seals a record of this reader under a patient's category, in its newest epoch.
    ///
    /// # Errors
    /// [`Closed`] when this reader may not read what it would write.
    pub fn seal(
        &mut self,
        state: &State,
        time: UnixMillis,
        place: (PatientId, Category, StreamId, Seq, RecordKind),
        nonce: &[u8; wl_seal::NONCE_BYTES],
        plaintext: &[u8],
    ) -> Result<(wl_ledger::Epoch, Vec<u8>), Closed> {
        let (patient, category, stream, seq, kind) = place;
        match self.access(state, &patient, category, time) {
            Access::Granted { .. } => {}
            Access::Never => return Err(Closed::NotShared),
            Access::Ended => return Err(Closed::Ended),
        }
        let (epoch, _) = state.epoch(&patient, category).ok_or(Closed::NotShared)?;
        let keys = self.keyring.epoch(self.chain, patient, category, epoch, state)?;
        let context =
            RecordContext { chain: self.chain, patient, category, stream, seq, epoch, kind: kind.code() };
        let sealed = match kind {
            RecordKind::Note => wl_seal::seal_document(keys.recipient(), &context, plaintext),
            _ => wl_seal::seal_record(keys.record_key(), nonce, &context, plaintext),
        };
        Ok((epoch, sealed.map_err(|_| Closed::Unreadable(Unreadable::Content))?))
    }

    /// Where the letters of those generations lie of which `which` says so.
    pub(crate) fn letters(
        &self,
        patient: &PatientId,
        category: Category,
        which: impl Fn(Generation) -> bool,
    ) -> Vec<(StreamId, Seq)> {
        self.keyring.letters(patient, category, which)
    }

    /// Takes the secret of a generation that custodians released together. The caller has checked it against the
    /// ledger's commitment; whether anything may be opened with it is decided record by record.
    pub(crate) fn take_secret(
        &mut self,
        (patient, category, generation): (PatientId, Category, Generation),
        secret: GenerationSecret,
    ) {
        self.keyring.insert(patient, category, generation, secret);
    }

    /// Whether a key of a patient's category is here.
    pub fn holds(&self, patient: &PatientId, category: Category) -> bool {
        self.keyring.readable().any(|(of, kind)| of == *patient && kind == category)
    }

    /// Forgets every key of a patient's category.
    pub fn forget(&mut self, patient: &PatientId, category: Category) {
        self.keyring.forget(|of, kind| of == patient && kind == category);
    }

    /// Forgets every key but those of alarms: what a locked workstation may keep, so that alarms still sound.
    pub fn keep_alarms_only(&mut self) {
        self.keyring.forget(|_, category| category != Category::Alarms);
    }

    /// Patients and categories for which a key is here.
    pub fn readable(&self) -> impl Iterator<Item = (PatientId, Category)> {
        self.keyring.readable()
    }
}

/// What was wrong with a device at a height, if anything. Devices are registered, assigned and retired by
/// administrators; a hub that takes another one's readings is at fault.
fn device_fault(state: &State, device: DeviceId, patient: &PatientId, height: Height) -> Option<DeviceFault> {
    match state.device_at(device, height) {
        Some(at) => (at.patient != Some(*patient)).then_some(DeviceFault::Elsewhere),
        None => {
            let retired = state.device(device).and_then(|device| device.retired);
            let gone = retired.is_some_and(|retired| retired <= height);
            Some(if gone { DeviceFault::Retired } else { DeviceFault::Unregistered })
        }
    }
}

fn latest(a: Option<UnixMillis>, b: Option<UnixMillis>) -> Option<UnixMillis> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (None, _) | (_, None) => None,
    }
}

/// Whether somebody's role is to document the care of patients.
pub(crate) fn writes_notes(state: &State, key: &KeyId) -> bool {
    state.member(key).is_some_and(|member| {
        let role = member.enrolment.role;
        matches!(role, Role::Physician | Role::Nurse | Role::Diagnostician | Role::Pharmacist)
    })
}

/// People write, and the patient's hub says what became of their advice. What it says the patient answered bears the
/// patient's or a guardian's own signature: the hub cannot make one up.
fn is_authors(
    state: &State,
    chain: &ChainId,
    patient: &PatientId,
    author: &KeyId,
    writing: &Writing,
) -> bool {
    let by_hub = state.patient(patient).is_some_and(|known| known.hub == *author);
    let signed = |reply: &Reply| {
        let key = state.consent_key(patient, &reply.by);
        key.is_some_and(|key| reply.verify(chain, patient, &key).is_ok())
    };
    match writing {
        Writing::Reply(reply) => by_hub && signed(reply),
        _ => by_hub == writing.is_of_hub(),
    }
}

/// Measurements, alarms and identity come from the patient's hub alone; what is done about alarms from people, limits and
/// observations from clinicians. Who may say which act is judged once it is opened.
fn may_write(state: &State, facts: &Facts<'_>, patient: &PatientId, category: Category) -> bool {
    let by_hub = state.patient(patient).is_some_and(|known| known.hub == facts.author);
    let by_person = state.member(&facts.author).is_some_and(|member| member.enrolment.role != Role::Hub);
    let by_clinician = state
        .member(&facts.author)
        .is_some_and(|member| matches!(member.enrolment.role, Role::Physician | Role::Nurse));
    match facts.header.kind {
        RecordKind::Frame => by_hub && category == Category::Vitals,
        RecordKind::Waveform => by_hub && category == Category::Waveforms,
        RecordKind::Alarm => by_hub && category == Category::Alarms,
        RecordKind::Acknowledgement => by_person && category == Category::Alarms,
        RecordKind::Identity => by_hub && category == Category::Identity,
        RecordKind::Limits => by_clinician && category == Category::Alarms,
        RecordKind::Observation => by_clinician && category == Category::Vitals,
        RecordKind::Act => (by_person || by_hub) && category == Category::Alarms,
        RecordKind::Segment => by_hub,
        RecordKind::Note => category == Category::Notes && (by_hub || writes_notes(state, &facts.author)),
        RecordKind::Document | RecordKind::Quarantine => true,
        RecordKind::KeyEnvelope
        | RecordKind::AccessReceipt
        | RecordKind::SecurityEvent
        | RecordKind::CustodyShare
        | RecordKind::ShareRelease => false,
    }
}
