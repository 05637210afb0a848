//! Anthropic's list of models.

use std::collections::HashMap;

use atelier_protocol::{Effort, Json};
use serde::Deserialize;

use crate::{
    ListedModel,
    http::{ListPage, ModelList},
};

/// How the list is asked for and read.
pub(super) struct Models;

#[derive(Deserialize)]
struct Page {
    data: Vec<Model>,
    #[serde(default)]
    has_more: bool,
    last_id: Option<String>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
    display_name: Option<String>,
    max_input_tokens: Option<u64>,
    max_tokens: Option<u64>,
    capabilities: Option<Capabilities>,
}

#[derive(Default, Deserialize)]
struct Capabilities {
    thinking: Option<ThinkingCapability>,
    effort: Option<HashMap<String, Json>>,
    image_input: Option<Capability>,
}

#[derive(Deserialize)]
struct ThinkingCapability {
    supported: Option<bool>,
    types: Option<HashMap<String, Capability>>,
}

#[derive(Deserialize)]
struct Capability {
    supported: Option<bool>,
}

impl Capabilities {
    /// The levels of a model that decides by itself how much to think; empty for one that wants a budget.
    fn efforts(&self) -> Option<Vec<Effort>> {
        let types = self.thinking.as_ref()?.types.as_ref()?;
        let takes = |kind: &str| types.get(kind).is_some_and(|it| it.supported == Some(true));
        let has = |effort: &&Effort| {
            let level = self.effort.as_ref().and_then(|levels| levels.get(effort.as_str()));
            level.is_some_and(|level| level["supported"] == true)
        };
        let off = (takes("disabled") || takes("between_tools")).then_some(Effort::None);
        let levels = || off.into_iter().chain(Effort::ALL.iter().filter(has).copied()).collect();
        Some(if takes("adaptive") { levels() } else { Vec::new() })
    }
}

impl ModelList for Models {
    fn path(&self) -> &'static str {
        "/v1/models"
    }

    fn query(&self, after: Option<&str>) -> String {
        // The ids that the vendor gives out need no escaping; another server's must not break out of the query.
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
        let after = after.map(|id| format!("&after_id={}", id.chars().filter(plain).collect::<String>()));
        format!("limit=1000{}", after.unwrap_or_default())
    }

    fn read(&self, body: &[u8]) -> Result<ListPage, serde_json::Error> {
        let page: Page = serde_json::from_slice(body)?;
        let models = page.data.into_iter().map(ListedModel::from).collect();
        Ok(ListPage { models, next: page.last_id.filter(|_| page.has_more) })
    }
}

impl From<Model> for ListedModel {
    fn from(model: Model) -> Self {
        let has = model.capabilities.unwrap_or_default();
        Self {
            id: model.id,
            label: model.display_name,
            context_window: model.max_input_tokens,
            max_output_tokens: model.max_tokens,
            efforts: has.efforts(),
            owner: None,
            thinking: has.thinking.and_then(|thinking| thinking.supported),
            images: has.image_input.and_then(|images| images.supported),
        }
    }
}
