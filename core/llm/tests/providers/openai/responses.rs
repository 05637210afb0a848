//! The Responses stream, event by event.

use atelier_llm::{BlockKind, ModelEvent, ProviderError};
use atelier_protocol::{StopReason, Usage};
use fake_model_server::{Reply, Step};
use serde_json::{Value as Json, json};

use super::{answer_from, any_split_is_the_same_answer, responses_at, strings};
use crate::text_of;

const RECORDED: &str = include_str!("responses.sse");

async fn answer_to(reply: Reply) -> (Vec<ModelEvent>, Option<ProviderError>) {
    answer_from(responses_at, reply).await
}

#[tokio::test]
async fn a_recorded_answer_with_one_of_everything_comes_out_whole() {
    use ModelEvent::{BlockFinished, BlockStarted, Finished, Started, TextDelta, ThinkingDelta, ToolInputDelta};
    let part = |text: &str| json!({"type": "summary_text", "text": text});
    let reasoning = json!({
        "type": "reasoning", "id": "rs_1", "encrypted_content": "gAAAAA-whole+/=",
        "summary": [part("**Looking around**"), part("Two files.")],
    });
    let call = |id: &str, name: &str| BlockKind::ToolUse { id: id.into(), name: name.into() };
    let input = |index, json: &str| ToolInputDelta { index, partial_json: json.into() };
    let usage = Usage {
        input_tokens: 12,
        output_tokens: 64,
        cache_read_tokens: 100,
        cache_write_tokens: 8,
        reasoning_tokens: 48,
    };
    let expected = vec![
        Started { model: "gpt-5.2-2026-01-05".into() },
        BlockStarted { index: 0, block: BlockKind::Thinking },
        ThinkingDelta { index: 0, text: "**Looking around**\n\nTwo files.".into() },
        BlockFinished { index: 0, vendor: Some(reasoning) },
        BlockStarted { index: 1, block: BlockKind::Text },
        TextDelta { index: 1, text: "Grüße, 😀 \"quoted\"\n".into() },
        BlockFinished { index: 1, vendor: Some(json!({"type": "message", "phase": "commentary"})) },
        BlockStarted { index: 2, block: call("call_a", "read_file") },
        input(2, "{\"path\":"),
        BlockStarted { index: 3, block: call("call_b", "list") },
        input(3, "{}"),
        input(2, "\"a b\"}"),
        BlockFinished { index: 2, vendor: None },
        BlockFinished { index: 3, vendor: None },
        ModelEvent::Usage(usage),
        Finished { stop_reason: Some(StopReason::ToolUse) },
    ];
    let reply = Reply::steps([Step::Raw(RECORDED.to_owned())]);
    assert_eq!(answer_to(reply).await, (expected, None));
}

#[test]
fn a_recorded_answer_cut_anywhere_is_the_same_answer() {
    any_split_is_the_same_answer(responses_at, RECORDED);
}

#[tokio::test]
async fn an_answer_without_its_end_has_ended_unexpectedly() {
    let open = || vec![Step::Start, Step::Text(strings(&["Hel", "lo"]))];
    for end in [vec![], vec![Step::Raw("data: [DONE]\n\n".into())], vec![Step::Close], vec![Step::Reset]] {
        let (events, error) = answer_to(Reply::steps([open(), end].concat())).await;
        assert_eq!((text_of(&events).as_str(), error), ("Hello", Some(ProviderError::CutOff)));
    }
}

#[tokio::test]
async fn every_end_has_its_reason() {
    for (text, reason) in [
        ("end_turn", StopReason::EndTurn),
        ("max_tokens", StopReason::MaxTokens),
        ("refusal", StopReason::Refusal),
        ("model_tired", StopReason::Other("model_tired".into())),
    ] {
        let (events, error) = answer_to(Reply::steps([Step::Start, Step::Stop(text.to_owned())])).await;
        assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(reason) }), "{text}");
        assert_eq!(error, None);
    }
}

fn event(kind: &str, mut data: Json) -> Step {
    data["type"] = kind.into();
    Step::Event(kind.to_owned(), data)
}

fn added(index: u32, item: &Json) -> Step {
    event("response.output_item.added", json!({"output_index": index, "item": item}))
}

fn item_done(index: u32, item: &Json) -> Step {
    event("response.output_item.done", json!({"output_index": index, "item": item}))
}

fn text_delta(index: u32, text: &str) -> Step {
    event("response.output_text.delta", json!({"output_index": index, "content_index": 0, "delta": text}))
}

#[tokio::test]
async fn a_refusal_is_shown_and_named() {
    let item = json!({"type": "message", "id": "m", "content": []});
    let refusal = |text: &str| event("response.refusal.delta", json!({"output_index": 0, "delta": text}));
    let part = json!({"type": "refusal", "refusal": "I can't."});
    let done = item_done(0, &json!({"type": "message", "id": "m", "content": [part]}));
    for steps in [vec![added(0, &item), refusal("I "), refusal("can't."), done.clone()], vec![done.clone()]] {
        let (events, error) = answer_to(Reply::message(steps)).await;
        assert_eq!((text_of(&events).as_str(), error), ("I can't.", None));
        assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(StopReason::Refusal) }));
    }
}

