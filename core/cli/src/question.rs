//! Asking someone at a terminal whether a tool may run.

use atelier_protocol::Decision;

/// What can be answered, as it stands before the cursor.
pub(crate) const PROMPT: &str = "Allow? yes, always, no, or what to do instead: ";

/// What an answer means. None: it says nothing, so it is asked for again; nobody allows something by an empty line.
pub(crate) fn decision(answer: &str) -> Option<Decision> {
    match answer.trim().to_lowercase().as_str() {
        "" => None,
        "y" | "yes" => Some(Decision::Approved { always: false }),
        "a" | "always" => Some(Decision::Approved { always: true }),
        "n" | "no" => Some(Decision::Rejected { message: None }),
        _ => Some(Decision::Rejected { message: Some(answer.trim().to_owned()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_allows() {
        for yes in ["y", "Yes", " yes "] {
            assert_eq!(decision(yes), Some(Decision::Approved { always: false }), "{yes:?}");
        }
        assert_eq!(decision("always"), Some(Decision::Approved { always: true }));
        assert_eq!(decision("n"), Some(Decision::Rejected { message: None }));
        let instead = Decision::Rejected { message: Some("yes, but in tests/".into()) };
        assert_eq!(decision("yes, but in tests/"), Some(instead));
        assert_eq!(decision("  "), None);
    }
}
