//! The log, with how much each commit changed.

use serde::Serialize;

use super::{Git, GitFailure, about, branch_argument, given, numstat::shortstat, succeeded};
use crate::repository::Purpose;

/// How many commits are listed where nobody says, and the most.
const USUAL: i64 = 50;
const MAX: i64 = 10_000;

/// What each commit says, then its counts; NUL can't be in any of it.
const FORMAT: &str = "--format=%x00%H%x00%aI%x00%s%x00%b%x00%D%x00%aN%x00%aE%x00";
const FIELDS: usize = 8;

/// Which commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogRange {
    /// At most so many: 50 if nothing or less than one is said, never more than 10,000.
    pub max_count: Option<i64>,
    /// Those that this commit does not have.
    pub from: Option<String>,
    /// Up to this commit instead of the one that is checked out.
    pub to: Option<String>,
    /// Those that changed this file, also under earlier names.
    pub file: Option<String>,
}

/// Commits, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogResult {
    /// All of them.
    pub all: Vec<LogEntry>,
    /// The first.
    pub latest: Option<LogEntry>,
    /// How many there are in `all`.
    pub total: usize,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// Its whole hash.
    pub hash: String,
    /// When it was written: ISO 8601 with the author's offset.
    pub date: String,
    /// The first line of its message.
    pub message: String,
    /// Branches and tags that stand at it, as git writes them; often empty.
    pub refs: String,
    /// The rest of its message, with its own ends of lines; often empty.
    pub body: String,
    /// Who wrote it, as the mailmap has it.
    pub author_name: String,
    /// See `author_name`.
    pub author_email: String,
    /// Files that it changed; for a merge 0, and so are the lines. Of one file's log, that file alone counts.
    #[serde(rename = "filesChanged")]
    pub files_changed: u64,
    /// Lines it added.
    pub insertions: u64,
    /// Lines it took away.
    pub deletions: u64,
}

impl Git<'_> {
    /// Commits, newest first.
    pub fn log(&self, range: &LogRange) -> Result<LogResult, GitFailure> {
        let count = range.max_count.filter(|count| *count > 0).unwrap_or(USUAL).min(MAX);
        let count = format!("--max-count={count}");
        let mut command = vec!["-c", "log.showRoot=true", "log", "--no-color", "--no-show-signature", "--no-notes"];
        command.extend(["--no-ext-diff", "--no-textconv", "--no-diff-merges", "--use-mailmap", "--decorate=short"]);
        command.extend(["--shortstat", FORMAT, &count]);
        let (from, to) = (given(range.from.as_deref()), given(range.to.as_deref()));
        let revision = match (from.map(branch_argument).transpose()?, to.map(branch_argument).transpose()?) {
            (Some(from), to) => Some(format!("{from}..{}", to.unwrap_or("HEAD"))),
            (None, to) => to.map(str::to_owned),
        };
        command.extend(revision.as_deref());
        let file = given(range.file.as_deref()).map(|file| self.path(file)).transpose()?;
        if file.is_some() {
            command.insert(3, "--follow");
        }
        let listed = succeeded(self.ran(Purpose::Look, &about(&command, file.as_ref()))?)?;
        let all = entries(&String::from_utf8_lossy(&listed))
            .ok_or_else(|| GitFailure::Failed("Git's log could not be understood; update git.".to_owned()))?;
        Ok(LogResult { latest: all.first().cloned(), total: all.len(), all })
    }
}

/// Reads the log; none if it is something else.
fn entries(text: &str) -> Option<Vec<LogEntry>> {
    let mut fields = text.split('\0');
    // What stands before the first commit: nothing.
    fields.next()?;
    let fields: Vec<_> = fields.collect();
    let entry = |fields: &[&str]| {
        let [hash, date, message, body, refs, author_name, author_email, counts] =
            <[&str; FIELDS]>::try_from(fields).ok()?;
        let (files_changed, stat) = shortstat(counts);
        let [hash, date, message, refs] = [hash, date, message, refs].map(str::to_owned);
        let [body, author_name, author_email] = [body, author_name, author_email].map(str::to_owned);
        let (insertions, deletions) = (stat.insertions, stat.deletions);
        Some(LogEntry {
            hash,
            date,
            message,
            refs,
            body,
            author_name,
            author_email,
            files_changed,
            insertions,
            deletions,
        })
    };
    fields.chunks(FIELDS).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn commits_with_and_without_counts_are_read() {
        let text = "\0h1\0d\0one\0b\nb\n\0HEAD -> main\0Ann\0a@x\0\n\n 1 file changed, 2 insertions(+)\n\0h2\0d\0two\0\0\0Bob\0b@x\0\n";
        let all = entries(text).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].body.as_str(), all[0].files_changed, all[0].insertions), ("b\nb\n", 1, 2));
        assert_eq!((all[1].message.as_str(), all[1].files_changed), ("two", 0));
        assert_eq!(entries("").unwrap(), []);
        assert_eq!(entries("\0h\0d"), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(text in "[a-c\0\n 1]{0,60}") {
            let _ = entries(&text);
        }
    }
}
