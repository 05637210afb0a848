//! Git, by the command line program that the user has: what it says, in types.
//!
//! To look costs the user no trust: whatever the repository's own settings, attributes, hooks and submodules would have
//! run is not run, and nothing goes over the network. What makes commits or pushes them runs what the user's git would
//! run; [`RunsPrograms`] says what that is, for whoever is to approve of it.

mod act;
mod blame;
mod branches;
mod changed;
mod changes;
mod conflicts;
mod diff;
mod discard;
mod emphasis;
mod error;
mod graph;
mod index_lock;
mod known;
mod log;
mod moving;
mod operations;
mod parts;
mod patch;
mod paths;
mod repository;
mod settings;
mod stash;
mod state;
mod status;
mod tags;
mod turns;
mod worktrees;

pub use act::{MadeCommit, PushTarget, Pushed, RunsPrograms};
pub use blame::{Blame, BlameCommit, BlamePart};
pub use branches::{Branch, Branches};
pub use changes::{ChangedFile, Changes, ConflictedFile};
pub use conflicts::{Conflict, ConflictKind, Settlement, Version};
pub use diff::{Change, DiffHunk, DiffLine, DiffLineKind, FileDiff, Notice};
pub use discard::Discarded;
pub use error::GitError;
pub use graph::{Graph, GraphCursor, GraphEdge, GraphQuery, GraphRow};
pub use log::Commit;
pub use moving::{MergeKind, Moved, Onwards};
pub use operations::*;
pub use parts::{DiffQuery, Selection, Side};
pub use repository::{Diff, Repository};
pub use stash::{StashEntry, StashSave};
pub use state::OperationState;
pub use status::{GitFile, Move, Status};
pub use tags::Tag;
pub use worktrees::{
    ArchivedWorktree, Archiving, CreatedWorktree, Worktree, WorktreeChanges, WorktreeMetadata, WorktreeRequest,
    WorktreeStatus, pull_request_url,
};
