//! Ways out of the folder, and ways to hang on what is in it. All are refused.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        net::UnixListener,
    },
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use atelier_workspace::{AccessError, CopyLimits, EntryKind, Expected, Folder, RelativePath};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

/// A project with a file beside it that no one may see.
fn project() -> (TempDir, Folder) {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("project");
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(root.join("src/a.txt"), "inside").unwrap();
    fs::create_dir(outer.path().join("other")).unwrap();
    fs::write(outer.path().join("other/a.txt"), "outside").unwrap();
    let folder = Folder::open(&root).unwrap();
    (outer, folder)
}

fn read(folder: &Folder, named: &str) -> Result<String, AccessError> {
    let path = folder.locate(named)?;
    Ok(String::from_utf8(folder.read(&path, 1 << 20)?.bytes).unwrap())
}

fn at(path: &str) -> RelativePath {
    RelativePath::new(Path::new(path)).unwrap()
}

#[test]
fn whatever_names_a_file_inside_finds_it() {
    let (_outer, folder) = project();
    let root = folder.path().to_str().unwrap().to_owned();
    symlink("src", folder.path().join("relative")).unwrap();
    symlink(folder.path().join("src"), folder.path().join("absolute")).unwrap();
    let names =
        ["src/a.txt", "./src//a.txt", "src/../src/a.txt", "../project/src/a.txt", "relative/a.txt", "absolute/a.txt"];
    for name in names.map(str::to_owned).into_iter().chain([format!("{root}/src/a.txt")]) {
        assert_eq!(folder.locate(&name).unwrap(), at("src/a.txt"), "{name}");
        assert_eq!(read(&folder, &name).unwrap(), "inside", "{name}");
    }
    assert!(folder.locate(".").unwrap().is_root());
    assert_eq!(folder.locate("src/new/deep.txt").unwrap(), at("src/new/deep.txt"));
    assert_eq!(folder.locate("relative/new.txt").unwrap(), at("src/new.txt"));
}

#[test]
fn whatever_names_a_file_outside_is_refused() {
    let (outer, folder) = project();
    let root = folder.path();
    symlink("../other", root.join("away")).unwrap();
    symlink(outer.path().join("other/a.txt"), root.join("file")).unwrap();
    symlink("away", root.join("twice")).unwrap();
    // A magic link of Linux; elsewhere an ordinary one.
    let magic = if cfg!(target_os = "linux") { "/proc/self/root/etc" } else { "/etc" };
    symlink(magic, root.join("magic")).unwrap();
    let outside = outer.path().join("other/a.txt");
    let names = [
        "../other/a.txt",
        "src/../../other/a.txt",
        "away/a.txt",
        "file",
        "twice/a.txt",
        "away/new.txt",
        "/",
        "..",
        "/etc/passwd",
        "~",
        "~/x",
        "magic/passwd",
        "/dev/null",
        "../projectile",
        "../new",
    ];
    for name in names.into_iter().chain([outside.to_str().unwrap()]) {
        let error = folder.locate(name).unwrap_err();
        assert!(matches!(error, AccessError::Outside { .. }), "{name}: {error}");
    }
    assert_eq!(fs::read_to_string(outside).unwrap(), "outside");
}

#[test]
fn unusable_names_are_refused_with_the_right_reason() {
    let (_outer, folder) = project();
    symlink("nowhere", folder.path().join("dangling")).unwrap();
    symlink("loop", folder.path().join("loop")).unwrap();
    let long = "x".repeat(300);
    let longer = "y/".repeat(5000);
    for (name, wanted) in [
        ("", "not a usable path"),
        ("a\0b", "not a usable path"),
        ("missing/../src/a.txt", "not a usable path"),
        ("dangling", "a link to something"),
        ("loop", "a link to something"),
        ("src/a.txt/b", "not inside a folder"),
        (&long, "not a usable path"),
        (&longer, "not a usable path"),
    ] {
        let error = folder.locate(name).unwrap_err().to_string();
        assert!(error.contains(wanted) && error.len() < 1000, "{name}: {error}");
    }
    assert!(folder.locate("~name").unwrap() == at("~name"), "a tilde alone is an ordinary character");
}

