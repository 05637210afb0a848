//! Projects through the façade: what an outer layer is told, and that they outlive the workbench.

use crate::support::Home;
use atelier_protocol::{CreateProjectRequest, FileToSave, FileUpdate, SaveProjectRequest};
use atelier_workbench::ErrorKind;

fn request(id: Option<&str>, path: &str) -> SaveProjectRequest {
    SaveProjectRequest {
        project_id: id.map(str::to_owned),
        name: "Tea timer".to_owned(),
        project_type: "web".to_owned(),
        active_agents: "[]".to_owned(),
        files: vec![FileToSave { path: path.to_owned(), content: "one".to_owned(), language: String::new() }],
        ..SaveProjectRequest::default()
    }
}

#[tokio::test]
async fn a_project_is_made_saved_listed_changed_and_deleted_and_outlives_the_workbench() {
    let home = Home::without_key();
    let workbench = home.open();
    let request_to_create = CreateProjectRequest { name: "Notes".to_owned(), ..CreateProjectRequest::default() };
    let notes = workbench.create_project(request_to_create).await.unwrap();
    let id = workbench.save_project(request(None, "src/tea.swift")).await.unwrap();
    let update =
        FileUpdate { path: "src/tea.swift".to_owned(), content: Some("two".to_owned()), ..FileUpdate::default() };
    workbench.update_project_files(id.clone(), vec![update]).await.unwrap();
    workbench.close().await;

    let workbench = home.open();
    let listed = workbench.list_projects(None).await.unwrap();
    assert_eq!(listed.iter().map(|project| &project.id).collect::<Vec<_>>(), [&id, &notes.id]);
    let loaded = workbench.load_project(id.clone()).await.unwrap();
    assert_eq!(loaded.project, listed[0]);
    assert_eq!((loaded.files[0].content.as_str(), loaded.files[0].language.as_str()), ("two", "swift"));
    workbench.delete_project(id).await.unwrap();
    assert_eq!(workbench.list_projects(Some(notes.user_id.clone())).await.unwrap(), [notes]);
    workbench.close().await;
}

#[tokio::test]
async fn each_error_has_its_kind_and_the_text_that_other_programs_know() {
    let home = Home::without_key();
    let workbench = home.open();
    let missing = workbench.load_project("proj-none".to_owned()).await.unwrap_err();
    assert_eq!((missing.kind, missing.message.as_str()), (ErrorKind::ProjectNotFound, "Project not found: proj-none"));
    assert_eq!(workbench.delete_project("proj-none".to_owned()).await.unwrap_err(), missing);
    let nameless = workbench.create_project(CreateProjectRequest::default()).await.unwrap_err();
    let text = "Configuration error: project name is required";
    assert_eq!((nameless.kind, nameless.message.as_str()), (ErrorKind::InvalidRequest, text));
    let outside = workbench.save_project(request(None, "../tea")).await.unwrap_err();
    assert_eq!(outside.kind, ErrorKind::InvalidRequest);
    let mut twice = request(None, "tea");
    twice.files.push(twice.files[0].clone());
    let twice = workbench.save_project(twice).await.unwrap_err();
    assert_eq!(twice.kind, ErrorKind::Storage);
    assert!(twice.message.starts_with("Database error: query failed: "), "{}", twice.message);
    workbench.close().await;
    let closed = workbench.list_projects(None).await.unwrap_err();
    assert_eq!(closed.kind, ErrorKind::Closed);
}
