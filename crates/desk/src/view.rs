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

pub mod access;
pub mod advice;
pub mod alarm;
pub mod emergency;
pub mod erasure;
pub mod event;
pub mod handover;
pub mod history;
pub mod inbox;
pub mod integrity;
pub mod key;
pub mod limits;
pub mod notes;
pub mod order;
pub mod patient;
pub mod programme;
pub mod proposal;
pub mod report;
pub mod roster;
pub mod security;
pub mod session;
pub mod settings;
pub mod trend;
pub mod trust;
pub mod value;
pub mod ward;
pub mod workstation;

pub use access::{
    AccessChoice, AccessFormat, AccessGround, AccessLogView, AccessQuery, AccessRow, AccessScreen, SavedView,
};
pub use advice::{
    AdviceInput, AdviceView, AnswerKind, DecisionState, DeliveryView, ReplyView, SignerWord, VoidWord,
    WithdrawnView,
};
pub use alarm::{
    AlarmCondition, AlarmKind, AlarmOutcome, AlarmRow, AlarmSignal, AlarmWork, CameBackWord, Priority,
    SnoozeReason,
};
pub use emergency::{
    ClosedPatient, EmergencyBar, EmergencyMark, EmergencyProgress, EmergencyReason, EmergencyRow,
    EmergencyView, Fallback, ReviewOutcome, ReviewView,
};
pub use erasure::{EraseAsk, EraseReceiptRow, EraseWord, ErasureRow, ErasuresView};
pub use event::{LiveValue, PaintStamp, Tag, UiEvent};
pub use handover::{
    AcceptedView, HandOverDraft, HandOverInput, HandOverRow, HandOverView, HandOversView, IllnessWord,
    ReceiverView,
};
pub use history::{
    AlarmActInput, AlarmComment, AlarmHistoryView, AlarmStepKind, AlarmStepView, ColleagueView, NextCallView,
};
pub use inbox::{InboxCounts, InboxFilter, InboxTab, InboxView};
pub use integrity::{
    ComparisonRow, ComparisonState, EvidenceRow, HandoutView, IntegrityAlert, IntegrityView, WitnessRow,
};
pub use key::{KeyContact, KeyPlace, KeyProblem, KeyProblemView};
pub use limits::{
    LimitChangeState, LimitChangeView, LimitEdges, LimitReason, LimitRowInput, LimitRowView, LimitsPageView,
    LimitsPreviewRow, LimitsPreviewView, LimitsProposal, ObservationInput, StandbyInput, StandbyPlace,
};
pub use notes::{
    EntryView, NoteInput, NoteView, NoteWord, NotesView, SignedBy, VersionView, WrittenRow, WrittenState,
};
pub use order::{OrderInput, OrderState, OrderView, OrderedView, RouteWord, StepInput, StepView, StepWord};
pub use patient::{
    AxisTick, CategoryShare, GapKind, GapView, LimitsView, MissingView, NumericView, PatientView, Sharing,
    TrendView, WaveView,
};
pub use programme::{
    GoalInput, GoalMeasure, GoalState, GoalView, OutcomeWord, ProgrammeEndInput, ProgrammeEndView,
    ProgrammeInput, ProgrammeState, ProgrammeView, ProgrammeWord,
};
pub use proposal::{CustodianRow, CustodiansView, EmergencyPolicyView, PolicyView, ProposalAct, ProposalRow};
pub use report::{
    ReportAsk, ReportBar, ReportColumn, ReportForm, ReportFormat, ReportKind, ReportView, ReportWords,
    SealLine,
};
pub use roster::{FaultKind, FaultRow, RosterStepInput, RosterStepView, RosterView};
pub use security::{SecurityRow, SecurityView, SecurityWord};
pub use session::{
    EnrolmentRequestView, ErrorCode, FrameView, GatewayState, GatewayView, HubsView, PinWanted, RecordsState,
    RecordsView, RoleView, SessionPhase, SessionView, SoundState, SoundView, StripAlarm, StripView, UiError,
    UserView,
};
pub use settings::{
    AdminBar, ChainStatus, ChangeKind, ChangeView, DeviceRow, DisclosureRow, EnrolCheck, EnrolPreview,
    EnrolProblem, EnrolSubject, EnrolmentAnswerView, HubRow, KeyState, LostView, PatientRow, PersonRef,
    PractitionerRow, RegistrationPreview, RegistrationProblem, SettingsView, TeamRow,
};
pub use trend::{
    EpisodeView, TrendAsk, TrendAtView, TrendCell, TrendTableRow, TrendTableView, TrendValue, TrendsView,
};
pub use trust::{
    AllowedLine, ExportView, HashLine, ReaderLine, SignatureView, StampsView, TrustDetails, TrustView,
};
pub use value::{NameView, Parameter, SealState, ValueState, ValueView};
pub use ward::{
    Monitoring, News2Input, News2InputState, News2Risk, News2View, ObserveState, ObserveView, Sparkline,
    TechnicalKind, TechnicalMark, TileAlarm, TileView, WardView,
};
pub use workstation::{KeyProtection, ProtectAsk, TokenPlaceView, WorkstationView};
