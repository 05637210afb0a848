//! Model servers on this machine, to be offered to the user.

use atelier_config::Environment;
use atelier_llm::{ChatServer, LOCAL_PORTS};
use serde::Serialize;

/// Where Ollama listens, for its own programs and so for us.
const OLLAMA_HOST: &str = "OLLAMA_HOST";

/// A program on this machine that can be asked, once the user says so: by its base URL as the one of the provider
/// `compatible`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalServer {
    /// Which program it is, for programs: `ollama`, `lmstudio`, `llamacpp`, `vllm`; `compatible` where it does not say.
    pub kind: String,
    /// The same for people.
    pub label: String,
    /// Its base URL.
    pub base_url: String,
    /// The ids of its models, as it lists them: not to be trusted more than any text from elsewhere.
    pub models: Vec<String>,
}

impl From<atelier_llm::LocalServer> for LocalServer {
    fn from(found: atelier_llm::LocalServer) -> Self {
        let vendor = found.server.vendor();
        Self {
            kind: vendor.name.to_owned(),
            label: vendor.label.to_owned(),
            base_url: found.base_url,
            models: found.models.into_iter().map(|model| model.id).collect(),
        }
    }
}

/// The ports of this machine where the programs listen, as far as the environment says so.
pub(crate) fn ports(environment: &Environment) -> Vec<(ChatServer, u16)> {
    let ollama = environment.text(OLLAMA_HOST).and_then(local_port);
    let moved = |(server, port)| (server, ollama.filter(|_| server == ChatServer::Ollama).unwrap_or(port));
    LOCAL_PORTS.into_iter().map(moved).collect()
}

/// The port in Ollama's variable: `127.0.0.1:11500`, `:11500`, `http://localhost:11500`. None where there is no port, or
/// one of another machine, which is not ours to look at.
fn local_port(host: &str) -> Option<u16> {
    let address = host.split_once("://").map_or(host, |(_, address)| address);
    let (name, port) = address.split('/').next()?.rsplit_once(':')?;
    // Any address of this machine means that of loopback as well.
    let here = matches!(name, "" | "localhost" | "0.0.0.0" | "[::]" | "[::1]") || name.starts_with("127.");
    port.parse().ok().filter(|port| here && *port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ollama_is_looked_for_where_its_own_variable_says_if_that_is_here() {
        for (host, port) in [
            ("127.0.0.1:11500", 11500),
            (":11500", 11500),
            ("0.0.0.0:11500", 11500),
            ("http://localhost:11500/", 11500),
            ("[::1]:11500", 11500),
            ("127.0.0.1", 11434),
            ("example.org:80", 11434),
            ("https://example.org:443", 11434),
            ("localhost:none", 11434),
            ("localhost:0", 11434),
        ] {
            let environment = Environment::from_pairs("/home/u", [(OLLAMA_HOST, host)]);
            assert_eq!(ports(&environment)[0], (ChatServer::Ollama, port), "{host}");
            assert_eq!(ports(&environment)[1..], LOCAL_PORTS[1..], "{host}");
        }
    }
}
