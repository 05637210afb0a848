//! Moving, copying and putting into the Trash: what is there already stays, and nothing is lost on the way.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
    process::Command,
};

use atelier_workspace::{AccessError, CopyLimits, Folder, RelativePath};
use tempfile::TempDir;

const LIMITS: CopyLimits = CopyLimits { entries: 100, bytes: 1000 };

fn at(path: &str) -> RelativePath {
    RelativePath::new(Path::new(path)).unwrap()
}

fn shell(folder: &Path, script: &str) {
    let done = Command::new("/bin/sh").args(["-e", "-c", script]).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
}

fn project(script: &str) -> (TempDir, PathBuf, Folder) {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().canonicalize().unwrap().join("project");
    fs::create_dir(&root).unwrap();
    shell(&root, script);
    let folder = Folder::open(&root).unwrap();
    (scratch, root, folder)
}

/// Everything beneath a folder, with what it holds, as the shell sees it.
fn picture(folder: &Path) -> String {
    let script = "find . -mindepth 1 -printf '%P %y %m %l\\n' | sort; find . -type f -exec md5sum {} + | sort";
    let done = Command::new("/bin/sh").args(["-c", script]).current_dir(folder).output().unwrap();
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn files_links_and_folders_move_and_take_no_ones_place() {
    let (_scratch, root, folder) =
        project("mkdir -p a/deep b; echo 1 > a/file; echo 2 > b/other; ln -s ../a b/link; ln -s nowhere b/dangling");
    for (from, to) in [("a/file", "b/file"), ("b/link", "a/link"), ("b/dangling", "moved"), ("a/deep", "b/deep")] {
        folder.move_to(&at(from), &folder, &at(to)).unwrap();
        assert!(root.join(to).symlink_metadata().is_ok() && root.join(from).symlink_metadata().is_err(), "{from}");
    }
    let before = picture(&root);
    for (from, to) in [
        ("b/file", "b/other"),
        ("b/file", "a"),
        ("a", "b/other"),
        ("a", "b"),
        ("b/file", "a/link"),
        ("moved", "b/file"),
    ] {
        let refused = folder.move_to(&at(from), &folder, &at(to));
        assert!(matches!(refused, Err(AccessError::Exists { .. })), "{from} to {to}: {refused:?}");
    }
    assert!(matches!(folder.move_to(&at("a"), &folder, &at("a/inner")), Err(AccessError::IntoItself { .. })));
    assert!(matches!(folder.move_to(&at("missing"), &folder, &at("x")), Err(AccessError::NotFound { .. })));
    assert!(matches!(folder.move_to(&at("a"), &folder, &at("missing/x")), Err(AccessError::NotFound { .. })));
    assert!(matches!(folder.move_to(&at("b/file"), &folder, &at("b/other/x")), Err(AccessError::NotAFolder { .. })));
    assert!(matches!(folder.move_to(&RelativePath::root(), &folder, &at("x")), Err(AccessError::Invalid { .. })));
    assert_eq!(picture(&root), before);
}

#[test]
fn a_copy_is_the_same_and_leaves_the_original_alone() {
    let (_scratch, root, folder) = project(
        "mkdir -p a/deep/er a/empty; echo 1 > a/file; echo 22 > a/deep/er/x; ln -s ../../outside a/deep/link; \
         chmod 640 a/file; chmod 755 a/deep/er/x; printf x > \"a/new\nline\"; chmod 500 a/empty",
    );
    if cfg!(target_os = "linux") {
        fs::write(root.join("a").join(OsStr::from_bytes(b"bad\xff")), "x").unwrap();
    }
    let original = picture(&root.join("a"));
    folder.copy_to(&at("a"), &folder, &at("b"), LIMITS).unwrap();
    assert_eq!(picture(&root.join("b")), original);
    assert_eq!(picture(&root.join("a")), original);
    folder.copy_to(&at("a/file"), &folder, &at("b/file 2"), LIMITS).unwrap();
    assert_eq!(fs::metadata(root.join("b/file 2")).unwrap().mode() & 0o777, 0o640);
    folder.copy_to(&at("a/deep/link"), &folder, &at("link"), LIMITS).unwrap();
    assert_eq!(fs::read_link(root.join("link")).unwrap(), Path::new("../../outside"));
    fs::set_permissions(root.join("a/empty"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(root.join("b/empty"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_copy_that_fails_leaves_nothing_behind() {
    let (_scratch, root, folder) = project(
        "mkdir -p a/deep; printf 123456 > a/deep/x; mkdir b; mkfifo b/pipe; mkdir -p keys/.ssh; echo k > keys/.ssh/id",
    );
    let before = picture(&root);
    let copy = |from: &str, to: &str, limits| folder.copy_to(&at(from), &folder, &at(to), limits);
    assert!(matches!(copy("a", "b", LIMITS), Err(AccessError::Exists { .. })));
    assert!(matches!(copy("a", "a/deep/inner", LIMITS), Err(AccessError::IntoItself { .. })));
    assert!(matches!(copy("a", "a/inner", LIMITS), Err(AccessError::IntoItself { .. })));
    assert!(matches!(copy("b", "c", LIMITS), Err(AccessError::NotAFile { .. })));
    assert!(matches!(copy("b/pipe", "c", LIMITS), Err(AccessError::NotAFile { .. })));
    assert!(matches!(copy("a", "c", CopyLimits { entries: 2, ..LIMITS }), Err(AccessError::TooMany { max: 2, .. })));
    assert!(matches!(copy("a", "c", CopyLimits { bytes: 5, ..LIMITS }), Err(AccessError::TooLarge { max: 5, .. })));
    assert!(matches!(copy("keys", "c", LIMITS), Err(AccessError::Secret { .. })), "an agent's folder keeps its guard");
    assert!(matches!(copy("missing", "c", LIMITS), Err(AccessError::NotFound { .. })));
    assert_eq!(picture(&root), before);
    assert!(copy("a", "c", CopyLimits { entries: 3, bytes: 6 }).is_ok(), "exactly the limit");
}

/// What another disk is where a test may mount one: `/dev/shm` on Linux, if it is another than that of the scratch folder.
fn other_disk() -> Option<TempDir> {
    let here = tempfile::tempdir().unwrap().path().metadata().unwrap().dev();
    tempfile::tempdir_in("/dev/shm")
        .ok()
        .filter(|folder| folder.path().metadata().is_ok_and(|other| other.dev() != here))
}

#[test]
fn what_would_go_to_another_disk_stays_and_can_be_copied_there() {
    let Some(disk) = other_disk() else { return };
    let (_scratch, root, folder) = project("mkdir a; echo 1 > a/file");
    let other = Folder::open(disk.path()).unwrap();
    assert!(matches!(folder.move_to(&at("a"), &other, &at("a")), Err(AccessError::OtherDisk { .. })));
    assert_eq!(fs::read(root.join("a/file")).unwrap(), b"1\n");
    folder.copy_to(&at("a"), &other, &at("a"), LIMITS).unwrap();
    assert_eq!(fs::read(disk.path().join("a/file")).unwrap(), b"1\n");
}

#[cfg(target_os = "linux")]
mod trash {
    use super::*;

    /// A note of the Trash as `gio` and others read it: the path, unquoted.
    fn told(note: &Path) -> Vec<u8> {
        let text = fs::read_to_string(note).unwrap();
        let quoted = text.lines().find_map(|line| line.strip_prefix("Path=")).unwrap().as_bytes();
        let mut path = Vec::new();
        let mut bytes = quoted.iter();
        while let Some(byte) = bytes.next() {
            path.push(if *byte == b'%' {
                let digits = [*bytes.next().unwrap(), *bytes.next().unwrap()];
                u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap()
            } else {
                *byte
            });
        }
        path
    }

    #[test]
    fn everything_that_is_trashed_can_be_put_back_from_what_its_note_says() {
        let (scratch, root, folder) =
            project("mkdir -p a/deep; echo 1 > a/deep/x; echo 2 > 'né w'; ln -s a link; mkdir sub; echo 3 > sub/a");
        let home = scratch.path().canonicalize().unwrap().join("share/Trash");
        fs::write(root.join(OsStr::from_bytes(b"bad\xff\n")), "4").unwrap();
        let bad = RelativePath::new(Path::new(OsStr::from_bytes(b"bad\xff\n"))).unwrap();
        let before = picture(&root);
        for path in [at("né w"), at("link"), at("sub/a"), at("a"), bad] {
            folder.trash(&path, Some(&home)).unwrap();
            assert!(root.join(path.as_path()).symlink_metadata().is_err());
        }
        assert_eq!(fs::metadata(home.join("info")).unwrap().mode() & 0o777, 0o700);
        assert!(home.join("files/a 2/deep/x").exists(), "the second of a name has a number");
        for entry in fs::read_dir(home.join("files")).unwrap() {
            let name = entry.unwrap().file_name();
            let mut note = name.clone();
            note.push(".trashinfo");
            let path = told(&home.join("info").join(note));
            fs::rename(home.join("files").join(name), OsStr::from_bytes(&path)).unwrap();
        }
        assert_eq!(picture(&root), before);
    }

    #[test]
    fn another_disk_has_a_trash_of_its_own_and_one_that_is_not_ours_is_not_used() {
        let Some(disk) = other_disk() else { return };
        let (scratch, _root, _) = project("true");
        let home = scratch.path().join("Trash");
        fs::create_dir(disk.path().join("a")).unwrap();
        fs::write(disk.path().join("a/file"), "1").unwrap();
        let folder = Folder::open(disk.path()).unwrap();
        match folder.trash(&at("a"), Some(&home)) {
            Ok(()) => {
                let user = rustix::process::getuid().as_raw();
                let top = Path::new("/dev/shm");
                let places = [top.join(format!(".Trash-{user}")), top.join(format!(".Trash/{user}"))];
                let inside = disk.path().canonicalize().unwrap().join("a");
                let wanted = inside.strip_prefix(top).unwrap().as_os_str().as_bytes();
                let notes: Vec<_> = places
                    .iter()
                    .flat_map(|place| fs::read_dir(place.join("info")).into_iter().flatten().flatten())
                    .filter(|note| told(&note.path()) == wanted)
                    .collect();
                assert_eq!(notes.len(), 1, "its path is told from the top of the disk");
                let note = notes[0].path();
                let file = note.parent().unwrap().with_file_name("files").join(note.file_stem().unwrap());
                assert_eq!(fs::read(file.join("file")).unwrap(), b"1");
                fs::remove_dir_all(file).unwrap();
                fs::remove_file(note).unwrap();
            }
            // Where nobody may write to the top of that disk.
            Err(error) => {
                assert!(matches!(error, AccessError::NoTrash { .. }), "{error}");
                assert_eq!(fs::read(disk.path().join("a/file")).unwrap(), b"1");
            }
        }
    }

    #[test]
    fn where_there_is_no_trash_everything_stays() {
        let (scratch, root, folder) = project("echo 1 > a; mkdir inner; echo 2 > inner/b");
        // A file in the Trash's place, and a disk on whose top nobody may write would be the next to try.
        let home = scratch.path().join("Trash");
        fs::create_dir_all(home.join("files")).unwrap();
        fs::write(home.join("info"), "in the way").unwrap();
        let before = picture(&root);
        if let Err(error) = folder.trash(&at("a"), Some(&home)) {
            assert!(matches!(error, AccessError::NoTrash { .. }), "{error}");
            assert_eq!(picture(&root), before);
        }
        assert!(matches!(folder.trash(&at("missing"), Some(&home)), Err(AccessError::NotFound { .. })));
        assert!(matches!(folder.trash(&RelativePath::root(), Some(&home)), Err(AccessError::Invalid { .. })));
    }

    #[test]
    fn the_folder_that_holds_the_trash_is_not_put_into_it() {
        let (_scratch, root, folder) = project("mkdir -p home/share; echo 1 > home/file");
        let home = root.join("home/share/Trash");
        let refused = folder.trash(&at("home"), Some(&home));
        assert!(matches!(refused, Err(AccessError::NoTrash { .. })), "{refused:?}");
        assert_eq!(fs::read(root.join("home/file")).unwrap(), b"1\n");
        assert_eq!(fs::read_dir(home.join("info")).unwrap().count(), 0, "no note of what is not there");
    }
}
