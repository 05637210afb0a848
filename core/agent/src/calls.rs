//! Settling the tool calls of an answer: each is checked, perhaps asked about, run, and its result written down.
//!
//! Where a call stands is read from the log, not remembered, so that a turn that is taken up again after its process
//! died goes on exactly where it broke off.

mod refusals;

use std::{sync::Arc, time::Duration};

use atelier_protocol::{
    AgentState, CheckpointId, Conversation, Decision, EventBody, Question, SessionId, Timestamp, ToolCall, ToolOutcome,
    ToolStage,
};
use atelier_store::{Durability, Store, StoreError};
use atelier_tools::{Approval, Asker, FileChange, Prepared, Progress, progress_channel};
use futures_util::{StreamExt as _, stream::FuturesOrdered};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::refusals::{denied, forbidden, nobody_there, not_in_this_mode, refused};
use crate::{
    Approver, Messenger, News, RetryPolicy, attention,
    elicitation::{CallAsker, Questions},
    keeping::{Kept, keep},
    live_output::LiveOutput,
    outside,
    permission::{self, Nature, Verdict},
    recovery,
    rules::{self, Rules, Subject},
    tool_run::{Again, Ran, failed, with_tries, within_grace},
    turn::millis,
    turn_log::TurnLog,
    turn_tools::{TurnTools, kind_of_work},
};

/// How many calls that change nothing run at a time.
const AT_A_TIME: usize = 8;

/// How many reports of a tool may wait to be written.
const PROGRESS_ROOM: usize = 32;

/// How many events are read at a time while an answer is waited for.
const PAGE: usize = 256;

/// What settling calls takes.
pub(crate) struct Calls<'a> {
    pub(crate) store: &'a Store,
    pub(crate) session: SessionId,
    pub(crate) log: &'a mut TurnLog,
    pub(crate) tools: &'a TurnTools,
    /// How long the user has to answer.
    pub(crate) approval_timeout: Duration,
    /// When a tool that only looks is run again.
    pub(crate) tool_retries: RetryPolicy,
    /// The user stops the turn, or the program ends.
    pub(crate) stopped: &'a CancellationToken,
    /// The program ends.
    pub(crate) closing: &'a CancellationToken,
    /// What tools ask the user.
    pub(crate) questions: &'a Questions,
    /// Who tells the user that they are wanted.
    pub(crate) messenger: Option<&'a Arc<dyn Messenger>>,
}

/// How settling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallsEnd {
    /// The log has a result for each call.
    Settled,
    /// So it has, but the turn was stopped over it.
    Stopped,
    /// The program ends while the user is asked. The question stays open in the log.
    LeftOpen,
}

/// What is to be done about a call.
enum Next {
    /// Run it; it changes nothing, so others may run beside it.
    RunFreely(Prepared),
    Run(Prepared),
    /// With the rules that “always” would write.
    Ask(Prepared, Vec<String>),
    Settle(ToolOutcome),
}

