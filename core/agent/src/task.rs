//! The tool `task`: a part of the work is done by a sub-agent in a session of its own.
//!
//! The sub-agent starts afresh in the same project. It only looks, unless the user has allowed that it writes, and then it
//! may go no further without asking than the session that it works for; its questions are asked in its own session. It has
//! no sub-agents itself. What it took is noted in the log of the session that it works for.

use std::{
    collections::HashSet,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use atelier_context::{AgentDefinition, agents};
use atelier_protocol::{ContentKind, Conversation, EventBody, Json, PermissionMode, Role, SessionId, ToolCallId};
use atelier_store::Durability;
use atelier_tools::{
    Approval, Category, Control, Done, FailureCode, Mode, Preview, PreviewKind, ProgressSink, Request, SourcePlan,
    ToolFailure, ToolSource, ToolSpec,
};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::{Agent, AgentError, Answerer, Approver, Prompt, TurnLimits, recovery};

/// The tool's name.
const NAME: &str = "task";

/// How many of a sub-agent's events are read at a time.
const PAGE: usize = 256;

/// How many sub-agents of a turn work at a time.
const AT_A_TIME: usize = 4;

/// How much of a sub-agent's last message the model gets, in bytes.
const MAX_ANSWER: usize = 32 << 10;

/// How much is told of each sub-agent, in characters, and of all of them, in bytes: every request carries it.
const MAX_DESCRIPTION: usize = 400;
const MAX_ALL: usize = 16 << 10;

/// The longest description of a task, in characters, and the longest task, in bytes.
const MAX_TITLE: usize = 200;
const MAX_PROMPT: usize = 64 << 10;

/// The sub-agents that one turn may give work to. Clones are one.
#[derive(Clone)]
pub(crate) struct Tasks {
    shared: Arc<Shared>,
}

struct Shared {
    agent: Agent,
    /// The session that gives the work.
    parent: SessionId,
    project: String,
    by: Answerer,
    approver: Approver,
    agents: Vec<AgentDefinition>,
    room: Semaphore,
    /// The calls that are being done.
    claimed: Mutex<HashSet<ToolCallId>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    description: String,
    prompt: String,
    agent: Option<String>,
    #[serde(default)]
    write: bool,
}

impl Tasks {
    /// Those of this session's turn, which `by` answers.
    pub(crate) async fn of(agent: &Agent, parent: SessionId, project: &str, by: Answerer, approver: Approver) -> Self {
        let (folder, user) = (PathBuf::from(project), agent.shared.options.user.clone());
        let find = move || agents(Some(Path::new(&folder)), &user);
        // A panic is a defect, and no reason to leave the user's prompt unanswered.
        let mut agents = tokio::task::spawn_blocking(find).await.unwrap_or_default();
        agents.retain(|agent| agent.problem.is_none());
        let (agent, project, room, claimed) =
            (agent.clone(), project.to_owned(), Semaphore::new(AT_A_TIME), Mutex::default());
        Self { shared: Arc::new(Shared { agent, parent, project, by, approver, agents, room, claimed }) }
    }

    /// As a toolbox takes it.
    pub(crate) fn source(self) -> Arc<dyn ToolSource> {
        Arc::new(self)
    }

    fn spec(&self) -> ToolSpec {
        let mut description = "Give a part of the work to a sub-agent.\nIt starts afresh in this project, knows only \
                               what `prompt` says, and returns one message. Use it for searches and reviews that \
                               would fill this conversation; several can run at once. It only looks, unless `write` is \
                               true, which the user must allow."
            .to_owned();
        for agent in &self.shared.agents {
            let about: String = agent.description.chars().take(MAX_DESCRIPTION).collect();
            if description.len() + about.len() > MAX_ALL {
                break;
            }
            // Writing to a string does not fail.
            let _ = write!(description, "\n- agent `{}`: {about}", agent.name);
        }
        let properties = json!({
            "description": {"type": "string", "description": "The work in a few words, for the user"},
            "prompt": {"type": "string", "description": "The whole task, and what the answer should hold"},
            "agent": {"type": "string", "description": "One of the agents above, if one fits"},
            "write": {"type": "boolean", "description": "Whether it may change files and run commands"},
        });
        ToolSpec {
            name: NAME.to_owned(),
            category: Category::Custom,
            description,
            input_schema: json!({
                "type": "object", "properties": properties, "required": ["description", "prompt"],
                "additionalProperties": false
            }),
            params: "description:string! prompt:string! agent:string write:bool".to_owned(),
            read_only: true,
        }
    }

    fn plan(&self, mode: Mode, call: &Request) -> Result<SourcePlan, ToolFailure> {
        let wrong = |message: String| ToolFailure::new(FailureCode::InvalidToolCall, message);
        let task: Arguments = serde_json::from_value(call.arguments.clone()).map_err(|_| {
            wrong("`task` takes: description:string! prompt:string! agent:string write:bool.".to_owned())
        })?;
        if task.prompt.trim().is_empty()
            || task.prompt.len() > MAX_PROMPT
            || task.description.chars().count() > MAX_TITLE
        {
            let message =
                format!("The prompt takes up to {} KiB, the description {MAX_TITLE} characters.", MAX_PROMPT >> 10);
            return Err(wrong(message));
        }
        if task.write && mode == Mode::Plan {
            let message = "In plan mode nothing is changed, by sub-agents neither; leave `write` out.";
            return Err(ToolFailure::new(FailureCode::PermissionDenied, message));
        }
        let definition = task.agent.as_deref().map(|name| self.definition(name)).transpose()?;
        let preview = format!("A sub-agent may change files and run commands:\n{}", task.prompt);
        let needs = if task.write {
            Approval::Ask { dangerous: false, preview: Preview::new(PreviewKind::Sentence, preview) }
        } else {
            Approval::Automatic
        };
        let (tasks, arguments, read_only) = (self.clone(), call.arguments.clone(), !task.write);
        Ok(SourcePlan::new(needs, read_only, move |control| async move {
            tasks.run(&arguments, &task, definition, &control).await
        }))
    }

    fn definition(&self, name: &str) -> Result<AgentDefinition, ToolFailure> {
        self.shared.agents.iter().find(|agent| agent.name == name).cloned().ok_or_else(|| {
            let names: Vec<_> = self.shared.agents.iter().map(|agent| agent.name.as_str()).collect();
            let known =
                if names.is_empty() { "leave it out".to_owned() } else { format!("one of {}", names.join(", ")) };
            ToolFailure::new(FailureCode::InvalidToolCall, format!("There is no such agent; `agent` is {known}."))
        })
    }

    async fn run(
        &self,
        arguments: &Json,
        task: &Arguments,
        definition: Option<AgentDefinition>,
        control: &Control,
    ) -> Result<Done, ToolFailure> {
        // Closed by nobody, so this only fails where the turn is stopped.
        let room = control.stop.run_until_cancelled(self.shared.room.acquire()).await;
        let _room = room.and_then(Result::ok).ok_or_else(stopped)?;
        let (call, mode) =
            self.claim(arguments, task.write).await.map_err(|error| failed(&error))?.ok_or_else(stopped)?;
        let (agent, parent) = (&self.shared.agent, self.shared.parent);
        let child = self.begin(call, task, mode).await.map_err(|error| failed(&error))?;
        let _stop_when_dropped = StopWhenDropped { agent: agent.clone(), child };
        let prompt = Prompt {
            text: text_of(task, definition.as_ref()),
            by: self.shared.by.clone(),
            approver: self.shared.approver,
            limits: TurnLimits::default(),
            allow: Vec::new(),
        };
        let only = definition.map(|definition| definition.tools).filter(|tools| !tools.is_empty());
        agent.send_with(child, prompt, only.map(|tools| names_of(&tools))).await.map_err(|error| failed(&error))?;
        tokio::select! {
            () = agent.ended(child) => {}
            () = self.tell_questions(child, &control.progress) => {}
            () = control.stop.cancelled() => {
                agent.stop_turn(child);
                agent.ended(child).await;
            }
        }
        let conversation = agent.conversation(child).await.map_err(|error| failed(&error))?;
        self.note(parent, finished(call, child, &conversation)).await.map_err(|error| failed(&error))?;
        if control.stop.is_cancelled() {
            return Err(stopped());
        }
        outcome(child, &conversation)
    }

    /// Which call this is, and how far the sub-agent may go; none where its turn is over. Of calls that say the same, any
    /// is as good as another.
    async fn claim(&self, arguments: &Json, write: bool) -> Result<Option<(ToolCallId, PermissionMode)>, AgentError> {
        let conversation = recovery::load(&self.shared.agent.shared.store, self.shared.parent).await?;
        let mut claimed = self.shared.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        let call = conversation
            .unsettled_calls()
            .find(|call| call.tool == NAME && call.params == *arguments && !claimed.contains(&call.id));
        let Some(call) = call else { return Ok(None) };
        claimed.insert(call.id);
        Ok(Some((call.id, if write { conversation.mode } else { PermissionMode::Plan })))
    }

    /// Makes the session, and says so in the parent's log.
    async fn begin(&self, call: ToolCallId, task: &Arguments, mode: PermissionMode) -> Result<SessionId, AgentError> {
        let (store, parent) = (&self.shared.agent.shared.store, self.shared.parent);
        let child = store.create_session().await?.id;
        let title: String = task.description.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut about = vec![
            EventBody::SessionParent { session: parent, tool_call_id: call },
            EventBody::SessionProject { path: self.shared.project.clone() },
            EventBody::ModeChanged { mode },
        ];
        if !title.is_empty() {
            about.push(EventBody::SessionRenamed { title });
        }
        store.append(child, about, Durability::Written).await?;
        self.note(parent, EventBody::TaskStarted { tool_call_id: call, session: child }).await?;
        Ok(child)
    }

    /// Tells those who read the parent's log alone that the sub-agent waits for the user. Ends with nothing but its future.
    async fn tell_questions(&self, child: SessionId, progress: &ProgressSink) {
        if let Ok(mut log) = self.shared.agent.shared.store.follow(child, 0).await {
            while let Ok(events) = log.next_batch(PAGE).await {
                if events.is_empty() {
                    break;
                }
                for event in events {
                    let about = match event.body {
                        EventBody::ToolCall { tool, requires_approval: true, .. } => tool,
                        EventBody::ElicitationRequested { server, .. } => format!("what {server} wants to know"),
                        _ => continue,
                    };
                    progress.step(None, format!("It asks the user about {about}, in its own session."));
                }
            }
        }
        std::future::pending::<()>().await;
    }

    async fn note(&self, session: SessionId, event: EventBody) -> Result<(), AgentError> {
        self.shared.agent.shared.store.append(session, vec![event], Durability::Written).await?;
        Ok(())
    }
}

#[async_trait]
impl ToolSource for Tasks {
    async fn specs(&self, _: Mode) -> Vec<ToolSpec> {
        vec![self.spec()]
    }

    async fn prepare(&self, mode: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        (call.name == NAME).then(|| self.plan(mode, call))
    }
}

/// A sub-agent whose result nobody waits for any more stops.
struct StopWhenDropped {
    agent: Agent,
    child: SessionId,
}

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.agent.stop_turn(self.child);
    }
}

