//! Language servers, and the tools that ask them: `diagnostics`, `symbols`, `hover`, `definition`, `references`.
//!
//! A server is whatever speaks the protocol and is installed; it is found on PATH, never in the project. Many run code of
//! the project when they start (build scripts, macros, plug-ins), so the user is asked before the first start in a
//! project. One server runs for all sessions of a project and language, and ends with us.

mod answers;
mod documents;
mod error;
mod framing;
mod languages;
mod pool;
mod position;
mod server;
mod tools;

pub use pool::LanguageServers;
pub use tools::LanguageTools;
