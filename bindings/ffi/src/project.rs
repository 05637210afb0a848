//! Projects, as Swift sees them.

use atelier_protocol as protocol;

use crate::{CoreError, Workbench};

/// A project as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Project {
    /// `proj-` and a UUID version 7, or the id that the first save gave it.
    pub id: String,
    /// 1 to 200 characters.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// What kind of project it is, in its maker's words.
    pub project_type: String,
    /// The JSON text of an array.
    pub active_agents: String,
    /// The code being looked at.
    pub current_code: Option<String>,
    /// `PRIVATE`.
    pub visibility: String,
    /// `local-user`.
    pub user_id: String,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When it or its files were changed last; milliseconds since the Unix epoch.
    pub updated_at_ms: i64,
}

/// A project with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProjectWithMessages {
    /// The project itself.
    pub project: Project,
    /// In the order in which they were saved.
    pub messages: Vec<ProjectMessage>,
    /// Ordered by path.
    pub files: Vec<ProjectFile>,
}

/// Who speaks in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum MessageRole {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// What the model was told beforehand.
    System,
}

/// A message of a project.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProjectMessage {
    /// Unique among the messages of all projects.
    pub id: String,
    /// Who speaks.
    pub role: MessageRole,
    /// What is said.
    pub content: String,
    /// When it was saved; milliseconds since the Unix epoch.
    pub created_at_ms: i64,
}

/// A file of a project.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProjectFile {
    /// Relative, with `/`.
    pub path: String,
    /// Its text.
    pub content: String,
    /// As editors name it, `plaintext` where it is not known.
    pub language: String,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When it was changed last; milliseconds since the Unix epoch.
    pub updated_at_ms: i64,
}

/// A project to be made.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CreateProjectRequest {
    /// 1 to 200 characters after trimming.
    pub name: String,
    /// What kind of project it is.
    pub project_type: String,
    /// What it is about.
    pub description: Option<String>,
}

/// A project as it shall be from now on, with all its messages and files.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SaveProjectRequest {
    /// Which one; an unknown id makes one with it, none makes one with a new id.
    pub project_id: Option<String>,
    /// 1 to 200 characters after trimming.
    pub name: String,
    /// What kind of project it is.
    pub project_type: String,
    /// The JSON text of an array.
    pub active_agents: String,
    /// None leaves it as it is.
    pub description: Option<String>,
    /// None leaves it as it is.
    pub current_code: Option<String>,
    /// All messages, in order.
    pub messages: Vec<MessageToSave>,
    /// All files.
    pub files: Vec<FileToSave>,
}

/// A message in a save.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MessageToSave {
    /// None or empty: it gets a new one.
    pub id: Option<String>,
    /// Who speaks.
    pub role: MessageRole,
    /// At most 10 MiB.
    pub content: String,
}

/// A file in a save.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileToSave {
    /// Relative, its parts separated by `/`, none of them empty, `.` or `..`.
    pub path: String,
    /// At most 10 MiB.
    pub content: String,
    /// Empty: derived from the path's extension.
    pub language: String,
}

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileUpdate {
    /// As in [`FileToSave`].
    pub path: String,
    /// The new content; None leaves it as it is and is refused for a new file.
    pub content: Option<String>,
    /// The new language, empty to derive it; None leaves it as it is.
    pub language: Option<String>,
    /// Removes the file; one that is not there is no error.
    pub deleted: bool,
}

#[uniffi::export]
impl Workbench {
    /// A new project without messages and files.
    pub async fn create_project(&self, request: CreateProjectRequest) -> Result<Project, CoreError> {
        Ok(self.facade.create_project(request.into()).await?.into())
    }

    /// A project with its messages and files.
    pub async fn load_project(&self, project_id: String) -> Result<ProjectWithMessages, CoreError> {
        Ok(self.facade.load_project(project_id).await?.into())
    }

    /// Makes a project what the request says, all or nothing, and returns its id once it is durable.
    pub async fn save_project(&self, request: SaveProjectRequest) -> Result<String, CoreError> {
        Ok(self.facade.save_project(request.into()).await?)
    }

