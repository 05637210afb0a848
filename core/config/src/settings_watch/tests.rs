//! Edits of every kind are noticed, and only edits.

use std::{
    os::unix::fs::symlink,
    process::Command,
    sync::mpsc::{Receiver, channel},
};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::SettingsChange;

/// How long to wait for what never happens.
const FOREVER: Duration = Duration::from_hours(1);
const DEADLINE: Duration = Duration::from_mins(1);

/// The system's reports and nothing else.
const SYSTEM: Means = Means { watcher: system_watcher, poll: FOREVER, recheck: FOREVER };

/// A system that can't watch, as when all of its watches are taken.
const NONE: Means = Means {
    watcher: |_, _| Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch)),
    poll: Duration::from_millis(5),
    recheck: FOREVER,
};

/// Someone who is told, and what the file held each time.
struct Reader {
    notices: Receiver<Option<String>>,
    watch: SettingsWatch,
}

impl Reader {
    fn of(file: &SettingsFile, means: Means) -> Self {
        let (sender, notices) = channel();
        let path = file.path();
        let on_change = move || drop(sender.send(fs::read_to_string(&path).ok()));
        Self { watch: SettingsWatch::start_with(file, Box::new(on_change), means).unwrap(), notices }
    }

    /// Waits for the notice of this content.
    #[track_caller]
    fn expect(&self, content: Option<&str>) {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|last: &Option<String>| last.as_deref() != content) {
            let notice = self.notices.recv_timeout(DEADLINE);
            seen.push(notice.unwrap_or_else(|_| panic!("no notice of {content:?}, only of {seen:?}")));
        }
    }
}

fn file_in(folder: &Path) -> SettingsFile {
    SettingsFile::new(folder.join("config"))
}

fn existing() -> (TempDir, SettingsFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    fs::create_dir(folder.path().join("config")).unwrap();
    fs::write(file.path(), "{\"themeId\": \"first\"}").unwrap();
    (folder, file)
}

/// As another program does that knows nothing of us.
fn shell(folder: &TempDir, script: &str) {
    let config = folder.path().join("config");
    let folder = if config.is_dir() { &config } else { folder.path() };
    assert!(Command::new("/bin/sh").arg("-c").arg(script).current_dir(folder).status().unwrap().success());
}

#[test]
fn every_way_to_edit_is_noticed_by_every_reader_with_and_without_the_systems_help() {
    for means in [SYSTEM, NONE] {
        let (folder, file) = existing();
        let readers = [Reader::of(&file, means), Reader::of(&file, means)];
        let told = |content: Option<&str>| readers.iter().for_each(|reader| reader.expect(content));
        // In place, as `echo` and some editors do.
        shell(&folder, "printf '{\"a\": 1}' > settings.json");
        told(Some("{\"a\": 1}"));
        // In pieces, with nothing useful in between.
        shell(&folder, ": > settings.json; printf '{\"a\":' >> settings.json; printf ' 2}' >> settings.json");
        told(Some("{\"a\": 2}"));
        // Renamed over, as careful programs do, ourselves among them.
        shell(&folder, "printf '{\"a\": 3}' > new; mv new settings.json");
        told(Some("{\"a\": 3}"));
        file.save(&SettingsChange { model: Some("m".to_owned()), ..SettingsChange::default() }).unwrap();
        told(Some("{\n  \"a\": 3,\n  \"atelier\": {\n    \"model\": \"m\"\n  }\n}"));
        // Moved away and written anew.
        shell(&folder, "mv settings.json settings.json~; printf '{\"a\": 4}' > settings.json");
        told(Some("{\"a\": 4}"));
        // Deleted, and for good this time.
        shell(&folder, "rm settings.json");
        told(None);
        shell(&folder, "printf '{\"a\": 5}' > settings.json");
        told(Some("{\"a\": 5}"));
        shell(&folder, "printf 'broken' > settings.json");
        told(Some("broken"));
    }
}

#[test]
fn a_file_whose_folders_are_made_moved_and_linked_later_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path().join("one/two/config"));
    let reader = Reader::of(&file, SYSTEM);
    shell(&folder, "mkdir -p one/two/config; printf '{\"a\": 1}' > one/two/config/settings.json");
    reader.expect(Some("{\"a\": 1}"));
    shell(&folder, "mv one/two/config one/two/old; printf '{\"a\": 2}' > one/two/old/settings.json");
    reader.expect(None);
    shell(&folder, "mkdir one/two/config; printf '{\"a\": 3}' > one/two/config/settings.json");
    reader.expect(Some("{\"a\": 3}"));
    shell(&folder, "rm -r one/two/config");
    reader.expect(None);
    shell(&folder, "mv one/two/old one/two/config");
    reader.expect(Some("{\"a\": 2}"));
}

