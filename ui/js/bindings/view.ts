// Generated from crates/desk/src/view by the test view_bindings. Do not edit.

/**
 * Why the reader may or may not administer.
 */
export type AdminBar = "allowed" | "notAdmin" | "offline";

/**
 * Whether the condition holds. Acknowledging never changes it.
 */
export type AlarmCondition = "pending" | "active" | "cleared";

/**
 * What the alarm is about.
 */
export type AlarmKind = "physiological" | "technical" | "advisory";

/**
 * One alarm. Upserted by `alarm_id`, in the inbox, on the tile and on the patient's page alike.
 */
export type AlarmRow = {
/**
 * Identity of the episode.
 */
alarmId: string,
/**
 * Whose.
 */
patientId: string,
/**
 * Bed, for example "12".
 */
bed: string,
/**
 * Patient's name.
 */
name: NameView,
/**
 * Priority.
 */
priority: Priority,
/**
 * What it is about.
 */
kind: AlarmKind,
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * Worst value against limit, for example "SpO₂ 84 < 90".
 */
text: string,
/**
 * Whether it holds.
 */
condition: AlarmCondition,
/**
 * What can be heard of it.
 */
signal: AlarmSignal,
/**
 * What was done.
 */
work: AlarmWork,
/**
 * When it was raised, Unix milliseconds.
 */
sinceMs: number,
/**
 * When the condition ended.
 */
clearedMs: number | null,
/**
 * How many crossings this episode joins.
 */
count: number,
/**
 * What became of its record. A provisional alarm is `sealing`.
 */
seal: SealState,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string | null,
/**
 * From the demo ward.
 */
demo: boolean,
/**
 * This reader may acknowledge it now.
 */
canAcknowledge: boolean, };

/**
 * What can be heard and seen of it.
 */
export type AlarmSignal = "sounding" | "silent" | "paused" | "latched" | "off";

/**
 * What people have done about it.
 */
export type AlarmWork = { "state": "new" } | { "state": "acknowledging" } | { "state": "acknowledged",
/**
 * Who, by name.
 */
by: string,
/**
 * The reader did it.
 */
byMe: boolean,
/**
 * When, Unix milliseconds.
 */
atMs: number, } | { "state": "resolved",
/**
 * Who, by name; empty when it closed by rule.
 */
by: string,
/**
 * When, Unix milliseconds.
 */
atMs: number, };

/**
 * One axis mark. The text is written by the page, since the SVG carries no font.
 */
export type AxisTick = {
/**
 * Place along the axis, 0 at the left or bottom edge, 1 at the right or top edge.
 */
at: number,
/**
 * What is written there; for the time axis the window writes the local time of `time_ms` instead.
 */
text: string,
/**
 * For the time axis: Unix milliseconds.
 */
timeMs: number | null, };

/**
 * One category of consent, in the reader's eyes.
 */
export type CategoryShare = {
/**
 * `vitals`, `waveforms`, `alarms`, `notes`, `documents`, `images`, `patientReports`, `administration`, `identity`.
 */
category: string,
/**
 * Whether.
 */
state: Sharing,
/**
 * Until when, Unix milliseconds; none means without an end.
 */
untilMs: number | null, };

/**
 * State of the ledger on this workstation.
 */
export type ChainStatus = {
/**
 * Chain id, hexadecimal.
 */
chainId: string,
/**
 * Hospital named in genesis.
 */
hospital: string,
/**
 * Newest verified height.
 */
height: number,
/**
 * Time of that block, Unix milliseconds.
 */
headMs: number,
/**
 * Records verified here.
 */
recordsVerified: number,
/**
 * Verifications that failed; evidence is kept.
 */
failures: number,
/**
 * Validators in force.
 */
validators: number,
/**
 * How many of them may fail without harm.
 */
mayFail: number, };

/**
 * What an administrator's signature has changed.
 */
export type ChangeKind = "key" | "team" | "patient" | "device" | "relayed";

/**
 * Answer of every command that signs: it is sealed, and verified on this workstation.
 */
export type ChangeView = {
/**
 * What.
 */
kind: ChangeKind,
/**
 * Which: the id that `settings` shows.
 */
id: string, };

/**
 * A registered device.
 */
export type DeviceRow = {
/**
 * Short id.
 */
deviceId: string,
/**
 * What the device calls itself.
 */
name: string,
/**
 * The patient it is assigned to.
 */
patientId: string | null,
/**
 * Bed of the patient it is bound to.
 */
bed: string,
/**
 * Last message, Unix milliseconds.
 */
heardMs: number | null,
/**
 * Messages in quarantine.
 */
quarantined: number, };

