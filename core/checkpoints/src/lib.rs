//! Files as they were before an agent changed them, and putting them back.
//!
//! Before a call changes files, [`SessionCheckpoints::take`] keeps what stands at their paths: contents, modes, links, or
//! that nothing stands there. After the call, [`SessionCheckpoints::note_after`] notes what it has left. From both,
//! [`SessionCheckpoints::restore`] puts back exactly those files, and leaves alone what somebody else has changed since.
//! It may be interrupted at any point and called again.
//!
//! All of it is in a folder of the session's own, for the user alone: neither in the project nor in the database, and
//! git, its index, refs and stash are never touched or asked. Contents are named by what they hold, so that a file that is
//! kept ten times takes its room once. What a project's files hold goes nowhere else: not into errors, not into logs.
//!
//! Not kept: owners, times, extended attributes, more than the nine permission bits, and what commands of a shell do,
//! which nobody can know beforehand.
//!
//! This crate knows no tool, no turn and no log. All calls block. Only one process at a time may call what writes for a
//! session: whoever has the right to run its turns.

mod capture;
mod contents;
mod error;
mod record;
mod restore;
mod retention;
mod session;

use std::{fs, path::PathBuf, time::Duration};

use atelier_protocol::SessionId;

pub use error::CheckpointError;
pub use restore::Restored;
pub use retention::Limits;
pub use session::{SessionCheckpoints, Taken};

/// How often to tidy up, and the file whose time says when that was.
const TIDY_EVERY: Duration = Duration::from_hours(24);
const TIDIED: &str = ".tidied";

/// The checkpoints of all sessions.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    folder: PathBuf,
    limits: Limits,
}

impl Checkpoints {
    /// Kept beneath this folder, which is made when it is needed first.
    pub fn new(folder: PathBuf, limits: Limits) -> Self {
        Self { folder, limits }
    }

    /// Those of one session.
    pub fn of(&self, session: SessionId) -> SessionCheckpoints {
        SessionCheckpoints::new(self.folder.join(session.to_string()), self.limits)
    }

    /// Whether nobody has asked this for a day; nothing is due while nothing is kept.
    pub fn is_tidying_due(&self) -> bool {
        let mark = self.folder.join(TIDIED);
        let age = fs::metadata(&mark).and_then(|mark| mark.modified()).ok().and_then(|at| at.elapsed().ok());
        let due = self.folder.exists() && age.is_none_or(|age| age >= TIDY_EVERY);
        // Where it can't be written it is due again; that costs time and nothing else.
        due && fs::write(mark, []).is_ok()
    }

    /// The sessions of which something is kept, in no order.
    pub fn sessions(&self) -> Vec<SessionId> {
        // A folder that is not there yet holds none.
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
    }
}
