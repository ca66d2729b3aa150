// Generated from crates/desk/src/view by the test view_bindings. Do not edit.

/**
 * The receiver's answer.
 */
export type AcceptedView = {
/**
 * Who, and when.
 */
signed: SignedBy,
/**
 * S: what the receiver has understood.
 */
synthesis: string,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string, };

/**
 * Somebody or somebody's record that can be filtered by.
 */
export type AccessChoice = {
/**
 * Id.
 */
id: string,
/**
 * As it is shown.
 */
label: string, };

/**
 * In which form the log is written to a file.
 */
export type AccessFormat = "fhir" | "csv";

/**
 * By what right somebody read.
 */
export type AccessGround = "treatment" | "research" | "caregiving" | "legalDisclosure" | "breakGlass" | "unknown";

/**
 * Answer of `access_log`.
 */
export type AccessLogView = {
/**
 * Broken glass first, then the newest first.
 */
rows: Array<AccessRow>,
/**
 * There are more than these.
 */
more: boolean,
/**
 * All persons who are enrolled, or were.
 */
people: Array<AccessChoice>,
/**
 * All patients.
 */
patients: Array<AccessChoice>, };

/**
 * Which openings are asked for. What is left out is not filtered by.
 */
export type AccessQuery = {
/**
 * Of this patient: the pseudonym.
 */
patientId: string | null,
/**
 * By this person: the id of the first key.
 */
personId: string | null,
/**
 * From then on, Unix milliseconds.
 */
fromMs: number | null,
/**
 * Up to then, Unix milliseconds.
 */
toMs: number | null, };

/**
 * One opening. It stands for up to fifteen minutes of looking on.
 */
export type AccessRow = {
/**
 * Its receipt and place: `stream.number.place`.
 */
id: string,
/**
 * The receipt, for "why can I trust this?".
 */
recordRef: string,
/**
 * When, Unix milliseconds, by the workstation's clock.
 */
atMs: number,
/**
 * The person's name, as enrolled.
 */
person: string,
/**
 * The person: id of the first key.
 */
personId: string,
/**
 * Role; none if the key was a hub's, which is an incident.
 */
role: RoleView | null,
/**
 * The workstation: id of the key that signed the receipt.
 */
workstation: string,
/**
 * Whose record: the pseudonym.
 */
patientId: string,
/**
 * Name, if the patient shares it with this reader.
 */
name: NameView,
/**
 * What was opened.
 */
screen: AccessScreen,
/**
 * Categories, by the words of `CategoryShare`.
 */
categories: Array<string>,
/**
 * By what right.
 */
grounds: Array<AccessGround>,
/**
 * Why the glass was broken, in the person's own words; empty otherwise.
 */
reason: string, };

/**
 * What was opened.
 */
export type AccessScreen = "patient" | "trend" | "document" | "export" | "breakGlass";

/**
 * Why the reader may or may not administer.
 */
export type AdminBar = "allowed" | "notAdmin" | "offline";

/**
 * Argument of `write_advice`.
 */
export type AdviceInput = {
/**
 * The text.
 */
text: string,
/**
 * The patient is asked to accept or decline.
 */
proposal: boolean,
/**
 * Until when, Unix milliseconds; only of a proposal.
 */
untilMs: number | null,
/**
 * The advice that this one goes on from, by its row's id.
 */
follows: string | null, };

/**
 * Advice.
 */
export type AdviceView = {
/**
 * The text.
 */
text: string,
/**
 * The patient is asked to accept or decline.
 */
proposal: boolean,
/**
 * Until when, Unix milliseconds; none has no end.
 */
untilMs: number | null,
/**
 * The advice that this one goes on from, by its row's id.
 */
follows: string | null,
/**
 * How far it has come.
 */
delivery: DeliveryView,
/**
 * Where the decision stands.
 */
decision: DecisionState,
/**
 * Taken back.
 */
withdrawn: WithdrawnView | null,
/**
 * The patient's answers, the newest first.
 */
replies: Array<ReplyView>,
/**
 * The reader may take it back.
 */
mayWithdraw: boolean,
/**
 * The reader may go on from it.
 */
mayFollow: boolean, };

/**
 * What a person does about an alarm, besides acknowledging.
 */
export type AlarmActInput = { "kind": "answer",
/**
 * The word.
 */
comment: AlarmComment, } | { "kind": "snooze",
/**
 * How long, in minutes: at most 2 for high, 30 for medium, 720 for low priority.
 */
minutes: number,
/**
 * Why.
 */
reason: SnoozeReason, } | { "kind": "resolve",
/**
 * How it turned out.
 */
outcome: AlarmOutcome, } | { "kind": "assign",
/**
 * Whose key.
 */
to: string, } | { "kind": "escalate",
/**
 * Whose key.
 */
to: string, };

/**
 * A word with an acknowledgement.
 */
export type AlarmComment = "none" | "going" | "atBedside" | "artefact" | "expected" | "device";

/**
 * Whether the condition holds. Acknowledging never changes it.
 */
export type AlarmCondition = "pending" | "active" | "cleared";

/**
 * Answer of `alarm_history`.
 */
export type AlarmHistoryView = {
/**
 * The alarm.
 */
row: AlarmRow,
/**
 * What happened, in the order of the record.
 */
steps: Array<AlarmStepView>,
/**
 * Who is called when; empty where nobody is named.
 */
next: Array<NextCallView>,
/**
 * Colleagues who may read these alarms.
 */
colleagues: Array<ColleagueView>,
/**
 * The parameter around the crossing; none where there are no values.
 */
strip: TrendView | null,
/**
 * How long the reader may put it off, in minutes.
 */
snoozeMinutes: Array<number>,
/**
 * Outcomes by which it may be closed now.
 */
outcomes: Array<AlarmOutcome>, };

/**
 * What the alarm is about.
 */
export type AlarmKind = "physiological" | "technical" | "advisory";

/**
 * How an alarm turned out.
 */
export type AlarmOutcome = "actionable" | "treated" | "artefact" | "expected" | "device";

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
canAcknowledge: boolean,
/**
 * This reader may put it off, give it to somebody, call somebody and close it.
 */
canAct: boolean,
/**
 * Who was called besides, by name, the newest last.
 */
called: Array<string>,
/**
 * The reader is among them.
 */
calledMe: boolean,
/**
 * It came back to the patient's hub, and nobody has answered since.
 */
cameBack: CameBackWord | null,
/**
 * Somebody has seen it since it calls.
 */
seen: boolean, };

/**
 * What can be heard and seen of it.
 */
export type AlarmSignal = "sounding" | "silent" | "paused" | "latched" | "off";

/**
 * What happened.
 */
export type AlarmStepKind = { "kind": "raised" } | { "kind": "reopened" } | { "kind": "rose" } | { "kind": "worsened" } | { "kind": "inhibited" } | { "kind": "cleared" } | { "kind": "delivered" } | { "kind": "seen" } | { "kind": "acknowledged",
/**
 * With which word.
 */
comment: AlarmComment, } | { "kind": "snoozed",
/**
 * Until when, Unix milliseconds.
 */
untilMs: number,
/**
 * Why.
 */
reason: SnoozeReason, } | { "kind": "resolved",
/**
 * How it turned out.
 */
outcome: AlarmOutcome, } | { "kind": "assigned",
/**
 * To whom, by name.
 */
to: string, } | { "kind": "cameBack",
/**
 * Why.
 */
why: CameBackWord, } | { "kind": "escalated",
/**
 * Who, by name.
 */
to: string,
/**
 * Because nobody had answered for as long as the roster says.
 */
byTime: boolean, };

/**
 * One step of an alarm.
 */
