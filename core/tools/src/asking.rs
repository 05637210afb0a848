//! What a running tool asks the user for: values, or to visit an address.

use async_trait::async_trait;
use atelier_protocol::{ElicitationAnswer, Wanted};

/// What a tool asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Who asks: the name of an MCP server.
    pub server: String,
    /// What the user is told.
    pub message: String,
    /// What is asked for.
    pub wanted: Wanted,
}

/// Who can ask the user.
#[async_trait]
pub trait Asker: Send + Sync {
    /// Asks, and waits for the answer. Dropped when nobody wants it any more.
    async fn ask(&self, ask: Ask) -> ElicitationAnswer;
}
