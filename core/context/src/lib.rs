//! What a user and a project have written down for agents in Markdown files: standing instructions.
//!
//! These files are found where users already have them (`AGENTS.md`, `CLAUDE.md`). What a project's files say comes from
//! whoever wrote the project: it is text for the model, is read only within the project and its repository, and decides
//! nothing about what the agent may do.
//!
//! This crate knows no session, no model and no tool. Everything in it blocks on the disk.

mod ground;
mod imports;
mod instructions;
mod text;

pub use ground::{Scope, UserFolders};
pub use instructions::{InstructionSource, Instructions};
