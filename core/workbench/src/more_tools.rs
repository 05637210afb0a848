//! The tools that sessions have besides the built-in ones, and that need nothing to be set up.

use std::{path::Path, sync::Arc};

use atelier_agent::SessionTools;
use atelier_language_server::{LanguageServers, LanguageTools};
use atelier_llm::Network;
use atelier_protocol::SessionId;
use atelier_tools::ToolSource;
use atelier_web::WebTools;

/// Tools that all sessions share.
pub(crate) struct MoreTools {
    web: Arc<WebTools>,
    servers: Arc<LanguageServers>,
}

impl MoreTools {
    /// Tools that reach the web through this network.
    pub(crate) fn new(network: Network) -> Self {
        Self { web: Arc::new(WebTools::new(network)), servers: Arc::default() }
    }
}

impl SessionTools for MoreTools {
    fn sources(&self, _: SessionId, project: &Path) -> Vec<Arc<dyn ToolSource>> {
        vec![Arc::new(LanguageTools::new(self.servers.clone(), project)), self.web.clone()]
    }
}
