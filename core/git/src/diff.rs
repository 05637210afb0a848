//! A file's diff as a screen shows it: hunks, lines with numbers, changed words, page by page.

use std::ops::Range;

use atelier_workspace::Stamp;
use serde::Serialize;

use crate::{
    changed::SUBMODULE,
    emphasis::emphasis,
    patch::{Body, FilePatch, LineKind, RawHunk, Section},
    paths::shown,
};

/// What a page holds at most.
const PAGE_LINES: usize = 2_000;
const PAGE_BYTES: usize = 512 << 10;

/// How much of a line is shown, in bytes.
const MAX_TEXT: usize = 4 << 10;

/// How many neighbouring lines are compared word by word.
const MAX_PAIRS: usize = 200;

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileDiff {
    /// The file, relative to the project. One that is no UTF-8 is in double quotes, as git writes it.
    pub path: String,
    /// Where it was renamed or copied from, from the top of the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What happened to it; none where nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Its modes, as git writes them; none on the side where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_mode: Option<String>,
    /// See `old_mode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_mode: Option<String>,
    /// What there is to say instead of lines, or beside them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// How many lines came and went, on all pages.
    pub added: u64,
    /// See `added`.
    pub removed: u64,
    /// How many lines the diff has, context included, on all pages.
    pub lines: u64,
    /// Those of this page. One that goes on from the page before begins again with its header.
    pub hunks: Vec<DiffHunk>,
    /// Where the next page begins; none on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Of all of the diff: whoever stages a part of it says so what he saw.
    pub stamp: String,
    /// Whether single lines can be staged. Otherwise only the whole file can.
    pub by_line: bool,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// Its content or mode differs.
    Modified,
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// It has another name.
    Renamed,
    /// It is a copy of another.
    Copied,
    /// A file, a link or a submodule became one of the others.
    TypeChanged,
    /// It is in conflict.
    Conflicted,
    /// Git does not know it yet.
    Untracked,
}

/// Why there are no lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Notice {
    /// It is no text.
    Binary,
    /// It is a picture.
    Image,
    /// Only its mode or its name differs.
    ModeOnly,
    /// There is more of it than is shown.
    TooLarge,
    /// A submodule stands at another commit.
    Submodule {
        /// The commits, where there are.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// See `from`.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// It is a link; its lines are where it points.
    Link,
    /// It is in conflict; its lines are those that differ from both sides.
    Conflict,
}

/// A part of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiffHunk {
    /// As git writes it: `@@ -1,2 +1,3 @@ fn main()`.
    pub header: String,
    /// The place of its first line here in the whole diff, from 0. Lines are chosen by their places.
    pub first: u64,
    /// Its lines on this page.
    pub lines: Vec<DiffLine>,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiffLine {
    /// What it is.
    pub kind: DiffLineKind,
    /// Its numbers, from 1; none on the side where it is not. In a conflict the old one is a number of the user's side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<u64>,
    /// See `old`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// Its text without its end, at most 4 KiB of it; what is no UTF-8 is replaced.
    pub text: String,
    /// The words that changed, in bytes of the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emphasis: Vec<[usize; 2]>,
    /// Whether there is more of it.
    #[serde(skip_serializing_if = "is_false")]
    pub cut: bool,
    /// It is the last one, and no line feed ends it.
    #[serde(skip_serializing_if = "is_false")]
    pub no_newline: bool,
}

/// What a line of a diff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DiffLineKind {
    /// The same on both sides.
    Context,
    /// New.
    Added,
    /// Gone.
    Removed,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this")]
fn is_false(value: &bool) -> bool {
    !value
}

impl FileDiff {
    /// A page of a patch, from a line on.
    pub(crate) fn page(file: &str, patch: &FilePatch, from: u64) -> Self {
        let mut diff = Self::summary(file, patch);
        let (mut at, mut room) = (0_u64, (PAGE_LINES, PAGE_BYTES));
        for hunk in patch.sections.iter().flat_map(|section| &section.hunks) {
            let end = at + hunk.lines.len() as u64;
            if diff.next.is_none() && end > from.max(at) {
                let skip = usize::try_from(from.saturating_sub(at)).unwrap_or(usize::MAX);
                let taken = fitting(hunk, skip, &mut room);
                if !taken.is_empty() {
                    diff.hunks.push(DiffHunk::new(patch, hunk, at, taken.clone()));
                }
                if taken.end < hunk.lines.len() {
                    diff.next = Some(at + taken.end as u64);
                }
            }
            at = end;
        }
        diff
    }

