//! The kept status: after any changes it is what a whole look finds.

use std::{fs, os::unix::fs::PermissionsExt as _};

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

/// What may happen in a folder with a repository.
#[derive(Debug, Clone)]
enum Step {
    Write(usize, u8),
    Remove(usize),
    Move(usize, usize),
    Link(usize),
    Mode(usize),
    RemoveFolder(usize),
    Ignore(usize, usize),
    Git(usize, usize),
}

const FOLDERS: [&str; 3] = ["one", "two", "two/deep"];

/// Commands that change what git keeps; `NAME` stands for a file.
const COMMANDS: [&[&str]; 12] = [
    &["add", "-A", "--", "NAME"],
    &["add", "-N", "--", "NAME"],
    &["add", "-A"],
    &["rm", "-q", "--cached", "--", "NAME"],
    &["mv", "-f", "NAME", "moved"],
    &["commit", "-q", "-m", "step"],
    &["commit", "-q", "-a", "-m", "step"],
    &["reset", "-q"],
    &["stash", "-q"],
    &["checkout", "-q", "-B", "other", "HEAD~1"],
    &["checkout", "-q", "main"],
    &["merge", "-q", "other"],
];

fn name(number: usize) -> String {
    format!("{}/{}", FOLDERS[number % 3], number / 3)
}

fn step() -> impl Strategy<Value = Step> {
    let name = || 0..12_usize;
    prop_oneof![
        6 => (name(), 0..4_u8).prop_map(|(at, text)| Step::Write(at, text)),
        2 => name().prop_map(Step::Remove),
        2 => (name(), name()).prop_map(|(from, to)| Step::Move(from, to)),
        1 => name().prop_map(Step::Link),
        1 => name().prop_map(Step::Mode),
        1 => (0..3_usize).prop_map(Step::RemoveFolder),
        1 => (0..3_usize, 0..4_usize).prop_map(|(folder, number)| Step::Ignore(folder, number)),
        6 => (0..COMMANDS.len(), name()).prop_map(|(command, at)| Step::Git(command, at)),
    ]
}

/// Does it, as far as it can be done, and tells what a watcher would; none: git itself has changed something.
fn take(scratch: &Scratch, step: &Step) -> Option<Vec<String>> {
    let path = |number: usize| scratch.root.join(name(number));
    match *step {
        Step::Write(at, text) => {
            let _ = fs::remove_file(path(at));
            // Long enough to be found again under another name.
            scratch.put(&name(at), &format!("the text {text} of some file\nand more of it\n"));
            Some(vec![name(at)])
        }
        Step::Remove(at) => {
            let _ = fs::remove_file(path(at));
            Some(vec![name(at)])
        }
        Step::Move(from, to) => {
            fs::create_dir_all(path(to).parent().unwrap()).unwrap();
            let _ = fs::rename(path(from), path(to));
            Some(vec![name(from), name(to)])
        }
        Step::Link(at) => {
            let _ = fs::remove_file(path(at));
            fs::create_dir_all(path(at).parent().unwrap()).unwrap();
            std::os::unix::fs::symlink("elsewhere", path(at)).unwrap();
            Some(vec![name(at)])
        }
        Step::Mode(at) => {
            if path(at).symlink_metadata().is_ok_and(|file| file.is_file()) {
                fs::set_permissions(path(at), fs::Permissions::from_mode(0o755)).unwrap();
            }
            Some(vec![name(at)])
        }
        Step::RemoveFolder(at) => {
            let _ = fs::remove_dir_all(scratch.root.join(FOLDERS[at]));
            Some(vec![FOLDERS[at].to_owned()])
        }
        Step::Ignore(at, number) => {
            let rules = format!("{}/.gitignore", FOLDERS[at]);
            scratch.put(&rules, &format!("{number}\n"));
            Some(vec![rules])
        }
        Step::Git(command, at) => {
            let at = name(at);
            let command: Vec<_> =
                COMMANDS[command].iter().map(|part| if *part == "NAME" { at.as_str() } else { part }).collect();
            scratch.try_git(&command);
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_kept_status_is_the_whole_one(steps in prop::collection::vec(step(), 1..24)) {
        let files: Vec<_> = (0..8).map(|number| (name(number), format!("the text {number} of a file\nto be found\n"))).collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let scratch = Scratch::with(&files);
        scratch.commit_all("second");
        let git = scratch.contract();
        let mut live = LiveStatus::default();
        live.refresh(&git).unwrap();
        for step in steps {
            match take(&scratch, &step) {
                None => live.refresh(&git).unwrap(),
                Some(paths) => {
                    live.update(&git, &paths.iter().map(|path| at(path)).collect::<Vec<_>>()).unwrap()
                }
            };
            let mut whole = LiveStatus::default();
            whole.refresh(&git).unwrap();
            prop_assert_eq!(live.status(), whole.status(), "{:?}", step);
        }
    }
}