/**
 * Answer of `enrol_check`: the words that were heard are those of the request.
 */
export type EnrolCheck = {
/**
 * Fingerprint as six words.
 */
fingerprint: Array<string>,
/**
 * The fingerprint as a QR code.
 */
qrSvg: string, };

/**
 * Answer of `enrol_preview`. It leaves the six words out: what stands on the screen need not be listened for.
 */
export type EnrolPreview = {
/**
 * Name the request claims.
 */
name: string,
/**
 * Who asks.
 */
subject: EnrolSubject,
/**
 * Key id, hexadecimal.
 */
keyId: string,
/**
 * Why it cannot be enrolled.
 */
problem: EnrolProblem, };

/**
 * Why an enrolment request cannot be enrolled here.
 */
export type EnrolProblem = "none" | "alreadyEnrolled" | "revoked" | "moreSigners";

/**
 * Who asks to be enrolled.
 */
export type EnrolSubject = { "kind": "person",
/**
 * The role asked for.
 */
role: RoleView, } | { "kind": "hub" };

/**
 * Answer of `enrolment_answer`: what a new workstation or hub needs to find this hospital and to trust it.
 */
export type EnrolmentAnswerView = {
/**
 * The answer as text; it holds no secret.
 */
text: string,
/**
 * The answer as a QR code; empty if it is too long for one.
 */
qrSvg: string,
/**
 * Where the desk has saved the text as a file; empty if it could not.
 */
savedAs: string, };

/**
 * Answer of `enrolment_request`: what the workstation hands to the administrator.
 */
export type EnrolmentRequestView = {
/**
 * Name in the request.
 */
name: string,
/**
 * Role in the request.
 */
role: RoleView,
/**
 * Key id, hexadecimal.
 */
keyId: string,
/**
 * Fingerprint as six words, to be read aloud.
 */
fingerprint: Array<string>,
/**
 * The request as text; it holds no secret.
 */
text: string,
/**
 * The request as a QR code.
 */
qrSvg: string,
/**
 * Where the desk has saved the text as a file; empty if it could not.
 */
savedAs: string, };

/**
 * Kinds of errors, grouped by what the reader can do about them.
 */
export type ErrorCode = "locked" | "wrongPassphrase" | "weakPassphrase" | "key" | "notAllowed" | "notFound" | "badInput" | "unreachable" | "refused" | "storage" | "busy" | "internal";

/**
 * What stands on every screen. Holds no name: it is shown while locked.
 */
export type FrameView = {
/**
 * The host's clock, Unix milliseconds: the window reckons ages by it.
 */
nowMs: number,
/**
 * Everything shown is made up.
 */
demo: boolean,
/**
 * Ward.
 */
ward: string,
/**
 * Connection to the gateway.
 */
gateway: GatewayView,
/**
 * State of the records.
 */
records: RecordsView,
/**
 * Hubs.
 */
hubs: HubsView,
/**
 * Sound.
 */
sound: SoundView,
/**
 * Alarms, by bed and priority only.
 */
strip: StripView,
/**
 * This workstation's clock less the verified clock of gateway and hubs, ms, when it matters.
 */
clockOffMs: number | null,
/**
 * Version of the application.
 */
version: string, };

/**
 * Why a stretch of a trend is empty. A line is never drawn through it.
 */
export type GapKind = "notMeasured" | "sensorOff" | "notYetHere" | "missingRecord" | "notShared";

/**
 * An empty stretch.
 */
export type GapView = {
/**
 * Begin, Unix milliseconds.
 */
fromMs: number,
/**
 * End.
 */
toMs: number,
/**
 * Why.
 */
kind: GapKind, };

/**
 * How the gateway is reached.
 */
export type GatewayState = "live" | "delayed" | "stale" | "lost" | "catchingUp" | "none";

/**
 * Connection to the gateway.
 */
export type GatewayView = {
/**
 * How it is reached.
 */
state: GatewayState,
/**
 * Newest verified head or heartbeat, Unix milliseconds.
 */
updatedMs: number | null,
/**
 * How far behind while catching up, ms.
 */
behindMs: number | null,
/**
 * Progress of catching up in per cent, 0 to 100.
 */
progress: number | null,
/**
 * Host and port.
 */
address: string, };

