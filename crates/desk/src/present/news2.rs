//! The score with its seven inputs. A missing input never counts as zero in silence.

use super::Moment;
use crate::view::{News2Input, News2InputState, News2Risk, News2View, ObserveState, ObserveView, Parameter};
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::news2::{Breathing, Input, Inputs, Item, News2, Risk, Scale, score};

impl Moment<'_> {
    pub(super) fn news2(&self, patient: &PatientId) -> News2View {
        let shared = self.shares(patient, Category::Vitals);
        let bedside = self.core.ward.bedside(patient).filter(|_| shared);
        let watch = self.core.watches.get(patient);
        let scale = watch.map_or(Scale::One, |watch| watch.limits().scale());
        let prescribed = watch.and_then(|watch| watch.in_force()).and_then(|change| change.change.prescribed);
        let inputs = bedside.map(|bedside| bedside.intake().inputs(scale, self.now));
        let result = inputs.as_ref().map(score);
        let rows = Item::ALL.map(|item| input_view(item, inputs.as_ref(), result.as_ref(), shared));
        let counted = rows.iter().any(|row| row.state == News2InputState::Counted);
        let at_least = result.as_ref().map_or(0, News2::lower_bound);
        let complete = matches!(result, Some(News2::Complete { .. }));
        let text = match (complete, counted) {
            (true, _) => at_least.to_string(),
            (false, true) => format!("≥{at_least}"),
            (false, false) => String::new(),
        };
        let risk = match result.as_ref().filter(|_| counted).map(News2::risk) {
            Some(Risk::Low) => News2Risk::Low,
            Some(Risk::LowMedium) => News2Risk::LowMedium,
            Some(Risk::Medium) => News2Risk::Medium,
            Some(Risk::High) => News2Risk::High,
            None => News2Risk::Unknown,
        };
        News2View {
            text,
            complete,
            at_least,
            risk,
            inputs: rows.to_vec(),
            automatic: true,
            observe: shared.then(|| {
                observe(
                    bedside.and_then(|bedside| bedside.intake().last_by_hand()),
                    result.as_ref(),
                    self.now,
                )
            }),
            scale2_text: prescribed.map_or_else(String::new, |by| super::alarm::person(self, &by.by)),
        }
    }
}

/// When somebody is to look at the patient again. Nothing known yet asks for what an incomplete score asks for.
fn observe(last: Option<UnixMillis>, result: Option<&News2>, now: UnixMillis) -> ObserveView {
    let due = last.zip(result).map(|(last, result)| result.due(last));
    let state = match due {
        None => ObserveState::Never,
        Some(due) if now >= due.overdue => ObserveState::Overdue,
        Some(due) if now >= due.at => ObserveState::Due,
        Some(_) => ObserveState::Later,
    };
    ObserveView { state, due_ms: due.map(|due| due.at.0) }
}

fn input_view(item: Item, inputs: Option<&Inputs>, result: Option<&News2>, shared: bool) -> News2Input {
    let (parameter, text, state) = match item {
        Item::Respiration => {
            row(Parameter::RespirationRate, inputs.map(|i| i.respiration), |v| format!("{v} /min"))
        }
        Item::Spo2 => row(Parameter::Spo2, inputs.map(|i| i.spo2), |v| format!("{v} %")),
        Item::Breathing => row(Parameter::Oxygen, inputs.map(|i| i.breathing), |breathing| match breathing {
            Breathing::Air => "Air".to_owned(),
            Breathing::Oxygen => "Oxygen".to_owned(),
        }),
        Item::Systolic => row(Parameter::Systolic, inputs.map(|i| i.systolic), |v| format!("{v} mmHg")),
        Item::Pulse => row(Parameter::HeartRate, inputs.map(|i| i.pulse), |v| format!("{v} /min")),
        Item::Consciousness => {
            row(Parameter::Consciousness, inputs.map(|i| i.consciousness), |level| level.letter().to_string())
        }
        Item::Temperature => row(Parameter::Temperature, inputs.map(|i| i.temperature_tenths), |tenths| {
            format!("{} °C", wl_vitals::Decimal::tenths(tenths))
        }),
    };
    let points = result
        .and_then(|result| result.parts().list().into_iter().find(|(of, _)| *of == item))
        .and_then(|(_, points)| points);
    let state = if shared { state } else { News2InputState::NotShared };
    News2Input { parameter, state, points, text }
}

fn row<T>(
    parameter: Parameter,
    input: Option<Input<T>>,
    text: impl FnOnce(T) -> String,
) -> (Parameter, String, News2InputState) {
    match input {
        Some(Input::Fresh(value)) => (parameter, text(value), News2InputState::Counted),
        Some(Input::Stale) => (parameter, String::new(), News2InputState::Stale),
        Some(Input::Missing) | None => (parameter, String::new(), News2InputState::Missing),
    }
}
