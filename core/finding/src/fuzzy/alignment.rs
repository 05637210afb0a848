//! Which places of a text stand for the letters of a word, when they are chosen as a person would, and how good that is.
//!
//! Of all ways to choose them in their order the best is found, letter by letter: what the word's beginning is worth when
//! it ends at this place or that. Only places that have the letter are looked at.

use std::mem;

use super::letters::Letter;

/// What a letter is worth, …
const LETTER: i32 = 12;

/// … more if it is as small or capital as it was typed, …
const SAME_CASE: i32 = 4;

/// … if a word begins with it, …
const WORD: i32 = 6;

/// … and if the name does.
const BEGINNING: i32 = 12;

/// What it costs to leave out characters between two letters: the first, each further one, and at most.
const GAP: i32 = 5;
const WIDER_GAP: i32 = 1;
const WIDEST_GAP: i32 = 24;

/// Less than anything is worth, and far enough from the end of numbers.
const NOTHING: i32 = i32::MIN / 4;

/// The most that letters can be worth in a text. `begins`: the text is a name that begins with the first of them. `apart`:
/// no letter but the first can begin a word right behind another one; so either it begins none, or there is a gap.
pub(super) fn most(letters: usize, begins: bool, apart: bool) -> i32 {
    let first = LETTER + SAME_CASE + if begins { BEGINNING } else { WORD };
    let each = LETTER + SAME_CASE + if apart { WORD - GAP } else { WORD };
    let others = i32::try_from(letters.saturating_sub(1)).unwrap_or(i32::MAX / each / 2);
    first + others * each
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// A file's name, by itself.
    Name,
    /// A path or a part of one. That it begins with the first folder's name says no more than that a folder's name begins.
    Path,
}

/// Where a letter may stand.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: i32,
    /// What the word up to here is worth.
    worth: i32,
    /// Which place of the letter before that is with.
    before: usize,
}

/// What it is worth to have a beginning of the word in a folder, for what follows behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Carry {
    /// If it ends with the folder's last character.
    touching: i32,
    /// At most, with its place added.
    near: i32,
    /// At most.
    far: i32,
}

impl Carry {
    const NONE: Self = Self { touching: NOTHING, near: NOTHING, far: NOTHING };

    fn is_possible(self) -> bool {
        self.far > NOTHING
    }

    /// At most, for what follows behind a folder's path of this length.
    fn most(self, length: i32) -> i32 {
        self.touching.max(self.near - (length - 2) * WIDER_GAP - GAP).max(self.far - WIDEST_GAP)
    }
}

/// What a folder's path has of a word: for each number of its letters, from none on.
#[derive(Debug, Default)]
pub(super) struct FolderPart {
    carries: Vec<Carry>,
    length: i32,
    /// The most that the word can be worth in a path of which the name has not all of it: where letters of the name may
    /// begin words right behind each other, and where they are apart, as [`most`] has it.
    most: [i32; 2],
}

impl FolderPart {
    /// The most that the word can be worth in a path with this folder, of which the name has not all. `apart` as for
    /// [`most`], in the name.
    pub(super) fn most(&self, apart: bool) -> i32 {
        self.most[usize::from(apart)]
    }

    fn find_most(&self, apart: bool) -> i32 {
        let letters = self.carries.len() - 1;
        let with_name = (1..letters)
            .filter(|number| self.carries[*number].is_possible())
            .map(|number| self.carries[number].most(self.length) + most(letters - number, false, apart));
        with_name.fold(self.carries[letters].far, i32::max)
    }
}

/// Memory to work with.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    now: Vec<Place>,
    before: Vec<Place>,
}

impl Alignment {
    /// What a text is worth for these letters; none: it has not all of them in this order.
    pub(super) fn worth(&mut self, letters: &[Letter], text: &str, kind: Text) -> Option<i32> {
        self.run(letters, text, kind, None, |_| {})
    }

    /// The same for a path, the folder of which was looked at before.
    pub(super) fn worth_in(&mut self, letters: &[Letter], folder: &FolderPart, name: &str) -> Option<i32> {
        self.run(letters, name, Text::Path, Some(folder), |_| {})
    }