export type AlarmStepView = {
/**
 * When, by its author's clock, Unix milliseconds.
 */
atMs: number,
/**
 * Who, by name; empty for the patient's hub.
 */
by: string,
/**
 * What.
 */
what: AlarmStepKind,
/**
 * Worst value against limit, for steps of the hub's rules.
 */
text: string,
/**
 * What became of its record.
 */
seal: SealState,
/**
 * Its record, for "why can I trust this?"; none while it is on its way.
 */
recordRef: string | null, };

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
atMs: number, } | { "state": "assigned",
/**
 * To whom, by name.
 */
to: string,
/**
 * The reader has it.
 */
toMe: boolean,
/**
 * By whom, by name.
 */
by: string,
/**
 * When, Unix milliseconds.
 */
atMs: number, } | { "state": "snoozed",
/**
 * By whom, by name.
 */
by: string,
/**
 * Why.
 */
reason: SnoozeReason,
/**
 * Until when, Unix milliseconds.
 */
untilMs: number, } | { "state": "resolved",
/**
 * Who, by name; empty when it closed by rule.
 */
by: string,
/**
 * When, Unix milliseconds.
 */
atMs: number,
/**
 * How it turned out.
 */
outcome: AlarmOutcome, };

/**
 * An agreement that lets this person read the record.
 */
export type AllowedLine = {
/**
 * Whom it was given to: a care team, or this person.
 */
holder: string,
/**
 * When it ends, Unix milliseconds; none where it has no end.
 */
untilMs: number | null, };

/**
 * What the patient answered.
 */
export type AnswerKind = "accepted" | "declined" | "asked";

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
 * Why an alarm came back to the hub.
 */
export type CameBackWord = "notDelivered" | "notSeen";

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
untilMs: number | null,
/**
 * Shared, and yet nothing opens.
 */
keyProblem: KeyProblem | null, };

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
export type ChangeKind = "key" | "team" | "patient" | "device" | "policy" | "agreement" | "emergency" | "proposed" | "withdrawn" | "relayed" | "erasure";

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
 * A patient who is not shared with the reader, by what the ledger tells everybody: no name, no bed.
 */
export type ClosedPatient = {
/**
 * Pseudonym, as it stands on the patient's page at the hub.
 */
patientId: string,
/**
 * Name of the hub beside the patient.
 */
hub: string,
/**
 * The hub is heard now.
 */
hubHeard: boolean,
/**
 * What the devices at the patient call themselves, as printed on them.
 */
devices: Array<string>,
/**
 * Bed, where the patient shares it.
 */
bed: string,
/**
 * Categories that are not shared with the reader.
 */
categories: Array<string>,
/**
 * Custodians hold shares of at least one key, should the hub not be reached.
 */
sharedOut: boolean, };

/**
 * Somebody to whom an alarm can be given.
 */
export type ColleagueView = {
/**
 * The person, by key.
 */
keyId: string,
/**
 * Name.
 */
name: string,
/**
 * Role.
 */
role: RoleView, };

/**
 * One comparison.
 */
export type ComparisonRow = {
/**
 * Where the second view came from: an address, or the word `file`.
 */
source: string,
/**
 * How it compares.
 */
state: ComparisonState,
/**
 * Up to which height.
 */
height: number | null,
/**
 * When, Unix milliseconds.
 */
atMs: number,
/**
 * Witnesses whose word it bore, with its time.
 */
witnesses: Array<WitnessRow>, };

/**
 * How a second view compares with what was verified here.
 */
export type ComparisonState = "agrees" | "ahead" | "withheld" | "differs" | "worthless" | "silent";

/**
 * One custodian.
 */
export type CustodianRow = {
/**
 * Person, hexadecimal.
 */
personId: string,
/**
 * Name.
 */
name: string, };

/**
 * Who keeps shares of emergency keys for the time when a hub cannot be reached.
 */
export type CustodiansView = {
/**
 * How many of them must release their share; 0 where there are none.
 */
threshold: number,
/**
 * The custodians.
 */
people: Array<CustodianRow>, };

/**
 * Where the decision about a proposal stands.
 */
export type DecisionState = "none" | "open" | "accepted" | "declined" | "expired";

/**
 * How far advice has come.
 */
export type DeliveryView = { "state": "notDelivered" } | { "state": "delivered",
/**
 * When, Unix milliseconds.
 */
atMs: number, } | { "state": "read",
/**
 * When it was delivered, Unix milliseconds.
 */
deliveredMs: number,
/**
 * When it was shown, Unix milliseconds.
 */
atMs: number,
/**
 * To whom.
 */
by: SignerWord, };

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
quarantined: number,
/**
 * Retired for good.
 */
retired: boolean, };

/**
 * Records of a patient that somebody may read by order of the law.
 */
export type DisclosureRow = {
/**
 * The agreement, hexadecimal.
 */
agreementId: string,
/**
 * Whose: the pseudonym.
 */
patientId: string,
/**
 * Who may read.
 */
holder: string,
/**
 * Which categories.
 */
categories: Array<string>,
/**
 * Begin, Unix milliseconds.
 */
fromMs: number,
/**
 * End, Unix milliseconds.
 */
untilMs: number | null,
/**
 * Digest of the order, hexadecimal.
 */
order: string,
/**
 * Its end is proposed already and waits for the other signature.
 */
ending: boolean, };

/**
 * Whether somebody may ask for emergency access.
 */
export type EmergencyBar = "allowed" | "otherRole" | "switchedOff" | "offline";

/**
 * An emergency access that is open at this workstation: it stands on every screen until it ends.
 */
export type EmergencyMark = {
/**
 * Whose data.
 */
patientId: string,
/**
 * Bed, where it is known; never a name.
 */
bed: string,
/**
 * End, Unix milliseconds.
 */
untilMs: number,
/**
 * Keys are here.
 */
open: boolean, };

/**
 * Who may open a patient in an emergency, and for how long.
 */
export type EmergencyPolicyView = {
/**
 * Longest access, minutes: 1 to 60.
 */
minutes: number,
/**
 * Roles that may ask for it: physicians, nurses, pharmacists.
 */
roles: Array<RoleView>, };

/**
 * How far a request has come.
 */
export type EmergencyProgress = { "state": "waiting",
/**
 * The patient's hub is heard, and will grant by itself.
 */
hubHeard: boolean,
/**
 * Shares that custodians have released so far, for the category that has fewest.
 */
released: number,
/**
 * Shares needed; 0 where nobody holds any.
 */
threshold: number, } | { "state": "open" } | { "state": "over" };

/**
 * Why somebody opened a patient. The words beside it travel sealed.
 */
export type EmergencyReason = "dangerToLife" | "cannotConsent" | "handoverGap" | "other";

/**
 * One emergency access.
 */
export type EmergencyRow = {
/**
 * Its id, hexadecimal.
 */
requestId: string,
/**
 * Whose data.
 */
patientId: string,
/**
 * Bed, where the reader may know it.
 */
bed: string,
/**
 * Who asked.
 */
by: string,
/**
 * Why.
 */
reason: EmergencyReason,
/**
 * The words beside the reason; empty where they are not for the reader or have not arrived.
 */
text: string,
/**
 * Which categories.
 */
categories: Array<string>,
/**
 * Sealed, Unix milliseconds.
 */
atMs: number,
/**
 * End, Unix milliseconds.
 */
untilMs: number,
/**
 * How far it has come.
 */
progress: EmergencyProgress,
/**
 * What the privacy officer found.
 */
review: ReviewView | null,
/**
 * The reader may review it.
 */
canReview: boolean,
/**
 * The reader holds a share that can be released.
 */
canRelease: boolean, };

/**
 * Answer of `emergency`.
 */
export type EmergencyView = {
/**
 * Whether the reader may ask for emergency access.
 */
bar: EmergencyBar,
/**
 * Longest access, minutes; 0 where there is none.
 */
minutes: number,
/**
 * What happens when a patient's hub cannot be reached.
 */
fallback: Fallback,
/**
 * Patients of whom nothing, or not all, is shared with the reader. Empty unless the reader may ask.
 */
closed: Array<ClosedPatient>,
/**
 * What is open now, to the reader.
 */
open: Array<EmergencyRow>,
/**
 * Requests that wait for the reader's share of a key.
 */
asked: Array<EmergencyRow>,
/**
 * Requests to review, unseen ones first: all of them for privacy officers, the own ones for everybody else.
 */
reviews: Array<EmergencyRow>, };

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
problem: EnrolProblem,
/**
 * People of this name and role: the key can be a further workstation of one of them.
 */
