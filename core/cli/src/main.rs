//! The `atelier` command: one file for each subcommand, all of them on the workbench façade.
//!
//! Start-up is what a user of a command line feels first, so nothing is opened, read or asked before a subcommand
//! needs it.

mod age;
mod arguments;
mod chat;
mod commands;
mod completions;
mod config;
mod doctor;
mod failure;
mod files;
mod form;
mod keys;
mod mcp;
mod models;
mod opened;
mod output;
mod printable;
mod question;
mod rules;
mod run;
mod secret_input;
mod session_choice;
mod sessions;
mod signals;
mod slash;
mod tasks;
mod terminal_mode;
mod tool_line;
mod transcript;
mod turn;
mod undone;
mod usage;
mod wait;
mod work;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    arguments::{Arguments, Command},
    failure::Failure,
};

fn main() -> ExitCode {
    match execute(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.exit_code())
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Chat(arguments) => chat::execute(&arguments),
        Command::Run(arguments) => run::execute(arguments),
        Command::Sessions(command) => sessions::execute(&command),
        Command::Commands(command) => commands::execute(&command),
        Command::Models(command) => models::execute(&command),
        Command::Keys(command) => keys::execute(&command),
        Command::Rules(command) => rules::execute(&command),
        Command::Mcp(command) => mcp::execute(command),
        Command::Files(command) => files::execute(&command),
        Command::Config(command) => config::execute(&command),
        Command::Doctor(arguments) => doctor::execute(&arguments),
        Command::Completions(arguments) => completions::execute(&arguments),
    }
}