    /// Where the letters are, ascending.
    pub(super) fn places(&mut self, letters: &[Letter], text: &str, kind: Text) -> Option<Vec<usize>> {
        let mut layers: Vec<Vec<Place>> = Vec::new();
        self.run(letters, text, kind, None, |layer| layers.push(layer.to_vec()))?;
        let last = layers.last()?;
        let mut index = (0..last.len()).rev().max_by_key(|index| last[*index].worth)?;
        let mut places = Vec::new();
        for layer in layers.iter().rev() {
            places.push(usize::try_from(layer[index].at).unwrap_or_default());
            index = layer[index].before;
        }
        places.reverse();
        Some(places)
    }

    /// Looks at a folder's path, which ends with a slash.
    pub(super) fn folder(&mut self, letters: &[Letter], path: &str, part: &mut FolderPart) {
        part.length = i32::try_from(path.len()).unwrap_or(i32::MAX / 4);
        part.carries.clear();
        part.carries.push(Carry::NONE);
        let end = part.length - 1;
        let _ = self.run(letters, path, Text::Path, None, |layer| {
            let mut carry = Carry::NONE;
            for place in layer {
                carry.near = carry.near.max(place.worth + place.at);
                carry.far = carry.far.max(place.worth);
            }
            if let Some(last) = layer.last().filter(|last| last.at == end) {
                carry.touching = last.worth;
            }
            part.carries.push(carry);
        });
        part.carries.resize(letters.len() + 1, Carry::NONE);
        part.most = [false, true].map(|apart| part.find_most(apart));
    }

    /// Goes through the letters; `layer` is told where each may stand.
    fn run(
        &mut self,
        letters: &[Letter],
        text: &str,
        kind: Text,
        folder: Option<&FolderPart>,
        mut layer: impl FnMut(&[Place]),
    ) -> Option<i32> {
        let offset = folder.map_or(0, |folder| folder.length);
        let carried = |number: usize| folder.map_or(Carry::NONE, |folder| folder.carries[number]);
        self.before.clear();
        for (number, letter) in letters.iter().enumerate() {
            let carry = carried(number);
            let from = match self.before.first() {
                _ if number == 0 || carry.is_possible() => 0,
                Some(first) => usize::try_from(first.at - offset + 1).unwrap_or_default(),
                None => return None,
            };
            self.now.clear();
            let mut way = Way { carry, offset, before: &self.before, passed: 0, near: 0, far: 0, first: number == 0 };
            letter.places(text, from, |at| {
                let worth = worth_at(text, at, *letter, kind);
                self.now.extend(way.to(offset.saturating_add(i32::try_from(at).unwrap_or(i32::MAX / 4)), worth));
                true
            });
            mem::swap(&mut self.now, &mut self.before);
            if self.before.is_empty() && !carried(number + 1).is_possible() {
                return None;
            }
            layer(&self.before);
        }
        let here = self.before.iter().map(|place| place.worth).max().unwrap_or(NOTHING);
        Some(here.max(carried(letters.len()).far))
    }
}

/// The way from the places of a letter to those of the next one, which are asked for in their order.
struct Way<'a> {
    /// The best of what was passed, and what was carried here.
    carry: Carry,
    offset: i32,
    before: &'a [Place],
    /// How many of them lie further back than right before.
    passed: usize,
    /// Which of them is the best, by either measure.
    near: usize,
    far: usize,
    /// There is nothing before.
    first: bool,
}

