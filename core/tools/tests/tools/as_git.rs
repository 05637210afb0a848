//! What git itself says: about our diffs, about its own diffs, about ignored files.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::project::{Project, on_a_runtime};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Runs git without the settings of this machine.
fn git(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Few different lines, with and without a newline at the end.
fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a", "b", "", "-- c", "++ d", "@@ e", "\tf "]);
    (prop::collection::vec(line, 1..20), any::<bool>())
        .prop_map(|(lines, newline)| lines.join("\n") + if newline { "\n" } else { "" })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn git_applies_our_previews(before in text(), after in text()) {
        prop_assume!(before != after && !after.is_empty());
        let project = Project::new(&[("a.txt", &before)]);
        let preview = on_a_runtime(async {
            project.read("a.txt").await;
            project.preview("write_file", json!({"path": "a.txt", "content": after})).await.text
        });
        let applied = git(&project.root, &["apply", "--whitespace=nowarn", "-"], &preview);
        prop_assert!(applied.status.success(), "{}\n{preview}", String::from_utf8_lossy(&applied.stderr));
        prop_assert_eq!(project.get("a.txt"), after);
    }

    #[test]
    fn we_apply_gits_diffs(before in text(), after in text()) {
        prop_assume!(before != after);
        let project = Project::new(&[("a.txt", &before)]);
        assert!(git(&project.root, &["init", "-q"], "").status.success());
        assert!(git(&project.root, &["add", "a.txt"], "").status.success());
        project.put("a.txt", &after);
        let patch = String::from_utf8(git(&project.root, &["diff"], "").stdout).unwrap();
        project.put("a.txt", &before);
        on_a_runtime(project.call("apply_patch", json!({"patch": patch}))).unwrap();
        prop_assert_eq!(project.get("a.txt"), after);
    }

    #[test]
    fn we_see_the_files_that_git_does_not_ignore(
        files in prop::collection::btree_set("([ab]/){0,3}[ab]\\.(x|y)", 1..20),
        rules in prop::collection::vec(("([ab]/){0,2}", "!?/?([ab]/){0,2}(\\*\\*/)?(\\*|[ab*]\\.[xy*]|[ab])/?"), 0..4),
    ) {
        let project = Project::new(&[]);
        for file in &files {
            project.put(file, "");
        }
        for (folder, rule) in &rules {
            let path = project.root.join(folder).join(".gitignore");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let before = fs::read_to_string(&path).unwrap_or_default();
            fs::write(path, format!("{before}{rule}\n")).unwrap();
        }
        assert!(git(&project.root, &["init", "-q"], "").status.success());
        let listed = git(&project.root, &["ls-files", "-o", "--exclude-standard"], "").stdout;
        let mut wanted: Vec<String> = String::from_utf8(listed).unwrap().lines().map(str::to_owned).collect();
        wanted.sort();
        let found = on_a_runtime(project.call("glob", json!({"pattern": "**"}))).unwrap();
        let mut found = paths(&found.content);
        found.sort();
        prop_assert_eq!(found, wanted);
    }
}

fn paths(content: &str) -> Vec<String> {
    let Some((form, body)) = content.split_once('\n') else { return Vec::new() };
    let value: Value = if form == "format: toon" {
        toon_format::decode_default(body).unwrap()
    } else {
        serde_json::from_str(body).unwrap()
    };
    value["files"].as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect()
}
