//! What a tool asks the user for while it runs: like an approval, a question is an event, and its answer another, from
//! whatever process it comes; the first one counts.
//!
//! Unlike an approval it does not outlive its process, for the call that waits for the answer dies with it: what is left
//! unanswered is closed as cancelled (`recovery`). Answers stand in the log, so a form that asks for what sounds like a
//! secret is declined and never shown: MCP forbids servers to ask for secrets in forms.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use atelier_protocol::{
    Conversation, ElicitationAnswer, ElicitationId, EventBody, FieldText, SessionId, Timestamp, ToolCallId, Wanted,
};
use atelier_store::{Durability, Store, StoreError};
use atelier_tools::{Ask, Asker};
use tokio::sync::oneshot;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Agent, AgentError, Approver, Messenger, News, attention, calls::until, recovery, turn::millis};

/// What the log has of such questions.
const EVENTS: &[&str] = &["elicitation."];

/// How many events are read at a time while an answer is waited for.
const PAGE: usize = 256;

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ElicitationReply {
    /// With what was typed or chosen; for an address, that the user goes there.
    Accept(Vec<FieldText>),
    /// No.
    Decline,
    /// Neither yes nor no.
    Cancel,
}

impl Agent {
    /// Writes down the user's answer to what a tool asks for. When this returns it is on the disk, and it counts,
    /// whichever process runs the tool. What does not fit the form is refused with a sentence for each field, and the
    /// question goes on waiting.
    pub async fn answer_elicitation(
        &self,
        session: SessionId,
        elicitation: ElicitationId,
        reply: ElicitationReply,
    ) -> Result<(), AgentError> {
        let not_asked = || AgentError::NoSuchElicitation { elicitation };
        let conversation = recovery::load(&self.shared.store, session).await?;
        let asked = conversation.elicitation(elicitation).ok_or_else(not_asked)?;
        let answer = match reply {
            ElicitationReply::Accept(texts) => {
                let values = asked.wanted.read(&texts).map_err(|fields| AgentError::WrongFields { fields })?;
                ElicitationAnswer::Accept { values }
            }
            ElicitationReply::Decline => ElicitationAnswer::Decline { reason: None },
            ElicitationReply::Cancel => ElicitationAnswer::Cancel { reason: None },
        };
        let counts = resolve(&self.shared.store, session, elicitation, &answer).await?;
        if counts { Ok(()) } else { Err(not_asked()) }
    }
}

/// Writes an answer, unless there is one already. Whether it is the one that counts.
async fn resolve(
    store: &Store,
    session: SessionId,
    elicitation: ElicitationId,
    answer: &ElicitationAnswer,
) -> Result<bool, StoreError> {
    loop {
        let conversation = recovery::load(store, session).await?;
        if conversation.elicitation(elicitation).is_none() {
            return Ok(false);
        }
        let resolved = vec![EventBody::ElicitationResolved { elicitation, answer: answer.clone() }];
        if store.append_unless(session, conversation.seq, EVENTS, resolved, Durability::Flushed).await?.is_some() {
            return Ok(true);
        }
    }
}

/// Why a question was not put, or is not any more.
const TOO_LATE: &str = "The call has ended.";

/// The questions that the calls of one answer have put to the user.
#[derive(Default)]
pub(crate) struct Questions(Mutex<HashMap<ToolCallId, CallQuestions>>);

/// Those of one call.
#[derive(Clone, Default)]
pub(crate) struct CallQuestions {
    tasks: TaskTracker,
    over: CancellationToken,
}

impl Questions {
    /// What a call asks, from now on if it has asked nothing yet.
    pub(crate) fn of(&self, call: ToolCallId) -> CallQuestions {
        self.calls().entry(call).or_default().clone()
    }

