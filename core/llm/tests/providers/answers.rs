//! The stream of an answer, event by event.

use atelier_llm::{BlockKind, ModelEvent, Provider, ProviderError};
use atelier_protocol::{StopReason, Usage};
use fake_model_server::{FakeModelServer, Reply, Step};
use serde_json::json;

use crate::{answer_to, anthropic_at, asking, rest_of, text_of};

fn strings(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|&part| part.to_owned()).collect()
}

/// An answer with one of everything.
fn rich() -> Reply {
    Reply::steps([
        Step::Start,
        Step::Thinking(strings(&["Let me ", "think…"]), "c2lnbmF0dXJl+/==".to_owned()),
        Step::RedactedThinking("c2VjcmV0+/==".to_owned()),
        Step::Text(strings(&["Grüße, ", "😀 \"quoted\"\n"])),
        Step::ToolUse("toolu_1".into(), "read_file".into(), strings(&["{\"path\":", " \"a b\"}"])),
        Step::Stop("tool_use".to_owned()),
    ])
}

fn rich_events() -> Vec<ModelEvent> {
    use ModelEvent::{BlockFinished, BlockStarted, Finished, Started, TextDelta, ThinkingDelta, ToolInputDelta};
    let text = |text: &str| TextDelta { index: 2, text: text.to_owned() };
    let thinking = |text: &str| ThinkingDelta { index: 0, text: text.to_owned() };
    let input = |json: &str| ToolInputDelta { index: 3, partial_json: json.to_owned() };
    let tool = BlockKind::ToolUse { id: "toolu_1".into(), name: "read_file".into() };
    vec![
        Started { model: "claude-test".into() },
        ModelEvent::Usage(Usage {
            input_tokens: 12,
            output_tokens: 1,
            cache_read_tokens: 5,
            cache_write_tokens: 3,
            ..Usage::default()
        }),
        BlockStarted { index: 0, block: BlockKind::Thinking },
        thinking("Let me think…"),
        BlockFinished { index: 0, vendor: Some(json!({"type": "thinking", "signature": "c2lnbmF0dXJl+/=="})) },
        BlockStarted { index: 1, block: BlockKind::Thinking },
        BlockFinished { index: 1, vendor: Some(json!({"type": "redacted_thinking", "data": "c2VjcmV0+/=="})) },
        BlockStarted { index: 2, block: BlockKind::Text },
        text("Grüße, 😀 \"quoted\"\n"),
        BlockFinished { index: 2, vendor: None },
        BlockStarted { index: 3, block: tool },
        input("{\"path\": \"a b\"}"),
        BlockFinished { index: 3, vendor: None },
        ModelEvent::Usage(Usage { output_tokens: 7, ..Usage::default() }),
        Finished { stop_reason: Some(StopReason::ToolUse) },
    ]
}

#[tokio::test]
async fn thinking_text_and_tool_calls_come_out_in_order_with_what_the_vendor_wants_back() {
    assert_eq!(answer_to(rich()).await, (rich_events(), None));
}

#[tokio::test]
async fn an_answer_cut_into_pieces_of_any_size_is_the_same_answer() {
    for split in [1, 2, 3, 5, 7, 64, 1000] {
        assert_eq!(answer_to(rich().split(split)).await, (rich_events(), None), "{split}");
    }
}

#[tokio::test]
async fn a_paced_answer_is_the_same_answer() {
    let pace = std::time::Duration::from_millis(1);
    assert_eq!(answer_to(rich().split(40).pace(pace)).await, (rich_events(), None));
}

#[tokio::test]
async fn every_stop_reason_has_its_name_and_an_unknown_one_keeps_its_own() {
    for (text, reason) in [
        ("end_turn", StopReason::EndTurn),
        ("max_tokens", StopReason::MaxTokens),
        ("stop_sequence", StopReason::StopSequence),
        ("tool_use", StopReason::ToolUse),
        ("pause_turn", StopReason::PauseTurn),
        ("refusal", StopReason::Refusal),
        ("model_context_window_exceeded", StopReason::ContextWindow),
        ("model_tired", StopReason::Other("model_tired".into())),
    ] {
        let (events, error) = answer_to(Reply::steps([Step::Start, Step::Stop(text.to_owned())])).await;
        assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(reason) }), "{text}");
        assert_eq!(error, None);
    }
}

/// A complete answer that says "before" and "after", with other things in between.
fn with_between(steps: impl IntoIterator<Item = Step>) -> Reply {
    let start = json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}});
    let delta = |text: &str| {
        let delta = json!({"type": "text_delta", "text": text});
        let data = json!({"type": "content_block_delta", "index": 0, "delta": delta});
        Step::Event("content_block_delta".into(), data)
    };
    let stop = json!({"type": "content_block_stop", "index": 0});
    Reply::message(
        [Step::Event("content_block_start".into(), start), delta("before ")]
            .into_iter()
            .chain(steps)
            .chain([delta("after"), Step::Event("content_block_stop".into(), stop)]),
    )
}

