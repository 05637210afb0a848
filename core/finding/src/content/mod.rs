//! Searching contents.

mod excerpt;
mod lines;
mod query;
mod stream;

pub(crate) use excerpt::{Excerpt, bare};
pub use lines::{FoundLine, LineKind, LineSearch, Searched};
pub(crate) use query::Pattern;
pub use query::{Case, ContentQuery, MAX_MATCHES};
pub use stream::{BATCH, ContentSearch, FileMatches, SearchEnd};

/// Files larger than this are not searched, in bytes.
pub const MAX_FILE: u64 = 64 << 20;
