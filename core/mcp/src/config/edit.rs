//! Adding to and taking out of an `mcpServers` file, without harm to what else stands in it.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use atelier_config::PrivateFile;
use serde_json::{Map, Value, json};

use super::{ConfigError, Reach};

pub(super) fn add(file: &Path, name: &str, reach: &Reach) -> Result<(), ConfigError> {
    let entry = match reach {
        Reach::Stdio { command, args, env } => json!({"command": command, "args": args, "env": object(env)}),
        Reach::Http { url, headers } => json!({"type": "http", "url": url, "headers": object(headers)}),
    };
    change(file, |servers| {
        if servers.contains_key(name) {
            let reason = format!("There is a server `{name}` in {} already; remove it first.", file.display());
            return Err(ConfigError::Refused { reason });
        }
        servers.insert(name.to_owned(), entry);
        Ok(())
    })
}

pub(super) fn remove(file: &Path, name: &str) -> Result<(), ConfigError> {
    change(file, |servers| {
        let gone = || format!("There is no server `{name}` in {} any more.", file.display());
        servers.shift_remove(name).map(drop).ok_or_else(|| ConfigError::Refused { reason: gone() })
    })
}

fn object(pairs: &[(String, String)]) -> Map<String, Value> {
    pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
}

fn change(
    file: &Path,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), ConfigError>,
) -> Result<(), ConfigError> {
    // Others may read a project's file; a new one of the user's is the user's alone.
    let mode = fs::metadata(file).map(|metadata| metadata.permissions().mode()).ok();
    let mut refused = None;
    let written = PrivateFile::new(file).change(|bytes| {
        changed(file, bytes.as_deref(), change).map_err(|error| {
            refused = Some(error);
            io::ErrorKind::InvalidData.into()
        })
    });
    if let Some(error) = refused {
        return Err(error);
    }
    let kept =
        written.and_then(|()| mode.map_or(Ok(()), |mode| fs::set_permissions(file, Permissions::from_mode(mode))));
    kept.map_err(|reason| ConfigError::Write { file: file.to_owned(), reason })
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
