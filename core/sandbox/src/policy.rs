//! What a command may do.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use crate::worktree;

/// In a project: what programs outside the sandbox run or trust without asking, so that it may not be changed from
/// inside. Hooks and configuration of git name programs; the others are settings of agents, this one and others.
const TRUSTED_IN_PROJECTS: [&str; 9] = [
    ".git/hooks",
    ".git/config",
    ".git/config.worktree",
    ".atelier",
    "atelier.toml",
    ".mcp.json",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".claude/hooks",
];

/// Beneath the home folder: where keys, passwords, cookies and letters are. With `~/.docker` and the like go the sockets
/// through which a whole machine can be had.
const PRIVATE_IN_HOME: [&str; 37] = [
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".docker",
    ".colima",
    ".lima",
    ".orbstack",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    ".password-store",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".config/gcloud",
    ".config/gh",
    ".config/git/credentials",
    ".config/op",
    ".config/1Password",
    ".local/share/keyrings",
    ".mozilla",
    ".thunderbird",
    ".config/google-chrome",
    ".config/chromium",
    ".config/BraveSoftware",
    ".config/microsoft-edge",
    ".config/vivaldi",
    "Library/Keychains",
    "Library/Cookies",
    "Library/Safari",
    "Library/Mail",
    "Library/Messages",
    "Library/Application Support/Google/Chrome",
    "Library/Application Support/Firefox",
    "Library/Application Support/BraveSoftware",
    "Library/Application Support/Microsoft Edge",
];

/// Where people keep what no command needs to read: keys, passwords, browser profiles, letters. A stated list, beneath
/// this home folder; what is not there is not named.
pub fn private_places(home: &Path) -> Vec<PathBuf> {
    PRIVATE_IN_HOME.iter().map(|place| home.join(place)).filter(|place| place.symlink_metadata().is_ok()).collect()
}

/// What a command may do. All paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Folders it may write in, with all that is in them. One that does not exist is left out.
    pub writable: Vec<PathBuf>,
    /// What it may not change although it lies in one of those. It need not exist.
    pub read_only: Vec<PathBuf>,
    /// What it may not even read. What does not exist is left out; a folder in `writable` stays readable.
    pub unreadable: Vec<PathBuf>,
    /// An existing folder for its temporary files, which it may write in. Where the system can do that, `/tmp` and
    /// `/var/tmp` are this folder too, and nothing else that lies there is seen.
    pub temp: PathBuf,
    /// Whether it may reach the network.
    pub network: bool,
}

impl Policy {
    /// A command of a project: it writes in the project and in `temp`. What programs trust in a project stays as it is.
    /// Where the project is a linked worktree of a git repository, it writes in that repository too.
    pub fn of_project(project: &Path, temp: &Path) -> Self {
        let mut policy = Self {
            writable: vec![project.to_owned()],
            read_only: TRUSTED_IN_PROJECTS.iter().map(|name| project.join(name)).collect(),
            unreadable: Vec::new(),
            temp: temp.to_owned(),
            network: false,
        };
        if let Some(repository) = worktree::repository_of(project) {
            policy.read_only.extend(["hooks", "config", "config.worktree"].map(|name| repository.join(name)));
            policy.writable.push(repository);
        }
        policy
    }

    /// The same with links in paths resolved, each path once, parents first, and what does not exist left out.
    pub(crate) fn resolved(&self) -> io::Result<Self> {
        let temp = self.temp.canonicalize()?;
        let mut writable: BTreeSet<PathBuf> = existing(&self.writable).filter(|path| path.is_dir()).collect();
        writable.insert(temp.clone());
        let unreadable = existing(&self.unreadable).filter(|path| !writable.contains(path)).collect::<BTreeSet<_>>();
        let read_only: BTreeSet<PathBuf> = self.read_only.iter().filter_map(|path| in_real_folder(path)).collect();
        Ok(Self {
            read_only: read_only.into_iter().filter(|path| is_beneath_any(path, &writable)).collect(),
            writable: writable.into_iter().collect(),
            unreadable: unreadable.into_iter().collect(),
            temp,
            network: self.network,
        })
    }
}

fn existing(paths: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    paths.iter().filter_map(|path| path.canonicalize().ok())
}

/// The path with links resolved in what exists of its parents; the path itself may be a link or missing.
fn in_real_folder(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    let parent = parent.canonicalize().ok().or_else(|| in_real_folder(parent))?;
    Some(parent.join(path.file_name()?))
}

pub(crate) fn is_beneath_any<'a>(path: &Path, folders: impl IntoIterator<Item = &'a PathBuf>) -> bool {
    folders.into_iter().any(|folder| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn links_are_resolved_and_what_is_missing_or_elsewhere_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in ["project", "temp", "keys"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        symlink(root.join("project"), root.join("link")).unwrap();
        let mut policy = Policy::of_project(&root.join("link"), &root.join("temp"));
        policy.unreadable = vec![root.join("keys"), root.join("missing"), root.join("temp")];
        policy.read_only.push("/etc/passwd".into());
        policy.writable.push(root.join("missing"));
        let resolved = policy.resolved().unwrap();
        assert_eq!(resolved.writable, [root.join("project"), root.join("temp")]);
        assert_eq!(resolved.unreadable, [root.join("keys")]);
        assert_eq!(resolved.read_only.len(), TRUSTED_IN_PROJECTS.len());
        assert!(resolved.read_only.contains(&root.join("project/.git/hooks")));
    }

    #[test]
    fn without_its_folder_for_temporary_files_there_is_no_policy() {
        assert!(Policy::of_project(Path::new("/"), Path::new("/no/such/folder")).resolved().is_err());
    }
}
