//! What can be said to the chat itself instead of the agent.

use atelier_workbench::Workbench;

use super::{COMPACT, Chat};
use crate::{failure::Failure, output, printable::printable_line, sessions::prompt_from_the_end, undone};

/// Something said to the chat.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ChatCommand {
    /// Have back what the agent changed last.
    Undo,
    /// Take the last prompts back, with the files.
    Rewind(usize),
    /// Go on in a copy.
    Fork,
    /// Another title.
    Rename(String),
}

impl ChatCommand {
    /// What can be said to the chat: how it begins, what follows, and what it does.
    pub(crate) const ALL: [(&str, &str, &str); 5] = [
        ("/undo", "", "puts back what the agent last changed in files"),
        ("/rewind", " [COUNT]", "takes back the last prompt, or the last few, and what was changed for them"),
        ("/fork", "", "goes on in a copy of the session"),
        ("/rename", " TITLE", "gives the session another title"),
        (COMPACT, "", "has the conversation summarised for the model"),
    ];

    /// The command that a line is, if it is one.
    pub(super) fn of(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (name, rest) = (words.next()?, words.collect::<Vec<_>>());
        Some(match (name, rest.as_slice()) {
            ("/undo", []) => Self::Undo,
            ("/rewind", []) => Self::Rewind(1),
            ("/rewind", [count]) => Self::Rewind(count.parse().ok().filter(|count| *count > 0)?),
            ("/fork", []) => Self::Fork,
            ("/rename", [_, ..]) => Self::Rename(rest.join(" ")),
            _ => return None,
        })
    }
}

impl Chat<'_> {
    /// Does what was said to the chat, and says so.
    pub(super) async fn obey(&mut self, command: ChatCommand) -> Result<(), Failure> {
        let Some(id) = self.session.as_ref().map(|session| session.id) else {
            return output::write("Nothing has been said yet.\n");
        };
        let workbench: &Workbench = self.workbench;
        match command {
            ChatCommand::Undo => {
                let done = workbench.undo(id).await?;
                say(&undone::note(&done.restored, &done.kept))?;
            }
            ChatCommand::Rewind(count) => {
                let session = workbench.session(id).await?;
                let to = prompt_from_the_end(workbench, &session, count).await?;
                let text = workbench.conversation(id).await?.prompts().find(|prompt| prompt.id == to).cloned();
                let done = workbench.rewind(id, to, true).await?;
                let taken = text.map(|prompt| format!("taken back: “{}”", shortened(&prompt.text))).unwrap_or_default();
                say(&taken)?;
                if !done.checkpoints.is_empty() {
                    say(&undone::note(&done.restored, &done.kept))?;
                }
            }
            ChatCommand::Fork => {
                let copy = workbench.fork_session(id, None).await?;
                self.screen.totals = workbench.totals(copy).await?;
                say(&format!("going on in a copy; the original: atelier chat --session {id}"))?;
                return self.open(&workbench.session(copy).await?).await;
            }
            ChatCommand::Rename(title) => workbench.rename_session(id, title).await?,
        }
        // What this wrote into the log has been said.
        self.open(&workbench.session(id).await?).await
    }
}

fn say(note: &str) -> Result<(), Failure> {
    output::write(&format!("[{}]\n", printable_line(note)))
}

/// The beginning of a prompt.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 60 { line } else { line.chars().take(59).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_command_only_as_a_whole() {
        assert_eq!(ChatCommand::of(" /undo "), Some(ChatCommand::Undo));
        assert_eq!(ChatCommand::of("/rewind"), Some(ChatCommand::Rewind(1)));
        assert_eq!(ChatCommand::of("/rewind 3"), Some(ChatCommand::Rewind(3)));
        assert_eq!(ChatCommand::of("/rename Fix  the login"), Some(ChatCommand::Rename("Fix the login".into())));
        for line in ["undo", "/undo it", "/rewind 0", "/rewind back", "/rename", "/fork now", "/undone", "", "/"] {
            assert_eq!(ChatCommand::of(line), None, "{line:?}");
        }
    }
}
