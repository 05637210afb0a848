//! Unified diffs, as git and `diff -u` write them.

use std::{iter::Peekable, str::Lines};

use super::{FilePatch, Hunk, Line};

/// What mail programs put below a patch.
const SIGNATURE: &str = "-- ";

/// Lines of a header that change nothing by themselves.
const SAYS_NOTHING: [&str; 4] = ["diff ", "index ", "similarity index ", "dissimilarity index "];

/// Reads a patch. The error is for the model. What is not understood is refused, so that nothing of a patch is lost
/// silently; only before the first file anything may stand.
pub(super) fn parse(patch: &str) -> Result<Vec<FilePatch>, String> {
    let mut lines = patch.lines().peekable();
    let mut files = Vec::new();
    // The name in the header, and what the header alone says: an empty file has no parts.
    let (mut name, mut empty) = (None, None);
    while let Some(line) = lines.next() {
        if let Some(names) = line.strip_prefix("diff --git ") {
            files.extend(empty.take());
            name = names.rsplit_once(" b/").map(|(_, name)| name.to_owned());
        } else if line.starts_with("new file mode ") {
            empty = name.clone().map(|path| FilePatch::Add { path, text: String::new() });
        } else if line.starts_with("deleted file mode ") {
            empty = name.clone().map(|path| FilePatch::Delete { path });
        } else if let Some(from) = line.strip_prefix("rename from ") {
            files.push(renamed(from, &mut lines)?);
        } else if let Some(old) = line.strip_prefix("--- ")
            && let Some(new) = lines.next_if(|line| line.starts_with("+++ "))
        {
            empty = None;
            files.push(file(old, &new[4..], hunks(&mut lines)?)?);
        } else if line == SIGNATURE {
            break;
        } else if line.starts_with("@@ ") && files.is_empty() {
            return Err("The patch has a change before any file; put `--- a/path` and `+++ b/path` first.".to_owned());
        } else if !(line.is_empty() || says_nothing(line) || (files.is_empty() && name.is_none())) {
            let line: String = line.chars().take(80).collect();
            return Err(format!("`{line}` is no line of a patch: in a part each starts with a space, `+` or `-`."));
        }
    }
    files.extend(empty);
    if files.is_empty() {
        return Err("This is no patch; begin with `*** Begin Patch`, or give a unified diff with `--- ` and `+++ ` \
                    lines."
            .to_owned());
    }
    Ok(files)
}

fn says_nothing(line: &str) -> bool {
    SAYS_NOTHING.iter().any(|start| line.starts_with(start))
}

/// A file that moves, and what changes in it.
fn renamed(from: &str, lines: &mut Peekable<Lines<'_>>) -> Result<FilePatch, String> {
    let to = lines.next().and_then(|line| line.strip_prefix("rename to "));
    let to = to.ok_or_else(|| format!("The patch renames `{from}` to nothing; add a `rename to` line."))?;
    let hunks = if lines.peek().is_some_and(|line| line.starts_with("index ")) { rest(lines)? } else { vec![] };
    Ok(FilePatch::Update { path: from.to_owned(), move_to: Some(to.to_owned()), hunks })
}

/// The changes of a renamed file.
fn rest(lines: &mut Peekable<Lines<'_>>) -> Result<Vec<Hunk>, String> {
    for prefix in ["index ", "--- ", "+++ "] {
        lines.next_if(|line| line.starts_with(prefix));
    }
    hunks(lines)
}

