//! Which files differ between two commits.

use crate::{Change, ChangedFile, GitError, Repository, parts::PLAIN_DIFF, paths::shown};

/// How many files are listed, and how much of git's answer is read, in bytes.
const MAX_FILES: usize = 10_000;
const MAX_OUTPUT: usize = 64 << 20;

/// The mode of a submodule, as git writes it.
pub(crate) const SUBMODULE: &str = "160000";

/// The files beneath the project that differ between two commits, in git's order; at most 10,000.
pub(crate) fn changed_files(
    repository: &Repository,
    from: &str,
    to: &str,
    stopped: &dyn Fn() -> bool,
) -> Result<Vec<ChangedFile>, GitError> {
    let mut arguments = vec!["diff-tree", "-r", "--raw", "-z"];
    arguments.extend(PLAIN_DIFF);
    arguments.extend([from, to, "--", "."]);
    let ran = repository.look_at_most(&arguments, MAX_OUTPUT, None, stopped)?;
    parse(&ran.output, repository.prefix().as_bytes()).ok_or(GitError::Nonsense { what: "list of files" })
}

/// Reads `--raw -z`: `:mode mode object object letter[score] NUL path NUL [path NUL]`.
fn parse(bytes: &[u8], prefix: &[u8]) -> Option<Vec<ChangedFile>> {
    let inner = |path: &[u8]| shown(path.strip_prefix(prefix).unwrap_or(path));
    let mut found = Vec::new();
    let mut parts = bytes.split(|byte| *byte == 0);
    while let Some(head) = parts.next().filter(|head| !head.is_empty()) {
        let head = std::str::from_utf8(head.strip_prefix(b":")?).ok()?;
        let fields: Vec<&str> = head.split(' ').collect();
        let [old, new, _, _, letter] = fields[..] else { return None };
        let change = match letter.as_bytes().first()? {
            b'A' => Change::Added,
            b'D' => Change::Deleted,
            b'R' => Change::Renamed,
            b'C' => Change::Copied,
            b'T' => Change::TypeChanged,
            _ => Change::Modified,
        };
        let first = inner(parts.next()?);
        let moved = matches!(change, Change::Renamed | Change::Copied);
        let (from, path) = if moved { (Some(first), inner(parts.next()?)) } else { (None, first) };
        if found.len() < MAX_FILES {
            found.push(ChangedFile { path, from, change, submodule: old == SUBMODULE || new == SUBMODULE });
        }
    }
    Some(found)
}
