//! One value: text, state and age. Unknown is never normal, and what may not be shown has no text.

use super::Moment;
use crate::view::{LiveValue, NameView, Parameter, Priority, ValueState, ValueView};
use crate::ward::Latest;
use wl_ledger::{Category, PatientId};
use wl_vitals::alarm::Condition;
use wl_vitals::state::{self, value_state};
use wl_vitals::{Parameter as Measured, Quality, Value};

/// The word of the window for a parameter; none for what it has no place for.
pub(super) fn parameter_of(measured: Measured) -> Option<Parameter> {
    Some(match measured {
        Measured::HeartRate => Parameter::HeartRate,
        Measured::PulseRate => Parameter::PulseRate,
        Measured::Spo2 => Parameter::Spo2,
        Measured::RespiratoryRate => Parameter::RespirationRate,
        Measured::NibpSystolic => Parameter::Systolic,
        Measured::NibpDiastolic => Parameter::Diastolic,
        Measured::NibpMean => Parameter::MeanPressure,
        Measured::Temperature => Parameter::Temperature,
        Measured::GlucoseInterstitial | Measured::GlucoseCapillary => Parameter::Glucose,
        Measured::Consciousness => Parameter::Consciousness,
        Measured::OxygenFlow | Measured::InspiredOxygen => Parameter::Oxygen,
        Measured::Pain | Measured::Weight | Measured::EcgLeadII | Measured::Pleth => return None,
    })
}

pub(crate) fn priority_of(priority: wl_vitals::alarm::Priority) -> Priority {
    match priority {
        wl_vitals::alarm::Priority::Low => Priority::Low,
        wl_vitals::alarm::Priority::Medium => Priority::Medium,
        wl_vitals::alarm::Priority::High => Priority::High,
    }
}

/// What a value's text is, whatever its state.
pub(super) fn value_text(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Consciousness(level) => level.letter().to_string(),
    }
}

/// How a reading may be shown at a moment.
pub(crate) fn state_of(reading: &wl_vitals::Reading, now: wl_ledger::UnixMillis) -> ValueState {
    let Some(parameter) = reading.parameter() else { return ValueState::Invalid };
    match reading.quality {
        Quality::Unavailable => return ValueState::SensorOff,
        Quality::Invalid => return ValueState::Invalid,
        Quality::Good | Quality::Questionable | Quality::Demo => {}
    }
    match value_state(parameter.info().cadence, reading.taken, now, reading.quality) {
        state::ValueState::Fresh if reading.quality == Quality::Questionable => ValueState::Questionable,
        state::ValueState::Fresh => ValueState::Fresh,
        state::ValueState::Ageing => ValueState::Ageing,
        state::ValueState::Lost => ValueState::Lost,
        state::ValueState::Invalid => ValueState::Invalid,
        // The device's clock is ahead: shown, and doubted.
        state::ValueState::Ahead => ValueState::Questionable,
    }
}

pub(super) fn shows_text(state: ValueState) -> bool {
    match state {
        ValueState::Fresh | ValueState::Ageing | ValueState::Questionable => true,
        ValueState::Lost
        | ValueState::NotMeasured
        | ValueState::SensorOff
        | ValueState::Invalid
        | ValueState::NotShared
        | ValueState::Unverified
        | ValueState::Unreadable
        | ValueState::Failed => false,
    }
}

impl Moment<'_> {
    fn latest(&self, patient: &PatientId, measured: Measured) -> Option<&Latest> {
        self.core.ward.bedside(patient)?.latest(measured, self.now)
    }

    /// The value of one parameter as it stands now.
    pub(super) fn value(&self, patient: &PatientId, measured: Measured) -> ValueView {
        if !self.shares(patient, Category::Vitals) {
            return ValueView::empty(ValueState::NotShared, None);
        }
        let Some(latest) = self.latest(patient, measured) else {
            return ValueView::empty(self.absence(patient, Category::Vitals), None);
        };
        let state = state_of(&latest.reading, self.now);
        let text = if shows_text(state) { value_text(&latest.reading.value) } else { String::new() };
        ValueView {
            text,
            state,
            taken_ms: Some(latest.reading.taken.0),
            demo: self.demo(),
            alarm: self.alarm_on(patient, measured),
            record_ref: Some(latest.record.to_string()),
        }
    }

    /// Why there is nothing of a shared category.
    pub(super) fn absence(&self, patient: &PatientId, category: Category) -> ValueState {
        let opened = self.core.opener.readable().any(|of| of == (*patient, category));
        let exists = self.core.state().generation(patient, category).is_some();
        if exists && !opened { ValueState::Unreadable } else { ValueState::NotMeasured }
    }

    /// The worst active alarm on a parameter.
    pub(super) fn alarm_on(&self, patient: &PatientId, measured: Measured) -> Option<Priority> {
        let active = self.core.inbox.live().filter(|(_, entry)| entry.patient() == *patient).filter_map(
            |(_, entry)| {
                let alarm = entry.life()?.alarm();
                let on = Measured::from_code(alarm.subject.code) == Some(measured);
                (on && alarm.condition == Condition::Active).then_some(alarm.priority)
            },
        );
        active.max().map(priority_of)
    }

    /// Systolic over diastolic of one measurement; never of two.
    pub(super) fn blood_pressure(&self, patient: &PatientId) -> ValueView {
        let mut view = self.value(patient, Measured::NibpSystolic);
        if view.text.is_empty() {
            return view;
        }
        let systolic = self.latest(patient, Measured::NibpSystolic).copied();
        let diastolic = self.latest(patient, Measured::NibpDiastolic).copied();
        let same = |a: Latest, b: Latest| a.device == b.device && a.reading.taken == b.reading.taken;
        let lower = match (systolic, diastolic) {
            (Some(high), Some(low)) if same(high, low) && shows_text(state_of(&low.reading, self.now)) => {
                value_text(&low.reading.value)
            }
            _ => "–".to_owned(),
        };
        view.text = format!("{}/{lower}", view.text);
        view.alarm = view.alarm.max(self.alarm_on(patient, Measured::NibpDiastolic));
        view
    }

    /// The patient's name, or why there is none.
    pub(crate) fn name(&self, patient: &PatientId) -> NameView {
        self.identity_text(patient, |identity| identity.name.clone())
    }

    pub(super) fn identity_text(
        &self,
        patient: &PatientId,
        text: impl FnOnce(&wl_wire::identity::Identity) -> String,
    ) -> NameView {
        if !self.shares(patient, Category::Identity) {
            return NameView { text: String::new(), state: ValueState::NotShared };
        }
        match self.core.ward.bedside(patient).and_then(|bedside| bedside.identity()) {
            Some(identity) => NameView { text: text(identity), state: ValueState::Fresh },
            None => NameView { text: String::new(), state: self.absence(patient, Category::Identity) },
        }
    }

    /// The bed, where it is known.
    pub(super) fn bed(&self, patient: &PatientId) -> String {
        self.core.beds.get(patient).cloned().unwrap_or_default()
    }
}

/// A value that is new, or whose state is.
pub(crate) fn live_value(moment: &Moment<'_>, patient: &PatientId, measured: Measured) -> Option<LiveValue> {
    let parameter = parameter_of(measured)?;
    Some(LiveValue { patient_id: patient.to_string(), parameter, value: moment.value(patient, measured) })
}
