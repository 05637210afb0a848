//! Finding the repository that a folder lies in: where its files are, where git keeps things, which of its settings name
//! programs.

use std::{io, path::PathBuf, sync::Arc};

use atelier_workspace::Folder;

use super::{Repository, os_string};
use crate::{
    GitError,
    known::{self, Ground, Known},
    settings::Listed,
};

impl Repository {
    /// Finds the repository of a folder: the folder itself may be its top or lie deeper.
    pub fn open(folder: &Folder, stopped: &dyn Fn() -> bool) -> Result<Self, GitError> {
        let mut repository = Self::at(folder, stopped)?;
        repository.find_top(stopped)?;
        Ok(repository)
    }

    /// Finds out where the files of the repository are: the folder must lie among them.
    fn find_top(&mut self, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        if self.known.is_some() {
            return Ok(());
        }
        let top = self.look(&["rev-parse", "--show-toplevel"], stopped)?;
        let top = PathBuf::from(os_string(top.strip_suffix(b"\n").unwrap_or(&top)));
        self.top = top.canonicalize().map_err(GitError::Io)?;
        if self.folder.starts_with(&self.top) { Ok(()) } else { Err(GitError::FilesElsewhere) }
    }

    /// Git in a folder that need not be in a repository. In one whose files are elsewhere there is nothing to look at.
    pub(crate) fn around(folder: &Folder, stopped: &dyn Fn() -> bool) -> Result<Self, GitError> {
        let mut repository = Self::at(folder, stopped)?;
        match repository.find_top(stopped) {
            // Where there is none, and what else is wrong with one, git says itself.
            Err(GitError::NotARepository | GitError::OtherOwner { .. } | GitError::Refused { .. }) | Ok(()) => {
                Ok(repository)
            }
            Err(error) => Err(error),
        }
    }

    /// The same, wherever its files are.
    fn at(folder: &Folder, stopped: &dyn Fn() -> bool) -> Result<Self, GitError> {
        let folder = folder.path().to_owned();
        if let Some(known) = known::recalled(&folder) {
            let (top, programs, tamed) = (known.top.clone(), known.programs.clone(), known.tamed.clone());
            return Ok(Self { folder, top, programs, tamed, index: None, input: None, turn: None, known: Some(known) });
        }
        let above = folder.ancestors().find(|path| path.join(".git").exists());
        let top = above.unwrap_or(&folder).to_owned();
        let ground = above.and_then(|top| Ground::of(&folder, top));
        let (programs, tamed) = (Vec::new(), Vec::new());
        let mut repository = Self { folder, top, programs, tamed, index: None, input: None, turn: None, known: None };
        // It runs nothing, whatever the settings are.
        let listed = repository.look(&["config", "--list", "--show-scope", "--show-origin", "-z"], stopped)?;
        let listed = String::from_utf8_lossy(&listed);
        let listed = Listed::read(&listed)?;
        repository.programs = listed.programs();
        repository.tamed = listed.overridden()?;
        repository.known = ground.and_then(|ground| repository.found_out(ground, &listed, stopped));
        Ok(repository)
    }

    /// Remembers what was found out, where the repository is plain: its files are where its `.git` is.
    fn found_out(&self, mut ground: Ground, listed: &Listed<'_>, stopped: &dyn Fn() -> bool) -> Option<Arc<Known>> {
        if !ground.may_hold(listed) {
            return None;
        }
        let asked = ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"];
        let told = self.look(&asked, stopped).ok()?;
        let mut places = self.places_told(&told);
        let mut place = || places.next()?.ok();
        let (top, git_folder, common_folder) = (place()?, place()?, place()?);
        if top != self.top || !ground.has(&git_folder, &common_folder) {
            return None;
        }
        let (programs, tamed) = (self.programs.clone(), self.tamed.clone());
        known::remember(&self.folder, ground, Known { top, git_folder, common_folder, programs, tamed })
    }

    /// Where git keeps what belongs to this working tree, and what all working trees share, without links.
    pub(crate) fn git_folders(&self, stopped: &dyn Fn() -> bool) -> Result<(PathBuf, PathBuf), GitError> {
        if let Some(known) = &self.known {
            return Ok((known.git_folder.clone(), known.common_folder.clone()));
        }
        let told = self.look(&["rev-parse", "--absolute-git-dir", "--git-common-dir"], stopped)?;
        let mut places = self.places_told(&told);
        let mut place = || places.next().ok_or(GitError::Nonsense { what: "git's folders" })?.map_err(GitError::Io);
        Ok((place()?, place()?))
    }

    /// Places that git prints, one a line, without links.
    fn places_told(&self, told: &[u8]) -> impl Iterator<Item = io::Result<PathBuf>> {
        told.split(|byte| *byte == b'\n').map(|line| self.folder.join(os_string(line)).canonicalize())
    }
}
