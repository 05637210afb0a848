//! Git, by the command line program that the user has: what it says, in types.
//!
//! To look costs the user no trust: whatever the repository's own settings, attributes, hooks and submodules would have
//! run is not run, and nothing goes over the network. What makes commits or pushes them runs what the user's git would
//! run; [`RunsPrograms`] says what that is, for whoever is to approve of it.

mod act;
mod branches;
mod error;
mod log;
mod repository;
mod settings;
mod status;

pub use act::{MadeCommit, PushTarget, Pushed, RunsPrograms};
pub use branches::{Branch, Branches};
pub use error::GitError;
pub use log::Commit;
pub use repository::{Diff, Repository};
pub use status::{GitFile, Move, Status};