#[test]
fn a_deep_path_beyond_the_systems_limit_is_an_error_and_not_a_panic() {
    let (_outer, folder) = project();
    let deep: String = vec!["d".repeat(200); 30].join("/");
    assert!(folder.create_folders(&at(&deep)).is_ok());
    assert!(folder.locate(&deep).is_err());
    assert!(folder.tree(&RelativePath::root(), 1000).is_ok());
}

#[test]
fn key_files_are_refused_by_every_name_and_through_links() {
    let (_outer, folder) = project();
    let root = folder.path();
    fs::create_dir_all(root.join("sub/.ssh")).unwrap();
    for name in [".env", "sub/credentials.json", "sub/.ssh/id"] {
        fs::write(root.join(name), "secret").unwrap();
    }
    symlink(".env", root.join("innocent")).unwrap();
    symlink("sub/.ssh", root.join("keys")).unwrap();
    symlink("src/a.txt", root.join("sub/.ENV")).unwrap();
    let names = [
        ".env",
        "./.ENV",
        "sub/Credentials.JSON",
        "sub/.ssh",
        "sub/.SSH/id",
        ".aws/config",
        "innocent",
        "keys/id",
        "sub/.ENV",
    ];
    for name in names {
        assert!(matches!(folder.locate(name), Err(AccessError::Secret { .. })), "{name}");
    }
    assert!(matches!(folder.read(&at(".env"), 10), Err(AccessError::Secret { .. })));
    assert!(matches!(folder.list(&at("sub/.ssh"), 10), Err(AccessError::Secret { .. })));
    assert!(folder.locate(".env.example").is_ok());
    let tree = folder.tree(&at("src"), 10).unwrap();
    assert_eq!(tree.len(), 1);
}

#[test]
fn gits_own_files_are_read_and_never_written() {
    let (_outer, folder) = project();
    fs::create_dir_all(folder.path().join(".git/hooks")).unwrap();
    fs::write(folder.path().join(".git/config"), "[core]").unwrap();
    assert_eq!(read(&folder, ".git/config").unwrap(), "[core]");
    for name in [".git/hooks/pre-commit", ".GIT/config", "sub/.git", ".git"] {
        let path = folder.locate(name).unwrap();
        for refused in [
            folder.replace(&path, b"x", Expected::Absent).map(drop),
            folder.create_folders(&path).map(drop),
            folder.remove_file(&path, None),
            folder.remove_empty(&path),
            folder.remove_tree(&path, &[]),
        ] {
            assert!(matches!(refused, Err(AccessError::GitInternal { .. })), "{name}: {refused:?}");
        }
    }
    assert!(folder.replace(&at(".gitignore"), b"x", Expected::Absent).is_ok());
}

#[test]
fn pipes_sockets_and_devices_neither_block_nor_open() {
    let (_outer, folder) = project();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    let _socket = UnixListener::bind(folder.path().join("socket")).unwrap();
    for name in ["pipe", "socket"] {
        assert!(matches!(read(&folder, name), Err(AccessError::NotAFile { .. })), "{name}");
        let path = folder.locate(name).unwrap();
        assert_eq!(folder.look(&path).unwrap().unwrap().kind, EntryKind::Other);
        let written = folder.replace(&path, b"x", Expected::Absent);
        assert!(matches!(written, Err(AccessError::Exists { .. })), "{written:?}");
    }
    assert!(matches!(read(&folder, "src"), Err(AccessError::IsFolder { .. })));
    assert!(matches!(Folder::open(Path::new("/dev/null")), Err(AccessError::NotAFolder { .. })));
}

#[test]
fn writing_a_hard_link_leaves_its_other_name_alone() {
    let (outer, folder) = project();
    let outside = outer.path().join("other/a.txt");
    fs::hard_link(&outside, folder.path().join("hard")).unwrap();
    let stamp = folder.read(&at("hard"), 100).unwrap().stamp;
    folder.replace(&at("hard"), b"changed", Expected::Content(stamp)).unwrap();
    assert_eq!(fs::read_to_string(outside).unwrap(), "outside");
    assert_eq!(read(&folder, "hard").unwrap(), "changed");
}

