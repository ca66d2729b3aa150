//! What the commands share: one desk, the person's own or that of a demo.

use crate::{
    arguments::WindowArguments,
    attention::Attention,
    demo::DemoWard,
    events::{self, EventChannel, Listeners},
    keychain::Keychain,
    notify::Notifier,
    report,
    sound::Sound,
    window,
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tauri::AppHandle;
use tokio::sync::{OwnedRwLockWriteGuard, RwLock, RwLockReadGuard};
use wl_desk::{
    Delivery, Desk, Settings, cli,
    view::{ErrorCode, SessionPhase, SessionView, UiError},
};
use wl_token::Tokens;

/// How long ending in order may take; what is durable is durable already.
const CLOSING: Duration = Duration::from_secs(10);

/// What stands behind the window.
enum Seat {
    /// A desk; with the ward it looks at, if that is a demo.
    Open(Desk, Option<DemoWard>),
    /// None: every command tells why.
    Failed(UiError),
}

impl Seat {
    /// The person's own profile; what they carry to others is put among their downloads.
    fn own(profile: Option<PathBuf>, settings: Settings) -> Self {
        let Some(directory) = profile.or_else(cli::default_profile) else {
            return Self::Failed(no_desk("There is no home directory for the profile."));
        };
        match Desk::open(&directory, settings) {
            Ok(desk) => Self::Open(desk, None),
            Err(error) => Self::Failed(error),
        }
    }

    async fn demo(settings: Settings, patients: Option<u16>) -> Result<Self, UiError> {
        let (desk, ward) = DemoWard::open(settings, patients).await?;
        Ok(Self::Open(desk, Some(ward)))
    }

    fn desk(&self) -> Result<&Desk, UiError> {
        match self {
            Self::Open(desk, _) => Ok(desk),
            Self::Failed(error) => Err(error.clone()),
        }
    }

    async fn end(self) {
        let Self::Open(desk, ward) = self else { return };
        if let Err(error) = desk.close().await {
            tracing::error!(code = ?error.code, "the desk could not store everything");
        }
        if let Some(ward) = ward {
            ward.end().await;
        }
    }
}

fn no_desk(message: &str) -> UiError {
    UiError { code: ErrorCode::Internal, message: message.into(), hint: String::new() }
}

/// The desk behind the window, and what goes on when it is exchanged for a demo's.
pub(crate) struct AppState {
    seat: Arc<RwLock<Seat>>,
    attention: Arc<Attention>,
    lock_sooner: Option<Duration>,
    listeners: Listeners,
    report: Option<PathBuf>,
}

impl AppState {
    /// Opens the profile, or begins a demo; the first command then waits for it.
    pub(crate) async fn start(app: AppHandle, arguments: WindowArguments) -> Self {
        let attention = Arc::new(Attention::new(Notifier::new(app), Sound::start()));
        let lock_sooner = arguments.lock_sooner();
        let seat = if arguments.demo {
            Seat::Failed(no_desk("The demo ward has not started."))
        } else {
            let handouts = wl_desk::handout::downloads();
            Seat::own(arguments.profile, Settings { handouts, ..settings(&attention, lock_sooner) })
        };
        let seat = Arc::new(RwLock::new(seat));
        if arguments.demo {
            let empty = Arc::clone(&seat).write_owned().await;
            tauri::async_runtime::spawn(begin_demo(
                empty,
                settings(&attention, lock_sooner),
                arguments.patients,
            ));
        }
        Self { seat, attention, lock_sooner, listeners: Listeners::default(), report: arguments.report }
    }

    /// The desk.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn desk(&self) -> Result<RwLockReadGuard<'_, Desk>, UiError> {
        let seat = self.seat.read().await;
        seat.desk()?;
        RwLockReadGuard::try_map(seat, |seat| seat.desk().ok()).map_err(|_| no_desk("There is no desk."))
    }

    /// A session as the window is to see it.
    pub(crate) fn with_sound(&self, mut session: SessionView) -> SessionView {
        self.attention.tell_sound(&mut session.frame);
        session
    }

    /// Exchanges an unused desk for one on a demo ward. The person's own profile is closed and stays as it is.
    ///
    /// # Errors
    /// [`UiError`]: this workstation has keys already, or the demo does not start.
    pub(crate) async fn start_demo(&self) -> Result<SessionView, UiError> {
        let mut seat = self.seat.write().await;
        if seat.desk()?.session_state().await?.phase != SessionPhase::FirstRun {
            return Err(UiError {
                code: ErrorCode::Refused,
                message: "This workstation has keys already.".into(),
                hint: "Start a demo beside it with: wardlight --demo".into(),
            });
        }
        let former = std::mem::replace(
            &mut *seat,
            Seat::demo(settings(&self.attention, self.lock_sooner), None).await?,
        );
        if let Seat::Open(desk, _) = &former {
            // Its last events would mix with those of the demo.
            desk.subscribe(Box::new(|_| Delivery::Gone)).await?;
        }
        former.end().await;
        let desk = seat.desk()?;
        self.listen(desk).await?;
        desk.session_state().await
    }

    /// Sends the desk's events to this window from now on, also after a demo has begun.
    ///
    /// # Errors
    /// [`UiError`].
    pub(crate) async fn subscribe(&self, window: &str, channel: EventChannel) -> Result<(), UiError> {
        self.listeners.add(window, channel);
        // The wall joins what the main window began: a new subscription would count its events anew.
        if window == window::WALL {
            return Ok(());
        }
        let desk = self.desk().await?;
        self.listen(&desk).await
    }

    /// A window is gone and hears nothing any more.
    pub(crate) fn unsubscribe(&self, window: &str) {
        self.listeners.remove(window);
    }

    async fn listen(&self, desk: &Desk) -> Result<(), UiError> {
        let sink = events::event_sink(self.listeners.clone(), Arc::clone(&self.attention));
        desk.subscribe(sink).await
    }

    /// Writes the report, if one was asked for and there is something to tell.
    pub(crate) async fn write_report(&self) {
        let Some(file) = &self.report else { return };
        let Ok(desk) = self.desk().await else { return };
        if let Some(figures) = desk.report().await
            && let Err(error) = report::write(file, &figures)
        {
            tracing::error!(%error, "the report could not be written");
        }
    }

    /// Ends everything in order: the last report, the desk, the demo ward.
    pub(crate) async fn close(&self) {
        let in_order = async {
            self.write_report().await;
            let mut seat = self.seat.write().await;
            let last = std::mem::replace(&mut *seat, Seat::Failed(no_desk("Wardlight is being closed.")));
            last.end().await;
        };
        if tokio::time::timeout(CLOSING, in_order).await.is_err() {
            tracing::error!("closing took too long and was cut short");
        }
    }
}

/// What is the same for a desk of one's own and for that of a demo.
fn settings(attention: &Arc<Attention>, lock_sooner: Option<Duration>) -> Settings {
    Settings {
        on_alarm: attention.on_alarm(),
        lock_sooner,
        can_sound: attention.can_sound(),
        keeper: Arc::new(Keychain),
        tokens: Arc::new(Tokens::default()),
        ..Settings::default()
    }
}

async fn begin_demo(mut seat: OwnedRwLockWriteGuard<Seat>, settings: Settings, patients: Option<u16>) {
    *seat = Seat::demo(settings, patients).await.unwrap_or_else(Seat::Failed);
}
