//! Which paths a few letters mean, and which of them most likely.
//!
//! The letters must occur in the path in their order, whatever their case; words apart from each other each for
//! themselves. What counts, most first: the name is the very word, with or without its ending; the letters are in the
//! name rather than in the folders; they stand together, at beginnings of words, in the same case; the file was opened
//! lately. Among equals the shorter path wins.
//!
//! Each keystroke looks at every path. What makes that quick: a path that lacks a letter is passed over by one
//! comparison, what a folder's path has of a word is found once for all its files, and what can't be among the best any
//! more, by the number of letters or by what its folder has of them, is counted and not weighed. (A library, `frizbee`, was
//! used before: it weighs all that match, path by path, and took a minute and a half to build. Bounds by the letters that
//! begin words were tried: they made long words quicker and short ones, of which there are more matches, half as slow
//! again.)

mod alignment;
mod letters;
mod top;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use alignment::{Alignment, FolderPart, Text};
use letters::{CAPITALS, Letter, letters_of};
use top::Top;

use crate::{
    list::{CHUNK, Chunk, Group, PathList, Place},
    walk::threads,
};

pub(crate) use letters::traits_of;
pub(crate) use top::Ranked;

/// What a letter in the name is worth more than one in a folder; a letter itself has 12 to 28.
const NAME_BONUS: i32 = 2;

/// What it is worth that the name is the word itself, and that it is apart from its ending. More than any recency.
const EXACT_NAME: i32 = 200;
const EXACT_STEM: i32 = 100;

/// What it is worth that a file was opened last; each one before it has one less.
pub(crate) const MOST_RECENT: i32 = 30;

/// The longest query, in characters; more is not looked at.
const MAX_QUERY: usize = 256;

/// How many words of it.
const MAX_WORDS: usize = 16;

/// Below this number of paths one thread is faster than several.
const ENOUGH: usize = 4 * CHUNK;

/// A word that was typed.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    letters: Vec<Letter>,
    /// A bit for each letter that a path must have.
    bits: u64,
    /// It has a slash, so no name can match.
    has_slash: bool,
    /// It has only what words are made of.
    is_plain: bool,
}

/// The words that were typed.
#[derive(Debug, Clone)]
pub(crate) struct Words(Vec<Word>);

impl Words {
    pub(crate) fn new(query: &str) -> Self {
        let query: String = query.chars().take(MAX_QUERY).collect();
        Self(query.split_whitespace().take(MAX_WORDS).map(Word::new).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many paths match, and the best of them, best first. `recent` are places in the list and what they are worth
    /// more.
    pub(crate) fn best(&self, list: &PathList, recent: &[(Place, i32)], limit: usize) -> (usize, Vec<Ranked>) {
        let next = AtomicUsize::new(0);
        let look = || {
            let mut search = Search::new(self, limit);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(chunk) = list.chunks().get(number) else { return (search.total, search.top) };
                search.look_at(number, chunk);
            }
        };
        let threads = if list.len() < ENOUGH { 1 } else { threads() };
        let (total, mut top) = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(look)).collect();
            // One that panics has a defect; what the rest has found is shown all the same.
            others.into_iter().filter_map(|thread| thread.join().ok()).fold(
                look(),
                |(total, mut top), (more, other)| {
                    top.merge(other);
                    (total + more, top)
                },
            )
        });
        let mut search = Search::new(self, limit);
        for (place, bonus) in recent {
            if let Some(ranked) = search.weigh(list, *place) {
                top.raise(Ranked { score: ranked.score + bonus, ..ranked });
            }
        }
        (total, top.into_best())
    }

    /// Which bytes of a path that matches stand for the letters, in order, the first of each character.
    pub(crate) fn positions(&self, folder: &str, name: &str) -> Vec<usize> {
        let (path, mut alignment) = ([folder, name].concat(), Alignment::default());
        let mut positions = Vec::new();
        for word in &self.0 {
            let in_name = alignment.places(&word.letters, name, Text::Name).filter(|_| !word.has_slash);
            match in_name {
                Some(places) => positions.extend(places.into_iter().map(|at| at + folder.len())),
                None => positions.extend(alignment.places(&word.letters, &path, Text::Path).into_iter().flatten()),
            }
        }
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

impl Word {
    fn new(text: &str) -> Self {
        let letters: Vec<_> = text.chars().map(Letter::new).collect();
        Self {
            letters,
            bits: letters_of(text),
            has_slash: text.contains('/'),
            is_plain: text.chars().all(char::is_alphanumeric),
            text: text.to_owned(),
        }
    }

    /// How many letters there are in their order, at the beginning of the word.
    fn reach(&self, from: usize, text: &str) -> usize {
        let (mut reached, mut at) = (from, 0);
        for letter in &self.letters[from..] {
            let Some(found) = letter.first(text, at) else { break };
            reached += 1;
            at = found + 1;
        }
        reached
    }

    fn may_be_in(&self, letters: u64) -> bool {
        self.bits & !letters == 0
    }

    /// Whether a name has it that has its bits.
    fn is_in_name(&self, name: &str) -> bool {
        matches!(self.letters.as_slice(), [alone] if alone.has_own_bit) || self.reach(0, name) == self.letters.len()
    }

    fn exactness(&self, name: &str) -> i32 {
        let length = self.text.len();
        if name.get(..length).is_none_or(|beginning| !beginning.eq_ignore_ascii_case(&self.text)) {
            return 0;
        }
        match &name.as_bytes()[length..] {
            [] => EXACT_NAME,
            [b'.', ending @ ..] if !ending.contains(&b'.') => EXACT_STEM,
            _ => 0,
        }
    }
}

/// A word, and what is known of it in the folder that is being looked at.
struct Sought<'a> {
    word: &'a Word,
    /// What letters in a name are worth more.
    bonus: i32,
    /// How many of its letters the folder's path has, and the bits of those that are left.
    reached: Option<(usize, u64)>,
    part: FolderPart,
    part_is_known: bool,
}

