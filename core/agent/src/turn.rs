//! One turn: the request goes out, its stream becomes events, and whatever happens the turn is closed in the log.

use std::time::{Duration, Instant};

use atelier_llm::{BlockKind, ModelEvent, ModelMessage, ModelRequest, ModelStream, ProviderError};
use atelier_protocol::{
    AgentState, ContentKind, ErrorCode, EventBody, Json, PermissionMode, StopReason, ToolCall, ToolOutcome,
    TurnOutcome, Usage, WaitReason,
};
use atelier_store::{Durability, StoreError};
use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::{
    RetryPolicy,
    agent::Answerer,
    calls::{Calls, CallsEnd},
    history::History,
    recovery,
    turn_log::TurnLog,
    turn_tools::TurnTools,
};

/// How many answers a turn may take, as the HTTP contract has it.
const MAX_ANSWERS: u32 = 50;

/// The longest arguments of a call, in bytes.
const MAX_ARGUMENTS: usize = 16 << 20;

/// A wait for the provider's limit that is no longer than this is not worth telling of.
const UNSEEN: Duration = Duration::from_millis(250);

/// What a running turn needs.
pub(crate) struct Turn {
    pub(crate) by: Answerer,
    /// What the model may use; none in a session without a project.
    pub(crate) tools: Option<TurnTools>,
    /// How far the model may go without asking.
    pub(crate) mode: PermissionMode,
    pub(crate) log: TurnLog,
    pub(crate) history: History,
    pub(crate) retries: RetryPolicy,
    /// The user stops the turn, or the program ends.
    pub(crate) stopped: CancellationToken,
    /// The program ends.
    pub(crate) closing: CancellationToken,
}

/// Where a turn begins.
pub(crate) enum Beginning {
    /// With a prompt: these are the messages to send.
    Prompt(Vec<ModelMessage>),
    /// With the calls of an answer that is in the log already.
    Calls,
}

/// What a stream yields: `None` after its end.
type Step = Option<Result<ModelEvent, ProviderError>>;

/// How the stream ended.
enum End {
    Answered(Option<StopReason>),
    Interrupted,
    Refused(ProviderError),
    /// The model asked for a tool although it was offered none.
    UnofferedTool(String),
    /// The model still asks for tools after as many answers as a turn may have.
    TooManyAnswers,
}

/// What the stream told beside its text.
#[derive(Default)]
struct Report {
    model: Option<String>,
    usage: Option<Usage>,
    stop_reason: Option<StopReason>,
    unoffered_tool: Option<String>,
    /// The calls whose arguments are coming in, by block.
    calls: Vec<OpenCall>,
    /// Whether some tool was asked for.
    wants_tools: bool,
    finished: bool,
    /// When the request was sent.
    asked: Option<Instant>,
    /// How long its first piece of text, thinking or a tool call took.
    first_token: Option<Duration>,
}

/// A call of which not all has come.
struct OpenCall {
    index: u32,
    vendor_id: String,
    tool: String,
    arguments: String,
}

impl Report {
    /// More arguments of a call. What grows past all reason is cut; it is then no JSON, and the model is told so.
    fn extend_call(&mut self, index: u32, arguments: &str) {
        if let Some(call) = self.calls.iter_mut().find(|call| call.index == index)
            && call.arguments.len() + arguments.len() <= MAX_ARGUMENTS
        {
            call.arguments.push_str(arguments);
        }
    }

    /// The call of that block, which is now whole.
    fn close_call(&mut self, index: u32) -> Option<OpenCall> {
        let at = self.calls.iter().position(|call| call.index == index)?;
        self.wants_tools = true;
        Some(self.calls.remove(at))
    }

    fn note_first_token(&mut self) {
        if self.first_token.is_none() {
            self.first_token = self.asked.map(|asked| asked.elapsed());
        }
    }
}

impl Turn {
    /// Runs the turn to its end. An error means that the log could not be written; the turn then stays open in it and
    /// is closed by whoever opens the session next.
    ///
    /// The messages hold the whole conversation and are given away, so that a long turn does not keep them in memory; an
    /// answer or attempt after the first takes them from the log again.
    pub(crate) async fn run(mut self, beginning: Beginning) -> Result<(), StoreError> {
        let mut messages = match beginning {
            Beginning::Prompt(messages) => Some(messages),
            Beginning::Calls => None,
        };
        for answers in 0.. {
            let request = match messages.take() {
                Some(messages) => messages,
                None => match self.settle_calls().await? {
                    CallsEnd::Settled if answers == MAX_ANSWERS => {
                        return self.settle(End::TooManyAnswers, Report::default()).await;
                    }
                    CallsEnd::Settled => self.history.messages(self.by.provider.name(), &self.by.model).await?,
                    CallsEnd::Stopped => return self.settle(End::Interrupted, Report::default()).await,
                    CallsEnd::LeftOpen => return self.log.flush(Durability::Flushed).await,
                },
            };
            self.log.enter(AgentState::Thinking, Vec::new()).await?;
            self.log.begin_answer();
            let mut report = Report::default();
            let end = self.ask(self.request(request), &mut report).await?;
            if !report.wants_tools || !matches!(end, End::Answered(_)) {
                return self.settle(end, report).await;
            }
            self.log.finish_message(true, None).await?;
            let usage = self.usage(report);
            self.log.write(usage.into_iter().collect()).await?;
        }
        Ok(())
    }

