//! One hunk of a diff: its ranges, and its lines with their numbers.

use std::ops::Range;

use super::Lines;

/// A hunk. Positions are counted in lines before it, so that an empty range needs no rule of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawHunk {
    /// `@@ -1,2 +3,4 @@ what`
    pub(crate) header: Range<usize>,
    pub(crate) old_before: u64,
    pub(crate) new_before: u64,
    pub(crate) lines: Vec<Line>,
}

/// A line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) kind: LineKind,
    /// Its text, without mark and end.
    pub(crate) text: Range<usize>,
    /// Whether it ends with a line feed in the file.
    pub(crate) ended: bool,
}

/// What a line of a diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    Context,
    Added,
    Removed,
}

impl RawHunk {
    /// Reads what follows a header, as far as the header says. None where that is not there.
    pub(super) fn parse(header: Range<usize>, lines: &mut Lines<'_>) -> Option<Self> {
        let text = &lines.bytes[header.clone()];
        let marks = text.iter().take_while(|byte| **byte == b'@').count();
        let ranges = ranges(text, marks)?;
        let (old, new) = (ranges.first()?, ranges.last()?);
        let (old_before, new_before) = (before(*old), before(*new));
        let parents = marks - 1;
        let mut found = Vec::new();
        // How many lines of each side are still to come: only by that a line can be told from a header.
        let mut rest: Vec<u64> = ranges.iter().map(|range| range.1).collect();
        while rest.iter().any(|rest| *rest > 0) || lines.peek() == Some(b'\\') {
            let line = lines.next()?;
            let whole = &lines.bytes[line.clone()];
            if whole.first() == Some(&b'\\') {
                found.last_mut().map(|last: &mut Line| last.ended = false)?;
                continue;
            }
            // An empty line is one of context with its blank lost.
            let columns = whole.get(..parents.min(whole.len()))?;
            let kind = take(columns, parents, &mut rest)?;
            found.push(Line { kind, text: line.start + columns.len()..line.end, ended: true });
        }
        Some(Self { header, old_before, new_before, lines: found })
    }
}

/// Counts a line off each side that it is in, and says what it is.
fn take(columns: &[u8], parents: usize, rest: &mut [u64]) -> Option<LineKind> {
    let column = |at: usize| columns.get(at).copied().unwrap_or(b' ');
    let removed = (0..parents).any(|at| column(at) == b'-');
    let added = (0..parents).any(|at| column(at) == b'+');
    for (at, rest) in rest.iter_mut().enumerate() {
        let within = if at == parents {
            !removed
        } else if removed {
            column(at) == b'-'
        } else {
            column(at) != b'+'
        };
        *rest = rest.checked_sub(u64::from(within))?;
    }
    let known = (0..parents).all(|at| matches!(column(at), b' ' | b'+' | b'-'));
    known.then_some(match (added, removed) {
        (true, _) => LineKind::Added,
        (_, true) => LineKind::Removed,
        _ => LineKind::Context,
    })
}

/// The ranges of `@@ -1,2 +3 @@`: where each begins and how long it is.
fn ranges(text: &[u8], marks: usize) -> Option<Vec<(u64, u64)>> {
    if marks < 2 {
        return None;
    }
    let text = std::str::from_utf8(text.get(..text.len().min(400))?)
        .unwrap_or_else(|error| std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default());
    let mut parts = text.split(' ').skip(1);
    let mut ranges = Vec::with_capacity(marks);
    for at in 0..marks {
        let mark = if at + 1 == marks { '+' } else { '-' };
        let part = parts.next()?.strip_prefix(mark)?;
        let (start, count) = part.split_once(',').unwrap_or((part, "1"));
        ranges.push((start.parse().ok()?, count.parse().ok()?));
    }
    Some(ranges)
}

/// How many lines stand before a range. Where nothing is, git names the line before.
fn before((start, count): (u64, u64)) -> u64 {
    if count == 0 { start } else { start.saturating_sub(1) }
}