impl<'a> Sought<'a> {
    fn new(word: &'a Word) -> Self {
        let count = word.letters.len();
        let bonus = i32::try_from(count).unwrap_or_default() * NAME_BONUS;
        let (reached, part, part_is_known) = (None, FolderPart::default(), false);
        Self { word, bonus, reached, part, part_is_known }
    }

    /// The most that it can be worth in a name, unless it is all of it.
    fn most_in_name(&self, name: &str, letters: u64) -> i32 {
        let begins = self.word.letters.first().is_some_and(|first| first.begins(name));
        self.bonus + alignment::most(self.word.letters.len(), begins, self.is_apart(letters))
    }

    /// The most that it can be worth in a path.
    fn most_in_path(&self, letters: u64) -> i32 {
        alignment::most(self.word.letters.len(), false, self.is_apart(letters))
    }

    fn is_apart(&self, letters: u64) -> bool {
        self.word.is_plain && letters & CAPITALS == 0
    }

    /// Whether a path has the word. The name alone was looked at before.
    fn is_in_path(&mut self, folder: &Group<'_>, name: &str, letters: u64) -> bool {
        let word = self.word;
        let (reached, bits) = *self.reached.get_or_insert_with(|| {
            let reached = word.reach(0, folder.path);
            (reached, word.letters[reached..].iter().fold(0, |bits, letter| bits | letter.bit))
        });
        let left = &word.letters[reached..];
        bits & !letters == 0
            && (left.is_empty()
                || left.len() == 1 && left[0].has_own_bit
                || word.reach(reached, name) == word.letters.len())
    }

    /// The most that it can be worth in a path with this folder, of which the name has not all.
    fn most_beneath(&mut self, alignment: &mut Alignment, folder: &Group<'_>, letters: u64) -> i32 {
        let apart = self.is_apart(letters);
        self.part(alignment, folder).most(apart)
    }

    fn part(&mut self, alignment: &mut Alignment, folder: &Group<'_>) -> &FolderPart {
        if !self.part_is_known {
            alignment.folder(&self.word.letters, folder.path, &mut self.part);
            self.part_is_known = true;
        }
        &self.part
    }

    fn worth_in_path(&mut self, alignment: &mut Alignment, folder: &Group<'_>, name: &str) -> Option<i32> {
        self.part(alignment, folder);
        alignment.worth_in(&self.word.letters, &self.part, name)
    }

