//! What a list of sessions shows.

use serde::{Deserialize, Serialize};

use crate::{AgentState, SessionId, Timestamp};

/// The title of a session that has no prompt yet.
pub const DEFAULT_TITLE: &str = "New session";

/// The longest title made from a prompt, in characters.
const TITLE_CHARACTERS: usize = 60;

/// One line of the session list: a fold over the session's log, kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// The session's id.
    pub id: SessionId,
    /// [`DEFAULT_TITLE`] until the first prompt names it.
    pub title: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its newest event was stored; the creation time while there is none.
    pub updated_at: Timestamp,
    /// Sequence number of its newest event, 0 while there is none.
    pub last_seq: u64,
    /// What its agent is doing, as the log says.
    pub state: AgentState,
    /// It was put away: it is not listed unless asked for.
    #[serde(default)]
    pub archived: bool,
    /// The session of which it began as a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<SessionId>,
    /// The session of whose work it does a part. It is not listed beside that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<SessionId>,
    /// The folder that it works in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

impl SessionSummary {
    /// A session without events.
    pub fn new(id: SessionId, created_at: Timestamp) -> Self {
        Self {
            id,
            title: DEFAULT_TITLE.to_owned(),
            created_at,
            updated_at: created_at,
            last_seq: 0,
            state: AgentState::default(),
            archived: false,
            forked_from: None,
            parent: None,
            project: None,
        }
    }
}

/// A title for a session from its first prompt: the first line that says something, its white space folded, cut at a
/// word near [`TITLE_CHARACTERS`] with an ellipsis.
pub fn title_from_prompt(prompt: &str) -> String {
    let Some(line) = prompt.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return DEFAULT_TITLE.to_owned();
    };
    let folded = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = folded.char_indices().nth(TITLE_CHARACTERS) else {
        return folded;
    };
    let head = &folded[..cut];
    let words = head.rfind(' ').filter(|at| *at >= TITLE_CHARACTERS / 2).map_or(head, |at| &head[..at]);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_that_says_something() {
        assert_eq!(title_from_prompt("\n  Fix   the\tlogin \nplease"), "Fix the login");
        assert_eq!(title_from_prompt(" \n "), DEFAULT_TITLE);
    }

    #[test]
    fn a_long_title_is_cut_at_a_word_and_a_long_word_inside_a_character_boundary() {
        let title = title_from_prompt(&"réécrire le module ".repeat(9));
        assert_eq!(title, "réécrire le module réécrire le module réécrire le module…");
        assert_eq!(title_from_prompt(&"é".repeat(80)), format!("{}…", "é".repeat(60)));
    }
}
