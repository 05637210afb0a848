//! Git's own diff of one file, cut into hunks and lines. The bytes stay as they are, so that patches made of them apply.

mod hunk;
mod partial;

use std::ops::Range;

pub(crate) use hunk::{LineKind, RawHunk};
pub(crate) use partial::{Direction, is_in};

use crate::paths::unquoted;

/// How the diff of a file in conflict begins.
const CONFLICT: [&[u8]; 3] = [b"diff --cc ", b"diff --combined ", b"* Unmerged path "];

/// A diff of one file. A file that became a link, or the other way round, is two of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilePatch {
    bytes: Vec<u8>,
    pub(crate) sections: Vec<Section>,
}

/// What stands beneath one `diff --git`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// The modes, where they are named.
    pub(crate) old_mode: Option<String>,
    pub(crate) new_mode: Option<String>,
    /// The file is new, or goes.
    pub(crate) created: bool,
    pub(crate) deleted: bool,
    /// Where it was renamed or copied from.
    pub(crate) renamed_from: Option<Vec<u8>>,
    pub(crate) copied_from: Option<Vec<u8>>,
    /// The two contents, as git names them.
    pub(crate) blobs: Option<(String, String)>,
    pub(crate) body: Body,
    pub(crate) hunks: Vec<RawHunk>,
    /// The lines `--- a/…` and `+++ b/…`.
    old_name: Option<Range<usize>>,
    new_name: Option<Range<usize>>,
}

/// What git compares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Body {
    /// Two versions, line by line.
    #[default]
    Lines,
    /// Two versions without lines.
    Binary,
    /// A conflict: more than two versions.
    Combined,
}

impl FilePatch {
    /// Reads what `git diff` printed for one file. None if it is no diff.
    pub(crate) fn parse(bytes: Vec<u8>) -> Option<Self> {
        let mut lines = Lines { bytes: &bytes, at: 0 };
        let mut sections: Vec<Section> = Vec::new();
        while let Some(line) = lines.next() {
            let text = &bytes[line.clone()];
            if text.starts_with(b"diff --git ") {
                sections.push(Section::default());
            } else if CONFLICT.iter().any(|start| text.starts_with(start)) {
                sections.push(Section { body: Body::Combined, ..Section::default() });
            } else if text.starts_with(b"@@") {
                sections.last_mut()?.hunks.push(RawHunk::parse(line, &mut lines)?);
            } else {
                sections.last_mut()?.header(text, line);
            }
        }
        Some(Self { bytes, sections })
    }

    /// Leaves out all but a file that was renamed or copied; whether there is one.
    pub(crate) fn keep_moved(&mut self) -> bool {
        self.sections.retain(|section| section.renamed_from.is_some() || section.copied_from.is_some());
        self.sections.len() == 1
    }

    /// The bytes of a range.
    pub(crate) fn text(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }

    /// All of it, as git printed it.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The lines that came or went: their places in the diff, and what tells them apart from any other.
    pub(crate) fn changed(&self) -> Vec<(u64, ChangedLine<'_>)> {
        let (mut found, mut place) = (Vec::new(), 0);
        for hunk in self.sections.iter().flat_map(|section| &section.hunks) {
            let (mut old, mut new) = (hunk.old_before, hunk.new_before);
            for line in &hunk.lines {
                old += u64::from(line.kind != LineKind::Added);
                new += u64::from(line.kind != LineKind::Removed);
                if line.kind != LineKind::Context {
                    found.push((place, (line.kind, old, new, self.text(&line.text))));
                }
                place += 1;
            }
        }
        found
    }

    /// Whether single lines can be chosen: a text that is compared with one other.
    pub(crate) fn by_line(&self) -> bool {
        let special = |mode: &Option<String>| mode.as_deref().is_some_and(|mode| !mode.starts_with("100"));
        let plain = |section: &Section| {
            section.body == Body::Lines && !special(&section.old_mode) && !special(&section.new_mode)
        };
        self.sections.len() == 1 && self.sections.iter().all(|section| plain(section) && !section.hunks.is_empty())
    }
}

