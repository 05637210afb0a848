//! What a turn costs above the provider's own time: a prompt through the whole of Atelier, with its log on the disk,
//! against one plain reqwest request to the same server. Small turns one after the other, on connections that both keep.
//!
//! `scripts/bench turns`. Target: less than 2 ms a turn.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use atelier_benchmarks::{Failure, Home, Pairs, stream_through_atelier, stream_through_plain_loop};
use fake_model_server::{FakeModelServer, Reply};
use tokio::runtime::Runtime;

const TURNS: usize = 300;

fn main() -> Result<(), Failure> {
    // The server has a runtime of its own, as it would have a machine of its own.
    let server_runtime = Runtime::new()?;
    let server = server_runtime.block_on(FakeModelServer::start())?;
    server.default_reply(Reply::text("Yes, that is so."));
    let home = Home::new(&server.url())?;
    let workbench = home.open()?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;

    let mut results = Pairs::default();
    for _ in 0..TURNS {
        let (plain, _) = workbench.block_on(stream_through_plain_loop(&client, &server.url()))?;
        let (ours, _) = workbench.block_on(stream_through_atelier(&workbench))?;
        results.add(ours, plain);
    }
    let (ours, plain) = (results.ours(), results.rival());
    println!("{TURNS} turns       median of one");
    println!("plain request    {:>7.3} ms", plain.as_secs_f64() * 1000.0);
    println!("Atelier          {:>7.3} ms", ours.as_secs_f64() * 1000.0);
    println!("above it         {:>7.3} ms", ours.saturating_sub(plain).as_secs_f64() * 1000.0);
    println!("connections      {:>3} for {} requests", server.connections(), 2 * TURNS);
    workbench.block_on(workbench.close());
    Ok(())
}
