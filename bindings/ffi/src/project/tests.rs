//! Projects across the boundary: a real workbench on real files.

use std::{collections::HashMap, slice};

use tempfile::TempDir;

use super::*;
use crate::{EnvironmentValues, OpenOptions};

fn open() -> (TempDir, Workbench) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let variables = HashMap::from([
        ("ATELIER_DATA_DIR".to_owned(), path("data")),
        ("ATELIER_CONFIG_DIR".to_owned(), path("config")),
    ]);
    let environment = Some(EnvironmentValues { home: path(""), variables });
    let workbench = Workbench::open(OpenOptions { environment, ..OpenOptions::default() }).unwrap();
    (folder, workbench)
}

fn request(project_id: Option<&str>) -> SaveProjectRequest {
    let roles = [MessageRole::System, MessageRole::User, MessageRole::Assistant];
    let message = |role| MessageToSave { id: Some(format!("{role:?}")), role, content: format!("from the {role:?}") };
    SaveProjectRequest {
        project_id: project_id.map(str::to_owned),
        name: "Tea timer".to_owned(),
        project_type: "web".to_owned(),
        active_agents: r#"["ui-ux-designer"]"#.to_owned(),
        description: Some("Brews.".to_owned()),
        current_code: Some("let tea;".to_owned()),
        messages: roles.map(message).to_vec(),
        files: vec![
            FileToSave { path: "a.rs".to_owned(), content: "one".to_owned(), language: String::new() },
            FileToSave { path: "b".to_owned(), content: "two".to_owned(), language: "cobol".to_owned() },
        ],
    }
}

#[test]
fn every_field_of_a_project_crosses_both_ways() {
    let (_folder, workbench) = open();
    let request = request(None);
    let (id, loaded, listed) = workbench.facade.block_on(async {
        let id = workbench.save_project(request.clone()).await.unwrap();
        let update = FileUpdate {
            path: "b".to_owned(),
            content: Some("three".to_owned()),
            language: Some("lua".to_owned()),
            deleted: false,
        };
        let drop = FileUpdate { path: "a.rs".to_owned(), content: None, language: None, deleted: true };
        let before = workbench.load_project(id.clone()).await.unwrap();
        assert_eq!((before.files[0].language.as_str(), before.files[1].language.as_str()), ("rust", "cobol"));
        workbench.update_project_files(id.clone(), vec![update, drop]).await.unwrap();
        let loaded = workbench.load_project(id.clone()).await.unwrap();
        (id, loaded, workbench.list_projects(Some("local-user".to_owned())).await.unwrap())
    });
    let Project { created_at_ms, updated_at_ms, .. } = loaded.project;
    assert!(updated_at_ms > created_at_ms && created_at_ms > 1_700_000_000_000, "{created_at_ms} {updated_at_ms}");
    let project = Project {
        id,
        name: request.name,
        description: request.description,
        project_type: request.project_type,
        active_agents: request.active_agents,
        current_code: request.current_code,
        visibility: "PRIVATE".to_owned(),
        user_id: "local-user".to_owned(),
        created_at_ms,
        updated_at_ms,
    };
    assert_eq!(listed, slice::from_ref(&project));
    let message = |message: MessageToSave| ProjectMessage {
        id: message.id.unwrap(),
        role: message.role,
        content: message.content,
        created_at_ms,
    };
    let file = ProjectFile {
        path: "b".to_owned(),
        content: "three".to_owned(),
        language: "lua".to_owned(),
        created_at_ms,
        updated_at_ms,
    };
    let messages = request.messages.into_iter().map(message).collect();
    assert_eq!(loaded, ProjectWithMessages { project, messages, files: vec![file] });
}

#[test]
fn errors_arrive_as_cases_with_the_core_s_text() {
    let (_folder, workbench) = open();
    workbench.facade.block_on(async {
        let create = CreateProjectRequest { name: "x".to_owned(), project_type: String::new(), description: None };
        let id = workbench.create_project(create.clone()).await.unwrap().id;
        workbench.delete_project(id.clone()).await.unwrap();
        let missing = CoreError::ProjectNotFound { message: format!("Project not found: {id}") };
        assert_eq!(workbench.delete_project(id.clone()).await, Err(missing.clone()));
        assert_eq!(workbench.load_project(id.clone()).await, Err(missing.clone()));
        assert_eq!(workbench.update_project_files(id, Vec::new()).await, Err(missing));
        let nameless = workbench.create_project(CreateProjectRequest { name: " ".to_owned(), ..create }).await;
        let message = "Configuration error: project name is required".to_owned();
        assert_eq!(nameless, Err(CoreError::InvalidRequest { message }));
        workbench.close().await.unwrap();
        assert!(matches!(workbench.save_project(request(None)).await, Err(CoreError::Closed { .. })));
    });
}
