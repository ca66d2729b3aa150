//! The hub's own page: the patient, or a guardian, sees who may read what, what was read, and signs who may read.
//!
//! Plain pages made here: no script, nothing from elsewhere. Looking needs a session, acting the passphrase each time.
//! Spec: `docs/spec/page.md`.

mod act;
mod advice;
mod alarms;
mod html;
mod session;
mod sign;
mod view;
mod words;

use crate::bedside::nobody;
use crate::consent::{ConsentError, Signer};
use crate::edge;
use crate::hub::{Shared, speak};
use act::{Act, Fields};
use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use html::Html;
use session::{Session, Sessions};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tower_http::timeout::TimeoutLayer;
use view::View;
use wl_ledger::control::Purpose;
use wl_ledger::{AgreementId, Category, PatientId};
use wl_seal::Passphrase;
use zeroize::Zeroizing;

/// Largest form.
const MAX_FORM: usize = 16 * 1024;
/// Longest time for one request; a passphrase takes a second, a block some more.
const PATIENCE: Duration = Duration::from_secs(30);
/// Requests at a time.
const AT_ONCE: usize = 16;
const COOKIE: &str = "wardlight";
const STYLE: &str = include_str!("page/style.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the requests share.
struct Desk {
    shared: Arc<Shared>,
    sessions: Mutex<Sessions>,
    turns: tokio::sync::Semaphore,
    address: SocketAddr,
}

type Shown = Result<Response, Box<Response>>;

/// Serves the page until the hub stops.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let Ok(address) = listener.local_addr() else { return };
    let stop = shared.stop.clone();
    let turns = tokio::sync::Semaphore::new(AT_ONCE);
    let desk = Arc::new(Desk { shared, sessions: Mutex::new(Sessions::default()), turns, address });
    let router = Router::new()
        .route("/", get(home))
        .route("/style.css", get(style))
        .route("/in", post(sign_in))
        .route("/out", post(sign_out))
        .route("/alarms", get(alarms::alarms))
        .route("/seen", get(seen))
        .route("/advice", get(advice::advice))
        .route("/answer/{advice}", get(advice::answer))
        .route("/allow/{purpose}", get(allow))
        .route("/less/{agreement}", get(less))
        .route("/end/{agreement}", get(end))
        .route("/dismiss/{guardian}", get(dismiss))
        .route("/guardian", get(guardian))
        .route("/erase", get(erase))
        .route("/check", post(check))
        .route("/sign", post(sign::sign))
        .fallback(|| async { trouble(StatusCode::NOT_FOUND, words::STRANGE) })
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), guard))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .with_state(desk);
    let served = axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
    if let Err(error) = served.await {
        tracing::error!(%error, "the patient's page stopped");
    }
}

/// Lets in what comes from this page itself or was typed into the address bar, and closes every answer.
async fn guard(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let own = is_own(request.headers(), desk.address)
        && (request.method() == "GET" || is_same_origin(request.headers(), desk.address));
    let mut response = match desk.turns.try_acquire() {
        _ if !own => trouble(StatusCode::FORBIDDEN, words::STRANGE),
        Err(_) => trouble(StatusCode::SERVICE_UNAVAILABLE, words::BUSY),
        Ok(_turn) => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The names under which this page may be asked for; any other means that somebody else's name points here.
fn hosts(address: SocketAddr) -> Vec<String> {
    let mut hosts = vec![address.to_string()];
    if address.ip().is_loopback() {
        hosts.push(format!("localhost:{}", address.port()));
    }
    hosts
}

fn is_own(headers: &HeaderMap, address: SocketAddr) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| hosts(address).iter().any(|own| own == host))
}

/// Browsers say where a form came from. One that says nothing of it is not let in either.
fn is_same_origin(headers: &HeaderMap, address: SocketAddr) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| hosts(address).iter().any(|own| origin == format!("http://{own}")))
}

