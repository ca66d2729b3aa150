//! Alarms that nobody has answered at a workstation, for whoever stands at the hub: bed and priority, no name, no value.

use super::html::Html;
use super::{Desk, bed, page, words};
use crate::core::Core;
use crate::edge;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use std::sync::Arc;
use wl_ledger::UnixMillis;
use wl_vitals::alarm::ReturnCause;

/// The page asks again by itself after so many seconds; there is no script that could.
const AGAIN: HeaderValue = HeaderValue::from_static("5");

/// The list. It asks for no session: it shows what a lamp over the door would.
pub(super) async fn alarms(State(desk): State<Arc<Desk>>) -> Response {
    let mut html = Html::new();
    html.line("h1", words::ALARMS).line("p class=note", words::ALARMS_HELP);
    list(&*desk.shared.core.lock().await, edge::now(), &mut html);
    html.way_back(words::FRONT);
    let mut response = page(StatusCode::OK, None, &html);
    response.headers_mut().insert(header::REFRESH, AGAIN);
    response
}

/// A word on the first page, where there are any.
pub(super) fn card(core: &Core, now: UnixMillis, html: &mut Html) {
    if core.came_back(now).is_empty() {
        return;
    }
    html.raw("<div class=\"card warn\" role=alert>").line("h2", words::ALARMS);
    html.button_to("/alarms", words::SHOW_ALARMS).raw("</div>\n");
}

fn list(core: &Core, now: UnixMillis, html: &mut Html) {
    let waiting = core.came_back(now);
    if waiting.is_empty() {
        html.line("p class=card", words::NO_ALARMS);
        return;
    }
    for back in waiting {
        let place = core.patients().find(|(patient, _)| **patient == back.patient);
        let place = place.map_or_else(|| words::BED.to_owned(), |(_, identity)| bed(identity));
        let why = match back.cause {
            ReturnCause::NotDelivered => words::NOT_DELIVERED,
            ReturnCause::NotSeen => words::NOT_SEEN,
        };
        html.raw("<div class=\"card warn\">")
            .line("h2", &format!("{place}: {}", words::priority(back.priority)));
        html.line("p", &format!("{} {why}", words::since(back.since))).raw("</div>\n");
    }
}
