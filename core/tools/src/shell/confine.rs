//! What confines a session's commands, and what they are told of that.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use atelier_process::clean_environment;
use atelier_sandbox::{Confinement, Policy, PutBack, Sandbox, refusal_in};

use super::place::Place;
use crate::{FailureCode, PreviewKind, ToolFailure, toolbox::State};

/// How the commands of a session are run.
#[derive(Debug, Clone, Default)]
pub enum Confining {
    /// With the user's own rights.
    #[default]
    Unconfined,
    /// Within limits.
    Confined(CommandLimits),
    /// Not at all: the user wants them confined, and that is impossible here.
    Impossible {
        /// Why, in a sentence that says what to do.
        reason: String,
    },
}

/// What commands may do, besides writing in the project and a folder for temporary files of the session's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLimits {
    /// What confines them.
    pub sandbox: Sandbox,
    /// More folders they may write in, absolute. Those that do not exist are left out.
    pub writable: Vec<PathBuf>,
    /// What they may not read, absolute.
    pub unreadable: Vec<PathBuf>,
    /// Whether they reach the network.
    pub network: bool,
}

/// What a command is started with.
pub(super) struct Surroundings {
    pub(super) confinement: Option<Confinement>,
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) place: Place,
}

/// How a command would run; refused where none may run at all.
pub(super) fn kind(state: &State, outside: bool) -> Result<PreviewKind, ToolFailure> {
    match state.confining() {
        Confining::Unconfined => Ok(PreviewKind::Command),
        Confining::Confined(_) if outside => Ok(PreviewKind::UnconfinedCommand),
        Confining::Confined(_) => Ok(PreviewKind::ConfinedCommand),
        Confining::Impossible { reason } => Err(ToolFailure::new(FailureCode::PermissionDenied, reason)),
    }
}

/// How the commands of a session are confined.
pub(super) struct Confined {
    limits: CommandLimits,
    project: PathBuf,
    temp: PathBuf,
}

/// How the next command is confined; none where it is not, or can't be.
pub(super) fn confined(state: &State) -> Option<Confined> {
    let Confining::Confined(limits) = state.confining() else { return None };
    Some(Confined { limits, project: state.folder.path().to_owned(), temp: state.temp().ok()? })
}

impl Confined {
    /// Whether setting up what confines takes so long that it is worth doing beforehand.
    pub(super) fn takes_time(&self) -> bool {
        self.limits.sandbox.backend().takes_time()
    }

    /// What confines a command now, and its environment.
    pub(super) fn start(&self) -> io::Result<(Confinement, Vec<(OsString, OsString)>)> {
        let Self { limits, project, temp } = self;
        let mut policy = Policy::of_project(project, temp);
        policy.writable.extend(limits.writable.iter().cloned());
        policy.unreadable.clone_from(&limits.unreadable);
        policy.network = limits.network;
        let caches = caches(&policy);
        let replaced = ["TMPDIR", "XDG_RUNTIME_DIR"].into_iter().chain(caches.iter().map(|(name, _)| *name));
        let replaced: Vec<&str> = replaced.collect();
        let own = caches.iter().map(|(name, path)| (OsString::from(name), path.into()));
        let name = OsString::from(limits.sandbox.backend().as_str());
        let own = own.chain(own_temp(temp)).chain([("ATELIER_SANDBOX".into(), name)]);
        let environment = without(clean_environment(), &replaced).chain(own).collect();
        Ok((Confinement::new(&limits.sandbox, &policy)?, environment))
    }
}

/// What the next command is started with.
pub(super) fn surroundings(state: &State, outside: bool) -> io::Result<Surroundings> {
    let limits = match state.confining() {
        Confining::Unconfined => {
            let place = Place::new(state.outputs.path())?;
            return Ok(Surroundings { confinement: None, environment: clean_environment().collect(), place });
        }
        Confining::Confined(limits) => limits,
        Confining::Impossible { reason } => return Err(io::Error::other(reason)),
    };
    let temp = state.temp()?;
    let place = Place::new(&temp)?;
    if outside {
        // Programs outside find what was left for them too.
        let environment = without(clean_environment(), &["TMPDIR"]).chain(own_temp(&temp)).collect();
        return Ok(Surroundings { confinement: None, environment, place });
    }
    let confined = Confined { limits, project: state.folder.path().to_owned(), temp };
    let (confinement, environment) = confined.start()?;
    Ok(Surroundings { confinement: Some(confinement), environment, place })
}

fn own_temp(temp: &Path) -> [(OsString, OsString); 1] {
    [("TMPDIR".into(), temp.into())]
}

/// Caches that no build tool goes without. They are the session's own, unless a command may write in the user's: what
/// lies in a cache is trusted by the next build, whoever runs it.
fn caches(policy: &Policy) -> Vec<(&'static str, PathBuf)> {
    let home = std::env::home_dir().unwrap_or_default();
    let users = if cfg!(target_os = "macos") { home.join("Library/Caches") } else { home.join(".cache") };
    let own = policy.temp.join("cache");
    [("XDG_CACHE_HOME", users.clone(), own.clone()), ("GOCACHE", users.join("go-build"), own.join("go-build"))]
        .into_iter()
        .filter(|(_, users, _)| !policy.writable.iter().any(|folder| users.starts_with(folder)))
        .map(|(name, _, own)| (name, own))
        .collect()
}

fn without(
    environment: impl Iterator<Item = (OsString, OsString)>,
    names: &[&str],
) -> impl Iterator<Item = (OsString, OsString)> {
    environment.filter(move |(name, _)| !names.iter().any(|other| name == other))
}

/// What the sandbox refused a command.
pub(super) struct Refused {
    /// In a line or two.
    pub(super) what: String,
    /// The same with what the model has to know about it.
    pub(super) note: String,
}

/// What the sandbox refused a command that has ended, if it did.
pub(super) fn refused(
    confinement: &Confinement,
    status: ExitStatus,
    output: &str,
    put_back: &io::Result<Vec<PutBack>>,
) -> Option<Refused> {
    let put_back = match put_back {
        Ok(put_back) => put_back.iter().map(told).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("What a command may not change could not be put back ({error}); look into .git."),
    };
    let what = if put_back.is_empty() {
        refusal_in(confinement.backend(), confinement.policy(), status.code()?, output)?.line
    } else {
        put_back
    };
    let network = if confinement.policy().network { "" } else { ", and reach no network" };
    let note =
        format!("\n[The sandbox refused this: {what}\nCommands write only in the project and in $TMPDIR{network}.]");
    Some(Refused { what, note })
}

fn told(put_back: &PutBack) -> String {
    let path = put_back.path.display();
    match &put_back.aside {
        Some(aside) => {
            format!("{path} may not be changed and was put back; what was made of it is {}", aside.display())
        }
        None => format!("{path} may not be changed and was put back"),
    }
}
