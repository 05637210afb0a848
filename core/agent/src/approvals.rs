//! The user's word about tools, and going on with what waited for it.

use std::future::Future;

use atelier_protocol::{AgentState, Conversation, Decision, EventBody, SessionId, ToolCallId, ToolStage};
use atelier_store::{Durability, TurnLease};

use crate::{
    Agent, AgentError, Answerer, Approver, TurnLimits,
    agent::Part,
    history,
    recovery::{self, Standing},
    steering,
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
    /// runs; where none waits, begins a turn with the prompts that were left in the queue. False: there is neither.
    /// `answerer` says who goes on, and how much that may take; it is called only if there is something to go on with.
    pub async fn go_on<F, E>(&self, session: SessionId, answerer: impl FnOnce(Conversation) -> F) -> Result<bool, E>
    where
        F: Future<Output = Result<(Answerer, TurnLimits), E>>,
        E: From<AgentError>,
    {
        let Some((standing, lease)) = self.left_behind(session).await? else { return Ok(false) };
        let (Standing::Waiting(_, conversation) | Standing::Settled(conversation)) = &standing;
        let (by, limits) = answerer(conversation.clone()).await?;
        let tools = self.tools(session, conversation, Approver::User, &by).await?;
        let (turn, conversation, beginning) = match standing {
            Standing::Waiting(turn, conversation) => (turn, conversation, Beginning::Calls),
            Standing::Settled(mut conversation) => {
                let turn = self.open_turn(session, &mut conversation, &by, None).await?;
                let messages = history::messages_for(by.provider.name(), &by.model, &conversation);
                (turn, conversation, Beginning::Prompt(messages))
            }
        };
        self.start(session, &conversation, Part { turn, by, tools, beginning, limits }, lease);
        Ok(true)
    }

    /// What waits in a session that no process works in, with the right to go on with it.
    async fn left_behind(&self, session: SessionId) -> Result<Option<(Standing, TurnLease)>, AgentError> {
        let store = &self.shared.store;
        let idle = store.session(session).await?.state == AgentState::Idle;
        if idle && steering::queue_of(store, session).await?.queued.is_empty() {
            return Ok(None);
        }
        let Some(lease) = store.lease(session)? else { return Ok(None) };
        let standing = recovery::load_settled(store, session, &lease).await?;
        let nothing = matches!(&standing, Standing::Settled(conversation) if conversation.queued.is_empty());
        Ok((!nothing).then_some((standing, lease)))
    }
}
