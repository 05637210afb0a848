//! What turns took and cost, for Swift.

use atelier_workbench as facade;

use crate::TokenUsage;

/// What some model requests took together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Totals {
    /// How many requests said what they took.
    pub requests: u64,
    /// Their tokens.
    pub usage: TokenUsage,
    /// What they cost as far as prices are known, in millionths of a US dollar, rounded.
    pub cost_micro_dollars: u64,
    /// How many of them are not in the cost, because a price is not known. When that is all of them, no cost should be
    /// shown; when it is some, the cost is the least it can be.
    pub unpriced: u64,
}

/// What one turn took.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TurnTotals {
    /// Number of the turn in its session.
    pub turn: u64,
    /// Who answers it.
    pub provider: String,
    /// The model that answered last; until one has, the one that was asked for.
    pub model: String,
    /// Its requests.
    pub totals: Totals,
    /// How long its first request took to bring something of the answer, in milliseconds; None while nothing has come.
    pub first_token_ms: Option<u64>,
    /// From its start to its end, in milliseconds; None while it runs.
    pub duration_ms: Option<u64>,
}

/// What a session took.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SessionTotals {
    /// The turns, in order.
    pub turns: Vec<TurnTotals>,
    /// All of them together.
    pub totals: Totals,
}

impl From<facade::Totals> for Totals {
    fn from(totals: facade::Totals) -> Self {
        Self {
            requests: totals.requests,
            usage: totals.usage.into(),
            cost_micro_dollars: totals.cost.micro_dollars(),
            unpriced: totals.unpriced,
        }
    }
}

impl From<facade::TurnTotals> for TurnTotals {
    fn from(totals: facade::TurnTotals) -> Self {
        Self {
            turn: totals.turn.0,
            provider: totals.provider,
            model: totals.model,
            totals: totals.totals.into(),
            first_token_ms: totals.first_token_ms,
            duration_ms: totals.duration_ms,
        }
    }
}

impl From<facade::SessionTotals> for SessionTotals {
    fn from(totals: facade::SessionTotals) -> Self {
        Self { turns: totals.turns.into_iter().map(Into::into).collect(), totals: totals.totals.into() }
    }
}

#[cfg(test)]
mod tests {
    use atelier_protocol::Usage;

    use super::*;

    #[test]
    fn totals_keep_every_field() {
        let usage = Usage { input_tokens: 1, output_tokens: 2, ..Usage::default() };
        let totals = facade::Totals { requests: 3, usage, unpriced: 1, ..facade::Totals::default() };
        let expected = Totals { requests: 3, usage: usage.into(), cost_micro_dollars: 0, unpriced: 1 };
        assert_eq!(Totals::from(totals), expected);
        let session = facade::SessionTotals { totals, ..facade::SessionTotals::default() };
        assert_eq!(SessionTotals::from(session), SessionTotals { turns: Vec::new(), totals: expected });
    }
}
