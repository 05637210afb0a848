//! One turn: answers and tool calls in their order, and whatever happens the turn is closed in the log.

use std::time::Duration;

use atelier_llm::{ModelMessage, ModelRequest, ProviderError};
use atelier_protocol::{
    AgentState, Conversation, ErrorCode, EventBody, PermissionMode, StopReason, ToolCall, ToolOutcome, TurnOutcome,
};
use atelier_store::{Durability, StoreError};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::{
    AgentOptions, News,
    agent::Answerer,
    answer::{End, Report},
    attention,
    calls::{Calls, CallsEnd},
    compaction::{self, Compacted},
    elicitation::Questions,
    history::{self, History},
    limits::Budget,
    recovery,
    steering::Queue,
    turn_log::TurnLog,
    turn_tools::TurnTools,
};

/// What a running turn needs.
pub(crate) struct Turn {
    pub(crate) by: Answerer,
    /// What the model may use; none in a session without a project.
    pub(crate) tools: Option<TurnTools>,
    /// How far the model may go without asking.
    pub(crate) mode: PermissionMode,
    pub(crate) log: TurnLog,
    pub(crate) history: History,
    /// The prompts that wait to be delivered.
    pub(crate) queue: Queue,
    pub(crate) options: AgentOptions,
    pub(crate) budget: Budget,
    /// The user stops the turn, or the program ends.
    pub(crate) stopped: CancellationToken,
    /// The program ends.
    pub(crate) closing: CancellationToken,
}

/// What comes after a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// The session is left to others.
    Nothing,
    /// Another turn, which prompts that were queued have begun.
    AnotherTurn,
}

/// Where a turn begins.
pub(crate) enum Beginning {
    /// With a prompt: these are the messages to send.
    Prompt(Vec<ModelMessage>),
    /// With a prompt, but the conversation hardly fits the model any more.
    Full,
    /// With the calls of an answer that is in the log already.
    Calls,
    /// There is no turn: the user wants a summary, and to be told what came of it.
    Compaction(oneshot::Sender<Compacted>),
}

impl Turn {
    /// Runs the turn to its end, and the turns that queued prompts begin after it. An error means that the log could not
    /// be written; the turn then stays open in it and is closed by whoever opens the session next.
    ///
    /// The messages hold the whole conversation and are given away, so that a long turn does not keep them in memory; an
    /// answer or attempt after the first takes them from the log again.
    pub(crate) async fn run(mut self, mut beginning: Beginning) -> Result<(), StoreError> {
        if let Beginning::Compaction(outcome) = beginning {
            return self.compact_on_request(outcome).await;
        }
        while self.run_one(beginning).await? == After::AnotherTurn {
            // It was said of the turn that is over.
            self.tools.iter_mut().for_each(|tools| tools.allowed.clear());
            beginning = Beginning::Full;
        }
        Ok(())
    }

    async fn run_one(&mut self, beginning: Beginning) -> Result<After, StoreError> {
        let mut messages = match beginning {
            Beginning::Prompt(messages) => Some(messages),
            Beginning::Full => Some(self.messages(Conversation::default()).await?),
            Beginning::Calls | Beginning::Compaction(_) => None,
        };
        self.budget.begin_turn();
        loop {
            let request = if let Some(messages) = messages.take() {
                messages
            } else {
                // Folded once for the calls and for what is sent after them: the log of a long session takes its time.
                let mut conversation = self.history.load().await?;
                match self.settle_calls(&mut conversation).await? {
                    CallsEnd::Settled => {
                        if let Some(limit) = self.budget.reached() {
                            return self.settle(End::Limited(limit), Report::default()).await;
                        }
                        self.deliver_queued().await?;
                        self.messages(conversation).await?
                    }
                    CallsEnd::Stopped => return self.settle(End::Interrupted, Report::default()).await,
                    CallsEnd::LeftOpen => {
                        self.log.flush(Durability::Flushed).await?;
                        return Ok(After::Nothing);
                    }
                }
            };
            self.log.enter(AgentState::Thinking, Vec::new()).await?;
            self.log.begin_answer();
            let mut report = Report::default();
            let end = self.ask_or_compact(request, &mut report).await?;
            if !report.wants_tools || !matches!(end, End::Answered(_)) {
                return self.settle(end, report).await;
            }
            self.log.finish_message(true, None).await?;
            self.budget.take(report.usage.as_ref());
            let usage = self.usage(report);
            self.log.write(usage.into_iter().collect()).await?;
        }
    }

    /// Asks. Where the conversation turns out to be too long for the model, it is summarised and asked about once more.
    async fn ask_or_compact(&mut self, messages: Vec<ModelMessage>, report: &mut Report) -> Result<End, StoreError> {
        let end = self.ask(self.request(messages).await, report).await?;
        let too_long = matches!(end, End::Refused(ProviderError::ContextTooLong { .. }));
        if !too_long || self.log.answered() || self.compact(true).await? != Compacted::Done {
            return Ok(end);
        }
        *report = Report::default();
        let messages = self.messages(Conversation::default()).await?;
        self.ask(self.request(messages).await, report).await
    }

