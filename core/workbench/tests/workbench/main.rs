//! What people do in a workspace, through the façade, over real files.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

#[path = "../support/mod.rs"]
mod support;

mod changes;
mod files;
mod finding;
mod git;
mod terminals;
mod turn_settings;
mod watching;
