//! What is said of a repository against what git's own plumbing says, whatever has happened to it.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use atelier_git::{Change, ChangedFile, DiffHunk, DiffLine, DiffLineKind, DiffQuery, GraphQuery, Side};
use proptest::prelude::*;

use crate::{
    conformance::{agrees, fed, shown},
    parts::query,
    scratch::{Scratch, going_on},
};

/// What may happen to one of a few files.
#[derive(Debug, Clone)]
enum Step {
    Write(usize, String),
    Remove(usize),
    Move(usize, usize),
    Mode(usize, u32),
    Link(usize, usize),
    Add(usize),
    Intend(usize),
    Unstage(usize),
    Commit,
}

const NAMES: [&str; 6] = ["a", "b c", "d/e", "d/é", "\"q\"", "-x"];

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..NAMES.len();
    prop_oneof![
        4 => (name(), "[ab\r\n]{0,20}").prop_map(|(at, text)| Step::Write(at, text.repeat(3))),
        1 => name().prop_map(Step::Remove),
        2 => (name(), name()).prop_map(|(from, to)| Step::Move(from, to)),
        1 => (name(), prop_oneof![Just(0o644_u32), Just(0o755)]).prop_map(|(at, mode)| Step::Mode(at, mode)),
        1 => (name(), name()).prop_map(|(at, to)| Step::Link(at, to)),
        4 => name().prop_map(Step::Add),
        1 => name().prop_map(Step::Intend),
        1 => name().prop_map(Step::Unstage),
        2 => Just(Step::Commit),
    ]
}

/// Does it; what can't be done is left undone.
fn take(scratch: &Scratch, step: &Step) {
    let path = |at: usize| scratch.root.join(NAMES[at]);
    let is_file = |path: &Path| path.symlink_metadata().is_ok_and(|file| file.is_file());
    match step {
        Step::Write(at, text) => {
            let _ = fs::remove_file(path(*at));
            scratch.put(NAMES[*at], text);
        }
        Step::Remove(at) => _ = fs::remove_file(path(*at)),
        Step::Move(from, to) => {
            fs::create_dir_all(path(*to).parent().unwrap()).unwrap();
            let _ = fs::rename(path(*from), path(*to));
        }
        Step::Mode(at, mode) if is_file(&path(*at)) => {
            fs::set_permissions(path(*at), fs::Permissions::from_mode(*mode)).unwrap();
        }
        Step::Mode(..) => {}
        Step::Link(at, to) => {
            let _ = fs::remove_file(path(*at));
            fs::create_dir_all(path(*at).parent().unwrap()).unwrap();
            symlink(NAMES[*to], path(*at)).unwrap();
        }
        Step::Add(at) => _ = scratch.try_git(&["add", "-A", "--", NAMES[*at]]),
        Step::Intend(at) => _ = scratch.try_git(&["add", "-N", "--", NAMES[*at]]),
        Step::Unstage(at) => _ = scratch.try_git(&["rm", "-q", "--cached", "--", NAMES[*at]]),
        Step::Commit => _ = scratch.try_git(&["commit", "-q", "-m", "step"]),
    }
}