    /// The projects of a user, or all: the one that changed last first, without messages and files.
    pub async fn list_projects(&self, user_id: Option<String>) -> Result<Vec<Project>, CoreError> {
        Ok(self.facade.list_projects(user_id).await?.into_iter().map(Into::into).collect())
    }

    /// Removes a project with its messages and files.
    pub async fn delete_project(&self, project_id: String) -> Result<(), CoreError> {
        Ok(self.facade.delete_project(project_id).await?)
    }

    /// Adds, changes and removes files of a project, all of them or none; the others stay as they are.
    pub async fn update_project_files(&self, project_id: String, files: Vec<FileUpdate>) -> Result<(), CoreError> {
        Ok(self.facade.update_project_files(project_id, files.into_iter().map(Into::into).collect()).await?)
    }
}

impl From<protocol::Project> for Project {
    fn from(project: protocol::Project) -> Self {
        Self {
            id: project.id,
            name: project.name,
            description: project.description,
            project_type: project.project_type,
            active_agents: project.active_agents,
            current_code: project.current_code,
            visibility: project.visibility,
            user_id: project.user_id,
            created_at_ms: project.created_at.as_millis(),
            updated_at_ms: project.updated_at.as_millis(),
        }
    }
}

impl From<protocol::ProjectWithMessages> for ProjectWithMessages {
    fn from(loaded: protocol::ProjectWithMessages) -> Self {
        Self {
            project: loaded.project.into(),
            messages: loaded.messages.into_iter().map(Into::into).collect(),
            files: loaded.files.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<protocol::MessageRole> for MessageRole {
    fn from(role: protocol::MessageRole) -> Self {
        match role {
            protocol::MessageRole::User => Self::User,
            protocol::MessageRole::Assistant => Self::Assistant,
            protocol::MessageRole::System => Self::System,
        }
    }
}

impl From<MessageRole> for protocol::MessageRole {
    fn from(role: MessageRole) -> Self {
        match role {
            MessageRole::User => Self::User,
            MessageRole::Assistant => Self::Assistant,
            MessageRole::System => Self::System,
        }
    }
}

impl From<protocol::ProjectMessage> for ProjectMessage {
    fn from(message: protocol::ProjectMessage) -> Self {
        Self {
            id: message.id,
            role: message.role.into(),
            content: message.content,
            created_at_ms: message.created_at.as_millis(),
        }
    }
}

impl From<protocol::ProjectFile> for ProjectFile {
    fn from(file: protocol::ProjectFile) -> Self {
        Self {
            path: file.path,
            content: file.content,
            language: file.language,
            created_at_ms: file.created_at.as_millis(),
            updated_at_ms: file.updated_at.as_millis(),
        }
    }
}

impl From<CreateProjectRequest> for protocol::CreateProjectRequest {
    fn from(request: CreateProjectRequest) -> Self {
        Self { name: request.name, project_type: request.project_type, description: request.description }
    }
}

impl From<SaveProjectRequest> for protocol::SaveProjectRequest {
    fn from(request: SaveProjectRequest) -> Self {
        Self {
            project_id: request.project_id,
            name: request.name,
            project_type: request.project_type,
            active_agents: request.active_agents,
            description: request.description,
            current_code: request.current_code,
            messages: request.messages.into_iter().map(Into::into).collect(),
            files: request.files.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<MessageToSave> for protocol::MessageToSave {
    fn from(message: MessageToSave) -> Self {
        Self { id: message.id, role: message.role.into(), content: message.content }
    }
}

impl From<FileToSave> for protocol::FileToSave {
    fn from(file: FileToSave) -> Self {
        Self { path: file.path, content: file.content, language: file.language }
    }
}

impl From<FileUpdate> for protocol::FileUpdate {
    fn from(update: FileUpdate) -> Self {
        Self { path: update.path, content: update.content, language: update.language, deleted: update.deleted }
    }
}

#[cfg(test)]
mod tests;
