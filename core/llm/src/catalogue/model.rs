//! What is known about a model, and where it is known from.

use atelier_protocol::{Timestamp, Usage};
use serde::Deserialize;

use super::price::{self, Cost, Rate};

/// A model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its id, as its vendor names it.
    pub id: String,
    /// The provider it is for: [`Vendor::name`](crate::Vendor).
    pub vendor: String,
    /// The name that people read.
    pub label: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// How many tokens fit, answer included where the vendor counts it.
    pub context_window: u64,
    /// The longest answer, in tokens.
    pub max_output_tokens: u64,
    /// Whether it thinks first, and how that is asked for.
    pub thinking: Thinking,
    /// Whether it sees pictures.
    pub images: bool,
    /// Whether it can ask for tools.
    pub tools: bool,
    /// Its prices. Of those that hold for a request the last counts.
    pub rates: Vec<Rate>,
    /// Whether the vendor's own list names it. False also where no list was asked for.
    pub listed: bool,
}

/// How a model is told to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thinking {
    /// It does not think.
    None,
    /// By a number of tokens.
    Budget,
    /// By a level of [`Effort`](crate::Effort).
    Effort,
}

impl ModelInfo {
    /// What is assumed of a model of which nothing is known: 128,000 tokens fit, 8,192 may come back, and it can use
    /// tools but neither think nor see. Its price is not known.
    pub fn unknown(vendor: &str, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            vendor: vendor.to_owned(),
            label: id.to_owned(),
            aliases: Vec::new(),
            context_window: 128_000,
            max_output_tokens: 8192,
            thinking: Thinking::None,
            images: false,
            tools: true,
            rates: Vec::new(),
            listed: false,
        }
    }

    /// What one request costs; none if a price that it takes is not known. Not for sums of requests: a long one has
    /// prices of its own.
    pub fn cost(&self, usage: &Usage, at: Timestamp) -> Option<Cost> {
        price::cost(&self.rates, usage, at)
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.id == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// A model as its vendor's list describes it. What the list leaves out is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedModel {
    /// Its id.
    pub id: String,
    /// The name that people read.
    pub label: Option<String>,
    /// How many tokens fit.
    pub context_window: Option<u64>,
    /// The longest answer, in tokens.
    pub max_output_tokens: Option<u64>,
    /// Whether it thinks.
    pub thinking: Option<bool>,
    /// Whether it sees pictures.
    pub images: Option<bool>,
}

/// A model as the user describes it: a new one, or what is different about a known one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct OwnModel {
    /// The provider it is for.
    pub vendor: String,
    /// Its id, or an alias of a known one.
    pub id: String,
    /// The name that people read.
    pub label: Option<String>,
    /// More names for it.
    pub aliases: Vec<String>,
    /// How many tokens fit.
    pub context_window: Option<u64>,
    /// The longest answer, in tokens.
    pub max_output_tokens: Option<u64>,
    /// How it is told to think.
    pub thinking: Option<Thinking>,
    /// Whether it sees pictures.
    pub images: Option<bool>,
    /// Whether it can ask for tools.
    pub tools: Option<bool>,
    /// Its prices, instead of all known ones.
    pub rates: Option<Vec<Rate>>,
}

impl OwnModel {
    pub(super) fn apply(self, model: &mut ModelInfo) {
        model.label = self.label.unwrap_or_else(|| model.label.clone());
        model.context_window = self.context_window.unwrap_or(model.context_window);
        model.max_output_tokens = self.max_output_tokens.unwrap_or(model.max_output_tokens);
        model.thinking = self.thinking.unwrap_or(model.thinking);
        model.images = self.images.unwrap_or(model.images);
        model.tools = self.tools.unwrap_or(model.tools);
        model.rates = self.rates.unwrap_or_else(|| std::mem::take(&mut model.rates));
    }
}

impl ListedModel {
    /// The list is newer than what was known, where it says something.
    pub(super) fn apply(self, model: &mut ModelInfo, known: bool) {
        // A known model keeps the label under which it is known.
        if !known {
            model.label = self.label.unwrap_or_else(|| model.label.clone());
        }
        model.context_window = self.context_window.unwrap_or(model.context_window);
        model.max_output_tokens = self.max_output_tokens.unwrap_or(model.max_output_tokens);
        model.images = self.images.unwrap_or(model.images);
        model.thinking = match (self.thinking, model.thinking) {
            (Some(false), _) => Thinking::None,
            // The list does not say how; newer models of all vendors take a level.
            (Some(true), Thinking::None) => Thinking::Effort,
            (_, thinking) => thinking,
        };
        model.listed = true;
    }
}
