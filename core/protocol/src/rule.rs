//! Rules: what the user has said once and for all about tools.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a rule says about the calls it covers. The strictest of the rules that cover a call counts: deny, then ask, then
/// allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleEffect {
    /// They are never made, whatever the mode.
    Deny,
    /// The user is asked, whatever the mode.
    Ask,
    /// They are made without asking.
    Allow,
}

impl RuleEffect {
    /// All of them, the strictest first.
    pub const ALL: [Self; 3] = [Self::Deny, Self::Ask, Self::Allow];

    /// The name in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Ask => "ask",
            Self::Allow => "allow",
        }
    }
}

impl fmt::Display for RuleEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no such effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A rule can allow, ask or deny; begin it with one of these words.")]
pub struct InvalidRuleEffect;

impl FromStr for RuleEffect {
    type Err = InvalidRuleEffect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == name).ok_or(InvalidRuleEffect)
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// What it says.
    pub effect: RuleEffect,
    /// About which calls: a tool, perhaps narrowed: `Bash(git commit:*)`, `Edit(src/**)`, `write_file`.
    pub pattern: String,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.effect, self.pattern)
    }
}

/// For which work a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleScope {
    /// In one session.
    Session,
    /// In all sessions that work in one folder.
    Project,
    /// Everywhere.
    Global,
}
