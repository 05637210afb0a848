//! A file's diff, and staging, unstaging and discarding parts of it.
//!
//! A part is made of the exact bytes that git printed and handed back to `git apply`; what was not chosen stays as it is.
//! Whoever chooses says which diff he saw, by its stamp: if the file or the index has changed since, nothing is done.

use std::{collections::HashSet, ffi::OsString, fs, ops::Range, os::unix::ffi::OsStrExt as _};

use atelier_workspace::{RelativePath, Stamp, Standing};
use tempfile::TempDir;

use crate::{
    Discarded, FileDiff, GitError, Repository,
    discard::persons_folder,
    patch::{Direction, FilePatch, is_in},
    paths::{named, shown},
    repository::literal,
};

/// How much of a file's diff is read, in bytes. More of it is not shown.
const MAX_DIFF: usize = 64 << 20;

/// The context of patches that are made.
const SAFE_CONTEXT: u32 = 3;

/// The most lines of context.
const MAX_CONTEXT: u32 = 100_000;

/// Which two versions of a file are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// The index and the file.
    Unstaged,
    /// The last commit and the index.
    Staged,
    /// A commit's first parent, or nothing, and the commit.
    Commit(String),
    /// Two commits.
    Between {
        /// The older one.
        from: String,
        /// The newer one.
        to: String,
    },
}

/// A file's diff, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffQuery {
    /// The file, relative to the project, as lists name it.
    pub path: String,
    /// Where it was renamed or copied from, as lists say; without, it is compared with what had its name.
    pub from: Option<String>,
    /// What is compared.
    pub side: Side,
    /// Lines of context around changes.
    pub context: u32,
}

/// Chosen lines of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Where the file was renamed from, as it was said when the diff was asked for.
    pub from: Option<String>,
    /// The context that the diff was asked for with.
    pub context: u32,
    /// Its stamp.
    pub stamp: String,
    /// Places of lines in the diff, from 0. Lines of context among them do not matter.
    pub lines: Vec<Range<u64>>,
}

impl Repository {
    /// A page of a file's diff, from a line on. An untracked file is compared with nothing.
    pub fn file_changes(&self, query: &DiffQuery, page: u64, stopped: &dyn Fn() -> bool) -> Result<FileDiff, GitError> {
        Ok(match self.patch(query, stopped)? {
            Some(patch) => FileDiff::page(&query.path, &patch, page),
            None => FileDiff::too_large(&query.path),
        })
    }

    /// Stages chosen lines of a file.
    pub fn stage_lines(&self, path: &str, chosen: &Selection, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        self.refuse_foreign_filter(path, stopped)?;
        let held = self.held(stopped)?;
        let part = held.chosen(path, Side::Unstaged, chosen, Direction::Forward, stopped)?;
        held.apply(&part, &["--cached"], stopped)
    }

    /// Takes chosen lines of a file out of the index again; the file itself stays.
    pub fn unstage_lines(&self, path: &str, chosen: &Selection, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let held = self.held(stopped)?;
        let part = held.chosen(path, Side::Staged, chosen, Direction::Reverse, stopped)?;
        held.apply(&part, &["--cached", "-R"], stopped)
    }

