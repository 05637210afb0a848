//! What a user and a project have written down for agents in Markdown files: standing instructions, slash commands, skills,
//! sub-agents.
//!
//! These files are found where users already have them (`AGENTS.md`, `CLAUDE.md`, `.claude/`, `.atelier/`). What a project's
//! files say comes from whoever wrote the project: it is text for the model, is read only within the project and its
//! repository, runs nothing, and decides nothing about what the agent may do.
//!
//! This crate knows no session, no model and no tool. Everything in it blocks on the disk.

mod agents;
mod arguments;
mod commands;
mod front_matter;
mod ground;
mod imports;
mod instructions;
mod mentions;
mod shelf;
mod skills;
mod text;

pub use agents::{AgentDefinition, agents};
pub use commands::{CommandInfo, ExpandedCommand, commands, expand_command};
pub use ground::{Scope, UserFolders};
pub use instructions::{InstructionSource, Instructions};
pub use mentions::with_mentions;
pub use skills::{Skill, skills};