impl Calls<'_> {
    /// Settles all calls that are not, in the model's order. Stopped, it settles the rest as interrupted.
    pub(crate) async fn settle(&mut self, conversation: &mut Conversation) -> Result<CallsEnd, StoreError> {
        loop {
            let open: Vec<_> = conversation.unsettled_calls().cloned().collect();
            let Some(call) = open.first() else { return Ok(CallsEnd::Settled) };
            if self.closing.is_cancelled() && asked_until(conversation, call).is_some() {
                return Ok(CallsEnd::LeftOpen);
            }
            if self.stopped.is_cancelled() {
                self.interrupt(&open).await?;
                return Ok(CallsEnd::Stopped);
            }
            match self.next(call, conversation).await {
                Next::RunFreely(prepared) => self.run_freely(prepared, &open, conversation).await?,
                Next::Run(prepared) => self.run(call, prepared, conversation).await?,
                Next::Ask(prepared, always) => {
                    let question = self.question(&prepared, always);
                    self.ask(call, announcement(call, Some(question)), conversation).await?;
                    // What was shown is what is done, so it is not prepared again.
                    let allowed = conversation.call(call.id).filter(|call| call.stage == ToolStage::Allowed).cloned();
                    if let Some(allowed) = allowed {
                        self.run(&allowed, prepared, conversation).await?;
                    }
                }
                Next::Settle(outcome) => self.settle_unrun(call, outcome).await?,
            }
            self.log.flush(Durability::Written).await?;
            recovery::catch_up(self.store, self.session, conversation).await?;
        }
    }

    /// What the user is asked, with the time they have from now on. `always`: the rules that “always” would write; leaving
    /// the sandbox is never a matter of rules.
    pub(crate) fn question(&self, prepared: &Prepared, always: Vec<String>) -> Question {
        let (preview, dangerous) = match prepared.needs() {
            Approval::Ask { dangerous, preview } => (Some(preview.text.clone()), *dangerous),
            Approval::Automatic => (None, false),
        };
        let unconfined = outside::is_outside(prepared);
        let always = if unconfined { Vec::new() } else { always };
        let expires_at = Timestamp::now().plus_millis(millis(self.approval_timeout));
        Question { preview, dangerous, unconfined, always, expires_at }
    }

    async fn next(&self, call: &ToolCall, conversation: &Conversation) -> Next {
        if let ToolStage::Refused(decision) = &call.stage {
            let left_inside = call.tried_confined.then(|| outside::left_inside(decision));
            return Next::Settle(left_inside.unwrap_or_else(|| refused(decision)));
        }
        let Rules { rules, bypass } = match self.tools.rules(conversation).await {
            Ok(rules) => rules,
            Err(problem) => return Next::Settle(denied(problem)),
        };
        self.tools.toolbox.hide(rules::hidden(&rules));
        let asked_for = outside::request(call);
        let prepared = match self.tools.toolbox.prepare(kind_of_work(conversation.mode), asked_for).await {
            Ok(prepared) => prepared,
            Err(failure) => return Next::Settle(failed(&failure)),
        };
        let subject = subject(call, &prepared);
        let ruling = rules::ruling(&rules, &call.tool, &subject);
        let mode = permission::effective(conversation.mode, bypass);
        let verdict = permission::verdict(mode, nature(call, &prepared), ruling, &conversation.always_allowed);
        match outside::never_by_a_rule(verdict, mode, &prepared) {
            Verdict::Forbid(rule) => Next::Settle(denied(forbidden(&rule))),
            _ if call.stage == ToolStage::Allowed => Next::Run(prepared),
            // Whatever the mode is by now: it has run once, and the question stands.
            _ if call.tried_confined => Next::Ask(prepared, Vec::new()),
            Verdict::Run if prepared.read_only() => Next::RunFreely(prepared),
            Verdict::Run => Next::Run(prepared),
            Verdict::Ask if self.tools.approver == Approver::Nobody => Next::Settle(nobody_there()),
            Verdict::Ask => Next::Ask(prepared, rules::narrowest(&rules, &call.tool, &subject)),
            Verdict::Refuse => Next::Settle(denied(not_in_this_mode(&call.tool))),
        }
    }

    /// Puts the question, unless it stands in the log already, and waits for its answer: the user's, from whatever
    /// window or process it comes, or the end of their time.
    pub(crate) async fn ask(
        &mut self,
        call: &ToolCall,
        announcement: Vec<EventBody>,
        conversation: &mut Conversation,
    ) -> Result<(), StoreError> {
        // Whoever takes the turn up again has not asked anew.
        let is_new = !announcement.is_empty();
        self.log.enter(AgentState::WaitingApproval, announcement).await?;
        self.log.flush(Durability::Flushed).await?;
        if is_new {
            attention::tell(self.messenger, self.session, News::Approval { tool: call.tool.clone() });
        }
        recovery::catch_up(self.store, self.session, conversation).await?;
        let mut news = self.store.follow(self.session, conversation.seq).await?;
        while let Some(expires_at) = asked_until(conversation, call) {
            tokio::select! {
                biased;
                () = self.stopped.cancelled() => return Ok(()),
                events = news.next_batch(PAGE) => {
                    let events = events?;
                    if events.is_empty() {
                        return Err(StoreError::Closed);
                    }
                    conversation.apply_all(&events);
                }
                () = tokio::time::sleep(until(expires_at)) => {
                    let decision = Decision::TimedOut;
                    self.log.push(EventBody::ApprovalResolved { tool_call_id: call.id, decision }).await?;
                    self.log.flush(Durability::Flushed).await?;
                    // The user's own answer may have come a moment before: the first one in the log counts.
                    recovery::catch_up(self.store, self.session, conversation).await?;
                }
            }
        }
        Ok(())
    }

    /// Runs the calls at the front that change nothing, side by side. Each is told as if it had run by itself.
    async fn run_freely(
        &mut self,
        first: Prepared,
        open: &[ToolCall],
        conversation: &Conversation,
    ) -> Result<(), StoreError> {
        let stop = self.stopped.clone();
        let mode = kind_of_work(conversation.mode);
        let again = |call| Again {
            toolbox: self.tools.toolbox.clone(),
            mode,
            request: outside::request(call),
            retries: self.tool_retries,
            asker: self.asker(call),
        };
        let mut running = FuturesOrdered::from_iter([with_tries(first, again(&open[0]), stop.clone())]);
        for call in open[1..].iter().take(AT_A_TIME - 1) {
            match self.next(call, conversation).await {
                Next::RunFreely(prepared) => running.push_back(with_tries(prepared, again(call), stop.clone())),
                _ => break,
            }
        }
        let mut calls = open.iter();
        while !running.is_empty() {
            let Some(call) = calls.next() else { break };
            self.begin(call).await?;
            if let Some(ran) = running.next().await {
                self.finish(call, ran).await?;
            }
        }
        Ok(())
    }

    /// Runs one call by itself, once what it changes is kept. A command that the sandbox refused something may be run again, outside.
    async fn run(
        &mut self,
        call: &ToolCall,
        prepared: Prepared,
        conversation: &mut Conversation,
    ) -> Result<(), StoreError> {
        let confined = outside::is_confined(&prepared);
        let (number, paths) = (CheckpointId(conversation.last_checkpoint + 1), prepared.touches().to_vec());
        let kept = match keep(number, paths, &self.tools.toolbox, &self.tools.checkpoints).await {
            Ok(kept) => kept,
            Err(outcome) => return self.settle_unrun(call, outcome).await,
        };
        let mut ran = self.carry_out(call, prepared, kept).await?;
        match ran.refused.take().filter(|_| confined) {
            Some(refused) => self.leave_sandbox(call, ran, &refused, conversation).await,
            None => self.finish(call, ran).await,
        }
    }

    /// Does it, and writes down what it tells while it runs.
    pub(crate) async fn carry_out(
        &mut self,
        call: &ToolCall,
        prepared: Prepared,
        kept: Option<Kept>,
    ) -> Result<Ran, StoreError> {
        self.begin(call).await?;
        self.log.push_all(kept.as_ref().map(|kept| kept.events(call.id)).unwrap_or_default()).await?;
        // What follows may be impossible to undo: that it has begun must be known even after a power cut.
        self.log.flush(Durability::Flushed).await?;
        let (sink, mut reports) = progress_channel(PROGRESS_ROOM);
        let prepared = prepared.with_asker(self.asker(call)).as_call(call.id);
        let mut running = std::pin::pin!(within_grace(prepared, sink, self.stopped.clone()));
        let mut live = LiveOutput::default();
        let ran = loop {
            let due = live.due();
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    self.tell_output(call, &mut live).await?;
                }
                Some(report) = reports.next() => match report {
                    Progress::Output { text } => live.push(&text),
                    Progress::Step { percent, message } => self.tell(call, percent, message, false).await?,
                    _ => {}
                },
                ran = &mut running => break ran,
            }
        };
        self.tell_output(call, &mut live).await?;
        if let Some(kept) = kept {
            kept.note_after().await;
        }
        Ok(ran)
    }

    /// Who can ask the user in the course of this call.
    fn asker(&self, call: &ToolCall) -> Arc<dyn Asker> {
        Arc::new(CallAsker {
            store: self.store.clone(),
            session: self.session,
            call: call.id,
            approver: self.tools.approver,
            timeout: self.approval_timeout,
            stopped: self.stopped.clone(),
            questions: self.questions.of(call.id),
            messenger: self.messenger.cloned(),
        })
    }

    async fn tell_output(&mut self, call: &ToolCall, live: &mut LiveOutput) -> Result<(), StoreError> {
        match live.take() {
            Some(text) => self.tell(call, None, text, true).await,
            None => Ok(()),
        }
    }

    async fn tell(
        &mut self,
        call: &ToolCall,
        progress: Option<u8>,
        message: String,
        output: bool,
    ) -> Result<(), StoreError> {
        self.log.push(EventBody::ToolProgress { tool_call_id: call.id, progress, message, output }).await
    }

    async fn begin(&mut self, call: &ToolCall) -> Result<(), StoreError> {
        self.log.enter(AgentState::ToolExecution, announcement(call, None)).await
    }

    pub(crate) async fn finish(&mut self, call: &ToolCall, ran: Ran) -> Result<(), StoreError> {
        self.questions.close(call.id).await;
        let (tool_call_id, execution_time_ms) = (call.id, millis(ran.took));
        let mut events = vec![EventBody::ToolResult { tool_call_id, outcome: ran.outcome, execution_time_ms }];
        events.extend(ran.changes.into_iter().map(|FileChange { path, operation, created }| EventBody::FileChanged {
            tool_call_id,
            path,
            operation,
            created,
        }));
        self.log.push_all(events).await
    }

    async fn settle_unrun(&mut self, call: &ToolCall, outcome: ToolOutcome) -> Result<(), StoreError> {
        let mut events = announcement(call, None);
        events.push(EventBody::ToolResult { tool_call_id: call.id, outcome, execution_time_ms: 0 });
        self.log.push_all(events).await
    }

    async fn interrupt(&mut self, open: &[ToolCall]) -> Result<(), StoreError> {
        for call in open {
            self.settle_unrun(call, ToolOutcome::interrupted()).await?;
        }
        Ok(())
    }
}

