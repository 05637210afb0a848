//! The Chat Completions stream as servers send it that only imitate OpenAI.

use atelier_llm::{BlockKind, ChatServer, ModelEvent, Provider, ProviderError};
use atelier_protocol::{StopReason, Usage};
use fake_model_server::{Reply, Step};
use serde_json::{Value as Json, json};

use super::{answer_from, chat_at, chunks, done};
use crate::text_of;

fn local(base_url: &str) -> Box<dyn Provider> {
    chat_at(ChatServer::Other, base_url)
}

async fn answer_to(reply: Reply) -> (Vec<ModelEvent>, Option<ProviderError>) {
    answer_from(local, reply).await
}

fn delta(delta: &Json) -> Json {
    json!({"model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn end(reason: &Json) -> Json {
    json!({"model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

/// The deltas of an answer, then its end.
fn answer(deltas: &[Json]) -> Reply {
    chunks(&deltas.iter().map(delta).chain([end(&json!("stop"))]).collect::<Vec<_>>())
}

/// The tools that were called: id, name, arguments.
fn calls_in(events: &[ModelEvent]) -> Vec<(String, String, String)> {
    let mut calls: Vec<(u32, (String, String, String))> = Vec::new();
    for event in events {
        match event {
            ModelEvent::BlockStarted { index, block: BlockKind::ToolUse { id, name } } => {
                calls.push((*index, (id.clone(), name.clone(), String::new())));
            }
            ModelEvent::ToolInputDelta { index, partial_json } => {
                let (_, call) = calls.iter_mut().find(|(block, _)| block == index).unwrap();
                call.2.push_str(partial_json);
            }
            _ => {}
        }
    }
    calls.into_iter().map(|(_, call)| call).collect()
}

fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
    (id.to_owned(), name.to_owned(), arguments.to_owned())
}

#[tokio::test]
async fn usage_comes_with_any_chunk_or_never_and_counts_what_is_named() {
    let counts = json!({"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10});
    let with = |usage: Json| {
        let mut last = end(&json!("stop"));
        last["usage"] = usage;
        chunks(&[delta(&json!({"content": "x"})), last])
    };
    let usages = |events: &[ModelEvent]| {
        let usage = |event: &ModelEvent| match event {
            ModelEvent::Usage(usage) => Some(*usage),
            _ => None,
        };
        events.iter().filter_map(usage).collect::<Vec<_>>()
    };
    for (usage, expected) in [
        (json!(null), vec![]),
        (json!({}), vec![]),
        (counts, vec![Usage { input_tokens: 7, output_tokens: 3, ..Usage::default() }]),
        (
            json!({"completion_tokens": 3, "prompt_tokens_details": null}),
            vec![Usage { output_tokens: 3, ..Usage::default() }],
        ),
        (
            json!({"prompt_tokens": 7, "prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 3}),
            vec![Usage { input_tokens: 3, cache_read_tokens: 4, ..Usage::default() }],
        ),
    ] {
        let (events, error) = answer_to(with(usage.clone())).await;
        assert_eq!((usages(&events), error), (expected, None), "{usage}");
    }
}

#[tokio::test]
async fn empty_deltas_and_what_is_unknown_say_nothing() {
    let (plain, _) = answer_to(answer(&[json!({"content": "Hi"})])).await;
    for odd in [
        json!({}),
        json!({"content": ""}),
        json!({"content": null, "role": "assistant", "tool_calls": null}),
        json!({"content": "", "tool_calls": [], "reasoning_content": null, "reasoning": "", "refusal": ""}),
        json!({"shiny": {"odd": [1]}}),
    ] {
        let reply = answer(&[odd.clone(), json!({"content": "Hi"}), odd.clone()]);
        assert_eq!(answer_to(reply).await, (plain.clone(), None), "{odd}");
    }
    let text = || Step::Event(String::new(), delta(&json!({"content": "Hi"})));
    let stop = || Step::Event(String::new(), end(&json!("stop")));
    for odd in [
        Step::Raw(": OPENROUTER PROCESSING\n\n".into()),
        Step::Raw("data:\n\n".into()),
        Step::Raw("event: ping\ndata: not JSON\n\n".into()),
        Step::Event(String::new(), json!({"timings": {"predicted_n": 1}})),
        Step::Event(String::new(), json!({"object": "chat.completion.chunk", "choices": [], "error": null})),
        Step::Event(String::new(), json!({"choices": [{"index": 1, "delta": {"content": "another answer"}}]})),
        Step::Event(String::new(), json!({"choices": [{"index": 0, "finish_reason": ""}]})),
    ] {
        let reply = Reply::steps([text(), odd.clone(), stop(), done()]);
        assert_eq!(answer_to(reply).await, (plain.clone(), None), "{odd:?}");
    }
}

#[tokio::test]
async fn an_empty_finish_reason_is_none_and_a_call_is_a_reason_by_itself() {
    let tool = json!({"tool_calls": [{"id": "c", "function": {"name": "list", "arguments": "{}"}}]});
    for (reason, delta_of, expected) in [
        (json!(""), json!({"content": "x"}), None),
        (json!(null), json!({"content": "x"}), None),
        (json!(""), tool.clone(), Some(StopReason::ToolUse)),
        (json!("stop"), tool.clone(), Some(StopReason::ToolUse)),
        (json!("length"), tool, Some(StopReason::MaxTokens)),
    ] {
        let (events, error) = answer_to(chunks(&[delta(&delta_of), end(&reason)])).await;
        assert_eq!(error, None);
        assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: expected }), "{reason} {delta_of}");
    }
}

#[tokio::test]
async fn calls_are_told_apart_however_they_are_numbered() {
    let calls = |pieces: Json| json!({"tool_calls": pieces});
    let piece = |mut piece: Json, name: Json, arguments: Json| {
        piece["function"] = json!({"name": name, "arguments": arguments});
        piece
    };
    let null = || json!(null);
    let two = vec![call("a", "read", r#"{"x":1}"#), call("b", "read", r#"{"y":2}"#)];
    let whole = |head: Json, arguments: &str| piece(head, json!("read"), json!(arguments));
    let (x, y) = (r#"{"x":1}"#, r#"{"y":2}"#);
    for deltas in [
        // In one piece each: without numbers, all with the same number, in one chunk.
        vec![calls(json!([whole(json!({"id": "a"}), x)])), calls(json!([whole(json!({"id": "b"}), y)]))],
        vec![
            calls(json!([whole(json!({"id": "a", "index": 0}), x)])),
            calls(json!([whole(json!({"id": "b", "index": 0}), y)])),
        ],
        vec![calls(json!([whole(json!({"id": "a"}), x), whole(json!({"id": "b"}), y)]))],
        // The arguments as an object.
        vec![calls(json!([
            piece(json!({"id": "a"}), json!("read"), json!({"x": 1})),
            piece(json!({"id": "b"}), json!("read"), json!({"y": 2})),
        ]))],
        // In pieces: without numbers, with id and name repeated, and by turns.
        vec![
            calls(json!([piece(json!({"id": "a"}), json!("read"), json!(""))])),
            calls(json!([piece(json!({}), null(), json!(x))])),
            calls(json!([piece(json!({"id": "b"}), json!("read"), null())])),
            calls(json!([piece(json!({"id": ""}), json!(""), json!(y))])),
        ],
        vec![
            calls(json!([whole(json!({"id": "a", "index": 0}), r#"{"x":"#)])),
            calls(json!([whole(json!({"id": "a", "index": 0}), "1}")])),
            calls(json!([whole(json!({"id": "b", "index": 1}), y)])),
        ],
        vec![
            calls(json!([whole(json!({"id": "a", "index": 0}), r#"{"x":"#)])),
            calls(json!([whole(json!({"id": "b", "index": 1}), r#"{"y":"#)])),
            calls(json!([piece(json!({"index": 0}), null(), json!("1}"))])),
            calls(json!([piece(json!({"index": 1}), null(), json!("2}"))])),
        ],
    ] {
        let (events, error) = answer_to(answer(&deltas)).await;
        assert_eq!((calls_in(&events), error), (two.clone(), None), "{deltas:?}");
    }
}

#[tokio::test]
async fn a_call_without_an_id_gets_one_of_its_own() {
    let nameless = json!({"tool_calls": [{"function": {"name": "list", "arguments": "{}"}}]});
    let (events, _) = answer_to(answer(&[nameless.clone(), nameless])).await;
    let ids: Vec<_> = calls_in(&events).into_iter().map(|(id, ..)| id).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1] && ids.iter().all(|id| id.starts_with("call_")), "{ids:?}");
}

#[tokio::test]
async fn thinking_comes_in_a_field_of_either_name_and_blocks_change_with_the_kind() {
    for field in ["reasoning_content", "reasoning"] {
        let think = |text: &str| json!({"content": "", "tool_calls": [], field: text});
        let say = |text: &str| json!({"content": text, field: null});
        let (events, error) = answer_to(answer(&[think("Hm"), think("m"), say("Hel"), say("lo"), think("More")])).await;
        let block = |index, block| ModelEvent::BlockStarted { index, block };
        let thought = |index, text: &str| ModelEvent::ThinkingDelta { index, text: text.into() };
        let finished = |index, vendor| ModelEvent::BlockFinished { index, vendor };
        let vendor = || Some(json!({"type": format!("{field}_field")}));
        let expected = vec![
            ModelEvent::Started { model: "m".into() },
            block(0, BlockKind::Thinking),
            thought(0, "Hmm"),
            finished(0, vendor()),
            block(1, BlockKind::Text),
            ModelEvent::TextDelta { index: 1, text: "Hello".into() },
            finished(1, None),
            block(2, BlockKind::Thinking),
            thought(2, "More"),
            finished(2, vendor()),
            ModelEvent::Finished { stop_reason: Some(StopReason::EndTurn) },
        ];
        assert_eq!((events, error), (expected, None));
    }
}

#[tokio::test]
async fn reasoning_details_are_kept_with_their_signatures() {
    let text =
        |text: &str| json!({"type": "reasoning.text", "text": text, "index": 0, "format": "anthropic-claude-v1"});
    let signature = json!({"type": "reasoning.text", "signature": "sig+/=", "index": 0});
    let secret = json!({"type": "reasoning.encrypted", "data": "x+/=", "id": "r1", "index": 1});
    let (events, _) = answer_to(answer(&[
        json!({"reasoning": "Hm", "reasoning_details": [text("Hm")]}),
        json!({"reasoning": "m", "reasoning_details": [text("m")]}),
        json!({"content": "", "reasoning_details": [signature]}),
        json!({"reasoning_details": [secret]}),
        json!({"content": "Hello"}),
    ]))
    .await;
    let mut whole = text("Hmm");
    whole["signature"] = "sig+/=".into();
    let details = json!({"type": "reasoning_details", "reasoning_details": [whole, secret]});
    assert!(events.contains(&ModelEvent::ThinkingDelta { index: 0, text: "Hmm".into() }), "{events:?}");
    assert!(events.contains(&ModelEvent::BlockFinished { index: 0, vendor: Some(details) }), "{events:?}");
    assert_eq!(text_of(&events), "Hello");
}

#[tokio::test]
async fn an_error_in_the_stream_is_an_error_in_whatever_form_it_comes() {
    let event = |name: &str, data: Json| Step::Event(name.to_owned(), data);
    for (step, expected) in [
        (event("", json!({"error": {"code": 502, "message": "Out of paper"}})), "has a problem of its own"),
        (event("", json!({"error": {"code": 429, "message": "Out of paper"}})), "limits how much"),
        (event("", json!({"error": "Out of paper"})), "broke the answer off"),
        (event("error", json!({"error": {"message": "Out of paper"}})), "broke the answer off"),
        (event("error", json!({"message": "Out of paper"})), "broke the answer off"),
        (event("", json!({"object": "error", "message": "Out of paper", "code": 400})), "broke the answer off"),
        (
            event(
                "",
                json!({
                    "error": {"code": "server_error", "message": "Out of paper"},
                    "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
                }),
            ),
            "has a problem of its own",
        ),
    ] {
        let text = Step::Event(String::new(), delta(&json!({"content": "before"})));
        let (events, error) = answer_to(Reply::steps([text, step.clone()])).await;
        let sentence = error.unwrap().to_string();
        assert_eq!(text_of(&events), "before");
        assert!(sentence.contains(expected) && sentence.contains("Out of paper"), "{step:?}: {sentence}");
    }
    let (_, error) = answer_to(chunks(&[end(&json!("error"))])).await;
    assert!(matches!(error, Some(ProviderError::ServerFailed { .. })), "{error:?}");
}
