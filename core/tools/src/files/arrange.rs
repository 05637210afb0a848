//! `create_directory`, `copy_file` and `delete_file`.

use std::fmt::Write as _;

use atelier_protocol::{FileOperation, Json};
use atelier_workspace::{AccessError, Entry, EntryKind, RelativePath};
use serde::Deserialize;

use crate::{
    FailureCode, FileChange, Mode, ToolFailure, change_set,
    files::arguments,
    plan::{Approval, Content, Control, Done, Plan, Preview, PreviewKind},
    toolbox::State,
};

/// The largest file that is copied, in bytes.
const MAX_COPY: u64 = 256 << 20;

/// The largest folder that is deleted, in entries.
const MAX_DELETED: usize = 10_000;

#[derive(Deserialize)]
struct Path {
    path: String,
}

#[derive(Deserialize)]
struct Copy {
    source: String,
    dest: String,
}

pub(crate) fn prepare_create(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Path { path } = arguments(given)?;
    let path = change_set::locate(state, mode, &path)?;
    if let Some(entry) = state.folder.look(&path)? {
        return if entry.kind == EntryKind::Folder {
            Ok(Plan::looking(move |_, _| Ok(Done::text(format!("`{path}` exists already.")))))
        } else {
            Err(AccessError::NotAFolder { path: path.to_string() }.into())
        };
    }
    let touches = vec![path.clone()];
    let preview = Preview::new(PreviewKind::Sentence, format!("Create the folder `{path}`."));
    let work = Box::new(move |state: &State, _: &Control| {
        let created = state.folder.create_folders(&path)?;
        let changes = created.iter().map(|path| FileChange::new(path, FileOperation::CreateDirectory, true)).collect();
        Ok(done(format!("Created the folder `{path}`."), changes))
    });
    Ok(Plan { needs: Approval::Ask { dangerous: false, preview }, touches, work })
}

pub(crate) fn prepare_copy(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Copy { source, dest } = arguments(given)?;
    let source = state.folder.locate(&source)?;
    let dest = change_set::locate(state, mode, &dest)?;
    change_set::must_be_absent(state, &dest)?;
    // Said now rather than after the user was asked.
    drop(state.folder.open_file(&source)?);
    let preview = Preview::new(PreviewKind::Sentence, format!("Copy `{source}` to `{dest}`."));
    let touches = vec![dest.clone()];
    let work = Box::new(move |state: &State, _: &Control| {
        let parent = dest.parent().unwrap_or_else(RelativePath::root);
        state.folder.create_folders(&parent)?;
        state.folder.copy(&source, &dest, MAX_COPY)?;
        let changes = vec![FileChange::new(&dest, FileOperation::Copy, true)];
        Ok(done(format!("Copied `{source}` to `{dest}`."), changes))
    });
    Ok(Plan { needs: Approval::Ask { dangerous: false, preview }, touches, work })
}

pub(crate) fn prepare_delete(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Path { path } = arguments(given)?;
    let path = change_set::locate(state, mode, &path)?;
    if path.is_root() {
        let message = "The project folder itself is never deleted; name what is inside.";
        return Err(ToolFailure::new(FailureCode::PermissionDenied, message));
    }
    let Some(entry) = state.folder.look(&path)? else {
        return Err(AccessError::NotFound { path: path.to_string() }.into());
    };
    let contents = if entry.kind == EntryKind::Folder { Some(state.folder.tree(&path, MAX_DELETED)?) } else { None };
    for (inner, _) in contents.iter().flatten() {
        state.folder.check_writable(inner)?;
    }
    let preview = Preview::new(PreviewKind::Removal, removal(&path, contents.as_deref().unwrap_or_default()));
    let touches = vec![path.clone()];
    let stamp = state.folder.read(&path, change_set::MAX_FILE).ok().map(|content| content.stamp);
    let work = Box::new(move |state: &State, _: &Control| {
        match &contents {
            Some(contents) => delete_folder(state, &path, contents)?,
            None => state.folder.remove_file(&path, stamp)?,
        }
        state.forget(&path);
        Ok(done(format!("Deleted `{path}`."), vec![FileChange::new(&path, FileOperation::Delete, false)]))
    });
    Ok(Plan { needs: Approval::Ask { dangerous: true, preview }, touches, work })
}

/// Deletes a folder if it still holds what was shown to the user.
fn delete_folder(state: &State, path: &RelativePath, contents: &[(RelativePath, Entry)]) -> Result<(), ToolFailure> {
    if state.folder.tree(path, MAX_DELETED)? != contents {
        let message = format!("`{path}` has changed while the deletion was waiting; nothing was deleted.");
        return Err(ToolFailure::new(FailureCode::StaleFile, message));
    }
    state.folder.remove_tree(path, contents)?;
    Ok(())
}

/// What goes, a path per line.
fn removal(path: &RelativePath, contents: &[(RelativePath, Entry)]) -> String {
    let mut text = path.to_string();
    for (inner, _) in contents {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{inner}");
    }
    text
}

fn done(text: String, changes: Vec<FileChange>) -> Done {
    Done { content: Content::Text(text), metadata: None, changes }
}
