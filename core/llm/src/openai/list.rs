//! The list of models, which all servers of these formats have at the same path, each with what it knows.

use serde::Deserialize;

use crate::{
    ListedModel,
    http::{ListPage, ModelList},
};

/// How the list is asked for and read. It has one page.
pub(crate) struct Models;

#[derive(Deserialize)]
struct Page {
    /// Null where a server has none.
    #[serde(deserialize_with = "Option::deserialize")]
    data: Option<Vec<Model>>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
    /// `OpenRouter`.
    name: Option<String>,
    /// `OpenRouter`.
    context_length: Option<u64>,
    /// vLLM.
    max_model_len: Option<u64>,
    /// `LiteLLM`, and so the next.
    max_input_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    top_provider: Option<TopProvider>,
    architecture: Option<Architecture>,
    supported_parameters: Option<Vec<String>>,
    owned_by: Option<String>,
}

#[derive(Deserialize)]
struct TopProvider {
    max_completion_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Architecture {
    input_modalities: Option<Vec<String>>,
}

impl ModelList for Models {
    fn path(&self) -> &'static str {
        "/models"
    }

    fn query(&self, _after: Option<&str>) -> String {
        String::new()
    }

    fn read(&self, body: &[u8]) -> Result<ListPage, serde_json::Error> {
        let page: Page = serde_json::from_slice(body)?;
        Ok(ListPage { models: page.data.into_iter().flatten().map(ListedModel::from).collect(), next: None })
    }
}

impl From<Model> for ListedModel {
    fn from(model: Model) -> Self {
        let has = |list: Option<Vec<String>>, wanted: &str| list.map(|list| list.iter().any(|entry| entry == wanted));
        Self {
            id: model.id,
            label: model.name,
            context_window: model.context_length.or(model.max_model_len).or(model.max_input_tokens),
            max_output_tokens: model
                .top_provider
                .and_then(|provider| provider.max_completion_tokens)
                .or(model.max_output_tokens),
            thinking: has(model.supported_parameters, "reasoning"),
            efforts: None,
            owner: model.owned_by,
            images: has(model.architecture.and_then(|architecture| architecture.input_modalities), "image"),
        }
    }
}
