//! Differences as text, and a file before and after.

use std::ffi::OsString;

use serde::Serialize;

use super::{Git, GitFailure, about, argument, succeeded};
use crate::repository::Purpose;
use atelier_workspace::{RelativePath, Standing};

/// Unchanged lines around a change where nobody says how many, and the most there may be.
const CONTEXT: i64 = 3;
const MAX_CONTEXT: i64 = 1_000_000;

/// The largest version of a file that is shown, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// A file as it was committed and as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileVersions {
    /// As of the last commit; empty if it is not in there.
    pub original: String,
    /// As it is in the folder; empty if it is no ordinary file.
    pub modified: String,
    /// As it was named.
    pub path: String,
}

impl Git<'_> {
    /// How a file or folder differs from the index or, `staged`, the index from the last commit: git's text, untrimmed. A
    /// file that git does not know differs from nothing. `context`: unchanged lines around each change, 3 if not said.
    pub fn diff(&self, path: &str, staged: bool, context: Option<i64>) -> Result<String, GitFailure> {
        if path.trim().is_empty() {
            return Err(GitFailure::Invalid("path parameter is required"));
        }
        let path = self.path(path)?;
        let lines = format!("-U{}", context.unwrap_or(CONTEXT).clamp(0, MAX_CONTEXT));
        let mut command = vec!["diff", "--no-color", "--no-ext-diff", "--no-textconv", "--submodule=short", &lines];
        command.extend(["--ignore-submodules=dirty", "--src-prefix=a/", "--dst-prefix=b/"]);
        let tracked_command: Vec<_> = command.iter().chain(staged.then_some(&"--cached")).copied().collect();
        let text = self.look(&about(&tracked_command, [&path]))?;
        if !text.is_empty() || staged || self.is_tracked(&path)? {
            return Ok(String::from_utf8_lossy(&text).into_owned());
        }
        self.diff_of_new(&command, &path)
    }

    fn diff_of_new(&self, command: &[&str], path: &RelativePath) -> Result<String, GitFailure> {
        // Without an index git would follow links on the way, out of the folder too.
        let standing = self.folder.standing(path).map_err(|_| GitFailure::Failed("Invalid file path".to_owned()))?;
        if let Standing::Link { target } = standing {
            // Of a link to a folder it would show what is in there.
            let target = target.to_string_lossy();
            let lines = target.replace('\n', "\n+");
            let count = target.split('\n').count();
            return Ok(format!(
                "diff --git a/{path} b/{path}\nnew file mode 120000\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{count} @@\n\
                 +{lines}\n\\ No newline at end of file\n"
            ));
        }
        let mut arguments: Vec<OsString> = command.iter().map(Into::into).collect();
        arguments.extend(["--no-index", "--", "/dev/null"].map(Into::into));
        arguments.push(argument(path));
        let ran = self.ran(Purpose::Look, &arguments)?;
        // One means that there is a difference, but also some failures.
        if ran.status.code() == Some(1) && !ran.cut && !ran.output.is_empty() {
            return Ok(String::from_utf8_lossy(&ran.output).into_owned());
        }
        Ok(String::from_utf8_lossy(&succeeded(ran)?).into_owned())
    }

    pub(super) fn is_tracked(&self, path: &RelativePath) -> Result<bool, GitFailure> {
        Ok(self.ran(Purpose::Look, &about(&["ls-files", "--error-unmatch"], [path]))?.status.success())
    }

    /// A file as of the last commit, and as it is.
    pub fn file_diff(&self, path: &str) -> Result<FileVersions, GitFailure> {
        if path.trim().is_empty() {
            return Err(GitFailure::Invalid("directory and path are required for getFileDiff"));
        }
        let inside = self.path(path)?;
        let object = format!("HEAD:./{inside}");
        let ran = self.ran(Purpose::Look, &["cat-file", "blob", &object])?;
        let original = if ran.status.success() && !ran.cut { ran.output } else { Vec::new() };
        if ran.cut || original.len() as u64 > MAX_FILE {
            return Err(too_large());
        }
        let modified = match self.folder.read(&inside, MAX_FILE) {
            Ok(content) => content.bytes,
            Err(atelier_workspace::AccessError::TooLarge { .. }) => return Err(too_large()),
            Err(_) => Vec::new(),
        };
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(FileVersions { original: text(original), modified: text(modified), path: path.to_owned() })
    }
}

fn too_large() -> GitFailure {
    GitFailure::Failed("The file has more than 16 MiB and is not shown; look at its diff instead.".to_owned())
}