/// A line that came or went: what it is, where it is on both sides, and what it holds.
pub(crate) type ChangedLine<'a> = (LineKind, u64, u64, &'a [u8]);

impl Section {
    fn header(&mut self, text: &[u8], line: Range<usize>) {
        let rest = |start: &str| text.strip_prefix(start.as_bytes());
        let mode = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
        if let Some(value) = rest("old mode ") {
            self.old_mode = mode(value);
        } else if let Some(value) = rest("new mode ") {
            self.new_mode = mode(value);
        } else if let Some(value) = rest("new file mode ") {
            (self.new_mode, self.created) = (mode(value), true);
        } else if let Some(value) = rest("deleted file mode ") {
            (self.old_mode, self.deleted) = (mode(value), true);
        } else if let Some(value) = rest("rename from ") {
            self.renamed_from = Some(plain(value));
        } else if let Some(value) = rest("copy from ") {
            self.copied_from = Some(plain(value));
        } else if let Some(value) = rest("index ") {
            self.index(&String::from_utf8_lossy(value));
        } else if text.starts_with(b"Binary files ") || text == b"GIT binary patch" {
            self.body = Body::Binary;
        } else if text.starts_with(b"--- ") {
            self.old_name = Some(line);
        } else if text.starts_with(b"+++ ") {
            self.new_name = Some(line);
        }
    }

    /// `1234..5678 100644`; the mode only where it stays.
    fn index(&mut self, value: &str) {
        let (blobs, mode) = value.split_once(' ').map_or((value, None), |(blobs, mode)| (blobs, Some(mode)));
        self.blobs = blobs.split_once("..").map(|(old, new)| (old.to_owned(), new.to_owned()));
        if let Some(mode) = mode {
            (self.old_mode, self.new_mode) = (Some(mode.to_owned()), Some(mode.to_owned()));
        }
    }
}

fn plain(name: &[u8]) -> Vec<u8> {
    unquoted(name).unwrap_or_else(|| name.to_owned())
}

/// The lines of a text, as ranges without their ends.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Lines<'_> {
    /// What the next line begins with, without taking it.
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let start = self.at;
        let end = memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |length| start + length);
        self.at = end + 1;
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headers_of_every_kind_are_read() {
        let text = "diff --git a/x b/y\nold mode 100644\nnew mode 100755\nsimilarity index 90%\nrename from \"x\\tx\"\n\
                    rename to y\nindex 1234..5678\n--- a/x\n+++ b/y\n@@ -1,2 +1 @@ fn x()\n a\n-b\n";
        let patch = FilePatch::parse(text.into()).unwrap();
        let section = &patch.sections[0];
        assert_eq!(section.renamed_from.as_deref(), Some(&b"x\tx"[..]));
        assert_eq!((section.old_mode.as_deref(), section.new_mode.as_deref()), (Some("100644"), Some("100755")));
        assert_eq!(section.blobs, Some(("1234".into(), "5678".into())));
        assert!(patch.by_line());
        let binary = "diff --git a/x b/x\nindex 12..34 100644\nBinary files a/x and b/x differ\n";
        assert!(FilePatch::parse(binary.into()).unwrap().sections[0].body == Body::Binary);
        let unmerged = FilePatch::parse("* Unmerged path x\n".into()).unwrap();
        assert!(unmerged.sections[0].body == Body::Combined && !unmerged.by_line());
        assert!(FilePatch::parse("nonsense\n".into()).is_none());
        assert!(FilePatch::parse(Vec::new()).unwrap().sections.is_empty());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(lines in prop::collection::vec("(diff --git a b|@@ -[0-9]{1,20},?[0-9]? \\+1,[0-9]{1,3} @@|@@@ -1 -1 \\+1 @@@|[-+ \\\\]?[a-z]{0,3})", 0..12)) {
            let _ = FilePatch::parse(lines.join("\n").into());
        }
    }
}
