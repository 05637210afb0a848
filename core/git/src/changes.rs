//! What has changed, as a screen lists it: staged, unstaged, untracked, in conflict.

use serde::Serialize;

use crate::{Change, GitError, OperationState, Repository, conflicts::ConflictKind, paths::shown};

/// How much of git's answer is read, in bytes, and how many files are listed.
const MAX_OUTPUT: usize = 64 << 20;
const MAX_FILES: usize = 50_000;

/// What has changed beneath the project. Files come in git's order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The folder that all paths start from.
    pub root: String,
    /// The branch that is checked out; none where a commit is (detached).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The last commit's whole hash; none before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The branch that it follows, such as `origin/main`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// Whether the upstream is named but not there.
    pub upstream_gone: bool,
    /// Commits that the upstream does not have, and those that only it has. Zero without one.
    pub ahead: u64,
    /// See `ahead`.
    pub behind: u64,
    /// What is under way.
    pub state: OperationState,
    /// What a commit would take.
    pub staged: Vec<ChangedFile>,
    /// What differs from the index.
    pub unstaged: Vec<ChangedFile>,
    /// What git does not know; every file, never a folder, but other repositories.
    pub untracked: Vec<ChangedFile>,
    /// What is in conflict, and in neither of the lists above.
    pub conflicts: Vec<ConflictedFile>,
    /// What was in conflict and is settled, as long as what led to it is under way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<String>,
    /// How many files are not listed because there are more than 50,000.
    pub omitted: u64,
}

/// A file that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedFile {
    /// The file, relative to the project. One that is no UTF-8 is in double quotes, as git writes it.
    pub path: String,
    /// Where it was renamed or copied from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What happened to it.
    pub change: Change,
    /// Whether it is a submodule, of which only the commit counts.
    pub submodule: bool,
}

/// A file in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConflictedFile {
    /// The file, relative to the project.
    pub path: String,
    /// What each side did.
    pub kind: ConflictKind,
}

impl Changes {
    /// Whether nothing has changed.
    pub fn is_clean(&self) -> bool {
        let lists = [&self.staged, &self.unstaged, &self.untracked];
        lists.iter().all(|list| list.is_empty()) && self.conflicts.is_empty() && self.omitted == 0
    }
}

impl Repository {
    /// What has changed beneath the project. Of submodules only the commits are compared.
    pub fn changes(&self, stopped: &dyn Fn() -> bool) -> Result<Changes, GitError> {
        let arguments = [
            "status",
            "--porcelain=v2",
            "--branch",
            "--untracked-files=all",
            "--ignore-submodules=dirty",
            "--find-renames",
            "-z",
            "--",
            ".",
        ];
        let ran = self.look_at_most(&arguments, MAX_OUTPUT, None, stopped)?;
        if ran.cut {
            let text = "more files have changed than can be listed; ignore or commit some.".to_owned();
            return Err(GitError::Refused { text });
        }
        let nonsense = GitError::Nonsense { what: "status" };
        let mut changes = parse(&ran.output, self.prefix().as_bytes()).ok_or(nonsense)?;
        changes.root = self.project().display().to_string();
        changes.state = self.operation_state(stopped)?;
        changes.settled = self.settled(&changes.state, stopped)?;
        Ok(changes)
    }
}

/// Reads `status --porcelain=v2 --branch -z`; none if it is something else.
fn parse(bytes: &[u8], prefix: &[u8]) -> Option<Changes> {
    let inner = |path: &[u8]| shown(path.strip_prefix(prefix).unwrap_or(path));
    let mut changes = Changes::default();
    let mut count = 0_usize;
    let mut entries = bytes.strip_suffix(b"\0").unwrap_or(bytes).split(|byte| *byte == 0);
    while let Some(entry) = entries.next() {
        if entry.is_empty() {
            continue;
        }
        let (kind, rest) = (entry.first()?, entry.get(2..)?);
        // A rename's second path is taken even where the entry itself has no room.
        let from = if *kind == b'2' { Some(inner(entries.next()?)) } else { None };
        if *kind == b'#' {
            header(&mut changes, std::str::from_utf8(rest).ok()?)?;
            continue;
        }
        count += 1;
        if count > MAX_FILES {
            changes.omitted += 1;
            continue;
        }
        match kind {
            b'1' => tracked(&mut changes, rest, 7, None, &inner)?,
            b'2' => tracked(&mut changes, rest, 8, from.as_deref(), &inner)?,
            b'u' => {
                let path = inner(rest.splitn(10, |byte| *byte == b' ').nth(9)?);
                let kind = ConflictKind::from_codes(rest.get(..2)?)?;
                changes.conflicts.push(ConflictedFile { path, kind });
            }
            b'?' => {
                let change = Change::Untracked;
                changes.untracked.push(ChangedFile { path: inner(rest), from: None, change, submodule: false });
            }
            _ => {}
        }
    }
    Some(changes)
}

