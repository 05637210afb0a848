//! How hard the model is to think, in the words of its generation: up to 4.5 a number of tokens, from 4.6 on a level.
//!
//! What each generation takes is from the vendor's pages about thinking and its notes on each model, read 2026-11-21.

use serde::Serialize;

use crate::{Effort, ModelRequest};

/// Lets models that don't do so by themselves think between tool calls too.
const INTERLEAVED: (&str, &str) = ("anthropic-beta", "interleaved-thinking-2025-05-14");

/// From here on a model decides by itself how much to think, and does so between tool calls too.
const ADAPTIVE: Generation = (4, 6);

/// The first generation that can think between tool calls.
const BETWEEN_CALLS: Generation = (4, 0);

/// The generation that thinks unless it is told not to.
const THINKS_BY_ITSELF: u32 = 5;

/// Models that can't be kept from thinking between tool calls, and refuse to be told so.
const BETWEEN_TOOLS: &str = "claude-sonnet-5-5";

/// `(4, 6)` for `claude-opus-4-6`.
type Generation = (u32, u32);

/// What a request says about thinking.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Thinking {
    Enabled {
        budget_tokens: u32,
    },
    /// `display`: the newer models keep their thinking, and what they say between tool calls, to themselves unless asked.
    Adaptive {
        display: &'static str,
    },
    Disabled,
    BetweenTools,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct OutputConfig {
    effort: Effort,
}

const ADAPTIVE_SHOWN: Thinking = Thinking::Adaptive { display: "summarized" };

/// What the request wants, as its model takes it. A model whose generation can't be told from its name is believed to be
/// what the request takes it for.
pub(super) fn config(request: &ModelRequest) -> Config {
    let generation = generation(&request.model);
    let adaptive = generation.is_none_or(|generation| generation >= ADAPTIVE);
    match (request.effort, request.thinking_budget) {
        (Some(Effort::None), _) if !adaptive => Config::default(),
        (Some(Effort::None), _) => only(off(&request.model)),
        (Some(effort), _) if adaptive => {
            // There is no level below this one.
            let effort = effort.max(Effort::Low);
            Config { output_config: Some(OutputConfig { effort }), ..only(ADAPTIVE_SHOWN) }
        }
        (_, Some(_)) if generation.is_some() && adaptive => only(ADAPTIVE_SHOWN),
        (_, Some(budget_tokens)) => only(Thinking::Enabled { budget_tokens }),
        (None, None) if generation.is_some_and(|(major, _)| major == THINKS_BY_ITSELF) => only(ADAPTIVE_SHOWN),
        (_, None) => Config::default(),
    }
}

/// The headers that the request needs beside those of every one.
pub(super) fn headers(request: &ModelRequest) -> Vec<(&'static str, &'static str)> {
    let by_budget = matches!(config(request).thinking, Some(Thinking::Enabled { .. }));
    let can = generation(&request.model).is_some_and(|it| (BETWEEN_CALLS..ADAPTIVE).contains(&it));
    if by_budget && can && !request.tools.is_empty() { vec![INTERLEAVED] } else { Vec::new() }
}

fn only(thinking: Thinking) -> Config {
    Config { thinking: Some(thinking), output_config: None }
}

fn off(model: &str) -> Thinking {
    if model.contains(BETWEEN_TOOLS) { Thinking::BetweenTools } else { Thinking::Disabled }
}

/// The generation in a model's name: `claude-3-7-sonnet-20250219`, `claude-opus-4-20250514`, `claude-sonnet-5-5`.
fn generation(model: &str) -> Option<Generation> {
    let (_, name) = model.split_once("claude-")?;
    let numbers = name.split(['-', '.']).map(|part| part.parse::<u32>().ok().filter(|number| *number < 100));
    let mut numbers = numbers.skip_while(Option::is_none);
    let major = numbers.next()??;
    Some((major, numbers.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ToolSpec;

    fn request(model: &str, effort: Option<Effort>, thinking_budget: Option<u32>) -> ModelRequest {
        let tool = ToolSpec { name: "t".into(), description: String::new(), input_schema: json!({}) };
        ModelRequest {
            model: model.to_owned(),
            system: None,
            messages: Vec::new(),
            max_tokens: 4096,
            thinking_budget,
            effort,
            tools: vec![tool],
        }
    }

    #[test]
    fn the_generation_is_in_the_name() {
        for (model, expected) in [
            ("claude-3-haiku-20240307", Some((3, 0))),
            ("claude-3-7-sonnet-20250219", Some((3, 7))),
            ("claude-opus-4-20250514", Some((4, 0))),
            ("claude-sonnet-4-5-20250929", Some((4, 5))),
            ("claude-sonnet-4.5", Some((4, 5))),
            ("us.anthropic.claude-opus-4-6-v1", Some((4, 6))),
            ("claude-opus-5", Some((5, 0))),
            ("claude-fable-5-1", Some((5, 1))),
            ("claude-mythos-preview", None),
            ("my-model-4-6", None),
            ("claude-", None),
        ] {
            assert_eq!(generation(model), expected, "{model}");
        }
    }

    #[test]
    fn each_generation_is_asked_in_its_own_words() {
        let adaptive = json!({"type": "adaptive", "display": "summarized"});
        let level = |level: &str| json!({"thinking": adaptive, "output_config": {"effort": level}});
        let budget = json!({"thinking": {"type": "enabled", "budget_tokens": 2048}});
        for (model, effort, tokens, expected) in [
            ("claude-sonnet-4-5", None, None, json!({})),
            ("claude-sonnet-4-5", None, Some(2048), budget.clone()),
            ("claude-sonnet-4-5", Some(Effort::None), None, json!({})),
            ("claude-sonnet-4-5", Some(Effort::High), None, json!({})),
            ("claude-opus-4-6", None, None, json!({})),
            ("claude-opus-4-8", Some(Effort::XHigh), None, level("xhigh")),
            ("claude-opus-4-8", Some(Effort::Minimal), None, level("low")),
            ("claude-opus-4-8", None, Some(2048), json!({"thinking": adaptive})),
            ("claude-opus-4-8", Some(Effort::None), None, json!({"thinking": {"type": "disabled"}})),
            ("claude-opus-5-5", None, None, json!({"thinking": adaptive})),
            ("claude-opus-5-5", Some(Effort::Low), None, level("low")),
            ("claude-sonnet-5-5", Some(Effort::None), None, json!({"thinking": {"type": "between_tools"}})),
            ("claude-mythos-preview", None, None, json!({})),
            ("somebody-elses", Some(Effort::High), None, level("high")),
            ("somebody-elses", None, Some(2048), budget),
        ] {
            let config = serde_json::to_value(config(&request(model, effort, tokens))).unwrap();
            assert_eq!(config, expected, "{model} {effort:?} {tokens:?}");
        }
    }

    #[test]
    fn only_models_that_need_it_are_told_to_think_between_calls() {
        let told = |model: &str, budget| !headers(&request(model, None, budget)).is_empty();
        assert!(told("claude-sonnet-4-5", Some(2048)) && told("claude-opus-4-20250514", Some(2048)));
        assert!(!told("claude-sonnet-4-5", None), "it does not think at all");
        assert!(!told("claude-3-7-sonnet-20250219", Some(2048)), "it can't");
        assert!(!told("claude-opus-5-5", Some(2048)), "it does so by itself");
        assert!(!told("somebody-elses", Some(2048)));
        let request = ModelRequest { tools: Vec::new(), ..request("claude-sonnet-4-5", None, Some(2048)) };
        assert_eq!(headers(&request), [], "nothing is between no calls");
    }
}
