//! What a user can do about an agent at work: where it works, how far it may go, and whether a tool may run.

use std::path::{Path, PathBuf};

use atelier_protocol::{Conversation, Decision, PermissionMode, SessionId, ToolCallId};

use crate::{ErrorKind, ProviderChoice, TurnChoice, Workbench, WorkbenchError, workbench::blocking};

impl Workbench {
    /// From now on the session works in this folder, and its model has tools. The folder must exist; links in its path
    /// are resolved.
    pub async fn work_in(&self, id: SessionId, folder: PathBuf) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move {
            let project = blocking(move || project_in(&folder)).await?;
            Ok(agent.work_in(id, project).await?)
        })
        .await
    }

    /// From now on the session's agent may go this far without asking. The mode that asks for nothing has to be allowed
    /// first: by the setting `allowBypassPermissions`, or by [`Workbench::allow_bypass`].
    pub async fn set_mode(&self, id: SessionId, mode: PermissionMode) -> Result<(), WorkbenchError> {
        if mode == PermissionMode::BypassPermissions && !self.bypass_allowed().await? {
            let message = "Working without being asked is switched off; if you want it, set allowBypassPermissions to \
                           true first.";
            return Err(WorkbenchError::new(ErrorKind::Denied, message));
        }
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.set_mode(id, mode).await?) }).await
    }

    /// Writes down the answer to the question whether a tool may run, and goes on with the turn where no process runs
    /// it. When this returns, the answer is on the disk. The same answer again is fine; the contrary one is an error.
    pub async fn resolve(&self, id: SessionId, call: ToolCallId, decision: Decision) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.resolve(id, call, decision).await?) }).await?;
        self.go_on(id).await.map(drop)
    }

    /// Goes on with a turn that waits for the user since another process ended: its question can be answered then, and
    /// what was allowed is done. Where none waits, prompts that were left in the queue begin a turn. False: there is
    /// neither. The model and provider are those of the newest turn.
    pub async fn go_on(&self, id: SessionId) -> Result<bool, WorkbenchError> {
        let (configuration, agent) = (self.parts.configuration.clone(), self.parts.agent.clone());
        self.run(async move {
            let answerer = |conversation: Conversation| {
                blocking(move || Ok((configuration.answerer(&choice_of(&conversation))?, configuration.limits()?)))
            };
            agent.go_on(id, answerer).await
        })
        .await
    }
}

/// Who answered so far.
pub(crate) fn choice_of(conversation: &Conversation) -> TurnChoice {
    let provider = ProviderChoice::from_name(&conversation.provider);
    TurnChoice { provider, model: Some(conversation.model.clone()), effort: None }
}

pub(crate) fn project_in(folder: &Path) -> Result<String, WorkbenchError> {
    let cannot = |reason: &str| {
        let message = format!("An agent can't work in {} ({reason}); choose a folder that exists.", folder.display());
        WorkbenchError::new(ErrorKind::InvalidRequest, message)
    };
    let folder = folder.canonicalize().map_err(|error| cannot(&error.to_string()))?;
    if !folder.is_dir() {
        return Err(cannot("it is no folder"));
    }
    folder.into_os_string().into_string().map_err(|_| cannot("its path is not Unicode"))
}