samePerson: Array<PersonRef>,
/**
 * How many administrators must sign.
 */
signers: number, };

/**
 * Why an enrolment request cannot be enrolled here.
 */
export type EnrolProblem = "none" | "alreadyEnrolled" | "revoked" | "proposed";

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
 * What was written.
 */
export type EntryView = { "sort": "note",
/**
 * The note.
 */
note: NoteView, } | { "sort": "coSignature" } | { "sort": "handOver",
/**
 * The hand-over.
 */
handOver: HandOverView, } | { "sort": "acceptance" } | { "sort": "order",
/**
 * The order.
 */
order: OrderView, } | { "sort": "orderStep" } | { "sort": "advice",
/**
 * The advice.
 */
advice: AdviceView, } | { "sort": "withdrawal" } | { "sort": "noted" } | { "sort": "programme",
/**
 * The programme.
 */
programme: ProgrammeView, } | { "sort": "programmeEnd" };

/**
 * An alarm episode on the time axis.
 */
export type EpisodeView = {
/**
 * The alarm.
 */
alarmId: string,
/**
 * The chart it belongs to; `monitoring` where it belongs to none.
 */
parameter: Parameter,
/**
 * How urgent.
 */
priority: Priority,
/**
 * When the limit was crossed, Unix milliseconds.
 */
fromMs: number,
/**
 * When it was over; none while it persists.
 */
toMs: number | null,
/**
 * "SpO₂ 84 < 90".
 */
text: string,
/**
 * How often the condition came back within the episode; 1 is the first time.
 */
count: number, };

/**
 * What is to be erased: whole categories, or a run of records of one stream.
 */
export type EraseAsk = {
/**
 * Whose records: the pseudonym.
 */
patientId: string,
/**
 * Categories, by the words of `CategoryShare`; empty where records are named.
 */
categories: Array<string>,
/**
 * The first record, `stream.number`.
 */
firstRecord: string | null,
/**
 * The last record, of the same stream.
 */
lastRecord: string | null,
/**
 * By what right.
 */
basis: EraseWord, };

/**
 * One holder's receipt.
 */
export type EraseReceiptRow = {
/**
 * Who: a name as enrolled, or the gateway's address.
 */
who: string,
/**
 * Its key.
 */
keyId: string,
/**
 * When it said so, Unix milliseconds; none while it has not.
 */
atMs: number | null,
/**
 * Contents erased there.
 */
records: number,
/**
 * Keys erased there.
 */
keys: number, };

/**
 * By what right it is erased.
 */
export type EraseWord = "patientRequest" | "courtOrder" | "retentionEnded" | "mistake";

/**
 * One order.
 */
export type ErasureRow = {
/**
 * Id.
 */
id: string,
/**
 * Whose records: the pseudonym.
 */
patientId: string,
/**
 * Categories; empty where records are named.
 */
categories: Array<string>,
/**
 * The records, `stream.number–number`; empty where categories are named.
 */
records: string,
/**
 * By what right.
 */
basis: EraseWord,
/**
 * When it was ordered, Unix milliseconds.
 */
atMs: number,
/**
 * Who ordered it.
 */
by: string,
/**
 * Receipts, those that are missing first.
 */
receipts: Array<EraseReceiptRow>, };

/**
 * Answer of `erasures`.
 */
export type ErasuresView = {
/**
 * The newest first.
 */
orders: Array<ErasureRow>, };

/**
 * Kinds of errors, grouped by what the reader can do about them.
 */
export type ErrorCode = "locked" | "wrongPassphrase" | "weakPassphrase" | "key" | "notAllowed" | "notFound" | "badInput" | "unreachable" | "refused" | "storage" | "busy" | "nobodyReached" | "internal";

/**
 * One piece of evidence.
 */
export type EvidenceRow = {
/**
 * Its number on this workstation.
 */
id: number,
/**
 * In one word: `fork`, `other-checkpoint`, `other-head`, `rollback`, `gap`, `omission` …
 */
kind: string,
/**
 * At which height.
 */
height: number | null,
/**
 * When it was seen, Unix milliseconds.
 */
seenMs: number,
/**
 * In a sentence, for IT.
 */
detail: string,
/**
 * When records that were missing came.
 */
mendedMs: number | null,
/**
 * Somebody signed something that contradicts it: it can be exported and judged by others.
 */
provable: boolean, };

/**
 * Answer of `export_proof` and `export_archive`.
 */
export type ExportView = {
/**
 * Where the desk has saved the file; empty if it could not.
 */
savedAs: string, };

/**
 * What opens a patient when the hub cannot be reached.
 */
export type Fallback = { "kind": "none" } | { "kind": "custodians",
/**
 * How many.
 */
threshold: number,
/**
 * Their names.
 */
names: Array<string>, };

/**
 * What is wrong with the way of alarms to this workstation.
 */
export type FaultKind = "gatewaySilent" | "hubSilent" | "recordsLost" | "clockWrong" | "noSound" | "unverified" | "unreadable";

/**
 * One technical alarm of this workstation.
 */
export type FaultRow = {
/**
 * Its name.
 */
faultId: string,
/**
 * What is wrong.
 */
kind: FaultKind,
/**
 * How urgent.
 */
priority: Priority,
/**
 * Beds that are not watched because of it; empty where it is all of them or none.
 */
beds: Array<string>,
/**
 * Since when, Unix milliseconds.
 */
sinceMs: number,
/**
 * Somebody here has taken notice.
 */
acknowledged: boolean, };

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
 * Whether everybody is shown the same history.
 */
integrity: IntegrityAlert | null,
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
 * Emergency access of this person that is open or on its way, by bed only.
 */
emergency: Array<EmergencyMark>,
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
export type GapKind = "notMeasured" | "sensorOff" | "invalid" | "standby" | "notYetHere" | "missingRecord" | "erased" | "notShared";

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
 * One goal as it is asked for.
 */
export type GoalInput = {
/**
 * What is measured.
 */
measure: GoalMeasure,
/**
 * Lowest number, with a point; empty for none.
 */
low: string,
/**
 * Highest.
 */
high: string,
/**
 * By when, Unix milliseconds.
 */
byMs: number, };

/**
 * What a goal is about.
 */
export type GoalMeasure = "heartRate" | "spo2" | "respirationRate" | "systolic" | "diastolic" | "temperature" | "glucose" | "pain" | "weight";

/**
 * How the present value stands to a goal.
 */
export type GoalState = "met" | "notMet" | "unknown";

/**
 * One goal with the present value.
 */
export type GoalView = {
/**
 * What is measured.
 */
measure: GoalMeasure,
/**
 * Lowest number that meets it; empty where there is no lower end.
 */
low: string,
/**
 * Highest; empty where there is no upper end.
 */
high: string,
/**
 * The unit of these numbers.
 */
unit: string,
/**
 * By when, Unix milliseconds.
 */
byMs: number,
/**
 * The value as it stands now.
 */
value: ValueView,
/**
 * How it stands to the goal.
 */
state: GoalState, };

/**
 * Answer of `hand_over_draft`: what the form begins with.
 */
export type HandOverDraft = {
/**
 * Whose.
 */
patientId: string,
/**
 * Everybody of the reader's profession and the other one, who may read first.
 */
receivers: Array<ReceiverView>,
/**
 * What this workstation has verified; it is composed anew when it is signed.
 */
verified: string,
/**
 * What the score suggests.
 */
illness: IllnessWord,
/**
 * From the hand-over before.
 */
summary: string,
/**
 * Alarms that nobody has answered, and orders that were never carried out.
 */
actions: string,
/**
 * From the hand-over before.
 */
situation: string, };

