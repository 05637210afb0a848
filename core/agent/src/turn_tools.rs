//! What the model may use in a turn.

use atelier_checkpoints::SessionCheckpoints;
use atelier_llm::ToolSpec;
use atelier_protocol::PermissionMode;
use atelier_tools::{Mode, Toolbox};

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
    /// What the model is told about its work and place.
    pub(crate) instructions: String,
}

impl TurnTools {
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
