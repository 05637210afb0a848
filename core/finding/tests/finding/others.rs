//! The same as others find: `rg`, `git grep`, `git ls-files` and `fzf`, on three real trees. `scripts/test` says where the
//! programs and the Node packages are; the crates are those that this project is built from.

use std::{
    collections::BTreeSet,
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use atelier_finding::{Case, ContentQuery, Finder, FoundLine, LineKind, Walk};
use atelier_workspace::{Folder, RelativePath, Roots};
use serde_json::Value;
use tempfile::TempDir;

use crate::project::{git, search};

/// Of these the sources are searched.
const CRATES: [&str; 5] = ["ignore", "proptest", "serde", "clap_builder", "url"];

/// And of these Node packages, which are among what the tests of MCP servers need.
const PACKAGES: [&str; 9] = ["@hono", "ajv", "diff", "express", "glob", "hono", "jszip", "lru-cache", "yaml"];

/// Where a variable of `scripts/test` says that something is.
fn place(variable: &str) -> PathBuf {
    env::var_os(variable).unwrap_or_else(|| panic!("scripts/test sets {variable}")).into()
}

/// A program of the environment that `scripts/test` makes.
fn program(name: &str) -> Command {
    Command::new(place("ATELIER_FINDERS").join(name))
}

fn output(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    // 1: nothing was found.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

struct Tree {
    root: PathBuf,
    /// Held while it is used.
    copy: Option<TempDir>,
}

impl Tree {
    /// The checkout, with whatever is being worked on.
    fn checkout() -> Self {
        Self { root: Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap(), copy: None }
    }

    /// A copy of folders as a repository of its own, so that their ignore rules count; nothing is tracked in it.
    fn copy_of(folders: &[PathBuf]) -> Self {
        let copy = tempfile::tempdir().unwrap();
        let root = copy.path().canonicalize().unwrap();
        output(Command::new("cp").arg("-r").args(folders).arg(&root));
        output(git(&root).args(["init", "-q"]));
        Self { root, copy: Some(copy) }
    }

    fn crates() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
        // Only what is built here has been downloaded.
        let platform = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", &platform]);
        let metadata = output(cargo.arg("--manifest-path").arg(manifest));
        let metadata: Value = serde_json::from_slice(&metadata).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let wanted = packages.iter().filter(|package| CRATES.contains(&package["name"].as_str().unwrap()));
        let folder =
            |package: &Value| Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned();
        let folders: Vec<_> = wanted.map(folder).collect();
        assert!(folders.len() >= CRATES.len(), "{folders:?}");
        Self::copy_of(&folders)
    }

    fn node_packages() -> Self {
        let packages = fs::read_dir(place("ATELIER_NODE_MODULES")).unwrap().map(|entry| entry.unwrap());
        let wanted = packages.filter(|entry| PACKAGES.iter().any(|package| entry.file_name() == *package));
        Self::copy_of(&wanted.map(|entry| entry.path()).collect::<Vec<_>>())
    }

    /// As a person's, who may search what agents may not.
    fn folder(&self) -> Arc<Folder> {
        let roots = Roots::new(Some(self.root.clone()), None, vec![self.root.clone()]);
        Arc::new(roots.directory("").unwrap())
    }

    fn rg(&self) -> Command {
        let mut command = program("rg");
        command.current_dir(&self.root).stdin(Stdio::null());
        command.args(["--no-config", "--hidden", "--no-ignore-dot", "--crlf", "--glob", "!.git"]);
        command
    }
}

/// One after the other: they search the same disk.
#[test]
#[ignore = "scripts/test runs it, with what it needs"]
fn the_same_files_are_searched_and_the_same_lines_found() {
    for (name, tree) in
        [("checkout", Tree::checkout()), ("crates", Tree::crates()), ("packages", Tree::node_packages())]
    {
        let files = same_files(name, &tree);
        assert!(files.len() > 200, "{name}: {}", files.len());
        let mut lines = 0;
        for query in queries() {
            let ours = ours(&tree, &query);
            lines += ours.len();
            same_lines_as_git(name, &tree, &query, &ours);
            same_lines_as_rg(name, &tree, &query, ours);
        }
        assert!(lines > 1000, "{name}: {lines}");
        same_paths_as_fzf(name, &tree);
        if tree.copy.is_some() {
            same_with_rules_of_every_kind(name, &tree);
        }
    }
}

/// In a copy, which may be changed: rules above the folder, exceptions from them, the repository's own, and a repository
/// within the repository. Git sees nothing in that one, so it is asked there.
fn same_with_rules_of_every_kind(name: &str, tree: &Tree) {
    let folders = fs::read_dir(&tree.root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|path| path.is_dir() && !path.ends_with(".git")).collect();
    folders.sort();
    let nested = &folders[0];
    output(git(nested).args(["init", "-q"]));
    for (folder, rules) in [
        (&tree.root, "*.md\n!README.md\n/*/src\n!/*/lib\ntest*/\n"),
        (nested, "*.toml\n!Cargo.toml\n"),
        (&folders[1], "!*.md\n/package.json\n"),
    ] {
        fs::write(folder.join(".gitignore"), rules).unwrap();
    }
    fs::write(tree.root.join(".git/info/exclude"), "LICENSE*\n").unwrap();
    let ours = files(tree);
    assert_eq!(ours, names(&output(tree.rg().args(["--files", "-0"]))), "{name}");
    let inside = nested.strip_prefix(&tree.root).unwrap().to_str().unwrap();
    let list = ["ls-files", "-z", "-o", "--exclude-standard"];
    let (around, within) = (names(&output(git(&tree.root).args(list))), names(&output(git(nested).args(list))));
    let within = within.into_iter().map(|path| format!("{inside}/{path}"));
    let is_file = |path: &String| fs::symlink_metadata(tree.root.join(path)).is_ok_and(|metadata| metadata.is_file());
    let gits: BTreeSet<_> =
        around.into_iter().filter(|path| !path.ends_with('/')).chain(within).filter(is_file).collect();
    assert_eq!(ours, gits, "{name}");
    // To `rg`, a glob that is named brings back what is ignored; to us it chooses among the rest.
    for query in queries().into_iter().filter(|query| query.include.is_empty()) {
        same_lines_as_rg(name, tree, &query, self::ours(tree, &query));
    }
    // A folder of the repository alone is under the rules above it.
    let below = Tree { root: folders[1].clone(), copy: None };
    assert_eq!(files(&below), names(&output(below.rg().args(["--files", "-0"]))), "{name}");
}

fn files(tree: &Tree) -> BTreeSet<String> {
    Walk::new(&tree.folder(), &RelativePath::root()).sorted().map(|path| path.to_string()).collect()
}

fn names(listed: &[u8]) -> BTreeSet<String> {
    listed.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(lossy).collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn same_files(name: &str, tree: &Tree) -> BTreeSet<String> {
    let ours = files(tree);
    assert_eq!(ours, names(&output(tree.rg().args(["--files", "-0"]))), "{name}");
    let listed = git(&tree.root).args(["ls-files", "-z", "-co", "--exclude-standard"]).output().unwrap().stdout;
    let is_file = |path: &String| fs::symlink_metadata(tree.root.join(path)).is_ok_and(|metadata| metadata.is_file());
    assert_eq!(ours, names(&listed).into_iter().filter(is_file).collect(), "{name}");
    ours
}

fn queries() -> Vec<ContentQuery> {
    let text = |pattern: &str| ContentQuery { case: Case::Sensitive, ..ContentQuery::new(pattern) };
    let regex = |pattern: &str| ContentQuery { regex: true, ..text(pattern) };
    let mut queries = vec![
        text("Copyright"),
        text("(self"),
        text("…"),
        ContentQuery { case: Case::Insensitive, ..text("error") },
        ContentQuery { word: true, ..text("use") },
        ContentQuery { word: true, case: Case::Insensitive, ..regex("to|from") },
        regex(r"fn [a-z_]+\("),
        regex("^ *(import|export) "),
        regex("[0-9]{4}-[0-9]{2}"),
        ContentQuery { include: vec!["*.md".into(), "*.json".into()], ..text("the") },
        ContentQuery { exclude: vec!["*.rs".into(), "*.js".into()], ..text("version") },
    ];
    for query in &mut queries {
        query.limit = atelier_finding::MAX_MATCHES;
    }
    queries
}

fn ours(tree: &Tree, query: &ContentQuery) -> Vec<(String, FoundLine)> {
    let (found, end) = search(tree.folder(), query);
    assert!(!end.limited, "{query:?}");
    assert!(found.iter().all(|(_, line)| line.kind == LineKind::Match));
    found
}

/// File, line, text and what matches in it; of lines that we show in part, only where they are.
type Line = (String, u64, Option<(String, Vec<(usize, usize)>)>);

fn same_lines_as_rg(name: &str, tree: &Tree, query: &ContentQuery, ours: Vec<(String, FoundLine)>) {
    let mut rg = tree.rg();
    rg.args(["--json", if query.regex { "--no-fixed-strings" } else { "--fixed-strings" }]);
    rg.args((query.case == Case::Insensitive).then_some("-i")).args(query.word.then_some("-w"));
    rg.args(query.include.iter().flat_map(|glob| ["-g".to_owned(), glob.clone()]));
    rg.args(query.exclude.iter().flat_map(|glob| ["-g".to_owned(), format!("!{glob}")]));
    let printed = output(rg.args(["-e", &query.pattern, "./"]));
    let (mut theirs, mut binary) = (Vec::new(), BTreeSet::new());
    for line in printed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).unwrap();
        let data = &message["data"];
        let path = || data["path"]["text"].as_str().unwrap().trim_start_matches("./").to_owned();
        match message["type"].as_str() {
            Some("match") => theirs.push((path(), data["line_number"].as_u64().unwrap(), details(data))),
            Some("end") if !data["binary_offset"].is_null() => drop(binary.insert(path())),
            _ => {}
        }
    }
    theirs.retain(|line| !binary.contains(&line.0));
    theirs.sort();
    let ours: Vec<Line> = ours
        .into_iter()
        .filter(|(path, _)| !binary.contains(path))
        .map(|(path, line)| {
            let whole = line.skipped == 0 && !line.cut && !line.text.contains('\u{fffd}') && line.ranges.len() < 100;
            (path, line.number, whole.then_some((line.text, line.ranges)))
        })
        .collect();
    // What is no UTF-8 or cut is compared by its place alone.
    let shown: BTreeSet<_> = ours.iter().filter(|line| line.2.is_some()).map(|line| (line.0.clone(), line.1)).collect();
    for line in &mut theirs {
        if !shown.contains(&(line.0.clone(), line.1)) {
            line.2 = None;
        }
    }
    assert_same(name, query, &ours, &theirs);
}

