//! The operations on files as the runtime contract has them: shapes, messages, statuses.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::PathBuf,
};

use atelier_protocol::Json;
use atelier_workbench::{Workbench, WorkbenchError};
use serde::Serialize;
use serde_json::json;

use crate::support::Home;

/// A workbench in whose home there is a project that is worked in, and folders that are not approved.
struct Place {
    home: Home,
    workbench: Workbench,
}

fn place() -> Place {
    let home = Home::without_key();
    for folder in ["project/src", "secret", "project2"] {
        fs::create_dir_all(home.path().join(folder)).unwrap();
    }
    fs::write(home.path().join("project/a.txt"), "four").unwrap();
    let workbench = home.open();
    Place { home, workbench }
}

impl Place {
    async fn working() -> Self {
        let place = place();
        place.workbench.set_workspace_directory(&place.at("project")).await.unwrap();
        place
    }

    fn at(&self, path: &str) -> String {
        let base: PathBuf = self.home.path().canonicalize().unwrap();
        base.join(path).to_str().unwrap().to_owned()
    }

    async fn list(&self, path: Option<&str>) -> Result<Json, (u16, String)> {
        told(self.workbench.list_directory(path.map(str::to_owned)).await)
    }

    async fn create(&self, path: &str) -> Result<Json, (u16, String)> {
        told(self.workbench.create_directory(path).await)
    }
}

/// As it goes over the wire.
fn told<T: Serialize>(result: Result<T, WorkbenchError>) -> Result<Json, (u16, String)> {
    result.map(|value| serde_json::to_value(value).unwrap()).map_err(|error| (error.status(), error.message))
}

fn denied() -> Result<Json, (u16, String)> {
    Err((403, "Access to directory denied".to_owned()))
}

#[tokio::test]
async fn a_directory_is_listed_in_the_contracts_shape() {
    let place = Place::working().await;
    symlink("nowhere", place.home.path().join("project/dangling")).unwrap();
    let mut listing = place.list(None).await.unwrap();
    for entry in listing["entries"].as_array_mut().unwrap() {
        if let Some(time) = entry.get_mut("modifiedTime") {
            assert!(time.as_i64().unwrap() > 1_700_000_000_000);
            *time = json!(0);
        }
    }
    let path = place.at("project");
    let expected = json!({"directory": path, "path": path, "entries": [
        {"name": "a.txt", "path": format!("{path}/a.txt"), "isDirectory": false, "isFile": true, "isSymbolicLink": false, "size": 4, "modifiedTime": 0},
        {"name": "dangling", "path": format!("{path}/dangling"), "isDirectory": false, "isFile": false, "isSymbolicLink": true},
        {"name": "src", "path": format!("{path}/src"), "isDirectory": true, "isFile": false, "isSymbolicLink": false, "modifiedTime": 0},
    ]});
    assert_eq!(listing.to_string(), expected.to_string(), "names, order and what is left out");
    assert_eq!(place.list(Some(" src/ ")).await.unwrap()["directory"], json!(place.at("project/src")));
}

#[tokio::test]
async fn what_can_not_be_listed_is_refused_in_the_contracts_words() {
    let place = Place::working().await;
    let closed = place.home.path().join("project/closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_err() {
        assert_eq!(place.list(Some("closed")).await, denied());
    }
    for outside in ["..", "~/secret", "/", "../missing", &place.at("project2")] {
        assert_eq!(place.list(Some(outside)).await, denied(), "{outside}");
    }
    assert_eq!(place.list(Some("missing")).await, Err((404, "Directory not found".to_owned())));
    assert_eq!(place.list(Some("a.txt")).await, Err((400, "Specified path is not a directory".to_owned())));
}

#[tokio::test]
async fn a_directory_is_created_with_its_parents() {
    let place = Place::working().await;
    for (named, path) in [
        ("new/deep", "project/new/deep"),
        ("new/deep", "project/new/deep"),
        (" a..b ", "project/a..b"),
        ("gone/../other", "project/other"),
    ] {
        let path = place.at(path);
        assert_eq!(place.create(named).await, Ok(json!({"success": true, "path": path})), "{named}");
        assert!(fs::metadata(path).unwrap().is_dir());
    }
    symlink("nowhere", place.home.path().join("project/dangling")).unwrap();
    symlink("../secret", place.home.path().join("project/away")).unwrap();
    let blocked = Err((400, "Parent path must be a directory".to_owned()));
    for named in ["a.txt", "a.txt/deep", "dangling", "dangling/deep"] {
        assert_eq!(place.create(named).await, blocked, "{named}");
    }
    for named in ["", "  "] {
        assert_eq!(place.create(named).await, Err((400, "Path is required".to_owned())));
    }
    let traversal = Err((400, "Invalid path: path traversal not allowed".to_owned()));
    for named in ["..", "../x", "a/../../x"] {
        assert_eq!(place.create(named).await, traversal, "{named}");
    }
    for named in ["~/secret/x", "away/x", "/x", &place.at("project2/x"), &place.at("project/../secret/x")] {
        assert_eq!(place.create(named).await, denied(), "{named}");
    }
    assert_eq!(fs::read_dir(place.home.path().join("secret")).unwrap().count(), 0);
    assert!(!place.home.path().join("nowhere").exists());
}

#[tokio::test]
async fn the_home_directory_is_told_and_is_the_root_where_nothing_was_chosen() {
    let place = place();
    let home = place.at("");
    let home = home.trim_end_matches('/');
    let told_home = told(place.workbench.get_home_directory().await).unwrap();
    assert_eq!(told_home, json!({"home": place.home.path()}));
    assert_eq!(place.list(None).await.unwrap()["directory"], json!(home));
    assert!(place.list(Some("secret")).await.is_ok());
    assert_eq!(place.list(Some("/")).await, denied());
}
