//! Git: a status, whole and brought up to date, of 100,000 files with 5,000 commits and 200 branches, against plain git.
//!
//! `scripts/bench git`. Targets: a whole status ≤ 1.1 times the time of `git status`; brought up to date by the paths that a
//! watcher names ≤ 35 ms. The rest is for information.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fmt::Write as _,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Pairs};
use atelier_git::{DiffQuery, Git, GraphQuery, LiveStatus, LogRange, Repository, Side};
use atelier_workspace::{Folder, RelativePath};
use tempfile::TempDir;

const RUNS: usize = 15;
const FILES: usize = 100_000;
const COMMITS: usize = 5_000;
const BRANCHES: usize = 200;

/// What `git status` is asked as a rival: every untracked file, nothing written.
const STATUS: [&str; 6] = ["--no-optional-locks", "status", "--porcelain=v2", "-z", "--branch", "-uall"];

fn main() -> Result<(), Failure> {
    let place = Place::new()?;
    println!("{FILES} files, {COMMITS} commits, {BRANCHES} branches    Atelier      git    time of git");
    let root = RelativePath::root();
    place.compare("status, followed", &[&STATUS], || Ok(LiveStatus::default().refresh(&place.git()?)?))?;
    place.compare("status, all changes", &[&STATUS], || Ok(place.open()?.changes(&going_on)?.omitted))?;
    let counted: [&[&str]; 3] = [&STATUS, &["diff", "--cached", "--numstat", "-z"], &["diff", "--numstat", "-z"]];
    place.compare("status with lines", &counted, || Ok(place.git()?.status()?.files.len()))?;
    place.brought_up_to_date()?;
    let log = LogRange { max_count: Some(500), ..LogRange::default() };
    let plain_log = ["log", "-500", "--shortstat", "--format=%H %aI %s %b %D %aN %aE"];
    place.compare("log of 500", &[&plain_log], || Ok(place.git()?.log(&log)?.total))?;
    let page = GraphQuery { limit: 500, ..GraphQuery::default() };
    let plain_graph = ["log", "--all", "--topo-order", "-500", "--format=%H %P %an %s"];
    place.compare("graph of 500", &[&plain_graph], || Ok(place.open()?.graph(&page, &going_on)?.rows.len()))?;
    let heads = ["for-each-ref", "--format=%(refname) %(objectname:short) %(upstream) %(contents:subject)", "refs"];
    place.compare("200 branches", &[&heads], || Ok(place.git()?.branches(false)?.branches.len()))?;
    place.compare("diff of 50 files", &[&["diff"]], || Ok(place.open()?.diff(&root, false, &going_on)?.text.len()))?;
    place.long_diff()
}

fn going_on() -> bool {
    false
}

/// A repository with 50 changed and 100 new files.
struct Place {
    _outer: TempDir,
    root: PathBuf,
    folder: Folder,
}

impl Place {
    fn new() -> Result<Self, Failure> {
        let outer = tempfile::tempdir()?;
        let root = outer.path().canonicalize()?;
        let git = |arguments: &[&str]| plain(&root, arguments);
        git(&["init", "-q", "-b", "main"])?;
        let mut import =
            Command::new("git").args(["fast-import", "--quiet"]).current_dir(&root).stdin(Stdio::piped()).spawn()?;
        let mut input = import.stdin.take().ok_or("no input")?;
        input.write_all(history()?.as_bytes())?;
        drop(input);
        if !import.wait()?.success() {
            return Err("git fast-import failed".into());
        }
        git(&["reset", "-q", "--hard", "main"])?;
        for number in 0..50 {
            fs::write(root.join(path(number * 1_990)), format!("changed\n{}", text(number)))?;
        }
        for number in 0..100 {
            fs::write(root.join(format!("package{}/new{number}", number % 10)), text(number))?;
        }
        // What git's own commands have left to do is done before.
        git(&["status", "--porcelain"])?;
        let folder = Folder::open(&root)?;
        Ok(Self { _outer: outer, root, folder })
    }

