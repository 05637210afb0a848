//! What has changed.

use atelier_workspace::RelativePath;

use crate::{GitError, Repository, repository::literal};

/// What has changed beneath a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The branch that is checked out; none where a commit is (detached).
    pub branch: Option<String>,
    /// The last commit, shortened; none before the first.
    pub commit: Option<String>,
    /// The branch that it follows, such as `origin/main`.
    pub upstream: Option<String>,
    /// Commits that the upstream does not have, and those that only it has. Zero where it is gone.
    pub ahead: u64,
    /// See `ahead`.
    pub behind: u64,
    /// In git's order: changed, in conflict, untracked. A folder without a tracked file is one entry, ending in `/`.
    pub files: Vec<GitFile>,
    /// Where renamed and copied files come from.
    pub moves: Vec<Move>,
}

/// A file that differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitFile {
    /// Relative to the project; what is no UTF-8 is replaced.
    pub path: String,
    /// How the index differs from the last commit, as git writes it: `.` not, `M`, `T`, `A`, `D`, `R`, `C`, `U`, `?`.
    pub index: char,
    /// How the file differs from the index.
    pub worktree: char,
}

/// A file that git takes for another one under a new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Where it was.
    pub from: String,
    /// Where it is.
    pub to: String,
}

impl Status {
    /// Whether there is a conflict that someone must resolve.
    pub fn in_conflict(&self) -> bool {
        self.files.iter().any(GitFile::in_conflict)
    }
}

impl GitFile {
    /// Whether it is in conflict.
    pub fn in_conflict(&self) -> bool {
        matches!((self.index, self.worktree), ('U', _) | (_, 'U') | ('A', 'A') | ('D', 'D'))
    }
}

impl Repository {
    /// What has changed beneath a path. Of submodules only the commits are compared.
    pub fn status(&self, beneath: &RelativePath, stopped: &dyn Fn() -> bool) -> Result<Status, GitError> {
        let mut arguments: Vec<_> = [
            "status",
            "--porcelain=v2",
            "--branch",
            "--untracked-files=normal",
            "--ignore-submodules=dirty",
            "--find-renames",
            "-z",
            "--",
        ]
        .map(Into::into)
        .into();
        arguments.push(literal(beneath));
        let listed = self.look(&arguments, stopped)?;
        parse(&String::from_utf8_lossy(&listed), &self.prefix()).ok_or(GitError::Nonsense { what: "status" })
    }

    /// What a commit would take: a line per file with git's letter and the path from the top of the repository. Also what
    /// lies outside of the project.
    pub fn staged(&self, stopped: &dyn Fn() -> bool) -> Result<Vec<String>, GitError> {
        let arguments =
            ["diff", "--cached", "--no-ext-diff", "--no-renames", "--ignore-submodules=dirty", "--name-status", "-z"];
        let listed = self.look(&arguments, stopped)?;
        let listed = String::from_utf8_lossy(&listed);
        let fields: Vec<_> = listed.split_terminator('\0').collect();
        Ok(fields.chunks(2).map(|entry| entry.join(" ")).collect())
    }
}

/// Reads `status --porcelain=v2 --branch -z`; none if it is something else. Paths begin with `prefix`.
pub(crate) fn parse(text: &str, prefix: &str) -> Option<Status> {
    let inner = |path: &str| path.strip_prefix(prefix).unwrap_or(path).to_owned();
    let mut status = Status::default();
    let mut entries = text.split_terminator('\0');
    while let Some(entry) = entries.next() {
        let (kind, rest) = entry.split_once(' ')?;
        match kind {
            "#" => header(&mut status, rest)?,
            "1" | "2" | "u" => {
                // The fields before the path: `1 XY sub mH mI mW hH hI`, `2 … Xscore`, `u XY sub m1 m2 m3 mW h1 h2 h3`.
                let fields = match kind {
                    "1" => 7,
                    "2" => 8,
                    _ => 9,
                };
                let mut parts = rest.splitn(fields + 1, ' ');
                let mut codes = parts.next()?.chars();
                let path = inner(parts.nth(fields - 1)?);
                status.files.push(GitFile { path: path.clone(), index: codes.next()?, worktree: codes.next()? });
                if kind == "2" {
                    status.moves.push(Move { from: inner(entries.next()?), to: path });
                }
            }
            "?" => status.files.push(GitFile { path: inner(rest), index: '?', worktree: '?' }),
            _ => {}
        }
    }
    Some(status)
}

fn header(status: &mut Status, text: &str) -> Option<()> {
    let (name, value) = text.split_once(' ')?;
    match name {
        "branch.oid" => status.commit = (value != "(initial)").then(|| value.chars().take(10).collect()),
        "branch.head" => status.branch = (value != "(detached)").then(|| value.to_owned()),
        "branch.upstream" => status.upstream = Some(value.to_owned()),
        "branch.ab" => {
            let (ahead, behind) = value.split_once(' ')?;
            status.ahead = ahead.strip_prefix('+')?.parse().ok()?;
            status.behind = behind.strip_prefix('-')?.parse().ok()?;
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
        let text = "# branch.oid 0123456789abcdef\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +2 -1\0\
                    1 .M N... 100644 100644 100644 aa aa sub/a b\x002 R. N... 100644 100644 100644 aa aa R100 sub/new\0\
                    sub/old\0u UU N... 100644 100644 100644 100644 aa bb cc sub/c\0? sub/d/\0! x\0";
        let status = parse(text, "sub/").unwrap();
        assert_eq!((status.branch.as_deref(), status.ahead, status.behind), (Some("main"), 2, 1));
        assert_eq!(status.commit.as_deref(), Some("0123456789"));
        let rows: Vec<_> = status.files.iter().map(|f| (f.path.as_str(), f.index, f.worktree)).collect();
        assert_eq!(rows, [("a b", '.', 'M'), ("new", 'R', '.'), ("c", 'U', 'U'), ("d/", '?', '?')]);
        assert_eq!(status.moves, [Move { from: "old".into(), to: "new".into() }]);
        assert!(status.in_conflict());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(text in "[#12u? .MU0a+\\-\0]{0,60}") {
            let _ = parse(&text, "a");
        }
    }
}
