//! What alarms say about a ward: how many, when, how long until somebody came, and how they turned out.

use super::{Figures, bar, percentile, shared, word};
use crate::present::priority_of;
use crate::view::{ReportForm, ReportForm::Count};
use std::collections::BTreeMap;
use wl_ledger::UnixMillis;
use wl_vitals::alarm::{Alarm, AlarmLife, Outcome, Priority, Work};

const HOUR: i64 = 3_600_000;
const PRIORITIES: [Priority; 3] = [Priority::High, Priority::Medium, Priority::Low];
const OUTCOMES: [(Outcome, &str); 5] = [
    (Outcome::Actionable, "actionable"),
    (Outcome::Treated, "treated"),
    (Outcome::Artefact, "artefact"),
    (Outcome::Expected, "expected"),
    (Outcome::Device, "device"),
];

/// An alarm with the bed it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Counted<'a> {
    pub(crate) bed: &'a str,
    pub(crate) name: &'a str,
    pub(crate) life: &'a AlarmLife,
}

impl Counted<'_> {
    fn alarm(&self) -> &Alarm {
        self.life.alarm()
    }
}

/// Counts an alarm among the high, the medium or the low ones.
pub(crate) fn count(counts: &mut [u32; 3], priority: Priority) {
    let place = PRIORITIES.iter().position(|one| *one == priority);
    if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
        *count = count.saturating_add(1);
    }
}

