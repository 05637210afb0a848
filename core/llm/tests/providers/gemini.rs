//! Google's Gemini API: what is sent, what comes back, and what is said when it fails.

use std::time::Duration;

use atelier_llm::{
    ApiKey, BlockKind, Effort, Endpoint, GOOGLE, Gemini, KeyHeader, ModelContent, ModelEvent, ModelMessage,
    ModelRequest, Provider, ProviderError, ToolSpec, Transport,
};
use atelier_protocol::{Json, Role, StopReason, Usage};
use fake_model_server::{FakeModelServer, Recorded, Reply, Step};
use serde_json::json;

use crate::{KEY, asking, join, rest_of, text_of};

fn gemini_at(base_url: &str) -> Gemini {
    let key = ApiKey { secret: KEY.into(), header: KeyHeader::XApiKey };
    Gemini::new(&Endpoint { base_url: base_url.to_owned(), key }, &Transport::default()).unwrap()
}

fn asking_gemini(prompt: &str) -> ModelRequest {
    ModelRequest { model: "gemini-test".to_owned(), ..asking(prompt) }
}

async fn answer_to(reply: Reply) -> (Vec<ModelEvent>, Option<ProviderError>) {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(reply);
    let (events, error) = rest_of(gemini_at(&server.url()).stream(asking_gemini("Hi")).await.unwrap()).await;
    (events.into_iter().map(with_plain_id).fold(Vec::new(), join), error)
}

/// Ids that are made for calls without one are new each time.
fn with_plain_id(mut event: ModelEvent) -> ModelEvent {
    if let ModelEvent::BlockStarted { block: BlockKind::ToolUse { id, .. }, .. } = &mut event
        && id.starts_with("call_")
    {
        assert!(id.len() > 20, "{id}");
        "made".clone_into(id);
    }
    event
}

/// The answer to a stream of these pieces.
async fn answer_of(pieces: impl IntoIterator<Item = Json>) -> (Vec<ModelEvent>, Option<ProviderError>) {
    answer_to(Reply::steps(pieces.into_iter().map(|piece| Step::Event(String::new(), piece)))).await
}

async fn refusal_of(reply: Reply) -> ProviderError {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(reply);
    gemini_at(&server.url()).stream(asking_gemini("Hi")).await.unwrap_err()
}

async fn sent(request: ModelRequest) -> Recorded {
    let server = FakeModelServer::start().await.unwrap();
    assert_eq!(rest_of(gemini_at(&server.url()).stream(request).await.unwrap()).await.1, None);
    server.requests().remove(0)
}

fn said(part: &Json) -> Json {
    json!({"candidates": [{"content": {"parts": [part], "role": "model"}, "index": 0}], "modelVersion": "m"})
}

fn finished(reason: &str) -> Json {
    json!({"candidates": [{"finishReason": reason, "index": 0}], "modelVersion": "m"})
}

fn strings(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|&part| part.to_owned()).collect()
}

/// An answer with one of everything.
fn rich() -> Reply {
    Reply::steps([
        Step::Start,
        Step::Thinking(strings(&["Let me ", "think…"]), "dGV4dA==".to_owned()),
        Step::Text(strings(&["Grüße, ", "😀 \"quoted\"\n"])),
        Step::Thinking(vec![], "Y2FsbA==".to_owned()),
        Step::ToolUse("id_1".into(), "read_file".into(), strings(&["{\"path\":", " \"a b\"}"])),
        Step::ToolUse(String::new(), "list".into(), vec![]),
        Step::Stop("tool_use".to_owned()),
    ])
}

