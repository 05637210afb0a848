//! `search_files` of the runtime contract.

use std::{fs, os::unix::fs::symlink};

use atelier_finding::{parse_limit, search_names};
use serde_json::json;

use crate::project::Project;

fn found(project: &Project, query: &str, limit: Option<i64>) -> Vec<String> {
    search_names(&project.folder(), query, limit).files.into_iter().map(|hit| hit.relative_path).collect()
}

#[test]
fn the_answer_has_the_contracts_shape() {
    let project = Project::new(&[("src/App.Test.TSX", "")]);
    project.put("src/ends.", "");
    project.put("src/none", "");
    let root = project.root.to_str().unwrap();
    let hit = |name: &str, extension: Option<&str>| {
        let mut hit =
            json!({"name": name, "path": format!("{root}/src/{name}"), "relativePath": format!("src/{name}")});
        if let Some(extension) = extension {
            hit["extension"] = extension.into();
        }
        hit
    };
    let files = [hit("App.Test.TSX", Some("tsx")), hit("ends.", Some("")), hit("none", None)];
    let answer = serde_json::to_value(search_names(&project.folder(), "", None)).unwrap();
    assert_eq!(answer, json!({"root": root, "count": 3, "files": files}));
}

#[test]
fn folders_are_walked_level_by_level_and_some_never() {
    let project = Project::new(&[
        ("z.txt", ""),
        ("b/deep/a.txt", ""),
        ("b/a.txt", ""),
        ("a/z.txt", ""),
        ("a/B.txt", ""),
        (".hidden/a.txt", ""),
        (".a.txt", ""),
        ("Node_Modules/a.txt", ""),
        ("a/dist/a.txt", ""),
        ("a/COVERAGE/a.txt", ""),
        ("a/logs/a.txt", ""),
        ("a/tmpfiles/a.txt", ""),
    ]);
    symlink("z.txt", project.root.join("link.txt")).unwrap();
    symlink("b", project.root.join("link")).unwrap();
    let all = ["z.txt", "a/B.txt", "a/z.txt", "b/a.txt", "a/tmpfiles/a.txt", "b/deep/a.txt"];
    assert_eq!(found(&project, "", None), all);
    assert_eq!(found(&project, "  A.TXT ", None), ["b/a.txt", "a/tmpfiles/a.txt", "b/deep/a.txt"]);
    assert_eq!(found(&project, "b/D", None), ["b/deep/a.txt"]);
    assert_eq!(found(&project, "", Some(2)), all[..2]);
    assert_eq!(found(&project, "nowhere", None), [""; 0]);
    // The list of folders that are left out does not apply to where the search begins.
    let inner = atelier_workspace::Folder::open(&project.root.join("a/dist")).unwrap();
    assert_eq!(search_names(&inner, "", None).count, 1);
}

#[test]
fn a_folder_that_cannot_be_read_is_passed_over() {
    let project = Project::new(&[("open/a", ""), ("shut/a", "")]);
    let shut = project.root.join("shut");
    let mode = |mode| fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    mode(0o000);
    // Root may read everything.
    let readable = fs::read_dir(&shut).is_ok();
    assert_eq!(found(&project, "", None).len(), 1 + usize::from(readable));
    mode(0o700);
}

#[test]
fn limits_are_read_as_the_reference_does() {
    for (text, number) in [("12", Some(12)), (" 7x", Some(7)), ("-3", Some(-3)), ("+4.9", Some(4)), ("x", None)] {
        assert_eq!(parse_limit(text), number, "{text}");
    }
    for nothing in ["", "-", " "] {
        assert_eq!(parse_limit(nothing), None);
    }
    assert!(parse_limit("99999999999999999999").is_some_and(|number| number > 400));
    let project = Project::new(&[]);
    for number in 0..410 {
        project.put(&format!("{number}"), "");
    }
    for (limit, count) in [(None, 60), (Some(0), 1), (Some(-5), 1), (Some(61), 61), (Some(1000), 400)] {
        assert_eq!(found(&project, "", limit).len(), count, "{limit:?}");
    }
}
