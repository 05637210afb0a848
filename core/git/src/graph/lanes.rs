//! Which lane each commit of a history stands in. Children come before their parents.

use serde::{Deserialize, Serialize};

/// The lanes that are open beneath the last row: each waits for a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Lanes(Vec<Option<String>>);

/// A line from a row to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphEdge {
    /// Its lane in this row.
    pub from: usize,
    /// Its lane in the next row.
    pub to: usize,
}

impl Lanes {
    /// Gives a commit its lane, and the lines to the next row: those to its parents, and those that pass by. A parent that
    /// is waited for already is reached in the lane where it is.
    pub(super) fn place(&mut self, commit: &str, parents: &[String]) -> (usize, Vec<GraphEdge>) {
        let lane = self.waiting_for(commit).unwrap_or_else(|| self.free());
        self.0[lane] = None;
        let open = |(at, waits): (usize, &Option<String>)| waits.is_some().then_some(GraphEdge { from: at, to: at });
        let mut edges: Vec<GraphEdge> = self.0.iter().enumerate().filter_map(open).collect();
        for (place, parent) in parents.iter().enumerate() {
            let to = self.waiting_for(parent).unwrap_or_else(|| {
                // The first parent goes on where its child stands.
                let to = if place == 0 || self.0[lane].is_none() { lane } else { self.free() };
                self.0[to] = Some(parent.clone());
                to
            });
            edges.push(GraphEdge { from: lane, to });
        }
        let used = self.0.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        self.0.truncate(used);
        (lane, edges)
    }

    fn waiting_for(&self, commit: &str) -> Option<usize> {
        self.0.iter().position(|waits| waits.as_deref() == Some(commit))
    }

    fn free(&mut self) -> usize {
        let free = self.0.iter().position(Option::is_none);
        free.unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Follows every line down and says which commits it connects.
    fn connected(history: &[(String, Vec<String>)]) -> Vec<(String, String)> {
        let mut lanes = Lanes::default();
        let placed: Vec<_> = history.iter().map(|(commit, parents)| lanes.place(commit, parents)).collect();
        let mut found = Vec::new();
        // Which commits' lines arrive in each lane of the row.
        let mut arriving: HashMap<usize, Vec<String>> = HashMap::new();
        for ((commit, _), (lane, edges)) in history.iter().zip(&placed) {
            found.extend(arriving.remove(lane).unwrap_or_default().into_iter().map(|child| (child, commit.clone())));
            let mut next: HashMap<usize, Vec<String>> = HashMap::new();
            for edge in edges {
                let children = if edge.from == *lane { vec![commit.clone()] } else { arriving[&edge.from].clone() };
                next.entry(edge.to).or_default().extend(children);
            }
            let passing: Vec<usize> = edges.iter().map(|edge| edge.from).collect();
            assert!(arriving.keys().all(|lane| passing.contains(lane)), "a line ends in nothing");
            arriving = next;
        }
        assert!(arriving.is_empty());
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn a_merge_opens_a_lane_and_its_base_closes_it() {
        let mut lanes = Lanes::default();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let edge = |from, to| GraphEdge { from, to };
        assert_eq!(lanes.place("m", &names(&["a", "b"])), (0, vec![edge(0, 0), edge(0, 1)]));
        assert_eq!(lanes.place("a", &names(&["r"])), (0, vec![edge(1, 1), edge(0, 0)]));
        assert_eq!(lanes.place("b", &names(&["r"])), (1, vec![edge(0, 0), edge(1, 0)]));
        assert_eq!(lanes.place("r", &[]), (0, vec![]));
    }

    proptest! {
        #[test]
        fn every_commit_is_connected_with_its_parents_and_nothing_else(
            picks in prop::collection::vec(prop::collection::vec(1_usize..8, 0..4), 1..60)
        ) {
            let last = picks.len();
            let history: Vec<(String, Vec<String>)> = picks.iter().enumerate().map(|(at, picks)| {
                let mut parents: Vec<usize> = picks.iter().map(|pick| at + pick).filter(|at| *at < last).collect();
                parents.sort_unstable();
                parents.dedup();
                // In any order: the first parent need not be the nearest.
                if at % 2 == 0 { parents.reverse(); }
                (at.to_string(), parents.iter().map(ToString::to_string).collect())
            }).collect();
            let mut wanted: Vec<(String, String)> = history.iter()
                .flat_map(|(commit, parents)| parents.iter().map(|parent| (commit.clone(), parent.clone()))).collect();
            wanted.sort();
            prop_assert_eq!(connected(&history), wanted);
        }

        #[test]
        fn pages_are_as_one(picks in prop::collection::vec(prop::collection::vec(1_usize..5, 0..3), 1..30), cut in 0_usize..30) {
            let name = |at: usize| at.to_string();
            let place = |lanes: &mut Lanes, at: usize| {
                let mut parents: Vec<String> = picks[at].iter().map(|pick| name(at + pick)).collect();
                parents.dedup();
                lanes.place(&name(at), &parents)
            };
            let mut whole = Lanes::default();
            let mut parts = Lanes::default();
            for at in 0..picks.len() {
                if at == cut {
                    parts = serde_json::from_str(&serde_json::to_string(&parts).unwrap()).unwrap();
                }
                prop_assert_eq!(place(&mut whole, at), place(&mut parts, at));
            }
        }
    }
}
