//! The text form of a conversation, made from events as they come: what `chat` and `sessions show` print, and of which
//! `run` prints the answer alone.

use atelier_protocol::{ContentKind, EventBody, Json, MessageId, Role, SessionEvent, StopReason, TurnId, TurnOutcome};

use crate::{
    output::Style,
    printable::{printable, printable_line},
    tool_line, undone,
    wait::wait_line,
};

/// How much of a conversation is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Prompts, thinking, answers, and how turns ended.
    Everything,
    /// The model's answers alone.
    Answers,
}

/// Turns events into text. It prints a message as it grows, so feeding it events one by one or all at once gives the
/// same text.
pub(crate) struct Transcript {
    style: Style,
    extent: Extent,
    /// The turn whose prompt the user has before their eyes and whose error the caller tells.
    typed: Option<TurnId>,
    /// The message that comes next was queued: it is shown wherever it was typed.
    delivered: bool,
    /// The turn the events belong to now.
    turn: Option<TurnId>,
    message: Option<OpenMessage>,
    /// The newest error, until it is known whether the turn goes on.
    failure: Option<String>,
    /// What was printed last, for the space between.
    last: Option<Speaker>,
    at_line_start: bool,
}

struct OpenMessage {
    id: MessageId,
    speaker: Speaker,
    begun: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speaker {
    User,
    Thinking,
    Answer,
    Note,
}

impl Transcript {
    pub(crate) fn new(style: Style, extent: Extent) -> Self {
        Self {
            style,
            extent,
            typed: None,
            delivered: false,
            turn: None,
            message: None,
            failure: None,
            last: None,
            at_line_start: true,
        }
    }

    /// The user has just typed this turn's prompt at the terminal: it is not printed again, and neither is the turn's
    /// error, which the caller reports.
    pub(crate) fn prompt_was_typed(&mut self, turn: TurnId) {
        self.typed = Some(turn);
        self.last = Some(Speaker::User);
        self.at_line_start = true;
    }

    /// Appends what the events add to the text.
    pub(crate) fn push<'a>(&mut self, events: impl IntoIterator<Item = &'a SessionEvent>, out: &mut String) {
        for event in events {
            self.push_one(&event.body, out);
        }
    }

    /// Ends the line that is being written, if any.
    pub(crate) fn end_line(&mut self, out: &mut String) {
        if !self.at_line_start {
            out.push('\n');
            self.at_line_start = true;
        }
    }

