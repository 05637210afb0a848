//! Going back: files as they were before the agent changed them, and the conversation before an earlier message.
//!
//! What sub-agents changed for a message goes with it. Their checkpoints stand in their own logs; each log says what of its
//! own was restored, and the log of the session that they worked for says it too, for its model.

use std::collections::BTreeSet;

use atelier_checkpoints::CheckpointError;
use atelier_protocol::{CheckpointId, Conversation, EventBody, MessageId, SessionId, ToolCallId, TurnId};
use atelier_store::{Durability, StoreError, TurnLease};

use crate::{
    Agent, AgentError,
    recovery::{self, Standing},
};

/// The turn in which a sub-agent does the work that it was given. What it is told later is the user's own.
const TASK_TURN: TurnId = TurnId(1);

/// What was put back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// The session's own checkpoints, in the order in which they were restored.
    pub checkpoints: Vec<CheckpointId>,
    /// The sub-agents whose work was put back too, as sessions.
    pub sub_agents: Vec<SessionId>,
    /// The files that are again as they were; those that were not there then are gone. By name.
    pub restored: Vec<String>,
    /// The files that were left alone: somebody else has changed them since, or they were not kept. By name.
    pub kept: Vec<String>,
}

/// A checkpoint that has not been restored.
struct Open {
    message: MessageId,
    /// The call of the session that is undone: checkpoints are restored from the newest to the oldest.
    call: ToolCallId,
    /// Whose it is.
    session: SessionId,
    id: CheckpointId,
    paths: Vec<String>,
}

impl Agent {
    /// Puts back the files that the agent and its sub-agents changed for the newest message of the user for which they
    /// changed any and that was not undone yet. What somebody else has changed since is left alone, and so is what commands
    /// did. The conversation goes on, and the model is told.
    ///
    /// Whatever dies in the middle, the next call goes on from there.
    pub async fn undo(&self, session: SessionId) -> Result<Restored, AgentError> {
        let (conversation, lease) = self.settled(session).await?;
        let mut open = self.open_checkpoints(session, &conversation).await?;
        let Some(step) = open.iter().map(|one| one.message).max() else { return Err(AgentError::NothingToUndo) };
        open.retain(|one| one.message == step);
        self.restore(session, open, &lease).await
    }

    /// Takes this message of the user and all that came after it out of the conversation; the log keeps it. With `files`
    /// everything that the agent and its sub-agents have changed since is put back first, as [`Agent::undo`] does.
    pub async fn rewind(&self, session: SessionId, to: MessageId, files: bool) -> Result<Restored, AgentError> {
        let (conversation, lease) = self.settled(session).await?;
        if !conversation.prompts().any(|message| message.id == to) {
            return Err(AgentError::NoSuchMessage { message: to });
        }
        let mut open = if files { self.open_checkpoints(session, &conversation).await? } else { Vec::new() };
        open.retain(|one| one.message >= to);
        let restored = self.restore(session, open, &lease).await?;
        let rewound = vec![EventBody::ConversationRewound { to }];
        self.shared.store.append(session, rewound, Durability::Flushed).await?;
        Ok(restored)
    }

    /// The checkpoints of a session and its sub-agents that were not restored, the newest first.
    async fn open_checkpoints(&self, session: SessionId, own: &Conversation) -> Result<Vec<Open>, AgentError> {
        let of = |session, conversation: &Conversation, only: Option<TurnId>| {
            let open = conversation.checkpoints.iter().filter(|one| !one.restored);
            let open = open.filter(|one| only.is_none_or(|turn| one.turn == turn)).map(|one| Open {
                message: one.message,
                call: one.call,
                session,
                id: one.id,
                paths: one.paths.clone(),
            });
            open.collect::<Vec<_>>()
        };
        let mut all = of(session, own, None);
        for part in &own.sub_agents {
            let conversation = match recovery::load(&self.shared.store, part.session).await {
                // The user has deleted it, and with it what was kept.
                Err(StoreError::NotFound { .. }) => continue,
                loaded => loaded?,
            };
            let open = of(part.session, &conversation, Some(TASK_TURN));
            all.extend(open.into_iter().map(|one| Open { message: part.message, call: part.call, ..one }));
        }
        all.sort_by_key(|one| std::cmp::Reverse((one.message, one.call, one.id)));
        Ok(all)
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

    /// Restores these checkpoints one by one, and writes down each before the next. Nobody works in the sub-agents' sessions
    /// meanwhile.
    async fn restore(&self, session: SessionId, open: Vec<Open>, _lease: &TurnLease) -> Result<Restored, AgentError> {
        let of_others: BTreeSet<_> = open.iter().map(|one| one.session).filter(|other| *other != session).collect();
        let mut leases = Vec::new();
        for other in &of_others {
            leases.push(self.settled(*other).await?.1);
        }
        let mut done = Restored { sub_agents: of_others.into_iter().collect(), ..Restored::default() };
        let (mut restored, mut kept) = (BTreeSet::new(), BTreeSet::new());
        for Open { session: of, id, paths, .. } in open {
            let one = self.restore_one(of, id, paths).await?;
            restored.extend(one.restored.iter().cloned());
            kept.extend(one.kept.iter().cloned());
            let told = |checkpoint| EventBody::FilesRestored {
                checkpoint,
                restored: one.restored.clone(),
                kept: one.kept.clone(),
            };
            self.shared.store.append(of, vec![told(id)], Durability::Flushed).await?;
            if of == session {
                done.checkpoints.push(id);
            } else {
                self.shared.store.append(session, vec![told(CheckpointId(0))], Durability::Flushed).await?;
            }
        }
        done.restored = restored.difference(&kept).cloned().collect();
        done.kept = kept.into_iter().collect();
        Ok(done)
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
