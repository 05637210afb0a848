//! Google's list of models.

use serde::Deserialize;

use super::segment;
use crate::{
    ListedModel,
    http::{ListPage, ModelList},
};

/// How the list is asked for and read.
pub(super) struct Models;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    models: Vec<Model>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Model {
    name: String,
    display_name: Option<String>,
    input_token_limit: Option<u64>,
    output_token_limit: Option<u64>,
    supported_generation_methods: Option<Vec<String>>,
    thinking: Option<bool>,
}

impl ModelList for Models {
    fn path(&self) -> &'static str {
        "/models"
    }

    fn query(&self, after: Option<&str>) -> String {
        let token = after.map(|token| format!("&pageToken={}", segment(token))).unwrap_or_default();
        format!("pageSize=1000{token}")
    }

    fn read(&self, body: &[u8]) -> Result<ListPage, serde_json::Error> {
        let page: Page = serde_json::from_slice(body)?;
        let models = page.models.into_iter().filter(Model::answers).map(ListedModel::from).collect();
        Ok(ListPage { models, next: page.next_page_token.filter(|token| !token.is_empty()) })
    }
}

impl Model {
    /// The list also holds models for embeddings, pictures and speech.
    fn answers(&self) -> bool {
        let methods = self.supported_generation_methods.as_deref();
        methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
    }
}

impl From<Model> for ListedModel {
    fn from(model: Model) -> Self {
        Self {
            id: model.name.strip_prefix("models/").unwrap_or(&model.name).to_owned(),
            label: model.display_name,
            context_window: model.input_token_limit,
            max_output_tokens: model.output_token_limit,
            thinking: model.thinking,
            efforts: None,
            owner: None,
            images: None,
        }
    }
}
