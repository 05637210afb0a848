//! Putting back what a call changed.

use std::{io, path::Path};

use atelier_workspace::{AccessError, Expected, Folder, RelativePath, Stamp};

use crate::{
    CheckpointError, capture,
    contents::{self, ContentName},
    record::{After, RawPath, Record, State, Touched},
};

/// The largest file that is written over, in bytes: tools change none that is as large.
const MAX_REPLACED: u64 = 64 << 20;

/// How many of the files in one folder are named when they are left alone.
const MAX_NAMED: usize = 100;

/// What was put back. Of a folder that is whole again only the folder is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// The files that are as they were, those that were not there removed.
    pub restored: Vec<String>,
    /// The files that were left alone: somebody else has changed them since, they were not kept, or the system
    /// refuses. At most 100 of a folder.
    pub kept: Vec<String>,
}

/// Puts back what a record says. An error is one of the disk; calling again goes on from there.
pub(crate) fn restore(folder: &Path, record: &Record, after: Option<&After>) -> Result<Restored, CheckpointError> {
    let project = record.project.to_path();
    let gone = |_| CheckpointError::ProjectGone { project: project.display().to_string() };
    let work = Work { project: &Folder::open(&project).map_err(gone)?, folder };
    let mut restored = Restored::default();
    for (at, touched) in record.touched.iter().enumerate() {
        let left = after.and_then(|after| after.touched.get(at)).map_or(&[][..], Vec::as_slice);
        let kept = work.put_back_all(touched, left)?;
        // A folder may be back while something in it is not.
        if kept.first().is_none_or(|first| **first != touched.path) {
            restored.restored.push(touched.path.shown());
        }
        restored.kept.extend(kept.iter().take(MAX_NAMED).map(|path| path.shown()));
    }
    for made in record.missing_folders.iter().rev().filter_map(RawPath::to_relative) {
        // What others have put into it keeps it.
        let _ = work.project.remove_empty(&made);
    }
    Ok(restored)
}

/// How it went with one path.
enum Outcome {
    Restored,
    Kept,
}

struct Work<'a> {
    project: &'a Folder,
    /// Where contents are.
    folder: &'a Path,
}

impl Work<'_> {
    /// Puts back a path and what stood beneath it, and says what was left alone. `left` is what the call left of each;
    /// where that is missing, nothing is known.
    fn put_back_all<'t>(&self, touched: &'t Touched, left: &[State]) -> Result<Vec<&'t RawPath>, CheckpointError> {
        let mut kept = Vec::new();
        for (at, (path, before)) in touched.stood.iter().enumerate() {
            match self.put_back(path, before, left.get(at)) {
                Ok(Outcome::Restored) => {}
                Ok(Outcome::Kept) => kept.push(path),
                Err(error) => match error {
                    AccessError::Io { .. } => return Err(CheckpointError::NotRestored(error)),
                    // Somebody stands in the way, or the system does.
                    _ => kept.push(path),
                },
            }
        }
        // Last, for nothing could be put into a folder that may not be written.
        for (at, (path, before)) in touched.stood.iter().enumerate().rev() {
            if let (State::Folder { mode }, Some(State::Nothing), Some(path)) =
                (before, left.get(at), path.to_relative())
                && self.project.set_folder_mode(&path, *mode).is_err()
            {
                tracing::warn!("the mode of a restored folder could not be set");
            }
        }
        Ok(kept)
    }

    fn put_back(&self, path: &RawPath, before: &State, left: Option<&State>) -> Result<Outcome, AccessError> {
        let Some(path) = path.to_relative() else { return Ok(Outcome::Kept) };
        let now = capture::look(self.project, &path)?;
        if before.is_same_content(&now) {
            self.put_mode_back(&path, before, left, &now)?;
            return Ok(Outcome::Restored);
        }
        if *before == State::NotKept || !left.is_some_and(|left| left.is_same_content(&now)) {
            return Ok(Outcome::Kept);
        }
        if let (State::File { content, .. }, State::File { .. }) = (before, &now) {
            let old = self.content(&path, content)?;
            self.project.replace(&path, &old, Expected::Content(self.stamp(&path, &now)?))?;
            self.put_mode_back(&path, before, left, &now)?;
            return Ok(Outcome::Restored);
        }
        self.clear(&path, &now)?;
        self.make(&path, before)?;
        Ok(Outcome::Restored)
    }

    /// A mode that the user has changed since is the user's.
    fn put_mode_back(
        &self,
        path: &RelativePath,
        before: &State,
        left: Option<&State>,
        now: &State,
    ) -> Result<(), AccessError> {
        match (before, left, now) {
            (State::File { mode: was, .. }, Some(State::File { mode: left, .. }), State::File { mode: is, .. })
                if is == left && was != is =>
            {
                self.project.set_mode(path, *was)
            }
            _ => Ok(()),
        }
    }

    /// The stamp of a file that is as it was looked at: what is put in its place later is noticed.
    fn stamp(&self, path: &RelativePath, now: &State) -> Result<Stamp, AccessError> {
        let found = self.project.read(path, MAX_REPLACED)?;
        let named = contents::name_of(&mut found.bytes.as_slice());
        match (now, named) {
            (State::File { content, .. }, Ok((name, _))) if *content == name => Ok(found.stamp),
            _ => Err(AccessError::Changed { path: path.to_string() }),
        }
    }

    /// Removes what the call put there.
    fn clear(&self, path: &RelativePath, now: &State) -> Result<(), AccessError> {
        match now {
            State::File { size, .. } if *size <= MAX_REPLACED => {
                self.project.remove_file(path, Some(self.stamp(path, now)?))
            }
            // Too large to be read twice.
            State::File { .. } | State::Link { .. } => self.project.remove_file(path, None),
            State::Folder { .. } => self.project.remove_empty(path),
            State::Nothing | State::NotKept => Ok(()),
        }
    }

    /// Makes what stood there.
    fn make(&self, path: &RelativePath, before: &State) -> Result<(), AccessError> {
        if *before != State::Nothing
            && let Some(parent) = path.parent()
        {
            self.project.create_folders(&parent)?;
        }
        match before {
            State::File { content, mode, .. } => {
                self.project.create(path, &self.content(path, content)?, *mode).map(drop)
            }
            State::Folder { .. } => self.project.create_folders(path).map(drop),
            State::Link { target } => self.project.make_link(path, &target.to_path()),
            State::Nothing | State::NotKept => Ok(()),
        }
    }

    /// What was kept for a path. Where that is gone or damaged, the path is as good as not kept.
    fn content(&self, path: &RelativePath, name: &ContentName) -> Result<Vec<u8>, AccessError> {
        contents::read(self.folder, name).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::InvalidData => AccessError::NotFound { path: path.to_string() },
            _ => AccessError::Io { path: path.to_string(), source },
        })
    }
}
