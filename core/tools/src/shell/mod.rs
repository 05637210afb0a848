//! Commands: `shell_exec` waits for one, `shell_background` does not.

pub(crate) mod background;
mod collected;
mod confine;
mod foreground;
mod place;
mod process;
mod refused;
mod standby;
mod watching;

pub(crate) use background::Jobs;
pub use confine::{CommandLimits, Confining};
pub(crate) use foreground::{REFUSED, prepare};
pub(crate) use standby::Standby;
pub use watching::{CommandEnd, CommandOutput, CommandPiece};

use std::path::PathBuf;

use atelier_workspace::{EntryKind, RelativePath};

use crate::{
    ToolFailure,
    files::list,
    plan::{Approval, Preview, PreviewKind},
    toolbox::State,
};

/// The folder a command runs in: the one that is named, else where the last command ended, else the project.
fn start_folder(state: &State, named: Option<&str>) -> Result<RelativePath, ToolFailure> {
    if let Some(named) = named {
        let path = state.folder.locate(named)?;
        list::must_be_folder(state, &path)?;
        return Ok(path);
    }
    let last = state.working_folder();
    let is_there = state.folder.look(&last).is_ok_and(|entry| entry.is_some_and(|e| e.kind == EntryKind::Folder));
    Ok(if is_there { last } else { RelativePath::root() })
}

fn absolute(state: &State, path: &RelativePath) -> PathBuf {
    state.folder.path().join(path.as_path())
}

/// Commands are always asked for: what they do can't be known.
fn approval(kind: PreviewKind, command: &str, folder: &RelativePath) -> Approval {
    let outside = if kind == PreviewKind::UnconfinedCommand { ", outside the sandbox" } else { "" };
    let preview = Preview::new(kind, format!("{command}\n\nin {folder}{outside}"));
    Approval::Ask { dangerous: true, preview }
}