    fn request(&self, messages: Vec<ModelMessage>) -> ModelRequest {
        let tools = self.tools.as_ref();
        ModelRequest {
            model: self.by.model.clone(),
            system: tools.map(|tools| tools.instructions.clone()),
            messages,
            max_tokens: self.by.max_tokens,
            thinking_budget: self.by.thinking.budget,
            effort: self.by.thinking.effort,
            tools: tools.map(|tools| tools.offered(self.mode)).unwrap_or_default(),
        }
    }

    /// Settles the calls of the answer in the log.
    async fn settle_calls(&mut self) -> Result<CallsEnd, StoreError> {
        let Some(tools) = &self.tools else { return Ok(CallsEnd::Settled) };
        let History { store, session } = &self.history;
        let mut conversation = recovery::load(store, *session).await?;
        let (log, stopped, closing) = (&mut self.log, &self.stopped, &self.closing);
        let mut calls = Calls { store, session: *session, log, tools, stopped, closing };
        let end = calls.settle(&mut conversation).await?;
        self.mode = conversation.mode;
        Ok(end)
    }

    /// Asks until there is an answer, the beginning of one, or an error that another attempt would not mend.
    async fn ask(&mut self, mut request: ModelRequest, report: &mut Report) -> Result<End, StoreError> {
        let mut messages = std::mem::take(&mut request.messages);
        let mut attempt = 1;
        loop {
            if !self.admitted(attempt).await? {
                return Ok(End::Interrupted);
            }
            let error = match self.receive(ModelRequest { messages, ..request.clone() }, report).await? {
                End::Refused(error) if error.retryable() && !self.log.answered() => error,
                end => return Ok(end),
            };
            attempt += 1;
            let Some(wait) = self.retries.wait_before(attempt, error.retry_after()) else {
                return Ok(End::Refused(error));
            };
            if !self.wait_to_retry(&error, attempt, wait, std::mem::take(report)).await? {
                return Ok(End::Interrupted);
            }
            messages = self.history.messages(self.by.provider.name(), &self.by.model).await?;
        }
    }

    /// Waits until the provider takes a request; false when the turn was stopped meanwhile.
    async fn admitted(&mut self, attempt: u32) -> Result<bool, StoreError> {
        while let Some(wait) = self.by.provider.admit() {
            if wait > UNSEEN {
                self.log.write(vec![self.waiting(WaitReason::RateLimit, attempt, wait)]).await?;
            }
            if !self.pause(wait).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tells of the failure and waits; false when the turn was stopped meanwhile.
    async fn wait_to_retry(
        &mut self,
        error: &ProviderError,
        attempt: u32,
        wait: Duration,
        report: Report,
    ) -> Result<bool, StoreError> {
        self.log.finish_message(false, None).await?;
        let mut told: Vec<_> = self.usage(report).into_iter().collect();
        told.extend(problem_events(error.code(), error.to_string()));
        told.push(self.waiting(WaitReason::Retry, attempt, wait));
        self.log.write(told).await?;
        if !self.pause(wait).await {
            return Ok(false);
        }
        self.log.write(vec![EventBody::StateChanged { state: AgentState::Thinking }]).await?;
        Ok(true)
    }

    fn waiting(&self, reason: WaitReason, attempt: u32, wait: Duration) -> EventBody {
        let (turn, attempts) = (self.log.turn(), self.retries.attempts.max(1));
        EventBody::ModelWaiting { turn, reason, attempt, attempts, wait_ms: millis(wait) }
    }

    /// Waits; false when the turn was stopped meanwhile.
    async fn pause(&self, wait: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.stopped.cancelled() => false,
            () = tokio::time::sleep(wait) => true,
        }
    }

    async fn receive(&mut self, request: ModelRequest, report: &mut Report) -> Result<End, StoreError> {
        report.asked = Some(Instant::now());
        let mut stream = tokio::select! {
            biased;
            () = self.stopped.cancelled() => return Ok(End::Interrupted),
            opened = self.by.provider.stream(request) => match opened {
                Ok(stream) => stream,
                Err(error) => return Ok(End::Refused(error)),
            },
        };
        while !report.finished {
            // What is there already is taken without setting up a wait for each event.
            let step = match stream.next().now_or_never() {
                Some(step) if !self.stopped.is_cancelled() => step,
                Some(_) => return Ok(End::Interrupted),
                None => match self.wait(&mut stream).await? {
                    Some(step) => step,
                    None => return Ok(End::Interrupted),
                },
            };
            match step {
                Some(Ok(event)) => self.apply(event, report).await?,
                Some(Err(error)) => return Ok(End::Refused(error)),
                None => break,
            }
        }
        Ok(match report.unoffered_tool.take() {
            Some(tool) => End::UnofferedTool(tool),
            None => End::Answered(report.stop_reason.take()),
        })
    }

    /// Waits for the stream's next step, while text that has waited long enough is written; `None` when the turn was
    /// stopped.
    async fn wait(&mut self, stream: &mut ModelStream) -> Result<Option<Step>, StoreError> {
        loop {
            let deadline = self.log.deadline();
            let due = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.stopped.cancelled() => return Ok(None),
                () = due => self.log.flush(Durability::Written).await?,
                step = stream.next() => return Ok(Some(step)),
            }
        }
    }

