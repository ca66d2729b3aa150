//! The instants at which rules look at the time: whole seconds of the clock, whatever the moments at which anybody
//! calls. So neither the pace of a timer nor a stop of the process moves an alarm, and a replay finds the same ones.

use wl_ledger::UnixMillis;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// A leap of the clock beyond this is not walked through; the rules go on at its end.
const LONGEST_WALK: i64 = 366 * 24 * HOUR;

/// The beats after `from` up to and with `to`. Beside an input (within an hour of `input`) they are whole seconds, then
/// whole minutes for two days, then whole hours: rules with short delays have nothing to decide without readings.
pub(super) fn beats(input: UnixMillis, from: UnixMillis, to: UnixMillis) -> impl Iterator<Item = UnixMillis> {
    let from = if to.since(from) > LONGEST_WALK { to.plus(-LONGEST_WALK) } else { from };
    core::iter::successors(next(input, from), move |beat| next(input, *beat))
        .take_while(move |beat| *beat <= to)
}

/// The next beat, or `None` at the end of time.
fn next(input: UnixMillis, after: UnixMillis) -> Option<UnixMillis> {
    let step = match after.since(input) {
        ..HOUR => SECOND,
        HOUR..172_800_000 => MINUTE,
        172_800_000.. => HOUR,
    };
    after.0.div_euclid(step).checked_add(1)?.checked_mul(step).map(UnixMillis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_whole_seconds_then_minutes_then_hours_and_walking_in_parts_gives_the_same() {
        let input = UnixMillis(1_768_005_060_250);
        let to = input.plus(5 * 24 * HOUR);
        let whole: Vec<_> = beats(input, input, to).collect();
        assert_eq!(whole.first(), Some(&UnixMillis(1_768_005_061_000)));
        assert!(whole.iter().is_sorted() && whole.len() < 3_600 + 47 * 60 + 73 + 4, "{}", whole.len());
        let mut parts = Vec::new();
        let mut from = input;
        for stride in (0..).map(|n| 700 + 13_337 * n) {
            let upto = from.plus(stride).min(to);
            parts.extend(beats(input, from, upto));
            from = parts.last().copied().unwrap_or(from).max(from);
            if upto == to {
                break;
            }
            // A caller may come between two beats: nothing of that is remembered.
        }
        assert_eq!(parts, whole);
    }

    #[test]
    fn a_clock_that_leaps_by_centuries_is_not_walked_through() {
        let input = UnixMillis(0);
        assert!(beats(input, input, UnixMillis(i64::MAX)).take(20_000).count() <= 366 * 24 + 1);
    }
}
