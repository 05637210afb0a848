//! The models that can be asked for, and what answers cost.

use atelier_llm::{Catalogue, ModelInfo, Thinking};
use atelier_protocol::{Timestamp, Usage};
use serde::Serialize;

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
}

/// All known models, each vendor's best first; `available` says which providers can be asked.
pub(crate) fn entries(catalogue: &Catalogue, available: impl Fn(&str) -> bool) -> Vec<ModelEntry> {
    let now = Timestamp::now();
    catalogue.models().iter().map(|model| entry(catalogue, model, available(&model.vendor), now)).collect()
}

fn entry(catalogue: &Catalogue, model: &ModelInfo, available: bool, now: Timestamp) -> ModelEntry {
    ModelEntry {
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
        let entries = entries(&Catalogue::builtin(), |vendor| vendor == "openai");
        let sonnet = entries.iter().find(|entry| entry.id == "claude-sonnet-4-5").unwrap();
        assert_eq!((sonnet.input_price, sonnet.output_price), (Some(3_000_000), Some(15_000_000)));
        assert!(!sonnet.available && sonnet.tools && sonnet.provider == "anthropic");
        assert!(entries.iter().all(|entry| entry.available == (entry.provider == "openai")));
        for vendor in ["anthropic", "openai", "google"] {
            assert_eq!(entries.iter().filter(|entry| entry.default && entry.provider == vendor).count(), 1, "{vendor}");
        }
    }
}
