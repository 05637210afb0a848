//! Which folders the settings approve.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use atelier_config::{ApprovedRoots, Directories, Environment, SettingsFile};
use atelier_protocol::Json;
use serde_json::json;
use tempfile::TempDir;

fn scratch() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().canonicalize().unwrap();
    for name in ["home/work", "one", "two", "three", "config"] {
        fs::create_dir_all(base.join(name)).unwrap();
    }
    fs::write(base.join("file"), "").unwrap();
    (folder, base)
}

/// The roots by these settings, in which `BASE` stands for the scratch folder.
fn roots_in(base: &Path, settings: &Json) -> ApprovedRoots {
    let text = settings.to_string().replace("BASE", base.to_str().unwrap());
    fs::write(base.join("config/settings.json"), text).unwrap();
    let environment = Environment::from_pairs(base.join("home"), [("LANG", "C")]);
    Directories::new(SettingsFile::new(base.join("config")), &environment).roots().unwrap()
}

#[test]
fn the_roots_are_those_of_the_settings_in_their_order_and_once() {
    let (_folder, base) = scratch();
    symlink(base.join("two"), base.join("link")).unwrap();
    let settings = json!({
        "lastDirectory": "BASE/one",
        "pinnedDirectories": ["BASE/link", "BASE/one/", "BASE/missing", "BASE/file", "relative", "~/work", "~other"],
        "approvedDirectories": ["BASE/three/../three", "BASE/two", "BASE/one"],
    });
    let found = roots_in(&base, &settings);
    assert_eq!(found.roots, ["one", "two", "home/work", "three"].map(|name| base.join(name)));
    assert_eq!(found.workspace, Some(base.join("one")));
}

#[test]
fn home_and_the_top_are_roots_only_where_they_were_chosen() {
    let (_folder, base) = scratch();
    symlink(base.join("home"), base.join("house")).unwrap();
    symlink("/", base.join("top")).unwrap();
    let home = base.join("home");
    let by_themselves = json!({"approvedDirectories": ["BASE/home", "BASE/house", "/", "BASE/top", "~", "BASE/one"]});
    let found = roots_in(&base, &by_themselves);
    assert_eq!((found.roots, found.workspace), (vec![base.join("one")], Some(home.clone())));
    for (last, root) in [("BASE/home", &home), ("BASE/house", &home), ("/", &PathBuf::from("/"))] {
        let found = roots_in(&base, &json!({"lastDirectory": last, "approvedDirectories": [last]}));
        assert_eq!((&found.roots, found.workspace.as_ref()), (&vec![root.clone()], Some(root)), "{last}");
    }
}

#[test]
fn without_any_root_the_home_folder_is_the_only_one() {
    let (_folder, base) = scratch();
    for settings in [json!({}), json!({"lastDirectory": "BASE/missing", "approvedDirectories": ["/", "BASE/file"]})] {
        let found = roots_in(&base, &settings);
        assert_eq!((found.roots, found.workspace), (vec![base.join("home")], Some(base.join("home"))));
    }
    fs::remove_dir_all(base.join("home")).unwrap();
    assert_eq!(roots_in(&base, &json!({})).roots, Vec::<PathBuf>::new());
}
