//! Reading a file to show it, and writing what a person has made of it.

use std::io::Read as _;

use atelier_workspace::{AccessError, Encoding, Expected, Folder, NotText, RelativePath, RootError, Stamp, TextFile};
use serde::Serialize;

use crate::{ErrorKind, Workbench, WorkbenchError, configuration::Configuration, files::shown, operation::Operation};

/// The largest file that is read whole, in bytes; of larger ones the beginning is shown.
const MAX_WHOLE: u64 = 4 << 20;

/// How much of a larger file is shown, in bytes.
const MAX_SHOWN: u64 = 256 << 10;

/// The largest text that is written, in bytes.
const MAX_WRITTEN: usize = 16 << 20;

/// What a file holds, as far as it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileText {
    /// The file, absolute; links are resolved.
    pub path: String,
    /// Its text. Lines that all end with CRLF end with LF here; writing puts that back. Bytes that are no text in a file
    /// that otherwise is are replacement characters. Empty for an image or a binary file.
    pub text: String,
    /// The size of the file in bytes.
    pub size: u64,
    /// What it is.
    pub kind: FileKind,
    /// How its text is written: `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`; `unknown` where that can't be said.
    pub encoding: &'static str,
    /// The state of the file, for [`Workbench::write_file`]. Empty where it can't be written as text: it is none, or only
    /// a part of it is here, or its encoding is unknown.
    pub stamp: String,
    /// Whether the text is only the beginning.
    pub truncated: bool,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FileKind {
    /// A text.
    Text,
    /// Something that is no text.
    Binary,
    /// A text too large to be shown whole.
    TooLarge,
    /// A picture of a common kind.
    Image,
}

const READ: Operation = Operation { name: "read_file", fallback: "Failed to read file" };
const WRITE: Operation = Operation { name: "write_file", fallback: "Failed to write file" };
const CREATE: Operation = Operation { name: "create_file", fallback: "Failed to create file" };

impl Workbench {
    /// Reads a file to show it. Links are followed as long as they lead to a file in the approved roots.
    pub async fn read_file(&self, path: &str) -> Result<FileText, WorkbenchError> {
        let path = path.to_owned();
        self.operate(READ, move |configuration| {
            let (folder, path) = locate(configuration, &path)?;
            read(&folder, &path)
        })
        .await
    }

    /// Puts a text in the place of what a file holds, in the encoding and with the line endings that it has, and returns
    /// the file's new stamp. `stamp` names the state that the person saw: where the file is in another one by now, nothing
    /// is written and the error is a conflict (409). None: the file must not exist yet.
    ///
    /// All or nothing, also on a full disk or after a crash; it is on the disk when this returns. At most 16 MiB.
    pub async fn write_file(&self, path: &str, text: String, stamp: Option<String>) -> Result<String, WorkbenchError> {
        let path = path.to_owned();
        self.operate(WRITE, move |configuration| {
            let (folder, path) = locate(configuration, &path)?;
            write(&folder, &path, &text, stamp.as_deref())
        })
        .await
    }

    /// Makes an empty file where nothing is, in a folder that is there. Returns its stamp.
    pub async fn create_file(&self, path: &str) -> Result<String, WorkbenchError> {
        let path = path.to_owned();
        self.operate(CREATE, move |configuration| {
            let (folder, path) = locate(configuration, &path)?;
            write(&folder, &path, "", None)
        })
        .await
    }
}

/// A file by its path, which must be given.
fn locate(configuration: &Configuration, named: &str) -> Result<(Folder, RelativePath), WorkbenchError> {
    if named.trim().is_empty() {
        return Err(WorkbenchError::new(ErrorKind::InvalidRequest, "Path is required"));
    }
    configuration.roots()?.locate(named).map_err(|error| match error {
        RootError::NotFound => AccessError::NotFound { path: named.to_owned() }.into(),
        RootError::NotAFolder => AccessError::NotAFolder { path: named.to_owned() }.into(),
        error => error.into(),
    })
}

