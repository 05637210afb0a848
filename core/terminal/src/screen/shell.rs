//! What a shell tells of itself: its folder (OSC 7) and where prompts, commands and their output begin (OSC 133).

use std::path::PathBuf;

/// The longest folder name that is taken, in bytes.
const MAX_PATH: usize = 4096;

/// Where a shell stands, as far as it tells (OSC 133).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ShellActivity {
    /// It has not said anything yet.
    #[default]
    Unknown,
    /// It shows its prompt, or the user types.
    Prompt,
    /// A command runs.
    Command,
}

/// What a shell has told of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShellState {
    /// Its working directory (OSC 7), absolute. It is what the program claims: a name, nothing is opened.
    pub directory: Option<PathBuf>,
    /// What it does.
    pub activity: ShellActivity,
    /// How the last command ended, if it said so.
    pub last_status: Option<i32>,
}

/// What an OSC that is ours means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Directory(PathBuf),
    PromptBegins,
    CommandBegins,
    CommandEnds(Option<i32>),
    /// Ours, but it changes nothing.
    Nothing,
}

/// What the text of an OSC means to us; None when it is for the engine.
pub(super) fn told(osc: &[u8]) -> Option<Told> {
    let text = str::from_utf8(osc).ok()?;
    let (code, rest) = text.split_once(';').unwrap_or((text, ""));
    match code {
        "7" => Some(directory(rest).map_or(Told::Nothing, Told::Directory)),
        "133" => Some(mark(rest)),
        _ => None,
    }
}

fn mark(text: &str) -> Told {
    let mut parts = text.split(';');
    match parts.next() {
        // `B` ends the prompt's own text; what the user types still belongs to the line.
        Some("A" | "N" | "P") => Told::PromptBegins,
        Some("C") => Told::CommandBegins,
        Some("D") => Told::CommandEnds(parts.next().and_then(|status| status.parse().ok())),
        _ => Told::Nothing,
    }
}

/// `file://host/path`, percent-encoded. A host is only a name here: a terminal in a terminal over SSH tells its own.
fn directory(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("file://").or_else(|| url.strip_prefix("kitty-shell-cwd://"))?;
    let path = &rest[rest.find('/')?..];
    if path.len() > MAX_PATH {
        return None;
    }
    let path = if url.starts_with("file://") { decoded(path)? } else { path.to_owned() };
    (!path.chars().any(char::is_control)).then(|| PathBuf::from(path))
}

fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let digits = after.get(..2).and_then(|digits| str::from_utf8(digits).ok())?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_decoded_and_odd_ones_ignored() {
        let folder = |text: &str| told(text.as_bytes());
        assert_eq!(folder("7;file://mac/tmp/a%20b%C3%A9"), Some(Told::Directory("/tmp/a bé".into())));
        assert_eq!(folder("7;file:///"), Some(Told::Directory("/".into())));
        for odd in
            ["7;", "7;http://x/y", "7;file://host", "7;file:///%zz", "7;file:///%", "7;file:///a%0Ab", "7;file:///%ff"]
        {
            assert_eq!(folder(odd), Some(Told::Nothing), "{odd}");
        }
        assert_eq!(folder(&format!("7;file:///{}", "x".repeat(5000))), Some(Told::Nothing));
    }

    #[test]
    fn prompt_marks_are_understood() {
        let mark = |text: &str| told(text.as_bytes());
        assert_eq!(mark("133;A;cl=line"), Some(Told::PromptBegins));
        assert_eq!(mark("133;C"), Some(Told::CommandBegins));
        assert_eq!(mark("133;D;127"), Some(Told::CommandEnds(Some(127))));
        assert_eq!(mark("133;D;aid=1"), Some(Told::CommandEnds(None)));
        assert_eq!(mark("133"), Some(Told::Nothing));
        assert_eq!(mark("8;;http://x"), None);
    }
}
