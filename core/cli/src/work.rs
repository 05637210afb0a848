//! Where the agent of a session works and how far it may go.

use std::{env, path::PathBuf};

use atelier_protocol::{PermissionMode, Rule, RuleEffect, SessionId};
use atelier_workbench::{InstructionSource, Workbench};

use crate::{arguments::WorkArguments, failure::Failure};

/// Takes the rules of the command line, for this process.
pub(crate) fn take_rules(workbench: &Workbench, arguments: &WorkArguments) -> Result<(), Failure> {
    let rules = |effect, patterns: &[String]| {
        let rule = |pattern: &String| Rule { effect, pattern: pattern.trim().to_owned() };
        patterns.iter().map(rule).collect::<Vec<_>>()
    };
    let mut all = rules(RuleEffect::Deny, &arguments.deny);
    all.extend(rules(RuleEffect::Allow, &arguments.allow));
    if arguments.dangerously_skip_permissions {
        workbench.allow_bypass();
    }
    Ok(workbench.use_rules(all)?)
}

/// Sets a session up as the arguments say. One that is gone on with keeps what is not named.
pub(crate) async fn set_up(
    workbench: &Workbench,
    session: SessionId,
    arguments: &WorkArguments,
    is_new: bool,
) -> Result<(), Failure> {
    if arguments.no_sandbox {
        workbench.leave_commands_unconfined();
    }
    let folder = match &arguments.project {
        Some(folder) => Some(folder.clone()),
        None if is_new && !arguments.no_tools => current_folder(),
        None => None,
    };
    if let Some(folder) = folder {
        workbench.work_in(session, folder).await?;
    }
    let bypass = arguments.dangerously_skip_permissions.then_some(PermissionMode::BypassPermissions);
    if let Some(mode) = arguments.permission_mode.or(bypass) {
        workbench.set_mode(session, mode).await?;
    }
    Ok(())
}

/// Where the agent of a session will work; for words before the session is set up.
pub(crate) struct Place {
    /// The folder.
    pub(crate) project: String,
    /// What it is told there.
    pub(crate) instructions: Vec<InstructionSource>,
}

impl Place {
    /// None where the agent will have no tools.
    pub(crate) async fn of(
        workbench: &Workbench,
        session: Option<SessionId>,
        arguments: &WorkArguments,
    ) -> Result<Option<Self>, Failure> {
        let shown = |folder: &PathBuf| folder.display().to_string();
        let project = match (&arguments.project, session) {
            (Some(folder), _) => Some(shown(folder)),
            (None, Some(session)) => workbench.conversation(session).await?.project,
            (None, None) => current_folder().as_ref().filter(|_| !arguments.no_tools).map(shown),
        };
        let Some(project) = project else { return Ok(None) };
        let instructions = workbench.instruction_sources(PathBuf::from(&project)).await?;
        Ok(Some(Self { project, instructions }))
    }
}

/// The folder we are in, if someone would want an agent to work in it: not the whole home folder, nor the whole disk.
pub(crate) fn current_folder() -> Option<PathBuf> {
    let folder = env::current_dir().ok()?;
    let home = env::home_dir().and_then(|home| home.canonicalize().ok());
    let whole = folder.parent().is_none() || Some(&folder) == home.as_ref();
    (!whole).then_some(folder)
}
