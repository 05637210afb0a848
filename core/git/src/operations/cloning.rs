//! Repositories that are not here yet: cloning, and making one.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use super::{Git, GitFailure, GitProgress, MAX_OUTPUT, branch_argument, given, progress::Progresses, succeeded};
use crate::{error::without_passwords, repository::Purpose};
use atelier_process::Bounds;

/// How long a clone may take, and how long it may say nothing.
const WHOLE: Duration = Duration::from_hours(6);
const SILENCE: Duration = Duration::from_mins(2);

/// The longest address, in bytes.
const MAX_URL: usize = 4096;

/// The address of a repository, one that git reaches without running a program that the address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneUrl(String);

impl CloneUrl {
    /// Checks an address: `https://`, `http://`, `ssh://`, `git://`, `file://`, `host:path` or the path of a folder.
    pub fn new(url: &str) -> Result<Self, GitFailure> {
        let invalid = GitFailure::Invalid("Invalid repository URL");
        let url = url.trim();
        if url.is_empty() {
            return Err(GitFailure::Invalid("url is required"));
        }
        // `-` begins an option, `ext::` a program.
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let known = scheme.is_none_or(|scheme| ["https", "http", "ssh", "git", "file"].contains(&scheme.as_str()));
        let dashed = |part: &str| part.starts_with('-');
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        if url.len() > MAX_URL
            || !known
            || url.contains("::")
            || dashed(url)
            || dashed(host)
            || url.contains(char::is_control)
        {
            return Err(invalid);
        }
        Ok(Self(url.to_owned()))
    }

    /// The name of the folder that git would make for it; none if it has none.
    pub fn folder_name(&self) -> Option<&str> {
        let trimmed = self.0.trim_end_matches('/');
        let trimmed = trimmed.strip_suffix("/.git").unwrap_or(trimmed);
        let name = trimmed.rsplit(['/', ':']).next()?;
        let name = name.strip_suffix(".git").unwrap_or(name);
        (!name.is_empty() && name != "." && name != "..").then_some(name)
    }
}

impl Git<'_> {
    /// Clones into the folder, which must be empty. What git leaves of a clone that failed or was stopped is removed; the
    /// folder itself stays. It may take six hours, but not be silent for two minutes.
    pub fn clone_here(&self, url: &CloneUrl, tell: &mut dyn FnMut(GitProgress)) -> Result<(), GitFailure> {
        let mut entries = fs::read_dir(self.folder.path()).map_err(|error| GitFailure::io(&error))?;
        if entries.next().is_some() {
            return Err(GitFailure::Invalid("The folder to clone into is not empty; choose another."));
        }
        let cloned = self.cloned(url, tell);
        if cloned.is_err() {
            clear(self.folder.path());
        }
        cloned
    }

    fn cloned(&self, url: &CloneUrl, tell: &mut dyn FnMut(GitProgress)) -> Result<(), GitFailure> {
        let heard = std::cell::Cell::new(Instant::now());
        let stopped = || (self.stopped)() || heard.get().elapsed() > SILENCE;
        let mut progresses = Progresses::new(tell);
        let mut hear = |bytes: &[u8]| {
            heard.set(Instant::now());
            progresses.hear(bytes);
        };
        let arguments = ["clone", "--progress", "--no-recurse-submodules", "--", &url.0, "."];
        let bounds = Bounds { time: WHOLE, output: MAX_OUTPUT, end_when_full: false };
        let ran = self.repository.run_heard(Purpose::Clone, &arguments, bounds, &mut hear, &stopped);
        let ran = match ran {
            Err(crate::GitError::Stopped) if !(self.stopped)() => return Err(GitFailure::TimedOut),
            ran => ran?,
        };
        if ran.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&ran.complaint).into_owned();
        let lines = text.split(['\r', '\n']).filter(|line| !line.is_empty() && GitProgress::of(line).is_none());
        Err(GitFailure::Failed(without_passwords(&lines.collect::<Vec<_>>().join("\n"))))
    }

    /// Makes the folder a repository. In one that is there already nothing is lost. `branch`: the first branch, if the
    /// user's own settings are not to say.
    pub fn init(&self, branch: Option<&str>) -> Result<(), GitFailure> {
        let mut arguments = vec!["init", "--quiet"];
        let named = given(branch).map(branch_argument).transpose()?.map(|branch| format!("--initial-branch={branch}"));
        arguments.extend(named.as_deref());
        succeeded(self.ran(Purpose::Change, &arguments)?).map(drop)
    }
}

/// Empties a folder that was empty before. Links are removed, not followed.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let removed = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        if let Err(error) = removed {
            tracing::warn!(%error, "what is left of a clone could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_name_programs_or_options_are_refused() {
        let refused =
            ["ext::sh -c evil", "fd::7", "-u evil", "--upload-pack=x", "ssh://-oProxyCommand=x/y", "-x:y", "a\nb"];
        for url in
            refused.into_iter().chain(["ftp://h/x", "javascript://x", "me@-oProxyCommand=x:y", "foo::https://h/x"])
        {
            assert_eq!(CloneUrl::new(url).unwrap_err().to_string(), "Invalid repository URL", "{url}");
        }
        assert_eq!(CloneUrl::new("  ").unwrap_err().to_string(), "url is required");
    }

    #[test]
    fn a_clone_is_called_as_git_calls_it() {
        for (url, name) in [
            ("https://host/a/b.git", Some("b")),
            ("https://host/a/b/", Some("b")),
            ("git@host:b.git", Some("b")),
            ("file:///x/y/.git", Some("y")),
            ("/x/y", Some("y")),
            ("https://host/..", None),
            ("/", None),
        ] {
            assert_eq!(CloneUrl::new(url).unwrap().folder_name(), name, "{url}");
        }
    }
}
