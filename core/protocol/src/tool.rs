//! Tool calls: what a model asked for, whether it may happen, and what came of it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Json, MessageId, SessionId, Timestamp, TurnId};

/// The number of a tool call in its session, from 1. Written `tc_` and the number, as the HTTP contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ToolCallId(pub u64);

impl fmt::Display for ToolCallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tc_{}", self.0)
    }
}

/// The text is not a tool call's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the id of a tool call; give one such as tc_1.")]
pub struct InvalidToolCallId(String);

impl FromStr for ToolCallId {
    type Err = InvalidToolCallId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("tc_").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or_else(|| InvalidToolCallId(text.chars().take(64).collect()))
    }
}

impl Serialize for ToolCallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ToolCallId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How far the agent may go without asking. The names are those of the agent contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PermissionMode {
    /// Reading is free, everything else is asked for.
    #[default]
    Default,
    /// Changes to files are made without asking; what is dangerous is asked for.
    AcceptEdits,
    /// Reading only: nothing else is offered to the model.
    Plan,
    /// Nothing is asked for. The user has to switch this on.
    BypassPermissions,
}

impl PermissionMode {
    /// All of them, the most careful kind of working first.
    pub const ALL: [Self; 4] = [Self::Plan, Self::Default, Self::AcceptEdits, Self::BypassPermissions];

    /// The name in the log, in settings and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::AcceptEdits => "acceptEdits",
            Self::Plan => "plan",
            Self::BypassPermissions => "bypassPermissions",
        }
    }

    /// The mode of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// The answer to a question whether a tool may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It may run.
    Approved {
        /// Such calls are not asked about again in this session: all of this tool, unless the call is dangerous; then
        /// those that the question's rules cover.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        always: bool,
    },
    /// It may not.
    Rejected {
        /// What the user wants the model to know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// Nobody answered in time.
    TimedOut,
}

impl Decision {
    /// Whether it lets the tool run.
    pub fn allows(&self) -> bool {
        matches!(self, Self::Approved { .. })
    }
}

/// What came of a tool call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ToolOutcome {
    /// It ran.
    Success {
        /// What it answers.
        result: ToolAnswer,
    },
    /// It failed, or could not be tried.
    Error {
        /// How.
        error: ToolError,
    },
    /// It was not run, because it was not allowed.
    Rejected {
        /// Why, in a few words.
        reason: String,
        /// What the user said to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_message: Option<String>,
    },
}

/// What a tool answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolAnswer {
    /// The text for the model.
    pub content: String,
    /// More of it for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Json>,
}

/// How a tool failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolError {
    /// For programs: `PERMISSION_DENIED`, `INVALID_TOOL_CALL` and others.
    pub code: String,
    /// For the model and for people.
    pub message: String,
    /// Whether trying again may help.
    pub recoverable: bool,
}

impl ToolOutcome {
    /// The call was cut off before it could be settled. Whether it took effect is not known.
    pub fn interrupted() -> Self {
        Self::Rejected { reason: "Interrupted".to_owned(), user_message: None }
    }

    /// Nobody said in time whether it may run.
    pub fn timed_out() -> Self {
        Self::Rejected { reason: "Approval timed out".to_owned(), user_message: None }
    }

    /// The user said no.
    pub fn refused(user_message: Option<String>) -> Self {
        Self::Rejected { reason: "User rejected the operation".to_owned(), user_message }
    }

    /// Whether it ran and succeeded.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }

    /// What the model is told.
    pub fn text_for_model(&self) -> String {
        match self {
            Self::Success { result } => result.content.clone(),
            Self::Error { error } => error.message.clone(),
            Self::Rejected { reason, user_message: None } => reason.clone(),
            Self::Rejected { reason, user_message: Some(message) } => format!("{reason}: {message}"),
        }
    }
}

/// How a file changed. The names are those of the HTTP contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileOperation {
    /// The whole file was written.
    Write,
    /// A part of it was replaced.
    Edit,
    /// It is gone.
    Delete,
    /// A folder was made.
    CreateDirectory,
    /// It was copied there.
    Copy,
}

/// A tool call as the log tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// Its number.
    pub id: ToolCallId,
    /// The turn it belongs to.
    pub turn: TurnId,
    /// The answer it is part of: calls that were asked for together have the same number, later ones a higher one.
    pub answer: u64,
    /// The newest message when the model asked: the call stands right after it. 0 before the first message.
    pub after: MessageId,
    /// The last message of the answer that the call is part of: its result stands after that one and before the next
    /// answer. None while the answer may still go on.
    pub answer_end: Option<MessageId>,
    /// The tool.
    pub tool: String,
    /// The arguments: a JSON object.
    pub params: Json,
    /// The provider whose model asked. The vendor's id and data are only good for it and that model.
    pub provider: String,
    /// The model that asked.
    pub model: String,
    /// The vendor's own id of the call.
    pub vendor_id: String,
    /// What the vendor wants back with the call.
    pub vendor: Option<Json>,
    /// The answer to the newest question about it, once there is one.
    pub decision: Option<Decision>,
    /// It has run in the sandbox, which refused it something: what is asked is whether to run it again, outside.
    pub tried_confined: bool,
    /// How far it has come.
    pub stage: ToolStage,
    /// The session that does it, or did, where that is one of its own.
    pub task: Option<SessionId>,
}

/// How far a tool call has come.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolStage {
    /// The model has asked for it.
    Requested,
    /// The user is asked.
    Waiting(Question),
    /// The user said yes; it has not begun.
    Allowed,
    /// It runs, or ran when the process died.
    Running,
    /// The user said no, or nobody answered in time.
    Refused(Decision),
    /// It is over.
    Settled(ToolOutcome),
}

/// What the user is asked about a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What would happen: a diff, a command.
    pub preview: Option<String>,
    /// It can't be undone, or reaches beyond the project.
    pub dangerous: bool,
    /// It would run outside the sandbox in which commands run.
    pub unconfined: bool,
    /// The rules that would allow such calls from here on: what “always” writes. Empty: there are none narrow enough.
    pub always: Vec<String>,
    /// When it counts as refused.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_written_with_its_prefix_and_read_back() {
        assert_eq!(serde_json::to_value(ToolCallId(17)).unwrap(), json!("tc_17"));
        assert_eq!("tc_17".parse(), Ok(ToolCallId(17)));
        for text in ["17", "tc_", "tc_+1", "tc_1 ", "TC_1", "tc_99999999999999999999"] {
            assert!(text.parse::<ToolCallId>().is_err(), "{text}");
        }
    }

    #[test]
    fn outcomes_have_the_contract_s_shapes() {
        let success = ToolOutcome::Success { result: ToolAnswer { content: "ok".into(), metadata: None } };
        assert_eq!(serde_json::to_value(&success).unwrap(), json!({"status": "success", "result": {"content": "ok"}}));
        let error = ToolError { code: "PERMISSION_DENIED".into(), message: "No.".into(), recoverable: false };
        assert_eq!(
            serde_json::to_value(ToolOutcome::Error { error }).unwrap(),
            json!({"status": "error", "error": {"code": "PERMISSION_DENIED", "message": "No.", "recoverable": false}})
        );
        assert_eq!(
            serde_json::to_value(ToolOutcome::interrupted()).unwrap(),
            json!({"status": "rejected", "reason": "Interrupted"})
        );
    }

    #[test]
    fn modes_have_one_name_everywhere() {
        for mode in PermissionMode::ALL {
            assert_eq!(serde_json::to_value(mode).unwrap(), json!(mode.as_str()));
            assert_eq!(PermissionMode::from_name(mode.as_str()), Some(mode));
        }
    }
}
