//! Collecting what the lexers find.

use crate::{Kind, Line, MAX_LINE, Span};

/// The coloured parts of a text, from its beginning to where the lexer is.
pub(crate) struct Spans<'a> {
    pub(crate) text: &'a str,
    found: Vec<Span>,
}

impl<'a> Spans<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, found: Vec::new() }
    }

    /// Adds a part; it must not begin before the last one ends. Parts of one kind that touch become one.
    pub(crate) fn push(&mut self, start: usize, end: usize, kind: Kind) {
        if start >= end {
            return;
        }
        match self.found.last_mut() {
            Some(last) if last.end == start && last.kind == kind => last.end = end,
            _ => self.found.push(Span { start, end, kind }),
        }
    }

    /// Where the part added last ends.
    pub(crate) fn end(&self) -> usize {
        self.found.last().map_or(0, |span| span.end)
    }

    /// The parts of each line, cut where they go over several.
    pub(crate) fn by_line(self) -> Vec<Line> {
        let mut parts = self.found.into_iter().peekable();
        let mut begin = 0;
        let lines = self.text.split('\n').map(|line| {
            let (from, to) = (begin, begin + line.len());
            begin = to + 1;
            let to = from + line.strip_suffix('\r').map_or(line.len(), str::len);
            let mut spans = Vec::new();
            while let Some(part) = parts.peek() {
                if part.start >= begin {
                    break;
                }
                let (start, end) = (part.start.max(from), part.end.min(to));
                if start < end {
                    spans.push(Span { start: start - from, end: end - from, kind: part.kind });
                }
                if part.end > begin {
                    break;
                }
                parts.next();
            }
            if to - from > MAX_LINE {
                spans.clear();
            }
            Line { spans }
        });
        lines.collect()
    }
}
