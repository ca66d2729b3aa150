//! Orders and what became of them: the pharmacist's check, given or declined by a nurse, stopped by a physician.

use wl_ledger::{Hash, UnixMillis};

use super::page::{Lines, Page};
use super::{WritingError, check_text, words};

words! {
    /// The way a medicine takes.
    Route {
        /// By mouth.
        Oral = "oral",
        /// Under the tongue.
        Sublingual = "sublingual",
        /// Into a vein.
        Intravenous = "intravenous",
        /// Into a muscle.
        Intramuscular = "intramuscular",
        /// Under the skin.
        Subcutaneous = "subcutaneous",
        /// Breathed in.
        Inhaled = "inhaled",
        /// Rectally.
        Rectal = "rectal",
        /// On the skin.
        Topical = "topical",
    }
}

words! {
    /// Something that was done about an order.
    Step {
        /// A pharmacist finds that it fits.
        Checked = "checked",
        /// A pharmacist asks back: it is not to be given until that is settled.
        Queried = "queried",
        /// A nurse gave it, or did it.
        Given = "given",
        /// It was not given.
        Declined = "declined",
        /// A physician ends it.
        Stopped = "stopped",
    }
}

/// Shortest and longest time between observations that can be ordered, in minutes.
pub const MINUTES: core::ops::RangeInclusive<u16> = 5..=1440;
/// Oxygen saturations that can be a target, in per cent.
pub const TARGETS: core::ops::RangeInclusive<u8> = 70..=100;

/// What is ordered.
#[derive(Clone, PartialEq, Eq)]
pub enum Ordered {
    /// A medicine.
    Medicine {
        /// Its name.
        medicine: String,
        /// How much at once, with its unit.
        dose: String,
        /// Which way.
        route: Route,
        /// When, or how often.
        times: String,
    },
    /// Oxygen.
    Oxygen {
        /// Lowest and highest saturation that is aimed for, in per cent.
        target: (u8, u8),
        /// How it is given.
        device: String,
    },
    /// Observations.
    Observation {
        /// How often, in minutes.
        minutes: u16,
        /// What is to be observed.
        observe: String,
    },
}

/// An order.
#[derive(Clone, PartialEq, Eq)]
pub struct Order {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// What is ordered.
    pub ordered: Ordered,
    /// Why, or what to mind.
    pub note: Option<String>,
}

impl Order {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        match &self.ordered {
            Ordered::Medicine { medicine, dose, times, .. } => {
                check_text("medicine", medicine)?;
                check_text("dose", dose)?;
                check_text("times", times)?;
            }
            Ordered::Oxygen { target: (low, high), device } => {
                check_text("device", device)?;
                if low >= high || !TARGETS.contains(low) || !TARGETS.contains(high) {
                    return Err(WritingError::Range("target"));
                }
            }
            Ordered::Observation { minutes, observe } => {
                check_text("observe", observe)?;
                if !MINUTES.contains(minutes) {
                    return Err(WritingError::Range("minutes"));
                }
            }
        }
        self.note.as_deref().map_or(Ok(()), |note| check_text("note", note))
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let page = page.time("written", self.at);
        let page = match &self.ordered {
            Ordered::Medicine { medicine, dose, route, times } => page
                .text("medicine", medicine)
                .text("dose", dose)
                .text("route", route.word())
                .text("times", times),
            Ordered::Oxygen { target: (low, high), device } => {
                page.text("oxygen", &format!("{low}-{high} %")).text("device", device)
            }
            Ordered::Observation { minutes, observe } => {
                page.text("every", &format!("{minutes} min")).text("observe", observe)
            }
        };
        page.maybe("note", self.note.as_deref())
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        let at = lines.time("written")?;
        let ordered = if let Some(medicine) = lines.text("medicine") {
            Ordered::Medicine {
                medicine,
                dose: lines.text("dose")?,
                route: Route::from_word(&lines.text("route")?)?,
                times: lines.text("times")?,
            }
        } else if let Some(target) = lines.text("oxygen") {
            let (low, high) = target.strip_suffix(" %")?.split_once('-')?;
            let target = (low.parse().ok()?, high.parse().ok()?);
            Ordered::Oxygen { target, device: lines.text("device")? }
        } else {
            let minutes = lines.text("every")?.strip_suffix(" min")?.parse().ok()?;
            Ordered::Observation { minutes, observe: lines.text("observe")? }
        };
        Some(Self { at, ordered, note: lines.text("note") })
    }
}

/// Something that was done about an order.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderStep {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The record of the order.
    pub record: Hash,
    /// What was done.
    pub step: Step,
    /// Why; must be said of what was queried, declined or stopped.
    pub text: Option<String>,
}

impl OrderStep {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        match (self.step, self.text.as_deref()) {
            (_, Some(text)) => check_text("text", text),
            (Step::Checked | Step::Given, None) => Ok(()),
            (Step::Queried | Step::Declined | Step::Stopped, None) => Err(WritingError::Empty("text")),
        }
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let page = page.time("written", self.at).text("record", &self.record.to_string());
        page.text("step", self.step.word()).maybe("text", self.text.as_deref())
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            record: lines.record("record")?,
            step: Step::from_word(&lines.text("step")?)?,
            text: lines.text("text"),
        })
    }
}
