//! What became of each file: many changes, one row.

use atelier_protocol::{FileOperation, Timestamp};

use crate::transcript::FileChange;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was not there before.
    Created,
    Modified,
    /// It is gone.
    Deleted,
}

/// A file that was changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ChangedFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) fate: Fate,
    /// When it changed last.
    pub(crate) at: Timestamp,
}

/// The distinct files in the order of their first change.
pub(crate) fn files(changes: &[FileChange]) -> Vec<ChangedFile<'_>> {
    let mut files: Vec<(bool, ChangedFile<'_>)> = Vec::new();
    for change in changes {
        let known = files.iter().position(|(_, file)| file.path == change.path);
        let at = known.unwrap_or_else(|| {
            files.push((change.created, ChangedFile { path: &change.path, fate: Fate::Modified, at: change.at }));
            files.len() - 1
        });
        let (is_new, file) = &mut files[at];
        file.at = change.at;
        file.fate = match (change.operation, *is_new) {
            (FileOperation::Delete, _) => Fate::Deleted,
            (_, true) => Fate::Created,
            (_, false) => Fate::Modified,
        };
    }
    files.into_iter().map(|(_, file)| file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_says_what_became_of_a_file_and_the_first_whether_it_is_new() {
        let (write, edit, delete) = (FileOperation::Write, FileOperation::Edit, FileOperation::Delete);
        let steps = [
            ("new", write, true),
            ("gone", edit, false),
            ("new", edit, false),
            ("back", delete, false),
            ("gone", delete, false),
            ("back", write, true),
            ("brief", write, true),
            ("brief", delete, false),
        ];
        let changes: Vec<_> = (1..)
            .zip(steps)
            .map(|(at, (path, operation, created))| FileChange {
                path: path.into(),
                operation,
                created,
                at: Timestamp::from_millis(at),
            })
            .collect();
        let found: Vec<_> =
            files(&changes).into_iter().map(|file| (file.path, file.fate, file.at.as_millis())).collect();
        let expected = [
            ("new", Fate::Created, 3),
            ("gone", Fate::Deleted, 5),
            ("back", Fate::Modified, 6),
            ("brief", Fate::Deleted, 8),
        ];
        assert_eq!(found, expected);
    }
}
