//! The fold over logs of all shapes.

use std::sync::LazyLock;

use atelier_llm::Catalogue;
use atelier_protocol::{AgentState, ContentKind, ErrorCode, Json, MessageId, Role, TurnOutcome, merge_deltas};
use proptest::prelude::*;

use super::*;

/// A model that has two prices, by the length of the request.
const LONG_COSTS_MORE: (&str, &str) = ("google", "gemini-2.5-pro");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::builtin);

fn price(provider: &str, model: &str, usage: &Usage, at: Timestamp) -> Option<Cost> {
    CATALOGUE.find_for(provider, model)?.cost(usage, at)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_767_603_600_000 + millis)
}

fn log(bodies: Vec<EventBody>) -> Vec<SessionEvent> {
    bodies
        .into_iter()
        .zip(1_i64..)
        .map(|(body, seq)| SessionEvent { seq: seq.unsigned_abs(), at: at(seq), body })
        .collect()
}

fn started(turn: u64, provider: &str, model: &str) -> EventBody {
    EventBody::TurnStarted { turn: TurnId(turn), provider: provider.into(), model: model.into() }
}

fn finished(turn: u64) -> EventBody {
    EventBody::TurnFinished { turn: TurnId(turn), outcome: TurnOutcome::Completed, stop_reason: None }
}

fn used(turn: u64, model: &str, input: u64, output: u64) -> EventBody {
    let usage = Usage { input_tokens: input, output_tokens: output, ..Usage::default() };
    EventBody::Usage { turn: TurnId(turn), model: model.into(), usage, first_token_ms: None }
}

fn totals_of(events: &[SessionEvent]) -> SessionTotals {
    let mut totals = SessionTotals::default();
    totals.apply_all(events, price);
    totals
}

#[test]
fn a_copy_counts_from_where_it_goes_its_own_way() {
    let (provider, model) = LONG_COSTS_MORE;
    let forked = EventBody::SessionForked { from: atelier_protocol::SessionId::new(), up_to: 3 };
    let before = [started(1, provider, model), used(1, model, 150_000, 10), finished(1), forked];
    let own = [started(2, provider, model), used(2, model, 7, 1), finished(2)];
    assert_eq!(totals_of(&log(before.clone().into())).totals, Totals::default());
    let totals = totals_of(&log([before.to_vec(), own.to_vec()].concat()));
    assert_eq!((totals.turns.len(), totals.totals.usage.input_tokens), (1, 7));
}

#[test]
fn a_turn_of_two_requests_costs_what_each_of_them_costs() {
    let (provider, model) = LONG_COSTS_MORE;
    let turn = [started(1, provider, model), used(1, model, 150_000, 10), used(1, model, 150_000, 20), finished(1)];
    let totals = totals_of(&log(turn.into()));
    let one = |output| Usage { input_tokens: 150_000, output_tokens: output, ..Usage::default() };
    let expected = price(provider, model, &one(10), at(0)).unwrap() + price(provider, model, &one(20), at(0)).unwrap();
    assert_eq!(totals.totals.cost, expected);
    let both = Usage { input_tokens: 300_000, output_tokens: 30, ..Usage::default() };
    assert_ne!(price(provider, model, &both, at(0)), Some(expected), "together they would be a long request");
    assert_eq!((totals.totals.requests, totals.totals.usage, totals.totals.unpriced), (2, both, 0));
    let turn = totals.turn(TurnId(1)).unwrap();
    assert_eq!((turn.totals, turn.duration_ms), (totals.totals, Some(3)));
}

#[test]
fn what_has_no_known_price_is_counted_and_not_guessed() {
    let events = log(vec![
        started(1, "anthropic", "claude-sonnet-4-5"),
        used(1, "claude-sonnet-4-5", 1000, 500),
        used(1, "claude-of-tomorrow", 1000, 500),
        finished(1),
        started(2, "compatible", "claude-sonnet-4-5"),
        used(2, "claude-sonnet-4-5", 1000, 500),
    ]);
    let totals = totals_of(&events);
    assert_eq!((totals.totals.requests, totals.totals.unpriced), (3, 2));
    assert_eq!(totals.totals.cost.to_string(), "0.010500");
    let turn = totals.turn(TurnId(1)).unwrap();
    assert_eq!((turn.model.as_str(), turn.totals.unpriced), ("claude-of-tomorrow", 1));
    let running = totals.turn(TurnId(2)).unwrap();
    assert_eq!((running.duration_ms, running.totals.unpriced), (None, 1));
    assert_eq!(totals.turn(TurnId(3)), None);
}