/**
 * Argument of `hand_over`.
 */
export type HandOverInput = {
/**
 * The person who is to take over.
 */
to: string,
/**
 * I.
 */
illness: IllnessWord,
/**
 * P.
 */
summary: string,
/**
 * A.
 */
actions: string,
/**
 * S.
 */
situation: string, };

/**
 * One open hand-over.
 */
export type HandOverRow = {
/**
 * Whose.
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
 * The hand-over.
 */
row: WrittenRow, };

/**
 * A hand-over.
 */
export type HandOverView = {
/**
 * The receiver, by name.
 */
to: string,
/**
 * The reader is the receiver.
 */
toMe: boolean,
/**
 * I: how ill.
 */
illness: IllnessWord,
/**
 * What the giver's workstation had verified when it was signed.
 */
verified: string,
/**
 * P: what is the matter and what was done.
 */
summary: string,
/**
 * A: what is to be done.
 */
actions: string,
/**
 * S: what may happen, and what to do then.
 */
situation: string,
/**
 * The receiver's acceptance.
 */
accepted: AcceptedView | null,
/**
 * The giver handed over again before it was accepted.
 */
replaced: boolean,
/**
 * The reader may accept it.
 */
mayAccept: boolean, };

/**
 * Answer of `hand_overs`: what is open, the oldest first.
 */
export type HandOversView = {
/**
 * To the reader.
 */
toMe: Array<HandOverRow>,
/**
 * By the reader, to others.
 */
byMe: Array<HandOverRow>,
/**
 * Between others.
 */
others: Array<HandOverRow>, };

/**
 * A file that was saved for somebody else.
 */
export type HandoutView = {
/**
 * Where; empty if it could not be saved.
 */
savedAs: string,
/**
 * What it says, in a sentence.
 */
summary: string,
/**
 * Its content, where it is text.
 */
text: string, };

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
 * What it could not deliver.
 */
lost: LostView | null,
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
 * How ill, as I-PASS has it.
 */
export type IllnessWord = "stable" | "watcher" | "unstable";

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
mine: number,
/**
 * Acknowledged.
 */
acknowledged: number,
/**
 * Snoozed.
 */
snoozed: number,
/**
 * Technical, with those of this workstation.
 */
technical: number, };

/**
 * Which rows of a tab are wanted.
 */
export type InboxFilter = {
/**
 * Words that bed, name or alarm must hold; empty for all.
 */
text: string,
/**
 * The one priority; none for all.
 */
priority: Priority | null, };

/**
 * Which rows are asked for.
 */
export type InboxTab = "active" | "unacknowledged" | "mine" | "acknowledged" | "snoozed" | "technical" | "history";

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
more: boolean,
/**
 * Requests for the reader's share of an emergency key.
 */
asked: number,
/**
 * Emergency accesses that the reader is to review.
 */
toReview: number,
/**
 * Acts that wait for the reader's signature.
 */
proposals: number,
/**
 * Technical alarms of this workstation, the most urgent first.
 */
faults: Array<FaultRow>, };

/**
 * What every screen must say about the history itself.
 */
export type IntegrityAlert = "twoHistories" | "oldDatabase" | "withheld";

/**
 * Answer of `integrity` and of the commands that change it.
 */
export type IntegrityView = {
/**
 * Addresses of public ports that are asked, as set on this workstation.
 */
addresses: Array<string>,
/**
 * Verifier keys of witnesses, as set on this workstation.
 */
witnesses: Array<string>,
/**
 * The newest comparison with each source.
 */
comparisons: Array<ComparisonRow>,
/**
 * What was seen that should not be, newest first.
 */
evidence: Array<EvidenceRow>, };

/**
 * Somebody who can help.
 */
export type KeyContact = {
/**
 * Name.
 */
name: string,
/**
 * Role; none for a hub or a care team.
 */
role: RoleView | null, };

/**
 * The patient and category a key is for.
 */
export type KeyPlace = {
/**
 * Pseudonym.
 */
patientId: string,
/**
 * Bed, where it is shared with the reader.
 */
bed: string,
/**
 * Category.
 */
category: string,
/**
 * Number of the generation, where one is awaited.
 */
generation: number | null, };

/**
 * Why a key does not serve.
 */
export type KeyProblem = "notEnrolled" | "revoked" | "expired" | "damaged" | "otherHospital" | "clock" | "envelopeMissing" | "hubOffline" | "agreementEnded";

/**
 * The one screen that says which key is needed and who can help.
 */
export type KeyProblemView = {
/**
 * What.
 */
problem: KeyProblem,
/**
 * Which key, hexadecimal: this workstation's.
 */
keyId: string,
/**
 * Its fingerprint as six words.
 */
fingerprint: Array<string>,
/**
 * What the missing key would open; none for the workstation's own key.
 */
place: KeyPlace | null,
/**
 * Since when, Unix milliseconds.
 */
sinceMs: number | null,
/**
 * Who can help, the nearest first.
 */
whoCanHelp: Array<KeyContact>, };

/**
 * What opens the keys beside the passphrase.
 */
export type KeyProtection = "passphrase" | "keychain" | "token";

/**
 * State of a practitioner's key on the ledger.
 */
export type KeyState = "active" | "pending" | "expiring" | "revoked";

/**
 * What became of a change of limits.
 */
export type LimitChangeState = "inForce" | "replaced" | "sent" | "needsSecond" | "declined";

/**
 * One change of limits.
 */
export type LimitChangeView = {
/**
 * Names the change.
 */
changeId: string,
/**
 * Who signed it.
 */
by: string,
/**
 * When, Unix milliseconds, by their workstation.
 */
atMs: number,
/**
 * Why.
 */
reason: LimitReason,
/**
 * What became of it.
 */
state: LimitChangeState,
/**
 * Who signed second; empty if nobody.
 */
second: string,
/**
 * What it changes against the ward's defaults, one line each: "SpO₂ low 88 (ward 90)".
 */
lines: Array<string>,
/**
 * This person may be the second.
 */
mayConfirm: boolean, };

/**
 * Four limits and two delays, as text.
 */
export type LimitEdges = {
/**
 * Lower red.
 */
lowRed: string,
/**
 * Lower yellow.
 */
low: string,
/**
 * Upper yellow.
 */
high: string,
/**
 * Upper red.
 */
highRed: string,
/**
 * Delay below, in whole seconds.
 */
lowDelayS: number,
/**
 * Delay above.
 */
highDelayS: number, };

/**
 * Why limits are changed.
 */
export type LimitReason = "patientBaseline" | "treatmentGoal" | "tooManyAlarms" | "closerWatch" | "wardDefault";

/**
 * Other limits for one row.
 */
export type LimitRowInput = {
/**
 * IEEE 11073 code.
 */
code: number,
/**
 * IEEE 11073 unit code.
 */
unitCode: number,
/**
 * The limits.
 */
edges: LimitEdges, };

/**
 * The limits of one parameter. An empty text means that there is no limit.
 */
export type LimitRowView = {
/**
 * Key of the row: IEEE 11073 code.
 */
code: number,
/**
 * Key of the row: IEEE 11073 unit code.
 */
unitCode: number,
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * Unit as printed.
 */
unit: string,
/**
 * In force now.
 */
now: LimitEdges,
/**
 * The ward's defaults.
 */
ward: LimitEdges,
/**
 * Proposed from this patient's last day; the same as the ward's where there is none.
 */
suggested: LimitEdges,
/**
 * Lowest value one person may set a limit to.
 */
guardLow: string,
/**
 * Highest.
 */
guardHigh: string,
/**
 * The lower red limit can be neither lowered nor switched off.
 */
floor: boolean,
/**
 * Alarms of this parameter in the last 24 hours under the limits in force.
 */
raised: number, };

/**
 * Answer of `limits`.
 */
