//! Points in time, to the millisecond, in UTC.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since the Unix epoch. In JSON: RFC 3339 in UTC with milliseconds, `2026-01-05T09:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The system's clock. It may jump; order in a session comes from sequence numbers, never from here.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_millisecond())
    }

    /// The given number of milliseconds since the epoch, brought into the years −9999 to 9999 where it lies outside.
    pub fn from_millis(millis: i64) -> Self {
        let (min, max) = (jiff::Timestamp::MIN.as_second() * 1000, jiff::Timestamp::MAX.as_second() * 1000);
        Self(millis.clamp(min, max))
    }

    /// So many milliseconds later; at most the end of the year 9999.
    #[must_use]
    pub fn plus_millis(self, millis: u64) -> Self {
        Self::from_millis(self.0.saturating_add_unsigned(millis))
    }

    /// Milliseconds since the Unix epoch.
    pub fn as_millis(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In range by construction; the epoch stands in for what can't be.
        let time = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        write!(f, "{time:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|time| Self(time.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_rfc_3339_in_utc_with_milliseconds() {
        let time = Timestamp::from_millis(1_767_603_600_007);
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-01-05T09:00:00.007Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>("\"2026-01-05T10:00:00.007+01:00\"").unwrap(), time);
    }

    #[test]
    fn a_later_time_never_leaves_the_calendar() {
        assert_eq!(Timestamp::from_millis(-5).plus_millis(7), Timestamp::from_millis(2));
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!((end.plus_millis(1), Timestamp::from_millis(0).plus_millis(u64::MAX)), (end, end));
    }

    #[test]
    fn times_outside_the_calendar_are_brought_inside() {
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9999-12-30T22:00:00.000Z");
        assert!(Timestamp::from_millis(i64::MIN).to_string().starts_with("-009999-"));
    }
}
