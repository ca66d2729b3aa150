//! Orders: a physician gives them, a pharmacist checks medicines, a nurse carries them out or says why not, a physician
//! ends them. Whose step it is and when is judged before anything is signed.

use crate::gateway;
use crate::station::*;
use wl_desk::Desk;
use wl_desk::view::*;
use wl_ledger::Category;
use wl_ledger::control::Action;
use wl_wire::enrolment;

const SHARED: [Category; 5] =
    [Category::Vitals, Category::Alarms, Category::Identity, Category::Waveforms, Category::Notes];

/// The workstations of a nurse, a physician and a pharmacist on one ward.
struct Ward {
    nurse: Desk,
    physician: Desk,
    pharmacist: Desk,
    patient: String,
    _gateway: gateway::TestGateway,
    _folder: tempfile::TempDir,
}

impl Ward {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let (nurse, gateway) = enrolled(&place("nurse"), RoleView::Nurse).await;
        let physician = colleague(&place("physician"), "Omar Haddad", RoleView::Physician, &gateway).await;
        let pharmacist = colleague(&place("pharmacist"), "Pia Lind", RoleView::Pharmacist, &gateway).await;
        let mut people = Vec::new();
        for desk in [&nurse, &physician, &pharmacist] {
            people.push(enrolment::read_request(&ok(desk.enrolment_request().await).text).unwrap());
        }
        let patient = gateway.with(|ward| {
            ward.now = wl_desk::edge::now();
            for person in &people[1..] {
                ward.control("admin", Action::JoinTeam(ward.team, person.enrolment.sign.id()));
            }
            ward.agree_on(&SHARED, None);
            ward.cut();
            ward.grant(&people.iter().collect::<Vec<_>>(), &SHARED);
            ward.identity(CANARY, "12");
            ward.patient.to_string()
        });
        let ward = Self { nurse, physician, pharmacist, patient, _gateway: gateway, _folder: folder };
        for desk in [&ward.nurse, &ward.physician, &ward.pharmacist] {
            until("the notes are shared", || async { desk.notes(ward.patient.clone()).await.ok() }).await;
        }
        ward
    }

    /// The one order as a desk shows it, once it is as wanted.
    async fn order(
        &self,
        desk: &Desk,
        what: &str,
        check: impl Fn(&OrderView) -> bool,
    ) -> (String, OrderView) {
        until(what, || async {
            let rows = ok(desk.notes(self.patient.clone()).await).rows;
            let sealed = rows.into_iter().filter(|row| row.state == WrittenState::Sealed);
            let mut orders = sealed.filter_map(|row| match row.entry {
                EntryView::Order { order } => Some((row.id, order)),
                _ => None,
            });
            orders.next().filter(|(_, order)| check(order))
        })
        .await
    }

    async fn order_everywhere(&self, what: &str, check: impl Fn(&OrderView) -> bool) -> String {
        let mut id = String::new();
        for desk in [&self.nurse, &self.physician, &self.pharmacist] {
            id = self.order(desk, what, &check).await.0;
        }
        id
    }

    async fn step(&self, desk: &Desk, id: &str, step: StepWord, text: &str) -> Result<NotesView, UiError> {
        desk.answer_order(self.patient.clone(), id.to_owned(), StepInput { step, text: text.into() }).await
    }

    async fn close(self) {
        for desk in [self.nurse, self.physician, self.pharmacist] {
            ok(desk.close().await);
        }
    }
}

fn medicine() -> OrderInput {
    let ordered = OrderedView::Medicine {
        medicine: "Paracetamol".into(),
        dose: "1 g".into(),
        route: RouteWord::Oral,
        times: "every 8 h".into(),
    };
    OrderInput { ordered, note: "For pain.".into() }
}

