//! Rules about tools: what the user has allowed, forbidden or wants to be asked about once and for all.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use atelier_agent::{InvalidRule, RuleSource, Rules, check_rule};
use atelier_config::{Permissions, PermissionsError, SettingsFile, project_rules};
use atelier_protocol::{Decision, Rule, RuleEffect, RuleScope, SessionId, ToolCallId};
use serde::Serialize;

use crate::{ErrorKind, Workbench, WorkbenchError, agents::project_in, workbench::blocking};

/// A rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedRule {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// Where it stands.
    pub source: RuleOrigin,
    /// Why it does not hold, in a sentence; none where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOrigin {
    /// The user set it for all folders.
    Global,
    /// The user set it for this folder.
    Project,
    /// It stands in a file of the folder itself.
    ProjectFile,
    /// It was given to this process alone.
    Process,
}

/// What the agent asks for rules.
pub(crate) struct RuleBook {
    permissions: Permissions,
    settings: SettingsFile,
    process: Mutex<ProcessRules>,
}

#[derive(Default)]
struct ProcessRules {
    rules: Vec<Rule>,
    bypass: bool,
}

impl RuleBook {
    pub(crate) fn new(config: &Path) -> Self {
        let (permissions, settings) = (Permissions::new(config), SettingsFile::new(config));
        Self { permissions, settings, process: Mutex::default() }
    }

    fn process(&self) -> MutexGuard<'_, ProcessRules> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn allows_bypass(&self) -> bool {
        // Settings that can't be read switch nothing on.
        self.process().bypass || self.settings.load().is_ok_and(|settings| settings.allow_bypass)
    }

    fn listed(&self, project: Option<&str>) -> Result<Vec<ListedRule>, WorkbenchError> {
        let listed = |rules: Vec<Rule>, source| {
            rules.into_iter().map(move |rule| {
                let problem = check_rule(&rule).err().map(|error| error.to_string());
                ListedRule { rule, source, problem }
            })
        };
        let mut all: Vec<_> = listed(self.process().rules.clone(), RuleOrigin::Process).collect();
        all.extend(listed(self.permissions.rules(None)?, RuleOrigin::Global));
        if let Some(project) = project {
            all.extend(listed(self.permissions.rules(Some(project))?, RuleOrigin::Project));
            let found = project_rules(Path::new(project));
            all.extend(listed(found.followed, RuleOrigin::ProjectFile));
            all.extend(listed(found.left_out, RuleOrigin::ProjectFile).map(|listed| {
                let problem = "A project's own files can't allow anything; add the rule yourself if you agree.";
                ListedRule { problem: Some(problem.to_owned()), ..listed }
            }));
        }
        Ok(all)
    }
}

impl RuleSource for RuleBook {
    fn rules(&self, project: &str) -> Result<Rules, String> {
        let mut rules = self.permissions.rules_for(project).map_err(|error| error.to_string())?;
        rules.extend(project_rules(Path::new(project)).followed);
        rules.extend(self.process().rules.iter().cloned());
        Ok(Rules { rules, bypass: self.allows_bypass() })
    }
}

impl Workbench {
    /// All rules that stand anywhere for the work in a folder, or for that in all folders, the strictest place first. One
    /// with a `problem` does not hold.
    pub async fn rules(&self, project: Option<PathBuf>) -> Result<Vec<ListedRule>, WorkbenchError> {
        self.with_rules(move |book| book.listed(project_of(project.as_deref())?.as_deref())).await
    }

    /// Adds a rule for a folder, or for all. It holds from the next call on, in every process. False: it was there.
    pub async fn add_rule(&self, project: Option<PathBuf>, rule: Rule) -> Result<bool, WorkbenchError> {
        self.with_rules(move |book| {
            check_rule(&rule)?;
            Ok(book.permissions.add(project_of(project.as_deref())?.as_deref(), &rule)?)
        })
        .await
    }

    /// Takes a rule out again; false: it was not there.
    pub async fn remove_rule(&self, project: Option<PathBuf>, rule: Rule) -> Result<bool, WorkbenchError> {
        self.with_rules(move |book| Ok(book.permissions.remove(project_of(project.as_deref())?.as_deref(), &rule)?))
            .await
    }

    /// These rules hold as long as this workbench is open, in this process alone, beside those that are kept.
    pub fn use_rules(&self, rules: Vec<Rule>) -> Result<(), WorkbenchError> {
        rules.iter().try_for_each(check_rule)?;
        self.parts.rules.process().rules = rules;
        Ok(())
    }

    /// As long as this workbench is open, in this process, agents may be let work without being asked anything. What rules
    /// forbid stays forbidden, and nothing outside the session's folder can be reached by the file tools.
    pub fn allow_bypass(&self) {
        self.parts.rules.process().bypass = true;
    }

    /// Whether agents may be let work without being asked anything, by the settings or for this process.
    pub async fn bypass_allowed(&self) -> Result<bool, WorkbenchError> {
        self.with_rules(|book| Ok(book.allows_bypass())).await
    }

    /// The rules that “always” would write for a question; empty where none is narrow enough.
    pub async fn always_rules(&self, id: SessionId, call: ToolCallId) -> Result<Vec<String>, WorkbenchError> {
        let conversation = self.conversation(id).await?;
        let question = conversation.questions().find(|(asked, _)| asked.id == call);
        Ok(question.map(|(_, question)| question.always.clone()).unwrap_or_default())
    }

    /// Allows a call, and such calls from now on: in the session, in its folder or everywhere. Where no rule is narrow
    /// enough, only the session may remember it, and that is an error for the others.
    pub async fn resolve_always(
        &self,
        id: SessionId,
        call: ToolCallId,
        scope: RuleScope,
    ) -> Result<(), WorkbenchError> {
        if scope == RuleScope::Session {
            return self.resolve(id, call, Decision::Approved { always: true }).await;
        }
        let patterns = self.always_rules(id, call).await?;
        if patterns.is_empty() {
            let message = "No rule is narrow enough for this call; allow it once, or add a rule yourself.";
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
        }
        let project = self.conversation(id).await?.project.map(PathBuf::from);
        if scope == RuleScope::Project && project.is_none() {
            return Err(WorkbenchError::new(
                ErrorKind::InvalidRequest,
                "This session works in no folder; allow it once.",
            ));
        }
        self.resolve(id, call, Decision::Approved { always: false }).await?;
        for pattern in patterns {
            let project = project.clone().filter(|_| scope == RuleScope::Project);
            self.add_rule(project, Rule { effect: RuleEffect::Allow, pattern }).await?;
        }
        Ok(())
    }

    async fn with_rules<T: Send + 'static>(
        &self,
        work: impl FnOnce(&RuleBook) -> Result<T, WorkbenchError> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let parts = self.parts.clone();
        self.run(blocking(move || work(&parts.rules))).await
    }
}

/// The folder as rules are kept for it: absolute, links resolved.
fn project_of(folder: Option<&Path>) -> Result<Option<String>, WorkbenchError> {
    folder.map(project_in).transpose()
}

impl From<InvalidRule> for WorkbenchError {
    fn from(error: InvalidRule) -> Self {
        Self::new(ErrorKind::InvalidRequest, error.to_string())
    }
}

impl From<PermissionsError> for WorkbenchError {
    fn from(error: PermissionsError) -> Self {
        let kind = match error {
            PermissionsError::Full => ErrorKind::InvalidRequest,
            PermissionsError::Broken { .. } => ErrorKind::Configuration,
            _ => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}
