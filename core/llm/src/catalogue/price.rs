//! What tokens cost, in whole numbers all the way: a sum of many turns loses nothing.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign},
    str::FromStr,
};

use atelier_protocol::{Timestamp, Usage};
use serde::{Deserialize, Deserializer, de};

/// A price of a million tokens, in millionths of a US dollar. In JSON a decimal number as text, in dollars: `"0.075"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price(u64);

/// Text that is no price.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no price: give dollars for a million tokens, with at most six decimals, such as 0.075.")]
pub struct InvalidPrice(String);

impl FromStr for Price {
    type Err = InvalidPrice;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidPrice(text.chars().take(20).collect());
        let (dollars, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        // Six digits of dollars are more than anyone asks, and no product of such a price overflows.
        if !digits(dollars) || !digits(decimals) || dollars.len() > 6 || decimals.len() > 6 {
            return Err(invalid());
        }
        format!("{dollars}{decimals:0<6}").parse().map(Self).map_err(|_| invalid())
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The prices of a model under some condition. One that is missing is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rate {
    /// The first day on which it holds, `2026-12-01`; none: always.
    pub from: Option<String>,
    /// It holds for requests with more input tokens than this, cached ones included; none: for all.
    pub over: Option<u64>,
    /// Input that is not cached.
    pub input: Option<Price>,
    /// Output, thinking included.
    pub output: Option<Price>,
    /// Input read from the cache.
    pub cache_read: Option<Price>,
    /// Input written to the cache, for the vendor's shortest time.
    pub cache_write: Option<Price>,
}

impl Rate {
    /// Whether it holds for a request of this size on this day (`2026-12-01`).
    fn holds(&self, input_tokens: u64, day: &str) -> bool {
        self.from.as_deref().is_none_or(|from| from <= day) && self.over.is_none_or(|over| input_tokens > over)
    }

    /// What one request costs; none if it used something whose price is not known.
    fn cost(&self, usage: &Usage) -> Option<Cost> {
        [
            (usage.input_tokens, self.input),
            (usage.output_tokens, self.output),
            (usage.cache_read_tokens, self.cache_read),
            (usage.cache_write_tokens, self.cache_write),
        ]
        .into_iter()
        .filter(|(tokens, _)| *tokens > 0)
        .map(|(tokens, price)| Some(Cost { picodollars: u128::from(tokens) * u128::from(price?.0) }))
        .sum()
    }
}

/// What one request with this usage costs at this time. The last rate that holds counts.
pub(super) fn cost(rates: &[Rate], usage: &Usage, at: Timestamp) -> Option<Cost> {
    let input = [usage.input_tokens, usage.cache_read_tokens, usage.cache_write_tokens];
    let input = input.into_iter().fold(0, u64::saturating_add);
    let time = at.to_string();
    let day = time.get(..10)?;
    rates.iter().rev().find(|rate| rate.holds(input, day))?.cost(usage)
}

/// An amount of money, exact: a millionth of a price of a million tokens is a millionth of a millionth of a dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cost {
    picodollars: u128,
}

impl Cost {
    /// Millionths of a US dollar, rounded to the nearest; half is rounded up.
    pub fn micro_dollars(self) -> u64 {
        u64::try_from(self.picodollars.saturating_add(500_000) / 1_000_000).unwrap_or(u64::MAX)
    }
}

/// Dollars with six decimals, without a sign: `0.012346`.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micro = self.micro_dollars();
        write!(f, "{}.{:06}", micro / 1_000_000, micro % 1_000_000)
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { picodollars: self.picodollars.saturating_add(other.picodollars) }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn rate() -> Rate {
        let [input, output, cache_read, cache_write] = ["3", "15", "0.3", "3.75"].map(|text| Some(price(text)));
        Rate { input, output, cache_read, cache_write, ..Rate::default() }
    }

    fn usage(input: u64, output: u64, read: u64, write: u64) -> Usage {
        Usage {
            input_tokens: input,
            output_tokens: output,
            cache_read_tokens: read,
            cache_write_tokens: write,
            reasoning_tokens: output,
        }
    }

    fn at(day: &str) -> Timestamp {
        format!("{day}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn a_price_is_read_exactly_or_not_at_all() {
        for (text, micro) in [("3", 3_000_000), ("0.075", 75_000), ("12.500001", 12_500_001), ("0.000001", 1), ("0", 0)]
        {
            assert_eq!(text.parse(), Ok(Price(micro)), "{text}");
        }
        for wrong in ["", ".5", "5.", "-1", "+1", "1e3", "0.0000001", "1,5", " 1", "1234567", "١"] {
            assert_eq!(wrong.parse::<Price>(), Err(InvalidPrice(wrong.into())), "{wrong}");
        }
    }

    #[test]
    fn a_request_costs_each_kind_of_token_at_its_price() {
        let cost = |usage| cost(&[rate()], &usage, at("2026-01-05")).unwrap();
        assert_eq!(cost(usage(1_000_000, 0, 0, 0)).to_string(), "3.000000");
        assert_eq!(cost(usage(12, 7, 5, 3)), Cost { picodollars: 36_000_000 + 105_000_000 + 1_500_000 + 11_250_000 });
        assert_eq!(cost(usage(12, 7, 5, 3)).micro_dollars(), 154);
        assert_eq!(cost(usage(0, 0, 0, 0)), Cost::default());
    }

    #[test]
    fn a_thousand_small_turns_cost_a_thousand_times_one() {
        let one = cost(&[rate()], &usage(0, 0, 1, 0), at("2026-01-05")).unwrap();
        assert_eq!(one.micro_dollars(), 0);
        assert_eq!((0..1000).map(|_| one).sum::<Cost>().micro_dollars(), 300);
    }

    #[test]
    fn the_last_rate_that_holds_counts() {
        let long = Rate { over: Some(100), input: Some(price("6")), ..Rate::default() };
        let later = Rate { from: Some("2026-12-01".into()), input: Some(price("9")), ..Rate::default() };
        let of = |input, day| cost(&[rate(), long.clone(), later.clone()], &usage(input, 0, 0, 0), at(day));
        assert_eq!(of(100, "2026-11-30").unwrap().micro_dollars(), 300);
        assert_eq!(of(101, "2026-11-30").unwrap().micro_dollars(), 606);
        assert_eq!(of(101, "2026-12-01").unwrap().micro_dollars(), 909);
        let by_cache = cost(&[rate(), long], &usage(1, 0, 60, 40), at("2026-01-05"));
        assert_eq!(by_cache, None, "the size is that of the whole input, and the rate for it knows no cache");
    }

    #[test]
    fn what_has_no_known_price_makes_no_cost_up() {
        let partial = Rate { cache_write: None, ..rate() };
        assert!(cost(std::slice::from_ref(&partial), &usage(1, 1, 1, 0), at("2026-01-05")).is_some());
        assert_eq!(cost(&[partial], &usage(1, 1, 1, 1), at("2026-01-05")), None);
        assert_eq!(cost(&[], &usage(1, 0, 0, 0), at("2026-01-05")), None);
    }

    proptest! {
        #[test]
        fn no_amount_overflows_and_parts_add_up(input: u64, output: u64, micro in 0..1_000_000_000_000_u64) {
            let rate = Rate { input: Some(Price(micro)), output: Some(Price(micro)), ..Rate::default() };
            let cost = |input, output| rate.cost(&usage(input, output, 0, 0)).unwrap();
            prop_assert_eq!(cost(input, output), cost(input, 0) + cost(0, output));
            prop_assert!(cost(input, 0).micro_dollars() <= cost(input, output).micro_dollars());
        }
    }
}
