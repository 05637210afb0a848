//! What has changed inside of changed lines, word by word.

use std::{hash::Hash, ops::Range};

use imara_diff::{Algorithm, Diff, InternedInput, TokenSource};

/// Longer lines are not looked into, in bytes.
const MAX_LINE: usize = 2_000;

/// Lines that have less than this in common are other lines: of a hundred bytes of the shorter one. A word that has changed
/// counts as far as it begins and ends alike, whatever its case: `value60` and `VALUE60` are one word, renamed.
const MIN_COMMON: usize = 30;

/// The parts of a line that are new, and those of the line before it that are gone, in bytes; none where the two have too
/// little in common to be the same line.
pub(crate) fn emphasis(before: &str, after: &str) -> Option<[Vec<Range<usize>>; 2]> {
    if before.len() > MAX_LINE || after.len() > MAX_LINE {
        return None;
    }
    let input = InternedInput::new(Words(before), Words(after));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let (mut gone, mut new, mut alike) = (Vec::new(), Vec::new(), 0);
    let (from, to) = (starts(before), starts(after));
    for hunk in diff.hunks() {
        let bytes = |starts: &[usize], range: &Range<u32>| {
            Some(*starts.get(range.start as usize)?..*starts.get(range.end as usize)?)
        };
        let (old, fresh) = (bytes(&from, &hunk.before), bytes(&to, &hunk.after));
        if let (Some(old), Some(fresh)) = (&old, &fresh) {
            alike += alike_at_ends(&before[old.clone()], &after[fresh.clone()]);
        }
        gone.extend(old.filter(|range| !range.is_empty()));
        new.extend(fresh.filter(|range| !range.is_empty()));
    }
    let kept = |text: &str, ranges: &[Range<usize>]| {
        let mut rest = text.to_owned();
        ranges.iter().rev().for_each(|range| drop(rest.drain(range.clone())));
        rest.trim().len()
    };
    let shorter = before.trim().len().min(after.trim().len());
    let common = alike + kept(before, &gone).min(kept(after, &new));
    (common * 100 >= shorter * MIN_COMMON && shorter > 0).then_some([gone, new])
}

/// How many bytes two texts have in common where they begin and where they end, whatever their case.
fn alike_at_ends(before: &str, after: &str) -> usize {
    let same = |(a, b): &(char, char)| a == b || a.to_lowercase().eq(b.to_lowercase());
    let bytes = |(a, b): (char, char)| a.len_utf8().min(b.len_utf8());
    let begin: Vec<usize> = before.chars().zip(after.chars()).take_while(same).map(bytes).collect();
    let (rest, others) = (before.chars().rev(), after.chars().rev());
    // No character counts twice.
    let left = before.chars().count().min(after.chars().count()) - begin.len();
    begin.iter().sum::<usize>() + rest.zip(others).take(left).take_while(same).map(bytes).sum::<usize>()
}

/// A line as words: letters and digits together, blanks together, anything else alone.
struct Words<'a>(&'a str);

impl<'a> TokenSource for Words<'a> {
    type Token = &'a str;
    type Tokenizer = Split<'a>;

    fn tokenize(&self) -> Split<'a> {
        Split { rest: self.0 }
    }

    fn estimate_tokens(&self) -> u32 {
        u32::try_from(self.0.len() / 4).unwrap_or(u32::MAX)
    }
}

struct Split<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let first = self.rest.chars().next()?;
        let kind = kind(first);
        let end = match kind {
            Kind::Other => first.len_utf8(),
            _ => self.rest.find(|c| self::kind(c) != kind).unwrap_or(self.rest.len()),
        };
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Word,
    Blank,
    Other,
}

fn kind(c: char) -> Kind {
    if c.is_alphanumeric() || c == '_' {
        Kind::Word
    } else if c.is_whitespace() {
        Kind::Blank
    } else {
        Kind::Other
    }
}

/// Where each word begins, and where the last one ends.
fn starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    for word in (Split { rest: text }) {
        at += word.len();
        starts.push(at);
    }
    starts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(before: &str, after: &str) -> Option<(Vec<String>, Vec<String>)> {
        let [gone, new] = emphasis(before, after)?;
        let texts = |text: &str, ranges: Vec<Range<usize>>| ranges.into_iter().map(|r| text[r].to_owned()).collect();
        Some((texts(before, gone), texts(after, new)))
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        let (gone, new) = marked("let größe = old(1);", "let größe = fresh(1, 2);").unwrap();
        assert_eq!((gone.concat(), new.concat()), ("old".to_owned(), "fresh, 2".to_owned()));
        assert_eq!(marked("completely different", "x = y;"), None);
        assert_eq!(marked("", "x"), None);
    }

    #[test]
    fn a_word_that_is_renamed_is_marked_though_little_stands_beside_it() {
        for (before, after, gone, new) in [
            ("value60", "VALUE60", "value60", "VALUE60"),
            ("  value60()", "  VALUE60()", "value60", "VALUE60"),
            ("größe60", "GRÖSSE60", "größe60", "GRÖSSE60"),
            ("old_name", "new_name", "old_name", "new_name"),
        ] {
            assert_eq!(marked(before, after), Some((vec![gone.to_owned()], vec![new.to_owned()])), "{before}");
        }
        assert_eq!(marked("abc", "xyz"), None);
        assert_eq!(alike_at_ends("aa", "aaa"), 2);
    }

    proptest! {
        #[test]
        fn without_what_is_marked_both_are_the_same(before in "[a-c ü.]{0,30}", after in "[a-c ü.]{0,30}") {
            if let Some([gone, new]) = emphasis(&before, &after) {
                let rest = |text: &str, ranges: &[Range<usize>]| {
                    let mut text = text.to_owned();
                    ranges.iter().rev().for_each(|range| drop(text.drain(range.clone())));
                    text
                };
                prop_assert_eq!(rest(&before, &gone), rest(&after, &new));
            }
        }
    }
}
