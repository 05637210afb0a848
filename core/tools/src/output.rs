//! Long output: head and tail go to the model, the whole is kept in the session's output folder for a while.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use atelier_workspace::{AccessError, Content, Expected, Folder, RelativePath};

use crate::{FailureCode, ToolFailure};

/// What a model gets of one result, in bytes, the note in the middle apart.
pub(crate) const MAX_RESULT: usize = 48 << 10;

/// What is kept of one output, in bytes.
const MAX_KEPT: usize = 8 << 20;

/// How many outputs are kept, and how many bytes of all; the oldest go.
const MAX_OUTPUTS: usize = 50;
const MAX_ALL: u64 = 64 << 20;

/// How a kept output is named in `read_file`. No file of the project can be meant: it is looked for first.
pub(crate) const PREFIX: &str = "tool-output:";

/// Where a session's long outputs are kept.
pub(crate) struct Outputs {
    /// Created when it is needed first.
    path: PathBuf,
    /// One at a time: numbers are given here.
    writing: Mutex<()>,
}

impl Outputs {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, writing: Mutex::new(()) }
    }

    /// The session's own folder, which may not exist yet.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The text, or its head and tail with a note of where the whole is.
    pub(crate) fn bounded(&self, text: String) -> String {
        if text.len() <= MAX_RESULT {
            return text;
        }
        let (head, tail) = ends(&text, MAX_RESULT);
        let left_out = &text[head.len()..text.len() - tail.len()];
        let (lines, bytes) = (left_out.lines().count(), left_out.len());
        let note = match self.keep(&text) {
            Ok(name) => format!("the whole is `{name}`, read it with read_file, offset and limit"),
            Err(error) => {
                tracing::warn!(%error, "a long output could not be kept");
                "it could not be kept; ask for less at a time".to_owned()
            }
        };
        format!("{head}\n[{lines} lines, {bytes} bytes left out here; {note}]\n{tail}")
    }

    /// Reads a kept output.
    pub(crate) fn read(&self, name: &str) -> Result<Content, ToolFailure> {
        let gone = || {
            let message =
                format!("There is no `{PREFIX}{}`, or no more; call the tool again.", crate::params::bounded(name));
            ToolFailure::new(FailureCode::NotFound, message)
        };
        let number: u64 = name.parse().map_err(|_| gone())?;
        let folder = Folder::open(&self.path).map_err(|_| gone())?;
        folder.read(&file(number), 2 * MAX_KEPT as u64).map_err(|error| match error {
            AccessError::NotFound { .. } => gone(),
            other => other.into(),
        })
    }

    /// Keeps the text and says under which name.
    fn keep(&self, text: &str) -> Result<String, AccessError> {
        // A panic while writing leaves nothing that the next call could trip over.
        let _one_at_a_time = self.writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        fs::create_dir_all(&self.path)
            .map_err(|source| AccessError::Io { path: self.path.display().to_string(), source })?;
        let folder = Folder::open(&self.path)?;
        let mut kept: Vec<(u64, u64)> = folder
            .list(&RelativePath::root(), 10 * MAX_OUTPUTS)?
            .into_iter()
            .filter_map(|entry| Some((entry.name.to_str()?.strip_suffix(".txt")?.parse().ok()?, entry.size)))
            .collect();
        kept.sort_unstable();
        let number = kept.last().map_or(1, |(last, _)| last + 1);
        let text = if text.len() <= MAX_KEPT {
            text.to_owned()
        } else {
            let (head, tail) = ends(text, MAX_KEPT);
            format!("{head}\n[{} bytes left out here]\n{tail}", text.len() - head.len() - tail.len())
        };
        make_room(&folder, &kept, text.len() as u64)?;
        folder.replace(&file(number), text.as_bytes(), Expected::Absent)?;
        Ok(format!("{PREFIX}{number}"))
    }
}

/// Removes the oldest until one more of this size fits.
fn make_room(folder: &Folder, kept: &[(u64, u64)], size: u64) -> Result<(), AccessError> {
    let mut all = size + kept.iter().map(|(_, size)| size).sum::<u64>();
    let mut count = kept.len() + 1;
    for (number, size) in kept {
        if count <= MAX_OUTPUTS && all <= MAX_ALL {
            break;
        }
        folder.remove_file(&file(*number), None)?;
        (count, all) = (count - 1, all - size);
    }
    Ok(())
}

fn file(number: u64) -> RelativePath {
    RelativePath::new(format!("{number}.txt").as_ref()).unwrap_or_else(RelativePath::root)
}

/// The beginning and the end of a text, together at most `max` bytes, cut between lines where lines are short enough.
fn ends(text: &str, max: usize) -> (&str, &str) {
    let half = max / 2;
    let head = &text[..text.floor_char_boundary(half)];
    let head = head.rfind('\n').filter(|at| *at > half / 2).map_or(head, |at| &head[..at]);
    let tail = &text[text.ceil_char_boundary(text.len() - half)..];
    let tail = tail.find('\n').filter(|at| *at < half / 2).map_or(tail, |at| &tail[at + 1..]);
    (head, tail)
}

/// At most the first `max` bytes of a text, without a broken character.
pub(crate) fn cut_whole(mut text: String, max: usize) -> String {
    text.truncate(text.floor_char_boundary(max));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_output_shows_both_ends_and_is_kept_whole() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::new(folder.path().join("outputs"));
        let short = "é".repeat(100);
        assert_eq!(outputs.bounded(short.clone()), short);
        assert!(!folder.path().join("outputs").exists());
        let long = (0..20_000).map(|i| format!("line {i}")).collect::<Vec<_>>().join("\n") + "\n";
        let shown = outputs.bounded(long.clone());
        assert!(shown.len() < MAX_RESULT + 200);
        assert!(shown.starts_with("line 0\n") && shown.ends_with("line 19999\n"));
        assert!(shown.contains("`tool-output:1`"), "{shown}");
        assert_eq!(outputs.read("1").unwrap().bytes, long.as_bytes());
        for name in ["2", "../1", "-1", "", "1.txt"] {
            assert_eq!(outputs.read(name).unwrap_err().code, FailureCode::NotFound, "{name}");
        }
    }

    #[test]
    fn old_outputs_make_room_for_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::new(folder.path().to_owned());
        let long = "x".repeat(MAX_RESULT + 1);
        for _ in 0..MAX_OUTPUTS + 3 {
            outputs.bounded(long.clone());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MAX_OUTPUTS);
        assert!(outputs.read("3").is_err() && outputs.read("4").is_ok() && outputs.read("53").is_ok());
        let huge = "y".repeat(MAX_KEPT * 2);
        for _ in 0..9 {
            outputs.bounded(huge.clone());
        }
        let all: u64 = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
        assert!(all <= MAX_ALL, "{all}");
    }

    #[test]
    fn a_character_is_never_broken() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = Outputs::new(folder.path().to_owned());
        assert!(outputs.bounded("é€😀".repeat(20_000)).contains("left out here"));
        assert_eq!(cut_whole("aé".to_owned(), 2), "a");
    }
}
