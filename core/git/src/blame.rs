//! Who wrote which line.

use std::{collections::HashMap, ffi::OsString};

use serde::Serialize;

use crate::{
    GitError, Repository,
    graph::milliseconds,
    paths::{named, shown, unquoted},
};

/// How many lines a page has at most, and how much of git's answer is read, in bytes.
const MAX_LINES: u64 = 2_000;
const MAX_OUTPUT: usize = 64 << 20;

/// How much of a line is shown, in bytes.
const MAX_TEXT: usize = 4 << 10;

/// A page of a file's lines, with who wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blame {
    /// Neighbouring lines of one commit, in order.
    pub parts: Vec<BlamePart>,
    /// The commits that they name, each once, in the order in which they come.
    pub commits: Vec<BlameCommit>,
    /// The line that the next page begins with, from 1; none on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// Neighbouring lines of one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlamePart {
    /// The commit's place in the list of commits.
    pub commit: usize,
    /// The number of the first line, from 1.
    pub line: u64,
    /// Its number in that commit.
    pub original: u64,
    /// The lines without their ends, at most 4 KiB of each; what is no UTF-8 is replaced.
    pub lines: Vec<String>,
}

/// A commit that wrote lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlameCommit {
    /// Its whole hash; zeros for what is not committed yet.
    pub hash: String,
    /// Who wrote it.
    pub author: String,
    /// See `author`.
    pub email: String,
    /// When, in milliseconds since 1970.
    pub date: i64,
    /// The first line of its message.
    pub summary: String,
    /// What the file was called then, from the top of the repository.
    pub path: String,
    /// Whether it is not committed yet.
    pub uncommitted: bool,
}

impl Repository {
    /// A page of a file, from a line on (from 1): as it is now, or as it was at a commit.
    pub fn blame(
        &self,
        path: &str,
        at: Option<&str>,
        from: u64,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Blame, GitError> {
        let file = named(path)?;
        let from = from.max(1);
        // One more than a page has, to see whether there is another.
        let range = format!("{from},+{}", MAX_LINES + 1);
        let mut arguments: Vec<OsString> =
            ["blame", "--porcelain", "--no-textconv", "--encoding=UTF-8", "-L", &range].map(Into::into).into();
        if let Some(at) = at {
            arguments.push(self.commit_named(at, stopped)?.into());
        }
        // Not a pathspec: git takes it as it is.
        arguments.extend(["--".into(), file.as_path().into()]);
        let ran = match self.look_at_most(&arguments, MAX_OUTPUT, None, stopped) {
            // An empty file, or one that ends right with a page.
            Err(GitError::Refused { text }) if text.contains("has only") => return Ok(Blame::default()),
            ran => ran?,
        };
        if ran.cut {
            let text = "the lines are too long to be shown.".to_owned();
            return Err(GitError::Refused { text });
        }
        parse(&ran.output, from).ok_or(GitError::Nonsense { what: "blame" })
    }
}

/// Reads `blame --porcelain`.
fn parse(bytes: &[u8], from: u64) -> Option<Blame> {
    let mut blame = Blame::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
    let mut count = 0;
    while let Some(head) = lines.next().filter(|head| !head.is_empty()) {
        // `hash original final [lines]`
        let head = String::from_utf8_lossy(head);
        let mut fields = head.split(' ');
        let (hash, original, line) = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let place = *places.entry(hash.to_owned()).or_insert_with(|| {
            let uncommitted = hash.bytes().all(|byte| byte == b'0');
            blame.commits.push(BlameCommit { hash: hash.to_owned(), uncommitted, ..BlameCommit::default() });
            blame.commits.len() - 1
        });
        let text = loop {
            let note = lines.next()?;
            if let Some(text) = note.strip_prefix(b"\t") {
                break text;
            }
            blame.commits.get_mut(place)?.note(note);
        };
        count += 1;
        if count > MAX_LINES {
            blame.next = Some(from + MAX_LINES);
            break;
        }
        let text = String::from_utf8_lossy(&text[..text.len().min(MAX_TEXT)]).into_owned();
        match blame.parts.last_mut() {
            Some(part) if part.commit == place && part.original + part.lines.len() as u64 == original => {
                part.lines.push(text);
            }
            _ => blame.parts.push(BlamePart { commit: place, line, original, lines: vec![text] }),
        }
    }
    Some(blame)
}

impl BlameCommit {
    fn note(&mut self, note: &[u8]) {
        let at = memchr::memchr(b' ', note).unwrap_or(note.len());
        let (name, value) = (&note[..at], note.get(at + 1..).unwrap_or_default());
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"author" => self.author = text(),
            b"author-mail" => text().trim_matches(['<', '>']).clone_into(&mut self.email),
            b"author-time" => self.date = milliseconds(&text()).unwrap_or(0),
            b"summary" => self.summary = text(),
            b"filename" => self.path = shown(&unquoted(value).unwrap_or_else(|| value.to_owned())),
            _ => {}
        }
    }
}
