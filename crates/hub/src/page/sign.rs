//! Carrying out what was confirmed, with the passphrase typed for it.

use super::act::{Act, Deed, Fields};
use super::html::Html;
use super::session::Session;
use super::view::View;
use super::{Desk, Shown, either, form, need_own, need_session, page, passphrase, refused, words};
use crate::consent::ConsentError;
use crate::edge;
use crate::hub::{SayError, speak};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::sync::Arc;
use wl_seal::Passphrase;

pub(super) async fn sign(State(desk): State<Arc<Desk>>, headers: HeaderMap, request: Request) -> Response {
    either(try_sign(&desk, &headers, request).await)
}

async fn try_sign(desk: &Desk, headers: &HeaderMap, request: Request) -> Shown {
    let session = need_session(desk, headers).await?;
    let mut fields = form(request.into_body()).await?;
    need_own(&session, &fields)?;
    let Some(own) = passphrase(&mut fields, "passphrase") else {
        return Ok(refused(&ConsentError::Refused.to_string()));
    };
    Ok(match carry_out(desk, &session, &mut fields, own).await {
        Ok(done) => {
            let mut html = Html::new();
            html.line("h1", words::DONE);
            html.line("p class=\"card good\" role=status", &done);
            html.button_to("/", words::HOME);
            page(StatusCode::OK, Some(&session), &html)
        }
        Err(text) => refused(&text),
    })
}

async fn carry_out(
    desk: &Desk,
    session: &Session,
    fields: &mut Fields,
    own: Passphrase,
) -> Result<String, String> {
    let deed = {
        let core = desk.shared.core.lock().await;
        let view = View::of(&core, session.patient, session.signer, edge::now());
        let view = view.ok_or_else(|| words::STRANGE.to_owned())?;
        let act = Act::read(fields, &view).map_err(str::to_owned)?;
        act.deed(&view).map_err(|error| error.to_string())?
    };
    let said = match deed {
        Deed::Say(action) => speak::say(&desk.shared, session.patient, session.signer, own, *action).await,
        Deed::Answer(answer) => {
            let answered = speak::answer(&desk.shared, session.patient, session.signer, own, answer).await;
            return answered.map(|()| words::ANSWERED.to_owned()).map_err(told);
        }
        Deed::Appoint => {
            if fields.get("guardians") != fields.get("again") {
                return Err(words::NOT_THE_SAME.to_owned());
            }
            let theirs = passphrase(fields, "guardians").ok_or_else(|| words::NOT_THE_SAME.to_owned())?;
            speak::appoint(&desk.shared, session.patient, own, theirs).await.map(|(_, height)| height)
        }
    };
    said.map(|height| format!("Sealed in block {}.", height.0)).map_err(told)
}

fn told(error: SayError) -> String {
    match error {
        SayError::Client(_) | SayError::Busy => words::BUSY.to_owned(),
        error => error.to_string(),
    }
}
