//! `atelier files`: files by name, lines by what they hold. Nothing but the folder named is opened.

mod arguments;
mod find;
mod search;

pub(crate) use arguments::FilesCommand;

use crate::failure::Failure;

pub(crate) fn execute(command: &FilesCommand) -> Result<(), Failure> {
    let found = match command {
        FilesCommand::Find(arguments) => find::find(arguments),
        FilesCommand::Search(arguments) => search::search(arguments),
    };
    match found {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::NothingFound),
        Err(failure) => Err(failure.of_search()),
    }
}
