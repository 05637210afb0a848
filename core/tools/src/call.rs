//! What a model asks for and what it gets back.

use atelier_protocol::{FileOperation, Json};
use atelier_workspace::{AccessError, RelativePath};
use serde::{Deserialize, Serialize};

use crate::shell::REFUSED;

/// A tool call as a model makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The tool.
    pub name: String,
    /// Its arguments; anything but an object is refused when the call is prepared.
    pub arguments: Json,
}

/// How a tool ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It did what was asked.
    Success {
        /// For the model, bounded. Structured results start with `format: toon` or `format: json`.
        content: String,
        /// For programs and screens, bounded; what it holds is up to the tool.
        metadata: Option<Json>,
        /// What has changed on the disk, in the order in which it did.
        changes: Vec<FileChange>,
    },
    /// It did not, and left everything as it was (unless the message says otherwise).
    Failure(ToolFailure),
}

impl Request {
    /// The same command outside the sandbox.
    #[must_use]
    pub fn unconfined(mut self) -> Self {
        if let Some(arguments) = self.arguments.as_object_mut() {
            arguments.insert("unconfined".to_owned(), true.into());
        }
        self
    }
}

impl Outcome {
    /// What the sandbox refused the command whose outcome it is, as far as that can be known.
    pub fn sandbox_refused(&self) -> Option<&str> {
        match self {
            Self::Success { metadata: Some(metadata), .. } => metadata.get(REFUSED)?.as_str(),
            _ => None,
        }
    }
}

/// Why a tool could not do what was asked. The message is for the model and the user alike and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ToolFailure {
    /// For programs.
    pub code: FailureCode,
    /// One or more sentences, bounded.
    pub message: String,
}

impl ToolFailure {
    /// A failure. The message holds no contents and no keys.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Whether the same call may succeed when it is just made again. Only read-only tools should be.
    pub fn recoverable(&self) -> bool {
        matches!(self.code, FailureCode::IoError | FailureCode::TimedOut | FailureCode::McpServerError)
    }
}

/// What a failure is about. The names are those of the HTTP contract where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum FailureCode {
    /// No such tool, or arguments that don't fit it.
    InvalidToolCall,
    /// The path, the tool or the mode forbids it; asking the user would not help.
    PermissionDenied,
    /// There is no such file or folder.
    NotFound,
    /// Something of that name exists already.
    AlreadyExists,
    /// The file was not read before, or has changed since.
    StaleFile,
    /// The text to replace does not occur.
    NoMatch,
    /// The text to replace occurs more than once.
    Ambiguous,
    /// It is not a text, or not in an encoding that can be kept.
    NotText,
    /// It is larger than the tool takes.
    TooLarge,
    /// The disk or the system failed.
    IoError,
    /// There is no language server for it, or it can't answer.
    LanguageServerError,
    /// Git refuses.
    GitError,
    /// It took too long.
    TimedOut,
    /// It was stopped.
    Cancelled,
    /// The MCP server that has the tool is gone, or what it sends makes no sense.
    McpServerError,
    /// The tool of an MCP server says that it failed.
    McpToolFailed,
    /// The sub-agent that was to do it failed.
    SubAgentFailed,
    /// A defect in Atelier.
    Internal,
}

impl From<AccessError> for ToolFailure {
    fn from(error: AccessError) -> Self {
        use AccessError as E;
        let code = match &error {
            E::Outside { .. } | E::Secret { .. } | E::GitInternal { .. } | E::Denied { .. } => {
                FailureCode::PermissionDenied
            }
            E::NotFound { .. } | E::DanglingLink { .. } => FailureCode::NotFound,
            E::Exists { .. } => FailureCode::AlreadyExists,
            E::TooLarge { .. } | E::TooMany { .. } => FailureCode::TooLarge,
            E::Changed { .. } => FailureCode::StaleFile,
            E::Io { .. } => FailureCode::IoError,
            // A path of the wrong kind is a wrong argument.
            _ => FailureCode::InvalidToolCall,
        };
        Self::new(code, error.to_string())
    }
}

/// One change on the disk. The JSON form is that of the event `file.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Relative to the project, `/` between the parts.
    pub path: String,
    /// What was done.
    pub operation: FileOperation,
    /// Whether nothing stood at the path before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub created: bool,
}

impl FileChange {
    pub(crate) fn new(path: &RelativePath, operation: FileOperation, created: bool) -> Self {
        Self { path: path.to_string(), operation, created }
    }
}
