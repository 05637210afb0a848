//! Replacing what a search finds: first what would come of it, then the doing, each file only as it was looked at.

use std::io;

use atelier_workspace::{AccessError, Expected, Folder, RelativePath, Stamp};
use grep_matcher::{Captures as _, Matcher as _};
use grep_searcher::{Searcher, SearcherBuilder, Sink, SinkMatch};

use crate::{
    ContentQuery, FindingError,
    content::{Excerpt, Pattern},
};

/// Larger files are not replaced in, in bytes; nor may one become larger by it.
pub const MAX_REPLACED_FILE: u64 = 16 << 20;

/// How many lines of a file are shown.
const MAX_LINES: usize = 1000;

/// The longest replacement, in bytes.
const MAX_REPLACEMENT: usize = 10_000;

/// How a file may not begin: as UTF-16 text. What was found there is not what stands there.
const OTHER_ENCODINGS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// What is replaced, and with what.
pub struct Replacement {
    pattern: Pattern,
    with: Vec<u8>,
    /// Whether `$1` and `${name}` stand for what the groups of the pattern have found.
    groups: bool,
}

/// What would become of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReplacement {
    /// Its path, relative to the folder.
    pub path: String,
    /// What it holds now. [`Replacement::apply`] wants it back.
    pub stamp: Stamp,
    /// How often something is replaced.
    pub count: usize,
    /// The lines that change, the first 1,000.
    pub lines: Vec<ReplacedLine>,
    /// Whether more lines change than are shown.
    pub more: bool,
}

/// What would become of a line. Long lines are shown in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedLine {
    /// Its number, from 1.
    pub number: u64,
    /// The line now, without its end.
    pub before: String,
    /// What goes, as bytes of `before` from–to.
    pub removed: Vec<(usize, usize)>,
    /// The line then; several lines where the replacement has line ends.
    pub after: String,
    /// What comes, as bytes of `after` from–to.
    pub inserted: Vec<(usize, usize)>,
}

/// A file in which something was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Its path, relative to the folder.
    pub path: String,
    /// How often.
    pub count: usize,
    /// What it holds now.
    pub stamp: Stamp,
}

/// Why nothing was replaced in a file. It is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// It can't be reached, is too large, or has changed since it was looked at.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// It is no text, or one in another encoding.
    #[error("`{path}` is no UTF-8 text, so nothing was replaced in it; change it with another program.")]
    NotText {
        /// The path.
        path: String,
    },
    /// It would become too large.
    #[error("`{path}` would become larger than {} MiB; replace in its parts one by one.", MAX_REPLACED_FILE >> 20)]
    TooLarge {
        /// The path.
        path: String,
    },
}

impl Replacement {
    /// Replaces what this query finds with a text of up to 10,000 bytes. Where the query is a regular expression, `$1` and
    /// `${name}` in the text stand for what its groups have found, and `$$` for a dollar sign.
    pub fn new(query: &ContentQuery, with: &str) -> Result<Self, FindingError> {
        if with.len() > MAX_REPLACEMENT {
            return Err(FindingError::LongPattern { max: MAX_REPLACEMENT });
        }
        Ok(Self { pattern: Pattern::new(query)?, with: with.as_bytes().to_vec(), groups: query.regex })
    }

    /// What would become of a file; nothing changes. None: the query finds nothing in it.
    pub fn preview(&self, folder: &Folder, path: &RelativePath) -> Result<Option<FileReplacement>, ReplaceError> {
        let content = folder.read(path, MAX_REPLACED_FILE)?;
        let rewritten = self.rewrite(path, &content.bytes)?;
        let found = FileReplacement {
            path: path.address(),
            stamp: content.stamp,
            count: rewritten.count,
            more: rewritten.changed > rewritten.lines.len(),
            lines: rewritten.lines,
        };
        Ok((found.count > 0).then_some(found))
    }