fn rich_events() -> Vec<ModelEvent> {
    use ModelEvent::{BlockFinished, BlockStarted, TextDelta, ThinkingDelta, ToolInputDelta};
    let call = |id: &str, name: &str| BlockKind::ToolUse { id: id.into(), name: name.into() };
    vec![
        ModelEvent::Started { model: "gemini-test".into() },
        BlockStarted { index: 0, block: BlockKind::Thinking },
        ThinkingDelta { index: 0, text: "Let me think…".into() },
        BlockFinished { index: 0, vendor: None },
        BlockStarted { index: 1, block: BlockKind::Text },
        TextDelta { index: 1, text: "Grüße, 😀 \"quoted\"\n".into() },
        BlockFinished { index: 1, vendor: Some(json!({"thoughtSignature": "dGV4dA==", "apart": true})) },
        BlockStarted { index: 2, block: call("id_1", "read_file") },
        ToolInputDelta { index: 2, partial_json: r#"{"path":"a b"}"#.into() },
        BlockFinished { index: 2, vendor: Some(json!({"thoughtSignature": "Y2FsbA=="})) },
        BlockStarted { index: 3, block: call("made", "list") },
        BlockFinished { index: 3, vendor: None },
        ModelEvent::Usage(Usage {
            input_tokens: 15,
            output_tokens: 6,
            cache_read_tokens: 5,
            cache_write_tokens: 0,
            reasoning_tokens: 2,
        }),
        ModelEvent::Finished { stop_reason: Some(StopReason::ToolUse) },
    ]
}

#[tokio::test]
async fn an_answer_comes_out_in_order_however_it_is_cut() {
    for split in [0, 1, 2, 3, 7, 64, 1000] {
        assert_eq!(answer_to(rich().split(split)).await, (rich_events(), None), "{split}");
    }
}

#[tokio::test]
async fn an_answer_cut_off_before_its_reason_to_finish_has_ended_unexpectedly() {
    let server = FakeModelServer::start().await.unwrap();
    for cut in (0..).step_by(97) {
        server.reply(rich().cut_after(cut));
        let (_, error) = rest_of(gemini_at(&server.url()).stream(asking_gemini("Hi")).await.unwrap()).await;
        if error.is_none() {
            return;
        }
        assert_eq!(error, Some(ProviderError::CutOff), "{cut}");
    }
}

#[tokio::test]
async fn a_plain_prompt_is_a_small_request_and_the_key_is_only_in_its_header() {
    let request = sent(asking_gemini("Hi")).await;
    let path = "/v1beta/models/gemini-test:streamGenerateContent?alt=sse";
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", path));
    assert_eq!(request.header("x-goog-api-key"), Some(KEY));
    assert_eq!((request.header("authorization"), request.header("x-api-key")), (None, None));
    let contents = json!([{"role": "user", "parts": [{"text": "Hi"}]}]);
    assert_eq!(request.body, json!({"contents": contents, "generationConfig": {"maxOutputTokens": 4096}}));
}

#[tokio::test]
async fn every_kind_of_content_is_written_as_the_vendor_has_it() {
    let properties = json!({"path": {"type": "string", "const": "a"}});
    let tool =
        |name: &str, input_schema: Json| ToolSpec { name: name.into(), description: "Does.".into(), input_schema };
    let call = |id: &str| ModelContent::ToolUse { id: id.into(), name: "read".into(), input: json!({}), vendor: None };
    let result =
        |id: &str, is_error| ModelContent::ToolResult { tool_use_id: id.into(), content: "x".into(), is_error };
    let image = || ModelContent::Image { media_type: "image/png".into(), data: "AAAA".into() };
    let foreign = Some(json!({"type": "thinking", "signature": "s"}));
    let request = sent(ModelRequest {
        system: Some("Be brief.".into()),
        tools: vec![tool("read", json!({"type": "object", "properties": properties})), tool("list", json!({}))],
        messages: vec![
            ModelMessage {
                role: Role::User,
                content: vec![ModelContent::text("Read"), image(), ModelContent::text(" ")],
            },
            ModelMessage {
                role: Role::Assistant,
                content: vec![
                    ModelContent::Thinking { text: "Hm".into(), vendor: foreign.clone() },
                    ModelContent::Text { text: "Yes.".into(), vendor: foreign },
                    call("t1"),
                    call("t2"),
                    image(),
                ],
            },
            ModelMessage { role: Role::User, content: vec![result("t1", false), result("t2", true)] },
        ],
        ..asking_gemini("")
    })
    .await;
    assert_eq!(request.body["systemInstruction"], json!({"parts": [{"text": "Be brief."}]}));
    let schema = json!({"type": "object", "properties": {"path": {"type": "string", "enum": ["a"]}}});
    let read = json!({"name": "read", "description": "Does.", "parametersJsonSchema": schema});
    let tools = json!([{"functionDeclarations": [read, {"name": "list", "description": "Does."}]}]);
    assert_eq!(request.body["tools"], tools);
    let call = |id: &str| json!({"id": id, "name": "read", "args": {}});
    let result =
        |id: &str, kind: &str| json!({"functionResponse": {"id": id, "name": "read", "response": {kind: "x"}}});
    let contents = json!([
        {"role": "user", "parts": [{"text": "Read"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]},
        {"role": "model", "parts": [
            {"text": "Yes."},
            {"functionCall": call("t1"), "thoughtSignature": "skip_thought_signature_validator"},
            {"functionCall": call("t2")},
        ]},
        {"role": "user", "parts": [result("t1", "output"), result("t2", "error")]},
    ]);
    assert_eq!(request.body["contents"], contents);
}

#[tokio::test]
async fn what_the_api_would_refuse_is_left_out_or_made_good() {
    let signed =
        |text: &str| ModelContent::Thinking { text: text.into(), vendor: Some(json!({"thoughtSignature": "s"})) };
    let call = ModelContent::ToolUse { id: "t1".into(), name: "read".into(), input: json!({}), vendor: None };
    let lost = ModelContent::ToolResult { tool_use_id: "t9".into(), content: "x".into(), is_error: false };
    let unsigned = ModelContent::Thinking { text: "Hm".into(), vendor: None };
    let request = sent(ModelRequest {
        model: "gemini-2.5-pro".into(),
        system: Some(" ".into()),
        messages: vec![
            ModelMessage::text(Role::User, "one"),
            ModelMessage { role: Role::Assistant, content: vec![signed("only thinking"), unsigned] },
            ModelMessage::text(Role::User, "two"),
            ModelMessage { role: Role::Assistant, content: vec![signed("Hm"), call] },
            ModelMessage { role: Role::User, content: vec![lost] },
        ],
        ..asking_gemini("")
    })
    .await;
    assert_eq!(request.body.get("systemInstruction"), None);
    let contents = json!([
        {"role": "user", "parts": [{"text": "one"}, {"text": "two"}]},
        {"role": "model", "parts": [
            {"text": "Hm", "thought": true, "thoughtSignature": "s"},
            {"functionCall": {"id": "t1", "name": "read", "args": {}}},
        ]},
        {"role": "user", "parts": [{"functionResponse": {"id": "t9", "name": "t9", "response": {"output": "x"}}}]},
    ]);
    assert_eq!(request.body["contents"], contents, "models before 3 take calls without a signature");
}

#[tokio::test]
async fn a_signature_by_itself_ends_the_block_before_it() {
    let thought = said(&json!({"text": "Hm", "thought": true}));
    let pieces = [thought, said(&json!({"text": "", "thoughtSignature": "s"})), finished("STOP")];
    let (events, _) = answer_of(pieces).await;
    let vendor = Some(json!({"thoughtSignature": "s", "apart": true}));
    let blocks: Vec<_> = events.iter().filter(|event| matches!(event, ModelEvent::BlockFinished { .. })).collect();
    assert_eq!(blocks, [&ModelEvent::BlockFinished { index: 0, vendor }]);
}

#[tokio::test]
async fn thinking_is_asked_for_in_the_words_of_the_models_generation() {
    for (model, effort, budget, expected) in [
        ("gemini-2.5-flash", None, Some(1000), json!({"includeThoughts": true, "thinkingBudget": 1000})),
        ("gemini-2.5-flash", Some(Effort::None), None, json!({"includeThoughts": false, "thinkingBudget": 0})),
        ("gemini-2.5-pro", Some(Effort::None), None, json!({"includeThoughts": false, "thinkingBudget": 128})),
        ("gemini-3.8-flash", Some(Effort::Minimal), None, json!({"includeThoughts": true, "thinkingLevel": "low"})),
        ("gemini-4-argon", Some(Effort::Max), Some(10), json!({"includeThoughts": true, "thinkingLevel": "high"})),
        ("gemini-4-argon", None, Some(4000), json!({"includeThoughts": true, "thinkingLevel": "medium"})),
    ] {
        let request = ModelRequest { effort, thinking_budget: budget, ..asking_gemini("Hi") };
        let request = sent(ModelRequest { model: model.to_owned(), ..request }).await;
        assert_eq!(request.body["generationConfig"]["thinkingConfig"], expected, "{model}");
    }
}

/// The content of an answer, put together from its events as an engine does.
fn content_of(events: &[ModelEvent]) -> Vec<ModelContent> {
    let (mut content, mut kind, mut text) = (Vec::new(), BlockKind::Text, String::new());
    for event in events {
        match event {
            ModelEvent::BlockStarted { block, .. } => (kind, text) = (block.clone(), String::new()),
            ModelEvent::TextDelta { text: more, .. }
            | ModelEvent::ThinkingDelta { text: more, .. }
            | ModelEvent::ToolInputDelta { partial_json: more, .. } => text.push_str(more),
            ModelEvent::BlockFinished { vendor, .. } => {
                let (text, vendor) = (std::mem::take(&mut text), vendor.clone());
                content.push(match kind.clone() {
                    BlockKind::Text => ModelContent::Text { text, vendor },
                    BlockKind::Thinking => ModelContent::Thinking { text, vendor },
                    BlockKind::ToolUse { id, name } => {
                        let input = serde_json::from_str(&text).unwrap_or_else(|_| json!({}));
                        ModelContent::ToolUse { id, name, input, vendor }
                    }
                });
            }
            _ => {}
        }
    }
    content
}

#[tokio::test]
async fn signatures_go_back_on_the_very_parts_that_they_came_with() {
    let server = FakeModelServer::start().await.unwrap();
    let provider = gemini_at(&server.url());
    let parts = [
        json!({"text": "Thought.", "thought": true, "thoughtSignature": "T+/="}),
        json!({"text": "One ", "thoughtSignature": "1=="}),
        json!({"text": "two."}),
        json!({"text": "", "thoughtSignature": "2=="}),
        json!({"functionCall": {"id": "a", "name": "f", "args": {"x": 1.5}}, "thoughtSignature": "f=="}),
        json!({"functionCall": {"id": "b", "name": "f", "args": {"y": null}}}),
        json!({"text": "", "thoughtSignature": "3=="}),
    ];
    let pieces = parts.iter().map(said).chain([finished("STOP")]);
    server.reply(Reply::steps(pieces.map(|piece| Step::Event(String::new(), piece))).split(5));
    let (events, _) = rest_of(provider.stream(asking_gemini("Hi")).await.unwrap()).await;
    let mut request = asking_gemini("Hi");
    let result = |id: &str| ModelContent::ToolResult { tool_use_id: id.into(), content: "x".into(), is_error: false };
    let results = ModelMessage { role: Role::User, content: vec![result("a"), result("b")] };
    request.messages.extend([ModelMessage { role: Role::Assistant, content: content_of(&events) }, results]);
    rest_of(provider.stream(request).await.unwrap()).await;
    assert_eq!(server.requests()[1].body["contents"][1]["parts"], json!(parts));
}

#[tokio::test]
async fn every_reason_to_finish_has_its_name() {
    for (text, reason) in [
        ("STOP", Some(StopReason::EndTurn)),
        ("MAX_TOKENS", Some(StopReason::MaxTokens)),
        ("SAFETY", Some(StopReason::Refusal)),
        ("RECITATION", Some(StopReason::Refusal)),
        ("PROHIBITED_CONTENT", Some(StopReason::Refusal)),
        ("FINISH_REASON_UNSPECIFIED", None),
        ("TIRED", Some(StopReason::Other("TIRED".into()))),
    ] {
        let (events, error) = answer_of([finished(text)]).await;
        assert_eq!((events.last(), error), (Some(&ModelEvent::Finished { stop_reason: reason }), None), "{text}");
    }
}

#[tokio::test]
async fn an_answer_that_the_model_spoiled_is_broken_off_with_the_vendors_words() {
    let spoiled = json!({"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "Malformed: f("}],
        "usageMetadata": {"promptTokenCount": 3}});
    let (events, error) = answer_of([said(&json!({"text": "before"})), spoiled]).await;
    assert_eq!(text_of(&events), "before");
    assert!(events.iter().any(|event| matches!(event, ModelEvent::Usage(usage) if usage.input_tokens == 3)));
    let sentence = "Google broke the answer off (“Malformed: f(”): send the prompt again.";
    assert_eq!(error.unwrap().to_string(), sentence);
}

#[tokio::test]
async fn a_blocked_prompt_is_said_to_be_blocked() {
    let feedback = json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": "m"});
    let (_, error) = answer_of([feedback]).await;
    let error = error.unwrap();
    assert_eq!(error.to_string(), "Google blocked the prompt (“PROHIBITED_CONTENT”): change it and send it again.");
    assert!(!error.retryable());
    let harmless = json!({"promptFeedback": {"safetyRatings": []}});
    assert_eq!(answer_of([harmless, finished("STOP")]).await.1, None);
}

#[tokio::test]
async fn older_models_that_name_a_reason_on_every_piece_are_read_to_the_end() {
    let piece = |text: &str| {
        let content = json!({"parts": [{"text": text}], "role": "model"});
        json!({"candidates": [{"content": content, "finishReason": "STOP", "index": 0, "safetyRatings": []}]})
    };
    let (events, error) = answer_of([piece("Hel"), piece("lo")]).await;
    assert_eq!((text_of(&events), error), ("Hello".to_owned(), None));
    assert_eq!(events.last(), Some(&ModelEvent::Finished { stop_reason: Some(StopReason::EndTurn) }));
}

#[tokio::test]
async fn what_is_unknown_is_passed_over_and_what_is_broken_is_an_error() {
    let around =
        |piece: Json| [said(&json!({"text": "before "})), piece, said(&json!({"text": "after"})), finished("STOP")];
    for harmless in [
        json!({}),
        json!({"shiny": 1}),
        json!({"candidates": []}),
        json!({"candidates": [{"content": {}}]}),
        json!({"candidates": [{"content": {"parts": [{"executableCode": {"code": "1"}}, {"text": ""}]}}]}),
        json!({"candidates": [{"groundingMetadata": {}, "avgLogprobs": -0.1}], "createTime": "now"}),
    ] {
        let (events, error) = answer_of(around(harmless.clone())).await;
        assert_eq!((text_of(&events).as_str(), error), ("before after", None), "{harmless}");
    }
    for broken in [
        json!({"candidates": [{"content": {"parts": [{"text": {"private": 1}}]}}]}),
        json!({"candidates": [{"content": {"parts": [{"functionCall": {"args": {"private": 1}}}]}}]}),
        json!({"candidates": [{"content": {"parts": [{"functionCall": {"name": "f", "args": "private"}}]}}]}),
        json!(["private"]),
    ] {
        let (events, error) = answer_of(around(broken.clone())).await;
        assert_eq!(text_of(&events), "before ", "{broken}");
        assert!(matches!(error, Some(ProviderError::Malformed { .. })), "{broken}: {error:?}");
        assert!(!format!("{error:?}").contains("private"), "{error:?}");
    }
    let (_, error) = answer_to(Reply::steps([Step::Raw("data: not JSON\n\n".into())])).await;
    assert!(matches!(error, Some(ProviderError::Malformed { .. })), "{error:?}");
}

#[tokio::test]
async fn errors_are_told_as_what_they_are() {
    let error = refusal_of(Reply::google_error(400, "INVALID_ARGUMENT", "API key not valid. Pass a valid one.")).await;
    assert_eq!(
        error.to_string(),
        "Google did not accept the API key (“API key not valid. Pass a valid one.”): check the key in Settings or in \
         GEMINI_API_KEY."
    );
    let error = refusal_of(Reply::google_error(404, "NOT_FOUND", "models/gemini-test is not found")).await;
    assert!(matches!(&error, ProviderError::ModelUnknown { model, .. } if model == "gemini-test"), "{error:?}");
    let error = refusal_of(Reply::google_error(404, "NOT_FOUND", "x")).await;
    assert!(matches!(error, ProviderError::NotTheApi { vendor, .. } if *vendor == GOOGLE), "{error:?}");
    let error = refusal_of(Reply::google_error(403, "PERMISSION_DENIED", "x")).await;
    assert!(matches!(error, ProviderError::AccessDenied { .. }), "{error:?}");
    let error = refusal_of(Reply::google_error(503, "UNAVAILABLE", "The model is overloaded.")).await;
    assert!(matches!(error, ProviderError::Overloaded { .. }) && error.retryable(), "{error:?}");
    let error = refusal_of(Reply::google_error(500, "INTERNAL", "x")).await;
    assert!(matches!(error, ProviderError::ServerFailed { status: 500, .. }), "{error:?}");
    let long = "The input token count (9) exceeds the maximum number of tokens allowed (8).";
    let error = refusal_of(Reply::google_error(400, "INVALID_ARGUMENT", long)).await;
    assert!(matches!(error, ProviderError::ContextTooLong { .. }), "{error:?}");
    let details = json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "22s"}]);
    let body = json!({"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED", "details": details}});
    let error = refusal_of(Reply::body(429, "application/json", &body.to_string())).await;
    assert!(error.to_string().ends_with("wait 22 s and send it again."), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(22)));
    let error = answer_of([said(&json!({"text": "x"})), body]).await.1.unwrap();
    assert!(matches!(error, ProviderError::RateLimited { .. }), "{error:?}");
}

#[tokio::test]
async fn the_key_is_in_no_error_however_it_is_echoed() {
    for status in [400, 401, 403, 404, 429, 500, 503] {
        for kind in ["INVALID_ARGUMENT", "NOT_FOUND", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "X"] {
            let error = refusal_of(Reply::google_error(status, kind, &format!("model {KEY} key\n{KEY}"))).await;
            assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
        }
    }
    for echo in [
        json!({"promptFeedback": {"blockReason": KEY}}),
        json!({"error": {"message": KEY}}),
        json!({"candidates": [{"finishReason": "MALFORMED_RESPONSE", "finishMessage": KEY}]}),
    ] {
        let error = answer_of([echo]).await.1.unwrap();
        assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    }
    let server = FakeModelServer::start().await.unwrap();
    let request = ModelRequest { model: KEY.to_owned(), ..asking_gemini("Hi") };
    server.reply(Reply::google_error(404, "NOT_FOUND", "x"));
    let error = gemini_at(&server.url()).stream(request).await.unwrap_err();
    assert!(!format!("{error} {error:?} {:?}", gemini_at(&server.url())).contains(KEY), "{error:?}");
    assert_eq!(gemini_at(&server.url()).name(), "google");
}
