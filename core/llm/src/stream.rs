//! The answer of a model while it comes in.

use async_trait::async_trait;

use crate::{ModelEvent, ProviderError, arrivals::Arrivals};

/// The events of one answer. Dropping it before its last event closes the connection at once, which is how an answer is
/// cancelled.
pub struct ModelStream {
    source: Option<Box<dyn EventSource>>,
    arrivals: Arrivals,
    failure: Option<ProviderError>,
}

impl std::fmt::Debug for ModelStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelStream").field("open", &self.source.is_some()).finish_non_exhaustive()
    }
}

impl ModelStream {
    /// An answer made of what `source` yields.
    pub(crate) fn new(source: impl EventSource + 'static) -> Self {
        Self { source: Some(Box::new(source)), arrivals: Arrivals::default(), failure: None }
    }

    /// The next event. The last one is [`ModelEvent::Finished`] or an error; after it comes `None`, again and again.
    /// Cancel-safe: a dropped call loses no event.
    pub async fn next(&mut self) -> Option<Result<ModelEvent, ProviderError>> {
        loop {
            if let Some(event) = self.arrivals.pop() {
                return Some(Ok(event));
            }
            if let Some(failure) = self.failure.take() {
                return Some(Err(failure));
            }
            let source = self.source.as_mut()?;
            let more = source.fill(&mut self.arrivals).await;
            // The source is of no use after the last event or an error: it is let go before the caller sees either.
            match more {
                Ok(true) => {}
                Ok(false) => self.source = None,
                Err(failure) => {
                    self.source = None;
                    self.failure = Some(failure);
                }
            }
        }
    }
}

/// Where a stream's events come from.
#[async_trait]
pub(crate) trait EventSource: Send {
    /// Waits for something to happen and appends its events, perhaps none. `false`: [`ModelEvent::Finished`] was the
    /// last. Events appended before an error count. Must be cancel-safe.
    async fn fill(&mut self, arrivals: &mut Arrivals) -> Result<bool, ProviderError>;
}
