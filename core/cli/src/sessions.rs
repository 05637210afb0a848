//! `atelier sessions`: what was said before.

mod arguments;
mod back;
mod change;
mod export;
mod list;
mod search;
mod show;

use std::path::{Path, absolute};

use atelier_protocol::{SessionEvent, SessionId};
use atelier_workbench::Workbench;

pub(crate) use arguments::SessionsCommand;
pub(crate) use change::prompt_from_the_end;

use crate::{failure::Failure, opened::with_workbench};

/// How many events are read at a time: bounds memory where a log is long.
const PAGE: usize = 256;

pub(crate) fn execute(command: &SessionsCommand) -> Result<(), Failure> {
    with_workbench(|workbench| {
        workbench.block_on(async {
            match command {
                SessionsCommand::List(arguments) => list::list(workbench, arguments).await,
                SessionsCommand::Search(arguments) => search::search(workbench, arguments).await,
                SessionsCommand::Show(arguments) => show::show(workbench, arguments).await,
                SessionsCommand::Export(arguments) => export::export(workbench, arguments).await,
                SessionsCommand::Undo(arguments) => back::undo(workbench, arguments).await,
                SessionsCommand::Rewind(arguments) => back::rewind(workbench, arguments).await,
                SessionsCommand::Fork(arguments) => change::fork(workbench, arguments).await,
                SessionsCommand::Rename(arguments) => change::rename(workbench, arguments).await,
                SessionsCommand::Archive(arguments) => change::archive(workbench, arguments, true).await,
                SessionsCommand::Unarchive(arguments) => change::archive(workbench, arguments, false).await,
                SessionsCommand::Delete(arguments) => change::delete(workbench, arguments).await,
            }
        })
    })
}

/// A folder as sessions that work in it name it. One that is gone is taken as it is: its sessions are still there.
fn project_named(folder: &Path) -> String {
    let resolved = folder.canonicalize().or_else(|_| absolute(folder)).unwrap_or_else(|_| folder.to_owned());
    resolved.to_string_lossy().into_owned()
}

/// Hands a session's whole log on, a page at a time, in order and exactly as it is stored.
async fn each_page(
    workbench: &Workbench,
    session: SessionId,
    mut page: impl FnMut(&[SessionEvent]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let events = workbench.read(session, after, PAGE).await?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.seq;
        page(&events)?;
    }
}
