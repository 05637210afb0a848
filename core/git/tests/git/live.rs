//! The kept status: after any changes it is what a whole look finds.

use std::fs;

use atelier_git::LiveStatus;
use proptest::prelude::*;

use crate::scratch::{Scratch, at};

/// What `update` has come to, and what a whole look finds.
fn both(scratch: &Scratch, live: &mut LiveStatus, paths: &[&str]) -> (bool, Vec<String>, Vec<String>) {
    let git = scratch.contract();
    let paths: Vec<_> = paths.iter().map(|path| at(path)).collect();
    let changed = live.update(&git, &paths).unwrap();
    let rows = |status: &atelier_git::GitStatus| {
        status.files.iter().map(|file| format!("{}{} {}", file.index, file.working_dir, file.path)).collect::<Vec<_>>()
    };
    (changed, rows(live.status().unwrap()), rows(&git.status().unwrap()))
}

#[test]
fn changed_paths_bring_the_status_up_to_date() {
    let long = "a long enough text\nto be found again\n";
    let scratch = Scratch::with(&[("a", "x\n"), ("dir/b", "x\n"), ("dir/c", "x\n"), ("old", long)]);
    let mut live = LiveStatus::default();
    assert!(live.status().is_none());
    assert!(both(&scratch, &mut live, &["a"]).0);
    assert!(!both(&scratch, &mut live, &["a"]).0);
    assert!(!both(&scratch, &mut live, &[]).0);
    scratch.put("a", "changed\n");
    scratch.put("dir/new/deep", "x");
    let (changed, ours, whole) = both(&scratch, &mut live, &["a", "dir/new"]);
    assert!(changed && ours == whole && ours.len() == 2, "{ours:?} {whole:?}");
    scratch.put("a", "x\n");
    fs::remove_dir_all(scratch.root.join("dir")).unwrap();
    let (changed, ours, whole) = both(&scratch, &mut live, &["a", "dir"]);
    assert!(changed && ours == whole, "{ours:?} {whole:?}");
    scratch.git(&["mv", "old", "renamed"]);
    live.refresh(&scratch.contract()).unwrap();
    scratch.put("renamed", &format!("{long}more\n"));
    let (_, ours, whole) = both(&scratch, &mut live, &["renamed"]);
    assert!(ours == whole && ours.contains(&"RM renamed".to_owned()), "{ours:?} {whole:?}");
    scratch.put("old", "again");
    let (_, ours, whole) = both(&scratch, &mut live, &["old"]);
    assert_eq!(ours, whole);
    scratch.put(".gitignore", "old\n");
    let (_, ours, whole) = both(&scratch, &mut live, &[".gitignore"]);
    assert!(ours == whole && !ours.contains(&"?? old".to_owned()), "{ours:?} {whole:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_to_files_the_kept_status_is_the_whole_one(
        steps in prop::collection::vec((0..12_usize, 0..4_u8), 1..12),
    ) {
        let names: Vec<_> = (0..12).map(|number| format!("{}/{number}", number % 3)).collect();
        let files: Vec<_> = names[..8].iter().map(|name| (name.as_str(), name.as_str())).collect();
        let scratch = Scratch::with(&files);
        scratch.git(&["mv", "0/0", "moved"]);
        let mut live = LiveStatus::default();
        live.refresh(&scratch.contract()).unwrap();
        for (which, what) in steps {
            let name = names[which].as_str();
            match what {
                0 => drop(fs::remove_file(scratch.root.join(name))),
                1 => drop(scratch.put(name, name)),
                _ => drop(scratch.put(name, &format!("{what}"))),
            }
            let (_, ours, whole) = both(&scratch, &mut live, &[name]);
            prop_assert_eq!(ours, whole);
        }
    }
}