/**
 * A named value, mostly a digest in hexadecimal.
 */
export type HashLine = {
/**
 * Name of the field.
 */
label: string,
/**
 * Its value.
 */
value: string, };

/**
 * One enrolled hub.
 */
export type HubRow = {
/**
 * Key id, hexadecimal.
 */
keyId: string,
/**
 * Name.
 */
name: string,
/**
 * State.
 */
state: KeyState,
/**
 * Fingerprint as six words.
 */
fingerprint: Array<string>,
/**
 * How many patients it serves.
 */
patients: number,
/**
 * Last heartbeat, Unix milliseconds.
 */
heardMs: number | null,
/**
 * Revoked.
 */
revokedMs: number | null,
/**
 * Reason of the revocation.
 */
revokedReason: string, };

/**
 * How many hubs are heard.
 */
export type HubsView = {
/**
 * Heard within 15 s.
 */
heard: number,
/**
 * Known.
 */
known: number, };

/**
 * How many rows each tab holds.
 */
export type InboxCounts = {
/**
 * Active.
 */
active: number,
/**
 * Unacknowledged.
 */
unacknowledged: number,
/**
 * Mine.
 */
mine: number, };

/**
 * Which rows are asked for.
 */
export type InboxTab = "active" | "unacknowledged" | "mine" | "history";

/**
 * Answer of `inbox`.
 */
export type InboxView = {
/**
 * The tab that was asked for.
 */
tab: InboxTab,
/**
 * Unanswered high alarms first, then by priority and age.
 */
rows: Array<AlarmRow>,
/**
 * Counts of all tabs.
 */
counts: InboxCounts,
/**
 * There are older rows than these.
 */
more: boolean, };

/**
 * Why a key does not serve.
 */
export type KeyProblem = "notEnrolled" | "revoked" | "expired" | "damaged" | "otherHospital";

/**
 * The one screen that says which key is needed and who can help.
 */
export type KeyProblemView = {
/**
 * What.
 */
problem: KeyProblem,
/**
 * Which key, hexadecimal.
 */
keyId: string,
/**
 * Its fingerprint as six words.
 */
fingerprint: Array<string>,
/**
 * Since when, Unix milliseconds.
 */
sinceMs: number | null,
/**
 * Names of administrators who can help.
 */
whoCanHelp: Array<string>, };

/**
 * State of a practitioner's key on the ledger.
 */
export type KeyState = "active" | "pending" | "expiring" | "revoked";

/**
 * Alarm limits as printed. An empty text means that there is no limit on that side, which the window says.
 */
export type LimitsView = {
/**
 * Lower limit.
 */
low: string,
/**
 * Upper limit.
 */
high: string, };

/**
 * A new value of one parameter, for tile and patient page alike.
 */
export type LiveValue = {
/**
 * Whose.
 */
patientId: string,
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * The value, with its state as of now.
 */
value: ValueView, };

/**
 * Whether somebody's hub still watches the patient and reaches this workstation.
 */
export type Monitoring = { "state": "monitored" } | { "state": "delayed",
/**
 * Last heartbeat, Unix milliseconds.
 */
sinceMs: number, } | { "state": "hubOffline",
/**
 * Last heartbeat, Unix milliseconds.
 */
sinceMs: number, } | { "state": "catchingUp" } | { "state": "neverHeard" };

/**
 * A patient's name, or the reason why there is none to show.
 */
export type NameView = {
/**
 * The name; empty unless `state` is fresh.
 */
text: string,
/**
 * `fresh`, `notShared`, `unreadable`, `unverified`, `failed` or `notMeasured` (no name was recorded).
 */
state: ValueState, };

/**
 * One of the seven inputs.
 */
export type News2Input = {
/**
 * Which.
 */
parameter: Parameter,
/**
 * Whether it took part.
 */
state: News2InputState,
/**
 * Its points, if it counted.
 */
points: number | null,
/**
 * What was scored, for example "22 /min" or "Air".
 */
text: string, };

/**
 * Whether an input took part in the score.
 */
export type News2InputState = "counted" | "stale" | "missing" | "notShared";

/**
 * Clinical risk band of a NEWS2 score (RCP 2017, chart 4).
 */
export type News2Risk = "low" | "lowMedium" | "medium" | "high" | "unknown";

/**
 * A NEWS2 score that says how complete it is. A missing input never counts as zero in silence.
 */
