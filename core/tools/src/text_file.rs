//! A file as text, or the answer to a model that it is none.

use atelier_workspace::TextFile;

use crate::{FailureCode, ToolFailure};

/// Reads the bytes of a file. `path` is for the message.
pub(crate) fn decode(path: &dyn std::fmt::Display, bytes: &[u8]) -> Result<TextFile, ToolFailure> {
    TextFile::decode(bytes).map_err(|what| {
        ToolFailure::new(FailureCode::NotText, format!("`{path}` {what}; it can't be read or changed as text."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_refused_with_the_reason_and_the_name() {
        let told = decode(&"a.png", b"\x89PNG\r\n\x1a\n").unwrap_err();
        assert_eq!(told.code, FailureCode::NotText);
        assert_eq!(told.message, "`a.png` is an image (image/png, 8 bytes); it can't be read or changed as text.");
    }
}