fn shown(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

async fn session(desk: &Desk, headers: &HeaderMap) -> Option<Session> {
    let shown = shown(headers)?;
    desk.sessions.lock().await.get(&shown, edge::now())
}

/// The session of a request, or the page to sign in at.
async fn need_session(desk: &Desk, headers: &HeaderMap) -> Result<Session, Box<Response>> {
    match session(desk, headers).await {
        Some(session) => Ok(session),
        None => Err(Box::new(front(desk, shown(headers).map(|_| words::SIGN_IN_AGAIN)).await)),
    }
}

async fn form(body: axum::body::Body) -> Result<Fields, Box<Response>> {
    let refused = |_| Box::new(trouble(StatusCode::PAYLOAD_TOO_LARGE, words::STRANGE));
    let bytes = Zeroizing::new(to_bytes(body, MAX_FORM).await.map_err(refused)?.to_vec());
    let mut fields = Fields::new();
    for (name, value) in form_urlencoded::parse(&bytes) {
        fields.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    Ok(fields)
}

/// Takes a passphrase out of a form. Nothing of it stays there.
fn passphrase(fields: &mut Fields, name: &str) -> Option<Passphrase> {
    let typed = fields.remove(name)?.into_iter().next()?;
    Passphrase::new(typed).ok()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn home(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let session = match need_session(&desk, &headers).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    with_view(&desk, &session, |view, html| view.home(html)).await
}

async fn with_view(desk: &Desk, session: &Session, show: impl FnOnce(&View<'_>, &mut Html)) -> Response {
    let core = desk.shared.core.lock().await;
    let Some(view) = View::of(&core, session.patient, session.signer, edge::now()) else {
        return trouble(StatusCode::NOT_FOUND, words::STRANGE);
    };
    let mut html = Html::new();
    show(&view, &mut html);
    page(StatusCode::OK, Some(session), &html)
}

/// The page to sign in at.
async fn front(desk: &Desk, trouble: Option<&'static str>) -> Response {
    let (mut html, mut warning) = (Html::new(), Html::new());
    html.line("h1", words::TITLE);
    if let Some(trouble) = trouble {
        html.line("p class=\"card warn\" role=alert", trouble);
    }
    html.raw("<form method=post action=\"/in\">\n");
    {
        let core = desk.shared.core.lock().await;
        alarms::card(&core, edge::now(), &mut warning);
        let beds: Vec<(String, String)> = core
            .patients()
            .map(|(patient, identity)| (patient.to_string(), place(patient, identity)))
            .collect();
        match beds.as_slice() {
            [(patient, bed)] => {
                html.hidden("bed", patient).line("p", bed);
            }
            beds => {
                html.raw("<p><label for=bed>").text(words::BED).raw("</label>\n<select id=bed name=bed>\n");
                for (patient, bed) in beds {
                    html.raw("<option value=\"").text(patient).raw("\">").text(bed).raw("</option>\n");
                }
                html.raw("</select></p>\n");
            }
        }
    }
    html.raw("<fieldset>").line("legend", words::WHO_ARE_YOU);
    html.choice("radio", "who", "patient", words::I_AM_PATIENT, true);
    html.choice("radio", "who", "guardian", words::I_AM_GUARDIAN, false).raw("</fieldset>\n");
    ask_passphrase(&mut html).submit(words::SIGN_IN).raw("</form>\n");
    page(StatusCode::OK, None, warning.part(&html))
}

/// What the list of beds says. Somebody whose identity was erased finds the own entry by the pseudonym.
fn place(patient: &PatientId, identity: &wl_wire::identity::Identity) -> String {
    if *identity == nobody() { format!("{} ({patient})", words::ERASED) } else { bed(identity) }
}

/// A bed is no secret on its ward; a name is.
fn bed(identity: &wl_wire::identity::Identity) -> String {
    if identity.ward.is_empty() {
        format!("Bed {}", identity.bed)
    } else {
        format!("Bed {}, {}", identity.bed, identity.ward)
    }
}

fn ask_passphrase(html: &mut Html) -> &mut Html {
    html.field(
        "password",
        "passphrase",
        words::PASSPHRASE,
        "required autocomplete=current-password aria-describedby=help",
    );
    html.line("p class=note id=help", words::PASSPHRASE_HELP)
}

async fn sign_in(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let mut fields = match form(request.into_body()).await {
        Ok(fields) => fields,
        Err(response) => return *response,
    };
    let named = fields.get("bed").and_then(|bed| bed.first()).and_then(|bed| PatientId::from_hex(bed));
    let (Some(patient), Some(text)) = (named, fields.remove("passphrase")) else {
        return front(&desk, Some(words::WRONG)).await;
    };
    let text = Zeroizing::new(text.into_iter().next().unwrap_or_default());
    let guardian = fields.get("who").and_then(|who| who.first()).is_some_and(|who| who == "guardian");
    let signers = signers(&desk, patient, guardian).await;
    match speak::which(&desk.shared, patient, &signers, &text).await {
        Ok(signer) => {
            let begun = desk.sessions.lock().await.begin(patient, signer, edge::now());
            match begun {
                Ok(key) => see_other(&format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Strict")),
                Err(_) => trouble(StatusCode::SERVICE_UNAVAILABLE, words::BUSY),
            }
        }
        Err(error @ (ConsentError::Wait(_) | ConsentError::NotHere | ConsentError::NotKept)) => {
            refused(&error.to_string())
        }
        Err(_) => front(&desk, Some(words::WRONG)).await,
    }
}

/// Whose keys a passphrase may open here.
async fn signers(desk: &Desk, patient: PatientId, guardian: bool) -> Vec<Signer> {
    if !guardian {
        return vec![Signer::Patient];
    }
    let core = desk.shared.core.lock().await;
    let patient = core.state().patient(&patient);
    patient
        .into_iter()
        .flat_map(|patient| patient.guardians.keys())
        .map(|key| Signer::Guardian(*key))
        .collect()
}

async fn sign_out(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if let Some(shown) = shown(&headers) {
        desk.sessions.lock().await.end(&shown);
    }
    see_other(&format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"))
}

fn see_other(cookie: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn seen(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let session = match need_session(&desk, &headers).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    let rows = desk.shared.core.lock().await.seen_of(&session.patient, view::SEEN).await;
    match rows {
        Ok(rows) => with_view(&desk, &session, |view, html| view.seen(html, &rows)).await,
        Err(error) => {
            crate::hub::fatal(&desk.shared, &error);
            trouble(StatusCode::SERVICE_UNAVAILABLE, words::BUSY)
        }
    }
}

async fn allow(State(desk): State<Arc<Desk>>, Path(purpose): Path<String>, headers: HeaderMap) -> Response {
    let (purpose, title) = match purpose.as_str() {
        "treatment" => (Purpose::Treatment, words::ALLOW),
        "caregiving" => (Purpose::Caregiving, words::ALLOW_CAREGIVER),
        "research" => (Purpose::Research, words::ALLOW_RESEARCH),
        _ => return trouble(StatusCode::NOT_FOUND, words::STRANGE),
    };
    ask(&desk, &headers, title, |view, html| {
        let choices = view.choices(purpose);
        if choices.is_empty() {
            html.line("p class=card", words::NOBODY_TO_CHOOSE);
            return false;
        }
        let word = match purpose {
            Purpose::Research => "research",
            Purpose::Caregiving => "caregiving",
            _ => "treatment",
        };
        html.hidden("act", "allow").hidden("purpose", word);
        html.raw("<fieldset>").line("legend", words::CHOOSE_WHO);
        for (value, label) in &choices {
            html.choice("radio", "who", value, label, choices.len() == 1);
        }
        html.raw("</fieldset>\n");
        what(
            html,
            words::CHOOSE_WHAT,
            &Category::ALL,
            &[Category::Vitals, Category::Alarms, Category::Identity],
        );
        let week = words::iso_day(view.now.plus(7 * 24 * 3_600_000));
        html.raw("<p><label for=until>")
            .text(words::UNTIL)
            .raw("</label>\n<input type=date id=until name=until required value=\"");
        html.text(&week).raw("\"></p>\n");
        if purpose == Purpose::Treatment {
            html.choice("checkbox", "pass_on", "yes", words::PASS_ON, false);
        }
        if purpose == Purpose::Research {
            html.field("text", "terms", words::TERMS, "maxlength=64 autocomplete=off spellcheck=false");
        }
        true
    })
    .await
}

fn what(html: &mut Html, legend: &'static str, offered: &[Category], on: &[Category]) {
    html.raw("<fieldset>").line("legend", legend);
    for category in offered {
        html.choice(
            "checkbox",
            "what",
            &category.code().to_string(),
            words::category(*category),
            on.contains(category),
        );
    }
    html.raw("</fieldset>\n");
}

async fn less(State(desk): State<Arc<Desk>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    ask(&desk, &headers, words::CHANGE, |view, html| {
        let Some(granted) = AgreementId::from_hex(&id).and_then(|id| view.own(&id)) else {
            html.line("p class=card", words::STRANGE);
            return false;
        };
        let agreement = &granted.agreement;
        html.line("p", &view.holder(&agreement.holder));
        html.hidden("act", "narrow").hidden("agreement", &agreement.id.to_string());
        let now: Vec<Category> = agreement.categories.iter().collect();
        what(html, words::CHOOSE_LESS, &now, &now);
        html.raw("<p><label for=until>")
            .text(words::UNTIL)
            .raw("</label>\n<input type=date id=until name=until required value=\"");
        html.text(&agreement.until.map(words::iso_day).unwrap_or_default()).raw("\"></p>\n");
        true
    })
    .await
}

async fn end(State(desk): State<Arc<Desk>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    check_fields(&desk, &headers, [("act", "end".to_owned()), ("agreement", id)]).await
}

async fn dismiss(State(desk): State<Arc<Desk>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    check_fields(&desk, &headers, [("act", "dismiss".to_owned()), ("guardian", id)]).await
}

async fn guardian(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    check_fields(&desk, &headers, [("act", "appoint".to_owned())]).await
}

async fn erase(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    ask(&desk, &headers, words::ERASE, |_, html| {
        html.line("p class=\"card warn\"", words::ERASE_HELP).hidden("act", "erase");
        what(html, words::CHOOSE_ERASED, &Category::ALL, &[]);
        true
    })
    .await
}

/// A page with a form whose fields `ask` writes; false when there is nothing to fill in.
async fn ask(
    desk: &Desk,
    headers: &HeaderMap,
    title: &'static str,
    ask: impl FnOnce(&View<'_>, &mut Html) -> bool,
) -> Response {
    let session = match need_session(desk, headers).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    with_view(desk, &session, |view, html| {
        let mut inside = Html::new();
        let asks = ask(view, &mut inside);
        html.line("h1", title)
            .raw("<form method=post action=\"/check\">\n")
            .hidden("form", &session.form_token());
        html.part(&inside);
        if asks {
            html.submit(words::GO_ON);
        }
        html.raw("</form>\n").way_back(words::BACK);
    })
    .await
}

async fn check(State(desk): State<Arc<Desk>>, headers: HeaderMap, request: Request) -> Response {
    either(try_check(&desk, &headers, request).await)
}

async fn try_check(desk: &Desk, headers: &HeaderMap, request: Request) -> Shown {
    let session = need_session(desk, headers).await?;
    let fields = form(request.into_body()).await?;
    need_own(&session, &fields)?;
    Ok(confirm(desk, &session, &fields).await)
}

fn either(shown: Shown) -> Response {
    match shown {
        Ok(response) => response,
        Err(response) => *response,
    }
}

async fn check_fields<const N: usize>(
    desk: &Desk,
    headers: &HeaderMap,
    fields: [(&str, String); N],
) -> Response {
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect();
    match need_session(desk, headers).await {
        Ok(session) => confirm(desk, &session, &fields).await,
        Err(response) => *response,
    }
}

fn need_own(session: &Session, fields: &Fields) -> Result<(), Box<Response>> {
    let token = fields.get("form").and_then(|values| values.first());
    if token.is_some_and(|token| session.is_own(token)) {
        Ok(())
    } else {
        Err(Box::new(trouble(StatusCode::FORBIDDEN, words::STRANGE)))
    }
}

/// What will happen, in plain words, and where the passphrase goes.
async fn confirm(desk: &Desk, session: &Session, fields: &Fields) -> Response {
    with_view(desk, session, |view, html| match Act::read(fields, view) {
        Ok(act) => {
            html.line("h1", words::CONFIRM).line("p class=card", &act.summary(view));
            html.raw("<form method=post action=\"/sign\">\n").hidden("form", &session.form_token());
            for (name, value) in act.fields() {
                html.hidden(name, &value);
            }
            if act == Act::Appoint {
                let rest = "required minlength=8 autocomplete=new-password";
                html.field("password", "guardians", words::GUARDIANS_NEW, rest);
                html.field("password", "again", words::GUARDIANS_AGAIN, rest);
            }
            html.line("p class=note", words::SIGN_HELP);
            ask_passphrase(html).submit(words::SIGN).raw("</form>\n").way_back(words::BACK);
        }
        Err(trouble) => {
            html.line("h1", words::NOT_DONE).line("p class=\"card warn\" role=alert", trouble);
            html.button_to("/", words::HOME);
        }
    })
    .await
}

fn refused(text: &str) -> Response {
    let mut html = Html::new();
    html.line("h1", words::NOT_DONE)
        .line("p class=\"card warn\" role=alert", &format!("{}.", view::capital(text.trim_end_matches('.'))))
        .button_to("/", words::HOME);
    page(StatusCode::FORBIDDEN, None, &html)
}

fn trouble(status: StatusCode, text: &'static str) -> Response {
    let mut html = Html::new();
    html.line("h1", words::NOT_DONE)
        .line("p class=\"card warn\" role=alert", text)
        .button_to("/", words::HOME);
    page(status, None, &html)
}

fn page(status: StatusCode, session: Option<&Session>, body: &Html) -> Response {
    let mut html = Html::new();
    html.raw("<!doctype html>\n<html lang=en>\n<head><meta charset=utf-8>");
    html.raw("<meta name=viewport content=\"width=device-width, initial-scale=1\"><title>")
        .text(words::TITLE);
    html.raw("</title><link rel=stylesheet href=\"/style.css\"></head>\n<body>\n<header><strong>Wardlight</strong>\n");
    if let Some(session) = session {
        html.raw("<form method=post action=\"/out\">").hidden("form", &session.form_token());
        html.raw("<button type=submit class=quiet>").text(words::SIGN_OUT).raw("</button></form>\n");
    }
    html.raw("</header>\n<main>\n").part(body).raw("</main>\n<footer>").line("p", words::FOOT);
    html.raw("</footer>\n</body>\n</html>\n");
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, Bytes::from(html.finish())).into_response()
}
