//! The desk as the shell calls it: one method for each command of `docs/howto/commands.md`.
//!
//! Roles, locks and limits are judged here on every call; the window only explains them.

mod administration;
mod advice;
mod alarms;
mod commands;
mod emergency;
mod events;
mod handover;
mod idle;
mod integrity;
mod joint;
mod limits;
mod order;
mod oversight;
mod programme;
mod proofs;
mod reports;
mod roster;
mod running;
mod strips;
mod trends;
mod unlocking;
mod writing;

use crate::edge;
use crate::present::{self, Moment};
use crate::profile::{NoKeeper, NoTokens, PinAsk, Profile, SecretKeeper, Stage, TokenDoor};
use crate::session::Session;
use crate::view::{PinWanted, Priority, SessionPhase, SessionView, UiError, UiEvent};
use events::Outlet;
use idle::Idle;
pub(crate) use limits::is_clinician;
pub(crate) use order::may_order;
use running::Running;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock};
use wl_seal::{Passphrase, WorkFactor};
use zeroize::Zeroizing;

pub use crate::counters::Report;

/// Whether the window still listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It was handed over.
    Sent,
    /// The page is gone; the desk forgets the subscription.
    Gone,
}

/// Takes messages until it answers [`Delivery::Gone`].
pub type Sink<T> = Box<dyn Fn(T) -> Delivery + Send + Sync>;

/// What an alarm is about, without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlarmAbout {
    /// The patient in this bed, for example "12"; empty while the bed is not known.
    Bed(String),
    /// Equipment: a hub, the gateway, the records, the sound of this workstation.
    Equipment,
}

/// What the desk tells of an alarm that calls for attention. It holds no name and no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmCall {
    /// Identity of the episode.
    pub alarm_id: String,
    /// Where to go.
    pub about: AlarmAbout,
    /// How urgent it is.
    pub priority: Priority,
    /// What it sounds like.
    pub sound: AlarmSound,
    /// From the demo ward.
    pub demo: bool,
}

/// The category whose melody an alarm has (IEC 60601-1-8). It tells the organ, and no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlarmSound {
    /// Everything without a melody of its own, technical alarms too.
    General,
    /// Oxygen saturation.
    Oxygen,
    /// Breathing.
    Ventilation,
    /// Heart, pulse and blood pressure.
    Cardiovascular,
    /// Temperature.
    Temperature,
}

impl AlarmSound {
    /// The melody of an alarm.
    pub fn of(subject: &wl_vitals::alarm::Subject) -> Self {
        use wl_vitals::Parameter;
        if subject.kind.is_technical() {
            return Self::General;
        }
        match Parameter::from_code(subject.code) {
            Some(Parameter::Spo2) => Self::Oxygen,
            Some(Parameter::RespiratoryRate) => Self::Ventilation,
            Some(
                Parameter::HeartRate
                | Parameter::PulseRate
                | Parameter::NibpSystolic
                | Parameter::NibpDiastolic
                | Parameter::NibpMean,
            ) => Self::Cardiovascular,
            Some(Parameter::Temperature) => Self::Temperature,
            _ => Self::General,
        }
    }
}

/// What the desk does with an alarm that calls for attention. It is called again while the alarm sounds.
pub type OnAlarm = Box<dyn Fn(&AlarmCall) + Send + Sync>;

/// Enrols this workstation in a demo ward: takes the request's text and answers with the enrolment answer's text.
pub type StartDemo =
    Box<dyn Fn(String) -> futures_util::future::BoxFuture<'static, Result<String, UiError>> + Send + Sync>;

type Answer<T> = Result<T, UiError>;

/// The passphrase of a demo's keys, which protect nothing. The window tells it, so that a demo can be locked and
/// unlocked like everything else; no vault is ever without one.
pub const DEMO_PASSPHRASE: &str = "demo ward, nothing real";

