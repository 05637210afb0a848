//! Finding files and what they hold, as Swift sees it. Byte ranges become pieces of text: Swift's strings know no bytes.

use std::sync::Arc;

use atelier_workbench as facade;

use crate::{CoreError, SnippetPart, Workbench, search::parts};

/// The files that a few letters mean.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FoundFiles {
    /// The best first.
    pub hits: Vec<FoundFile>,
    /// How many match.
    pub total: u64,
    /// Whether all files of the folder were looked at.
    pub complete: bool,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FoundFile {
    /// Absolute.
    pub path: String,
    /// From the folder, `/` between the parts.
    pub relative_path: String,
    /// Which bytes of the relative path stand for the letters typed.
    pub positions: Vec<u32>,
}

/// What is looked for in files.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ContentQuery {
    /// Plain text, or a regular expression.
    pub pattern: String,
    /// Whether it is a regular expression.
    pub regex: bool,
    /// Whether case counts; otherwise only where the pattern has a capital letter.
    pub case_sensitive: bool,
    /// Whether only whole words match.
    pub word: bool,
    /// Globs of the files to search; all, where there is none.
    pub include: Vec<String>,
    /// Globs of files and folders to leave out.
    pub exclude: Vec<String>,
    /// How many lines are shown before and after each match.
    pub context: u32,
    /// How many matching lines are found at the most.
    pub limit: u32,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileMatches {
    /// From the folder.
    pub path: String,
    /// In their order; a file may come again with more.
    pub lines: Vec<FoundLine>,
}

/// A line that was found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FoundLine {
    /// From 1.
    pub number: u64,
    /// Whether it matches; otherwise it stands near one that does.
    pub matches: bool,
    /// The line, of a long one the part around its first match.
    pub parts: Vec<SnippetPart>,
}

/// What a search has found since it was last asked, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ContentBatch {
    /// In any order.
    pub files: Vec<FileMatches>,
    /// How many files were searched so far.
    pub searched: u64,
    /// Whether there may be more than was found: the limit was reached.
    pub limited: bool,
}

/// A search that is under way. Freeing it ends it.
#[derive(uniffi::Object)]
pub struct ContentStream {
    search: facade::ContentSearch,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

#[uniffi::export]
impl ContentStream {
    /// What has been found since the last call; waits until there is something. None: the search has ended, or was
    /// closed. One caller at a time.
    pub async fn next_batch(&self) -> Result<Option<ContentBatch>, CoreError> {
        let Some(files) = self.search.next_batch().await else { return Ok(None) };
        let end = self.search.end();
        Ok(Some(ContentBatch {
            files: files.into_iter().map(Into::into).collect(),
            searched: count(end.files),
            limited: end.limited,
        }))
    }

    /// Ends the search.
    pub fn close(&self) {
        self.search.close();
    }
}

/// What replacing would do to a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileReplacement {
    /// From the folder.
    pub path: String,
    /// The state that was looked at; none where the file can't be changed.
    pub stamp: Option<String>,
    /// How often something is replaced.
    pub count: u64,
    /// The lines that change, the first 1,000.
    pub lines: Vec<ReplacedLine>,
    /// Why it can't be changed; none where it can.
    pub problem: Option<String>,
}

/// What would become of a line.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReplacedLine {
    /// From 1.
    pub number: u64,
    /// The line now, cut where something goes.
    pub before: Vec<SnippetPart>,
    /// The line then, cut where something comes.
    pub after: Vec<SnippetPart>,
}

/// A file to replace in, as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ChosenFile {
    /// From the folder.
    pub path: String,
    /// The stamp that its preview had.
    pub stamp: String,
}

/// What was done to a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReplaceOutcome {
    /// From the folder.
    pub path: String,
    /// How often something was replaced.
    pub count: u64,
    /// Why it is as it was; none where it was changed.
    pub problem: Option<String>,
}

/// A look at what replacing would do, under way. Freeing it ends it.
#[derive(uniffi::Object)]
pub struct ReplaceStream {
    reader: facade::ReplaceReader,
    /// Held for its count alone.
    _alive: Arc<()>,
}

#[uniffi::export]
impl ReplaceStream {
    /// What has been looked at since the last call. None: all files were, or it was closed. One caller at a time.
    pub async fn next_batch(&self) -> Result<Option<Vec<FileReplacement>>, CoreError> {
        let batch = self.reader.next_batch().await?;
        Ok(batch.map(|files| files.into_iter().map(Into::into).collect()))
    }

    /// Ends it.
    pub fn close(&self) {
        self.reader.close();
    }
}

