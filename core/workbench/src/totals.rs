//! What turns consumed and cost: a fold over a session's log.

use atelier_llm::Cost;
use atelier_protocol::{EventBody, SessionEvent, Timestamp, TurnId, Usage};

/// What some model requests took together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many requests said what they took. One that failed before that is not among them.
    pub requests: u64,
    /// Their tokens.
    pub usage: Usage,
    /// What they cost, as far as prices are known.
    pub cost: Cost,
    /// How many of them are not in `cost`, because a price that they take is not known.
    pub unpriced: u64,
}

/// What one turn took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnTotals {
    /// The turn.
    pub turn: TurnId,
    /// Who answers it; empty if the log does not say so.
    pub provider: String,
    /// The model that answered last; until one has, the one that was asked for.
    pub model: String,
    /// Its requests.
    pub totals: Totals,
    /// How long its first request took to bring something of the answer, in milliseconds; none while nothing has come.
    pub first_token_ms: Option<u64>,
    /// From its start to its end, in milliseconds of the system's clock; none while it runs.
    pub duration_ms: Option<u64>,
    started_at: Option<Timestamp>,
}

/// What a session took. Fed with the log's events from the first one on, in order; an event that was already applied is
/// ignored. Made by [`Workbench::totals`](crate::Workbench::totals).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionTotals {
    /// The turns, in order.
    pub turns: Vec<TurnTotals>,
    /// All of them together.
    pub totals: Totals,
    /// Sequence number of the last event applied, 0 before the first.
    pub seq: u64,
}

impl Totals {
    fn add(&mut self, usage: Usage, cost: Option<Cost>) {
        self.requests += 1;
        self.usage.add(usage);
        self.cost += cost.unwrap_or_default();
        self.unpriced += u64::from(cost.is_none());
    }
}

impl SessionTotals {
    /// What is known of a turn.
    pub fn turn(&self, turn: TurnId) -> Option<&TurnTotals> {
        self.turns.iter().rfind(|totals| totals.turn == turn)
    }

    /// Folds more of the log in. `price` says what one request cost, from the provider, the model that answered, the
    /// tokens and the time.
    pub(crate) fn apply_all(
        &mut self,
        events: &[SessionEvent],
        price: impl Fn(&str, &str, &Usage, Timestamp) -> Option<Cost>,
    ) {
        for event in events {
            if event.seq > self.seq {
                self.seq = event.seq;
                self.apply(event, &price);
            }
        }
    }

    fn apply(&mut self, event: &SessionEvent, price: impl Fn(&str, &str, &Usage, Timestamp) -> Option<Cost>) {
        match &event.body {
            EventBody::TurnStarted { turn, provider, model } => {
                let totals = self.turn_mut(*turn);
                provider.clone_into(&mut totals.provider);
                model.clone_into(&mut totals.model);
                totals.started_at = Some(event.at);
            }
            // What stands before is a copy: it was another session's to pay.
            EventBody::SessionForked { .. } => {
                self.turns.clear();
                self.totals = Totals::default();
            }
            // Each request is priced by itself: a long one has prices of its own.
            EventBody::Usage { turn, model, usage, first_token_ms } => {
                let totals = self.turn_mut(*turn);
                let cost = price(&totals.provider, model, usage, event.at);
                model.clone_into(&mut totals.model);
                totals.first_token_ms = totals.first_token_ms.or(*first_token_ms);
                totals.totals.add(*usage, cost);
                self.totals.add(*usage, cost);
            }
            // A sub-agent's requests are one here; its own session has them one by one.
            EventBody::TaskFinished { provider, model, usage, .. } if *usage != Usage::default() => {
                let cost = price(provider, model, usage, event.at);
                if let Some(turn) = self.turns.last_mut() {
                    turn.totals.add(*usage, cost);
                }
                self.totals.add(*usage, cost);
            }
            EventBody::TurnFinished { turn, .. } => {
                let totals = self.turn_mut(*turn);
                let started = totals.started_at.map(Timestamp::as_millis);
                let duration = started.map(|started| event.at.as_millis().saturating_sub(started));
                // The clock may have been set back meanwhile.
                totals.duration_ms = duration.and_then(|duration| u64::try_from(duration).ok());
            }
            _ => {}
        }
    }

    /// The turn's entry. A log that does not tell of its start, in a way this version knows, still tells of its usage.
    fn turn_mut(&mut self, turn: TurnId) -> &mut TurnTotals {
        let known = self.turns.iter().rposition(|totals| totals.turn == turn);
        let at = known.unwrap_or_else(|| {
            self.turns.push(TurnTotals {
                turn,
                provider: String::new(),
                model: String::new(),
                totals: Totals::default(),
                first_token_ms: None,
                duration_ms: None,
                started_at: None,
            });
            self.turns.len() - 1
        });
        &mut self.turns[at]
    }
}

#[cfg(test)]
mod tests;
