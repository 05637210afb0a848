//! Colours for source code.

use atelier_highlight::{Line, highlight};

use crate::{Workbench, WorkbenchError, blocking};

impl Workbench {
    /// Colours a text, or a piece of one such as a hunk of a diff: as many lines as it has when it is split at each `\n`.
    /// The path says which language it is in; nothing is read. An unknown language, a text of more than 1 MiB and lines of
    /// more than 10,000 bytes have no colours.
    pub async fn highlight(&self, path: &str, text: String) -> Result<Vec<Line>, WorkbenchError> {
        let path = path.to_owned();
        self.run(blocking(move || Ok(highlight(&path, &text)))).await
    }
}
