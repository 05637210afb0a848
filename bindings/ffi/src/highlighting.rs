//! Colours for source code.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// A line in colours.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ColouredLine {
    /// The stretches that have a colour, in order and apart from each other.
    pub spans: Vec<ColourSpan>,
}

/// A stretch of a line, in bytes of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ColourSpan {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What it is.
    pub kind: ColourKind,
}

/// What a stretch of source code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ColourKind {
    Comment,
    Keyword,
    String,
    Number,
    Type,
    Function,
    Variable,
    Constant,
    Attribute,
    Punctuation,
    Markup,
}

#[uniffi::export]
impl Workbench {
    /// The colours of a text in the language that its path says, line by line.
    pub async fn highlight(&self, path: String, text: String) -> Result<Vec<ColouredLine>, CoreError> {
        let lines = self.facade.highlight(&path, text).await?;
        Ok(lines.iter().map(|line| ColouredLine { spans: line.spans.iter().filter_map(span).collect() }).collect())
    }
}

fn span(span: &facade::ColourSpan) -> Option<ColourSpan> {
    let (start, end) = (u32::try_from(span.start).ok()?, u32::try_from(span.end).ok()?);
    Some(ColourSpan { start, end, kind: kind(span.kind)? })
}

/// None for what has no colour of its own here.
fn kind(kind: facade::ColourKind) -> Option<ColourKind> {
    Some(match kind {
        facade::ColourKind::Comment => ColourKind::Comment,
        facade::ColourKind::Keyword => ColourKind::Keyword,
        facade::ColourKind::String => ColourKind::String,
        facade::ColourKind::Number => ColourKind::Number,
        facade::ColourKind::Type => ColourKind::Type,
        facade::ColourKind::Function => ColourKind::Function,
        facade::ColourKind::Variable | facade::ColourKind::Property => ColourKind::Variable,
        facade::ColourKind::Constant => ColourKind::Constant,
        facade::ColourKind::Attribute => ColourKind::Attribute,
        facade::ColourKind::Punctuation => ColourKind::Punctuation,
        facade::ColourKind::Tag
        | facade::ColourKind::Heading
        | facade::ColourKind::Emphasis
        | facade::ColourKind::Link
        | facade::ColourKind::Code => ColourKind::Markup,
        _ => return None,
    })
}
