//! Servers as a session has them, over real processes.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod conformance;
mod http;
mod others;
// The proxy and the server with a certificate of its own are those that models' servers are tested with.
#[path = "../../../llm/tests/providers/proxy.rs"]
mod proxy;
mod room;
mod stdio;
#[path = "../../../llm/tests/providers/tls.rs"]
mod tls;

#[test]
#[ignore = "the server that the other tests start"]
fn fake_mcp_server() {
    fake_mcp_server::run();
}
