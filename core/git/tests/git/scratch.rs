//! A git repository to try things on.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use atelier_git::{Git, GitError, GitFailure, Repository};
use atelier_workspace::{Folder, RelativePath};
use tempfile::TempDir;

pub(crate) struct Scratch {
    pub(crate) outer: TempDir,
    pub(crate) root: PathBuf,
}

impl Scratch {
    /// A folder beside others that are none of its business; not a repository yet.
    pub(crate) fn bare_folder() -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("project");
        fs::create_dir(&root).unwrap();
        Self { outer, root }
    }

    /// An empty repository.
    pub(crate) fn new() -> Self {
        let scratch = Self::bare_folder();
        scratch.git(&["init", "-q", "-b", "main"]);
        for setting in [["user.name", "Ann"], ["user.email", "ann@localhost"], ["commit.gpgsign", "false"]] {
            scratch.git(&["config", setting[0], setting[1]]);
        }
        scratch
    }

    /// A repository with one commit of these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Self::new();
        for (path, content) in files {
            scratch.put(path, content);
        }
        scratch.git(&["add", "-A"]);
        scratch.git(&["commit", "-q", "-m", "first"]);
        scratch
    }

    pub(crate) fn put(&self, path: &str, content: &str) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// A program beside the project that leaves a mark when it runs.
    pub(crate) fn program(&self, name: &str, script: &str) -> String {
        let path = self.outer.path().join(name);
        fs::write(&path, format!("#!/bin/sh\necho ran >>'{}'\n{script}\n", self.mark().display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn mark(&self) -> PathBuf {
        self.outer.path().join("mark")
    }

    /// Whether a program of ours has run since this was asked last.
    pub(crate) fn has_run(&self) -> bool {
        fs::remove_file(self.mark()).is_ok()
    }

    /// Runs git as anyone would, without the settings of this machine.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        Command::new("git")
            .args(arguments)
            .current_dir(&self.root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap()
    }

    /// The same, and it must succeed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn open(&self) -> Result<Repository, GitError> {
        Self::open_at(&self.root)
    }

    /// Git as the runtime contract has it.
    pub(crate) fn contract(&self) -> Git<'static> {
        Self::contract_at(&self.root)
    }

    pub(crate) fn contract_at(path: &Path) -> Git<'static> {
        Git::at(Folder::open(path).unwrap(), &going_on).unwrap()
    }

    /// A repository without files beside this one, as its `origin`.
    pub(crate) fn with_origin(&self) -> PathBuf {
        let origin = self.outer.path().join("origin.git");
        self.git(&["init", "-q", "--bare", "-b", "main", origin.to_str().unwrap()]);
        self.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
        origin
    }

    /// Another clone of the origin, to change it with.
    pub(crate) fn colleague(&self, origin: &Path) -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("project");
        self.git(&["clone", "-q", origin.to_str().unwrap(), root.to_str().unwrap()]);
        let colleague = Self { outer, root };
        for setting in [["user.name", "Bob"], ["user.email", "bob@localhost"], ["commit.gpgsign", "false"]] {
            colleague.git(&["config", setting[0], setting[1]]);
        }
        colleague
    }

    /// Commits all that there is.
    pub(crate) fn commit_all(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    pub(crate) fn open_at(path: &Path) -> Result<Repository, GitError> {
        Repository::open(&Folder::open(path).unwrap(), &going_on)
    }
}

pub(crate) fn going_on() -> bool {
    false
}

pub(crate) fn at(path: &str) -> RelativePath {
    RelativePath::new(Path::new(path)).unwrap()
}

/// What a failure says.
pub(crate) fn said<T: std::fmt::Debug>(result: Result<T, GitFailure>) -> String {
    result.unwrap_err().to_string()
}
