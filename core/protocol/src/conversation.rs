//! The fold from a session's log to what was said.

mod calls;
mod elicitations;
mod queue;
mod rewind;

pub use queue::QueuedPrompt;
pub use rewind::{Checkpoint, Restoration, SubAgent};

use std::collections::BTreeSet;

use crate::{
    AgentState, ContentKind, Elicitation, EventBody, Json, MessageId, PermissionMode, Role, SessionEvent, SessionId,
    Timestamp, ToolCall, TurnId, Usage, WaitReason,
};

/// A session as a reader sees it: messages in order, state, totals. Fed with the log's events from the first one on,
/// in order; an event that was already applied is ignored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conversation {
    /// What was said, in order.
    pub messages: Vec<Message>,
    /// What tools the model asked for, in order.
    pub calls: Vec<ToolCall>,
    /// The folder the session works in; without one its agent has no tools.
    pub project: Option<String>,
    /// How far the agent may go without asking.
    pub mode: PermissionMode,
    /// The tools that the user does not want to be asked about again in this session.
    pub always_allowed: BTreeSet<String>,
    /// The rules that allow calls in this session without asking.
    pub session_rules: Vec<String>,
    /// The newest title, if any.
    pub title: Option<String>,
    /// What the agent is doing.
    pub state: AgentState,
    /// The turn that has started and not finished.
    pub open_turn: Option<TurnId>,
    /// How many turns have started, those included that were taken back.
    pub turns: u64,
    /// Tokens of all turns together; in a copy of a session, of its own.
    pub usage: Usage,
    /// How long the newest turn's newest request waited for the first piece of its answer, in milliseconds; none while
    /// that is not known.
    pub first_token_ms: Option<u64>,
    /// The message of the newest error, until the next turn starts. One after which the request is sent again is none.
    pub error: Option<String>,
    /// What the open turn waits for before it asks the model; none when it does not wait.
    pub waiting: Option<Waiting>,
    /// Sequence number of the last event applied, 0 before the first.
    pub seq: u64,
    /// Who answers the newest turn.
    pub provider: String,
    /// The model that the newest turn asks for.
    pub model: String,
    /// The prompts that wait to be delivered, in the order in which they will be.
    pub queued: Vec<QueuedPrompt>,
    /// The highest number that a queued prompt has had; 0 before the first.
    pub last_queued: u64,
    /// What tools ask the user for while they run, oldest first.
    pub elicitations: Vec<Elicitation>,
    /// The highest number that such a question has had; 0 before the first.
    pub last_elicitation: u64,
    /// What the model is told in place of the messages up to one; none while it is told all of them.
    pub summary: Option<Summary>,
    /// The summaries that are in force, oldest first; the newest is told.
    pub summaries: Vec<Summary>,
    /// How many tokens of the model's window the newest request and its answer took; none while that is not known.
    pub context_tokens: Option<u64>,
    /// It was put away: it is not listed unless asked for.
    pub archived: bool,
    /// The session of which it began as a copy.
    pub forked_from: Option<SessionId>,
    /// The session of whose work it does a part.
    pub parent: Option<SessionId>,
    /// The files that were kept before calls changed them, oldest first. A rewind leaves them in.
    pub checkpoints: Vec<Checkpoint>,
    /// The sub-agents that were given work, oldest first. A rewind leaves them in.
    pub sub_agents: Vec<SubAgent>,
    /// When the user had files restored, oldest first.
    pub restorations: Vec<Restoration>,
    /// The highest number that a message has had, those included that were taken back; 0 before the first.
    pub last_message: u64,
    /// The same for calls.
    pub last_call: u64,
    /// The same for checkpoints.
    pub last_checkpoint: u64,
    /// Sequence number of the event that last took the conversation back to an earlier message; 0 if none did.
    pub rewound_at: u64,
}

/// What stands for the beginning of a conversation that has become too long for the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The last message that it stands for, with the calls and results that belong to that.
    pub up_to: MessageId,
    /// The last call that it stands for; 0 for none.
    pub last_call: u64,
    /// What the model is told, as a model wrote it.
    pub text: String,
    /// Whether it was necessary; else the user asked for it.
    pub automatic: bool,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its number in the session.
    pub id: MessageId,
    /// The turn it belongs to.
    pub turn: TurnId,
    /// Who speaks.
    pub role: Role,
    /// What kind of text it is.
    pub content: ContentKind,
    /// Who answers this turn; vendor data is only good for that vendor.
    pub provider: String,
    /// The model that was asked in this turn; thinking is only good for that model.
    pub model: String,
    /// All its text so far.
    pub text: String,
    /// None while it streams; then whether it came whole.
    pub complete: Option<bool>,
    /// Vendor data of its end.
    pub vendor: Option<Json>,
}

/// A request that waits before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Why.
    pub reason: WaitReason,
    /// Which attempt it waits for, from 1 to `attempts`.
    pub attempt: u32,
    /// How many attempts there are at most.
    pub attempts: u32,
    /// When it is sent. Later than now only while it waits; a process that died leaves a time that has passed.
    pub until: Timestamp,
    /// What the failure before it was, in a sentence; none when nothing failed.
    pub error: Option<String>,
}