    /// Replaces in a file, if it still holds what it held when it was looked at: in one step, so that it is never half
    /// done. Else it stays as it is, and the error says so.
    pub fn apply(&self, folder: &Folder, path: &RelativePath, stamp: Stamp) -> Result<Replaced, ReplaceError> {
        let content = folder.read(path, MAX_REPLACED_FILE)?;
        if content.stamp != stamp {
            return Err(AccessError::Changed { path: path.to_string() }.into());
        }
        let rewritten = self.rewrite(path, &content.bytes)?;
        let stamp = if rewritten.bytes == content.bytes {
            stamp
        } else {
            folder.replace(path, &rewritten.bytes, Expected::Content(stamp))?
        };
        Ok(Replaced { path: path.address(), count: rewritten.count, stamp })
    }

    fn rewrite(&self, path: &RelativePath, bytes: &[u8]) -> Result<Rewritten, ReplaceError> {
        if bytes.contains(&0) || OTHER_ENCODINGS.iter().any(|mark| bytes.starts_with(mark)) {
            return Err(ReplaceError::NotText { path: path.to_string() });
        }
        let mut sink = Rewriting { replacement: self, source: bytes, done: 0, out: Rewritten::default(), full: false };
        let mut searcher = SearcherBuilder::new().line_terminator(grep_matcher::LineTerminator::crlf()).build();
        // Neither the memory that it reads from nor the pattern can fail.
        let _ = searcher.search_slice(&self.pattern.0, bytes, &mut sink);
        if sink.full {
            return Err(ReplaceError::TooLarge { path: path.to_string() });
        }
        let mut out = sink.out;
        out.bytes.extend_from_slice(&bytes[sink.done..]);
        Ok(out)
    }
}

/// What comes of a file.
#[derive(Default)]
struct Rewritten {
    bytes: Vec<u8>,
    count: usize,
    /// How many lines change, and the first of them.
    changed: usize,
    lines: Vec<ReplacedLine>,
}

/// Receives the lines to rewrite.
struct Rewriting<'a> {
    replacement: &'a Replacement,
    source: &'a [u8],
    /// How much of the source is written.
    done: usize,
    out: Rewritten,
    full: bool,
}

impl Rewriting<'_> {
    /// Writes one line, without its end, and notes what changed in it.
    fn line(&mut self, number: u64, line: &[u8]) {
        let pattern = &self.replacement.pattern.0;
        let from = self.out.bytes.len();
        let (mut removed, mut inserted) = (Vec::new(), Vec::new());
        let Ok(mut groups) = pattern.new_captures() else { return };
        // The pattern has no way to fail, here and above.
        let _ = pattern.replace_with_captures(line, &mut groups, &mut self.out.bytes, |groups, out| {
            let start = out.len();
            if self.replacement.groups {
                groups.interpolate(|name| pattern.capture_index(name), line, &self.replacement.with, out);
            } else {
                out.extend_from_slice(&self.replacement.with);
            }
            removed.extend(groups.get(0).map(|found| (found.start(), found.end())));
            inserted.push((start - from, out.len() - from));
            out.len() as u64 <= MAX_REPLACED_FILE
        });
        self.out.count += inserted.len();
        self.out.changed += 1;
        if self.out.lines.len() < MAX_LINES {
            let (before, removed) = shown(line, &removed);
            let (after, inserted) = shown(&self.out.bytes[from..], &inserted);
            self.out.lines.push(ReplacedLine { number, before, removed, after, inserted });
        }
    }
}

/// The part of a line around the first of these places, and the places in it.
fn shown(line: &[u8], places: &[(usize, usize)]) -> (String, Vec<(usize, usize)>) {
    let excerpt = Excerpt::of(line, places.first().map_or(0, |place| place.0));
    let places = places.iter().filter_map(|(start, end)| excerpt.place(line, *start, *end)).collect();
    (excerpt.text, places)
}

impl Sink for Rewriting<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        let start = usize::try_from(found.absolute_byte_offset()).unwrap_or(usize::MAX);
        let Some(before) = self.source.get(self.done..start) else { return Ok(false) };
        self.out.bytes.extend_from_slice(before);
        let line = found.bytes();
        let bare = crate::content::bare(line);
        self.line(found.line_number().unwrap_or_default(), bare);
        self.out.bytes.extend_from_slice(&line[bare.len()..]);
        self.done = start + line.len();
        self.full = self.out.bytes.len() as u64 > MAX_REPLACED_FILE;
        Ok(!self.full)
    }
}