    fn summary(file: &str, patch: &FilePatch) -> Self {
        let lines = || patch.sections.iter().flat_map(|section| &section.hunks).flat_map(|hunk| &hunk.lines);
        let count = |kind: LineKind| lines().filter(|line| line.kind == kind).count() as u64;
        let (first, last) = (patch.sections.first(), patch.sections.last());
        let from = first.and_then(|section| section.renamed_from.as_ref().or(section.copied_from.as_ref()));
        Self {
            path: file.to_owned(),
            from: from.map(|from| shown(from)),
            change: change(&patch.sections),
            old_mode: first.and_then(|section| section.old_mode.clone()),
            new_mode: last.and_then(|section| section.new_mode.clone()),
            notice: notice(file, &patch.sections),
            added: count(LineKind::Added),
            removed: count(LineKind::Removed),
            lines: lines().count() as u64,
            hunks: Vec::new(),
            next: None,
            stamp: Stamp::of(patch.bytes()).to_string(),
            by_line: patch.by_line(),
        }
    }

    /// A diff that is too large to be read.
    pub(crate) fn too_large(path: &str) -> Self {
        let nothing = Self::summary(path, &FilePatch::default());
        Self { change: Some(Change::Modified), notice: Some(Notice::TooLarge), ..nothing }
    }
}

/// The lines of a hunk that fit on what is left of the page; at least one, where the page is empty.
fn fitting(hunk: &RawHunk, skip: usize, room: &mut (usize, usize)) -> Range<usize> {
    let mut end = skip;
    for line in hunk.lines.iter().skip(skip) {
        let bytes = line.text.len().min(MAX_TEXT);
        if room.0 == 0 || room.1 < bytes {
            break;
        }
        *room = (room.0 - 1, room.1 - bytes);
        end += 1;
    }
    if end < hunk.lines.len() {
        *room = (0, 0);
    }
    skip..end
}

fn change(sections: &[Section]) -> Option<Change> {
    let first = sections.first()?;
    Some(if is_combined(sections) {
        Change::Conflicted
    } else if sections.len() > 1 {
        Change::TypeChanged
    } else if first.created {
        Change::Added
    } else if first.deleted {
        Change::Deleted
    } else if first.renamed_from.is_some() {
        Change::Renamed
    } else if first.copied_from.is_some() {
        Change::Copied
    } else {
        Change::Modified
    })
}

/// Whether it is about a file in conflict; git may add how that differs from one of the sides.
fn is_combined(sections: &[Section]) -> bool {
    sections.iter().any(|section| section.body == Body::Combined)
}

fn notice(path: &str, sections: &[Section]) -> Option<Notice> {
    let (first, last) = (sections.first()?, sections.last()?);
    let is = |mode: &str| [&first.old_mode, &last.new_mode].into_iter().flatten().any(|found| found == mode);
    if is_combined(sections) {
        Some(Notice::Conflict)
    } else if is(SUBMODULE) {
        let commit = |name: &str| (!name.is_empty() && name.bytes().any(|byte| byte != b'0')).then(|| name.to_owned());
        let old = first.blobs.as_ref().filter(|_| first.old_mode.as_deref() == Some(SUBMODULE));
        let new = last.blobs.as_ref().filter(|_| last.new_mode.as_deref() == Some(SUBMODULE));
        Some(Notice::Submodule {
            from: old.and_then(|blobs| commit(&blobs.0)),
            to: new.and_then(|blobs| commit(&blobs.1)),
        })
    } else if sections.iter().any(|section| section.body == Body::Binary) {
        Some(if is_picture(path) { Notice::Image } else { Notice::Binary })
    } else if is("120000") {
        Some(Notice::Link)
    } else if sections.iter().all(|section| section.hunks.is_empty()) && !first.created && !first.deleted {
        Some(Notice::ModeOnly)
    } else {
        None
    }
}

/// Whether a name is one of a picture that systems can show.
fn is_picture(path: &str) -> bool {
    let ending = path.trim_end_matches('"').rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ["png", "jpg", "jpeg", "gif", "webp", "heic", "avif", "bmp", "tif", "tiff", "ico", "icns"];
    ending.is_some_and(|ending| known.contains(&ending.as_str()))
}