export type News2View = {
/**
 * "5", or "≥4" when inputs are missing, or empty when none counted.
 */
text: string,
/**
 * All seven inputs counted.
 */
complete: boolean,
/**
 * Sum of what counted.
 */
atLeast: number,
/**
 * Risk of what counted; missing inputs can only raise it.
 */
risk: News2Risk,
/**
 * Always seven, in the order of the RCP chart.
 */
inputs: Array<News2Input>,
/**
 * Made from streaming data and not a nurse's assessment.
 */
automatic: boolean,
/**
 * Second SpO2 scale, with who prescribed it and when, or empty.
 */
scale2Text: string, };

/**
 * A numeric with its limits.
 */
export type NumericView = {
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * Unit as printed, for example "/min".
 */
unit: string,
/**
 * The value.
 */
value: ValueView,
/**
 * A second line, for example the mean pressure "(92)"; empty if there is none.
 */
detail: string,
/**
 * Where it was measured, for example "GE B650, ECG".
 */
source: string,
/**
 * Alarm limits in force.
 */
limits: LimitsView, };

/**
 * The window's own acknowledgement that a message has been painted.
 */
export type PaintStamp = {
/**
 * The message.
 */
seq: number,
/**
 * When its pixels were handed to the screen, Unix milliseconds with fractions, by this machine's clock.
 */
drawnMs: number, };

/**
 * What was measured or entered. The UI takes label, colour and place from it; codes stay in the desk.
 */
export type Parameter = "heartRate" | "pulseRate" | "spo2" | "respirationRate" | "bloodPressure" | "systolic" | "diastolic" | "meanPressure" | "temperature" | "glucose" | "consciousness" | "oxygen" | "news2" | "monitoring";

/**
 * A registered patient.
 */
export type PatientRow = {
/**
 * Identity.
 */
patientId: string,
/**
 * Bed.
 */
bed: string,
/**
 * Name, or why there is none: an administrator reads no clinical data by that role.
 */
name: NameView,
/**
 * Name of the hub.
 */
hub: string,
/**
 * Last heartbeat of the hub, Unix milliseconds.
 */
heardMs: number | null, };

/**
 * Answer of `patient`.
 */
export type PatientView = {
/**
 * Identity.
 */
patientId: string,
/**
 * Bed.
 */
bed: string,
/**
 * Name.
 */
name: NameView,
/**
 * "71 y · F", or empty.
 */
ageText: string,
/**
 * Record number, or the reason why there is none.
 */
recordNumber: NameView,
/**
 * Numerics in the order they are drawn.
 */
numerics: Array<NumericView>,
/**
 * NEWS2.
 */
news2: News2View,
/**
 * Open alarms, worst first.
 */
alarms: Array<AlarmRow>,
/**
 * Waveforms that may be subscribed to.
 */
waves: Array<WaveView>,
/**
 * What the patient shares with the reader.
 */
sharing: Array<CategoryShare>,
/**
 * Whether the patient is watched.
 */
monitoring: Monitoring,
/**
 * Equipment trouble.
 */
technical: Array<TechnicalMark>,
/**
 * Worst state of the records behind this page.
 */
seal: SealState,
/**
 * Newest record, for "why can I trust this?".
 */
recordRef: string | null,
/**
 * From the demo ward.
 */
demo: boolean, };

/**
 * One enrolled person.
 */
export type PractitionerRow = {
/**
 * Key id, hexadecimal.
 */
keyId: string,
/**
 * Name.
 */
name: string,
/**
 * Role.
 */
role: RoleView,
/**
 * State.
 */
state: KeyState,
/**
 * Fingerprint as six words.
 */
fingerprint: Array<string>,
/**
 * Names of the care teams.
 */
teams: Array<string>,
/**
 * Enrolled, Unix milliseconds.
 */
sinceMs: number,
/**
 * Revoked.
 */
revokedMs: number | null,
/**
 * Reason of the revocation.
 */
revokedReason: string,
/**
 * It is the reader's own key.
 */
me: boolean, };

/**
 * Priority of an alarm condition after IEC 60601-1-8, lowest first.
 */
export type Priority = "low" | "medium" | "high";

/**
 * Somebody who has opened the record.
 */
export type ReaderLine = {
/**
 * Name.
 */
name: string,
/**
 * When, Unix milliseconds.
 */
atMs: number, };

/**
 * The one word about all records.
 */
export type RecordsState = "verified" | "checking" | "cantConfirm" | "failed" | "none";

