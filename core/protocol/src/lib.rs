//! The words every part of Atelier shares: ids, session events, messages, usage, projects and the fold that turns a session's
//! log into what a person reads.
//!
//! This crate holds serde types and pure functions. It knows no file, no network, no clock but [`Timestamp::now`], and
//! nothing of how events are stored or shown.

mod conversation;
mod effort;
mod elicitation;
mod event;
mod id;
mod project;
mod rule;
mod search;
mod session;
mod timestamp;
mod tool;
mod usage;

pub use conversation::{Checkpoint, Conversation, Message, QueuedPrompt, Restoration, SubAgent, Summary, Waiting};
pub use effort::Effort;
pub use elicitation::{
    Elicitation, ElicitationAnswer, ElicitationId, FieldKind, FieldText, FormField, FormOption, FormValues, TextFormat,
    Wanted, WrongField, with_defaults,
};
pub use event::{
    AgentState, ContentKind, ErrorCode, EventBody, Json, Role, SessionEvent, StopReason, TurnOutcome, WaitReason,
    merge_deltas,
};
pub use id::{CheckpointId, InvalidSessionId, MessageId, QueuedPromptId, SessionId, TurnId};
pub use project::{
    CreateProjectRequest, FileToSave, FileUpdate, MessageRole, MessageToSave, Project, ProjectFile, ProjectMessage,
    ProjectWithMessages, SaveProjectRequest,
};
pub use rule::{InvalidRuleEffect, Rule, RuleEffect, RuleScope};
pub use search::{SearchHit, SearchOrder, SearchQuery, SearchResults, SearchSource};
pub use session::{DEFAULT_TITLE, SessionSummary, title_from_prompt};
pub use timestamp::Timestamp;
pub use tool::{
    Decision, FileOperation, InvalidToolCallId, PermissionMode, Question, ToolAnswer, ToolCall, ToolCallId, ToolError,
    ToolOutcome, ToolStage,
};
pub use usage::Usage;
