//! What every model provider can do.

use std::time::Duration;

use async_trait::async_trait;

use crate::{Answer, ListedModel, ModelRequest, ModelStream, ProviderError, http::HttpProvider};

/// Someone who answers requests: a vendor's API, or the built-in demo.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The name in settings and in the log: `anthropic`, `demo`. Vendor data is only good for the provider whose name
    /// stands on its turn.
    fn name(&self) -> &'static str;

    /// Takes a place among the requests that may go to the provider now; none: the next request has it. Otherwise says
    /// how long it is until it is worth asking again. Nothing is held back for who does not ask.
    fn admit(&self) -> Option<Duration> {
        None
    }

    /// Sends the request and returns once the provider has begun to answer; everything after that comes from the
    /// stream. Nothing is retried. Dropping the future gives the request up.
    async fn stream(&self, request: ModelRequest) -> Result<ModelStream, ProviderError>;

    /// The models that the key may use, as the vendor lists them now. Empty where there is no list to ask for.
    async fn list_models(&self) -> Result<Vec<ListedModel>, ProviderError> {
        Ok(Vec::new())
    }

    /// The whole answer to a request, for who has no use for its pieces.
    async fn generate(&self, request: ModelRequest) -> Result<Answer, ProviderError> {
        Answer::of(self.stream(request).await?).await
    }

    /// How many tokens the request has by the vendor's own count; none where the vendor does not say.
    async fn count_tokens(&self, _request: &ModelRequest) -> Result<Option<u64>, ProviderError> {
        Ok(None)
    }

    /// Asks the vendor whether it accepts the key, in the cheapest way it has. Anthropic has to be asked for an answer
    /// of one token: by `model`, or by `claude-3-haiku-20240307` where none is given. The others ignore it.
    ///
    /// An error says nothing about the key. [`ProviderError::UnexpectedStatus`] is a status from which nothing follows.
    async fn check_key(&self, _model: Option<&str>) -> Result<KeyVerdict, ProviderError> {
        Ok(KeyVerdict::Accepted)
    }
}

/// What a vendor says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyVerdict {
    /// It lets one in. A server that needs no key accepts any.
    Accepted,
    /// It does not.
    Refused,
}

/// A provider whose vendor is asked over HTTP: all it has to say is in its dialect.
pub(crate) trait OverHttp: Send + Sync {
    fn http(&self) -> &HttpProvider;
}

#[async_trait]
impl<T: OverHttp> Provider for T {
    fn name(&self) -> &'static str {
        self.http().vendor().name
    }

    fn admit(&self) -> Option<Duration> {
        self.http().admit()
    }

    async fn stream(&self, request: ModelRequest) -> Result<ModelStream, ProviderError> {
        self.http().stream(&request).await
    }

    async fn list_models(&self) -> Result<Vec<ListedModel>, ProviderError> {
        self.http().list_models().await
    }

    async fn count_tokens(&self, request: &ModelRequest) -> Result<Option<u64>, ProviderError> {
        self.http().count_tokens(request).await
    }

    async fn check_key(&self, model: Option<&str>) -> Result<KeyVerdict, ProviderError> {
        self.http().check_key(model).await
    }
}
