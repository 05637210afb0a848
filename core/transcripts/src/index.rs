//! `index.json`: what transcripts a project's folder holds, so that none has to be read to list them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use atelier_protocol::{Json, SessionId, SessionSummary};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::{changes, render::rfc3339, transcript::Transcript};

/// The index's name in a project's folder.
pub(crate) const FILE: &str = "index.json";

/// One saved transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexEntry {
    /// The session.
    pub session_id: SessionId,
    /// The whole path of its project; empty if it had none.
    pub project_path: String,
    /// RFC 3339, in UTC, whole seconds, as all times here.
    pub started_at: String,
    /// None: it was still at work.
    pub ended_at: Option<String>,
    /// The model that was asked for last.
    pub model: String,
    /// Prompts and answers.
    pub message_count: u64,
    /// The distinct files, in the order of their first change.
    pub files_changed: Vec<String>,
    /// The JSON file, from the index's folder on.
    pub file: PathBuf,
    /// The newest event of the log that they tell of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seq: Option<u64>,
    /// What other versions wrote.
    #[serde(flatten)]
    pub(crate) unknown: Map<String, Json>,
}

/// The file.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Index {
    /// Oldest first.
    pub(crate) sessions: Vec<IndexEntry>,
    #[serde(flatten)]
    unknown: Map<String, Json>,
}

impl Index {
    /// From the file's bytes; from the transcripts themselves where there are none or they are broken.
    pub(crate) fn read(folder: &Path, bytes: Option<Vec<u8>>) -> Self {
        let read = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        read.unwrap_or_else(|| {
            tracing::info!("an index of transcripts is missing or broken and is made anew");
            Self::rebuilt(folder)
        })
    }

    fn rebuilt(folder: &Path) -> Self {
        let mut index = Self::default();
        for day in below(folder).filter(|path| path.is_dir()) {
            for file in below(&day).filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
                let document = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Json>(&bytes).ok());
                let relative = file.strip_prefix(folder).map(Path::to_owned);
                if let (Some(document), Ok(file)) = (document, relative)
                    && let Some(entry) = entry_of(&document, &file)
                {
                    index.put(entry);
                }
            }
        }
        index
    }

    /// Adds an entry, or replaces the session's.
    pub(crate) fn put(&mut self, mut entry: IndexEntry) {
        if let Some(at) = self.sessions.iter().position(|known| known.session_id == entry.session_id) {
            entry.unknown = self.sessions.remove(at).unknown;
        }
        let at = self.sessions.partition_point(|known| known.started_at <= entry.started_at);
        self.sessions.insert(at, entry);
    }
}

impl IndexEntry {
    /// Whether the files tell all that the session's log does. Where the index had to be made anew, the time says so, to
    /// the second.
    pub fn is_current(&self, session: &SessionSummary) -> bool {
        match self.last_seq {
            Some(last_seq) => last_seq == session.last_seq,
            None => self.ended_at.as_ref() == Some(&rfc3339(session.updated_at)),
        }
    }

    pub(crate) fn of(transcript: &Transcript, file: PathBuf) -> Self {
        let files = changes::files(&transcript.changes);
        Self {
            session_id: transcript.session,
            project_path: transcript.project_path.clone(),
            started_at: rfc3339(transcript.started_at),
            ended_at: transcript.ended_at().map(rfc3339),
            model: transcript.model.clone(),
            message_count: u64::try_from(transcript.messages.len()).unwrap_or(u64::MAX),
            files_changed: files.iter().map(|file| file.path.to_owned()).collect(),
            file,
            last_seq: Some(transcript.last_seq),
            unknown: Map::new(),
        }
    }
}

/// The entry for a transcript that was read from its file.
fn entry_of(document: &Json, file: &Path) -> Option<IndexEntry> {
    let text = |key: &str| document.get(key).and_then(Json::as_str).map(str::to_owned);
    let mut files_changed: Vec<String> = Vec::new();
    for change in document.get("file_changes").and_then(Json::as_array).into_iter().flatten() {
        if let Some(path) = change.get("path").and_then(Json::as_str)
            && !files_changed.iter().any(|known| known == path)
        {
            files_changed.push(path.to_owned());
        }
    }
    Some(IndexEntry {
        session_id: text("session_id")?.parse().ok()?,
        project_path: text("project_path")?,
        started_at: text("started_at")?,
        ended_at: text("ended_at"),
        model: text("model")?,
        message_count: document.get("message_count").and_then(Json::as_u64)?,
        files_changed,
        file: file.to_owned(),
        last_seq: None,
        unknown: Map::new(),
    })
}

/// What a folder holds, by name; nothing if it can't be read.
pub(crate) fn below(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter()
}
