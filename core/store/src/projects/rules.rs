//! What a project may hold. Checked before anything is written.

use std::collections::HashSet;

use atelier_protocol::{CreateProjectRequest, FileUpdate, MessageToSave, SaveProjectRequest};
use serde::de::IgnoredAny;

use super::error::{ProjectError, shown};

/// The longest name and id, in characters.
const NAME_CHARACTERS: usize = 200;
/// The longest path, in bytes: what systems take.
const PATH_BYTES: usize = 4096;
/// The largest content of a message, a file or the current code, in bytes.
const CONTENT_BYTES: usize = 10 << 20;

/// Checks a project to be made and puts its name right.
pub(super) fn create(request: &mut CreateProjectRequest) -> Result<(), ProjectError> {
    request.name = name(&request.name)?;
    content(request.description.as_deref(), || "the description".to_owned())
}

/// Checks a save and puts its name right.
pub(super) fn save(request: &mut SaveProjectRequest) -> Result<(), ProjectError> {
    request.name = name(&request.name)?;
    request.project_id.as_deref().map_or(Ok(()), project_id)?;
    active_agents(&request.active_agents)?;
    content(request.description.as_deref(), || "the description".to_owned())?;
    content(request.current_code.as_deref(), || "the current code".to_owned())?;
    messages(&request.messages)?;
    paths(request.files.iter().map(|file| file.path.as_str()))?;
    request.files.iter().try_for_each(|file| file_content(&file.path, Some(&file.content)))
}

/// Checks changes of files.
pub(super) fn update(files: &[FileUpdate]) -> Result<(), ProjectError> {
    paths(files.iter().map(|file| file.path.as_str()))?;
    files.iter().try_for_each(|file| file_content(&file.path, file.content.as_deref()))
}

fn name(name: &str) -> Result<String, ProjectError> {
    let name = name.trim();
    let length = name.chars().take(NAME_CHARACTERS + 1).count();
    if (1..=NAME_CHARACTERS).contains(&length) { Ok(name.to_owned()) } else { Err(ProjectError::InvalidName) }
}

/// An id that a caller chose must be able to stand in an address and on one line.
fn project_id(id: &str) -> Result<(), ProjectError> {
    let plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '/' | '\\');
    let length = id.chars().take(NAME_CHARACTERS + 1).count();
    if (1..=NAME_CHARACTERS).contains(&length) && id.chars().all(plain) {
        return Ok(());
    }
    Err(ProjectError::InvalidId { id: shown(id) })
}

fn active_agents(text: &str) -> Result<(), ProjectError> {
    serde_json::from_str::<Vec<IgnoredAny>>(text).map(drop).map_err(|_| ProjectError::InvalidAgents)
}

fn messages(messages: &[MessageToSave]) -> Result<(), ProjectError> {
    let mut ids = HashSet::new();
    for (message, number) in messages.iter().zip(1..) {
        if let Some(id) = given_id(message)
            && !ids.insert(id)
        {
            return Err(ProjectError::RepeatedMessage { id: shown(id) });
        }
        content(Some(&message.content), || format!("message {number}"))?;
    }
    Ok(())
}

/// The id that a message brings with it.
pub(super) fn given_id(message: &MessageToSave) -> Option<&str> {
    message.id.as_deref().filter(|id| !id.is_empty())
}

fn paths<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), ProjectError> {
    let mut known = HashSet::new();
    for path in paths {
        let part = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
        if path.len() > PATH_BYTES || !path.split('/').all(part) {
            return Err(ProjectError::InvalidPath { path: shown(path) });
        }
        if !known.insert(path) {
            return Err(ProjectError::RepeatedPath { path: shown(path) });
        }
    }
    Ok(())
}

fn file_content(path: &str, text: Option<&str>) -> Result<(), ProjectError> {
    content(text, || format!("the file {:?}", shown(path)))
}

fn content(text: Option<&str>, what: impl FnOnce() -> String) -> Result<(), ProjectError> {
    match text {
        Some(text) if text.len() > CONTENT_BYTES => Err(ProjectError::TooLarge { what: what() }),
        _ => Ok(()),
    }
}