#[test]
fn the_first_token_of_a_turn_is_that_of_its_first_answer() {
    let after = |first_token_ms| match used(1, "demo", 1, 1) {
        EventBody::Usage { turn, model, usage, .. } => EventBody::Usage { turn, model, usage, first_token_ms },
        other => other,
    };
    let bodies = vec![started(1, "demo", "demo"), after(None), after(Some(800)), after(Some(90))];
    assert_eq!(totals_of(&log(bodies)).turns[0].first_token_ms, Some(800));
}

#[test]
fn a_turn_without_an_answer_took_nothing_and_is_there() {
    let failed = EventBody::Error { code: ErrorCode::LlmApiError, message: "No.".into() };
    let totals = totals_of(&log(vec![started(1, "anthropic", "claude-sonnet-4-5"), failed, finished(1)]));
    assert_eq!(totals.totals, Totals::default());
    assert_eq!(totals.turns.len(), 1);
}

#[test]
fn usage_of_a_turn_whose_start_can_not_be_read_is_not_lost() {
    let fields = [("type".to_owned(), Json::from("turn.started"))].into_iter().collect();
    let totals = totals_of(&log(vec![EventBody::Unknown(fields), used(1, "claude-sonnet-4-5", 10, 1), finished(1)]));
    assert_eq!((totals.totals.requests, totals.totals.unpriced), (1, 1));
    assert_eq!(totals.turns[0].duration_ms, None);
}

#[test]
fn a_clock_that_was_set_back_gives_no_duration() {
    let mut events = log(vec![started(1, "demo", "demo"), finished(1)]);
    events[1].at = at(-60_000);
    assert_eq!(totals_of(&events).turns[0].duration_ms, None);
}

/// An event of a log, whatever came before it.
fn any_event() -> impl Strategy<Value = EventBody> {
    let model = prop::sample::select(vec!["claude-sonnet-4-5", "gemini-2.5-pro", "nobody-knows"]);
    let provider = prop::sample::select(vec!["anthropic", "google", "compatible"]);
    let turn = 1..4_u64;
    let text = |message| EventBody::MessageDelta { message: MessageId(message), text: "word ".into() };
    let message = |message, turn| EventBody::MessageStarted {
        message: MessageId(message),
        turn: TurnId(turn),
        role: Role::Assistant,
        content: ContentKind::Text,
    };
    prop_oneof![
        (turn.clone(), provider, model.clone()).prop_map(|(turn, provider, model)| started(turn, provider, model)),
        (turn.clone(), model, 0..400_000_u64, 0..u64::MAX)
            .prop_map(|(turn, model, input, output)| used(turn, model, input, output)),
        turn.clone().prop_map(finished),
        (1..5_u64, turn).prop_map(move |(id, turn)| message(id, turn)),
        (1..5_u64).prop_map(text),
        Just(EventBody::StateChanged { state: AgentState::Error }),
        Just(EventBody::Unknown([("type".to_owned(), Json::from("retry.waiting"))].into_iter().collect())),
    ]
}

proptest! {
    #[test]
    fn nothing_is_counted_twice_or_left_out(bodies in prop::collection::vec(any_event(), 0..60)) {
        let events = log(bodies);
        let totals = totals_of(&events);
        let mut expected = Usage::default();
        let mut requests = 0;
        for event in &events {
            if let EventBody::Usage { usage, .. } = &event.body {
                expected.add(*usage);
                requests += 1;
            }
        }
        prop_assert_eq!((totals.totals.usage, totals.totals.requests), (expected, requests));
        let of_turns = |part: fn(&Totals) -> u64| totals.turns.iter().map(|turn| part(&turn.totals)).sum::<u64>();
        prop_assert_eq!(of_turns(|totals| totals.requests), totals.totals.requests);
        prop_assert_eq!(of_turns(|totals| totals.unpriced), totals.totals.unpriced);
        prop_assert_eq!(totals.turns.iter().map(|turn| turn.totals.cost).sum::<Cost>(), totals.totals.cost);
        prop_assert_eq!(totals.seq, events.last().map_or(0, |event| event.seq));
    }

    #[test]
    fn how_the_log_is_read_makes_no_difference(
        bodies in prop::collection::vec(any_event(), 0..60),
        page in 1_usize..20,
        overlap in 0_usize..5,
    ) {
        let events = log(bodies);
        let whole = totals_of(&events);
        let mut paged = SessionTotals::default();
        for start in (0..events.len()).step_by(page) {
            let end = (start + page).min(events.len());
            paged.apply_all(&events[start.saturating_sub(overlap)..end], price);
        }
        prop_assert_eq!(&paged, &whole);
        // A reader that is behind gets deltas merged, under the number of the last one.
        prop_assert_eq!(&totals_of(&merge_deltas(events, 1000)), &whole);
    }
}
