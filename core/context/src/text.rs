//! Reading a text of bounded length from a folder.

use std::io::Read as _;

use atelier_workspace::{AccessError, Folder, RelativePath};

/// A text, perhaps only its beginning.
#[derive(Debug)]
pub(crate) struct Text {
    /// What is not UTF-8 in it is replaced.
    pub(crate) content: String,
    /// How long the file is, in bytes.
    pub(crate) size: u64,
    /// Whether there is more than `content`.
    pub(crate) cut: bool,
}

/// Reads at most `max` bytes; a longer file ends at the last whole line before that.
pub(crate) fn read(folder: &Folder, path: &RelativePath, max: usize) -> Result<Text, AccessError> {
    let failed = |source| AccessError::Io { path: path.to_string(), source };
    let file = folder.open_file(path)?;
    let size = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    let cut = bytes.len() > max;
    if cut {
        bytes.truncate(max);
        let whole_lines = bytes.iter().rposition(|byte| *byte == b'\n').map_or(max, |end| end + 1);
        bytes.truncate(whole_lines);
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    Ok(Text { content: text, size: size.max(bytes.len() as u64), cut })
}
