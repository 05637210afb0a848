//! Sessions as documents.

use atelier_workbench as facade;

use crate::{CoreError, Workbench, session::parse_id};

/// How a session is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TranscriptFormat {
    /// For programs.
    Json,
    /// Markdown.
    Markdown,
    /// Org mode.
    Org,
}

#[uniffi::export]
impl Workbench {
    /// The session as a document in this format, as its log stands.
    pub async fn transcript(&self, id: String, format: TranscriptFormat) -> Result<String, CoreError> {
        Ok(self.facade.transcript(parse_id(&id)?, format.into()).await?)
    }
}

impl From<TranscriptFormat> for facade::TranscriptFormat {
    fn from(format: TranscriptFormat) -> Self {
        match format {
            TranscriptFormat::Json => Self::Json,
            TranscriptFormat::Markdown => Self::Markdown,
            TranscriptFormat::Org => Self::Org,
        }
    }
}
