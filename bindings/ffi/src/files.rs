//! Files: what is in a folder, what a file holds, arranging them, following what changes.

use std::sync::Arc;

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// One thing in a folder.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DirectoryEntry {
    /// Its name.
    pub name: String,
    /// Where it is, absolute.
    pub path: String,
    /// Whether it is a folder, or a link to one.
    pub is_directory: bool,
    /// Whether it is a link.
    pub is_link: bool,
    /// In bytes, of a file.
    pub size: Option<u64>,
    /// When it was changed last, in milliseconds since 1970.
    pub modified_ms: Option<i64>,
}

/// What a file holds, as far as it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileText {
    /// Where it is, absolute.
    pub path: String,
    /// Its text, or the beginning of it.
    pub text: String,
    /// Of the whole file, in bytes.
    pub size: u64,
    /// What it is.
    pub kind: FileKind,
    /// Names this state; empty where it can't be written as text.
    pub stamp: String,
    /// Whether only the beginning is here.
    pub truncated: bool,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum FileKind {
    Text,
    Binary,
    TooLarge,
    Image,
}

/// What may have changed in a folder.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WorkspaceChanges {
    /// Relative, empty for the folder itself.
    pub folders: Vec<String>,
    /// Anything may have changed.
    pub rescan: bool,
    /// Whether what git says may be another now.
    pub git: bool,
    /// One sentence for the user: changes are seen late here, and how to mend that. Told once.
    pub notice: Option<String>,
}

/// Follows what changes in a folder. Freeing it ends it.
#[derive(uniffi::Object)]
pub struct WorkspaceStream {
    reader: facade::WorkspaceStream,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

#[uniffi::export]
impl WorkspaceStream {
    /// Waits for changes and returns all there have been since the last call; none: closed, here or with the workbench.
    /// One caller at a time.
    pub async fn next_batch(&self) -> Result<Option<WorkspaceChanges>, CoreError> {
        Ok(self.reader.next_batch().await.map(Into::into))
    }

    /// Ends the stream. May be called at any time, on any thread, more than once.
    pub fn close(&self) {
        self.reader.close();
    }
}

#[uniffi::export]
impl Workbench {
    /// What is in a folder, by name.
    pub async fn list_directory(&self, path: String) -> Result<Vec<DirectoryEntry>, CoreError> {
        Ok(self.facade.list_directory(Some(path)).await?.entries.into_iter().map(Into::into).collect())
    }

    /// Makes a folder, and those that it lies in.
    pub async fn create_directory(&self, path: String) -> Result<(), CoreError> {
        self.facade.create_directory(&path).await?;
        Ok(())
    }

    /// Reads a file to show it.
    pub async fn read_file(&self, path: String) -> Result<FileText, CoreError> {
        Ok(self.facade.read_file(&path).await?.into())
    }

    /// Puts text into a file that is in the state of this stamp; none makes one that must not be there. Answers its new
    /// stamp.
    pub async fn write_file(&self, path: String, text: String, stamp: Option<String>) -> Result<String, CoreError> {
        Ok(self.facade.write_file(&path, text, stamp).await?)
    }

    /// Gives a file or folder another name in the same folder.
    pub async fn rename_file(&self, path: String, new_name: String) -> Result<(), CoreError> {
        self.facade.rename_file(&path, &new_name).await?;
        Ok(())
    }

    /// Moves a file or folder to a path at which nothing is.
    pub async fn move_file(&self, from: String, to: String) -> Result<(), CoreError> {
        self.facade.move_file(&from, &to).await?;
        Ok(())
    }

    /// Copies a file or folder to a path at which nothing is.
    pub async fn copy_file(&self, from: String, to: String) -> Result<(), CoreError> {
        self.facade.copy_file(&from, &to).await?;
        Ok(())
    }

    /// Puts a file or folder into the Trash.
    pub async fn trash_file(&self, path: String) -> Result<(), CoreError> {
        Ok(self.facade.trash_file(&path).await?)
    }

    /// A stream of what changes in a folder from now on.
    pub async fn follow_workspace(&self, directory: String) -> Result<WorkspaceStream, CoreError> {
        let reader = self.facade.follow_workspace(&directory).await?;
        Ok(WorkspaceStream { reader, _alive: Arc::clone(&self.streams) })
    }
}

impl From<facade::DirectoryEntry> for DirectoryEntry {
    fn from(entry: facade::DirectoryEntry) -> Self {
        Self {
            name: entry.name,
            path: entry.path,
            is_directory: entry.is_directory,
            is_link: entry.is_symbolic_link,
            size: entry.size,
            modified_ms: entry.modified_time,
        }
    }
}

impl From<facade::WorkspaceChanges> for WorkspaceChanges {
    fn from(changes: facade::WorkspaceChanges) -> Self {
        Self { folders: changes.folders, rescan: changes.rescan, git: changes.git, notice: changes.notice }
    }
}

impl From<facade::FileText> for FileText {
    fn from(file: facade::FileText) -> Self {
        Self {
            path: file.path,
            text: file.text,
            size: file.size,
            kind: match file.kind {
                facade::FileKind::Text => FileKind::Text,
                facade::FileKind::Binary => FileKind::Binary,
                facade::FileKind::TooLarge => FileKind::TooLarge,
                facade::FileKind::Image => FileKind::Image,
            },
            stamp: file.stamp,
            truncated: file.truncated,
        }
    }
}