fn read(folder: &Folder, path: &RelativePath) -> Result<FileText, WorkbenchError> {
    match folder.read(path, MAX_WHOLE) {
        Ok(content) => Ok(whole(shown(folder, path), &content.bytes, content.stamp)),
        Err(AccessError::TooLarge { size, .. }) => {
            let mut bytes = Vec::new();
            let failed = |source| AccessError::Io { path: path.to_string(), source };
            folder.open_file(path)?.take(MAX_SHOWN).read_to_end(&mut bytes).map_err(failed)?;
            Ok(beginning(shown(folder, path), &bytes, size))
        }
        Err(error) => Err(error.into()),
    }
}

fn whole(path: String, bytes: &[u8], stamp: Stamp) -> FileText {
    let empty = FileText {
        path,
        text: String::new(),
        size: bytes.len() as u64,
        kind: FileKind::Binary,
        encoding: "unknown",
        stamp: String::new(),
        truncated: false,
    };
    match TextFile::decode(bytes) {
        Ok(file) => FileText {
            kind: FileKind::Text,
            encoding: name_of(file.encoding()),
            stamp: stamp.to_string(),
            text: file.text,
            ..empty
        },
        Err(NotText::Image { .. }) => FileText { kind: FileKind::Image, ..empty },
        Err(NotText::Binary { .. }) => empty,
        Err(NotText::Unknown) => {
            FileText { kind: FileKind::Text, text: String::from_utf8_lossy(bytes).into_owned(), ..empty }
        }
    }
}

/// The first bytes of a file that is too large.
fn beginning(path: String, bytes: &[u8], size: u64) -> FileText {
    // The last character may be cut in half, of at most four bytes: one of them is where it can be cut.
    let decoded = (0..4).find_map(|cut| TextFile::decode(&bytes[..bytes.len().saturating_sub(cut)]).ok());
    let (kind, encoding, text) = match (decoded, TextFile::decode(bytes)) {
        (Some(file), _) => (FileKind::TooLarge, name_of(file.encoding()), file.text),
        (None, Err(NotText::Image { .. })) => (FileKind::Image, "unknown", String::new()),
        (None, Err(NotText::Unknown)) => (FileKind::TooLarge, "unknown", String::from_utf8_lossy(bytes).into_owned()),
        (None, _) => (FileKind::Binary, "unknown", String::new()),
    };
    let truncated = kind == FileKind::TooLarge;
    FileText { path, text, size, kind, encoding, stamp: String::new(), truncated }
}

fn write(folder: &Folder, path: &RelativePath, text: &str, stamp: Option<&str>) -> Result<String, WorkbenchError> {
    let refused = |message: String| WorkbenchError::new(ErrorKind::InvalidRequest, message);
    if text.len() > MAX_WRITTEN {
        return Err(refused(format!("The text has more than {MAX_WRITTEN} bytes; save it in smaller files.")));
    }
    let Some(stamp) = stamp else {
        return Ok(folder.replace(path, text.as_bytes(), Expected::Absent)?.to_string());
    };
    let stamp: Stamp = stamp.parse().map_err(|error: atelier_workspace::InvalidStamp| refused(error.to_string()))?;
    let changed = || AccessError::Changed { path: path.to_string() };
    let old = folder.read(path, stamp.size()).map_err(|error| match error {
        AccessError::TooLarge { .. } | AccessError::NotFound { .. } => changed(),
        error => error,
    })?;
    if old.stamp != stamp {
        return Err(changed().into());
    }
    let file = TextFile::decode(&old.bytes).map_err(|what| {
        refused(format!("`{path}` {what}, so it can't be saved as text; use another program for it."))
    })?;
    let bytes = file.with_text(file.adapted(text)).encode();
    Ok(folder.replace(path, &bytes, Expected::Content(stamp))?.to_string())
}

fn name_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf8WithMark => "utf-8-bom",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
    }
}
