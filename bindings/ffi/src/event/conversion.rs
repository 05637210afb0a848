//! Events of the protocol as Swift's.

use atelier_protocol::{EventBody as Core, Timestamp};

use super::EventBody;

impl From<Core> for EventBody {
    fn from(body: Core) -> Self {
        match body {
            Core::SessionRenamed { title } => Self::SessionRenamed { title },
            Core::SessionProject { path } => Self::SessionProject { path },
            Core::SessionArchived { archived } => Self::SessionArchived { archived },
            Core::SessionForked { from, up_to } => Self::SessionForked { from: from.to_string(), up_to },
            Core::SessionParent { session, tool_call_id } => {
                Self::SessionParent { session: session.to_string(), tool_call: tool_call_id.0 }
            }
            Core::ModeChanged { mode } => Self::ModeChanged { mode: mode.into() },
            Core::TurnStarted { turn, provider, model } => Self::TurnStarted { turn: turn.0, provider, model },
            Core::TurnFinished { turn, outcome, stop_reason } => {
                Self::TurnFinished { turn: turn.0, outcome: outcome.into(), stop_reason: stop_reason.map(Into::into) }
            }
            Core::PromptQueued { prompt, text } => Self::PromptQueued { prompt: prompt.0, text },
            Core::PromptWithdrawn { prompt } => Self::PromptWithdrawn { prompt: prompt.0 },
            Core::PromptDelivered { prompt } => Self::PromptDelivered { prompt: prompt.0 },
            Core::HistoryCompacted { up_to, summary, automatic } => {
                Self::HistoryCompacted { up_to: up_to.0, summary, automatic }
            }
            Core::ConversationRewound { to } => Self::ConversationRewound { to: to.0 },
            Core::MessageStarted { message, turn, role, content } => {
                Self::MessageStarted { message: message.0, turn: turn.0, role: role.into(), content: content.into() }
            }
            Core::MessageDelta { message, text } => Self::MessageDelta { message: message.0, text },
            Core::MessageFinished { message, complete, vendor: _ } => {
                Self::MessageFinished { message: message.0, complete }
            }
            Core::Usage { turn, model, usage, first_token_ms: _ } => {
                Self::Usage { turn: turn.0, model, usage: usage.into() }
            }
            Core::ModelWaiting { turn, reason, attempt, attempts, wait_ms } => {
                Self::ModelWaiting { turn: turn.0, reason: reason.into(), attempt, attempts, wait_ms }
            }
            Core::Error { code, message } => Self::Error { code: code.into(), message },
            Core::StateChanged { state } => Self::StateChanged { state: state.into() },
            of_a_call => Self::of_a_call(of_a_call),
        }
    }
}

impl EventBody {
    fn of_a_call(body: Core) -> Self {
        match body {
            Core::ToolRequested { tool_call_id, turn, tool, params, vendor_id: _, vendor: _ } => {
                Self::ToolRequested { call: tool_call_id.0, turn: turn.0, tool, params: params.to_string() }
            }
            Core::ToolCall {
                tool_call_id,
                tool: _,
                params: _,
                requires_approval,
                preview,
                dangerous,
                unconfined,
                always,
                expires_at,
            } => Self::ToolCall {
                call: tool_call_id.0,
                requires_approval,
                preview,
                dangerous,
                unconfined,
                always_rules: always,
                expires_at_ms: expires_at.map(Timestamp::as_millis),
            },
            Core::ApprovalResolved { tool_call_id, decision } => {
                Self::ApprovalResolved { call: tool_call_id.0, decision: decision.into() }
            }
            Core::ElicitationRequested { elicitation, tool_call_id, server, message, wanted, expires_at } => {
                Self::ElicitationRequested {
                    elicitation: elicitation.0,
                    call: tool_call_id.0,
                    server,
                    message,
                    wanted: wanted.into(),
                    expires_at_ms: expires_at.as_millis(),
                }
            }
            Core::ElicitationResolved { elicitation, answer } => {
                Self::ElicitationResolved { elicitation: elicitation.0, outcome: answer.into() }
            }
            Core::TaskStarted { tool_call_id, session } => {
                Self::TaskStarted { call: tool_call_id.0, session: session.to_string() }
            }
            Core::CheckpointTaken { checkpoint, tool_call_id, paths } => {
                Self::CheckpointTaken { checkpoint: checkpoint.0, call: tool_call_id.0, paths }
            }
            Core::FilesRestored { checkpoint, restored, kept } => {
                Self::FilesRestored { checkpoint: checkpoint.0, restored, kept }
            }
            Core::ToolProgress { tool_call_id, progress, message, output } => {
                Self::ToolProgress { call: tool_call_id.0, progress, message, output }
            }
            Core::ToolResult { tool_call_id, outcome, execution_time_ms } => {
                Self::ToolResult { call: tool_call_id.0, outcome: outcome.into(), execution_time_ms }
            }
            Core::FileChanged { tool_call_id, path, operation, created } => {
                Self::FileChanged { call: tool_call_id.0, path, operation: operation.into(), created }
            }
            // A kind that the protocol knows and this crate does not know yet is unknown to Swift as well.
            unknown => Self::Unknown {
                kind: unknown.kind().to_owned(),
                json: serde_json::to_string(&unknown).unwrap_or_default(),
            },
        }
    }
}
