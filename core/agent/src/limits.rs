//! How much a turn may take before it is ended in good order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use atelier_protocol::{StopReason, Usage};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many answers a turn may take, as the HTTP contract has it.
const MAX_ANSWERS: u32 = 50;

/// How much a turn may take. What is reached ends it: between two answers, with all of its calls settled; only the time
/// limit cuts off what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnLimits {
    /// How many answers of the model; at least 1.
    pub answers: u32,
    /// How many tokens its requests and answers may take together; none: any number.
    pub tokens: Option<u64>,
    /// How long it may last; none: as long as it takes.
    pub time: Option<Duration>,
}

impl Default for TurnLimits {
    fn default() -> Self {
        Self { answers: MAX_ANSWERS, tokens: None, time: None }
    }
}

/// What a turn has taken, held against its limits.
pub(crate) struct Budget {
    limits: TurnLimits,
    answers: u32,
    tokens: u64,
    out_of_time: Arc<AtomicBool>,
    _clock: Option<DropGuard>,
}

impl Budget {
    /// The clock runs from now on; when the time is up it cancels `stop`.
    pub(crate) fn new(limits: TurnLimits, stop: &CancellationToken) -> Self {
        let out_of_time = Arc::new(AtomicBool::new(false));
        let clock = limits.time.map(|time| {
            let (over, stop, noted) = (CancellationToken::new(), stop.clone(), Arc::clone(&out_of_time));
            let guard = over.clone().drop_guard();
            tokio::spawn(async move {
                if over.run_until_cancelled(tokio::time::sleep(time)).await.is_some() {
                    noted.store(true, Ordering::Release);
                    stop.cancel();
                }
            });
            guard
        });
        Self { limits, answers: 0, tokens: 0, out_of_time, _clock: clock }
    }

    /// Another turn begins; its time goes on with the first one's.
    pub(crate) fn begin_turn(&mut self) {
        (self.answers, self.tokens) = (0, 0);
    }

    /// An answer came, and its request took this much, as far as that is known.
    pub(crate) fn take(&mut self, usage: Option<&Usage>) {
        self.answers += 1;
        self.tokens = self.tokens.saturating_add(usage.map_or(0, Usage::context_tokens));
    }

    /// Which limit is reached, if one is.
    pub(crate) fn reached(&self) -> Option<StopReason> {
        if self.out_of_time() {
            return Some(StopReason::TimeLimit);
        }
        if self.limits.tokens.is_some_and(|most| self.tokens >= most) {
            return Some(StopReason::TokenLimit);
        }
        (self.answers >= self.limits.answers.max(1)).then_some(StopReason::TurnLimit)
    }

    pub(crate) fn out_of_time(&self) -> bool {
        self.out_of_time.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_is_reached_is_named_and_a_new_turn_begins_afresh() {
        let limits = TurnLimits { answers: 3, tokens: Some(100), time: None };
        let mut budget = Budget::new(limits, &CancellationToken::new());
        let usage = Usage { input_tokens: 60, output_tokens: 5, ..Usage::default() };
        budget.take(Some(&usage));
        assert_eq!(budget.reached(), None);
        budget.take(Some(&usage));
        assert_eq!(budget.reached(), Some(StopReason::TokenLimit));
        budget.begin_turn();
        (0..3).for_each(|_| budget.take(None));
        assert_eq!(budget.reached(), Some(StopReason::TurnLimit));
    }
}
