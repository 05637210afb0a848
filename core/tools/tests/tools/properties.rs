//! What holds for any text, any tree and any arguments.

use std::{collections::BTreeMap, fs, path::Path};

use crate::project::{Project, on_a_runtime};
use atelier_tools::{FailureCode, Mode};
use proptest::prelude::*;
use serde_json::{Value, json};

/// How often a text occurs, overlapping occurrences included.
fn occurrences(text: &str, of: &str) -> usize {
    text.char_indices().filter(|(at, _)| text[*at..].starts_with(of)).count()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["../..", "/", "\0", "~", "a.txt", ".", "*** Begin Patch", "(", "[", "💥"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_edit_is_a_plain_replacement_where_the_text_is_unique(
        text in "[ab\n]{0,20}", old in "[ab\n]{1,3}", new in "[abc\n]{0,3}",
    ) {
        prop_assume!(old != new);
        let project = Project::new(&[("a.txt", &text)]);
        let edit = json!({"path": "a.txt", "old": old, "new": new});
        let outcome = on_a_runtime(async {
            project.read("a.txt").await;
            project.call("edit_file", edit).await
        });
        match occurrences(&text, &old) {
            0 => prop_assert_eq!(outcome.unwrap_err().code, FailureCode::NoMatch),
            1 => prop_assert_eq!(project.get("a.txt"), text.replace(&old, &new)),
            _ => prop_assert_eq!(outcome.unwrap_err().code, FailureCode::Ambiguous),
        }
    }

    #[test]
    fn several_edits_are_one_after_the_other_or_none(
        text in "[abc]{0,12}", edits in prop::collection::vec(("[abc]{1,2}", "[xyz]{0,2}"), 1..5),
    ) {
        let project = Project::new(&[("a.txt", &text)]);
        let list: Vec<_> = edits.iter().map(|(old, new)| json!({"old": old, "new": new})).collect();
        let outcome = on_a_runtime(async {
            project.read("a.txt").await;
            project.call("multi_edit", json!({"path": "a.txt", "edits": list})).await
        });
        let wanted = edits.iter().try_fold(text.clone(), |text, (old, new)| {
            (occurrences(&text, old) == 1).then(|| text.replace(old, new))
        });
        prop_assert_eq!(outcome.is_ok(), wanted.is_some());
        prop_assert_eq!(project.get("a.txt"), wanted.unwrap_or(text));
    }

    #[test]
    fn line_endings_are_kept(lines in prop::collection::vec("[ab]{0,3}", 1..8), crlf in any::<bool>()) {
        let ending = if crlf { "\r\n" } else { "\n" };
        let text = lines.join(ending) + ending + "needle" + ending;
        let project = Project::new(&[("a.txt", &text)]);
        on_a_runtime(async {
            project.read("a.txt").await;
            project.call("edit_file", json!({"path": "a.txt", "old": "needle\n", "new": "one\ntwo\n"})).await.unwrap();
        });
        prop_assert_eq!(project.get("a.txt"), lines.join(ending) + ending + "one" + ending + "two" + ending);
    }

    #[test]
    fn a_patch_made_from_a_preview_makes_the_same_change(before in "[ab\n]{1,30}", after in "[ab\n]{0,30}") {
        prop_assume!(before != after);
        let project = Project::new(&[("a.txt", &before), ("sub/a.txt", &before)]);
        on_a_runtime(async {
            project.read("a.txt").await;
            let write = json!({"path": "a.txt", "content": after});
            let patch = project.preview("write_file", write.clone()).await.text;
            project.call("write_file", write).await.unwrap();
            let patch = patch.replace("/a.txt", "/sub/a.txt");
            project.call("apply_patch", json!({"patch": patch})).await.unwrap();
        });
        prop_assert_eq!(project.get("a.txt"), after.clone());
        prop_assert_eq!(project.get("sub/a.txt"), after);
    }

    #[test]
    fn a_search_finds_what_a_naive_one_finds(
        tree in prop::collection::btree_map("[ab]{1,2}(/[cd]{1,2}){0,2}\\.(rs|txt)", "[xyz\n]{0,20}", 0..10),
        pattern in "[xyz]{1,2}",
    ) {
        let project = Project::new(&[]);
        for (path, text) in &tree {
            project.put(path, text);
        }
        let found = on_a_runtime(project.call("search_files", json!({"pattern": pattern, "limit": 1000}))).unwrap();
        prop_assert_eq!(rows(&found.content), naive(&tree, &pattern));
    }

    #[test]
    fn whatever_a_model_sends_is_answered_and_changes_nothing_unasked(
        tool in 0_usize..16, members in prop::collection::vec((0_usize..8, any_json()), 0..4), whole in any_json(),
    ) {
        let project = Project::new(&[("a.txt", "text\n")]);
        let spec = &on_a_runtime(project.tools.specs(Mode::Build))[tool];
        // Mostly real parameter names, so that the values get past the first check.
        let names: Vec<_> = spec.input_schema["properties"].as_object().unwrap().keys().cloned().collect();
        let given: BTreeMap<_, _> =
            members.into_iter().map(|(name, value)| (names[name % names.len()].clone(), value)).collect();
        for arguments in [json!(given), whole] {
            if let Err(failure) = on_a_runtime(project.prepare(&spec.name, arguments)) {
                prop_assert_ne!(failure.code, FailureCode::Internal);
                prop_assert!(failure.message.len() < 8000);
            }
        }
        prop_assert_eq!(fs::read_dir(&project.root).unwrap().count(), 1);
        prop_assert_eq!(project.get("a.txt"), "text\n");
    }
}

fn rows(content: &str) -> Vec<(String, u64, String)> {
    if content.starts_with("No match") {
        return Vec::new();
    }
    let (_, body) = content.split_once('\n').unwrap();
    let value: Value = if content.starts_with("format: toon\n") {
        toon_format::decode_default(body).unwrap()
    } else {
        serde_json::from_str(body).unwrap()
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |row: &Value| (text(&row["path"]), row["line"].as_u64().unwrap(), text(&row["text"]));
    value["matches"].as_array().unwrap().iter().map(row).collect()
}

fn naive(tree: &BTreeMap<String, String>, pattern: &str) -> Vec<(String, u64, String)> {
    let mut found = Vec::new();
    for (path, text) in tree {
        for (line, number) in text.lines().zip(1..) {
            if line.contains(pattern) {
                found.push((path.clone(), number, line.to_owned()));
            }
        }
    }
    found.sort_by(|a, b| (Path::new(&a.0), a.1).cmp(&(Path::new(&b.0), b.1)));
    found
}
