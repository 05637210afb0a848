//! Branches: which there are, and making one.

use crate::{GitError, Repository, repository::Purpose};

/// The branches of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branches {
    /// The one that is checked out, perhaps without a commit yet; none where a commit is (detached).
    pub current: Option<String>,
    /// The user's own, then those of remotes as they were when last fetched; each in git's order.
    pub all: Vec<Branch>,
}

/// A branch with its last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name, such as `main` or `origin/main`.
    pub name: String,
    /// Whether it belongs to a remote.
    pub remote: bool,
    /// Its last commit, shortened.
    pub commit: String,
    /// The branch that it follows; often empty.
    pub upstream: String,
    /// The first line of its last commit's message.
    pub subject: String,
}

impl Repository {
    /// The branches there are.
    pub fn branches(&self, stopped: &dyn Fn() -> bool) -> Result<Branches, GitError> {
        let format = "--format=%(refname)%00%(refname:short)%00%(objectname:short)%00%(upstream:short)%00%(symref)%00%(contents:subject)";
        let listed = self.look(&["for-each-ref", format, "refs/heads", "refs/remotes"], stopped)?;
        let listed = String::from_utf8_lossy(&listed);
        let mut all = Vec::new();
        for line in listed.lines() {
            let fields: Result<[&str; 6], _> = line.splitn(6, '\0').collect::<Vec<_>>().try_into();
            let Ok([full, name, commit, upstream, points_at, subject]) = fields else {
                return Err(GitError::Nonsense { what: "branches" });
            };
            // What only points at another one, such as `origin/HEAD`, is none.
            if points_at.is_empty() {
                let [name, commit, upstream, subject] = [name, commit, upstream, subject].map(str::to_owned);
                all.push(Branch { name, remote: full.starts_with("refs/remotes/"), commit, upstream, subject });
            }
        }
        Ok(Branches { current: self.current_branch(stopped)?, all })
    }

    /// The branch that is checked out; none where a commit is.
    pub fn current_branch(&self, stopped: &dyn Fn() -> bool) -> Result<Option<String>, GitError> {
        let ran = self.act(Purpose::Look, &["symbolic-ref", "--quiet", "--short", "HEAD"], stopped)?;
        let name = String::from_utf8_lossy(&ran.output).trim().to_owned();
        Ok((ran.status.success() && !name.is_empty()).then_some(name))
    }

    /// Makes a branch where the last commit is and checks it out. No file changes, and no hook runs.
    pub fn create_branch(&self, name: &str, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        self.check_branch_name(name, stopped)?;
        let ran = self.act(Purpose::Look, &["checkout", "--quiet", "--no-track", "-b", name], stopped)?;
        if ran.status.success() { Ok(()) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }

    /// Refuses what can't be the name of a branch, options among it.
    pub fn check_branch_name(&self, name: &str, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let invalid = || GitError::BranchName { name: name.chars().take(100).collect() };
        if name.is_empty() || name.starts_with('-') || name.contains('\0') {
            return Err(invalid());
        }
        let full = format!("refs/heads/{name}");
        let ran = self.act(Purpose::Look, &["check-ref-format", full.as_str()], stopped)?;
        if ran.status.success() { Ok(()) } else { Err(invalid()) }
    }
}