    fn worth(&mut self, alignment: &mut Alignment, folder: &Group<'_>, name: &str, letters: u64) -> Option<i32> {
        let in_name = !self.word.has_slash && self.word.may_be_in(letters);
        match in_name.then(|| alignment.worth(&self.word.letters, name, Text::Name)).flatten() {
            Some(worth) => Some(worth + self.bonus),
            None if self.is_in_path(folder, name, letters) => self.worth_in_path(alignment, folder, name),
            None => None,
        }
    }
}

/// A look at the list by one thread.
struct Search<'a> {
    words: Vec<Sought<'a>>,
    bits: u64,
    alignment: Alignment,
    total: usize,
    top: Top,
}

impl<'a> Search<'a> {
    fn new(words: &'a Words, limit: usize) -> Self {
        let bits = words.0.iter().fold(0, |bits, word| bits | word.bits);
        let words = words.0.iter().map(Sought::new).collect();
        Self { words, bits, alignment: Alignment::default(), total: 0, top: Top::new(limit) }
    }

    fn enter(&mut self) {
        for sought in &mut self.words {
            (sought.reached, sought.part_is_known) = (None, false);
        }
    }

    fn look_at(&mut self, number: usize, chunk: &Chunk) {
        for folder in chunk.groups() {
            self.enter();
            for file in folder.files.clone() {
                let (name, letters) = folder.file(file);
                if self.bits & !(folder.letters | letters) != 0 {
                    continue;
                }
                let ranked = Ranked::new(Place { chunk: number, file }, folder.path.len() + name.len());
                match self.words.as_slice() {
                    [] => self.count(Some(ranked)),
                    [_] => self.look_for_one(&folder, name, letters, ranked),
                    _ => {
                        let score = self.score(&folder, name, letters);
                        self.count(score.map(|score| Ranked { score, ..ranked }));
                    }
                }
            }
        }
    }

    fn count(&mut self, found: Option<Ranked>) {
        if let Some(found) = found {
            self.total += 1;
            self.top.add(found);
        }
    }

    /// One word, which is weighed only where it may be among the best.
    fn look_for_one(&mut self, folder: &Group<'_>, name: &str, letters: u64, ranked: Ranked) {
        let Some(sought) = self.words.first_mut() else { return };
        let word = sought.word;
        if !word.has_slash && word.may_be_in(letters) {
            let exact = word.exactness(name);
            if exact == 0 && !self.top.would_take(Ranked { score: sought.most_in_name(name, letters), ..ranked }) {
                if word.is_in_name(name) {
                    self.total += 1;
                    return;
                }
            } else if let Some(worth) = self.alignment.worth(&word.letters, name, Text::Name) {
                self.total += 1;
                self.top.add(Ranked { score: worth + sought.bonus + exact, ..ranked });
                return;
            }
        }
        if !sought.is_in_path(folder, name, letters) {
            return;
        }
        self.total += 1;
        let alignment = &mut self.alignment;
        if self.top.would_take(Ranked { score: sought.most_in_path(folder.letters | letters), ..ranked })
            && self.top.would_take(Ranked { score: sought.most_beneath(alignment, folder, letters), ..ranked })
            && let Some(score) = sought.worth_in_path(alignment, folder, name)
        {
            self.top.add(Ranked { score, ..ranked });
        }
    }

    /// What a path is worth for all words; none if it has not all of them.
    fn score(&mut self, folder: &Group<'_>, name: &str, letters: u64) -> Option<i32> {
        let exact = match self.words.as_slice() {
            [alone] => alone.word.exactness(name),
            _ => 0,
        };
        let alignment = &mut self.alignment;
        let mut worth = self.words.iter_mut().map(|sought| sought.worth(alignment, folder, name, letters));
        worth.try_fold(exact, |sum, worth| Some(sum + worth?))
    }

    /// One file of the list.
    fn weigh(&mut self, list: &PathList, place: Place) -> Option<Ranked> {
        let (folder, name) = list.file(place);
        self.enter();
        let score = self.score(&folder, name, traits_of(name))?;
        Some(Ranked { score, ..Ranked::new(place, folder.path.len() + name.len()) })
    }
}

#[cfg(test)]
mod tests;