    fn push_one(&mut self, body: &EventBody, out: &mut String) {
        match body {
            EventBody::TurnStarted { turn, .. } => self.turn = Some(*turn),
            EventBody::MessageStarted { message, turn, role, content } => {
                let speaker = match (role, content) {
                    (Role::User, _) => Speaker::User,
                    (Role::Assistant, ContentKind::Thinking) => Speaker::Thinking,
                    (Role::Assistant, ContentKind::Text) => Speaker::Answer,
                };
                let before_their_eyes = self.typed == Some(*turn) && !std::mem::take(&mut self.delivered);
                let wanted = self.wants(speaker) && !(speaker == Speaker::User && before_their_eyes);
                self.message = wanted.then_some(OpenMessage { id: *message, speaker, begun: false });
            }
            EventBody::HistoryCompacted { automatic: true, .. } => {
                self.push_note("the conversation grew too long for the model; it goes on from a summary", out);
            }
            EventBody::PromptDelivered { .. } => self.delivered = true,
            EventBody::PromptQueued { text, .. } if self.typed.is_some() => {
                self.push_note(&format!("queued: {text}"), out);
            }
            EventBody::PromptWithdrawn { .. } if self.typed.is_some() => self.push_note("taken back", out),
            EventBody::MessageDelta { message, text } => self.push_text(*message, text, out),
            EventBody::MessageFinished { .. } => self.message = None,
            EventBody::ToolCall { tool, params, preview, .. } => self.push_call(tool, params, preview.as_deref(), out),
            EventBody::ToolProgress { output: true, message, .. } => self.push_output(message, out),
            EventBody::ToolResult { outcome, .. } => {
                self.end_line(out);
                if let Some(trouble) = tool_line::trouble(outcome) {
                    self.push_note(&trouble, out);
                }
            }
            EventBody::ElicitationRequested { server, message, .. } => {
                self.push_note(&format!("{server} asks: {message}"), out);
            }
            EventBody::ElicitationResolved { answer, .. } => {
                if let Some(reason) = tool_line::unanswered(answer) {
                    self.push_note(&format!("not answered: {reason}"), out);
                }
            }
            EventBody::FilesRestored { restored, kept, .. } => self.push_note(&undone::note(restored, kept), out),
            EventBody::ConversationRewound { .. } => {
                self.push_note("taken back: what follows goes on from an earlier message", out);
            }
            EventBody::Error { message, .. } => self.failure = Some(message.clone()),
            EventBody::ModelWaiting { .. } => {
                if let Some(line) = wait_line(body, self.failure.take().as_deref()) {
                    self.push_note(&line, out);
                }
            }
            EventBody::TurnFinished { outcome, stop_reason, .. } => {
                let failure = self.failure.take().filter(|_| self.turn.is_none() || self.turn != self.typed);
                if let Some(message) = failure {
                    self.push_note(&format!("failed: {message}"), out);
                }
                self.end_line(out);
                if *outcome == TurnOutcome::Interrupted {
                    self.push_note("interrupted", out);
                } else if let Some(note) = stop_reason.as_ref().and_then(stop_note) {
                    self.push_note(note, out);
                }
            }
            _ => {}
        }
    }

    /// What a sub-agent does: its tools alone, and what it would do where the user is asked.
    pub(crate) fn push_task(&mut self, events: &[SessionEvent], out: &mut String) {
        for event in events {
            match &event.body {
                EventBody::ToolCall { tool, params, preview, .. } => {
                    self.push_note(&format!("sub-agent: {}", tool_line::call(tool, params)), out);
                    self.push_preview(preview.as_deref(), out);
                }
                EventBody::ToolResult { outcome, .. } => {
                    if let Some(trouble) = tool_line::trouble(outcome) {
                        self.push_note(&format!("sub-agent: {trouble}"), out);
                    }
                }
                _ => {}
            }
        }
    }

    /// A tool call, and what it would do where the user is asked about it.
    pub(crate) fn push_call(&mut self, tool: &str, params: &Json, preview: Option<&str>, out: &mut String) {
        self.push_note(&tool_line::call(tool, params), out);
        self.push_preview(preview, out);
    }

    fn push_preview(&self, preview: Option<&str>, out: &mut String) {
        if self.extent == Extent::Answers {
            return;
        }
        for line in preview.unwrap_or_default().lines() {
            let line = if self.style.guarded { printable_line(line) } else { line.to_owned() };
            out.push_str(&self.style.diff_line(&line));
            out.push('\n');
        }
    }

    /// What a command writes, as it comes.
    fn push_output(&mut self, text: &str, out: &mut String) {
        if self.extent == Extent::Answers || text.is_empty() {
            return;
        }
        let text = if self.style.guarded { printable(text) } else { text.into() };
        out.push_str(&self.style.dim(&text));
        self.at_line_start = text.ends_with('\n');
        self.last = Some(Speaker::Note);
    }

    fn wants(&self, speaker: Speaker) -> bool {
        self.extent == Extent::Everything || speaker == Speaker::Answer
    }

