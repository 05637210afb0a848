//! Drives the real `atelier` command against a real model server, the way users and other programs do: as processes
//! with their own home folders, over loopback HTTP, at a pseudo-terminal, with signals.
//!
//! It is a test target of `core/cli`, because only a package's own tests are told where its binary is. Everything waits
//! on what happens, never on the clock; the one limit is [`process::PATIENCE`], after which a test has failed.

#[cfg(test)]
mod agents;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod chat_at_a_terminal;
#[cfg(test)]
mod chat_through_a_pipe;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod config;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod files;
#[cfg(test)]
mod git_and_web;
#[cfg(test)]
mod home;
#[cfg(test)]
mod instructions;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod keys_stay_secret;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod kill_tools;
#[cfg(test)]
mod log;
#[cfg(test)]
mod mcp;
#[cfg(test)]
mod model;
#[cfg(test)]
mod one_shot;
#[cfg(test)]
mod process;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod random;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod steering;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod terminal;
mod transcripts;
#[cfg(test)]
mod two_processes;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod waiting;
#[cfg(test)]
mod whole_task;

#[test]
#[ignore = "the MCP server that other tests start"]
fn fake_mcp_server() {
    fake_mcp_server::run();
}
