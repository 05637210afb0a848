//! The HTTP clients: one for the web, one for what lies in the user's own network.

use std::{sync::Arc, time::Duration};

use atelier_network::{CheckedNames, Network, NetworkError, client_builder, innermost, is_public};
use atelier_tools::{FailureCode, ToolFailure};
use reqwest::Client;
use tokio::sync::OnceCell;

use crate::address::Address;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// The clients, each made when it is first needed.
#[derive(Debug)]
pub(crate) struct Clients {
    network: Network,
    web: OnceCell<Client>,
    near: OnceCell<Client>,
}

impl Clients {
    pub(crate) fn new(network: Network) -> Self {
        Self { network, web: OnceCell::new(), near: OnceCell::new() }
    }

    /// The client for an address. Reads certificates, when it is made, on a thread that may block.
    pub(crate) async fn of(&self, address: &Address) -> Result<Client, ToolFailure> {
        let near = address.is_private();
        let cell = if near { &self.near } else { &self.web };
        let client = cell.get_or_try_init(|| async {
            let network = self.network.clone();
            let built = tokio::task::spawn_blocking(move || build(&network, near)).await;
            built.unwrap_or_else(|_| Err(unusable("a defect in Atelier")))
        });
        client.await.cloned()
    }
}

fn build(network: &Network, near: bool) -> Result<Client, ToolFailure> {
    let failed = |error: NetworkError| ToolFailure::new(FailureCode::IoError, error.to_string());
    let mut builder = client_builder().connect_timeout(CONNECT);
    if near {
        // A proxy is for the outside.
        builder = builder.no_proxy();
    } else {
        let names = CheckedNames::new(network.proxy_hosts(), is_public);
        builder = network.with_proxies(builder.dns_resolver(Arc::new(names))).map_err(failed)?;
    }
    let builder = network.with_certificates(builder).map_err(failed)?;
    builder.build().map_err(|error| unusable(&innermost(&error)))
}

fn unusable(reason: &str) -> ToolFailure {
    ToolFailure::new(FailureCode::IoError, format!("The web can't be reached from here ({reason})."))
}
