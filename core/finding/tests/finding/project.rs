//! A folder to find things in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use atelier_finding::{ContentQuery, ContentSearch, FileMatches, FoundLine, SearchEnd};
use atelier_workspace::Folder;
use tempfile::TempDir;

pub(crate) struct Project {
    _outer: TempDir,
    pub(crate) root: PathBuf,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("project");
        fs::create_dir(&root).unwrap();
        let project = Self { _outer: outer, root };
        for (path, content) in files {
            project.put(path, content);
        }
        project
    }

    /// The same as a repository, so that `.gitignore` counts.
    pub(crate) fn repository(files: &[(&str, &str)]) -> Self {
        let project = Self::new(files);
        assert!(git(&project.root).args(["init", "-q"]).status().unwrap().success());
        project
    }

    pub(crate) fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        fs::read(self.root.join(path)).unwrap()
    }

    pub(crate) fn folder(&self) -> Arc<Folder> {
        Arc::new(Folder::open(&self.root).unwrap())
    }

    /// All that a query finds, by file and line.
    pub(crate) fn search(&self, query: &ContentQuery) -> (Vec<(String, FoundLine)>, SearchEnd) {
        search(self.folder(), query)
    }

    /// `path:line` of every match.
    pub(crate) fn hits(&self, query: &ContentQuery) -> Vec<String> {
        self.search(query).0.iter().map(|(path, line)| format!("{path}:{}", line.number)).collect()
    }
}

/// All that a query finds, by file and line. A file's lines are checked to come in their order.
pub(crate) fn search(folder: Arc<Folder>, query: &ContentQuery) -> (Vec<(String, FoundLine)>, SearchEnd) {
    let search = ContentSearch::start(folder, query).unwrap();
    let mut parts: Vec<FileMatches> = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    while let Some(batch) = runtime.block_on(search.next_batch()) {
        parts.extend(batch);
    }
    let mut found: Vec<(String, FoundLine)> = Vec::new();
    // Stable: what comes in the wrong order stays so.
    parts.sort_by(|a, b| a.path.cmp(&b.path));
    for part in parts {
        let known = found.last().filter(|(path, _)| *path == part.path);
        assert_eq!(known.is_some(), part.continued, "{}", part.path);
        found.extend(part.lines.into_iter().map(|line| (part.path.clone(), line)));
    }
    assert!(found.is_sorted_by(|(a, first), (b, second)| a != b || first.number < second.number));
    (found, search.end())
}

/// Git, free of the settings of whoever runs the tests.
pub(crate) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}
