//! `atelier sessions rename`, `archive`, `unarchive`, `delete` and `fork`: what is done with sessions as a whole.

use std::io::{self, BufRead, IsTerminal};

use atelier_protocol::{MessageId, SessionSummary};
use atelier_workbench::Workbench;
use serde_json::json;

use super::arguments::{DeleteArguments, ForkArguments, RenameArguments, SessionsArguments};
use crate::{
    failure::Failure,
    output,
    printable::{printable, printable_line},
    session_choice,
};

pub(crate) async fn rename(workbench: &Workbench, arguments: &RenameArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?;
    workbench.rename_session(session.id, arguments.title.join(" ")).await?;
    Ok(())
}

pub(crate) async fn archive(
    workbench: &Workbench,
    arguments: &SessionsArguments,
    archived: bool,
) -> Result<(), Failure> {
    for session in all_named(workbench, &arguments.sessions).await? {
        workbench.archive_session(session.id, archived).await?;
    }
    Ok(())
}

pub(crate) async fn delete(workbench: &Workbench, arguments: &DeleteArguments) -> Result<(), Failure> {
    let sessions = all_named(workbench, &arguments.sessions).await?;
    if !arguments.yes && !confirmed(&sessions)? {
        return Err(Failure::NotConfirmed);
    }
    for session in sessions {
        workbench.delete_session(session.id).await?;
    }
    Ok(())
}

pub(crate) async fn fork(workbench: &Workbench, arguments: &ForkArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?;
    let before = match arguments.without {
        Some(count) => Some(prompt_from_the_end(workbench, &session, count).await?),
        None => None,
    };
    let copy = workbench.fork_session(session.id, before).await?;
    if arguments.json {
        let mut line = String::new();
        output::push_json_line(&mut line, &json!({"id": copy}))?;
        return output::write(&line);
    }
    output::write(&format!("{copy}\n"))
}

/// The message with which the last `count` prompts begin; all of them, where there are fewer.
pub(crate) async fn prompt_from_the_end(
    workbench: &Workbench,
    session: &SessionSummary,
    count: usize,
) -> Result<MessageId, Failure> {
    let conversation = workbench.conversation(session.id).await?;
    let last = conversation.prompts().rev().take(count).last().map(|message| message.id);
    last.ok_or(Failure::NoPrompt)
}

/// Found before anything is done, so that a mistyped id changes nothing.
async fn all_named(workbench: &Workbench, names: &[String]) -> Result<Vec<SessionSummary>, Failure> {
    let mut sessions: Vec<SessionSummary> = Vec::new();
    for name in names {
        let session = session_choice::named(workbench, name).await?;
        if !sessions.contains(&session) {
            sessions.push(session);
        }
    }
    Ok(sessions)
}

/// Asks whoever sits at the terminal.
fn confirmed(sessions: &[SessionSummary]) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let titles: Vec<_> = sessions.iter().map(|session| format!("“{}”", printable_line(&session.title))).collect();
    output::write(&printable(&format!("Delete {} for good? yes or no: ", titles.join(", "))))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(Failure::Input)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
