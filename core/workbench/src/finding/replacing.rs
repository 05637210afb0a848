//! Replacing what a search finds: a look first, then the files that were chosen.

use std::sync::Arc;

use atelier_finding::{ContentQuery, ContentSearch, FileReplacement, Replacement, SearchEnd};
use atelier_workspace::{Folder, RelativePath, Stamp};
use tokio::runtime::Handle;
use tokio_util::context::TokioContext;

use crate::{ErrorKind, Workbench, WorkbenchError, blocking, operation::Operation};

/// How many files are changed in one go.
const MAX_CHOSEN: usize = 10_000;

const REPLACE: Operation = Operation { name: "replace_apply", fallback: "Failed to replace" };

/// What would become of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilePreview {
    /// This.
    Change(FileReplacement),
    /// Nothing: it can't be changed.
    Left {
        /// Its path, relative to the directory.
        path: String,
        /// Why, a sentence.
        reason: String,
    },
}

/// A file to replace in, as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenFile {
    /// Its path, relative to the directory.
    pub path: String,
    /// The stamp that its preview had.
    pub stamp: Stamp,
}

/// What was done to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplaceOutcome {
    /// Its path, relative to the directory.
    pub path: String,
    /// How often something was replaced.
    pub count: usize,
    /// What it holds now; none: it is as it was.
    pub stamp: Option<Stamp>,
    /// Why it is as it was, a sentence.
    pub error: Option<String>,
}

/// Hands on what a replacement would do, file by file, in any order. Dropping or closing it ends it.
pub struct ReplaceReader {
    search: ContentSearch,
    folder: Arc<Folder>,
    replacement: Arc<Replacement>,
    runtime: Handle,
}

impl ReplaceReader {
    /// What has been found since the last call; waits until there is something. None: all files were looked at, or it was
    /// closed. A call that is dropped loses what it had found.
    pub async fn next_batch(&self) -> Result<Option<Vec<FilePreview>>, WorkbenchError> {
        let wait = async {
            loop {
                let Some(batch) = self.search.next_batch().await else { return Ok(None) };
                let paths: Vec<_> = batch.into_iter().filter(|part| !part.continued).map(|part| part.path).collect();
                let (folder, replacement) = (Arc::clone(&self.folder), Arc::clone(&self.replacement));
                let look = move || {
                    Ok(paths.into_iter().filter_map(|path| preview(&folder, &replacement, path)).collect::<Vec<_>>())
                };
                let previews = blocking(look).await?;
                if !previews.is_empty() {
                    return Ok(Some(previews));
                }
            }
        };
        TokioContext::new(wait, self.runtime.clone()).await
    }

    /// How far the search is. Where it is `limited`, there may be files that were not looked at.
    pub fn end(&self) -> SearchEnd {
        self.search.end()
    }

    /// Ends it: a waiting [`ReplaceReader::next_batch`] returns none.
    pub fn close(&self) {
        self.search.close();
    }
}

impl Workbench {
    /// Shows what replacing would do in a directory; nothing changes. Where the query is a regular expression, `$1` and
    /// `${name}` stand for what its groups have found.
    pub async fn replace_preview(
        &self,
        directory: &str,
        query: ContentQuery,
        replacement: &str,
    ) -> Result<ReplaceReader, WorkbenchError> {
        let (directory, with, runtime) = (directory.to_owned(), replacement.to_owned(), self.parts.handle.clone());
        self.configure(move |configuration| {
            let folder = Arc::new(configuration.roots()?.directory(&directory)?);
            let replacement = Arc::new(Replacement::new(&query, &with)?);
            let search = ContentSearch::start(Arc::clone(&folder), &ContentQuery { context: 0, ..query })?;
            Ok(ReplaceReader { search, folder, replacement, runtime })
        })
        .await
    }

    /// Replaces in the chosen files, up to 10,000, one after the other, and says of each what was done. A file that holds
    /// anything but what its preview showed stays as it is; so do those that can't be written.
    pub async fn replace_apply(
        &self,
        directory: &str,
        query: ContentQuery,
        replacement: &str,
        files: Vec<ChosenFile>,
    ) -> Result<Vec<ReplaceOutcome>, WorkbenchError> {
        let (directory, with) = (directory.to_owned(), replacement.to_owned());
        self.operate(REPLACE, move |configuration| {
            if files.len() > MAX_CHOSEN {
                let message = format!("More than {MAX_CHOSEN} files can't be changed in one go; choose fewer.");
                return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
            }
            let folder = configuration.roots()?.directory(&directory)?;
            let replacement = Replacement::new(&query, &with)?;
            Ok(files.into_iter().map(|file| apply(&folder, &replacement, file)).collect())
        })
        .await
    }
}

fn preview(folder: &Folder, replacement: &Replacement, path: String) -> Option<FilePreview> {
    let inner = RelativePath::at(&path)?;
    match replacement.preview(folder, &inner) {
        Ok(change) => change.map(FilePreview::Change),
        Err(error) => Some(FilePreview::Left { path, reason: error.to_string() }),
    }
}

fn apply(folder: &Folder, replacement: &Replacement, file: ChosenFile) -> ReplaceOutcome {
    let done = match RelativePath::at(&file.path).filter(|path| !path.is_root()) {
        Some(path) => replacement.apply(folder, &path, file.stamp).map_err(|error| error.to_string()),
        None => Err(format!("`{}` is not a path inside the directory; name a file in it.", file.path)),
    };
    match done {
        Ok(done) => ReplaceOutcome { path: file.path, count: done.count, stamp: Some(done.stamp), error: None },
        Err(error) => ReplaceOutcome { path: file.path, count: 0, stamp: None, error: Some(error) },
    }
}
