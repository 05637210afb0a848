//! What is known about a model, and where it is known from.

use atelier_protocol::{Effort, Timestamp, Usage};
use serde::{Deserialize, Serialize};

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
    /// How hard it can be asked to think, the least first; empty where it does not think.
    pub efforts: Vec<Effort>,
    /// Whether it sees pictures.
    pub images: bool,
    /// Whether it can ask for tools.
    pub tools: bool,
    /// Its prices. Of those that hold for a request the last counts.
    pub rates: Vec<Rate>,
    /// Who says something about it.
    pub known_from: KnownFrom,
}

/// Who says something about a model. Where they differ, the user is right, then the vendor's list, then what is built in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KnownFrom {
    /// Atelier's own data file.
    pub builtin: bool,
    /// The vendor's own list. False also where no list was asked for.
    pub listed: bool,
    /// The user.
    pub own: bool,
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
            efforts: Vec::new(),
            images: false,
            tools: true,
            rates: Vec::new(),
            known_from: KnownFrom::default(),
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

/// A model as its vendor's list describes it. What the list leaves out is none. In JSON, to be kept, the fields as here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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
    /// How hard it can be asked to think; empty where it wants a number of tokens instead.
    pub efforts: Option<Vec<Effort>>,
    /// Whether it sees pictures.
    pub images: Option<bool>,
    /// Whose it is. Some servers put their own name there.
    pub owner: Option<String>,
}

impl ListedModel {
    /// The list is newer than what is built in, where it says something.
    pub(super) fn apply(self, model: &mut ModelInfo) {
        set(&mut model.label, self.label);
        set(&mut model.context_window, self.context_window);
        set(&mut model.max_output_tokens, self.max_output_tokens);
        set(&mut model.images, self.images);
        let thinking = match (self.thinking, model.thinking) {
            (Some(false), _) => Thinking::None,
            // A list that names no level means a budget; one that says nothing of levels, most likely a level.
            (Some(true), Thinking::None) if self.efforts.as_ref().is_some_and(Vec::is_empty) => Thinking::Budget,
            (Some(true), Thinking::None) => Thinking::Effort,
            (_, thinking) => thinking,
        };
        model.set_thinking(thinking, self.efforts);
        model.known_from.listed = true;
    }
}

impl ModelInfo {
    /// The levels stay those that it had unless there are others, or it thinks in another way than before.
    pub(super) fn set_thinking(&mut self, thinking: Thinking, efforts: Option<Vec<Effort>>) {
        if thinking != self.thinking {
            self.efforts = thinking.usual_efforts();
        }
        self.thinking = thinking;
        if let Some(mut efforts) = efforts.filter(|efforts| thinking != Thinking::None && !efforts.is_empty()) {
            efforts.sort_unstable();
            efforts.dedup();
            self.efforts = efforts;
        }
    }
}

/// Puts a new value in the old one's place, if there is one.
pub(super) fn set<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}
