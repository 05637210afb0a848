//! The catalogue and its data file.

use std::collections::HashSet;

use atelier_protocol::{Timestamp, Usage};

use super::*;

fn listed(id: &str) -> ListedModel {
    let id = id.to_owned();
    ListedModel { id, label: None, context_window: None, max_output_tokens: None, thinking: None, images: None }
}

#[test]
fn the_data_file_can_be_read_and_says_where_it_is_from() {
    let catalogue = Catalogue::parse(BUILTIN).unwrap();
    for vendor in ["anthropic", "openai", "google"] {
        let source = catalogue.source_for(vendor).unwrap();
        assert!(source.page.starts_with("https://"), "{vendor}");
        assert!(format!("{}T00:00:00Z", source.as_of).parse::<Timestamp>().is_ok(), "{vendor}");
    }
    assert_eq!(Catalogue::builtin(), catalogue);
    assert!(catalogue.models().len() > 40);
}

#[test]
fn no_name_means_two_models() {
    let catalogue = Catalogue::builtin();
    let mut names = HashSet::new();
    for model in catalogue.models() {
        for name in std::iter::once(&model.id).chain(&model.aliases) {
            assert!(names.insert(name.clone()), "{name} is there twice");
            assert_eq!(catalogue.find(name).map(|found| &found.id), Some(&model.id), "{name}");
            assert_eq!(catalogue.find_for(&model.vendor, name).map(|found| &found.id), Some(&model.id), "{name}");
        }
    }
}

#[test]
fn every_entry_makes_sense() {
    for model in Catalogue::builtin().models() {
        let id = &model.id;
        assert!(!model.label.is_empty() && model.max_output_tokens >= 1024, "{id}");
        assert!(model.context_window >= model.max_output_tokens, "{id}");
        let first = model.rates.first().unwrap();
        assert!(first.from.is_none() && first.over.is_none(), "{id} has a price for everything");
        for rate in &model.rates {
            assert!(rate.input.is_some() && rate.output.is_some(), "{id}");
            let day = rate.from.as_ref().map(|day| format!("{day}T00:00:00Z").parse::<Timestamp>());
            assert!(day.is_none_or(|day| day.is_ok()), "{id}");
        }
    }
}

#[test]
fn each_vendor_has_a_default_that_uses_tools() {
    let catalogue = Catalogue::builtin();
    for vendor in ["anthropic", "openai", "google"] {
        let model = catalogue.default_for(vendor).unwrap();
        assert!(model.vendor == vendor && model.tools, "{vendor}");
    }
    assert_eq!(catalogue.default_for("demo"), None);
}

#[test]
fn a_model_is_found_by_alias_and_without_its_date() {
    let catalogue = Catalogue::builtin();
    for (name, id) in [
        ("claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        (" claude-opus-5-5-20301231 ", "claude-opus-5-5"),
        ("gpt-5.4-2026-03-05", "gpt-5.4"),
    ] {
        assert_eq!(catalogue.find(name).map(|model| model.id.as_str()), Some(id), "{name}");
    }
    for unknown in ["", "claude", "-20250929", "gpt-5.4-2026-03-5", "é-2026-03-05", "llama-4"] {
        assert_eq!(catalogue.find(unknown), None, "{unknown}");
    }
    assert_eq!(catalogue.find_for("openai", "claude-sonnet-4-5"), None);
}

#[test]
fn a_turn_costs_what_the_price_page_says() {
    let (catalogue, at) = (Catalogue::builtin(), "2026-11-21T09:00:00Z".parse().unwrap());
    let usage = Usage {
        input_tokens: 1000,
        output_tokens: 500,
        cache_read_tokens: 10_000,
        cache_write_tokens: 2000,
        reasoning_tokens: 100,
    };
    let cost = |id: &str, usage: &Usage| catalogue.find(id).unwrap().cost(usage, at).map(|cost| cost.to_string());
    // 1000 × 3 + 500 × 15 + 10,000 × 0.30 + 2000 × 3.75 millionths of a dollar
    assert_eq!(cost("claude-sonnet-4-5", &usage).as_deref(), Some("0.021000"));
    assert_eq!(cost("gemini-2.5-pro", &usage), None, "Google has no price for a cache that it does not let us write");
    let read = Usage { cache_write_tokens: 0, ..usage };
    assert_eq!(cost("gemini-2.5-pro", &read).as_deref(), Some("0.007500"));
    let long = Usage { input_tokens: 200_000, ..read };
    // Over 200,000 tokens with the cached ones: 2.50, 15 and 0.25.
    assert_eq!(cost("gemini-2.5-pro", &long).as_deref(), Some("0.510000"));
}

#[test]
fn what_the_vendor_lists_brings_known_models_up_to_date_and_adds_others() {
    let before = Catalogue::builtin();
    let known = ListedModel { context_window: Some(2_000_000), label: Some("X".into()), ..listed("claude-opus-5-5") };
    let new = ListedModel { label: Some("Claude Next".into()), thinking: Some(true), ..listed("claude-next") };
    let dated = listed("claude-sonnet-4-5-20250929");
    let after = before.clone().merge("anthropic", vec![known, new, dated]);
    assert_eq!(after.models().len(), before.models().len() + 1);
    let opus = after.find("claude-opus-5-5").unwrap();
    assert_eq!((opus.context_window, opus.label.as_str(), opus.listed), (2_000_000, "Claude Opus 5.5", true));
    assert_eq!(opus.rates, before.find("claude-opus-5-5").unwrap().rates);
    assert!(after.find("claude-sonnet-4-5").unwrap().listed && !after.find("claude-haiku-4-5").unwrap().listed);
    let next = after.find("claude-next").unwrap();
    assert_eq!((next.label.as_str(), next.thinking, next.tools), ("Claude Next", Thinking::Effort, true));
    let unknown = ModelInfo::unknown("anthropic", "claude-next");
    assert_eq!((next.context_window, next.max_output_tokens), (unknown.context_window, unknown.max_output_tokens));
    assert_eq!(next.cost(&Usage { input_tokens: 1, ..Usage::default() }, Timestamp::now()), None);
}

#[test]
fn the_users_own_entries_outweigh_the_rest() {
    let own = serde_json::json!([
        {"vendor": "anthropic", "id": "claude-sonnet-4.5", "label": "Mine", "aliases": ["opus"], "images": false},
        {"vendor": "ollama", "id": "qwen", "context_window": 32768, "tools": false,
            "rates": [{"input": "0", "output": "0"}]},
    ]);
    let own: Vec<OwnModel> = serde_json::from_value(own).unwrap();
    let catalogue = Catalogue::builtin().with_own(own.clone());
    let sonnet = catalogue.find("claude-sonnet-4-5").unwrap();
    assert_eq!((sonnet.label.as_str(), sonnet.images, sonnet.tools), ("Mine", false, true));
    assert_eq!(catalogue.find("opus"), Some(sonnet));
    let qwen = catalogue.find("qwen").unwrap();
    assert_eq!((qwen.context_window, qwen.max_output_tokens, qwen.tools), (32768, 8192, false));
    let usage = Usage { input_tokens: 9, output_tokens: 9, ..Usage::default() };
    assert_eq!(qwen.cost(&usage, Timestamp::now()), Some(Cost::default()));
    assert_eq!(catalogue.clone().with_own(own), catalogue, "twice is as good as once");
}
