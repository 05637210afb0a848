//! The tools that sessions have besides the built-in ones, and that need nothing to be set up.

use std::{path::Path, sync::Arc};

use atelier_agent::SessionTools;
use atelier_llm::Network;
use atelier_protocol::SessionId;
use atelier_tools::ToolSource;
use atelier_web::WebTools;

/// Tools that are the same for all sessions.
pub(crate) struct MoreTools {
    web: Arc<WebTools>,
}

impl MoreTools {
    /// Tools that reach the web through this network.
    pub(crate) fn new(network: Network) -> Self {
        Self { web: Arc::new(WebTools::new(network)) }
    }
}

impl SessionTools for MoreTools {
    fn sources(&self, _: SessionId, _: &Path) -> Vec<Arc<dyn ToolSource>> {
        vec![self.web.clone()]
    }
}