#[uniffi::export]
impl Workbench {
    /// The files of a directory that a few letters mean, best first, at most `limit`. Meant to be called at each keystroke.
    pub async fn find_files(&self, directory: String, query: String, limit: u32) -> Result<FoundFiles, CoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.facade.find_files(&directory, &query, limit).await?.into())
    }

    /// Notes that a file was opened, so that it is found earlier.
    pub async fn note_opened(&self, directory: String, path: String) -> Result<(), CoreError> {
        Ok(self.facade.note_opened(&directory, &path).await?)
    }

    /// Searches the contents of what git does not ignore in a directory.
    pub async fn search_content(&self, directory: String, query: ContentQuery) -> Result<ContentStream, CoreError> {
        let search = self.facade.search_content(&directory, query.into()).await?;
        Ok(ContentStream { search, _alive: Arc::clone(&self.streams) })
    }

    /// Shows what replacing would do in a directory; nothing changes.
    pub async fn replace_preview(
        &self,
        directory: String,
        query: ContentQuery,
        replacement: String,
    ) -> Result<ReplaceStream, CoreError> {
        let reader = self.facade.replace_preview(&directory, query.into(), &replacement).await?;
        Ok(ReplaceStream { reader, _alive: Arc::clone(&self.streams) })
    }

    /// Replaces in the chosen files, and says of each what was done.
    pub async fn replace_apply(
        &self,
        directory: String,
        query: ContentQuery,
        replacement: String,
        files: Vec<ChosenFile>,
    ) -> Result<Vec<ReplaceOutcome>, CoreError> {
        let files = files.into_iter().map(TryInto::try_into).collect::<Result<_, CoreError>>()?;
        let outcomes = self.facade.replace_apply(&directory, query.into(), &replacement, files).await?;
        Ok(outcomes.into_iter().map(Into::into).collect())
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl From<facade::FoundFiles> for FoundFiles {
    fn from(found: facade::FoundFiles) -> Self {
        Self {
            hits: found.hits.into_iter().map(Into::into).collect(),
            total: count(found.total),
            complete: found.complete,
        }
    }
}

impl From<facade::FoundFile> for FoundFile {
    fn from(file: facade::FoundFile) -> Self {
        let positions = file.positions.into_iter().filter_map(|position| u32::try_from(position).ok()).collect();
        Self { path: file.path, relative_path: file.relative_path, positions }
    }
}

impl From<ContentQuery> for facade::ContentQuery {
    fn from(query: ContentQuery) -> Self {
        Self {
            pattern: query.pattern,
            regex: query.regex,
            case: if query.case_sensitive { facade::Case::Sensitive } else { facade::Case::Smart },
            word: query.word,
            include: query.include,
            exclude: query.exclude,
            context: usize::try_from(query.context).unwrap_or(usize::MAX),
            limit: usize::try_from(query.limit).unwrap_or(usize::MAX),
        }
    }
}

impl From<facade::FileMatches> for FileMatches {
    fn from(file: facade::FileMatches) -> Self {
        Self { path: file.path, lines: file.lines.into_iter().map(Into::into).collect() }
    }
}

impl From<facade::FoundLine> for FoundLine {
    fn from(line: facade::FoundLine) -> Self {
        let matches = line.kind == facade::LineKind::Match;
        Self { number: line.number, matches, parts: parts(&line.text, &line.ranges) }
    }
}

impl From<facade::FilePreview> for FileReplacement {
    fn from(preview: facade::FilePreview) -> Self {
        match preview {
            facade::FilePreview::Change(change) => Self {
                path: change.path,
                stamp: Some(change.stamp.to_string()),
                count: count(change.count),
                lines: change.lines.into_iter().map(Into::into).collect(),
                problem: None,
            },
            facade::FilePreview::Left { path, reason } => {
                Self { path, stamp: None, count: 0, lines: Vec::new(), problem: Some(reason) }
            }
        }
    }
}

impl From<facade::ReplacedLine> for ReplacedLine {
    fn from(line: facade::ReplacedLine) -> Self {
        Self {
            number: line.number,
            before: parts(&line.before, &line.removed),
            after: parts(&line.after, &line.inserted),
        }
    }
}

impl TryFrom<ChosenFile> for facade::ChosenFile {
    type Error = CoreError;

    fn try_from(file: ChosenFile) -> Result<Self, CoreError> {
        let stamp = file.stamp.parse::<facade::Stamp>();
        let stamp = stamp.map_err(|error| CoreError::InvalidRequest { message: error.to_string() })?;
        Ok(Self { path: file.path, stamp })
    }
}

impl From<facade::ReplaceOutcome> for ReplaceOutcome {
    fn from(outcome: facade::ReplaceOutcome) -> Self {
        Self { path: outcome.path, count: count(outcome.count), problem: outcome.error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_something_was_found() {
        let line = facade::FoundLine {
            number: 7,
            kind: facade::LineKind::Match,
            text: "größer größe".to_owned(),
            skipped: 0,
            cut: false,
            ranges: vec![(0, 7), (9, 16)],
        };
        let line = FoundLine::from(line);
        let shown: Vec<_> = line.parts.iter().map(|part| (part.text.as_str(), part.found)).collect();
        assert_eq!(shown, [("größe", true), ("r ", false), ("größe", true)]);
        assert!(line.matches && line.number == 7);
    }

    #[test]
    fn a_stamp_that_is_none_is_refused_with_a_sentence() {
        let file = ChosenFile { path: "a".to_owned(), stamp: "nonsense".to_owned() };
        let Err(CoreError::InvalidRequest { message }) = facade::ChosenFile::try_from(file) else {
            panic!("nonsense was taken for a stamp");
        };
        assert!(message.ends_with('.'), "{message}");
    }
}
