//! A log-in at an MCP server for those who can't be called back: they ask for the address, and wait for the end.

use std::path::PathBuf;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{ErrorKind, Workbench, WorkbenchError, mcp::existing};

/// A log-in that goes on. Dropping or closing it gives it up.
pub struct McpLogin {
    address: watch::Receiver<Option<String>>,
    outcome: watch::Receiver<Option<Result<(), WorkbenchError>>>,
    closed: CancellationToken,
}

impl McpLogin {
    /// The address that the user is to visit in a browser on this machine, once it is known; none: the log-in has ended
    /// without one, and [`McpLogin::finished`] says why. May be awaited on any executor.
    pub async fn address(&self) -> Option<String> {
        let mut address = self.address.clone();
        // The sender goes when the log-in ends.
        address.wait_for(Option::is_some).await.ok().and_then(|found| found.clone())
    }

    /// Waits until the user has come back from there, ten minutes at the longest. May be awaited on any executor.
    pub async fn finished(&self) -> Result<(), WorkbenchError> {
        let mut outcome = self.outcome.clone();
        match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or_else(|| Err(WorkbenchError::defect())),
            Err(_) => Err(WorkbenchError::closed()),
        }
    }

    /// Gives it up: [`McpLogin::finished`] says so. What was logged in before stays.
    pub fn close(&self) {
        self.closed.cancel();
    }
}

impl Drop for McpLogin {
    fn drop(&mut self) {
        self.closed.cancel();
    }
}

impl Workbench {
    /// Begins what [`Workbench::mcp_login`] does, without calling anyone.
    pub fn begin_mcp_login(&self, project: Option<PathBuf>, server: String) -> McpLogin {
        let (tell_address, address) = watch::channel(None);
        let (tell_outcome, outcome) = watch::channel(None);
        let closed = CancellationToken::new();
        let (mcp, own, given_up) = (self.parts.mcp.clone(), self.data_folder().to_owned(), closed.clone());
        // Not the workbench itself: it ends with whoever holds it, and this with it.
        self.parts.handle.spawn(async move {
            let visit = move |url: &str| drop(tell_address.send(Some(url.to_owned())));
            let log_in = async {
                let project = existing(project, own).await?;
                Ok(mcp.log_in(&project, &server, visit).await?)
            };
            let result = tokio::select! {
                biased;
                () = given_up.cancelled() => Err(WorkbenchError::new(ErrorKind::Denied, "The log-in was given up.")),
                result = log_in => result,
            };
            let _ = tell_outcome.send(Some(result));
        });
        McpLogin { address, outcome, closed }
    }
}
