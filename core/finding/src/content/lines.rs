//! Searching one file.

use std::{
    fs::File,
    io::{self, Read},
    sync::atomic::{AtomicBool, Ordering},
};

use grep_matcher::{LineTerminator, Matcher as _};
use grep_regex::RegexMatcher;
use grep_searcher::{BinaryDetection, MmapChoice, Searcher, SearcherBuilder, Sink, SinkContext, SinkFinish, SinkMatch};

use super::{ContentQuery, Excerpt, MAX_FILE, Pattern, excerpt::bare};
use crate::FindingError;

/// How many matches of one line are marked.
const MAX_RANGES: usize = 100;

/// The longest line that is searched, in bytes: with the lines around it, it has to be in memory whole.
const MAX_LINE: usize = 8 << 20;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It matches.
    Match,
    /// It stands near one that does.
    Context,
}

/// A line that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLine {
    /// Its number, from 1.
    pub number: u64,
    /// Whether it matches.
    pub kind: LineKind,
    /// The line without its end. Of a long one the 400 characters around its first match; what is not UTF-8 stands as
    /// replacement characters.
    pub text: String,
    /// How many bytes of the line come before the text.
    pub skipped: usize,
    /// Whether the line goes on after the text.
    pub cut: bool,
    /// What matches, as bytes of the text from–to, in order; the first 100.
    pub ranges: Vec<(usize, usize)>,
}

/// How the search of a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searched {
    /// It was searched to its end, or until the caller had enough.
    Done,
    /// It is no text: what was found before that was noticed is better forgotten.
    Binary,
    /// It can't be read, or has a line of more than 8 MiB.
    Unreadable,
    /// It was stopped.
    Stopped,
}

/// Searches files one after the other; keeps its buffers in between.
pub struct LineSearch {
    pattern: RegexMatcher,
    searcher: Searcher,
}

impl LineSearch {
    /// Prepares a search. Globs and limit are the caller's business.
    pub fn new(query: &ContentQuery) -> Result<Self, FindingError> {
        Ok(Self::of(&Pattern::new(query)?, query.lines_around()))
    }

    pub(crate) fn of(pattern: &Pattern, lines_around: usize) -> Self {
        let searcher = SearcherBuilder::new()
            .binary_detection(BinaryDetection::quit(0))
            // Many small files: reading is several times as fast as mapping.
            .memory_map(MmapChoice::never())
            .line_terminator(LineTerminator::crlf())
            .heap_limit(Some(MAX_LINE))
            .before_context(lines_around)
            .after_context(lines_around)
            .build();
        Self { pattern: pattern.0.clone(), searcher }
    }

    /// Hands on what is found, by line, until `each` returns false or `stop` is set. A file is text until a NUL comes; one
    /// that begins as UTF-16 says is read as that. At most [`MAX_FILE`] bytes are read.
    pub fn search(&mut self, file: File, stop: &AtomicBool, each: impl FnMut(FoundLine) -> bool) -> Searched {
        self.search_sized(file, 0, stop, each)
    }

    /// The same for a file that is known to have `size` bytes: asking whether there are more costs as much as reading a
    /// small file. Of none, which some system files tell, it is asked.
    pub(crate) fn search_sized(
        &mut self,
        file: File,
        size: u64,
        stop: &AtomicBool,
        each: impl FnMut(FoundLine) -> bool,
    ) -> Searched {
        let size = if size == 0 { MAX_FILE } else { size.min(MAX_FILE) };
        let mut sink = Lines { pattern: &self.pattern, each, binary: false };
        let source = Stoppable { file: file.take(size), stop };
        let ended = self.searcher.search_reader(&self.pattern, source, &mut sink);
        if stop.load(Ordering::Relaxed) {
            Searched::Stopped
        } else if ended.is_err() {
            Searched::Unreadable
        } else if sink.binary {
            Searched::Binary
        } else {
            Searched::Done
        }
    }
}

/// A file whose reading can be ended from outside.
struct Stoppable<'a> {
    file: io::Take<File>,
    stop: &'a AtomicBool,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("stopped"));
        }
        self.file.read(buffer)
    }
}

/// Receives the lines of one file.
struct Lines<'a, F> {
    pattern: &'a RegexMatcher,
    each: F,
    binary: bool,
}

impl<F: FnMut(FoundLine) -> bool> Sink for Lines<'_, F> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        let line = bare(found.bytes());
        let mut places = Vec::new();
        let searched = self.pattern.find_iter(line, |place| {
            places.push((place.start(), place.end()));
            places.len() < MAX_RANGES
        });
        // A pattern has no way to fail here.
        let _: Result<(), grep_matcher::NoError> = searched;
        let excerpt = Excerpt::of(line, places.first().map_or(0, |place| place.0));
        let ranges = places.iter().filter_map(|(start, end)| excerpt.place(line, *start, *end)).collect();
        Ok((self.each)(found_line(found.line_number(), LineKind::Match, excerpt, ranges)))
    }

    fn context(&mut self, _: &Searcher, context: &SinkContext<'_>) -> Result<bool, io::Error> {
        let excerpt = Excerpt::of(bare(context.bytes()), 0);
        Ok((self.each)(found_line(context.line_number(), LineKind::Context, excerpt, Vec::new())))
    }

    fn finish(&mut self, _: &Searcher, finish: &SinkFinish) -> Result<(), io::Error> {
        self.binary = finish.binary_byte_offset().is_some();
        Ok(())
    }
}

fn found_line(number: Option<u64>, kind: LineKind, excerpt: Excerpt, ranges: Vec<(usize, usize)>) -> FoundLine {
    let skipped = excerpt.skipped();
    FoundLine { number: number.unwrap_or_default(), kind, text: excerpt.text, skipped, cut: excerpt.cut, ranges }
}
