//! `git_status`, `git_diff`, `git_log`, and `git_branch` when it lists.

use atelier_git::{Branches, Status};
use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use serde::Deserialize;
use serde_json::{Map, json};

use super::{located, repository};
use crate::{
    Mode, ToolFailure,
    files::arguments,
    plan::{Content, Control, Done, Plan},
    toolbox::State,
};

/// How much is shown of what may be long.
const MAX_FILES: usize = 500;
const MAX_BRANCHES: usize = 200;

/// How many commits are shown where the call does not say.
const COMMITS: u64 = 20;

#[derive(Deserialize)]
struct Arguments {
    path: Option<String>,
    #[serde(default)]
    staged: bool,
    limit: Option<u64>,
}

pub(crate) fn prepare_status(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let path = located(state, arguments::<Arguments>(given)?.path.as_deref())?;
    Ok(Plan::looking(move |state, control| {
        let status = repository(state, control)?.status(&path, &|| control.stop.is_cancelled())?;
        Ok(structured(status_value(&status), json!({"files": status.files.len(), "branch": status.branch})))
    }))
}

/// The status for a model: what goes without saying is left out.
fn status_value(status: &Status) -> Json {
    let mut value = Map::new();
    value.insert("branch".into(), status.branch.as_deref().unwrap_or("(detached)").into());
    value.insert("commit".into(), status.commit.as_deref().unwrap_or("(none yet)").into());
    if let Some(upstream) = &status.upstream {
        value.insert("upstream".into(), upstream.as_str().into());
        value.insert("ahead".into(), status.ahead.into());
        value.insert("behind".into(), status.behind.into());
    }
    if status.files.is_empty() {
        value.insert("files".into(), "no changes".into());
        return value.into();
    }
    let row = |file: &atelier_git::GitFile| json!({"path": file.path, "index": file.index.to_string(), "worktree": file.worktree.to_string()});
    value.insert("files".into(), status.files.iter().take(MAX_FILES).map(row).collect());
    if !status.moves.is_empty() {
        let row = |moved: &atelier_git::Move| json!({"from": moved.from, "to": moved.to});
        value.insert("renamed".into(), status.moves.iter().take(MAX_FILES).map(row).collect());
    }
    if status.in_conflict() {
        value.insert("conflicts".into(), "files with U, AA or DD are in conflict and must be resolved first".into());
    }
    if status.files.len() > MAX_FILES {
        let note = format!("only the first {MAX_FILES} of {} files; name a path", status.files.len());
        value.insert("note".into(), note.into());
    }
    value.into()
}

pub(crate) fn prepare_diff(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { path, staged, .. } = arguments(given)?;
    let path = located(state, path.as_deref())?;
    Ok(Plan::looking(move |state, control| diff(state, control, &path, staged)))
}

fn diff(state: &State, control: &Control, path: &RelativePath, staged: bool) -> Result<Done, ToolFailure> {
    let stopped = || control.stop.is_cancelled();
    let repository = repository(state, control)?;
    let diff = repository.diff(path, staged, &stopped)?;
    if diff.text.is_empty() {
        let text = match staged {
            true => "Nothing is staged here.",
            false if !path.is_root() && !repository.tracks(path, &stopped)? => {
                "Git does not know this path yet (untracked); read it with read_file."
            }
            false => "No changes here that are not staged. Untracked files are not shown; git_status lists them.",
        };
        return Ok(Done::text(text));
    }
    let note = if diff.truncated { "\n[the diff goes on; name a path to see less at a time]" } else { "" };
    let metadata = json!({"path": path.to_string(), "staged": staged, "truncated": diff.truncated});
    Ok(Done { content: Content::Text(diff.text + note), metadata: Some(metadata), changes: Vec::new() })
}

pub(crate) fn prepare_log(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { path, limit, .. } = arguments(given)?;
    let path = path.map(|path| located(state, Some(&path))).transpose()?;
    Ok(Plan::looking(move |state, control| {
        let stopped = || control.stop.is_cancelled();
        let commits = repository(state, control)?.log(path.as_ref(), limit.unwrap_or(COMMITS), &stopped)?;
        if commits.is_empty() {
            return Ok(Done::text("No commit touches this path."));
        }
        let row = |commit: &atelier_git::Commit| {
            json!({"commit": commit.hash, "date": commit.date, "author": commit.author, "refs": commit.refs,
                   "subject": commit.subject})
        };
        let value = json!({"commits": commits.iter().map(row).collect::<Vec<_>>()});
        Ok(structured(value, json!({"count": commits.len()})))
    }))
}

/// Lists the branches whose names contain this.
pub(super) fn branches(state: &State, control: &Control, containing: Option<&str>) -> Result<Done, ToolFailure> {
    let Branches { current, mut all } = repository(state, control)?.branches(&|| control.stop.is_cancelled())?;
    all.retain(|branch| containing.is_none_or(|part| branch.name.contains(part)));
    let row = |branch: &atelier_git::Branch| json!({"name": branch.name, "commit": branch.commit, "upstream": branch.upstream, "subject": branch.subject});
    let rows: Vec<_> = all.iter().take(MAX_BRANCHES).map(row).collect();
    let mut value = json!({"current": current.as_deref().unwrap_or("(detached)"), "branches": rows});
    if all.len() > MAX_BRANCHES {
        value["note"] = format!("only the first {MAX_BRANCHES} of {}; give a part of the name", all.len()).into();
    }
    Ok(structured(value, json!({"current": current, "count": all.len()})))
}

pub(super) fn structured(value: Json, metadata: Json) -> Done {
    Done { content: Content::Structured(value), metadata: Some(metadata), changes: Vec::new() }
}
