//! `shell_exec`.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::ExitStatus,
    time::{Duration, Instant},
};

use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use serde::Deserialize;
use serde_json::json;

use super::{
    absolute, approval,
    collected::{Collected, Decoder},
    confine,
    process::{Ended, Why},
    refused, start_folder,
};
use crate::{
    FailureCode, Mode, ToolFailure,
    files::arguments,
    plan::{Content, Control, Done, Plan},
    toolbox::State,
};

/// In the metadata: what the sandbox refused the command.
pub(crate) const REFUSED: &str = "sandbox_refused";

/// How long a command may take where the call does not say, in seconds.
const TIME_LIMIT: u64 = 120;

#[derive(Deserialize)]
struct Arguments {
    command: String,
    cwd: Option<String>,
    timeout: Option<u64>,
    #[serde(default)]
    unconfined: bool,
}

pub(crate) fn prepare(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { command, cwd, timeout, unconfined } = arguments(given)?;
    refused::check(&command)?;
    let folder = start_folder(state, cwd.as_deref())?;
    let needs = approval(confine::kind(state, unconfined)?, &command, &folder);
    let limit = Duration::from_secs(timeout.unwrap_or(TIME_LIMIT));
    if !unconfined {
        // While it is decided whether the command may run.
        state.standby.prepare(state);
    }
    let asked = Asked { command, folder, limit, unconfined };
    let work = Box::new(move |state: &State, control: &Control| run(state, control, &asked));
    Ok(Plan { needs, touches: Vec::new(), work })
}

/// What the model wants to be run.
struct Asked {
    command: String,
    folder: RelativePath,
    limit: Duration,
    unconfined: bool,
}

fn run(state: &State, control: &Control, asked: &Asked) -> Result<Done, ToolFailure> {
    let failed = |error| ToolFailure::new(FailureCode::IoError, format!("The command could not be run ({error})."));
    let surroundings = confine::surroundings(state, asked.unconfined).map_err(failed)?;
    let place = surroundings.place.clone();
    let folder = absolute(state, &asked.folder);
    let running = state.standby.start(&asked.command, &folder, surroundings).map_err(failed)?;
    let (mut collected, mut decoder, mut pending) = (Collected::default(), Decoder::default(), String::new());
    let mut on_output = |bytes: &[u8]| {
        collected.push(bytes);
        decoder.push(bytes, &mut pending);
        control.progress.output(&mut pending);
    };
    let deadline = Instant::now().checked_add(asked.limit);
    let ended = running.finish(deadline, &control.stop, &mut on_output).map_err(failed)?;
    if !asked.unconfined {
        // The model takes longer to say what comes next.
        state.standby.prepare(state);
    }
    control.progress.last_output(pending);
    let note = moved(state, &asked.folder, place.noted());
    report(state, &ended, &collected.text(), asked.limit, &note)
}

/// Keeps the folder in which the command ended for the next one, and says so where it is another one.
fn moved(state: &State, from: &RelativePath, noted: Option<String>) -> String {
    let Some(noted) = noted else { return String::new() };
    let Ok(path) = state.folder.locate(&noted) else {
        state.set_working_folder(RelativePath::root());
        return "\n[the command ended outside the project; the next one starts in the project folder]".to_owned();
    };
    let note = if path == *from { String::new() } else { format!("\n[now in {path}]") };
    state.set_working_folder(path);
    note
}

fn report(state: &State, ended: &Ended, output: &str, limit: Duration, note: &str) -> Result<Done, ToolFailure> {
    let (status, refused) = (ended.status, ended.refused(output));
    let so_far = |what: String, code| {
        let output =
            state.outputs.bounded(if output.is_empty() { "[no output]".to_owned() } else { output.to_owned() });
        Err(ToolFailure::new(code, format!("{what} Output so far:\n{output}")))
    };
    match ended.why {
        Why::Stopped => return so_far("The command was stopped.".to_owned(), FailureCode::Cancelled),
        Why::TimedOut => {
            let what = format!(
                "The command did not end within {} seconds and was ended; give a longer timeout, or use shell_background.",
                limit.as_secs()
            );
            return so_far(what, FailureCode::TimedOut);
        }
        Why::Ended => {}
    }
    let ending = ending(status);
    let text = match (output.trim_end(), ending.as_str()) {
        ("", "") => "[no output]".to_owned(),
        ("", ending) => format!("[{ending}]"),
        (output, "") => output.to_owned(),
        (output, ending) => format!("{output}\n[{ending}]"),
    };
    let mut metadata =
        json!({"exit_code": status.code(), "signal": status.signal(), "cwd": state.working_folder().to_string()});
    let mut text = text + note;
    if let Some(refused) = refused {
        text += &refused.note;
        metadata[REFUSED] = refused.what.into();
    }
    Ok(Done { content: Content::Text(text), metadata: Some(metadata), changes: Vec::new() })
}

/// How a command ended, in words; empty for success.
pub(super) fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => String::new(),
        (Some(code), _) => format!("exit code {code}"),
        (None, signal) => format!("ended by signal {}", signal.unwrap_or_default()),
    }
}
