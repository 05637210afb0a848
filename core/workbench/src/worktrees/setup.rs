//! What prepares a working tree for an agent: a script of the user's own, or of the project's if the user allows it.
//!
//! It stands in `atelier.toml`, as `setup` under `[worktree]`: in the config folder for all projects, else in the project. A
//! project's is run only when the user has allowed exactly this text; that is kept outside of the project.

use std::{collections::BTreeMap, io, path::Path, process::Command, time::Duration};

use atelier_config::PrivateFile;
use atelier_process::{Bounds, RunError, bound, clean_environment, run};
use atelier_workspace::{AccessError, Folder, RelativePath};
use serde::{Deserialize, Serialize};

use super::place;
use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation};

/// The file, in the config folder and in projects.
const FILE: &str = "atelier.toml";

/// What the user has allowed, in the data folder.
const ALLOWED: &str = "worktree-setup.json";

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// How long a script may take, and how much of what it prints is kept, in bytes.
const TIME: Duration = Duration::from_mins(10);
const MAX_OUTPUT: usize = 256 << 10;

/// Who wrote a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SetupOrigin {
    /// The user.
    User,
    /// The project.
    Project,
}

/// A script that prepares working trees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetupScript {
    /// What a shell is given.
    pub script: String,
    /// Whose it is.
    pub origin: SetupOrigin,
    /// Whether it may be run; none: the user has not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<bool>,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetupOutcome {
    /// Whether it ended well.
    pub success: bool,
    /// What it printed and complained, the first 256 KiB of each.
    pub output: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    worktree: Section,
}

#[derive(Default, Deserialize)]
struct Section {
    setup: Option<String>,
}

/// By project: the script that was asked about, and what was said.
#[derive(Default, Serialize, Deserialize)]
struct Allowed {
    projects: BTreeMap<String, Said>,
}

#[derive(Serialize, Deserialize)]
struct Said {
    script: String,
    allowed: bool,
}

const FIND: Operation = Operation { name: "worktree_setup", fallback: "Failed to read atelier.toml" };
const ALLOW: Operation = Operation { name: "allow_worktree_setup", fallback: "Failed to save the answer" };
const RUN: Operation = Operation { name: "run_worktree_setup", fallback: "Failed to run the setup script" };

impl Workbench {
    /// What prepares the working trees of a project; none where nothing does.
    pub async fn worktree_setup(&self, directory: &str) -> Result<Option<SetupScript>, WorkbenchError> {
        let (directory, parts) = (directory.to_owned(), self.parts.clone());
        self.operate(FIND, move |configuration| {
            let project = configuration.directory(&directory)?;
            found(&project, &parts.folders.config, &allowed_file(&parts.folders.data))
        })
        .await
    }

    /// Keeps whether the project's script may be run. It must be the one that was shown; another is asked about anew.
    pub async fn allow_worktree_setup(
        &self,
        directory: &str,
        script: String,
        allowed: bool,
    ) -> Result<(), WorkbenchError> {
        let (directory, parts) = (directory.to_owned(), self.parts.clone());
        self.operate(ALLOW, move |configuration| {
            let project = configuration.directory(&directory)?;
            let key = project.path().to_string_lossy().into_owned();
            let said = allowed_file(&parts.folders.data).change(|bytes| {
                let mut kept = parse_allowed(bytes)?;
                kept.projects.insert(key, Said { script, allowed });
                Ok(serde_json::to_vec_pretty(&kept)?)
            });
            said.map_err(|error| unusable(ALLOWED, &error))
        })
        .await
    }

    /// Runs the script in a working tree of the project, with the user's own rights, for ten minutes at most. One that the
    /// user has not allowed is a refusal.
    pub async fn run_worktree_setup(&self, directory: &str, path: &str) -> Result<SetupOutcome, WorkbenchError> {
        let setup = self.worktree_setup(directory).await?;
        let setup = setup.ok_or_else(|| {
            WorkbenchError::new(ErrorKind::NotFound, "There is no setup script; name one in atelier.toml first.")
        })?;
        if setup.allowed != Some(true) {
            let message = "The project wants to run a script of its own; look at it and allow it first.";
            return Err(WorkbenchError::new(ErrorKind::Denied, message));
        }
        let listed = self.list_git_worktrees(directory).await?;
        let (path, closing) = (path.to_owned(), self.parts.closing.clone());
        self.operate(RUN, move |configuration| {
            let there = place(configuration, &path)?;
            if !listed.iter().any(|tree| Path::new(&tree.worktree) == there) {
                return Err(WorkbenchError::new(ErrorKind::NotFound, "That is no working tree; list them again."));
            }
            prepare(&setup.script, &there, &|| closing.is_cancelled())
        })
        .await
    }
}