/**
 * State of the records on this workstation.
 */
export type RecordsView = {
/**
 * The one word.
 */
state: RecordsState,
/**
 * Last verification, Unix milliseconds.
 */
atMs: number | null,
/**
 * How many failed.
 */
failures: number, };

/**
 * Answer of `patient_preview`: what a hub's registration file asks for. It holds no name.
 */
export type RegistrationPreview = {
/**
 * The patient's pseudonym.
 */
patientId: string,
/**
 * Name of the hub; empty if it is not known.
 */
hub: string,
/**
 * Why it cannot be registered.
 */
problem: RegistrationProblem, };

/**
 * Why a patient's registration cannot be signed here.
 */
export type RegistrationProblem = "none" | "alreadyRegistered" | "unknownHub";

/**
 * What a practitioner is enrolled as.
 */
export type RoleView = "physician" | "nurse" | "admin" | "diagnostician" | "pharmacist" | "researcher" | "caregiver" | "privacyOfficer";

/**
 * What became of a record on its way into the permanent ledger, in the words of the screens.
 */
export type SealState = "sealed" | "sealing" | "cantConfirm" | "failed";

/**
 * Where the application stands.
 */
export type SessionPhase = "firstRun" | "awaitingEnrolment" | "locked" | "open" | "keyProblem";

/**
 * Answer of `session_state` and of every command that changes the session.
 */
export type SessionView = {
/**
 * Where the application stands.
 */
phase: SessionPhase,
/**
 * Who; none before keys exist.
 */
user: UserView | null,
/**
 * What is wrong with the key.
 */
keyProblem: KeyProblemView | null,
/**
 * The frame of every screen.
 */
frame: FrameView, };

/**
 * Answer of `settings`.
 */
export type SettingsView = {
/**
 * Whether this reader may change anything here. The desk refuses by itself; this only explains.
 */
admin: AdminBar,
/**
 * All enrolled people. Empty unless the reader is an administrator.
 */
practitioners: Array<PractitionerRow>,
/**
 * All enrolled hubs. Empty unless the reader is an administrator.
 */
hubs: Array<HubRow>,
/**
 * Care teams.
 */
teams: Array<TeamRow>,
/**
 * Registered patients.
 */
patients: Array<PatientRow>,
/**
 * Registered devices.
 */
devices: Array<DeviceRow>,
/**
 * Gateway.
 */
gateway: GatewayView,
/**
 * Chain.
 */
chain: ChainStatus, };

/**
 * Whether a category is shared.
 */
export type Sharing = "shared" | "notShared" | "ended";

/**
 * One signature and what this workstation found.
 */
export type SignatureView = {
/**
 * Who: "author", "validator gw-1".
 */
signer: string,
/**
 * Key id, hexadecimal.
 */
keyId: string,
/**
 * The signature, hexadecimal.
 */
signature: string,
/**
 * Verified here.
 */
valid: boolean, };

/**
 * What can be heard here.
 */
export type SoundState = "on" | "paused" | "unavailable";

/**
 * Sound of this workstation.
 */
export type SoundView = {
/**
 * What can be heard.
 */
state: SoundState,
/**
 * End of the pause, Unix milliseconds.
 */
untilMs: number | null, };

/**
 * A small line without axes, drawn in Rust.
 */
export type Sparkline = {
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * SVG with the elements `docs/howto/commands.md` allows.
 */
svg: string,
/**
 * The line in words, for those who cannot see it: "88 to 97 %, falling".
 */
summary: string, };

/**
 * The five stamps of one record, Unix milliseconds; none where it has not come that far.
 */
export type StampsView = {
/**
 * Measured.
 */
takenMs: number | null,
/**
 * Encrypted and signed by the hub.
 */
sealedMs: number | null,
/**
 * In a block.
 */
sequencedMs: number | null,
/**
 * Verified on this workstation.
 */
verifiedMs: number | null,
/**
 * On a screen of this workstation.
 */
drawnMs: number | null, };

/**
 * One alarm without name and value.
 */
export type StripAlarm = {
/**
 * Identity of the episode, so that a click leads to it once unlocked.
 */
alarmId: string,
/**
 * Bed.
 */
bed: string,
/**
 * Priority.
 */
priority: Priority,
/**
 * Somebody has answered.
 */
acknowledged: boolean,
/**
 * Raised, Unix milliseconds.
 */
sinceMs: number, };

