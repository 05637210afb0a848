//! Changes to one or several files, made all or none.

use atelier_protocol::{FileOperation, Json};
use atelier_workspace::{AccessError, EntryKind, Expected, RelativePath, Stamp, TextFile};
use serde_json::json;

use crate::{
    FailureCode, FileChange, Mode, ToolFailure, diff,
    plan::{Approval, Content, Control, Done, Plan, Preview, PreviewKind},
    text_file,
    toolbox::State,
};

/// The largest file that is changed, in bytes.
pub(crate) const MAX_FILE: u64 = 10 << 20;

/// What one file is before, as the model must know it.
pub(crate) struct Before {
    pub(crate) file: TextFile,
    bytes: Vec<u8>,
    stamp: Stamp,
}

/// One file's change. Neither before nor after can't be.
pub(crate) struct Change {
    pub(crate) path: RelativePath,
    /// None: nothing stands there.
    pub(crate) before: Option<Before>,
    /// None: it goes.
    pub(crate) after: Option<TextFile>,
    pub(crate) operation: FileOperation,
    /// A new file takes the mode of this one, which it replaces.
    pub(crate) mode_of: Option<RelativePath>,
}

/// Whether a file must have been read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// Yes, as it is now.
    Needed,
    /// No, for the call shows what it knows of the file; but what was read must be as it is now.
    Shown,
}

/// Finds a file to be changed: inside, writable, allowed in this mode.
pub(crate) fn locate(state: &State, mode: Mode, named: &str) -> Result<RelativePath, ToolFailure> {
    let path = state.folder.locate(named)?;
    state.folder.check_writable(&path)?;
    mode.check_write(&path)?;
    Ok(path)
}

