//! Every word that the page shows, in one place, and how times are told.

use wl_ledger::control::{BreakGlassReason, Categories, Outcome, Purpose};
use wl_ledger::{Category, Role, UnixMillis};
use wl_vitals::alarm::Priority;
use wl_vitals::writing::AnswerWord;

pub(super) const TITLE: &str = "Your Wardlight page";
pub(super) const FOOT: &str = "Wardlight is not a certified medical device. It never replaces the monitor at the bed or \
     the call button: in an emergency, ring for help.";
pub(super) const ALARMS: &str = "Alarms that nobody has answered";
pub(super) const ALARMS_HELP: &str = "These alarms were sent to workstations and came back. Go to the bed, or get help. This page looks again by itself.";
pub(super) const NO_ALARMS: &str = "No alarm has come back to this hub.";
pub(super) const SHOW_ALARMS: &str = "Show these alarms";
pub(super) const FRONT: &str = "To the first page";
pub(super) const NOT_DELIVERED: &str = "No workstation in use has it.";
pub(super) const NOT_SEEN: &str = "It stands at workstations, and nobody has seen it.";
pub(super) const SIGN_IN: &str = "Sign in";
pub(super) const SIGN_OUT: &str = "Sign out";
pub(super) const BACK: &str = "Back, and change nothing";
pub(super) const HOME: &str = "Back to my page";
pub(super) const BED: &str = "Your bed";
pub(super) const WHO_ARE_YOU: &str = "Who are you?";
pub(super) const I_AM_PATIENT: &str = "I am the patient";
pub(super) const I_AM_GUARDIAN: &str = "I am a guardian of the patient";
pub(super) const PASSPHRASE: &str = "Your passphrase";
pub(super) const PASSPHRASE_HELP: &str =
    "The words you chose when you were admitted. Nobody here knows them.";
pub(super) const NOBODY: &str = "Nobody may read about you now.";
pub(super) const WHO_MAY_READ: &str = "Who may read about you";
pub(super) const EMERGENCIES: &str = "Read in an emergency";
pub(super) const WAS_READ: &str = "What was read";
pub(super) const NOTHING_READ: &str = "Nothing has been read yet, as far as this hub knows.";
pub(super) const READ_HELP: &str = "People's workstations report here when somebody opens your record. A report can take a \
     quarter of an hour.";
pub(super) const GUARDIANS: &str = "Your guardians";
pub(super) const GUARDIANS_HELP: &str = "A guardian signs with a key and a passphrase of the own and may do here what you may, \
     but for choosing guardians.";
pub(super) const NO_GUARDIAN: &str = "You have no guardian.";
pub(super) const DISMISS: &str = "Dismiss this guardian";
pub(super) const APPOINT: &str = "Choose a guardian";
pub(super) const MORE: &str = "What you can do";
pub(super) const ALLOW: &str = "Let somebody read";
pub(super) const ALLOW_RESEARCH: &str = "Take part in research";
pub(super) const ALLOW_CAREGIVER: &str = "Let family or a caregiver read";
pub(super) const ERASE: &str = "Have records erased";
pub(super) const CHANGE: &str = "Make it less";
pub(super) const END: &str = "End it";
pub(super) const ENDED: &str = "What has ended";
pub(super) const CHOOSE_WHO: &str = "Who may read?";
pub(super) const CHOOSE_WHAT: &str = "What may be read?";
pub(super) const CHOOSE_LESS: &str = "What may still be read?";
pub(super) const CHOOSE_ERASED: &str = "What is to be erased?";
pub(super) const UNTIL: &str = "Until and including which day?";
pub(super) const PASS_ON: &str =
    "This person may let a caregiver read the same (only when you choose a person, not a team)";
pub(super) const TERMS: &str = "Fingerprint of the study's paper: the 64 letters and digits printed on it";
pub(super) const GO_ON: &str = "Go on";
pub(super) const CONFIRM: &str = "Is this right?";
pub(super) const SIGN: &str = "Sign it";
pub(super) const SIGN_HELP: &str =
    "Nothing has happened yet. It happens when you type your passphrase and press the button.";