    fn push_text(&mut self, id: MessageId, text: &str, out: &mut String) {
        let Some(OpenMessage { speaker, begun, .. }) = self.message.as_mut().filter(|open| open.id == id) else {
            return;
        };
        let (speaker, first) = (*speaker, !std::mem::replace(begun, true));
        if first {
            self.begin(speaker, out);
        }
        let text = if self.style.guarded { printable(text) } else { text.into() };
        match speaker {
            Speaker::User => self.push_quoted(&text, first, out),
            Speaker::Thinking if first && !self.style.colours => out.extend(["(thinking) ", &text]),
            Speaker::Thinking => out.push_str(&self.style.dim(&text)),
            _ => out.push_str(&text),
        }
        self.at_line_start = text.ends_with('\n') || (self.at_line_start && text.is_empty());
    }

    /// Puts space between what was printed last and what comes: an answer stands right under its prompt, everything
    /// else after an empty line.
    fn begin(&mut self, speaker: Speaker, out: &mut String) {
        self.end_line(out);
        if !matches!(self.last, None | Some(Speaker::User)) {
            out.push('\n');
        }
        self.last = Some(speaker);
    }

    /// A prompt, marked as one the way it looks where it is typed.
    fn push_quoted(&self, text: &str, first: bool, out: &mut String) {
        let mut at_line_start = self.at_line_start;
        let mut mark = if first { "> " } else { "  " };
        for line in text.split_inclusive('\n') {
            if at_line_start {
                out.push_str(mark);
            }
            mark = "  ";
            out.push_str(line);
            at_line_start = line.ends_with('\n');
        }
    }

    fn push_note(&mut self, note: &str, out: &mut String) {
        if self.extent == Extent::Answers {
            return;
        }
        self.end_line(out);
        out.push_str(&self.style.dim(&format!("[{}]", printable_line(note))));
        out.push('\n');
        self.last = Some(Speaker::Note);
    }
}