    fn git(&self) -> Result<Git<'static>, Failure> {
        Ok(Git::at(self.folder.beneath(&RelativePath::root())?, &going_on)?)
    }

    fn open(&self) -> Result<Repository, Failure> {
        Ok(Repository::open(&self.folder, &going_on)?)
    }

    /// Ours, and plain git's commands one after the other, take turns.
    fn compare<T>(
        &self,
        name: &str,
        commands: &[&[&str]],
        ours: impl Fn() -> Result<T, Failure>,
    ) -> Result<(), Failure> {
        let mut times = Pairs::default();
        for run in 0..=RUNS {
            let began = Instant::now();
            ours()?;
            let took = began.elapsed();
            let began = Instant::now();
            for command in commands {
                plain(&self.root, command)?;
            }
            // The first warms what both read.
            if run > 0 {
                times.add(took, began.elapsed());
            }
        }
        told(name, &times);
        Ok(())
    }

    /// Three files change, as a watcher tells.
    fn brought_up_to_date(&self) -> Result<(), Failure> {
        let mut live = LiveStatus::default();
        live.refresh(&self.git()?)?;
        let changed = [7, 50_007, 99_007].map(path);
        let paths: Vec<_> = changed.iter().filter_map(|path| RelativePath::new(Path::new(path))).collect();
        let plainly: Vec<&str> = STATUS.into_iter().chain(["--"]).chain(changed.iter().map(String::as_str)).collect();
        let mut times = Pairs::default();
        for run in 0..2 * RUNS {
            for path in &changed {
                fs::write(self.root.join(path), format!("{run}\n"))?;
            }
            let began = Instant::now();
            live.update(&self.git()?, &paths)?;
            let took = began.elapsed();
            let began = Instant::now();
            plain(&self.root, &plainly)?;
            times.add(took, began.elapsed());
        }
        let mut whole = LiveStatus::default();
        whole.refresh(&self.git()?)?;
        if live.status() != whole.status() {
            return Err("what was brought up to date is not what a whole look finds".into());
        }
        plain(&self.root, &["checkout", "-q", "--", &changed[0], &changed[1], &changed[2]])?;
        told("status, three paths changed", &times);
        Ok(())
    }

    /// The first page and the last of a diff of 10 MB.
    fn long_diff(&self) -> Result<(), Failure> {
        let lines = |start: &str| {
            (0..100_000).fold(String::new(), |mut text, number| {
                // Writing to a string does not fail.
                let _ = writeln!(text, "{start} line {number} of a file with long enough lines");
                text
            })
        };
        fs::write(self.root.join("long"), lines("old"))?;
        plain(&self.root, &["add", "long"])?;
        fs::write(self.root.join("long"), lines("new"))?;
        for (name, page) in [("10 MB of a diff, first page", 0), ("10 MB of a diff, last page", 199_000)] {
            let query = DiffQuery { path: "long".into(), from: None, side: Side::Unstaged, context: 3 };
            self.compare(name, &[&["diff", "--", "long"]], || {
                Ok(self.open()?.file_changes(&query, page, &going_on)?.lines)
            })?;
        }
        Ok(())
    }
}

fn told(name: &str, times: &Pairs) {
    let (ours, rival) = (millis(times.ours()), millis(times.rival()));
    println!("{name:<36}{ours:>12.1} ms {rival:>7.1} ms {:>9.2} ×", 1.0 / times.relative_speed());
}

fn plain(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("git").args(arguments).current_dir(root).stdin(Stdio::null()).output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

fn path(number: usize) -> String {
    format!("package{}/part{}/file_{number}.rs", number / 2_000, number / 40 % 50)
}

fn text(number: usize) -> String {
    format!("line one of {number}\n").repeat(20)
}

/// All files in one commit, then many that change one each, and branches along the way: as `git fast-import` takes it.
fn history() -> Result<String, Failure> {
    let mut told = String::new();
    let commit = |told: &mut String, number: usize| {
        let message = format!("commit {number}");
        let time = 1_700_000_000 + number * 60;
        writeln!(told, "commit refs/heads/main\ncommitter Ann <ann@localhost> {time} +0000")?;
        writeln!(told, "data {}\n{message}", message.len())
    };
    let file = |told: &mut String, number: usize, text: &str| {
        writeln!(told, "M 100644 inline {}\ndata {}\n{text}", path(number), text.len())
    };
    commit(&mut told, 0)?;
    for number in 0..FILES {
        file(&mut told, number, &text(number))?;
    }
    for number in 1..COMMITS {
        commit(&mut told, number)?;
        file(&mut told, number * 7 % FILES, &format!("changed by {number}\n"))?;
        if number % (COMMITS / BRANCHES) == 0 {
            writeln!(told, "reset refs/heads/topic/{number}\nfrom refs/heads/main\n")?;
        }
    }
    Ok(told)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
