//! Breaking the glass, and what becomes of it.

use super::signers::{Act, absent};
use super::{Broken, Origin, Review, State, StateError};
use crate::control::{Agreement, BreakGlass, Holder, Outcome, Purpose};
use crate::{AgreementId, Role};

impl State {
    pub(super) fn break_glass(&mut self, request: &BreakGlass, act: &Act<'_>) -> Result<(), StateError> {
        let member = self.active_member(&act.author).ok_or(StateError::NotPermitted)?;
        let person = member.person;
        let policy = self.founding.as_ref().and_then(|founding| founding.policy.break_glass);
        let policy = policy.filter(|policy| policy.roles.contains(member.enrolment.role));
        let policy = policy.ok_or(StateError::NotPermitted)?;
        self.patients.get(&request.patient).ok_or(StateError::Unknown("patient"))?;
        absent(self.agreements.contains_key(&request.id), "agreement")?;
        if request.minutes > policy.minutes {
            return Err(StateError::Span);
        }
        let time = act.place.time;
        let agreement = Agreement {
            id: request.id,
            patient: request.patient,
            holder: Holder::Person(person),
            categories: request.categories,
            purpose: Purpose::BreakGlass,
            from: time,
            until: Some(time.plus(i64::from(request.minutes) * 60_000)),
            delegable: None,
            terms: None,
        };
        self.begin(&agreement, Origin::BreakGlass, act);
        let at = act.place.height;
        let request = request.clone();
        self.put_broken(Broken { request, requester: act.author, person, at, time, review: None });
        Ok(())
    }

    pub(super) fn review_break_glass(
        &mut self,
        id: &AgreementId,
        outcome: Outcome,
        act: &Act<'_>,
    ) -> Result<(), StateError> {
        let mut broken = self.broken.get(id).cloned().ok_or(StateError::Unknown("break-glass"))?;
        let officer = self
            .active_member(&act.author)
            .filter(|member| member.enrolment.role == Role::PrivacyOfficer && member.person != broken.person);
        officer.ok_or(StateError::NotPermitted)?;
        absent(broken.review.is_some(), "review")?;
        broken.review = Some(Review { by: act.author, outcome, at: act.place.height });
        self.put_broken(broken);
        Ok(())
    }
}