export type LimitsPageView = {
/**
 * Whose.
 */
patientId: string,
/**
 * One row for each parameter and unit the ward has limits for, in its order.
 */
rows: Array<LimitRowView>,
/**
 * Whether SpO₂ is scored on scale 2.
 */
scale2: boolean,
/**
 * "Scale 2 (Dr Okafor, …)": who prescribed it; empty on scale 1.
 */
scale2By: string,
/**
 * When it was prescribed, Unix milliseconds.
 */
scale2Ms: number | null,
/**
 * Changes, newest first.
 */
history: Array<LimitChangeView>,
/**
 * This person may change limits.
 */
mayChange: boolean,
/**
 * This person may prescribe scale 2.
 */
mayPrescribe: boolean,
/**
 * The watch is suspended until then, Unix milliseconds.
 */
standbyUntilMs: number | null, };

/**
 * One parameter of a preview.
 */
export type LimitsPreviewRow = {
/**
 * Which.
 */
parameter: Parameter,
/**
 * Alarms under the limits in force.
 */
before: number,
/**
 * Alarms under the proposed ones.
 */
after: number,
/**
 * High ones before.
 */
highBefore: number,
/**
 * High ones after.
 */
highAfter: number, };

/**
 * Answer of `preview_limits`: what the last 24 hours would have been.
 */
export type LimitsPreviewView = {
/**
 * Alarms under the limits in force.
 */
before: number,
/**
 * Alarms under the proposed ones.
 */
after: number,
/**
 * Parameters for which it differs.
 */
rows: Array<LimitsPreviewRow>,
/**
 * How many hours of readings were judged.
 */
hours: number,
/**
 * The change takes a second person's signature, because of these, one line each.
 */
second: Array<string>,
/**
 * The ward does not allow it: why. Empty where it does.
 */
refused: string, };

/**
 * What `preview_limits` and `set_limits` take.
 */
export type LimitsProposal = {
/**
 * Why.
 */
reason: LimitReason,
/**
 * SpO₂ on scale 2, and its limits with it.
 */
scale2: boolean,
/**
 * Rows that differ from those in force.
 */
rows: Array<LimitRowInput>, };

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
 * Records that the gateway refused for good, by the hub's own word.
 */
export type LostView = {
/**
 * How many.
 */
count: number,
/**
 * When the first was taken, Unix milliseconds.
 */
firstMs: number,
/**
 * When the last was taken, Unix milliseconds.
 */
lastMs: number, };

/**
 * Records of one category that are missing: signed by their author, and not served.
 */
export type MissingView = {
/**
 * The category, as in `sharing`.
 */
category: string,
/**
 * The last record before was taken then, or the stream began then, Unix milliseconds.
 */
fromMs: number | null,
/**
 * The first record after was taken then; none if it lasts until now.
 */
toMs: number | null, };

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
scale2Text: string,
/**
 * When somebody is to observe the patient by hand next; none where nothing is shared or known.
 */
observe: ObserveView | null, };

/**
 * Who is called next when nobody answers.
 */
export type NextCallView = {
/**
 * Names.
 */
names: Array<string>,
/**
 * When, Unix milliseconds; none while the alarm calls nobody.
 */
atMs: number | null,
/**
 * They were called.
 */
done: boolean, };

/**
 * Argument of `write_note`.
 */
export type NoteInput = {
/**
 * What it is.
 */
kind: NoteWord,
/**
 * The text.
 */
text: string,
/**
 * The note that it amends, by its row's id.
 */
amends: string | null, };

/**
 * A note in its newest wording.
 */
export type NoteView = {
/**
 * What it is.
 */
kind: NoteWord,
/**
 * The newest wording.
 */
text: string,
/**
 * Who signed under the newest wording.
 */
coSigned: Array<SignedBy>,
/**
 * Earlier wordings, the newest first.
 */
earlier: Array<VersionView>,
/**
 * It is the newer wording of another one. Only of what waits: in the record, both stand in one note.
 */
amends: boolean,
/**
 * The reader may amend it.
 */
mayAmend: boolean,
/**
 * The reader may sign under it.
 */
mayCoSign: boolean, };

/**
 * What a note is.
 */
export type NoteWord = "progress" | "nursing" | "round" | "procedure" | "consultation" | "admission" | "discharge";

/**
 * Answer of `notes`.
 */
export type NotesView = {
/**
 * Whose.
 */
patientId: string,
/**
 * What waits, then what is in the record, the newest first.
 */
rows: Array<WrittenRow>,
/**
 * The reader's role documents care.
 */
mayWrite: boolean,
/**
 * The reader's role hands patients over.
 */
mayHandOver: boolean,
/**
 * The reader's role gives orders.
 */
mayOrder: boolean,
/**
 * The reader's role advises patients.
 */
mayAdvise: boolean,
/**
 * The reader's role plans programmes.
 */
mayPlan: boolean, };

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
 * What `observe` takes. What was not observed is none.
 */
export type ObservationInput = {
/**
 * `A`, `C`, `V`, `P` or `U`.
 */
consciousness: string | null,
/**
 * Litres of oxygen a minute, as text; "0" is room air.
 */
oxygen: string | null,
/**
 * 0 to 10.
 */
pain: number | null,
/**
 * Degrees Celsius, as text.
 */
temperature: string | null, };

/**
 * How observations by hand stand.
 */
export type ObserveState = "later" | "due" | "overdue" | "never";

/**
 * When observations by hand are due (RCP 2017, chart 4).
 */
export type ObserveView = {
/**
 * How they stand now.
 */
state: ObserveState,
/**
 * When they are due, Unix milliseconds; none where nobody has entered any yet.
 */
dueMs: number | null, };

/**
 * Argument of `write_order`.
 */
export type OrderInput = {
/**
 * What is ordered.
 */
ordered: OrderedView,
/**
 * Why, or what to mind; may be empty.
 */
note: string, };

/**
 * Where an order stands.
 */
export type OrderState = "unchecked" | "queried" | "open" | "stopped";

/**
 * An order.
 */
export type OrderView = {
/**
 * What is ordered.
 */
ordered: OrderedView,
/**
 * Why, or what to mind; empty if nothing was said.
 */
note: string,
/**
 * Where it stands.
 */
state: OrderState,
/**
 * What was done about it, the newest first.
 */
steps: Array<StepView>,
/**
 * What the reader may do about it now.
 */
may: Array<StepWord>, };

/**
 * What is ordered.
 */
export type OrderedView = { "what": "medicine",
/**
 * Its name.
 */
medicine: string,
/**
 * How much at once, with its unit.
 */
dose: string,
/**
 * Which way.
 */
route: RouteWord,
/**
 * When, or how often.
 */
times: string, } | { "what": "oxygen",
/**
 * Lowest saturation aimed for, per cent.
 */
low: number,
/**
 * Highest.
 */
high: number,
/**
 * How it is given.
 */
device: string, } | { "what": "observation",
/**
 * How often, in minutes.
 */
minutes: number,
/**
 * What is to be observed.
 */
observe: string, };

/**
 * How a programme ended.
 */
export type OutcomeWord = "reached" | "partly" | "stopped";

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
 * Stretches of which records are missing and nothing explains it: an incident.
 */
missing: Array<MissingView>,
/**
 * Newest record, for "why can I trust this?".
 */
recordRef: string | null,
/**
 * Opened by emergency access; it closes by itself then, Unix milliseconds.
 */
emergencyUntilMs: number | null,
/**
 * From the demo ward.
 */
demo: boolean, };

/**
 * A person who is enrolled.
 */
export type PersonRef = {
/**
 * The person, hexadecimal.
 */
personId: string,
/**
 * Name.
 */
name: string,
/**
 * The person has no key in force: administrators would speak for the person.
 */
withoutKey: boolean, };

/**
 * Whether unlocking takes the PIN of a token beside the passphrase.
 */
export type PinWanted = "no" | "yes" | "maybe";

/**
 * The rules of the hospital.
 */
