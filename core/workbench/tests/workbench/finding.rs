//! Finding as the app and the server do it: within the approved roots, with the contract's shapes and messages.

use std::fs;

use atelier_protocol::Json;
use atelier_workbench::{ChosenFile, ContentQuery, FilePreview, Workbench, WorkbenchError};
use serde::Serialize;

use crate::support::Home;

struct Place {
    home: Home,
    workbench: Workbench,
}

impl Place {
    async fn new() -> Self {
        let home = Home::without_key();
        for (path, text) in
            [("project/src/Main.rs", "one needle\n"), ("project/b.txt", "needle 2\n"), ("secret/key.txt", "needle\n")]
        {
            let path = home.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let workbench = home.open();
        let place = Self { home, workbench };
        place.workbench.set_workspace_directory(&place.at("project")).await.unwrap();
        place
    }

    fn at(&self, path: &str) -> String {
        self.home.path().canonicalize().unwrap().join(path).to_str().unwrap().to_owned()
    }

    async fn search(&self, directory: Option<&str>, query: &str) -> Result<Json, (u16, String)> {
        let found = self.workbench.search_files(directory.map(str::to_owned), Some(query.to_owned()), None);
        told(found.await)
    }
}

/// As it goes over the wire.
fn told<T: Serialize>(result: Result<T, WorkbenchError>) -> Result<Json, (u16, String)> {
    result.map(|value| serde_json::to_value(value).unwrap()).map_err(|error| (error.status(), error.message))
}

#[tokio::test]
async fn search_files_answers_as_the_contract_says() {
    let place = Place::new().await;
    let root = place.at("project");
    let hit = serde_json::json!({
        "name": "Main.rs", "path": format!("{root}/src/Main.rs"), "relativePath": "src/Main.rs", "extension": "rs"
    });
    let answer = serde_json::json!({"root": root, "count": 1, "files": [hit]});
    assert_eq!(place.search(None, " MAIN ").await, Ok(answer.clone()));
    assert_eq!(place.search(Some("  "), "main").await, Ok(answer));
    let refused = |status: u16, message: &str| Err((status, message.to_owned()));
    assert_eq!(place.search(Some("missing"), "").await, refused(404, "Directory not found"));
    assert_eq!(place.search(Some("b.txt"), "").await, refused(400, "Specified root is not a directory"));
    assert_eq!(place.search(Some(&place.at("secret")), "").await, refused(403, "Access to directory denied"));
    place.workbench.close().await;
}

#[tokio::test]
async fn finding_stays_within_the_approved_roots() {
    let place = Place::new().await;
    let (workbench, secret) = (&place.workbench, place.at("secret"));
    let query = || ContentQuery::new("needle");
    for directory in [secret.as_str(), "../secret", "/"] {
        let refused = [
            workbench.find_files(directory, "key", 10).await.err(),
            workbench.note_opened(directory, "key.txt").await.err(),
            workbench.search_content(directory, query()).await.err(),
            workbench.replace_preview(directory, query(), "x").await.err(),
            workbench.replace_apply(directory, query(), "x", Vec::new()).await.err(),
        ];
        for error in refused {
            assert_eq!(error.unwrap().status(), 403, "{directory}");
        }
    }
    assert!(workbench.note_opened("", "../secret/key.txt").await.is_err());
    place.workbench.close().await;
}

#[tokio::test]
async fn files_are_found_and_those_opened_come_first() {
    let place = Place::new().await;
    fs::write(place.home.path().join("project/a.txt"), "").unwrap();
    let first = async || {
        loop {
            let found = place.workbench.find_files("", "txt", 10).await.unwrap();
            if found.complete {
                return found.hits[0].relative_path.clone();
            }
        }
    };
    assert_eq!(first().await, "a.txt");
    place.workbench.note_opened("", &place.at("project/b.txt")).await.unwrap();
    assert_eq!(first().await, "b.txt");
    place.workbench.close().await;
}

#[tokio::test]
async fn what_is_chosen_is_replaced_and_what_has_changed_is_not() {
    let place = Place::new().await;
    let (workbench, query) = (&place.workbench, ContentQuery { regex: true, ..ContentQuery::new("need(le)") });
    let reader = workbench.replace_preview("", query.clone(), "bott$1").await.unwrap();
    let mut files = Vec::new();
    while let Some(batch) = reader.next_batch().await.unwrap() {
        for preview in batch {
            let FilePreview::Change(change) = preview else { panic!("{preview:?}") };
            assert!(change.lines[0].after.contains("bottle"), "{change:?}");
            files.push(ChosenFile { path: change.path, stamp: change.stamp });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(files.len(), 2);
    let outside = ChosenFile { path: "../secret/key.txt".to_owned(), stamp: files[0].stamp };
    files.push(outside);
    fs::write(place.home.path().join("project/b.txt"), "needle 3\n").unwrap();
    let done = workbench.replace_apply("", query, "bott$1", files).await.unwrap();
    assert!(
        done[0].error.as_ref().is_some_and(|error| error.contains("b.txt") && error.contains("changed")),
        "{done:?}"
    );
    assert_eq!((done[1].count, done[1].error.as_deref()), (1, None));
    assert!(done[2].error.is_some());
    let text = |path: &str| fs::read_to_string(place.home.path().join(path)).unwrap();
    assert_eq!((text("project/src/Main.rs"), text("project/b.txt")), ("one bottle\n".into(), "needle 3\n".into()));
    assert_eq!(text("secret/key.txt"), "needle\n");
    place.workbench.close().await;
}

#[tokio::test]
async fn source_code_is_coloured_by_the_name_of_its_file() {
    let place = Place::new().await;
    let lines = place.workbench.highlight("src/a.rs", "let é = 1; // x\n}".to_owned()).await.unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].spans[0].end, lines[0].spans[0].kind), (3, atelier_workbench::ColourKind::Keyword));
    place.workbench.close().await;
}

