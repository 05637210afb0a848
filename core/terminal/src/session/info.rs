//! What a terminal is doing, for a list of them.

use std::path::PathBuf;

use serde::Serialize;

use super::{pty, shared::Shared, stream::TerminalStatus};
use crate::ShellActivity;

/// What a terminal is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalInfo {
    /// By which it is named.
    pub session_id: String,
    /// Its columns.
    pub cols: u16,
    /// Its rows.
    pub rows: u16,
    /// As the program has set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What runs in the foreground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Where: as the shell says it (OSC 7), as the system says it, or where it was started.
    pub directory: PathBuf,
    /// How it is.
    pub status: TerminalStatus,
    /// What its shell does, as far as it tells.
    pub activity: ShellActivity,
    /// How often its programs have rung the bell.
    pub bells: u64,
    /// How the last command ended, if the shell told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<i32>,
}

pub(super) fn info(shared: &Shared) -> TerminalInfo {
    let (title, shell, bells) = {
        let screen = shared.screen();
        (screen.title(), screen.shell().clone(), screen.bells())
    };
    let (size, status, foreground) = {
        let state = shared.lock();
        (state.size, state.status, state.pty.as_ref().and_then(pty::Pty::foreground))
    };
    let in_front = || foreground.and_then(pty::process_folder);
    TerminalInfo {
        session_id: shared.id.clone(),
        cols: size.columns,
        rows: size.rows,
        title,
        process: foreground.and_then(pty::process_name),
        directory: shell.directory.or_else(in_front).unwrap_or_else(|| shared.folder.clone()),
        status,
        activity: shell.activity,
        bells,
        last_status: shell.last_status,
    }
}
