//! What is noticed of changes in a folder, by the system and without it.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use atelier_workspace::{Changes, Folder, RelativePath, Watch, WatchMeans};
use tempfile::TempDir;

/// So long is waited for what never comes.
const DEADLINE: Duration = Duration::from_mins(1);

/// With the system's help.
const SYSTEM: WatchMeans = WatchMeans { max_watched: 50_000, max_polled: 50_000, poll: Duration::from_millis(5) };

/// Without it.
const NONE: WatchMeans = WatchMeans { max_watched: 0, ..SYSTEM };

struct Watched {
    scratch: TempDir,
    root: PathBuf,
    told: Receiver<Changes>,
    watch: Watch,
    /// All that was told since the last look.
    seen: Changes,
    /// How many marks have been made.
    marks: usize,
}

/// How the names of marks begin.
const MARK: &str = "mark-";

fn at(path: &str) -> RelativePath {
    RelativePath::new(Path::new(path)).unwrap()
}

fn scratch(script: &str) -> (TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().canonicalize().unwrap().join("project");
    fs::create_dir(&root).unwrap();
    shell(&root, script);
    (scratch, root)
}

fn shell(folder: &Path, script: &str) {
    let done = Command::new("/bin/sh").args(["-e", "-c", script]).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
}

impl Watched {
    /// A folder that a script has filled, watched from then on.
    fn new(means: WatchMeans, script: &str) -> Self {
        let (scratch, root) = scratch(script);
        let (sender, told) = channel();
        let tell = move |changes| drop(sender.send(changes));
        let watch = Watch::start_with(&Folder::open(&root).unwrap(), Box::new(tell), means).unwrap();
        let mut watched = Self { scratch, root, told, watch, seen: Changes::default(), marks: 0 };
        if means.max_watched == 0 {
            watched.expect(|seen| seen.notice.is_some());
        }
        watched
    }

    /// Waits until what was told has this.
    #[track_caller]
    fn expect(&mut self, condition: impl Fn(&Changes) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !condition(&self.seen) {
            let told = self.told.recv_timeout(end.saturating_duration_since(Instant::now()));
            self.seen.merge(told.unwrap_or_else(|error| panic!("{error}: only {:?} was told", self.seen)));
        }
        self.seen = Changes::default();
    }

    /// The script's changes are told: a path among them, or that anything may have changed.
    #[track_caller]
    fn expect_path(&mut self, script: &str, path: &str) {
        shell(&self.root, script);
        let (path, above) = (at(path), at(path).parent().unwrap());
        // Without the system's help only folders are told apart.
        self.expect(|seen| seen.rescan || seen.paths.contains(&path) || seen.paths.contains(&above));
    }

    /// Repeats the script until it is told so: something is noticed that has to be walked through first, now or in a second.
    #[track_caller]
    fn expect_in_time(&mut self, script: &str, condition: impl Fn(&Changes) -> bool) {
        let end = Instant::now() + DEADLINE;
        loop {
            assert!(Instant::now() < end, "{script}: it is not told so");
            shell(&self.root, script);
            if condition(&self.told.recv_timeout(Duration::from_millis(200)).unwrap_or_default()) {
                return;
            }
        }
    }

    /// Everything that is told of a script, and the root, in which the marks are. What one change makes the system report
    /// may be told in two batches, so what came before is read to its end first.
    fn told_of(&mut self, script: &str) -> Changes {
        self.up_to_a_mark();
        shell(&self.root, script);
        self.up_to_a_mark()
    }

    /// Everything that is told before a file that is made now, but for such files.
    fn up_to_a_mark(&mut self) -> Changes {
        self.marks += 1;
        let mark = format!("{MARK}{}", self.marks);
        fs::write(self.root.join(&mark), "").unwrap();
        let end = Instant::now() + DEADLINE;
        let mut all = Changes::default();
        while !all.paths.contains(&at(&mark)) {
            assert!(!all.rescan, "rescan");
            all.merge(self.told.recv_timeout(end.saturating_duration_since(Instant::now())).unwrap());
        }
        all.paths.retain(|path| !path.as_path().to_string_lossy().starts_with(MARK));
        all
    }
}

#[test]
fn every_kind_of_change_is_told_with_and_without_the_systems_help() {
    for means in [SYSTEM, NONE] {
        let mut watched = Watched::new(means, "mkdir -p src/deep; echo 1 > src/a; echo 1 > src/deep/b");
        watched.expect_path("echo 22 > src/a", "src/a");
        watched.expect_path("echo 3 >> src/deep/b", "src/deep/b");
        watched.expect_path("echo x > src/new", "src/new");
        watched.expect_path("mv src/new src/named", "src/named");
        watched.expect_path("rm src/named", "src/named");
        watched.expect_path("chmod +x src/a", "src/a");
        watched.expect_path("ln -s nowhere src/link", "src/link");
        watched.expect_path("mkdir -p one/two/three", "one");
        watched.expect_path("echo x > one/two/three/file", "one/two/three/file");
        watched.expect_path("mv one/two moved", "moved");
        watched.expect_path("echo y > moved/three/file", "moved/three/file");
        watched.expect_path("rm -r moved", "moved");
        watched.expect_path("mkdir moved; echo z > moved/anew", "moved/anew");
        watched.expect_path("mkfifo pipe", "pipe");
        watched.expect_path("printf x > 'new\nline'", "new\nline");
    }
}

