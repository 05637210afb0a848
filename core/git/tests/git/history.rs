//! Commits that are made of commits, the stash, blame, the graph and tags: over real git.

use std::fs;

use atelier_git::{
    ConflictKind, GitError, GraphQuery, MergeKind, Moved, Onwards, OperationState, Repository, Settlement, StashSave,
};

use crate::scratch::{Scratch, going_on};

/// Two branches that changed the same line: `main` is checked out.
fn apart() -> Scratch {
    let scratch = Scratch::with(&[("a", "one\n"), ("b", "b\n")]);
    scratch.git(&["checkout", "-q", "-b", "other"]);
    scratch.put("a", "theirs\n");
    scratch.git(&["commit", "-qam", "theirs"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.put("a", "ours\n");
    scratch.git(&["commit", "-qam", "ours"]);
    scratch
}

fn state(repository: &Repository) -> OperationState {
    repository.operation_state(&going_on).unwrap()
}

fn head(scratch: &Scratch) -> String {
    scratch.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

#[test]
fn a_merge_stops_at_conflicts_and_goes_on_when_they_are_settled() {
    for (how, wanted) in [(Settlement::Ours, "ours\n"), (Settlement::Theirs, "theirs\n")] {
        let scratch = apart();
        let repository = scratch.open().unwrap();
        let Moved::Stopped { state: stopped, conflicts, .. } =
            repository.merge("other", MergeKind::Plain, None, &going_on).unwrap()
        else {
            panic!("it must stop");
        };
        assert_eq!(stopped, OperationState::Merging { commit: scratch.git(&["rev-parse", "other"]).trim().into() });
        assert_eq!((conflicts[0].path.as_str(), conflicts[0].kind), ("a", ConflictKind::BothModified));
        let conflict = repository.conflict("a", &going_on).unwrap();
        let text = |version: Option<atelier_git::Version>| version.and_then(|version| version.text);
        assert_eq!(
            (text(conflict.base), text(conflict.ours), text(conflict.theirs)),
            (Some("one\n".into()), Some("ours\n".into()), Some("theirs\n".into()))
        );
        let early = repository.go_on(Onwards::Continue, &going_on);
        assert!(matches!(early, Err(GitError::StillInConflict { count: 1, .. })), "{early:?}");
        let marked = repository.settle("a", Settlement::AsItIs { with_marks: false }, &going_on);
        assert!(matches!(marked, Err(GitError::StillMarked { .. })), "{marked:?}");
        let kept = repository.settle("a", how, &going_on).unwrap();
        assert!(scratch.git(&["cat-file", "blob", &kept.blob.unwrap()]).contains("<<<<<<<"));
        assert!(matches!(repository.go_on(Onwards::Continue, &going_on).unwrap(), Moved::Done { .. }));
        assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), wanted);
        assert_eq!(scratch.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);
        assert_eq!(state(&repository), OperationState::Clean);
        assert!(matches!(repository.go_on(Onwards::Abort, &going_on), Err(GitError::NothingUnderWay)));
    }
}

#[test]
fn a_settled_conflict_comes_back_until_the_merge_is_finished_and_what_was_settled_is_kept() {
    let scratch = apart();
    let repository = scratch.open().unwrap();
    let none = |path: &str| {
        let refused = repository.unsettle(path, &going_on);
        assert!(matches!(refused, Err(GitError::NotSettled { .. })), "{refused:?}");
    };
    none("a");
    repository.merge("other", MergeKind::Plain, None, &going_on).unwrap();
    none("a");
    none("b");
    let marked = fs::read_to_string(scratch.root.join("a")).unwrap();
    scratch.put("a", "settled with care\n");
    repository.settle("a", Settlement::AsItIs { with_marks: false }, &going_on).unwrap();
    assert_eq!(repository.changes(&going_on).unwrap().settled, ["a"]);
    let kept = repository.unsettle("a", &going_on).unwrap();
    assert_eq!(repository.conflicts(&going_on).unwrap().len(), 1);
    let again = fs::read_to_string(scratch.root.join("a")).unwrap();
    let sides = |text: &str| text.lines().filter(|line| !line.contains("<<<") && !line.contains(">>>")).count();
    assert_eq!((sides(&again), again.contains("ours\n=======\ntheirs\n")), (sides(&marked), true), "{again}");
    repository.restore_discarded(&kept, &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "settled with care\n");
    repository.settle("a", Settlement::Theirs, &going_on).unwrap();
    repository.go_on(Onwards::Continue, &going_on).unwrap();
    // Git still remembers it, but it is committed.
    none("a");
    assert_eq!(repository.changes(&going_on).unwrap().settled, [] as [String; 0]);
}

#[test]
fn what_an_earlier_step_of_a_rebase_settled_is_no_conflict_of_the_next_one() {
    let scratch = apart();
    scratch.git(&["checkout", "-q", "other"]);
    scratch.put("b", "theirs\n");
    scratch.git(&["commit", "-qam", "b of theirs"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.put("b", "ours\n");
    scratch.git(&["commit", "-qam", "b of ours"]);
    let repository = scratch.open().unwrap();
    scratch.git(&["checkout", "-q", "other"]);
    repository.rebase("main", &going_on).unwrap();
    repository.settle("a", Settlement::Theirs, &going_on).unwrap();
    repository.go_on(Onwards::Continue, &going_on).unwrap();
    let changes = repository.changes(&going_on).unwrap();
    assert_eq!((changes.conflicts[0].path.as_str(), changes.settled.len()), ("b", 0));
    repository.settle("b", Settlement::Theirs, &going_on).unwrap();
    assert_eq!(repository.changes(&going_on).unwrap().settled, ["b"]);
}

#[test]
fn each_kind_of_merge_does_what_it_says() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    scratch.git(&["checkout", "-q", "-b", "ahead"]);
    scratch.put("new", "n\n");
    scratch.git(&["add", "new"]);
    scratch.git(&["commit", "-qm", "new"]);
    scratch.git(&["checkout", "-q", "main"]);
    let (main, ahead) = (head(&scratch), scratch.git(&["rev-parse", "ahead"]).trim().to_owned());
    let repository = scratch.open().unwrap();
    let merge = |kind| repository.merge("ahead", kind, None, &going_on).unwrap();
    let back = || scratch.git(&["reset", "-q", "--hard", &main]);
    assert_eq!(merge(MergeKind::Plain), Moved::Done { head: ahead.clone(), before: Some(main.clone()) });
    assert_eq!(merge(MergeKind::Plain), Moved::Nothing);
    back();
    assert!(matches!(merge(MergeKind::Commit), Moved::Done { .. }));
    assert_ne!(head(&scratch), ahead);
    back();
    assert_eq!(merge(MergeKind::Squash), Moved::Staged);
    assert_eq!((head(&scratch), scratch.git(&["diff", "--cached", "--name-only"])), (main.clone(), "new\n".into()));
    back();
    let scratch = apart();
    let refused = scratch.open().unwrap().merge("other", MergeKind::OnlyForward, None, &going_on);
    assert!(matches!(refused, Err(GitError::Refused { .. })), "{refused:?}");
    let unknown = scratch.open().unwrap().merge("--exec=x", MergeKind::Plain, None, &going_on);
    assert!(matches!(unknown, Err(GitError::NoSuchCommit { .. })), "{unknown:?}");
}

#[test]
fn a_rebase_says_where_it_is_and_is_given_up_or_goes_on() {
    let scratch = apart();
    scratch.put("b", "more\n");
    scratch.git(&["commit", "-qam", "second"]);
    let before = head(&scratch);
    let repository = scratch.open().unwrap();
    let start = || repository.rebase("other", &going_on).unwrap();
    assert!(matches!(start(), Moved::Stopped { .. }));
    let OperationState::Rebasing { step, total, branch, onto } = state(&repository) else { panic!("a rebase") };
    assert_eq!((step, total, branch.as_deref()), (1, 2, Some("main")));
    assert_eq!(onto.unwrap(), scratch.git(&["rev-parse", "other"]).trim());
    repository.go_on(Onwards::Abort, &going_on).unwrap();
    assert_eq!((head(&scratch), state(&repository)), (before, OperationState::Clean));
    start();
    assert!(matches!(repository.go_on(Onwards::Skip, &going_on).unwrap(), Moved::Done { .. }));
    assert_eq!(scratch.git(&["log", "--format=%s"]), "second\ntheirs\nfirst\n");
    assert_eq!(repository.rebase("other", &going_on).unwrap(), Moved::Nothing);
    scratch.put("b", "dirty\n");
    assert!(matches!(repository.rebase("main~2", &going_on), Err(GitError::Refused { .. })));
    assert_eq!(fs::read_to_string(scratch.root.join("b")).unwrap(), "dirty\n");
}

#[test]
fn commits_are_picked_and_reverted() {
    let scratch = apart();
    let repository = scratch.open().unwrap();
    let theirs = scratch.git(&["rev-parse", "other"]).trim().to_owned();
    let pick = || repository.cherry_pick(std::slice::from_ref(&theirs), None, &going_on).unwrap();
    assert!(matches!(pick(), Moved::Stopped { .. }));
    assert_eq!(state(&repository), OperationState::CherryPicking { commit: Some(theirs.clone()) });
    repository.go_on(Onwards::Abort, &going_on).unwrap();
    pick();
    scratch.put("a", "both\n");
    repository.settle("a", Settlement::AsItIs { with_marks: false }, &going_on).unwrap();
    assert!(matches!(repository.go_on(Onwards::Continue, &going_on).unwrap(), Moved::Done { .. }));
    assert_eq!(scratch.git(&["log", "-1", "--format=%s"]), "theirs\n");
    assert!(matches!(repository.revert_commits(&["HEAD".into()], None, &going_on).unwrap(), Moved::Done { .. }));
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "ours\n");
    // The commit before changed the line that this one would take away.
    let stopped = repository.revert_commits(&["HEAD~3".into()], None, &going_on).unwrap();
    assert!(matches!(stopped, Moved::Stopped { state: OperationState::Reverting { .. }, .. }), "{stopped:?}");
    assert!(matches!(repository.revert_commits(&[], None, &going_on), Err(GitError::NothingChosen)));
}

#[test]
fn the_last_commit_is_made_anew_unless_others_may_have_it() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    scratch.put("a", "two\n");
    scratch.git(&["add", "a"]);
    assert!(matches!(repository.amend(None, false, &going_on).unwrap(), Moved::Done { .. }));
    assert_eq!(scratch.git(&["show", "--format=%s", "--stat"]).lines().next(), Some("first"));
    assert_eq!(scratch.git(&["show", "HEAD:a"]), "two\n");
    repository.amend(Some("better\n\nbody"), false, &going_on).unwrap();
    assert_eq!(repository.last_message(&going_on).unwrap(), "better\n\nbody");
    let remote = Scratch::bare_folder();
    remote.git(&["init", "-q", "--bare"]);
    scratch.git(&["remote", "add", "origin", remote.root.to_str().unwrap()]);
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    assert!(matches!(repository.amend(Some("x"), false, &going_on), Err(GitError::Published)));
    assert!(matches!(repository.amend(Some("x"), true, &going_on).unwrap(), Moved::Done { .. }));
}

