//! What a tool asks the user for while it runs.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use atelier_agent::{Agent, AgentError, AgentOptions, Approver, ElicitationReply, SessionTools};
use atelier_protocol::{
    Conversation, ElicitationAnswer, ElicitationId, EventBody, FieldKind, FieldText, FormField, Json, PermissionMode,
    SessionId, Timestamp, ToolCallId, ToolOutcome, TurnId, Wanted,
};
use atelier_store::{Durability, Store};
use atelier_tools::{Approval, Ask, Category, Done, Mode, Request, SourcePlan, ToolFailure, ToolSource, ToolSpec};
use fake_model_server::Reply;
use serde_json::json;

use crate::room::{PATIENCE, Room, outcome};

const FIRST: ElicitationId = ElicitationId(1);

/// A tool that asks for what its arguments say, and answers with what it was told.
struct Asking;

impl SessionTools for Asking {
    fn sources(&self, _: SessionId, _: &Path) -> Vec<Arc<dyn ToolSource>> {
        vec![Arc::new(Self)]
    }
}

#[async_trait]
impl ToolSource for Asking {
    async fn specs(&self, _: Mode) -> Vec<ToolSpec> {
        vec![ToolSpec {
            name: "ask".into(),
            category: Category::Custom,
            description: "Asks".into(),
            input_schema: json!({"type": "object"}),
            params: String::new(),
            read_only: true,
        }]
    }

    async fn prepare(&self, _: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        let (for_, alone) = (call.arguments["for"].as_str()?.to_owned(), call.arguments["alone"] == true);
        Some(Ok(SourcePlan::new(Approval::Automatic, !alone, async move |control| {
            let wanted = if for_.starts_with("https:") { Wanted::Url { url: for_ } } else { form(&for_) };
            let ask = Ask { server: "fake".into(), message: "Tell me".into(), wanted };
            let Some(asker) = &control.asker else { return Ok(Done::text("null")) };
            let answer = asker.ask(ask).await;
            control.check()?;
            Ok(Done::text(serde_json::to_string(&answer).unwrap()))
        })))
    }
}

fn form(name: &str) -> Wanted {
    let text = FieldKind::Text { format: None, min_length: None, max_length: None };
    let number = FieldKind::Number { whole: true, minimum: None, maximum: None };
    let field = |name: &str, kind| FormField {
        name: name.into(),
        title: None,
        description: None,
        required: true,
        kind,
        default: None,
    };
    Wanted::Form { fields: vec![field(name, text), field("age", number)] }
}

fn filled(name: &str, age: &str) -> ElicitationReply {
    let text = |name: &str, value: &str| FieldText { name: name.into(), values: vec![value.into()] };
    ElicitationReply::Accept(vec![text("name", name), text("age", age)])
}

async fn room_with(change: impl FnOnce(AgentOptions) -> AgentOptions) -> Room {
    Room::with(PermissionMode::Default, |options| change(AgentOptions { tools: vec![Arc::new(Asking)], ..options }))
        .await
}

/// A turn whose tools ask for these.
async fn send(room: &Room, asked_for: &[Json]) {
    let ids: Vec<_> = (1..=asked_for.len()).map(|at| format!("toolu_{at}")).collect();
    room.server.reply(Reply::tool_calls(ids.iter().zip(asked_for).map(|(id, of)| (id.as_str(), "ask", of.clone()))));
    room.server.reply(Reply::text("Done"));
    room.send("Ask me").await.unwrap();
}

async fn asked(room: &Room, count: usize) -> Conversation {
    room.until(|conversation| conversation.elicitations.len() == count).await
}

