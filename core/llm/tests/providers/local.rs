//! Looking for model servers on this machine.

use std::net::TcpListener;

use atelier_llm::{ChatServer, LOCAL_PORTS, LocalServer, local_servers};
use fake_model_server::{FakeModelServer, Nobody, Reply};
use serde_json::json;

fn port(server: &FakeModelServer) -> u16 {
    server.url().rsplit_once(':').unwrap().1.parse().unwrap()
}

fn list(owner: &str) -> Reply {
    let model = json!({"id": "qwen", "object": "model", "created": 1, "owned_by": owner});
    Reply::body(200, "application/json", &json!({"object": "list", "data": [model]}).to_string())
}

/// How often it is looked: on a busy machine an answer may take longer than a person is kept waiting.
const LOOKS: usize = 20;

/// What is found on these ports; looked for again while nothing is.
async fn looked_for(ports: &[(ChatServer, u16)]) -> Vec<LocalServer> {
    for _ in 1..LOOKS {
        let local = local_servers(ports).await;
        if !local.is_empty() {
            return local;
        }
    }
    local_servers(ports).await
}

/// A server that says this, however often it is asked.
async fn server(reply: Reply) -> FakeModelServer {
    let server = FakeModelServer::start().await.unwrap();
    for _ in 0..LOOKS {
        server.reply(reply.clone());
    }
    server
}

#[tokio::test]
async fn servers_are_found_asked_without_a_key_and_recognised_by_what_they_say() {
    for (expected, owner, found) in [
        (ChatServer::Ollama, "library", ChatServer::Ollama),
        (ChatServer::LmStudio, "organization_owner", ChatServer::LmStudio),
        (ChatServer::LlamaCpp, "llamacpp", ChatServer::LlamaCpp),
        (ChatServer::Vllm, "vllm", ChatServer::Vllm),
        (ChatServer::Vllm, "llamacpp", ChatServer::LlamaCpp),
        (ChatServer::LlamaCpp, "someone", ChatServer::Other),
    ] {
        let server = server(list(owner)).await;
        let local = looked_for(&[(expected, port(&server))]).await;
        assert_eq!(local.len(), 1, "{expected:?}");
        assert_eq!((local[0].server, local[0].models[0].id.as_str()), (found, "qwen"));
        assert_eq!(local[0].base_url, format!("{}/v1", server.url()));
        let request = server.requests().remove(0);
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/v1/models"));
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_server_without_models_is_one() {
    let server = server(Reply::body(200, "application/json", r#"{"object": "list", "data": null}"#)).await;
    let local = looked_for(&[(ChatServer::Ollama, port(&server))]).await;
    assert_eq!(local.len(), 1);
    assert_eq!(local[0].models, []);
}

#[tokio::test]
async fn whatever_else_listens_there_is_passed_over() {
    // Takes connections and says nothing; takes none; and a web page.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = Nobody::new().unwrap();
    let page = server(Reply::body(200, "text/html", "<!doctype html><title>My app</title>")).await;
    let json = server(Reply::body(200, "application/json", r#"{"status": "ok"}"#)).await;
    let refusing = server(Reply::error(401, "authentication_error", "no")).await;
    let good = server(list("library")).await;

    let silent = silent.local_addr().unwrap().port();
    let ports = [silent, nobody.port(), port(&page), port(&json), port(&refusing), port(&good)];
    let local = looked_for(&ports.map(|port| (ChatServer::Ollama, port))).await;
    assert_eq!(local.len(), 1);
    assert_eq!(local[0].base_url, format!("{}/v1", good.url()));
}

#[test]
fn each_program_has_one_usual_port_which_is_that_of_its_base_url() {
    for (server, port) in LOCAL_PORTS {
        assert_eq!(server.vendor().default_base_url, format!("http://127.0.0.1:{port}/v1"));
    }
}
