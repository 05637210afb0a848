//! Counts of changed lines, from `--numstat -z` and `--shortstat`.

use std::collections::BTreeMap;

use serde::Serialize;

/// Lines that were added and taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DiffStat {
    /// Lines added.
    pub insertions: u64,
    /// Lines taken away.
    pub deletions: u64,
}

/// One file of `--numstat -z`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Where it is now.
    pub(super) path: String,
    pub(super) stat: DiffStat,
    pub(super) binary: bool,
}

/// Reads `--numstat -z`; none if it is something else.
pub(super) fn numstat(output: &[u8]) -> Option<Vec<Counted>> {
    let text = String::from_utf8_lossy(output);
    let mut fields = text.split_terminator('\0');
    let mut files = Vec::new();
    while let Some(entry) = fields.next() {
        // `git show` begins with an empty line where it shows no message.
        let mut parts = entry.trim_start_matches('\n').splitn(3, '\t');
        let (insertions, deletions) = (parts.next()?, parts.next()?);
        let path = match parts.next()? {
            // Renamed or copied: where it was, then where it is.
            "" => {
                fields.next()?;
                fields.next()?
            }
            path => path,
        };
        let binary = insertions == "-";
        let count = |text: &str| if binary { Some(0) } else { text.parse().ok() };
        let stat = DiffStat { insertions: count(insertions)?, deletions: count(deletions)? };
        files.push(Counted { path: path.to_owned(), stat, binary });
    }
    Some(files)
}

/// Adds up counts by path.
pub(super) fn add_up(counts: Vec<Counted>, sums: &mut BTreeMap<String, DiffStat>) {
    for counted in counts {
        let sum = sums.entry(counted.path).or_default();
        sum.insertions += counted.stat.insertions;
        sum.deletions += counted.stat.deletions;
    }
}

/// Reads ` 2 files changed, 3 insertions(+), 1 deletion(-)` wherever it stands in a text: files, then lines.
pub(super) fn shortstat(text: &str) -> (u64, DiffStat) {
    let line = text.lines().rfind(|line| line.starts_with(' ') && line.contains(" changed"));
    let (mut files, mut stat) = (0, DiffStat::default());
    for part in line.unwrap_or_default().split(',') {
        let (count, what) = part.trim().split_once(' ').unwrap_or_default();
        let count = count.parse().unwrap_or_default();
        match what {
            _ if what.starts_with("file") => files = count,
            _ if what.starts_with("insertion") => stat.insertions = count,
            _ if what.starts_with("deletion") => stat.deletions = count,
            _ => {}
        }
    }
    (files, stat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_are_read_with_renames_and_binary_files() {
        let counted = numstat(b"1\t2\ta b\0-\t-\tpicture\x003\t0\t\0old\0new\0").unwrap();
        let rows: Vec<_> =
            counted.iter().map(|c| (c.path.as_str(), c.stat.insertions, c.stat.deletions, c.binary)).collect();
        assert_eq!(rows, [("a b", 1, 2, false), ("picture", 0, 0, true), ("new", 3, 0, false)]);
        assert_eq!(numstat(b"x\ty\tz\0"), None);
        assert_eq!(numstat(b"1\t2\t\0old\0"), None);
    }

    #[test]
    fn a_summary_is_read_whatever_is_in_it() {
        let stat = |insertions, deletions| DiffStat { insertions, deletions };
        assert_eq!(shortstat(" 2 files changed, 3 insertions(+), 1 deletion(-)\n"), (2, stat(3, 1)));
        assert_eq!(shortstat("[main 1] x\n 1 file changed, 1 deletion(-)\n delete mode 100644 a"), (1, stat(0, 1)));
        assert_eq!(shortstat("nothing"), (0, stat(0, 0)));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(text in "[0-9a\t\0\n -]{0,60}") {
            let _ = numstat(text.as_bytes());
            let _ = shortstat(&text);
        }
    }
}
