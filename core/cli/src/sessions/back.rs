//! `atelier sessions undo` and `rewind`: having files back, and an earlier conversation.

use atelier_workbench::{Restored, Workbench};
use serde_json::json;

use super::arguments::{RewindArguments, UndoArguments};
use super::change::prompt_from_the_end;
use crate::{failure::Failure, output, printable::printable_line, session_choice, undone};

pub(crate) async fn undo(workbench: &Workbench, arguments: &UndoArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?;
    let restored = workbench.undo(session.id).await?;
    tell(&restored, arguments.json)
}

pub(crate) async fn rewind(workbench: &Workbench, arguments: &RewindArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?;
    let to = prompt_from_the_end(workbench, &session, arguments.count).await?;
    let restored = workbench.rewind(session.id, to, !arguments.keep_files).await?;
    tell(&restored, arguments.json)
}

fn tell(restored: &Restored, as_json: bool) -> Result<(), Failure> {
    let mut out = String::new();
    if as_json {
        let Restored { checkpoints, sub_agents, restored, kept } = restored;
        let told = json!({"checkpoints": checkpoints, "sub_agents": sub_agents, "restored": restored, "kept": kept});
        output::push_json_line(&mut out, &told)?;
    } else if !(restored.checkpoints.is_empty() && restored.sub_agents.is_empty()) {
        out = printable_line(&undone::note(&restored.restored, &restored.kept)) + "\n";
    }
    output::write(&out)
}
