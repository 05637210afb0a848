//! What the user and a project have written down for agents.

use std::path::{Path, PathBuf};

use atelier_config::{Environment, Folders};
use atelier_context::{InstructionSource, Instructions, UserFolders};

use crate::{Diagnostic, OpenOptions, Workbench, WorkbenchError, workbench::blocking};

impl Workbench {
    /// The files whose instructions an agent gets that works in this folder, in the order in which it gets them, and those
    /// that could not be taken, with the reason. They are read anew at the start of each turn.
    pub async fn instruction_sources(&self, project: PathBuf) -> Result<Vec<InstructionSource>, WorkbenchError> {
        let user = self.parts.user.clone();
        self.run(blocking(move || Ok(Instructions::read(&project, &user).sources))).await
    }
}

/// What can be said about a folder that agents may work in, whether or not the installation is in order. Nothing where
/// nothing is written down.
pub fn diagnose_project(options: &OpenOptions, project: &Path) -> Vec<Diagnostic> {
    let Ok(folders) = Folders::resolve(&options.environment) else { return Vec::new() };
    let sources = Instructions::read(project, &user_folders(&options.environment, &folders)).sources;
    let names: Vec<_> = sources.iter().filter(|source| source.bytes > 0).map(|source| source.name.as_str()).collect();
    let taken = (!names.is_empty()).then(|| Diagnostic::ok("Instructions", names.join(", ")));
    let problems = sources.iter().filter_map(|source| {
        Some(Diagnostic::note(&format!("Instructions in {}", source.name), source.problem.clone()?))
    });
    taken.into_iter().chain(problems).collect()
}

/// Where this user keeps what is meant for all projects.
pub(crate) fn user_folders(environment: &Environment, folders: &Folders) -> UserFolders {
    UserFolders { home: environment.home().map(Path::to_owned), config: Some(folders.config.clone()) }
}
