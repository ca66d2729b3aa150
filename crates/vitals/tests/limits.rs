//! Other limits for one patient: what one person may set, what needs a second signature, what nobody may; proposals;
//! and what other limits would have raised.
#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test ends it when it cannot go on")]

mod bedside;

use bedside::{at, engine, spo2};
use wl_ledger::KeyId;
use wl_vitals::alarm::{AlarmEvent, trial};
use wl_vitals::limits::{
    BeyondGuard, ChangeError, Confirmation, Direction, Edge, LimitChange, LimitReason, LimitSet, Limits,
    LimitsRecord, MAX_LIMITS_BYTES, Prescription, adult, suggest,
};
use wl_vitals::news2::Scale;
use wl_vitals::{Decimal, Parameter};

fn change(scale: Scale, with: impl Fn(&mut Vec<Limits>)) -> LimitChange {
    let mut rows = adult(scale).rows().to_vec();
    with(&mut rows);
    let limits = LimitSet::new(scale, rows).expect("sound limits");
    LimitChange { at: at(0), limits, reason: LimitReason::PatientBaseline, prescribed: None }
}

fn row(rows: &mut [Limits], parameter: Parameter) -> &mut Limits {
    rows.iter_mut().find(|row| row.parameter == parameter).expect("the ward has it")
}

fn edge(at: i32) -> Option<Edge> {
    Some(Edge { at: Decimal::whole(at), inclusive: false })
}

#[test]
fn inside_the_guard_one_signature_is_enough_and_beyond_it_two_are_asked_for() {
    let ward = adult(Scale::One);
    let judge = |with: &dyn Fn(&mut Vec<Limits>)| change(Scale::One, with).judge(&ward);
    assert_eq!(judge(&|_| {}), Ok(vec![]));
    assert_eq!(judge(&|rows| row(rows, Parameter::Spo2).low.medium = edge(88)), Ok(vec![]));
    assert_eq!(
        judge(&|rows| {
            row(rows, Parameter::Spo2).low.medium = edge(74);
            row(rows, Parameter::Spo2).low.high = edge(70);
        }),
        Ok(vec![BeyondGuard::Outside(Parameter::Spo2, Direction::Low)])
    );
    assert_eq!(
        judge(&|rows| row(rows, Parameter::HeartRate).high.high = None),
        Ok(vec![BeyondGuard::Off(Parameter::HeartRate, Direction::High)]),
        "a red limit that is off"
    );
    let off = judge(&|rows| rows.retain(|row| row.parameter != Parameter::RespiratoryRate));
    assert_eq!(
        off,
        Ok(Direction::BOTH.map(|side| BeyondGuard::Off(Parameter::RespiratoryRate, side)).to_vec())
    );
}

#[test]
fn what_nobody_may_set_is_refused() {
    let ward = adult(Scale::One);
    let judge = |with: &dyn Fn(&mut Vec<Limits>)| change(Scale::One, with).judge(&ward);
    let glucose = Parameter::GlucoseCapillary;
    assert_eq!(judge(&|rows| row(rows, glucose).low.high = edge(50)), Err(ChangeError::Floor(glucose)));
    assert_eq!(
        judge(&|rows| rows.retain(|row| row.parameter != glucose)),
        Err(ChangeError::Floor(glucose)),
        "leaving it out"
    );
    assert_eq!(
        judge(&|rows| row(rows, Parameter::Spo2).guard_low = Decimal::whole(10)),
        Err(ChangeError::NotChangeable(Parameter::Spo2)),
        "moving the guard"
    );
    assert_eq!(
        judge(&|rows| row(rows, Parameter::HeartRate).zero_is_high = false),
        Err(ChangeError::NotChangeable(Parameter::HeartRate)),
        "asystole"
    );
    assert_eq!(
        judge(&|rows| row(rows, Parameter::Spo2).low.high_delay = 15_001),
        Err(ChangeError::Delay(Parameter::Spo2, Direction::Low))
    );
    assert_eq!(judge(&|rows| row(rows, Parameter::Spo2).low.high_delay = 15_000), Ok(vec![]));
}

#[test]
fn scale_two_needs_its_prescriber_and_scale_one_has_none() {
    let prescribed = Some(Prescription { by: KeyId::from_bytes([1; 16]), at: at(0) });
    for (scale, prescribed, ok) in
        [(Scale::Two, prescribed, true), (Scale::Two, None, false), (Scale::One, prescribed, false)]
    {
        let change = LimitChange { prescribed, ..change(scale, |_| {}) };
        assert_eq!(change.judge(&adult(scale)).is_ok(), ok, "{scale:?}");
    }
}

