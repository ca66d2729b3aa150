//! People, their keys, roles, teams, and the custodians among them.

use super::founding::check_proof;
use super::signers::{Act, Place, absent};
use super::{Custodians, Member, Revocation, Span, State, StateError};
use crate::control::{ProvenEnrolment, RevocationReason};
use crate::keys::PublicKey;
use crate::limits::MAX_KEYS_OF_PERSON;
use crate::{KeyId, Role, TeamId};

impl State {
    pub(super) fn enrol(&mut self, proven: &ProvenEnrolment, act: &Act<'_>) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers())?;
        self.check_fresh(proven)?;
        self.admit_member(proven, proven.enrolment.sign.id(), act.place);
        Ok(())
    }

    pub(super) fn add_key(
        &mut self,
        person: &KeyId,
        proven: &ProvenEnrolment,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let first = self.members.get(person).filter(|member| member.person == *person);
        let first = first.ok_or(StateError::Unknown("person"))?;
        let same = first.enrolment.name == proven.enrolment.name
            && first.enrolment.role == proven.enrolment.role
            && first.enrolment.role != Role::Hub;
        self.need_own_key_and_admins(person, act)?;
        if !same {
            return Err(StateError::OtherPerson(*person));
        }
        if self.keys_of(person).count() >= MAX_KEYS_OF_PERSON {
            return Err(StateError::TooMany("keys"));
        }
        self.check_fresh(proven)?;
        self.admit_member(proven, *person, act.place);
        Ok(())
    }

    /// A person asks for a workstation with a key in force; for who has none, more administrators may have to sign.
    fn need_own_key_and_admins(&self, person: &KeyId, act: &Act<'_>) -> Result<(), StateError> {
        let own = act.signers.iter().any(|key| self.person_of(key) == Some(*person));
        if own {
            let need = self.policy_signers();
            return match self.need_admins(act, need) {
                Err(StateError::NotPermitted) => Err(StateError::TooFewAdmins { need, got: 0 }),
                other => other,
            };
        }
        let recovery = self.founding().map_or(1, |founding| usize::from(founding.policy.recovery_signers));
        self.need_admins(act, recovery)
    }

    fn check_fresh(&self, proven: &ProvenEnrolment) -> Result<(), StateError> {
        check_proof(proven)?;
        let enrolment = &proven.enrolment;
        absent(self.members.values().any(|member| member.enrolment.reading == enrolment.reading), "key")?;
        absent(self.key_is_used(&enrolment.sign) || self.key_is_used(&enrolment.transport), "key")
    }

    /// Whether a key has a duty already. One key has one duty: a connection never signs with a key that signs
    /// records, and no key id ever names two keys.
    pub(super) fn key_is_used(&self, key: &PublicKey) -> bool {
        self.guardians.contains_key(&key.id()) || self.key_has_other_duty(key)
    }

    /// The same for a key that may guard several patients.
    pub(super) fn key_has_other_duty(&self, key: &PublicKey) -> bool {
        let id = key.id();
        let mut validators = self.founding.iter().flat_map(|founding| &founding.validators);
        self.members.contains_key(&id)
            || self.patient_keys.contains_key(&id)
            || self.members.values().any(|member| member.enrolment.transport == *key)
            || validators.any(|validator| validator.sign == *key || validator.transport == *key)
    }

    pub(super) fn admit_member(&mut self, proven: &ProvenEnrolment, person: KeyId, place: Place) {
        let member = Member {
            enrolment: proven.enrolment.clone(),
            since: place.height,
            revoked: None,
            person,
            earlier: Vec::new(),
        };
        self.put_member(proven.enrolment.sign.id(), member);
    }

    pub(super) fn revoke(
        &mut self,
        key: &KeyId,
        reason: RevocationReason,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let mut member = self.members.get(key).cloned().ok_or(StateError::Unknown("key"))?;
        if act.author != *key {
            self.need_admins(act, 1)?;
        }
        if member.revoked.is_some() {
            return Err(StateError::Ended("key"));
        }
        if self.is_admin(key) && !self.members.keys().any(|other| other != key && self.is_admin(other)) {
            return Err(StateError::LastAdmin);
        }
        member.revoked = Some(Revocation { at: act.place.height, time: act.place.time, reason });
        self.put_member(*key, member);
        Ok(())
    }

    pub(super) fn reinstate(&mut self, key: &KeyId, act: &Act<'_>) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers())?;
        let mut member = self.members.get(key).cloned().ok_or(StateError::Unknown("key"))?;
        let revoked = member.revoked.take().ok_or(StateError::Unchanged("key"))?;
        member.earlier.push(Span { from: member.since, until: revoked.at });
        member.since = act.place.height;
        self.put_member(*key, member);
        Ok(())
    }

    pub(super) fn change_role(
        &mut self,
        person: &KeyId,
        role: Role,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers())?;
        let first = self.members.get(person).filter(|member| member.person == *person);
        let before = first.ok_or(StateError::Unknown("person"))?.enrolment.role;
        if before == Role::Hub || role == Role::Hub {
            return Err(StateError::HubRole);
        }
        if before == role {
            return Err(StateError::Unchanged("role"));
        }
        let admins = self.persons_in(Role::Admin);
        if admins.contains(person) && admins.len() == 1 {
            return Err(StateError::LastAdmin);
        }
        let keys: Vec<KeyId> = self.keys_of(person).copied().collect();
        for key in keys {
            if let Some(mut member) = self.members.get(&key).cloned() {
                member.enrolment.role = role;
                self.put_member(key, member);
            }
        }
        Ok(())
    }

    pub(super) fn join_team(&mut self, id: &TeamId, person: &KeyId, act: &Act<'_>) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers())?;
        let mut team = self.teams.get(id).cloned().ok_or(StateError::Unknown("team"))?;
        if !self.is_active_person(person) {
            return Err(StateError::Unknown("person"));
        }
        absent(!team.members.insert(*person), "team member")?;
        self.put_team(*id, team);
        Ok(())
    }

    pub(super) fn leave_team(
        &mut self,
        id: &TeamId,
        person: &KeyId,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, 1)?;
        let mut team = self.teams.get(id).cloned().ok_or(StateError::Unknown("team"))?;
        if !team.members.remove(person) {
            return Err(StateError::Unknown("team member"));
        }
        self.put_team(*id, team);
        Ok(())
    }

    pub(super) fn set_custodians(
        &mut self,
        threshold: u8,
        persons: &[KeyId],
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.need_admins(act, self.policy_signers())?;
        let hubs = self.persons_in(Role::Hub);
        for person in persons {
            if !self.is_active_person(person) {
                return Err(StateError::Unknown("person"));
            }
            if hubs.contains(person) {
                return Err(StateError::WrongHolder);
            }
        }
        let persons = persons.iter().copied().collect();
        let custodians = Custodians { threshold, persons, since: act.place.height };
        self.put_custodians((threshold > 0).then_some(custodians));
        Ok(())
    }
}