/**
 * The alarm strip of the top bar.
 */
export type StripView = {
/**
 * Open high alarms.
 */
high: number,
/**
 * Open medium alarms.
 */
medium: number,
/**
 * Open low alarms.
 */
low: number,
/**
 * The worst ones, at most eight, worst first.
 */
alarms: Array<StripAlarm>, };

/**
 * A view that would answer differently now. The window asks again for what it shows.
 */
export type Tag = { "view": "session" } | { "view": "ward" } | { "view": "patient",
/**
 * Whose.
 */
patientId: string, } | { "view": "trend",
/**
 * Whose.
 */
patientId: string, } | { "view": "inbox" } | { "view": "settings" };

/**
 * A care team.
 */
export type TeamRow = {
/**
 * Identity.
 */
teamId: string,
/**
 * Name.
 */
name: string,
/**
 * How many people.
 */
members: number,
/**
 * Key ids of all that are in it, revoked ones until somebody takes them out. Empty unless the reader is an
 * administrator.
 */
keys: Array<string>,
/**
 * How many patients share with it.
 */
patients: number, };

/**
 * A kind of equipment trouble.
 */
export type TechnicalKind = "sensorOff" | "noData" | "battery" | "clock" | "quarantine";

/**
 * One equipment trouble.
 */
export type TechnicalMark = {
/**
 * What.
 */
kind: TechnicalKind,
/**
 * Which parameter it concerns.
 */
parameter: Parameter | null,
/**
 * Since when, Unix milliseconds.
 */
sinceMs: number, };

/**
 * The worst open alarm of a patient.
 */
export type TileAlarm = {
/**
 * Its full row.
 */
row: AlarmRow,
/**
 * How many more are open for this patient.
 */
others: number, };

/**
 * One patient in the overview.
 */
export type TileView = {
/**
 * Identity. Whoever acts on a tile acts on this and never on its place.
 */
patientId: string,
/**
 * Bed.
 */
bed: string,
/**
 * Name.
 */
name: NameView,
/**
 * Age and sex as one short text, for example "71 y · F"; empty if unknown or not shared.
 */
ageText: string,
/**
 * Sort key made by [`TileView::urgency`]; higher is worse.
 */
urgency: number,
/**
 * Heart rate or, where there is none, pulse rate; `rate_parameter` says which.
 */
rate: ValueView,
/**
 * The true source of `rate`.
 */
rateParameter: Parameter,
/**
 * SpO2.
 */
spo2: ValueView,
/**
 * Respiration rate.
 */
respiration: ValueView,
/**
 * "128/74".
 */
bloodPressure: ValueView,
/**
 * Temperature.
 */
temperature: ValueView,
/**
 * NEWS2.
 */
news2: News2View,
/**
 * The last 60 minutes of the parameter that is worst now.
 */
sparkline: Sparkline | null,
/**
 * The worst open alarm.
 */
alarm: TileAlarm | null,
/**
 * Whether the patient is watched at all.
 */
monitoring: Monitoring,
/**
 * What is wrong with equipment.
 */
technical: Array<TechnicalMark>,
/**
 * Worst state of the records behind this tile.
 */
seal: SealState,
/**
 * Newest measurement of any kind, Unix milliseconds.
 */
newestMs: number | null,
/**
 * From the demo ward.
 */
demo: boolean, };

/**
 * One element of the answer of `trend`.
 */
export type TrendView = {
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * Unit.
 */
unit: string,
/**
 * The plot area, drawn in Rust, which the window stretches over its box; no text inside.
 */
svg: string,
/**
 * The line in words.
 */
summary: string,
/**
 * Left edge, Unix milliseconds.
 */
fromMs: number,
/**
 * Right edge.
 */
toMs: number,
/**
 * Marks of the time axis.
 */
xTicks: Array<AxisTick>,
/**
 * Marks of the value axis.
 */
yTicks: Array<AxisTick>,
/**
 * Empty stretches.
 */
gaps: Array<GapView>,
/**
 * Limits in force now.
 */
limits: LimitsView,
/**
 * The newest value.
 */
last: ValueView, };

/**
 * Everything needed to check the record by hand.
 */
