//! The catalogue and its data file.

use std::collections::HashSet;

use atelier_protocol::{Timestamp, Usage};

use super::*;

fn listed(id: &str) -> ListedModel {
    ListedModel { id: id.to_owned(), ..ListedModel::default() }
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
    assert_eq!((opus.context_window, opus.label.as_str()), (2_000_000, "X"));
    assert_eq!(opus.known_from, KnownFrom { builtin: true, listed: true, own: false });
    assert_eq!(opus.rates, before.find("claude-opus-5-5").unwrap().rates);
    let is_listed = |id: &str| after.find(id).unwrap().known_from.listed;
    assert!(is_listed("claude-sonnet-4-5") && !is_listed("claude-haiku-4-5"));
    let next = after.find("claude-next").unwrap();
    assert_eq!((next.label.as_str(), next.thinking, next.tools), ("Claude Next", Thinking::Effort, true));
    assert_eq!(next.known_from, KnownFrom { builtin: false, listed: true, own: false });
    assert_eq!(next.efforts, [Effort::Low, Effort::Medium, Effort::High]);
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

#[test]
fn every_model_that_thinks_can_be_asked_for_some_level_and_no_other_can() {
    for model in Catalogue::builtin().models() {
        assert_eq!(model.thinking == Thinking::None, model.efforts.is_empty(), "{}", model.id);
        assert!(model.efforts.is_sorted(), "{}", model.id);
    }
}

#[test]
fn an_entry_that_is_wrong_is_named_and_the_others_are_in_use() {
    let text = r#"[
        {"vendor": "compatible", "id": "qwen", "context_window": 32768, "efforts": ["none", "high"]},
        {"vendor": "compatible", "id": "typo", "contextwindow": 1},
        {"id": "whose"},
        {"vendor": "compatible", "id": "free", "rates": [{"input": 0}]},
        7,
        {"vendor": "compatible", "id": "zero", "max_output_tokens": 0},
        {"vendor": "compatible", "id": "llama", "aliases": ["l"]}
    ]"#;
    let own = OwnModels::parse(text);
    assert_eq!(own.models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["qwen", "llama"]);
    let named = |problem: &OwnModelProblem| match problem {
        OwnModelProblem::Entry { number, .. } => *number,
        OwnModelProblem::NoList { .. } => 0,
    };
    assert_eq!(own.problems.iter().map(named).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    assert!(own.problems[0].to_string().contains("contextwindow"), "{}", own.problems[0]);
    let catalogue = Catalogue::assembled([], own.models);
    assert_eq!(catalogue.find("l").map(|model| model.max_output_tokens), Some(8192));
}

#[test]
fn a_file_that_is_no_list_says_where_and_an_empty_one_is_an_empty_list() {
    for (text, line) in [("{}", 1), ("[\n{,}]", 2), ("[", 1), ("models", 1)] {
        let own = OwnModels::parse(text);
        assert_eq!((own.models, own.problems), (Vec::new(), vec![OwnModelProblem::NoList { line }]), "{text}");
    }
    for empty in ["", " \n", "[]"] {
        assert_eq!(OwnModels::parse(empty), OwnModels::default(), "{empty:?}");
    }
}

mod merging {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::*;

    /// Ids and aliases of known models, and some that nobody knows; few, so that they meet.
    const NAMES: [&str; 8] =
        ["claude-opus-5-5", "opus", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "gpt-5.4", "qwen", "new", "x"];
    const VENDORS: [&str; 3] = ["anthropic", "openai", "compatible"];

    fn name() -> impl Strategy<Value = String> {
        select(&NAMES[..]).prop_map(str::to_owned)
    }

    fn listed() -> impl Strategy<Value = (&'static str, ListedModel)> {
        let fields = (option::of(1..9_u64), option::of(1..9_u64), option::of(any::<bool>()), option::of(any::<bool>()));
        (select(&VENDORS[..]), name(), option::of("[a-c]"), fields).prop_map(|(vendor, id, label, fields)| {
            let (context_window, max_output_tokens, thinking, images) = fields;
            let unset = ListedModel::default();
            let model = ListedModel { id, label, context_window, max_output_tokens, thinking, images, ..unset };
            (vendor, model)
        })
    }

    fn own() -> impl Strategy<Value = OwnModel> {
        let fields =
            (option::of("[d-f]"), option::of(11..19_u64), option::of(any::<bool>()), option::of(any::<bool>()));
        (select(&VENDORS[..]), name(), vec(name(), 0..3), fields).prop_map(|(vendor, id, aliases, fields)| {
            let (label, context_window, images, tools) = fields;
            OwnModel {
                vendor: vendor.to_owned(),
                id,
                aliases,
                label,
                context_window,
                images,
                tools,
                ..OwnModel::default()
            }
        })
    }

    /// The last that is said about a field.
    fn last<T>(said: impl DoubleEndedIterator<Item = Option<T>>) -> Option<T> {
        said.rev().flatten().next()
    }

    proptest! {
        #[test]
        fn the_users_word_counts_before_the_list_and_the_list_before_what_is_built_in(
            listed in vec(listed(), 0..6),
            own in vec(own().prop_map(|own| OwnModel { aliases: Vec::new(), ..own }), 0..4),
        ) {
            let lists = listed.iter().map(|(vendor, model)| (*vendor, vec![model.clone()]));
            let merged = Catalogue::assembled(lists, own.clone());
            prop_assert!(merged.clone().with_own(own.clone()) == merged, "twice is as good as once");
            let builtin = Catalogue::builtin();
            for model in merged.models() {
                let before = builtin.models().iter().find(|other| other.vendor == model.vendor && other.id == model.id);
                let unknown = ModelInfo::unknown(&model.vendor, &model.id);
                let before = before.unwrap_or(&unknown);
                // Under which names a list or the user may have meant this model.
                let meant = |vendor: &str, id: &String| {
                    vendor == model.vendor && (*id == model.id || before.aliases.contains(id))
                };
                let listed: Vec<_> = listed.iter().filter(|(vendor, it)| meant(vendor, &it.id)).map(|it| &it.1).collect();
                let own: Vec<_> = own.iter().filter(|it| meant(&it.vendor, &it.id)).collect();
                let label = last(listed.iter().map(|it| it.label.clone()).chain(own.iter().map(|it| it.label.clone())));
                prop_assert_eq!(&model.label, &label.unwrap_or_else(|| before.label.clone()));
                let window = last(listed.iter().map(|it| it.context_window).chain(own.iter().map(|it| it.context_window)));
                prop_assert_eq!(model.context_window, window.unwrap_or(before.context_window));
                let images = last(listed.iter().map(|it| it.images).chain(own.iter().map(|it| it.images)));
                prop_assert_eq!(model.images, images.unwrap_or(before.images));
                let output = last(listed.iter().map(|it| it.max_output_tokens));
                prop_assert_eq!(model.max_output_tokens, output.unwrap_or(before.max_output_tokens));
                prop_assert_eq!(model.tools, last(own.iter().map(|it| it.tools)).unwrap_or(before.tools));
                prop_assert_eq!(&model.rates, &before.rates);
                let from = KnownFrom { builtin: before.known_from.builtin, listed: !listed.is_empty(), own: !own.is_empty() };
                prop_assert_eq!(model.known_from, from);
            }
        }

        #[test]
        fn an_id_always_means_its_model_and_a_name_never_two(
            listed in vec(listed(), 0..6),
            own in vec(own(), 0..6),
            unknown in "[A-Z]{1,8}",
        ) {
            let lists = listed.iter().map(|(vendor, model)| (*vendor, vec![model.clone()]));
            let merged = Catalogue::assembled(lists, own);
            let mut aliases = HashSet::new();
            for model in merged.models() {
                prop_assert_eq!(merged.find_for(&model.vendor, &model.id), Some(model));
                for alias in &model.aliases {
                    prop_assert!(aliases.insert(alias), "{} is there twice", alias);
                    prop_assert_eq!(merged.find_for(&model.vendor, alias), Some(model));
                    let by_id = merged.models().iter().find(|other| other.id == *alias);
                    prop_assert_eq!(merged.find(alias), Some(by_id.unwrap_or(model)));
                }
            }
            prop_assert_eq!(merged.find(&unknown), None);
        }
    }
}
