//! What a user can do with a session as a whole, and how they have back what its agent changed.

use atelier_agent::Restored;
use atelier_protocol::{MessageId, SessionId, SessionSummary};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// The sessions that a list shows: not those that were put away, and not those that do a part of another one's work.
    /// The one that changed last first.
    pub async fn sessions(&self) -> Result<Vec<SessionSummary>, WorkbenchError> {
        let mut sessions = self.all_sessions().await?;
        sessions.retain(|session| !session.archived && session.parent.is_none());
        Ok(sessions)
    }

    /// All sessions, the one that changed last first.
    pub async fn all_sessions(&self) -> Result<Vec<SessionSummary>, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.sessions().await?) }).await
    }

    /// Gives a session another title: one line, cut at 200 characters. Fine while a turn runs.
    pub async fn rename_session(&self, id: SessionId, title: String) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.rename(id, &title).await?) }).await
    }

    /// Puts a session away, or takes it out again; the next prompt takes it out too. One at work is not put away.
    pub async fn archive_session(&self, id: SessionId, archived: bool) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.archive(id, archived).await?) }).await
    }

    /// Deletes a session and those that do a part of its work, with everything that is kept for them; files of projects
    /// stay as they are. Refused while a turn of one of them runs, wherever. Nothing brings them back, and who reads one of
    /// them is told that it is gone ([`ErrorKind::SessionNotFound`](crate::ErrorKind::SessionNotFound)).
    pub async fn delete_session(&self, id: SessionId) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.delete(id).await?) }).await
    }

    /// A new session that goes on from this one, which stays as it is and may be at work: from before this message of the
    /// user, or from where it is now. Both work in the same folder; what the original's tools did to files, only the
    /// original can undo.
    pub async fn fork_session(&self, id: SessionId, before: Option<MessageId>) -> Result<SessionId, WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.fork(id, before).await?) }).await
    }

    /// Puts back the files that tools changed for the newest message of the user for which any were changed and that was
    /// not undone yet, and says which. What somebody else has changed since is left alone, and so is what commands did.
    /// Refused while a turn is open. Whatever dies in the middle, the next call goes on from there.
    pub async fn undo(&self, id: SessionId) -> Result<Restored, WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.undo(id).await?) }).await
    }

    /// Takes a message of the user and all that came after it out of the conversation; the log keeps it. With `files`,
    /// what tools have changed since is put back first, as [`Workbench::undo`] does. Refused while a turn is open.
    pub async fn rewind(&self, id: SessionId, to: MessageId, files: bool) -> Result<Restored, WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.rewind(id, to, files).await?) }).await
    }
}
