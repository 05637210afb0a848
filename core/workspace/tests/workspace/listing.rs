//! A folder's entries of every kind.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    process::Command,
    time::{Duration, UNIX_EPOCH},
};

use atelier_workspace::{AccessError, Folder, Listed, RelativePath};

fn listed(folder: &Folder) -> Vec<Listed> {
    folder.list_followed(&RelativePath::root(), 100).unwrap()
}

#[test]
fn links_are_told_by_what_they_lead_to_and_everything_else_by_what_it_is() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("project");
    fs::create_dir_all(root.join("folder")).unwrap();
    fs::write(outer.path().join("outside"), "outside").unwrap();
    fs::write(root.join("file"), "four").unwrap();
    fs::File::open(root.join("file"))
        .unwrap()
        .set_modified(UNIX_EPOCH + Duration::from_millis(1_763_560_000_123))
        .unwrap();
    for (name, target) in [
        ("to-file", "file"),
        ("to-folder", "folder"),
        ("to-outside", "../outside"),
        ("to-nothing", "nowhere"),
        ("circle", "circle"),
        ("to-pipe", "pipe"),
    ] {
        symlink(target, root.join(name)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(root.join("pipe")).status().unwrap().success());
    let folder = Folder::open(&root).unwrap();
    let all = listed(&folder);
    let seen: Vec<_> = all
        .iter()
        .map(|entry| {
            (
                entry.name.to_str().unwrap(),
                entry.is_folder,
                entry.is_file,
                entry.is_link,
                entry.size,
                entry.modified.is_some(),
            )
        })
        .collect();
    let (yes, no) = (true, false);
    assert_eq!(
        seen,
        [
            ("circle", no, no, yes, None, no),
            ("file", no, yes, no, Some(4), yes),
            ("folder", yes, no, no, None, yes),
            ("pipe", no, no, no, None, yes),
            ("to-file", no, no, yes, Some(4), yes),
            ("to-folder", yes, no, yes, None, yes),
            ("to-nothing", no, no, yes, None, no),
            ("to-outside", no, no, yes, Some(7), yes),
            ("to-pipe", no, no, yes, None, yes),
        ]
    );
    for name in ["file", "to-file"] {
        let entry = all.iter().find(|entry| entry.name == name).unwrap();
        assert_eq!(entry.modified, Some(1_763_560_000_123));
    }
}

#[test]
fn names_of_any_bytes_are_listed_in_the_order_of_their_bytes() {
    let root = tempfile::tempdir().unwrap();
    let mut names: Vec<&[u8]> = vec![b".hidden", b"A", b"a", b"new\nline", "é".as_bytes(), b" space ", b"-dash"];
    if cfg!(target_os = "linux") {
        names.push(b"bad\xff");
    }
    for name in &names {
        fs::write(root.path().join(OsStr::from_bytes(name)), "").unwrap();
    }
    names.sort_unstable();
    let all = listed(&Folder::open(root.path()).unwrap());
    assert_eq!(all.iter().map(|entry| entry.name.as_bytes()).collect::<Vec<_>>(), names);
}

#[test]
fn a_folder_with_more_than_the_limit_is_an_error_that_says_so() {
    let root = tempfile::tempdir().unwrap();
    for number in 0..3 {
        fs::write(root.path().join(number.to_string()), "").unwrap();
    }
    let folder = Folder::open(root.path()).unwrap();
    assert!(folder.list_followed(&RelativePath::root(), 3).is_ok());
    let error = folder.list_followed(&RelativePath::root(), 2).unwrap_err();
    assert!(matches!(error, AccessError::TooMany { max: 2, .. }), "{error}");
}
