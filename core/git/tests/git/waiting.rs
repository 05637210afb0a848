//! One git at a time, and the locks of others.

use std::{
    fs, thread,
    time::{Duration, SystemTime},
};

use crate::scratch::{Scratch, said};

#[test]
fn many_at_once_get_their_answers_one_after_the_other() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    thread::scope(|scope| {
        for number in 0..6 {
            let scratch = &scratch;
            scope.spawn(move || {
                let name = format!("file{number}");
                scratch.put(&name, "x");
                scratch.contract().stage_files(std::slice::from_ref(&name)).unwrap();
                scratch.contract().status().unwrap();
                scratch.contract().commit(&name, false, std::slice::from_ref(&name)).unwrap();
            });
        }
    });
    assert_eq!(scratch.git(&["rev-list", "--count", "HEAD"]), "7\n");
    assert!(scratch.contract().status().unwrap().is_clean);
}

#[test]
fn a_lock_that_another_program_releases_soon_is_waited_for() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.put("a", "changed\n");
    let lock = scratch.root.join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let released = thread::spawn({
        let lock = lock.clone();
        move || {
            thread::sleep(Duration::from_millis(200));
            fs::remove_file(lock).unwrap();
        }
    });
    scratch.contract().stage_files(&["a".to_owned()]).unwrap();
    released.join().unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "M  a\n");
}

#[test]
fn a_lock_that_was_left_behind_is_explained_and_left_alone() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.put("a", "changed\n");
    let lock = scratch.root.join(".git/index.lock");
    fs::File::create(&lock).unwrap().set_modified(SystemTime::now() - Duration::from_hours(5)).unwrap();
    let failure = said(scratch.contract().stage_files(&["a".to_owned()]));
    assert!(failure.contains("index.lock': File exists") && failure.contains("is 5 h old"), "{failure}");
    assert!(failure.contains("no program that can be seen has it open"), "{failure}");
    assert!(lock.exists());
    // Looking needs no lock.
    assert!(!scratch.contract().status().unwrap().is_clean);
}
