/// Every command of `docs/howto/commands.md`. The build script makes a permission of each, and
/// `capabilities/main.json` grants them by name; what stands in neither cannot be called.
pub(crate) const COMMANDS: &[&str] = &[
    "session_state",
    "create_keys",
    "enrolment_request",
    "load_enrolment",
    "start_demo",
    "unlock",
    "lock",
    "ward",
    "patient",
    "trend",
    "inbox",
    "acknowledge",
    "trust",
    "settings",
    "enrol_preview",
    "enrol",
    "revoke",
    "painted",
    "subscribe",
    "subscribe_waves",
];
