//! The protocol's own conformance suite against our client: it starts this program as the client, and a server for it.

use std::{path::PathBuf, process::Command, sync::Arc};

use async_trait::async_trait;
use atelier_mcp::McpError;
use atelier_protocol::ElicitationAnswer;
use atelier_tools::{Ask, Asker};
use serde_json::{Value, json};

use crate::room::{Room, accepted};

/// What the suite asks of clients today. Left out: what is an extension or a draft; a client that has an address of its
/// own, or is registered by hand; and `2025-03-26-oauth-metadata-backcompat`, which fails: rmcp 3.9 reads that server's
/// metadata and goes no further.
const SCENARIOS: [&str; 17] = [
    "initialize",
    "tools_call",
    "elicitation-sep1034-client-defaults",
    "sse-retry",
    "auth/metadata-default",
    "auth/metadata-var1",
    "auth/metadata-var2",
    "auth/metadata-var3",
    "auth/scope-from-www-authenticate",
    "auth/scope-from-scopes-supported",
    "auth/scope-omitted-when-undefined",
    "auth/scope-step-up",
    "auth/scope-retry-limit",
    "auth/token-endpoint-auth-basic",
    "auth/token-endpoint-auth-post",
    "auth/token-endpoint-auth-none",
    "auth/2025-03-26-oauth-endpoint-fallback",
];

/// How often the client logs in before it gives up.
const LOGINS: usize = 3;

#[test]
#[ignore = "needs the suite, which others wrote; scripts/test runs it"]
fn the_protocols_own_suite_is_content() {
    let place = |variable: &str| PathBuf::from(std::env::var_os(variable).expect("run scripts/test"));
    let suite = place("ATELIER_NODE_MODULES").join("@modelcontextprotocol/conformance/dist/index.js");
    let me = std::env::current_exe().unwrap();
    let client = format!("{} --exact conformance::client --ignored --nocapture", me.display());
    let mut failed = Vec::new();
    for scenario in SCENARIOS {
        let results = tempfile::tempdir().unwrap();
        let ran = Command::new(place("ATELIER_NODE"))
            .arg(&suite)
            .args(["client", "--command", &client, "--scenario", scenario, "--timeout", "60000"])
            .current_dir(results.path())
            .output()
            .unwrap();
        if !ran.status.success() {
            let (said, errors) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
            failed.push(format!("{scenario}\n{said}\n{errors}"));
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), SCENARIOS.len(), failed.join("\n\n"));
}

/// Accepts every form as it is.
struct AsItIs;

#[async_trait]
impl Asker for AsItIs {
    async fn ask(&self, _: Ask) -> ElicitationAnswer {
        accepted(json!({}))
    }
}

/// Visits the address as a browser does in which the user is known already.
fn visit(address: &str) {
    let address = address.to_owned();
    tokio::spawn(async move { reqwest::Client::builder().no_proxy().build().unwrap().get(address).send().await });
}

/// Tries it, and logs in where the server wants that.
async fn logged_in<T>(room: &Room, work: impl AsyncFn() -> Result<T, McpError>) -> Option<T> {
    for logins in 0..=LOGINS {
        match work().await {
            Ok(done) => return Some(done),
            Err(McpError::LoginNeeded { .. }) if logins < LOGINS => {
                if let Err(error) = room.mcp.log_in(&room.project, "suite", visit).await {
                    eprintln!("{error}");
                    return None;
                }
            }
            Err(error) => {
                eprintln!("{error}");
                return None;
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the client that the suite starts"]
async fn client() {
    // The suite puts its server's address at the end.
    let url = std::env::args().next_back().unwrap();
    let room = Room::with_asker(&json!({"suite": {"type": "http", "url": url}}), Some(Arc::new(AsItIs)));
    let Some(tools) = logged_in(&room, async || room.mcp.tools(&room.project, Some("suite")).await).await else {
        room.mcp.close().await;
        return;
    };
    for tool in tools {
        let arguments: Value = if tool.name == "add_numbers" { json!({"a": 5, "b": 3}) } else { json!({}) };
        let call = async || room.mcp.call(&room.project, &tool.name, arguments.clone(), Some(Arc::new(AsItIs))).await;
        logged_in(&room, call).await;
    }
    room.mcp.close().await;
}
