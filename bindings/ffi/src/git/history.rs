//! What was committed: the history with its lanes, tags, who wrote which line.

use atelier_workbench as facade;

use crate::{ChangedFile, CoreError, FileChange, Workbench};

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GraphPage {
    /// Newest first.
    pub rows: Vec<GraphCommit>,
    /// Names the next page.
    pub next: Option<String>,
}

/// A commit and what is drawn beside it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GraphCommit {
    /// Its whole hash.
    pub hash: String,
    /// Those of its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// Their address.
    pub email: String,
    /// When, in milliseconds since 1970.
    pub date_ms: i64,
    /// Branches and tags at it, `HEAD -> main`, `tag: v1`.
    pub refs: Vec<String>,
    /// The first line of its message.
    pub subject: String,
    /// The rest of it.
    pub body: String,
    /// The lane that it stands in, from 0.
    pub lane: u32,
    /// The lines to the next row.
    pub edges: Vec<GraphEdge>,
}

/// A line from a lane of a row to one of the next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct GraphEdge {
    /// The lane that it comes from.
    pub from: u32,
    /// The lane that it goes to.
    pub to: u32,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GitTag {
    /// Its name.
    pub name: String,
    /// The commit that it stands for.
    pub commit: String,
    /// Its own message, where it has one.
    pub message: Option<String>,
}

/// Who wrote the lines of a part of a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BlamePage {
    /// In order.
    pub parts: Vec<BlamePart>,
    /// The commits that the parts name.
    pub commits: Vec<BlameCommit>,
    /// The line that the next page begins with.
    pub next: Option<u64>,
}

/// Neighbouring lines of one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct BlamePart {
    /// The commit's place among the page's commits.
    pub commit: u32,
    /// The number of the first line, from 1.
    pub line: u64,
    /// How many lines.
    pub count: u64,
}

/// A commit that wrote lines.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BlameCommit {
    /// Its hash.
    pub hash: String,
    /// Who wrote it.
    pub author: String,
    /// When, in milliseconds since 1970.
    pub date_ms: i64,
    /// The first line of its message.
    pub summary: String,
    /// Whether the lines are not committed yet.
    pub uncommitted: bool,
}

#[uniffi::export]
impl Workbench {
    /// A page of the history of all branches and tags; none for the first.
    pub async fn git_graph(&self, directory: String, after: Option<String>) -> Result<GraphPage, CoreError> {
        Ok(self.facade.graph(&directory, after, 0, false).await?.into())
    }

    /// The files that a commit changed.
    pub async fn git_commit_files(&self, directory: String, hash: String) -> Result<Vec<ChangedFile>, CoreError> {
        let files = self.facade.get_commit_files(&directory, &hash).await?.files;
        Ok(files.into_iter().map(Into::into).collect())
    }

    /// Who wrote the lines of a file as it is now, from a line on.
    pub async fn git_blame(&self, directory: String, path: String, from: u64) -> Result<BlamePage, CoreError> {
        Ok(self.facade.blame(&directory, path, None, from).await?.into())
    }

    /// All tags.
    pub async fn git_tags(&self, directory: String) -> Result<Vec<GitTag>, CoreError> {
        Ok(self.facade.tags(&directory).await?.into_iter().map(Into::into).collect())
    }

    /// Makes a tag at a commit, with a message or without.
    pub async fn create_git_tag(
        &self,
        directory: String,
        name: String,
        commit: String,
        message: Option<String>,
    ) -> Result<(), CoreError> {
        Ok(self.facade.create_tag(&directory, name, Some(commit), message).await?)
    }

    /// Deletes a tag here.
    pub async fn delete_git_tag(&self, directory: String, name: String) -> Result<(), CoreError> {
        self.facade.delete_tag(&directory, name).await?;
        Ok(())
    }
}

/// Lanes are few; one that does not fit is drawn as the last.
fn lane(lane: usize) -> u32 {
    u32::try_from(lane).unwrap_or(u32::MAX)
}

impl From<facade::GraphPage> for GraphPage {
    fn from(page: facade::GraphPage) -> Self {
        Self { rows: page.rows.into_iter().map(Into::into).collect(), next: page.next }
    }
}

impl From<facade::GraphRow> for GraphCommit {
    fn from(row: facade::GraphRow) -> Self {
        Self {
            hash: row.commit,
            parents: row.parents,
            author: row.author,
            email: row.email,
            date_ms: row.date,
            refs: row.refs,
            subject: row.subject,
            body: row.body,
            lane: lane(row.lane),
            edges: row.edges.iter().map(|edge| GraphEdge { from: lane(edge.from), to: lane(edge.to) }).collect(),
        }
    }
}

impl From<facade::CommittedFile> for ChangedFile {
    fn from(file: facade::CommittedFile) -> Self {
        let counted = |count| (!file.is_binary).then_some(count);
        Self {
            change: match file.change_type {
                facade::ChangeType::Added => FileChange::Added,
                facade::ChangeType::Modified => FileChange::Modified,
                facade::ChangeType::Deleted => FileChange::Deleted,
                facade::ChangeType::Renamed => FileChange::Renamed,
                facade::ChangeType::Copied => FileChange::Copied,
            },
            from: None,
            added: counted(file.insertions),
            removed: counted(file.deletions),
            path: file.path,
        }
    }
}

impl From<facade::Tag> for GitTag {
    fn from(tag: facade::Tag) -> Self {
        Self { name: tag.name, commit: tag.commit, message: tag.message }
    }
}

impl From<facade::Blame> for BlamePage {
    fn from(blame: facade::Blame) -> Self {
        let parts = blame.parts.iter().map(|part| BlamePart {
            commit: lane(part.commit),
            line: part.line,
            count: u64::try_from(part.lines.len()).unwrap_or(u64::MAX),
        });
        let commits = blame.commits.iter().map(|commit| BlameCommit {
            hash: commit.hash.clone(),
            author: commit.author.clone(),
            date_ms: commit.date,
            summary: commit.summary.clone(),
            uncommitted: commit.uncommitted,
        });
        Self { parts: parts.collect(), commits: commits.collect(), next: blame.next }
    }
}
