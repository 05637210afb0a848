//! The part of the fold that goes back: checkpoints of files, undone work, and a conversation that is taken back to an
//! earlier message. Also what a copy of a session does not take over.

use super::Conversation;
use crate::{CheckpointId, ContentKind, EventBody, Message, MessageId, Role, SessionId, ToolCallId, TurnId, Usage};

/// Files that were kept as they were right before a call changed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its number in the session.
    pub id: CheckpointId,
    /// The call.
    pub call: ToolCallId,
    /// The turn of that call.
    pub turn: TurnId,
    /// The user's message that the call worked on. Checkpoints of one message are one step: they are undone together.
    pub message: MessageId,
    /// The files, from the project's folder on.
    pub paths: Vec<String>,
    /// They were restored since, as far as nobody else had changed them.
    pub restored: bool,
}

/// A sub-agent that was given a part of the work, and with it the files that it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubAgent {
    /// Its session.
    pub session: SessionId,
    /// The call that gave it the work.
    pub call: ToolCallId,
    /// The user's message that the call worked on.
    pub message: MessageId,
}

/// The user had files restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restoration {
    /// The newest message at that time; 0 before the first.
    pub after: MessageId,
    /// The files that are again as they were before the agent changed them.
    pub restored: Vec<String>,
    /// The files that were left as they were.
    pub kept: Vec<String>,
}

impl Conversation {
    /// The checkpoints of the newest step whose files have not been restored, the newest first; none when there is
    /// nothing to undo. What sub-agents changed stands in their own logs.
    pub fn undoable(&self) -> Vec<&Checkpoint> {
        let open = || self.checkpoints.iter().rev().filter(|checkpoint| !checkpoint.restored);
        let Some(step) = open().next().map(|checkpoint| checkpoint.message) else { return Vec::new() };
        open().filter(|checkpoint| checkpoint.message == step).collect()
    }

    /// The messages that the conversation can be taken back to: those that the user wrote, oldest first.
    pub fn prompts(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().filter(|message| message.role == Role::User && message.content == ContentKind::Text)
    }

    fn newest_prompt(&self) -> MessageId {
        self.prompts().next_back().map_or(MessageId(0), |message| message.id)
    }

    pub(super) fn apply_files(&mut self, body: &EventBody) {
        match body {
            EventBody::CheckpointTaken { checkpoint, tool_call_id, paths } => {
                self.last_checkpoint = self.last_checkpoint.max(checkpoint.0);
                let turn = self.call(*tool_call_id).map(|call| call.turn).or(self.open_turn);
                let message = self.newest_prompt();
                self.checkpoints.push(Checkpoint {
                    id: *checkpoint,
                    call: *tool_call_id,
                    turn: turn.unwrap_or(TurnId(self.turns)),
                    message,
                    paths: paths.clone(),
                    restored: false,
                });
            }
            EventBody::TaskStarted { tool_call_id, session } => {
                let message = self.newest_prompt();
                self.sub_agents.push(SubAgent { session: *session, call: *tool_call_id, message });
            }
            EventBody::FilesRestored { checkpoint, restored, kept } => {
                for known in self.checkpoints.iter_mut().filter(|known| known.id == *checkpoint) {
                    known.restored = true;
                }
                let after = self.newest_message();
                self.restorations.push(Restoration { after, restored: restored.clone(), kept: kept.clone() });
            }
            _ => {}
        }
    }

    /// Takes out this message and what came after it. What was done to files stays done, so checkpoints stay; so does
    /// what the user decided about the session, and no number is given out again.
    pub(super) fn rewind(&mut self, to: MessageId, seq: u64) {
        self.messages.retain(|message| message.id < to);
        self.calls.retain(|call| call.after < to);
        self.restorations.retain(|restoration| restoration.after < to);
        self.summaries.retain(|summary| summary.up_to < to);
        self.summary = self.summaries.last().cloned();
        self.context_tokens = None;
        self.error = None;
        self.first_token_ms = None;
        self.rewound_at = seq;
    }

    /// The session is a copy of another one from here on. What that one did to files, it alone can undo, and what its
    /// requests took is not counted twice.
    pub(super) fn fork(&mut self, from: SessionId) {
        self.forked_from = Some(from);
        self.parent = None;
        self.archived = false;
        self.checkpoints.clear();
        self.sub_agents.clear();
        self.elicitations.clear();
        self.usage = Usage::default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AgentState, SessionEvent, Timestamp, ToolOutcome, TurnOutcome};

