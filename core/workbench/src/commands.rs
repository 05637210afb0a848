//! How the commands of agents are run: confined, as the settings say, wherever that is possible.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use atelier_agent::CommandRules;
use atelier_config::Folders;
use atelier_process::learn_search_path;
use atelier_sandbox::{Sandbox, Unavailable, private_places};
use atelier_tools::{CommandLimits, Confining};
use tokio_util::sync::CancellationToken;

use crate::{OpenOptions, Workbench, configuration::Configuration, diagnostics::Diagnostic};

/// What the user can do where there is no sandbox and must be one.
const TURN_OFF: &str = "Or turn the setting sandbox.enabled off, and commands run with your own rights.";

/// How commands are run by this process.
pub(crate) struct Commands {
    configuration: Arc<Configuration>,
    /// What none of them may read: the user's keys and ours.
    unreadable: Vec<PathBuf>,
    home: Option<PathBuf>,
    found: OnceLock<Result<Sandbox, Unavailable>>,
    /// Whatever the settings say, in this process.
    off: AtomicBool,
    asks_login_shell: bool,
    closing: CancellationToken,
}

impl Commands {
    /// `closing`: cancelled when nobody waits for anything any more.
    pub(crate) fn new(
        configuration: Arc<Configuration>,
        folders: &Folders,
        options: &OpenOptions,
        closing: CancellationToken,
    ) -> Self {
        let home = options.environment.home().map(Path::to_owned);
        let mut unreadable = home.as_deref().map(private_places).unwrap_or_default();
        unreadable.extend([folders.config.clone(), folders.data.clone(), folders.logs.clone()]);
        let (found, off, asks_login_shell) = (OnceLock::new(), AtomicBool::new(false), options.asks_login_shell);
        Self { configuration, unreadable, home, found, off, asks_login_shell, closing }
    }

    /// Finds out where programs are, if that has to be asked. May take five seconds the first time.
    pub(crate) fn find_programs(&self) {
        if self.asks_login_shell {
            learn_search_path(&|| self.closing.is_cancelled());
        }
    }

    /// What there is, tried out once.
    fn sandbox(&self) -> Result<&Sandbox, &Unavailable> {
        self.found.get_or_init(Sandbox::detect).as_ref()
    }
}

impl CommandRules for Commands {
    fn of(&self, project: &Path) -> Confining {
        self.find_programs();
        let chosen = match self.configuration.settings.load() {
            Ok(settings) => settings.sandbox.of(project),
            Err(error) => return Confining::Impossible { reason: error.to_string() },
        };
        if chosen.enabled == Some(false) || self.off.load(Ordering::Relaxed) {
            return Confining::Unconfined;
        }
        match self.sandbox() {
            Ok(sandbox) => Confining::Confined(CommandLimits {
                sandbox: sandbox.clone(),
                writable: chosen.folders(self.home.as_deref()),
                unreadable: self.unreadable.clone(),
                network: chosen.network.unwrap_or(false),
            }),
            Err(reason) if chosen.enabled == Some(true) => {
                Confining::Impossible { reason: format!("{reason} {TURN_OFF}") }
            }
            Err(_) => Confining::Unconfined,
        }
    }
}

impl Workbench {
    /// From now on the agents of this process run commands with the user's own rights, whatever the settings say.
    pub fn leave_commands_unconfined(&self) {
        self.parts.commands.off.store(true, Ordering::Relaxed);
    }
}

/// Whether commands are confined here, and by what.
pub(crate) fn finding(configuration: &Configuration) -> Diagnostic {
    let subject = "Sandbox";
    let chosen = match configuration.settings.load() {
        Ok(settings) => settings.sandbox.everywhere,
        Err(error) => return Diagnostic::problem(subject, error.to_string()),
    };
    if chosen.enabled == Some(false) {
        return Diagnostic::note(
            subject,
            "none: the setting sandbox.enabled is off, so commands have your own rights.",
        );
    }
    match Sandbox::detect() {
        Ok(sandbox) => {
            let network = if chosen.network == Some(true) { "" } else { ", and reach no network" };
            let found = format!(
                "{}: commands write in the project and in a folder for temporary files{network}.",
                sandbox.backend().as_str()
            );
            Diagnostic::note(subject, found).with_remedy(&sandbox.limits())
        }
        Err(reason) if chosen.enabled == Some(true) => {
            Diagnostic::problem(subject, format!("none, so no command is run. {reason}")).with_remedy(TURN_OFF)
        }
        Err(reason) => Diagnostic::note(subject, format!("none, so commands have your own rights. {reason}")),
    }
}
