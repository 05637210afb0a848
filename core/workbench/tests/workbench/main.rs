//! What people do, through the façade: turns with their keys, models and settings over real HTTP, and a workspace over real
//! files, git and shells.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod support;

mod agent_terminal;
mod background_terminal;
mod changes;
mod files;
mod finding;
mod git;
mod key_checks;
mod keys;
mod model_lists;
mod own_models;
mod projects;
mod retries;
mod settings;
mod shared_settings;
mod terminals;
mod thinking;
mod turn;
mod turn_settings;
mod vendors;
mod watching;
