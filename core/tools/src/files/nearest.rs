//! What a model probably meant when its text does not occur in a file.

use std::fmt::Write as _;

use atelier_workspace::RelativePath;

/// How many lines are looked at, how long they may be, and how many are shown.
const MAX_LINES: usize = 20_000;
const MAX_LENGTH: usize = 400;
const MAX_SHOWN: usize = 3;

/// A line is similar from this share of common pairs of letters on, in hundredths.
const SIMILAR: usize = 60;

/// A sentence about the nearest similar lines of the file.
pub(crate) fn describe(path: &RelativePath, text: &str, old: &str) -> String {
    let mut message = format!("`old` does not occur in `{path}`.");
    if let Some(line) = but_for_white_space(text, old) {
        // Writing to a string does not fail, here and below.
        let _ = write!(
            message,
            " From line {line} on the file is the same but for white space; read these lines and copy them exactly."
        );
        return message;
    }
    let similar = similar(text, old);
    if similar.is_empty() {
        message.push_str(" No line is similar either; read the file again.");
        return message;
    }
    message.push_str(" The nearest lines are:");
    for (number, line) in similar {
        let _ = write!(message, "\n{number}\t{line}");
    }
    message
}

/// The first line from which on the file has the same lines, white space around and runs of it apart.
fn but_for_white_space(text: &str, old: &str) -> Option<usize> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: Vec<String> = old.lines().map(words).collect();
    let wanted: &[String] = wanted.trim_matches_empty();
    let lines: Vec<String> = text.lines().take(MAX_LINES).map(words).collect();
    if wanted.is_empty() {
        return None;
    }
    lines.windows(wanted.len()).position(|window| window == wanted).map(|at| at + 1)
}

/// Lines without the empty ones at both ends.
trait TrimEmpty {
    fn trim_matches_empty(&self) -> &[String];
}

impl TrimEmpty for [String] {
    fn trim_matches_empty(&self) -> &[String] {
        let first = self.iter().position(|line| !line.is_empty()).unwrap_or(self.len());
        let last = self.iter().rposition(|line| !line.is_empty()).map_or(first, |at| at + 1);
        &self[first..last]
    }
}

/// The lines most similar to the longest line that is looked for, in the order of the file.
fn similar<'a>(text: &'a str, old: &str) -> Vec<(usize, &'a str)> {
    let Some(wanted) = old.lines().map(str::trim).max_by_key(|line| line.len()).filter(|line| !line.is_empty()) else {
        return Vec::new();
    };
    let wanted = pairs(wanted);
    let mut found: Vec<(usize, usize, &str)> = text
        .lines()
        .take(MAX_LINES)
        .zip(1..)
        .filter(|(line, _)| line.len() <= MAX_LENGTH)
        .map(|(line, number)| (share(&wanted, &pairs(line.trim())), number, line))
        .filter(|(share, ..)| *share >= SIMILAR)
        .collect();
    found.sort_by_key(|(share, number, _)| (usize::MAX - share, *number));
    found.truncate(MAX_SHOWN);
    let mut found: Vec<_> = found.into_iter().map(|(_, number, line)| (number, line)).collect();
    found.sort_unstable();
    found
}

/// Neighbouring letters, sorted.
fn pairs(line: &str) -> Vec<(char, char)> {
    let mut pairs: Vec<_> = line.chars().take(MAX_LENGTH).zip(line.chars().skip(1)).collect();
    pairs.sort_unstable();
    pairs
}

/// How much two sorted lists have in common, in hundredths.
fn share(a: &[(char, char)], b: &[(char, char)]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    (200 * common).checked_div(a.len() + b.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, old: &str) -> String {
        describe(&RelativePath::new("a.rs".as_ref()).unwrap(), text, old)
    }

    #[test]
    fn other_white_space_is_recognised() {
        let text = "fn a() {\n    let x = 1;\n\tlet y  = 2;\n}\n";
        assert!(message(text, "let x = 1;\nlet y = 2;\n").contains("From line 2 on"));
    }

    #[test]
    fn similar_lines_are_shown_with_their_numbers() {
        let shown = message("one\nlet total = count + 1;\nthree\n", "let total = counts + 1;");
        assert!(shown.ends_with("The nearest lines are:\n2\tlet total = count + 1;"), "{shown}");
        assert!(message("one\n", "something else entirely").contains("No line is similar"));
        assert!(message("", "\n\n").contains("No line is similar"));
    }
}
