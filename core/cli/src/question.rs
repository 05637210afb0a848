//! Asking someone at a terminal whether a tool may run.

use atelier_protocol::{Decision, RuleScope};

use crate::turn::Word;

/// What can be answered, as it stands before the cursor.
pub(crate) const PROMPT: &str = "Allow? yes, always, no, or what to do instead: ";

/// What an answer means. None: it says nothing, so it is asked for again; nobody allows something by an empty line.
pub(crate) fn word(answer: &str) -> Option<Word> {
    Some(match answer.trim().to_lowercase().as_str() {
        "" => return None,
        "y" | "yes" => Word::Answer(Decision::Approved { always: false }),
        "a" | "always" => Word::Always(RuleScope::Session),
        "always here" | "here" => Word::Always(RuleScope::Project),
        "always everywhere" | "everywhere" => Word::Always(RuleScope::Global),
        "n" | "no" => Word::Answer(Decision::Rejected { message: None }),
        _ => Word::Answer(Decision::Rejected { message: Some(answer.trim().to_owned()) }),
    })
}

/// What more can be said than the prompt tells: the rules that would be kept.
pub(crate) fn about_always(rules: &[String]) -> Option<String> {
    (!rules.is_empty()).then(|| {
        let rules = rules.join(", ");
        format!("“always here” allows {rules} in this folder from now on, “always everywhere” in all folders")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_allows() {
        for yes in ["y", "Yes", " yes "] {
            assert_eq!(word(yes), Some(Word::Answer(Decision::Approved { always: false })), "{yes:?}");
        }
        assert_eq!(word("always"), Some(Word::Always(RuleScope::Session)));
        assert_eq!(word("Always here"), Some(Word::Always(RuleScope::Project)));
        assert_eq!(word("everywhere "), Some(Word::Always(RuleScope::Global)));
        assert_eq!(word("n"), Some(Word::Answer(Decision::Rejected { message: None })));
        for instead in ["yes, but in tests/", "always ask first"] {
            let decision = Decision::Rejected { message: Some(instead.to_owned()) };
            assert_eq!(word(instead), Some(Word::Answer(decision)));
        }
        assert_eq!(word("  "), None);
    }

    #[test]
    fn what_would_be_kept_is_told_and_nothing_where_there_is_nothing() {
        let told = about_always(&["Bash(git commit:*)".to_owned()]).unwrap();
        assert!(told.contains("Bash(git commit:*) in this folder"), "{told}");
        assert_eq!(about_always(&[]), None);
    }
}
