//! The patient's page, asked as a browser asks it, over real sockets and with a real gateway behind.

use crate::browser::{Answer, Browser, hidden};
use crate::common;
use crate::common::Station;
use crate::common::system::{STAY, System, passphrase};
use std::net::{Ipv4Addr, SocketAddr};
use wl_hub::consent::Signer;
use wl_hub::hub::{Hub, HubError, Page};
use wl_ledger::{PatientId, Role};
use wl_seal::Passphrase;
use wl_sim::hospital::PASSPHRASE;

struct Scene {
    system: System,
    hub: Hub,
    patient: PatientId,
    browser: Browser,
    nurse: Station,
    _directory: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        Self::with("nurse").await
    }

    /// With a nurse of that name.
    async fn with(nurse: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let nurse = Station::new(directory.path(), nurse, Role::Nurse);
        let mut system = System::found(directory.path().to_owned(), vec![nurse.request()]).await;
        let page = Page { listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))), sticks: Vec::new() };
        let hub = Hub::start_with(system.hub_home(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), page).await;
        let hub = hub.unwrap();
        let patient = system.admit_as(&hub, "Ada <b>Doe</b>", "MRN-1", "02DE30FFFE00EE41", &STAY).await;
        let browser = Browser::new(hub.page().unwrap());
        Self { system, hub, patient, browser, nurse, _directory: directory }
    }

    async fn sign_in(&mut self, who: &str, passphrase: &str) -> Answer {
        let passphrase = passphrase.replace(' ', "+");
        let form = format!("bed={}&who={who}&passphrase={passphrase}", self.patient);
        self.browser.post("/in", &form).await
    }

    async fn end(self) {
        self.hub.stop().await;
        self.system.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_looks_grants_narrows_and_ends_with_the_passphrase_each_time() {
    let mut scene = Scene::new().await;
    let front = scene.browser.get("/").await;
    assert_eq!(front.status, 200);
    assert!(front.body.contains("Bed 7") && !front.body.contains("Ada"), "a bed is shown, no name");
    assert_eq!(scene.sign_in("patient", PASSPHRASE).await.status, 303);
    let home = scene.browser.get("/").await.body;
    assert!(home.contains("Ada &lt;b&gt;Doe&lt;/b&gt;") && home.contains("The care team Ward"), "{home}");
    assert!(home.contains("You signed this."));

    let allow = scene.browser.get("/allow/treatment").await.body;
    let person = scene.nurse.request().enrolment.sign.id();
    let chosen = format!("{}&who=person%3A{person}&what=0&what=2&until=2099-01-31", hidden(&allow));
    let check = scene.browser.post("/check", &chosen).await.body;
    assert!(check.contains("nurse (nurse) may read vital signs"), "{check}");
    assert!(check.contains("until the end of Saturday, 31 January 2099"));
    let wrong = scene.browser.post("/sign", &format!("{}&passphrase=not+it+at+all", hidden(&check))).await;
    assert!(wrong.body.contains("does not open the key"), "{}", wrong.body);
    let right = format!("{}&passphrase={}", hidden(&check), PASSPHRASE.replace(' ', "+"));
    let signed = scene.browser.post("/sign", &right).await;
    assert!(signed.body.contains("Sealed in block"), "{}", signed.body);

    let home = scene.browser.get("/").await.body;
    let id = home.split("href=\"/less/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let less = scene.browser.get(&format!("/less/{id}")).await.body;
    let same = format!("{}&what=0&what=2&until=2099-01-31", hidden(&less));
    assert!(scene.browser.post("/check", &same).await.body.contains("Please take something away"));
    let fewer = format!("{}&what=2&until=2099-01-31", hidden(&less));
    let check = scene.browser.post("/check", &fewer).await.body;
    assert!(check.contains("may read only alarms"), "{check}");
    let right = format!("{}&passphrase={}", hidden(&check), PASSPHRASE.replace(' ', "+"));
    assert!(scene.browser.post("/sign", &right).await.body.contains("Sealed in block"));

    let check = scene.browser.get(&format!("/end/{id}")).await.body;
    let right = format!("{}&passphrase={}", hidden(&check), PASSPHRASE.replace(' ', "+"));
    assert!(scene.browser.post("/sign", &right).await.body.contains("Sealed in block"));
    assert!(scene.browser.get("/").await.body.contains("What has ended"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_signs_with_the_own_passphrase_and_chooses_no_guardians() {
    let mut scene = Scene::new().await;
    scene.sign_in("patient", PASSPHRASE).await;
    let check = scene.browser.get("/guardian").await.body;
    let own = PASSPHRASE.replace(' ', "+");
    let odd = format!("{}&guardians=a+rose+garden&again=a+nose+garden&passphrase={own}", hidden(&check));
    assert!(scene.browser.post("/sign", &odd).await.body.contains("were not the same"));
    let right = format!("{}&guardians=a+rose+garden&again=a+rose+garden&passphrase={own}", hidden(&check));
    let signed = scene.browser.post("/sign", &right).await;
    assert!(signed.body.contains("Sealed in block"), "{}", signed.body);
    scene.browser.post("/out", "").await;

    assert!(scene.sign_in("guardian", PASSPHRASE).await.body.contains("did not open"), "not the patient's");
    assert_eq!(scene.sign_in("guardian", "a rose garden").await.status, 303);
    let home = scene.browser.get("/").await.body;
    assert!(!home.contains("href=\"/guardian\"") && home.contains("href=\"/dismiss/"));
    let id = home.split("href=\"/end/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let check = scene.browser.get(&format!("/end/{id}")).await.body;
    let right = format!("{}&passphrase=a+rose+garden", hidden(&check));
    assert!(scene.browser.post("/sign", &right).await.body.contains("Sealed in block"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_from_the_page_itself_is_refused_and_nothing_runs_in_it() {
    let mut scene = Scene::new().await;
    let front = scene.browser.get("/").await;
    let head = front.head.to_lowercase();
    assert!(head.contains("content-security-policy: default-src 'none'; style-src 'self'"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff") && head.contains("cache-control: no-store"));
    assert!(
        !front.body.contains("<script") && !front.body.contains(" style=") && !front.body.contains("http")
    );

    for origin in [None, Some("http://evil.example"), Some("null")] {
        let mut stranger = Browser::new(scene.browser.at);
        stranger.origin = origin.map(str::to_owned);
        let form = format!("bed={}&who=patient&passphrase=x", scene.patient);
        assert_eq!(stranger.post("/in", &form).await.status, 403, "{origin:?}");
    }
    // A name of somebody else's that points to this address.
    assert_eq!(scene.browser.send("GET", "/", "evil.example", "").await.status, 403);

    scene.sign_in("patient", PASSPHRASE).await;
    let cookie = scene.browser.cookie.clone().unwrap();
    assert!(cookie.starts_with("wardlight="));
    let check = scene.browser.get("/allow/research").await.body;
    assert!(check.contains("There is nobody to choose"));
    let erase = scene.browser.get("/erase").await.body;
    let foreign = format!("{}&what=0", hidden(&erase)).replacen("form=", "form=0", 2);
    assert_eq!(scene.browser.post("/check", &foreign).await.status, 403, "another session's form");
    let mut nobody = Browser::new(scene.browser.at);
    assert!(nobody.get("/seen").await.body.contains("Sign in"), "no session, no data");
    let long = "x".repeat(20_000);
    assert_eq!(scene.browser.post("/check", &format!("form={long}")).await.status, 413);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passphrases_are_slowed_down_for_everybody_who_tries() {
    let mut scene = Scene::new().await;
    for _ in 0..3 {
        assert!(scene.sign_in("patient", "not it at all").await.body.contains("did not open"));
    }
    let waiting = scene.sign_in("patient", PASSPHRASE).await.body;
    assert!(waiting.contains("Too many wrong passphrases"), "{waiting}");
    let action = wl_ledger::control::Action::RevokeAgreement(wl_ledger::AgreementId::from_bytes([1; 16]));
    let said = scene.hub.say(scene.patient, Signer::Patient, passphrase(), action).await;
    assert!(said.is_err_and(|error| error.to_string().contains("too many wrong")));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_gives_no_further_tries_and_locks_nobody_out() {
    let directory = tempfile::tempdir().unwrap();
    let mut system = System::found(directory.path().to_owned(), Vec::new()).await;
    let hub = system.start_hub().await;
    let patient = system.register(&hub, "Ada Example", "MRN-1", "02DE30FFFE00EE01").await;
    let wrong = || Passphrase::new("not it at all".to_owned()).unwrap();
    let act = || wl_ledger::control::Action::RevokeAgreement(wl_ledger::AgreementId::from_bytes([1; 16]));
    let word = |error: wl_hub::hub::SayError| error.to_string();
    for _ in 0..3 {
        let said = hub.say(patient, Signer::Patient, wrong(), act()).await.map_err(word);
        assert!(said.is_err_and(|error| error.contains("does not open")));
    }
    hub.stop().await;

    let hub = system.start_hub().await;
    // The first wait may be over by now. The fourth wrong one in a row waits twice as long: the three still count.
    common::until(std::time::Duration::from_secs(20), "a fourth try", || async {
        let said = hub.say(patient, Signer::Patient, wrong(), act()).await.map_err(word);
        said.is_err_and(|error| error.contains("does not open"))
    })
    .await;
    let waits = hub.say(patient, Signer::Patient, passphrase(), act()).await.map_err(word).unwrap_err();
    let seconds = waits.split(' ').find_map(|part| part.parse::<u32>().ok()).unwrap();
    assert!(waits.contains("too many wrong") && (6..=10).contains(&seconds), "{waits}");
    hub.stop().await;

    // Nobody is locked out: after the wait the right one opens, and nothing counts any more.
    let hub = system.start_hub().await;
    let opens = || async {
        let said = hub.say(patient, Signer::Patient, passphrase(), act()).await.map_err(word);
        // The ledger knows no such agreement; that it was asked means that the key was opened.
        said.is_err_and(|error| error.starts_with("refused with code"))
    };
    common::until(std::time::Duration::from_secs(30), "the right passphrase opens", opens).await;
    let said = hub.say(patient, Signer::Patient, wrong(), act()).await.map_err(word);
    assert!(said.is_err_and(|error| error.contains("does not open")));
    assert!(opens().await, "one wrong one costs nothing");
    hub.stop().await;
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_not_served_where_others_could_listen() {
    let directory = tempfile::tempdir().unwrap();
    let system = System::found(directory.path().to_owned(), Vec::new()).await;
    let page = Page { listen: Some("0.0.0.0:0".parse().unwrap()), sticks: Vec::new() };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let refused = Hub::start_with(system.hub_home(), listen, page).await.err();
    assert!(matches!(refused, Some(HubError::PageAddress(_))));
    system.stop().await;
}

/// Texts that would run, or make something, where they were written as markup.
const SCRIPTS: [&str; 12] = [
    "<script>ran()</script>",
    "\"><img src=x onerror=ran()>",
    "'><svg onload=ran()>",
    "\" autofocus onfocus=ran() x=\"",
    "' onmouseover='ran()",
    "</title></textarea></style><script>ran()</script>",
    "<iframe srcdoc=\"<script>ran()</script>\">",
    "<base href=http://evil.example/>",
    "<a href=\"javascript:ran()\">x</a>",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "\u{1}<p\u{0}>\u{202e}\u{2028}<!--",
    "\r\nSet-Cookie: ran=1\r\n\r\n<p>",
];

/// As a form or an address carries it.
fn carried(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// No text from outside stands on the page as it is, none came into the head, and no address leads elsewhere.
fn assert_tame(what: &str, answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(!answer.body.contains(text), "{what}: {text:?} stands there unescaped");
    }
    let (head, body) = (answer.head.to_lowercase(), answer.body.to_lowercase());
    for part in
        ["<script", "<img", "<svg", "<iframe", "<base", "<!--", "href=\"javascript", "href=javascript"]
    {
        assert!(!body.contains(part), "{what}: {part} is on the page");
    }
    assert!(!head.contains("set-cookie: ran") && !head.contains("evil"), "{what}: {head}");
    assert!(head.contains("content-security-policy: default-src 'none'"), "{what}: {head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_try_to_be_scripts_are_only_text_on_the_page() {
    let mut scene = Scene::with(SCRIPTS[1]).await;
    let escaped = "&quot;&gt;&lt;img src=x onerror=ran()&gt;";
    let identity = wl_wire::identity::Identity {
        name: SCRIPTS[3].to_owned(),
        mrn: SCRIPTS[6].to_owned(),
        birth_date: String::new(),
        bed: SCRIPTS[1].to_owned(),
        ward: SCRIPTS[7].to_owned(),
    };
    scene.hub.add_patient(identity, 1000, passphrase()).await.unwrap();
    let front = scene.browser.get("/").await;
    assert!(front.body.contains(&format!("Bed {escaped}, &lt;base href=")), "{}", front.body);
    // The last ones are of control characters, and are looked for only where they were sent.
    assert_tame("the first page", &front, &SCRIPTS[..9]);
    assert_tame("the alarms", &scene.browser.get("/alarms").await, &SCRIPTS[..9]);
    for text in SCRIPTS {
        let form = format!("bed={0}&who={0}&{0}={0}&passphrase={0}", carried(text));
        assert_tame("signing in", &scene.browser.post("/in", &form).await, &[text]);
        assert_tame("an address", &scene.browser.get(&format!("/{0}?{0}={0}", carried(text))).await, &[text]);
    }

    assert_eq!(scene.sign_in("patient", PASSPHRASE).await.status, 303);
    for path in
        ["/", "/seen", "/allow/treatment", "/allow/caregiving", "/allow/research", "/erase", "/guardian"]
    {
        assert_tame(path, &scene.browser.get(path).await, &SCRIPTS[..9]);
    }
    let allow = scene.browser.get("/allow/treatment").await.body;
    assert!(allow.contains(&format!("{escaped} (nurse)")), "the name is there, as a text: {allow}");
    let form = hidden(&allow).split('&').find(|field| field.starts_with("form=")).unwrap().to_owned();
    for text in SCRIPTS {
        let bad = carried(text);
        for place in ["allow", "less", "end", "dismiss"] {
            assert_tame(place, &scene.browser.get(&format!("/{place}/{bad}")).await, &[text]);
        }
        for act in ["allow", "narrow", "end", "appoint", "dismiss", "erase", bad.as_str()] {
            let fields = ["purpose", "who", "what", "until", "pass_on", "terms", "agreement", "guardian"];
            let all: Vec<String> = fields.iter().map(|field| format!("{field}={bad}")).collect();
            let sent = format!("{form}&act={act}&{}&{bad}={bad}", all.join("&"));
            assert_tame(act, &scene.browser.post("/check", &sent).await, &[text]);
        }
        assert_tame(
            "another form",
            &scene.browser.post("/sign", &format!("form={bad}&act={bad}")).await,
            &[text],
        );
    }
    scene.end().await;
}