/// How the desk is set up.
pub struct Settings {
    /// Work factor of a new vault.
    pub work: WorkFactor,
    /// Called for attention.
    pub on_alarm: OnAlarm,
    /// The demo ward, where this build has one.
    pub demo: Option<StartDemo>,
    /// Whether to follow the gateway; false for reading offline.
    pub online: bool,
    /// Where files are put that people carry to somebody else; the profile where there is no such directory.
    pub handouts: Option<PathBuf>,
    /// Whether the workstation locks itself when nobody uses it. A command without a window ends by itself.
    pub lock_when_idle: bool,
    /// Locks after this time at the latest, for places where everybody passes.
    pub lock_sooner: Option<Duration>,
    /// Whether alarms can be heard here now; only the shell knows its sound device.
    pub can_sound: Arc<dyn Fn() -> bool + Send + Sync>,
    /// The keychain, which keeps the second secret of a profile that has one there.
    pub keeper: Arc<dyn SecretKeeper>,
    /// Leads to tokens, which keep it for others.
    pub tokens: Arc<dyn TokenDoor>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            work: WorkFactor::PRODUCTION,
            on_alarm: Box::new(|_| {}),
            demo: None,
            online: true,
            handouts: None,
            lock_when_idle: true,
            lock_sooner: None,
            can_sound: Arc::new(|| true),
            keeper: Arc::new(NoKeeper),
            tokens: Arc::new(NoTokens),
        }
    }
}

/// The application without its window.
pub struct Desk {
    shared: Arc<Shared>,
    pump: tokio::task::JoinHandle<()>,
    watch: Option<tokio::task::JoinHandle<()>>,
}

struct Shared {
    profile: Arc<Profile>,
    settings: Settings,
    running: RwLock<Option<Running>>,
    unlocking: Mutex<()>,
    idle: Idle,
    outlet: Outlet,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.pump.abort();
        if let Some(watch) = &self.watch {
            watch.abort();
        }
    }
}

impl Desk {
    /// Opens a profile directory. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`UiError`] when another process uses it or it cannot be written.
    pub fn open(directory: &Path, settings: Settings) -> Answer<Self> {
        let profile = Arc::new(Profile::open_with(
            directory,
            Arc::clone(&settings.keeper),
            Arc::clone(&settings.tokens),
        )?);
        let idle = Idle::new(profile.lock_time()?, settings.lock_sooner);
        let shared = Arc::new(Shared {
            profile,
            settings,
            running: RwLock::new(None),
            unlocking: Mutex::default(),
            idle,
            outlet: Outlet::default(),
        });
        let pump = tokio::spawn(events::pump(Arc::clone(&shared)));
        let watch = shared.settings.lock_when_idle.then(|| tokio::spawn(idle::watch(Arc::clone(&shared))));
        Ok(Self { shared, pump, watch })
    }

    /// Where the application stands.
    ///
    /// # Errors
    /// [`UiError`] when the profile cannot be read.
    pub async fn session_state(&self) -> Answer<SessionView> {
        self.shared.session_view().await
    }