export type PolicyView = {
/**
 * Administrators who must sign what changes who may do or read something: 1 or 2.
 */
signers: number,
/**
 * Longest span of one key of records, hours: 1 to 24.
 */
epochHours: number,
/**
 * Emergency access; none switches it off.
 */
emergency: EmergencyPolicyView | null,
/**
 * Administrators who together may give a person a new key: 1 to 16.
 */
recoverySigners: number,
/**
 * A workstation locks itself after so many minutes without use: 1 to 15.
 */
lockMinutes: number, };

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
me: boolean,
/**
 * The person, by the id of the first key. Rows of one person differ by workstation.
 */
personId: string,
/**
 * Which workstation of this person: 1 for the first.
 */
workstation: number,
/**
 * The person has a key in force, this one or another.
 */
personActive: boolean, };

/**
 * Priority of an alarm condition after IEC 60601-1-8, lowest first.
 */
export type Priority = "low" | "medium" | "high";

/**
 * Argument of `end_programme`.
 */
export type ProgrammeEndInput = {
/**
 * How it ended.
 */
outcome: OutcomeWord,
/**
 * What is to be said of it.
 */
text: string, };

/**
 * The end of a programme.
 */
export type ProgrammeEndView = {
/**
 * Who, by name.
 */
by: string,
/**
 * In which role.
 */
role: RoleView | null,
/**
 * When, Unix milliseconds.
 */
atMs: number,
/**
 * How.
 */
outcome: OutcomeWord,
/**
 * What is to be said of it.
 */
text: string,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string, };

/**
 * Argument of `write_programme`.
 */
export type ProgrammeInput = {
/**
 * What it is for.
 */
kind: ProgrammeWord,
/**
 * What it is called.
 */
title: string,
/**
 * Its begin, Unix milliseconds.
 */
fromMs: number,
/**
 * Its end, Unix milliseconds.
 */
untilMs: number,
/**
 * Its goals.
 */
goals: Array<GoalInput>,
/**
 * What is done; may be empty.
 */
text: string,
/**
 * The programme in whose place it comes, by its row's id.
 */
replaces: string | null, };

/**
 * Where a programme stands.
 */
export type ProgrammeState = "planned" | "running" | "over" | "ended" | "replaced";

/**
 * A programme.
 */
export type ProgrammeView = {
/**
 * What it is for.
 */
kind: ProgrammeWord,
/**
 * What it is called.
 */
title: string,
/**
 * Its begin, Unix milliseconds.
 */
fromMs: number,
/**
 * Its end, Unix milliseconds.
 */
untilMs: number,
/**
 * Its goals.
 */
goals: Array<GoalView>,
/**
 * What is done; empty if nothing was said.
 */
text: string,
/**
 * Where it stands.
 */
state: ProgrammeState,
/**
 * It was ended.
 */
end: ProgrammeEndView | null,
/**
 * The reader may change or end it.
 */
mayChange: boolean, };

/**
 * What a programme is for.
 */
export type ProgrammeWord = "rehabilitation" | "prevention";

/**
 * What a proposal would change. The window says it in plain words.
 */
export type ProposalAct = { "kind": "enrol",
/**
 * Name in the request.
 */
name: string,
/**
 * Who asks.
 */
subject: EnrolSubject,
/**
 * Key id, hexadecimal.
 */
keyId: string, } | { "kind": "addKey",
/**
 * Whose.
 */
name: string,
/**
 * Role.
 */
role: RoleView,
/**
 * The new key, hexadecimal.
 */
keyId: string,
/**
 * No key of this person is left: administrators speak for the person.
 */
recovery: boolean, } | { "kind": "reinstate",
/**
 * Whose.
 */
name: string,
/**
 * Key id, hexadecimal.
 */
keyId: string, } | { "kind": "changeRole",
/**
 * Who.
 */
name: string,
/**
 * Role now.
 */
from: RoleView,
/**
 * Role then.
 */
to: RoleView, } | { "kind": "joinTeam",
/**
 * Who.
 */
name: string,
/**
 * Name of the team.
 */
team: string,
/**
 * How many patients share with it.
 */
patients: number, } | { "kind": "setPolicy",
/**
 * The rules in force.
 */
now: PolicyView,
/**
 * The rules then.
 */
next: PolicyView, } | { "kind": "setCustodians",
/**
 * How many of them must release their share.
 */
threshold: number,
/**
 * Their names; nobody means that there is no fallback.
 */
names: Array<string>, } | { "kind": "recordConsent",
/**
 * Whose.
 */
patientId: string,
/**
 * Bed, where it is shared with the reader.
 */
bed: string,
/**
 * Who may read.
 */
holder: string,
/**
 * Which categories.
 */
categories: Array<string>,
/**
 * End, Unix milliseconds.
 */
untilMs: number | null, } | { "kind": "disclose",
/**
 * Whose.
 */
patientId: string,
/**
 * Who may read.
 */
holder: string,
/**
 * Which categories.
 */
categories: Array<string>,
/**
 * End, Unix milliseconds.
 */
untilMs: number | null,
/**
 * Digest of the order, hexadecimal.
 */
order: string, } | { "kind": "endDisclosure",
/**
 * The agreement, hexadecimal.
 */
agreementId: string,
/**
 * Whose.
 */
patientId: string,
/**
 * Who may read until then.
 */
holder: string, } | { "kind": "rehome",
/**
 * Whose.
 */
patientId: string,
/**
 * Name of the hub.
 */
hub: string, } | { "kind": "erase",
/**
 * Whose.
 */
patientId: string,
/**
 * Which categories; none where single records are meant.
 */
categories: Array<string>, } | { "kind": "other" };

/**
 * One act that waits for somebody else's signature.
 */
export type ProposalRow = {
/**
 * Hash of the proposing transaction, hexadecimal.
 */
proposalId: string,
/**
 * What would change.
 */
act: ProposalAct,
/**
 * Who proposed it.
 */
by: string,
/**
 * Proposed, Unix milliseconds.
 */
atMs: number,
/**
 * It lapses then by itself, Unix milliseconds.
 */
endsMs: number,
/**
 * Who has approved it since.
 */
approvedBy: Array<string>,
/**
 * The reader has signed it, as its proposer or later.
 */
mine: boolean,
/**
 * The reader's signature counts and is not given yet.
 */
canApprove: boolean,
/**
 * The reader may end it.
 */
canWithdraw: boolean,
/**
 * The six words are compared once more before it is approved.
 */
needsWords: boolean, };

/**
 * Argument of `protect`: what is to open the keys beside the passphrase.
 */
export type ProtectAsk = {
/**
 * What.
 */
by: KeyProtection,
/**
 * Absolute path of the token's module; empty where the one that is set up is meant.
 */
module: string,
/**
 * Label of the token; empty for whichever is inserted.
 */
label: string, };

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
 * Somebody who might take over.
 */
export type ReceiverView = {
/**
 * The person.
 */
personId: string,
/**
 * Name.
 */
name: string,
/**
 * Role.
 */
role: RoleView | null,
/**
 * The patient shares vital signs, alarms and notes with this person.
 */
mayRead: boolean, };

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
 * One answer.
 */
export type ReplyView = {
/**
 * Its record, by which `note_reply` names it.
 */
id: string,
/**
 * What was answered.
 */
answer: AnswerKind,
/**
 * In the patient's words; empty if nothing was said.
 */
text: string,
/**
 * Whose key signed.
 */
by: SignerWord,
/**
 * When, Unix milliseconds.
 */
atMs: number,
/**
 * Why it decides nothing.
 */
void: VoidWord | null,
/**
 * Who of the team read it first; nobody has while it is none.
 */
noted: SignedBy | null,
/**
 * The reader may sign that it was read.
 */
mayNote: boolean,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string, };

/**
 * What is asked for.
 */
