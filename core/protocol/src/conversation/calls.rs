//! The part of the fold that is about tool calls.

use super::Conversation;
use crate::{AgentState, Decision, EventBody, MessageId, Question, ToolCall, ToolCallId, ToolStage, TurnId};

impl Conversation {
    /// The calls of the open turn that are not settled, oldest first.
    pub fn unsettled_calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.calls.iter().filter(|call| !matches!(call.stage, ToolStage::Settled(_)))
    }

    /// The calls about which the user is asked, oldest first.
    pub fn questions(&self) -> impl Iterator<Item = (&ToolCall, &Question)> {
        self.calls.iter().filter_map(|call| match &call.stage {
            ToolStage::Waiting(question) => Some((call, question)),
            _ => None,
        })
    }

    /// A call by its number.
    pub fn call(&self, id: ToolCallId) -> Option<&ToolCall> {
        self.calls.iter().rev().find(|call| call.id == id)
    }

    pub(super) fn apply_call(&mut self, body: &EventBody) {
        match body {
            EventBody::ToolRequested { tool_call_id, turn, tool, params, vendor_id, vendor } => {
                self.last_call = self.last_call.max(tool_call_id.0);
                self.calls.push(ToolCall {
                    id: *tool_call_id,
                    turn: *turn,
                    answer: self.answer_of_next_call(*turn),
                    after: self.newest_message(),
                    answer_end: None,
                    tool: tool.clone(),
                    params: params.clone(),
                    provider: self.provider.clone(),
                    model: self.model.clone(),
                    vendor_id: vendor_id.clone(),
                    vendor: vendor.clone(),
                    decision: None,
                    tried_confined: false,
                    stage: ToolStage::Requested,
                    task: None,
                });
            }
            EventBody::ToolCall { tool_call_id, preview, dangerous, unconfined, always, expires_at, .. } => {
                let question = expires_at.map(|expires_at| Question {
                    preview: preview.clone(),
                    dangerous: *dangerous,
                    unconfined: *unconfined,
                    always: always.clone(),
                    expires_at,
                });
                self.tried_confined(*tool_call_id, *unconfined);
                self.set_stage(*tool_call_id, question.map_or(ToolStage::Running, ToolStage::Waiting));
            }
            EventBody::TaskStarted { tool_call_id, session } => {
                if let Some(call) = self.calls.iter_mut().rev().find(|call| call.id == *tool_call_id) {
                    call.task = Some(*session);
                }
            }
            EventBody::ApprovalResolved { tool_call_id, decision } => self.decide(*tool_call_id, decision),
            EventBody::ToolResult { tool_call_id, outcome, .. } => {
                self.set_stage(*tool_call_id, ToolStage::Settled(outcome.clone()));
            }
            _ => {}
        }
    }

    /// An answer's calls are settled only after all of them were asked for, so one that comes later is the next answer's.
    fn answer_of_next_call(&self, turn: TurnId) -> u64 {
        match self.calls.last() {
            None => 1,
            Some(last) if last.turn == turn && last.stage == ToolStage::Requested => last.answer,
            Some(last) => last.answer + 1,
        }
    }

    /// A call that runs is asked about again only because the sandbox refused it something.
    fn tried_confined(&mut self, id: ToolCallId, unconfined: bool) {
        let running = |call: &&mut ToolCall| call.id == id && call.stage == ToolStage::Running;
        if let Some(call) = self.calls.iter_mut().rev().find(running).filter(|_| unconfined) {
            call.tried_confined = true;
            call.decision = None;
        }
    }

    /// Only the first answer to a question counts.
    fn decide(&mut self, id: ToolCallId, decision: &Decision) {
        let Some(call) = self.calls.iter_mut().rev().find(|call| call.id == id) else { return };
        let ToolStage::Waiting(question) = &call.stage else { return };
        if matches!(decision, Decision::Approved { always: true }) {
            if question.dangerous {
                self.session_rules.extend(question.always.iter().cloned());
            } else {
                self.always_allowed.insert(call.tool.clone());
            }
        }
        call.decision = Some(decision.clone());
        call.stage = match decision {
            Decision::Approved { .. } => ToolStage::Allowed,
            refused => ToolStage::Refused(refused.clone()),
        };
    }

    /// A call's stage changes only when its answer is complete, so that is when the answer's end is known.
    fn set_stage(&mut self, id: ToolCallId, stage: ToolStage) {
        let end = self.newest_message();
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.id == id) {
            call.stage = stage;
            call.answer_end.get_or_insert(end);
        }
    }

    /// An approved call has begun once the log says that a tool runs.
    pub(super) fn change_state(&mut self, state: AgentState) {
        self.state = state;
        if state == AgentState::ToolExecution {
            for call in self.calls.iter_mut().filter(|call| call.stage == ToolStage::Allowed) {
                call.stage = ToolStage::Running;
            }
        }
    }

    pub(super) fn newest_message(&self) -> MessageId {
        self.messages.last().map_or(MessageId(0), |message| message.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContentKind, Role, SessionEvent, Timestamp, ToolOutcome};

    fn fold(bodies: Vec<EventBody>) -> Conversation {
        let at = Timestamp::from_millis(0);
        let mut conversation = Conversation::default();
        for (body, seq) in bodies.into_iter().zip(1..) {
            conversation.apply(&SessionEvent { seq, at, body });
        }
        conversation
    }

    fn answer(message: u64) -> EventBody {
        let (role, content) = (Role::Assistant, ContentKind::Text);
        EventBody::MessageStarted { message: MessageId(message), turn: TurnId(1), role, content }
    }

    fn requested(call: u64) -> EventBody {
        EventBody::ToolRequested {
            tool_call_id: ToolCallId(call),
            turn: TurnId(1),
            tool: "write_file".into(),
            params: serde_json::json!({}),
            vendor_id: format!("toolu_{call}"),
            vendor: None,
        }
    }

    fn asked(call: u64) -> EventBody {
        EventBody::ToolCall {
            tool_call_id: ToolCallId(call),
            tool: "write_file".into(),
            params: serde_json::json!({}),
            requires_approval: true,
            preview: Some("+new".into()),
            dangerous: false,
            unconfined: false,
            always: vec!["write_file(/new)".into()],
            expires_at: Some(Timestamp::from_millis(300_000)),
        }
    }

    fn resolved(call: u64, decision: Decision) -> EventBody {
        EventBody::ApprovalResolved { tool_call_id: ToolCallId(call), decision }
    }

    const RUNS: EventBody = EventBody::StateChanged { state: AgentState::ToolExecution };

    /// The stage of the first call after these events.
    fn stage_after(bodies: Vec<EventBody>) -> ToolStage {
        fold(bodies).calls[0].stage.clone()
    }

    #[test]
    fn a_question_stays_until_its_first_answer_and_a_later_one_changes_nothing() {
        let (yes, no) = (Decision::Approved { always: false }, Decision::Rejected { message: None });
        assert!(
            matches!(stage_after(vec![requested(1), asked(1)]), ToolStage::Waiting(question) if question.preview.is_some())
        );
        for (first, second, stage) in [(&yes, &no, ToolStage::Allowed), (&no, &yes, ToolStage::Refused(no.clone()))] {
            let bodies = vec![requested(1), asked(1), resolved(1, first.clone()), resolved(1, second.clone())];
            assert_eq!(stage_after(bodies), stage);
        }
    }

    #[test]
    fn an_approved_call_has_begun_when_a_tool_runs_and_a_refused_one_never_has() {
        let approved = resolved(1, Decision::Approved { always: false });
        assert_eq!(stage_after(vec![requested(1), asked(1), approved, RUNS]), ToolStage::Running);
        let refused = stage_after(vec![requested(1), asked(1), resolved(1, Decision::TimedOut), RUNS]);
        assert_eq!(refused, ToolStage::Refused(Decision::TimedOut));
    }

    #[test]
    fn a_command_that_the_sandbox_refused_is_asked_about_again_and_runs_again_only_if_allowed() {
        let (yes, no) = (Decision::Approved { always: false }, Decision::Rejected { message: None });
        let mut again = asked(1);
        if let EventBody::ToolCall { dangerous, unconfined, .. } = &mut again {
            (*dangerous, *unconfined) = (true, true);
        }
        let mut bodies = vec![requested(1), asked(1), resolved(1, yes.clone()), RUNS, again.clone()];
        let call = fold(bodies.clone()).calls[0].clone();
        assert!(matches!(&call.stage, ToolStage::Waiting(question) if question.unconfined));
        assert!(call.tried_confined && call.decision.is_none());
        bodies.push(resolved(1, yes));
        assert_eq!(stage_after(bodies.clone()), ToolStage::Allowed);
        bodies.pop();
        bodies.push(resolved(1, no.clone()));
        assert_eq!(stage_after(bodies), ToolStage::Refused(no));
        // One that has not run yet was just meant to run outside from the start.
        assert!(!fold(vec![requested(1), again]).calls[0].tried_confined);
    }

    #[test]
    fn what_is_always_allowed_is_remembered_by_tool() {
        let conversation = fold(vec![requested(1), asked(1), resolved(1, Decision::Approved { always: true })]);
        assert!(conversation.always_allowed.contains("write_file") && conversation.session_rules.is_empty());
        assert_eq!(conversation.questions().count(), 0);
    }

    #[test]
    fn of_a_dangerous_call_only_what_its_rules_cover_is_always_allowed() {
        let EventBody::ToolCall { tool_call_id, tool, params, requires_approval, preview, expires_at, .. } = asked(1)
        else {
            unreachable!()
        };
        let always = vec!["Bash(git push:*)".to_owned()];
        let (dangerous, unconfined) = (true, false);
        let asked = EventBody::ToolCall {
            tool_call_id,
            tool,
            params,
            requires_approval,
            preview,
            dangerous,
            unconfined,
            always: always.clone(),
            expires_at,
        };
        let conversation = fold(vec![requested(1), asked, resolved(1, Decision::Approved { always: true })]);
        assert_eq!((conversation.session_rules, conversation.always_allowed.len()), (always, 0));
    }

    #[test]
    fn calls_of_one_answer_are_told_from_those_of_the_next_even_without_a_word_between() {
        let result = |call| EventBody::ToolResult {
            tool_call_id: ToolCallId(call),
            outcome: ToolOutcome::interrupted(),
            execution_time_ms: 0,
        };
        let conversation =
            fold(vec![requested(1), requested(2), asked(1), result(1), asked(2), result(2), requested(3)]);
        let answers: Vec<_> = conversation.calls.iter().map(|call| call.answer).collect();
        assert_eq!(answers, [1, 1, 2]);
    }

    #[test]
    fn a_call_stands_after_the_message_before_it_and_its_result_after_the_whole_answer() {
        let outcome = ToolOutcome::interrupted();
        let conversation = fold(vec![
            answer(1),
            requested(1),
            answer(2),
            asked(1),
            EventBody::ToolResult { tool_call_id: ToolCallId(1), outcome, execution_time_ms: 0 },
            answer(3),
        ]);
        let call = &conversation.calls[0];
        assert_eq!((call.after, call.answer_end), (MessageId(1), Some(MessageId(2))));
        assert_eq!(conversation.unsettled_calls().count(), 0);
    }
}
