//! When a request that failed is sent again.

use std::time::Duration;

/// How often a request is sent and how long the waits between are: `first`, then each twice as long as the one before,
/// all with up to a quarter more or less, so that those who failed together do not come back together. What the
/// provider asks for counts instead. No wait is longer than `longest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included; 0 is taken as 1.
    pub attempts: u32,
    /// The first wait.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    /// 4 attempts with 2, 4 and 8 s between, at most a minute.
    fn default() -> Self {
        Self { attempts: 4, first: Duration::from_secs(2), longest: Duration::from_mins(1) }
    }
}

impl RetryPolicy {
    /// How long to wait before the given attempt, the first of which is 1; none when it would be one too many.
    /// `asked`: how long the provider wants us to wait.
    pub(crate) fn wait_before(&self, attempt: u32, asked: Option<Duration>) -> Option<Duration> {
        self.wait_with(attempt, asked, getrandom::u32().unwrap_or(u32::MAX / 2))
    }

    /// The same with the given luck.
    fn wait_with(&self, attempt: u32, asked: Option<Duration>, luck: u32) -> Option<Duration> {
        let doubled = attempt.checked_sub(2)?;
        if attempt > self.attempts {
            return None;
        }
        let own = || {
            let wait = self.first.saturating_mul(2_u32.saturating_pow(doubled)).min(self.longest);
            wait.mul_f64(0.75 + 0.5 * f64::from(luck) / f64::from(u32::MAX))
        };
        Some(asked.unwrap_or_else(own).min(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn by_default_there_are_four_attempts_with_two_four_and_eight_seconds_between() {
        let waits: Vec<_> =
            (1..=5).map(|attempt| RetryPolicy::default().wait_with(attempt, None, u32::MAX / 2)).collect();
        let rounded: Vec<_> = waits.iter().map(|wait| wait.map(|wait| wait.as_secs_f64().round())).collect();
        assert_eq!(rounded, [None, Some(2.0), Some(4.0), Some(8.0), None]);
    }

    #[test]
    fn what_the_provider_asks_for_counts_up_to_a_minute() {
        let asked = |wait| RetryPolicy::default().wait_before(2, Some(wait));
        assert_eq!(asked(Duration::ZERO), Some(Duration::ZERO));
        assert_eq!(asked(7 * SECOND), Some(7 * SECOND));
        assert_eq!(asked(3600 * SECOND), Some(60 * SECOND));
        assert_eq!(RetryPolicy::default().wait_before(5, Some(SECOND)), None);
    }

    proptest! {
        #[test]
        fn a_wait_is_a_quarter_more_or_less_than_twice_the_one_before_and_never_too_long(
            attempts in 0_u32..100, first in 0_u64..100_000, longest in 0_u64..100_000,
            attempt in 0_u32..120, luck in any::<u32>(),
        ) {
            let (first, longest) = (Duration::from_millis(first), Duration::from_millis(longest));
            let policy = RetryPolicy { attempts, first, longest };
            let wait = policy.wait_with(attempt, None, luck);
            prop_assert_eq!(wait.is_some(), (2..=attempts).contains(&attempt));
            if let Some(wait) = wait {
                let middle = first.as_secs_f64() * 2_f64.powi(i32::try_from(attempt).unwrap() - 2);
                let middle = middle.min(longest.as_secs_f64());
                prop_assert!(wait <= longest);
                prop_assert!(wait.as_secs_f64() >= middle * 0.749 && wait.as_secs_f64() <= middle * 1.251);
            }
        }
    }
}
