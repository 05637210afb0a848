//! A user's home for one test: its own folders and variables, so that nothing of the machine's user is read or touched.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use atelier_protocol::{SessionEvent, SessionSummary};
use atelier_workbench::{Environment, OpenOptions};
use tempfile::TempDir;

use crate::{
    model::Model,
    process::{Finished, Running},
};

/// The API key of every test. It must turn up nowhere but in requests to the model server.
pub(crate) const KEY: &str = "sk-ant-planted-7f3a9c1e5b2d4860";

pub(crate) struct Home {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    /// A user without a key, whom the demo answers.
    pub(crate) fn without_key() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let variables = vec![
            ("HOME", path("")),
            ("ATELIER_DATA_DIR", path("data")),
            ("ATELIER_CONFIG_DIR", path("config")),
            ("TERM", "xterm-256color".to_owned()),
        ];
        Self { folder, variables }
    }

    /// A user with a key, whose requests go to the given base URL.
    pub(crate) fn with_base_url(base_url: &str) -> Self {
        Self::without_key().and("ANTHROPIC_API_KEY", KEY).and("ANTHROPIC_BASE_URL", base_url)
    }

    /// A user with a key for the given model server.
    pub(crate) fn of(model: &Model) -> Self {
        Self::with_base_url(&model.url())
    }

    /// The same with one more variable, or another value for one.
    pub(crate) fn and(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The home folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a project with a file `notes.txt` ("one\ntwo\n") and returns its path.
    pub(crate) fn project(&self) -> PathBuf {
        let project = self.path().join("project");
        fs::create_dir(&project).unwrap();
        fs::write(project.join("notes.txt"), "one\ntwo\n").unwrap();
        project
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("atelier.db")
    }

    /// The variables a process of this user has: these and no others.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// A command of this user, without input.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env_clear().envs(self.variables()).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// Starts `atelier`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(ATELIER).args(arguments))
    }

    /// Runs `atelier` to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        self.start(arguments).wait()
    }

    /// The sessions as `atelier sessions list --json` gives them, the last used first.
    pub(crate) fn sessions(&self) -> Vec<SessionSummary> {
        let lines = self.run(&["sessions", "list", "--json"]).success();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The id of the only session.
    pub(crate) fn only_session(&self) -> String {
        let sessions = self.sessions();
        assert_eq!(sessions.len(), 1, "{sessions:?}");
        sessions[0].id.to_string()
    }

    /// A session's log, read by a new process.
    pub(crate) fn log(&self, session: &str) -> Vec<SessionEvent> {
        events(&self.run(&["sessions", "export", session]).success())
    }

    /// A session's text, read by a new process.
    pub(crate) fn text(&self, session: &str) -> String {
        self.run(&["sessions", "show", session]).success()
    }

    /// How the app would open this user's workbench.
    pub(crate) fn open_options(&self) -> OpenOptions {
        OpenOptions::new(Environment::from_pairs(self.path(), self.variables()))
    }

    /// Checks that the key stands in no file, whatever the file is.
    #[track_caller]
    pub(crate) fn assert_no_key_in_files(&self) {
        for file in files_below(self.path()) {
            let bytes = fs::read(&file).unwrap();
            assert!(!shows_key(&bytes), "the key stands in {}", file.display());
        }
    }
}

/// Whether the key stands there: as it is, in base64 or percent-encoded.
pub(crate) fn shows_key(bytes: &[u8]) -> bool {
    let percent = percent_encoded();
    let forms = [KEY.to_owned(), percent.to_uppercase(), percent, base64(0), base64(1), base64(2)];
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

/// The key with every byte percent-encoded.
pub(crate) fn percent_encoded() -> String {
    KEY.bytes().flat_map(|byte| ['%', hex(byte >> 4), hex(byte & 15)]).collect()
}

fn hex(digit: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(digit)])
}

/// What base64 (of either alphabet) makes of the key wherever it stands `offset` bytes after a multiple of three: only
/// the digits that depend on the key alone.
fn base64(offset: usize) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = &KEY.as_bytes()[(3 - offset) % 3..];
    let digits = bytes.chunks_exact(3).flat_map(|three| {
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[((bits >> shift) & 63) as usize]))
    });
    digits.collect()
}

/// The command under test.
pub(crate) const ATELIER: &str = env!("CARGO_BIN_EXE_atelier");

/// Every line as an event; the one that names the session is none. A last line without an end is left out: its writer
/// died in the middle.
pub(crate) fn events(lines: &str) -> Vec<SessionEvent> {
    let whole = lines.rfind('\n').map_or("", |end| &lines[..end]);
    let events = whole.lines().filter(|line| !line.starts_with(r#"{"type":"session","#));
    events.map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