/// `XY sub mH mI mW hH hI path`, and with a score before the path for what was renamed or copied.
fn tracked(
    changes: &mut Changes,
    rest: &[u8],
    fields: usize,
    from: Option<&str>,
    inner: &dyn Fn(&[u8]) -> String,
) -> Option<()> {
    let mut parts = rest.splitn(fields + 1, |byte| *byte == b' ');
    let (codes, kind) = (parts.next()?, parts.next()?);
    let path = inner(parts.nth(fields - 2)?);
    let file = |code: u8| {
        let change = match code {
            b'A' => Change::Added,
            b'D' => Change::Deleted,
            b'R' => Change::Renamed,
            b'C' => Change::Copied,
            b'T' => Change::TypeChanged,
            _ => Change::Modified,
        };
        let from = from.filter(|_| matches!(change, Change::Renamed | Change::Copied)).map(str::to_owned);
        ChangedFile { path: path.clone(), from, change, submodule: kind.first() == Some(&b'S') }
    };
    let (index, worktree) = (*codes.first()?, *codes.get(1)?);
    if index != b'.' {
        changes.staged.push(file(index));
    }
    if worktree != b'.' {
        changes.unstaged.push(file(worktree));
    }
    Some(())
}

fn header(changes: &mut Changes, text: &str) -> Option<()> {
    let (name, value) = text.split_once(' ')?;
    match name {
        "branch.oid" => changes.head = (value != "(initial)").then(|| value.to_owned()),
        "branch.head" => changes.branch = (value != "(detached)").then(|| value.to_owned()),
        "branch.upstream" => {
            changes.upstream = Some(value.to_owned());
            // Where it is there, how far it is comes next.
            changes.upstream_gone = true;
        }
        "branch.ab" => {
            let (ahead, behind) = value.split_once(' ')?;
            changes.ahead = ahead.strip_prefix('+')?.parse().ok()?;
            changes.behind = behind.strip_prefix('-')?.parse().ok()?;
            changes.upstream_gone = false;
        }
        _ => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_entry_is_read() {
        let text = b"# branch.oid 0123456789abcdef\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +2 -1\0\
                     1 MM N... 100644 100644 100644 aa aa sub/a b\x002 R. N... 100644 100644 100644 aa aa R100 sub/n\xff\0\
                     sub/old\x001 .M SC.. 160000 160000 160000 aa aa sub/m\0\
                     u DU N... 100644 000000 100644 100644 aa bb cc sub/c\0? sub/d/e\0! x\0";
        let changes = parse(text, b"sub/").unwrap();
        assert_eq!((changes.branch.as_deref(), changes.ahead, changes.behind), (Some("main"), 2, 1));
        let names = |files: &[ChangedFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        assert_eq!(names(&changes.staged), ["a b", r#""n\377""#]);
        assert_eq!(changes.staged[1].from.as_deref(), Some("old"));
        assert_eq!(names(&changes.unstaged), ["a b", "m"]);
        assert!(changes.unstaged[1].submodule);
        assert_eq!(names(&changes.untracked), ["d/e"]);
        assert_eq!((changes.conflicts[0].path.as_str(), changes.conflicts[0].kind), ("c", ConflictKind::DeletedByUs));
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let text = (0..MAX_FILES + 3).map(|n| format!("? {n}\0")).collect::<Vec<_>>().concat();
        let changes = parse(text.as_bytes(), b"").unwrap();
        assert_eq!((changes.untracked.len(), changes.omitted), (MAX_FILES, 3));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(text in "[#12u? .MU0a+\\-\0]{0,60}") {
            let _ = parse(text.as_bytes(), b"a");
        }
    }
}