#[test]
fn the_stash_keeps_everything_and_is_named_by_commits() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    assert_eq!(repository.stashes(&going_on).unwrap(), []);
    assert_eq!(repository.stash_save(&StashSave::default(), &going_on).unwrap(), None);
    scratch.put("a", "two\n");
    scratch.put("new", "n\n");
    let save = StashSave { message: Some("-- try\nthis".into()), untracked: true, keep_staged: false };
    let first = repository.stash_save(&save, &going_on).unwrap().unwrap();
    assert!(first.message.contains("-- try") && first.untracked.is_some(), "{first:?}");
    assert!(!scratch.root.join("new").exists());
    scratch.put("a", "three\n");
    let second = repository.stash_save(&StashSave::default(), &going_on).unwrap().unwrap();
    let commits = |repository: &Repository| {
        repository.stashes(&going_on).unwrap().into_iter().map(|entry| entry.commit).collect::<Vec<_>>()
    };
    assert_eq!(commits(&repository), [second.commit.clone(), first.commit.clone()]);
    // It has another number now, and is found all the same.
    repository.stash_pop(&first.commit, false, &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "two\n");
    assert!(scratch.root.join("new").exists());
    assert_eq!(commits(&repository), std::slice::from_ref(&second.commit));
    // What can't be applied stays where it is.
    assert!(repository.stash_pop(&second.commit, false, &going_on).is_err());
    assert_eq!(commits(&repository), std::slice::from_ref(&second.commit));
    repository.stash_drop(&second.commit, &going_on).unwrap();
    assert!(matches!(repository.stash_drop(&second.commit, &going_on), Err(GitError::NoSuchStash { .. })));
    repository.stash_store(&second, &going_on).unwrap();
    assert_eq!(commits(&repository), std::slice::from_ref(&second.commit));
}