fn block_event(kind: &str, index: u32, field: &str, value: &serde_json::Value) -> Step {
    Step::Event(kind.to_owned(), json!({"type": kind, "index": index, field: value}))
}

#[tokio::test]
async fn what_is_unknown_or_says_nothing_is_passed_over() {
    let harmless = [
        Step::Event("ping".into(), json!({"type": "ping"})),
        Step::Event("keepalive".into(), json!({"type": "keepalive"})),
        Step::Event("shiny".into(), json!({"type": "shiny", "delta": 7, "index": "x", "usage": []})),
        Step::Event(String::new(), json!({})),
        Step::Raw("event: keepalive\ndata: not JSON\n\n".into()),
        Step::Raw("data: [DONE]\n\n".into()),
        Step::Raw(": comment\n\nid: 7\nretry: 10\n\n".into()),
        block_event("content_block_delta", 0, "delta", &json!({"type": "citations_delta", "citation": {"text": 1}})),
        block_event("content_block_delta", 0, "delta", &json!({"type": "shiny_delta", "text": {"odd": true}})),
        block_event("content_block_delta", 0, "delta", &json!({"type": "text_delta", "text": ""})),
        block_event("content_block_start", 8, "content_block", &json!({"type": "server_tool_use", "id": "s"})),
        block_event("content_block_delta", 8, "delta", &json!({"type": "input_json_delta", "partial_json": "{"})),
        Step::Event("content_block_stop".into(), json!({"type": "content_block_stop", "index": 8})),
        block_event("content_block_start", 9, "content_block", &json!({"type": "shiny", "id": 9, "text": []})),
        block_event("content_block_delta", 9, "delta", &json!({"type": "text_delta", "text": "not for us"})),
        Step::Event("content_block_stop".into(), json!({"type": "content_block_stop", "index": 9})),
    ];
    let (plain, _) = answer_to(with_between([])).await;
    for step in harmless.chunks(1).chain([&harmless[10..13], &harmless[13..]]) {
        // The parts of an unknown block mean something only together.
        let alone = step.len() == 1 && step[0] != harmless[10] && harmless[10..].contains(&step[0]);
        if !alone {
            assert_eq!(answer_to(with_between(step.to_vec())).await, (plain.clone(), None), "{step:?}");
        }
    }
    assert_eq!(text_of(&plain), "before after");
}

#[tokio::test]
async fn a_known_event_that_can_not_be_read_is_an_error_and_not_a_gap() {
    let broken = [
        Step::Raw("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\n\n".into()),
        Step::Raw("data: not JSON\n\n".into()),
        Step::Bytes(
            b"data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\xff\"}}\n\n"
                .to_vec(),
        ),
        block_event("content_block_delta", 0, "delta", &json!({"type": "text_delta", "text": 5})),
        block_event("content_block_delta", 0, "delta", &json!({"type": "text_delta"})),
        block_event("content_block_delta", 0, "delta", &json!(null)),
        block_event("content_block_delta", 0, "delta", &json!({"type": "thinking_delta", "thinking": "x"})),
        block_event("content_block_delta", 5, "delta", &json!({"type": "text_delta", "text": "x"})),
        block_event("content_block_start", 0, "content_block", &json!({"type": "text", "text": ""})),
        block_event("content_block_start", 1, "content_block", &json!({"type": "tool_use", "id": "t"})),
        Step::Event("content_block_stop".into(), json!({"type": "content_block_stop", "index": 5})),
        Step::Event("content_block_stop".into(), json!({"type": "content_block_stop"})),
        Step::Event("message_delta".into(), json!({"type": "message_delta", "usage": {"output_tokens": "many"}})),
        Step::Start,
    ];
    for step in broken {
        let (events, error) = answer_to(with_between([step.clone()])).await;
        assert_eq!(text_of(&events), "before ", "{step:?}");
        assert!(matches!(error, Some(ProviderError::Malformed { .. })), "{step:?}: {error:?}");
    }
}

#[tokio::test]
async fn an_unreadable_event_is_not_quoted() {
    let step = block_event("content_block_delta", 0, "delta", &json!({"type": "text_delta", "text": {"private": 1}}));
    let (_, error) = answer_to(with_between([step])).await;
    let error = error.unwrap();
    assert!(!format!("{error} {error:?}").contains("private"), "{error:?}");
    assert!(error.to_string().contains("content_block_delta"), "{error}");
}

#[tokio::test]
async fn content_before_the_start_is_an_error() {
    let (events, error) = answer_to(Reply::steps([Step::Text(strings(&["x"]))])).await;
    assert_eq!(events, []);
    assert!(matches!(error, Some(ProviderError::Malformed { .. })), "{error:?}");
}

