//! How this process reaches servers: proxies and certificates of the user's own, and the HTTP client that knows of them.
//!
//! This crate is the one place that sets `reqwest` up, so its types are in the interface here, and only here. It knows no
//! vendor and no settings file.

mod addresses;
mod error;
mod network;

pub use addresses::{CheckedNames, LeadsInside, is_in_private_network, is_public};
pub use error::{NetworkError, causes, innermost};
pub use network::{Network, client_builder};