fn file(old: &str, new: &str, hunks: Vec<Hunk>) -> Result<FilePatch, String> {
    // `diff -u` adds the time after a tab.
    let name = |side: &str| side.split('\t').next().unwrap_or_default().trim_end().to_owned();
    let (old, new) = (name(old), name(new));
    let none = "/dev/null";
    let marked = (old == none || old.starts_with("a/")) && (new == none || new.starts_with("b/"));
    let path = |side: String| if marked { side[2..].to_owned() } else { side };
    match (old == none, new == none) {
        (true, true) => Err("The patch has `/dev/null` on both sides; name the file.".to_owned()),
        (true, false) => {
            let text = added(&hunks)?;
            Ok(FilePatch::Add { path: path(new), text })
        }
        (false, true) => Ok(FilePatch::Delete { path: path(old) }),
        (false, false) => {
            let (old, new) = (path(old), path(new));
            if hunks.is_empty() {
                return Err(format!("The patch has no change for `{old}`; add `@@` parts."));
            }
            let move_to = (old != new).then_some(new);
            Ok(FilePatch::Update { path: old, move_to, hunks })
        }
    }
}

/// The text of a new file.
fn added(hunks: &[Hunk]) -> Result<String, String> {
    let mut text = String::new();
    for line in hunks.iter().flat_map(|hunk| &hunk.lines) {
        let Line::Add(line) = line else {
            return Err("The patch creates a file but has lines of an old one; use only `+` lines.".to_owned());
        };
        text.extend([line, "\n"]);
    }
    if hunks.last().is_some_and(|hunk| hunk.new_bare) {
        text.pop();
    }
    Ok(text)
}

fn hunks(lines: &mut Peekable<Lines<'_>>) -> Result<Vec<Hunk>, String> {
    let mut hunks = Vec::new();
    loop {
        while lines.next_if(|line| line.is_empty()).is_some() {}
        let Some(header) = lines.next_if(|line| line.starts_with("@@ ")) else { return Ok(hunks) };
        let (at, counts) = range(header).ok_or_else(|| {
            format!("`{}` is no usable header; write `@@ -1,3 +1,4 @@`.", header.chars().take(80).collect::<String>())
        })?;
        let mut counted = lines.clone();
        let body = match body(&mut counted, Some(counts)) {
            // Models miscount. Then the numbers don't say where the part ends, but its lines do.
            Some(body) if !goes_on(&counted) => {
                *lines = counted;
                Some(body)
            }
            _ => body(lines, None),
        };
        let body = body.filter(|hunk| !hunk.lines.is_empty());
        hunks.push(Hunk { at: Some(at), ..body.ok_or_else(|| format!("The part `{header}` is empty."))? });
    }
}

