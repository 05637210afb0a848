//! One turn: the request goes out, its stream becomes events, and whatever happens the turn is closed in the log.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use atelier_llm::{BlockKind, ModelEvent, ModelRequest, ModelStream, Provider, ProviderError};
use atelier_protocol::{AgentState, ContentKind, ErrorCode, EventBody, StopReason, TurnOutcome, Usage, WaitReason};
use atelier_store::{Durability, StoreError};
use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::{RetryPolicy, history::History, turn_log::TurnLog};

/// A wait for the provider's limit that is no longer than this is not worth telling of.
const UNSEEN: Duration = Duration::from_millis(250);

/// What a running turn needs.
pub(crate) struct Turn {
    pub(crate) provider: Arc<dyn Provider>,
    /// The model asked for.
    pub(crate) model: String,
    pub(crate) log: TurnLog,
    pub(crate) history: History,
    pub(crate) retries: RetryPolicy,
    pub(crate) stopped: CancellationToken,
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
}

/// What the stream told beside its text.
#[derive(Default)]
struct Report {
    model: Option<String>,
    usage: Option<Usage>,
    stop_reason: Option<StopReason>,
    unoffered_tool: Option<String>,
    finished: bool,
    /// When the request was sent.
    asked: Option<Instant>,
    /// How long its first piece of text, thinking or a tool call took.
    first_token: Option<Duration>,
}

impl Report {
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
    /// The request holds the whole conversation and is given away, so that a long turn does not keep it in memory; an
    /// attempt after the first takes it from the log again.
    pub(crate) async fn run(mut self, request: ModelRequest) -> Result<(), StoreError> {
        let mut report = Report::default();
        let end = self.ask(request, &mut report).await?;
        self.settle(end, report).await
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
            messages = self.history.messages(self.provider.name(), &self.model).await?;
        }
    }

    /// Waits until the provider takes a request; false when the turn was stopped meanwhile.
    async fn admitted(&mut self, attempt: u32) -> Result<bool, StoreError> {
        while let Some(wait) = self.provider.admit() {
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
            opened = self.provider.stream(request) => match opened {
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
            ModelEvent::TextDelta { text, .. } | ModelEvent::ThinkingDelta { text, .. } => self.log.text(text).await,
            ModelEvent::BlockStarted { block, .. } => match block {
                BlockKind::Text => self.log.start_message(ContentKind::Text).await,
                BlockKind::Thinking => self.log.start_message(ContentKind::Thinking).await,
                BlockKind::ToolUse { name, .. } => {
                    report.unoffered_tool = Some(name);
                    Ok(())
                }
            },
            ModelEvent::BlockFinished { vendor, .. } => self.log.finish_message(true, vendor).await,
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
            ModelEvent::ToolInputDelta { .. } => Ok(()),
        }
    }

    /// Closes the turn in the log, in the order that the protocol promises.
    async fn settle(&mut self, end: End, report: Report) -> Result<(), StoreError> {
        let turn = self.log.turn();
        let answered = matches!(end, End::Answered(_));
        let mut last: Vec<_> = self.usage(report).into_iter().collect();
        let (outcome, stop_reason, problem) = match end {
            End::Answered(stop_reason) => (TurnOutcome::Completed, stop_reason, None),
            End::Interrupted => (TurnOutcome::Interrupted, None, None),
            End::Refused(error) => (TurnOutcome::Failed, None, Some((error.code(), error.to_string()))),
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

    /// What the request consumed, if that was told.
    fn usage(&self, report: Report) -> Option<EventBody> {
        let usage = report.usage?;
        let model = report.model.unwrap_or_else(|| self.model.clone());
        let (turn, first_token_ms) = (self.log.turn(), report.first_token.map(millis));
        Some(EventBody::Usage { turn, model, usage, first_token_ms })
    }
}

fn problem_events(code: ErrorCode, message: String) -> [EventBody; 2] {
    [EventBody::Error { code, message }, EventBody::StateChanged { state: AgentState::Error }]
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn unoffered(tool: &str) -> String {
    format!(
        "The model asked for the tool “{tool}”, which it was not offered: send the prompt again or choose another model."
    )
}
