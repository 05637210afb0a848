//! How times, numbers and long texts are written. All times are in UTC.

use atelier_protocol::Timestamp;

/// The longest result that is shown whole to people, in characters.
const LONGEST_RESULT: usize = 2000;

/// `2026-01-05`
pub(crate) fn date(at: Timestamp) -> String {
    at.to_string().split('T').next().unwrap_or_default().to_owned()
}

/// `09:00:04`
pub(crate) fn time(at: Timestamp) -> String {
    at.to_string().split('T').nth(1).and_then(|time| time.get(..8)).unwrap_or_default().to_owned()
}

/// `2026-01-05 09:00:04`
pub(crate) fn date_and_time(at: Timestamp) -> String {
    format!("{} {}", date(at), time(at))
}

/// `2026-01-05T09:00:04Z`
pub(crate) fn rfc3339(at: Timestamp) -> String {
    format!("{}T{}Z", date(at), time(at))
}

/// `1h 15m`, `12m 5s` or `45s`. A clock that was set back makes it `0s`.
pub(crate) fn duration(from: Timestamp, to: Timestamp) -> String {
    let seconds = (to.as_millis().div_euclid(1000) - from.as_millis().div_euclid(1000)).max(0);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {}s", seconds % 60),
        _ => format!("{hours}h {minutes}m"),
    }
}

/// `12,450`
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The same for a count of things.
pub(crate) fn count(things: usize) -> String {
    thousands(u64::try_from(things).unwrap_or(u64::MAX))
}

/// A result, cut where it is too long for people.
pub(crate) fn result(text: &str) -> String {
    match text.char_indices().nth(LONGEST_RESULT) {
        Some((end, _)) => format!("{}... [truncated]", &text[..end]),
        None => text.to_owned(),
    }
}

/// JSON on several lines, two spaces a level.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_two_largest_units() {
        let lasting = |seconds: i64| duration(Timestamp::from_millis(999), Timestamp::from_millis(seconds * 1000));
        let shown: Vec<_> = [-3, 0, 45, 60, 725, 3599, 3600, 4500, 90_061].map(lasting).into();
        assert_eq!(shown, ["0s", "0s", "45s", "1m 0s", "12m 5s", "59m 59s", "1h 0m", "1h 15m", "25h 1m"]);
    }

    #[test]
    fn thousands_have_commas() {
        let shown = [0, 999, 1000, 12_450, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "999", "1,000", "12,450", "1,234,567"]);
    }

    #[test]
    fn times_are_cut_to_the_second() {
        let at = Timestamp::from_millis(1_767_603_604_999);
        assert_eq!(rfc3339(at), "2026-01-05T09:00:04Z");
        assert_eq!(date_and_time(at), "2026-01-05 09:00:04");
    }

    #[test]
    fn long_results_are_cut_between_characters() {
        assert_eq!(result(&"é".repeat(2000)), "é".repeat(2000));
        assert_eq!(result(&"é".repeat(2001)), format!("{}... [truncated]", "é".repeat(2000)));
    }
}
