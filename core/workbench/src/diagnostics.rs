//! What is configured, where files are, what is missing and how to mend it.

use std::path::{Path, PathBuf};

use atelier_config::{Folders, KeyProvider};
use atelier_llm::Demo;
use atelier_store::Store;
use serde::Serialize;
use tokio::runtime::Builder;

use crate::{
    CredentialStatus, ProviderChoice, WorkbenchError, commands,
    configuration::Configuration,
    vendors::{self, VendorRow},
};

/// One finding about the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How it stands.
    pub level: DiagnosticLevel,
    /// What it is about, in a word or two: `Database`. Each subject occurs once.
    pub subject: String,
    /// What was found, in a sentence.
    pub finding: String,
    /// What to do about it, where that is not part of the finding.
    pub remedy: Option<String>,
    /// The file or folder it is about, if any. It need not exist.
    pub path: Option<PathBuf>,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosticLevel {
    /// As it should be.
    Ok,
    /// Works, but the user should know.
    Note,
    /// Does not work until it is mended.
    Problem,
}

impl Diagnostic {
    fn new(level: DiagnosticLevel, subject: &str, finding: impl Into<String>) -> Self {
        Self { level, subject: subject.to_owned(), finding: finding.into(), remedy: None, path: None }
    }

    pub(crate) fn ok(subject: &str, finding: impl Into<String>) -> Self {
        Self::new(DiagnosticLevel::Ok, subject, finding)
    }

    pub(crate) fn note(subject: &str, finding: impl Into<String>) -> Self {
        Self::new(DiagnosticLevel::Note, subject, finding)
    }

    pub(crate) fn problem(subject: &str, finding: impl Into<String>) -> Self {
        Self::new(DiagnosticLevel::Problem, subject, finding)
    }

    /// A file or folder that is as it should be.
    fn place(subject: &str, path: &Path) -> Self {
        Self::ok(subject, path.display().to_string()).at(path)
    }

    fn at(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    pub(crate) fn with_remedy(self, remedy: &str) -> Self {
        Self { remedy: Some(remedy.to_owned()), ..self }
    }
}

/// Everything there is to say, in the order in which a person would look. May wait for the disk and the keychain.
pub(crate) fn all(
    folders: &Folders,
    configuration: &Configuration,
    file: &Path,
    database: Result<(), WorkbenchError>,
) -> Vec<Diagnostic> {
    let mut findings = vec![Diagnostic::ok("Version", env!("CARGO_PKG_VERSION"))];
    findings.extend(answerer(configuration));
    findings.push(Diagnostic::ok("Saved keys", configuration.credentials.store_kind().protection()));
    findings.push(commands::finding(configuration));
    findings.push(settings_file(configuration));
    findings.extend(own_models(configuration));
    findings.push(match database {
        Ok(()) => Diagnostic::place("Database", file),
        Err(error) => Diagnostic::problem("Database", error.message).at(file),
    });
    findings.push(Diagnostic::place("Config folder", &folders.config));
    findings.push(Diagnostic::place("Data folder", &folders.data));
    findings.push(Diagnostic::place("Log folder", &folders.logs));
    findings
}

/// Opens the database as the workbench would, and closes it again; one that does not exist yet is not made.
pub(crate) fn try_database(file: &Path) -> Result<(), WorkbenchError> {
    if !file.exists() {
        return Ok(());
    }
    let runtime =
        Builder::new_current_thread().enable_all().build().map_err(|error| WorkbenchError::no_threads(&error))?;
    runtime.block_on(async {
        let store = Store::open(file)?;
        let checked = store.check().await;
        store.close().await;
        Ok(checked?)
    })
}

fn answerer(configuration: &Configuration) -> Vec<Diagnostic> {
    let settings = match configuration.view() {
        Ok(settings) => settings,
        Err(error) => return vec![Diagnostic::problem("Settings", error.message)],
    };
    let mut findings = Vec::new();
    if settings.provider == ProviderChoice::Automatic && settings.active_provider == Demo::NAME {
        findings.push(Diagnostic::note("Key", "There is no key, so the built-in demo answers.").with_remedy(ADD_A_KEY));
    }
    findings.extend(settings.credentials.iter().filter_map(|key| credential(key, settings.provider)));
    findings.push(if settings.model.is_empty() {
        Diagnostic::problem("Model", format!("No model is chosen ({}).", settings.active_provider))
            .with_remedy("Choose a model that the server offers, in the settings.")
    } else {
        Diagnostic::ok("Model", format!("{} ({})", settings.model, settings.active_provider))
    });
    findings
}

/// One provider's key and server; nothing about one that is neither set up nor chosen.
fn credential(key: &CredentialStatus, chosen: ProviderChoice) -> Option<Diagnostic> {
    let label = key.provider.key_provider().map_or("", KeyProvider::label);
    let subject = format!("{label} key");
    let finding = match (&key.problem, &key.source, &key.masked, &key.base_url) {
        (Some(problem), ..) => Diagnostic::problem(&subject, problem.clone()),
        (None, Some(source), Some(masked), Some(base_url)) => {
            Diagnostic::ok(&subject, format!("{masked} from {source}, for {base_url}"))
        }
        (.., Some(base_url)) => Diagnostic::ok(&subject, format!("none, for {base_url}")),
        _ if key.provider == chosen => Diagnostic::problem(&subject, format!("{label} is chosen, but not set up."))
            .with_remedy(&remedy(key.provider)),
        _ => return None,
    };
    Some(finding)
}

fn remedy(provider: ProviderChoice) -> String {
    match provider.key_provider().and_then(vendors::of).map(VendorRow::vendor) {
        Some(vendor) if vendor.key_required => match vendor.key_variable {
            Some(variable) => format!("Save a key in the settings, or set {variable} in the environment."),
            None => "Save a key in the settings.".to_owned(),
        },
        _ => "Set the server's base URL in the settings.".to_owned(),
    }
}

const ADD_A_KEY: &str = "Save a key in the app's settings, or set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY.";

/// What is wrong with the user's own models; nothing where nothing is.
fn own_models(configuration: &Configuration) -> Option<Diagnostic> {
    let problems = configuration.known_models.problems();
    let finding = problems.join(" ");
    (!problems.is_empty()).then(|| Diagnostic::problem("Own models", finding).at(configuration.known_models.file()))
}

fn settings_file(configuration: &Configuration) -> Diagnostic {
    let path = configuration.settings.path();
    match configuration.settings.check() {
        Ok(()) if path.exists() => Diagnostic::place("Settings file", &path),
        Ok(()) => {
            Diagnostic::ok("Settings file", format!("{} (not there yet; defaults apply)", path.display())).at(&path)
        }
        Err(error) => Diagnostic::problem("Settings file", error.to_string()).at(&path),
    }
}
