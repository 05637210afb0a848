//! `shell_background`, `shell_status` and `shell_end`: commands that go on while the model does something else.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use atelier_protocol::{Json, ToolCallId};
use atelier_workspace::RelativePath;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    absolute, approval, confine,
    process::Running,
    refused, start_folder,
    watching::{CommandOutput, Ending, Seen, locked},
};
use crate::{
    FailureCode, Mode, ToolFailure,
    files::arguments,
    plan::{Approval, Content, Control, Done, Plan},
    toolbox::State,
};

/// How many run at a time, and how many ended ones are remembered.
const MAX_RUNNING: usize = 10;
const MAX_ENDED: usize = 10;

/// The background commands of a session. Dropped, they all end.
#[derive(Default)]
pub(crate) struct Jobs {
    next: AtomicU32,
    all: Mutex<BTreeMap<u32, Job>>,
}

struct Job {
    command: String,
    /// The call that started it.
    call: Option<ToolCallId>,
    stop: CancellationToken,
    seen: Arc<Mutex<Seen>>,
    /// Changes with what is seen, and is over when nothing changes any more.
    news: watch::Receiver<()>,
    thread: Option<thread::JoinHandle<()>>,
    /// The model has ended it, and knows it no more; who watches it does.
    dismissed: bool,
}

impl Job {
    fn status(&self) -> Option<String> {
        locked(&self.seen).ended.as_ref().map(|ended| ended.status.clone())
    }

    fn has_ended(&self) -> bool {
        locked(&self.seen).ended.is_some()
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        for job in locked(&self.all).values() {
            job.stop.cancel();
        }
    }
}

impl Jobs {
    /// Ends them all and waits until they have: a second at most.
    pub(crate) fn end_all(&self) {
        let mut jobs = std::mem::take(&mut *locked(&self.all));
        for job in jobs.values() {
            job.stop.cancel();
        }
        for job in jobs.values_mut() {
            join(job.thread.take());
        }
    }

    fn start(&self, command: String, call: Option<ToolCallId>, running: Running) -> std::io::Result<u32> {
        let (stop, seen) = (CancellationToken::new(), Arc::new(Mutex::new(Seen::default())));
        let (teller, news) = watch::channel(());
        let (watched, token) = (seen.clone(), stop.clone());
        let thread = thread::Builder::new()
            .name("background command".to_owned())
            .spawn(move || follow(running, &token, &watched, &teller))?;
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let mut jobs = locked(&self.all);
        jobs.insert(id, Job { command, call, stop, seen, news, thread: Some(thread), dismissed: false });
        let ended: Vec<u32> = jobs.iter().filter(|(_, job)| job.has_ended()).map(|(id, _)| *id).collect();
        for old in ended.iter().take(ended.len().saturating_sub(MAX_ENDED)) {
            jobs.remove(old);
        }
        Ok(id)
    }

    fn running(&self) -> usize {
        locked(&self.all).values().filter(|job| !job.has_ended()).count()
    }

    /// What the newest command that a call has started prints.
    pub(crate) fn output(&self, call: ToolCallId) -> Option<CommandOutput> {
        let jobs = locked(&self.all);
        let job = jobs.values().rfind(|job| job.call == Some(call))?;
        Some(CommandOutput::new(job.seen.clone(), job.news.clone()))
    }
}

/// Follows a command to its end, and tells what it prints.
fn follow(running: Running, stop: &CancellationToken, seen: &Mutex<Seen>, news: &watch::Sender<()>) {
    let ended = running.finish(None, stop, &mut |bytes| {
        locked(seen).output.push(bytes);
        news.send_replace(());
    });
    let mut seen = locked(seen);
    seen.note = ended.as_ref().ok().and_then(|ended| ended.refused(&seen.output.text())).map(|it| it.note);
    seen.ended = Some(match ended {
        Ok(ended) => Ending::of(ended.status),
        Err(error) => Ending::lost(&error),
    });
}

/// Waits for a job's thread, which ends soon after it was told to.
fn join(thread: Option<thread::JoinHandle<()>>) {
    if thread.is_some_and(|thread| thread.join().is_err()) {
        tracing::error!("the thread of a background command panicked");
    }
}

#[derive(Deserialize)]
struct Start {
    command: String,
    cwd: Option<String>,
    #[serde(default)]
    unconfined: bool,
}

#[derive(Deserialize)]
struct Chosen {
    id: Option<u32>,
}