fn prepare(script: &str, there: &Path, stopped: &dyn Fn() -> bool) -> Result<SetupOutcome, WorkbenchError> {
    let mut shell: Command = bound("/bin/sh");
    shell.args(["-c", script]).current_dir(there).env_clear().envs(clean_environment());
    let bounds = Bounds { time: TIME, output: MAX_OUTPUT, end_when_full: false };
    match run(&mut shell, bounds, stopped) {
        Ok(ran) => {
            let output = [ran.output, ran.complaint].concat();
            let output = String::from_utf8_lossy(&output).into_owned();
            Ok(SetupOutcome { success: ran.status.success(), output })
        }
        Err(RunError::Stopped) => Err(WorkbenchError::closed()),
        Err(RunError::TimedOut) => {
            let message = "The setup script took longer than ten minutes and was ended; make it shorter.";
            Err(WorkbenchError::new(ErrorKind::Storage, message))
        }
        Err(RunError::NotFound) => Err(unusable("/bin/sh", &io::ErrorKind::NotFound.into())),
        Err(RunError::Io(error)) => Err(unusable("/bin/sh", &error)),
    }
}

/// The user's own script, else the project's.
fn found(project: &Folder, config: &Path, allowed: &PrivateFile) -> Result<Option<SetupScript>, WorkbenchError> {
    let own = match std::fs::metadata(config.join(FILE)) {
        Ok(file) if file.len() <= MAX_FILE => {
            std::fs::read(config.join(FILE)).map_err(|error| unusable(FILE, &error))?
        }
        _ => Vec::new(),
    };
    if let Some(script) = script(&own)? {
        return Ok(Some(SetupScript { script, origin: SetupOrigin::User, allowed: Some(true) }));
    }
    let path = RelativePath::root().child(FILE.as_ref()).ok_or_else(WorkbenchError::defect)?;
    let text = match project.read(&path, MAX_FILE) {
        Ok(content) => content.bytes,
        // A link is not followed: it could lead anywhere.
        Err(AccessError::NotFound { .. } | AccessError::Changed { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(script) = script(&text)? else { return Ok(None) };
    let kept = allowed.read().and_then(parse_allowed).map_err(|error| unusable(ALLOWED, &error))?;
    let said = kept.projects.get(project.path().to_string_lossy().as_ref());
    let allowed = said.filter(|said| said.script == script).map(|said| said.allowed);
    Ok(Some(SetupScript { script, origin: SetupOrigin::Project, allowed }))
}

fn script(text: &[u8]) -> Result<Option<String>, WorkbenchError> {
    let wrong = |reason: &str| {
        let message = format!("`[worktree]` in {FILE} can't be read ({reason}); correct it.");
        WorkbenchError::new(ErrorKind::Configuration, message)
    };
    let text = std::str::from_utf8(text).map_err(|_| wrong("it is no UTF-8"))?;
    // Only what it says of the syntax: the rest of its text repeats the line.
    let file: File = toml::from_str(text).map_err(|error| wrong(error.message()))?;
    Ok(file.worktree.setup.filter(|script| !script.trim().is_empty()))
}

fn allowed_file(data: &Path) -> PrivateFile {
    PrivateFile::new(data.join(ALLOWED))
}

fn parse_allowed(bytes: Option<Vec<u8>>) -> io::Result<Allowed> {
    match bytes {
        Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
        None => Ok(Allowed::default()),
    }
}

fn unusable(what: &str, error: &io::Error) -> WorkbenchError {
    WorkbenchError::new(ErrorKind::Storage, format!("{what} could not be used ({error}); check it and try again."))
}
