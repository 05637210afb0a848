//! Servers that are there already: the streamable HTTP transport.

use std::{collections::HashMap, time::Duration};

use atelier_network::{Network, NetworkError, client_builder, innermost};
use http::{HeaderName, HeaderValue};
use reqwest::ClientBuilder;
use rmcp::transport::{
    AuthClient, AuthError, AuthorizationManager, DynamicTransportError, StreamableHttpClientTransport,
    streamable_http_client::{AuthRequiredError, InsufficientScopeError, StreamableHttpClientTransportConfig},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::listening::Listening;

/// How long a connection may take to be made.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The longest event of a server, in bytes.
const MAX_EVENT: usize = 10 << 20;

/// How many times a server may send us on to another address of its own.
const MAX_REDIRECTS: usize = 3;

/// Why there can be no connection, no sentence.
pub(crate) type Reason = String;

/// A client that speaks to no one but the server it is sent to: it follows no redirection to another host. Reads
/// certificates, on a thread that may block.
pub(crate) async fn client(url: &str, network: &Network) -> Result<reqwest::Client, Reason> {
    let address = address(url)?;
    let same_host = reqwest::redirect::Policy::custom(move |attempt| {
        let from = attempt.previous().last().map(reqwest::Url::origin);
        if attempt.previous().len() > MAX_REDIRECTS || from != Some(attempt.url().origin()) {
            attempt.stop()
        } else {
            attempt.follow()
        }
    });
    built(network, address, move |builder| builder.redirect(same_host)).await
}

/// The address of a server.
pub(crate) fn address(url: &str) -> Result<reqwest::Url, Reason> {
    let address = reqwest::Url::parse(url).map_err(|_| "its url is no address".to_owned())?;
    if matches!(address.scheme(), "http" | "https") {
        Ok(address)
    } else {
        Err("its url begins with neither https:// nor http://".to_owned())
    }
}

/// A client for a server there, through the user's network, with something more set.
pub(crate) async fn built(
    network: &Network,
    server: reqwest::Url,
    more: impl FnOnce(ClientBuilder) -> ClientBuilder + Send + 'static,
) -> Result<reqwest::Client, Reason> {
    let network = network.clone();
    let made = tokio::task::spawn_blocking(move || {
        let set_up = |error: NetworkError| error.to_string().trim_end_matches('.').to_owned();
        let builder = more(client_builder().connect_timeout(CONNECT_LIMIT));
        // A proxy can't reach this machine, and what is meant for it is none of the proxy's business.
        let builder =
            if is_loopback(&server) { builder.no_proxy() } else { network.with_proxies(builder).map_err(set_up)? };
        let builder = network.with_certificates(builder).map_err(set_up)?;
        builder.build().map_err(|error| innermost(&error))
    });
    made.await.unwrap_or_else(|_| Err("the HTTP client could not be made".to_owned()))
}

/// Whether a server is on this machine, by its address alone.
pub(crate) fn is_loopback(address: &reqwest::Url) -> bool {
    match address.host_str() {
        Some("localhost") => true,
        Some(host) => number(host).is_some_and(|ip| ip.is_loopback()),
        None => false,
    }
}

/// The address that a host is written as.
pub(crate) fn number(host: &str) -> Option<std::net::IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

/// What is said to the server in every request.
pub(crate) fn config(
    url: &str,
    headers: &[(String, SecretString)],
) -> Result<StreamableHttpClientTransportConfig, Reason> {
    let mut map = HashMap::new();
    for (name, value) in headers {
        let unusable = || format!("its header `{}` can't be sent", name.chars().take(60).collect::<String>());
        let name: HeaderName = name.parse().map_err(|_| unusable())?;
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| unusable())?;
        value.set_sensitive(true);
        map.insert(name, value);
    }
    Ok(StreamableHttpClientTransportConfig::with_uri(url)
        .custom_headers(map)
        .max_sse_event_size(MAX_EVENT)
        .reinit_on_expired_session(true))
}

/// A transport without log-in.
pub(crate) async fn transport(
    url: &str,
    headers: &[(String, SecretString)],
    network: &Network,
) -> Result<StreamableHttpClientTransport<Listening<reqwest::Client>>, Reason> {
    let client = Listening::new(client(url, network).await?);
    Ok(StreamableHttpClientTransport::with_client(client, config(url, headers)?))
}

/// A transport with a log-in.
pub(crate) async fn logged_in(
    url: &str,
    headers: &[(String, SecretString)],
    network: &Network,
    manager: AuthorizationManager,
) -> Result<StreamableHttpClientTransport<Listening<AuthClient<reqwest::Client>>>, Reason> {
    let client = Listening::new(AuthClient::new(client(url, network).await?, manager));
    Ok(StreamableHttpClientTransport::with_client(client, config(url, headers)?))
}

/// What the server says where it wants the user to log in; none where it failed otherwise.
pub(crate) fn challenge(error: &DynamicTransportError) -> Option<String> {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error.error.as_ref());
    while let Some(current) = source {
        if let Some(refused) = current.downcast_ref::<AuthRequiredError>() {
            return Some(refused.www_authenticate_header.clone());
        }
        if let Some(refused) = current.downcast_ref::<InsufficientScopeError>() {
            return Some(refused.www_authenticate_header.clone());
        }
        if current.downcast_ref::<AuthError>().is_some_and(is_over) {
            return Some(String::new());
        }
        source = current.source();
    }
    None
}

/// Whether a log-in is of no more use.
fn is_over(error: &AuthError) -> bool {
    matches!(
        error,
        AuthError::AuthorizationRequired
            | AuthError::TokenExpired
            | AuthError::TokenRefreshFailed(_)
            | AuthError::TokenRefreshRejected(_)
    )
}

/// Why a server can't be reached, without its address, which may hold a secret.
pub(crate) fn reason(error: &DynamicTransportError) -> Reason {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error.error.as_ref());
    let mut innermost = None;
    while let Some(current) = source {
        if let Some(error) = current.downcast_ref::<reqwest::Error>() {
            if let Some(status) = error.status() {
                return format!("HTTP status {}", status.as_u16());
            }
            if error.is_timeout() {
                return "it does not answer in time".to_owned();
            }
        }
        if let Some(status) = current.downcast_ref::<rmcp::transport::streamable_http_client::HttpStatusError>() {
            return format!("HTTP status {}", status.status);
        }
        innermost = current.downcast_ref::<std::io::Error>().or(innermost);
        source = current.source();
    }
    innermost.map_or_else(|| "it does not answer as an MCP server does".to_owned(), ToString::to_string)
}
