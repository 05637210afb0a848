//! `apply_patch`: several changes to several files, all or none.

mod apply;
mod envelope;
mod unified;

use atelier_protocol::{FileOperation, Json};
use atelier_workspace::{AccessError, RelativePath, TextFile};
use serde::Deserialize;

use crate::{
    FailureCode, Mode, ToolFailure,
    change_set::{self, Before, Change, Knowledge, MAX_FILE},
    files::arguments,
    plan::Plan,
    toolbox::State,
};

/// What a patch does to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FilePatch {
    Add { path: String, text: String },
    Delete { path: String },
    Update { path: String, move_to: Option<String>, hunks: Vec<Hunk> },
}

/// A piece of a file, before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Hunk {
    /// Lines somewhere above it, in order, that tell where it is.
    anchors: Vec<String>,
    /// Where it begins in the old file, from 1, where the patch says so. For a hunk that only adds: the line before.
    at: Option<usize>,
    lines: Vec<Line>,
    /// It is the end of the file.
    at_end: bool,
    /// The old, the new file ends here without a newline.
    old_bare: bool,
    new_bare: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Context(String),
    Remove(String),
    Add(String),
}

/// How many parts a patch may have for one file: each is looked for in all of it.
const MAX_HUNKS: usize = 1000;

#[derive(Deserialize)]
struct Arguments {
    patch: String,
}

pub(crate) fn prepare(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { patch } = arguments(given)?;
    if patch.len() as u64 > MAX_FILE {
        return Err(ToolFailure::new(FailureCode::TooLarge, "The patch is longer than 10 MiB; apply it in parts."));
    }
    let patch = patch.replace("\r\n", "\n");
    let patches =
        if patch.trim_start().starts_with(envelope::BEGIN) { envelope::parse(&patch) } else { unified::parse(&patch) };
    let patches = patches.map_err(|message| ToolFailure::new(FailureCode::InvalidToolCall, message))?;
    let mut set = Set { state, mode, changes: Vec::new() };
    for part in patches {
        set.add(part)?;
    }
    let changes = set.changes;
    let files: Vec<String> = changes.iter().map(summary_line).collect();
    Ok(change_set::plan(changes, format!("Applied the patch:\n{}", files.join("\n"))))
}

fn summary_line(change: &Change) -> String {
    let mark = match (&change.before, &change.after) {
        (None, _) => 'A',
        (_, None) => 'D',
        _ => 'M',
    };
    format!("{mark} {}", change.path)
}

struct Set<'a> {
    state: &'a State,
    mode: Mode,
    changes: Vec<Change>,
}

impl Set<'_> {
    fn add(&mut self, part: FilePatch) -> Result<(), ToolFailure> {
        match part {
            FilePatch::Add { path, text } => {
                let path = change_set::locate(self.state, self.mode, &path)?;
                self.must_be_free(&path)?;
                self.push(path, None, Some(TextFile::new(text)), FileOperation::Write, None);
            }
            FilePatch::Delete { path } => {
                let path = change_set::locate(self.state, self.mode, &path)?;
                let before = self.existing(&path)?;
                self.push(path, Some(before), None, FileOperation::Delete, None);
            }
            FilePatch::Update { path, move_to, hunks } => {
                let path = change_set::locate(self.state, self.mode, &path)?;
                self.update(path, move_to.as_deref(), &hunks)?;
            }
        }
        Ok(())
    }

    fn update(&mut self, path: RelativePath, move_to: Option<&str>, hunks: &[Hunk]) -> Result<(), ToolFailure> {
        // A second part for the same file goes on from the first.
        if let Some(change) = self.changes.iter_mut().find(|change| change.path == path)
            && let (Some(file), None) = (&change.after, move_to)
        {
            change.after = Some(patched(&path, file, hunks)?);
            return Ok(());
        }
        let before = self.existing(&path)?;
        let after = patched(&path, &before.file, hunks)?;
        let Some(target) = move_to else {
            self.push(path, Some(before), Some(after), FileOperation::Edit, None);
            return Ok(());
        };
        let target = change_set::locate(self.state, self.mode, target)?;
        self.must_be_free(&target)?;
        self.push(target, None, Some(after), FileOperation::Write, Some(path.clone()));
        self.push(path, Some(before), None, FileOperation::Delete, None);
        Ok(())
    }

    fn push(
        &mut self,
        path: RelativePath,
        before: Option<Before>,
        after: Option<TextFile>,
        operation: FileOperation,
        mode_of: Option<RelativePath>,
    ) {
        self.changes.push(Change { path, before, after, operation, mode_of });
    }

    fn existing(&self, path: &RelativePath) -> Result<Before, ToolFailure> {
        self.must_be_first(path)?;
        // Its context lines show what the model knows.
        let before = change_set::load(self.state, path, Knowledge::Shown)?;
        before.ok_or_else(|| AccessError::NotFound { path: path.to_string() }.into())
    }

    fn must_be_free(&self, path: &RelativePath) -> Result<(), ToolFailure> {
        self.must_be_first(path)?;
        change_set::must_be_absent(self.state, path)
    }

    fn must_be_first(&self, path: &RelativePath) -> Result<(), ToolFailure> {
        if self.changes.iter().any(|change| change.path == *path) {
            let message = format!("The patch changes `{path}` twice in ways that don't go together; use two patches.");
            return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
        }
        Ok(())
    }
}

