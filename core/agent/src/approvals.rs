//! The user's word about tools, and going on with what waited for it.

use std::future::Future;

use atelier_protocol::{AgentState, Conversation, Decision, EventBody, SessionId, ToolCallId, ToolStage, TurnId};
use atelier_store::{Durability, TurnLease};

use crate::{
    Agent, AgentError, Answerer, Approver,
    agent::Part,
    recovery::{self, Standing},
    turn::Beginning,
};

impl Agent {
    /// Writes down the user's answer to the question whether a tool may run. When this returns it is on the disk, and it
    /// counts, whichever process runs the turn. The same answer again is fine.
    ///
    /// Where no process runs the turn, it goes on once [`Agent::go_on`] is called.
    pub async fn resolve(&self, session: SessionId, call: ToolCallId, decision: Decision) -> Result<(), AgentError> {
        let mut conversation = recovery::load(&self.shared.store, session).await?;
        let found = conversation.call(call).ok_or(AgentError::NoSuchCall { call })?;
        if matches!(found.stage, ToolStage::Waiting(_)) {
            let answer = EventBody::ApprovalResolved { tool_call_id: call, decision: decision.clone() };
            self.shared.store.append(session, vec![answer], Durability::Flushed).await?;
            recovery::catch_up(&self.shared.store, session, &mut conversation).await?;
        }
        // Somebody else may have answered first.
        match conversation.call(call).and_then(|call| call.decision.as_ref()) {
            None => Err(AgentError::NotAsked { call }),
            Some(counted) if counted.allows() == decision.allows() => Ok(()),
            Some(_) => Err(AgentError::AnsweredOtherwise { call }),
        }
    }

    /// Goes on with a turn that waits for the user, or for someone to do what the user allowed, and that no process
    /// runs. False: there is none. `answerer` says who goes on; it is called only if there is such a turn.
    pub async fn go_on<F, E>(&self, session: SessionId, answerer: impl FnOnce(Conversation) -> F) -> Result<bool, E>
    where
        F: Future<Output = Result<Answerer, E>>,
        E: From<AgentError>,
    {
        let Some((turn, conversation, lease)) = self.waiting(session).await? else { return Ok(false) };
        let by = answerer(conversation.clone()).await?;
        let tools = self.tools(session, &conversation, Approver::User).await?;
        self.start(session, &conversation, Part { turn, by, tools, beginning: Beginning::Calls }, lease);
        Ok(true)
    }

    /// The session's turn that waits and runs nowhere, with the right to run it.
    async fn waiting(&self, session: SessionId) -> Result<Option<(TurnId, Conversation, TurnLease)>, AgentError> {
        if self.shared.store.session(session).await?.state == AgentState::Idle {
            return Ok(None);
        }
        let Some(lease) = self.shared.store.lease(session)? else { return Ok(None) };
        Ok(match recovery::load_settled(&self.shared.store, session, &lease).await? {
            Standing::Waiting(turn, conversation) => Some((turn, conversation, lease)),
            Standing::Settled(_) => None,
        })
    }
}
