//! Following one turn from its prompt to its end.

use atelier_protocol::{
    AgentState, Conversation, Decision, Elicitation, EventBody, RuleScope, SessionEvent, SessionId, StopReason,
    ToolCallId, TurnId, TurnOutcome, WaitReason,
};
use atelier_workbench::{ElicitationReply, ErrorKind, EventReader, Workbench, WorkbenchError};

use crate::{
    failure::{Failure, tell},
    tasks::{News, Tasks},
};

/// Most events taken at a time; what waits longer arrives merged.
const BATCH: usize = 512;

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TurnEnd {
    /// How.
    pub(crate) outcome: TurnOutcome,
    /// Why the model stopped, where it said so.
    pub(crate) stop_reason: Option<StopReason>,
    /// The sentence of the turn's last error.
    pub(crate) error: Option<String>,
    /// The number of the event that made the session idle.
    at: u64,
}

impl TurnEnd {
    /// Success only when the answer is complete.
    pub(crate) fn into_result(self, session: SessionId) -> Result<(), Failure> {
        match self.outcome {
            TurnOutcome::Completed => Ok(()),
            TurnOutcome::Interrupted => Err(Failure::TurnInterrupted { session }),
            TurnOutcome::Failed => {
                let unexplained = || "The turn failed and the log does not say why; send the prompt again.".to_owned();
                Err(Failure::TurnFailed(self.error.unwrap_or_else(unexplained)))
            }
        }
    }
}

/// What the user says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// This.
    Answer(Decision),
    /// Yes, and from now on as well.
    Always(RuleScope),
    /// To stop the whole turn.
    Stop,
    /// Nothing: the answer is left to others, or to time.
    None,
}

/// Who gets what a turn brings.
pub(crate) trait TurnObserver {
    /// New events, in order.
    fn events(&mut self, events: &[SessionEvent]) -> Result<(), Failure>;
    /// What a sub-agent does.
    fn task_events(&mut self, _events: &[SessionEvent]) -> Result<(), Failure> {
        Ok(())
    }
    /// The user is asked whether a tool may run.
    fn asked(&mut self, _always: &[String]) -> Result<Word, Failure> {
        Ok(Word::None)
    }
    /// A tool asks the user for something. None leaves the answer to others, or to time.
    fn asked_for(&mut self, _waiting: &Elicitation) -> Result<Option<ElicitationReply>, Failure> {
        Ok(None)
    }
    /// This turn is over, and prompts that were queued meanwhile have begun another one.
    fn goes_on(&mut self, _ended: TurnId) -> Result<(), Failure> {
        Ok(())
    }
    /// The log can't be written at the moment; the turn holds what it has and tries again. `Err` gives up on it.
    fn stalled(&mut self, error: WorkbenchError) -> Result<(), Failure>;
}

/// Passes events on until the turn is over and the session idle again. Turns that queued prompts begin after it are
/// followed too; the end is that of the last.
pub(crate) async fn follow(
    workbench: &Workbench,
    reader: &EventReader,
    turn: TurnId,
    observer: &mut impl TurnObserver,
) -> Result<TurnEnd, Failure> {
    let mut fold = TurnFold::new(turn);
    let mut stalled: Option<WorkbenchError> = None;
    let mut tasks = Tasks::new(workbench);
    loop {
        let news = tokio::select! {
            biased;
            events = reader.next_batch(BATCH) => events,
            news = tasks.next() => {
                take_task(workbench, reader.session(), news, observer).await?;
                continue;
            }
        };
        let events = match news {
            Ok(events) if events.is_empty() => return Err(Failure::LogClosed),
            Ok(events) => events,
            Err(error) if matches!(error.kind, ErrorKind::TurnGivenUp | ErrorKind::SessionNotFound) => {
                return Err(error.into());
            }
            // A stall is reported once; what repeats itself without an event between is a log that can't be read.
            Err(error) if stalled.as_ref() == Some(&error) => return Err(error.into()),
            Err(error) => {
                stalled = Some(error.clone());
                observer.stalled(error)?;
                continue;
            }
        };
        stalled = None;
        tasks.follow(&events);
        observer.events(&events)?;
        let mut rest = events.as_slice();
        while let Some(end) = fold.apply(rest) {
            let Some(next) = begun_by_queue(workbench, reader.session(), end.at).await? else { return Ok(end) };
            observer.goes_on(fold.turn)?;
            rest = &rest[rest.iter().take_while(|event| event.seq <= end.at).count()..];
            fold = TurnFold::new(next);
        }
        if let Some((call, always)) = fold.question.take() {
            pass_on(workbench, reader.session(), call, observer.asked(&always)?).await?;
        }
        answer_tools(workbench, reader.session(), &events, observer).await?;
    }
}

