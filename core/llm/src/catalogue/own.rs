//! The user's own entries, as they stand in a file.

use atelier_protocol::{Effort, Json};
use serde::Deserialize;

use super::{
    model::{ModelInfo, Thinking, set},
    price::Rate,
};

/// A model as the user describes it: a new one, or what is different about a known one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnModel {
    /// The provider it is for.
    pub vendor: String,
    /// Its id, or an alias of a known one.
    pub id: String,
    /// The name that people read.
    pub label: Option<String>,
    /// More names for it. A name that is a model's id stays that model's.
    pub aliases: Vec<String>,
    /// How many tokens fit.
    pub context_window: Option<u64>,
    /// The longest answer, in tokens.
    pub max_output_tokens: Option<u64>,
    /// How it is told to think.
    pub thinking: Option<Thinking>,
    /// How hard it can be asked to think.
    pub efforts: Option<Vec<Effort>>,
    /// Whether it sees pictures.
    pub images: Option<bool>,
    /// Whether it can ask for tools.
    pub tools: Option<bool>,
    /// Its prices, instead of all known ones.
    pub rates: Option<Vec<Rate>>,
}

impl OwnModel {
    pub(super) fn apply(self, model: &mut ModelInfo) {
        set(&mut model.label, self.label);
        set(&mut model.context_window, self.context_window);
        set(&mut model.max_output_tokens, self.max_output_tokens);
        set(&mut model.images, self.images);
        set(&mut model.tools, self.tools);
        set(&mut model.rates, self.rates);
        model.set_thinking(self.thinking.unwrap_or(model.thinking), self.efforts);
        model.known_from.own = true;
    }
}

/// All that could be read of the user's entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnModels {
    /// The good ones, in their order.
    pub models: Vec<OwnModel>,
    /// What is wrong with the others.
    pub problems: Vec<OwnModelProblem>,
}

/// An entry that is passed over, or a file that is no list of entries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnModelProblem {
    /// The whole is no JSON array.
    #[error("It is not a JSON list (line {line}); correct it, until then none of its models is known.")]
    NoList {
        /// Where it stops being one, from 1.
        line: usize,
    },
    /// One entry can't be used.
    #[error("Entry {number} is passed over ({reason}); correct it, the others are in use.")]
    Entry {
        /// Which one, from 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
}

impl OwnModels {
    /// Reads a JSON array of [`OwnModel`]s, each by itself, so that one that is wrong does not take the others along.
    pub fn parse(text: &str) -> Self {
        let entries: Vec<Json> = match serde_json::from_str(text) {
            Ok(entries) => entries,
            Err(_) if text.trim().is_empty() => Vec::new(),
            Err(error) => {
                let problem = OwnModelProblem::NoList { line: error.line().max(1) };
                return Self { models: Vec::new(), problems: vec![problem] };
            }
        };
        let mut read = Self::default();
        for (number, entry) in (1..).zip(entries) {
            match entry_in(entry) {
                Ok(model) => read.models.push(model),
                Err(reason) => read.problems.push(OwnModelProblem::Entry { number, reason }),
            }
        }
        read
    }
}

fn entry_in(entry: Json) -> Result<OwnModel, String> {
    let model: OwnModel = serde_json::from_value(entry).map_err(|error| error.to_string())?;
    let plain = |name: &String| !name.trim().is_empty() && !name.chars().any(char::is_control);
    if !plain(&model.vendor) || !plain(&model.id) {
        return Err("it needs a “vendor”, such as compatible, and an “id”".to_owned());
    }
    if !model.aliases.iter().all(plain) {
        return Err("an alias is empty".to_owned());
    }
    if model.context_window == Some(0) || model.max_output_tokens == Some(0) {
        return Err("a number of tokens is 0".to_owned());
    }
    Ok(model)
}
