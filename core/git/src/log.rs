//! What was committed.

use atelier_workspace::RelativePath;

use crate::{GitError, Repository, repository::literal};

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash, shortened.
    pub hash: String,
    /// When it was written, RFC 3339 with the author's offset.
    pub date: String,
    /// Who wrote it.
    pub author: String,
    /// Branches and tags that stand at it, as git writes them; often empty.
    pub refs: String,
    /// The first line of its message.
    pub subject: String,
}

impl Repository {
    /// The newest commits of what is checked out, newest first; beneath a path, if one is given.
    pub fn log(
        &self,
        beneath: Option<&RelativePath>,
        limit: u64,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<Commit>, GitError> {
        let mut arguments: Vec<_> = [
            "log",
            "--no-color",
            "--no-show-signature",
            "--no-notes",
            "--decorate=short",
            "--format=tformat:%h%x00%aI%x00%an%x00%D%x00%s",
            "-z",
        ]
        .map(Into::into)
        .into();
        arguments.push(format!("--max-count={limit}").into());
        arguments.extend(["HEAD", "--"].map(Into::into));
        arguments.extend(beneath.map(literal));
        let listed = self.look(&arguments, stopped)?;
        let listed = String::from_utf8_lossy(&listed);
        let fields: Vec<&str> = listed.split_terminator('\0').collect();
        if !fields.len().is_multiple_of(5) {
            return Err(GitError::Nonsense { what: "log" });
        }
        Ok(fields.chunks_exact(5).map(Commit::from_fields).collect())
    }
}

impl Commit {
    fn from_fields(fields: &[&str]) -> Self {
        let field = |at: usize| fields.get(at).copied().unwrap_or_default().to_owned();
        Self { hash: field(0), date: field(1), author: field(2), refs: field(3), subject: field(4) }
    }
}