#[tokio::test]
async fn open_models_plain_reasoning_is_thinking_and_does_not_go_back() {
    let item = json!({"type": "reasoning", "id": "rs", "summary": []});
    let delta = |part: u32, text: &str| {
        event("response.reasoning_text.delta", json!({"output_index": 0, "content_index": part, "delta": text}))
    };
    let steps = [added(0, &item), delta(0, "Hm"), delta(0, "m."), delta(1, "Yes."), item_done(0, &item)];
    let (events, _) = answer_to(Reply::message(steps)).await;
    assert!(events.contains(&ModelEvent::ThinkingDelta { index: 0, text: "Hmm.\n\nYes.".into() }), "{events:?}");
    assert!(events.contains(&ModelEvent::BlockFinished { index: 0, vendor: None }), "{events:?}");
}

#[tokio::test]
async fn items_that_come_only_whole_are_understood() {
    let text = json!({"type": "message", "id": "m", "content": [{"type": "output_text", "text": "Hello"}]});
    let call = json!({"type": "function_call", "call_id": "c", "name": "list", "arguments": "{\"a\":1}"});
    let content = json!([{"type": "reasoning_text", "text": "Hm"}]);
    let thinking = json!({"type": "reasoning", "id": "r", "summary": [], "content": content});
    let steps = [item_done(0, &thinking), item_done(1, &text), added(2, &call), item_done(2, &call)];
    let (events, error) = answer_to(Reply::message(steps)).await;
    assert_eq!((text_of(&events).as_str(), error), ("Hello", None));
    assert!(events.contains(&ModelEvent::ThinkingDelta { index: 0, text: "Hm".into() }));
    assert!(events.contains(&ModelEvent::ToolInputDelta { index: 2, partial_json: "{\"a\":1}".into() }));
}

/// A complete answer that says "before" and "after", with another thing in between.
fn with_between(step: Option<Step>) -> Reply {
    let item = json!({"type": "message", "id": "m", "content": []});
    let (before, after) = (text_delta(0, "before "), text_delta(0, "after"));
    let steps = [added(0, &item), before].into_iter().chain(step).chain([after, item_done(0, &item)]);
    Reply::message(steps)
}

#[tokio::test]
async fn what_is_unknown_or_says_nothing_is_passed_over() {
    let (plain, _) = answer_to(with_between(None)).await;
    assert_eq!(text_of(&plain), "before after");
    let harmless = [
        event("keepalive", json!({})),
        event("response.output_text.annotation.added", json!({"output_index": 0, "annotation": {"odd": []}})),
        event("response.shiny.delta", json!({"delta": {"odd": 1}})),
        event("response.audio.delta", json!({"delta": "UklGRg=="})),
        event("response.web_search_call.searching", json!({"output_index": 7})),
        Step::Event(String::new(), json!({})),
        Step::Raw("event: keepalive\ndata: not JSON\n\n".into()),
        Step::Raw("data: [DONE]\n\n: comment\n\n".into()),
        text_delta(0, ""),
        added(8, &json!({"type": "shiny_call", "name": {"odd": true}})),
        item_done(9, &json!({"type": "web_search_call", "id": "ws", "action": {"query": "x"}})),
    ];
    for step in harmless {
        assert_eq!(answer_to(with_between(Some(step.clone()))).await, (plain.clone(), None), "{step:?}");
    }
}

#[tokio::test]
async fn a_known_event_that_can_not_be_read_is_an_error_and_not_a_gap() {
    let message = json!({"type": "message", "content": []});
    let broken = [
        Step::Raw("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\n\n".into()),
        Step::Raw("data: not JSON\n\n".into()),
        event("response.output_text.delta", json!({"output_index": 0, "delta": 5})),
        event("response.output_text.delta", json!({"output_index": 0})),
        event("response.output_text.delta", json!({"delta": "private"})),
        text_delta(5, "private"),
        event("response.function_call_arguments.delta", json!({"output_index": 0, "delta": "private"})),
        added(0, &message),
        added(1, &json!({"type": "function_call", "name": "private"})),
        added(1, &json!({"private": 1})),
        event("response.output_item.done", json!({"item": message})),
        event("response.completed", json!({"response": {"usage": {"input_tokens": "private"}}})),
    ];
    for step in broken {
        let (events, error) = answer_to(with_between(Some(step.clone()))).await;
        assert_eq!(text_of(&events), "before ", "{step:?}");
        assert!(matches!(error, Some(ProviderError::Malformed { .. })), "{step:?}: {error:?}");
        assert!(!format!("{error:?}").contains("private"), "{error:?}");
    }
}

#[tokio::test]
async fn an_error_in_the_middle_of_an_answer_ends_it_with_the_vendors_words() {
    let failed = |code: &str| {
        let error = json!({"code": code, "message": "Out of paper"});
        event("response.failed", json!({"response": {"status": "failed", "error": error}}))
    };
    let flat = |code: &Json| event("error", json!({"code": code, "message": "Out of paper", "param": null}));
    let nested = json!({"error": {"type": "invalid_request_error", "code": "context_length_exceeded", "message": "Out of paper"}});
    for (step, expected) in [
        (failed("server_error"), "has a problem of its own"),
        (failed("rate_limit_exceeded"), "limits how much"),
        (failed("invalid_prompt"), "broke the answer off"),
        (flat(&json!("server_error")), "has a problem of its own"),
        (flat(&json!(null)), "broke the answer off"),
        (event("error", nested), "is longer than the model"),
    ] {
        let (events, error) = answer_to(with_between(Some(step.clone()))).await;
        let sentence = error.unwrap().to_string();
        assert_eq!(text_of(&events), "before ");
        assert!(sentence.contains(expected) && sentence.contains("Out of paper"), "{step:?}: {sentence}");
    }
}
