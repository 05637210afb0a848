//! The operations on files as the runtime contract has them: shapes, messages, statuses.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::PathBuf,
};

use atelier_protocol::Json;
use atelier_workbench::{FileKind, Workbench, WorkbenchError};
use atelier_workspace::Stamp;
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

#[tokio::test]
async fn a_file_is_read_as_what_it_is() {
    let place = Place::working().await;
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("hé\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let long = "line é\n".repeat(700_000);
    for (name, bytes, kind, text, encoding) in [
        ("plain", &b"one\ntwo\n"[..], FileKind::Text, "one\ntwo\n", "utf-8"),
        ("crlf", b"one\r\ntwo\r\n", FileKind::Text, "one\ntwo\n", "utf-8"),
        ("marked", b"\xEF\xBB\xBFone", FileKind::Text, "one", "utf-8-bom"),
        ("wide", &utf16, FileKind::Text, "hé\n", "utf-16le"),
        ("latin", b"caf\xe9", FileKind::Text, "caf\u{fffd}", "unknown"),
        ("empty", b"", FileKind::Text, "", "utf-8"),
        ("image", b"\x89PNG\r\n\x1a\n\0", FileKind::Image, "", "unknown"),
        ("binary", b"a\0b", FileKind::Binary, "", "unknown"),
        (".env", b"KEY=1", FileKind::Text, "KEY=1", "utf-8"),
        ("long", long.as_bytes(), FileKind::TooLarge, "", "utf-8"),
    ] {
        fs::write(place.home.path().join("project").join(name), bytes).unwrap();
        let file = place.workbench.read_file(name).await.unwrap();
        assert_eq!((file.kind, file.encoding, file.size), (kind, encoding, bytes.len() as u64), "{name}");
        assert_eq!(file.path, place.at(&format!("project/{name}")));
        let is_whole = kind == FileKind::Text && encoding != "unknown";
        assert_eq!((file.stamp.is_empty(), file.truncated), (!is_whole, kind == FileKind::TooLarge), "{name}");
        if kind == FileKind::TooLarge {
            assert!(long.starts_with(&file.text) && file.text.len() > 200_000 && file.text.len() < 300_000);
        } else {
            assert_eq!(file.text, text, "{name}");
        }
    }
    let json = serde_json::to_value(place.workbench.read_file("binary").await.unwrap()).unwrap();
    let path = place.at("project/binary");
    assert_eq!(
        json,
        json!({"path": path, "text": "", "size": 3, "kind": "binary", "encoding": "unknown", "stamp": "", "truncated": false})
    );
}

#[tokio::test]
async fn what_is_written_is_written_as_the_file_was_and_only_over_what_was_seen() {
    let place = Place::working().await;
    let project = place.home.path().join("project");
    let utf16: Vec<u8> = [0xFE, 0xFF].into_iter().chain("a\r\n".encode_utf16().flat_map(u16::to_be_bytes)).collect();
    fs::write(project.join("wide"), utf16).unwrap();
    symlink("wide", project.join("link")).unwrap();
    let seen = place.workbench.read_file("link").await.unwrap();
    let stamp = place.workbench.write_file("link", "b\nc\r\n".into(), Some(seen.stamp.clone())).await.unwrap();
    let expected: Vec<u8> =
        [0xFE, 0xFF].into_iter().chain("b\r\nc\r\n".encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(fs::read(project.join("wide")).unwrap(), expected);
    assert!(project.join("link").is_symlink(), "a link stays one");
    assert_eq!(place.workbench.read_file("wide").await.unwrap().stamp, stamp);

    let refused = async |path: &str, stamp: Option<&str>| {
        let error = place.workbench.write_file(path, "new".into(), stamp.map(str::to_owned)).await.unwrap_err();
        (error.status(), error.message)
    };
    let (status, message) = refused("wide", Some(&seen.stamp)).await;
    assert!(status == 409 && message.contains("changed by someone else"), "{status} {message}");
    assert_eq!(refused("wide", None).await.0, 409);
    assert_eq!(refused("missing", Some(&stamp)).await.0, 409);
    assert_eq!(refused("wide", Some("nonsense")).await.0, 400);
    assert_eq!(refused("missing/new", None).await.0, 404);
    fs::write(project.join("latin"), b"caf\xe9").unwrap();
    let (status, message) = refused("latin", Some(&Stamp::of(b"caf\xe9").to_string())).await;
    assert!(status == 400 && message.contains("neither UTF-8 nor UTF-16"), "{message}");
    assert_eq!(fs::read(project.join("wide")).unwrap(), expected);

    let created = place.workbench.create_file("src/new.rs").await.unwrap();
    assert_eq!(place.workbench.create_file("src/new.rs").await.unwrap_err().status(), 409);
    place.workbench.write_file("src/new.rs", "fn".into(), Some(created)).await.unwrap();
    assert_eq!(fs::read(project.join("src/new.rs")).unwrap(), b"fn");
}

#[tokio::test]
async fn files_are_renamed_moved_copied_and_trashed_by_their_paths() {
    let place = Place::working().await;
    let workbench = &place.workbench;
    let project = place.home.path().join("project");
    assert_eq!(workbench.rename_file("a.txt", "b.txt").await.unwrap(), place.at("project/b.txt"));
    assert_eq!(workbench.move_file("b.txt", "src/c.txt").await.unwrap(), place.at("project/src/c.txt"));
    assert_eq!(workbench.copy_file("src", "copy").await.unwrap(), place.at("project/copy"));
    assert_eq!(fs::read(project.join("copy/c.txt")).unwrap(), b"four");
    for (name, status) in [("src", 409), ("../x", 400), ("a/b", 400), ("", 400), ("..", 400), (".", 400)] {
        let error = workbench.rename_file("copy", name).await.unwrap_err();
        assert_eq!(error.status(), status, "{name}: {error}");
    }
    assert_eq!(workbench.move_file("src", "copy").await.unwrap_err().status(), 409);
    assert_eq!(workbench.copy_file("src", "copy").await.unwrap_err().status(), 409);
    assert_eq!(workbench.move_file("src", "src/inner").await.unwrap_err().status(), 400);
    if cfg!(target_os = "linux") {
        symlink("../secret", project.join("away")).unwrap();
        for name in ["src", "away"] {
            workbench.trash_file(name).await.unwrap();
        }
        let trash = place.home.path().join(".local/share/Trash");
        assert_eq!(fs::read(trash.join("files/src/c.txt")).unwrap(), b"four");
        assert!(trash.join("files/away").is_symlink() && trash.join("info/away.trashinfo").is_file());
        assert!(place.home.path().join("secret").is_dir(), "what a link leads to is not touched");
    }
}

#[tokio::test]
async fn no_operation_reaches_what_is_not_approved() {
    let place = Place::working().await;
    let workbench = &place.workbench;
    fs::write(place.home.path().join("secret/key"), "key").unwrap();
    symlink("../secret", place.home.path().join("project/away")).unwrap();
    symlink("../secret/key", place.home.path().join("project/key")).unwrap();
    let key = place.at("secret/key");
    for path in ["../secret/key", "~/secret/key", "away/key", &key] {
        let denied = |result: Result<String, WorkbenchError>| {
            let error = result.unwrap_err();
            assert_eq!((error.status(), error.message.as_str()), (403, "Access to directory denied"), "{path}");
        };
        denied(workbench.read_file(path).await.map(|file| file.text));
        denied(workbench.write_file(path, "x".into(), None).await);
        denied(workbench.create_file(path).await);
        denied(workbench.rename_file(path, "x").await);
        denied(workbench.move_file(path, "x").await);
        denied(workbench.move_file("a.txt", path).await);
        denied(workbench.copy_file(path, "x").await);
        denied(workbench.copy_file("a.txt", path).await);
        denied(workbench.trash_file(path).await.map(|()| String::new()));
    }
    for root in [".", &place.at("project"), "src/.."] {
        assert_eq!(workbench.trash_file(root).await.unwrap_err().status(), 403, "a root stays: {root}");
    }
    for (link, status) in [("key", 403), ("missing", 404), ("src", 400), ("", 400)] {
        assert_eq!(workbench.read_file(link).await.unwrap_err().status(), status, "{link}");
    }
    assert_eq!(fs::read(place.home.path().join("secret/key")).unwrap(), b"key");
    assert!(!place.home.path().join("project/x").exists());
    // The link itself is in the project.
    workbench.rename_file("key", "link").await.unwrap();
    assert!(place.home.path().join("project/link").is_symlink());
}

#[tokio::test]
async fn a_name_of_any_bytes_has_an_address_that_every_operation_understands() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::working().await;
    let (workbench, project) = (&place.workbench, place.home.path().join("project"));
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    if fs::write(project.join(odd), "one").is_err() {
        // The file systems of Macs have no such names.
        return;
    }
    fs::write(project.join("\"quoted\""), "two").unwrap();
    let entries = workbench.list_directory(None).await.unwrap().entries;
    let entry = |name: &str| entries.iter().find(|entry| entry.name == name).unwrap().path.clone();
    let address = entry("caf\u{fffd}.txt");
    assert!(address.starts_with('"') && address.ends_with(r#"/caf\351.txt""#), "{address}");
    assert_eq!(workbench.read_file(&address).await.unwrap().path, address);
    assert_eq!(workbench.read_file(r#""caf\351.txt""#).await.unwrap().text, "one", "from the workspace");
    assert_eq!(workbench.read_file(&entry("\"quoted\"")).await.unwrap().text, "two");
    let stamp = workbench.read_file(&address).await.unwrap().stamp;
    workbench.write_file(&address, "three".into(), Some(stamp)).await.unwrap();
    assert_eq!(fs::read(project.join(odd)).unwrap(), b"three");
    let copy = workbench.copy_file(&address, r#""src/\377""#).await.unwrap();
    assert_eq!(workbench.read_file(&copy).await.unwrap().text, "three");
    assert_eq!(workbench.move_file(&copy, "src/plain").await.unwrap(), place.at("project/src/plain"));
    let renamed = workbench.rename_file(&address, "cafe.txt").await.unwrap();
    assert_eq!(renamed, place.at("project/cafe.txt"));
    if cfg!(target_os = "linux") {
        fs::write(project.join(odd), "four").unwrap();
        workbench.trash_file(&address).await.unwrap();
        assert_eq!(fs::read(place.home.path().join(".local/share/Trash/files").join(odd)).unwrap(), b"four");
    }
    for outside in [r#""../secret/\377""#, r#""/etc/passwd""#, r#""\057etc\057passwd""#] {
        assert_eq!(workbench.read_file(outside).await.unwrap_err().status(), 403, "{outside}");
    }
    assert!(workbench.read_file("\"a\\000b\"").await.is_err());
}
