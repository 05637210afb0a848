//! The HTTP clients: one for the web, one for what lies in the user's own network.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use atelier_network::{Network, NetworkError, client_builder, innermost};
use atelier_tools::{FailureCode, ToolFailure};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
};
use tokio::sync::OnceCell;

use crate::address::{Address, is_public};

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
        let resolver = PublicOnly { proxies: network.proxy_hosts() };
        builder = network.with_proxies(builder.dns_resolver(Arc::new(resolver))).map_err(failed)?;
    }
    let builder = network.with_certificates(builder).map_err(failed)?;
    builder.build().map_err(|error| unusable(&innermost(&error)))
}

fn unusable(reason: &str) -> ToolFailure {
    ToolFailure::new(FailureCode::IoError, format!("The web can't be reached from here ({reason})."))
}

/// Finds the addresses of a name and gives out only those of the internet, so that the connection goes to what was
/// checked. A name with any other is refused as a whole. Where a proxy is in use, it looks names up and is trusted to.
#[derive(Debug)]
struct PublicOnly {
    proxies: Vec<String>,
}

/// The name leads into a private network.
#[derive(Debug)]
pub(crate) struct LeadsInside;

impl std::fmt::Display for LeadsInside {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the name leads into a private network")
    }
}

impl std::error::Error for LeadsInside {}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = self.proxies.iter().any(|proxy| proxy.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(checked(found, is_proxy)?)
        })
    }
}

fn checked(found: Vec<SocketAddr>, is_proxy: bool) -> io::Result<Addrs> {
    if !is_proxy && found.iter().map(SocketAddr::ip).any(|ip: IpAddr| !is_public(ip)) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, LeadsInside));
    }
    Ok(Box::new(found.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_one_private_address_among_others_is_refused() {
        let found = |ips: &[&str]| ips.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect::<Vec<_>>();
        assert!(checked(found(&["1.1.1.1", "2606:4700::1111"]), false).is_ok());
        assert!(checked(found(&["1.1.1.1", "127.0.0.1"]), false).is_err());
        assert!(checked(found(&["::ffff:10.0.0.1"]), false).is_err());
        assert!(checked(found(&["10.0.0.1"]), true).is_ok(), "the proxy may be inside");
    }
}
