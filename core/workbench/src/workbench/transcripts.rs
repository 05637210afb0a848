//! Transcripts: a session as a document, and where the user wants them, files of all sessions.

use atelier_protocol::{AgentState, SessionId, SessionSummary};
use atelier_store::Store;
use atelier_transcripts::{IndexEntry, Transcript, TranscriptError, TranscriptFolder, TranscriptFormat};

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
        let Some(folder) = self.parts.transcripts.clone() else { return Ok(Vec::new()) };
        self.run(blocking(move || Ok(folder.list(project.as_deref())?))).await
    }
}

/// Brings the files up to date with the logs of all sessions that have come to rest, or of those that `wanted` picks.
/// What can't be written is logged; the next to open or close tries again, since what a file lacks shows in the index.
pub(crate) async fn save_all(
    store: &Store,
    folder: &TranscriptFolder,
    wanted: impl Fn(&SessionSummary) -> bool,
) -> Result<(), WorkbenchError> {
    let list = folder.clone();
    let saved = blocking(move || Ok(list.list(None)?)).await?;
    for session in store.sessions().await?.into_iter().filter(wanted) {
        let known = saved.iter().find(|entry| entry.session_id == session.id);
        if session.last_seq == 0 || known.is_some_and(|entry| entry.is_current(&session)) {
            continue;
        }
        let (transcript, folder) = (fold(store, &session).await?, folder.clone());
        if let Err(error) = blocking(move || Ok(folder.save(&transcript)?)).await {
            tracing::warn!(%error, "a transcript could not be saved");
        }
    }
    Ok(())
}

/// Whether nobody works in a session, so that its transcript is worth writing.
pub(crate) fn rests(session: &SessionSummary) -> bool {
    session.state == AgentState::Idle
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
