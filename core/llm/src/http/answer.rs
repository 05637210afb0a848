//! An answer that comes in over HTTP.

use async_trait::async_trait;
use reqwest::Response;
use tokio::time::timeout;

use super::{AnswerReader, Transport, Unreadable, failure::Asked};
use crate::{
    ProviderError,
    arrivals::Arrivals,
    sse::{EventTooLarge, SseDecoder},
    stream::EventSource,
};

pub(crate) struct HttpAnswer {
    /// None once all that matters of it has come.
    response: Option<Response>,
    decoder: SseDecoder,
    reader: Box<dyn AnswerReader>,
    asked: Asked,
    transport: Transport,
}

impl HttpAnswer {
    pub(crate) fn new(response: Response, reader: Box<dyn AnswerReader>, asked: Asked, transport: Transport) -> Self {
        Self { response: Some(response), decoder: SseDecoder::default(), reader, asked, transport }
    }

    fn read(&mut self, chunk: &[u8], arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        let (reader, mut finished) = (&mut self.reader, false);
        self.decoder.read(chunk, |event| {
            if !finished {
                finished = reader.read(&event, arrivals)?;
            }
            Ok::<(), Unreadable>(())
        })?;
        Ok(finished)
    }

    fn end(&mut self, arrivals: &mut Arrivals) -> Result<bool, ProviderError> {
        if self.reader.end(arrivals) { Ok(false) } else { Err(ProviderError::CutOff) }
    }
}

#[async_trait]
impl EventSource for HttpAnswer {
    async fn fill(&mut self, arrivals: &mut Arrivals) -> Result<bool, ProviderError> {
        let Some(response) = &mut self.response else { return Ok(false) };
        let chunk = match timeout(self.asked.limits.silence, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return self.end(arrivals),
            Ok(Err(error)) => {
                tracing::debug!(host = self.asked.host, reason = atelier_network::innermost(&error), "cut off");
                return self.end(arrivals);
            }
            Err(_) => return Err(self.asked.stalled()),
        };
        let finished = self.read(&chunk, arrivals).map_err(|unreadable| self.asked.unreadable(unreadable))?;
        if finished && let Some(response) = self.response.take() {
            self.transport.read_tail(&self.asked.host, response);
        }
        Ok(!finished)
    }
}

impl From<EventTooLarge> for Unreadable {
    fn from(_: EventTooLarge) -> Self {
        Self::Malformed("an event is larger than 64 MiB".to_owned())
    }
}