/// The sub-agent's prompt: its log shows all that it was told.
fn text_of(task: &Arguments, definition: Option<&AgentDefinition>) -> String {
    let mut text = "You do a part of another agent's work, in a session of your own. It gets your last message and \
                    nothing else, so put everything it needs in there, and keep it short. Nobody answers questions."
        .to_owned();
    if let Some(definition) = definition {
        text.push_str("\n\n");
        text.push_str(&definition.prompt);
    }
    text + "\n\nThe task:\n" + &task.prompt
}

/// Our tools behind the names of a definition: `Bash(git:*)` is the tool, whatever stands in the brackets.
fn names_of(tools: &[String]) -> Vec<String> {
    let plain = |tool: &String| tool.split('(').next().unwrap_or_default().trim().to_owned();
    let ours = |tool: String| atelier_tools::names_of(&tool).into_iter().map(str::to_owned).collect::<Vec<_>>();
    tools.iter().map(plain).flat_map(ours).collect()
}

/// What the sub-agent took, for the log of the session that it worked for.
fn finished(call: ToolCallId, child: SessionId, conversation: &Conversation) -> EventBody {
    EventBody::TaskFinished {
        tool_call_id: call,
        session: child,
        provider: conversation.provider.clone(),
        model: conversation.model.clone(),
        usage: conversation.usage,
    }
}

