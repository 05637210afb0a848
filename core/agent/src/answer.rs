//! One answer of the model: the request goes out, perhaps more than once, and its stream becomes events.

use std::time::{Duration, Instant};

use atelier_llm::{BlockKind, ModelEvent, ModelRequest, ModelStream, ProviderError};
use atelier_protocol::{AgentState, ContentKind, EventBody, Json, StopReason, Usage, WaitReason};
use atelier_store::{Durability, StoreError};
use futures_util::FutureExt as _;

use crate::turn::{Turn, millis, problem_events};

/// The longest arguments of a call, in bytes.
const MAX_ARGUMENTS: usize = 16 << 20;

/// A wait for the provider's limit that is no longer than this is not worth telling of.
const UNSEEN: Duration = Duration::from_millis(250);

/// What a stream yields: `None` after its end.
type Step = Option<Result<ModelEvent, ProviderError>>;

/// How the stream ended.
pub(crate) enum End {
    Answered(Option<StopReason>),
    Interrupted,
    Refused(ProviderError),
    /// The model asked for a tool although it was offered none.
    UnofferedTool(String),
    /// The model still asks for tools, and this limit of the turn is reached.
    Limited(StopReason),
}

/// What the stream told beside its text.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) model: Option<String>,
    pub(crate) usage: Option<Usage>,
    stop_reason: Option<StopReason>,
    unoffered_tool: Option<String>,
    /// The calls whose arguments are coming in, by block.
    calls: Vec<OpenCall>,
    /// Whether some tool was asked for.
    pub(crate) wants_tools: bool,
    finished: bool,
    /// When the request was sent.
    asked: Option<Instant>,
    /// How long its first piece of text, thinking or a tool call took.
    pub(crate) first_token: Option<Duration>,
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
    /// Asks until there is an answer, the beginning of one, or an error that another attempt would not mend.
    pub(crate) async fn ask(&mut self, mut request: ModelRequest, report: &mut Report) -> Result<End, StoreError> {
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
            let Some(wait) = self.options.retries.wait_before(attempt, error.retry_after()) else {
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
        let (turn, attempts) = (self.log.turn(), self.options.retries.attempts.max(1));
        EventBody::ModelWaiting { turn, reason, attempt, attempts, wait_ms: millis(wait) }
    }

    /// Waits; false when the turn was stopped meanwhile.
    pub(crate) async fn pause(&self, wait: Duration) -> bool {
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
                () = due => drop(self.log.flush(Durability::Written).await?),
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
}

/// The arguments as JSON. What is none is kept as the text it is, so that the log shows it and the tool refuses it.
fn parsed(arguments: &str) -> Json {
    if arguments.trim().is_empty() {
        return Json::Object(serde_json::Map::new());
    }
    serde_json::from_str(arguments).unwrap_or_else(|_| Json::String(arguments.to_owned()))
}