fn details(data: &Value) -> Option<(String, Vec<(usize, usize)>)> {
    let text = data["lines"]["text"].as_str()?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let at = |place: &Value, end: &str| usize::try_from(place[end].as_u64().unwrap()).unwrap();
    let places = data["submatches"].as_array().unwrap().iter();
    let places = places.map(|place| (at(place, "start"), at(place, "end"))).collect();
    Some((text.strip_suffix('\r').unwrap_or(text).to_owned(), places))
}

fn assert_same(name: &str, query: &ContentQuery, ours: &[Line], theirs: &[Line]) {
    let first = ours.iter().zip(theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
    assert!(ours == theirs, "{name}, {query:?}: {:?} is not {:?}", ours.get(first), theirs.get(first));
}

fn same_lines_as_git(name: &str, tree: &Tree, query: &ContentQuery, ours: &[(String, FoundLine)]) {
    let mut grep = git(&tree.root);
    grep.env("LC_ALL", "C.UTF-8").args(["grep", "--untracked", "-n", "-z", "-I", "--no-color", "--full-name"]);
    grep.arg(if query.regex { "-E" } else { "-F" });
    grep.args((query.case == Case::Insensitive).then_some("-i")).args(query.word.then_some("-w"));
    grep.args(["-e", &query.pattern, "--"]);
    grep.args(query.include.iter().map(|glob| format!(":(glob)**/{glob}")));
    grep.args(query.exclude.iter().map(|glob| format!(":(exclude,glob)**/{glob}")));
    let printed = output(&mut grep);
    // Git looks for a NUL only in a file's beginning; what has attributes, it may take for binary.
    let comparable = |path: &str| {
        let bytes = fs::read(tree.root.join(path)).unwrap();
        !bytes.contains(&0)
    };
    let theirs: BTreeSet<_> = printed
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let mut parts = line.splitn(3, |byte| *byte == 0);
            let (path, number) = (lossy(parts.next()?), lossy(parts.next()?));
            let number: String = number.chars().take_while(char::is_ascii_digit).collect();
            Some((path, number.parse::<u64>().unwrap()))
        })
        .filter(|(path, _)| comparable(path))
        .collect();
    let ours: BTreeSet<_> = ours.iter().map(|(path, line)| (path.clone(), line.number)).collect();
    let differ: Vec<_> = ours.symmetric_difference(&theirs).take(5).collect();
    assert!(differ.is_empty(), "{name}, {query:?}: {differ:?}");
}