impl Conversation {
    /// Folds one more event in.
    pub fn apply(&mut self, event: &SessionEvent) {
        if event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        let from_elsewhere = matches!(
            event.body,
            EventBody::SessionRenamed { .. }
                | EventBody::SessionArchived { .. }
                | EventBody::PromptQueued { .. }
                | EventBody::PromptWithdrawn { .. }
                | EventBody::Unknown(_)
        );
        if !from_elsewhere {
            self.waiting = None;
        }
        match &event.body {
            EventBody::SessionRenamed { title } => self.title = Some(title.clone()),
            EventBody::SessionProject { path } => self.project = Some(path.clone()),
            EventBody::SessionArchived { archived } => self.archived = *archived,
            EventBody::SessionForked { from, .. } => self.fork(*from),
            EventBody::SessionParent { session, .. } => self.parent = Some(*session),
            EventBody::ModeChanged { mode } => self.mode = *mode,
            EventBody::TurnStarted { turn, provider, model } => self.start_turn(*turn, provider, model),
            EventBody::TurnFinished { .. } => self.open_turn = None,
            EventBody::MessageStarted { message, turn, role, content } => {
                self.start_message(*message, *turn, *role, *content);
            }
            EventBody::MessageDelta { message, text } => {
                if let Some(message) = self.message_mut(*message) {
                    message.text.push_str(text);
                }
            }
            EventBody::MessageFinished { message, complete, vendor } => {
                if let Some(message) = self.message_mut(*message) {
                    message.complete = Some(*complete);
                    message.vendor.clone_from(vendor);
                }
            }
            EventBody::Usage { usage, first_token_ms, .. } => {
                self.usage.add(*usage);
                self.first_token_ms = *first_token_ms;
                self.context_tokens = Some(usage.context_tokens()).filter(|tokens| *tokens > 0);
            }
            EventBody::TaskStarted { .. } => {
                self.apply_call(&event.body);
                self.apply_files(&event.body);
            }
            // What its requests held is not what the next one here will.
            EventBody::TaskFinished { usage, .. } => self.usage.add(*usage),
            EventBody::Error { message, .. } => self.error = Some(message.clone()),
            EventBody::ModelWaiting { reason, attempt, attempts, wait_ms, .. } => {
                let error = if *reason == WaitReason::Retry { self.error.take() } else { None };
                let until = event.at.plus_millis(*wait_ms);
                self.waiting = Some(Waiting { reason: *reason, attempt: *attempt, attempts: *attempts, until, error });
            }
            EventBody::StateChanged { state } => self.change_state(*state),
            EventBody::ToolRequested { .. } | EventBody::ToolCall { .. } | EventBody::ApprovalResolved { .. } => {
                self.apply_call(&event.body);
            }
            EventBody::ToolResult { .. } => {
                self.apply_call(&event.body);
                self.apply_elicitation(&event.body);
            }
            EventBody::ElicitationRequested { .. } | EventBody::ElicitationResolved { .. } => {
                self.apply_elicitation(&event.body);
            }
            EventBody::PromptQueued { .. } | EventBody::PromptWithdrawn { .. } | EventBody::PromptDelivered { .. } => {
                self.apply_queue(&event.body, event.at);
            }
            EventBody::HistoryCompacted { up_to, summary, automatic } => {
                let (text, last_call) = (summary.clone(), self.last_call);
                let summary = Summary { up_to: *up_to, last_call, text, automatic: *automatic };
                self.summaries.push(summary.clone());
                self.summary = Some(summary);
                // Known again with the next request.
                self.context_tokens = None;
            }
            EventBody::ConversationRewound { to } => self.rewind(*to, event.seq),
            EventBody::CheckpointTaken { .. } | EventBody::FilesRestored { .. } => self.apply_files(&event.body),
            // Nothing that a conversation is made of.
            _ => {}
        }
    }
}

