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
    process::{Place, Running, Why},
    refused, start_folder,
};
use crate::{
    FailureCode, Mode, ToolFailure,
    files::arguments,
    plan::{Content, Control, Done, Plan},
    toolbox::State,
};

/// How long a command may take where the call does not say, in seconds.
const TIME_LIMIT: u64 = 120;

#[derive(Deserialize)]
struct Arguments {
    command: String,
    cwd: Option<String>,
    timeout: Option<u64>,
}

pub(crate) fn prepare(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { command, cwd, timeout } = arguments(given)?;
    refused::check(&command)?;
    let folder = start_folder(state, cwd.as_deref())?;
    let needs = approval(&command, &folder);
    let limit = Duration::from_secs(timeout.unwrap_or(TIME_LIMIT));
    let work = Box::new(move |state: &State, control: &Control| run(state, control, &command, &folder, limit));
    Ok(Plan { needs, touches: Vec::new(), work })
}

fn run(
    state: &State,
    control: &Control,
    command: &str,
    folder: &RelativePath,
    limit: Duration,
) -> Result<Done, ToolFailure> {
    let failed = |error| ToolFailure::new(FailureCode::IoError, format!("The command could not be run ({error})."));
    let place = Place::new(state.outputs.path()).map_err(failed)?;
    let file = place.clone();
    let running = Running::start(command, &absolute(state, folder), place).map_err(failed)?;
    let (mut collected, mut decoder, mut pending) = (Collected::default(), Decoder::default(), String::new());
    let mut on_output = |bytes: &[u8]| {
        collected.push(bytes);
        decoder.push(bytes, &mut pending);
        control.progress.output(&mut pending);
    };
    let deadline = Instant::now().checked_add(limit);
    let (why, status) = running.finish(deadline, &control.stop, &mut on_output).map_err(failed)?;
    control.progress.output(&mut pending);
    let note = moved(state, folder, file.noted());
    report(state, why, status, &collected.text(), limit, &note)
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

fn report(
    state: &State,
    why: Why,
    status: ExitStatus,
    output: &str,
    limit: Duration,
    note: &str,
) -> Result<Done, ToolFailure> {
    let so_far = |what: String, code| {
        let output =
            state.outputs.bounded(if output.is_empty() { "[no output]".to_owned() } else { output.to_owned() });
        Err(ToolFailure::new(code, format!("{what} Output so far:\n{output}")))
    };
    match why {
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
    let ended = ending(status);
    let text = match (output.trim_end(), ended.as_str()) {
        ("", "") => "[no output]".to_owned(),
        ("", ended) => format!("[{ended}]"),
        (output, "") => output.to_owned(),
        (output, ended) => format!("{output}\n[{ended}]"),
    };
    let metadata =
        json!({"exit_code": status.code(), "signal": status.signal(), "cwd": state.working_folder().to_string()});
    Ok(Done { content: Content::Text(text + note), metadata: Some(metadata), changes: Vec::new() })
}

/// How a command ended, in words; empty for success.
pub(super) fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => String::new(),
        (Some(code), _) => format!("exit code {code}"),
        (None, signal) => format!("ended by signal {}", signal.unwrap_or_default()),
    }
}
