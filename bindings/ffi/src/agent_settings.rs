//! How agents work on this machine, as Swift sees it.

use atelier_protocol as protocol;
use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// How hard a model is to think; the nearest that it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Effort {
    /// Not at all.
    Nothing,
    /// Hardly.
    Minimal,
    /// A little.
    Low,
    /// As much as most questions need.
    Medium,
    /// Much.
    High,
    /// Very much.
    VeryHigh,
    /// Without restraint.
    Max,
}

/// How agents work, for all projects.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
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
    /// How many answers of the model a turn may take, from 1 to 10,000; none: as many as by default.
    pub most_answers: Option<u32>,
    /// How many tokens a turn may take, at least 1; none: as many as by default.
    pub most_tokens: Option<u64>,
    /// How many seconds a turn may last, from 1 to 604,800; none: as many as by default.
    pub most_seconds: Option<u64>,
    /// The program that is run when the user is wanted, with its arguments; empty for none.
    pub notify: Vec<String>,
}

#[uniffi::export]
impl Workbench {
    /// How agents work, as the settings have it.
    pub async fn agent_settings(&self) -> Result<AgentSettings, CoreError> {
        Ok(self.facade.agent_settings().await?.into())
    }

    /// Changes how agents work, all of it or nothing, and returns what holds then.
    pub async fn save_agent_settings(&self, settings: AgentSettings) -> Result<AgentSettings, CoreError> {
        Ok(self.facade.save_agent_settings(settings.into()).await?.into())
    }

    /// Whether agents may be let work without being asked anything, by the settings or for this process.
    pub async fn bypass_allowed(&self) -> Result<bool, CoreError> {
        Ok(self.facade.bypass_allowed().await?)
    }

    /// Has the model summarise the conversation so far; returns when it is done. False: there is nothing to summarise.
    /// [`Workbench::interrupt`] stops it.
    pub async fn compact(&self, id: String) -> Result<bool, CoreError> {
        Ok(self.facade.compact(crate::session::parse_id(&id)?).await?)
    }
}

impl From<facade::AgentSettings> for AgentSettings {
    fn from(settings: facade::AgentSettings) -> Self {
        Self {
            confined: settings.confined,
            network: settings.network,
            writable: settings.writable,
            bypass: settings.bypass,
            effort: settings.effort.map(Into::into),
            most_answers: settings.limits.turns,
            most_tokens: settings.limits.tokens,
            most_seconds: settings.limits.seconds,
            notify: settings.notify,
        }
    }
}

impl From<AgentSettings> for facade::AgentSettings {
    fn from(settings: AgentSettings) -> Self {
        Self {
            confined: settings.confined,
            network: settings.network,
            writable: settings.writable,
            bypass: settings.bypass,
            effort: settings.effort.map(Into::into),
            limits: facade::AgentLimits {
                turns: settings.most_answers,
                tokens: settings.most_tokens,
                seconds: settings.most_seconds,
            },
            notify: settings.notify,
        }
    }
}

impl From<protocol::Effort> for Effort {
    fn from(effort: protocol::Effort) -> Self {
        match effort {
            protocol::Effort::None => Self::Nothing,
            protocol::Effort::Minimal => Self::Minimal,
            protocol::Effort::Low => Self::Low,
            protocol::Effort::Medium => Self::Medium,
            protocol::Effort::High => Self::High,
            protocol::Effort::XHigh => Self::VeryHigh,
            protocol::Effort::Max => Self::Max,
        }
    }
}

impl From<Effort> for protocol::Effort {
    fn from(effort: Effort) -> Self {
        match effort {
            Effort::Nothing => Self::None,
            Effort::Minimal => Self::Minimal,
            Effort::Low => Self::Low,
            Effort::Medium => Self::Medium,
            Effort::High => Self::High,
            Effort::VeryHigh => Self::XHigh,
            Effort::Max => Self::Max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_agents_work_survives_the_way_there_and_back() {
        for effort in protocol::Effort::ALL {
            let settings = facade::AgentSettings {
                confined: Some(true),
                network: true,
                writable: vec!["~/.cache".to_owned()],
                bypass: true,
                effort: Some(effort),
                limits: facade::AgentLimits { turns: Some(7), tokens: Some(50_000), seconds: Some(60) },
                notify: vec!["/usr/bin/true".to_owned(), "x".to_owned()],
            };
            assert_eq!(facade::AgentSettings::from(AgentSettings::from(settings.clone())), settings);
        }
        let nothing = facade::AgentSettings::default();
        assert_eq!(facade::AgentSettings::from(AgentSettings::from(nothing.clone())), nothing);
    }
}
