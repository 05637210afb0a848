//! What is said of a repository against what git's own plumbing says, on repositories of every odd kind.

use std::{
    ffi::OsStr,
    fs,
    io::Write as _,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _, fs::symlink},
    process::{Command, Stdio},
};

use crate::{
    parts::query,
    scratch::{Scratch, going_on},
};
use atelier_git::{
    Change, ChangedFile, Changes, ConflictKind, DiffLineKind, DiffQuery, GraphQuery, Notice, OperationState,
    Settlement, Side,
};

/// A path as lists show it: as it is, or, where it is no UTF-8, in quotes. Git itself quotes more.
pub(crate) fn shown(path: &[u8]) -> String {
    match std::str::from_utf8(path) {
        Ok(text) if !text.starts_with('"') => text.to_owned(),
        _ => {
            path.iter().fold(String::from('"'), |text, byte| match byte {
                b'"' => text + "\\\"",
                b' '..=b'~' => text + &char::from(*byte).to_string(),
                _ => format!("{text}\\{byte:03o}"),
            }) + "\""
        }
    }
}

fn plumbing(scratch: &Scratch, arguments: &[&str]) -> Vec<Vec<u8>> {
    let output = scratch.try_git(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout.split(|byte| *byte == 0).filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect()
}

/// `letter path`, and `from -> to` for what was renamed, of `--name-status -z`; conflicts are left out.
fn plain(scratch: &Scratch, arguments: &[&str]) -> Vec<String> {
    let parts = plumbing(scratch, arguments);
    let mut parts = parts.iter();
    let mut found = Vec::new();
    while let Some(letter) = parts.next() {
        let first = shown(parts.next().unwrap());
        match letter[0] {
            b'U' => {}
            b'R' | b'C' => found.push(format!("{} {first} -> {}", char::from(letter[0]), shown(parts.next().unwrap()))),
            letter => found.push(format!("{} {first}", char::from(letter))),
        }
    }
    found.sort();
    found
}

fn ours(files: &[ChangedFile]) -> Vec<String> {
    let line = |file: &ChangedFile| {
        let letter = match file.change {
            Change::Modified => 'M',
            Change::Added => 'A',
            Change::Deleted => 'D',
            Change::Renamed => 'R',
            Change::Copied => 'C',
            Change::TypeChanged => 'T',
            Change::Conflicted => 'U',
            Change::Untracked => '?',
        };
        match &file.from {
            Some(from) => format!("{letter} {from} -> {}", file.path),
            None => format!("{letter} {}", file.path),
        }
    };
    let mut lines: Vec<_> = files.iter().map(line).collect();
    lines.sort();
    lines
}

/// All lists against plumbing.
pub(crate) fn agrees(scratch: &Scratch) -> Changes {
    let changes = scratch.open().unwrap().changes(&going_on).unwrap();
    let unborn = !scratch.try_git(&["rev-parse", "--verify", "HEAD"]).status.success();
    let tree =
        if unborn { scratch.git(&["hash-object", "-t", "tree", "/dev/null"]).trim().to_owned() } else { "HEAD".into() };
    let submodules = "--ignore-submodules=dirty";
    let index =
        ["diff-index", "--cached", "--ita-invisible-in-index", "-M", "-z", "--name-status", submodules, tree.as_str()];
    assert_eq!(ours(&changes.staged), plain(scratch, &index), "staged");
    // A file that was only touched is none; the index does not know that without looking.
    scratch.try_git(&["update-index", "-q", "--refresh"]);
    let mut unmerged: Vec<_> = plumbing(scratch, &["diff-files", "-z", "--name-only", "--diff-filter=U"])
        .iter()
        .map(|path| shown(path))
        .collect();
    unmerged.sort();
    unmerged.dedup();
    let mut files =
        plain(scratch, &["diff-files", "--ita-invisible-in-index", "-M", "-z", "--name-status", submodules]);
    // Plumbing compares a file in conflict with our version as well.
    files.retain(|line| !unmerged.iter().any(|path| line[2..] == **path));
    assert_eq!(ours(&changes.unstaged), files, "unstaged");
    let mut untracked: Vec<_> = plumbing(scratch, &["ls-files", "-o", "--exclude-standard", "-z"])
        .iter()
        .map(|path| format!("? {}", shown(path)))
        .collect();
    untracked.sort();
    assert_eq!(ours(&changes.untracked), untracked, "untracked");
    let mut conflicts: Vec<_> = changes.conflicts.iter().map(|file| file.path.clone()).collect();
    conflicts.sort();
    assert_eq!(conflicts, unmerged, "conflicts");
    changes
}

#[test]
fn changes_of_every_kind_are_those_of_plumbing() {
    let long = |start: &str| (0..40).map(|n| format!("{start} {n}\n")).collect::<Vec<_>>().concat();
    let scratch = Scratch::with(&[
        ("renamed", &long("r")),
        ("deleted", "x\n"),
        ("unstaged delete", "x\n"),
        ("mode", "x\n"),
        ("type", "x\n"),
        ("both", "x\n"),
        ("\"quoted\"\t\n", "x\n"),
        ("crlf", "one\r\ntwo\r\n"),
    ]);
    let inner = Scratch::with(&[("b", "x\n")]);
    let url = inner.root.to_str().unwrap();
    scratch.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "module"]);
    let bytes = scratch.root.join(OsStr::from_bytes(b"no \xff\xfe text"));
    // Macs have no such names.
    let any_name = fs::write(&bytes, "x\n").is_ok();
    scratch.commit_all("more");
    if any_name {
        fs::write(&bytes, "y\n").unwrap();
    }
    scratch.git(&["mv", "renamed", "other name"]);
    scratch.git(&["rm", "-q", "deleted"]);
    fs::remove_file(scratch.root.join("unstaged delete")).unwrap();
    fs::set_permissions(scratch.root.join("mode"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(scratch.root.join("type")).unwrap();
    symlink("mode", scratch.root.join("type")).unwrap();
    scratch.put("both", "staged\n");
    scratch.git(&["add", "both"]);
    scratch.put("both", "and more\n");
    scratch.put("\"quoted\"\t\n", "y\n");
    scratch.put("crlf", "one\r\nTWO\r\n");
    scratch.put("new/deep/file", "x\n");
    scratch.put("intended", "x\n");
    scratch.git(&["add", "-N", "intended"]);
    scratch.git(&[
        "-C",
        "module",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "x",
    ]);
    symlink("nowhere", scratch.root.join("dangling")).unwrap();
    let changes = agrees(&scratch);
    assert!(changes.unstaged.iter().any(|file| file.path == "module" && file.submodule));
    let repository = scratch.open().unwrap();
    // Whatever is listed has a diff.
    for (list, side) in
        [(&changes.staged, Side::Staged), (&changes.unstaged, Side::Unstaged), (&changes.untracked, Side::Unstaged)]
    {
        for file in list {
            let query = DiffQuery { from: file.from.clone(), ..query(&file.path, side.clone()) };
            let diff = repository.file_changes(&query, 0, &going_on).unwrap();
            assert!(diff.change.is_some(), "{}", file.path);
            assert_eq!(diff.from, file.from);
        }
    }
    let module = repository.file_changes(&query("module", Side::Unstaged), 0, &going_on).unwrap();
    assert!(matches!(module.notice, Some(Notice::Submodule { from: Some(_), to: Some(_) })), "{:?}", module.notice);
}

#[test]
fn a_copy_is_found_where_the_settings_say_so() {
    let text = (0..40).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat();
    let scratch = Scratch::with(&[("a", &text)]);
    scratch.git(&["config", "status.renames", "copies"]);
    scratch.put("b", &text.replace("7\n", "seven\n"));
    scratch.put("a", &(text.clone() + "more\n"));
    scratch.git(&["add", "-A"]);
    let repository = scratch.open().unwrap();
    let staged = repository.changes(&going_on).unwrap().staged;
    assert_eq!(ours(&staged), ["C a -> b", "M a"]);
    for (from, change, added) in
        [(Some("a"), Change::Copied, 4), (Some("nowhere"), Change::Added, 40), (None, Change::Added, 40)]
    {
        let query = DiffQuery { from: from.map(str::to_owned), ..query("b", Side::Staged) };
        let diff = repository.file_changes(&query, 0, &going_on).unwrap();
        assert_eq!((diff.change, diff.added), (Some(change), added), "{from:?}");
    }
}

/// An index with a conflict of each kind, and files for those that have one.
fn all_conflicts() -> Scratch {
    let scratch = Scratch::with(&[("a", "x\n")]);
    let blob = |text: &str| {
        let file = scratch.put("blob", text);
        let hash = scratch.git(&["hash-object", "-w", file.to_str().unwrap()]).trim().to_owned();
        fs::remove_file(file).unwrap();
        hash
    };
    let blobs = [blob("base\n"), blob("ours\n"), blob("theirs\n")];
    let mut entries: Vec<String> = Vec::new();
    for (name, stages) in
        [("dd", "1"), ("au", "2"), ("ud", "12"), ("ua", "3"), ("du", "13"), ("aa", "23"), ("uu", "123")]
    {
        for stage in stages.chars() {
            let blob = &blobs[stage.to_digit(10).unwrap() as usize - 1];
            entries.push(format!("100644 {blob} {stage}\t{name}\n"));
        }
        scratch.put(name, "in the working tree\n");
    }
    fed(&scratch, &["update-index", "--index-info"], entries.concat().as_bytes());
    scratch
}

pub(crate) fn fed(scratch: &Scratch, arguments: &[&str], input: &[u8]) {
    let mut git = Command::new("git").args(arguments).current_dir(&scratch.root).stdin(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(input).unwrap();
    assert!(git.wait().unwrap().success());
}

#[test]
fn conflicts_of_every_kind_are_told_and_settled() {
    let kinds = [
        ("dd", ConflictKind::BothDeleted),
        ("au", ConflictKind::AddedByUs),
        ("ud", ConflictKind::DeletedByThem),
        ("ua", ConflictKind::AddedByThem),
        ("du", ConflictKind::DeletedByUs),
        ("aa", ConflictKind::BothAdded),
        ("uu", ConflictKind::BothModified),
    ];
    let scratch = all_conflicts();
    let changes = agrees(&scratch);
    let repository = scratch.open().unwrap();
    let listed = repository.conflicts(&going_on).unwrap();
    assert_eq!(listed.len(), 7);
    for (name, kind) in kinds {
        assert!(listed.iter().any(|file| file.path == name && file.kind == kind), "{name}");
        assert!(changes.conflicts.iter().any(|file| file.path == name && file.kind == kind), "{name}");
        // What each version is, is what `cat-file` says.
        let conflict = repository.conflict(name, &going_on).unwrap();
        for (stage, version) in [&conflict.base, &conflict.ours, &conflict.theirs].into_iter().enumerate() {
            let told = scratch.try_git(&["cat-file", "blob", &format!(":{}:{name}", stage + 1)]);
            let told = told.status.success().then(|| String::from_utf8(told.stdout).unwrap());
            assert_eq!(version.as_ref().and_then(|version| version.text.clone()), told, "{name} {stage}");
        }
        let diff = repository.file_changes(&query(name, Side::Unstaged), 0, &going_on).unwrap();
        assert_eq!((diff.change, diff.by_line), (Some(Change::Conflicted), false), "{name}");
    }
    for how in [Settlement::Ours, Settlement::Theirs, Settlement::AsItIs { with_marks: false }] {
        let scratch = all_conflicts();
        let repository = scratch.open().unwrap();
        for (name, kind) in kinds {
            let kept = repository.settle(name, how, &going_on).unwrap();
            assert_eq!(scratch.git(&["cat-file", "blob", &kept.blob.unwrap()]), "in the working tree\n");
            let there = |which: &str| match kind {
                ConflictKind::BothDeleted => false,
                ConflictKind::AddedByUs | ConflictKind::DeletedByThem => which == "ours",
                ConflictKind::AddedByThem | ConflictKind::DeletedByUs => which == "theirs",
                ConflictKind::BothAdded | ConflictKind::BothModified => true,
            };
            let wanted = match how {
                Settlement::Ours => there("ours").then_some("ours\n"),
                Settlement::Theirs => there("theirs").then_some("theirs\n"),
                Settlement::AsItIs { .. } => Some("in the working tree\n"),
            };
            let index = scratch.try_git(&["cat-file", "blob", &format!(":0:{name}")]);
            let index = index.status.success().then(|| String::from_utf8(index.stdout).unwrap());
            assert_eq!(index.as_deref(), wanted, "{name} {how:?}");
            assert_eq!(fs::read_to_string(scratch.root.join(name)).ok().as_deref(), wanted, "{name} {how:?}");
        }
        assert_eq!(repository.conflicts(&going_on).unwrap(), []);
        // In the middle of a merge each comes back as it was.
        fs::write(scratch.root.join(".git/MERGE_HEAD"), scratch.git(&["rev-parse", "HEAD"])).unwrap();
        assert_eq!(repository.changes(&going_on).unwrap().settled, ["aa", "au", "dd", "du", "ua", "ud", "uu"]);
        for (name, _) in kinds {
            let before = fs::read(scratch.root.join(name)).ok();
            let kept = repository.unsettle(name, &going_on).unwrap();
            let blob = kept.blob.map(|blob| scratch.git(&["cat-file", "blob", &blob]).into_bytes());
            assert_eq!(blob, before, "{name} {how:?}");
        }
        assert_eq!(repository.conflicts(&going_on).unwrap(), listed);
        assert_eq!(scratch.git(&["ls-files", "--unmerged"]), all_conflicts().git(&["ls-files", "--unmerged"]));
        assert_eq!(repository.changes(&going_on).unwrap().settled, [] as [String; 0]);
        let text = |name: &str| fs::read_to_string(scratch.root.join(name)).unwrap();
        assert!(["uu", "aa"].iter().all(|name| text(name).contains("<<<<<<<")), "{how:?}");
        assert_eq!(["au", "ud", "ua", "du"].map(text), ["ours\n", "ours\n", "theirs\n", "theirs\n"], "{how:?}");
    }
}

#[test]
fn heads_of_every_kind_are_told() {
    let scratch = Scratch::new();
    scratch.put("a", "x\n");
    scratch.git(&["add", "a"]);
    let unborn = agrees(&scratch);
    assert_eq!((unborn.branch.as_deref(), unborn.head), (Some("main"), None));
    let diff = scratch.open().unwrap().file_changes(&query("a", Side::Staged), 0, &going_on).unwrap();
    assert_eq!(diff.change, Some(Change::Added));
    scratch.commit_all("first");
    scratch.git(&["checkout", "-q", "--detach"]);
    let detached = agrees(&scratch);
    assert_eq!(
        (detached.branch, detached.head.unwrap()),
        (None, scratch.git(&["rev-parse", "HEAD"]).trim().to_owned())
    );
    scratch.git(&["bisect", "start"]);
    assert_eq!(agrees(&scratch).state, OperationState::Bisecting);
    scratch.git(&["bisect", "reset"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.git(&["config", "branch.main.remote", "."]);
    scratch.git(&["config", "branch.main.merge", "refs/heads/gone"]);
    let gone = agrees(&scratch);
    assert_eq!((gone.upstream.as_deref(), gone.upstream_gone, gone.ahead), (Some("gone"), true, 0));
}

#[test]
fn shallow_partial_sparse_and_linked_ones_are_looked_at_without_a_network() {
    let origin = Scratch::with(&[("a", "one\n"), ("sub/b", "one\n"), ("other/c", "one\n")]);
    origin.put("a", "two\n");
    origin.commit_all("second");
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.root.display());
    for options in [&["--depth=1"][..], &["--filter=blob:none"], &["--filter=blob:none", "--sparse"]] {
        let clone = Scratch::bare_folder();
        fs::remove_dir(&clone.root).unwrap();
        origin.git(&[&["clone", "-q"], options, &[&url, clone.root.to_str().unwrap()]].concat());
        // From here on there is no remote to ask.
        clone.git(&["remote", "set-url", "origin", "file:///nowhere"]);
        let changes = agrees(&clone);
        assert!(changes.is_clean(), "{options:?} {changes:?}");
        clone.put("a", "three\n");
        clone.put("new", "n\n");
        let changes = agrees(&clone);
        assert_eq!((changes.unstaged.len(), changes.untracked.len()), (1, 1), "{options:?}");
        let repository = clone.open().unwrap();
        let diff = repository.file_changes(&query("a", Side::Unstaged), 0, &going_on).unwrap();
        assert_eq!((diff.added, diff.removed), (1, 1));
        let rows = repository.graph(&GraphQuery::default(), &going_on).unwrap().rows;
        let wanted = clone.git(&["rev-list", "--topo-order", "--all"]);
        assert_eq!(rows.iter().map(|row| row.commit.as_str()).collect::<Vec<_>>(), wanted.lines().collect::<Vec<_>>());
    }
    let linked = origin.outer.path().canonicalize().unwrap().join("linked");
    origin.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    fs::write(linked.join("a"), "changed\n").unwrap();
    let changes = Scratch::open_at(&linked).unwrap().changes(&going_on).unwrap();
    assert_eq!((changes.branch.as_deref(), changes.unstaged.len()), (Some("linked"), 1));
    assert!(agrees(&origin).is_clean());
}

#[test]
fn a_hundred_thousand_files_are_counted_and_bounded() {
    const FILES: u64 = 100_000;
    let scratch = Scratch::with(&[("a", "x\n")]);
    let blob = scratch.git(&["rev-parse", "HEAD:a"]).trim().to_owned();
    let entries = (0..FILES).map(|n| format!("100644 {blob}\td{}/f{n}\n", n % 100)).collect::<Vec<_>>().concat();
    fed(&scratch, &["update-index", "--index-info"], entries.as_bytes());
    let changes = scratch.open().unwrap().changes(&going_on).unwrap();
    // Each is in the index and not in the last commit, and has no file.
    let listed = changes.staged.len();
    assert_eq!((listed, changes.omitted), (50_000, FILES - 50_000));
    assert_eq!(changes.unstaged.len(), listed);
    assert!(!changes.is_clean());
    let tree = scratch.git(&["write-tree"]).trim().to_owned();
    let commit = scratch.git(&["commit-tree", "-p", "HEAD", "-m", "many", &tree]).trim().to_owned();
    scratch.git(&["update-ref", "HEAD", &commit]);
    let diff = scratch.open().unwrap().file_changes(&query("d7/f7", Side::Commit(commit)), 0, &going_on).unwrap();
    assert_eq!((diff.change, diff.added), (Some(Change::Added), 1));
}

#[test]
fn ten_megabytes_of_a_diff_come_in_pages_and_can_be_staged() {
    let lines = |start: &str| {
        (0..100_000)
            .map(|n| format!("{start} line {n} of a file with long enough lines\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let scratch = Scratch::with(&[("a", &lines("old"))]);
    let new = lines("new");
    scratch.put("a", &new);
    let repository = scratch.open().unwrap();
    let first = repository.file_changes(&query("a", Side::Unstaged), 0, &going_on).unwrap();
    assert_eq!((first.added, first.removed, first.lines), (100_000, 100_000, 200_000));
    let on_page = |diff: &atelier_git::FileDiff| diff.hunks.iter().map(|hunk| hunk.lines.len()).sum::<usize>();
    assert!(on_page(&first) <= 2_000 && first.next.is_some());
    let last = repository.file_changes(&query("a", Side::Unstaged), 199_000, &going_on).unwrap();
    assert_eq!((on_page(&last), last.next), (1_000, None));
    let line = last.hunks[0].lines.last().unwrap();
    assert_eq!((line.kind, line.new), (DiffLineKind::Added, Some(100_000)));
    let chosen = atelier_git::Selection {
        from: None,
        context: 3,
        stamp: first.stamp,
        lines: std::iter::once(0..first.lines).collect(),
    };
    repository.stage_lines("a", &chosen, &going_on).unwrap();
    assert_eq!(scratch.git(&["show", ":a"]), new);
}
