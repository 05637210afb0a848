//! Looking at a project: what stands at a path, and keeping it.

use std::{io, path::Path};

use atelier_workspace::{AccessError, Folder, RelativePath, Standing};

use crate::{
    contents::{self, CopyError},
    record::{RawPath, State, Touched},
};

/// The most that is recorded beneath one folder.
const MAX_ENTRIES: usize = 10_000;

/// Keeps what stands in a project, as far as there is room.
pub(crate) struct Capture<'a> {
    pub(crate) project: &'a Folder,
    /// Where contents are kept.
    pub(crate) folder: &'a Path,
    /// The largest file.
    pub(crate) max_file: u64,
    /// How many bytes may still be kept.
    pub(crate) left: u64,
}

impl Capture<'_> {
    /// What stands at a path and beneath it. An error is one of our own folder.
    pub(crate) fn touched(&mut self, path: &RelativePath) -> io::Result<Touched> {
        let itself = self.state(path)?;
        let is_folder = matches!(itself, State::Folder { .. });
        let mut stood = vec![(RawPath::of(path.as_path()), itself)];
        if is_folder {
            match self.project.tree(path, MAX_ENTRIES) {
                Ok(beneath) => {
                    for (inner, _) in beneath {
                        let state = self.state(&inner)?;
                        stood.push((RawPath::of(inner.as_path()), state));
                    }
                }
                // What can't be listed can't be put back.
                Err(_) => stood.push((RawPath::of(path.as_path()), State::NotKept)),
            }
        }
        Ok(Touched { path: RawPath::of(path.as_path()), stood })
    }

    fn state(&mut self, path: &RelativePath) -> io::Result<State> {
        Ok(match self.project.standing(path) {
            Ok(Standing::File { size, mode }) if size <= self.room() => self.keep(path, mode)?,
            Ok(Standing::Nothing) => State::Nothing,
            Ok(Standing::Folder { mode }) => State::Folder { mode },
            Ok(Standing::Link { target }) => State::Link { target: RawPath::of(&target) },
            Ok(Standing::File { .. } | Standing::Other) | Err(_) => State::NotKept,
        })
    }

    fn keep(&mut self, path: &RelativePath, mode: u32) -> io::Result<State> {
        let Ok(mut file) = self.project.open_file(path) else { return Ok(State::NotKept) };
        match contents::keep(self.folder, &mut file, self.room()) {
            Ok(Some((content, size))) => {
                self.left -= size;
                Ok(State::File { content, size, mode })
            }
            Ok(None) | Err(CopyError::Source(_)) => Ok(State::NotKept),
            Err(CopyError::Store(error)) => Err(error),
        }
    }

    fn room(&self) -> u64 {
        self.max_file.min(self.left)
    }
}

/// What stands at a path now, its content only named.
pub(crate) fn look(project: &Folder, path: &RelativePath) -> Result<State, AccessError> {
    Ok(match project.standing(path)? {
        Standing::Nothing => State::Nothing,
        Standing::File { mode, .. } => {
            let named = contents::name_of(&mut project.open_file(path)?);
            let failed = |source| AccessError::Io { path: path.to_string(), source };
            let (content, size) = named.map_err(failed)?;
            State::File { content, size, mode }
        }
        Standing::Folder { mode } => State::Folder { mode },
        Standing::Link { target } => State::Link { target: RawPath::of(&target) },
        Standing::Other => State::NotKept,
    })
}

/// The folders above a path that do not exist, the topmost first.
pub(crate) fn missing_above(project: &Folder, path: &RelativePath) -> Vec<RelativePath> {
    let mut missing = Vec::new();
    let mut folder = path.parent();
    while let Some(above) = folder.filter(|above| !above.is_root()) {
        if !matches!(project.standing(&above), Ok(Standing::Nothing)) {
            break;
        }
        folder = above.parent();
        missing.push(above);
    }
    missing.reverse();
    missing
}
