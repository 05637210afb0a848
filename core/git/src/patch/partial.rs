//! A patch with only some of a diff's lines, made of its exact bytes.

use std::ops::Range;

use super::{FilePatch, LineKind, RawHunk, Section};

/// Which side of the diff the patch will be applied to. That side stands in it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the old side: what is chosen is done.
    Forward,
    /// To the new side, with `git apply -R`: what is chosen is undone.
    Reverse,
}

/// A line as it will stand in the patch.
struct Out<'a> {
    kind: LineKind,
    text: &'a [u8],
    ended: bool,
}

impl FilePatch {
    /// The patch of the chosen lines, by their places in the diff from 0. None where they change nothing.
    pub(crate) fn partial(&self, chosen: &dyn Fn(u64) -> bool, direction: Direction) -> Option<Vec<u8>> {
        let [section] = self.sections.as_slice() else { return None };
        let mut body = Vec::new();
        let (mut at, mut shift, mut whole) = (0, 0_i64, true);
        for hunk in &section.hunks {
            let of_hunk = |offset: usize| chosen(at + offset as u64);
            let lines = self.lines(hunk, &of_hunk, direction);
            whole &= (0..hunk.lines.len()).all(|line| hunk.lines[line].kind == LineKind::Context || of_hunk(line));
            if lines.iter().any(|line| line.kind != LineKind::Context) {
                write_hunk(&mut body, hunk, &lines, direction, &mut shift)?;
            }
            at += hunk.lines.len() as u64;
        }
        if body.is_empty() {
            return None;
        }
        let mut patch = self.header(section, whole, direction)?;
        patch.extend(body);
        Some(patch)
    }

    /// The lines of a hunk, those that were not chosen made harmless.
    fn lines<'a>(&'a self, hunk: &RawHunk, chosen: &dyn Fn(usize) -> bool, direction: Direction) -> Vec<Out<'a>> {
        let harmless = match direction {
            Direction::Forward => LineKind::Removed,
            Direction::Reverse => LineKind::Added,
        };
        let mut lines = Vec::with_capacity(hunk.lines.len());
        for (at, line) in hunk.lines.iter().enumerate() {
            let kind = match line.kind {
                LineKind::Context => LineKind::Context,
                kind if chosen(at) => kind,
                // It is there and stays, or it is not there and does not come.
                kind if kind == harmless => LineKind::Context,
                _ => continue,
            };
            lines.push(Out { kind, text: self.text(&line.text), ended: line.ended });
        }
        end_lines(lines, direction)
    }

    /// The lines above the first hunk. What is chosen is contents: a new name or mode is left as it is, and a file comes or
    /// goes only if it does so whole, or from nothing.
    fn header(&self, section: &Section, whole: bool, direction: Direction) -> Option<Vec<u8>> {
        let (old, new) = (self.text(section.old_name.as_ref()?), self.text(section.new_name.as_ref()?));
        let (old, new) = (old.strip_prefix(b"--- ")?, new.strip_prefix(b"+++ ")?);
        // With a part of its lines gone a file is still there.
        let created = section.created && (whole || direction == Direction::Forward);
        let deleted = section.deleted && (whole || direction == Direction::Reverse);
        let name = if section.deleted { side(old, b'b')? } else { side(new, b'b')? };
        let mut header = Vec::new();
        let mut line = |parts: &[&[u8]]| {
            header.extend(parts.concat());
            header.push(b'\n');
        };
        let before = side(&name, b'a')?;
        line(&[b"diff --git ", &before, b" ", &name]);
        if created {
            line(&[b"new file mode ", section.new_mode.as_deref()?.as_bytes()]);
        }
        if deleted {
            line(&[b"deleted file mode ", section.old_mode.as_deref()?.as_bytes()]);
        }
        // A name with blanks ends with a tab there, so that dates can be told from it.
        line(&[b"--- ", if created { b"/dev/null" } else { &before }]);
        line(&[b"+++ ", if deleted { b"/dev/null" } else { &name }]);
        Some(header)
    }
}

/// `a/x` as `b/x` or the other way round, quoted or not, without a tab at its end.
fn side(name: &[u8], mark: u8) -> Option<Vec<u8>> {
    let mut name = name.strip_suffix(b"\t").unwrap_or(name).to_owned();
    let at = usize::from(name.first() == Some(&b'"'));
    *name.get_mut(at)? = mark;
    Some(name)
}

/// A line without an end can only be the last of a side. On the side that the patch makes, any other gets one.
fn end_lines(lines: Vec<Out<'_>>, direction: Direction) -> Vec<Out<'_>> {
    let made = match direction {
        Direction::Forward => LineKind::Added,
        Direction::Reverse => LineKind::Removed,
    };
    let last = lines.iter().rposition(|line| line.kind == made || line.kind == LineKind::Context);
    let mut ended = Vec::with_capacity(lines.len() + 1);
    for (at, line) in lines.into_iter().enumerate() {
        if line.ended || Some(at) >= last {
            ended.push(line);
        } else if line.kind == made {
            ended.push(Out { ended: true, ..line });
        } else if line.kind == LineKind::Context {
            let text = line.text;
            let now = |kind| Out { kind, text, ended: kind == made };
            ended.extend([now(LineKind::Removed), now(LineKind::Added)]);
        } else {
            ended.push(line);
        }
    }
    ended
}

fn write_hunk(
    body: &mut Vec<u8>,
    hunk: &RawHunk,
    lines: &[Out<'_>],
    direction: Direction,
    shift: &mut i64,
) -> Option<()> {
    let count = |without: LineKind| lines.iter().filter(|line| line.kind != without).count() as u64;
    let (old, new) = (count(LineKind::Added), count(LineKind::Removed));
    let (old_before, new_before) = match direction {
        Direction::Forward => (hunk.old_before, hunk.old_before.checked_add_signed(*shift)?),
        Direction::Reverse => (hunk.new_before.checked_add_signed(-*shift)?, hunk.new_before),
    };
    *shift += i64::try_from(new).ok()? - i64::try_from(old).ok()?;
    let range = |before: u64, count: u64| format!("{},{count}", if count == 0 { before } else { before + 1 });
    body.extend_from_slice(format!("@@ -{} +{} @@\n", range(old_before, old), range(new_before, new)).as_bytes());
    for line in lines {
        body.push(match line.kind {
            LineKind::Context => b' ',
            LineKind::Added => b'+',
            LineKind::Removed => b'-',
        });
        body.extend_from_slice(line.text);
        body.push(b'\n');
        if !line.ended {
            body.extend_from_slice(b"\\ No newline at end of file\n");
        }
    }
    Some(())
}

/// Whether a place is in one of the ranges, which are in order.
pub(crate) fn is_in(ranges: &[Range<u64>], at: u64) -> bool {
    let after = ranges.partition_point(|range| range.start <= at);
    after > 0 && ranges[after - 1].contains(&at)
}
