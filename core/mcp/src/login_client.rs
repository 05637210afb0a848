//! How log-ins reach the servers that are needed for them: through the user's network, and no further than the MCP server's
//! own place. A server names others in what it says of itself; none of them may lead us into a network that the server is
//! not in.

use std::{net::IpAddr, sync::Arc, time::Duration};

use atelier_network::{CheckedNames, Network, is_in_private_network, is_public};
use futures_util::StreamExt as _;
use reqwest::{Client, Request, Response, Url, redirect};
use rmcp::transport::auth::{
    OAuthHttpClient, OAuthHttpClientError, OAuthHttpClientFuture, OAuthHttpRedirectPolicy, OAuthHttpRequest,
};

use crate::http::{self, Reason};

/// How long an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How many times a server may send us on.
const MAX_REDIRECTS: usize = 10;

/// The longest answer, in bytes.
const MAX_BODY: usize = 1 << 20;

/// The client for one MCP server's log-ins.
pub(crate) struct LoginClient {
    follow: Client,
    stop: Client,
    names: CheckedNames,
}

impl LoginClient {
    pub(crate) async fn new(url: &str, network: &Network) -> Result<Self, Reason> {
        let server = http::address(url)?;
        let names = names(&server, network);
        let policy = names.clone();
        let follow = redirect::Policy::custom(move |attempt| {
            if allows(&policy, attempt.url()) && attempt.previous().len() <= MAX_REDIRECTS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let made = |redirects, names: CheckedNames| {
            http::built(network, server.clone(), move |builder| {
                builder.redirect(redirects).dns_resolver(Arc::new(names)).timeout(ANSWER_LIMIT)
            })
        };
        let (follow, stop) = (made(follow, names.clone()).await?, made(redirect::Policy::none(), names.clone()).await?);
        Ok(Self { follow, stop, names })
    }
}

/// Whom the log-ins of this server may reach: its own host, for the user has named it; the internet; what is near where
/// the server says itself, by number or as `localhost`, that it is there too.
fn names(server: &Url, network: &Network) -> CheckedNames {
    let exempt = network.proxy_hosts().into_iter().chain(server.host_str().map(str::to_owned));
    let may_be_asked: fn(IpAddr) -> bool = if http::is_loopback(server) {
        |ip| is_public(ip) || ip.to_canonical().is_loopback()
    } else if server.host_str().and_then(http::number).is_some_and(is_in_private_network) {
        |ip| is_public(ip) || is_in_private_network(ip)
    } else {
        is_public
    };
    CheckedNames::new(exempt, may_be_asked)
}

fn allows(names: &CheckedNames, url: &Url) -> bool {
    url.host_str().is_some_and(|host| names.allows(host))
}

impl OAuthHttpClient for LoginClient {
    fn execute(&self, asked: OAuthHttpRequest) -> OAuthHttpClientFuture<'_> {
        Box::pin(async move {
            let follow = asked.redirect_policy == OAuthHttpRedirectPolicy::Follow;
            let client = if follow { &self.follow } else { &self.stop };
            let request = Request::try_from(asked.request)?;
            if !allows(&self.names, request.url()) {
                return Err("the server names a place in another network".into());
            }
            read(client.execute(request).await?).await
        })
    }
}

async fn read(answer: Response) -> Result<::http::Response<Vec<u8>>, OAuthHttpClientError> {
    let mut whole = ::http::Response::builder().status(answer.status()).version(answer.version());
    for (name, value) in answer.headers() {
        whole = whole.header(name, value);
    }
    let (mut body, mut chunks) = (Vec::new(), answer.bytes_stream());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if chunk.len() > MAX_BODY - body.len() {
            return Err("the answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(whole.body(body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_names_nothing_beyond_its_own_place() {
        let proxy = |name: &str| (name == "HTTPS_PROXY").then(|| "http://10.9.9.9:3128".into());
        let network = Network::from_variables(proxy);
        for (server, yes, no) in [
            (
                "https://mcp.example.org/mcp",
                &["1.1.1.1", "10.9.9.9", "mcp.example.org"][..],
                &["127.0.0.1", "10.0.0.1"],
            ),
            ("http://127.0.0.1:3000/mcp", &["127.0.0.1", "[::1]", "1.1.1.1"], &["10.0.0.1", "169.254.169.254"]),
            ("http://localhost:3000/mcp", &["127.0.0.1"], &["10.0.0.1", "169.254.169.254"]),
            ("https://10.0.0.4/mcp", &["10.0.0.4", "10.0.0.9", "1.1.1.1"], &["127.0.0.1", "169.254.169.254"]),
        ] {
            let names = names(&Url::parse(server).unwrap(), &network);
            assert!(yes.iter().all(|host| names.allows(host)), "{server}");
            assert!(!no.iter().any(|host| names.allows(host)), "{server}");
        }
    }
}
