//! A line of the session list.

use atelier_protocol as protocol;

use crate::{AgentState, CoreError};

/// What a list of sessions shows of one.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SessionSummary {
    /// The session's id, a UUID in lower case.
    pub id: String,
    /// One line.
    pub title: String,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When its newest event was stored; milliseconds since the Unix epoch.
    pub updated_at_ms: i64,
    /// Sequence number of its newest event, 0 while there is none.
    pub last_seq: u64,
    /// What its agent is doing.
    pub state: AgentState,
    /// It was put away: it is not listed unless asked for.
    pub archived: bool,
    /// The session of which it began as a copy.
    pub forked_from: Option<String>,
    /// The session of whose work it does a part.
    pub parent: Option<String>,
    /// The folder that it works in.
    pub project: Option<String>,
}

impl From<protocol::SessionSummary> for SessionSummary {
    fn from(summary: protocol::SessionSummary) -> Self {
        Self {
            id: summary.id.to_string(),
            title: summary.title,
            created_at_ms: summary.created_at.as_millis(),
            updated_at_ms: summary.updated_at.as_millis(),
            last_seq: summary.last_seq,
            state: summary.state.into(),
            archived: summary.archived,
            forked_from: summary.forked_from.map(|id| id.to_string()),
            parent: summary.parent.map(|id| id.to_string()),
            project: summary.project,
        }
    }
}

/// A session id as Swift holds it.
pub(crate) fn parse_id(text: &str) -> Result<protocol::SessionId, CoreError> {
    text.parse().map_err(|error: protocol::InvalidSessionId| CoreError::InvalidRequest { message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_keeps_every_field() {
        let id = protocol::SessionId::new();
        let summary = SessionSummary::from(protocol::SessionSummary {
            id,
            title: "Fix the login".to_owned(),
            created_at: protocol::Timestamp::from_millis(1),
            updated_at: protocol::Timestamp::from_millis(2),
            last_seq: 3,
            state: protocol::AgentState::Thinking,
            archived: true,
            forked_from: Some(id),
            parent: Some(id),
            project: Some("/engine".to_owned()),
        });
        assert_eq!(
            summary,
            SessionSummary {
                id: id.to_string(),
                title: "Fix the login".to_owned(),
                created_at_ms: 1,
                updated_at_ms: 2,
                last_seq: 3,
                state: AgentState::Thinking,
                archived: true,
                forked_from: Some(id.to_string()),
                parent: Some(id.to_string()),
                project: Some("/engine".to_owned()),
            }
        );
    }

    #[test]
    fn an_id_survives_the_way_there_and_back_and_nonsense_is_refused_with_a_sentence() {
        let id = protocol::SessionId::new();
        assert_eq!(parse_id(&id.to_string()), Ok(id));
        let Err(CoreError::InvalidRequest { message }) = parse_id("nonsense") else {
            panic!("nonsense was taken for an id");
        };
        assert!(message.contains("nonsense"), "{message}");
    }
}
