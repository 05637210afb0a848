//! Which paths a few letters mean, and which of them most likely.
//!
//! The letters must occur in the path in their order, whatever their case; words apart from each other each for
//! themselves. What counts, most first: the name is the very word, with or without its ending; the letters are in the
//! name rather than in the folders; they stand together, at beginnings of words, in the same case; the file was opened
//! lately. Among equals the shorter path wins.

use std::{
    cmp::Reverse,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use frizbee::{CaseMatching, Config, Matcher, Scoring, SortStrategy};

use crate::{
    paths::{PathEntry, PathList},
    walk::threads,
};

/// What a letter in the name is worth more than one in a folder; a letter itself has 12 to 28.
const NAME_BONUS: i32 = 2;

/// What it is worth that a letter begins a word.
const WORD_BONUS: u16 = 6;

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
const ENOUGH: usize = 16_384;

/// A match: its place in the list, and how good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) index: usize,
    pub(crate) score: i32,
}

/// The words that were typed.
#[derive(Debug, Clone)]
pub(crate) struct Words(Vec<String>);

impl Words {
    pub(crate) fn new(query: &str) -> Self {
        let query: String = query.chars().take(MAX_QUERY).collect();
        Self(query.split_whitespace().take(MAX_WORDS).map(ToOwned::to_owned).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many paths match, and the best of them, best first. `recent` are places in the list with what they are worth
    /// more, by place.
    pub(crate) fn best(&self, list: &PathList, recent: &[(usize, i32)], limit: usize) -> (usize, Vec<Ranked>) {
        let entries = list.entries();
        let chunk = if entries.len() < ENOUGH { entries.len() } else { entries.len().div_ceil(threads()) };
        let parts: Vec<_> = thread::scope(|scope| {
            let mut chunks = entries.chunks(chunk.max(1)).enumerate();
            let first = chunks.next();
            let others: Vec<_> = chunks
                .map(|(number, part)| scope.spawn(move || self.best_of(part, number * chunk, recent, limit)))
                .collect();
            let first = first.map(|(_, part)| self.best_of(part, 0, recent, limit));
            // A thread can't panic: matching is caught, and the rest has nothing that could.
            first.into_iter().chain(others.into_iter().filter_map(|thread| thread.join().ok())).collect()
        });
        let total = parts.iter().map(|(total, _)| total).sum();
        (total, top(parts.into_iter().flat_map(|(_, best)| best).collect(), limit))
    }

    fn best_of(
        &self,
        entries: &[PathEntry],
        from: usize,
        recent: &[(usize, i32)],
        limit: usize,
    ) -> (usize, Vec<Ranked>) {
        // The matcher is someone else's and reads memory in clever ways; were it to panic, its ranking is lost, not more.
        let matched = catch_unwind(AssertUnwindSafe(|| self.matches(entries))).unwrap_or_else(|_| {
            tracing::error!("the fuzzy matcher panicked");
            self.plain_matches(entries)
        });
        let total = matched.len();
        let mut matched: Vec<_> =
            matched.into_iter().map(|Ranked { index, score }| Ranked { index: index + from, score }).collect();
        for (index, bonus) in recent {
            if let Ok(at) = matched.binary_search_by_key(index, |ranked| ranked.index) {
                matched[at].score += bonus;
            }
        }
        (total, top(matched, limit))
    }

    /// All matches, by index.
    fn matches(&self, entries: &[PathEntry]) -> Vec<Ranked> {
        let mut words: Vec<_> = self.0.iter().map(|word| Word::new(word)).collect();
        let alone = words.len() == 1;
        let score = |entry: &PathEntry| {
            let mut sum = 0;
            for word in &mut words {
                sum += word.score(entry, alone)?;
            }
            Some(sum)
        };
        ranked(entries, score)
    }

    /// The same set, unranked.
    fn plain_matches(&self, entries: &[PathEntry]) -> Vec<Ranked> {
        ranked(entries, |entry| self.0.iter().all(|word| is_subsequence(word, entry.path())).then_some(0))
    }

    /// Which bytes of a path that matches stand for the letters, in order, the first of each character.
    pub(crate) fn positions(&self, entry: &PathEntry) -> Vec<usize> {
        let found = catch_unwind(AssertUnwindSafe(|| {
            let mut positions: Vec<_> = self.0.iter().flat_map(|word| Word::new(word).positions(entry)).collect();
            positions.sort_unstable();
            positions.dedup();
            positions
        }));
        found.unwrap_or_default()
    }
}

fn ranked(entries: &[PathEntry], mut score: impl FnMut(&PathEntry) -> Option<i32>) -> Vec<Ranked> {
    let scored = entries.iter().enumerate();
    scored.filter_map(|(index, entry)| Some(Ranked { index, score: score(entry)? })).collect()
}

/// The best, best first; among equals the one that comes first in the list.
fn top(mut matched: Vec<Ranked>, limit: usize) -> Vec<Ranked> {
    let key = |ranked: &Ranked| (Reverse(ranked.score), ranked.index);
    if matched.len() > limit {
        matched.select_nth_unstable_by_key(limit, key);
        matched.truncate(limit);
    }
    matched.sort_unstable_by_key(key);
    matched
}

/// A word, ready to be looked for.
struct Word<'a> {
    text: &'a str,
    /// None: it has a slash, so no name can match.
    in_name: Option<Matcher>,
    in_path: Matcher,
    /// What its letters in a name are worth more.
    bonus: i32,
}

impl<'a> Word<'a> {
    fn new(text: &'a str) -> Self {
        let scoring = Scoring { delimiter_bonus: WORD_BONUS, capitalization_bonus: WORD_BONUS, ..Scoring::default() };
        let config = Config::default().casing(CaseMatching::Ignore).sort(SortStrategy::IndexAsc);
        let config = config.scoring(scoring.clone());
        let in_name = (!text.contains('/')).then(|| Matcher::new(text, &config));
        // That a path begins with the first folder's name says no more than that a folder's name begins.
        let in_path = Matcher::new(text, &config.scoring(Scoring { prefix_bonus: WORD_BONUS, ..scoring }));
        let letters = i32::try_from(text.chars().count()).unwrap_or_default();
        Self { text, in_name, in_path, bonus: letters * NAME_BONUS }
    }