#[test]
fn a_link_swapped_in_between_check_and_use_never_leads_outside() {
    let (outer, folder) = project();
    let root = folder.path().to_owned();
    let other = outer.path().join("other");
    fs::write(other.join("outside-only"), "").unwrap();
    symlink(&other, root.join("away")).unwrap();
    symlink(other.join("a.txt"), root.join("flip")).unwrap();
    fs::write(root.join("flop"), "inside").unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // `src` is in turn the folder and a link to the other folder; so is the file `flip`.
            let swap = |one: &str, two: &str| {
                renameat_with(CWD, root.join(one), CWD, root.join(two), RenameFlags::EXCHANGE).unwrap();
            };
            while !stop.load(Ordering::Relaxed) {
                swap("src", "away");
                swap("flip", "flop");
            }
        });
        let (mut good, mut refused) = (0, 0);
        for round in 0.. {
            if good > 50 && refused > 50 && round > 2000 || round > 200_000 {
                break;
            }
            for name in ["src/a.txt", "flip"] {
                // Checked once, used after: `at` is what an earlier `locate` would have answered.
                match folder.read(&at(name), 100) {
                    Ok(content) => {
                        assert_ne!(content.bytes, b"outside");
                        good += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
            let _ = folder.replace(&at("src/new.txt"), b"mine", Expected::Absent);
            let _ = folder.remove_file(&at("src/new.txt"), None);
            let _ = folder.create_folders(&at("src/deeper/still"));
            if let Ok(entries) = folder.list(&at("src"), 100) {
                assert!(entries.iter().all(|entry| entry.name != "outside-only"));
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(good > 0 && refused > 0, "both states were seen: {good} {refused}");
    });
    let mut names: Vec<_> = fs::read_dir(&other).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.txt", "outside-only"], "nothing was written outside");
    assert_eq!(fs::read_to_string(other.join("a.txt")).unwrap(), "outside");
}

/// The same for what people do with files: nothing outside is moved, copied, written or put into the Trash.
#[test]
fn nothing_outside_is_arranged_while_a_link_is_swapped() {
    let (outer, folder) = project();
    let root = folder.path().to_owned();
    let (other, trash) = (outer.path().join("other"), outer.path().join("Trash"));
    fs::write(other.join("outside-only"), "outside").unwrap();
    symlink(&other, root.join("away")).unwrap();
    folder.create_folders(&at("kept")).unwrap();
    let limits = CopyLimits { entries: 100, bytes: 1 << 20 };
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                renameat_with(CWD, root.join("src"), CWD, root.join("away"), RenameFlags::EXCHANGE).unwrap();
            }
        });
        let (mut done, mut refused) = (0, 0);
        for round in 0..2000 {
            if done > 60 && refused > 60 {
                break;
            }
            let mut count = |went_well: bool| if went_well { done += 1 } else { refused += 1 };
            let new = |name: &str| at(&format!("{name}{round}"));
            count(folder.create(&at("src/made"), b"inside", 0o644).is_ok());
            count(folder.copy_to(&at("src/a.txt"), &folder, &new("kept/copy"), limits).is_ok());
            count(folder.copy_to(&at("src"), &folder, &new("kept/tree"), limits).is_ok());
            count(folder.move_to(&at("src/made"), &folder, &new("kept/moved")).is_ok());
            count(folder.move_to(&new("kept/moved"), &folder, &at("src/back")).is_ok());
            count(folder.trash(&at("src/back"), Some(&trash)).is_ok());
            for outside in ["src/outside-only", "away/outside-only"] {
                assert!(folder.trash(&at(outside), Some(&trash)).is_err());
                assert!(folder.move_to(&at(outside), &folder, &new("kept/stolen")).is_err());
                assert!(folder.copy_to(&at(outside), &folder, &new("kept/stolen"), limits).is_err());
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(done > 0 && refused > 0, "both states were seen: {done} {refused}");
    });
    let mut names: Vec<_> = fs::read_dir(&other).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.txt", "outside-only"], "nothing came, nothing went");
    let mut open = vec![root.join("kept"), trash];
    while let Some(path) = open.pop() {
        if path.is_symlink() {
            // Copied as it was.
            assert_eq!(fs::read_link(&path).unwrap(), other);
        } else if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_none_or(|ending| ending != "trashinfo") {
            assert_eq!(fs::read_to_string(&path).unwrap(), "inside", "{}", path.display());
        }
    }
}