#[test]
fn what_is_ignored_is_not_told_but_that_it_came_is() {
    let mut watched = Watched::new(
        SYSTEM,
        "printf 'target/\n*.log\n!keep.log\n' > .gitignore; mkdir -p target/debug sub; printf '/local\n' > sub/.gitignore; \
         touch a.log sub/local; mkdir node; echo '*' > node/.gitignore",
    );
    let told = watched
        .told_of("echo x > target/debug/a; echo x > a.log; echo x > sub/local; mkdir target/new; echo x > node/b");
    assert_eq!(told.paths, [].into());
    let told =
        watched.told_of("touch new.log; mkdir sub/target; touch sub/target/x; echo x > keep.log; echo x > local");
    assert_eq!(told.paths, [at("keep.log"), at("local")].into());
    assert_eq!(told.folders, [RelativePath::root(), at("sub")].into(), "a person sees them come");
    // Other rules count at once.
    watched.expect_path("echo 'keep.log' > .gitignore", ".gitignore");
    watched.expect_path("echo y > target/debug/a", "target/debug/a");
}

#[test]
fn a_nested_repository_has_rules_of_its_own() {
    let mut watched = Watched::new(
        SYSTEM,
        "git init -q; printf '*.log\nbuilt\n' > .gitignore; echo private > .git/info/exclude; mkdir -p built inner/deep; \
         git init -q inner; echo '*.tmp' > inner/.gitignore; echo local > inner/.git/info/exclude; touch inner/local",
    );
    let told = watched
        .told_of("touch a.log inner/a.tmp; echo x > inner/local; echo x > inner/deep/a.log; touch inner/private");
    assert_eq!(told.paths, [at("inner/deep/a.log"), at("inner/private")].into());
    // One that is made later ends the rules around it too.
    shell(&watched.root, "mkdir later; touch later/a.log; git init -q later");
    watched.expect_in_time("echo x >> later/b.log", |told| told.paths.contains(&at("later/b.log")));
}

#[test]
fn what_git_keeps_is_told_where_it_is_state_and_not_where_it_is_not() {
    for means in [SYSTEM, NONE] {
        let git = "git -c user.name=a -c user.email=a@b.c -c init.defaultBranch=main";
        let mut watched = Watched::new(means, &format!("{git} init -q; echo 1 > a; {git} add a; {git} commit -qm one"));
        for change in
            ["add a", "commit -qam two --allow-empty", "branch feature/deep", "checkout -q feature/deep", "tag x"]
        {
            shell(&watched.root, &format!("echo x >> a; {git} {change}"));
            watched.expect(|seen| seen.repository);
        }
        if means.max_watched > 0 {
            let told =
                watched.told_of("git hash-object -w a; touch .git/index.lock; rm .git/index.lock; touch .git/notes");
            assert_eq!(told, Changes { folders: [RelativePath::root()].into(), ..Changes::default() });
        }
        // What is ignored from now on.
        shell(&watched.root, "echo b > .git/info/exclude");
        watched.expect(|seen| seen.rescan);
    }
}

#[test]
fn a_linked_working_tree_and_a_folder_in_a_repository_know_their_git() {
    let git = "git -c user.name=a -c user.email=a@b.c";
    let (scratch, root) = scratch(&format!(
        "git init -q; mkdir inner; touch inner/a; {git} add .; {git} commit -qm one; git worktree add -q ../linked"
    ));
    for folder in [root.join("inner"), root.with_file_name("linked")] {
        let (sender, told) = channel();
        let watch = Watch::start(&Folder::open(&folder).unwrap(), move |changes| drop(sender.send(changes))).unwrap();
        shell(&folder, &format!("{git} commit -qm more --allow-empty"));
        while !told.recv_timeout(DEADLINE).unwrap().repository {}
        watch.stop();
    }
    drop(scratch);
}

#[test]
fn a_repository_that_is_made_later_is_noticed_and_watched() {
    let mut watched = Watched::new(SYSTEM, "touch a");
    shell(&watched.root, "git init -q");
    watched.expect(|seen| seen.repository);
    watched.expect_in_time("echo x >> a; git add a", |told| told.repository && !told.rescan);
}

