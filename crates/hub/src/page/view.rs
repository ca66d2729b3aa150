//! What the page knows of one patient, out of verified state.

use super::html::Html;
use super::words;
use crate::consent::Signer;
use crate::core::{Advised, Core};
use crate::store::SeenRow;
use wl_ledger::control::{Holder, Purpose};
use wl_ledger::state::{Broken, Granted, Origin, State};
use wl_ledger::{AgreementId, Height, KeyId, PatientId, Role, UnixMillis};

/// Openings of the record that the page lists at most.
pub(super) const SEEN: u32 = 200;

/// One patient as the page shows it.
pub(super) struct View<'a> {
    pub(super) state: &'a State,
    pub(super) patient: PatientId,
    pub(super) signer: Signer,
    pub(super) name: &'a str,
    pub(super) advice: &'a [Advised],
    pub(super) height: Height,
    pub(super) now: UnixMillis,
}

impl<'a> View<'a> {
    pub(super) fn of(core: &'a Core, patient: PatientId, signer: Signer, now: UnixMillis) -> Option<Self> {
        let (_, identity) = core.patients().find(|(id, _)| **id == patient)?;
        let now = core.latest_time(now);
        let (state, height) = (core.state(), core.seen());
        let advice = core.advice_of(&patient);
        Some(Self { state, patient, signer, name: &identity.name, advice, height, now })
    }