/// What the tool got to hear.
fn told(conversation: &Conversation, call: u64) -> Json {
    match outcome(conversation, call) {
        ToolOutcome::Success { result } => serde_json::from_str(&result.content).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_waits_for_an_answer_that_fits_and_the_tool_gets_it_once() {
    for alone in [false, true] {
        let room = room_with(|options| options).await;
        send(&room, &[json!({"for": "name", "alone": alone})]).await;
        let waiting = asked(&room, 1).await.elicitations[0].clone();
        assert_eq!((waiting.id, waiting.call, &*waiting.server), (FIRST, ToolCallId(1), "fake"));
        let answer = |reply| room.agent.answer_elicitation(room.session, FIRST, reply);
        let wrong = answer(filled("Ada", "old")).await.unwrap_err();
        assert_eq!(wrong.to_string(), "“age” takes a whole number.");
        let unknown = room.agent.answer_elicitation(room.session, ElicitationId(2), filled("Ada", "36")).await;
        assert!(matches!(unknown, Err(AgentError::NoSuchElicitation { .. })), "{unknown:?}");
        answer(filled("Ada", "36")).await.unwrap();
        let again = answer(ElicitationReply::Decline).await;
        assert!(matches!(again, Err(AgentError::NoSuchElicitation { .. })), "{again:?}");
        let conversation = room.over().await;
        assert_eq!(told(&conversation, 1), json!({"action": "accept", "values": {"name": "Ada", "age": 36}}));
        assert!(conversation.elicitations.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_questions_wait_side_by_side_and_each_answer_goes_where_it_belongs() {
    let room = room_with(|options| options).await;
    send(&room, &[json!({"for": "name"}), json!({"for": "https://example.org/x"})]).await;
    let conversation = asked(&room, 2).await;
    let of = |call| conversation.elicitations.iter().find(|waiting| waiting.call == ToolCallId(call)).unwrap().id;
    room.agent.answer_elicitation(room.session, of(2), ElicitationReply::Accept(Vec::new())).await.unwrap();
    room.agent.answer_elicitation(room.session, of(1), ElicitationReply::Decline).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(told(&conversation, 1), json!({"action": "decline"}));
    assert_eq!(told(&conversation, 2), json!({"action": "accept"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_in_another_process_counts() {
    let room = room_with(|options| options).await;
    send(&room, &[json!({"for": "name"})]).await;
    asked(&room, 1).await;
    let elsewhere = Store::open(&room.project().parent().unwrap().join("atelier.db")).unwrap();
    let agent = Agent::new(elsewhere.clone(), AgentOptions::new(room.outputs()));
    agent.answer_elicitation(room.session, FIRST, ElicitationReply::Cancel).await.unwrap();
    assert_eq!(told(&room.over().await, 1), json!({"action": "cancel"}));
    agent.close().await;
    elsewhere.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_where_nobody_is_there_and_no_one_for_a_secret() {
    for (approver, name, reason) in [
        (Approver::Nobody, "name", "Nobody is there to answer."),
        (Approver::User, "api_key", "“api_key” sounds like a secret"),
    ] {
        let mut room = room_with(|options| options).await;
        room.approver = approver;
        send(&room, &[json!({"for": name})]).await;
        let conversation = room.over().await;
        let told = told(&conversation, 1);
        assert!(told["action"] == "decline" && told["reason"].as_str().unwrap().starts_with(reason), "{told}");
        let events = room.store.read(room.session, 0, 1000).await.unwrap();
        let of_the_question = events.iter().filter(|event| event.body.kind().starts_with("elicitation.")).count();
        assert_eq!(of_the_question, 2, "the log says what was asked and that it was declined");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answers_is_cancelled_and_the_turn_goes_on() {
    let room = room_with(|options| AgentOptions { approval_timeout: Duration::from_millis(1), ..options }).await;
    send(&room, &[json!({"for": "name"})]).await;
    let conversation = room.over().await;
    assert_eq!(told(&conversation, 1), json!({"action": "cancel", "reason": "Nobody answered in time."}));
    assert_eq!(conversation.messages.last().unwrap().text, "Done");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_turn_takes_the_question_back() {
    let room = room_with(|options| options).await;
    send(&room, &[json!({"for": "name", "alone": true})]).await;
    asked(&room, 1).await;
    tokio::time::timeout(PATIENCE, room.agent.interrupt(room.session)).await.unwrap().unwrap();
    let conversation = room.over().await;
    assert_eq!(outcome(&conversation, 1), ToolOutcome::interrupted());
    let events = room.store.read(room.session, 0, 1000).await.unwrap();
    let at = |kind| events.iter().position(|event| event.body.kind() == kind).unwrap();
    assert!(at("elicitation.resolved") < at("tool.result"), "the call does not end before its questions");
    let answer = room.agent.answer_elicitation(room.session, FIRST, ElicitationReply::Decline).await;
    assert!(matches!(answer, Err(AgentError::NoSuchElicitation { .. })), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_dies_with_the_process_that_asked_and_the_log_says_why() {
    let room = Room::new(PermissionMode::Default).await;
    let (turn, tool_call_id) = (TurnId(1), ToolCallId(1));
    let events = vec![
        EventBody::TurnStarted { turn, provider: "anthropic".into(), model: "model".into() },
        EventBody::ToolRequested {
            tool_call_id,
            turn,
            tool: "ask".into(),
            params: json!({}),
            vendor_id: "toolu_1".into(),
            vendor: None,
        },
        EventBody::ElicitationRequested {
            elicitation: FIRST,
            tool_call_id,
            server: "fake".into(),
            message: "Tell me".into(),
            wanted: form("name"),
            expires_at: Timestamp::now().plus_millis(300_000),
        },
    ];
    room.store.append(room.session, events, Durability::Flushed).await.unwrap();
    let room = room.reopened().await;
    assert!(room.over().await.elicitations.is_empty());
    let events = room.store.read(room.session, 0, 1000).await.unwrap();
    let answers = events.iter().filter_map(|event| match &event.body {
        EventBody::ElicitationResolved { answer: ElicitationAnswer::Cancel { reason }, .. } => reason.clone(),
        _ => None,
    });
    let answers: Vec<_> = answers.collect();
    assert_eq!(answers, ["Atelier ended before it was answered, and the call that asked with it."]);
}
