//! What the window sees: the contract between the desk and the user interface.
//!
//! These are the only types the UI knows. They carry words and states, never a bare number: whoever draws
//! one must first look at the state that comes with it. They hold no key, no ciphertext and no trust of
//! their own; the desk fills them from opened records only, with the one exception of a provisional alarm,
//! whose [`SealState`] says so. Identifiers are text here and are parsed again by whoever takes them back.
//!
//! None of the types with free text or names implements `Debug`, so that no log line can hold one.
//! `ui/js/bindings/view.ts` is generated from this module and a test fails when it is stale.
//! Commands and channels: `docs/howto/commands.md`.

pub mod alarm;
pub mod event;
pub mod inbox;
pub mod patient;
pub mod session;
pub mod settings;
pub mod trust;
pub mod value;
pub mod ward;

pub use alarm::{AlarmCondition, AlarmKind, AlarmRow, AlarmSignal, AlarmWork, Priority};
pub use event::{LiveValue, PaintStamp, Tag, UiEvent};
pub use inbox::{InboxCounts, InboxTab, InboxView};
pub use patient::{
    AxisTick, CategoryShare, GapKind, GapView, LimitsView, NumericView, PatientView, Sharing, TrendView,
    WaveView,
};
pub use session::{
    EnrolmentRequestView, ErrorCode, FrameView, GatewayState, GatewayView, HubsView, KeyProblem,
    KeyProblemView, RecordsState, RecordsView, RoleView, SessionPhase, SessionView, SoundState, SoundView,
    StripAlarm, StripView, UiError, UserView,
};
pub use settings::{
    AdminBar, ChainStatus, ChangeKind, ChangeView, DeviceRow, EnrolCheck, EnrolPreview, EnrolProblem,
    EnrolSubject, EnrolmentAnswerView, HubRow, KeyState, PatientRow, PractitionerRow, RegistrationPreview,
    RegistrationProblem, SettingsView, TeamRow,
};
pub use trust::{HashLine, ReaderLine, SignatureView, StampsView, TrustDetails, TrustView};
pub use value::{NameView, Parameter, SealState, ValueState, ValueView};
pub use ward::{
    Monitoring, News2Input, News2InputState, News2Risk, News2View, Sparkline, TechnicalKind, TechnicalMark,
    TileAlarm, TileView, WardView,
};