    /// An agreement in force of this patient.
    pub(super) fn own(&self, id: &AgreementId) -> Option<&'a Granted> {
        let granted = self.state.agreement(id)?;
        (granted.agreement.patient == self.patient && self.is_open(granted)).then_some(granted)
    }

    fn is_open(&self, granted: &Granted) -> bool {
        granted.revoked.is_none() && granted.agreement.until.is_none_or(|until| self.now < until)
    }

    /// A holder by name.
    pub(super) fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Team(team) => {
                let found = self.state.teams().find(|(id, _)| *id == team);
                found.map_or_else(
                    || "A care team".to_owned(),
                    |(_, team)| format!("The care team {}", team.name),
                )
            }
            Holder::Person(person) => self.person(person),
        }
    }

    /// A person by name and role; it is whose key this is that counts.
    pub(super) fn person(&self, key: &KeyId) -> String {
        match self.state.member(key) {
            Some(member) => format!("{} ({})", member.enrolment.name, words::role(member.enrolment.role)),
            None => "Somebody who is not enrolled any more".to_owned(),
        }
    }

    /// Whom an agreement of a purpose can name: value and words.
    pub(super) fn choices(&self, purpose: Purpose) -> Vec<(String, String)> {
        let teams = self
            .state
            .teams()
            .map(|(id, team)| (format!("team:{id}"), format!("The care team {}", team.name)));
        let role = |role: Role| match purpose.reader() {
            Some(only) => role == only,
            None => !matches!(role, Role::Hub | Role::Admin),
        };
        let persons = self.state.members().filter(|(key, member)| {
            member.is_active() && member.person == **key && role(member.enrolment.role)
        });
        let persons = persons.map(|(key, _)| (format!("person:{key}"), self.person(key)));
        match purpose {
            Purpose::Caregiving | Purpose::Research => persons.collect(),
            _ => teams.chain(persons).collect(),
        }
    }

    /// Agreements in force, then those that ended, newest first.
    fn agreements(&self) -> (Vec<&'a Granted>, Vec<&'a Granted>) {
        let mut all: Vec<&Granted> = self.state.agreements_of(&self.patient).collect();
        all.sort_by_key(|granted| std::cmp::Reverse(granted.since));
        all.into_iter().partition(|granted| self.is_open(granted))
    }

    fn broken(&self) -> Vec<&'a Broken> {
        let mut all: Vec<&Broken> = self
            .state
            .broken()
            .map(|(_, broken)| broken)
            .filter(|broken| broken.request.patient == self.patient)
            .collect();
        all.sort_by_key(|broken| std::cmp::Reverse(broken.at));
        all
    }

    /// The first page.
    pub(super) fn home(&self, html: &mut Html) {
        let name = if self.name.is_empty() { words::ERASED } else { self.name };
        html.line("h1", &format!("{name}: {}", words::WHO_MAY_READ));
        self.emergencies(html);
        self.advice_word(html);
        let (open, ended) = self.agreements();
        let open: Vec<_> = open.into_iter().filter(|granted| granted.origin != Origin::BreakGlass).collect();
        if open.is_empty() {
            html.line("p class=card", words::NOBODY);
        }
        for granted in open {
            self.card(html, granted);
        }
        html.line("h2", words::WAS_READ).button_to("/seen", words::WAS_READ);
        self.guardians(html);
        html.line("h2", words::MORE);
        for (address, label) in [
            ("/allow/treatment", words::ALLOW),
            ("/allow/caregiving", words::ALLOW_CAREGIVER),
            ("/allow/research", words::ALLOW_RESEARCH),
            ("/erase", words::ERASE),
        ] {
            html.button_to(address, label);
        }
        self.ended(html, &ended);
    }

    fn emergencies(&self, html: &mut Html) {
        let broken = self.broken();
        if broken.is_empty() {
            return;
        }
        html.line("h2", words::EMERGENCIES);
        for broken in broken {
            let request = &broken.request;
            html.raw("<div class=\"card warn\">").line("h3", &self.person(&broken.person));
            html.line(
                "p",
                &format!(
                    "{}, for up to {} minutes: {}. Reason: {}.",
                    words::moment(broken.time),
                    request.minutes,
                    words::categories(request.categories),
                    words::reason(request.reason),
                ),
            );
            let review = broken.review.map_or(words::UNREVIEWED, |review| words::outcome(review.outcome));
            html.line("p", review).raw("</div>\n");
        }
    }

    fn card(&self, html: &mut Html, granted: &Granted) {
        let agreement = &granted.agreement;
        html.raw("<div class=card>").line("h2", &self.holder(&agreement.holder));
        let until = agreement
            .until
            .map_or_else(|| "with no end".to_owned(), |until| format!("until {}", words::moment(until)));
        html.line(
            "p",
            &format!(
                "{} may be read {}, {until}.",
                capital(&words::categories(agreement.categories)),
                words::purpose(agreement.purpose)
            ),
        );
        html.line("p class=note", &self.how(granted));
        if !matches!(granted.origin, Origin::Law(_)) {
            let id = agreement.id.to_string();
            html.button_to(&format!("/less/{id}"), words::CHANGE)
                .button_to(&format!("/end/{id}"), words::END);
        }
        html.raw("</div>\n");
    }

    fn how(&self, granted: &Granted) -> String {
        match granted.origin {
            Origin::Patient => "You signed this.".to_owned(),
            Origin::Guardian(key) => format!("Your guardian {} signed this for you.", short(&key)),
            Origin::Bedside(one, other) => {
                format!(
                    "You said this at the bedside; {} and {} recorded it.",
                    self.person(&one),
                    self.person(&other)
                )
            }
            Origin::Delegated(_) => "Somebody whom you allowed to passed this on to a caregiver.".to_owned(),
            Origin::Law(_) => "A court or an authority ordered this. You cannot end it here.".to_owned(),
            Origin::BreakGlass => "This was taken in an emergency.".to_owned(),
        }
    }

    fn guardians(&self, html: &mut Html) {
        html.line("h2", words::GUARDIANS).line("p class=note", words::GUARDIANS_HELP);
        let guardians = self.state.patient(&self.patient).map(|patient| &patient.guardians);
        let patient_looks = self.signer == Signer::Patient;
        match guardians.filter(|guardians| !guardians.is_empty()) {
            None => {
                html.line("p", words::NO_GUARDIAN);
            }
            Some(guardians) => {
                for key in guardians.keys() {
                    html.raw("<div class=card>").line("h3", &format!("Guardian {}", short(key)));
                    if patient_looks || self.signer == Signer::Guardian(*key) {
                        html.button_to(&format!("/dismiss/{key}"), words::DISMISS);
                    }
                    html.raw("</div>\n");
                }
            }
        }
        if patient_looks {
            html.button_to("/guardian", words::APPOINT);
        }
    }

    fn ended(&self, html: &mut Html, ended: &[&Granted]) {
        if ended.is_empty() {
            return;
        }
        html.line("h2", words::ENDED).raw("<ul>\n");
        for granted in ended {
            let agreement = &granted.agreement;
            let what = words::categories(agreement.categories);
            let end = match (granted.revoked, agreement.until) {
                (None, Some(until)) => format!("ended {}", words::moment(until)),
                _ => "was ended".to_owned(),
            };
            html.line("li", &format!("{}: {what}; {end}.", self.holder(&agreement.holder)));
        }
        html.raw("</ul>\n");
    }

    /// What was read, newest first.
    pub(super) fn seen(&self, html: &mut Html, rows: &[SeenRow]) {
        html.line("h1", words::WAS_READ).line("p class=note", words::READ_HELP);
        self.emergencies(html);
        if rows.is_empty() {
            html.line("p class=card", words::NOTHING_READ);
        } else {
            html.raw("<table><thead><tr><th scope=col>When</th><th scope=col>Who</th><th scope=col>What</th></tr></thead><tbody>\n");
            for row in rows {
                html.raw(if row.emergency { "<tr class=warn>" } else { "<tr>" });
                html.line("td", &words::moment(row.at)).line("td", &self.person(&row.reader));
                let mut what = capital(&words::categories(row.categories));
                if row.emergency {
                    what.push_str(" – in an emergency");
                }
                if let Some(reason) = &row.reason {
                    what.push_str(": ");
                    what.push_str(reason);
                }
                html.line("td", &what).raw("</tr>\n");
            }
            html.raw("</tbody></table>\n");
        }
        html.way_back(words::HOME);
    }
}

/// A key as people compare it: eight digits.
pub(super) fn short(key: &KeyId) -> String {
    key.to_string().chars().take(8).collect()
}

/// The same with a capital letter in front.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
