//! What git ignores, as far as it can be told from its files of patterns.

use std::{
    collections::HashMap,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use super::repository::RepositoryFolders;
use crate::{Folder, RelativePath, guard::Guard};

/// The longest file of patterns that is read, in bytes, and how many of its lines count.
const MAX_FILE: u64 = 1 << 20;
const MAX_LINES: usize = 10_000;

/// For how many folders the rules are kept.
const MAX_KNOWN: usize = 50_000;

/// Where the patterns of a folder stand.
pub(super) const PATTERNS: &str = ".gitignore";

/// The ignore rules of a folder and all beneath it. Files that are tracked all the same count as ignored.
pub(super) struct Ignores {
    /// From here on down the files of patterns count: the top of the repository, or the folder itself.
    top: Option<Folder>,
    /// Where the folder lies in there.
    inside: RelativePath,
    /// What counts least: the repository's own patterns, then the user's.
    least: Arc<Rules>,
    /// By folder, from the top; none if it is ignored itself.
    known: HashMap<RelativePath, Option<Arc<Rules>>>,
}

/// The patterns that count in a folder.
struct Rules {
    patterns: Gitignore,
    above: Option<Arc<Rules>>,
}

impl Ignores {
    pub(super) fn new(folder: &Path, repository: Option<&RepositoryFolders>) -> Self {
        let top = repository.map_or(folder, |repository| &repository.top);
        let inside = folder.strip_prefix(top).ok().and_then(RelativePath::new).unwrap_or_else(RelativePath::root);
        let least = least(top, repository);
        let top = Folder::open_real(top.to_owned(), Guard::Person).ok();
        Self { top, inside, least, known: HashMap::new() }
    }

    /// Whether something beneath the folder is ignored, itself or with a folder above it.
    pub(super) fn is_ignored(&mut self, path: &RelativePath, is_folder: bool) -> bool {
        let whole = self.inside.join(path);
        let Some(above) = whole.parent() else { return false };
        match self.rules(&above) {
            Some(rules) => {
                self.top.as_ref().is_some_and(|top| rules.ignore(&top.path().join(whole.as_path()), is_folder))
            }
            None => true,
        }
    }

    /// Those for what lies in a folder; none if it is ignored itself.
    fn rules(&mut self, folder: &RelativePath) -> Option<Arc<Rules>> {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let top = self.top.as_ref()?.path().to_owned();
        let whole: PathBuf = top.join(folder.as_path());
        let above = match folder.parent() {
            // What git keeps is none of the files.
            Some(_) if folder.name() == Some(OsStr::new(".git")) => None,
            // A repository in this one has rules of its own, unless it is ignored itself.
            Some(parent) => self.rules(&parent).filter(|rules| !rules.ignore(&whole, true)).map(|around| {
                let is_nested = whole.join(".git").symlink_metadata().is_ok();
                let nested = is_nested.then(|| RepositoryFolders::of(&whole)).flatten();
                nested.filter(|nested| nested.top == whole).map_or(around, |nested| least(&whole, Some(&nested)))
            }),
            None => Some(Arc::clone(&self.least)),
        };
        let rules = above.map(|above| {
            let file = folder.child(OsStr::new(PATTERNS));
            let own = file.zip(self.top.as_ref()).and_then(|(file, top)| patterns(top, &file, &whole));
            own.map_or_else(|| Arc::clone(&above), |own| own.beneath(&above))
        });
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(folder.clone(), rules.clone());
        rules
    }
}

impl Rules {
    fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let mut rules = Some(self);
        while let Some(these) = rules {
            match these.patterns.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => rules = these.above.as_deref(),
            }
        }
        false
    }
}

/// What counts least in a repository: its own patterns, then the user's.
fn least(top: &Path, repository: Option<&RepositoryFolders>) -> Arc<Rules> {
    let (users, _) = GitignoreBuilder::new(top).build_global();
    let users = Arc::new(Rules { patterns: users, above: None });
    let own = repository.and_then(|repository| {
        let file = repository.exclude();
        let folder = Folder::open_real(file.parent()?.to_owned(), Guard::Person).ok()?;
        patterns(&folder, &RelativePath::new(Path::new(file.file_name()?))?, top)
    });
    own.map_or_else(|| Arc::clone(&users), |own| own.beneath(&users))
}

/// Patterns that were read, before it is known what stands above them.
struct Own(Gitignore);

impl Own {
    fn beneath(self, above: &Arc<Rules>) -> Arc<Rules> {
        Arc::new(Rules { patterns: self.0, above: Some(Arc::clone(above)) })
    }
}

/// The patterns in a file, which count from `base` on; none where there are none. A file that is huge or none has none.
fn patterns(folder: &Folder, file: &RelativePath, base: &Path) -> Option<Own> {
    let content = folder.read(file, MAX_FILE).ok()?;
    let mut builder = GitignoreBuilder::new(base);
    let text = String::from_utf8_lossy(&content.bytes);
    for line in text.trim_start_matches('\u{feff}').lines().take(MAX_LINES) {
        // Git passes over a line that is no pattern too.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok().filter(|patterns| !patterns.is_empty()).map(Own)
}
