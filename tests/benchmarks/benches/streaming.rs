//! Deltas a second from the socket through the log to a reader, against a plain reqwest loop over the same stream;
//! and whether the cost stays linear.
//!
//! `scripts/bench streaming`. Target: at least 60 % of the plain loop's speed with durability on.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use atelier_benchmarks::{Failure, Home, Pairs, stream_through_atelier, stream_through_plain_loop};
use fake_model_server::{FakeModelServer, Reply};
use tokio::runtime::Runtime;

const TEXT: &str = "word {n} ";
const PAIRS: usize = 7;

fn main() -> Result<(), Failure> {
    // The server has a runtime of its own, as it would have a machine of its own.
    let server_runtime = Runtime::new()?;
    let server = server_runtime.block_on(FakeModelServer::start())?;
    let home = Home::new(&server.url())?;
    let workbench = home.open()?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;

    println!("deltas     plain loop     Atelier        speed of the plain loop");
    let mut per_delta = Vec::new();
    for (count, pairs) in [(20_000_u32, PAIRS), (100_000, PAIRS), (1_000_000, 3)] {
        server.default_reply(Reply::deltas(u64::from(count), TEXT));
        let mut results = Pairs::default();
        for _ in 0..pairs {
            let (plain, length) = workbench.block_on(stream_through_plain_loop(&client, &server.url()))?;
            let (ours, our_length) = workbench.block_on(stream_through_atelier(&workbench))?;
            if length != our_length {
                return Err(format!("Atelier read {our_length} bytes of text, the plain loop {length}").into());
            }
            results.add(ours, plain);
        }
        let rate = |time: std::time::Duration| f64::from(count) / time.as_secs_f64() / 1000.0;
        println!(
            "{count:>9}  {:>7.0} k/s    {:>7.0} k/s    {:>3.0} %",
            rate(results.rival()),
            rate(results.ours()),
            results.relative_speed() * 100.0
        );
        per_delta.push(results.ours() / count);
    }
    let growth = per_delta[2].as_secs_f64() / per_delta[1].as_secs_f64();
    println!("cost of a delta at 1,000,000 against 100,000: {growth:.2} times");
    workbench.block_on(workbench.close());
    Ok(())
}
