//! Following the settings: one notice for each time they have changed, here or elsewhere.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use atelier_config::{SettingsFile, SettingsWatch, SharedSettings};
use tokio::{runtime::Handle, sync::watch};
use tokio_util::{context::TokioContext, sync::CancellationToken};

use crate::{WorkbenchError, blocking, configuration::Configuration};

/// The settings have changed. Atelier's own, which [`Workbench::settings`] returns, may have changed too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsNotice {
    /// The shared settings as they are now.
    pub settings: SharedSettings,
    /// Only where these have changed (`permissions.changed`): the directories that the user has approved.
    pub approved_directories: Option<Vec<String>>,
}

/// Follows the settings. A reader that is behind is told of the latest state only. Dropping or closing it ends it.
pub struct SettingsReader {
    known: tokio::sync::Mutex<Known>,
    changes: watch::Receiver<u64>,
    configuration: Arc<Configuration>,
    closed: CancellationToken,
    runtime: Handle,
}

/// What the reader was told last.
struct Known {
    change: u64,
    approved: Vec<String>,
}

impl SettingsReader {
    /// Waits until the settings are others than when this last returned, or than when the reader was made. None: the
    /// reader or the workbench was closed.
    ///
    /// An error says that they have changed and can't be read; it does not end the reader.
    ///
    /// Cancel-safe, and may be awaited on any executor. Of several calls at a time only one is told.
    pub async fn changed(&self) -> Result<Option<SettingsNotice>, WorkbenchError> {
        let wait = async {
            let mut known = self.known.lock().await;
            let mut changes = self.changes.clone();
            let change = tokio::select! {
                biased;
                () = self.closed.cancelled() => return Ok(None),
                change = changes.wait_for(|change| *change != known.change) => change.map(|change| *change),
            };
            // The sender ends with the workbench.
            let Ok(change) = change else { return Ok(None) };
            let configuration = Arc::clone(&self.configuration);
            let settings = blocking(move || Ok(configuration.settings.load_shared()?)).await;
            known.change = change;
            let settings = settings?;
            let approved = settings.list("approvedDirectories").to_vec();
            let approved_directories = (approved != known.approved).then(|| approved.clone());
            known.approved = approved;
            Ok(Some(SettingsNotice { settings, approved_directories }))
        };
        TokioContext::new(wait, self.runtime.clone()).await
    }

    /// Wakes a waiting [`SettingsReader::changed`]; it and all later ones return none.
    pub fn close(&self) {
        self.closed.cancel();
    }
}

/// Who follows the settings of a workbench. Nothing is watched until the first does.
#[derive(Default)]
pub(crate) struct SettingsFollowers {
    watching: Mutex<Watching>,
    closed: CancellationToken,
}

#[derive(Default)]
enum Watching {
    #[default]
    NotYet,
    Since {
        changes: watch::Receiver<u64>,
        watch: SettingsWatch,
    },
    Closed,
}

impl SettingsFollowers {
    /// A reader of every change from now on. May wait for the disk.
    pub(crate) fn follow(
        &self,
        configuration: Arc<Configuration>,
        runtime: Handle,
    ) -> Result<SettingsReader, WorkbenchError> {
        let changes = self.subscribe(&configuration.settings)?;
        let change = *changes.borrow();
        let approved = configuration.settings.load_shared()?.list("approvedDirectories").to_vec();
        let known = tokio::sync::Mutex::new(Known { change, approved });
        Ok(SettingsReader { known, changes, configuration, closed: self.closed.child_token(), runtime })
    }

    fn subscribe(&self, file: &SettingsFile) -> Result<watch::Receiver<u64>, WorkbenchError> {
        // Nothing that holds this lock can panic half-way through a change.
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        match &*watching {
            Watching::Closed => Err(WorkbenchError::closed()),
            Watching::Since { changes, .. } => Ok(changes.clone()),
            Watching::NotYet => {
                let (sender, changes) = watch::channel(0);
                let tell = move || sender.send_modify(|change| *change += 1);
                let watch = SettingsWatch::start(file, tell).map_err(|error| WorkbenchError::no_threads(&error))?;
                *watching = Watching::Since { changes: changes.clone(), watch };
                Ok(changes)
            }
        }
    }

    /// Ends all readers. What is left to stop, which may take a moment, is returned.
    pub(crate) fn close(&self) -> Option<SettingsWatch> {
        self.closed.cancel();
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        match mem::replace(&mut *watching, Watching::Closed) {
            Watching::Since { watch, .. } => Some(watch),
            Watching::NotYet | Watching::Closed => None,
        }
    }
}

/// A workbench that goes without being closed takes its readers with it, but waits for nothing.
impl Drop for SettingsFollowers {
    fn drop(&mut self) {
        self.closed.cancel();
    }
}
