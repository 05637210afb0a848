//! Projects, as a user has them. What each may hold and which errors there are, `atelier-protocol` and the store say.

use atelier_protocol::{CreateProjectRequest, FileUpdate, Project, ProjectWithMessages, SaveProjectRequest};

use super::Workbench;
use crate::WorkbenchError;

impl Workbench {
    /// A new project without messages and files.
    pub async fn create_project(&self, request: CreateProjectRequest) -> Result<Project, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.create_project(request).await?) }).await
    }

    /// A project with its messages in order and its files by path, all of one moment.
    pub async fn load_project(&self, id: String) -> Result<ProjectWithMessages, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.load_project(&id).await?) }).await
    }

    /// Makes a project what the request says, all or nothing, and returns its id. When this returns, it is on the disk.
    pub async fn save_project(&self, request: SaveProjectRequest) -> Result<String, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.save_project(request).await?) }).await
    }

    /// The projects of a user (None: of all), the one that changed last first, without messages and files.
    pub async fn list_projects(&self, user_id: Option<String>) -> Result<Vec<Project>, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.list_projects(user_id.as_deref()).await?) }).await
    }

    /// Removes a project with its messages and files.
    pub async fn delete_project(&self, id: String) -> Result<(), WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.delete_project(&id).await?) }).await
    }

    /// Adds, changes and removes files of a project, all of them or none; the others stay as they are.
    pub async fn update_project_files(&self, id: String, files: Vec<FileUpdate>) -> Result<(), WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.update_project_files(&id, files).await?) }).await
    }
}
