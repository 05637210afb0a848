//! How long ago something was, for people.

use atelier_protocol::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// From this age on a date says more than a number of days.
const DATED: i64 = 14 * DAY;

/// How long ago, in the largest unit that fits; a date in UTC once that is a while.
pub(crate) fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_millis().saturating_sub(then.as_millis()) / 1000;
    match seconds {
        ..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h", seconds / HOUR),
        DAY..DATED => format!("{} d", seconds / DAY),
        _ => then.to_string().split('T').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_603_600_000;

    #[test]
    fn ages_are_in_the_largest_unit_that_fits() {
        let now = Timestamp::from_millis(NOW);
        let ago = |seconds: i64| age(Timestamp::from_millis(NOW - seconds * 1000), now);
        assert_eq!(ago(-30), "just now");
        assert_eq!(ago(59), "just now");
        assert_eq!(ago(60), "1 min");
        assert_eq!(ago(HOUR), "1 h");
        assert_eq!(ago(3 * DAY), "3 d");
        assert_eq!(ago(14 * DAY), "2025-12-22");
    }
}
