//! Advice on the patient's page: read, then accepted, declined or asked about.

use super::html::Html;
use super::session::Session;
use super::view::View;
use super::{Desk, ask, need_session, page, trouble, words};
use crate::core::Advised;
use crate::edge;
use crate::hub::{fatal, speak};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::sync::Arc;
use wl_ledger::Hash;
use wl_vitals::writing::{AdviceKind, AnswerWord, Reply};

/// The list. What it shows counts as read from before it is sent.
pub(super) async fn advice(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let session = match need_session(&desk, &headers).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    match show(&desk, &session).await {
        Ok(response) => response,
        Err(error) => {
            fatal(&desk.shared, &error);
            trouble(StatusCode::SERVICE_UNAVAILABLE, words::BUSY)
        }
    }
}

async fn show(desk: &Desk, session: &Session) -> Result<Response, crate::core::CoreError> {
    let mut core = desk.shared.core.lock().await;
    let now = edge::now();
    if let Some(by) = speak::key_of(core.state(), &session.patient, session.signer)
        && core.show_advice(&session.patient, by, now).await?
    {
        desk.shared.queued.notify_one();
    }
    let Some(view) = View::of(&core, session.patient, session.signer, now) else {
        return Ok(trouble(StatusCode::NOT_FOUND, words::STRANGE));
    };
    let mut html = Html::new();
    view.advice_list(&mut html);
    Ok(page(StatusCode::OK, Some(session), &html))
}

/// The form of an answer.
pub(super) async fn answer(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    ask(&desk, &headers, words::ANSWER, |view, html| {
        let Some(one) = Hash::from_hex(&id).and_then(|record| view.advised(&record)) else {
            html.line("p class=card", words::STRANGE);
            return false;
        };
        html.line("p class=\"card said\" dir=auto", &one.row.advice.text);
        html.hidden("act", "answer").hidden("advice", &one.row.record.to_string());
        html.raw("<fieldset>").line("legend", words::YOUR_ANSWER);
        let open = view.is_undecided(one);
        if open {
            html.choice("radio", "answer", AnswerWord::Accepted.word(), words::ACCEPT, false);
            html.choice("radio", "answer", AnswerWord::Declined.word(), words::DECLINE, false);
        }
        html.choice("radio", "answer", AnswerWord::Asked.word(), words::ASK, !open).raw("</fieldset>\n");
        html.area("text", words::ANSWER_TEXT, "rows=5 maxlength=2000 dir=auto");
        true
    })
    .await
}

impl<'a> View<'a> {
    /// Advice to this patient.
    pub(super) fn advised(&self, record: &Hash) -> Option<&'a Advised> {
        self.advice.iter().find(|one| one.row.record == *record)
    }

    /// Whether a proposal waits for a decision that would count.
    pub(super) fn is_undecided(&self, one: &Advised) -> bool {
        let advice = &one.row.advice;
        advice.kind == AdviceKind::Proposal
            && one.row.withdrawal.is_none()
            && one.decision().is_none()
            && advice.until.is_none_or(|until| self.now <= until)
    }

    /// A word on the first page, louder where something is new or waits for an answer.
    pub(super) fn advice_word(&self, html: &mut Html) {
        let new = self.advice.iter().filter(|one| one.row.shown.is_none()).count();
        let open = self.advice.iter().filter(|one| self.is_undecided(one)).count();
        if new + open == 0 {
            html.line("h2", words::ADVICE).button_to("/advice", words::SHOW_ADVICE);
            return;
        }
        html.raw("<div class=\"card news\" role=status>").line("h2", words::ADVICE);
        if new > 0 {
            html.line("p", &words::new_advice(new));
        }
        if open > 0 {
            html.line("p", &words::open_proposals(open));
        }
        html.button_to("/advice", words::SHOW_ADVICE).raw("</div>\n");
    }

    fn advice_list(&self, html: &mut Html) {
        html.line("h1", words::ADVICE).line("p class=note", words::ADVICE_HELP);
        if self.advice.is_empty() {
            html.line("p class=card", words::NO_ADVICE);
        }
        for one in self.advice.iter().rev() {
            self.advice_card(html, one);
        }
        html.way_back(words::HOME);
    }

    fn advice_card(&self, html: &mut Html, one: &Advised) {
        let (row, advice) = (&one.row, &one.row.advice);
        let open = self.is_undecided(one);
        html.raw(if open { "<div class=\"card news\">" } else { "<div class=card>" });
        let word = if advice.kind == AdviceKind::Proposal { words::PROPOSAL } else { words::ADVICE_FROM };
        html.line("h2", &format!("{word} {}", self.person(&row.author)));
        html.line("p class=note", &words::moment(advice.at));
        html.line("p class=said dir=auto", &advice.text);
        if let Some(until) = advice.until {
            let late = self.now > until;
            let word = if late { words::ANSWER_WAS_UNTIL } else { words::ANSWER_UNTIL };
            html.line("p class=note", &format!("{word} {}.", words::moment(until)));
        }
        if let Some(withdrawal) = &row.withdrawal {
            html.raw("<div class=\"card warn\">").line("p", words::WITHDRAWN);
            html.line("p class=said dir=auto", &withdrawal.text).raw("</div>\n");
        }
        for reply in &one.replies {
            self.reply(html, reply);
        }
        let id = row.record.to_string();
        html.button_to(&format!("/answer/{id}"), if open { words::ANSWER } else { words::ASK_BACK });
        html.raw("</div>\n");
    }

    fn reply(&self, html: &mut Html, reply: &Reply) {
        let answer = &reply.answer;
        let patients = self.state.patient(&self.patient).is_some_and(|known| known.sign.id() == reply.by);
        let who = if patients { "" } else { words::BY_GUARDIAN };
        html.raw("<div class=\"card good\">");
        html.line("p", &format!("{}, {}{who}.", words::answered(answer.word), words::moment(answer.at)));
        if let Some(text) = &answer.text {
            html.line("p class=said dir=auto", text);
        }
        html.raw("</div>\n");
    }
}
