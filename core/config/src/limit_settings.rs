//! How much a turn may take, as the user set it.

use crate::{InvalidSetting, json_object::JsonObject};

const TURNS: &str = "turns";
const TOKENS: &str = "tokens";
const SECONDS: &str = "seconds";

/// The longest time, in seconds: a week.
const MAX_SECONDS: u64 = 7 * 24 * 3600;

/// The most answers, and the most tokens. What is more is no limit, but a slip.
const MAX_TURNS: u64 = 10_000;
const MAX_TOKENS: u64 = 1_000_000_000_000;

/// How much a turn may take; none: as much as it does by default. In the file: `{"turns": …, "tokens": …, "seconds": …}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitSettings {
    /// How many answers of the model, from 1 to 10,000.
    pub turns: Option<u32>,
    /// How many tokens its requests and answers may take together, at least 1.
    pub tokens: Option<u64>,
    /// How long it may last, from 1 to 604,800.
    pub seconds: Option<u64>,
}

/// What to change; `None` leaves a limit as it is, within: none for the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitChange {
    /// How many answers.
    pub turns: Option<Option<u64>>,
    /// How many tokens.
    pub tokens: Option<Option<u64>>,
    /// How many seconds.
    pub seconds: Option<Option<u64>>,
}

impl LimitSettings {
    /// What can't be a limit counts as absent.
    pub(crate) fn in_object(object: &JsonObject) -> Self {
        let number = |name: &str, most: u64| {
            let number: u64 = object.get(name)?.get().parse().ok()?;
            (1..=most).contains(&number).then_some(number)
        };
        Self {
            turns: number(TURNS, MAX_TURNS).and_then(|turns| u32::try_from(turns).ok()),
            tokens: number(TOKENS, MAX_TOKENS),
            seconds: number(SECONDS, MAX_SECONDS),
        }
    }
}

impl LimitChange {
    pub(crate) fn check(&self) -> Result<(), InvalidSetting> {
        for (name, change, most) in [
            ("limits.turns", self.turns, MAX_TURNS),
            ("limits.tokens", self.tokens, MAX_TOKENS),
            ("limits.seconds", self.seconds, MAX_SECONDS),
        ] {
            if change.flatten().is_some_and(|number| !(1..=most).contains(&number)) {
                return Err(InvalidSetting::Number { name, most });
            }
        }
        Ok(())
    }

    pub(crate) fn apply(&self, object: &mut JsonObject) -> Result<(), serde_json::Error> {
        for (name, change) in [(TURNS, self.turns), (TOKENS, self.tokens), (SECONDS, self.seconds)] {
            match change {
                Some(Some(number)) => object.set(name, &number)?,
                Some(None) => object.remove(name),
                None => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_a_limit_is_none() {
        let limits = |text: &str| LimitSettings::in_object(&JsonObject::parse(text.as_bytes()).unwrap());
        let whole = LimitSettings { turns: Some(3), tokens: Some(50_000), seconds: Some(60) };
        assert_eq!(limits(r#"{"turns": 3, "tokens": 50000, "seconds": 60}"#), whole);
        for wrong in [r#"{"turns": 0, "tokens": -1, "seconds": 1.5}"#, r#"{"turns": "3", "seconds": 604801}"#] {
            assert_eq!(limits(wrong), LimitSettings::default(), "{wrong}");
        }
    }
}
