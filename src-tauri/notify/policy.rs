//! What a notification says and when one is shown. Pure: the time is an argument.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};
use wl_desk::{AlarmAbout, AlarmCall, view::Priority};

/// This many notifications within [`FLOOD_WINDOW`] are read one by one; more are told as one.
pub const FLOOD_LIMIT: usize = 5;
/// How long a notification counts towards a flood.
pub const FLOOD_WINDOW: Duration = Duration::from_secs(10);
/// How many alarms are remembered as shown; more than a ward raises in a shift.
pub const REMEMBERED: usize = 4096;
/// Longest name of a bed that is shown, in characters.
pub const MAX_BED: usize = 16;

const BODY: &str = "Open Wardlight to see it. Wardlight is never the only or primary alarm.";

/// The words of one notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// Priority and bed.
    pub title: String,
    /// Where to look.
    pub body: String,
}

/// What becomes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Show this.
    Show(NoticeText),
    /// The same alarm was shown with this or a higher priority.
    ShownAlready,
    /// A notification that speaks of several alarms covers this one.
    PartOfFlood,
}

/// Remembers what was shown.
#[derive(Default)]
pub struct Policy {
    shown: HashMap<String, Priority>,
    order: VecDeque<String>,
    recent: VecDeque<Duration>,
    flood_told: Option<Priority>,
}

impl Policy {
    /// Decides about `call` at `now`, a monotonic time since any fixed moment.
    pub fn decide(&mut self, now: Duration, call: &AlarmCall) -> Decision {
        if self.shown.get(&call.alarm_id).is_some_and(|shown| *shown >= call.priority) {
            return Decision::ShownAlready;
        }
        self.remember(call);
        while self.recent.front().is_some_and(|shown| now.saturating_sub(*shown) >= FLOOD_WINDOW) {
            self.recent.pop_front();
        }
        if self.recent.len() < FLOOD_LIMIT {
            self.flood_told = None;
            self.recent.push_back(now);
            return Decision::Show(text_of(call));
        }
        let told = self.flood_told.replace(self.flood_told.max(Some(call.priority)).unwrap_or(call.priority));
        match told {
            None => Decision::Show(NoticeText { title: "Several new alarms".into(), body: BODY.into() }),
            // A flood of small alarms must not hide a great one.
            Some(told) if told < call.priority => Decision::Show(text_of(call)),
            Some(_) => Decision::PartOfFlood,
        }
    }

    fn remember(&mut self, call: &AlarmCall) {
        if self.shown.insert(call.alarm_id.clone(), call.priority).is_some() {
            return;
        }
        self.order.push_back(call.alarm_id.clone());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.shown.remove(&oldest);
        }
    }
}

/// Priority and bed, or that it is about equipment; nothing else of the call finds its way to the screen of a stranger.
pub fn text_of(call: &AlarmCall) -> NoticeText {
    let priority = match call.priority {
        Priority::High => "High priority",
        Priority::Medium => "Medium priority",
        Priority::Low => "Low priority",
    };
    let demo = if call.demo { "Demo: " } else { "" };
    let title = match &call.about {
        AlarmAbout::Equipment => format!("{demo}{priority} technical alarm"),
        AlarmAbout::Bed(bed) => match bed_text(bed) {
            Some(bed) => format!("{demo}{priority} alarm, bed {bed}"),
            None => format!("{demo}{priority} alarm"),
        },
    };
    NoticeText { title, body: BODY.into() }
}

/// The bed as plain text. Notification servers read markup, and a bed is what somebody typed; a text that does not
/// look like a bed is left out rather than cut, for half a bed is another bed.
fn bed_text(bed: &str) -> Option<&str> {
    let bed = bed.trim();
    let is_plain = bed.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.'));
    (!bed.is_empty() && bed.chars().count() <= MAX_BED && is_plain).then_some(bed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wl_desk::AlarmSound;

    fn call(alarm_id: &str, bed: &str, priority: Priority) -> AlarmCall {
        AlarmCall {
            alarm_id: alarm_id.into(),
            about: AlarmAbout::Bed(bed.into()),
            priority,
            sound: AlarmSound::General,
            demo: false,
        }
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_notification_tells_bed_and_priority_only() {
        let table = [
            ("12", Priority::High, "High priority alarm, bed 12"),
            ("ICU-3/B", Priority::Medium, "Medium priority alarm, bed ICU-3/B"),
            (" 4 ", Priority::Low, "Low priority alarm, bed 4"),
            ("", Priority::High, "High priority alarm"),
            ("<b>1</b>", Priority::High, "High priority alarm"),
            ("1\n2", Priority::High, "High priority alarm"),
            ("12345678901234567", Priority::High, "High priority alarm"),
        ];
        for (bed, priority, title) in table {
            let text = text_of(&call("a", bed, priority));
            assert_eq!((text.title.as_str(), text.body.as_str()), (title, BODY), "{bed:?}");
        }
        let demo = AlarmCall { demo: true, ..call("a", "1", Priority::Low) };
        assert_eq!(text_of(&demo).title, "Demo: Low priority alarm, bed 1");
        let equipment = AlarmCall { about: AlarmAbout::Equipment, ..call("a", "", Priority::Medium) };
        assert_eq!(text_of(&equipment).title, "Medium priority technical alarm");
    }

    #[test]
    fn an_alarm_is_notified_once() {
        let mut policy = Policy::default();
        let low = call("a", "1", Priority::Low);
        let high = call("a", "1", Priority::High);
        assert_eq!(policy.decide(at(0), &low), Decision::Show(text_of(&low)));
        assert_eq!(policy.decide(at(100), &low), Decision::ShownAlready);
        assert_eq!(policy.decide(at(100), &high), Decision::Show(text_of(&high)), "it rose");
        assert_eq!(policy.decide(at(101), &high), Decision::ShownAlready);
        assert_eq!(policy.decide(at(101), &low), Decision::ShownAlready, "falling is no news");
    }

    #[test]
    fn a_flood_is_told_once_and_then_alarms_speak_again() {
        let mut policy = Policy::default();
        let mut shown = Vec::new();
        for index in 0..20 {
            let decision = policy.decide(at(1), &call(&format!("a{index}"), "1", Priority::Medium));
            if let Decision::Show(text) = decision {
                shown.push(text.title);
            }
        }
        assert_eq!(shown.len(), FLOOD_LIMIT + 1);
        assert_eq!(shown.last().map(String::as_str), Some("Several new alarms"));
        let high = call("high", "3", Priority::High);
        assert_eq!(
            policy.decide(at(1), &high),
            Decision::Show(text_of(&high)),
            "a flood hides no higher priority"
        );
        let later = call("later", "2", Priority::Medium);
        assert_eq!(policy.decide(at(1) + FLOOD_WINDOW, &later), Decision::Show(text_of(&later)));
    }

    #[test]
    fn memory_stays_bounded() {
        let mut policy = Policy::default();
        for index in 0..REMEMBERED + 10 {
            policy.decide(at(index as u64), &call(&format!("a{index}"), "1", Priority::Low));
        }
        assert_eq!((policy.shown.len(), policy.order.len()), (REMEMBERED, REMEMBERED));
        assert!(policy.recent.len() <= FLOOD_LIMIT);
    }
}
