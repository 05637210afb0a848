//! How hard the model is to think, in the words of its generation: up to 2.5 a number of tokens, from 3 on a level.

use serde::Serialize;

use crate::{Effort, ModelRequest};

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThinkingConfig {
    include_thoughts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_budget: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_level: Option<&'static str>,
}

/// What the request wants; none leaves it to the model.
pub(super) fn config(request: &ModelRequest) -> Option<ThinkingConfig> {
    let (effort, budget) = (request.effort, request.thinking_budget);
    if effort.is_none() && budget.is_none() {
        return None;
    }
    let by_budget = request.model.trim_start_matches("models/").starts_with("gemini-2.");
    Some(ThinkingConfig {
        include_thoughts: effort != Some(Effort::None),
        thinking_budget: by_budget.then(|| budget.unwrap_or_else(|| tokens(effort, &request.model))),
        thinking_level: (!by_budget).then(|| level(effort, budget)),
    })
}

/// The budget for a level. The Pro model can't be kept from thinking; 128 is its least.
fn tokens(effort: Option<Effort>, model: &str) -> u32 {
    match effort {
        Some(Effort::None) if model.contains("pro") => 128,
        Some(Effort::None) => 0,
        Some(Effort::Minimal) => 512,
        Some(Effort::Low) => 2048,
        None | Some(Effort::Medium) => 8192,
        Some(Effort::High | Effort::XHigh | Effort::Max) => 24_576,
    }
}

/// The level for an effort or else a budget: one of the three that every model has.
fn level(effort: Option<Effort>, budget: Option<u32>) -> &'static str {
    match (effort, budget) {
        (Some(Effort::None | Effort::Minimal | Effort::Low), _) | (None, Some(..=2048)) => "low",
        (Some(Effort::Medium), _) | (None, Some(..=8192)) => "medium",
        (Some(Effort::High | Effort::XHigh | Effort::Max) | None, _) => "high",
    }
}
