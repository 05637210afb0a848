//! Finding: files by a few letters among 100,000 and 500,000 paths, against `fzf --filter`; contents of 20,000 files, against
//! `rg`.
//!
//! `scripts/bench finding`. Targets: a keystroke ≤ 8 ms and ≤ 16 ms; contents ≤ 1.1 times the time of `rg`, the first hit
//! ≤ 50 ms after the beginning, the last thread gone ≤ 20 ms after the search was closed. Every one is the median.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Pairs, Words, median};
use atelier_finding::{Case, ContentQuery, ContentSearch, Finder};
use atelier_workspace::Folder;
use tempfile::TempDir;

const RUNS: usize = 15;
const QUERIES: [&str; 6] = ["s", "sr", "src", "srcse", "srcsessr", "srcsessrender"];

fn main() -> Result<(), Failure> {
    println!("a keystroke             Atelier, median (least to most)    fzf --filter   time of fzf");
    for count in [100_000, 500_000] {
        keystrokes(count)?;
    }
    let tree = Tree::new(20_000)?;
    println!("\ncontents of 20,000 files    Atelier           rg    time of rg");
    for (name, query) in tree.queries() {
        tree.against_rg(name, &query)?;
    }
    tree.first_hit_and_end()
}

fn program(name: &str) -> Command {
    Command::new(
        std::env::var_os("ATELIER_FINDERS").map_or_else(|| PathBuf::from(name), |bin| Path::new(&bin).join(name)),
    )
}

fn keystrokes(count: usize) -> Result<(), Failure> {
    let (folder, paths) = many_files(count)?;
    let finder = Finder::new(Arc::new(Folder::open(folder.path())?));
    finder.find("", 1, None)?;
    let mut times = QUERIES.map(|_| Keystrokes::default());
    for _ in 0..RUNS {
        // As a person types: each time the whole word, letter by letter.
        for (query, times) in QUERIES.iter().zip(&mut times) {
            let began = Instant::now();
            let found = finder.find(query, 100, Some(Duration::ZERO))?;
            times.ours.push(began.elapsed());
            let began = Instant::now();
            let theirs = fzf(query, &paths)?;
            times.fzf.push(began.elapsed());
            if found.total != theirs {
                return Err(format!("{query}: {} here, {theirs} there", found.total).into());
            }
        }
    }
    for (query, times) in QUERIES.iter().zip(times) {
        let name = format!("{count} {query}");
        let [least, middle, most] = spread(times.ours).map(millis);
        let fzf = millis(median(times.fzf));
        println!("{name:<22}{middle:>6.1} ms ({least:.1} to {most:.1}) {fzf:>10.1} ms {:>8.2} ×", middle / fzf);
    }
    Ok(())
}

#[derive(Default)]
struct Keystrokes {
    ours: Vec<Duration>,
    fzf: Vec<Duration>,
}

/// The least, the median and the most.
fn spread(mut times: Vec<Duration>) -> [Duration; 3] {
    times.sort_unstable();
    let of = |time: Option<&Duration>| time.copied().unwrap_or_default();
    [of(times.first()), of(times.get(times.len() / 2)), of(times.last())]
}

/// Empty files, so many, with paths such as projects have.
fn many_files(count: usize) -> Result<(TempDir, String), Failure> {
    const FOLDERS: [&str; 8] =
        ["src", "tests", "core/session", "app/views", "lib/render", "docs", "server/api", "tools"];
    const NAMES: [&str; 8] =
        ["session_render", "main_view", "user_model", "parser", "search_result", "config", "index", "stream_reader"];
    const ENDS: [&str; 5] = ["rs", "swift", "ts", "md", "json"];
    let folder = tempfile::tempdir()?;
    let mut paths = String::new();
    for number in 0..count {
        let within = format!("package{}/{}/part{}", number / 2000, FOLDERS[number % 8], number / 40 % 50);
        if number % 40 < 8 {
            fs::create_dir_all(folder.path().join(&within))?;
        }
        let path = format!("{within}/{}_{number}.{}", NAMES[number / 8 % 8], ENDS[number % 5]);
        File::create(folder.path().join(&path))?;
        paths.push_str(&path);
        paths.push('\n');
    }
    Ok((folder, paths))
}

