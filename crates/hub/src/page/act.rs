//! What a patient can do at the page: read from a form, told in plain words, signed.

use super::view::View;
use super::words;
use crate::edge;
use std::collections::BTreeMap;
use wl_ledger::control::{
    Action, Agreement, Categories, EraseBasis, EraseOrder, EraseScope, Holder, Purpose,
};
use wl_ledger::{AgreementId, Category, EraseId, Hash, KeyId, TeamId, UnixMillis};
use wl_vitals::writing::{Answer, AnswerWord, WritingError, tidy};

/// The fields of a form that was sent.
pub(super) type Fields = BTreeMap<String, Vec<String>>;

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Act {
    /// Let somebody read.
    Allow {
        holder: Holder,
        categories: Categories,
        purpose: Purpose,
        until: UnixMillis,
        pass_on: bool,
        terms: Option<Hash>,
    },
    /// Leave fewer categories or an earlier end.
    Narrow { id: AgreementId, categories: Categories, until: Option<UnixMillis> },
    /// End it.
    End { id: AgreementId },
    /// Choose a guardian, who types a passphrase on the next page.
    Appoint,
    /// Dismiss one.
    Dismiss { guardian: KeyId },
    /// Have records erased.
    Erase { categories: Categories },
    /// Answer advice.
    Answer { advice: Hash, word: AnswerWord, text: String },
}

/// What is carried out with the passphrase.
pub(super) enum Deed {
    /// Said on the control lane.
    Say(Box<Action>),
    /// A guardian is appointed, who types a passphrase too.
    Appoint,
    /// An answer to advice.
    Answer(Answer),
}

/// What is wrong with what was filled in, as the person who did it is told.
pub(super) type Trouble = &'static str;

const CHOOSE_SOMEBODY: Trouble = "Please choose who may read.";
const CHOOSE_SOMETHING: Trouble = "Please choose at least one thing.";
const CHOOSE_DAY: Trouble = "Please choose a day from today on.";
const TERMS_ODD: Trouble =
    "The fingerprint has 64 letters and digits. Please look at the study's paper again.";
const NOT_LESS: Trouble =
    "Please take something away or choose an earlier day; to allow more, make a new agreement.";
const CHOOSE_ANSWER: Trouble = "Please choose your answer.";
const GONE: Trouble = "This agreement has ended already.";
const STRANGE: Trouble = words::STRANGE;

fn one<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(|values| values.first()).map(String::as_str)
}

fn categories(fields: &Fields) -> Result<Categories, Trouble> {
    let codes = fields.get("what").into_iter().flatten();
    let chosen: Option<Vec<Category>> =
        codes.map(|code| code.parse().ok().and_then(Category::from_code)).collect();
    let categories = Categories::of(&chosen.ok_or(STRANGE)?);
    if categories.is_valid() { Ok(categories) } else { Err(CHOOSE_SOMETHING) }
}

fn holder(text: &str) -> Option<Holder> {
    match text.split_once(':')? {
        ("team", id) => TeamId::from_hex(id).map(Holder::Team),
        ("person", id) => KeyId::from_hex(id).map(Holder::Person),
        _ => None,
    }
}

fn holder_text(holder: &Holder) -> String {
    match holder {
        Holder::Team(team) => format!("team:{team}"),
        Holder::Person(person) => format!("person:{person}"),
    }
}

fn agreement_id(fields: &Fields) -> Result<AgreementId, Trouble> {
    one(fields, "agreement").and_then(AgreementId::from_hex).ok_or(STRANGE)
}

fn day(fields: &Fields, now: UnixMillis) -> Result<UnixMillis, Trouble> {
    let until = one(fields, "until").and_then(words::end_of_day).ok_or(CHOOSE_DAY)?;
    if now < until { Ok(until) } else { Err(CHOOSE_DAY) }
}

fn answer_of(record: Hash, word: AnswerWord, text: &str, at: UnixMillis) -> Answer {
    Answer { at, record, word, text: Some(text.to_owned()).filter(|text| !text.is_empty()) }
}

