//! Cloning, fetching, pushing and pulling over `git://` and HTTP, served by git's own programs on loopback.

use std::{
    cell::{Cell, RefCell},
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use atelier_git::{CloneUrl, Git, GitOptions, GitProgress};
use atelier_workspace::Folder;

use crate::{
    scratch::{Scratch, going_on, said},
    servers::{Manner, Server},
};

/// `ann:right` in base64.
const ANN: &str = "YW5uOnJpZ2h0";

fn quiet(_: GitProgress) {}

fn none() -> GitOptions {
    GitOptions::default()
}

/// A repository to be served as `origin.git`, with some history, and the folder that it lies in.
fn served() -> (Scratch, PathBuf) {
    let scratch = Scratch::with(&[("a", "1\n2\n")]);
    // What can't be compressed takes a while on the way.
    let noise: String = (0..200_000_u64)
        .map(|n| format!("{:016x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n.rotate_left(23)))
        .collect::<Vec<_>>()
        .concat();
    scratch.put("noise", &noise);
    scratch.commit_all("second");
    let origin = scratch.with_origin();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    let root = origin.parent().unwrap().to_owned();
    (scratch, root)
}

fn target(scratch: &Scratch, name: &str) -> PathBuf {
    let target = scratch.outer.path().canonicalize().unwrap().join(name);
    fs::create_dir(&target).unwrap();
    target
}

fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).unwrap().next().is_none()
}

fn cloned(scratch: &Scratch, url: &str, name: &str) -> (Scratch, Vec<(String, Option<u8>)>) {
    let root = target(scratch, name);
    let mut stages = Vec::new();
    let mut tell = |progress: GitProgress| stages.push((progress.stage, progress.percent));
    Scratch::contract_at(&root).clone_here(&CloneUrl::new(url).unwrap(), &mut tell).unwrap();
    let clone = Scratch { outer: tempfile::tempdir().unwrap(), root };
    for setting in [["user.name", "Ann"], ["user.email", "ann@localhost"], ["commit.gpgsign", "false"]] {
        clone.git(&["config", setting[0], setting[1]]);
    }
    (clone, stages)
}

/// All that is done with a remote, from two clones of it.
fn works_over(scratch: &Scratch, url: &str) {
    let (ours, stages) = cloned(scratch, url, "ours");
    assert!(stages.contains(&("Receiving objects".to_owned(), Some(100))), "{stages:?}");
    assert!(stages.iter().any(|(stage, percent)| stage == "Counting objects" && percent.is_some()), "{stages:?}");
    let (theirs, _) = cloned(scratch, url, "theirs");
    theirs.put("b", "theirs\n");
    theirs.commit_all("theirs");
    let mut stages = Vec::new();
    let mut tell = |progress: GitProgress| stages.push((progress.stage, progress.percent));
    let pushed = theirs.contract().push(None, None, &none(), &mut tell).unwrap();
    assert_eq!((pushed.repo.as_str(), pushed.pushed[0].new), (url, false));
    assert_eq!(pushed.tracking.unwrap().local, "refs/remotes/origin/main");
    assert!(stages.contains(&("Writing objects".to_owned(), Some(100))), "{stages:?}");
    ours.put("c", "ours\n");
    ours.commit_all("ours");
    let git = ours.contract();
    let refused = said(git.push(None, None, &none(), &mut quiet));
    assert!(refused.contains("[rejected]") && refused.contains("fetch first"), "{refused}");
    git.fetch(None, None, &none(), &mut quiet).unwrap();
    let status = git.status().unwrap();
    assert_eq!((status.ahead, status.behind), (1, 1));
    let diverged = said(git.pull(None, None, &none(), &mut quiet));
    assert_eq!(diverged, "Need to specify how to reconcile divergent branches.");
    let rebase = GitOptions::from_list(["--rebase".to_owned()]).unwrap();
    let pulled = git.pull(None, None, &rebase, &mut quiet).unwrap();
    assert!(pulled.files.contains(&"b".to_owned()), "{pulled:?}");
    git.push(None, None, &none(), &mut quiet).unwrap();
    let pulled = theirs.contract().pull(None, None, &none(), &mut quiet).unwrap();
    assert_eq!((pulled.files, pulled.insertions), (vec!["c".to_owned()], 1));
    git.push(None, Some("HEAD:refs/heads/other"), &none(), &mut quiet).unwrap();
    let listed = |git: &Git<'_>| git.branches(true).unwrap().branches.into_iter().map(|b| b.name).collect::<Vec<_>>();
    assert!(listed(&git).contains(&"remotes/origin/other".to_owned()));
    git.delete_remote_branch("other", None).unwrap();
    assert!(!listed(&git).contains(&"remotes/origin/other".to_owned()));
    let missing = said(git.delete_remote_branch("other", None));
    assert!(missing.contains("remote ref does not exist"), "{missing}");
}

#[test]
fn everything_works_over_gits_own_protocol() {
    let (scratch, root) = served();
    let server = Server::daemon(&root);
    works_over(&scratch, &server.url("git", "origin.git"));
}

#[test]
fn everything_works_over_http() {
    let (scratch, root) = served();
    let server = Server::http(&root, Manner::default());
    works_over(&scratch, &server.url("http", "origin.git"));
}

#[test]
fn what_is_not_there_is_told_in_gits_words_and_leaves_nothing() {
    let (scratch, root) = served();
    let root_of = |name: &str| target(&scratch, name);
    let (daemon, http) = (Server::daemon(&root), Server::http(&root, Manner::default()));
    for (name, url) in [("one", daemon.url("git", "none.git")), ("two", http.url("http", "none.git"))] {
        let folder = root_of(name);
        let failure = said(Scratch::contract_at(&folder).clone_here(&CloneUrl::new(&url).unwrap(), &mut quiet));
        let known = ["not found", "not exported", "does not appear", "remote end hung up", "remote error"];
        assert!(known.iter().any(|words| failure.contains(words)), "{failure}");
        assert!(is_empty(&folder), "{failure}");
    }
}

#[test]
fn a_server_that_wants_a_password_is_told_of_and_nobody_is_asked() {
    let (scratch, root) = served();
    let server = Server::http(&root, Manner { wanted: Some(ANN), ..Manner::default() });
    let url = |user: &str| server.url("http", "origin.git").replacen("://", &format!("://{user}"), 1);
    let begun = Instant::now();
    let folder = target(&scratch, "clone");
    for (user, words) in [("", "could not read Username"), ("ann:hunter2@", "Authentication failed")] {
        let address = CloneUrl::new(&url(user)).unwrap();
        let failure = said(Scratch::contract_at(&folder).clone_here(&address, &mut quiet));
        assert!(failure.contains(words) && !failure.contains("hunter2"), "{failure}");
        assert!(is_empty(&folder), "{failure}");
        scratch.git(&["remote", "set-url", "origin", &url(user)]);
        let git = scratch.contract();
        for failure in [
            said(git.fetch(None, None, &none(), &mut quiet)),
            said(git.pull(None, None, &none(), &mut quiet)),
            said(git.push(None, None, &none(), &mut quiet)),
            said(git.delete_remote_branch("main", None)),
        ] {
            assert!(failure.contains(words) && !failure.contains("hunter2"), "{failure}");
        }
        // Branches are as they were when they were last fetched.
        let names = git.branches(true).unwrap();
        assert!(names.branches.iter().any(|branch| branch.name == "remotes/origin/main"));
    }
    assert!(begun.elapsed() < Duration::from_mins(1), "nobody waits for an answer that can't come");
    let (clone, _) = cloned(&scratch, &url("ann:right@"), "known");
    let pushed = clone.contract().push(None, None, &none(), &mut quiet).unwrap();
    assert_eq!(pushed.repo, server.url("http", "origin.git"), "without the password");
}

/// Runs it with a signal that is given once the server has stalled and it is `time`; returns how it failed.
fn stopped_when_stalled(
    server: &Server,
    folder: &Path,
    time: &dyn Fn() -> bool,
    work: impl FnOnce(&Git<'_>) -> String,
) -> String {
    let (given, before) = (Cell::new(None), server.stalled());
    let stopped = || {
        if given.get().is_none() && server.stalled() > before && time() {
            given.set(Some(Instant::now()));
        }
        given.get().is_some()
    };
    let failure = work(&Git::at(Folder::open(folder).unwrap(), &stopped).unwrap());
    let given = given.get();
    assert!(given.is_some(), "it was over before: {failure}");
    let took = given.unwrap().elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    failure
}

#[test]
fn a_clone_that_is_stopped_half_way_leaves_nothing() {
    let (scratch, root) = served();
    // Some of the pack has come by then.
    let server = Server::http(&root, Manner { stalls_after: Some(500_000), ..Manner::default() });
    let folder = target(&scratch, "clone");
    let url = CloneUrl::new(&server.url("http", "origin.git")).unwrap();
    let seen = RefCell::new(Vec::new());
    let half_way = || seen.borrow().contains(&"Receiving objects".to_owned());
    let failure = stopped_when_stalled(&server, &folder, &half_way, |git| {
        said(git.clone_here(&url, &mut |progress| seen.borrow_mut().push(progress.stage)))
    });
    assert!(failure.contains("stopped"), "{failure}");
    assert!(is_empty(&folder));
}

#[test]
fn after_a_hundred_fetches_that_are_stopped_no_program_is_left() {
    let (scratch, root) = served();
    let server = Server::http(&root, Manner { stalls_after: Some(0), ..Manner::default() });
    let url = server.url("http", "origin.git");
    scratch.git(&["remote", "set-url", "origin", &url]);
    for _ in 0..100 {
        let failure = stopped_when_stalled(&server, &scratch.root, &|| true, |git| {
            said(git.fetch(None, None, &none(), &mut quiet))
        });
        assert!(failure.contains("stopped"), "{failure}");
    }
    // What talks to the server has its address among its arguments.
    let talks = |process: &std::fs::DirEntry| {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&arguments).contains(&url)
    };
    let left = || std::fs::read_dir("/proc").into_iter().flatten().flatten().filter(talks).count();
    let begun = Instant::now();
    while left() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} are left", left());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_server_that_says_nothing_holds_up_neither_the_end_nor_looking() {
    let (scratch, root) = served();
    let server = Server::http(&root, Manner { stalls_after: Some(0), ..Manner::default() });
    scratch.git(&["remote", "set-url", "origin", &server.url("http", "origin.git")]);
    scratch.put("a", "changed\n");
    let works: [fn(&Git<'_>) -> String; 3] = [
        |git| said(git.fetch(None, None, &none(), &mut quiet)),
        |git| said(git.push(None, None, &none(), &mut quiet)),
        |git| said(git.pull(None, None, &none(), &mut quiet)),
    ];
    for work in works {
        let failure = stopped_when_stalled(&server, &scratch.root, &|| true, work);
        assert!(failure.contains("stopped"), "{failure}");
    }
    // What leaves files and index alone does not keep others from them.
    let (over, before) = (std::sync::atomic::AtomicBool::new(false), server.stalled());
    std::thread::scope(|scope| {
        let (over, scratch) = (&over, &scratch);
        let fetching = scope.spawn(move || {
            let stopped = || over.load(std::sync::atomic::Ordering::SeqCst);
            let git = Git::at(Folder::open(&scratch.root).unwrap(), &stopped).unwrap();
            said(git.fetch(None, None, &none(), &mut quiet))
        });
        let begun = Instant::now();
        while server.stalled() == before {
            assert!(begun.elapsed() < Duration::from_mins(1));
            std::thread::sleep(Duration::from_millis(5));
        }
        let git = scratch.contract();
        assert_eq!(git.status().unwrap().files.len(), 1);
        git.stage_files(&["a".to_owned()]).unwrap();
        assert!(!fetching.is_finished());
        over.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(fetching.join().unwrap().contains("stopped"));
    });
    // The branches of a remote that does not answer are told after five seconds, as they were.
    let names = scratch.contract().branches(true).unwrap();
    assert!(names.branches.iter().any(|branch| branch.name == "remotes/origin/main"));
}

#[test]
fn a_server_can_not_send_git_to_a_program() {
    let (scratch, root) = served();
    let program = scratch.program("evil", "true");
    let server = Server::http(&root, Manner { moved_to: Some(format!("ext::{program}")), ..Manner::default() });
    let url = server.url("http", "origin.git");
    let folder = target(&scratch, "clone");
    said(Scratch::contract_at(&folder).clone_here(&CloneUrl::new(&url).unwrap(), &mut quiet));
    scratch.git(&["remote", "set-url", "origin", &url]);
    said(scratch.contract().fetch(None, None, &none(), &mut quiet));
    assert!(!scratch.has_run() && is_empty(&folder));
}

#[test]
fn a_clone_brings_no_programs_of_its_own() {
    let (scratch, root) = served();
    let program = scratch.program("evil", "cat");
    // A filter and a submodule that the repository names; git's own settings do not travel.
    scratch.put(".gitattributes", "* filter=f diff=d\n");
    scratch
        .put(".gitmodules", &format!("[submodule \"s\"]\n\tpath = s\n\turl = ext::{program}\n\tupdate = !{program}\n"));
    scratch.commit_all("third");
    scratch.git(&["push", "-q"]);
    let server = Server::http(&root, Manner::default());
    let (clone, _) = cloned(&scratch, &server.url("http", "origin.git"), "clone");
    let repository = Scratch::open_at(&clone.root).unwrap();
    assert!(repository.changes(&going_on).unwrap().is_clean());
    assert!(!scratch.has_run());
}
