//! Transcripts as files: `<base>/<project>/<date>/session-<id>.json`, `.md` and `.org`, with an index for each project.

use std::{
    io,
    path::{Path, PathBuf},
};

use atelier_config::PrivateFile;
use atelier_protocol::Json;

use crate::{
    TranscriptFormat,
    index::{self, Index, IndexEntry},
    json,
    render::date,
    transcript::Transcript,
};

/// A transcript can't be kept or looked up.
#[derive(Debug, thiserror::Error)]
#[error("The transcript {} could not be written or read ({reason}); check its folder and the space on its disk.", .file.display())]
pub struct TranscriptError {
    /// The file or folder concerned.
    pub file: PathBuf,
    /// What the system said.
    pub reason: io::Error,
}

/// Where a transcript was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedTranscript {
    /// The one that is whole.
    pub json: PathBuf,
    /// For people.
    pub markdown: PathBuf,
    /// For Emacs.
    pub org: PathBuf,
}

/// A folder of transcripts, for the user's eyes only. Its functions wait for the disk.
#[derive(Debug, Clone)]
pub struct TranscriptFolder {
    base: PathBuf,
}

impl TranscriptFolder {
    /// The folder there. It is made when something is saved.
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into() }
    }

    /// Writes a session's three files, each replaced in one step, and notes it in the project's index. What an earlier
    /// JSON file holds that this version does not know is kept.
    pub fn save(&self, transcript: &Transcript) -> Result<SavedTranscript, TranscriptError> {
        let project = self.base.join(folder_name(transcript.project_name()));
        let name = |format: TranscriptFormat| format!("session-{}.{}", transcript.session, format.extension());
        let day = PathBuf::from(date(transcript.started_at));
        let path = |format| project.join(&day).join(name(format));
        let saved = SavedTranscript {
            json: path(TranscriptFormat::Json),
            markdown: path(TranscriptFormat::Markdown),
            org: path(TranscriptFormat::Org),
        };
        let mut document = json::document(transcript);
        if let Some(earlier) = earlier(&saved.json) {
            json::keep_unknown(&mut document, &earlier);
        }
        write(&saved.json, &json::text(&document))?;
        write(&saved.markdown, &transcript.to_text(TranscriptFormat::Markdown))?;
        write(&saved.org, &transcript.to_text(TranscriptFormat::Org))?;

        let entry = IndexEntry::of(transcript, day.join(name(TranscriptFormat::Json)));
        let file = project.join(index::FILE);
        PrivateFile::new(&file)
            .change(|bytes| {
                let mut index = Index::read(&project, bytes);
                index.put(entry);
                Ok(serde_json::to_vec_pretty(&index)?)
            })
            .map_err(|reason| TranscriptError { file, reason })?;
        Ok(saved)
    }

    /// All saved transcripts, or those of the project with this whole path; the one that started last first.
    pub fn list(&self, project: Option<&str>) -> Result<Vec<IndexEntry>, TranscriptError> {
        let mut entries = Vec::new();
        for folder in index::below(&self.base).filter(|path| path.is_dir()) {
            let file = folder.join(index::FILE);
            let bytes = PrivateFile::new(&file).read().map_err(|reason| TranscriptError { file, reason })?;
            entries.extend(Index::read(&folder, bytes).sessions);
        }
        entries.retain(|entry| project.is_none_or(|project| entry.project_path == project));
        entries.sort_by(|one, other| other.started_at.cmp(&one.started_at));
        Ok(entries)
    }
}

/// The JSON file as it is. One that can't be read is replaced like one that is not there.
fn earlier(file: &Path) -> Option<Json> {
    let bytes = PrivateFile::new(file).read().ok()??;
    serde_json::from_slice(&bytes).ok()
}

fn write(file: &Path, text: &str) -> Result<(), TranscriptError> {
    let written = PrivateFile::new(file).write(text.as_bytes());
    written.map_err(|reason| TranscriptError { file: file.to_owned(), reason })
}

/// A project's name as a folder's.
fn folder_name(project: &str) -> String {
    project.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_s_name_has_letters_digits_and_hyphens() {
        let names = ["demo", "my app (2).git", "Größe_形", "..", "a\\b"].map(folder_name);
        assert_eq!(names, ["demo", "my-app--2--git", "Größe_形", "--", "a-b"]);
    }
}
