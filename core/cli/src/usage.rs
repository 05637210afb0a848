//! What answers took and cost, as a line that people read.

use atelier_protocol::Usage;
use atelier_workbench::{Cost, SessionTotals, Totals, TurnTotals};

/// What a turn took; none if nobody said.
pub(crate) fn of_turn(turn: &TurnTotals) -> Option<String> {
    let usage = &turn.totals.usage;
    let cached = part(usage.cache_read_tokens, "cached");
    let mut parts = vec![input(usage, &cached), output(usage)];
    parts.extend(cost(&turn.totals));
    parts.extend(turn.first_token_ms.map(|ms| format!("first token {}", seconds(ms))));
    parts.extend(turn.duration_ms.map(seconds));
    (turn.totals.requests > 0).then(|| parts.join(" · "))
}

/// What a session took; none if nobody said.
pub(crate) fn of_session(session: &SessionTotals) -> Option<String> {
    let usage = &session.totals.usage;
    let cached = [part(usage.cache_read_tokens, "cached"), part(usage.cache_write_tokens, "written to the cache")];
    let turns = if session.turns.len() == 1 { "1 turn".to_owned() } else { format!("{} turns", session.turns.len()) };
    let mut parts = vec![turns, input(usage, &cached.concat()), output(usage)];
    parts.extend(cost(&session.totals));
    (session.totals.requests > 0).then(|| parts.join(" · "))
}

/// What the known prices make; none where no price is known.
pub(crate) fn cost(totals: &Totals) -> Option<String> {
    let at_least = if totals.unpriced > 0 { "at least " } else { "" };
    (totals.requests > totals.unpriced).then(|| format!("{at_least}{}", dollars(totals.cost)))
}

fn input(usage: &Usage, details: &[String]) -> String {
    let cached = usage.cache_read_tokens.saturating_add(usage.cache_write_tokens);
    with_details(format!("{} in", count(usage.input_tokens.saturating_add(cached))), details)
}

fn output(usage: &Usage) -> String {
    with_details(format!("{} out", count(usage.output_tokens)), &part(usage.reasoning_tokens, "thinking"))
}

fn part(tokens: u64, of: &str) -> Vec<String> {
    if tokens == 0 { Vec::new() } else { vec![format!("{} {of}", count(tokens))] }
}

fn with_details(text: String, details: &[String]) -> String {
    if details.is_empty() { text } else { format!("{text} ({})", details.join(", ")) }
}

/// A number of tokens in two or three digits.
fn count(tokens: u64) -> String {
    match tokens {
        ..1000 => tokens.to_string(),
        1000..9950 => tenths(tokens, 1000) + "k",
        9950..999_500 => format!("{}k", (tokens + 500) / 1000),
        999_500..9_950_000 => tenths(tokens, 1_000_000) + "M",
        _ => format!("{}M", tokens.saturating_add(500_000) / 1_000_000),
    }
}

fn seconds(ms: u64) -> String {
    match ms {
        ..9950 => tenths(ms, 1000) + " s",
        9950..59_500 => format!("{} s", (ms + 500) / 1000),
        _ => {
            let seconds = ms.saturating_add(500) / 1000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

/// With one decimal, unless that is 0.
fn tenths(number: u64, unit: u64) -> String {
    let tenths = (number + unit / 20) / (unit / 10);
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// Dollars and cents, and of less than a dollar two digits more.
fn dollars(cost: Cost) -> String {
    match cost.micro_dollars() {
        0 if cost == Cost::default() => "$0".to_owned(),
        ..50 => "<$0.0001".to_owned(),
        micro @ 50..999_950 => format!("$0.{:04}", (micro + 50) / 100),
        micro => {
            let cents = micro.saturating_add(5000) / 10_000;
            format!("${}.{:02}", cents / 100, cents % 100)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_people_read_them() {
        for (tokens, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1k"),
            (1249, "1.2k"),
            (9949, "9.9k"),
            (9950, "10k"),
            (12_345, "12k"),
            (999_499, "999k"),
            (999_500, "1M"),
            (1_250_000, "1.3M"),
            (12_000_000, "12M"),
            (u64::MAX, "18446744073709M"),
        ] {
            assert_eq!(count(tokens), text);
        }
        for (ms, text) in [
            (0, "0 s"),
            (49, "0 s"),
            (812, "0.8 s"),
            (2349, "2.3 s"),
            (9960, "10 s"),
            (59_499, "59 s"),
            (65_400, "1 min 5 s"),
        ] {
            assert_eq!(seconds(ms), text);
        }
    }

    #[test]
    fn a_line_says_what_is_known_and_nothing_else() {
        let usage = Usage { input_tokens: 300, cache_read_tokens: 900, output_tokens: 310, ..Usage::default() };
        let mut totals = Totals { requests: 1, usage, unpriced: 1, ..Totals::default() };
        let mut session = SessionTotals { totals, ..SessionTotals::default() };
        assert_eq!(of_session(&session).unwrap(), "0 turns · 1.2k in (900 cached) · 310 out");
        totals.requests = 2;
        totals.usage.cache_write_tokens = 100;
        totals.usage.reasoning_tokens = 200;
        session.totals = totals;
        let line = "0 turns · 1.3k in (900 cached, 100 written to the cache) · 310 out (200 thinking) · at least $0";
        assert_eq!(of_session(&session).unwrap(), line);
        session.totals.requests = 0;
        assert_eq!(of_session(&session), None);
    }
}
