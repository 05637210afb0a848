//! Which servers there are: what the user's and the project's files say.

mod consent;
mod edit;
mod error;
mod expand;
mod json;
mod toml_file;

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

pub(crate) use consent::Consents;
pub use error::ConfigError;
pub(crate) use expand::{Resolved, resolve};
use serde::Serialize;

/// The user's file, in the config folder.
pub(crate) const USER_FILE: &str = "mcp.json";
/// The project's file, as other agents have it too.
pub(crate) const PROJECT_FILE: &str = ".mcp.json";
/// The project's configuration of Atelier, and its older name, which is read where the first is missing.
const TOML_FILES: [&str; 2] = ["atelier.toml", "emacs-agent.toml"];

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Most servers that one file may name, and the longest name.
const MAX_SERVERS: usize = 100;
const MAX_NAME: usize = 64;

/// Who says that there is a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The user, for all projects.
    User,
    /// A file of the project. The user has to allow such a server once.
    Project,
}

/// How a server is reached. Values are as they stand in the file: `${NAME}` is not replaced yet.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reach {
    /// A program that is started, and talks on its standard input and output.
    Stdio {
        /// The program.
        command: String,
        /// Its arguments.
        args: Vec<String>,
        /// Variables it gets besides the usual ones. May hold secrets.
        env: Vec<(String, String)>,
    },
    /// A server that is there already (the streamable HTTP transport).
    Http {
        /// Its address.
        url: String,
        /// Headers of every request. May hold secrets.
        headers: Vec<(String, String)>,
    },
}

/// Names and addresses only: values may be secrets.
impl fmt::Debug for Reach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        match self {
            Self::Stdio { command, args, env } => formatter
                .debug_struct("Stdio")
                .field("command", command)
                .field("args", &args.len())
                .field("env", &names(env))
                .finish(),
            Self::Http { url: _, headers } => formatter.debug_struct("Http").field("headers", &names(headers)).finish(),
        }
    }
}

/// In what form a server lists its tools.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolsFormat {
    /// As the protocol has it.
    #[default]
    Json,
    /// As TOON text. Both are understood whatever is said here; such a server is told before it is ended.
    Toon,
}

/// A server as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// What it is called, unique among those of a project.
    pub name: String,
    /// Who says so.
    pub origin: Origin,
    /// The file that says so.
    pub file: PathBuf,
    /// How it is reached.
    pub reach: Reach,
    /// How it lists its tools.
    pub tools_format: ToolsFormat,
}

/// What all files together say. An error leaves out what it is about, and nothing else.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) servers: Vec<ServerConfig>,
    pub(crate) errors: Vec<ConfigError>,
}

/// Where the files are.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) user: PathBuf,
}

impl Files {
    /// What there is for a project: the user's servers first, so that no project can put another in their place.
    pub(crate) fn read(&self, project: Option<&Path>) -> Found {
        let mut found = Found::default();
        found.add(&self.user, Origin::User, json::parse);
        let Some(project) = project else { return found };
        found.add(&project.join(PROJECT_FILE), Origin::Project, json::parse);
        for name in TOML_FILES {
            if found.add(&project.join(name), Origin::Project, toml_file::parse) {
                break;
            }
        }
        found
    }

    /// Adds a server to the user's file, or to the project's.
    pub(crate) fn add(&self, project: Option<&Path>, name: &str, reach: &Reach) -> Result<PathBuf, ConfigError> {
        check_name(name).map_err(|reason| ConfigError::Refused { reason })?;
        let (file, origin) = match project {
            Some(project) => (project.join(PROJECT_FILE), Origin::Project),
            None => (self.user.clone(), Origin::User),
        };
        edit::add(&file, origin, name, reach).map(|()| file)
    }

    /// Takes a server out of the file that it stands in.
    pub(crate) fn remove(server: &ServerConfig) -> Result<(), ConfigError> {
        if server.file.extension().is_some_and(|extension| extension == "toml") {
            let reason = format!("`{}` stands in {}; take it out there.", server.name, server.file.display());
            return Err(ConfigError::Refused { reason });
        }
        edit::remove(&server.file, server.origin, &server.name)
    }
}

/// What a parser makes of a file's text.
type Parser = fn(&str) -> Result<Vec<Entry>, Wrong>;

/// One entry of a file.
struct Entry {
    name: String,
    line: usize,
    server: Result<(Reach, ToolsFormat), Wrong>,
}

/// What is wrong with a file, and where.
struct Wrong {
    line: usize,
    reason: String,
}

impl Found {
    /// Adds what a file says. False: there is no such file.
    fn add(&mut self, file: &Path, origin: Origin, parse: Parser) -> bool {
        let text = match read(file) {
            Ok(Some(text)) => text,
            Ok(None) => return false,
            Err(reason) => {
                self.errors.push(ConfigError::Read { file: file.to_owned(), reason });
                return true;
            }
        };
        match parse(&text) {
            Ok(entries) => {
                for entry in entries {
                    self.add_entry(file, origin, entry);
                }
            }
            Err(Wrong { line, reason }) => {
                self.errors.push(ConfigError::Broken { file: file.to_owned(), line, reason });
            }
        }
        true
    }

    fn add_entry(&mut self, file: &Path, origin: Origin, entry: Entry) {
        let Entry { name, line, server } = entry;
        let wrong = |line, reason| ConfigError::Broken { file: file.to_owned(), line, reason };
        if self.servers.len() >= MAX_SERVERS {
            return self.errors.push(wrong(line, format!("there are more than {MAX_SERVERS} servers")));
        }
        if let Err(reason) = check_name(&name) {
            return self.errors.push(wrong(line, reason));
        }
        if let Some(other) = self.servers.iter().find(|server| server.name == name) {
            let reason = format!("there is a server `{name}` already, in {}", other.file.display());
            return self.errors.push(wrong(line, reason));
        }
        match server {
            Ok((reach, tools_format)) => {
                self.servers.push(ServerConfig { name, origin, file: file.to_owned(), reach, tools_format });
            }
            Err(Wrong { line, reason }) => self.errors.push(wrong(line, format!("server `{name}`: {reason}"))),
        }
    }
}

/// The line, from 1, in which a byte of a text stands.
fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| 1 + before.matches('\n').count())
}

/// The text of a file; none if there is no such file.
fn read(file: &Path) -> io::Result<Option<String>> {
    let metadata = match std::fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    if metadata.len() > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB"));
    }
    let text = std::fs::read_to_string(file)?;
    Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
}

fn check_name(name: &str) -> Result<(), String> {
    let good = !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '@' | '/' | ':'))
        && name.trim() == name;
    if good {
        return Ok(());
    }
    Err(format!("a server's name has 1 to {MAX_NAME} letters, digits and _ - . @ / :"))
}

#[cfg(test)]
mod tests;