impl Way<'_> {
    /// The place `at`, where a letter is worth so much by itself; none if nothing leads there.
    fn to(&mut self, at: i32, worth: i32) -> Option<Place> {
        if self.first {
            return Some(Place { at, worth, before: 0 });
        }
        while let Some(place) = self.before.get(self.passed).filter(|place| place.at <= at - 2) {
            if place.worth + place.at > self.carry.near {
                (self.carry.near, self.near) = (place.worth + place.at, self.passed);
            }
            if place.worth > self.carry.far {
                (self.carry.far, self.far) = (place.worth, self.passed);
            }
            self.passed += 1;
        }
        let touching = match self.before.get(self.passed) {
            Some(place) if place.at == at - 1 => place.worth,
            _ if at == self.offset => self.carry.touching,
            _ => NOTHING,
        };
        let near = self.carry.near - (at - 2) * WIDER_GAP - GAP;
        let ways = [(touching, self.passed), (near, self.near), (self.carry.far - WIDEST_GAP, self.far)];
        let (best, before) = ways.into_iter().reduce(|best, way| if way.0 > best.0 { way } else { best })?;
        (best > NOTHING / 2).then_some(Place { at, worth: best + worth, before })
    }
}

/// What a letter is worth by itself where it stands.
fn worth_at(text: &str, at: usize, letter: Letter, kind: Text) -> i32 {
    let bytes = text.as_bytes();
    let begins = match at.checked_sub(1).map(|before| bytes[before]) {
        None if kind == Text::Name => BEGINNING,
        None => WORD,
        Some(before) if before.is_ascii() && !before.is_ascii_alphanumeric() => WORD,
        Some(before) if before.is_ascii_lowercase() && bytes[at].is_ascii_uppercase() => WORD,
        Some(_) => 0,
    };
    let same = match u8::try_from(letter.typed) {
        Ok(typed) if typed.is_ascii() => bytes[at] == typed,
        _ => text.get(at..).is_some_and(|rest| rest.starts_with(letter.typed)),
    };
    LETTER + begins + if same { SAME_CASE } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(word: &str) -> Vec<Letter> {
        word.chars().map(Letter::new).collect()
    }

    /// Every way to choose the places, one after the other.
    fn best_of_all(letters: &[Letter], text: &str, kind: Text, last: Option<usize>) -> Option<i32> {
        let Some((letter, rest)) = letters.split_first() else { return Some(0) };
        let mut best = None;
        letter.places(text, last.map_or(0, |last| last + 1), |at| {
            let gap = last.map_or(0, |last| i32::try_from(at - last - 1).unwrap());
            let cost = if gap == 0 { 0 } else { (GAP + (gap - 1) * WIDER_GAP).min(WIDEST_GAP) };
            let further = best_of_all(rest, text, kind, Some(at));
            best = best.max(further.map(|further| further + worth_at(text, at, *letter, kind) - cost));
            true
        });
        best
    }

    proptest! {
        #[test]
        fn no_choice_of_places_is_better(
            folder in "([a-cB_]{1,6}/){0,3}",
            name in "[a-cBé_.]{1,12}([a-c_]{20}b)?",
            word in "[a-cA-Cé/]{1,4}",
        ) {
            let (letters, path) = (letters(&word), format!("{folder}{name}"));
            let mut alignment = Alignment::default();
            for (text, kind) in [(&path, Text::Path), (&name, Text::Name)] {
                let best = best_of_all(&letters, text, kind, None);
                prop_assert_eq!(alignment.worth(&letters, text, kind), best);
                let begins = kind == Text::Name && letters[0].first(&name, 0) == Some(0);
                let apart = word.chars().all(char::is_alphanumeric) && !text.contains('B');
                prop_assert!(best.is_none_or(|best| best <= most(letters.len(), begins, apart)));
                let places = alignment.places(&letters, text, kind);
                prop_assert_eq!(places.is_some(), best.is_some());
                if let Some(places) = places {
                    prop_assert!(places.is_sorted_by(|a, b| a < b));
                    for (at, letter) in places.iter().zip(&letters) {
                        prop_assert_eq!(letter.first(text, *at), Some(*at));
                    }
                }
            }
            let mut part = FolderPart::default();
            alignment.folder(&letters, &folder, &mut part);
            let best = best_of_all(&letters, &path, Text::Path, None);
            prop_assert_eq!(alignment.worth_in(&letters, &part, &name), best);
            let apart = word.chars().all(char::is_alphanumeric) && !name.contains('B');
            let in_name = alignment.worth(&letters, &name, Text::Name).is_some();
            prop_assert!(in_name || best.is_none_or(|best| best <= part.most(apart)));
        }
    }
}