pub(super) const DONE: &str = "Done";
pub(super) const NOT_DONE: &str = "Nothing was done";
pub(super) const GUARDIANS_NEW: &str =
    "Passphrase of the new guardian (the guardian types it; eight characters or more)";
pub(super) const GUARDIANS_AGAIN: &str = "The guardian's passphrase once more";
pub(super) const NOT_THE_SAME: &str = "The guardian's two passphrases were not the same. Please try again.";
pub(super) const WRONG: &str = "That did not open your page. Check bed and passphrase, and try again.";
pub(super) const SIGN_IN_AGAIN: &str =
    "You were signed out because nothing was pressed for ten minutes. Please sign in again.";
pub(super) const ERASED: &str = "Erased by order";
pub(super) const ERASE_HELP: &str = "Erased records cannot be brought back, by nobody. What people have read, printed or copied \
     stays with them. The people who treat you may lack what you erase.";
pub(super) const UNREVIEWED: &str = "A privacy officer has not looked at this yet.";
pub(super) const NOBODY_TO_CHOOSE: &str =
    "There is nobody to choose. Ask an administrator to enrol the person first.";
pub(super) const STRANGE: &str = "This page was not sent from here, or it is too old. Please start again.";
pub(super) const BUSY: &str =
    "The hospital's gateway does not answer. Nothing was done; please try again later.";

pub(super) const ADVICE: &str = "Advice for you";
pub(super) const ADVICE_HELP: &str = "What physicians wrote to you. They see that you have opened this page. A question here is \
     read when somebody has time: in need, ring for help.";
pub(super) const NO_ADVICE: &str = "No advice has come yet.";
pub(super) const SHOW_ADVICE: &str = "Read advice and answer";
pub(super) const ADVICE_FROM: &str = "Advice of";
pub(super) const PROPOSAL: &str = "Proposal of";
pub(super) const ANSWER: &str = "Answer";
pub(super) const ASK_BACK: &str = "Ask about this";
pub(super) const ANSWER_UNTIL: &str = "You can decide until";
pub(super) const ANSWER_WAS_UNTIL: &str = "The time to decide ended";
pub(super) const WITHDRAWN: &str = "This was taken back. Please do not follow it any more. The reason:";
pub(super) const BY_GUARDIAN: &str = ", signed by your guardian";
pub(super) const YOUR_ANSWER: &str = "Your answer";
pub(super) const ACCEPT: &str = "Yes, I accept this";
pub(super) const DECLINE: &str = "No, I decline this";
pub(super) const ASK: &str = "I have a question";
pub(super) const ANSWER_TEXT: &str =
    "In your own words (a question must be written here; otherwise you may leave it empty)";
pub(super) const ANSWER_GOES: &str =
    "Those who may read your notes see this. What you sign cannot be changed afterwards.";
pub(super) const ANSWERED: &str = "Your answer is signed. It goes to those who may read your notes.";
pub(super) const ASK_NOTHING: &str = "Please write your question.";
pub(super) const ANSWER_TOO_LONG: &str = "Please say it in fewer words: at most some 2,000 letters.";
pub(super) const ANSWER_ODD: &str =
    "There is a character in your words that cannot be shown. Please write them again.";

/// How much is new.
pub(super) fn new_advice(count: usize) -> String {
    if count == 1 { "Something new has come.".to_owned() } else { format!("{count} new messages have come.") }
}

/// How many proposals wait.
pub(super) fn open_proposals(count: usize) -> String {
    if count == 1 {
        "A proposal waits for your decision.".to_owned()
    } else {
        format!("{count} proposals wait for your decision.")
    }
}

