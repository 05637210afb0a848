//! A session's log as a document that people keep and other programs read: JSON, Markdown and Org.
//!
//! A [`Transcript`] is a fold over the log, so one can be made of any session at any time, and after a crash it says what
//! the log says. [`TranscriptFolder`] keeps them as files, for those who want that.
//!
//! This crate knows events and how a document looks. It knows no database, no settings and no agent.

mod changes;
mod folder;
mod index;
mod json;
mod markdown;
mod org;
mod render;
mod transcript;

pub use folder::{SavedTranscript, TranscriptError, TranscriptFolder};
pub use index::IndexEntry;
pub use transcript::Transcript;

/// What a transcript can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TranscriptFormat {
    /// Whole, for programs.
    Json,
    /// For people; long results are cut.
    Markdown,
    /// The same for Emacs.
    Org,
}

impl TranscriptFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Json, Self::Markdown, Self::Org];

    /// The name in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Org => "org",
        }
    }

    /// How names of files with it end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Org => "org",
        }
    }

    /// The format of that name; `md` is good for Markdown, too.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name || format.extension() == name)
    }
}
