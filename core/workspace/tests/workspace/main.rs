//! What lies beneath a project folder, over real folders and real git.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod escapes;
mod git;
mod hostile_git;
mod scratch;
