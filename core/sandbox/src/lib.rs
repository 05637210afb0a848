//! Starts a command so confined that it writes only in the folders it may write in, reads no keys, and reaches no
//! network unless it may: by namespaces (bubblewrap) or Landlock and seccomp on Linux, by Seatbelt on macOS.
//!
//! This crate knows no tools, no settings and no sessions. It decides nothing: what a command may do is the caller's
//! [`Policy`]. What each way of confining can't do is told by [`Backend::limits`].

mod backend;
mod bubblewrap;
mod confinement;
mod ground;
mod guard;
#[cfg(target_os = "linux")]
mod landlock_rules;
mod policy;
mod refusal;
mod seatbelt;
#[cfg(target_os = "linux")]
mod seccomp;
mod worktree;

pub use backend::{Backend, Sandbox, Unavailable};
pub use confinement::{Confinement, Held, PutBack};
pub use ground::Ground;
pub use policy::{Policy, private_places};
pub use refusal::{Refusal, refusal_in};
