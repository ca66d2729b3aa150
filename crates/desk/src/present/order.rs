//! Orders as the window shows them, and the window's words as the record's.

use super::Moment;
use super::alarm::person;
use super::notes::{OnItsWay, answers, role_of, sealed_row};
use crate::view::{EntryView, OrderState, OrderView, OrderedView, RouteWord, StepView, StepWord, WrittenRow};
use crate::written::{Folder, Ordering};
use wl_ledger::UnixMillis;
use wl_vitals::writing::{Order, Ordered, Route, Step, tidy};

/// An order in the record.
pub(super) fn order_row(moment: &Moment<'_>, one: &Ordering<'_>, waiting: &[OnItsWay]) -> WrittenRow {
    let core = moment.core;
    let me = core.state().active_member(&core.me);
    let free = core.keys().is_some() && !answers(waiting, &one.written.record);
    let may = me.filter(|_| free).map_or_else(Vec::new, |member| {
        let taken = Step::ALL.iter().filter(|step| one.takes(**step, member.enrolment.role));
        taken.map(|step| step_view(*step)).collect()
    });
    let steps = one.steps.iter().rev().map(|(written, step)| StepView {
        step: step_view(step.step),
        by: person(moment, &written.by),
        role: role_of(moment, &written.by),
        at_ms: written.at().0,
        text: step.text.clone().unwrap_or_default(),
        record_ref: written.place.to_string(),
    });
    let order = OrderView { state: state_of(one), steps: steps.collect(), may, ..view_of(one.order) };
    sealed_row(moment, one.written, EntryView::Order { order })
}

/// An order that is on its way: nobody has seen it, so nothing was done about it.
pub(super) fn waiting_order(order: &Order) -> EntryView {
    EntryView::Order { order: view_of(order) }
}

fn view_of(order: &Order) -> OrderView {
    OrderView {
        ordered: ordered_view(&order.ordered),
        note: order.note.clone().unwrap_or_default(),
        state: match order.ordered {
            Ordered::Medicine { .. } => OrderState::Unchecked,
            Ordered::Oxygen { .. } | Ordered::Observation { .. } => OrderState::Open,
        },
        steps: Vec::new(),
        may: Vec::new(),
    }
}

fn state_of(one: &Ordering<'_>) -> OrderState {
    match (one.is_stopped(), one.is_queried(), one.is_unchecked()) {
        (true, _, _) => OrderState::Stopped,
        (false, true, _) => OrderState::Queried,
        (false, false, true) => OrderState::Unchecked,
        (false, false, false) => OrderState::Open,
    }
}

/// Orders that are not ended, in lines for a hand-over.
pub(super) fn order_lines(moment: &Moment<'_>, folder: &Folder, lines: &mut Vec<String>) {
    for one in folder.orders(moment.core.state()).iter().filter(|one| !one.is_stopped()) {
        let mut line = format!("Order: {}", text_of(&one.order.ordered));
        match state_of(one) {
            OrderState::Unchecked => line.push_str(", no pharmacist has checked it"),
            OrderState::Queried => line.push_str(", the pharmacist asks back"),
            OrderState::Open | OrderState::Stopped => {}
        }
        let given = one.steps.iter().rev().find(|(_, step)| step.step == Step::Given);
        if let Some((written, _)) = given {
            let age = super::handover::age_text(moment.now.since(written.at()));
            line.push_str(&format!(", last given {age} ago by {}", person(moment, &written.by)));
        }
        lines.push(line);
    }
}

/// Orders that were never carried out, as things to do.
pub(super) fn open_actions(moment: &Moment<'_>, folder: &Folder) -> Vec<String> {
    let orders = folder.orders(moment.core.state());
    let open = orders.iter().filter(|one| !one.is_stopped() && one.last(&[Step::Given]).is_none());
    open.map(|one| text_of(&one.order.ordered)).collect()
}

fn text_of(ordered: &Ordered) -> String {
    match ordered {
        Ordered::Medicine { medicine, dose, route, times } => {
            format!("{medicine} {dose} {}, {times}", route.word())
        }
        Ordered::Oxygen { target: (low, high), device } => {
            format!("Oxygen, target {low} to {high} %, {device}")
        }
        Ordered::Observation { minutes, observe } => format!("Observe {observe} every {minutes} min"),
    }
}

fn ordered_view(ordered: &Ordered) -> OrderedView {
    match ordered.clone() {
        Ordered::Medicine { medicine, dose, route, times } => {
            OrderedView::Medicine { medicine, dose, route: route_view(route), times }
        }
        Ordered::Oxygen { target: (low, high), device } => OrderedView::Oxygen { low, high, device },
        Ordered::Observation { minutes, observe } => OrderedView::Observation { minutes, observe },
    }
}

/// What the window asks for, as it is signed.
pub(crate) fn order_of(at: UnixMillis, ordered: OrderedView, note: &str) -> Order {
    let ordered = match ordered {
        OrderedView::Medicine { medicine, dose, route, times } => Ordered::Medicine {
            medicine: tidy(&medicine),
            dose: tidy(&dose),
            route: route_of(route),
            times: tidy(&times),
        },
        OrderedView::Oxygen { low, high, device } => {
            Ordered::Oxygen { target: (low, high), device: tidy(&device) }
        }
        OrderedView::Observation { minutes, observe } => {
            Ordered::Observation { minutes, observe: tidy(&observe) }
        }
    };
    Order { at, ordered, note: Some(tidy(note)).filter(|note| !note.is_empty()) }
}

fn route_view(route: Route) -> RouteWord {
    match route {
        Route::Oral => RouteWord::Oral,
        Route::Sublingual => RouteWord::Sublingual,
        Route::Intravenous => RouteWord::Intravenous,
        Route::Intramuscular => RouteWord::Intramuscular,
        Route::Subcutaneous => RouteWord::Subcutaneous,
        Route::Inhaled => RouteWord::Inhaled,
        Route::Rectal => RouteWord::Rectal,
        Route::Topical => RouteWord::Topical,
    }
}

fn route_of(word: RouteWord) -> Route {
    match word {
        RouteWord::Oral => Route::Oral,
        RouteWord::Sublingual => Route::Sublingual,
        RouteWord::Intravenous => Route::Intravenous,
        RouteWord::Intramuscular => Route::Intramuscular,
        RouteWord::Subcutaneous => Route::Subcutaneous,
        RouteWord::Inhaled => Route::Inhaled,
        RouteWord::Rectal => Route::Rectal,
        RouteWord::Topical => Route::Topical,
    }
}

fn step_view(step: Step) -> StepWord {
    match step {
        Step::Checked => StepWord::Checked,
        Step::Queried => StepWord::Queried,
        Step::Given => StepWord::Given,
        Step::Declined => StepWord::Declined,
        Step::Stopped => StepWord::Stopped,
    }
}

/// The window's word as the record's.
pub(crate) fn step_of(word: StepWord) -> Step {
    match word {
        StepWord::Checked => Step::Checked,
        StepWord::Queried => Step::Queried,
        StepWord::Given => Step::Given,
        StepWord::Declined => Step::Declined,
        StepWord::Stopped => Step::Stopped,
    }
}