#[tokio::test]
async fn servers_that_only_imitate_the_api_are_understood() {
    let text = json!({"type": "text", "text": "Hel"});
    let tool = json!({"type": "tool_use", "id": "t", "name": "list", "input": {"path": "."}});
    let (events, error) = answer_to(Reply::steps([
        Step::Event(String::new(), json!({"type": "message_start", "message": {"model": "local"}})),
        block_event("content_block_start", 0, "content_block", &text),
        Step::Event("content_block_delta".into(), json!({"index": 0, "delta": {"type": "text_delta", "text": "lo"}})),
        block_event("content_block_start", 1, "content_block", &tool),
        Step::Event("message_delta".into(), json!({"type": "message_delta", "delta": {"stop_reason": null}})),
        Step::Event("message_stop".into(), json!({"type": "message_stop"})),
    ]))
    .await;
    assert_eq!(error, None);
    assert_eq!(text_of(&events), "Hello");
    assert!(events.contains(&ModelEvent::ToolInputDelta { index: 1, partial_json: r#"{"path":"."}"#.into() }));
    let end = [
        ModelEvent::BlockFinished { index: 0, vendor: None },
        ModelEvent::BlockFinished { index: 1, vendor: None },
        ModelEvent::Finished { stop_reason: None },
    ];
    assert_eq!(&events[events.len() - 3..], end);
}

#[tokio::test]
async fn an_error_in_the_middle_of_an_answer_ends_it_with_the_vendors_words() {
    for (kind, retryable) in [
        ("overloaded_error", true),
        ("rate_limit_error", true),
        ("api_error", true),
        ("invalid_request_error", false),
        ("brand_new_error", false),
    ] {
        let data = json!({"type": "error", "error": {"type": kind, "message": "Out of paper"}});
        let (events, error) = answer_to(with_between([Step::Event("error".into(), data)])).await;
        let error = error.unwrap();
        assert_eq!(text_of(&events), "before ");
        assert_eq!(error.retryable(), retryable, "{error:?}");
        let quoted = error.to_string().contains("Out of paper");
        assert!(quoted || matches!(error, ProviderError::Overloaded { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_error_is_an_error_in_whatever_form_it_comes() {
    for data in
        [json!({"error": {"message": "x"}}), json!({"type": "error", "error": "flat"}), json!({"type": "error"})]
    {
        let (_, error) = answer_to(with_between([Step::Event(String::new(), data.clone())])).await;
        assert!(matches!(error, Some(ProviderError::BrokenOff { .. })), "{data}: {error:?}");
    }
}

#[tokio::test]
async fn an_answer_without_its_end_has_ended_unexpectedly() {
    let open = || [Step::Start, Step::Text(strings(&["Hel", "lo"]))];
    for end in [None, Some(Step::Raw("data: [DONE]\n\n".into())), Some(Step::Close)] {
        let (events, error) = answer_to(Reply::steps(open().into_iter().chain(end.clone()))).await;
        assert_eq!(text_of(&events), "Hello", "{end:?}");
        assert_eq!(error, Some(ProviderError::CutOff), "{end:?}");
        assert!(ProviderError::CutOff.to_string().contains("ended unexpectedly"));
    }
    let (_, error) = answer_to(Reply::steps(open().into_iter().chain([Step::Reset]))).await;
    assert_eq!(error, Some(ProviderError::CutOff));
}

/// The same with a delta for each character, so that it does not matter what arrived together.
fn by_character(events: Vec<ModelEvent>) -> Vec<ModelEvent> {
    use ModelEvent::{TextDelta, ThinkingDelta, ToolInputDelta};
    let split = |event| -> Vec<ModelEvent> {
        match event {
            TextDelta { index, text } => {
                text.chars().map(|character| TextDelta { index, text: character.into() }).collect()
            }
            ThinkingDelta { index, text } => {
                text.chars().map(|character| ThinkingDelta { index, text: character.into() }).collect()
            }
            ToolInputDelta { index, partial_json } => {
                partial_json.chars().map(|character| ToolInputDelta { index, partial_json: character.into() }).collect()
            }
            other => vec![other],
        }
    };
    events.into_iter().flat_map(split).collect()
}

#[tokio::test]
async fn an_answer_cut_at_any_byte_has_ended_unexpectedly_or_is_whole() {
    let server = FakeModelServer::start().await.unwrap();
    let provider = anthropic_at(&server.url());
    let mut cuts = (0..).step_by(13);
    loop {
        server.reply(rich().cut_after(cuts.next().unwrap()));
        let (events, error) = rest_of(provider.stream(asking("Hi")).await.unwrap()).await;
        let (events, whole) = (by_character(events), by_character(rich_events()));
        assert_eq!(events[..], whole[..events.len()], "what came before the cut is kept");
        if error.is_none() {
            assert_eq!(events, whole);
            return;
        }
        assert_eq!(error, Some(ProviderError::CutOff));
    }
}

#[tokio::test]
async fn a_long_answer_arrives_whole_and_in_order() {
    let (events, error) = answer_to(Reply::deltas(50_000, "{n} ")).await;
    assert_eq!(error, None);
    let text = text_of(&events);
    assert!(text.split_terminator(' ').map(|number| number.parse::<u32>().unwrap()).eq(1..=50_000));
}
