//! What can be wrong with the configuration of servers.

use std::{io, path::PathBuf};

/// A file that names servers can't be used, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It can't be read.
    #[error("{} can't be read ({reason}); its servers are left out.", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Something in it makes no sense.
    #[error("{}, line {line}: {reason}; correct it there.", file.display())]
    Broken {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, without values.
        reason: String,
    },
    /// It can't be written.
    #[error("{} can't be written ({reason}); check the folder's permissions and the free space.", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// What is asked for can't be done.
    #[error("{reason}")]
    Refused {
        /// Why, a sentence.
        reason: String,
    },
    /// A variable that the configuration of a server names is not set.
    #[error(
        "The variable {variable} of the MCP server `{server}` is not set; set it, or write ${{{variable}:-default}}."
    )]
    NoVariable {
        /// The server.
        server: String,
        /// The variable.
        variable: String,
    },
}
