//! Logging in at a server that asks for it: OAuth, with the user's browser and an address of this machine that the
//! browser comes back to. What comes of it is a secret, and kept where keys are.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use atelier_config::{SecretName, SecretStores};
use atelier_network::Network;
use rmcp::transport::{
    AuthError, AuthorizationManager, AuthorizationRequest, AuthorizationSession, CredentialStore, StoredCredentials,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{http::Reason, login_client::LoginClient};

/// How long the user may take in the browser.
const PATIENCE: Duration = Duration::from_mins(10);

/// The longest request of a browser that is read, in bytes, and how long it may take.
const MAX_REQUEST: usize = 16 << 10;
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// What the browser shows in the end.
const PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Atelier</title><p>You can close this page and go back \
                    to Atelier.";

/// The log-in at one server, in the user's store of secrets.
#[derive(Clone)]
pub(crate) struct Kept {
    stores: Arc<SecretStores>,
    name: SecretName,
}

impl Kept {
    pub(crate) fn new(stores: Arc<SecretStores>, url: &str) -> Self {
        Self { stores, name: SecretName::of_mcp_login(url) }
    }

    /// Forgets it.
    pub(crate) async fn forget(&self) -> Result<(), Reason> {
        self.clear().await.map_err(|error| told(&error))
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&SecretStores, &SecretName) -> Result<T, String> + Send + 'static,
    ) -> Result<T, AuthError> {
        let Self { stores, name } = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&stores, &name)).await;
        done.unwrap_or_else(|_| Err("the store of secrets broke off".to_owned())).map_err(AuthError::InternalError)
    }
}

#[async_trait]
impl CredentialStore for Kept {
    async fn load(&self) -> Result<Option<StoredCredentials>, AuthError> {
        self.on_a_thread(|stores, name| {
            let found = stores.get(name).map_err(|error| error.to_string())?;
            // What can't be read any more is as good as none: the user logs in again.
            Ok(found.and_then(|(secret, _)| serde_json::from_str(secret.expose_secret()).ok()))
        })
        .await
    }

    async fn save(&self, credentials: StoredCredentials) -> Result<(), AuthError> {
        let text = serde_json::to_string(&credentials).map_err(|error| AuthError::InternalError(error.to_string()))?;
        let secret = SecretString::from(text);
        self.on_a_thread(move |stores, name| stores.set(name, &secret).map(drop).map_err(|error| error.to_string()))
            .await
    }

    async fn clear(&self) -> Result<(), AuthError> {
        self.on_a_thread(|stores, name| stores.delete(name).map(drop).map_err(|error| error.to_string())).await
    }
}

/// What answers for the user where a log-in is kept.
pub(crate) async fn manager(url: &str, kept: Kept, network: &Network) -> Result<Option<AuthorizationManager>, Reason> {
    if kept.load().await.map_err(|error| told(&error))?.is_none() {
        return Ok(None);
    }
    let mut manager = fresh(url, kept, network).await?;
    let usable = manager.initialize_from_store().await.map_err(|error| told(&error))?;
    Ok(usable.then_some(manager))
}

async fn fresh(url: &str, kept: Kept, network: &Network) -> Result<AuthorizationManager, Reason> {
    let client = Arc::new(LoginClient::new(url, network).await?);
    let made = AuthorizationManager::new_with_oauth_http_client(url, client).await;
    let mut manager = made.map_err(|error| told(&error))?;
    manager.set_credential_store(kept);
    Ok(manager)
}

/// Logs in. `challenge`: what the server said when it refused. `open` shows an address to the user, in a browser.
pub(crate) async fn log_in(
    url: &str,
    kept: Kept,
    network: &Network,
    challenge: Option<String>,
    open: impl Fn(&str),
) -> Result<(), Reason> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let back = format!("http://127.0.0.1:{port}/callback");
    let mut manager = fresh(url, kept, network).await?;
    let resolved = manager.resolve_metadata_from_challenge(challenge.as_deref()).await;
    manager.set_metadata(resolved.map_err(|error| told(&error))?.metadata);
    let mut request = AuthorizationRequest::new(&back).with_client_name("Atelier").with_initial_scope_selection();
    if let Some(challenge) = challenge {
        request = request.with_challenge(challenge);
    }
    let session = AuthorizationSession::new(manager, request).await.map_err(|(_, error)| told(&error))?;
    open(session.get_authorization_url());
    let came = tokio::time::timeout(PATIENCE, come_back(&listener)).await;
    let path = came.map_err(|_| "nobody came back from the browser in time".to_owned())??;
    session.handle_callback_url(&format!("http://127.0.0.1:{port}{path}")).await.map(drop).map_err(|error| told(&error))
}

/// Waits for the browser, and returns the path and query it asks for.
async fn come_back(listener: &TcpListener) -> Result<String, Reason> {
    loop {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        // Others may knock: what is no answer is sent away.
        if let Ok(Some(path)) = tokio::time::timeout(REQUEST_LIMIT, answered(stream)).await {
            return Ok(path);
        }
    }
}

async fn answered(mut stream: TcpStream) -> Option<String> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read_buf(&mut request).await.ok()?;
        if read == 0 || request.len() > MAX_REQUEST {
            return None;
        }
    }
    let line = String::from_utf8(request).ok()?.lines().next()?.to_owned();
    let path = line.strip_prefix("GET ")?.split(' ').next()?.to_owned();
    let is_it = path.starts_with("/callback?");
    let (status, page) = if is_it { ("200 OK", PAGE) } else { ("404 Not Found", "") };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    // Whether the page is shown does not matter.
    let _ = stream.write_all(answer.as_bytes()).await;
    is_it.then_some(path)
}

/// Why it failed, without what was sent, which may hold secrets.
fn told(error: &AuthError) -> Reason {
    match error {
        AuthError::NoAuthorizationSupport => "the server does not say where to log in".to_owned(),
        AuthError::RegistrationFailed(_) => "the server does not take Atelier as a client".to_owned(),
        AuthError::HttpError(_) | AuthError::DiscoveryRequestFailed { .. } => {
            "the log-in server can't be reached".to_owned()
        }
        AuthError::MetadataError(_) => "what the server says about logging in makes no sense".to_owned(),
        AuthError::TokenExchangeFailed(_) => "the log-in server gives no token".to_owned(),
        AuthError::AuthorizationFailed(_) => "it was not allowed".to_owned(),
        AuthError::InternalError(reason) => reason.clone(),
        _ => "the server and its log-in server don't fit together".to_owned(),
    }
}