export type ReportAsk = {
/**
 * About what.
 */
kind: ReportKind,
/**
 * Begin of the period, Unix milliseconds.
 */
fromMs: number,
/**
 * Its end; at most 31 days after the begin, 7 for silence.
 */
toMs: number,
/**
 * How many minutes the window's clock is east of UTC: what hours of the day are reckoned by.
 */
offsetMinutes: number, };

/**
 * One bar of the chart.
 */
export type ReportBar = {
/**
 * Its name: a cell of the first column.
 */
label: string,
/**
 * Its height.
 */
value: number, };

/**
 * A column.
 */
export type ReportColumn = {
/**
 * `report.column.…` of the catalogue.
 */
key: string,
/**
 * How its cells are read.
 */
form: ReportForm, };

/**
 * How a column is read.
 */
export type ReportForm = "text" | "word" | "count" | "minutes" | "seconds" | "percent";

/**
 * How a report is saved.
 */
export type ReportFormat = "csv" | "pdf";

/**
 * What a report is about.
 */
export type ReportKind = "shift" | "load" | "hours" | "response" | "outcome" | "silence" | "access";

/**
 * Answer of `report`.
 */
export type ReportView = {
/**
 * What was asked for.
 */
ask: ReportAsk,
/**
 * When it was made, Unix milliseconds.
 */
madeMs: number,
/**
 * By whom.
 */
madeBy: string,
/**
 * The hospital.
 */
hospital: string,
/**
 * Of how many patients; those who share nothing with the reader are not among them.
 */
patients: number,
/**
 * Columns.
 */
columns: Array<ReportColumn>,
/**
 * Rows; one cell for each column.
 */
rows: Array<Array<string>>,
/**
 * The chart, drawn in Rust; no text inside.
 */
chartSvg: string,
/**
 * Its bars, left to right.
 */
bars: Array<ReportBar>,
/**
 * How the bars are read.
 */
barForm: ReportForm,
/**
 * The seal line.
 */
seal: SealLine,
/**
 * From the demo ward.
 */
demo: boolean, };

/**
 * The words of a printed report in the language of the window: `report.…` keys to texts.
 */
export type ReportWords = {
/**
 * At most 128 keys; each text has at most 300 characters.
 */
texts: { [key in string]: string }, };

/**
 * What a privacy officer found.
 */
export type ReviewOutcome = "justified" | "notJustified" | "followUp";

/**
 * A finished review.
 */
export type ReviewView = {
/**
 * What was found.
 */
outcome: ReviewOutcome,
/**
 * By whom.
 */
by: string,
/**
 * When, Unix milliseconds.
 */
atMs: number, };

/**
 * What a practitioner is enrolled as.
 */
export type RoleView = "physician" | "nurse" | "admin" | "diagnostician" | "pharmacist" | "researcher" | "caregiver" | "privacyOfficer";

/**
 * One step of a roster.
 */
export type RosterStepInput = {
/**
 * Keys of the people who are called.
 */
people: Array<string>,
/**
 * Seconds without an answer to a high alarm; the first step calls at once.
 */
highS: number,
/**
 * The same for a medium one; none calls nobody more.
 */
mediumS: number | null, };

/**
 * One step of the roster in force.
 */
export type RosterStepView = {
/**
 * Who.
 */
people: Array<ColleagueView>,
/**
 * Seconds, high priority.
 */
highS: number,
/**
 * Seconds, medium priority.
 */
mediumS: number | null,
/**
 * Somebody of this step can be reached now.
 */
reached: boolean, };

/**
 * Answer of `alarm_roster` and `set_alarm_roster`.
 */
export type RosterView = {
/**
 * Whose alarms.
 */
patientId: string,
/**
 * Bed.
 */
bed: string,
/**
 * The steps in force; empty where nobody is called by time.
 */
steps: Array<RosterStepView>,
/**
 * Who signed it, by name; empty where there is none.
 */
by: string,
/**
 * When, Unix milliseconds.
 */
atMs: number | null,
/**
 * Clinicians who may read these alarms.
 */
colleagues: Array<ColleagueView>,
/**
 * The usual times of the steps, seconds, high and medium priority.
 */
usual: Array<[number, number | null]>,
/**
 * The reader may change it.
 */
canChange: boolean, };

/**
 * The way a medicine takes.
 */
export type RouteWord = "oral" | "sublingual" | "intravenous" | "intramuscular" | "subcutaneous" | "inhaled" | "rectal" | "topical";

/**
 * Answer of `export_access_log`.
 */
export type SavedView = {
/**
 * Where the file lies.
 */
savedAs: string,
/**
 * How many openings it holds.
 */
entries: number, };

/**
 * Up to where the permanent record was verified when the report was made.
 */
export type SealLine = {
/**
 * Number of the newest verified record.
 */
height: number,
/**
 * The first 16 digits of its id.
 */
short: string,
/**
 * What the code holds: kind, period, number and whole id.
 */
text: string,
/**
 * The same as a QR code.
 */
qrSvg: string, };

/**
 * What became of a record on its way into the permanent ledger, in the words of the screens.
 */
export type SealState = "sealed" | "sealing" | "cantConfirm" | "failed" | "erased";

/**
 * Events of one kind on one workstation, counted.
 */
export type SecurityRow = {
/**
 * Its report and place: `stream.number.place`.
 */
id: string,
/**
 * What happened.
 */
what: SecurityWord,
/**
 * How often.
 */
count: number,
/**
 * The first time, Unix milliseconds.
 */
firstMs: number,
/**
 * The last time, Unix milliseconds.
 */
lastMs: number,
/**
 * Whose workstation: the name as enrolled.
 */
person: string,
/**
 * The workstation's key.
 */
workstation: string,
/**
 * The key concerned; empty if none is.
 */
keyId: string,
/**
 * The height concerned.
 */
height: number | null,
/**
 * The stream concerned.
 */
stream: number | null,
/**
 * Somebody here has dealt with it.
 */
done: boolean, };

/**
 * Answer of `security_events`.
 */
export type SecurityView = {
/**
 * Those not dealt with first, then the newest first.
 */
rows: Array<SecurityRow>,
/**
 * How many nobody here has dealt with.
 */
open: number,
/**
 * There are more than these.
 */
more: boolean, };

/**
 * What happened.
 */
export type SecurityWord = "failedUnlock" | "refusedCommand" | "fork" | "gap" | "rollback" | "revokedKey" | "replacedBody" | "omission" | "clockBack" | "unverified" | "changedFile";

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
 * Whether unlocking takes the PIN of a token too.
 */
pin: PinWanted,
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
 * Acts that wait for a further signature, as far as they concern the reader.
 */
proposals: Array<ProposalRow>,
/**
 * Disclosures by order of the law that are not over. Empty unless the reader may end them: administrators and
 * privacy officers.
 */
disclosures: Array<DisclosureRow>,
/**
 * The hospital's rules.
 */
policy: PolicyView,
/**
 * Who keeps shares of emergency keys.
 */
custodians: CustodiansView,
/**
 * Gateway.
 */
gateway: GatewayView,
/**
 * Chain.
 */
chain: ChainStatus,
/**
 * Locking and protection of the keys here.
 */
workstation: WorkstationView,
/**
 * Whether everybody is shown the same.
 */
integrity: IntegrityView, };

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
 * Somebody's name with a time.
 */
export type SignedBy = {
/**
 * Who, by name.
 */
by: string,
/**
 * When, Unix milliseconds.
 */
atMs: number, };

/**
 * Who signed or looked at the patient's page.
 */
export type SignerWord = "patient" | "guardian" | "formerGuardian";

/**
 * Why an alarm is put off.
 */
export type SnoozeReason = "treated" | "procedure" | "expected" | "awaitingReview" | "artefact";

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
 * How long and where a patient is away.
 */
export type StandbyInput = {
/**
 * Minutes, 1 to 240; 0 ends a standby.
 */
minutes: number,
/**
 * Where.
 */
place: StandbyPlace, };

/**
 * Where a patient is during a standby.
 */
