//! A place for one test: a model server, a project folder and a log.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use atelier_agent::{Agent, AgentError, AgentOptions, Answerer, Approver, Prompt, Sent, TurnLimits};
use atelier_llm::{Anthropic, ApiKey, AskedThinking, Endpoint, KeyHeader, Transport};
use atelier_protocol::{
    Conversation, EventBody, PermissionMode, SessionEvent, SessionId, ToolCallId, ToolOutcome, ToolStage,
};
use atelier_store::{Durability, Store};
use fake_model_server::{FakeModelServer, Reply};
use serde_json::Value as Json;
use tempfile::TempDir;

/// How long anything may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Room {
    pub(crate) server: FakeModelServer,
    pub(crate) agent: Agent,
    pub(crate) store: Store,
    pub(crate) session: SessionId,
    pub(crate) approver: Approver,
    folder: TempDir,
}

impl Room {
    /// A session in a project with `notes.txt` ("one\ntwo\n"), in this mode.
    pub(crate) async fn new(mode: PermissionMode) -> Self {
        Self::with(mode, |options| options).await
    }

    /// The same with an agent that works otherwise.
    pub(crate) async fn with(mode: PermissionMode, options: impl FnOnce(AgentOptions) -> AgentOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        fs::write(folder.path().join("project/notes.txt"), "one\ntwo\n").unwrap();
        let store = Store::open(&folder.path().join("atelier.db")).unwrap();
        let session = store.create_session().await.unwrap().id;
        let path = folder.path().join("project").to_str().unwrap().to_owned();
        let about = vec![EventBody::SessionProject { path }, EventBody::ModeChanged { mode }];
        store.append(session, about, Durability::Written).await.unwrap();
        let options = options(AgentOptions::new(folder.path().join("outputs")));
        let agent = Agent::new(store.clone(), options);
        let server = FakeModelServer::start().await.unwrap();
        Self { server, agent, store, session, approver: Approver::User, folder }
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn notes(&self) -> String {
        fs::read_to_string(self.project().join("notes.txt")).unwrap()
    }

    pub(crate) fn answerer(&self) -> Answerer {
        let key = ApiKey { secret: "sk-test".into(), header: KeyHeader::XApiKey };
        let endpoint = Endpoint { base_url: self.server.url(), key };
        let provider = Anthropic::new(&endpoint, &Transport::default()).unwrap();
        let thinking = AskedThinking::default();
        Answerer {
            provider: Arc::new(provider),
            model: "model".into(),
            max_tokens: 1024,
            thinking,
            context_window: None,
        }
    }

    pub(crate) fn outputs(&self) -> PathBuf {
        self.folder.path().join("outputs")
    }

    pub(crate) fn prompt(&self, text: &str) -> Prompt {
        let (by, approver, limits) = (self.answerer(), self.approver, TurnLimits::default());
        Prompt { text: text.into(), by, approver, limits, allow: Vec::new() }
    }

    pub(crate) async fn send(&self, text: &str) -> Result<(), AgentError> {
        self.agent.send(self.session, self.prompt(text)).await.map(drop)
    }

    pub(crate) async fn send_or_queue(&self, text: &str) -> Result<Sent, AgentError> {
        self.agent.send_or_queue(self.session, self.prompt(text)).await
    }

    pub(crate) async fn go_on(&self) -> bool {
        self.agent
            .go_on(self.session, |_| async { Ok::<_, AgentError>((self.answerer(), TurnLimits::default())) })
            .await
            .unwrap()
    }

    /// The conversation once it is as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&Conversation) -> bool) -> Conversation {
        let look = async {
            let mut log = self.store.follow(self.session, 0).await.unwrap();
            let mut conversation = Conversation::default();
            while !wanted(&conversation) {
                conversation.apply_all(&log.next_batch(64).await.unwrap());
            }
            conversation
        };
        tokio::time::timeout(PATIENCE, look).await.unwrap()
    }

    /// The conversation once the user is asked about this call.
    pub(crate) async fn asked(&self, call: u64) -> Conversation {
        let is_asked =
            |conversation: &Conversation| conversation.questions().any(|(asked, _)| asked.id == ToolCallId(call));
        self.until(is_asked).await
    }

    /// The conversation once the newest turn is over.
    pub(crate) async fn over(&self) -> Conversation {
        let idle = atelier_protocol::AgentState::Idle;
        self.until(|conversation| {
            conversation.turns > 0 && conversation.open_turn.is_none() && conversation.state == idle
        })
        .await
    }

    /// The log in short, without what only prompts and answers write.
    pub(crate) async fn kinds(&self) -> Vec<String> {
        let told = |event: &SessionEvent| match &event.body {
            EventBody::StateChanged { state } => {
                Some(serde_json::to_value(state).unwrap().as_str().unwrap().to_owned())
            }
            body if body.kind().starts_with("tool.") || body.kind().starts_with("file.") => {
                Some(body.kind().to_owned())
            }
            body if body.kind().starts_with("approval.") => Some(body.kind().to_owned()),
            _ => None,
        };
        self.store.read(self.session, 0, 10_000).await.unwrap().iter().filter_map(told).collect()
    }

    /// The results that request number `at` gives back to the model, as (is an error, text).
    pub(crate) fn results_in(&self, at: usize) -> Vec<(bool, String)> {
        let request = self.server.requests()[at].body.clone();
        let last = request["messages"].as_array().unwrap().last().unwrap()["content"].as_array().unwrap().clone();
        let results = last.iter().filter(|block| block["type"] == "tool_result");
        results.map(|block| (block["is_error"] == true, text_of(&block["content"]))).collect()
    }

    /// The same log and folder for a new agent, as after a restart.
    pub(crate) async fn reopened(self) -> Self {
        self.agent.close().await;
        self.store.close().await;
        let store = Store::open(&self.folder.path().join("atelier.db")).unwrap();
        let agent = Agent::new(store.clone(), AgentOptions::new(self.outputs()));
        agent.recover().await.unwrap();
        Self { agent, store, ..self }
    }
}

fn text_of(content: &Json) -> String {
    match content {
        Json::String(text) => text.clone(),
        Json::Array(blocks) => blocks.iter().filter_map(|block| block["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// What came of a call.
pub(crate) fn outcome(conversation: &Conversation, call: u64) -> ToolOutcome {
    match &conversation.call(ToolCallId(call)).unwrap().stage {
        ToolStage::Settled(outcome) => outcome.clone(),
        stage => panic!("not settled: {stage:?}"),
    }
}

/// An answer that reads the notes.
pub(crate) fn read_notes(id: &str) -> (&str, &'static str, Json) {
    (id, "read_file", serde_json::json!({"path": "notes.txt"}))
}

/// An answer that changes the notes; they must have been read.
pub(crate) fn edit_notes(id: &str) -> (&str, &'static str, Json) {
    (id, "edit_file", serde_json::json!({"path": "notes.txt", "old": "two", "new": "three"}))
}

/// Reads the notes, then asks to change them, then says "Done".
pub(crate) fn script_an_edit(server: &FakeModelServer) {
    server.reply(Reply::tool_calls([read_notes("toolu_1")]));
    server.reply(Reply::tool_calls([edit_notes("toolu_2")]));
    server.reply(Reply::text("Done"));
}
