//! What agents may do on this machine, as a settings screen shows and changes it.

use atelier_config::{LimitChange, SandboxChange, Settings, SettingsChange};
use atelier_protocol::Effort;

use crate::{Workbench, WorkbenchError};

/// How agents work, for all projects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentSettings {
    /// Whether commands are confined. None: where that is possible. True: elsewhere none is run.
    pub confined: Option<bool>,
    /// Whether confined commands reach the network.
    pub network: bool,
    /// More folders that confined commands may write in, absolute or beginning with `~/`.
    pub writable: Vec<String>,
    /// Whether agents may be let work without being asked anything.
    pub bypass: bool,
    /// How hard models are to think; none: as each does by itself.
    pub effort: Option<Effort>,
    /// How much a turn may take.
    pub limits: AgentLimits,
    /// The program that is run when the user is wanted, with its arguments; empty for none.
    pub notify: Vec<String>,
}

/// How much a turn may take; none: as much as it does by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgentLimits {
    /// How many answers of the model, from 1 to 10,000.
    pub turns: Option<u32>,
    /// How many tokens its requests and answers may take together, at least 1.
    pub tokens: Option<u64>,
    /// How many seconds it may last, from 1 to 604,800.
    pub seconds: Option<u64>,
}

impl Workbench {
    /// How agents work, as the settings have it.
    pub async fn agent_settings(&self) -> Result<AgentSettings, WorkbenchError> {
        self.configure(|configuration| Ok(configuration.settings.load()?.into())).await
    }

    /// Changes how agents work and returns what holds then, from the next call of a tool and the next prompt on. All of it
    /// or nothing: a folder, limit or program that can't be one changes nothing.
    pub async fn save_agent_settings(&self, wanted: AgentSettings) -> Result<AgentSettings, WorkbenchError> {
        self.configure(move |configuration| Ok(configuration.settings.save(&wanted.into())?.into())).await
    }
}

impl From<Settings> for AgentSettings {
    fn from(settings: Settings) -> Self {
        let sandbox = settings.sandbox.everywhere;
        Self {
            confined: sandbox.enabled,
            network: sandbox.network.unwrap_or(false),
            writable: sandbox.writable,
            bypass: settings.allow_bypass,
            effort: settings.effort,
            limits: AgentLimits {
                turns: settings.limits.turns,
                tokens: settings.limits.tokens,
                seconds: settings.limits.seconds,
            },
            notify: settings.notify,
        }
    }
}

impl From<AgentSettings> for SettingsChange {
    fn from(wanted: AgentSettings) -> Self {
        let sandbox = SandboxChange {
            enabled: Some(wanted.confined),
            network: Some(wanted.network.then_some(true)),
            writable: Some(wanted.writable),
        };
        let effort = wanted.effort.map_or_else(String::new, |effort| effort.as_str().to_owned());
        let limits = LimitChange {
            turns: Some(wanted.limits.turns.map(u64::from)),
            tokens: Some(wanted.limits.tokens),
            seconds: Some(wanted.limits.seconds),
        };
        Self {
            effort: Some(effort),
            sandbox,
            allow_bypass: Some(wanted.bypass),
            limits,
            notify: Some(wanted.notify),
            ..Self::default()
        }
    }
}
