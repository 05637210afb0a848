//! What lies beneath a project folder: files, reached without ever leaving the folder; the git repository it is in; and
//! how programs of others are started there.
//!
//! A [`Folder`] is opened once. A path that a person or a model names becomes a [`RelativePath`] by [`Folder::locate`],
//! which follows links and refuses what lies outside. Everything else walks that path from the opened folder,
//! one component at a time and following no link at all. So a link that is put in the way between the check and the use
//! makes the use fail; it can't lead it astray.
//!
//! (`cap-std` was considered: it refuses absolute links that point inside, and the file it opens need not be the one whose
//! name was checked, which the refusal of key files needs.)
//!
//! A [`Repository`] asks the git that is installed. What a repository's own settings would have run is not run when we
//! only look, for the repository may come from anyone.
//!
//! This crate knows no session, no tool and no settings.

mod entry;
mod error;
mod folder;
mod git;
mod guard;
mod process;
mod relative;
mod replace;
mod stamp;
mod standing;
mod tree;

pub use entry::{Entry, EntryKind};
pub use error::AccessError;
pub use folder::{Content, Folder};
pub use git::{
    Branch, Branches, Commit, Diff, GitError, GitFile, MadeCommit, Move, PushTarget, Pushed, Repository, RunsPrograms,
    Status,
};
pub use process::{ProcessGroup, clean_environment};
pub use relative::RelativePath;
pub use replace::Expected;
pub use stamp::{InvalidStamp, Stamp};
pub use standing::Standing;
