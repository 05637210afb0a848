//! Finding for people: files by name, lines by what they hold, replacing. Every directory passes the approved roots.

mod finders;
mod named;
mod opened;
mod replacing;

use std::{sync::Arc, time::Duration};

use atelier_finding::{ContentQuery, ContentSearch, FindingError, FoundFiles, NameHits, search_names};
use atelier_workspace::RootError;

use crate::{ErrorKind, Workbench, WorkbenchError, configuration::Configuration, operation::Operation};

pub(crate) use finders::Finders;
pub use named::NamedFolder;
pub use replacing::{ChosenFile, FilePreview, ReplaceOutcome, ReplaceReader};

/// How long a search while typing waits for the newest list of files.
const PATIENCE: Duration = Duration::from_millis(40);

const SEARCH: Operation = Operation { name: "search_files", fallback: "Failed to search files" };

impl Workbench {
    /// Files whose name or path has the query in it, as the runtime contract says: no ranking, and what is hidden, built
    /// or downloaded is left out. None means the workspace, all files, 60 of them. Errors: 404 where there is nothing, 403
    /// outside of the approved roots, 400 where it is no directory.
    pub async fn search_files(
        &self,
        directory: Option<String>,
        query: Option<String>,
        max_results: Option<i64>,
    ) -> Result<NameHits, WorkbenchError> {
        self.operate(SEARCH, move |configuration| {
            let folder = configuration.roots()?.directory(directory.as_deref().unwrap_or_default());
            let folder = folder.map_err(|error| match error {
                RootError::NotAFolder => {
                    WorkbenchError::new(ErrorKind::InvalidRequest, "Specified root is not a directory")
                }
                error => error.into(),
            })?;
            Ok(search_names(&folder, &query.unwrap_or_default(), max_results))
        })
        .await
    }

    /// The files of a directory that a few letters mean, best first, at most `limit` (1 to 1,000) of them; without letters
    /// all, those opened lately first. Meant to be called at each keystroke. What git ignores is left out. An empty
    /// directory is the workspace.
    ///
    /// The paths of the four directories that were searched last are kept, up to a million each, and change with the
    /// directory, which is followed meanwhile. Where it can't be followed, they are made anew while searches come: then a
    /// change is seen after half a second, in a large directory later. While [`FoundFiles::complete`] is false, the first
    /// look at the directory is under way: ask again.
    pub async fn find_files(&self, directory: &str, query: &str, limit: usize) -> Result<FoundFiles, WorkbenchError> {
        let (directory, query) = (directory.to_owned(), query.to_owned());
        let finders = Arc::clone(&self.parts.finders);
        self.configure(move |configuration| {
            let finder = finders.of(configuration.roots()?.directory(&directory)?);
            Ok(finder.find(&query, limit, Some(PATIENCE))?)
        })
        .await
    }

    /// Notes that a file was opened, so that [`Workbench::find_files`] has it earlier: the last 30 of each of the
    /// 100 directories used last; they are kept on the disk. `path` is absolute or relative to the directory.
    pub async fn note_opened(&self, directory: &str, path: &str) -> Result<(), WorkbenchError> {
        let (directory, path) = (directory.to_owned(), path.to_owned());
        let finders = Arc::clone(&self.parts.finders);
        self.configure(move |configuration| {
            let folder = configuration.roots()?.directory(&directory)?;
            let path = folder.locate(&path)?;
            finders.note_opened(folder, &path);
            Ok(())
        })
        .await
    }

    /// Searches the contents of what git does not ignore in a directory. Results are pulled from what is returned; when it
    /// is closed or dropped, the search ends. Any number may run.
    pub async fn search_content(&self, directory: &str, query: ContentQuery) -> Result<ContentSearch, WorkbenchError> {
        let directory = directory.to_owned();
        self.configure(move |configuration| start(configuration, &directory, &query)).await
    }
}

fn start(
    configuration: &Configuration,
    directory: &str,
    query: &ContentQuery,
) -> Result<ContentSearch, WorkbenchError> {
    Ok(ContentSearch::start(Arc::new(configuration.roots()?.directory(directory)?), query)?)
}

impl From<FindingError> for WorkbenchError {
    fn from(error: FindingError) -> Self {
        let kind = match &error {
            FindingError::Threads(_) => ErrorKind::Internal,
            _ => ErrorKind::InvalidRequest,
        };
        Self::new(kind, error.to_string())
    }
}
