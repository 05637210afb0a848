//! What terminals show, kept in the data folder for windows that are opened again: only where the user has set
//! `keepTerminalScrollback`, for it may hold anything that was ever printed, secrets too.
//!
//! A file for each terminal, for the user's eyes only: a line of JSON, and the bytes of the screen. It goes when the
//! terminal is closed or its shell ends, and all go when the setting is off.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use atelier_config::{PrivateFile, SettingsFile};
use atelier_protocol::Timestamp;
use atelier_terminal::{CreatedTerminal, KeptScreen, TerminalStore};
use serde::{Deserialize, Serialize};

use crate::{ErrorKind, SettingsChange, Workbench, WorkbenchError, operation::Operation};

const RESTORE: Operation = Operation { name: "restore_terminal", fallback: "Failed to create terminal session" };

/// How many are kept; of more, the newest. There can't be more terminals at once.
const MAX_KEPT: usize = 20;

/// The folder in the data folder.
const FOLDER: &str = "terminals";

/// A terminal of an earlier process that can be opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptTerminal {
    /// The name that it had, and will have.
    pub session_id: String,
    /// Where it was.
    pub directory: PathBuf,
    /// As its program had set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was kept.
    pub saved_at: Timestamp,
}

/// The first line of a file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    directory: PathBuf,
    title: Option<String>,
    saved_at: Timestamp,
}

/// The files.
#[derive(Debug)]
pub(crate) struct KeptTerminals {
    folder: PathBuf,
    settings: SettingsFile,
    /// Held while one is opened again, so that none is twice.
    opening: Mutex<()>,
}

impl KeptTerminals {
    /// Those in the data folder. What is there goes if the user does not want it.
    pub(crate) fn new(data: &Path, settings: SettingsFile) -> Self {
        let kept = Self { folder: data.join(FOLDER), settings, opening: Mutex::default() };
        kept.is_wanted();
        kept
    }

    /// Only what looks like a name that we gave is one.
    fn file(&self, id: &str) -> Option<PrivateFile> {
        let is_name = id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        is_name.then(|| PrivateFile::new(self.folder.join(id)))
    }

    fn read(&self, id: &str) -> Option<(Head, Vec<u8>)> {
        let bytes = self.file(id)?.read().ok()??;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        Some((serde_json::from_slice(&bytes[..end]).ok()?, bytes[end + 1..].to_vec()))
    }

    /// Those that can be read, the newest first; beyond so many they go.
    fn list(&self) -> Vec<KeptTerminal> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut all: Vec<_> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter_map(|session_id| {
                let Head { directory, title, saved_at } = self.read(&session_id)?.0;
                Some(KeptTerminal { session_id, directory, title, saved_at })
            })
            .collect();
        all.sort_by_key(|kept| std::cmp::Reverse(kept.saved_at.as_millis()));
        all.split_off(all.len().min(MAX_KEPT)).iter().for_each(|old| self.forget(&old.session_id));
        all
    }
}

impl TerminalStore for KeptTerminals {
    fn is_wanted(&self) -> bool {
        let wanted = self.settings.load().is_ok_and(|settings| settings.keep_terminals);
        if !wanted
            && let Err(error) = fs::remove_dir_all(&self.folder)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(error = %error.kind(), "kept terminals could not be removed");
        }
        wanted
    }

    fn keep(&self, kept: KeptScreen) {
        let KeptScreen { session_id, directory, title, bytes } = kept;
        let head = serde_json::to_vec(&Head { directory, title, saved_at: Timestamp::now() });
        let (Some(file), Ok(head)) = (self.file(&session_id), head) else { return };
        if let Err(error) = file.write(&[head.as_slice(), b"\n", &bytes].concat()) {
            tracing::warn!(error = %error.kind(), "a terminal could not be kept");
        }
    }

    fn forget(&self, session_id: &str) {
        if let Some(file) = self.file(session_id) {
            // What is not there need not go.
            let _ = fs::remove_file(file.path());
        }
    }
}

impl Workbench {
    /// Whether what terminals show is kept on the disk for when they are opened again.
    pub async fn keeps_terminals(&self) -> Result<bool, WorkbenchError> {
        self.configure(|configuration| Ok(configuration.settings.load()?.keep_terminals)).await
    }

    /// Keeps what terminals show from now on, or not: what was kept goes then. It may hold anything that was ever printed.
    pub async fn keep_terminals(&self, keep: bool) -> Result<(), WorkbenchError> {
        let kept = Arc::clone(&self.parts.kept_terminals);
        self.configure(move |configuration| {
            configuration.settings.save(&SettingsChange { keep_terminals: Some(keep), ..SettingsChange::default() })?;
            kept.is_wanted();
            Ok(())
        })
        .await
    }

    /// The terminals of earlier processes that can be opened again, the newest first. None where the user has not
    /// wanted it.
    pub async fn kept_terminals(&self) -> Result<Vec<KeptTerminal>, WorkbenchError> {
        let (kept, terminals) = (Arc::clone(&self.parts.kept_terminals), Arc::clone(&self.parts.terminals));
        self.configure(move |_| {
            let mut all = if kept.is_wanted() { kept.list() } else { Vec::new() };
            all.retain(|kept| terminals.info(&kept.session_id).is_err());
            Ok(all)
        })
        .await
    }

    /// Opens a terminal of an earlier process again: under its name and in its folder, with a new shell beneath what it
    /// showed. Errors: 404 where none is kept under that name, and those of [`Workbench::create_terminal_session`]. It
    /// stays kept until it is closed.
    pub async fn restore_terminal(
        &self,
        id: &str,
        cols: Option<u16>,
        rows: Option<u16>,
    ) -> Result<CreatedTerminal, WorkbenchError> {
        let (kept, terminals) = (Arc::clone(&self.parts.kept_terminals), Arc::clone(&self.parts.terminals));
        let id = id.to_owned();
        self.operate(RESTORE, move |configuration| {
            let _one = kept.opening.lock().unwrap_or_else(PoisonError::into_inner);
            let found = kept.is_wanted().then(|| kept.read(&id)).flatten();
            let (head, bytes) =
                found.ok_or_else(|| WorkbenchError::new(ErrorKind::NotFound, "Terminal session not found"))?;
            let roots = configuration.roots()?;
            let find = |named: &str| roots.directory(named).ok().map(|folder| PathBuf::from(folder.path()));
            let screen = KeptScreen { session_id: id, directory: head.directory, title: head.title, bytes };
            Ok(terminals.restore(&screen, (cols, rows), find)?)
        })
        .await
    }

    /// Forgets a terminal of an earlier process, if there is one of that name.
    pub async fn forget_kept_terminal(&self, id: &str) -> Result<(), WorkbenchError> {
        let (kept, id) = (Arc::clone(&self.parts.kept_terminals), id.to_owned());
        self.configure(move |_| {
            kept.forget(&id);
            Ok(())
        })
        .await
    }
}
