//! The tools over real servers: a small one that does what a test says, and, where they are set up, those of others.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod fake;
mod others;
mod project;
