//! Looks for model servers on this machine. Only when it is asked to, and without any key.

use std::time::Duration;

use futures_util::future::join_all;

use crate::{ApiKey, ChatServer, Endpoint, Limits, ListedModel, Network, OpenAiChat, Provider as _, Transport};

/// Where the programs listen unless they are told otherwise.
pub const LOCAL_PORTS: [(ChatServer, u16); 4] =
    [(ChatServer::Ollama, 11434), (ChatServer::LmStudio, 1234), (ChatServer::LlamaCpp, 8080), (ChatServer::Vllm, 8000)];

/// This machine. Some programs listen on one of the two alone.
const HOSTS: [&str; 2] = ["127.0.0.1", "[::1]"];

/// A server on this machine answers at once, or is too busy to be offered.
const LIMITS: Limits =
    Limits { connect: Duration::from_millis(500), silence: Duration::from_secs(2), tail: Duration::ZERO };

/// For a whole list: one that comes a byte at a time is none.
const PATIENCE: Duration = Duration::from_secs(4);

/// A model server on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalServer {
    /// Which program it is, by its list of models; [`ChatServer::Other`] where that does not say.
    pub server: ChatServer,
    /// Its base URL.
    pub base_url: String,
    /// Its models, as it lists them.
    pub models: Vec<ListedModel>,
}

/// Asks each of these ports of this machine for a list of models; whoever has none is no model server. In the order of
/// the ports. Takes four seconds at most.
pub async fn local_servers(ports: &[(ChatServer, u16)]) -> Vec<LocalServer> {
    let transport = Transport::new(LIMITS, Network::default());
    let asked = ports.iter().map(|(expected, port)| on_port(*expected, *port, &transport));
    join_all(asked).await.into_iter().flatten().collect()
}

async fn on_port(expected: ChatServer, port: u16, transport: &Transport) -> Option<LocalServer> {
    let answers = join_all(HOSTS.map(|host| at(expected, format!("http://{host}:{port}/v1"), transport))).await;
    answers.into_iter().flatten().next()
}

async fn at(expected: ChatServer, base_url: String, transport: &Transport) -> Option<LocalServer> {
    let endpoint = Endpoint { base_url: base_url.clone(), key: ApiKey::none() };
    let provider = OpenAiChat::new(expected, &endpoint, transport).ok()?;
    let models = tokio::time::timeout(PATIENCE, provider.list_models()).await.ok()?.ok()?;
    Some(LocalServer { server: recognised(expected, &models), base_url, models })
}

/// Which program it is. Two of the ports are popular: there its list has to say so.
fn recognised(expected: ChatServer, models: &[ListedModel]) -> ChatServer {
    match models.first().and_then(|model| model.owner.as_deref()) {
        Some("llamacpp") => ChatServer::LlamaCpp,
        Some("vllm") => ChatServer::Vllm,
        _ if matches!(expected, ChatServer::LlamaCpp | ChatServer::Vllm) => ChatServer::Other,
        _ => expected,
    }
}
