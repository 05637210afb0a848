//! Git as Swift sees it: what has changed, what was committed, branches, what goes over the network, who commits.

mod branches;
mod changes;
mod conflicts;
mod diff;
mod history;
mod identities;
mod moving;
mod stash;
mod transfers;

pub use branches::GitBranch;
pub use changes::{ChangedFile, Changes, ConflictKind, ConflictedFile, Discarded, FileChange, GitOperation};
pub use conflicts::{ConflictSide, ConflictVersions, FileVersion};
pub use diff::{
    DiffHunk, DiffLine, DiffLineKind, DiffNotice, DiffSelection, DiffSide, EmphasisRange, FileDiff, PlaceRange,
};
pub use history::{BlameCommit, BlamePage, BlamePart, GitTag, GraphCommit, GraphEdge, GraphPage};
pub use identities::{CurrentIdentity, GitIdentity};
pub use stash::StashEntry;
pub use transfers::{GitTransfer, TransferStep};