    /// The call has ended. When this returns, the log has an answer to all that it asked; its result has to come after, for
    /// with that nobody waits for answers any more.
    pub(crate) async fn close(&self, call: ToolCallId) {
        let questions = self.calls().remove(&call);
        if let Some(questions) = questions {
            questions.over.cancel();
            questions.tasks.close();
            questions.tasks.wait().await;
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<ToolCallId, CallQuestions>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where settling failed: nobody waits for those answers either.
impl Drop for Questions {
    fn drop(&mut self) {
        for questions in self.calls().values() {
            questions.over.cancel();
        }
    }
}

/// Asks the user on behalf of one call.
#[derive(Clone)]
pub(crate) struct CallAsker {
    pub(crate) store: Store,
    pub(crate) session: SessionId,
    pub(crate) call: ToolCallId,
    pub(crate) approver: Approver,
    /// How long the user has to answer.
    pub(crate) timeout: Duration,
    /// The turn is stopped, or the program ends.
    pub(crate) stopped: CancellationToken,
    /// What it has asked.
    pub(crate) questions: CallQuestions,
    /// Who tells the user that they are wanted.
    pub(crate) messenger: Option<Arc<dyn Messenger>>,
}

#[async_trait]
impl Asker for CallAsker {
    async fn ask(&self, ask: Ask) -> ElicitationAnswer {
        if self.questions.over.is_cancelled() {
            return ElicitationAnswer::Cancel { reason: Some(TOO_LATE.to_owned()) };
        }
        // In a task of its own, because the question must be closed in the log when nobody waits for its answer any more.
        let (answered, answer) = oneshot::channel();
        self.questions.tasks.spawn(self.clone().put(ask, answered));
        answer.await.unwrap_or(ElicitationAnswer::Cancel { reason: None })
    }
}

impl CallAsker {
    async fn put(self, ask: Ask, mut answered: oneshot::Sender<ElicitationAnswer>) {
        match self.answer(ask, &mut answered).await {
            // Whoever has asked may be gone.
            Ok(answer) => drop(answered.send(answer)),
            Err(error) => tracing::warn!(session = %self.session, %error, "a question of a tool could not be put"),
        }
    }

    async fn answer(
        &self,
        ask: Ask,
        answered: &mut oneshot::Sender<ElicitationAnswer>,
    ) -> Result<ElicitationAnswer, StoreError> {
        let refusal = self.refusal(&ask.wanted);
        let expires_at = Timestamp::now().plus_millis(millis(self.timeout));
        let server = ask.server.clone();
        let (elicitation, seq) = self.note(ask, refusal.as_ref(), expires_at).await?;
        if let Some(answer) = refusal {
            return Ok(answer);
        }
        attention::tell(self.messenger.as_ref(), self.session, News::Question { server });
        let mut news = self.store.follow(self.session, seq).await?;
        let mut given_up = false;
        loop {
            let reason = tokio::select! {
                biased;
                events = news.next_batch(PAGE) => {
                    let events = events?;
                    if events.is_empty() {
                        return Err(StoreError::Closed);
                    }
                    let answer = events.into_iter().find_map(|event| match event.body {
                        EventBody::ElicitationResolved { elicitation: of, answer } if of == elicitation => Some(answer),
                        _ => None,
                    });
                    match answer {
                        Some(answer) => return Ok(answer),
                        None => continue,
                    }
                }
                () = self.stopped.cancelled(), if !given_up => "The turn was stopped.",
                () = self.questions.over.cancelled(), if !given_up => TOO_LATE,
                () = answered.closed(), if !given_up => "The server does not ask any more.",
                () = tokio::time::sleep(until(expires_at)), if !given_up => "Nobody answered in time.",
            };
            // The user may have answered a moment before: what the log has first counts, and comes with the news.
            given_up = true;
            let answer = ElicitationAnswer::Cancel { reason: Some(reason.to_owned()) };
            if !resolve(&self.store, self.session, elicitation, &answer).await? && self.stopped.is_cancelled() {
                return Ok(answer);
            }
        }
    }

    /// Writes the question down, with its answer where the user is not asked. Returns its number and where it stands.
    async fn note(
        &self,
        ask: Ask,
        refusal: Option<&ElicitationAnswer>,
        expires_at: Timestamp,
    ) -> Result<(ElicitationId, u64), StoreError> {
        loop {
            let mut seen = Conversation::default();
            seen.apply_all(&self.store.read_kinds(self.session, 0, EVENTS).await?);
            let elicitation = ElicitationId(seen.last_elicitation + 1);
            let requested = EventBody::ElicitationRequested {
                elicitation,
                tool_call_id: self.call,
                server: ask.server.clone(),
                message: ask.message.clone(),
                wanted: ask.wanted.clone(),
                expires_at,
            };
            let resolved = refusal.map(|answer| EventBody::ElicitationResolved { elicitation, answer: answer.clone() });
            let events = [requested].into_iter().chain(resolved).collect();
            let noted = self.store.append_unless(self.session, seen.seq, EVENTS, events, Durability::Flushed).await?;
            if let Some(seq) = noted {
                return Ok((elicitation, seq));
            }
        }
    }

    /// The answer where the user is not asked.
    fn refusal(&self, wanted: &Wanted) -> Option<ElicitationAnswer> {
        let reason = match (self.approver, wanted.secret()) {
            (Approver::Nobody, _) => "Nobody is there to answer.".to_owned(),
            (Approver::User, Some(field)) => format!(
                "“{}” sounds like a secret, which a server must not ask for in a form: put it into the server's own \
                 configuration instead.",
                field.label()
            ),
            (Approver::User, None) => return None,
        };
        Some(ElicitationAnswer::Decline { reason: Some(reason) })
    }
}

/// Closes the questions of calls that nobody carries out any more.
pub(crate) fn closed(conversation: &Conversation) -> impl Iterator<Item = EventBody> {
    conversation.elicitations.iter().map(|waiting| {
        let reason = "Atelier ended before it was answered, and the call that asked with it.".to_owned();
        let answer = ElicitationAnswer::Cancel { reason: Some(reason) };
        EventBody::ElicitationResolved { elicitation: waiting.id, answer }
    })
}
