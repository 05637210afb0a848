//! Which tools a kind of work may use.

use atelier_workspace::RelativePath;
use globset::{Glob, GlobSet};
use serde::{Deserialize, Serialize};

use crate::{FailureCode, ToolFailure};

/// What kind of work is done: which tools there are, and in [`Mode::Test`] which files may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Looking and planning: nothing changes.
    Plan,
    /// Everything.
    Build,
    /// Writing and running tests.
    Test,
}

/// What may be written in [`Mode::Test`].
const TEST_FILES: [&str; 3] = ["tests/**", "**/*_test.rs", "**/*.test.ts"];

impl Mode {
    /// Refuses to write a file that is none of this mode's.
    pub(crate) fn check_write(self, path: &RelativePath) -> Result<(), ToolFailure> {
        match self {
            Self::Build => Ok(()),
            Self::Test if test_files().is_ok_and(|set| set.is_match(path.as_path())) => Ok(()),
            Self::Test => Err(ToolFailure::new(
                FailureCode::PermissionDenied,
                format!("`{path}` is not a test; in test mode only {} may be written.", TEST_FILES.join(", ")),
            )),
            Self::Plan => Err(ToolFailure::new(
                FailureCode::PermissionDenied,
                "Nothing is written in plan mode; describe the change instead.",
            )),
        }
    }
}

fn test_files() -> Result<GlobSet, globset::Error> {
    let mut set = GlobSet::builder();
    for pattern in TEST_FILES {
        set.add(Glob::new(pattern)?);
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn only_tests_are_written_in_test_mode() {
        let may = |path: &str| Mode::Test.check_write(&RelativePath::new(Path::new(path)).unwrap()).is_ok();
        assert!(may("tests/a/b.rs") && may("src/parser_test.rs") && may("web/app.test.ts"));
        assert!(!may("src/lib.rs") && !may("src/tests/a.rs") && !may("tests"));
    }
}