#[test]
fn every_line_has_its_commit_page_by_page() {
    let scratch = Scratch::new();
    let lines = |from: usize, to: usize| (from..to).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat();
    let odd = "ü \"a\"";
    scratch.put(odd, &lines(0, 1_500));
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-qm", "first"]);
    scratch.put(odd, &(lines(0, 1_500) + &lines(5_000, 6_500)));
    scratch.git(&["commit", "-qam", "second"]);
    scratch.put(odd, &(String::from("mine\n") + &lines(0, 1_500) + &lines(5_000, 6_500)));
    let repository = scratch.open().unwrap();
    let page = repository.blame(odd, None, 1, &going_on).unwrap();
    let of = |commit: usize| page.commits[commit].summary.as_str();
    let parts: Vec<_> = page.parts.iter().map(|part| (of(part.commit), part.line, part.lines.len())).collect();
    assert_eq!(parts[1..], [("first", 2, 1_500), ("second", 1_502, 499)]);
    assert!(page.commits[0].uncommitted && page.commits[1].path == odd);
    let last = repository.blame(odd, None, page.next.unwrap(), &going_on).unwrap();
    assert_eq!((last.parts[0].line, last.parts[0].lines.len(), last.next), (2_001, 1_001, None));
    let committed = repository.blame(odd, Some("HEAD~1"), 1, &going_on).unwrap();
    assert_eq!(committed.parts[0].lines.len(), 1_500);
    assert_eq!(repository.blame(odd, None, 9_999, &going_on).unwrap().parts, []);
    assert!(repository.blame("nowhere", None, 1, &going_on).is_err());
}

