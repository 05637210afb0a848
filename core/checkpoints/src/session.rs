//! The checkpoints of one session.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use atelier_workspace::{Folder, RelativePath};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    CheckpointError, Limits,
    capture::{self, Capture},
    contents,
    record::{After, RawPath, Record, State},
    restore::{self, Restored},
    retention,
};

/// How the names of the two files of a checkpoint end, after its number.
pub(crate) const BEFORE: &str = ".before.json";
pub(crate) const AFTER: &str = ".after.json";

/// The checkpoints of one session. Numbers are the caller's; one that is used again replaces what it named.
#[derive(Debug, Clone)]
pub struct SessionCheckpoints {
    folder: PathBuf,
    limits: Limits,
}

/// What a checkpoint holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// What can be restored, as it was named.
    pub paths: Vec<String>,
    /// What could not be kept and can't be restored: it is too large, can't be read or is no file.
    pub not_kept: Vec<String>,
}

impl SessionCheckpoints {
    pub(crate) fn new(folder: PathBuf, limits: Limits) -> Self {
        Self { folder, limits }
    }

    /// Keeps what stands at these paths of a project, and beneath those that are folders. When this returns, it is on the
    /// disk. Makes room first by removing what is too old or too much.
    pub fn take(&self, number: u64, project: &Folder, paths: &[RelativePath]) -> Result<Taken, CheckpointError> {
        self.try_take(number, project, paths).map_err(|error| CheckpointError::not_kept(&self.folder, &error))
    }

    fn try_take(&self, number: u64, project: &Folder, paths: &[RelativePath]) -> io::Result<Taken> {
        contents::make_folder(&self.folder)?;
        retention::make_room(&self.folder, &self.limits)?;
        let Limits { max_file, max_checkpoint: left, .. } = self.limits;
        let mut capture = Capture { project, folder: &self.folder, max_file, left };
        let (mut touched, mut taken) = (Vec::new(), Taken::default());
        for path in paths.iter().collect::<BTreeSet<_>>() {
            let found = capture.touched(path)?;
            let lost = found.stood.iter().filter(|(_, state)| *state == State::NotKept);
            taken.not_kept.extend(lost.map(|(path, _)| path.shown()));
            if found.stood.iter().any(|(_, state)| *state != State::NotKept) {
                taken.paths.push(found.path.shown());
            }
            touched.push(found);
        }
        let missing: BTreeSet<_> = paths.iter().flat_map(|path| capture::missing_above(project, path)).collect();
        let missing_folders = missing.iter().map(|path| RawPath::of(path.as_path())).collect();
        let record = Record { project: RawPath::of(project.path()), touched, missing_folders };
        // What an earlier checkpoint of this number left is none of this one's business.
        let _ = fs::remove_file(self.folder.join(file(number, AFTER)));
        self.save(number, BEFORE, &record, true)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(taken)
    }

    /// Notes what stands at the paths of a checkpoint now that the call is over. Without this, nobody can tell what the
    /// call has done from what others have, and nothing will be restored. Not flushed: a power cut may take the note away.
    pub fn note_after(&self, number: u64, project: &Folder) -> Result<(), CheckpointError> {
        let record: Record = self.record(number, BEFORE)?;
        let look = |path: &RawPath| {
            let found = path.to_relative().and_then(|path| capture::look(project, &path).ok());
            found.unwrap_or(State::NotKept)
        };
        let touched = record.touched.iter().map(|touched| touched.stood.iter().map(|(path, _)| look(path)).collect());
        let after = After { touched: touched.collect() };
        self.save(number, AFTER, &after, false).map_err(|error| CheckpointError::not_kept(&self.folder, &error))
    }

    /// Puts back what the call changed, as far as nobody else has changed it since, in the project in which it was.
    pub fn restore(&self, number: u64) -> Result<Restored, CheckpointError> {
        let record: Record = self.record(number, BEFORE)?;
        let after: Option<After> = match self.record(number, AFTER) {
            Ok(after) => Some(after),
            Err(CheckpointError::Gone | CheckpointError::Unreadable { .. }) => None,
            Err(error) => return Err(error),
        };
        restore::restore(&self.folder, &record, after.as_ref())
    }

    /// Removes what is too old or too much.
    pub fn make_room(&self) -> Result<(), CheckpointError> {
        retention::make_room(&self.folder, &self.limits)
            .map_err(|error| CheckpointError::unreadable(&self.folder, &error))
    }

    /// Removes all of them, and what is left of earlier attempts.
    pub fn remove(&self) -> Result<(), CheckpointError> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(CheckpointError::unreadable(&self.folder, &error))
            }
            _ => Ok(()),
        }
    }

    fn save(&self, number: u64, kind: &str, what: &impl Serialize, flush: bool) -> io::Result<()> {
        contents::write_file(&self.folder, &file(number, kind), &serde_json::to_vec(what)?, flush)
    }

    fn record<T: DeserializeOwned>(&self, number: u64, kind: &str) -> Result<T, CheckpointError> {
        load(&self.folder, number, kind).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => CheckpointError::Gone,
            _ => CheckpointError::unreadable(&self.folder, &error),
        })
    }
}

pub(crate) fn file(number: u64, kind: &str) -> String {
    format!("{number}{kind}")
}

pub(crate) fn load<T: DeserializeOwned>(folder: &Path, number: u64, kind: &str) -> io::Result<T> {
    Ok(serde_json::from_slice(&fs::read(folder.join(file(number, kind)))?)?)
}