export type TrustDetails = {
/**
 * Chain id, hexadecimal.
 */
chainId: string,
/**
 * Height of the block; none while sealing.
 */
height: number | null,
/**
 * Stream and position, for example "stream 7, record 18204".
 */
position: string,
/**
 * Fields of the header, in their order.
 */
header: Array<HashLine>,
/**
 * Leaf index and tree size.
 */
leafText: string,
/**
 * Inclusion path from the leaf to the root.
 */
proof: Array<HashLine>,
/**
 * Author's signature and the validators' certificate.
 */
signatures: Array<SignatureView>, };

/**
 * Answer of `trust`. The window makes the three plain lines from it; words are in its catalogue.
 */
export type TrustView = {
/**
 * The record that was asked for.
 */
recordRef: string,
/**
 * Its state.
 */
seal: SealState,
/**
 * Who measured: device and its hub, in words.
 */
measuredBy: string,
/**
 * The five stamps.
 */
stamps: StampsView,
/**
 * Who signed it, in words: "Bed 12 hub".
 */
signedBy: string,
/**
 * Why it cannot be confirmed or has failed, as a sentence; empty otherwise.
 */
problem: string,
/**
 * Who has opened it, newest first.
 */
readers: Array<ReaderLine>,
/**
 * From the demo ward.
 */
demo: boolean,
/**
 * For IT.
 */
details: TrustDetails, };

/**
 * What a command answers when it cannot do what was asked. The window switches on `code` only.
 */
export type UiError = {
/**
 * Kind of the error.
 */
code: ErrorCode,
/**
 * What happened, in one plain sentence without names and values.
 */
message: string,
/**
 * What to do next, in one plain sentence; may be empty.
 */
hint: string, };

/**
 * One message on the channel of `subscribe`. At most 30 a second; everything in it is drawn at once.
 */
export type UiEvent = {
/**
 * Ascending number of this message in this subscription; given back in [`PaintStamp`].
 */
seq: number,
/**
 * What else to ask again.
 */
tags: Array<Tag>,
/**
 * The frame, when it changed and at least once in 5 s, so that a silent channel shows.
 */
frame: FrameView | null,
/**
 * New values and new states of old values.
 */
values: Array<LiveValue>,
/**
 * Alarms that are new or changed.
 */
alarms: Array<AlarmRow>, };

/**
 * The person at this workstation.
 */
export type UserView = {
/**
 * Name.
 */
name: string,
/**
 * Role.
 */
role: RoleView,
/**
 * Key id, hexadecimal.
 */
keyId: string,
/**
 * May enrol and revoke.
 */
canAdminister: boolean,
/**
 * End of the key's validity, Unix milliseconds.
 */
keyEndsMs: number | null, };

/**
 * How far a value may be used. Every variant has a look of its own, also without colour.
 *
 * A value of the demo ward is marked by [`ValueView::demo`] and not here, since it ages like any other.
 */
export type ValueState = "fresh" | "ageing" | "lost" | "notMeasured" | "questionable" | "sensorOff" | "invalid" | "notShared" | "unverified" | "unreadable" | "failed";

/**
 * A value ready to be drawn. The UI never computes with `text`.
 */
export type ValueView = {
/**
 * The number as the device printed it; empty where the state forbids to show one.
 */
text: string,
/**
 * How far it may be used.
 */
state: ValueState,
/**
 * When it was measured, Unix milliseconds; for a state without a value, when the last one was.
 */
takenMs: number | null,
/**
 * It comes from the demo ward.
 */
demo: boolean,
/**
 * Priority of an active alarm on this very parameter.
 */
alarm: Priority | null,
/**
 * The record it was read from, for "why can I trust this?".
 */
recordRef: string | null, };

/**
 * Answer of `ward`.
 */
export type WardView = {
/**
 * Name of the ward.
 */
ward: string,
/**
 * All patients the reader may see, most urgent first.
 */
tiles: Array<TileView>, };

/**
 * A waveform channel. Sample × `scale` + `offset` is the value in `unit`.
 */
export type WaveView = {
/**
 * IEEE 11073 code: the key of the binary frames.
 */
code: number,
/**
 * "ECG II".
 */
label: string,
/**
 * The parameter whose colour it takes.
 */
parameter: Parameter,
/**
 * Unit.
 */
unit: string,
/**
 * Factor from sample to unit.
 */
scale: number,
/**
 * Added after scaling.
 */
offset: number,
/**
 * Value at the lower edge of the strip.
 */
low: number,
/**
 * Value at the upper edge of the strip.
 */
high: number,
/**
 * Sweep speed, mm/s (25 for ECG and pleth, 6.25 for respiration).
 */
sweepMmS: number, };