export type StandbyPlace = "bath" | "imaging" | "theatre" | "therapy" | "elsewhere";

/**
 * Argument of `answer_order`.
 */
export type StepInput = {
/**
 * What is done.
 */
step: StepWord,
/**
 * Why; may be empty for what is checked or given.
 */
text: string, };

/**
 * One step.
 */
export type StepView = {
/**
 * What was done.
 */
step: StepWord,
/**
 * Who, by name.
 */
by: string,
/**
 * In which role.
 */
role: RoleView | null,
/**
 * When, Unix milliseconds.
 */
atMs: number,
/**
 * Why; empty if nothing was said.
 */
text: string,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string, };

/**
 * Something that is done about an order.
 */
export type StepWord = "checked" | "queried" | "given" | "declined" | "stopped";

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
patientId: string, } | { "view": "inbox" } | { "view": "settings" } | { "view": "oversight" } | { "view": "emergency" };

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
 * Person ids of all that are in it, also of people without a key in force until somebody takes them out. Empty
 * unless the reader is an administrator.
 */
people: Array<string>,
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
 * Answers of the patient that nobody of the team has read.
 */
unreadAnswers: number,
/**
 * Opened by emergency access; it closes by itself then, Unix milliseconds.
 */
emergencyUntilMs: number | null,
/**
 * From the demo ward.
 */
demo: boolean, };

/**
 * Which token is set up on this workstation.
 */
export type TokenPlaceView = {
/**
 * Absolute path of the PKCS #11 module that drives it.
 */
module: string,
/**
 * Its label; empty for whichever is inserted.
 */
label: string,
/**
 * The settings of the whole workstation say so: nobody changes it here.
 */
fixed: boolean, };

/**
 * Which window of time is asked for.
 */
export type TrendAsk = {
/**
 * The span that was chosen: 1, 4, 12, 24, 72 or 168 hours until now.
 */
hours: number,
/**
 * Begin of a part of the last seven days, Unix milliseconds; none for the whole span.
 */
fromMs: number | null,
/**
 * Its end.
 */
toMs: number | null, };

/**
 * Answer of `trend_at`: what was known at one moment.
 */
export type TrendAtView = {
/**
 * The moment, Unix milliseconds.
 */
atMs: number,
/**
 * One row for each chart, in the same order.
 */
values: Array<TrendValue>, };

/**
 * What the values of one step say; without a value, why there is none.
 */
export type TrendCell = {
/**
 * How many values there were; 0 for a step without one.
 */
count: number,
/**
 * The lowest.
 */
low: string,
/**
 * The middle one.
 */
median: string,
/**
 * The highest.
 */
high: string,
/**
 * Why there is none; none where there are values.
 */
gap: GapKind | null, };

/**
 * One vital sign in a table.
 */
export type TrendTableRow = {
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * Unit.
 */
unit: string,
/**
 * One cell for each column.
 */
cells: Array<TrendCell>, };

/**
 * Answer of `trend_table`.
 */
export type TrendTableView = {
/**
 * Left edge of the first column, Unix milliseconds.
 */
fromMs: number,
/**
 * Right edge of the last one.
 */
toMs: number,
/**
 * Width of a column in minutes: 1, 5, 15 or 60.
 */
stepMinutes: number,
/**
 * Whether vital signs are shared with the reader; there are rows only then.
 */
vitals: Sharing,
/**
 * Begin of each column, Unix milliseconds.
 */
columns: number[],
/**
 * One row for each vital sign.
 */
rows: Array<TrendTableRow>, };

/**
 * One vital sign at a moment.
 */
export type TrendValue = {
/**
 * Which parameter.
 */
parameter: Parameter,
/**
 * Unit.
 */
unit: string,
/**
 * The number as the device printed it; empty where the state forbids to show one.
 */
text: string,
/**
 * How far it might have been used at that moment.
 */
state: ValueState,
/**
 * When it was measured, Unix milliseconds; without a value, when the last one was.
 */
takenMs: number | null,
/**
 * Limits that were in force then.
 */
limits: LimitsView,
/**
 * The record it was read from, for "why can I trust this?".
 */
recordRef: string | null, };

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
 * Answer of `trends`.
 */
export type TrendsView = {
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
 * The window, as it was asked for.
 */
ask: TrendAsk,
/**
 * Left edge, Unix milliseconds.
 */
fromMs: number,
/**
 * Right edge.
 */
toMs: number,
/**
 * Whether vital signs are shared with the reader; there are charts only then.
 */
vitals: Sharing,
/**
 * Whether alarms are; there are episodes and the patient's own limits only then.
 */
alarms: Sharing,
/**
 * Marks of the shared time axis.
 */
xTicks: Array<AxisTick>,
/**
 * One chart for each vital sign, in the order they are drawn. The usual five are there even without a value.
 */
charts: Array<TrendView>,
/**
 * Alarm episodes that touch the window, oldest first.
 */
episodes: Array<EpisodeView>,
/**
 * Worst state of the records behind it.
 */
seal: SealState,
/**
 * From the demo ward.
 */
demo: boolean, };

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
 * Where it comes from and why it may be read here: enrolments, devices, grant, agreements.
 */
origin: Array<HashLine>,
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
 * The agreements in force that let this person read it.
 */
allowed: Array<AllowedLine>,
/**
 * Who has opened it, newest first.
 */
readers: Array<ReaderLine>,
/**
 * How the history behind it compares with second sources.
 */
compared: Array<ComparisonRow>,
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
 * An earlier wording of a note.
 */
export type VersionView = {
/**
 * The wording.
 */
text: string,
/**
 * What it was called.
 */
kind: NoteWord,
/**
 * When it was written, Unix milliseconds.
 */
writtenMs: number,
/**
 * Who signed under it.
 */
coSigned: Array<SignedBy>,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string, };

/**
 * Why an answer decides nothing.
 */
export type VoidWord = "notAsked" | "withdrawn" | "answered" | "late";

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

/**
 * That advice was taken back.
 */
export type WithdrawnView = {
/**
 * Who, by name.
 */
by: string,
/**
 * In which role.
 */
role: RoleView | null,
/**
 * When, Unix milliseconds.
 */
atMs: number,
/**
 * Why.
 */
text: string,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string, };

/**
 * The word of a witness.
 */
export type WitnessRow = {
/**
 * Name.
 */
name: string,
/**
 * When it saw this history, by its clock, Unix milliseconds.
 */
atMs: number, };

/**
 * Part of `settings`: locking, and what protects the keys here.
 */
export type WorkstationView = {
/**
 * Idle minutes after which this person wants to be locked.
 */
lockMinutes: number,
/**
 * The most that the hospital's policy allows; the shorter of the two counts.
 */
lockMinutesAtMost: number,
/**
 * What is in force.
 */
protection: KeyProtection,
/**
 * Whether there is a keychain that could hold a second secret.
 */
keychainThere: boolean,
/**
 * Whether this build can use tokens.
 */
tokensKnown: boolean,
/**
 * The token that is set up, if one is. Nobody has asked it: it may not be inserted.
 */
token: TokenPlaceView | null,
/**
 * Whether the memory of this program may be written to swap space.
 */
mayBeSwapped: boolean, };

/**
 * One row of the timeline.
 */
export type WrittenRow = {
/**
 * The newest wording's record, or the number of what waits.
 */
id: string,
/**
 * Who, by name.
 */
by: string,
/**
 * In which role.
 */
role: RoleView | null,
/**
 * The reader wrote it.
 */
mine: boolean,
/**
 * When it was written, Unix milliseconds.
 */
writtenMs: number,
/**
 * Block time.
 */
sealedMs: number | null,
/**
 * Where it is.
 */
state: WrittenState,
/**
 * Its record, for "why can I trust this?".
 */
recordRef: string | null,
/**
 * What it is.
 */
entry: EntryView, };

/**
 * Where a writing is on its way into the permanent record.
 */
export type WrittenState = "sealed" | "waiting" | "refused";
