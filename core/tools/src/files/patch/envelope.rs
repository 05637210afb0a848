//! The format from `*** Begin Patch` to `*** End Patch` that current models are trained on.

use super::{FilePatch, Hunk, Line};

pub(super) const BEGIN: &str = "*** Begin Patch";
const END: &str = "*** End Patch";

/// Reads a patch. The error is for the model.
pub(super) fn parse(text: &str) -> Result<Vec<FilePatch>, String> {
    let mut lines = text.trim_start().lines().zip(1..);
    if lines.next().is_none_or(|(line, _)| line.trim_end() != BEGIN) {
        return Err(format!("The patch must begin with `{BEGIN}` on a line of its own."));
    }
    let mut files: Vec<FilePatch> = Vec::new();
    while let Some((line, number)) = lines.next() {
        let below = || lines.clone().map(|(line, _)| line).find(|line| !line.is_empty()).unwrap_or_default();
        // Empty lines are context whose space was lost; but not between parts.
        if line.is_empty() && (below().starts_with("***") || below().starts_with("@@")) {
            continue;
        }
        let wrong = |what: &str| format!("Line {number} of the patch {what}.");
        if line.trim_end() == END {
            return finished(files);
        }
        if let Some(path) = line.strip_prefix("*** Add File: ") {
            files.push(FilePatch::Add { path: path.trim().to_owned(), text: String::new() });
        } else if let Some(path) = line.strip_prefix("*** Delete File: ") {
            files.push(FilePatch::Delete { path: path.trim().to_owned() });
        } else if let Some(path) = line.strip_prefix("*** Update File: ") {
            let path = path.trim().to_owned();
            files.push(FilePatch::Update { path, move_to: None, hunks: Vec::new() });
        } else {
            match files.last_mut() {
                Some(FilePatch::Add { text, .. }) => match line.strip_prefix('+') {
                    Some(line) => text.extend([line, "\n"]),
                    None if line.is_empty() => {}
                    None => return Err(wrong("must start with `+`, for it belongs to an added file")),
                },
                Some(FilePatch::Update { move_to, hunks, .. }) => update_line(line, move_to, hunks)
                    .map_err(|()| wrong("must start with a space, `+`, `-` or `@@`, or name a file with `***`"))?,
                Some(FilePatch::Delete { .. }) | None if line.trim().is_empty() => {}
                Some(FilePatch::Delete { .. }) => return Err(wrong("is content, but a deletion has none")),
                None => return Err(wrong("must name a file, such as `*** Update File: src/main.rs`")),
            }
        }
    }
    Err(format!("The patch must end with `{END}`; it may have been cut off."))
}

/// A line of an update. The error: it is none.
fn update_line(line: &str, move_to: &mut Option<String>, hunks: &mut Vec<Hunk>) -> Result<(), ()> {
    if let Some(path) = line.strip_prefix("*** Move to: ") {
        *move_to = Some(path.trim().to_owned());
    } else if line.trim_end() == "*** End of File" {
        hunks.last_mut().ok_or(())?.at_end = true;
    } else if let Some(anchor) = line.strip_prefix("@@") {
        if hunks.last().is_none_or(|hunk| !hunk.lines.is_empty()) {
            hunks.push(Hunk::default());
        }
        let anchor = anchor.trim();
        // Some models write the numbers of the other format here; they are not to be trusted.
        let is_range = anchor.starts_with('-') && anchor.ends_with("@@");
        if let Some(hunk) = hunks.last_mut().filter(|_| !anchor.is_empty() && !is_range) {
            hunk.anchors.push(anchor.to_owned());
        }
    } else {
        let line = match line.split_at_checked(1) {
            Some((" ", rest)) => Line::Context(rest.to_owned()),
            Some(("+", rest)) => Line::Add(rest.to_owned()),
            Some(("-", rest)) => Line::Remove(rest.to_owned()),
            // An empty line of context whose space was lost.
            None => Line::Context(String::new()),
            Some(_) => return Err(()),
        };
        if hunks.is_empty() {
            hunks.push(Hunk::default());
        }
        if let Some(hunk) = hunks.last_mut() {
            hunk.lines.push(line);
        }
    }
    Ok(())
}

fn finished(files: Vec<FilePatch>) -> Result<Vec<FilePatch>, String> {
    if files.is_empty() {
        return Err("The patch names no file; add a line such as `*** Update File: src/main.rs`.".to_owned());
    }
    for file in &files {
        if let FilePatch::Update { path, move_to: None, hunks } = file
            && hunks.iter().all(|hunk| hunk.lines.is_empty())
        {
            return Err(format!("The patch updates `{path}` with no change; add lines with `+` and `-`."));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_read() {
        let patch = "*** Begin Patch\n*** Add File: new.txt\n+one\n+\n*** Delete File: old.txt\n*** Update File: a.py\n\
                     *** Move to: b.py\n@@ class A:\n@@ def f(self):\n     x\n-y\n+z\n*** End of File\n*** End Patch\n";
        let files = parse(patch).unwrap();
        assert_eq!(files[0], FilePatch::Add { path: "new.txt".into(), text: "one\n\n".into() });
        assert_eq!(files[1], FilePatch::Delete { path: "old.txt".into() });
        let hunk = Hunk {
            anchors: vec!["class A:".into(), "def f(self):".into()],
            lines: vec![Line::Context("    x".into()), Line::Remove("y".into()), Line::Add("z".into())],
            at_end: true,
            ..Hunk::default()
        };
        let update = FilePatch::Update { path: "a.py".into(), move_to: Some("b.py".into()), hunks: vec![hunk] };
        assert_eq!(files[2], update);
    }

    #[test]
    fn empty_lines_between_parts_are_no_context() {
        let patch =
            "*** Begin Patch\n*** Update File: a\n@@\n-x\n\n y\n\n@@\n-z\n\n\n*** Delete File: b\n\n*** End Patch\n";
        let files = parse(patch).unwrap();
        let FilePatch::Update { hunks, .. } = &files[0] else { panic!("{files:?}") };
        assert_eq!((hunks[0].lines.len(), hunks[1].lines.len(), files.len()), (3, 1, 2));
    }

    #[test]
    fn a_broken_patch_is_refused_with_the_line() {
        let message = |text: &str| parse(text).unwrap_err();
        assert!(message("nonsense").contains("must begin with"));
        assert!(message("*** Begin Patch\n*** Delete File: a\n").contains("cut off"));
        assert!(message("*** Begin Patch\nx\n*** End Patch").starts_with("Line 2 "));
        assert!(message("*** Begin Patch\n*** Update File: a\nx\n*** End Patch").starts_with("Line 3 "));
        assert!(message("*** Begin Patch\n*** End Patch").contains("names no file"));
        assert!(message("*** Begin Patch\n*** Update File: a\n*** End Patch").contains("no change"));
    }
}
