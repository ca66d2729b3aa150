//! Agreements: how they come about, what they let read, how they end (`docs/spec/agreements.md`).

use super::signers::{Act, absent};
use super::{Granted, Member, Origin, State, StateError, Team};
use crate::control::{Agreement, Categories, Holder, Purpose};
use crate::limits::{MAX_BEDSIDE_MILLIS, MAX_DISCLOSURE_MILLIS};
use crate::{AgreementId, Category, Hash, KeyId, PatientId, Role, UnixMillis};
use std::collections::BTreeSet;

impl State {
    /// The agreements of a patient, ended ones included.
    pub fn agreements_of(&self, patient: &PatientId) -> impl Iterator<Item = &Granted> + use<'_> {
        let ids = self.agreements_of.get(patient).into_iter().flatten();
        ids.filter_map(|id| self.agreements.get(id))
    }

    /// The agreements in force at a block time that let a key read a patient's category.
    pub fn agreements_for<'a>(
        &'a self,
        key: &'a KeyId,
        patient: &'a PatientId,
        category: Category,
        time: UnixMillis,
    ) -> impl Iterator<Item = &'a Granted> {
        self.agreements_of(patient).filter(move |granted| {
            granted.agreement.categories.contains(category)
                && granted.in_force(time)
                && self.members.get(key).is_some_and(|member| {
                    let team = match granted.agreement.holder {
                        Holder::Team(team) => self.teams.get(&team),
                        Holder::Person(_) => None,
                    };
                    lets_read(&granted.agreement, member, team)
                })
        })
    }

    /// The active keys that agreements in force at `time` let read a patient's category, ascending.
    pub fn entitled(&self, patient: &PatientId, category: Category, time: UnixMillis) -> BTreeSet<KeyId> {
        let mut readers = BTreeSet::new();
        for granted in self.agreements_of(patient) {
            let agreement = &granted.agreement;
            if agreement.categories.contains(category) && granted.in_force(time) {
                let keys =
                    self.holders(&agreement.holder).into_iter().flat_map(|person| self.keys_of(&person));
                let reading = keys.filter(|key| {
                    self.active_member(key).is_some_and(|member| fits(agreement.purpose, member))
                });
                readers.extend(reading.copied().collect::<Vec<_>>());
            }
        }
        readers
    }

    fn holders(&self, holder: &Holder) -> BTreeSet<KeyId> {
        match holder {
            Holder::Person(person) => BTreeSet::from([*person]),
            Holder::Team(team) => self.teams.get(team).map(|team| team.members.clone()).unwrap_or_default(),
        }
    }

    /// The ids of a patient's agreements that were not revoked; none before the first.
    pub fn unrevoked(&self, patient: &PatientId) -> Option<&BTreeSet<AgreementId>> {
        self.unrevoked.get(patient)
    }

    pub(super) fn grant_agreement(&mut self, agreement: &Agreement, act: &Act<'_>) -> Result<(), StateError> {
        let patient = self.patients.get(&agreement.patient).ok_or(StateError::Unknown("patient"))?;
        let by_patient = patient.sign.id() == act.author;
        self.need_signed_for(&agreement.patient, act)?;
        match agreement.purpose {
            Purpose::Treatment | Purpose::Research | Purpose::Caregiving => {}
            Purpose::LegalDisclosure | Purpose::BreakGlass => return Err(StateError::WrongPurpose),
        }
        self.check_new(agreement)?;
        self.check_span(agreement, act)?;
        self.begin(agreement, if by_patient { Origin::Patient } else { Origin::Guardian(act.author) }, act);
        Ok(())
    }

    /// The id is new, and the holder exists and fits the purpose.
    fn check_new(&self, agreement: &Agreement) -> Result<(), StateError> {
        absent(self.agreements.contains_key(&agreement.id), "agreement")?;
        match agreement.holder {
            Holder::Team(team) if !self.teams.contains_key(&team) => return Err(StateError::Unknown("team")),
            Holder::Person(person) if !self.persons.contains_key(&person) => {
                return Err(StateError::Unknown("person"));
            }
            Holder::Team(_) | Holder::Person(_) => {}
        }
        let fits = |person: &KeyId| {
            let member = self.members.get(person);
            member.is_some_and(|member| fits(agreement.purpose, member))
        };
        // A caregiver is somebody in particular; a team of them would let in whoever joins.
        let by_name =
            agreement.purpose != Purpose::Caregiving || matches!(agreement.holder, Holder::Person(_));
        if by_name && self.holders(&agreement.holder).iter().all(fits) {
            Ok(())
        } else {
            Err(StateError::WrongHolder)
        }
    }

    fn check_span(&self, agreement: &Agreement, act: &Act<'_>) -> Result<(), StateError> {
        let open_ended_research = agreement.purpose == Purpose::Research && agreement.until.is_none();
        let empty = agreement.until.is_some_and(|until| until <= agreement.from || until <= act.place.time);
        if open_ended_research || empty { Err(StateError::Span) } else { Ok(()) }
    }

    /// An agreement that others than the patient make ends soon.
    fn check_short(&self, agreement: &Agreement, millis: i64, act: &Act<'_>) -> Result<(), StateError> {
        self.check_span(agreement, act)?;
        match agreement.until {
            Some(until) if until <= act.place.time.plus(millis) => Ok(()),
            Some(_) | None => Err(StateError::Span),
        }
    }

    pub(super) fn begin(&mut self, agreement: &Agreement, origin: Origin, act: &Act<'_>) {
        let since = act.place.height;
        let agreement = agreement.clone();
        self.put_agreement(Granted { agreement, since, revoked: None, origin, narrowed: None });
    }

    pub(super) fn revoke_agreement(&mut self, id: &AgreementId, act: &Act<'_>) -> Result<(), StateError> {
        let granted = self.agreements.get(id).cloned().ok_or(StateError::Unknown("agreement"))?;
        let person = self.person_of(&act.author);
        let may = match granted.origin {
            Origin::Law(_) => false,
            Origin::Delegated(parent) => {
                let holder = self.agreements.get(&parent).map(|parent| parent.agreement.holder);
                person.is_some_and(|person| holder == Some(Holder::Person(person)))
            }
            Origin::BreakGlass => {
                person.is_some_and(|person| granted.agreement.holder == Holder::Person(person))
            }
            Origin::Patient | Origin::Guardian(_) | Origin::Bedside(..) => false,
        };
        if !may {
            self.need_signed_for(&granted.agreement.patient, act)?;
            if matches!(granted.origin, Origin::Law(_)) {
                return Err(StateError::NotPermitted);
            }
        }
        self.end(granted, act)
    }

    /// Ends an agreement and what was passed on of it.
    fn end(&mut self, granted: Granted, act: &Act<'_>) -> Result<(), StateError> {
        if granted.revoked.is_some() {
            return Err(StateError::Ended("agreement"));
        }
        let id = granted.agreement.id;
        self.put_agreement(Granted { revoked: Some(act.place.height), ..granted });
        for passed in self.passed_on(&id) {
            self.put_agreement(Granted { revoked: Some(act.place.height), ..passed });
        }
        Ok(())
    }

    /// What was passed on of an agreement and has not been revoked.
    fn passed_on(&self, parent: &AgreementId) -> Vec<Granted> {
        let patient = self.agreements.get(parent).map(|granted| granted.agreement.patient);
        let all = patient.into_iter().flat_map(|patient| self.agreements_of(&patient));
        let passed = all.filter(|granted| granted.origin == Origin::Delegated(*parent));
        passed.filter(|granted| granted.revoked.is_none()).cloned().collect()
    }

    pub(super) fn narrow_agreement(
        &mut self,
        id: &AgreementId,
        categories: Categories,
        until: Option<UnixMillis>,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let mut granted = self.agreements.get(id).cloned().ok_or(StateError::Unknown("agreement"))?;
        self.need_signed_for(&granted.agreement.patient, act)?;
        if matches!(granted.origin, Origin::Law(_)) {
            return Err(StateError::NotPermitted);
        }
        let over = granted.agreement.until.is_some_and(|until| until <= act.place.time);
        if granted.revoked.is_some() || over {
            return Err(StateError::Ended("agreement"));
        }
        let before = granted.agreement.clone();
        if !categories.is_within(before.categories) || later(until, before.until) {
            return Err(StateError::OutOfScope);
        }
        if categories == before.categories && until == before.until {
            return Err(StateError::Unchanged("agreement"));
        }
        granted.agreement.categories = categories;
        granted.agreement.until = until;
        granted.agreement.delegable = before.delegable.and_then(|passed| passed.common(categories));
        granted.narrowed = Some(act.place.height);
        self.check_span(&granted.agreement, act)?;
        let kept = granted.agreement.clone();
        self.put_agreement(granted);
        for passed in self.passed_on(id) {
            self.narrow_passed_on(passed, &kept, act);
        }
        Ok(())
    }

    /// What was passed on never reaches further than what it came from; where nothing is left, it ends.
    fn narrow_passed_on(&mut self, mut passed: Granted, parent: &Agreement, act: &Act<'_>) {
        let before = passed.agreement.clone();
        let left = parent.delegable.and_then(|delegable| delegable.common(before.categories));
        if later(before.until, parent.until) {
            passed.agreement.until = parent.until;
        }
        match left {
            Some(left) if passed.agreement.until.is_none_or(|until| before.from < until) => {
                passed.agreement.categories = left;
            }
            Some(_) | None => {
                passed.agreement.until = before.until;
                passed.revoked = Some(act.place.height);
            }
        }
        if passed.agreement != before {
            passed.narrowed = Some(act.place.height);
        }
        self.put_agreement(passed);
    }

    pub(super) fn delegate_agreement(
        &mut self,
        id: &AgreementId,
        agreement: &Agreement,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let parent = self.agreements.get(id).cloned().ok_or(StateError::Unknown("agreement"))?;
        let person = self.person_of(&act.author);
        if person.is_none_or(|person| parent.agreement.holder != Holder::Person(person)) {
            return Err(StateError::NotPermitted);
        }
        if !parent.in_force(act.place.time) {
            return Err(StateError::Ended("agreement"));
        }
        if agreement.purpose != Purpose::Caregiving {
            return Err(StateError::WrongPurpose);
        }
        let part = parent.agreement.delegable.is_some_and(|passed| agreement.categories.is_within(passed));
        let same = agreement.patient == parent.agreement.patient;
        let reach = later(agreement.until, parent.agreement.until);
        if !part || !same || reach || agreement.delegable.is_some() {
            return Err(StateError::OutOfScope);
        }
        self.check_new(agreement)?;
        self.check_span(agreement, act)?;
        self.begin(agreement, Origin::Delegated(*id), act);
        Ok(())
    }

    pub(super) fn record_consent(&mut self, agreement: &Agreement, act: &Act<'_>) -> Result<(), StateError> {
        self.patients.get(&agreement.patient).ok_or(StateError::Unknown("patient"))?;
        let (one, other) = self.need_two_practitioners(act)?;
        if agreement.purpose != Purpose::Treatment {
            return Err(StateError::WrongPurpose);
        }
        if !matches!(agreement.holder, Holder::Team(_)) {
            return Err(StateError::WrongHolder);
        }
        if agreement.delegable.is_some() {
            return Err(StateError::OutOfScope);
        }
        self.check_new(agreement)?;
        self.check_short(agreement, MAX_BEDSIDE_MILLIS, act)?;
        self.begin(agreement, Origin::Bedside(one, other), act);
        Ok(())
    }

    pub(super) fn disclose_legally(
        &mut self,
        agreement: &Agreement,
        order: Hash,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        self.patients.get(&agreement.patient).ok_or(StateError::Unknown("patient"))?;
        self.need_officer_and_admin(act)?;
        if agreement.purpose != Purpose::LegalDisclosure {
            return Err(StateError::WrongPurpose);
        }
        if agreement.delegable.is_some() {
            return Err(StateError::OutOfScope);
        }
        self.check_new(agreement)?;
        self.check_short(agreement, MAX_DISCLOSURE_MILLIS, act)?;
        self.begin(agreement, Origin::Law(order), act);
        Ok(())
    }

    pub(super) fn end_disclosure(&mut self, id: &AgreementId, act: &Act<'_>) -> Result<(), StateError> {
        let granted = self.agreements.get(id).filter(|granted| matches!(granted.origin, Origin::Law(_)));
        let granted = granted.cloned().ok_or(StateError::Unknown("disclosure"))?;
        self.need_officer_and_admin(act)?;
        self.end(granted, act)
    }
}

/// Whether an agreement lets a key's person read while it is in force; `team` is the team that holds it, if one does.
pub fn lets_read(agreement: &Agreement, member: &Member, team: Option<&Team>) -> bool {
    fits(agreement.purpose, member)
        && match agreement.holder {
            Holder::Person(person) => person == member.person,
            Holder::Team(_) => team.is_some_and(|team| team.members.contains(&member.person)),
        }
}

/// Whether an agreement of this purpose lets somebody of this role read, whoever holds it.
fn fits(purpose: Purpose, member: &Member) -> bool {
    purpose.reader().is_none_or(|role: Role| member.enrolment.role == role)
}

/// Whether the first end lies behind the second; none is the latest of all.
fn later(one: Option<UnixMillis>, other: Option<UnixMillis>) -> bool {
    match (one, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}
