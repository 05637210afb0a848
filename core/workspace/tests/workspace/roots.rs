//! Which paths lie in the approved roots, and ways to get out of them.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use atelier_workspace::{AccessError, Expected, Folder, RelativePath, RootError, Roots};
use proptest::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

/// Two roots, `app` and `more/inner`, and folders beside them.
struct Place {
    _scratch: TempDir,
    base: PathBuf,
    roots: Roots,
}

fn place() -> Place {
    let scratch = tempfile::tempdir().unwrap();
    let base = scratch.path().canonicalize().unwrap();
    for folder in ["app/src", "app2", "more/inner", "outside/deep", "home"] {
        fs::create_dir_all(base.join(folder)).unwrap();
    }
    fs::write(base.join("app/src/a.txt"), "inside").unwrap();
    fs::write(base.join("outside/a.txt"), "outside").unwrap();
    let approved = vec![base.join("app"), base.join("more/inner")];
    let roots = Roots::new(Some(base.join("app")), Some(base.join("home")), approved);
    Place { _scratch: scratch, base, roots }
}

impl Place {
    fn at(&self, path: &str) -> String {
        self.base.join(path).to_str().unwrap().to_owned()
    }

    fn directory(&self, named: &str) -> Result<PathBuf, RootError> {
        Ok(self.roots.directory(named)?.path().to_owned())
    }

    /// Where both ways to locate end, as one path.
    fn located(&self, named: &str) -> Result<PathBuf, RootError> {
        let (folder, path) = self.roots.locate(named)?;
        Ok(if path.is_root() { folder.path().to_owned() } else { folder.path().join(path.as_path()) })
    }
}

fn is_denied<T: std::fmt::Debug>(result: &Result<T, RootError>) -> bool {
    matches!(result, Err(error @ RootError::Denied) if error.to_string() == "Access to directory denied")
}

#[test]
fn every_spelling_of_what_lies_in_a_root_finds_it() {
    let place = place();
    symlink("src", place.base.join("app/near")).unwrap();
    symlink(place.base.join("more/inner"), place.base.join("app/other-root")).unwrap();
    let src = place.base.join("app/src");
    for named in ["src", " src ", "./src/", "src/../src", "../app/src", "near", &place.at("app//src/")] {
        assert_eq!(place.directory(named).unwrap(), src, "{named}");
    }
    assert_eq!(place.directory("").unwrap(), place.base.join("app"));
    assert_eq!(place.directory("other-root").unwrap(), place.base.join("more/inner"), "a link into another root");
    assert_eq!(place.located("src/new/deep").unwrap(), src.join("new/deep"), "what does not exist yet");
    assert_eq!(place.located("near/new").unwrap(), src.join("new"));
}

#[test]
fn everything_else_is_denied_whether_or_not_it_exists() {
    let place = place();
    symlink("../outside", place.base.join("app/away")).unwrap();
    symlink(place.base.join("outside/a.txt"), place.base.join("app/file")).unwrap();
    symlink("away", place.base.join("app/twice")).unwrap();
    symlink("../outside/nothing", place.base.join("outside/dangling")).unwrap();
    let long = "y/".repeat(5000);
    let outside = [
        "..",
        "/",
        "~",
        "~/x",
        "../app2",
        "../ap",
        "../more",
        "../outside/missing",
        "away",
        "away/deep",
        "away/new",
        "file",
        "twice",
        "../outside/dangling",
        "../outside/a.txt/x",
        "/etc/passwd/x",
        "missing/../src",
        "away/../app/src",
        &long,
    ];
    // The last but one leads in again, and out before.
    for named in outside {
        let named_in_again = named == "away/../app/src";
        assert_eq!(is_denied(&place.roots.directory(named)), !named_in_again, "{named}");
        assert_eq!(is_denied(&place.roots.locate(named)), !named_in_again, "{named}");
    }
    assert_eq!(place.directory("~/../app").unwrap(), place.base.join("app"));
}

#[test]
fn inside_it_is_told_what_is_wrong() {
    let place = place();
    symlink("nowhere", place.base.join("app/dangling")).unwrap();
    symlink("loop", place.base.join("app/loop")).unwrap();
    let long = "x".repeat(300);
    for (named, wanted) in [
        ("missing", "Directory not found"),
        ("missing/deeper", "Directory not found"),
        ("dangling", "Directory not found"),
        ("loop", "Directory not found"),
        ("a\0b", "file name contained an unexpected NUL byte"),
        (&long, "File name too long"),
        ("src/a.txt", "Specified path is not a directory"),
        ("src/a.txt/b", "Specified path is not a directory"),
    ] {
        let told = place.roots.directory(named).unwrap_err().to_string();
        assert!(told.starts_with(wanted), "{named}: {told}");
    }
}

#[test]
fn without_roots_nothing_may_be_used() {
    let place = place();
    let none = Roots::new(None, None, Vec::new());
    for named in ["", "/", "~", "tmp", &place.at("app")] {
        assert!(is_denied(&none.directory(named)), "{named}");
    }
}

#[test]
fn a_folder_that_may_not_be_read_is_denied_and_one_above_need_not_be_readable() {
    let place = place();
    let close =
        |path: &str, mode| fs::set_permissions(place.base.join(path), fs::Permissions::from_mode(mode)).unwrap();
    close("app/src", 0o000);
    close("more", 0o100);
    let as_root = fs::read_dir(place.base.join("app/src")).is_ok();
    assert_eq!(is_denied(&place.roots.directory("src")), !as_root);
    assert!(place.roots.directory(&place.at("more/inner")).is_ok());
    close("app/src", 0o700);
    close("more", 0o700);
}