    async fn apply(&mut self, event: ModelEvent, report: &mut Report) -> Result<(), StoreError> {
        if matches!(
            event,
            ModelEvent::TextDelta { .. } | ModelEvent::ThinkingDelta { .. } | ModelEvent::ToolInputDelta { .. }
        ) {
            report.note_first_token();
        }
        match event {
            ModelEvent::ToolInputDelta { index, partial_json } => {
                report.extend_call(index, &partial_json);
                Ok(())
            }
            ModelEvent::TextDelta { text, .. } | ModelEvent::ThinkingDelta { text, .. } => self.log.text(text).await,
            ModelEvent::BlockStarted { index, block } => match block {
                BlockKind::Text => self.log.start_message(ContentKind::Text).await,
                BlockKind::Thinking => self.log.start_message(ContentKind::Thinking).await,
                BlockKind::ToolUse { id, name } => {
                    if self.tools.is_none() {
                        report.unoffered_tool = Some(name);
                    } else {
                        report.calls.push(OpenCall { index, vendor_id: id, tool: name, arguments: String::new() });
                    }
                    Ok(())
                }
            },
            ModelEvent::BlockFinished { index, vendor } => match report.close_call(index) {
                Some(call) => self.log.request_tool(call.tool, parsed(&call.arguments), call.vendor_id, vendor).await,
                None => self.log.finish_message(true, vendor).await,
            },
            ModelEvent::Started { model } => {
                report.model = Some(model);
                Ok(())
            }
            ModelEvent::Usage(usage) => {
                report.usage.get_or_insert_default().update(usage);
                Ok(())
            }
            ModelEvent::Finished { stop_reason } => {
                report.stop_reason = stop_reason;
                report.finished = true;
                Ok(())
            }
        }
    }

    /// Closes the turn in the log, in the order that the protocol promises.
    async fn settle(&mut self, end: End, report: Report) -> Result<(), StoreError> {
        let turn = self.log.turn();
        let answered = matches!(end, End::Answered(_));
        let mut last = if report.wants_tools && !answered { self.unsettled().await? } else { Vec::new() };
        last.extend(self.usage(report));
        let (outcome, stop_reason, problem) = match end {
            End::Answered(stop_reason) => (TurnOutcome::Completed, stop_reason, None),
            End::Interrupted => (TurnOutcome::Interrupted, None, None),
            End::Refused(error) => (TurnOutcome::Failed, None, Some((error.code(), error.to_string()))),
            End::TooManyAnswers => (TurnOutcome::Completed, Some(StopReason::TurnLimit), None),
            End::UnofferedTool(tool) => {
                (TurnOutcome::Failed, Some(StopReason::ToolUse), Some((ErrorCode::LlmApiError, unoffered(&tool))))
            }
        };
        if let Some((code, message)) = problem {
            last.extend(problem_events(code, message));
        }
        last.push(EventBody::TurnFinished { turn, outcome, stop_reason });
        self.log.close(answered, last).await
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
    fn usage(&self, report: Report) -> Option<EventBody> {
        let usage = report.usage?;
        let model = report.model.unwrap_or_else(|| self.by.model.clone());
        let (turn, first_token_ms) = (self.log.turn(), report.first_token.map(millis));
        Some(EventBody::Usage { turn, model, usage, first_token_ms })
    }
}

fn problem_events(code: ErrorCode, message: String) -> [EventBody; 2] {
    [EventBody::Error { code, message }, EventBody::StateChanged { state: AgentState::Error }]
}

/// The arguments as JSON. What is none is kept as the text it is, so that the log shows it and the tool refuses it.
fn parsed(arguments: &str) -> Json {
    if arguments.trim().is_empty() {
        return Json::Object(serde_json::Map::new());
    }
    serde_json::from_str(arguments).unwrap_or_else(|_| Json::String(arguments.to_owned()))
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