/// How many it finds.
fn fzf(query: &str, paths: &str) -> Result<usize, Failure> {
    let mut child =
        program("fzf").args(["-i", "--filter", query]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().ok_or("no input")?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(paths.as_bytes()));
        child.wait_with_output()
    })?;
    Ok(memchr::memchr_iter(b'\n', &output.stdout).count())
}

/// Files of text.
struct Tree {
    folder: TempDir,
    words: Words,
}

impl Tree {
    fn new(files: usize) -> Result<Self, Failure> {
        let (folder, words) = (tempfile::tempdir()?, Words::new(20_000));
        let mut random = 3;
        for number in 0..files {
            let within = folder.path().join(format!("{}/{}", number / 1000, number / 50));
            if number % 50 == 0 {
                fs::create_dir_all(&within)?;
            }
            let mut file = std::io::BufWriter::new(File::create(within.join(format!("{number}.txt")))?);
            for _ in 0..60 {
                writeln!(file, "{}", words.text(&mut random, 12))?;
            }
        }
        Ok(Self { folder, words })
    }

    fn queries(&self) -> [(&'static str, ContentQuery); 3] {
        let text =
            |rank| ContentQuery { case: Case::Sensitive, limit: 100_000, ..ContentQuery::new(self.words.ranked(rank)) };
        let regex = format!("{} [a-z]+ {}", self.words.ranked(20), self.words.ranked(30));
        let regex = ContentQuery { regex: true, pattern: regex, ..text(0) };
        [("a rare word", text(15_000)), ("a regular expression", regex), ("a common word", text(100))]
    }

    fn against_rg(&self, name: &str, query: &ContentQuery) -> Result<(), Failure> {
        let folder = Arc::new(Folder::open(self.folder.path())?);
        let mut times = Pairs::default();
        let mut lines = 0;
        for run in 0..=RUNS {
            let began = Instant::now();
            let search = ContentSearch::start(Arc::clone(&folder), query)?;
            while search.next_batch_blocking().is_some() {}
            let ours = began.elapsed();
            lines = search.end().matches;
            let began = Instant::now();
            let kind = if query.regex { "-e" } else { "-Fe" };
            let mut rg = program("rg");
            rg.args(["--hidden", "-n", "--no-heading", kind, &query.pattern]).arg(self.folder.path());
            let output = rg.stdin(Stdio::null()).output()?;
            let theirs = memchr::memchr_iter(b'\n', &output.stdout).count();
            if theirs != lines {
                return Err(format!("{name}: {lines} lines here, {theirs} there").into());
            }
            // The first run warms the disk's cache.
            if run > 0 {
                times.add(ours, began.elapsed());
            }
        }
        let (ours, rival) = (millis(times.ours()), millis(times.rival()));
        println!("{name:<22}{ours:>10.1} ms {rival:>9.1} ms {:>9.2} ×   ({lines} lines)", 1.0 / times.relative_speed());
        Ok(())
    }

    fn first_hit_and_end(&self) -> Result<(), Failure> {
        let query = ContentQuery::new(self.words.ranked(100));
        let (mut first, mut ended) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let folder = Arc::new(Folder::open(self.folder.path())?);
            let began = Instant::now();
            let search = ContentSearch::start(Arc::clone(&folder), &query)?;
            search.next_batch_blocking().ok_or("nothing was found")?;
            first.push(began.elapsed());
            let began = Instant::now();
            search.close();
            // The threads hold it too.
            while Arc::strong_count(&folder) > 1 {
                std::thread::yield_now();
            }
            ended.push(began.elapsed());
        }
        println!(
            "first hit after {:.1} ms, ended {:.1} ms after it was closed",
            millis(median(first)),
            millis(median(ended))
        );
        Ok(())
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
