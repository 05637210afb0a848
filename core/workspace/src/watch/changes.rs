//! What has changed in a folder, as much of it as is worth telling.

use std::{collections::BTreeSet, mem};

use crate::RelativePath;

/// The most folders, and the most paths, that are told one by one. Beyond that everything may have changed.
const MAX_TOLD: usize = 1000;

/// What may have changed in a folder: hints to look again, never news by themselves. Paths lie beneath the folder that is
/// watched. Merged, so of what came, went and came again it is told once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Folders of which an entry has come, gone or changed. Those that are ignored come and go too, but of what lies in
    /// them nothing is told.
    pub folders: BTreeSet<RelativePath>,
    /// Files and folders, not ignored, that have come, gone or changed: what git may see otherwise now. Of a folder
    /// everything in it.
    pub paths: BTreeSet<RelativePath>,
    /// What git keeps has changed: HEAD, index, branches, a merge that goes on, or where the repository is.
    pub repository: bool,
    /// Anything may have changed: too much did, or it was not seen. Then `folders` and `paths` are empty.
    pub rescan: bool,
    /// One sentence for the user that changes are seen late here, and how to mend it. Told once.
    pub notice: Option<String>,
}

impl Changes {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether git's answers may be others now.
    pub fn concerns_git(&self) -> bool {
        self.repository || self.rescan || !self.paths.is_empty()
    }

    /// Adds later changes to these. However many there are, this stays small.
    pub fn merge(&mut self, later: Self) {
        self.repository |= later.repository;
        self.notice = later.notice.or(self.notice.take());
        if later.rescan {
            self.everything();
        } else if !self.rescan {
            self.folders.extend(later.folders);
            self.paths.extend(later.paths);
            self.bound();
        }
    }

    /// What there is; nothing is left.
    #[must_use]
    pub fn take(&mut self) -> Self {
        mem::take(self)
    }

    pub(super) fn everything(&mut self) {
        self.rescan = true;
        self.folders.clear();
        self.paths.clear();
    }

    pub(super) fn add_folder(&mut self, folder: RelativePath) {
        if !self.rescan {
            self.folders.insert(folder);
            self.bound();
        }
    }

    pub(super) fn add_path(&mut self, path: RelativePath) {
        if !self.rescan {
            self.paths.insert(path);
            self.bound();
        }
    }

    fn bound(&mut self) {
        if self.folders.len() > MAX_TOLD || self.paths.len() > MAX_TOLD {
            self.everything();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn changes() -> impl Strategy<Value = Changes> {
        let paths = || prop::collection::btree_set("[ab]/[0-9]{3}", 0..900);
        (paths(), paths(), prop::bool::ANY, prop::bool::weighted(0.1), prop::option::of("[a-z]")).prop_map(
            |(folders, paths, repository, rescan, notice)| {
                let set = |texts: BTreeSet<String>| {
                    texts.iter().filter_map(|text| RelativePath::new(Path::new(text))).collect::<BTreeSet<_>>()
                };
                let mut changes = Changes { folders: set(folders), paths: set(paths), repository, rescan, notice };
                if rescan {
                    changes.everything();
                }
                changes
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn merging_forgets_nothing_and_stays_bounded(parts in prop::collection::vec(changes(), 1..5)) {
            let mut merged = Changes::default();
            for part in &parts {
                merged.merge(part.clone());
            }
            prop_assert!(merged.folders.len() <= MAX_TOLD && merged.paths.len() <= MAX_TOLD);
            prop_assert_eq!(merged.repository, parts.iter().any(|part| part.repository));
            prop_assert_eq!(&merged.notice, &parts.iter().rev().find_map(|part| part.notice.clone()));
            prop_assert_eq!(merged.concerns_git(), parts.iter().any(Changes::concerns_git) || merged.rescan);
            for part in &parts {
                prop_assert!(merged.rescan || !part.rescan);
                prop_assert!(merged.rescan || part.paths.is_subset(&merged.paths));
                prop_assert!(merged.rescan || part.folders.is_subset(&merged.folders));
            }
            prop_assert_eq!(merged.take().is_empty(), parts.iter().all(Changes::is_empty));
            prop_assert!(merged.is_empty());
        }
    }
}
