//! Projects: a piece of work with its messages and files, and the requests that change it. In JSON as it crosses HTTP.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A project as a list shows it, without messages and files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// `proj-` and a UUID version 7, or the id that the first save gave it.
    pub id: String,
    /// 1 to 200 characters, without blanks around them.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What kind of project it is, in its maker's words.
    pub project_type: String,
    /// The JSON text of an array, such as `["ui-ux-designer"]`.
    pub active_agents: String,
    /// The code being looked at, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_code: Option<String>,
    /// `PRIVATE`.
    pub visibility: String,
    /// `local-user`.
    pub user_id: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it or its files were changed last; later than before after each change, even if the clock is not.
    pub updated_at: Timestamp,
}

/// A project with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectWithMessages {
    /// The project itself.
    #[serde(flatten)]
    pub project: Project,
    /// Its messages, in the order in which they were saved.
    pub messages: Vec<ProjectMessage>,
    /// Its files, ordered by path, byte by byte.
    pub files: Vec<ProjectFile>,
}

/// Who speaks in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageRole {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// What the model was told beforehand.
    System,
}

/// A message of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectMessage {
    /// Unique among the messages of all projects.
    pub id: String,
    /// Who speaks.
    pub role: MessageRole,
    /// What is said.
    pub content: String,
    /// When the save that brought it was made.
    pub created_at: Timestamp,
}

/// A file of a project. It lies in the database, not in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectFile {
    /// Relative, its parts separated by `/`; unique in its project.
    pub path: String,
    /// Its text.
    pub content: String,
    /// The language's name for an editor, `plaintext` where it is not known.
    pub language: String,
    /// When this path came into the project, or all files were replaced.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A project to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateProjectRequest {
    /// 1 to 200 characters after trimming.
    pub name: String,
    /// What kind of project it is.
    pub project_type: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A project as it shall be from now on, with all its messages and files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveProjectRequest {
    /// Which one; one that does not exist is made with this id, none makes one with a new id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// 1 to 200 characters after trimming.
    pub name: String,
    /// What kind of project it is.
    pub project_type: String,
    /// The JSON text of an array.
    pub active_agents: String,
    /// None leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// None leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_code: Option<String>,
    /// All messages, in order.
    pub messages: Vec<MessageToSave>,
    /// All files.
    pub files: Vec<FileToSave>,
}

/// A message in a save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageToSave {
    /// None or empty: it gets a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who speaks.
    pub role: MessageRole,
    /// At most 10 MiB.
    pub content: String,
}

/// A file in a save.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileToSave {
    /// Relative, its parts separated by `/`, none of them empty, `.` or `..`.
    pub path: String,
    /// At most 10 MiB.
    pub content: String,
    /// Empty: derived from the path's extension.
    #[serde(default)]
    pub language: String,
}

/// A change of one file, the others staying as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileUpdate {
    /// As in [`FileToSave`].
    pub path: String,
    /// The new content, at most 10 MiB; None leaves it as it is and is refused for a new file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The new language, empty to derive it; None leaves it as it is, and derives it for a new file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Removes the file; one that is not there is no error.
    #[serde(default)]
    pub deleted: bool,
}
