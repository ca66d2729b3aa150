//! Orders: given by physicians, checked by pharmacists, carried out or declined by nurses.

use super::commands::patient_of;
use super::writing::{check_shared, record_of, sign_writing};
use super::{Answer, Desk};
use crate::edge;
use crate::present;
use crate::session::Core;
use crate::view::{NotesView, OrderInput, StepInput, UiError};
use crate::written::may_step;
use wl_ledger::Role;
use wl_vitals::writing::{OrderStep, Step, Writing, tidy};

impl Desk {
    /// Signs an order.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed.
    pub async fn write_order(&self, id: String, input: OrderInput) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        if !may_order(&*session.core().await) {
            return Err(UiError::not_allowed("A physician gives orders."));
        }
        let order = present::order_of(edge::now(), input.ordered, &input.note);
        sign_writing(&session, &patient, &Writing::Order(order)).await?;
        self.notes(id).await
    }

    /// Signs what was done about an order.
    ///
    /// # Errors
    /// [`UiError`]: it is another role's to do, or the order does not take it now.
    pub async fn answer_order(&self, id: String, record_id: String, input: StepInput) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let record = record_of(&record_id)?;
        let step = present::step_of(input.step);
        let session = self.shared.open_session().await?;
        {
            let mut core = session.core().await;
            let role = role(&core).filter(|role| may_step(step, *role)).ok_or_else(|| not_yours(step))?;
            check_shared(&mut core, &patient)?;
            let folder = core.written.get(&patient).ok_or_else(|| UiError::not_found("order"))?;
            let orders = folder.orders(core.state());
            let order = orders.iter().find(|one| one.written.record == record);
            let order = order.ok_or_else(|| UiError::not_found("order"))?;
            if order.is_stopped() {
                return Err(UiError::refused("This order is stopped."));
            }
            if step == Step::Given && order.is_queried() {
                return Err(UiError::refused(
                    "The pharmacist asks back: it is not to be given until that is settled.",
                ));
            }
            if !order.takes(step, role) {
                return Err(UiError::refused("This was done already, or the order does not need it."));
            }
        }
        let text = Some(tidy(&input.text)).filter(|text| !text.is_empty());
        let written = OrderStep { at: edge::now(), record, step, text };
        sign_writing(&session, &patient, &Writing::OrderStep(written)).await?;
        self.notes(id).await
    }
}

fn not_yours(step: Step) -> UiError {
    match step {
        Step::Checked | Step::Queried => UiError::not_allowed("A pharmacist checks orders."),
        Step::Given | Step::Declined => UiError::not_allowed("A nurse carries orders out."),
        Step::Stopped => UiError::not_allowed("A physician stops orders."),
    }
}

/// Whether this person gives orders.
pub(crate) fn may_order(core: &Core) -> bool {
    core.keys().is_some() && role(core) == Some(Role::Physician)
}

fn role(core: &Core) -> Option<Role> {
    core.state().active_member(&core.me).map(|member| member.enrolment.role)
}
