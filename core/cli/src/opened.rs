//! Opening the workbench for one command and closing it again, however the command ends.

use atelier_workbench::{OpenOptions, Workbench};

use crate::{failure::Failure, secret_input};

/// Opens the workbench, runs the command on it and closes it, so that the log is drained even after a failure.
pub(crate) fn with_workbench(command: impl FnOnce(&Workbench) -> Result<(), Failure>) -> Result<(), Failure> {
    let workbench = Workbench::open(&OpenOptions::from_process())?;
    let result = command(&workbench);
    workbench.block_on(workbench.close());
    result
}

/// The same for a command that may need a key: a passphrase that protects the saved ones is asked for first.
pub(crate) fn with_keys(command: impl FnOnce(&Workbench) -> Result<(), Failure>) -> Result<(), Failure> {
    with_workbench(|workbench| {
        secret_input::unlock(workbench)?;
        command(workbench)
    })
}