impl Conversation {
    /// Folds a whole log, or the rest of one.
    pub fn apply_all<'a>(&mut self, events: impl IntoIterator<Item = &'a SessionEvent>) {
        for event in events {
            self.apply(event);
        }
    }

    /// The messages that have started and not finished, oldest first.
    pub fn open_messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| message.complete.is_none())
    }

    fn start_turn(&mut self, turn: TurnId, provider: &str, model: &str) {
        self.open_turn = Some(turn);
        self.turns += 1;
        self.error = None;
        self.first_token_ms = None;
        provider.clone_into(&mut self.provider);
        model.clone_into(&mut self.model);
    }

    fn start_message(&mut self, id: MessageId, turn: TurnId, role: Role, content: ContentKind) {
        self.last_message = self.last_message.max(id.0);
        let (provider, model) = (self.provider.clone(), self.model.clone());
        let (text, complete, vendor) = (String::new(), None, None);
        self.messages.push(Message { id, turn, role, content, provider, model, text, complete, vendor });
    }

    /// Searched from the end: deltas nearly always belong to the newest message.
    fn message_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        self.messages.iter_mut().rev().find(|message| message.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorCode, TurnOutcome};

    fn log(bodies: Vec<EventBody>) -> Vec<SessionEvent> {
        let at = Timestamp::from_millis(0);
        bodies.into_iter().zip(1..).map(|(body, seq)| SessionEvent { seq, at, body }).collect()
    }

    fn started(message: u64, role: Role) -> EventBody {
        EventBody::MessageStarted { message: MessageId(message), turn: TurnId(1), role, content: ContentKind::Text }
    }

    fn said(message: u64, text: &str) -> EventBody {
        EventBody::MessageDelta { message: MessageId(message), text: text.to_owned() }
    }

    #[test]
    fn a_log_that_breaks_off_folds_to_an_open_turn_with_its_partial_text() {
        let events = log(vec![
            EventBody::TurnStarted { turn: TurnId(1), provider: "demo".into(), model: "demo".into() },
            started(1, Role::User),
            said(1, "Hi"),
            EventBody::MessageFinished { message: MessageId(1), complete: true, vendor: None },
            EventBody::StateChanged { state: AgentState::Thinking },
            started(2, Role::Assistant),
            said(2, "Hel"),
            said(2, "lo"),
        ]);
        let mut conversation = Conversation::default();
        conversation.apply_all(&events);
        assert_eq!(conversation.open_turn, Some(TurnId(1)));
        assert_eq!(conversation.state, AgentState::Thinking);
        assert_eq!(conversation.messages[1].text, "Hello");
        assert_eq!(conversation.messages[1].provider, "demo");
        assert_eq!(conversation.open_messages().map(|message| message.id).collect::<Vec<_>>(), [MessageId(2)]);
    }

    #[test]
    fn an_error_after_which_the_request_is_sent_again_is_a_wait_and_no_problem() {
        let error = |message: &str| EventBody::Error { code: ErrorCode::LlmApiError, message: message.to_owned() };
        let state = |state| EventBody::StateChanged { state };
        let turn = TurnId(1);
        let events = log(vec![
            EventBody::TurnStarted { turn, provider: "demo".into(), model: "demo".into() },
            state(AgentState::Thinking),
            error("Overloaded."),
            state(AgentState::Error),
            EventBody::ModelWaiting { turn, reason: WaitReason::Retry, attempt: 2, attempts: 4, wait_ms: 2000 },
            state(AgentState::Thinking),
            error("No network."),
            state(AgentState::Error),
            EventBody::TurnFinished { turn, outcome: TurnOutcome::Failed, stop_reason: None },
        ]);
        let fold = |count: usize| {
            let mut conversation = Conversation::default();
            conversation.apply_all(&events[..count]);
            (conversation.error, conversation.waiting)
        };
        let (until, error) = (Timestamp::from_millis(2000), Some("Overloaded.".to_owned()));
        let waiting = Waiting { reason: WaitReason::Retry, attempt: 2, attempts: 4, until, error };
        assert_eq!(fold(5), (None, Some(waiting)));
        assert_eq!(fold(6), (None, None));
        assert_eq!(fold(9), (Some("No network.".to_owned()), None));
    }

    #[test]
    fn the_context_is_as_full_as_the_newest_request_made_it_and_unknown_after_a_summary() {
        let usage = |input_tokens, output_tokens| EventBody::Usage {
            turn: TurnId(1),
            model: "m".into(),
            usage: Usage {
                input_tokens,
                output_tokens,
                cache_read_tokens: 20,
                cache_write_tokens: 1,
                ..Usage::default()
            },
            first_token_ms: None,
        };
        let compacted =
            EventBody::HistoryCompacted { up_to: MessageId(3), summary: "So far: …".into(), automatic: true };
        let events = log(vec![usage(300, 9), usage(100, 4), compacted]);
        let mut conversation = Conversation::default();
        conversation.apply_all(&events[..2]);
        assert_eq!((conversation.context_tokens, &conversation.summary), (Some(125), &None));
        conversation.apply_all(&events[2..]);
        let summary = Summary { up_to: MessageId(3), last_call: 0, text: "So far: …".into(), automatic: true };
        assert_eq!((conversation.context_tokens, conversation.summary), (None, Some(summary)));
    }

    #[test]
    fn events_applied_again_change_nothing() {
        let events = log(vec![
            EventBody::TurnStarted { turn: TurnId(1), provider: "demo".into(), model: "demo".into() },
            started(1, Role::User),
            said(1, "Hi"),
            EventBody::TurnFinished { turn: TurnId(1), outcome: TurnOutcome::Completed, stop_reason: None },
        ]);
        let mut once = Conversation::default();
        once.apply_all(&events);
        let mut twice = once.clone();
        twice.apply_all(&events);
        assert_eq!(once, twice);
    }
}
