use proptest::prelude::*;
use serde_json::json;

use super::*;

fn delta(seq: u64, message: u64, text: &str) -> SessionEvent {
    let body = EventBody::MessageDelta { message: MessageId(message), text: text.to_owned() };
    SessionEvent { seq, at: Timestamp::from_millis(i64::try_from(seq).unwrap()), body }
}

#[test]
fn an_event_is_one_flat_json_object() {
    let event = SessionEvent {
        seq: 7,
        at: Timestamp::from_millis(1_767_603_600_000),
        body: EventBody::TurnFinished {
            turn: TurnId(1),
            outcome: TurnOutcome::Completed,
            stop_reason: Some(StopReason::EndTurn),
        },
    };
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(
        text,
        r#"{"seq":7,"at":"2026-01-05T09:00:00.000Z","type":"turn.finished","turn":1,"outcome":"completed","stop_reason":"end_turn"}"#
    );
    assert_eq!(serde_json::from_str::<SessionEvent>(&text).unwrap(), event);
}

#[test]
fn a_wait_says_why_for_which_attempt_and_how_long() {
    let body = EventBody::ModelWaiting {
        turn: TurnId(1),
        reason: WaitReason::RateLimit,
        attempt: 1,
        attempts: 4,
        wait_ms: 750,
    };
    let text = r#"{"type":"model.waiting","turn":1,"reason":"rate_limit","attempt":1,"attempts":4,"wait_ms":750}"#;
    assert_eq!(serde_json::to_string(&body).unwrap(), text);
    assert_eq!(serde_json::from_str::<EventBody>(text).unwrap(), body);
}

#[test]
fn an_unknown_kind_is_kept_and_passed_on_unchanged() {
    let text = r#"{"seq":3,"at":"2026-01-05T09:00:00.000Z","type":"tool.progress","z":[1,{"b":null}],"a":1.5}"#;
    let event: SessionEvent = serde_json::from_str(text).unwrap();
    assert_eq!(event.body.kind(), "tool.progress");
    assert!(matches!(event.body, EventBody::Unknown(_)));
    assert_eq!(serde_json::to_string(&event).unwrap(), text);
}

#[test]
fn a_known_kind_in_an_unknown_shape_is_kept_too() {
    let body: EventBody = serde_json::from_value(json!({"type": "state.changed", "state": "dreaming"})).unwrap();
    assert!(matches!(body, EventBody::Unknown(_)));
    assert_eq!(body.kind(), "state.changed");
}

#[test]
fn unknown_reasons_and_codes_keep_their_text() {
    let reason: StopReason = serde_json::from_str("\"model_tired\"").unwrap();
    assert_eq!(reason, StopReason::Other("model_tired".to_owned()));
    assert_eq!(serde_json::to_string(&ErrorCode::LlmApiError).unwrap(), "\"LLM_API_ERROR\"");
    assert_eq!(serde_json::to_string(&ErrorCode::Other("TEAPOT".into())).unwrap(), "\"TEAPOT\"");
}

proptest! {
    #[test]
    fn merging_keeps_every_text_in_order_and_the_last_number(
        parts in prop::collection::vec((1_u64..4, "[a-zé]{0,6}"), 0..40),
        max_text in 1_usize..20,
    ) {
        let events: Vec<_> =
            parts.iter().zip(1..).map(|((message, text), seq)| delta(seq, *message, text)).collect();
        let merged = merge_deltas(events.clone(), max_text);
        let text_of = |events: &[SessionEvent], wanted: u64| -> String {
            events.iter().filter_map(|event| match &event.body {
                EventBody::MessageDelta { message, text } if message.0 == wanted => Some(text.as_str()),
                _ => None,
            }).collect()
        };
        for message in 1..4 {
            prop_assert_eq!(text_of(&merged, message), text_of(&events, message));
        }
        prop_assert_eq!(merged.last().map(|event| event.seq), events.last().map(|event| event.seq));
        prop_assert!(merged.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    }
}
