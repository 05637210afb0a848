//! The workbench as Swift holds it.

use std::sync::Arc;

use atelier_workbench as facade;

use crate::{
    CoreError, Diagnostic, EventStream, OpenOptions, SessionEvent, SessionSummary, SessionTotals, SettingsChange,
    TurnChoice, WorkbenchSettings, session::parse_id,
};

/// Everything a user can do, one method each. Freeing it without [`Workbench::close`] loses nothing that was
/// acknowledged, but a running turn is then found interrupted on the next open.
#[derive(uniffi::Object)]
pub struct Workbench {
    pub(crate) facade: facade::Workbench,
    /// Shared with each stream, see [`Workbench::open_stream_count`].
    pub(crate) streams: Arc<()>,
}

#[uniffi::export]
impl Workbench {
    /// Opens settings and sessions; takes some milliseconds of file access, so not for the main thread.
    #[uniffi::constructor]
    pub fn open(options: OpenOptions) -> Result<Self, CoreError> {
        Ok(Self { facade: facade::Workbench::open(&options.into())?, streams: Arc::new(()) })
    }

    /// Makes an empty session.
    pub async fn create_session(&self) -> Result<SessionSummary, CoreError> {
        Ok(self.facade.create_session().await?.into())
    }

    /// All sessions, those too that were put away or do a part of another one's work; the one with the newest event first.
    pub async fn sessions(&self) -> Result<Vec<SessionSummary>, CoreError> {
        Ok(self.facade.all_sessions().await?.into_iter().map(Into::into).collect())
    }

    /// One session.
    pub async fn session(&self, id: String) -> Result<SessionSummary, CoreError> {
        Ok(self.facade.session(parse_id(&id)?).await?.into())
    }

    /// Takes a prompt; returns once it is durable, before the model has answered. While a turn runs or waits for the
    /// user, the prompt is queued: its event says so. `choice`: who answers a turn that begins with it, where that is not
    /// for the settings to say. The user is asked about tools, see [`Workbench::resolve`].
    pub async fn send(&self, id: String, prompt: String, choice: Option<TurnChoice>) -> Result<(), CoreError> {
        let id = parse_id(&id)?;
        let allowed = choice.as_ref().map(|choice| choice.allowed.clone()).unwrap_or_default();
        let prompt = self.facade.prepare(prompt, choice.map(Into::into), facade::Approver::User).await?;
        self.facade.send_or_queue(id, prompt.allowing(allowed)).await?;
        Ok(())
    }

    /// Ends the running turn; returns when it has ended. Nothing to do is fine.
    pub async fn interrupt(&self, id: String) -> Result<(), CoreError> {
        Ok(self.facade.interrupt(parse_id(&id)?).await?)
    }

    /// At most `limit` events after sequence number `after`, unmerged; empty at the end of the log.
    pub async fn read(&self, id: String, after: u64, limit: u32) -> Result<Vec<SessionEvent>, CoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.facade.read(parse_id(&id)?, after, limit).await?.into_iter().map(Into::into).collect())
    }

    /// What the session's turns took and cost so far.
    pub async fn totals(&self, id: String) -> Result<SessionTotals, CoreError> {
        Ok(self.facade.totals(parse_id(&id)?).await?.into())
    }

    /// A stream of the session's events after sequence number `after`, then of those to come.
    pub async fn follow(&self, id: String, after: u64) -> Result<EventStream, CoreError> {
        Ok(EventStream::new(self.facade.follow(parse_id(&id)?, after).await?, Arc::clone(&self.streams)))
    }

    /// What is set.
    pub async fn settings(&self) -> Result<WorkbenchSettings, CoreError> {
        Ok(self.facade.settings().await?.into())
    }

    /// Changes settings; they hold from the next prompt on.
    pub async fn change_settings(&self, change: SettingsChange) -> Result<WorkbenchSettings, CoreError> {
        Ok(self.facade.change_settings(change.try_into()?).await?.into())
    }

    /// What is configured, what is missing, how to fix it.
    pub async fn diagnostics(&self) -> Result<Vec<Diagnostic>, CoreError> {
        Ok(self.facade.diagnostics().await?.into_iter().map(Into::into).collect())
    }

    /// Interrupts what runs, finishes writing and ends every stream. Later calls fail with [`CoreError::Closed`].
    pub async fn close(&self) -> Result<(), CoreError> {
        self.facade.close().await;
        Ok(())
    }

    /// How many streams of this workbench Swift still holds, closed ones included; for finding leaks.
    pub fn open_stream_count(&self) -> u64 {
        u64::try_from(Arc::strong_count(&self.streams)).unwrap_or(u64::MAX).saturating_sub(1)
    }
}
