//! Adding to and taking out of an `mcpServers` file, without harm to what else stands in it.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use atelier_config::PrivateFile;
use serde_json::{Map, Value, json};

use super::{ConfigError, Origin, Reach};

pub(super) fn add(file: &Path, origin: Origin, name: &str, reach: &Reach) -> Result<(), ConfigError> {
    let entry = match reach {
        Reach::Stdio { command, args, env } => json!({"command": command, "args": args, "env": object(env)}),
        Reach::Http { url, headers } => json!({"type": "http", "url": url, "headers": object(headers)}),
    };
    change(file, origin, |servers| {
        if servers.contains_key(name) {
            let reason = format!("There is a server `{name}` in {} already; remove it first.", file.display());
            return Err(ConfigError::Refused { reason });
        }
        servers.insert(name.to_owned(), entry);
        Ok(())
    })
}

pub(super) fn remove(file: &Path, origin: Origin, name: &str) -> Result<(), ConfigError> {
    change(file, origin, |servers| {
        let gone = || format!("There is no server `{name}` in {} any more.", file.display());
        servers.shift_remove(name).map(drop).ok_or_else(|| ConfigError::Refused { reason: gone() })
    })
}

fn object(pairs: &[(String, String)]) -> Map<String, Value> {
    pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
}

/// `origin`: whose file it is. A project's is not locked, for the lock's file would stay in the project.
fn change(
    file: &Path,
    origin: Origin,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), ConfigError>,
) -> Result<(), ConfigError> {
    let write = |reason| ConfigError::Write { file: file.to_owned(), reason };
    if origin == Origin::Project {
        let bytes = match fs::read(file) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(reason) => return Err(ConfigError::Read { file: file.to_owned(), reason }),
        };
        return replace(file, &changed(file, bytes.as_deref(), change)?).map_err(write);
    }
    let mut refused = None;
    let written = PrivateFile::new(file).change(|bytes| {
        changed(file, bytes.as_deref(), change).map_err(|error| {
            refused = Some(error);
            io::ErrorKind::InvalidData.into()
        })
    });
    match refused {
        Some(error) => Err(error),
        None => written.map_err(write),
    }
}

/// Replaces a file in one step; others may read it as before.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let new = target.with_extension(format!("{}.new", std::process::id()));
    let mut opened = fs::OpenOptions::new().write(true).create_new(true).open(&new)?;
    let written = opened.write_all(bytes).and_then(|()| opened.sync_all()).and_then(|()| {
        if let Ok(metadata) = fs::metadata(&target) {
            opened.set_permissions(metadata.permissions())?;
        }
        fs::rename(&new, &target)
    });
    if written.is_err() {
        // It holds half of the change at most.
        let _ = fs::remove_file(&new);
    }
    written
}

fn changed(
    file: &Path,
    bytes: Option<&[u8]>,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), ConfigError>,
) -> Result<Vec<u8>, ConfigError> {
    let broken = |line, reason: &str| ConfigError::Broken { file: file.to_owned(), line, reason: reason.to_owned() };
    let mut whole: Value = match bytes.map(<[u8]>::trim_ascii) {
        None | Some([]) => json!({}),
        Some(bytes) => serde_json::from_slice(bytes).map_err(|error| broken(error.line(), "this is no JSON"))?,
    };
    let root = whole.as_object_mut().ok_or_else(|| broken(1, "this is no object"))?;
    let servers = root.entry("mcpServers").or_insert_with(|| json!({}));
    change(servers.as_object_mut().ok_or_else(|| broken(1, "`mcpServers` is no object"))?)?;
    let mut text = serde_json::to_vec_pretty(&whole).map_err(|error| broken(error.line(), "this can't be written"))?;
    text.push(b'\n');
    Ok(text)
}
