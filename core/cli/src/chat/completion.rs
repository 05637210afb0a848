//! Completing what is typed: the name of a command behind a slash, and a file of the project behind `@`.

use std::path::{Path, PathBuf};

use atelier_workbench::NamedFolder;
use rustyline::{Context, Helper, completion::Completer, highlight::Highlighter, hint::Hinter, validate::Validator};

/// How many files are offered.
const MAX_FILES: usize = 30;

/// What can be completed.
pub(super) struct Completions {
    commands: Vec<String>,
    project: Option<PathBuf>,
}

impl Completions {
    /// The commands' names without their slash, and the folder that the agent works in, if it has one.
    pub(super) fn new(mut commands: Vec<String>, project: Option<&str>) -> Self {
        commands.sort();
        Self { commands, project: project.map(PathBuf::from) }
    }

    /// The commands that begin with what stands before the cursor, if that is the beginning of a command.
    fn commands(&self, before: &str) -> Vec<String> {
        let Some(beginning) = before.strip_prefix('/') else { return Vec::new() };
        let matching = self.commands.iter().filter(|name| name.starts_with(beginning));
        matching.map(|name| format!("/{name} ")).collect()
    }

    /// The files that the letters mean, best first. Those that can't be named in a prompt are left out.
    fn files(&self, letters: &str) -> Vec<String> {
        let found = self.project.as_deref().map(|project| files(project, letters)).unwrap_or_default();
        let nameable =
            |path: &String| !path.contains(|sign: char| sign != ' ' && (sign.is_whitespace() || sign.is_control()));
        found.into_iter().filter(nameable).map(|path| format!("@{} ", path.replace(' ', "\\ "))).collect()
    }
}

/// None in a folder that can't be looked through: then there is nothing to offer.
fn files(project: &Path, letters: &str) -> Vec<String> {
    let found = NamedFolder::open(project).and_then(|folder| folder.find(letters, MAX_FILES));
    found.map(|found| found.hits.into_iter().map(|hit| hit.relative_path).collect()).unwrap_or_default()
}

/// Where the word before the cursor begins, and the letters behind its `@`, if it has one.
fn mention(before: &str) -> Option<(usize, &str)> {
    let begins =
        before.rfind(char::is_whitespace).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    Some((begins, before[begins..].strip_prefix('@')?))
}

impl Completer for Completions {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = line.get(..at).unwrap_or_default();
        Ok(match mention(before) {
            Some((begins, letters)) => (begins, self.files(letters)),
            None => (0, self.commands(before)),
        })
    }
}

impl Hinter for Completions {
    type Hint = String;
}

impl Highlighter for Completions {}

impl Validator for Completions {}

impl Helper for Completions {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_word_behind_a_slash_is_a_command() {
        let commands = ["review", "git:commit", "revert"].map(str::to_owned);
        let completions = Completions::new(commands.into(), None);
        assert_eq!(completions.commands("/rev"), ["/revert ", "/review "]);
        assert_eq!(completions.commands("/"), ["/git:commit ", "/revert ", "/review "]);
        for other in ["rev", "/review x", "a /rev", ""] {
            assert!(completions.commands(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_word_behind_an_at_sign_is_a_file_wherever_it_stands() {
        assert_eq!(mention("@ma"), Some((0, "ma")));
        assert_eq!(mention("/review @"), Some((8, "")));
        assert_eq!(mention("é\u{3000}@x"), Some((5, "x")));
        for other in ["", "ma", "me@example.org", "@a "] {
            assert_eq!(mention(other), None, "{other}");
        }
    }

    #[test]
    fn files_that_can_not_be_named_in_a_prompt_are_not_offered() {
        let project = tempfile::tempdir().unwrap();
        for name in ["main.rs", "a main.rs", "a\tmain.rs", "other.txt"] {
            std::fs::write(project.path().join(name), "").unwrap();
        }
        let completions = Completions::new(Vec::new(), project.path().to_str());
        let mut found = completions.files("main");
        found.sort();
        assert_eq!(found, ["@a\\ main.rs ", "@main.rs "]);
        assert!(Completions::new(Vec::new(), None).files("main").is_empty());
        assert!(Completions::new(Vec::new(), Some("/no/such/folder")).files("main").is_empty());
    }
}