    fn score(&mut self, entry: &PathEntry, alone: bool) -> Option<i32> {
        if let Some(found) = self.in_name.as_mut().and_then(|matcher| matcher.match_one(entry.name(), 0)) {
            let exact = if alone { exactness(self.text, entry.name()) } else { 0 };
            return Some(i32::from(found.score) + self.bonus + exact);
        }
        Some(i32::from(self.in_path.match_one(entry.path(), 0)?.score))
    }

    fn positions(&mut self, entry: &PathEntry) -> Vec<usize> {
        let in_name = self.in_name.as_mut().and_then(|matcher| matcher.match_one_indices(entry.name(), 0));
        let (found, from) = match in_name {
            Some(found) => (Some(found), entry.name_start()),
            None => (self.in_path.match_one_indices(entry.path(), 0), 0),
        };
        // Every byte of a character is told.
        let start = |at: u32| entry.path().floor_char_boundary(at as usize + from);
        found.map_or_else(Vec::new, |found| found.indices.into_iter().map(start).collect())
    }
}

fn exactness(word: &str, name: &str) -> i32 {
    if name.eq_ignore_ascii_case(word) {
        return EXACT_NAME;
    }
    // A hidden file's name is no ending.
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.eq_ignore_ascii_case(word) { EXACT_STEM } else { 0 }
}

/// Whether the letters of a word occur in a text in their order, whatever their case.
fn is_subsequence(word: &str, text: &str) -> bool {
    let mut text = text.chars();
    word.chars().all(|letter| text.any(|c| c == letter || c.to_lowercase().eq(letter.to_lowercase())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(paths: &[&str]) -> PathList {
        PathList::sorted(paths.iter().filter_map(|path| PathEntry::new((*path).to_owned())).collect())
    }

    fn found<'a>(list: &'a PathList, query: &str) -> Vec<&'a str> {
        let (total, best) = Words::new(query).best(list, &[], 100);
        assert_eq!(total, best.len());
        best.iter().map(|ranked| list.entries()[ranked.index].path()).collect()
    }

    #[test]
    fn what_people_mean_comes_first() {
        for (query, wanted, other) in [
            // The name before the folders.
            ("main", "src/deep/down/main.rs", "main/x/y.rs"),
            ("user", "app/models/user.rb", "user/spec/factories.rb"),
            // The very name, with or without its ending.
            ("mix", "apps/one/mix.exs", "mixins.ex"),
            ("mix.exs", "apps/one/mix.exs", "mix.exs.backup"),
            ("commands", "src/Commands.js", "CommandManager.js/CommandSet.js"),
            // Beginnings of words before their middles.
            ("fb", "foo_bar.rs", "surfboard.rs"),
            ("qo", "src/QuickOpen.swift", "src/sequoia.swift"),
            // Letters that stand together.
            ("conf", "a/config.rs", "a/cat_or_new_file.rs"),
            ("srcmain", "src/main.rs", "story_archive_configuration_domains.rs"),
            // The same case.
            ("README", "README.md", "readme.md"),
            ("readme", "readme.md", "README.md"),
            // The shorter path.
            ("lib", "a/lib.rs", "a/b/lib.rs"),
            // Words in any order, one in the name and one in the path.
            ("settings parti", "participants/settings.html", "particles/setting_lights_site.html"),
        ] {
            let list = list(&[other, wanted]);
            assert_eq!(found(&list, query).first(), Some(&wanted), "{query}");
        }
    }

    #[test]
    fn a_slash_means_folders_and_letters_stay_in_their_order() {
        let list = list(&["src/main.rs", "main/src.rs", "srcmain"]);
        assert_eq!(found(&list, "src/main"), ["src/main.rs"]);
        assert_eq!(found(&list, "niam"), [""; 0]);
        assert_eq!(found(&list, "main/s"), ["main/src.rs"]);
    }

    #[test]
    fn recency_lifts_a_file_among_its_like_but_not_above_the_very_name() {
        let list = list(&["a/user_model.rs", "b/user_model.rs", "c/user.rs"]);
        let recent = list.position("b/user_model.rs").unwrap();
        let best = |query: &str| {
            let (_, best) = Words::new(query).best(&list, &[(recent, MOST_RECENT)], 1);
            list.entries()[best[0].index].path()
        };
        assert_eq!(best("um"), "b/user_model.rs");
        assert_eq!(best("user.rs"), "c/user.rs");
        assert_eq!(best("user"), "c/user.rs");
    }

    #[test]
    fn positions_are_where_the_letters_are() {
        let list = list(&["src/façade/größe_main.rs"]);
        let entry = &list.entries()[0];
        for query in ["gm", "größe", "faç", "src main", "façade/größe"] {
            assert_eq!(found(&list, query).len(), 1, "{query}");
            let positions = Words::new(query).positions(entry);
            let letters: Vec<char> = positions.iter().map(|at| entry.path()[*at..].chars().next().unwrap()).collect();
            let wanted: Vec<char> = query.chars().filter(|c| *c != ' ').collect();
            assert_eq!(letters, wanted, "{query}: {positions:?}");
        }
    }

    proptest! {
        #[test]
        fn the_matcher_finds_exactly_what_has_the_letters_in_order(
            paths in prop::collection::vec("[a-cA-C_.-]{1,12}(/[a-cA-C_.-]{1,40}){0,3}", 1..40),
            query in "[a-cA-C_./-]{1,6}( [a-cA-C]{1,3}){0,2}",
        ) {
            let list = PathList::sorted(paths.into_iter().filter_map(PathEntry::new).collect());
            let words = Words::new(&query);
            let indices = |ranked: Vec<Ranked>| ranked.into_iter().map(|ranked| ranked.index).collect::<Vec<_>>();
            prop_assert_eq!(indices(words.matches(list.entries())), indices(words.plain_matches(list.entries())));
        }

        #[test]
        fn fewer_hits_are_the_first_of_more(
            paths in prop::collection::vec("[a-c]{1,6}(/[a-c_]{1,10}){0,3}", 1..60),
            query in "[a-c]{1,3}",
            few in 1..10_usize,
        ) {
            let list = PathList::sorted(paths.into_iter().filter_map(PathEntry::new).collect());
            let words = Words::new(&query);
            let (total, all) = words.best(&list, &[], 100);
            let (same, first) = words.best(&list, &[], few);
            prop_assert_eq!(total, same);
            prop_assert_eq!(total, all.len());
            prop_assert_eq!(&all[..few.min(total)], &first[..]);
            prop_assert!(all.is_sorted_by_key(|ranked| (Reverse(ranked.score), ranked.index)));
        }
    }
}
