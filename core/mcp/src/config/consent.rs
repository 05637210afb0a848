//! What the user has said about the servers that projects bring along. Kept outside the projects, and bound to exactly
//! what would be run or reached: an entry that changes is asked about again.

use std::{collections::BTreeMap, io, path::Path};

use atelier_config::PrivateFile;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ConfigError, Origin, ServerConfig};

/// The file of the data folder.
const FILE: &str = "mcp-consent.json";

#[derive(Debug, Clone)]
pub(crate) struct Consents {
    file: PrivateFile,
}

/// By project and server.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    projects: BTreeMap<String, BTreeMap<String, Said>>,
}

#[derive(Serialize, Deserialize)]
struct Said {
    /// Of what was asked about. A hash, because it may hold secrets.
    sha256: String,
    allowed: bool,
}

impl Consents {
    pub(crate) fn new(data_folder: &Path) -> Self {
        Self { file: PrivateFile::new(data_folder.join(FILE)) }
    }

    /// Whether the server may be used; none: the user has not said.
    pub(crate) fn of(&self, project: &Path, server: &ServerConfig) -> Result<Option<bool>, ConfigError> {
        if server.origin == Origin::User {
            return Ok(Some(true));
        }
        let kept = self.read().map_err(|reason| ConfigError::Read { file: self.file.path().to_owned(), reason })?;
        let asked = fingerprint(server);
        let said = kept.projects.get(&key(project)).and_then(|servers| servers.get(&server.name));
        Ok(said.filter(|said| Some(&said.sha256) == asked.as_ref()).map(|said| said.allowed))
    }

    /// Keeps what the user says.
    pub(crate) fn set(&self, project: &Path, server: &ServerConfig, allowed: bool) -> Result<(), ConfigError> {
        let changed = self.file.change(|bytes| {
            let sha256 = fingerprint(server).ok_or(io::ErrorKind::InvalidData)?;
            let said = Said { sha256, allowed };
            let mut kept = parse(bytes)?;
            kept.projects.entry(key(project)).or_default().insert(server.name.clone(), said);
            Ok(serde_json::to_vec_pretty(&kept)?)
        });
        changed.map_err(|reason| ConfigError::Write { file: self.file.path().to_owned(), reason })
    }

    fn read(&self) -> io::Result<Kept> {
        parse(self.file.read()?)
    }
}

fn parse(bytes: Option<Vec<u8>>) -> io::Result<Kept> {
    match bytes {
        Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
        None => Ok(Kept::default()),
    }
}

fn key(project: &Path) -> String {
    project.to_string_lossy().into_owned()
}

fn fingerprint(server: &ServerConfig) -> Option<String> {
    use std::fmt::Write as _;

    // Lengths and quotes are part of JSON: no two entries have the same text.
    let text = serde_json::to_vec(&(&server.reach, server.tools_format)).ok()?;
    let hex = Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Some(hex)
}
