//! Rules about tools, as Swift sees them.

use atelier_protocol as protocol;
use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// What a rule says about the calls that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum RuleEffect {
    /// They are never made, whatever the mode.
    Deny,
    /// The user is asked, whatever the mode.
    Ask,
    /// They are made without asking.
    Allow,
}

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
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

/// A rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ListedRule {
    /// What it says.
    pub effect: RuleEffect,
    /// About which calls: `Bash(git commit:*)`, `write_file`.
    pub pattern: String,
    /// Where it stands.
    pub origin: RuleOrigin,
    /// Why it does not hold, in a sentence; none where it does.
    pub problem: Option<String>,
}

#[uniffi::export]
impl Workbench {
    /// All rules that stand anywhere for the work in a folder, or for that in all folders, the strictest place first.
    pub async fn rules(&self, project: Option<String>) -> Result<Vec<ListedRule>, CoreError> {
        Ok(self.facade.rules(project.map(Into::into)).await?.into_iter().map(Into::into).collect())
    }

    /// Adds a rule for a folder, or for all. It holds from the next call on. False: it was there.
    pub async fn add_rule(
        &self,
        project: Option<String>,
        effect: RuleEffect,
        pattern: String,
    ) -> Result<bool, CoreError> {
        let rule = protocol::Rule { effect: effect.into(), pattern };
        Ok(self.facade.add_rule(project.map(Into::into), rule).await?)
    }

    /// Takes a rule out again; false: it was not there.
    pub async fn remove_rule(
        &self,
        project: Option<String>,
        effect: RuleEffect,
        pattern: String,
    ) -> Result<bool, CoreError> {
        let rule = protocol::Rule { effect: effect.into(), pattern };
        Ok(self.facade.remove_rule(project.map(Into::into), rule).await?)
    }
}

impl From<facade::ListedRule> for ListedRule {
    fn from(listed: facade::ListedRule) -> Self {
        Self {
            effect: listed.rule.effect.into(),
            pattern: listed.rule.pattern,
            origin: match listed.source {
                facade::RuleOrigin::Global => RuleOrigin::Global,
                facade::RuleOrigin::Project => RuleOrigin::Project,
                facade::RuleOrigin::ProjectFile => RuleOrigin::ProjectFile,
                facade::RuleOrigin::Process => RuleOrigin::Process,
            },
            problem: listed.problem,
        }
    }
}

impl From<protocol::RuleEffect> for RuleEffect {
    fn from(effect: protocol::RuleEffect) -> Self {
        match effect {
            protocol::RuleEffect::Deny => Self::Deny,
            protocol::RuleEffect::Ask => Self::Ask,
            protocol::RuleEffect::Allow => Self::Allow,
        }
    }
}

impl From<RuleEffect> for protocol::RuleEffect {
    fn from(effect: RuleEffect) -> Self {
        match effect {
            RuleEffect::Deny => Self::Deny,
            RuleEffect::Ask => Self::Ask,
            RuleEffect::Allow => Self::Allow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_says_survives_the_way_there_and_back() {
        for effect in protocol::RuleEffect::ALL {
            assert_eq!(protocol::RuleEffect::from(RuleEffect::from(effect)), effect);
        }
    }
}
