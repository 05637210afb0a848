//! Turns that may take only so much, tools that are tried again, and stopping what waits.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use atelier_agent::{AgentOptions, Prompt, RetryPolicy, SessionTools, TurnLimits};
use atelier_protocol::{EventBody, PermissionMode, SessionId, StopReason, ToolOutcome, TurnOutcome};
use atelier_tools::{
    Approval, Category, Done, FailureCode, Mode, Request, SourcePlan, ToolFailure, ToolSource, ToolSpec,
};
use fake_model_server::{Reply, Step};
use serde_json::json;

use crate::room::{Room, outcome, read_notes};

/// A tool that only looks and fails so many times before it answers.
#[derive(Clone)]
struct Flaky {
    failures: u32,
    runs: Arc<AtomicU32>,
}

impl SessionTools for Flaky {
    fn sources(&self, _: SessionId, _: &Path) -> Vec<Arc<dyn ToolSource>> {
        vec![Arc::new(self.clone())]
    }
}

#[async_trait]
impl ToolSource for Flaky {
    async fn specs(&self, _: Mode) -> Vec<ToolSpec> {
        vec![ToolSpec {
            name: "flaky".into(),
            category: Category::Custom,
            description: "Looks".into(),
            input_schema: json!({"type": "object"}),
            params: String::new(),
            read_only: true,
        }]
    }

    async fn prepare(&self, _: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        let Self { failures, runs } = self.clone();
        let work = move |_| async move {
            if runs.fetch_add(1, Ordering::SeqCst) < failures {
                return Err(ToolFailure::new(FailureCode::TimedOut, "Nobody answered."));
            }
            Ok(Done::text("Here it is"))
        };
        (call.name == "flaky").then(|| Ok(SourcePlan::new(Approval::Automatic, true, work)))
    }
}

/// A session with a tool that fails so many times; between its tries it waits this long.
async fn flaky(failures: u32, wait: Duration) -> (Room, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let tool = Flaky { failures, runs: Arc::clone(&runs) };
    let tool_retries = RetryPolicy { attempts: 3, first: wait, longest: wait };
    let options = |options| AgentOptions { tools: vec![Arc::new(tool)], tool_retries, ..options };
    let room = Room::with(PermissionMode::Default, options).await;
    room.server.reply(Reply::tool_calls([("toolu_1", "flaky", json!({})), read_notes("toolu_2")]));
    room.server.reply(Reply::text("Done"));
    room.send("Look").await.unwrap();
    (room, runs)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_only_looks_is_tried_three_times_and_told_of_once() {
    for (failures, runs, succeeds) in [(0, 1, true), (2, 3, true), (5, 3, false)] {
        let (room, counted) = flaky(failures, Duration::ZERO).await;
        let conversation = room.over().await;
        assert_eq!(counted.load(Ordering::SeqCst), runs);
        assert_eq!(outcome(&conversation, 1).is_success(), succeeds);
        let results = room.kinds().await.iter().filter(|kind| *kind == "tool.result").count();
        assert_eq!(results, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_turn_ends_the_wait_for_another_try_and_what_comes_after() {
    let (room, counted) = flaky(5, Duration::from_hours(1)).await;
    let tried = async {
        while counted.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::room::PATIENCE, tried).await.unwrap();
    room.agent.interrupt(room.session).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(counted.load(Ordering::SeqCst), 1);
    assert!(!outcome(&conversation, 1).is_success());
}

async fn ended(room: &Room) -> (TurnOutcome, Option<StopReason>) {
    room.over().await;
    let log = room.store.read(room.session, 0, 10_000).await.unwrap();
    let end = log.iter().rev().find_map(|event| match &event.body {
        EventBody::TurnFinished { outcome, stop_reason, .. } => Some((*outcome, stop_reason.clone())),
        _ => None,
    });
    end.unwrap()
}

async fn send(room: &Room, limits: TurnLimits) {
    let prompt = Prompt { limits, ..room.prompt("Go on for ever") };
    room.agent.send(room.session, prompt).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_ends_in_good_order_after_so_many_answers_or_tokens() {
    let usual = TurnLimits::default();
    for (limits, requests, reason) in [
        (TurnLimits { answers: 3, ..usual }, 3, StopReason::TurnLimit),
        (TurnLimits { tokens: Some(1), ..usual }, 1, StopReason::TokenLimit),
    ] {
        let room = Room::new(PermissionMode::Default).await;
        room.server.default_reply(Reply::tool_calls([read_notes("toolu_again")]));
        send(&room, limits).await;
        assert_eq!(ended(&room).await, (TurnOutcome::Completed, Some(reason)));
        assert_eq!(room.server.requests().len(), requests);
        let conversation = room.over().await;
        assert!(conversation.unsettled_calls().next().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_whose_time_is_up_is_cut_off_and_keeps_what_had_come() {
    let room = Room::new(PermissionMode::Default).await;
    room.server.reply(Reply::steps([Step::Start, Step::Text(vec!["Half".into()]), Step::Stall]));
    send(&room, TurnLimits { time: Some(Duration::from_millis(300)), ..TurnLimits::default() }).await;
    assert_eq!(ended(&room).await, (TurnOutcome::Interrupted, Some(StopReason::TimeLimit)));
}

/// The limit is the contract's, with room for a busy machine: what would go on for an hour has ended long before.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_ends_a_command_a_question_and_a_wait_for_the_model_alike() {
    let started = |room: &Room| room.project().join("started").exists();
    let rules = crate::rules::book(&["allow Bash"]);
    let room = Room::with(PermissionMode::Default, |options| AgentOptions { rules, ..options }).await;
    let command = json!({"command": "touch started; sleep 3600", "timeout": 3600});
    room.server.reply(Reply::tool_calls([("toolu_1", "shell_exec", command), read_notes("toolu_2")]));
    room.send("Go").await.unwrap();
    let running = async {
        while !started(&room) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(crate::room::PATIENCE, running).await.unwrap();
    let begun = Instant::now();
    room.agent.interrupt(room.session).await.unwrap();
    let conversation = room.over().await;
    println!("a running command was settled after {:?}", begun.elapsed());
    assert!(!outcome(&conversation, 1).is_success());
    assert_eq!(outcome(&conversation, 2), ToolOutcome::interrupted());

    let retries = RetryPolicy { attempts: 4, first: Duration::from_hours(1), longest: Duration::from_hours(1) };
    let room = Room::with(PermissionMode::Default, |options| AgentOptions { retries, ..options }).await;
    room.server.reply(Reply::error(529, "overloaded_error", "Overloaded"));
    room.send("Go").await.unwrap();
    room.until(|conversation| conversation.waiting.is_some()).await;
    let begun = Instant::now();
    room.agent.interrupt(room.session).await.unwrap();
    room.over().await;
    println!("a wait for the model was settled after {:?}", begun.elapsed());
}
