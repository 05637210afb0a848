//! Finding what lies beneath a folder: files by a few letters of their path, and lines by what they hold.
//!
//! - [`Finder`] keeps the paths of a folder and ranks them while a person types.
//! - [`ContentSearch`] searches contents with ripgrep's own crates, on several threads, and hands on what it finds in
//!   bounded batches; a [`Replacement`] shows what it would do in a file, and does it.
//! - [`Walk`] lists files by git's rules; [`LineSearch`] searches one file. Agents' tools are built on these two.
//! - [`search_names`] is the plain search by substring that the runtime contract describes.
//!
//! What is opened is opened through a [`Folder`](atelier_workspace::Folder), so no link leads outside and files that may
//! hold keys stay closed. This crate knows no session, no tool and no settings.

mod content;
mod error;
mod finder;
mod fuzzy;
mod glob;
mod list;
mod names;
mod replacing;
mod walk;

pub use content::{
    BATCH, Case, ContentQuery, ContentSearch, FileMatches, FoundLine, LineKind, LineSearch, MAX_FILE, MAX_MATCHES,
    SearchEnd, Searched,
};
pub use error::FindingError;
pub use finder::{Finder, Follow, Following, FoundFile, FoundFiles, MAX_HITS, MAX_PATHS, MAX_RECENT, Tell};
pub use glob::{Glob, Globs};
pub use names::{NameHit, NameHits, parse_limit, search_names};
pub use replacing::{FileReplacement, MAX_REPLACED_FILE, ReplaceError, Replaced, ReplacedLine, Replacement};
pub use walk::Walk;
