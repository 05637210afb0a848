//! Going back: files as they were before the agent changed them, and the conversation before an earlier message.

use std::collections::BTreeSet;

use atelier_checkpoints::CheckpointError;
use atelier_protocol::{CheckpointId, Conversation, EventBody, MessageId, SessionId};
use atelier_store::{Durability, TurnLease};

use crate::{
    Agent, AgentError,
    recovery::{self, Standing},
};

/// What was put back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// The checkpoints, in the order in which they were restored.
    pub checkpoints: Vec<CheckpointId>,
    /// The files that are again as they were; those that were not there then are gone. By name.
    pub restored: Vec<String>,
    /// The files that were left alone: somebody else has changed them since, or they were not kept. By name.
    pub kept: Vec<String>,
}

impl Agent {
    /// Puts back the files that the agent changed for the newest message of the user for which it changed any and that
    /// was not undone yet. What somebody else has changed since is left alone, and so is what commands did. The
    /// conversation goes on, and the model is told.
    ///
    /// Whatever dies in the middle, the next call goes on from there.
    pub async fn undo(&self, session: SessionId) -> Result<Restored, AgentError> {
        let (conversation, lease) = self.settled(session).await?;
        let open: Vec<_> = conversation.undoable().into_iter().map(|checkpoint| checkpoint.id).collect();
        if open.is_empty() {
            return Err(AgentError::NothingToUndo);
        }
        self.restore(session, &conversation, open, &lease).await
    }

    /// Takes this message of the user and all that came after it out of the conversation; the log keeps it. With `files`
    /// everything that the agent has changed since is put back first, as [`Agent::undo`] does.
    pub async fn rewind(&self, session: SessionId, to: MessageId, files: bool) -> Result<Restored, AgentError> {
        let (conversation, lease) = self.settled(session).await?;
        if !conversation.prompts().any(|message| message.id == to) {
            return Err(AgentError::NoSuchMessage { message: to });
        }
        let since = conversation.checkpoints.iter().rev().filter(|checkpoint| checkpoint.message >= to);
        let open = since.filter(|checkpoint| files && !checkpoint.restored).map(|checkpoint| checkpoint.id).collect();
        let restored = self.restore(session, &conversation, open, &lease).await?;
        let rewound = vec![EventBody::ConversationRewound { to }];
        self.shared.store.append(session, rewound, Durability::Flushed).await?;
        Ok(restored)
    }

    /// The session with no turn open in it, and the right to keep it so.
    pub(crate) async fn settled(&self, session: SessionId) -> Result<(Conversation, TurnLease), AgentError> {
        // First, because asking for a lease leaves a lock file behind.
        self.shared.store.session(session).await?;
        let lease = self.lease(session).await?;
        match recovery::load_settled(&self.shared.store, session, &lease).await? {
            Standing::Settled(conversation) => Ok((conversation, lease)),
            Standing::Waiting(..) => Err(AgentError::WaitsForApproval { session }),
        }
    }

    /// Restores these checkpoints one by one, and writes down each before the next.
    async fn restore(
        &self,
        session: SessionId,
        conversation: &Conversation,
        ids: Vec<CheckpointId>,
        _lease: &TurnLease,
    ) -> Result<Restored, AgentError> {
        let (mut restored, mut kept) = (BTreeSet::new(), BTreeSet::new());
        for id in &ids {
            let named = conversation.checkpoints.iter().find(|checkpoint| checkpoint.id == *id);
            let paths = named.map(|checkpoint| checkpoint.paths.clone()).unwrap_or_default();
            let one = self.restore_one(session, *id, paths).await?;
            restored.extend(one.restored.iter().cloned());
            kept.extend(one.kept.iter().cloned());
            let event = EventBody::FilesRestored { checkpoint: *id, restored: one.restored, kept: one.kept };
            self.shared.store.append(session, vec![event], Durability::Flushed).await?;
        }
        let restored = restored.difference(&kept).cloned().collect();
        Ok(Restored { checkpoints: ids, restored, kept: kept.into_iter().collect() })
    }

    async fn restore_one(
        &self,
        session: SessionId,
        id: CheckpointId,
        paths: Vec<String>,
    ) -> Result<atelier_checkpoints::Restored, AgentError> {
        let checkpoints = self.shared.checkpoints.of(session);
        let work = tokio::task::spawn_blocking(move || match checkpoints.restore(id.0) {
            // It had to make room for others, or was too old.
            Err(CheckpointError::Gone) => Ok(atelier_checkpoints::Restored { restored: Vec::new(), kept: paths }),
            done => done,
        });
        Ok(work.await.map_err(|_| AgentError::Closed)??)
    }
}