#[test]
fn thousands_of_changes_are_told_in_few_and_small_batches() {
    let mut watched = Watched::new(SYSTEM, "mkdir -p a b c");
    let root = watched.root.clone();
    let writer = thread::spawn(move || {
        for number in 0..5000 {
            fs::write(root.join(["a", "b", "c"][number % 3]).join(number.to_string()), "x").unwrap();
        }
    });
    let (mut batches, mut all) = (0, Changes::default());
    let end = Instant::now() + DEADLINE;
    while !writer.is_finished() || !all.rescan {
        assert!(Instant::now() < end, "{batches} batches: {all:?}");
        // The last may have come before the writer has ended.
        let Ok(batch) = watched.told.recv_timeout(Duration::from_millis(5)) else { continue };
        assert!(batch.paths.len() <= 1000 && batch.folders.len() <= 1000);
        all.merge(batch);
        batches += 1;
    }
    writer.join().unwrap();
    assert!(batches < 2500, "{batches} batches");
    watched.expect_path("echo x > c/the-end", "c/the-end");
}

#[test]
#[cfg(target_os = "linux")]
fn when_the_systems_queue_overflows_everything_may_have_changed_and_it_goes_on() {
    let (_scratch, root) = scratch("mkdir a");
    let (sender, told) = channel();
    let (go, wait) = channel::<()>();
    // A reader that is stuck until the queue is full: the thread takes nothing meanwhile.
    let tell = move |changes| {
        let _ = sender.send(changes);
        let _ = wait.recv();
    };
    let watch = Watch::start(&Folder::open(&root).unwrap(), tell).unwrap();
    shell(&root, "touch first");
    told.recv_timeout(DEADLINE).unwrap();
    let queue: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
    let mut files = ["one", "two"].map(|name| fs::File::create(root.join("a").join(name)).unwrap());
    for number in 0..=queue {
        // In turn, so that the system can't merge the events.
        files[number % 2].write_all(b"x").unwrap();
    }
    fs::create_dir_all(root.join("made/meanwhile")).unwrap();
    drop(go);
    while !told.recv_timeout(DEADLINE).unwrap().rescan {}
    // After the walk, what was missed is watched too.
    let end = Instant::now() + DEADLINE;
    loop {
        assert!(Instant::now() < end, "what came during the overflow is not watched");
        shell(&root, "date > made/meanwhile/file");
        let batch = told.recv_timeout(Duration::from_millis(200)).unwrap_or_default();
        if batch.paths.contains(&at("made/meanwhile/file")) {
            break;
        }
    }
    watch.stop();
}

#[test]
fn where_the_system_watches_no_more_the_user_is_told_and_changes_are_seen_all_the_same() {
    let few = WatchMeans { max_watched: 4, ..SYSTEM };
    let mut watched = Watched::new(few, "mkdir -p a b");
    // Room for the root, a and b; the fourth and fifth are too many.
    shell(&watched.root, "mkdir -p c/d/e");
    watched.expect(|seen| seen.notice.as_ref().is_some_and(|notice| notice.contains("max_user_watches")));
    watched.expect_path("echo x > c/d/e/file", "c/d/e/file");
    watched.expect_path("echo x > a/file", "a/file");
    assert!(watched.seen.notice.is_none(), "told once");
}

#[test]
fn a_folder_that_goes_and_comes_again_is_followed() {
    let mut watched = Watched::new(SYSTEM, "mkdir a");
    let away = watched.scratch.path().join("away");
    fs::rename(&watched.root, &away).unwrap();
    watched.expect(|seen| seen.rescan);
    fs::write(away.join("a/file"), "not told").unwrap();
    fs::create_dir_all(watched.root.join("b")).unwrap();
    watched.expect(|seen| seen.rescan);
    watched.expect_path("echo x > b/file", "b/file");
    fs::remove_dir_all(&watched.root).unwrap();
    watched.expect(|seen| seen.rescan);
    // A link in its place is not followed.
    symlink(&away, &watched.root).unwrap();
    fs::write(away.join("a/more"), "not told").unwrap();
    fs::remove_file(&watched.root).unwrap();
    fs::create_dir(&watched.root).unwrap();
    watched.expect(|seen| seen.rescan);
    watched.expect_path("echo x > c", "c");
}

#[test]
fn links_are_not_followed_and_a_closed_folder_is_no_reason_to_stop() {
    let mut watched = Watched::new(
        SYSTEM,
        "mkdir ../other closed open; ln -s ../other away; ln -s . circle; ln -s nowhere dangling; chmod 000 closed",
    );
    let told = watched.told_of("echo x > ../other/file; echo x > open/file");
    assert_eq!(told.paths, [at("open/file")].into());
    shell(&watched.root, "chmod 700 closed");
}

#[test]
fn nobody_is_told_after_the_end() {
    let watched = Watched::new(SYSTEM, "touch a");
    watched.watch.stop();
    fs::write(watched.root.join("a"), "x").unwrap();
    // The sender went with the thread.
    assert!(watched.told.recv().is_err());
    let dropped = Watched::new(NONE, "touch a");
    drop(dropped.watch);
    while dropped.told.recv_timeout(DEADLINE).is_ok() {}
}
