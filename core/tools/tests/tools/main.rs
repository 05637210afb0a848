//! What tools do, over real folders, real git and real shells.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod as_git;
mod confined;
mod git;
mod looking;
mod project;
mod properties;
mod shell;
mod sources;
mod toon;
mod writing;