/// Alarms of each bed by priority, with the minutes in alarm; the bed with most first. Beds without alarms are rows too.
pub(crate) fn load(
    alarms: &[Counted<'_>],
    beds: &[(String, String)],
    from: UnixMillis,
    to: UnixMillis,
) -> Figures {
    #[derive(Default)]
    struct Row {
        counts: [u32; 3],
        technical: u32,
        spans: Vec<(i64, i64)>,
    }
    let mut rows: BTreeMap<(&str, &str), Row> =
        beds.iter().map(|(bed, name)| ((bed.as_str(), name.as_str()), Row::default())).collect();
    for one in alarms {
        let row = rows.entry((one.bed, one.name)).or_default();
        let alarm = one.alarm();
        count(&mut row.counts, alarm.priority);
        row.technical = row.technical.saturating_add(u32::from(alarm.subject.kind.is_technical()));
        let end = alarm.cleared.unwrap_or(to);
        row.spans.push((alarm.first_crossed.0.max(from.0), end.0.min(to.0)));
    }
    let mut rows: Vec<_> =
        rows.into_iter().map(|(bed, row)| (bed, row.counts.iter().sum::<u32>(), row)).collect();
    rows.sort_by_key(|(bed, total, _)| (core::cmp::Reverse(*total), *bed));
    Figures {
        columns: vec![
            ("bed", ReportForm::Text),
            ("name", ReportForm::Text),
            ("high", Count),
            ("medium", Count),
            ("low", Count),
            ("technical", Count),
            ("total", Count),
            ("inAlarm", ReportForm::Minutes),
        ],
        bars: rows.iter().map(|((bed, _), total, _)| bar(*bed, i64::from(*total))).collect(),
        rows: rows
            .into_iter()
            .map(|((bed, name), total, row)| {
                let mut cells = vec![bed.to_owned(), name.to_owned()];
                cells.extend(row.counts.map(|count| count.to_string()));
                cells.extend([row.technical.to_string(), total.to_string(), minutes(union(row.spans))]);
                cells
            })
            .collect(),
        bar_form: Count,
    }
}

/// Alarms of each hour of the day, reckoned from `offset` milliseconds east of UTC.
pub(crate) fn hours(alarms: &[Counted<'_>], offset: i64) -> Figures {
    let mut counts = [[0u32; 3]; 24];
    for one in alarms {
        let alarm = one.alarm();
        let hour = alarm.raised.0.saturating_add(offset).div_euclid(HOUR).rem_euclid(24);
        if let Some(row) = usize::try_from(hour).ok().and_then(|hour| counts.get_mut(hour)) {
            count(row, alarm.priority);
        }
    }
    let name = |hour: usize| format!("{hour:02}");
    let sum = |row: &[u32; 3]| row.iter().sum::<u32>();
    Figures {
        columns: vec![
            ("hour", ReportForm::Text),
            ("high", Count),
            ("medium", Count),
            ("low", Count),
            ("total", Count),
        ],
        rows: counts
            .iter()
            .enumerate()
            .map(|(hour, row)| {
                let mut cells = vec![name(hour)];
                cells.extend(row.map(|count| count.to_string()));
                cells.push(sum(row).to_string());
                cells
            })
            .collect(),
        bars: counts.iter().enumerate().map(|(hour, row)| bar(name(hour), i64::from(sum(row)))).collect(),
        bar_form: Count,
    }
}

/// How long, from being raised, until alarms of each priority were seen, acknowledged and resolved: the middle and what
/// nine of ten do not exceed, in seconds. What never happened is in no time, but in the counts.
pub(crate) fn response(alarms: &[Counted<'_>]) -> Figures {
    let steps: [fn(&AlarmLife) -> Option<UnixMillis>; 3] = [seen_at, acknowledged_at, resolved_at];
    let mut rows = Vec::new();
    let mut bars = Vec::new();
    for priority in PRIORITIES {
        let of: Vec<&AlarmLife> =
            alarms.iter().map(|one| one.life).filter(|life| life.alarm().priority == priority).collect();
        let mut cells = vec![word(&priority_of(priority)), of.len().to_string()];
        for (place, step) in steps.iter().enumerate() {
            let waits =
                of.iter().filter_map(|life| Some(step(life)?.since(life.alarm().raised).max(0) / 1_000));
            let mut waits: Vec<i64> = waits.collect();
            waits.sort_unstable();
            let text = |percent| percentile(&waits, percent).map_or_else(String::new, |s| s.to_string());
            cells.extend([waits.len().to_string(), text(50), text(90)]);
            if place == 1 {
                bars.push(bar(word(&priority_of(priority)), percentile(&waits, 50).unwrap_or(0)));
            }
        }
        rows.push(cells);
    }
    let seconds = ReportForm::Seconds;
    Figures {
        columns: vec![
            ("priority", ReportForm::Word),
            ("total", Count),
            ("seen", Count),
            ("seenMedian", seconds),
            ("seenNinety", seconds),
            ("acknowledged", Count),
            ("acknowledgedMedian", seconds),
            ("acknowledgedNinety", seconds),
            ("resolved", Count),
            ("resolvedMedian", seconds),
            ("resolvedNinety", seconds),
        ],
        rows,
        bars,
        bar_form: seconds,
    }
}

/// How alarms turned out, by the code that was chosen when they were resolved; those without one are a row of their own.
pub(crate) fn outcome(alarms: &[Counted<'_>]) -> Figures {
    let of = |outcome: Option<Outcome>| {
        let found = alarms.iter().filter(|one| match one.life.work() {
            Work::Resolved { outcome: found, .. } => Some(found) == outcome,
            _ => outcome.is_none(),
        });
        found.count()
    };
    let total = alarms.len();
    let known = OUTCOMES.map(|(code, name)| (name, of(Some(code))));
    let all: Vec<(&str, usize)> = known.into_iter().chain([("unresolved", of(None))]).collect();
    let percent = |count: usize| (count * 100 + total / 2).checked_div(total).unwrap_or(0);
    Figures {
        columns: vec![("outcome", ReportForm::Word), ("total", Count), ("share", ReportForm::Percent)],
        rows: all
            .iter()
            .map(|(name, count)| vec![(*name).to_owned(), count.to_string(), percent(*count).to_string()])
            .collect(),
        bars: all.iter().map(|(name, count)| bar(*name, i64::try_from(*count).unwrap_or(0))).collect(),
        bar_form: Count,
    }
}

fn seen_at(life: &AlarmLife) -> Option<UnixMillis> {
    life.receipts().iter().filter_map(|receipt| receipt.seen).min()
}

fn acknowledged_at(life: &AlarmLife) -> Option<UnixMillis> {
    life.acks().iter().map(|ack| ack.at).min()
}

fn resolved_at(life: &AlarmLife) -> Option<UnixMillis> {
    match life.work() {
        Work::Resolved { at, .. } => Some(at),
        Work::New
        | Work::Seen { .. }
        | Work::Acknowledged { .. }
        | Work::Snoozed { .. }
        | Work::Assigned { .. } => None,
    }
}

/// Milliseconds that are covered by at least one span: two alarms at once are not two minutes in one.
fn union(mut spans: Vec<(i64, i64)>) -> i64 {
    spans.sort_unstable();
    let (mut sum, mut until) = (0i64, i64::MIN);
    for (from, to) in spans {
        sum = sum.saturating_add(shared((from.max(until), to), (i64::MIN, i64::MAX)));
        until = until.max(to);
    }
    sum
}

fn minutes(millis: i64) -> String {
    ((millis + 30_000) / 60_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wl_ledger::{KeyId, PatientId};
    use wl_vitals::alarm::{AckComment, AlarmEvent, AlarmId, Condition, Kind, Subject};

    fn life(priority: Priority, raised: i64, cleared: Option<i64>) -> AlarmLife {
        let subject = Subject {
            patient: PatientId::from_bytes([1; 16]),
            code: wl_vitals::Parameter::Spo2.code(),
            channel: 0,
            kind: if priority == Priority::Low { Kind::ProbeOff } else { Kind::Physiological },
            direction: None,
        };
        let alarm = Alarm {
            id: AlarmId::derive(&subject, UnixMillis(raised)),
            subject,
            priority,
            condition: Condition::Active,
            limit: None,
            worst: None,
            unit: None,
            first_crossed: UnixMillis(raised),
            raised: UnixMillis(raised),
            cleared: cleared.map(UnixMillis),
            episodes: 1,
            told: UnixMillis(raised),
        };
        AlarmLife::new(&AlarmEvent::Raised(alarm)).expect("an alarm")
    }

    fn ward() -> Vec<AlarmLife> {
        let by = KeyId::from_bytes([7; 16]);
        let minute = 60_000;
        let mut lives = vec![
            life(Priority::High, 0, Some(10 * minute)),
            life(Priority::High, 5 * minute, Some(15 * minute)),
            life(Priority::Medium, HOUR, Some(HOUR + minute)),
            life(Priority::Low, 25 * HOUR, None),
        ];
        for (life, wait) in lives.iter_mut().zip([30_000, 90_000]) {
            let at = life.alarm().raised.plus(wait);
            life.see(by, at);
            life.acknowledge(by, at, AckComment::None);
        }
        let at = UnixMillis(20 * minute);
        lives[0].resolve(by, at, Outcome::Artefact).ok();
        lives
    }

    fn counted(lives: &[AlarmLife]) -> Vec<Counted<'_>> {
        let beds = ["1", "1", "2", "2"];
        lives.iter().zip(beds).map(|(life, bed)| Counted { bed, name: "Ada", life }).collect()
    }

    #[test]
    fn load_counts_each_bed_and_no_minute_twice() {
        let lives = ward();
        let beds = vec![("3".to_owned(), "Eve".to_owned()), ("1".to_owned(), "Ada".to_owned())];
        let figures = load(&counted(&lives), &beds, UnixMillis(0), UnixMillis(26 * HOUR));
        assert_eq!(figures.rows[0], ["1", "Ada", "2", "0", "0", "0", "2", "15"]);
        assert_eq!(figures.rows[1], ["2", "Ada", "0", "1", "1", "1", "2", "61"]);
        assert_eq!(figures.rows[2], ["3", "Eve", "0", "0", "0", "0", "0", "0"], "a quiet bed is a row too");
        assert!(figures.rows.iter().all(|row| row.len() == figures.columns.len()));
    }

    #[test]
    fn hours_are_of_the_wards_day() {
        let lives = ward();
        let rows = hours(&counted(&lives), 2 * HOUR).rows;
        assert_eq!(rows.len(), 24);
        assert_eq!((rows[2][4].as_str(), rows[3][4].as_str(), rows[0][4].as_str()), ("2", "2", "0"));
        let west = hours(&counted(&lives), -HOUR).rows;
        assert_eq!(west[23][1], "2");
    }

    #[test]
    fn responses_are_reckoned_from_being_raised_and_what_never_came_is_not_a_zero() {
        let figures = response(&counted(&ward()));
        let row = |at: usize| figures.rows[at].join(" ");
        assert_eq!(figures.rows[0][..2], ["high", "2"]);
        assert_eq!(figures.rows[0][5..8], ["2", "90", "90"]);
        assert_eq!(figures.rows[1][2..], ["0", "", "", "0", "", "", "0", "", ""], "{}", row(1));
        assert!(figures.rows.iter().all(|row| row.len() == figures.columns.len()));
    }

    #[test]
    fn outcomes_add_up_and_nobodys_answer_is_a_row() {
        let lives = ward();
        let figures = outcome(&counted(&lives));
        let total: usize = figures.rows.iter().map(|row| row[1].parse::<usize>().expect("a count")).sum();
        assert_eq!(total, 4);
        assert_eq!(figures.rows.last().map(|row| row[0].as_str()), Some("unresolved"));
        assert!(outcome(&[]).rows.iter().all(|row| row[2] == "0"));
    }
}