pub(crate) fn prepare_start(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Start { command, cwd, unconfined } = arguments(given)?;
    refused::check(&command)?;
    let folder = start_folder(state, cwd.as_deref())?;
    let needs = approval(confine::kind(state, unconfined)?, &command, &folder);
    let work =
        Box::new(move |state: &State, control: &Control| start(state, control.call, command, &folder, unconfined));
    Ok(Plan { needs, touches: Vec::new(), work })
}

fn start(
    state: &State,
    call: Option<ToolCallId>,
    command: String,
    folder: &RelativePath,
    unconfined: bool,
) -> Result<Done, ToolFailure> {
    if state.jobs.running() >= MAX_RUNNING {
        let message = format!("{MAX_RUNNING} background commands are running already; end one with shell_end.");
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
    }
    let failed = |error| ToolFailure::new(FailureCode::IoError, format!("The command could not be run ({error})."));
    let surroundings = confine::surroundings(state, unconfined).map_err(failed)?;
    let running = state.standby.start(&command, &absolute(state, folder), surroundings).map_err(failed)?;
    let id = state.jobs.start(command, call, running).map_err(failed)?;
    let text = format!("Started as {id}. See its output with shell_status and end it with shell_end.");
    Ok(Done { content: Content::Text(text), metadata: Some(json!({"id": id})), changes: Vec::new() })
}

pub(crate) fn prepare_status(_: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Chosen { id } = arguments(given)?;
    Ok(Plan::looking(move |state, _| id.map_or_else(|| Ok(list(state)), |id| status(state, id))))
}

fn list(state: &State) -> Done {
    let jobs = locked(&state.jobs.all);
    let row = |(id, job): (&u32, &Job)| {
        let command: String = job.command.lines().next().unwrap_or_default().chars().take(120).collect();
        json!({"id": id, "status": job.status().unwrap_or_else(|| "running".to_owned()), "command": command})
    };
    let rows: Vec<_> = jobs.iter().filter(|(_, job)| !job.dismissed).map(row).collect();
    if rows.is_empty() {
        return Done::text("There are no background commands.");
    }
    let value = json!({"commands": rows});
    Done { content: Content::Structured(value.clone()), metadata: Some(value), changes: Vec::new() }
}

fn status(state: &State, id: u32) -> Result<Done, ToolFailure> {
    let jobs = locked(&state.jobs.all);
    let job = jobs.get(&id).filter(|job| !job.dismissed).ok_or_else(|| unknown(id))?;
    let seen = locked(&job.seen);
    let status = seen.ended.as_ref().map_or("running", |ended| &ended.status);
    let note = seen.note.as_deref().unwrap_or_default();
    let text = format!("{}\n[{status}]{note}", seen.output.text().trim_end());
    Ok(Done { content: Content::Text(text), metadata: Some(told(id, &seen)), changes: Vec::new() })
}

/// For programs: how a command is, and how it ended once it has.
fn told(id: u32, seen: &Seen) -> Json {
    match &seen.ended {
        None => json!({"id": id, "status": "running"}),
        Some(Ending { status, end }) => {
            json!({"id": id, "status": status, "exit_code": end.exit_code, "signal": end.signal})
        }
    }
}

pub(crate) fn prepare_end(_: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Chosen { id } = arguments(given)?;
    let work = Box::new(move |state: &State, _: &Control| end(state, id.unwrap_or_default()));
    // It ends only what the model itself has started.
    Ok(Plan { needs: Approval::Automatic, touches: Vec::new(), work })
}

fn end(state: &State, id: u32) -> Result<Done, ToolFailure> {
    let (seen, was_running, thread) = {
        let mut jobs = locked(&state.jobs.all);
        let job = jobs.get_mut(&id).filter(|job| !job.dismissed).ok_or_else(|| unknown(id))?;
        job.dismissed = true;
        job.stop.cancel();
        (job.seen.clone(), !job.has_ended(), job.thread.take())
    };
    join(thread);
    let seen = locked(&seen);
    let what = if was_running { "Ended" } else { "It had ended by itself:" };
    let ended = seen.ended.as_ref().map_or("", |ended| &ended.status);
    let text = format!("{}\n[{what} {id}, {ended}]", seen.output.text().trim_end());
    Ok(Done { content: Content::Text(text), metadata: Some(told(id, &seen)), changes: Vec::new() })
}

fn unknown(id: u32) -> ToolFailure {
    let message = format!("There is no background command {id}; shell_status lists them.");
    ToolFailure::new(FailureCode::NotFound, message)
}