#[test]
fn a_linked_file_is_watched_where_it_is() {
    let (folder, file) = existing();
    let dotfiles = folder.path().join("dotfiles");
    fs::create_dir(&dotfiles).unwrap();
    fs::rename(file.path(), dotfiles.join("mine.json")).unwrap();
    symlink(dotfiles.join("mine.json"), file.path()).unwrap();
    let reader = Reader::of(&file, SYSTEM);
    shell(&folder, "printf '{\"a\": 1}' > ../dotfiles/mine.json");
    reader.expect(Some("{\"a\": 1}"));
    shell(&folder, "printf '{\"a\": 2}' > new; mv new ../dotfiles/mine.json");
    reader.expect(Some("{\"a\": 2}"));
    // The link goes elsewhere.
    shell(&folder, "printf '{\"a\": 3}' > ../dotfiles/other.json; ln -sf ../dotfiles/other.json settings.json");
    reader.expect(Some("{\"a\": 3}"));
    shell(&folder, "printf '{\"a\": 4}' > ../dotfiles/other.json");
    reader.expect(Some("{\"a\": 4}"));
}

#[test]
fn nobody_is_told_after_the_end() {
    let (_folder, file) = existing();
    let reader = Reader::of(&file, SYSTEM);
    reader.watch.stop();
    fs::write(file.path(), "{}").unwrap();
    // The sender went with the thread.
    assert!(reader.notices.recv().is_err());

    let dropped = Reader::of(&file, NONE);
    drop(dropped.watch);
    while dropped.notices.recv_timeout(DEADLINE).is_ok() {}
}

/// A look-out on this thread, and how often it has told.
fn look_out(file: &SettingsFile) -> (LookOut, Receiver<()>) {
    let (sender, told) = channel();
    let tell = move || sender.send(()).unwrap();
    (LookOut::new(file, Box::new(tell), NONE), told)
}

#[test]
fn the_same_content_is_no_news_however_it_is_written_and_a_burst_is_one() {
    let (_folder, file) = existing();
    let (mut look_out, told) = look_out(&file);
    let same = fs::read(file.path()).unwrap();
    fs::write(file.path(), &same).unwrap();
    look_out.look();
    fs::remove_file(file.path()).unwrap();
    fs::write(file.path(), &same).unwrap();
    look_out.look();
    assert_eq!(told.try_iter().count(), 0);

    for round in 0..100 {
        fs::write(file.path(), format!("{{\"round\": {round}}}")).unwrap();
        let _ = look_out.wake.try_send(());
    }
    look_out.look();
    look_out.look();
    assert_eq!(told.try_iter().count(), 1);
    // There and back while nobody looked.
    fs::write(file.path(), "{}").unwrap();
    fs::write(file.path(), "{\"round\": 99}").unwrap();
    look_out.look();
    assert_eq!(told.try_iter().count(), 0);
}

#[test]
fn reading_the_file_is_no_reason_to_read_it() {
    let names = [OsString::from("settings.json")];
    let event = |kind: EventKind, name: &str| Ok(Event::new(kind).add_path(Path::new("/folder").join(name)));
    let modified = EventKind::Modify(notify::event::ModifyKind::Any);
    for kind in [AccessKind::Read, AccessKind::Open(AccessMode::Any), AccessKind::Close(AccessMode::Read)] {
        assert!(!concerns(&event(EventKind::Access(kind), "settings.json"), &names), "{kind:?}");
    }
    assert!(concerns(&event(EventKind::Access(AccessKind::Close(AccessMode::Write)), "settings.json"), &names));
    assert!(concerns(&event(modified, "settings.json"), &names));
    assert!(!concerns(&event(modified, "other.json"), &names));
    // What may have been missed must be looked for.
    assert!(concerns(&Ok(Event::new(EventKind::Other)), &names));
    assert!(concerns(&Err(notify::Error::generic("overflow")), &names));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn it_tells_exactly_when_two_looks_differ(contents in prop::collection::vec("[ab]{1,2}", 1..12)) {
        let (_folder, file) = existing();
        let (mut look_out, told) = look_out(&file);
        let mut before = fs::read_to_string(file.path()).unwrap();
        for content in contents {
            let content = format!("{{\"themeId\": \"{content}\"}}");
            fs::write(file.path(), &content).unwrap();
            look_out.look();
            prop_assert_eq!(told.try_iter().count(), usize::from(content != before));
            before = content;
        }
    }
}
