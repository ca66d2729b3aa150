//! The table of transitions: who may do what, and when it is refused.
//!
//! Each transition checks everything first and changes the state only then, so a refused transaction
//! leaves no trace.

use super::*;
use crate::control::{
    Action, GenerationOpening, Genesis, NO_CHAIN, ProvenEnrolment, Purpose, Registration, SignedTransaction,
    Transaction, chain_id,
};
use crate::keys::{KeyError, Signature};

/// Why a control transaction is refused. Each refusal has its own name, so that a person can be told what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum StateError {
    /// Anything but genesis at the start of a chain.
    #[error("a chain starts with genesis")]
    NotFounded,
    /// A second genesis.
    #[error("genesis stands only at height 0")]
    AlreadyFounded,
    /// A signer that is not enrolled, or not one that this action knows.
    #[error("signer {0} is not known")]
    UnknownSigner(KeyId),
    /// A signer whose key was revoked.
    #[error("signer {0} was revoked")]
    RevokedSigner(KeyId),
    /// A signature that does not verify for this chain.
    #[error("signature of {signer} does not verify")]
    Signature {
        /// Signer named.
        signer: KeyId,
        /// The failure.
        source: KeyError,
    },
    /// The author is not among the signers.
    #[error("the author did not sign")]
    AuthorMissing,
    /// A replayed, reordered or skipped transaction of its author.
    #[error("transaction number {got} of {author}, expected {expected}")]
    WrongNumber {
        /// Author.
        author: KeyId,
        /// The number that comes next.
        expected: u64,
        /// The number it bears.
        got: u64,
    },
    /// The signers may not do this.
    #[error("the signers may not do this")]
    NotPermitted,
    /// Fewer administrators signed than policy asks for.
    #[error("{got} administrators signed, policy asks for {need}")]
    TooFewAdmins {
        /// Administrators needed.
        need: usize,
        /// Administrators that signed.
        got: usize,
    },
    /// The only administrator would be gone.
    #[error("the last administrator cannot be revoked")]
    LastAdmin,
    /// A key of low order or no key.
    #[error("key cannot be enrolled")]
    WeakKey(#[source] KeyError),
    /// The request is not signed by the key it asks to enrol.
    #[error("possession of key {0} is not proven")]
    Possession(KeyId),
    /// The name is taken; every id is used once.
    #[error("{0} exists already")]
    Exists(&'static str),
    /// The name is unknown.
    #[error("{0} is unknown")]
    Unknown(&'static str),
    /// Short ids are allotted in order.
    #[error("{0} is not the next free id")]
    NotNext(&'static str),
    /// The key to revoke is revoked already, or the agreement has ended.
    #[error("{0} has ended already")]
    Ended(&'static str),
    /// The end lies before the beginning, in the past, or research has none.
    #[error("the time span of the agreement is not valid")]
    Span,
    /// A hub would grant a key to somebody whom no agreement in force lets read.
    #[error("no agreement in force lets {0} read this")]
    NotEntitled(KeyId),
    /// The epoch does not belong to the generation in force.
    #[error("the generation is not the one in force")]
    GenerationNotInForce,
    /// A stream must be opened by somebody who may write about its subject.
    #[error("{0} may not write about this")]
    MayNotWrite(KeyId),
}

/// Where in the chain a transaction is applied.
#[derive(Clone, Copy)]
struct Place {
    height: Height,
    time: UnixMillis,
}

impl State {
    /// Checks signatures, numbering and permission of a transaction and applies it.
    ///
    /// # Errors
    /// [`StateError`]; the state is then as it was.
    pub fn apply(
        &mut self,
        signed: &SignedTransaction,
        height: Height,
        time: UnixMillis,
    ) -> Result<(), StateError> {
        let place = Place { height, time };
        let transaction = signed.transaction();
        match (&transaction.action, self.chain) {
            (Action::Genesis(genesis), None) => {
                check_genesis(genesis, signed)?;
                self.found(genesis, chain_id(signed), place);
            }
            (Action::Genesis(_), Some(_)) => return Err(StateError::AlreadyFounded),
            (_, None) => return Err(StateError::NotFounded),
            (action, Some(chain)) => {
                let author = self.check_signers(signed, &chain)?;
                self.check_number(&author, transaction)?;
                self.act(action, &author, signed.signers(), place)?;
                self.put_number(author, transaction.number.saturating_add(1));
            }
        }
        self.append_log(signed.hash());
        Ok(())
    }

    fn check_signers(&self, signed: &SignedTransaction, chain: &ChainId) -> Result<KeyId, StateError> {
        let message = signed.message(chain);
        for (signer, signature) in signed.signers() {
            let key = self.signer_key(signer)?;
            key.verify(&message, signature)
                .map_err(|source| StateError::Signature { signer: *signer, source })?;
        }
        signed
            .transaction()
            .author
            .filter(|author| signed.signers().iter().any(|(signer, _)| signer == author))
            .ok_or(StateError::AuthorMissing)
    }

    fn signer_key(&self, signer: &KeyId) -> Result<PublicKey, StateError> {
        if let Some(member) = self.members.get(signer) {
            return if member.is_active() {
                Ok(member.enrolment.sign)
            } else {
                Err(StateError::RevokedSigner(*signer))
            };
        }
        if let Some(patient) = self.patient_keys.get(signer).and_then(|id| self.patients.get(id)) {
            return Ok(patient.sign);
        }
        Err(StateError::UnknownSigner(*signer))
    }

    fn check_number(&self, author: &KeyId, transaction: &Transaction) -> Result<(), StateError> {
        let expected = self.next_number(author);
        if transaction.number == expected {
            Ok(())
        } else {
            Err(StateError::WrongNumber { author: *author, expected, got: transaction.number })
        }
    }

    fn act(
        &mut self,
        action: &Action,
        author: &KeyId,
        signers: &[(KeyId, Signature)],
        place: Place,
    ) -> Result<(), StateError> {
        match action {
            Action::Genesis(_) => Err(StateError::AlreadyFounded),
            Action::Enrol(proven) => {
                self.need_admins(signers, self.enrolment_signers())?;
                self.enrol(proven, place)
            }
            Action::Revoke(key, reason) => self.revoke(key, *reason, author, signers, place),
            Action::CreateTeam(id, name) => {
                self.need_admins(signers, 1)?;
                absent(self.teams.contains_key(id), "team")?;
                self.put_team(*id, Team { name: name.clone(), members: BTreeSet::new() });
                Ok(())
            }
            Action::JoinTeam(id, key) => {
                self.need_admins(signers, self.enrolment_signers())?;
                self.change_team(id, key, true)
            }
            Action::LeaveTeam(id, key) => {
                self.need_admins(signers, 1)?;
                self.change_team(id, key, false)
            }
            Action::RegisterPatient(registration) => {
                self.need_admins(signers, 1)?;
                self.register_patient(registration, place)
            }
            Action::RegisterDevice(id, identity) => {
                self.need_admins(signers, 1)?;
                self.register_device(*id, identity)
            }
            Action::AssignDevice(id, patient) => {
                self.need_admins(signers, 1)?;
                self.assign_device(*id, *patient)
            }
            Action::OpenStream(id, subject) => self.open_stream(*id, *subject, author, place),
            Action::GrantAgreement(agreement) => self.grant_agreement(agreement, author, place),
            Action::RevokeAgreement(id) => self.revoke_agreement(id, author, place),
            Action::OpenGeneration(opening) => self.open_generation(opening, author, place),
            Action::GrantGeneration(patient, category, generation, readers, _) => {
                self.grant_generation((*patient, *category, *generation), readers, author, place)
            }
            Action::OpenEpoch(opening) => self.open_epoch(opening, author, place),
        }
    }

    fn found(&mut self, genesis: &Genesis, chain: ChainId, place: Place) {
        self.chain = Some(chain);
        for proven in &genesis.admins {
            self.admit_member(proven, place);
        }
        self.put_founding(Founding {
            hospital: genesis.hospital.clone(),
            demo: genesis.demo,
            policy: genesis.policy,
            validators: genesis.validators.clone(),
        });
    }

    fn enrolment_signers(&self) -> usize {
        self.founding.as_ref().map_or(1, |founding| usize::from(founding.policy.enrolment_signers))
    }

    fn need_admins(&self, signers: &[(KeyId, Signature)], need: usize) -> Result<(), StateError> {
        let got = signers.iter().filter(|(key, _)| self.is_admin(key)).count();
        if got >= need {
            Ok(())
        } else if got == 0 {
            Err(StateError::NotPermitted)
        } else {
            Err(StateError::TooFewAdmins { need, got })
        }
    }

    fn enrol(&mut self, proven: &ProvenEnrolment, place: Place) -> Result<(), StateError> {
        check_proof(proven)?;
        let enrolment = &proven.enrolment;
        absent(self.members.values().any(|member| member.enrolment.reading == enrolment.reading), "key")?;
        absent(self.key_is_used(&enrolment.sign) || self.key_is_used(&enrolment.transport), "key")?;
        self.admit_member(proven, place);
        Ok(())
    }

    /// Whether a key has a duty already. One key has one duty: a connection never signs with a key that signs
    /// records, and no key id ever names two keys.
    fn key_is_used(&self, key: &PublicKey) -> bool {
        let id = key.id();
        self.members.contains_key(&id)
            || self.patient_keys.contains_key(&id)
            || self.members.values().any(|member| member.enrolment.transport == *key)
    }

    fn admit_member(&mut self, proven: &ProvenEnrolment, place: Place) {
        let member = Member { enrolment: proven.enrolment.clone(), since: place.height, revoked: None };
        self.put_member(proven.enrolment.sign.id(), member);
    }

    fn revoke(
        &mut self,
        key: &KeyId,
        reason: RevocationReason,
        author: &KeyId,
        signers: &[(KeyId, Signature)],
        place: Place,
    ) -> Result<(), StateError> {
        let mut member = self.members.get(key).cloned().ok_or(StateError::Unknown("key"))?;
        if author != key {
            self.need_admins(signers, 1)?;
        }
        if member.revoked.is_some() {
            return Err(StateError::Ended("key"));
        }
        if self.is_admin(key) && !self.members.keys().any(|other| other != key && self.is_admin(other)) {
            return Err(StateError::LastAdmin);
        }
        member.revoked = Some(Revocation { at: place.height, time: place.time, reason });
        self.put_member(*key, member);
        Ok(())
    }

    fn change_team(&mut self, id: &TeamId, key: &KeyId, join: bool) -> Result<(), StateError> {
        let mut team = self.teams.get(id).cloned().ok_or(StateError::Unknown("team"))?;
        if join {
            self.members.get(key).filter(|member| member.is_active()).ok_or(StateError::Unknown("key"))?;
            absent(!team.members.insert(*key), "team member")?;
        } else if !team.members.remove(key) {
            return Err(StateError::Unknown("team member"));
        }
        self.put_team(*id, team);
        Ok(())
    }

    fn register_patient(&mut self, registration: &Registration, place: Place) -> Result<(), StateError> {
        let Registration { patient, sign, hub, proof } = registration;
        sign.check().map_err(StateError::WeakKey)?;
        let key = sign.id();
        absent(self.patients.contains_key(patient), "patient")?;
        absent(self.key_is_used(sign), "key")?;
        let chain = self.chain.ok_or(StateError::NotFounded)?;
        sign.verify(&Registration::possession_message(&chain, patient, sign, hub), proof)
            .map_err(|_| StateError::Possession(key))?;
        self.need_hub(hub)?;
        self.put_patient(*patient, Patient { sign: *sign, hub: *hub, since: place.height });
        Ok(())
    }

    fn need_hub(&self, key: &KeyId) -> Result<(), StateError> {
        self.members
            .get(key)
            .filter(|member| member.is_active() && member.enrolment.role == Role::Hub)
            .map(|_| ())
            .ok_or(StateError::Unknown("hub"))
    }

    fn register_device(&mut self, id: DeviceId, identity: &str) -> Result<(), StateError> {
        if self.next_device() != Some(id) {
            return Err(StateError::NotNext("device"));
        }
        absent(self.devices.values().any(|device| device.identity == identity), "device")?;
        self.put_device(id, Device { identity: identity.to_owned(), patient: None });
        Ok(())
    }

    fn assign_device(&mut self, id: DeviceId, patient: Option<PatientId>) -> Result<(), StateError> {
        let device = self.devices.get(&id).cloned().ok_or(StateError::Unknown("device"))?;
        if patient.is_some_and(|patient| !self.patients.contains_key(&patient)) {
            return Err(StateError::Unknown("patient"));
        }
        self.put_device(id, Device { patient, ..device });
        Ok(())
    }

    fn open_stream(
        &mut self,
        id: StreamId,
        subject: Subject,
        author: &KeyId,
        place: Place,
    ) -> Result<(), StateError> {
        match subject {
            Subject::Patient(patient, category) => {
                let hub = self.patients.get(&patient).ok_or(StateError::Unknown("patient"))?.hub;
                if hub != *author && !self.entitled(&patient, category, place.time).contains(author) {
                    return Err(StateError::MayNotWrite(*author));
                }
            }
            Subject::Mailbox(reader) => {
                self.need_hub(author).map_err(|_| StateError::MayNotWrite(*author))?;
                self.members.get(&reader).ok_or(StateError::Unknown("key"))?;
            }
        }
        if self.next_stream() != Some(id) {
            return Err(StateError::NotNext("stream"));
        }
        absent(self.stream_of(author, &subject).is_some(), "stream")?;
        self.put_stream(id, Stream { author: *author, subject, since: place.height });
        Ok(())
    }

    fn grant_agreement(
        &mut self,
        agreement: &Agreement,
        author: &KeyId,
        place: Place,
    ) -> Result<(), StateError> {
        let patient = self.patients.get(&agreement.patient).ok_or(StateError::Unknown("patient"))?;
        if patient.sign.id() != *author {
            return Err(StateError::NotPermitted);
        }
        absent(self.agreements.contains_key(&agreement.id), "agreement")?;
        match agreement.holder {
            Holder::Team(team) => self.teams.get(&team).map(|_| ()).ok_or(StateError::Unknown("team"))?,
            Holder::Key(key) => self.members.get(&key).map(|_| ()).ok_or(StateError::Unknown("key"))?,
        }
        let open_ended_research = agreement.purpose == Purpose::Research && agreement.until.is_none();
        let empty = agreement.until.is_some_and(|until| until <= agreement.from || until <= place.time);
        if open_ended_research || empty {
            return Err(StateError::Span);
        }
        self.put_agreement(Granted { agreement: agreement.clone(), since: place.height, revoked: None });
        Ok(())
    }

    fn revoke_agreement(&mut self, id: &AgreementId, author: &KeyId, place: Place) -> Result<(), StateError> {
        let mut granted = self.agreements.get(id).cloned().ok_or(StateError::Unknown("agreement"))?;
        if self.patients.get(&granted.agreement.patient).map(|patient| patient.sign.id()) != Some(*author) {
            return Err(StateError::NotPermitted);
        }
        if granted.revoked.is_some() {
            return Err(StateError::Ended("agreement"));
        }
        granted.revoked = Some(place.height);
        self.put_agreement(granted);
        Ok(())
    }

    fn need_patients_hub(&self, patient: &PatientId, author: &KeyId) -> Result<(), StateError> {
        let registered = self.patients.get(patient).ok_or(StateError::Unknown("patient"))?;
        if registered.hub == *author { Ok(()) } else { Err(StateError::NotPermitted) }
    }

    fn need_entitled(
        &self,
        patient: &PatientId,
        category: Category,
        readers: &[KeyId],
        time: UnixMillis,
    ) -> Result<(), StateError> {
        let entitled = self.entitled(patient, category, time);
        match readers.iter().find(|reader| !entitled.contains(reader)) {
            Some(reader) => Err(StateError::NotEntitled(*reader)),
            None => Ok(()),
        }
    }

    fn open_generation(
        &mut self,
        opening: &GenerationOpening,
        author: &KeyId,
        place: Place,
    ) -> Result<(), StateError> {
        let GenerationOpening { patient, category, generation, commitment, readers, .. } = opening;
        self.need_patients_hub(patient, author)?;
        self.need_entitled(patient, *category, readers, place.time)?;
        let next = self.generation(patient, *category).map_or(Some(Generation(0)), |(last, _)| last.next());
        if next != Some(*generation) {
            return Err(StateError::NotNext("generation"));
        }
        let opened = OpenedGeneration { commitment: *commitment, since: place.height };
        self.put_generation(*patient, *category, *generation, opened);
        for reader in readers {
            self.put_grant(*patient, *category, *reader, *generation, place.height);
        }
        Ok(())
    }

    fn grant_generation(
        &mut self,
        (patient, category, generation): (PatientId, Category, Generation),
        readers: &[KeyId],
        author: &KeyId,
        place: Place,
    ) -> Result<(), StateError> {
        self.need_patients_hub(&patient, author)?;
        self.generation_at(&patient, category, generation).ok_or(StateError::Unknown("generation"))?;
        self.need_entitled(&patient, category, readers, place.time)?;
        for reader in readers {
            let held = self
                .grants(&patient, category, reader)
                .is_some_and(|grants| grants.contains_key(&generation));
            absent(held, "grant")?;
        }
        for reader in readers {
            self.put_grant(patient, category, *reader, generation, place.height);
        }
        Ok(())
    }

    fn open_epoch(&mut self, opening: &EpochOpening, author: &KeyId, place: Place) -> Result<(), StateError> {
        self.need_patients_hub(&opening.patient, author)?;
        let (generation, _) =
            self.generation(&opening.patient, opening.category).ok_or(StateError::Unknown("generation"))?;
        if generation != opening.generation {
            return Err(StateError::GenerationNotInForce);
        }
        let next =
            self.epoch(&opening.patient, opening.category).map_or(Some(Epoch(0)), |(last, _)| last.next());
        if next != Some(opening.epoch) {
            return Err(StateError::NotNext("epoch"));
        }
        self.put_epoch(OpenedEpoch { opening: opening.clone(), since: place.height, time: place.time });
        Ok(())
    }
}

fn absent(exists: bool, what: &'static str) -> Result<(), StateError> {
    if exists { Err(StateError::Exists(what)) } else { Ok(()) }
}

fn check_proof(proven: &ProvenEnrolment) -> Result<(), StateError> {
    let enrolment = &proven.enrolment;
    enrolment.sign.check().map_err(StateError::WeakKey)?;
    enrolment.transport.check().map_err(StateError::WeakKey)?;
    absent(enrolment.sign == enrolment.transport, "key")?;
    enrolment
        .sign
        .verify(&enrolment.possession_message(), &proven.proof)
        .map_err(|_| StateError::Possession(enrolment.sign.id()))
}

/// Genesis is signed by every validator it names, and each administrator proves possession.
fn check_genesis(genesis: &Genesis, signed: &SignedTransaction) -> Result<(), StateError> {
    let message = signed.message(&NO_CHAIN);
    for validator in &genesis.validators {
        validator.sign.check().map_err(StateError::WeakKey)?;
        validator.transport.check().map_err(StateError::WeakKey)?;
        let signer = validator.sign.id();
        let signature =
            signed.signers().iter().find(|(key, _)| *key == signer).map(|(_, signature)| signature);
        let signature = signature.ok_or(StateError::UnknownSigner(signer))?;
        validator
            .sign
            .verify(&message, signature)
            .map_err(|source| StateError::Signature { signer, source })?;
    }
    if signed.signers().len() != genesis.validators.len() {
        return Err(StateError::NotPermitted);
    }
    let (mut seen, mut readings) = (BTreeSet::new(), BTreeSet::new());
    for proven in &genesis.admins {
        check_proof(proven)?;
        let fresh = seen.insert(proven.enrolment.sign)
            & seen.insert(proven.enrolment.transport)
            & readings.insert(&proven.enrolment.reading);
        absent(!fresh, "key")?;
        if proven.enrolment.role != Role::Admin {
            return Err(StateError::NotPermitted);
        }
    }
    Ok(())
}
