//! The fold from a session's log to what its transcript tells.

use atelier_protocol::{
    ContentKind, EventBody, FileOperation, Json, MessageId, Role, SessionEvent, SessionId, SessionSummary, Timestamp,
    ToolCallId, ToolOutcome, Usage,
};

use crate::{TranscriptFormat, json, markdown, org};

/// What a transcript tells of a session. Fed with the log's events from the first one on, in order. It holds what the
/// conversation holds: what was rewound is gone, and thinking was never part of it.
#[derive(Debug, Clone)]
pub struct Transcript {
    pub(crate) session: SessionId,
    pub(crate) started_at: Timestamp,
    /// The newest event, and when it was stored.
    pub(crate) last_seq: u64,
    pub(crate) last_at: Timestamp,
    /// A turn has begun and not ended.
    pub(crate) running: bool,
    /// The folder it works in; empty without one.
    pub(crate) project_path: String,
    /// The model that was asked for last.
    pub(crate) model: String,
    pub(crate) messages: Vec<Message>,
    pub(crate) calls: Vec<Call>,
    pub(crate) changes: Vec<FileChange>,
    pub(crate) usage: Usage,
}

/// Something that was said.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    id: MessageId,
    pub(crate) role: Role,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}

/// A tool call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) id: ToolCallId,
    after: MessageId,
    pub(crate) tool: String,
    pub(crate) params: Json,
    /// When it was settled; until then, when it was asked for.
    pub(crate) at: Timestamp,
    pub(crate) outcome: Option<ToolOutcome>,
}

/// How a call changed a file.
#[derive(Debug, Clone)]
pub(crate) struct FileChange {
    pub(crate) path: String,
    pub(crate) operation: FileOperation,
    pub(crate) created: bool,
    pub(crate) at: Timestamp,
}

impl Transcript {
    /// Of a session whose log is still to be read.
    pub fn new(session: &SessionSummary) -> Self {
        Self {
            session: session.id,
            started_at: session.created_at,
            last_seq: 0,
            last_at: session.created_at,
            running: false,
            project_path: String::new(),
            model: String::new(),
            messages: Vec::new(),
            calls: Vec::new(),
            changes: Vec::new(),
            usage: Usage::default(),
        }
    }

    /// Folds one more event in.
    pub fn apply(&mut self, event: &SessionEvent) {
        (self.last_seq, self.last_at) = (event.seq, event.at);
        match &event.body {
            EventBody::SessionProject { path } => self.project_path.clone_from(path),
            EventBody::SessionForked { .. } => {
                // What the other session did and took is told in its own transcript.
                self.changes.clear();
                self.usage = Usage::default();
            }
            EventBody::TurnStarted { model, .. } => {
                self.running = true;
                self.model.clone_from(model);
            }
            EventBody::TurnFinished { .. } => self.running = false,
            EventBody::MessageStarted { message, role, content: ContentKind::Text, .. } => {
                self.messages.push(Message { id: *message, role: *role, text: String::new(), at: event.at });
            }
            EventBody::MessageDelta { message, text } => {
                if let Some(open) = self.messages.iter_mut().rev().find(|known| known.id == *message) {
                    open.text.push_str(text);
                }
            }
            EventBody::ConversationRewound { to } => {
                self.messages.retain(|message| message.id < *to);
                self.calls.retain(|call| call.after < *to);
            }
            EventBody::Usage { usage, .. } => self.usage.add(*usage),
            body => self.apply_call(event.at, body),
        }
    }

    fn apply_call(&mut self, at: Timestamp, body: &EventBody) {
        match body {
            EventBody::ToolRequested { tool_call_id, tool, params, .. } => self.calls.push(Call {
                id: *tool_call_id,
                after: self.messages.last().map_or(MessageId(0), |message| message.id),
                tool: tool.clone(),
                params: params.clone(),
                at,
                outcome: None,
            }),
            EventBody::ToolResult { tool_call_id, outcome, .. } => {
                if let Some(call) = self.calls.iter_mut().rev().find(|call| call.id == *tool_call_id) {
                    call.at = at;
                    call.outcome = Some(outcome.clone());
                }
            }
            EventBody::FileChanged { path, operation, created, .. } => {
                self.changes.push(FileChange { path: path.clone(), operation: *operation, created: *created, at });
            }
            _ => {}
        }
    }

    /// Folds a whole log, or the rest of one.
    pub fn apply_all<'a>(&mut self, events: impl IntoIterator<Item = &'a SessionEvent>) {
        for event in events {
            self.apply(event);
        }
    }

    /// The document, with a newline at its end.
    pub fn to_text(&self, format: TranscriptFormat) -> String {
        match format {
            TranscriptFormat::Json => json::text(&json::document(self)),
            TranscriptFormat::Markdown => markdown::text(self),
            TranscriptFormat::Org => org::text(self),
        }
    }

    /// Where the session's files belong: the last component of the project's path; `root` where there is none.
    pub(crate) fn project_name(&self) -> &str {
        self.project_path.rsplit('/').find(|component| !component.is_empty()).unwrap_or("root")
    }

    /// When it ended; None while a turn runs.
    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        (!self.running).then_some(self.last_at)
    }

    /// All tokens of all requests.
    pub(crate) fn total_tokens(&self) -> u64 {
        let Usage { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, .. } = self.usage;
        [input_tokens, output_tokens, cache_read_tokens, cache_write_tokens].into_iter().fold(0, u64::saturating_add)
    }

    /// The messages, each with the calls that stand after it; calls before the first message come with none.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Option<&Message>, &[Call])> {
        let end_of = |place: Option<usize>| self.calls.partition_point(|call| self.place(call) <= place);
        let mut begin = 0;
        std::iter::once(None).chain((0..self.messages.len()).map(Some)).map(move |place| {
            let calls = begin..end_of(place);
            begin = calls.end;
            (place.map(|at| &self.messages[at]), &self.calls[calls])
        })
    }

    /// The index of the message after which a call stands. Both are in the order of the log, and so are their numbers.
    pub(crate) fn place(&self, call: &Call) -> Option<usize> {
        self.messages.partition_point(|message| message.id <= call.after).checked_sub(1)
    }
}

impl Call {
    /// The status in every format.
    pub(crate) fn status(&self) -> &'static str {
        match self.outcome {
            None => "pending",
            Some(ToolOutcome::Success { .. }) => "success",
            Some(ToolOutcome::Error { .. }) => "error",
            Some(ToolOutcome::Rejected { .. }) => "rejected",
        }
    }

    /// What came of it: the answer, the error's message or the reason.
    pub(crate) fn content(&self) -> &str {
        match &self.outcome {
            None => "",
            Some(ToolOutcome::Success { result }) => &result.content,
            Some(ToolOutcome::Error { error }) => &error.message,
            Some(ToolOutcome::Rejected { reason, .. }) => reason,
        }
    }
}
