//! What the model may use in a turn.

use std::sync::Arc;

use atelier_checkpoints::SessionCheckpoints;
use atelier_llm::ToolSpec;
use atelier_protocol::{Conversation, PermissionMode, Rule, RuleEffect};
use atelier_tools::{Mode, Toolbox};

use crate::{
    permission,
    rules::{RuleSource, Rules},
};

/// Whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approver {
    /// The user, who may take their time.
    User,
    /// Nobody: what would be asked about is refused, and the model is told so.
    Nobody,
}

/// What the model may use in a turn.
pub(crate) struct TurnTools {
    pub(crate) toolbox: Toolbox,
    /// Where files are kept before they are changed.
    pub(crate) checkpoints: SessionCheckpoints,
    pub(crate) approver: Approver,
    /// What the user has said once and for all.
    pub(crate) rules: Arc<dyn RuleSource>,
    /// What is allowed in this turn alone.
    pub(crate) allowed: Vec<String>,
    /// What the model is told about its work and place.
    pub(crate) instructions: String,
}

impl TurnTools {
    /// The mode that counts. Where the rules can't be read, nothing is switched on.
    pub(crate) async fn mode(&self, conversation: &Conversation) -> PermissionMode {
        let bypass = self.rules(conversation).await.is_ok_and(|rules| rules.bypass);
        permission::effective(conversation.mode, bypass)
    }

    /// The rules that hold now: those of the user, of the session and of the turn. An error is a sentence.
    pub(crate) async fn rules(&self, conversation: &Conversation) -> Result<Rules, String> {
        let (source, project) = (Arc::clone(&self.rules), conversation.project.clone().unwrap_or_default());
        let read = tokio::task::spawn_blocking(move || source.rules(&project)).await;
        let mut rules = read.unwrap_or_else(|_| Err("The rules could not be read; restart Atelier.".to_owned()))?;
        let allow = |pattern: &String| Rule { effect: RuleEffect::Allow, pattern: pattern.clone() };
        rules.rules.extend(conversation.session_rules.iter().chain(&self.allowed).map(allow));
        Ok(rules)
    }

    /// What the model is offered.
    pub(crate) async fn offered(&self, mode: PermissionMode) -> Vec<ToolSpec> {
        let spec = |tool: atelier_tools::ToolSpec| ToolSpec {
            name: tool.name,
            description: tool.description,
            input_schema: tool.input_schema,
        };
        self.toolbox.specs(kind_of_work(mode)).await.into_iter().map(spec).collect()
    }
}

/// The tools' own name for what a mode allows.
pub(crate) fn kind_of_work(mode: PermissionMode) -> Mode {
    if mode == PermissionMode::Plan { Mode::Plan } else { Mode::Build }
}