/// Shows what a sub-agent does, and passes on what the user says to its question. Stopping means the whole turn.
async fn take_task(
    workbench: &Workbench,
    parent: SessionId,
    news: News,
    observer: &mut impl TurnObserver,
) -> Result<(), Failure> {
    observer.task_events(&news.events)?;
    answer_tools(workbench, news.session, &news.events, observer).await?;
    let Some((call, always)) = open_question(&news.events) else { return Ok(()) };
    match observer.asked(&always)? {
        Word::Stop => Ok(workbench.interrupt(parent).await?),
        word => pass_on(workbench, news.session, call, word).await,
    }
}

/// Passes on what the user says to what tools ask for at the end of these events. Somebody else may have answered first, or
/// the tool may be gone; that is told, and it is no failure.
async fn answer_tools(
    workbench: &Workbench,
    session: SessionId,
    events: &[SessionEvent],
    observer: &mut impl TurnObserver,
) -> Result<(), Failure> {
    let mut asking = Conversation::default();
    let about = |event: &&SessionEvent| {
        event.body.kind().starts_with("elicitation.") || matches!(event.body, EventBody::ToolResult { .. })
    };
    asking.apply_all(events.iter().filter(about));
    for waiting in &asking.elicitations {
        let Some(reply) = observer.asked_for(waiting)? else { continue };
        match workbench.answer_elicitation(session, waiting.id, reply).await {
            Err(error) if error.kind == ErrorKind::InvalidToolCall => tell(&error.message),
            answered => answered?,
        }
    }
    Ok(())
}

/// The turn that queued prompts have begun after an event: then it stands right after it, written in one step.
async fn begun_by_queue(workbench: &Workbench, session: SessionId, after: u64) -> Result<Option<TurnId>, Failure> {
    let next = workbench.read(session, after, 2).await?;
    Ok(match next.iter().map(|event| &event.body).collect::<Vec<_>>()[..] {
        [EventBody::TurnStarted { turn, .. }, EventBody::PromptDelivered { .. }] => Some(*turn),
        _ => None,
    })
}

/// Does what the user says. Somebody else may have answered first, here or in another window; that is told, and it is no
/// failure.
pub(crate) async fn pass_on(
    workbench: &Workbench,
    session: SessionId,
    call: ToolCallId,
    word: Word,
) -> Result<(), Failure> {
    let answered = match word {
        Word::Answer(decision) => workbench.resolve(session, call, decision).await,
        Word::Always(scope) => always(workbench, session, call, scope).await,
        Word::Stop => return Ok(workbench.interrupt(session).await?),
        Word::None => return Ok(()),
    };
    match answered {
        Err(error) if error.kind == ErrorKind::InvalidToolCall => tell(&error.message),
        answered => answered?,
    }
    Ok(())
}

/// The call that the user is asked about at the end of these events.
fn open_question(events: &[SessionEvent]) -> Option<(ToolCallId, Vec<String>)> {
    events.iter().fold(None, |open, event| match &event.body {
        EventBody::ToolCall { tool_call_id, requires_approval: true, always, .. } => {
            Some((*tool_call_id, always.clone()))
        }
        EventBody::ApprovalResolved { .. } | EventBody::ToolResult { .. } => None,
        _ => open,
    })
}

