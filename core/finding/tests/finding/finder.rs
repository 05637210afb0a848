//! The file finder over real folders.

use std::{
    fs,
    os::unix::fs::symlink,
    time::{Duration, Instant},
};

use atelier_finding::{Finder, MAX_HITS};
use atelier_workspace::RelativePath;

use crate::project::Project;

fn paths(finder: &Finder, query: &str) -> Vec<String> {
    let found = finder.find(query, MAX_HITS, None).unwrap();
    assert!(found.complete);
    assert_eq!(found.total, found.hits.len());
    found.hits.into_iter().map(|hit| hit.relative_path).collect()
}

#[test]
fn files_are_found_by_a_few_letters_and_ignored_ones_are_not() {
    let project = Project::repository(&[
        (".gitignore", "target/\n"),
        (".github/workflows/main.yml", ""),
        ("src/main.rs", ""),
        ("src/deep/domain.rs", ""),
        ("target/main.rs", ""),
    ]);
    symlink("src", project.root.join("main")).unwrap();
    let finder = Finder::new(project.folder());
    assert_eq!(paths(&finder, "main"), ["src/main.rs", ".github/workflows/main.yml", "src/deep/domain.rs"]);
    assert_eq!(paths(&finder, "").len(), 4);
    assert_eq!(paths(&finder, "config"), [""; 0], "git's own folder is not looked into");
    let found = finder.find("srma", 1, None).unwrap();
    let hit = &found.hits[0];
    assert_eq!(hit.path, project.root.join("src/main.rs").to_str().unwrap());
    assert_eq!(hit.positions, [0, 1, 4, 5]);
    let json = serde_json::to_value(hit).unwrap();
    assert_eq!(json["relativePath"], "src/main.rs");
}

#[test]
fn what_changes_is_found_by_a_later_search() {
    let project = Project::new(&[("a.txt", "")]);
    let finder = Finder::new(project.folder());
    assert_eq!(paths(&finder, "txt"), ["a.txt"]);
    project.put("b.txt", "");
    fs::remove_file(project.root.join("a.txt")).unwrap();
    assert_eq!(paths(&finder, "txt"), ["b.txt"], "who has patience sees the newest");
    project.put("c.txt", "");
    let deadline = Instant::now() + Duration::from_mins(1);
    while finder.find("txt", 10, Some(Duration::ZERO)).unwrap().total < 2 {
        assert!(Instant::now() < deadline, "never brought up to date");
        std::thread::yield_now();
    }
}

#[test]
fn opened_files_come_first() {
    let project = Project::new(&[("a/x.rs", ""), ("b/x.rs", ""), ("c/x.rs", ""), ("a.rs", "")]);
    let finder = Finder::new(project.folder());
    assert_eq!(paths(&finder, "x"), ["a/x.rs", "b/x.rs", "c/x.rs"]);
    for path in ["c/x.rs", "b/x.rs", "gone.rs", "c/x.rs"] {
        finder.note_opened(&RelativePath::new(path.as_ref()).unwrap());
    }
    assert_eq!(paths(&finder, "x"), ["c/x.rs", "b/x.rs", "a/x.rs"]);
    assert_eq!(paths(&finder, ""), ["c/x.rs", "b/x.rs", "a.rs", "a/x.rs"]);
}

#[test]
fn hits_are_bounded_but_all_are_counted() {
    let project = Project::new(&[]);
    for number in 0..1200 {
        project.put(&format!("{number:04}.txt"), "");
    }
    let finder = Finder::new(project.folder());
    for (limit, hits) in [(0, 1), (5, 5), (5000, MAX_HITS)] {
        let found = finder.find("txt", limit, None).unwrap();
        assert_eq!((found.hits.len(), found.total), (hits, 1200));
        assert_eq!(finder.find("", limit, None).unwrap().hits.len(), hits);
    }
    let long = "a".repeat(100_000);
    assert_eq!(finder.find(&long, 5, None).unwrap().total, 0);
    let words = "a ".repeat(10_000);
    assert_eq!(finder.find(&words, 5, None).unwrap().total, 0);
}
