//! Turns in which the model uses tools: over real HTTP, a real log and a real folder.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod approvals;
mod compaction;
mod elicitation;
mod limits;
mod recovery;
mod room;
mod rules;
mod sandbox;
mod sessions;
mod steering;
mod turns;
mod undo;
