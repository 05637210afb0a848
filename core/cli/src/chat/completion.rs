//! Completing the name of a command that is typed behind a slash.

use rustyline::{Context, Helper, completion::Completer, highlight::Highlighter, hint::Hinter, validate::Validator};

/// The names that can be completed.
pub(super) struct Commands {
    names: Vec<String>,
}

impl Commands {
    /// The names without their slash.
    pub(super) fn new(mut names: Vec<String>) -> Self {
        names.sort();
        Self { names }
    }

    /// The names that begin with what stands before the cursor, if that is the beginning of a command.
    fn matching(&self, before: &str) -> Vec<String> {
        let Some(beginning) = before.strip_prefix('/') else { return Vec::new() };
        let matching = self.names.iter().filter(|name| name.starts_with(beginning));
        matching.map(|name| format!("/{name} ")).collect()
    }
}

impl Completer for Commands {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok((0, self.matching(line.get(..at).unwrap_or_default())))
    }
}

impl Hinter for Commands {
    type Hint = String;
}

impl Highlighter for Commands {}

impl Validator for Commands {}

impl Helper for Commands {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_word_behind_a_slash_is_completed() {
        let commands = Commands::new(vec!["review".into(), "git:commit".into(), "revert".into()]);
        assert_eq!(commands.matching("/rev"), ["/revert ", "/review "]);
        assert_eq!(commands.matching("/"), ["/git:commit ", "/revert ", "/review "]);
        for other in ["rev", "/review x", "a /rev", ""] {
            assert!(commands.matching(other).is_empty(), "{other}");
        }
    }
}