#[test]
fn the_graph_comes_in_pages_and_says_when_it_has_moved() {
    let scratch = apart();
    let repository = scratch.open().unwrap();
    let query = GraphQuery { limit: 2, ..GraphQuery::default() };
    let first = repository.graph(&query, &going_on).unwrap();
    let next = GraphQuery { cursor: first.next.clone(), ..query.clone() };
    let second = repository.graph(&next, &going_on).unwrap();
    let rows = [first.rows, second.rows].concat();
    let shown: Vec<_> = rows.iter().map(|row| (row.subject.as_str(), row.lane)).collect();
    assert!(shown.contains(&("ours", 0)) || shown.contains(&("theirs", 0)), "{shown:?}");
    assert_eq!((shown[2].0, second.next), ("first", None));
    let wanted = scratch.git(&["log", "--all", "--topo-order", "--format=%H"]);
    assert_eq!(rows.iter().map(|row| row.commit.as_str()).collect::<Vec<_>>(), wanted.lines().collect::<Vec<_>>());
    assert!(rows.iter().any(|row| row.refs.contains(&"HEAD -> main".to_owned())));
    let mine = repository.graph(&GraphQuery { only_head: true, ..GraphQuery::default() }, &going_on).unwrap();
    assert_eq!(mine.rows.len(), 2);
    scratch.git(&["commit", "-q", "--allow-empty", "-m", "new"]);
    assert!(matches!(repository.graph(&next, &going_on), Err(GitError::HistoryMoved)));
    assert_eq!(Scratch::new().open().unwrap().graph(&query, &going_on).unwrap().rows, []);
}

#[test]
fn tags_are_listed_made_and_deleted() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    repository.create_tag("light", None, None, &going_on).unwrap();
    repository.create_tag("v1", Some("main"), Some("the first\n\nbody"), &going_on).unwrap();
    let tags = repository.tags(&going_on).unwrap();
    let v1 = tags.iter().find(|tag| tag.name == "v1").unwrap();
    assert_eq!((v1.commit.as_str(), v1.message.as_deref()), (head(&scratch).as_str(), Some("the first")));
    assert!(tags.iter().any(|tag| tag.name == "light" && tag.message.is_none() && tag.date > 1_000_000_000_000));
    assert!(repository.create_tag("v1", None, None, &going_on).is_err(), "one that is there stays");
    for name in ["-d", "a b", "", "a..b"] {
        assert!(matches!(repository.create_tag(name, None, None, &going_on), Err(GitError::TagName { .. })), "{name}");
    }
    assert_eq!(repository.delete_tag("v1", &going_on).unwrap(), v1.object);
    assert!(matches!(repository.delete_tag("v1", &going_on), Err(GitError::NoSuchTag { .. })));
    scratch.git(&["tag", "v1", &v1.object]);
    assert_eq!(repository.tags(&going_on).unwrap().len(), 2);
}
