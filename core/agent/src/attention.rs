//! Telling the user who looks elsewhere that they are wanted.

use std::sync::Arc;

use atelier_protocol::{SessionId, TurnOutcome};

/// Why the user may be wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// They are asked whether a tool may run.
    Approval {
        /// The tool.
        tool: String,
    },
    /// A tool asks them for something.
    Question {
        /// The MCP server that asks.
        server: String,
    },
    /// A turn is over.
    Finished {
        /// How it ended.
        outcome: TurnOutcome,
    },
}

/// Who tells the user.
pub trait Messenger: Send + Sync {
    /// Tells them, or does not; waits for nothing. Called on the agent's runtime, once what is told is in the log.
    fn tell(&self, session: SessionId, news: News);
}

/// Tells the user, where there is someone who does.
pub(crate) fn tell(messenger: Option<&Arc<dyn Messenger>>, session: SessionId, news: News) {
    if let Some(messenger) = messenger {
        messenger.tell(session, news);
    }
}
