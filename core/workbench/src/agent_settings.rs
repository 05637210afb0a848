//! What agents may do on this machine, as a settings screen shows and changes it.

use atelier_config::{SandboxChange, Settings, SettingsChange};
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
}

impl Workbench {
    /// How agents work, as the settings have it.
    pub async fn agent_settings(&self) -> Result<AgentSettings, WorkbenchError> {
        self.configure(|configuration| Ok(configuration.settings.load()?.into())).await
    }

    /// Changes how agents work and returns what holds then, from the next call of a tool and the next prompt on. All of it
    /// or nothing: a folder that can't be one changes nothing.
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
        Self { effort: Some(effort), sandbox, allow_bypass: Some(wanted.bypass), ..Self::default() }
    }
}
