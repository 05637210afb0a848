//! Git in types, over real git.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod branches;
mod commits;
mod conformance;
mod conformance_generated;
mod diffs;
mod history;
mod hostile;
mod hostile_acts;
mod hostile_looks;
mod identities;
mod live;
mod parts;
mod remotes;
mod reverting;
mod scratch;
mod servers;
mod staging;
mod statuses;
mod tools;
mod transports;
mod waiting;
mod worktrees;