    fn fold(bodies: &[EventBody]) -> Conversation {
        let mut conversation = Conversation::default();
        for (body, seq) in bodies.iter().cloned().zip(1..) {
            conversation.apply(&SessionEvent { seq, at: Timestamp::from_millis(0), body });
        }
        conversation
    }

    /// Writes logs the way turns do, with numbers that are never given out twice.
    #[derive(Default)]
    struct Writer {
        bodies: Vec<EventBody>,
        turns: u64,
        messages: u64,
        calls: u64,
        checkpoints: u64,
    }

    impl Writer {
        fn message(&mut self, role: Role, text: &str) -> MessageId {
            self.messages += 1;
            let (message, turn, content) = (MessageId(self.messages), TurnId(self.turns), ContentKind::Text);
            self.bodies.extend([
                EventBody::MessageStarted { message, turn, role, content },
                EventBody::MessageDelta { message, text: text.to_owned() },
                EventBody::MessageFinished { message, complete: true, vendor: None },
            ]);
            message
        }

        /// A turn in which the model says something and makes this many calls, each with a checkpoint.
        fn turn(&mut self, prompt: &str, calls: u64) -> MessageId {
            self.turns += 1;
            let turn = TurnId(self.turns);
            self.bodies.push(EventBody::TurnStarted { turn, provider: "demo".into(), model: "demo".into() });
            let message = self.message(Role::User, prompt);
            self.bodies.push(EventBody::StateChanged { state: AgentState::Thinking });
            self.message(Role::Assistant, "I will");
            for _ in 0..calls {
                self.call();
            }
            self.message(Role::Assistant, "Done");
            self.bodies.extend([
                EventBody::TurnFinished { turn, outcome: TurnOutcome::Completed, stop_reason: None },
                EventBody::StateChanged { state: AgentState::Idle },
            ]);
            message
        }

        fn call(&mut self) {
            self.calls += 1;
            self.checkpoints += 1;
            let (tool_call_id, tool, params) = (ToolCallId(self.calls), "write_file".to_owned(), serde_json::json!({}));
            let (checkpoint, paths) = (CheckpointId(self.checkpoints), vec![format!("{}.txt", self.calls)]);
            self.bodies.extend([
                EventBody::ToolRequested {
                    tool_call_id,
                    turn: TurnId(self.turns),
                    tool: tool.clone(),
                    params: params.clone(),
                    vendor_id: format!("toolu_{}", self.calls),
                    vendor: None,
                },
                EventBody::ToolCall {
                    tool_call_id,
                    tool,
                    params,
                    requires_approval: false,
                    preview: None,
                    dangerous: false,
                    unconfined: false,
                    always: Vec::new(),
                    expires_at: None,
                },
                EventBody::CheckpointTaken { checkpoint, tool_call_id, paths },
                EventBody::ToolResult { tool_call_id, outcome: ToolOutcome::interrupted(), execution_time_ms: 1 },
            ]);
        }

        fn restore(&mut self, checkpoint: u64) {
            let checkpoint = CheckpointId(checkpoint);
            self.bodies.push(EventBody::FilesRestored { checkpoint, restored: vec!["a".into()], kept: vec![] });
        }
    }

    /// What a rewind brings back; the rest is counted on, or stays as the user decided.
    fn said(conversation: Conversation) -> Conversation {
        Conversation { messages: conversation.messages, calls: conversation.calls, ..Conversation::default() }
    }

