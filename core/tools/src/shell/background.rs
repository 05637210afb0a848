//! `shell_background`, `shell_status` and `shell_end`: commands that go on while the model does something else.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{absolute, approval, collected::Collected, confine, foreground, process::Running, refused, start_folder};
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
    stop: CancellationToken,
    seen: Arc<Mutex<Seen>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// What is known of a job.
#[derive(Default)]
struct Seen {
    output: Collected,
    /// How it ended, once it has.
    ended: Option<String>,
    /// What the sandbox refused it, then.
    note: Option<String>,
}

impl Job {
    fn ended(&self) -> Option<String> {
        locked(&self.seen).ended.clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
            join(job);
        }
    }

    fn start(&self, command: String, running: Running) -> std::io::Result<u32> {
        let (stop, seen) = (CancellationToken::new(), Arc::new(Mutex::new(Seen::default())));
        let (watched, token) = (seen.clone(), stop.clone());
        let thread = thread::Builder::new().name("background command".to_owned()).spawn(move || {
            let ended = running.finish(None, &token, &mut |bytes| locked(&watched).output.push(bytes));
            let mut seen = locked(&watched);
            seen.note = ended.as_ref().ok().and_then(|ended| ended.refused(&seen.output.text())).map(|it| it.note);
            seen.ended = Some(match ended {
                Ok(ended) if ended.status.success() => "exit code 0".to_owned(),
                Ok(ended) => foreground::ending(ended.status),
                Err(error) => format!("lost ({error})"),
            });
        })?;
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let mut jobs = locked(&self.all);
        jobs.insert(id, Job { command, stop, seen, thread: Some(thread) });
        let ended: Vec<u32> = jobs.iter().filter(|(_, job)| job.ended().is_some()).map(|(id, _)| *id).collect();
        for old in ended.iter().take(ended.len().saturating_sub(MAX_ENDED)) {
            jobs.remove(old);
        }
        Ok(id)
    }

    fn running(&self) -> usize {
        locked(&self.all).values().filter(|job| job.ended().is_none()).count()
    }
}

/// Waits for a job's thread, which ends soon after it was told to.
fn join(job: &mut Job) {
    if job.thread.take().is_some_and(|thread| thread.join().is_err()) {
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
    let work = Box::new(move |state: &State, _: &Control| start(state, command, &folder, unconfined));
    Ok(Plan { needs, touches: Vec::new(), work })
}

fn start(state: &State, command: String, folder: &RelativePath, unconfined: bool) -> Result<Done, ToolFailure> {
    if state.jobs.running() >= MAX_RUNNING {
        let message = format!("{MAX_RUNNING} background commands are running already; end one with shell_end.");
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
    }
    let failed = |error| ToolFailure::new(FailureCode::IoError, format!("The command could not be run ({error})."));
    let surroundings = confine::surroundings(state, unconfined).map_err(failed)?;
    let running = state.standby.start(&command, &absolute(state, folder), surroundings).map_err(failed)?;
    let id = state.jobs.start(command, running).map_err(failed)?;
    let text = format!("Started as {id}. See its output with shell_status and end it with shell_end.");
    Ok(Done { content: Content::Text(text), metadata: Some(json!({"id": id})), changes: Vec::new() })
}

pub(crate) fn prepare_status(_: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Chosen { id } = arguments(given)?;
    Ok(Plan::looking(move |state, _| id.map_or_else(|| Ok(list(state)), |id| status(state, id))))
}

fn list(state: &State) -> Done {
    let jobs = locked(&state.jobs.all);
    if jobs.is_empty() {
        return Done::text("There are no background commands.");
    }
    let row = |(id, job): (&u32, &Job)| {
        let command: String = job.command.lines().next().unwrap_or_default().chars().take(120).collect();
        json!({"id": id, "status": job.ended().unwrap_or_else(|| "running".to_owned()), "command": command})
    };
    let value = json!({"commands": jobs.iter().map(row).collect::<Vec<_>>()});
    Done { content: Content::Structured(value.clone()), metadata: Some(value), changes: Vec::new() }
}

fn status(state: &State, id: u32) -> Result<Done, ToolFailure> {
    let jobs = locked(&state.jobs.all);
    let job = jobs.get(&id).ok_or_else(|| unknown(id))?;
    let seen = locked(&job.seen);
    let status = seen.ended.clone().unwrap_or_else(|| "running".to_owned());
    let note = seen.note.as_deref().unwrap_or_default();
    let text = format!("{}\n[{status}]{note}", seen.output.text().trim_end());
    let metadata = json!({"id": id, "status": status});
    Ok(Done { content: Content::Text(text), metadata: Some(metadata), changes: Vec::new() })
}

pub(crate) fn prepare_end(_: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Chosen { id } = arguments(given)?;
    let work = Box::new(move |state: &State, _: &Control| end(state, id.unwrap_or_default()));
    // It ends only what the model itself has started.
    Ok(Plan { needs: Approval::Automatic, touches: Vec::new(), work })
}

fn end(state: &State, id: u32) -> Result<Done, ToolFailure> {
    let mut job = locked(&state.jobs.all).remove(&id).ok_or_else(|| unknown(id))?;
    let was_running = job.ended().is_none();
    job.stop.cancel();
    join(&mut job);
    let seen = locked(&job.seen);
    let what = if was_running { "Ended" } else { "It had ended by itself:" };
    let ended = seen.ended.clone().unwrap_or_default();
    let text = format!("{}\n[{what} {id}, {ended}]", seen.output.text().trim_end());
    Ok(Done { content: Content::Text(text), metadata: Some(json!({"id": id, "status": ended})), changes: Vec::new() })
}

fn unknown(id: u32) -> ToolFailure {
    let message = format!("There is no background command {id}; shell_status lists them.");
    ToolFailure::new(FailureCode::NotFound, message)
}
