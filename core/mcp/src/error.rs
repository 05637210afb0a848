//! What can go wrong with a server.

use atelier_tools::{FailureCode, ToolFailure};

use crate::ConfigError;

/// A server can't do what is asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum McpError {
    /// There is none of that name.
    #[error("There is no MCP server `{server}`; `atelier mcp list` shows those there are.")]
    NoServer {
        /// The name.
        server: String,
    },
    /// No server has such a tool.
    #[error("No MCP server has a tool `{tool}`; `atelier mcp tools` shows those there are.")]
    NoTool {
        /// The tool.
        tool: String,
    },
    /// The project brings the server along, and the user has not said that it may be used.
    #[error(
        "The MCP server `{server}` comes with the project and is not allowed yet; `atelier mcp approve {server}` does that."
    )]
    NotAllowed {
        /// The server.
        server: String,
    },
    /// Its configuration can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It can't be started or reached, or does not answer as a server does.
    #[error(
        "The MCP server `{server}` could not be started: {reason}. Check its configuration, or try its command by hand."
    )]
    NotStarted {
        /// The server.
        server: String,
        /// Why, no sentence.
        reason: String,
    },
    /// It has ended, or the connection to it has.
    #[error("The MCP server `{server}` has ended{said}. It is started again at the next call.")]
    Gone {
        /// The server.
        server: String,
        /// Its last words, in brackets.
        said: String,
    },
    /// What it answers makes no sense.
    #[error("The MCP server `{server}` sent {what}; tell those who make it.")]
    Nonsense {
        /// The server.
        server: String,
        /// What it sent.
        what: String,
    },
    /// It refuses.
    #[error("The MCP server `{server}` refuses: {message}")]
    Refused {
        /// The server.
        server: String,
        /// Its own words, bounded.
        message: String,
        /// It is the arguments that it does not like.
        arguments: bool,
    },
    /// It takes too long.
    #[error(
        "The MCP server `{server}` did not answer within {seconds} seconds and was told to stop; ask for less at a time."
    )]
    TimedOut {
        /// The server.
        server: String,
        /// How long it had.
        seconds: u64,
    },
    /// The user must log in at the server first.
    #[error("The MCP server `{server}` wants you to log in; `atelier mcp login {server}` does that.")]
    LoginNeeded {
        /// The server.
        server: String,
        /// What it said about that, for the log-in; may be empty.
        challenge: String,
    },
    /// The log-in did not come to its end.
    #[error("You could not be logged in at the MCP server `{server}`: {reason}. Try again.")]
    LoginFailed {
        /// The server.
        server: String,
        /// Why, no sentence.
        reason: String,
    },
    /// The caller stopped it.
    #[error("The call was stopped.")]
    Stopped,
    /// The program ends.
    #[error("Atelier is closing; start it again.")]
    Closed,
}

impl From<McpError> for ToolFailure {
    fn from(error: McpError) -> Self {
        let code = match &error {
            McpError::Stopped | McpError::Closed => FailureCode::Cancelled,
            McpError::TimedOut { .. } => FailureCode::TimedOut,
            McpError::NotAllowed { .. } | McpError::LoginNeeded { .. } | McpError::LoginFailed { .. } => {
                FailureCode::PermissionDenied
            }
            McpError::NoServer { .. } | McpError::NoTool { .. } | McpError::Refused { arguments: true, .. } => {
                FailureCode::InvalidToolCall
            }
            McpError::Refused { .. } => FailureCode::McpToolFailed,
            McpError::Config(_) | McpError::NotStarted { .. } | McpError::Gone { .. } | McpError::Nonsense { .. } => {
                FailureCode::McpServerError
            }
        };
        Self::new(code, error.to_string())
    }
}