#[tokio::test]
async fn what_was_opened_comes_first_after_a_restart_too() {
    let place = Place::new().await;
    for name in ["a.txt", "c.txt"] {
        fs::write(place.home.path().join("project").join(name), "").unwrap();
    }
    place.workbench.note_opened("", "c.txt").await.unwrap();
    place.workbench.close().await;
    let workbench = place.home.open();
    let found = loop {
        let found = workbench.find_files("", "txt", 10).await.unwrap();
        if found.complete {
            break found;
        }
    };
    let names: Vec<_> = found.hits.iter().map(|hit| hit.relative_path.as_str()).collect();
    assert_eq!(names, ["c.txt", "a.txt", "b.txt"]);
    workbench.close().await;
}

#[tokio::test]
async fn a_directory_that_is_followed_is_found_as_it_is() {
    let place = Place::new().await;
    let project = place.home.path().canonicalize().unwrap().join("project");
    let stream = place.workbench.follow_workspace(project.to_str().unwrap()).await.unwrap();
    let wait_for = async |query: &str, wanted: &[&str]| {
        let asked = async {
            loop {
                let found = place.workbench.find_files("", query, 10).await.unwrap();
                let mut names: Vec<_> = found.hits.iter().map(|hit| hit.relative_path.clone()).collect();
                names.sort();
                if names == wanted {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(crate::support::PATIENCE, asked).await.unwrap();
    };
    wait_for("main", &["src/Main.rs"]).await;
    fs::create_dir_all(project.join("new/deep")).unwrap();
    fs::write(project.join("new/deep/main.c"), "").unwrap();
    wait_for("main", &["new/deep/main.c", "src/Main.rs"]).await;
    fs::rename(project.join("new"), project.join("old")).unwrap();
    fs::remove_file(project.join("src/Main.rs")).unwrap();
    wait_for("main", &["old/deep/main.c"]).await;
    drop(stream);
    place.workbench.close().await;
}

#[tokio::test]
async fn files_with_names_of_any_bytes_are_found_and_searched_by_their_addresses() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new().await;
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    if fs::write(place.home.path().join("project/src").join(name), "needle 3\n").is_err() {
        // The file systems of Macs have no such names.
        return;
    }
    let found = loop {
        let found = place.workbench.find_files("", "caf", 10).await.unwrap();
        if found.complete {
            break found;
        }
    };
    let address = r#""src/caf\351.txt""#;
    assert_eq!(found.hits[0].relative_path, address);
    assert_eq!(place.workbench.read_file(&found.hits[0].path).await.unwrap().text, "needle 3\n");
    let query = ContentQuery::new("needle 3");
    let reader = place.workbench.replace_preview("", query.clone(), "pin").await.unwrap();
    let FilePreview::Change(change) = reader.next_batch().await.unwrap().unwrap().remove(0) else { panic!() };
    assert_eq!(change.path, address);
    let chosen = vec![ChosenFile { path: change.path, stamp: change.stamp }];
    let done = place.workbench.replace_apply("", query, "pin", chosen).await.unwrap();
    assert_eq!((done[0].path.as_str(), done[0].count), (address, 1));
    assert_eq!(fs::read(place.home.path().join("project/src").join(name)).unwrap(), b"pin\n");
    place.workbench.close().await;
}