impl Act {
    /// Reads a form.
    pub(super) fn read(fields: &Fields, view: &View<'_>) -> Result<Self, Trouble> {
        match one(fields, "act") {
            Some("allow") => Self::read_allow(fields, view),
            Some("narrow") => Self::read_narrow(fields, view),
            Some("end") => {
                let id = agreement_id(fields)?;
                view.own(&id).ok_or(GONE).map(|_| Self::End { id })
            }
            Some("appoint") => Ok(Self::Appoint),
            Some("dismiss") => {
                let guardian = one(fields, "guardian").and_then(KeyId::from_hex).ok_or(STRANGE)?;
                Ok(Self::Dismiss { guardian })
            }
            Some("erase") => Ok(Self::Erase { categories: categories(fields)? }),
            Some("answer") => Self::read_answer(fields, view),
            _ => Err(STRANGE),
        }
    }

    fn read_answer(fields: &Fields, view: &View<'_>) -> Result<Self, Trouble> {
        let advice = one(fields, "advice").and_then(Hash::from_hex).ok_or(STRANGE)?;
        view.advised(&advice).ok_or(STRANGE)?;
        let word = one(fields, "answer").and_then(AnswerWord::from_word).ok_or(CHOOSE_ANSWER)?;
        let text = tidy(one(fields, "text").unwrap_or_default());
        match answer_of(advice, word, &text, view.now).check() {
            Ok(()) => Ok(Self::Answer { advice, word, text }),
            Err(WritingError::Empty(_)) => Err(words::ASK_NOTHING),
            Err(WritingError::TextTooLong(_)) => Err(words::ANSWER_TOO_LONG),
            Err(_) => Err(words::ANSWER_ODD),
        }
    }