/// The beginning in the old file, and how many lines the old and the new side have.
fn range(header: &str) -> Option<(usize, (usize, usize))> {
    let mut parts = header.split(' ').skip(1);
    let (old, new) = (parts.next()?.strip_prefix('-')?, parts.next()?.strip_prefix('+')?);
    let side = |text: &str| -> Option<(usize, usize)> {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((at, old), (_, new)) = (side(old)?, side(new)?);
    Some((at, (old, new)))
}

/// Whether the next line belongs to the part before it.
fn goes_on(lines: &Peekable<Lines<'_>>) -> bool {
    let mut ahead = lines.clone();
    let Some(line) = ahead.next() else { return false };
    let is_file = line.starts_with("--- ") && ahead.next().is_some_and(|next| next.starts_with("+++ "));
    !is_file && line != SIGNATURE && line.starts_with([' ', '+', '-'])
}

/// Whether an empty line is context whose space was lost, and not just between files.
fn lines_go_on_below(lines: &Peekable<Lines<'_>>) -> bool {
    let mut below = lines.clone();
    while below.next_if(|line| line.is_empty()).is_some() {}
    goes_on(&below)
}

/// The lines of a part: as many as counted, or as far as they go. None if they don't fit the count.
fn body(lines: &mut Peekable<Lines<'_>>, counts: Option<(usize, usize)>) -> Option<Hunk> {
    let mut hunk = Hunk::default();
    let (mut old, mut new) = counts.unwrap_or((usize::MAX, usize::MAX));
    loop {
        if let Some(last) = lines.peek().filter(|line| line.starts_with('\\')).and(hunk.lines.last()) {
            hunk.old_bare |= !matches!(last, Line::Add(_));
            hunk.new_bare |= !matches!(last, Line::Remove(_));
            lines.next();
            continue;
        }
        if (old, new) == (0, 0) {
            return Some(hunk);
        }
        let goes_on = counts.is_some() || goes_on(lines);
        let Some(line) = lines.peek().copied().filter(|line| goes_on || line.is_empty()) else { break };
        if counts.is_none() && line.is_empty() && !lines_go_on_below(lines) {
            break;
        }
        let line = match line.split_at_checked(1) {
            Some((" ", rest)) => Line::Context(rest.to_owned()),
            Some(("+", rest)) => Line::Add(rest.to_owned()),
            Some(("-", rest)) => Line::Remove(rest.to_owned()),
            None => Line::Context(String::new()),
            Some(_) => return None,
        };
        old = if matches!(line, Line::Add(_)) { old } else { old.checked_sub(1)? };
        new = if matches!(line, Line::Remove(_)) { new } else { new.checked_sub(1)? };
        hunk.lines.push(line);
        lines.next();
    }
    counts.is_none().then_some(hunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gits_diff_is_read_with_creation_deletion_and_rename() {
        let patch = "diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\nindex 1..2 100644\n--- a/a\n\
                     +++ b/b\n@@ -1 +1 @@ fn\n-x\n+y\ndiff --git a/c b/c\nnew file mode 100644\n--- /dev/null\n+++ b/c\n\
                     @@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
                     diff --git a/e b/f\nrename from e\nrename to f\n";
        let files = parse(patch).unwrap();
        let hunk =
            Hunk { at: Some(1), lines: vec![Line::Remove("x".into()), Line::Add("y".into())], ..Hunk::default() };
        let wanted = [
            FilePatch::Update { path: "a".into(), move_to: Some("b".into()), hunks: vec![hunk] },
            FilePatch::Add { path: "c".into(), text: "one\ntwo".into() },
            FilePatch::Delete { path: "d".into() },
            FilePatch::Update { path: "e".into(), move_to: Some("f".into()), hunks: vec![] },
        ];
        assert_eq!(files, wanted);
    }

    #[test]
    fn empty_files_come_and_go_without_parts() {
        let patch = "diff --git a/a b/a\nnew file mode 100644\nindex 0..e69de29\ndiff --git a/b c b/b c\n\
                     deleted file mode 100644\nindex e69de29..0\n";
        let wanted =
            [FilePatch::Add { path: "a".into(), text: String::new() }, FilePatch::Delete { path: "b c".into() }];
        assert_eq!(parse(patch).unwrap(), wanted);
    }

    #[test]
    fn nothing_of_a_patch_is_lost_silently() {
        let good = "From: someone\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.47.3\n";
        assert_eq!(parse(good).unwrap().len(), 1);
        for bad in [
            "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n-a\n+b\nforgotten\n-c\n+d\n",
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\nBinary files a/y and b/y differ\n",
            "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
        ] {
            assert!(parse(bad).unwrap_err().contains("is no line of a patch"), "{bad}");
        }
    }

    #[test]
    fn wrong_counts_do_not_matter() {
        let patch = "--- x\n+++ x\n@@ -1,9 +1,2 @@\n a\n-b\n+c\n d\n\n@@ -20,1 +20,1 @@\n e\n-f\n+g\n\n\n";
        let files = parse(patch).unwrap();
        let FilePatch::Update { path, move_to: None, hunks } = &files[0] else { panic!("{files:?}") };
        assert_eq!((path.as_str(), hunks[0].lines.len(), hunks[1].lines.len()), ("x", 4, 3));
    }

    #[test]
    fn what_is_no_patch_is_refused_with_the_reason() {
        assert!(parse("hello").unwrap_err().contains("no patch"));
        assert!(parse("@@ -1 +1 @@\n-a\n+b\n").unwrap_err().contains("before any file"));
        assert!(parse("--- a/x\n+++ b/x\n").unwrap_err().contains("no change for `x`"));
        assert!(parse("--- a/x\n+++ b/x\n@@ nothing @@\n").unwrap_err().contains("no usable header"));
    }
}