    /// Undoes chosen lines of a file in the file itself; the index stays. The file as it was is kept first.
    pub fn discard_lines(
        &self,
        path: &str,
        chosen: &Selection,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Discarded, GitError> {
        self.refuse_foreign_filter(path, stopped)?;
        let held = self.held(stopped)?;
        let part = held.chosen(path, Side::Unstaged, chosen, Direction::Reverse, stopped)?;
        let mut kept = held.keep(&[named(path)?], stopped)?;
        held.apply(&part, &["-R"], stopped)?;
        let kept = kept.pop().ok_or(GitError::Nonsense { what: "kept file" })?;
        Ok(self.left(kept))
    }

    /// The patch of what was chosen, if what was shown still holds.
    fn chosen(
        &self,
        path: &str,
        side: Side,
        chosen: &Selection,
        direction: Direction,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, GitError> {
        let changed = || GitError::Changed { path: path.to_owned() };
        let query = DiffQuery { path: path.to_owned(), from: chosen.from.clone(), side, context: chosen.context };
        let seen = self.patch(&query, stopped)?.ok_or_else(changed)?;
        if Stamp::of(seen.bytes()).to_string() != chosen.stamp {
            return Err(changed());
        }
        if !seen.by_line() {
            return Err(GitError::OnlyWhole { path: path.to_owned() });
        }
        let mut ranges = chosen.lines.clone();
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.start);
        // Ranges that overlap count once.
        ranges.dedup_by(|next, last| {
            let joins = next.start <= last.end;
            if joins {
                last.end = last.end.max(next.end);
            }
            joins
        });
        let chosen = |line| is_in(&ranges, line);
        let part = if query.context == 0 {
            // Without context git would look for the place by the lines alone, and could take others that are the same.
            let query = DiffQuery { context: SAFE_CONTEXT, ..query };
            let full = self.patch(&query, stopped)?.ok_or_else(changed)?;
            let (lines, same) = (seen.changed(), full.changed());
            if !lines.iter().map(|line| line.1).eq(same.iter().map(|line| line.1)) {
                return Err(changed());
            }
            let places: HashSet<u64> =
                lines.iter().zip(&same).filter(|(line, _)| chosen(line.0)).map(|(_, line)| line.0).collect();
            full.partial(&|line| places.contains(&line), direction)
        } else {
            seen.partial(&chosen, direction)
        };
        part.ok_or(GitError::NothingChosen)
    }

    fn apply(&self, patch: &[u8], options: &[&str], stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let room = TempDir::new().map_err(GitError::Io)?;
        let file = room.path().join("patch");
        fs::write(&file, patch).map_err(GitError::Io)?;
        let mut arguments: Vec<OsString> =
            ["apply", "--whitespace=nowarn", "--no-ignore-whitespace"].map(Into::into).into();
        arguments.extend(options.iter().map(Into::into));
        arguments.extend(["--".into(), file.into()]);
        self.look(&arguments, stopped).map(drop)
    }

    /// A file's diff as git prints it; none where it is too large to be read.
    fn patch(&self, query: &DiffQuery, stopped: &dyn Fn() -> bool) -> Result<Option<FilePatch>, GitError> {
        let path = named(&query.path)?;
        let ran = match &query.side {
            Side::Unstaged => {
                let printed = self.printed(&["diff"], &[], query, stopped)?;
                let unknown = printed.as_ref().is_some_and(Vec::is_empty) && !self.tracks(&path, stopped)?;
                if unknown { self.untracked(&path, query, stopped)? } else { printed }
            }
            Side::Staged => self.printed(&["diff", "--cached"], &[], query, stopped)?,
            Side::Commit(commit) => {
                let commit = self.commit_named(commit, stopped)?;
                let options = ["diff-tree", "-p", "--root", "--diff-merges=first-parent", "--no-commit-id"];
                self.printed(&options, &[commit], query, stopped)?
            }
            Side::Between { from, to } => {
                let commits = [self.commit_named(from, stopped)?, self.commit_named(to, stopped)?];
                self.printed(&["diff-tree", "-p"], &commits, query, stopped)?
            }
        };
        let nonsense = GitError::Nonsense { what: "diff" };
        let Some(bytes) = ran else { return Ok(None) };
        let mut parsed = FilePatch::parse(bytes).ok_or(nonsense)?;
        // The other file was named only so that git finds where this one comes from.
        if query.from.is_some() && !parsed.keep_moved() {
            return self.patch(&DiffQuery { from: None, ..query.clone() }, stopped);
        }
        Ok(Some(parsed))
    }

    fn printed(
        &self,
        command: &[&str],
        commits: &[String],
        query: &DiffQuery,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<u8>>, GitError> {
        let mut arguments: Vec<OsString> = ["-c", "diff.suppressBlankEmpty=false"].map(Into::into).into();
        arguments.extend(command.iter().map(Into::into));
        arguments.extend(PLAIN_DIFF.map(Into::into));
        arguments.push(format!("-U{}", query.context.min(MAX_CONTEXT)).into());
        arguments.extend(commits.iter().map(Into::into));
        arguments.push("--".into());
        if let Some(from) = &query.from {
            arguments.insert(arguments.len() - 1, "--find-copies".into());
            arguments.push(literal(&named(from)?));
        }
        arguments.push(literal(&named(&query.path)?));
        let ran = self.look_at_most(&arguments, MAX_DIFF, None, stopped)?;
        Ok((!ran.cut).then_some(ran.output))
    }

    /// The diff of a file that git does not know: as it would be if it were to be added. An index of its own makes that the
    /// same as for any other file, line ends and all, and leaves the repository's alone.
    fn untracked(
        &self,
        path: &RelativePath,
        query: &DiffQuery,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<u8>>, GitError> {
        match self.standing(path)? {
            Standing::File { .. } | Standing::Link { .. } => {}
            Standing::Folder { .. } => return Err(GitError::Path { path: query.path.clone() }),
            Standing::Nothing | Standing::Other => return Ok(Some(Vec::new())),
        }
        let room = TempDir::new().map_err(GitError::Io)?;
        let apart = self.with_index(&room.path().join("index"));
        let add = ["add", "--intent-to-add", "--force", "--"].map(OsString::from).into_iter().chain([literal(path)]);
        apart.look(&add.collect::<Vec<_>>(), stopped)?;
        apart.printed(&["diff"], &[], query, stopped)
    }

    /// What stands at a path of the project; no link on the way there is followed.
    pub(crate) fn standing(&self, path: &RelativePath) -> Result<Standing, GitError> {
        let found = persons_folder(self.project()).and_then(|folder| folder.standing(path).ok());
        found.ok_or_else(|| GitError::Path { path: shown(path.as_path().as_os_str().as_bytes()) })
    }

    /// The whole hash of the commit that a name stands for.
    pub(crate) fn commit_named(&self, name: &str, stopped: &dyn Fn() -> bool) -> Result<String, GitError> {
        let wanted = format!("{name}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", wanted.as_str()];
        let ran = self.look_at_most(&arguments, 200, Some(1), stopped)?;
        let hash = String::from_utf8_lossy(&ran.output).trim().to_owned();
        let is_one = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_one { Ok(hash) } else { Err(GitError::NoSuchCommit { name: name.chars().take(100).collect() }) }
    }

    /// Where a filter of the repository's own would change what is staged, lines can't be: we don't run it to compare.
    fn refuse_foreign_filter(&self, path: &str, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let own = |name: &str| self.programs.iter().any(|own| own.key.starts_with(&format!("filter.{name}.")));
        if !self.programs.iter().any(|own| own.key.starts_with("filter.")) {
            return Ok(());
        }
        let arguments = ["check-attr", "-z", "filter", "--"].map(OsString::from).into_iter();
        let arguments: Vec<_> = arguments.chain([named(path)?.as_path().into()]).collect();
        let told = self.look(&arguments, stopped)?;
        // `path NUL attribute NUL value NUL`
        let value = told.split(|byte| *byte == 0).nth(2).map(String::from_utf8_lossy).unwrap_or_default();
        if own(&value) { Err(GitError::OnlyWhole { path: path.to_owned() }) } else { Ok(()) }
    }
}

/// Makes git print a diff in the one way that is read here, whatever the settings are.
pub(crate) const PLAIN_DIFF: [&str; 11] = [
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--full-index",
    "--find-renames",
    "--submodule=short",
    "--ignore-submodules=dirty",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--inter-hunk-context=0",
];
