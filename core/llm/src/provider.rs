//! What every model provider can do.

use async_trait::async_trait;

use crate::{ListedModel, ModelRequest, ModelStream, ProviderError};

/// Someone who answers requests: a vendor's API, or the built-in demo.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The name in settings and in the log: `anthropic`, `demo`. Vendor data is only good for the provider whose name
    /// stands on its turn.
    fn name(&self) -> &'static str;

    /// Sends the request and returns once the provider has begun to answer; everything after that comes from the
    /// stream. Nothing is retried. Dropping the future gives the request up.
    async fn stream(&self, request: ModelRequest) -> Result<ModelStream, ProviderError>;

    /// The models that the key may use, as the vendor lists them now. Empty where there is no list to ask for.
    async fn list_models(&self) -> Result<Vec<ListedModel>, ProviderError> {
        Ok(Vec::new())
    }
}
