//! What a sandbox stands on that was set up before its command was known: by that it can be told whether it still confines
//! as one would that is set up now.

use std::{ffi::OsString, fs, os::unix::fs::MetadataExt as _, path::Path, time::SystemTime};

use crate::{Backend, Confinement, bubblewrap};

/// What a sandbox stands on. Where two are equal, a command may run in the older one as well.
#[derive(Debug, PartialEq, Eq)]
pub struct Ground {
    /// What may be done, and what is mounted for it.
    arguments: Vec<OsString>,
    /// What stands where something is mounted. A mount goes with what it lies on: who makes a folder anew makes one that is
    /// not protected.
    places: Vec<Standing>,
    /// Whether something is there that need not be.
    perhaps: Vec<Option<Standing>>,
    /// What the system has mounted, for that is seen inside, too.
    mounts: Vec<u8>,
}

/// What stands at a path: where it is kept and when it was made, for the number of something that is gone is used again.
type Standing = (u64, u64, SystemTime);

impl Confinement {
    /// What a sandbox that is set up now stands on. None where setting up takes no time, or where the file system does not
    /// tell when things were made: then there is nothing to be gained, or nothing to be sure of.
    pub fn ground(&self) -> Option<Ground> {
        if self.backend() != Backend::Bubblewrap {
            return None;
        }
        let policy = self.policy();
        Some(Ground {
            arguments: self.mounting(Path::new("/")),
            places: bubblewrap::mounted(policy).iter().map(|path| standing(path)).collect::<Option<_>>()?,
            perhaps: bubblewrap::KEPT_OF_RUN.iter().map(|path| standing(Path::new(path))).collect(),
            mounts: fs::read("/proc/self/mountinfo").ok()?,
        })
    }
}

fn standing(path: &Path) -> Option<Standing> {
    let found = path.symlink_metadata().ok()?;
    Some((found.dev(), found.ino(), found.created().ok()?))
}