fn patched(path: &RelativePath, file: &TextFile, hunks: &[Hunk]) -> Result<TextFile, ToolFailure> {
    if hunks.len() > MAX_HUNKS {
        let message = format!("The patch has more than {MAX_HUNKS} parts for `{path}`; write the whole file instead.");
        return Err(ToolFailure::new(FailureCode::TooLarge, message));
    }
    let text = apply::apply(path, &file.text, hunks)?;
    if text.len() as u64 > MAX_FILE {
        let message = format!("`{path}` would be larger than 10 MiB; nothing was changed.");
        return Err(ToolFailure::new(FailureCode::TooLarge, message));
    }
    Ok(file.with_text(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diff;

    fn path() -> RelativePath {
        RelativePath::new("x".as_ref()).unwrap()
    }

    /// Few different lines, so that the same ones stand in several places; also ones that look like parts of a patch.
    fn text() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec!["a", "b", "", " c", "-- d", "++ e", "@@ f", "\t", "@@ -1,1 +1,1 @@"]);
        (prop::collection::vec(line, 0..30), prop::bool::ANY).prop_map(|(lines, newline)| {
            let end = if newline && !lines.is_empty() { "\n" } else { "" };
            lines.join("\n") + end
        })
    }

    fn ended(text: String) -> String {
        if text.is_empty() || text.ends_with('\n') { text } else { text + "\n" }
    }

    /// The same changes in the other format, without numbers.
    fn as_envelope(diff: &str) -> String {
        let body: Vec<&str> = diff
            .lines()
            .skip(2)
            .filter(|line| !line.starts_with('\\'))
            .map(|line| if line.starts_with("@@") { "@@" } else { line })
            .collect();
        format!("*** Begin Patch\n*** Update File: x\n{}\n*** End Patch\n", body.join("\n"))
    }

    fn hunks_of(patches: Vec<FilePatch>) -> Vec<Hunk> {
        match patches.into_iter().next() {
            Some(FilePatch::Update { hunks, .. }) => hunks,
            other => panic!("not an update: {other:?}"),
        }
    }

    proptest! {
        #[test]
        fn the_diff_of_two_texts_applied_to_one_gives_the_other(before in text(), after in text()) {
            let diff = diff::unified(&"x", Some(&before), Some(&after));
            prop_assume!(!diff.is_empty());
            let hunks = hunks_of(unified::parse(&diff).unwrap());
            prop_assert_eq!(apply::apply(&path(), &before, &hunks).unwrap(), after);
        }

        #[test]
        fn without_line_numbers_a_patch_gives_the_same_or_is_refused(before in text(), after in text()) {
            // The format can't say whether the last line ends.
            let (before, after) = (ended(before), ended(after));
            let diff = diff::unified(&"x", Some(&before), Some(&after));
            prop_assume!(!diff.is_empty());
            let hunks = hunks_of(envelope::parse(&as_envelope(&diff)).unwrap());
            match apply::apply(&path(), &before, &hunks) {
                Ok(patched) => prop_assert_eq!(patched, after),
                Err(failure) => prop_assert_eq!(failure.code, FailureCode::Ambiguous),
            }
        }

        #[test]
        fn any_text_is_a_patch_or_an_error_and_no_panic(
            lines in prop::collection::vec(prop::sample::select(vec![
                "*** Begin Patch", "*** Update File: a", "*** Add File: b", "*** Move to: c", "*** End of File",
                "*** End Patch", "@@", "@@ x", "--- a/x", "+++ b/x", "--- /dev/null", "@@ -1,9 +0,0 @@",
                "@@ -99999999999999999999 +1 @@", "rename from a", "rename to b", "+x", "-a", " a", "", "\\ No newline",
                "diff --git a/x b/x", "é",
            ]), 0..14),
        ) {
            let patch = lines.join("\n");
            for parsed in [envelope::parse(&patch), unified::parse(&patch)] {
                for file in parsed.into_iter().flatten() {
                    if let FilePatch::Update { hunks, .. } = file {
                        let _ = apply::apply(&path(), "a\nb\na\n", &hunks);
                    }
                }
            }
        }
    }
}