    /// Makes keys; the first step of enrolment.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn create_keys(
        &self,
        name: String,
        role: crate::view::RoleView,
        passphrase: SecretString,
    ) -> Answer<SessionView> {
        let passphrase = Passphrase::new(passphrase.expose_secret().to_owned())?;
        let entropy = Zeroizing::new(edge::random::<128>()?);
        let (profile, work) = (Arc::clone(&self.shared.profile), self.shared.settings.work);
        let role = present::role_of(role);
        // scrypt takes about a second.
        tokio::task::spawn_blocking(move || profile.create_keys(&name, role, &passphrase, &entropy, work))
            .await
            .map_err(|_| UiError::internal("The keys could not be made."))??;
        self.session_state().await
    }

    /// Takes an enrolment answer.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn load_enrolment(&self, text: String) -> Answer<SessionView> {
        self.shared.profile.load_answer(&text)?;
        self.session_state().await
    }

    /// Enrols this workstation in a demo ward and opens it.
    ///
    /// # Errors
    /// [`UiError`], also where this build has no demo ward.
    pub async fn start_demo(&self) -> Answer<SessionView> {
        let Some(demo) = &self.shared.settings.demo else {
            return Err(UiError::not_found("demo ward in this build"));
        };
        if self.shared.profile.stage() == Stage::Empty {
            let secret = SecretString::from(DEMO_PASSPHRASE);
            self.create_keys("Demo Physician".into(), crate::view::RoleView::Physician, secret).await?;
        }
        let (request, _) = self.shared.profile.request()?;
        let answer = demo(request).await?;
        self.load_enrolment(answer).await?;
        self.unlock(SecretString::from(DEMO_PASSPHRASE)).await
    }

    /// Ends everything in order: what is opened is stored, the head is pinned, the database is closed.
    ///
    /// # Errors
    /// [`UiError`] when something could not be stored.
    pub async fn close(mut self) -> Answer<()> {
        // These tasks hold the profile too: its lock is free only once they have ended.
        self.pump.abort();
        let _aborted = (&mut self.pump).await;
        if let Some(watch) = self.watch.take() {
            watch.abort();
            let _aborted = watch.await;
        }
        self.shared.close().await
    }

    /// The report of this run, once a session has begun.
    pub async fn report(&self) -> Option<Report> {
        let session = self.shared.session().await?;
        let report = session.core().await.report(edge::now());
        Some(report)
    }

    /// The running session, for the command line.
    pub async fn session(&self) -> Option<Arc<Session>> {
        self.shared.session().await
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.shared.profile
    }
}

impl Shared {
    async fn session(&self) -> Option<Arc<Session>> {
        self.running.read().await.as_ref().map(|running| Arc::clone(&running.session))
    }

    async fn is_open(&self) -> bool {
        match self.session().await {
            Some(session) => session.core().await.keys().is_some(),
            None => false,
        }
    }

    /// The session, unlocked.
    async fn open_session(&self) -> Answer<Arc<Session>> {
        let session = self.session().await.ok_or_else(UiError::locked)?;
        let open = session.core().await.keys().is_some();
        if open { Ok(session) } else { Err(UiError::locked()) }
    }

    /// Whether the person is asked for the PIN of a token.
    fn pin_wanted(&self) -> Answer<PinWanted> {
        Ok(match self.profile.pin_ask()? {
            PinAsk::None => PinWanted::No,
            PinAsk::Needed => PinWanted::Yes,
            PinAsk::Maybe => PinWanted::Maybe,
        })
    }

    async fn session_view(&self) -> Answer<SessionView> {
        let now = edge::now();
        let request = match self.profile.stage() {
            Stage::Empty => None,
            Stage::AwaitingAnswer | Stage::Enrolled => Some(self.profile.request()?.1),
        };
        let Some(session) = self.session().await else {
            let phase = match self.profile.stage() {
                Stage::Empty => SessionPhase::FirstRun,
                Stage::AwaitingAnswer => SessionPhase::AwaitingEnrolment,
                Stage::Enrolled => SessionPhase::Locked,
            };
            return Ok(SessionView {
                phase,
                user: request.as_ref().and_then(|request| present::user_view(request, None)),
                key_problem: None,
                pin: if phase == SessionPhase::Locked { self.pin_wanted()? } else { PinWanted::No },
                frame: present::idle_frame(&self.profile, now),
            });
        };
        let mut core = session.core().await;
        let moment = Moment::new(&mut core, now);
        let key_problem = request.as_ref().and_then(|request| present::key_problem(request, &moment));
        let phase = match (&key_problem, moment.core.keys()) {
            (_, None) => SessionPhase::Locked,
            (Some(_), Some(_)) => SessionPhase::KeyProblem,
            (None, Some(_)) => SessionPhase::Open,
        };
        Ok(SessionView {
            phase,
            user: request.as_ref().and_then(|request| present::user_view(request, Some(&moment))),
            key_problem,
            pin: if phase == SessionPhase::Locked { self.pin_wanted()? } else { PinWanted::No },
            frame: present::frame_view(&moment),
        })
    }
}

/// The channel to the window.
pub(crate) type EventSink = Sink<UiEvent>;
