//! The best of what was found, as many as are wanted.

use std::cmp::Reverse;

use crate::list::Place;

/// A match: its place in the list, and how good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) place: Place,
    pub(crate) score: i32,
    /// Of its path, in bytes.
    pub(super) length: usize,
}

impl Ranked {
    /// One that is worth nothing yet.
    pub(super) fn new(place: Place, length: usize) -> Self {
        Self { place, score: 0, length }
    }

    /// Less is better. Among equals the shorter path, then the one that comes first in the list.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (Reverse(self.score), self.length, self.place)
    }
}

/// The best of those that were added. They have to come in the order of the list.
pub(super) struct Top {
    limit: usize,
    /// At most twice as many as are wanted.
    kept: Vec<Ranked>,
    /// Nothing that is no better than this will be among them.
    bar: Option<Ranked>,
}

impl Top {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), kept: Vec::new(), bar: None }
    }

    /// Whether one may be among the best.
    pub(super) fn would_take(&self, ranked: Ranked) -> bool {
        self.bar.is_none_or(|bar| ranked.order() < bar.order())
    }

    pub(super) fn add(&mut self, ranked: Ranked) {
        if self.would_take(ranked) {
            self.kept.push(ranked);
            if self.kept.len() >= 2 * self.limit {
                self.cut();
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.cut();
    }

    /// Puts one that may have been added in its place, whatever it was worth.
    pub(super) fn raise(&mut self, ranked: Ranked) {
        self.kept.retain(|kept| kept.place != ranked.place);
        self.kept.push(ranked);
    }

    fn cut(&mut self) {
        if self.kept.len() >= self.limit {
            let (_, last, _) = self.kept.select_nth_unstable_by_key(self.limit - 1, Ranked::order);
            self.bar = Some(*last);
            self.kept.truncate(self.limit);
        }
    }

    /// Best first.
    pub(super) fn into_best(mut self) -> Vec<Ranked> {
        self.kept.sort_unstable_by_key(Ranked::order);
        self.kept.truncate(self.limit);
        self.kept
    }
}
