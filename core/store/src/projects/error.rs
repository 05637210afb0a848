//! What can go wrong with a project. The texts before the detail are fixed by the contract with other programs.

use crate::StoreError;

/// How much of what a caller gave an error repeats, in characters.
const SHOWN: usize = 200;

/// Why a project could not be stored or read. Whatever it is, nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// There is no such project.
    #[error("Project not found: {id}")]
    NotFound {
        /// What was asked for.
        id: String,
    },
    /// The name is blank or has more than 200 characters.
    #[error("Configuration error: project name is required")]
    InvalidName,
    /// An id that could not stand in an address.
    #[error(
        "Configuration error: project id {id:?} is not allowed; use 1 to 200 characters without blanks, control characters and slashes"
    )]
    InvalidId {
        /// Its beginning.
        id: String,
    },
    /// The active agents are no JSON array.
    #[error("Configuration error: active_agents must be the text of a JSON array, such as [\"ui-ux-designer\"]")]
    InvalidAgents,
    /// A path that leads out of the project, or is none.
    #[error(
        "Configuration error: file path {path:?} is not allowed; make it relative, with / between its parts, none of them empty, . or .."
    )]
    InvalidPath {
        /// Its beginning.
        path: String,
    },
    /// A content of more than 10 MiB.
    #[error("Configuration error: {what} is larger than 10 MiB; make it smaller or split it")]
    TooLarge {
        /// Which content.
        what: String,
    },
    /// An update names a file that does not exist and has no content for it.
    #[error("Configuration error: there is no file {path:?} in the project; give the content of a new one")]
    NoContent {
        /// Its path.
        path: String,
    },
    /// Two messages of one save have the same id.
    #[error("Database error: query failed: two messages have the id {id:?}; give each its own, or none")]
    RepeatedMessage {
        /// The id.
        id: String,
    },
    /// A message's id is taken.
    #[error("Database error: query failed: the message id {id:?} belongs to another project; give a new one, or none")]
    ForeignMessage {
        /// The id.
        id: String,
    },
    /// Two files of one request have the same path.
    #[error("Database error: query failed: two files have the path {path:?}; keep one of them")]
    RepeatedPath {
        /// The path.
        path: String,
    },
    /// The database could not be used.
    #[error("Database error: query failed: {0}")]
    Store(#[from] StoreError),
}

/// As much of a given text as an error repeats.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
