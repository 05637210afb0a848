//! Session log and projects from the outside: real files, real processes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "an assumption that fails is a test that fails")]

mod append;
mod appender;
mod copies;
mod follow;
mod full;
mod guarded;
mod lease;
mod open;
mod other_process;
mod places;
mod projects;
mod projects_at_risk;
mod scratch;
mod search;
mod unreadable;
