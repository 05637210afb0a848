//! What every operation of the runtime contract has in common: where it runs, what the log says of it, what an error
//! without a sentence of its own is called.

use std::time::Instant;

use crate::{Workbench, WorkbenchError, configuration::Configuration};

/// One of the contract's operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// Its name in the log.
    pub(crate) name: &'static str,
    /// The message of a failure that has none to show.
    pub(crate) fallback: &'static str,
}

impl Workbench {
    /// Runs it on a thread that may block, and says in the log that it was done: never with what.
    pub(crate) async fn operate<T: Send + 'static>(
        &self,
        operation: Operation,
        work: impl FnOnce(&Configuration) -> Result<T, WorkbenchError> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let start = Instant::now();
        let result = self.configure(work).await.map_err(|error| error.or(operation.fallback));
        let status = result.as_ref().map_or_else(WorkbenchError::status, |_| 200);
        let duration_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(operation = operation.name, duration_ms, status);
        result
    }
}
