//! What a user types becomes an expression of FTS5. Nothing in it is ever taken for an operator but what is documented at
//! [`atelier_protocol::SearchQuery`], so nothing can be a syntax error.

use super::{
    SearchError,
    text::{is_word, is_written_without_spaces, spaced},
};

/// The longest text that is looked for, in bytes, and the most terms. More would only take time.
const MAX_BYTES: usize = 1024;
const MAX_TERMS: usize = 32;

/// How many letters the beginning of a word must have. All words with one are too many to be worth the time.
const SHORTEST_BEGINNING: usize = 2;

/// One thing to look for.
#[derive(Debug, Default)]
struct Term {
    text: String,
    excluded: bool,
    /// It is the beginning of a word.
    beginning: bool,
    /// It stood in quotes that are closed.
    closed: bool,
}

/// The expression for `text`. `typing`: the last word may be the beginning of one.
pub(crate) fn expression(text: &str, typing: bool) -> Result<String, SearchError> {
    if text.len() > MAX_BYTES {
        return Err(SearchError::TooLong);
    }
    let mut terms = terms(text);
    if let Some(last) = terms.last_mut().filter(|_| typing && !text.ends_with(char::is_whitespace)) {
        last.beginning |= !last.closed && !last.excluded;
    }
    terms.retain(|term| term.text.contains(is_word));
    let (excluded, wanted): (Vec<_>, Vec<_>) = terms.iter().partition(|term| term.excluded);
    match (wanted.len(), excluded.len()) {
        (0, 0) => Err(SearchError::NoWord),
        (0, _) => Err(SearchError::OnlyExclusions),
        (wanted, excluded) if wanted + excluded > MAX_TERMS => Err(SearchError::TooLong),
        (_, 0) => Ok(joined(&wanted, " ")),
        _ => Ok(format!("({}) NOT ({})", joined(&wanted, " "), joined(&excluded, " OR "))),
    }
}

fn joined(terms: &[&Term], between: &str) -> String {
    terms.iter().map(|term| quoted(term)).collect::<Vec<_>>().join(between)
}

/// A string of FTS5: its words, one after the other.
fn quoted(term: &Term) -> String {
    let ends_in_a_word = term.text.ends_with(is_word) && !term.text.ends_with(is_written_without_spaces);
    let letters = term.text.chars().rev().take_while(|c| is_word(*c)).count();
    let star = if term.beginning && ends_in_a_word && letters >= SHORTEST_BEGINNING { "*" } else { "" };
    format!("\"{}\"{star}", spaced(&term.text).replace('"', " "))
}

/// Takes the text apart at spaces, but not within quotes. A quote that is not closed reaches to the end.
fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let excluded = rest.starts_with('-');
        let body = rest.trim_start_matches('-');
        let (mut term, after) = match body.strip_prefix(is_quote) {
            Some(inner) => in_quotes(inner),
            None => word(body),
        };
        term.excluded = excluded;
        terms.push(term);
        rest = after.trim_start();
    }
    terms
}

fn in_quotes(inner: &str) -> (Term, &str) {
    let (text, after, closed) = match inner.split_once(is_quote) {
        Some((text, after)) => (text, after, true),
        None => (inner, "", false),
    };
    let (beginning, after) = after.strip_prefix('*').map_or((false, after), |after| (true, after));
    (Term { text: text.to_owned(), beginning, closed, excluded: false }, after)
}

fn word(text: &str) -> (Term, &str) {
    let end = text.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    let stem = word.trim_end_matches('*');
    let beginning = stem.len() < word.len();
    (Term { text: stem.to_owned(), beginning, closed: beginning, excluded: false }, after)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, typing: bool, expected: &str) {
        assert_eq!(expression(text, typing).unwrap(), expected, "{text}");
    }

    #[test]
    fn words_phrases_exclusions_and_beginnings() {
        becomes("fix  the login", false, r#""fix" "the" "login""#);
        becomes(r#""exact words" -not -"this one""#, false, r#"("exact words") NOT ("not" OR "this one")"#);
        becomes("read_fi*", false, r#""read_fi"*"#);
        becomes("migrat", true, r#""migrat"*"#);
        becomes("migrat ", true, r#""migrat""#);
        becomes(r#"a "read fi"#, true, r#""a" "read fi"*"#);
        becomes(r#""read file""#, true, r#""read file""#);
        becomes("x", true, r#""x""#);
    }

    #[test]
    fn what_looks_like_an_operator_is_a_word_or_nothing() {
        becomes("a AND NEAR(b) OR text:c ^d {e}", false, r#""a" "AND" "NEAR(b)" "OR" "text:c" "^d" "{e}""#);
        becomes("-> :: x", false, r#""x""#);
        becomes("a\0b", false, "\"a b\"");
    }

    #[test]
    fn scripts_without_spaces_are_looked_for_character_by_character() {
        becomes("数据库", true, "\"数\u{200b}据\u{200b}库\"");
    }

    #[test]
    fn nonsense_is_told_apart() {
        for text in ["", "  ", "\"", "-", "*", "?!…", "\"\" ''"] {
            assert_eq!(expression(text, true), Err(SearchError::NoWord), "{text:?}");
        }
        assert_eq!(expression("-a -b", false), Err(SearchError::OnlyExclusions));
        assert_eq!(expression(&"a ".repeat(40), false), Err(SearchError::TooLong));
        assert_eq!(expression(&"a".repeat(2000), false), Err(SearchError::TooLong));
    }
}
