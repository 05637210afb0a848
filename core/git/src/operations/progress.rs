//! How far a long operation has come, as git says on its standard error.

use crate::error::without_passwords;

/// The longest line that is looked at, in bytes; the longest message, in characters.
const MAX_LINE: usize = 4 << 10;
const MAX_MESSAGE: usize = 200;

/// How far a long operation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitProgress {
    /// What git is at, in its words: `Receiving objects`.
    pub stage: String,
    /// How much of that is done, 0 to 100, where git knows.
    pub percent: Option<u8>,
    /// Git's whole line.
    pub message: String,
}

impl GitProgress {
    /// A line of git's; none if it is no progress.
    pub(super) fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        let (stage, rest) = line.strip_prefix("remote: ").unwrap_or(line).split_once(':')?;
        let number = rest.trim_start();
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let is_name = stage.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') && !stage.is_empty();
        if !is_name || digits == 0 {
            return None;
        }
        let (value, after) = number.split_at(digits);
        let percent = after.starts_with('%').then(|| value.parse().ok().filter(|value| *value <= 100)).flatten();
        // Without a percentage git counts: `Enumerating objects: 5, done.`
        if percent.is_none() && !(after.is_empty() || after.starts_with(',')) {
            return None;
        }
        let message = without_passwords(line).chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect();
        Some(Self { stage: stage.trim().to_owned(), percent, message })
    }
}

/// Finds progress in what git writes, in whatever pieces it comes.
pub(super) struct Progresses<'a> {
    line: Vec<u8>,
    tell: &'a mut dyn FnMut(GitProgress),
}

impl<'a> Progresses<'a> {
    pub(super) fn new(tell: &'a mut dyn FnMut(GitProgress)) -> Self {
        Self { line: Vec::new(), tell }
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                // A line that is written over, or ended.
                b'\r' | b'\n' => {
                    if let Some(progress) = GitProgress::of(&String::from_utf8_lossy(&self.line)) {
                        (self.tell)(progress);
                    }
                    self.line.clear();
                }
                // What is so long is no progress.
                _ if self.line.len() == MAX_LINE => {}
                byte => self.line.push(*byte),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn progress_is_found_among_other_lines_in_any_pieces() {
        let text = "Cloning into 'x'...\nremote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2), done.\n\
                    remote: Total 2 (delta 0)\nReceiving objects:  12% (3/25), 1.50 MiB | 3.00 MiB/s\nhint: 3 things\n\
                    Enumerating objects: 5, done.\nTo https://host/x\nwarning: 12 monkeys\n";
        for size in [1, 7, 1000] {
            let mut found = Vec::new();
            let mut tell = |progress: GitProgress| found.push((progress.stage, progress.percent));
            let mut progresses = Progresses::new(&mut tell);
            text.as_bytes().chunks(size).for_each(|piece| progresses.hear(piece));
            let expected = [
                ("Counting objects", Some(50)),
                ("Counting objects", Some(100)),
                ("Receiving objects", Some(12)),
                ("Enumerating objects", None),
            ];
            assert_eq!(found, expected.map(|(stage, percent)| (stage.to_owned(), percent)));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_heard_stays_small(bytes in proptest::collection::vec(any::<u8>(), 0..10_000)) {
            let mut longest = 0;
            let mut tell = |progress: GitProgress| longest = longest.max(progress.message.chars().count());
            let mut progresses = Progresses::new(&mut tell);
            progresses.hear(&bytes);
            prop_assert!(progresses.line.len() <= MAX_LINE);
            prop_assert!(longest <= MAX_MESSAGE);
        }
    }
}
