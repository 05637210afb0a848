//! Servers that are there already, reached as the user's network wants it: through a proxy, with certificates of its own.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use atelier_mcp::{McpError, ServerState};
use atelier_network::Network;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{proxy::ConnectProxy, room::Room, tls::TlsFront};

/// A server with one tool; it may want a log-in, and is the log-in server too.
struct Server {
    url: String,
    serving: JoinHandle<()>,
}

impl Server {
    async fn start(needs_log_in: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, needs_log_in));
            }
        });
        Self { url, serving }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One request, one answer.
async fn serve(stream: TcpStream, needs_log_in: bool) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut head, mut me, mut length) = (String::new(), String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(given) = lower.strip_prefix("content-length:") {
            length = given.trim().parse().unwrap();
        }
        if let Some(host) = lower.strip_prefix("host:") {
            me = format!("https://{}", host.trim());
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let allowed = !needs_log_in || head.to_ascii_lowercase().contains("authorization: bearer the-token");
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, more, answer) = match (&*path, head.starts_with("POST")) {
        ("/mcp", _) if !allowed => {
            let metadata = format!("{me}/.well-known/oauth-protected-resource/mcp");
            ("401 Unauthorized", format!("WWW-Authenticate: Bearer resource_metadata=\"{metadata}\"\r\n"), Value::Null)
        }
        ("/mcp", true) => ("200 OK", String::new(), answer(&serde_json::from_slice(&body).unwrap())),
        _ => match log_in(&me, &path) {
            Some(told) => ("200 OK", String::new(), told),
            None => ("405 Method Not Allowed", String::new(), Value::Null),
        },
    };
    let (status, text) = match answer {
        Value::Null if status == "200 OK" => ("202 Accepted", String::new()),
        Value::Null => (status, String::new()),
        answer => (status, answer.to_string()),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\n{more}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(answer.as_bytes()).await
}

fn log_in(me: &str, path: &str) -> Option<Value> {
    Some(match path {
        "/.well-known/oauth-protected-resource/mcp" => {
            json!({"resource": format!("{me}/mcp"), "authorization_servers": [me]})
        }
        "/.well-known/oauth-authorization-server" => json!({
            "issuer": me, "authorization_endpoint": format!("{me}/authorize"),
            "token_endpoint": format!("{me}/token"), "registration_endpoint": format!("{me}/register"),
            "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
        }),
        "/register" => json!({"client_id": "me", "redirect_uris": ["http://127.0.0.1/callback"]}),
        "/token" => json!({"access_token": "the-token", "token_type": "Bearer", "expires_in": 3600}),
        _ => return None,
    })
}

fn answer(message: &Value) -> Value {
    let result = match message["method"].as_str() {
        Some("initialize") => json!({
            "protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}},
            "serverInfo": {"name": "far", "version": "1"},
        }),
        Some("tools/list") => json!({"tools": [{"name": "far_away", "inputSchema": {"type": "object"}}]}),
        Some("tools/call") => json!({"content": [{"type": "text", "text": "from afar"}]}),
        _ => return Value::Null,
    };
    json!({"jsonrpc": "2.0", "id": message["id"], "result": result})
}

/// The server behind TLS and a proxy, and a user who has neither in the environment of this process.
struct Far {
    _server: Server,
    front: TlsFront,
    proxy: ConnectProxy,
}

impl Far {
    async fn start(needs_log_in: bool) -> Self {
        let server = Server::start(needs_log_in).await;
        let front = TlsFront::start(&server.url).await;
        Self { _server: server, front, proxy: ConnectProxy::start().await }
    }

    /// Nobody but the proxy knows where this is.
    fn url(&self) -> String {
        self.front.url().replace("localhost", "server.test")
    }

    fn room(&self, trusting: bool) -> Room {
        let (proxy, certificate) = (self.proxy.url(""), self.front.certificate_file().to_owned());
        let network = Network::from_variables(move |name| match name {
            "HTTPS_PROXY" => Some(proxy.clone().into()),
            "SSL_CERT_FILE" if trusting => Some(certificate.clone().into()),
            _ => None,
        });
        Room::in_network(&json!({"far": {"type": "http", "url": format!("{}/mcp", self.url())}}), network)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_reached_through_the_users_proxy_and_trusted_by_the_users_certificates() {
    let far = Far::start(false).await;
    let room = far.room(true);
    assert_eq!(room.text("far_away", json!({})).await, "from afar");
    let asked = far.proxy.asked();
    assert!(asked[0].starts_with("CONNECT server.test:"), "{asked:?}");
    room.mcp.close().await;
    let stranger = far.room(false);
    let told = stranger.mcp.tools(&stranger.project, Some("far")).await.unwrap_err();
    assert!(matches!(told, McpError::NotStarted { .. }), "{told}");
    assert!(matches!(stranger.mcp.servers(&stranger.project).await.servers[0].state, ServerState::Failed { .. }));
    stranger.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_the_network_is_told() {
    let network = Network::from_variables(|name| (name == "HTTPS_PROXY").then(|| "gopher://proxy".into()));
    let room = Room::in_network(&json!({"far": {"type": "http", "url": "https://server.test/mcp"}}), network);
    let told = room.mcp.tools(&room.project, Some("far")).await.unwrap_err().to_string();
    assert!(told.contains("HTTPS_PROXY is not an address"), "{told}");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_this_machine_is_reached_without_the_proxy() {
    let server = Server::start(false).await;
    let network = Network::from_variables(|name| (name == "HTTP_PROXY").then(|| "http://127.0.0.1:1".into()));
    let room = Room::in_network(&json!({"near": {"type": "http", "url": format!("{}/mcp", server.url)}}), network);
    assert_eq!(room.text("far_away", json!({})).await, "from afar");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_in_goes_the_same_way() {
    let far = Far::start(true).await;
    let room = far.room(true);
    let told = room.mcp.tools(&room.project, Some("far")).await.unwrap_err();
    assert!(matches!(told, McpError::LoginNeeded { .. }), "{told}");
    let visited = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&visited);
    let visit = move |address: &str| {
        address.clone_into(&mut seen.lock().unwrap());
        // The user agrees in the browser, which comes back with a code.
        let address = reqwest::Url::parse(address).unwrap();
        let given = |name: &str| address.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        let back = format!("{}?code=yes&state={}", given("redirect_uri"), given("state"));
        tokio::spawn(async move { reqwest::Client::builder().no_proxy().build().unwrap().get(back).send().await });
    };
    room.mcp.log_in(&room.project, "far", visit).await.unwrap();
    assert!(visited.lock().unwrap().starts_with(&format!("{}/authorize?", far.url())));
    assert_eq!(room.text("far_away", json!({})).await, "from afar");
    assert!(far.proxy.asked().iter().all(|head| head.starts_with("CONNECT server.test:")));
    room.mcp.close().await;
}
