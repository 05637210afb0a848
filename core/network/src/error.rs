//! Why the network can't be used as it is set up.

use std::{error::Error as StdError, io};

/// Why the network can't be used as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The environment names a proxy that can be none.
    #[error(
        "The proxy in the environment variable {variable} is not an address: correct it to one such as http://proxy.example:3128, or remove it."
    )]
    ProxyInvalid {
        /// The variable.
        variable: &'static str,
    },
    /// The environment names certificates that can't be used.
    #[error(
        "The certificates at {path}, named by the environment variable {variable}, can't be used ({reason}): correct the variable, or put certificates in PEM form there."
    )]
    CertificatesUnusable {
        /// The variable.
        variable: &'static str,
        /// The file or folder.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The cause of all, in its own words; the layers above it only repeat that something failed.
pub fn innermost(error: &reqwest::Error) -> String {
    let last = causes(error).last();
    last.map_or_else(|| "unknown cause".to_owned(), ToString::to_string)
}

/// The error and its causes. An `io::Error` leaves the error that it wraps out of its own chain, so that one is put in.
pub fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    fn next<'a>(error: &&'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => (**error).source(),
        }
    }
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), next)
}