#[test]
fn the_entry_of_a_link_is_the_link() {
    let place = place();
    symlink("../outside", place.base.join("app/away")).unwrap();
    symlink("nowhere", place.base.join("app/dangling")).unwrap();
    for named in ["away", "dangling", "src/../away"] {
        let (folder, path) = place.roots.locate_entry(named).unwrap();
        assert_eq!(
            folder.path().join(path.as_path()),
            place.base.join("app").join(named.trim_start_matches("src/../"))
        );
    }
    assert!(place.roots.locate_entry(&place.at("app")).unwrap().1.is_root());
    for named in ["..", "away/a.txt", "away/deep", "../outside", "/", "~"] {
        assert!(is_denied(&place.roots.locate_entry(named)), "{named}");
    }
}

#[test]
fn a_person_may_look_at_their_own_keys_and_an_agent_in_the_same_folder_may_not() {
    let place = place();
    fs::write(place.base.join("app/.env"), "KEY=1").unwrap();
    let (folder, path) = place.roots.locate(".env").unwrap();
    assert_eq!(folder.read(&path, 100).unwrap().bytes, b"KEY=1");
    let agents = Folder::open(folder.path()).unwrap();
    assert!(matches!(agents.read(&path, 100), Err(AccessError::Secret { .. })));
    assert!(matches!(agents.beneath(&RelativePath::root()).unwrap().locate(".env"), Err(AccessError::Secret { .. })));
}

#[test]
fn what_was_found_does_not_lead_out_when_it_is_swapped_before_it_is_used() {
    let place = place();
    let (folder, path) = place.roots.locate("src/a.txt").unwrap();
    let (_, new) = place.roots.locate("src/new.txt").unwrap();
    let (_, below) = place.roots.locate("src").unwrap();
    fs::rename(place.base.join("app/src"), place.base.join("app/old")).unwrap();
    symlink(place.base.join("outside"), place.base.join("app/src")).unwrap();
    assert!(folder.read(&path, 100).is_err());
    assert!(folder.replace(&new, b"x", Expected::Absent).is_err());
    assert!(folder.create_folders(&new).is_err());
    assert!(folder.list(&below, 100).is_err());
    assert!(folder.beneath(&below).is_err());
    assert!(folder.remove_file(&path, None).is_err());
    // The root itself, too, is the folder that was opened.
    fs::rename(place.base.join("app"), place.base.join("app-moved")).unwrap();
    symlink("outside", place.base.join("app")).unwrap();
    let old = RelativePath::new(Path::new("old/a.txt")).unwrap();
    assert_eq!(folder.read(&old, 100).unwrap().bytes, b"inside");
    assert!(is_denied(&place.roots.directory("")));
    assert_eq!(fs::read_dir(place.base.join("outside")).unwrap().count(), 2, "nothing came, nothing went");
}

#[test]
fn a_thread_that_keeps_swapping_never_gets_anything_outside_opened() {
    let place = place();
    symlink(place.base.join("outside"), place.base.join("app/flip")).unwrap();
    symlink(place.base.join("outside"), place.base.join("root-flip")).unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let swap = |one: &str, two: &str| {
                let (one, two) = (place.base.join(one), place.base.join(two));
                renameat_with(CWD, one, CWD, two, RenameFlags::EXCHANGE).unwrap();
            };
            while !stop.load(Ordering::Relaxed) {
                // A folder in a root, and a root itself, each in turn the folder and a link that leads out.
                swap("app/src", "app/flip");
                swap("more/inner", "root-flip");
            }
        });
        let inner = place.at("more/inner");
        let (mut good, mut refused) = (0, 0);
        for round in 0..200_000 {
            if good > 100 && refused > 100 && round > 2000 {
                break;
            }
            for named in ["src", &inner] {
                match place.roots.directory(named) {
                    Ok(folder) => {
                        assert!(
                            !folder.list(&RelativePath::root(), 10).unwrap().iter().any(|entry| entry.name == "deep")
                        );
                        good += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
            if let Ok((folder, path)) = place.roots.locate("src/a.txt")
                && let Ok(content) = folder.read(&path, 100)
            {
                assert_eq!(content.bytes, b"inside");
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(good > 0 && refused > 0, "both states were seen: {good} {refused}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is named: what is opened lies in a root, its links resolved.
    #[test]
    fn whatever_is_named_what_is_opened_lies_in_a_root(
        parts in prop::collection::vec(
            prop::sample::select(vec!["..", ".", "", "app", "app2", "src", "away", "near", "outside", "more", "inner", "~"]),
            0..6,
        ),
        absolute in prop::bool::ANY,
    ) {
        let place = place();
        symlink("../outside", place.base.join("app/away")).unwrap();
        symlink("src", place.base.join("app/near")).unwrap();
        symlink("../../app", place.base.join("more/inner/away")).unwrap();
        let named = if absolute { format!("{}/{}", place.base.display(), parts.join("/")) } else { parts.join("/") };
        let inside = |path: &Path| {
            path.canonicalize().is_ok_and(|real| ["app", "more/inner"].iter().any(|root| real.starts_with(place.base.join(root))))
        };
        let wanted = place.roots.absolute(&named);
        match place.roots.directory(&named) {
            Ok(folder) => {
                prop_assert!(inside(folder.path()));
                prop_assert_eq!(folder.path(), wanted.canonicalize().unwrap());
            }
            Err(RootError::Denied) => prop_assert!(!inside(&wanted)),
            Err(_) => prop_assert!(!wanted.is_dir()),
        }
    }
}