#[test]
fn records_of_limits_have_one_encoding_and_are_checked() {
    let set = LimitsRecord::Set(change(Scale::One, |_| {}));
    let confirm = LimitsRecord::Confirm(Confirmation { at: at(1), record: adult(Scale::One).digest() });
    for record in [&set, &confirm] {
        assert_eq!(LimitsRecord::from_bytes(&record.to_bytes()).as_ref(), Ok(record));
        let longer = [record.to_bytes(), vec![0]].concat();
        assert_eq!(LimitsRecord::from_bytes(&longer), Err(ChangeError::NotCanonical));
    }
    assert!(set.to_bytes().len() < MAX_LIMITS_BYTES / 2);
    assert_eq!(
        LimitsRecord::from_bytes(&vec![0; MAX_LIMITS_BYTES + 1]),
        Err(ChangeError::TooLong(MAX_LIMITS_BYTES + 1))
    );
    assert!(matches!(LimitsRecord::from_bytes(&[0x81]), Err(ChangeError::Shape(_))));
    assert_ne!(adult(Scale::One).digest(), adult(Scale::Two).digest());
}

/// Typical value, and the yellow limits proposed for it.
#[test]
fn proposals_follow_the_manufacturers_formulae_and_stay_inside_red_limits_and_guard() {
    let ward = adult(Scale::One);
    let rows = [
        (Parameter::HeartRate, 80, (64, 100)),
        (Parameter::HeartRate, 45, (41, 56)),
        (Parameter::HeartRate, 130, (104, 139)),
        (Parameter::RespiratoryRate, 16, (8, 24)),
        (Parameter::RespiratoryRate, 8, (6, 12)),
        (Parameter::NibpSystolic, 120, (91, 141)),
        (Parameter::NibpDiastolic, 80, (60, 100)),
    ];
    for (parameter, typical, expected) in rows {
        let proposed = suggest(&ward, |asked| (asked == parameter).then_some(typical));
        let row = proposed.rows().iter().find(|row| row.parameter == parameter).expect("the ward has it");
        let edges = (row.low.medium.expect("low").at.mantissa, row.high.medium.expect("high").at.mantissa);
        assert_eq!(edges, expected, "{parameter:?} {typical}");
        assert_eq!((row.low.high, row.high.high), {
            let ward = ward.rows().iter().find(|row| row.parameter == parameter).expect("the ward has it");
            (ward.low.high, ward.high.high)
        });
    }
    for typical in i32::from(i8::MIN)..1_000 {
        let proposed = suggest(&ward, |_| Some(typical));
        let change = LimitChange { limits: proposed, ..change(Scale::One, |_| {}) };
        assert_eq!(change.judge(&ward), Ok(vec![]), "one person may accept any proposal ({typical})");
    }
    assert_eq!(suggest(&ward, |_| None), ward);
}

#[test]
fn a_trial_counts_what_the_rules_would_have_raised() {
    // Every five minutes for a day 20 s at 88 %, and twice 12 s at 80 %.
    let readings: Vec<_> = (0..86_400)
        .map(|second| match (second % 300, second / 300) {
            (0..20, _) => spo2("88", second),
            (100..112, 7 | 70) => spo2("80", second),
            _ => spo2("95", second),
        })
        .collect();
    let ward = adult(Scale::One);
    let wider = change(Scale::One, |rows| row(rows, Parameter::Spo2).low.medium = edge(87)).limits;
    let count = |limits| trial(limits, 1_000, &readings).get(&Parameter::Spo2).copied().unwrap_or_default();
    assert_eq!((count(&ward).raised, count(&ward).high), (288 + 2, 2));
    assert_eq!((count(&wider).raised, count(&wider).high), (2, 2));
    // The same as the rules at the bedside, reading by reading.
    let mut engine = engine();
    let live = readings.iter().flat_map(|reading| engine.step(reading.taken, &[*reading]));
    let raised = live.filter(|event| {
        matches!(event, AlarmEvent::Raised(a) | AlarmEvent::Reopened(a) if a.subject.code == Parameter::Spo2.code())
    });
    assert_eq!(u32::try_from(raised.count()), Ok(count(&ward).raised));
    assert!(trial(&ward, 1_000, &[]).is_empty());
}
