//! What full-text search over all sessions is asked and answers.

use serde::{Deserialize, Serialize};

use crate::{MessageId, SessionId, Timestamp};

/// What to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What the user typed. Every word must occur, in any order, whatever its case and accents; `"words in quotes"` stand
    /// together, `-word` must not occur, and `begin*` stands for every word that begins so.
    pub text: String,
    /// Whether the user is still typing: the last word may then be the beginning of one.
    pub typing: bool,
    /// Which hits come first.
    pub order: SearchOrder,
    /// How many hits to answer with, 100 at most; 0 means 20.
    pub limit: usize,
    /// How many hits to leave out: those of the pages before.
    pub skip: usize,
    /// Only in sessions that work in this folder.
    pub project: Option<String>,
    /// Not in sessions that were put away.
    pub without_archived: bool,
}

/// Which hits come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchOrder {
    /// The newest.
    #[default]
    Newest,
    /// Of the newest few thousand, those that say most about what was looked for.
    Ranked,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    /// The hits, in the order that was asked for.
    pub hits: Vec<SearchHit>,
    /// Whether there are more after these.
    pub more: bool,
    /// How many older sessions have not been prepared for searching yet; that goes on in the background.
    pub sessions_to_come: u64,
    /// Whether looking was broken off because it took too long: something that is there may be missing.
    pub gave_up: bool,
}

/// One place where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// The session.
    pub session: SessionId,
    /// Its title.
    pub title: String,
    /// It was put away.
    #[serde(default)]
    pub archived: bool,
    /// The folder that it works in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// What kind of text it was found in.
    pub source: SearchSource,
    /// The message; for a tool call the one that it follows, for a title 0.
    pub message: MessageId,
    /// The event with which that message, call or title begins.
    pub seq: u64,
    /// When that was, to within a few milliseconds.
    pub at: Timestamp,
    /// A piece of the text around what was found, on one line; `…` where it was cut.
    pub snippet: String,
    /// Where in the snippet the words stand: pairs of the first byte and the one after the last, in UTF-8, in order.
    pub highlights: Vec<(usize, usize)>,
}

/// What kind of text something was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchSource {
    /// The title that the user gave the session.
    Title,
    /// What the user said.
    Prompt,
    /// What the model said.
    Answer,
    /// What a tool was called with: a command, a path.
    ToolCall,
}

impl SearchSource {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Prompt => "prompt",
            Self::Answer => "answer",
            Self::ToolCall => "tool_call",
        }
    }
}
