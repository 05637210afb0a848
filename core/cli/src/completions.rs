//! `atelier completions`: a shell script that completes the command's words.

use clap::CommandFactory;

use crate::{
    arguments::{Arguments, CompletionsArguments},
    failure::Failure,
    output,
};

pub(crate) fn execute(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "atelier", &mut script);
    output::write(&String::from_utf8_lossy(&script))
}
