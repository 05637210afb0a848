//! Unified diffs of texts, as git writes them.

use std::fmt::Write as _;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

/// Lines of context around a change.
const CONTEXT: u32 = 3;

/// The diff from one text to another, with header; empty where they are the same. None stands for a file that does not
/// exist.
pub(crate) fn unified(path: &dyn std::fmt::Display, before: Option<&str>, after: Option<&str>) -> String {
    let input = InternedInput::new(before.unwrap_or_default(), after.unwrap_or_default());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let side = |mark: &str, text: Option<&str>| text.map_or("/dev/null".to_owned(), |_| format!("{mark}/{path}"));
    let header = format!("--- {}\n+++ {}\n", side("a", before), side("b", after));
    let mut text = String::new();
    for group in groups(diff.hunks()) {
        write_group(&mut text, &input, &group);
    }
    if text.is_empty() && before.is_some() == after.is_some() { text } else { header + &text }
}

/// Changes that are near enough to share their context.
fn groups(hunks: impl Iterator<Item = Hunk>) -> Vec<Vec<Hunk>> {
    let mut groups: Vec<Vec<Hunk>> = Vec::new();
    for hunk in hunks {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| hunk.before.start - last.before.end <= 2 * CONTEXT) => {
                group.push(hunk);
            }
            _ => groups.push(vec![hunk]),
        }
    }
    groups
}

fn write_group(text: &mut String, input: &InternedInput<&str>, group: &[Hunk]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let lead = CONTEXT.min(first.before.start);
    let trail = CONTEXT.min(u32::try_from(input.before.len()).unwrap_or(u32::MAX) - last.before.end);
    let range = |start: u32, end: u32| {
        // Where nothing is, git names the line before.
        if end == start { format!("{start},0") } else { format!("{},{}", start + 1, end - start) }
    };
    let before = range(first.before.start - lead, last.before.end + trail);
    let after = range(first.after.start - lead, last.after.end + trail);
    // Writing to a string does not fail, here and below.
    let _ = writeln!(text, "@@ -{before} +{after} @@");
    let mut at = first.before.start - lead;
    for hunk in group {
        write_lines(text, ' ', input, &input.before[at as usize..hunk.before.start as usize]);
        write_lines(text, '-', input, &input.before[hunk.before.start as usize..hunk.before.end as usize]);
        write_lines(text, '+', input, &input.after[hunk.after.start as usize..hunk.after.end as usize]);
        at = hunk.before.end;
    }
    write_lines(text, ' ', input, &input.before[at as usize..(at + trail) as usize]);
}

fn write_lines(text: &mut String, mark: char, input: &InternedInput<&str>, lines: &[imara_diff::Token]) {
    for line in lines {
        let line = input.interner[*line];
        let _ = write!(text, "{mark}{line}");
        if !line.ends_with('\n') {
            text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_reads_as_gits() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";
        let wanted = "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(unified(&"x", Some(before), Some(after)), wanted);
        assert_eq!(unified(&"x", Some("a"), Some("a")), "");
        assert_eq!(unified(&"x", None, Some("a\n")), "--- /dev/null\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n");
        assert_eq!(unified(&"x", Some("a\n"), None), "--- a/x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
        let marks = "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n";
        assert_eq!(unified(&"x", Some("a"), Some("a\n")), marks);
    }
}
