//! What is said about tool calls.

use atelier_protocol as protocol;

/// How far the agent may go without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PermissionMode {
    /// Reading only.
    Plan,
    /// Reading is free, everything else is asked for.
    Default,
    /// Changes to files are made without asking; what is dangerous is asked for.
    AcceptEdits,
    /// Nothing is asked for.
    BypassPermissions,
}

/// The answer to a question whether a tool may run.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Decision {
    /// It may run.
    Approved {
        /// This tool is not asked about again in this session, unless the call is dangerous.
        always: bool,
    },
    /// It may not.
    Rejected {
        /// What the user wants the model to know.
        message: Option<String>,
    },
    /// Nobody answered in time.
    TimedOut,
}

/// What came of a tool call.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ToolOutcome {
    /// It ran.
    Success {
        /// The text for the model.
        content: String,
        /// More of it for programs, as JSON.
        metadata: Option<String>,
    },
    /// It failed, or could not be tried.
    Error {
        /// For programs: `PERMISSION_DENIED`, `INVALID_TOOL_CALL` and others.
        code: String,
        /// For the model and for people.
        message: String,
    },
    /// It was not run, because it was not allowed.
    Rejected {
        /// Why, in a few words.
        reason: String,
        /// What the user said to it.
        user_message: Option<String>,
    },
}

/// How a file changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FileOperation {
    /// The whole file was written.
    Write,
    /// A part of it was replaced.
    Edit,
    /// It is gone.
    Delete,
    /// A folder was made.
    CreateDirectory,
    /// It was copied there.
    Copy,
}

impl From<protocol::PermissionMode> for PermissionMode {
    fn from(mode: protocol::PermissionMode) -> Self {
        match mode {
            protocol::PermissionMode::Plan => Self::Plan,
            protocol::PermissionMode::Default => Self::Default,
            protocol::PermissionMode::AcceptEdits => Self::AcceptEdits,
            protocol::PermissionMode::BypassPermissions => Self::BypassPermissions,
        }
    }
}

impl From<PermissionMode> for protocol::PermissionMode {
    fn from(mode: PermissionMode) -> Self {
        match mode {
            PermissionMode::Plan => Self::Plan,
            PermissionMode::Default => Self::Default,
            PermissionMode::AcceptEdits => Self::AcceptEdits,
            PermissionMode::BypassPermissions => Self::BypassPermissions,
        }
    }
}

impl From<protocol::Decision> for Decision {
    fn from(decision: protocol::Decision) -> Self {
        match decision {
            protocol::Decision::Approved { always } => Self::Approved { always },
            protocol::Decision::Rejected { message } => Self::Rejected { message },
            protocol::Decision::TimedOut => Self::TimedOut,
        }
    }
}

impl From<protocol::ToolOutcome> for ToolOutcome {
    fn from(outcome: protocol::ToolOutcome) -> Self {
        match outcome {
            protocol::ToolOutcome::Success { result } => {
                Self::Success { content: result.content, metadata: result.metadata.map(|json| json.to_string()) }
            }
            protocol::ToolOutcome::Error { error } => Self::Error { code: error.code, message: error.message },
            protocol::ToolOutcome::Rejected { reason, user_message } => Self::Rejected { reason, user_message },
        }
    }
}

impl From<protocol::FileOperation> for FileOperation {
    fn from(operation: protocol::FileOperation) -> Self {
        match operation {
            protocol::FileOperation::Write => Self::Write,
            protocol::FileOperation::Edit => Self::Edit,
            protocol::FileOperation::Delete => Self::Delete,
            protocol::FileOperation::CreateDirectory => Self::CreateDirectory,
            protocol::FileOperation::Copy => Self::Copy,
        }
    }
}