/// What a user should know about why the model stopped; `None` where there is nothing to say.
pub(crate) fn stop_note(reason: &StopReason) -> Option<&'static str> {
    match reason {
        StopReason::MaxTokens => Some("the answer was cut at the output limit; ask the model to go on"),
        StopReason::Refusal => Some("the model declined to answer"),
        StopReason::ContextWindow => Some("the conversation no longer fits the model; start a new session"),
        StopReason::PauseTurn => Some("the model paused; ask it to go on"),
        StopReason::TokenLimit => Some("the turn has taken as many tokens as it may; ask the agent to go on"),
        StopReason::TimeLimit => Some("the turn has lasted as long as it may; ask the agent to go on"),
        StopReason::TurnLimit => Some("the agent has used as many steps as a turn has; ask it to go on"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{AgentState, ErrorCode, Timestamp, WaitReason};

    use super::*;

    const COLOURFUL: Style = Style { colours: true, guarded: true };

    fn started(message: u64, turn: u64, role: Role, content: ContentKind) -> EventBody {
        EventBody::MessageStarted { message: MessageId(message), turn: TurnId(turn), role, content }
    }

    fn delta(message: u64, text: &str) -> EventBody {
        EventBody::MessageDelta { message: MessageId(message), text: text.to_owned() }
    }

    fn finished(message: u64) -> EventBody {
        EventBody::MessageFinished { message: MessageId(message), complete: true, vendor: None }
    }

    fn turn_finished(turn: u64, outcome: TurnOutcome) -> EventBody {
        EventBody::TurnFinished { turn: TurnId(turn), outcome, stop_reason: None }
    }

    fn turn(number: u64, prompt: &str, thinking: &[&str], answer: &[&str], outcome: TurnOutcome) -> Vec<EventBody> {
        let first = number * 10;
        let mut bodies = vec![
            EventBody::TurnStarted { turn: TurnId(number), provider: "demo".into(), model: "demo".into() },
            started(first, number, Role::User, ContentKind::Text),
            delta(first, prompt),
            finished(first),
            EventBody::StateChanged { state: AgentState::Thinking },
            started(first + 1, number, Role::Assistant, ContentKind::Thinking),
        ];
        bodies.extend(thinking.iter().map(|text| delta(first + 1, text)));
        bodies.extend([finished(first + 1), started(first + 2, number, Role::Assistant, ContentKind::Text)]);
        bodies.extend(answer.iter().map(|text| delta(first + 2, text)));
        bodies.extend([finished(first + 2), turn_finished(number, outcome)]);
        bodies
    }

    fn text_of(mut transcript: Transcript, bodies: Vec<EventBody>) -> String {
        let at = Timestamp::from_millis(0);
        let events: Vec<_> = bodies.into_iter().zip(1..).map(|(body, seq)| SessionEvent { seq, at, body }).collect();
        let mut out = String::new();
        transcript.push(&events, &mut out);
        out
    }

    #[test]
    fn a_conversation_reads_as_prompts_thinking_and_answers() {
        let mut bodies = turn(1, "Hi\nthere", &["Hm", "m."], &["Hel", "lo"], TurnOutcome::Completed);
        bodies.extend(turn(2, "Go on", &[], &["Wel"], TurnOutcome::Interrupted));
        assert_eq!(
            text_of(Transcript::new(Style::PLAIN, Extent::Everything), bodies),
            "> Hi\n  there\n(thinking) Hmm.\n\nHello\n\n> Go on\nWel\n[interrupted]\n"
        );
    }

    #[test]
    fn answers_alone_are_nothing_but_the_model_s_words() {
        let bodies = turn(1, "Hi", &["Hmm."], &["Hel\x1b[1mlo\n"], TurnOutcome::Interrupted);
        assert_eq!(text_of(Transcript::new(Style::PLAIN, Extent::Answers), bodies), "Hel\x1b[1mlo\n");
    }

    #[test]
    fn a_terminal_gets_thinking_dimmed_and_control_characters_as_symbols() {
        let bodies = turn(1, "Hi", &["Hm"], &["\x1b[2J"], TurnOutcome::Completed);
        assert_eq!(text_of(Transcript::new(COLOURFUL, Extent::Everything), bodies), "> Hi\n\x1b[2mHm\x1b[0m\n\n␛[2J\n");
    }

    #[test]
    fn a_failure_after_which_the_request_is_sent_again_is_a_note_about_the_wait() {
        let mut bodies = turn(1, "Hi", &[], &["Hello"], TurnOutcome::Completed);
        let message = "The model is overloaded: wait a little.".to_owned();
        let waiting =
            EventBody::ModelWaiting { turn: TurnId(1), reason: WaitReason::Retry, attempt: 2, attempts: 4, wait_ms: 9 };
        let state = |state| EventBody::StateChanged { state };
        let retried = [
            EventBody::Error { code: ErrorCode::LlmApiError, message },
            state(AgentState::Error),
            waiting,
            state(AgentState::Thinking),
        ];
        bodies.splice(5..5, retried);
        let note = "[The model is overloaded; trying again in 1 s (attempt 2 of 4)]";
        let expected = format!("> Hi\n{note}\n\nHello\n");
        assert_eq!(text_of(Transcript::new(Style::PLAIN, Extent::Everything), bodies.clone()), expected);
        assert_eq!(text_of(Transcript::new(Style::PLAIN, Extent::Answers), bodies), "Hello\n");
    }

    #[test]
    fn a_typed_prompt_and_its_error_are_not_repeated_but_another_window_s_are_shown() {
        let failed = EventBody::Error { code: ErrorCode::LlmApiError, message: "No network.".into() };
        let mut transcript = Transcript::new(Style::PLAIN, Extent::Everything);
        transcript.prompt_was_typed(TurnId(2));
        let mut bodies = turn(1, "Theirs", &[], &[], TurnOutcome::Failed);
        bodies.insert(bodies.len() - 1, failed.clone());
        bodies.extend(turn(2, "Mine", &[], &["Par"], TurnOutcome::Failed));
        bodies.insert(bodies.len() - 1, failed);
        assert_eq!(text_of(transcript, bodies), "> Theirs\n[failed: No network.]\n\nPar\n");
    }
}
