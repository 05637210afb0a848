//! `atelier sessions`: what was said before.

mod export;
mod list;
mod search;
mod show;

use std::path::{Path, absolute};

use atelier_protocol::{SessionEvent, SessionId};
use atelier_workbench::Workbench;

use crate::{arguments::SessionsCommand, failure::Failure, opened::with_workbench};

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
