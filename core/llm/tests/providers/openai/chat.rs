//! The Chat Completions stream as OpenAI sends it.

use atelier_llm::{BlockKind, ModelEvent, ProviderError};
use atelier_protocol::{StopReason, Usage};
use fake_model_server::{Reply, Step};
use serde_json::json;

use super::{answer_from, any_split_is_the_same_answer, chunks, openai_chat_at, strings};
use crate::text_of;

const RECORDED: &str = include_str!("chat.sse");

async fn answer_to(reply: Reply) -> (Vec<ModelEvent>, Option<ProviderError>) {
    answer_from(openai_chat_at, reply).await
}

#[tokio::test]
async fn a_recorded_answer_with_text_and_parallel_calls_comes_out_whole() {
    use ModelEvent::{BlockFinished, BlockStarted, Finished, Started, TextDelta, ToolInputDelta};
    let call = |id: &str, name: &str| BlockKind::ToolUse { id: id.into(), name: name.into() };
    let usage =
        Usage { input_tokens: 20, output_tokens: 64, cache_read_tokens: 100, reasoning_tokens: 48, ..Usage::default() };
    let expected = vec![
        Started { model: "gpt-5.2-2026-01-05".into() },
        BlockStarted { index: 0, block: BlockKind::Text },
        TextDelta { index: 0, text: "Grüße, 😀 \"quoted\"\n".into() },
        BlockFinished { index: 0, vendor: None },
        BlockStarted { index: 1, block: call("call_a", "read_file") },
        ToolInputDelta { index: 1, partial_json: "{\"path\":\"a b\"}".into() },
        BlockStarted { index: 2, block: call("call_b", "list") },
        ToolInputDelta { index: 2, partial_json: "{}".into() },
        ModelEvent::Usage(usage),
        BlockFinished { index: 1, vendor: None },
        BlockFinished { index: 2, vendor: None },
        Finished { stop_reason: Some(StopReason::ToolUse) },
    ];
    assert_eq!(answer_to(Reply::steps([Step::Raw(RECORDED.to_owned())])).await, (expected, None));
}

#[test]
fn a_recorded_answer_cut_anywhere_is_the_same_answer() {
    any_split_is_the_same_answer(openai_chat_at, RECORDED);
}

#[tokio::test]
async fn an_answer_is_whole_once_its_end_was_named_and_not_before() {
    let open = || vec![Step::Start, Step::Text(strings(&["Hel", "lo"]))];
    for end in [vec![], vec![Step::Close], vec![Step::Reset]] {
        let (events, error) = answer_to(Reply::steps([open(), end].concat())).await;
        assert_eq!((text_of(&events).as_str(), error), ("Hello", Some(ProviderError::CutOff)));
    }
    let finish = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let named = || Step::Event(String::new(), finish.clone());
    for end in [vec![named()], vec![named(), Step::Close], vec![named(), Step::Raw("data: [DONE]".into())]] {
        let (events, error) = answer_to(Reply::steps([open(), end].concat())).await;
        assert_eq!((text_of(&events).as_str(), error), ("Hello", None));
        assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(StopReason::EndTurn) }));
    }
}

#[tokio::test]
async fn every_end_has_its_reason() {
    for (text, reason) in [
        ("stop", StopReason::EndTurn),
        ("length", StopReason::MaxTokens),
        ("tool_calls", StopReason::ToolUse),
        ("content_filter", StopReason::Refusal),
        ("model_tired", StopReason::Other("model_tired".into())),
    ] {
        let chunk = json!({"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": text}]});
        let (events, _) = answer_to(chunks(&[chunk])).await;
        assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(reason) }), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_is_shown_and_named() {
    let delta = |delta: serde_json::Value| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]});
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let (events, error) =
        answer_to(chunks(&[delta(json!({"refusal": "I "})), delta(json!({"refusal": "can't."})), end])).await;
    assert_eq!((text_of(&events).as_str(), error), ("I can't.", None));
    assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(StopReason::Refusal) }));
}

#[tokio::test]
async fn a_chunk_that_can_not_be_read_is_an_error_and_is_not_quoted() {
    for step in [
        Step::Raw("data: {\"choices\":[{\"delta\":{\"content\":\"private\n\n".into()),
        Step::Raw("data: private\n\n".into()),
        Step::Event(String::new(), json!({"choices": [{"delta": {"content": {"private": 1}}}]})),
        Step::Event(String::new(), json!({"choices": "private"})),
        Step::Event(String::new(), json!({"choices": [{"delta": {"tool_calls": [{"function": {}}]}}]})),
        Step::Event(
            String::new(),
            json!({"choices": [{"delta": {"tool_calls": [{"function": {"name": "a", "arguments": 7}}]}}]}),
        ),
        Step::Raw("data: [DONE]\n\ndata: more\n\n".into()),
    ] {
        let (_, error) = answer_to(Reply::steps([step.clone()])).await;
        assert!(matches!(error, Some(ProviderError::Malformed { .. })), "{step:?}: {error:?}");
        assert!(!format!("{error:?}").contains("private"), "{error:?}");
    }
}

#[tokio::test]
async fn a_long_answer_arrives_whole_and_in_order() {
    let (events, error) = answer_to(Reply::deltas(20_000, "{n} ")).await;
    assert_eq!(error, None);
    assert!(text_of(&events).split_terminator(' ').map(|number| number.parse::<u32>().unwrap()).eq(1..=20_000));
}
