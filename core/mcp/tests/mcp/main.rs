//! Servers as a session has them, over real processes.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod conformance;
mod others;
mod room;
mod stdio;

#[test]
#[ignore = "the server that the other tests start"]
fn fake_mcp_server() {
    fake_mcp_server::run();
}
