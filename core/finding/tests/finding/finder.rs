//! The file finder over real folders.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use atelier_finding::{Finder, Following, MAX_HITS, Tell};
use atelier_workspace::{Folder, RelativePath, Watch};

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

/// So long is waited for what never comes.
const DEADLINE: Duration = Duration::from_mins(1);

/// A finder that follows its folder, and how often it has begun to.
fn followed(project: &Project) -> (Finder, Arc<AtomicUsize>) {
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let follow = move |folder: &Folder, tell: Tell| {
        counted.fetch_add(1, Ordering::Relaxed);
        Watch::start(folder, move |changes| tell(&changes)).ok().map(|watch| Box::new(watch) as Following)
    };
    (Finder::followed(project.folder(), Box::new(follow)), begun)
}

/// Waits until a search with no time to lose finds exactly this.
#[track_caller]
fn expect(finder: &Finder, query: &str, wanted: &[&str]) {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let found = finder.find(query, MAX_HITS, Some(Duration::ZERO)).unwrap();
        let mut paths: Vec<_> = found.hits.into_iter().map(|hit| hit.relative_path).collect();
        paths.sort();
        if paths == wanted && found.complete {
            return;
        }
        assert!(Instant::now() < deadline, "{query}: {paths:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_list_that_follows_its_folder_is_never_old() {
    let project = Project::repository(&[(".gitignore", "*.log\n/build\n"), ("src/a.rs", ""), ("src/deep/b.rs", "")]);
    let (finder, begun) = followed(&project);
    let change = |script: &str, wanted: &[&str]| {
        let done = Command::new("/bin/sh").args(["-e", "-c", script]).current_dir(&project.root).status().unwrap();
        assert!(done.success(), "{script}");
        expect(&finder, "rs", wanted);
    };
    expect(&finder, "rs", &["src/a.rs", "src/deep/b.rs"]);
    while begun.load(Ordering::Relaxed) == 0 {
        std::thread::yield_now();
    }
    change("touch src/c.rs", &["src/a.rs", "src/c.rs", "src/deep/b.rs"]);
    change("rm src/a.rs; mkdir -p new/x/y; touch new/x/y/d.rs", &["new/x/y/d.rs", "src/c.rs", "src/deep/b.rs"]);
    change("mv new/x newer; mv src/deep src/deeper", &["newer/y/d.rs", "src/c.rs", "src/deeper/b.rs"]);
    change("rm -r newer; touch newer", &["src/c.rs", "src/deeper/b.rs"]);
    change("mkdir build target; touch build/e.rs src/rs.log; ln -s src/c.rs link.rs", &["src/c.rs", "src/deeper/b.rs"]);
    // Other rules: all of it is looked at anew.
    change("echo '/build' > .gitignore; echo 'deeper/' >> .gitignore", &["src/c.rs", "src/rs.log"]);
    change("rm .gitignore", &["build/e.rs", "src/c.rs", "src/deeper/b.rs", "src/rs.log"]);
    // More than is told one by one.
    change(
        "mkdir many; cd many; i=0; while [ $i -lt 3000 ]; do : > $i.txt; i=$((i+1)); done; : > last.rs",
        &["build/e.rs", "many/last.rs", "src/c.rs", "src/deeper/b.rs", "src/rs.log"],
    );
    assert_eq!(finder.find("many txt", 1, Some(Duration::ZERO)).unwrap().total, 3000);
    assert_eq!(begun.load(Ordering::Relaxed), 1, "followed once");
}

#[test]
fn a_folder_that_can_not_be_followed_is_walked_through_as_before() {
    let project = Project::new(&[("a.txt", "")]);
    let finder = Finder::followed(project.folder(), Box::new(|_, _| None));
    expect(&finder, "txt", &["a.txt"]);
    project.put("b.txt", "");
    expect(&finder, "txt", &["a.txt", "b.txt"]);
}

#[test]
fn following_ends_with_the_finder() {
    let project = Project::new(&[("a.txt", "")]);
    let (finder, begun) = followed(&project);
    expect(&finder, "txt", &["a.txt"]);
    while begun.load(Ordering::Relaxed) == 0 {
        std::thread::yield_now();
    }
    let folder = Arc::downgrade(finder.folder());
    drop(finder);
    let deadline = Instant::now() + DEADLINE;
    // The thread that walks holds it until it sees that nobody wants it any more.
    while folder.upgrade().is_some() {
        assert!(Instant::now() < deadline, "still held");
        std::thread::yield_now();
    }
}

#[test]
fn what_was_opened_in_an_earlier_life_comes_after_what_is_opened_in_this_one() {
    let project = Project::new(&[("a/x.rs", ""), ("b/x.rs", ""), ("c/x.rs", "")]);
    let finder = Finder::new(project.folder());
    finder.note_opened(&RelativePath::new("c/x.rs".as_ref()).unwrap());
    finder.remember(vec!["b/x.rs".to_owned(), "c/x.rs".to_owned()]);
    assert_eq!(paths(&finder, "x"), ["c/x.rs", "b/x.rs", "a/x.rs"]);
    assert_eq!(finder.recent(), ["c/x.rs", "b/x.rs"]);
    finder.remember((0..100).map(|number| number.to_string()).collect());
    assert_eq!(finder.recent().len(), atelier_finding::MAX_RECENT);
}

#[test]
fn names_of_any_bytes_are_found_and_follow_their_folder() {
    let project = Project::new(&[("plain/größe/a.rs", "")]);
    let odd = project.root.join("plain/größe").join(OsStr::from_bytes(b"\xe9.rs"));
    if fs::write(&odd, "").is_err() {
        // The file systems of Macs have no such names.
        return;
    }
    let (finder, begun) = followed(&project);
    let address = r#""plain/gr\303\266\303\237e/\351.rs""#;
    expect(&finder, "rs", &[address, "plain/größe/a.rs"]);
    while begun.load(Ordering::Relaxed) == 0 {
        std::thread::yield_now();
    }
    let hit = finder.find("351", 1, None).unwrap().hits.remove(0);
    assert_eq!(RelativePath::at(&hit.relative_path).unwrap().as_path(), odd.strip_prefix(&project.root).unwrap());
    assert_eq!(atelier_workspace::path_at(&hit.path), odd);
    fs::rename(project.root.join("plain/größe"), project.root.join("moved")).unwrap();
    expect(&finder, "rs", &[r#""moved/\351.rs""#, "moved/a.rs"]);
}