/// Where no rule can be kept, the call is allowed all the same: that is what the user said.
async fn always(
    workbench: &Workbench,
    session: SessionId,
    call: ToolCallId,
    scope: RuleScope,
) -> Result<(), WorkbenchError> {
    match workbench.resolve_always(session, call, scope).await {
        Err(error) if error.kind == ErrorKind::InvalidRequest => {
            tell(&error.message);
            workbench.resolve(session, call, Decision::Approved { always: false }).await
        }
        answered => answered,
    }
}

/// What is known of a turn so far.
struct TurnFold {
    turn: TurnId,
    /// The turn that the events at hand belong to.
    current: Option<TurnId>,
    error: Option<String>,
    end: Option<TurnEnd>,
    /// The call that the user is asked about, and the rules that “always” would write.
    question: Option<(ToolCallId, Vec<String>)>,
}

impl TurnFold {
    fn new(turn: TurnId) -> Self {
        Self { turn, current: Some(turn), error: None, end: None, question: None }
    }

    /// The end, once the session is idle after it.
    fn apply(&mut self, events: &[SessionEvent]) -> Option<TurnEnd> {
        for event in events {
            match &event.body {
                EventBody::TurnStarted { turn, .. } => self.current = Some(*turn),
                EventBody::ToolCall { tool_call_id, requires_approval: true, always, .. } => {
                    self.question = Some((*tool_call_id, always.clone()));
                }
                EventBody::ApprovalResolved { .. } | EventBody::ToolResult { .. } => self.question = None,
                EventBody::Error { message, .. } if self.current == Some(self.turn) => {
                    self.error = Some(message.clone());
                }
                EventBody::ModelWaiting { turn, reason: WaitReason::Retry, .. } if *turn == self.turn => {
                    self.error = None;
                }
                EventBody::TurnFinished { turn, outcome, stop_reason } if *turn == self.turn => {
                    let (stop_reason, error) = (stop_reason.clone(), self.error.take());
                    self.end = Some(TurnEnd { outcome: *outcome, stop_reason, error, at: 0 });
                }
                EventBody::StateChanged { state: AgentState::Idle } if self.end.is_some() => {
                    return self.end.take().map(|end| TurnEnd { at: event.seq, ..end });
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{ErrorCode, Timestamp};

    use super::*;

    fn events(bodies: Vec<EventBody>) -> Vec<SessionEvent> {
        let at = Timestamp::from_millis(0);
        bodies.into_iter().zip(1..).map(|(body, seq)| SessionEvent { seq, at, body }).collect()
    }

    fn started(turn: u64) -> EventBody {
        EventBody::TurnStarted { turn: TurnId(turn), provider: "demo".into(), model: "demo".into() }
    }

    fn finished(turn: u64, outcome: TurnOutcome) -> EventBody {
        EventBody::TurnFinished { turn: TurnId(turn), outcome, stop_reason: None }
    }

    const IDLE: EventBody = EventBody::StateChanged { state: AgentState::Idle };

    #[test]
    fn a_turn_is_over_when_the_session_is_idle_after_its_end_and_not_before() {
        let mut fold = TurnFold::new(TurnId(2));
        assert_eq!(fold.apply(&events(vec![started(1), finished(1, TurnOutcome::Completed), IDLE])), None);
        assert_eq!(fold.apply(&events(vec![started(2), finished(2, TurnOutcome::Interrupted)])), None);
        let end = fold.apply(&events(vec![IDLE])).unwrap();
        assert_eq!(end.outcome, TurnOutcome::Interrupted);
    }

    #[test]
    fn only_the_turn_s_own_error_counts() {
        let mut fold = TurnFold::new(TurnId(2));
        let error = |message: &str| EventBody::Error { code: ErrorCode::LlmApiError, message: message.into() };
        let theirs = vec![started(1), error("theirs"), finished(1, TurnOutcome::Failed), IDLE, started(2)];
        assert_eq!(fold.apply(&events(theirs)), None);
        let end = fold.apply(&events(vec![error("ours"), finished(2, TurnOutcome::Failed), IDLE])).unwrap();
        assert_eq!(end.error.as_deref(), Some("ours"));
    }
}