/// The call's turn has come; with a question, if the user is to be asked. Nothing where that is in the log already.
fn announcement(call: &ToolCall, question: Option<Question>) -> Vec<EventBody> {
    if call.stage == ToolStage::Requested { vec![called(call, question)] } else { Vec::new() }
}

pub(crate) fn called(call: &ToolCall, question: Option<Question>) -> EventBody {
    let (requires_approval, expires_at) = (question.is_some(), question.as_ref().map(|asked| asked.expires_at));
    let (preview, dangerous, unconfined, always) = question
        .map_or_else(Default::default, |asked| (asked.preview, asked.dangerous, asked.unconfined, asked.always));
    EventBody::ToolCall {
        tool_call_id: call.id,
        tool: call.tool.clone(),
        params: call.params.clone(),
        requires_approval,
        preview,
        dangerous,
        unconfined,
        always,
        expires_at,
    }
}

/// Until when the user may still answer, if they have not.
fn asked_until(conversation: &Conversation, call: &ToolCall) -> Option<Timestamp> {
    match &conversation.call(call.id)?.stage {
        ToolStage::Waiting(question) => Some(question.expires_at),
        _ => None,
    }
}

/// How long it is until then.
pub(crate) fn until(time: Timestamp) -> Duration {
    let millis = time.as_millis().saturating_sub(Timestamp::now().as_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

fn subject(call: &ToolCall, prepared: &Prepared) -> Subject {
    Subject::of(&call.tool, &call.params, prepared.paths().iter().map(ToString::to_string).collect())
}

fn nature<'a>(call: &'a ToolCall, prepared: &Prepared) -> Nature<'a> {
    let (asks, dangerous) = match prepared.needs() {
        Approval::Automatic => (false, false),
        Approval::Ask { dangerous, .. } => (true, *dangerous),
    };
    Nature { tool: &call.tool, asks, edits_files: !prepared.touches().is_empty(), dangerous }
}
