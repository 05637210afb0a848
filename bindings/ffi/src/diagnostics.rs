//! What is configured and what is missing, for the user to read.

use atelier_workbench as facade;

use crate::{CoreError, OpenOptions};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum DiagnosticLevel {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Something will not work until it is fixed.
    Problem,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Diagnostic {
    /// How serious it is.
    pub level: DiagnosticLevel,
    /// What was looked at.
    pub subject: String,
    /// What was found.
    pub finding: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The file or folder it is about, if any; a path that is not Unicode is left out.
    pub path: Option<String>,
}

/// The findings that need no open workbench, for when it can't be opened.
#[uniffi::export]
pub fn diagnose(options: OpenOptions) -> Result<Vec<Diagnostic>, CoreError> {
    Ok(facade::diagnose(&options.into()).into_iter().map(Into::into).collect())
}

impl From<facade::DiagnosticLevel> for DiagnosticLevel {
    fn from(level: facade::DiagnosticLevel) -> Self {
        match level {
            facade::DiagnosticLevel::Ok => Self::Ok,
            facade::DiagnosticLevel::Note => Self::Note,
            facade::DiagnosticLevel::Problem => Self::Problem,
        }
    }
}

impl From<facade::Diagnostic> for Diagnostic {
    fn from(diagnostic: facade::Diagnostic) -> Self {
        Self {
            level: diagnostic.level.into(),
            subject: diagnostic.subject,
            finding: diagnostic.finding,
            remedy: diagnostic.remedy,
            path: diagnostic.path.and_then(|path| path.into_os_string().into_string().ok()),
        }
    }
}
