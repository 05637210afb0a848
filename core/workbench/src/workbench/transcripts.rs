//! Transcripts: a session as a document, and where the user wants them, files of all sessions.

use std::collections::HashMap;

use atelier_protocol::{AgentState, SessionId, SessionSummary, Timestamp};
use atelier_store::Store;
use atelier_transcripts::{IndexEntry, Transcript, TranscriptError, TranscriptFolder, TranscriptFormat};
use tokio::{runtime::Handle, task::AbortHandle};

use super::Workbench;
use crate::{ErrorKind, WorkbenchError, workbench::blocking};

/// How many events are read at a time: bounds memory where a log is long.
const PAGE: usize = 2_000;

impl Workbench {
    /// The session as a document in this format, as its log stands.
    pub async fn transcript(&self, id: SessionId, format: TranscriptFormat) -> Result<String, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move {
            let transcript = fold(&store, &store.session(id).await?).await?;
            blocking(move || Ok(transcript.to_text(format))).await
        })
        .await
    }

    /// The transcripts that were saved as files, or those of the project with this whole path, the one that started
    /// last first. None where the variable `TRANSCRIPT_PATH` names no folder for them.
    pub async fn transcripts(&self, project: Option<String>) -> Result<Vec<IndexEntry>, WorkbenchError> {
        let Some(folder) = self.parts.transcripts.as_ref().map(|keeper| keeper.folder.clone()) else {
            return Ok(Vec::new());
        };
        self.run(blocking(move || Ok(folder.list(project.as_deref())?))).await
    }
}

/// Keeps the files of a workbench up to date. They are written when it closes, for the sessions that changed meanwhile;
/// and in the background once it has opened, for what earlier processes did not come to.
pub(crate) struct TranscriptKeeper {
    store: Store,
    folder: TranscriptFolder,
    opened_at: Timestamp,
    catching_up: AbortHandle,
}

impl TranscriptKeeper {
    /// `opened_at`: from when on this workbench may have changed sessions.
    pub(crate) fn start(store: &Store, folder: TranscriptFolder, opened_at: Timestamp, runtime: &Handle) -> Self {
        // A session that does not rest is somebody's who will write it.
        let rests = |session: &SessionSummary| session.state == AgentState::Idle;
        let catching_up = runtime.spawn(save_all(store.clone(), folder.clone(), rests)).abort_handle();
        Self { store: store.clone(), folder, opened_at, catching_up }
    }

    /// To be called when nothing is appended any more.
    pub(crate) async fn finish(&self) {
        self.catching_up.abort();
        let opened_at = self.opened_at;
        save_all(self.store.clone(), self.folder.clone(), move |session| session.updated_at >= opened_at).await;
    }
}

/// Brings the files of these sessions up to date with their logs. What can't be written is logged; who opens next tries
/// again, since what a file lacks shows in the index.
async fn save_all(store: Store, folder: TranscriptFolder, wanted: impl Fn(&SessionSummary) -> bool) {
    let list = folder.clone();
    let known = async { Ok((blocking(move || Ok(list.list(None)?)).await?, store.sessions().await?)) };
    let (saved, sessions) = match known.await {
        Ok(known) => known,
        Err(error) => {
            let error: WorkbenchError = error;
            return tracing::warn!(%error, "transcripts can't be kept");
        }
    };
    let current: HashMap<_, _> = saved.iter().map(|entry| (entry.session_id, entry)).collect();
    let behind = |session: &SessionSummary| current.get(&session.id).is_none_or(|entry| !entry.is_current(session));
    for session in sessions.iter().filter(|session| session.last_seq > 0 && wanted(session) && behind(session)) {
        let folder = folder.clone();
        let saved = async {
            let transcript = fold(&store, session).await?;
            blocking(move || Ok(folder.save(&transcript)?)).await
        };
        if let Err(error) = saved.await {
            tracing::warn!(%error, "a transcript could not be saved");
        }
    }
}

async fn fold(store: &Store, session: &SessionSummary) -> Result<Transcript, WorkbenchError> {
    let mut transcript = Transcript::new(session);
    let mut after = 0;
    loop {
        let events = store.read(session.id, after, PAGE).await?;
        let Some(last) = events.last() else { return Ok(transcript) };
        after = last.seq;
        transcript.apply_all(&events);
    }
}

impl From<TranscriptError> for WorkbenchError {
    fn from(error: TranscriptError) -> Self {
        Self::new(ErrorKind::Storage, error.to_string())
    }
}
