//! Fitting the parts of a patch into a text.

use atelier_workspace::RelativePath;

use super::{Hunk, Line};
use crate::{FailureCode, ToolFailure, files::nearest};

/// The text after all parts, each below the one before.
pub(super) fn apply(path: &RelativePath, text: &str, hunks: &[Hunk]) -> Result<String, ToolFailure> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    // What follows the last newline is no line; without one, the last line is bare.
    let mut bare = lines.pop_if(|last| last.is_empty()).is_none();
    let mut patched: Vec<&str> = Vec::new();
    let (mut done, mut drift) = (0, 0);
    for (hunk, number) in hunks.iter().zip(1..) {
        let place = Place { path, text, lines: &lines, from: done, drift, number };
        let at = place.find(hunk)?;
        if let Some(expected) = hunk.at {
            drift = at.cast_signed() - expected.saturating_sub(usize::from(hunk.has_old())).cast_signed();
        }
        patched.extend(&lines[done..at]);
        done = at;
        for line in &hunk.lines {
            match line {
                // The file's own line: it may differ in white space.
                Line::Context(_) => patched.extend(lines.get(done)),
                Line::Remove(_) => {}
                Line::Add(new) => patched.push(new),
            }
            done += usize::from(!matches!(line, Line::Add(_)));
        }
        if done == lines.len() {
            bare = hunk.new_bare || (bare && !hunk.old_bare);
        }
    }
    patched.extend(&lines[done..]);
    let mut patched = patched.join("\n") + if patched.is_empty() { "" } else { "\n" };
    if bare && !patched.is_empty() {
        patched.pop();
    }
    Ok(patched)
}

impl Hunk {
    /// The lines that must be there.
    fn old(&self) -> Vec<&str> {
        let old = |line| match line {
            &Line::Context(ref text) | &Line::Remove(ref text) => Some(text.as_str()),
            Line::Add(_) => None,
        };
        self.lines.iter().filter_map(old).collect()
    }

    fn has_old(&self) -> bool {
        self.lines.iter().any(|line| !matches!(line, Line::Add(_)))
    }
}

/// How exactly lines must be the same, the strictest first.
const WAYS: [fn(&str) -> &str; 3] = [|line| line, str::trim_end, str::trim];

/// Where to look for a part.
struct Place<'a> {
    path: &'a RelativePath,
    text: &'a str,
    lines: &'a [&'a str],
    /// The first line that no earlier part covers.
    from: usize,
    /// How far off earlier parts were from where they said.
    drift: isize,
    /// The part's number, from 1.
    number: usize,
}

impl Place<'_> {
    /// The line at which the part begins, from 0.
    fn find(&self, hunk: &Hunk) -> Result<usize, ToolFailure> {
        let from = self.below_anchors(hunk)?;
        let old = hunk.old();
        if old.is_empty() {
            let said = hunk.at.map(|at| at.saturating_add_signed(self.drift).clamp(from, self.lines.len()));
            let first_below = (!hunk.anchors.is_empty() && !hunk.at_end).then_some(from);
            return Ok(said.or(first_below).unwrap_or(self.lines.len()));
        }
        for way in WAYS {
            let same = |at: usize| self.lines[at..].iter().zip(&old).all(|(line, old)| way(line) == way(old));
            let last = (self.lines.len() + 1).saturating_sub(old.len());
            let found: Vec<usize> = (from..last).filter(|at| same(*at)).collect();
            if let Some(at) = self.choose(hunk, &found, last.saturating_sub(1))? {
                return Ok(at);
            }
        }
        let message =
            format!("Part {} does not fit: {}", self.number, nearest::describe(self.path, self.text, &old.join("\n")));
        Err(ToolFailure::new(FailureCode::NoMatch, message))
    }

    /// The one that is meant of several places; none of none.
    fn choose(&self, hunk: &Hunk, found: &[usize], last: usize) -> Result<Option<usize>, ToolFailure> {
        let said = hunk.at.map(|at| at.saturating_sub(1).saturating_add_signed(self.drift));
        let meant = match found {
            [] => return Ok(None),
            [only] => Some(*only),
            _ if hunk.at_end && found.contains(&last) => Some(last),
            [first, ..] if !hunk.anchors.is_empty() => Some(*first),
            _ => said.filter(|said| found.contains(said)),
        };
        meant.map(Some).ok_or_else(|| {
            let places: Vec<String> = found.iter().take(10).map(|at| (at + 1).to_string()).collect();
            let message = format!(
                "Part {} for `{}` fits in {} places, from lines {}; give more lines of context, or a line above it after \
                 `@@`.",
                self.number,
                self.path,
                found.len(),
                places.join(", ")
            );
            ToolFailure::new(FailureCode::Ambiguous, message)
        })
    }

    /// The first line below the part's anchors.
    fn below_anchors(&self, hunk: &Hunk) -> Result<usize, ToolFailure> {
        let mut from = self.from;
        for anchor in &hunk.anchors {
            let found = self.lines[from..].iter().position(|line| line.trim() == anchor.trim());
            let Some(at) = found else {
                let what = nearest::describe(self.path, self.text, anchor);
                let message = format!("Part {}: the line after `@@` was not found. {what}", self.number);
                return Err(ToolFailure::new(FailureCode::NoMatch, message));
            };
            from += at + 1;
        }
        Ok(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(text: &str, patch: &str) -> Result<String, ToolFailure> {
        let patch = format!("*** Begin Patch\n*** Update File: x\n{patch}*** End Patch\n");
        let files = super::super::envelope::parse(&patch).unwrap();
        let super::super::FilePatch::Update { hunks, .. } = &files[0] else { panic!("{files:?}") };
        apply(&RelativePath::new("x".as_ref()).unwrap(), text, hunks)
    }

    #[test]
    fn an_anchor_tells_two_places_apart() {
        let text = "class A:\n  x = 1\nclass B:\n  x = 1\n";
        assert_eq!(patched(text, "-  x = 1\n+  x = 2\n").unwrap_err().code, FailureCode::Ambiguous);
        assert_eq!(
            patched(text, "@@ class B:\n-  x = 1\n+  x = 2\n").unwrap(),
            "class A:\n  x = 1\nclass B:\n  x = 2\n"
        );
        assert_eq!(patched(text, "@@ class C:\n-  x = 1\n").unwrap_err().code, FailureCode::NoMatch);
        let end = patched(text, "-  x = 1\n+  x = 2\n*** End of File\n").unwrap();
        assert_eq!(end, "class A:\n  x = 1\nclass B:\n  x = 2\n");
    }

    #[test]
    fn lost_white_space_is_forgiven_and_the_files_own_lines_stay() {
        let text = "fn a() {\n\tone();  \n\ttwo();\n}\n";
        let patch = " fn a() {\n one();\n-two();\n+\tthree();\n }\n";
        assert_eq!(patched(text, patch).unwrap(), "fn a() {\n\tone();  \n\tthree();\n}\n");
    }

    #[test]
    fn lines_without_a_place_go_to_the_end_or_below_the_anchor() {
        assert_eq!(patched("a\nb\n", "+c\n").unwrap(), "a\nb\nc\n");
        assert_eq!(patched("a\nb\n", "@@ a\n+c\n").unwrap(), "a\nc\nb\n");
        assert_eq!(patched("a\nb", "+c\n").unwrap(), "a\nb\nc", "a bare last line stays bare");
        assert_eq!(patched("", "+c\n").unwrap(), "c\n");
    }
}
