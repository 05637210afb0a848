//! Lines of new files, which git does not count: nothing to compare them with.

use std::{collections::BTreeMap, path::Path};

use atelier_workspace::{Folder, RelativePath};

use super::status::{DiffStat, StatusFile};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 5 << 20;

/// How much is read in all: files, and bytes. Files beyond that have no count.
const MAX_FILES: usize = 5_000;
const MAX_BYTES: usize = 100 << 20;

/// Adds the lines of new files that have none yet. What is no ordinary file, or too large, is passed over.
pub(super) fn count(folder: &Folder, files: &[StatusFile], sums: &mut BTreeMap<String, DiffStat>) {
    let mut read = 0;
    let is_new = |file: &&StatusFile| {
        let effective = if file.working_dir == ' ' { file.index } else { file.working_dir };
        matches!(effective, '?' | 'A')
    };
    for file in files.iter().filter(is_new).take(MAX_FILES) {
        if sums.get(&file.path).is_some_and(|sum| sum.insertions > 0) {
            continue;
        }
        if read > MAX_BYTES {
            return;
        }
        let Some(path) = RelativePath::new(Path::new(&file.path)) else { continue };
        // It may be gone by now, or another kind of file.
        let Ok(content) = folder.read(&path, MAX_FILE) else { continue };
        read += content.bytes.len();
        let sum = sums.entry(file.path.clone()).or_default();
        if !content.bytes.contains(&0) {
            sum.insertions = lines(&content.bytes);
        }
    }
}

fn lines(bytes: &[u8]) -> u64 {
    let ends = memchr::memchr_iter(b'\n', bytes).count();
    let rest = usize::from(bytes.last().is_some_and(|last| *last != b'\n'));
    u64::try_from(ends + rest).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_with_and_without_its_end() {
        for (text, expected) in [("", 0), ("a", 1), ("a\n", 1), ("a\r\nb", 2), ("\n\n", 2)] {
            assert_eq!(lines(text.as_bytes()), expected, "{text:?}");
        }
    }
}