#[test]
#[cfg(target_os = "linux")] // Macs don't create such names.
fn names_that_are_not_unicode_are_listed_and_removed() {
    let (_outer, folder) = project();
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"bad\xff.txt");
    fs::write(folder.path().join("src").join(name), "x").unwrap();
    let entries = folder.list(&at("src"), 10).unwrap();
    assert!(entries.iter().any(|entry| entry.name == name));
    folder.remove_file(&at("src").child(name).unwrap(), None).unwrap();
    assert_eq!(folder.list(&at("src"), 10).unwrap().len(), 1);
}

#[test]
fn a_replaced_file_keeps_its_mode_and_leaves_nothing_beside_it() {
    let (_outer, folder) = project();
    let file = folder.path().join("src/a.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o754)).unwrap();
    let stamp = folder.read(&at("src/a.txt"), 100).unwrap().stamp;
    let new = folder.replace(&at("src/a.txt"), b"two", Expected::Content(stamp)).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o754);
    assert_eq!(folder.read(&at("src/a.txt"), 100).unwrap().stamp, new);
    let again = folder.replace(&at("src/a.txt"), b"three", Expected::Content(stamp));
    assert!(matches!(again, Err(AccessError::Changed { .. })));
    assert!(matches!(folder.replace(&at("src/a.txt"), b"x", Expected::Absent), Err(AccessError::Exists { .. })));
    let gone = folder.replace(&at("src/gone.txt"), b"x", Expected::Content(stamp));
    assert!(matches!(gone, Err(AccessError::Changed { .. })));
    assert_eq!(fs::read_dir(folder.path().join("src")).unwrap().count(), 1);
    let copied = folder.copy(&at("src/a.txt"), &at("src/b.txt"), 100).unwrap();
    assert_eq!(copied, new);
    assert_eq!(fs::metadata(folder.path().join("src/b.txt")).unwrap().permissions().mode() & 0o777, 0o754);
}

#[test]
fn a_tree_is_removed_as_listed_and_what_came_since_stays() {
    let (_outer, folder) = project();
    folder.create_folders(&at("old/deep")).unwrap();
    fs::write(folder.path().join("old/deep/one"), "1").unwrap();
    symlink("../src", folder.path().join("old/link")).unwrap();
    let listed = folder.tree(&at("old"), 10).unwrap();
    fs::write(folder.path().join("old/deep/late"), "2").unwrap();
    assert!(matches!(folder.remove_tree(&at("old"), &listed), Err(AccessError::Changed { .. })));
    assert!(folder.path().join("old/deep/late").exists());
    let listed = folder.tree(&at("old"), 10).unwrap();
    folder.remove_tree(&at("old"), &listed).unwrap();
    assert!(!folder.path().join("old").exists());
    assert_eq!(read(&folder, "src/a.txt").unwrap(), "inside", "a link is removed, not what it points at");
    assert!(matches!(folder.remove_tree(&RelativePath::root(), &[]), Err(AccessError::Invalid { .. })));
}

#[test]
fn a_tree_with_keys_in_it_is_not_removed_at_all() {
    let (_outer, folder) = project();
    folder.create_folders(&at("old")).unwrap();
    fs::write(folder.path().join("old/a"), "1").unwrap();
    fs::write(folder.path().join("old/.env"), "KEY=1").unwrap();
    let listed = folder.tree(&at("old"), 10).unwrap();
    assert!(matches!(folder.remove_tree(&at("old"), &listed), Err(AccessError::Secret { .. })));
    assert_eq!(fs::read_dir(folder.path().join("old")).unwrap().count(), 2);
}

#[test]
fn limits_are_kept_and_named() {
    let (_outer, folder) = project();
    assert!(matches!(folder.read(&at("src/a.txt"), 5), Err(AccessError::TooLarge { size: 6, max: 5, .. })));
    assert_eq!(folder.read(&at("src/a.txt"), 6).unwrap().bytes, b"inside");
    fs::write(folder.path().join("src/b.txt"), "").unwrap();
    assert!(matches!(folder.list(&at("src"), 1), Err(AccessError::TooMany { max: 1, .. })));
    assert!(matches!(folder.tree(&RelativePath::root(), 2), Err(AccessError::TooMany { max: 2, .. })));
    assert_eq!(folder.tree(&RelativePath::root(), 3).unwrap().len(), 3);
}
