//! Finding what was said, in whatever session.

use atelier_protocol as protocol;

use crate::{CoreError, Workbench};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchResults {
    /// The newest hits, the newest first.
    pub hits: Vec<SearchHit>,
    /// Whether there are more.
    pub more: bool,
    /// How many older sessions have not been prepared for searching yet; that goes on in the background.
    pub sessions_to_come: u64,
    /// Whether looking was broken off because it took too long.
    pub gave_up: bool,
}

/// One place where it was found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchHit {
    /// The session's id.
    pub session: String,
    /// Its title.
    pub title: String,
    /// Number of the message; for a tool call the one that it follows, for a title 0.
    pub message: u64,
    /// When that was; milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// A piece of the text around what was found, on one line.
    pub snippet: Vec<SnippetPart>,
}

/// A stretch of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SnippetPart {
    /// Its text.
    pub text: String,
    /// It is what was looked for.
    pub found: bool,
}

#[uniffi::export]
impl Workbench {
    /// Looks for words in all sessions that were not put away, while the user types them: the last one may be the
    /// beginning of a word. At most `limit` hits (100).
    pub async fn search_sessions(&self, text: String, limit: u32) -> Result<SearchResults, CoreError> {
        let query = protocol::SearchQuery {
            text,
            typing: true,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            without_archived: true,
            ..protocol::SearchQuery::default()
        };
        Ok(self.facade.search_sessions(query).await?.into())
    }
}

impl From<protocol::SearchResults> for SearchResults {
    fn from(results: protocol::SearchResults) -> Self {
        Self {
            hits: results.hits.into_iter().map(Into::into).collect(),
            more: results.more,
            sessions_to_come: results.sessions_to_come,
            gave_up: results.gave_up,
        }
    }
}

impl From<protocol::SearchHit> for SearchHit {
    fn from(hit: protocol::SearchHit) -> Self {
        Self {
            session: hit.session.to_string(),
            title: hit.title,
            message: hit.message.0,
            at_ms: hit.at.as_millis(),
            snippet: parts(&hit.snippet, &hit.highlights),
        }
    }
}

/// Swift has no use for byte offsets. Highlights that don't fit the text are left out.
pub(crate) fn parts(snippet: &str, highlights: &[(usize, usize)]) -> Vec<SnippetPart> {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut push = |text: &str, found| {
        if !text.is_empty() {
            parts.push(SnippetPart { text: text.to_owned(), found });
        }
    };
    for (start, end) in highlights.iter().copied() {
        let (Some(before), Some(hit)) = (snippet.get(at..start), snippet.get(start..end)) else { continue };
        push(before, false);
        push(hit, true);
        at = end;
    }
    push(snippet.get(at..).unwrap_or_default(), false);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(snippet: &str, highlights: &[(usize, usize)]) -> Vec<(String, bool)> {
        parts(snippet, highlights).into_iter().map(|part| (part.text, part.found)).collect()
    }

    #[test]
    fn a_snippet_is_cut_where_the_words_stand() {
        let wanted = [("der ", false), ("Schlüssel", true), (" ", false), ("fehlt", true), (".", false)];
        let wanted = wanted.map(|(text, found)| (text.to_owned(), found));
        assert_eq!(shown("der Schlüssel fehlt.", &[(4, 14), (15, 20)]), wanted);
        assert_eq!(shown("", &[]), []);
    }

    #[test]
    fn highlights_that_do_not_fit_lose_nothing() {
        for highlights in [[(1, 2)], [(3, 99)], [(9, 3)]] {
            let text: String = parts("éé abc", &highlights).into_iter().map(|part| part.text).collect();
            assert_eq!(text, "éé abc");
        }
    }
}