fn same_paths_as_fzf(name: &str, tree: &Tree) {
    let folder = tree.folder();
    let paths: Vec<_> = Walk::new(&folder, &RelativePath::root()).sorted().map(|path| path.to_string()).collect();
    let finder = Finder::new(folder);
    for query in ["s", "rs", "Main", "mod rs", "src/lib", "readme", "tests/", "idx js", "a.b", "zzzzqqqq", "pkgjson"] {
        let mut fzf = program("fzf");
        fzf.env_remove("FZF_DEFAULT_OPTS").args(["-i", "--literal", "--filter", query]);
        let mut child = fzf.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let list = paths.join("\n");
        let writer = std::thread::spawn(move || input.write_all(list.as_bytes()));
        let theirs = child.wait_with_output().unwrap().stdout;
        writer.join().unwrap().unwrap();
        let theirs: BTreeSet<_> = lossy(&theirs).lines().map(ToOwned::to_owned).collect();
        let found = finder.find(query, atelier_finding::MAX_HITS, None).unwrap();
        assert_eq!(found.total, theirs.len(), "{name}: {query}");
        let ours: BTreeSet<_> = found.hits.into_iter().map(|hit| hit.relative_path).collect();
        assert!(ours.is_subset(&theirs), "{name}: {query}");
    }
}