impl DiffHunk {
    fn new(patch: &FilePatch, hunk: &RawHunk, at: u64, taken: Range<usize>) -> Self {
        let (mut old, mut new) = (hunk.old_before, hunk.new_before);
        let mut lines = Vec::with_capacity(taken.len());
        for (place, line) in hunk.lines.iter().enumerate().take(taken.end) {
            let (is_old, is_new) = (line.kind != LineKind::Added, line.kind != LineKind::Removed);
            old += u64::from(is_old);
            new += u64::from(is_new);
            if place < taken.start {
                continue;
            }
            let (text, cut) = bounded(patch.text(&line.text));
            lines.push(DiffLine {
                kind: match line.kind {
                    LineKind::Context => DiffLineKind::Context,
                    LineKind::Added => DiffLineKind::Added,
                    LineKind::Removed => DiffLineKind::Removed,
                },
                old: is_old.then_some(old),
                new: is_new.then_some(new),
                text,
                emphasis: Vec::new(),
                cut,
                no_newline: !line.ended,
            });
        }
        emphasise(&mut lines);
        Self { header: bounded(patch.text(&hunk.header)).0, first: at + taken.start as u64, lines }
    }
}

/// The beginning of a line, and whether there is more.
fn bounded(bytes: &[u8]) -> (String, bool) {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_TEXT)]);
    if bytes.len() <= MAX_TEXT {
        return (text.into_owned(), false);
    }
    // Half a character at the cut is no fault of the file's.
    (text.trim_end_matches('\u{fffd}').to_owned(), true)
}

/// Marks the words that changed where as many lines came as went.
fn emphasise(lines: &mut [DiffLine]) {
    let mut at = 0;
    while at < lines.len() {
        let count = |from: usize, kind: DiffLineKind| lines[from..].iter().take_while(|line| line.kind == kind).count();
        let removed = count(at, DiffLineKind::Removed);
        let added = count(at + removed, DiffLineKind::Added);
        if removed == added && removed <= MAX_PAIRS {
            for pair in at..at + removed {
                if let Some([gone, new]) = emphasis(&lines[pair].text, &lines[pair + removed].text) {
                    let plain = |ranges: Vec<Range<usize>>| ranges.into_iter().map(|r| [r.start, r.end]).collect();
                    lines[pair].emphasis = plain(gone);
                    lines[pair + removed].emphasis = plain(new);
                }
            }
        }
        at += (removed + added).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, from: u64) -> FileDiff {
        FileDiff::page("x", &FilePatch::parse(text.into()).unwrap(), from)
    }

    #[test]
    fn lines_have_their_numbers_and_changed_words() {
        let text = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -3,2 +3,3 @@ fn\n same\n-let a = 1;\n\
                    +let a = 2;\n+new\n\\ No newline at end of file\n";
        let diff = page(text, 0);
        let rows: Vec<_> = diff.hunks[0].lines.iter().map(|line| (line.old, line.new, line.text.as_str())).collect();
        assert_eq!(
            rows,
            [
                (Some(3), Some(3), "same"),
                (Some(4), None, "let a = 1;"),
                (None, Some(4), "let a = 2;"),
                (None, Some(5), "new")
            ]
        );
        assert_eq!((diff.added, diff.removed, diff.lines, diff.next), (2, 1, 4, None));
        assert!(diff.hunks[0].lines[3].no_newline && diff.by_line);
        let equal = text.replace("+new\n\\ No newline at end of file\n", "").replace("+3,3", "+3,2");
        assert_eq!(page(&equal, 0).hunks[0].lines[2].emphasis, [[8, 9]]);
    }

    #[test]
    fn a_huge_diff_comes_in_pages_that_hold_every_line_once() {
        let body = (0..9_000).map(|n| format!("+{n}\n")).collect::<Vec<_>>().concat();
        let long = "y".repeat(1 << 20);
        let text = format!(
            "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,9001 @@\n{body}+{long}\n"
        );
        let (mut from, mut seen, mut pages) = (0, Vec::new(), 0);
        loop {
            let diff = page(&text, from);
            assert!(diff.hunks.iter().map(|hunk| hunk.lines.len()).sum::<usize>() <= PAGE_LINES);
            seen.extend(diff.hunks.into_iter().flat_map(|hunk| hunk.lines).map(|line| (line.new, line.text, line.cut)));
            pages += 1;
            let Some(next) = diff.next else { break };
            assert!(next > from);
            from = next;
        }
        assert_eq!((seen.len(), pages), (9_001, 5));
        assert!((0..9_000).all(|n| seen[n] == (Some(n as u64 + 1), n.to_string(), false)));
        assert_eq!((seen[9_000].1.len(), seen[9_000].2), (MAX_TEXT, true));
    }
}