fn outcome(child: SessionId, conversation: &Conversation) -> Result<Done, ToolFailure> {
    let answer = last_answer(conversation);
    if let Some(error) = &conversation.error {
        return Err(ToolFailure::new(FailureCode::SubAgentFailed, format!("The sub-agent failed: {error}")));
    }
    if answer.trim().is_empty() || conversation.open_turn.is_some() {
        let message = "The sub-agent was stopped before it had an answer; do without, or ask the user.";
        return Err(ToolFailure::new(FailureCode::SubAgentFailed, message));
    }
    let cut = answer.floor_char_boundary(MAX_ANSWER);
    let note = if cut < answer.len() { "\n[The rest of the answer is left out; ask for a shorter one.]" } else { "" };
    let metadata = json!({"session": child});
    Ok(Done { metadata: Some(metadata), ..Done::text(format!("{}{note}", &answer[..cut])) })
}

/// What was said last, after the last tool.
fn last_answer(conversation: &Conversation) -> String {
    let after = conversation.calls.iter().filter_map(|call| call.answer_end).max();
    let said = conversation.messages.iter().filter(|message| after.is_none_or(|after| message.id > after));
    let said = said.filter(|message| message.role == Role::Assistant && message.content == ContentKind::Text);
    said.map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn stopped() -> ToolFailure {
    ToolFailure::new(FailureCode::Cancelled, "The sub-agent was stopped.")
}

/// Its session could not be made, or not read.
fn failed(error: &AgentError) -> ToolFailure {
    ToolFailure::new(FailureCode::SubAgentFailed, format!("The sub-agent can't work: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_s_tools_are_ours_by_other_names() {
        let tools = ["Read", "Bash(git log:*)", "Glob", "mcp__x__y"].map(str::to_owned);
        assert_eq!(names_of(&tools), ["read_file", "shell_exec", "search_files", "glob", "mcp__x__y"]);
    }
}