    fn read_allow(fields: &Fields, view: &View<'_>) -> Result<Self, Trouble> {
        let holder = one(fields, "who").and_then(holder).ok_or(CHOOSE_SOMEBODY)?;
        let purpose = match one(fields, "purpose") {
            Some("treatment") => Purpose::Treatment,
            Some("research") => Purpose::Research,
            Some("caregiving") => Purpose::Caregiving,
            _ => return Err(STRANGE),
        };
        let terms = match one(fields, "terms").map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(Hash::from_hex(&text.to_lowercase()).ok_or(TERMS_ODD)?),
            None => None,
        };
        Ok(Self::Allow {
            holder,
            categories: categories(fields)?,
            purpose,
            until: day(fields, view.now)?,
            pass_on: one(fields, "pass_on").is_some() && matches!(holder, Holder::Person(_)),
            terms,
        })
    }

    fn read_narrow(fields: &Fields, view: &View<'_>) -> Result<Self, Trouble> {
        let id = agreement_id(fields)?;
        let before = &view.own(&id).ok_or(GONE)?.agreement;
        let categories = categories(fields)?;
        let chosen = day(fields, view.now)?;
        // A browser knows days only: the day of the old end means that end.
        let until = match before.until {
            Some(until) if chosen >= until => Some(until),
            _ => Some(chosen),
        };
        let less = categories.is_within(before.categories)
            && (categories != before.categories || until != before.until);
        if less { Ok(Self::Narrow { id, categories, until }) } else { Err(NOT_LESS) }
    }

    /// The form that would be read as this again.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let codes = |categories: &Categories| {
            categories.iter().map(|category| ("what", category.code().to_string())).collect::<Vec<_>>()
        };
        match self {
            Self::Allow { holder, categories, purpose, until, pass_on, terms } => {
                let purpose = match purpose {
                    Purpose::Research => "research",
                    Purpose::Caregiving => "caregiving",
                    _ => "treatment",
                };
                let mut fields = vec![
                    ("act", "allow".to_owned()),
                    ("who", holder_text(holder)),
                    ("purpose", purpose.to_owned()),
                    ("until", words::iso_day(*until)),
                ];
                fields.extend(pass_on.then(|| ("pass_on", "yes".to_owned())));
                fields.extend(terms.map(|terms| ("terms", terms.to_string())));
                fields.extend(codes(categories));
                fields
            }
            Self::Narrow { id, categories, until } => {
                let mut fields = vec![("act", "narrow".to_owned()), ("agreement", id.to_string())];
                fields.extend(until.map(|until| ("until", words::iso_day(until))));
                fields.extend(codes(categories));
                fields
            }
            Self::End { id } => vec![("act", "end".to_owned()), ("agreement", id.to_string())],
            Self::Appoint => vec![("act", "appoint".to_owned())],
            Self::Dismiss { guardian } => {
                vec![("act", "dismiss".to_owned()), ("guardian", guardian.to_string())]
            }
            Self::Answer { advice, word, text } => vec![
                ("act", "answer".to_owned()),
                ("advice", advice.to_string()),
                ("answer", word.word().to_owned()),
                ("text", text.clone()),
            ],
            Self::Erase { categories } => {
                let mut fields = vec![("act", "erase".to_owned())];
                fields.extend(codes(categories));
                fields
            }
        }
    }

    /// What will happen, in plain words.
    pub(super) fn summary(&self, view: &View<'_>) -> String {
        match self {
            Self::Allow { holder, categories, purpose, until, pass_on, .. } => {
                let passing = if *pass_on { " This person may let a caregiver read the same." } else { "" };
                format!(
                    "{} may read {}, {}, until the end of {}.{passing}",
                    view.holder(holder),
                    words::categories(*categories),
                    words::purpose(*purpose),
                    words::day(*until),
                )
            }
            Self::Narrow { id, categories, until } => {
                let before = view.own(id).map(|granted| &granted.agreement);
                let who = before.map_or_else(String::new, |agreement| view.holder(&agreement.holder));
                let unchanged = before.and_then(|agreement| agreement.until) == *until;
                let end = match until {
                    Some(until) if unchanged => format!(", until {}", words::moment(*until)),
                    Some(until) => format!(", until the end of {}", words::day(*until)),
                    None => String::new(),
                };
                format!("{who} may read only {} from now on{end}.", words::categories(*categories))
            }
            Self::End { id } => {
                let who = view.own(id).map_or_else(String::new, |granted| view.holder(&granted.agreement.holder));
                format!("{who} may not read what is measured or written about you from now on under this agreement.")
            }
            Self::Appoint => "Somebody becomes your guardian, and may sign here for you. The guardian must be beside you now \
                              to choose a passphrase."
                .to_owned(),
            Self::Dismiss { guardian } => {
                format!("The guardian {} may not sign for you any more.", super::view::short(guardian))
            }
            Self::Answer { advice, word, text } => {
                let about = view.advised(advice).map_or("", |one| one.row.advice.text.as_str());
                let own = if text.is_empty() { String::new() } else { format!(" You write: “{text}”.") };
                format!("{} “{about}”.{own} {}", words::answering(*word), words::ANSWER_GOES)
            }
            Self::Erase { categories } => {
                format!("Everything up to now is erased of: {}. {}", words::categories(*categories), words::ERASE_HELP)
            }
        }
    }

    /// What is signed.
    pub(super) fn deed(&self, view: &View<'_>) -> Result<Deed, edge::NoEntropy> {
        let patient = view.patient;
        Ok(Deed::Say(Box::new(match self {
            Self::Allow { holder, categories, purpose, until, pass_on, terms } => {
                Action::GrantAgreement(Agreement {
                    id: AgreementId::from_bytes(edge::random()?),
                    patient,
                    holder: *holder,
                    categories: *categories,
                    purpose: *purpose,
                    // Clocks differ; a minute ago is in force at once.
                    from: view.now.plus(-60_000),
                    until: Some(*until),
                    delegable: pass_on.then_some(*categories),
                    terms: *terms,
                })
            }
            Self::Narrow { id, categories, until } => Action::NarrowAgreement(*id, *categories, *until),
            Self::End { id } => Action::RevokeAgreement(*id),
            Self::Appoint => return Ok(Deed::Appoint),
            Self::Answer { advice, word, text } => {
                return Ok(Deed::Answer(answer_of(*advice, *word, text, edge::now())));
            }
            Self::Dismiss { guardian } => Action::DismissGuardian(patient, *guardian),
            Self::Erase { categories } => Action::Erase(EraseOrder {
                id: EraseId::from_bytes(edge::random()?),
                patient,
                scope: EraseScope::Categories(*categories),
                basis: EraseBasis::PatientRequest,
                up_to: view.height,
            }),
        })))
    }
}