    proptest! {
        #[test]
        fn a_rewound_conversation_is_the_one_before_that_message_and_numbers_go_on(
            turns in prop::collection::vec((0_u64..4, "[a-z]{1,4}"), 1..8),
            back in prop::sample::select(vec![0_usize, 1, 2, 5]),
            more in 0_u64..3,
        ) {
            let mut log = Writer::default();
            let prompts: Vec<_> = turns.iter().map(|(calls, text)| {
                let before = log.bodies.len();
                (before, log.turn(text, *calls))
            }).collect();
            let (before, to) = prompts[prompts.len() - 1 - back.min(prompts.len() - 1)];
            let whole = fold(&log.bodies);
            log.bodies.push(EventBody::ConversationRewound { to });
            let rewound = fold(&log.bodies);
            prop_assert_eq!(said(rewound.clone()), said(fold(&log.bodies[..before])));
            prop_assert_eq!((rewound.turns, rewound.last_message, rewound.last_call, rewound.last_checkpoint),
                (whole.turns, whole.last_message, whole.last_call, whole.last_checkpoint));
            prop_assert_eq!(rewound.checkpoints, whole.checkpoints, "files are another matter");
            prop_assert_eq!(rewound.rewound_at, log.bodies.len() as u64);

            log.turn("again", more);
            let after = fold(&log.bodies);
            prop_assert!(after.messages.windows(2).all(|pair| pair[0].id < pair[1].id));
            prop_assert!(after.calls.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].after <= pair[1].after));
            prop_assert!(after.prompts().next_back().is_some_and(|prompt| prompt.id > MessageId(whole.last_message)));
        }
    }

    #[test]
    fn a_message_that_was_delivered_in_the_middle_of_a_turn_can_be_taken_back_with_the_calls_after_it() {
        let mut log = Writer::default();
        log.turn("one", 1);
        log.bodies.truncate(log.bodies.len() - 2);
        let to = log.message(Role::User, "no, two");
        log.call();
        log.bodies.push(EventBody::ConversationRewound { to });
        let conversation = fold(&log.bodies);
        assert_eq!(conversation.calls.iter().map(|call| call.id).collect::<Vec<_>>(), [ToolCallId(1)]);
        assert!(conversation.messages.iter().all(|message| message.id < to));
    }

    #[test]
    fn the_checkpoints_of_one_prompt_are_undone_together_the_newest_first_and_each_once() {
        let mut log = Writer::default();
        let (first, second) = (log.turn("one", 2), log.turn("two", 2));
        log.turn("three", 0);
        let undoable = |log: &Writer| -> Vec<_> {
            fold(&log.bodies).undoable().iter().map(|checkpoint| (checkpoint.message, checkpoint.id.0)).collect()
        };
        assert_eq!(undoable(&log), [(second, 4), (second, 3)]);
        log.restore(4);
        assert_eq!(undoable(&log), [(second, 3)]);
        log.restore(3);
        assert_eq!(undoable(&log), [(first, 2), (first, 1)]);
        log.bodies.push(EventBody::ConversationRewound { to: first });
        assert_eq!(undoable(&log), [(first, 2), (first, 1)], "the files are still as the agent left them");
    }

    #[test]
    fn a_summary_that_stands_for_what_was_taken_back_gives_way_to_the_one_before() {
        let mut log = Writer::default();
        let compacted = |up_to: MessageId| EventBody::HistoryCompacted {
            up_to,
            summary: format!("up to {up_to}"),
            automatic: true,
        };
        let first = log.turn("one", 0);
        log.bodies.push(compacted(first));
        let second = log.turn("two", 0);
        log.bodies.push(compacted(second));
        log.bodies.push(EventBody::ConversationRewound { to: second });
        assert_eq!(fold(&log.bodies).summary.unwrap().up_to, first);
        log.bodies.push(EventBody::ConversationRewound { to: first });
        assert_eq!(fold(&log.bodies).summary, None);
    }

    #[test]
    fn a_copy_keeps_what_was_said_and_leaves_files_and_place_in_the_list_to_the_original() {
        let mut log = Writer::default();
        log.turn("one", 1);
        let session = SessionId::new();
        log.bodies.extend([
            EventBody::TaskStarted { tool_call_id: ToolCallId(1), session },
            EventBody::SessionParent { session, tool_call_id: ToolCallId(9) },
            EventBody::SessionArchived { archived: true },
        ]);
        let original = fold(&log.bodies);
        assert!(original.archived && original.parent == Some(session) && original.checkpoints.len() == 1);
        assert_eq!((original.sub_agents[0].session, original.sub_agents[0].message), (session, MessageId(1)));
        log.bodies.push(EventBody::SessionForked { from: session, up_to: 9 });
        let copy = fold(&log.bodies);
        assert_eq!(copy.messages, original.messages);
        assert_eq!((copy.archived, copy.parent, copy.forked_from), (false, None, Some(session)));
        assert!(copy.checkpoints.is_empty() && copy.sub_agents.is_empty());
        assert_eq!(copy.last_checkpoint, 1);
    }
}
