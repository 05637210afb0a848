//! `git_commit`, `git_push`, and `git_branch` when it makes one.

use atelier_git::{PushTarget, Repository, RunsPrograms};
use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use serde::Deserialize;
use serde_json::json;

use super::{
    look::{self, structured},
    repository,
};
use crate::{
    FailureCode, Mode, ToolFailure,
    files::arguments,
    plan::{Approval, Content, Control, Done, Plan, Preview, PreviewKind},
    toolbox::State,
};

/// The longest message of a commit, in bytes.
const MAX_MESSAGE: usize = 16 << 10;

/// Most files that a call may name.
const MAX_FILES: usize = 1000;

#[derive(Deserialize)]
struct Commit {
    message: String,
    #[serde(default)]
    files: Vec<String>,
}

#[derive(Deserialize)]
struct Branch {
    name: Option<String>,
    #[serde(default)]
    create: bool,
}

#[derive(Deserialize)]
struct Push {
    remote: Option<String>,
    branch: Option<String>,
}

/// Preparing is short, and whoever prepares waits for it.
fn going_on() -> bool {
    false
}

pub(crate) fn prepare_commit(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Commit { message, files } = arguments(given)?;
    if message.trim().is_empty() || message.contains('\0') || message.len() > MAX_MESSAGE || files.len() > MAX_FILES {
        let wrong =
            format!("The message must be a text of at most {MAX_MESSAGE} bytes, for at most {MAX_FILES} files.");
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, wrong));
    }
    let mut paths = Vec::new();
    for file in &files {
        let path = state.folder.locate(file)?;
        state.folder.check_writable(&path)?;
        paths.push(path);
    }
    let shown = ShownCommit::now(state, &message, &paths, &going_on)?;
    // What hooks do can't be known, and they may have been changed since they were last allowed.
    let needs = Approval::Ask {
        dangerous: !shown.runs.is_empty(),
        preview: Preview::new(PreviewKind::Sentence, shown.text.clone()),
    };
    let work = move |state: &State, control: &Control| commit(state, control, &message, &paths, &shown);
    Ok(Plan { needs, touches: Vec::new(), work: Box::new(work) })
}

/// What the user is shown of a commit.
#[derive(PartialEq)]
struct ShownCommit {
    text: String,
    runs: RunsPrograms,
}

impl ShownCommit {
    fn now(
        state: &State,
        message: &str,
        paths: &[RelativePath],
        stopped: &dyn Fn() -> bool,
    ) -> Result<Self, ToolFailure> {
        let repository = Repository::open(&state.folder, stopped)?;
        let runs = repository.commit_runs(stopped)?;
        let branch = repository.current_branch(stopped)?.unwrap_or_else(|| "no branch (detached HEAD)".to_owned());
        let (what, files) = if paths.is_empty() {
            ("what is staged", repository.staged(stopped)?)
        } else {
            ("these files", paths.iter().map(ToString::to_string).collect())
        };
        let files = files.join("\n  ");
        let text = format!("Commit to {branch}:\n\n{message}\n\nwith {what}:\n  {files}\n{}", told(&runs));
        Ok(Self { text, runs })
    }
}

/// What the user must know of programs that run with it.
fn told(runs: &RunsPrograms) -> String {
    if runs.is_empty() {
        return String::new();
    }
    let hooks = runs.hooks.iter().map(|hook| format!("hook {hook}"));
    let programs: Vec<_> = hooks.chain(runs.settings.iter().cloned()).collect();
    format!("\nThis runs programs that the repository names:\n  {}\n", programs.join("\n  "))
}

fn commit(
    state: &State,
    control: &Control,
    message: &str,
    paths: &[RelativePath],
    shown: &ShownCommit,
) -> Result<Done, ToolFailure> {
    if ShownCommit::now(state, message, paths, &|| control.stop.is_cancelled())? != *shown {
        let message = "What would be committed has changed since the user was asked; look at it and ask again.";
        return Err(ToolFailure::new(FailureCode::StaleFile, message));
    }
    let made = repository(state, control)?.commit(message, paths, &|| control.stop.is_cancelled())?;
    let text = format!("Committed as {}: {}.", &made.hash.get(..10).unwrap_or(&made.hash), made.summary);
    let metadata = json!({"commit": made.hash, "summary": made.summary});
    Ok(Done { content: Content::Text(text), metadata: Some(metadata), changes: Vec::new() })
}

pub(crate) fn prepare_branch(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Branch { name, create } = arguments(given)?;
    if !create {
        return Ok(Plan::looking(move |state, control| look::branches(state, control, name.as_deref())));
    }
    let Some(name) = name else {
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, "`name` is missing; name the branch to create."));
    };
    if mode != Mode::Build {
        let message = "A branch can't be created in this mode; say what should be done instead.";
        return Err(ToolFailure::new(FailureCode::PermissionDenied, message));
    }
    let repository = Repository::open(&state.folder, &going_on)?;
    repository.check_branch_name(&name, &going_on)?;
    let from = repository.current_branch(&going_on)?.unwrap_or_else(|| "the commit that is checked out".to_owned());
    let preview =
        Preview::new(PreviewKind::Sentence, format!("Create the branch {name} from {from} and switch to it."));
    let work = move |state: &State, control: &Control| {
        super::repository(state, control)?.create_branch(&name, &|| control.stop.is_cancelled())?;
        let text = format!("Created {name} and switched to it.");
        Ok(Done { content: Content::Text(text), metadata: Some(json!({"branch": name})), changes: Vec::new() })
    };
    Ok(Plan { needs: Approval::Ask { dangerous: false, preview }, touches: Vec::new(), work: Box::new(work) })
}

pub(crate) fn prepare_push(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Push { remote, branch } = arguments(given)?;
    let repository = Repository::open(&state.folder, &going_on)?;
    let target = repository.push_target(remote.as_deref(), branch.as_deref(), &going_on)?;
    let PushTarget { remote, addresses, branch, ahead } = &target;
    let news = match ahead {
        None => "a new branch there".to_owned(),
        Some(1) => "1 commit".to_owned(),
        Some(count) => format!("{count} commits"),
    };
    let runs = told(&repository.push_runs(&going_on)?);
    let text = format!("Push {branch} to {remote} ({}): {news}.\n{runs}", addresses.join(", "));
    let preview = Preview::new(PreviewKind::Sentence, text);
    let work = move |state: &State, control: &Control| push(state, control, &target);
    Ok(Plan { needs: Approval::Ask { dangerous: true, preview }, touches: Vec::new(), work: Box::new(work) })
}

/// Pushes what was shown: another address since then is another push.
fn push(state: &State, control: &Control, shown: &PushTarget) -> Result<Done, ToolFailure> {
    let stopped = || control.stop.is_cancelled();
    let repository = repository(state, control)?;
    let now = repository.push_target(Some(&shown.remote), Some(&shown.branch), &stopped)?;
    if now.addresses != shown.addresses {
        let message = format!("The address of `{}` has changed since the user was asked; ask again.", shown.remote);
        return Err(ToolFailure::new(FailureCode::StaleFile, message));
    }
    control.progress.step(None, format!("Pushing to {}", shown.remote));
    let summary = repository.push(shown, &stopped)?.summary;
    let value = json!({"remote": shown.remote, "branch": shown.branch, "result": summary});
    Ok(structured(value.clone(), value))
}
