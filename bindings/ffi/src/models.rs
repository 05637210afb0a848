//! The models that can be asked for, and the choice of one, as Swift sees them.

use atelier_workbench as facade;

use crate::{CoreError, Effort, ProviderChoice, Workbench};

/// A model that Atelier knows. Others work as well, by the id their provider gives them.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ModelEntry {
    /// Its id, as its provider names it.
    pub id: String,
    /// The name that people read.
    pub label: String,
    /// The provider, as in events: `anthropic`.
    pub provider: String,
    /// Whether the provider can be asked: it has a key, or needs none.
    pub available: bool,
    /// Whether it is the provider's model when none is chosen.
    pub is_default: bool,
    /// How many tokens fit.
    pub context_window: u64,
    /// Today's price of a million input tokens of a short request, in millionths of a US dollar, where it is known.
    pub input_price: Option<u64>,
    /// The same of output tokens.
    pub output_price: Option<u64>,
}

/// Who answers one prompt. What is None is as the settings have it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TurnChoice {
    /// Who is asked.
    pub provider: Option<ProviderChoice>,
    /// The model's id or another name for it.
    pub model: Option<String>,
    /// How hard it is to think.
    pub effort: Option<Effort>,
    /// The calls that need no question in this turn, as rules: what the user's own command allows.
    pub allowed: Vec<String>,
}

/// What asking a provider for its list of models came to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ModelRefresh {
    /// The provider, as in events: `anthropic`.
    pub provider: String,
    /// Its name for people.
    pub label: String,
    /// How many models it lists.
    pub models: u64,
    /// Why there is no new list, in a sentence; what an earlier one said stays.
    pub problem: Option<String>,
}

/// A program on this machine that can be asked, once the user says so: by its base URL as the one of the provider
/// `Compatible`.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LocalServer {
    /// Which program it is: `ollama`, `lmstudio`, `llamacpp`, `vllm`; `compatible` where it does not say.
    pub kind: String,
    /// The same for people.
    pub label: String,
    /// Its base URL.
    pub base_url: String,
    /// The ids of its models.
    pub models: Vec<String>,
}

#[uniffi::export]
impl Workbench {
    /// Asks the providers that are set up, or only this one, which models they have now, and keeps what they say; then
    /// `models()` has them. To be called when the user wants to know. Takes 30 seconds at most.
    pub async fn refresh_models(&self, provider: Option<ProviderChoice>) -> Result<Vec<ModelRefresh>, CoreError> {
        Ok(self.facade.refresh_models(provider.map(Into::into)).await?.into_iter().map(Into::into).collect())
    }

    /// Looks for model servers on this machine's usual ports. To be called when the user wants to know, and never else.
    /// Takes four seconds at most.
    pub async fn local_servers(&self) -> Result<Vec<LocalServer>, CoreError> {
        Ok(self.facade.local_servers().await?.into_iter().map(Into::into).collect())
    }

    /// The models that Atelier knows, each provider's best first, and which of them can be asked now.
    pub async fn models(&self) -> Result<Vec<ModelEntry>, CoreError> {
        Ok(self.facade.models().await?.into_iter().map(Into::into).collect())
    }
}

impl From<facade::ModelEntry> for ModelEntry {
    fn from(entry: facade::ModelEntry) -> Self {
        Self {
            id: entry.id,
            label: entry.label,
            provider: entry.provider,
            available: entry.available,
            is_default: entry.default,
            context_window: entry.context_window,
            input_price: entry.input_price,
            output_price: entry.output_price,
        }
    }
}

impl From<facade::ModelRefresh> for ModelRefresh {
    fn from(refresh: facade::ModelRefresh) -> Self {
        let models = u64::try_from(refresh.models).unwrap_or(u64::MAX);
        Self { provider: refresh.provider, label: refresh.label, models, problem: refresh.problem }
    }
}

impl From<facade::LocalServer> for LocalServer {
    fn from(server: facade::LocalServer) -> Self {
        Self { kind: server.kind, label: server.label, base_url: server.base_url, models: server.models }
    }
}

impl From<TurnChoice> for facade::TurnChoice {
    fn from(choice: TurnChoice) -> Self {
        Self { provider: choice.provider.map(Into::into), model: choice.model, effort: choice.effort.map(Into::into) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_keeps_what_the_app_shows() {
        let entry = facade::ModelEntry {
            id: "claude-sonnet-5-5".to_owned(),
            label: "Claude Sonnet 5.5".to_owned(),
            aliases: vec!["sonnet".to_owned()],
            provider: "anthropic".to_owned(),
            available: true,
            default: true,
            context_window: 1_000_000,
            max_output_tokens: 128_000,
            thinking: true,
            images: true,
            tools: true,
            input_price: Some(2_000_000),
            output_price: None,
            known_from: Vec::new(),
            listed_at: None,
        };
        let expected = ModelEntry {
            id: "claude-sonnet-5-5".to_owned(),
            label: "Claude Sonnet 5.5".to_owned(),
            provider: "anthropic".to_owned(),
            available: true,
            is_default: true,
            context_window: 1_000_000,
            input_price: Some(2_000_000),
            output_price: None,
        };
        assert_eq!(ModelEntry::from(entry), expected);
    }

    #[test]
    fn a_choice_keeps_provider_model_and_effort() {
        let choice = TurnChoice {
            provider: Some(ProviderChoice::OpenAi),
            model: Some("gpt-6.1-sol".to_owned()),
            effort: Some(Effort::High),
            allowed: vec!["Edit".to_owned()],
        };
        let expected = facade::TurnChoice {
            provider: Some(facade::ProviderChoice::OpenAi),
            model: Some("gpt-6.1-sol".to_owned()),
            effort: Some(atelier_protocol::Effort::High),
        };
        assert_eq!(facade::TurnChoice::from(choice), expected);
    }
}