    /// What the next request sends, from the log as it stands; a summary, where it would hardly fit the model.
    /// `conversation` is what was folded of the log before.
    async fn messages(&mut self, mut conversation: Conversation) -> Result<Vec<ModelMessage>, StoreError> {
        recovery::catch_up(&self.history.store, self.history.session, &mut conversation).await?;
        if compaction::is_full(&conversation, &self.by) {
            self.log.enter(AgentState::Thinking, Vec::new()).await?;
            // Where that fails, the request may fit all the same; if it does not, its own error says so.
            if self.compact(true).await? == Compacted::Done {
                conversation = self.history.load().await?;
            }
        }
        self.mode = conversation.mode;
        Ok(history::messages_for(self.by.provider.name(), &self.by.model, &conversation))
    }

    async fn request(&self, messages: Vec<ModelMessage>) -> ModelRequest {
        let tools = self.tools.as_ref();
        let offered = match tools {
            // Servers may take their time to say what they offer. A turn that is stopped sends no request anyway.
            Some(tools) => self.stopped.run_until_cancelled(tools.offered(self.mode)).await.unwrap_or_default(),
            None => Vec::new(),
        };
        ModelRequest {
            model: self.by.model.clone(),
            system: tools.map(|tools| tools.instructions.clone()),
            messages,
            max_tokens: self.by.max_tokens,
            thinking_budget: self.by.thinking.budget,
            effort: self.by.thinking.effort,
            tools: offered,
        }
    }

    /// Settles the calls of the answer in the log.
    async fn settle_calls(&mut self, conversation: &mut Conversation) -> Result<CallsEnd, StoreError> {
        let Some(tools) = &self.tools else { return Ok(CallsEnd::Settled) };
        let History { store, session } = &self.history;
        let (log, stopped, closing) = (&mut self.log, &self.stopped, &self.closing);
        let questions = Questions::default();
        let AgentOptions { approval_timeout, tool_retries, ref messenger, .. } = self.options;
        let mut calls = Calls {
            store,
            session: *session,
            log,
            tools,
            approval_timeout,
            tool_retries,
            stopped,
            closing,
            questions: &questions,
            messenger: messenger.as_ref(),
        };
        let end = calls.settle(conversation).await?;
        self.mode = conversation.mode;
        Ok(end)
    }

    /// Closes the turn in the log, in the order that the protocol promises.
    async fn settle(&mut self, end: End, report: Report) -> Result<After, StoreError> {
        let turn = self.log.turn();
        let answered = matches!(end, End::Answered(_));
        let mut last = if report.wants_tools && !answered { self.unsettled().await? } else { Vec::new() };
        last.extend(self.usage(report));
        let (outcome, stop_reason, problem) = match end {
            End::Answered(stop_reason) => (TurnOutcome::Completed, stop_reason, None),
            End::Interrupted => {
                let limit = self.budget.out_of_time().then_some(StopReason::TimeLimit);
                (TurnOutcome::Interrupted, limit, None)
            }
            End::Refused(error) => (TurnOutcome::Failed, None, Some((error.code(), error.to_string()))),
            End::Limited(limit) => (TurnOutcome::Completed, Some(limit), None),
            End::UnofferedTool(tool) => {
                (TurnOutcome::Failed, Some(StopReason::ToolUse), Some((ErrorCode::LlmApiError, unoffered(&tool))))
            }
        };
        if let Some((code, message)) = problem {
            last.extend(problem_events(code, message));
        }
        last.push(EventBody::TurnFinished { turn, outcome, stop_reason });
        let after = if outcome == TurnOutcome::Completed && !self.stopped.is_cancelled() {
            self.close_or_go_on(answered, last).await?
        } else {
            self.log.close(answered, last).await?;
            After::Nothing
        };
        attention::tell(self.options.messenger.as_ref(), self.history.session, News::Finished { outcome });
        Ok(after)
    }

    /// The ends of the calls that were asked for in an answer that broke off.
    async fn unsettled(&mut self) -> Result<Vec<EventBody>, StoreError> {
        self.log.flush(Durability::Written).await?;
        let conversation = recovery::load(&self.history.store, self.history.session).await?;
        let interrupted = |call: &ToolCall| EventBody::ToolResult {
            tool_call_id: call.id,
            outcome: ToolOutcome::interrupted(),
            execution_time_ms: 0,
        };
        Ok(conversation.unsettled_calls().map(interrupted).collect())
    }

    /// What the request consumed, if that was told.
    pub(crate) fn usage(&self, report: Report) -> Option<EventBody> {
        let usage = report.usage?;
        let model = report.model.unwrap_or_else(|| self.by.model.clone());
        let (turn, first_token_ms) = (self.log.turn(), report.first_token.map(millis));
        Some(EventBody::Usage { turn, model, usage, first_token_ms })
    }
}

pub(crate) fn problem_events(code: ErrorCode, message: String) -> [EventBody; 2] {
    [EventBody::Error { code, message }, EventBody::StateChanged { state: AgentState::Error }]
}

/// Milliseconds, for the log.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn unoffered(tool: &str) -> String {
    format!(
        "The model asked for the tool “{tool}”, which it was not offered: send the prompt again or choose another model."
    )
}