/// Loads a file that is to be changed; none where nothing stands. Refuses it if the model does not know it as it is.
pub(crate) fn load(state: &State, path: &RelativePath, knowledge: Knowledge) -> Result<Option<Before>, ToolFailure> {
    let unknown = |message: String| Err(ToolFailure::new(FailureCode::StaleFile, message));
    let content = match state.folder.read(path, MAX_FILE) {
        Ok(content) => content,
        Err(AccessError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match state.seen(path) {
        None if knowledge == Knowledge::Needed => {
            return unknown(format!(
                "`{path}` exists and was not read yet; read it with read_file before you change it."
            ));
        }
        Some(seen) if seen != content.stamp => {
            return unknown(format!(
                "`{path}` has changed since you last read it; read it again before you change it."
            ));
        }
        _ => {}
    }
    let file = text_file::decode(path, &content.bytes)?;
    Ok(Some(Before { file, bytes: content.bytes, stamp: content.stamp }))
}

/// The plan to make these changes. `summary` is what the model is told once they are made.
pub(crate) fn plan(changes: Vec<Change>, summary: String) -> Plan {
    let text: String = changes.iter().map(Change::diff).collect();
    let touches = changes.iter().map(|change| change.path.clone()).collect();
    let preview = Preview::new(PreviewKind::Diff, text);
    let diff = preview.clone();
    // A file that only moves is not lost.
    let moved = |path| changes.iter().any(|change| change.mode_of.as_ref() == Some(path));
    let dangerous = changes.iter().any(|change| change.after.is_none() && !moved(&change.path));
    let work = Box::new(move |state: &State, control: &Control| make(state, control, &changes, summary, &diff));
    Plan { needs: Approval::Ask { dangerous, preview }, touches, work }
}

impl Change {
    fn diff(&self) -> String {
        let text = |file: Option<&TextFile>| file.map(|file| file.text.clone());
        let before = text(self.before.as_ref().map(|before| &before.file));
        diff::unified(&self.path, before.as_deref(), text(self.after.as_ref()).as_deref())
    }

    fn expected(&self) -> Expected {
        self.before.as_ref().map_or(Expected::Absent, |before| Expected::Content(before.stamp))
    }
}

/// Makes all changes; if one fails, takes back those made before it.
fn make(
    state: &State,
    control: &Control,
    changes: &[Change],
    summary: String,
    diff: &Preview,
) -> Result<Done, ToolFailure> {
    for change in changes {
        check(state, change)?;
    }
    control.check()?;
    let mut undo = Undo { state, steps: Vec::new() };
    for change in changes {
        if let Err(error) = make_one(&mut undo, change) {
            return Err(undo.take_back(error));
        }
    }
    Ok(report(state, changes, summary, diff))
}

/// Whether the file is still what was previewed, without changing anything.
fn check(state: &State, change: &Change) -> Result<(), ToolFailure> {
    let is_there = match &change.before {
        Some(before) => state.folder.read(&change.path, MAX_FILE).is_ok_and(|now| now.stamp == before.stamp),
        None => state.folder.look(&change.path)?.is_none(),
    };
    if is_there {
        return Ok(());
    }
    let message =
        format!("`{}` has changed while the edit was waiting; nothing was changed, read it again.", change.path);
    Err(ToolFailure::new(FailureCode::StaleFile, message))
}

fn make_one(undo: &mut Undo<'_>, change: &Change) -> Result<(), AccessError> {
    let folder = &undo.state.folder;
    let Some(after) = &change.after else {
        let before = change.before.as_ref();
        let mode = folder.mode(&change.path)?;
        folder.remove_file(&change.path, before.map(|before| before.stamp))?;
        undo.steps.push(Step::Restore(change.path.clone(), before.map_or_else(Vec::new, |b| b.bytes.clone()), mode));
        return Ok(());
    };
    if let Some(parent) = change.path.parent() {
        undo.steps.extend(folder.create_folders(&parent)?.into_iter().map(Step::RemoveFolder));
    }
    let mode = change.mode_of.as_ref().map(|path| folder.mode(path)).transpose()?;
    let stamp = folder.replace(&change.path, &after.encode(), change.expected())?;
    undo.steps.push(match &change.before {
        Some(before) => Step::PutBack(change.path.clone(), before.bytes.clone(), stamp),
        None => Step::Remove(change.path.clone(), stamp),
    });
    mode.map_or(Ok(()), |mode| folder.set_mode(&change.path, mode))
}

/// What takes a change back.
enum Step {
    PutBack(RelativePath, Vec<u8>, Stamp),
    Remove(RelativePath, Stamp),
    Restore(RelativePath, Vec<u8>, u32),
    RemoveFolder(RelativePath),
}

struct Undo<'a> {
    state: &'a State,
    steps: Vec<Step>,
}

impl Undo<'_> {
    /// Takes everything back and says why; names what could not be.
    fn take_back(self, why: AccessError) -> ToolFailure {
        let folder = &self.state.folder;
        let mut stuck = Vec::new();
        for step in self.steps.into_iter().rev() {
            let (path, done) = match step {
                Step::PutBack(path, bytes, now) => {
                    let done = folder.replace(&path, &bytes, Expected::Content(now)).map(drop);
                    (path, done)
                }
                Step::Remove(path, now) => {
                    let done = folder.remove_file(&path, Some(now));
                    (path, done)
                }
                Step::Restore(path, bytes, mode) => {
                    let done =
                        folder.replace(&path, &bytes, Expected::Absent).and_then(|_| folder.set_mode(&path, mode));
                    (path, done)
                }
                Step::RemoveFolder(path) => {
                    let done = folder.remove_empty(&path);
                    (path, done)
                }
            };
            if done.is_err() {
                stuck.push(format!("`{path}`"));
            }
        }
        let mut failure = ToolFailure::from(why);
        if !stuck.is_empty() {
            failure.message = format!("{} Not put back: {}; look at them.", failure.message, stuck.join(", "));
        }
        failure
    }
}

fn report(state: &State, changes: &[Change], summary: String, diff: &Preview) -> Done {
    let mut files: Vec<Json> = Vec::new();
    for change in changes {
        match &change.after {
            Some(after) => {
                let stamp = Stamp::of(&after.encode());
                state.saw(&change.path, stamp);
                files.push(json!({"path": change.path.to_string(), "stamp": stamp.to_string()}));
            }
            None => state.forget(&change.path),
        }
    }
    let made = |change: &Change| FileChange::new(&change.path, change.operation, change.before.is_none());
    Done {
        content: Content::Text(summary),
        metadata: Some(json!({"files": files, "diff": diff.text, "diff_truncated": diff.truncated})),
        changes: changes.iter().map(made).collect(),
    }
}

/// Refuses to create what exists, with a message for a model.
pub(crate) fn must_be_absent(state: &State, path: &RelativePath) -> Result<(), ToolFailure> {
    match state.folder.look(path)? {
        None => Ok(()),
        Some(entry) => {
            let what = if entry.kind == EntryKind::Folder { "a folder" } else { "a file" };
            let message = format!("`{path}` exists already, {what}; choose another name.");
            Err(ToolFailure::new(FailureCode::AlreadyExists, message))
        }
    }
}
