//! What git ignores, we ignore: compared with git itself over generated rules.

use std::collections::BTreeSet;

use atelier_finding::Walk;
use atelier_workspace::RelativePath;
use proptest::prelude::*;

use crate::project::{Project, git};

fn ours(project: &Project) -> BTreeSet<String> {
    Walk::new(&project.folder(), &RelativePath::root()).sorted().map(|path| path.to_string()).collect()
}

/// What git would list in a repository where nothing is tracked yet.
fn gits(project: &Project) -> BTreeSet<String> {
    let listed = git(&project.root).args(["ls-files", "-z", "-o", "--exclude-standard"]).output().unwrap();
    assert!(listed.status.success());
    String::from_utf8(listed.stdout).unwrap().split_terminator('\0').map(ToOwned::to_owned).collect()
}

#[test]
fn rules_of_every_place_count_and_their_exceptions() {
    let project = Project::repository(&[
        (".gitignore", "*.log\n!keep.log\n/build\ndoc/**/*.pdf\n# no rule\n\\#file\ntrailing   \n"),
        ("sub/.gitignore", "/local\n!a.log\n*.tmp\n"),
        (".git/info/exclude", "private\n"),
        (".ignore", "sub\n"),
        ("a.log", ""),
        ("keep.log", ""),
        ("build/x", ""),
        ("sub/build/x", ""),
        ("sub/a.log", ""),
        ("sub/local", ""),
        ("sub/deep/local", ""),
        ("sub/deep/b.tmp", ""),
        ("doc/a/b/c.pdf", ""),
        ("doc/c.pdf", ""),
        ("#file", ""),
        ("trailing", ""),
        ("private", ""),
        (".hidden", ""),
    ]);
    assert_eq!(ours(&project), gits(&project));
    assert!(ours(&project).contains("sub/deep/local"));
    assert!(!ours(&project).contains("private"));
}

#[test]
fn a_folder_within_a_repository_obeys_the_rules_above_it() {
    let project = Project::repository(&[(".gitignore", "*.log\n"), ("sub/a.log", ""), ("sub/b", "")]);
    let folder = atelier_workspace::Folder::open(&project.root.join("sub")).unwrap();
    let found: Vec<_> = Walk::new(&folder, &RelativePath::root()).sorted().map(|path| path.to_string()).collect();
    assert_eq!(found, ["b"]);
}

/// A repository in another has rules of its own, and those around it end there; so say git and `rg`.
#[test]
fn a_nested_repository_has_rules_of_its_own() {
    let project = Project::repository(&[
        (".gitignore", "*.log\nbuilt\n"),
        (".git/info/exclude", "private\n"),
        ("a.log", ""),
        ("inner/.gitignore", "*.tmp\n"),
        ("inner/a.log", ""),
        ("inner/a.tmp", ""),
        ("inner/private", ""),
        ("inner/local", ""),
        ("inner/deep/built/x", ""),
        ("built/y/z", ""),
    ]);
    for nested in ["inner", "built/y"] {
        assert!(git(&project.root.join(nested)).args(["init", "-q"]).status().unwrap().success());
    }
    project.put("inner/.git/info/exclude", "local\n");
    let inner = git(&project.root.join("inner")).args(["ls-files", "-o", "--exclude-standard"]).output().unwrap();
    let inner: BTreeSet<_> =
        String::from_utf8(inner.stdout).unwrap().lines().map(|path| format!("inner/{path}")).collect();
    assert_eq!(inner.len(), 4, "{inner:?}");
    let mut all = inner;
    // Of a repository in a folder that is ignored nothing is seen.
    all.insert(".gitignore".to_owned());
    assert_eq!(ours(&project), all);
}

fn rule() -> impl Strategy<Value = String> {
    let part = prop_oneof![Just("a"), Just("b"), Just("c"), Just("*"), Just("?"), Just("a*"), Just("[ab]"), Just("**")];
    (any::<bool>(), any::<bool>(), prop::collection::vec(part, 1..4), any::<bool>()).prop_map(
        |(not, rooted, parts, folder)| {
            format!(
                "{}{}{}{}",
                if not { "!" } else { "" },
                if rooted { "/" } else { "" },
                parts.join("/"),
                if folder { "/" } else { "" }
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn generated_rules_mean_what_they_mean_to_git(
        top in prop::collection::vec(rule(), 0..5),
        inner in prop::collection::vec(rule(), 0..4),
        files in prop::collection::btree_set("(a|b|c|ab)(/(a|b|c|ab)){0,3}/(x|a1|b1)", 1..25),
    ) {
        let project = Project::repository(&[]);
        for file in &files {
            project.put(file, "");
        }
        project.put(".gitignore", top.join("\n"));
        project.put("a/.gitignore", inner.join("\n"));
        prop_assert_eq!(ours(&project), gits(&project), "{:?} {:?}", top, inner);
    }
}