/// What was answered.
pub(super) fn answered(word: AnswerWord) -> &'static str {
    match word {
        AnswerWord::Accepted => "Accepted",
        AnswerWord::Declined => "Declined",
        AnswerWord::Asked => "Asked",
    }
}

/// What is about to be answered.
pub(super) fn answering(word: AnswerWord) -> &'static str {
    match word {
        AnswerWord::Accepted => "You accept this proposal:",
        AnswerWord::Declined => "You decline this proposal:",
        AnswerWord::Asked => "You ask about this:",
    }
}

/// A category as patients call it.
pub(super) fn category(category: Category) -> &'static str {
    match category {
        Category::Vitals => "vital signs (heart rate, oxygen, blood pressure …)",
        Category::Waveforms => "curves (such as the heart's)",
        Category::Alarms => "alarms",
        Category::Notes => "notes",
        Category::Documents => "documents and reports",
        Category::Images => "pictures and scans",
        Category::PatientReports => "what you report yourself",
        Category::Administration => "papers and bills",
        Category::Identity => "your name, birth date and bed",
    }
}

/// Several of them in one sentence.
pub(super) fn categories(categories: Categories) -> String {
    let all: Vec<&str> = categories.iter().map(category).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => "nothing".to_owned(),
    }
}

/// A role after a name.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Physician => "physician",
        Role::Nurse => "nurse",
        Role::Admin => "administrator",
        Role::Diagnostician => "diagnostician",
        Role::Pharmacist => "pharmacist",
        Role::Researcher => "researcher",
        Role::Caregiver => "caregiver",
        Role::PrivacyOfficer => "privacy officer",
        Role::Hub => "hub",
    }
}

/// What an agreement is for.
pub(super) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Treatment => "to treat you",
        Purpose::Research => "for research",
        Purpose::Caregiving => "to care for you",
        Purpose::LegalDisclosure => "because a court or an authority ordered it",
        Purpose::BreakGlass => "in an emergency",
    }
}

/// Why the glass was broken.
pub(super) fn reason(reason: BreakGlassReason) -> &'static str {
    match reason {
        BreakGlassReason::DangerToLife => "danger to life",
        BreakGlassReason::CannotConsent => "you could not be asked",
        BreakGlassReason::HandoverGap => "a hand-over left nobody in charge",
        BreakGlassReason::Other => "another reason",
    }
}

/// What a privacy officer found.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Justified => "A privacy officer looked at this: it was right.",
        Outcome::NotJustified => "A privacy officer looked at this: it was not right.",
        Outcome::FollowUp => "A privacy officer looked at this and is asking further.",
    }
}

/// How urgent an alarm is.
pub(super) fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high priority alarm",
        Priority::Medium => "medium priority alarm",
        Priority::Low => "low priority alarm",
    }
}

/// Since when an alarm calls.
pub(super) fn since(time: UnixMillis) -> String {
    format!("Since {}.", told(time, "%H:%M:%S"))
}

/// A moment, by this hub's wall clock.
pub(super) fn moment(time: UnixMillis) -> String {
    told(time, "%A, %-d %B %Y, %H:%M")
}

/// The day of a moment.
pub(super) fn day(time: UnixMillis) -> String {
    told(time, "%A, %-d %B %Y")
}

/// A day as browsers' date fields have it.
pub(super) fn iso_day(time: UnixMillis) -> String {
    told(time, "%Y-%m-%d")
}

fn told(time: UnixMillis, form: &str) -> String {
    match jiff::Timestamp::from_millisecond(time.0) {
        Ok(time) => time.to_zoned(jiff::tz::TimeZone::system()).strftime(form).to_string(),
        Err(_) => "an unknown time".to_owned(),
    }
}

/// The last millisecond of a day that a browser's date field names.
pub(super) fn end_of_day(text: &str) -> Option<UnixMillis> {
    let day: jiff::civil::Date = text.parse().ok()?;
    let next = day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::system()).ok()?;
    Some(UnixMillis(next.timestamp().as_millisecond().checked_sub(1)?))
}