/// What is shown of a file is a patch that git takes: of the index what is not staged, back from it what is. The lines on the
/// screen are its lines.
fn applies(scratch: &Scratch, file: &ChangedFile, side: &Side) {
    let name = NAMES.iter().find(|name| shown(name.as_bytes()) == file.path).unwrap();
    let staged = *side == Side::Staged;
    let text = scratch.contract().diff(name, staged, None).unwrap();
    // A file that is only named in the index is there already.
    if !staged && file.change == Change::Added {
        return;
    }
    let back: &[&str] = if staged { &["--reverse"] } else { &[] };
    fed(scratch, &[&["apply", "--cached", "--check"], back, &["-"]].concat(), text.as_bytes());
    let diff = scratch.open().unwrap().file_changes(&query(&file.path, side.clone()), 0, &going_on).unwrap();
    if file.change != Change::Modified || diff.notice.is_some() || diff.hunks.is_empty() {
        return;
    }
    let line = |line: &DiffLine| {
        let start = match line.kind {
            DiffLineKind::Added => '+',
            DiffLineKind::Removed => '-',
            DiffLineKind::Context => ' ',
        };
        format!("{start}{}\n{}", line.text, if line.no_newline { "\\ No newline at end of file\n" } else { "" })
    };
    let hunk =
        |hunk: &DiffHunk| format!("{}\n{}", hunk.header, hunk.lines.iter().map(line).collect::<Vec<_>>().concat());
    let ours = diff.hunks.iter().map(hunk).collect::<Vec<_>>().concat();
    assert_eq!(ours, text[text.find("\n@@").unwrap() + 1..], "{}", file.path);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn whatever_happens_the_lists_and_diffs_are_gits(steps in prop::collection::vec(step(), 1..24)) {
        let scratch = Scratch::with(&[("a", "1\n2\n3\n4\n5\n6\n7\n8\n"), ("b c", "x\n")]);
        for step in &steps {
            take(&scratch, step);
        }
        let changes = agrees(&scratch);
        let repository = scratch.open().unwrap();
        for (files, side) in [(&changes.unstaged, Side::Unstaged), (&changes.staged, Side::Staged)] {
            for file in files {
                applies(&scratch, file, &side);
            }
        }
        for file in &changes.unstaged {
            let all = DiffQuery { context: 10_000, ..query(&file.path, Side::Unstaged) };
            let diff = repository.file_changes(&all, 0, &going_on).unwrap();
            if diff.notice.is_some() || file.from.is_some() {
                continue;
            }
            // With all of the file around it, a diff holds both versions, line by line.
            let lines = || diff.hunks.iter().flat_map(|hunk| &hunk.lines);
            let version = |without: DiffLineKind| {
                let text = |line: &DiffLine| format!("{}{}", line.text, if line.no_newline { "" } else { "\n" });
                lines().filter(|line| line.kind != without).map(text).collect::<Vec<_>>().concat()
            };
            let name = NAMES.iter().find(|name| shown(name.as_bytes()) == file.path).unwrap();
            let index = scratch.try_git(&["cat-file", "blob", &format!(":{name}")]);
            let index = if diff.change == Some(Change::Added) { Vec::new() } else { index.stdout };
            prop_assert_eq!(version(DiffLineKind::Added).into_bytes(), index, "{}", file.path);
            let now = fs::read(scratch.root.join(name)).unwrap_or_default();
            prop_assert_eq!(version(DiffLineKind::Removed).into_bytes(), now, "{}", file.path);
        }
    }

    #[test]
    fn the_graph_is_rev_lists_whatever_the_history(picks in prop::collection::vec((0_usize..6, 0_usize..6), 1..12)) {
        let scratch = Scratch::with(&[("a", "x\n")]);
        let tree = scratch.git(&["rev-parse", "HEAD^{tree}"]).trim().to_owned();
        let mut commits = vec![scratch.git(&["rev-parse", "HEAD"]).trim().to_owned()];
        for (first, second) in picks {
            let pick = |back: usize| commits[commits.len() - 1 - back % commits.len()].clone();
            let (first, second) = (pick(first), pick(second));
            let mut arguments = vec!["commit-tree", "-m", "x", "-p", &first];
            if first != second {
                arguments.extend(["-p", &second]);
            }
            arguments.push(&tree);
            let made = scratch.git(&arguments).trim().to_owned();
            // The same parents at the same second are the same commit.
            if !commits.contains(&made) {
                scratch.git(&["branch", "-f", &format!("b{}", commits.len()), &made]);
                commits.push(made);
            }
        }
        let repository = scratch.open().unwrap();
        let (mut query, mut rows) = (GraphQuery { limit: 3, ..GraphQuery::default() }, Vec::new());
        loop {
            let page = repository.graph(&query, &going_on).unwrap();
            rows.extend(page.rows);
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
        }
        let told = scratch.git(&["rev-list", "--topo-order", "--all", "--parents"]);
        let ours: Vec<String> = rows.iter().map(|row| [&[row.commit.clone()][..], &row.parents].concat().join(" ")).collect();
        prop_assert_eq!(ours, told.lines().map(str::to_owned).collect::<Vec<_>>());
        // Each line leads from a lane with something in it to the lane of the row beneath, or on.
        for pair in rows.windows(2) {
            for edge in &pair[0].edges {
                let goes_on = pair[1].edges.iter().any(|next| next.from == edge.to) || pair[1].lane == edge.to;
                prop_assert!(goes_on, "{:?} {:?}", pair[0], pair[1]);
            }
        }
    }
}
