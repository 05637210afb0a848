//! The HTTP client, one for all providers, built when it is first needed.

use std::{sync::Arc, time::Duration};

use atelier_network::{Network, client_builder, innermost};
use reqwest::{Client, Response};
use secrecy::SecretString;
use tokio::sync::OnceCell;

use super::{
    gate::{Gate, Gates},
    tails::Tails,
};
use crate::{Limits, ProviderError, Vendor};

/// How often an idle HTTP/2 connection with an answer under way is asked whether it still stands.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The connections of this process. Clones share them. Making one costs nothing; the client behind it is built by the
/// first request, on a thread that may block, because it reads the system's certificates. It belongs to the runtime of
/// that request.
#[derive(Debug, Clone, Default)]
pub struct Transport {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    limits: Limits,
    network: Network,
    tails: Tails,
    gates: Gates,
    local_plain: OnceCell<Client>,
    local_tls: OnceCell<Client>,
    remote: OnceCell<Client>,
}

/// What stands between us and a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// This machine, without TLS: needs neither proxy nor certificates, and so the cheapest client.
    LocalPlain,
    /// This machine.
    LocalTls,
    /// Anywhere else, or any place while there are proxies.
    Remote,
}

impl Transport {
    /// Connections with these limits through this network.
    pub fn new(limits: Limits, network: Network) -> Self {
        Self { shared: Arc::new(Shared { limits, network, ..Shared::default() }) }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// The client for a request to `host`, when the ends of earlier answers from there are read.
    pub(crate) async fn client(&self, route: Route, host: &str) -> Result<Client, ProviderError> {
        let route = if self.shared.network.has_proxy() { Route::Remote } else { route };
        let (cell, shared) = (self.shared.cell(route), self.shared.clone());
        let client = cell.get_or_try_init(|| async move {
            match route {
                Route::LocalPlain => build(route, &shared),
                Route::LocalTls | Route::Remote => tokio::task::spawn_blocking(move || build(route, &shared))
                    .await
                    .map_err(|error| ProviderError::Setup { reason: error.to_string() })?,
            }
        });
        let client = client.await.cloned();
        self.shared.tails.settled(host).await;
        client
    }

    /// Where requests to this vendor with this key pass.
    pub(crate) fn gate(&self, vendor: &'static Vendor, host: &str, key: &SecretString) -> Arc<Gate> {
        self.shared.gates.of(vendor, host, key)
    }

    /// Takes an answer of which all that matters has come.
    pub(crate) fn read_tail(&self, host: &str, response: Response) {
        self.shared.tails.read(host, response, self.shared.limits.tail);
    }
}

impl Shared {
    fn cell(&self, route: Route) -> &OnceCell<Client> {
        match route {
            Route::LocalPlain => &self.local_plain,
            Route::LocalTls => &self.local_tls,
            Route::Remote => &self.remote,
        }
    }
}

fn build(route: Route, shared: &Shared) -> Result<Client, ProviderError> {
    let builder = client_builder()
        .connect_timeout(shared.limits.connect)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .http2_keep_alive_timeout(KEEP_ALIVE);
    let builder = shared.network.with_proxies(builder)?;
    let builder = match route {
        Route::LocalPlain => builder.tls_certs_only([]),
        Route::LocalTls | Route::Remote => shared.network.with_certificates(builder)?,
    };
    builder.build().map_err(|error| ProviderError::Setup { reason: innermost(&error) })
}
