//! What a terminal is doing, for a list of them.

use std::{path::PathBuf, sync::Arc};

use rustix::process::Pid;
use serde::Serialize;

use super::{processes, pty::Pty, shared::Shared, stream::TerminalStatus};
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

/// What these terminals are doing, in this order.
pub(super) fn infos(terminals: &[Arc<Shared>]) -> Vec<TerminalInfo> {
    let in_front: Vec<_> = terminals.iter().map(|shared| foreground(shared)).collect();
    let names = processes::names(&in_front.iter().flatten().copied().collect::<Vec<_>>());
    let of = |(shared, foreground): (&Arc<Shared>, Option<Pid>)| TerminalInfo {
        process: foreground.and_then(|process| names.get(&process).cloned()),
        ..nameless(shared, foreground)
    };
    terminals.iter().zip(in_front).map(of).collect()
}

/// What a terminal is called, and where it is.
pub(super) fn title_and_folder(shared: &Shared) -> (Option<String>, PathBuf) {
    let info = nameless(shared, foreground(shared));
    (info.title, info.directory)
}

fn foreground(shared: &Shared) -> Option<Pid> {
    shared.lock().pty.as_ref().and_then(Pty::foreground)
}

/// The same without what runs in the foreground: that takes a while on macOS.
fn nameless(shared: &Shared, foreground: Option<Pid>) -> TerminalInfo {
    let (title, shell, bells) = {
        let screen = shared.screen();
        (screen.title(), screen.shell().clone(), screen.bells())
    };
    let (size, status) = {
        let state = shared.lock();
        (state.size, state.status)
    };
    let in_front = || foreground.and_then(processes::folder);
    TerminalInfo {
        session_id: shared.id.clone(),
        cols: size.columns,
        rows: size.rows,
        title,
        process: None,
        directory: shell.directory.or_else(in_front).unwrap_or_else(|| shared.folder.clone()),
        status,
        activity: shell.activity,
        bells,
        last_status: shell.last_status,
    }
}
