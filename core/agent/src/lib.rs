//! Engines and the turn loop: a prompt comes in, session events go out.
//!
//! This crate decides what a turn is: in which order its events are written, what an interrupt keeps, how a turn that
//! a dead process left behind is closed. It knows no vendor (that is `atelier-llm`), no SQL (that is `atelier-store`),
//! no settings and no screen.

mod agent;
mod answer;
mod approvals;
mod attention;
mod calls;
mod compaction;
mod elicitation;
mod error;
mod fault;
mod going_back;
mod history;
mod instructions;
mod keeping;
mod limits;
mod live_output;
mod options;
mod outside;
mod permission;
mod recovery;
mod retry;
mod rules;
mod sessions;
mod skill_tool;
mod steering;
mod task;
mod tool_run;
mod toolboxes;
mod turn;
mod turn_log;
mod turn_tools;

pub use agent::{Agent, Answerer, MAX_PROMPT_BYTES, Prompt};
pub use attention::{Messenger, News};
pub use elicitation::ElicitationReply;
pub use error::AgentError;
pub use fault::{FaultWatch, StorageFault};
pub use going_back::Restored;
pub use limits::TurnLimits;
pub use options::AgentOptions;
pub use retry::RetryPolicy;
pub use rules::{InvalidRule, NoRules, RuleSource, Rules, check_rule};
pub use steering::{MAX_QUEUED, Sent};
pub use toolboxes::{CommandRules, SessionTools};
pub use turn_tools::Approver;