fn code<T>(answer: Result<T, UiError>) -> Option<ErrorCode> {
    answer.err().map(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_from_hand_to_hand_and_each_step_is_one_roles() {
    let ward = Ward::new().await;
    ok(ward.physician.write_order(ward.patient.clone(), medicine()).await);
    let unchecked = |order: &OrderView| order.state == OrderState::Unchecked && order.steps.is_empty();
    let id = ward.order_everywhere("the order is there", unchecked).await;
    let may = |desk| ward.order(desk, "what may be done", |_| true);
    assert_eq!(may(&ward.nurse).await.1.may, [StepWord::Given, StepWord::Declined]);
    assert_eq!(may(&ward.pharmacist).await.1.may, [StepWord::Checked, StepWord::Queried]);
    assert_eq!(may(&ward.physician).await.1.may, [StepWord::Stopped]);

    // Nobody does what is another's, and what must be explained is not signed without a reason.
    for (desk, step, expected) in [
        (&ward.nurse, StepWord::Checked, ErrorCode::NotAllowed),
        (&ward.nurse, StepWord::Stopped, ErrorCode::NotAllowed),
        (&ward.physician, StepWord::Given, ErrorCode::NotAllowed),
        (&ward.physician, StepWord::Checked, ErrorCode::NotAllowed),
        (&ward.pharmacist, StepWord::Given, ErrorCode::NotAllowed),
        (&ward.pharmacist, StepWord::Queried, ErrorCode::BadInput),
        (&ward.nurse, StepWord::Declined, ErrorCode::BadInput),
        (&ward.physician, StepWord::Stopped, ErrorCode::BadInput),
    ] {
        assert_eq!(code(ward.step(desk, &id, step, " ").await), Some(expected), "{step:?}");
    }

    // A question of the pharmacist holds the medicine back until it is settled.
    ok(ward.step(&ward.pharmacist, &id, StepWord::Queried, "Liver?").await);
    let queried = |order: &OrderView| order.state == OrderState::Queried;
    ward.order_everywhere("the question is there", queried).await;
    assert_eq!(code(ward.step(&ward.nurse, &id, StepWord::Given, "").await), Some(ErrorCode::Refused));
    ok(ward.step(&ward.pharmacist, &id, StepWord::Checked, "").await);
    let open = |order: &OrderView| order.state == OrderState::Open;
    ward.order_everywhere("it is checked", open).await;
    assert_eq!(code(ward.step(&ward.pharmacist, &id, StepWord::Checked, "").await), Some(ErrorCode::Refused));

    // It is given once and declined once, and both stand in the order with name and role.
    ok(ward.step(&ward.nurse, &id, StepWord::Given, "").await);
    ward.order_everywhere("it was given", |order| order.steps.len() == 3).await;
    ok(ward.step(&ward.nurse, &id, StepWord::Declined, "Asleep.").await);
    ward.order_everywhere("it was declined", |order| order.steps.len() == 4).await;
    let (_, order) = ward.order(&ward.physician, "who did what", |_| true).await;
    let steps: Vec<_> =
        order.steps.iter().map(|one| (one.step, one.by.as_str(), one.text.as_str())).collect();
    assert_eq!(steps[0], (StepWord::Declined, "Ines Calder", "Asleep."));
    assert_eq!(steps[1], (StepWord::Given, "Ines Calder", ""));
    assert_eq!(steps[2], (StepWord::Checked, "Pia Lind", ""));
    assert_eq!(order.steps[2].role, Some(RoleView::Pharmacist));

    // Stopped, nothing more is done about it.
    ok(ward.step(&ward.physician, &id, StepWord::Stopped, "Pain is gone.").await);
    let stopped = |order: &OrderView| order.state == OrderState::Stopped && order.may.is_empty();
    ward.order_everywhere("it is stopped", stopped).await;
    for (desk, step) in [(&ward.nurse, StepWord::Given), (&ward.pharmacist, StepWord::Checked)] {
        assert_eq!(code(ward.step(desk, &id, step, "").await), Some(ErrorCode::Refused));
    }
    let unknown = ward.step(&ward.nurse, &"5f".repeat(32), StepWord::Given, "").await;
    assert_eq!(code(unknown), Some(ErrorCode::NotFound));
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_order_stands_in_the_hand_over() {
    let ward = Ward::new().await;
    let observe = OrderedView::Observation { minutes: 60, observe: "wound".into() };
    let input = OrderInput { ordered: observe, note: String::new() };
    ok(ward.physician.write_order(ward.patient.clone(), input).await);
    ward.order_everywhere("the order is there", |order| order.state == OrderState::Open).await;
    let draft = ok(ward.nurse.hand_over_draft(ward.patient.clone()).await);
    assert!(draft.verified.contains("Order: Observe wound every 60 min"), "{}", draft.verified);
    assert!(draft.actions.contains("Observe wound every 60 min"), "{}", draft.actions);
    ward.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ordered_is_not_signed() {
    let ward = Ward::new().await;
    let oxygen = |low, high| OrderedView::Oxygen { low, high, device: "mask".into() };
    let every = |minutes| OrderedView::Observation { minutes, observe: "pain".into() };
    let of = |dose: &str| OrderedView::Medicine {
        medicine: "Paracetamol".into(),
        dose: dose.into(),
        route: RouteWord::Oral,
        times: "once".into(),
    };
    for ordered in [
        oxygen(96, 92),
        oxygen(92, 92),
        oxygen(69, 92),
        oxygen(92, 101),
        every(4),
        every(1441),
        every(0),
        of(""),
        of(" \n"),
        of("1\u{202e} g"),
        of(&"1".repeat(9_000)),
    ] {
        let input = OrderInput { ordered, note: String::new() };
        let refused = ward.physician.write_order(ward.patient.clone(), input).await;
        assert_eq!(code(refused), Some(ErrorCode::BadInput));
    }
    for desk in [&ward.nurse, &ward.pharmacist] {
        assert_eq!(
            code(desk.write_order(ward.patient.clone(), medicine()).await),
            Some(ErrorCode::NotAllowed)
        );
    }
    let nobody = ward.physician.write_order("0".repeat(32), medicine()).await;
    assert_eq!(code(nobody), Some(ErrorCode::NotFound));
    assert!(ok(ward.physician.notes(ward.patient.clone()).await).rows.is_empty());
    ward.close().await;
}
