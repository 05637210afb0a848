//! The session log: numbered events on SQLite, durable before anyone sees them; and beside it, projects.
//!
//! [`Store`] is the way in. Whoever produces events appends them, through an [`Appender`] where they come as a stream;
//! whoever shows them holds a [`Follow`], which replays the log from any position and then tails it. A [`TurnLease`]
//! keeps two processes from answering in the same session.
//!
//! Inside, one thread owns the only connection that writes. It gathers what is waiting into one transaction, commits,
//! and only then tells followers and answers the callers. Reading happens on connections of its own, a page at a time.
//! Several processes may use one database at once.
//!
//! This crate knows events and files. It knows no model, no engine and no screen, and nothing outside it knows SQL.

mod appender;
mod connection;
mod copies;
mod error;
mod follow;
mod lease;
mod log;
mod migrations;
mod projects;
mod readers;
mod search;
mod store;
mod tails;
mod writer;
mod writer_thread;

pub use appender::Appender;
pub use error::StoreError;
pub use follow::Follow;
pub use lease::TurnLease;
pub use projects::ProjectError;
pub use search::SearchError;
pub use store::{Durability, Store};
