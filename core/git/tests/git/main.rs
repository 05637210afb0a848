//! Git in types, over real git.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod history;
mod hostile;
mod parts;
mod scratch;
mod tools;
mod worktrees;
