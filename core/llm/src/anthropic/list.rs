//! Anthropic's list of models.

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

#[derive(Deserialize)]
struct Capabilities {
    thinking: Option<Capability>,
    image_input: Option<Capability>,
}

#[derive(Deserialize)]
struct Capability {
    supported: Option<bool>,
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
        let (thinking, images) = model.capabilities.map_or((None, None), |has| (has.thinking, has.image_input));
        Self {
            id: model.id,
            label: model.display_name,
            context_window: model.max_input_tokens,
            max_output_tokens: model.max_tokens,
            thinking: thinking.and_then(|thinking| thinking.supported),
            images: images.and_then(|images| images.supported),
        }
    }
}
