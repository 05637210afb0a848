//! Folders that the user gives access to: what is checked, what the settings keep, what is in use.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    thread,
};

use atelier_config::{Approval, Directories, DirectoryError, Environment, SettingsFile};
use tempfile::TempDir;

struct Place {
    _folder: TempDir,
    home: PathBuf,
    settings: SettingsFile,
    directories: Directories,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    // Where the system's own folder for such things is a link, its target is what counts.
    let root = fs::canonicalize(folder.path()).unwrap();
    let home = root.join("home");
    for name in ["work/sub", "other"] {
        fs::create_dir_all(home.join(name)).unwrap();
    }
    fs::write(home.join("file"), "").unwrap();
    let settings = SettingsFile::new(root.join("config"));
    let environment = Environment::from_pairs(&home, [("LANG", "C")]);
    let directories = Directories::new(settings.clone(), &environment);
    Place { _folder: folder, home, settings, directories }
}

impl Place {
    fn path(&self, name: &str) -> String {
        self.home.join(name).to_str().unwrap().to_owned()
    }

    fn approved(&self) -> Vec<String> {
        self.settings.load_shared().unwrap().list("approvedDirectories").to_vec()
    }
}

#[test]
fn a_folder_is_approved_under_its_absolute_path_once() {
    let place = place();
    let work = place.path("work");
    for spelling in [work.as_str(), &format!("  {work}//"), "~/work", "work", "./other/../work/."] {
        assert_eq!(place.directories.approve(spelling, None, Approval::Approved).unwrap(), work);
    }
    assert_eq!(place.approved(), [work]);
    let settings = place.settings.load_shared().unwrap();
    assert_eq!((settings.text("lastDirectory"), settings.list("securityScopedBookmarks").len()), (None, 0));
}

#[test]
fn what_is_no_folder_is_refused_and_nothing_is_written() {
    let place = place();
    let long = "x".repeat(5000);
    for (path, sentence) in [
        ("  ", "Path is required"),
        ("/nowhere/at/all", "Directory does not exist"),
        ("~/missing", "Directory does not exist"),
        ("~/file/below", "Directory does not exist"),
        ("a\0b", "Directory does not exist"),
        ("~/file", "Path is not a directory"),
    ] {
        for approval in [Approval::Approved, Approval::Current] {
            let refused = place.directories.approve(path, Some("bookmark"), approval).unwrap_err();
            assert_eq!(refused.to_string(), sentence, "{path}");
        }
        assert!(place.directories.start_using(path).is_err());
        assert!(place.directories.make_current(path).is_err());
    }
    let refused = place.directories.approve(&long, None, Approval::Approved).unwrap_err();
    assert!(refused.to_string().starts_with("Cannot access directory: "), "{refused}");
    assert!(!place.settings.path().exists());
}

#[test]
fn a_chosen_folder_becomes_the_current_one_and_bookmarks_are_kept_until_they_are_stale() {
    let place = place();
    place.directories.approve("~/work", Some("one"), Approval::Approved).unwrap();
    place.directories.approve("~/other", Some("two"), Approval::Current).unwrap();
    place.directories.approve("~/other", Some("two"), Approval::Current).unwrap();
    let settings = place.settings.load_shared().unwrap();
    assert_eq!(settings.text("lastDirectory"), Some(&*place.path("other")));
    assert_eq!(settings.list("securityScopedBookmarks"), ["one", "two"]);
    place.directories.forget_bookmarks(&["one".to_owned(), "unknown".to_owned()]).unwrap();
    let settings = place.settings.load_shared().unwrap();
    assert_eq!(settings.list("securityScopedBookmarks"), ["two"]);
    assert_eq!(place.approved(), [place.path("work"), place.path("other")]);
}

#[test]
fn relative_paths_start_at_the_current_folder_and_that_is_home_until_there_is_one() {
    let place = place();
    assert_eq!(place.directories.current().unwrap().as_deref(), Some(&*place.home));
    assert_eq!(place.directories.make_current("work").unwrap(), (place.path("work"), true));
    assert_eq!(place.directories.make_current("sub").unwrap(), (place.path("work/sub"), true));
    assert_eq!(place.directories.make_current(".").unwrap(), (place.path("work/sub"), false));
    symlink(place.path("work"), place.path("link")).unwrap();
    assert_eq!(place.directories.make_current("~/link/sub").unwrap(), (place.path("link/sub"), false));
    assert_eq!(place.directories.current().unwrap().as_deref(), Some(Path::new(&place.path("work/sub"))));
    fs::remove_dir(place.path("work/sub")).unwrap();
    assert_eq!(place.directories.current().unwrap().as_deref(), Some(&*place.home));
}

#[test]
fn uses_are_counted_and_stopping_more_often_does_no_harm() {
    let place = place();
    let directories = &place.directories;
    directories.stop_using("~/work");
    directories.start_using("~/work").unwrap();
    directories.start_using(&place.path("work")).unwrap();
    directories.stop_using("work");
    assert!(directories.is_in_use("~/work") && !directories.is_in_use("~/other"));
    // A folder that is gone can still be let go of.
    fs::remove_dir_all(place.path("work")).unwrap();
    directories.stop_using("~/work");
    directories.stop_using("~/work");
    assert!(!directories.is_in_use("~/work"));
    assert!(matches!(directories.start_using("~/work"), Err(DirectoryError::Missing)));
    directories.stop_using("");
}

#[test]
fn folders_that_are_chosen_at_once_are_all_approved_and_one_is_the_current_one() {
    let place = place();
    let names: Vec<_> = (0..20).map(|number| place.path(&format!("work/{number}"))).collect();
    let changes: usize = thread::scope(|scope| {
        let threads: Vec<_> = names
            .iter()
            .map(|name| {
                fs::create_dir(name).unwrap();
                scope.spawn(|| usize::from(place.directories.make_current(name).unwrap().1))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(changes, names.len(), "each found another folder before its own");
    let mut approved = place.approved();
    let last = place.settings.load_shared().unwrap().text("lastDirectory").map(str::to_owned);
    assert_eq!(approved.last().cloned(), last, "calls took turns");
    approved.sort();
    let mut expected = names;
    expected.sort();
    assert_eq!(approved, expected);
}
