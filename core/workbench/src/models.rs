//! The models that can be asked for, and what answers cost.

use std::collections::BTreeMap;

use atelier_llm::{Catalogue, ModelInfo, Thinking};
use atelier_protocol::{Timestamp, Usage};
use serde::Serialize;

use crate::model_lists::ModelList;

/// A model that Atelier knows. Others work as well, by their vendor's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct ModelEntry {
    /// Its id, as its vendor names it.
    pub id: String,
    /// The name that people read.
    pub label: String,
    /// Other names that may be given for it.
    pub aliases: Vec<String>,
    /// The provider, as in settings: `anthropic`.
    pub provider: String,
    /// Whether the provider can be asked: it has a key, or needs none.
    pub available: bool,
    /// Whether it is the provider's model when none is chosen.
    pub default: bool,
    /// How many tokens fit.
    pub context_window: u64,
    /// The longest answer, in tokens.
    pub max_output_tokens: u64,
    /// Whether it can think before it answers.
    pub thinking: bool,
    /// Whether it sees pictures.
    pub images: bool,
    /// Whether it can use tools.
    pub tools: bool,
    /// Today's price of a million input tokens of a short request, in millionths of a US dollar, where it is known.
    pub input_price: Option<u64>,
    /// The same of output tokens.
    pub output_price: Option<u64>,
    /// Who says that there is such a model.
    pub known_from: Vec<ModelSource>,
    /// When the provider's list that names it was asked for; none if it is in none.
    pub listed_at: Option<Timestamp>,
}

/// Who says that there is a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSource {
    /// Atelier knows it by itself.
    BuiltIn,
    /// Its provider lists it.
    Listed,
    /// The user.
    Own,
}

/// What asking a provider for its list of models came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRefresh {
    /// The provider, as in settings: `anthropic`.
    pub provider: String,
    /// Its name for people.
    pub label: String,
    /// How many models it lists.
    pub models: usize,
    /// Why there is no new list, in a sentence; what an earlier one said stays.
    pub problem: Option<String>,
}

/// All known models, each vendor's best first. `servers`: the providers that can be asked, with their servers.
///
/// What only a list names is left out where that was another server's, and where its name says that it does not talk.
pub(crate) fn entries(
    catalogue: &Catalogue,
    servers: &BTreeMap<&str, String>,
    lists: &BTreeMap<String, ModelList>,
) -> Vec<ModelEntry> {
    let now = Timestamp::now();
    let entry = |model: &ModelInfo| {
        let server = servers.get(model.vendor.as_str());
        let list = lists.get(&model.vendor).filter(|list| server == Some(&list.base_url));
        let only_listed = model.known_from.listed && !model.known_from.builtin && !model.known_from.own;
        let shown = !only_listed || list.is_some() && talks(&model.id);
        shown.then(|| entry(catalogue, model, server.is_some(), list.map(|list| list.at), now))
    };
    catalogue.models().iter().filter_map(entry).collect()
}

/// Whether a model of that name may answer with text. Vendors' lists have all their models, and don't say.
fn talks(id: &str) -> bool {
    const SILENT: [&str; 13] = [
        "embed",
        "whisper",
        "tts",
        "dall-e",
        "image",
        "moderation",
        "transcribe",
        "realtime",
        "rerank",
        "sora",
        "veo",
        "imagen",
        "audio",
    ];
    let id = id.to_ascii_lowercase();
    !SILENT.iter().any(|silent| id.contains(silent))
}

fn entry(
    catalogue: &Catalogue,
    model: &ModelInfo,
    available: bool,
    list: Option<Timestamp>,
    now: Timestamp,
) -> ModelEntry {
    let from = model.known_from;
    let known_from =
        [(from.builtin, ModelSource::BuiltIn), (from.listed, ModelSource::Listed), (from.own, ModelSource::Own)];
    ModelEntry {
        known_from: known_from.into_iter().filter_map(|(says, source)| says.then_some(source)).collect(),
        listed_at: list.filter(|_| from.listed),
        id: model.id.clone(),
        label: model.label.clone(),
        aliases: model.aliases.clone(),
        provider: model.vendor.clone(),
        available,
        default: catalogue.default_for(&model.vendor).is_some_and(|default| default.id == model.id),
        context_window: model.context_window,
        max_output_tokens: model.max_output_tokens,
        thinking: model.thinking != Thinking::None,
        images: model.images,
        tools: model.tools,
        input_price: price(model, &Usage { input_tokens: SHORT, ..Usage::default() }, now),
        output_price: price(model, &Usage { output_tokens: SHORT, ..Usage::default() }, now),
    }
}

/// Tokens of a request so short that no model takes another price for its length.
const SHORT: u64 = 1000;

fn price(model: &ModelInfo, usage: &Usage, now: Timestamp) -> Option<u64> {
    Some(model.cost(usage, now)?.micro_dollars().saturating_mul(1_000_000 / SHORT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_what_the_catalogue_knows() {
        let entries = entries(&Catalogue::builtin(), &[("openai", String::new())].into(), &BTreeMap::new());
        let sonnet = entries.iter().find(|entry| entry.id == "claude-sonnet-4-5").unwrap();
        assert_eq!((sonnet.input_price, sonnet.output_price), (Some(3_000_000), Some(15_000_000)));
        assert!(!sonnet.available && sonnet.tools && sonnet.provider == "anthropic");
        assert!(entries.iter().all(|entry| entry.available == (entry.provider == "openai")));
        assert!(entries.iter().all(|entry| entry.known_from == [ModelSource::BuiltIn] && entry.listed_at.is_none()));
        for vendor in ["anthropic", "openai", "google"] {
            assert_eq!(entries.iter().filter(|entry| entry.default && entry.provider == vendor).count(), 1, "{vendor}");
        }
    }
}
