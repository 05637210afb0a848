//! Reads a session's log through the façade as Swift does, but in Rust: `read-log FOLDER SESSION` prints how many
//! microseconds that took. The Swift benchmark compares itself with it (bindings/swift, `event-benchmark`).

use std::{env, error::Error, time::Instant};

use atelier_protocol::{AgentState, EventBody};
use atelier_workbench::{Environment, OpenOptions, Workbench};

/// As many as the Swift client asks for.
const BATCH: usize = 256;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(folder), Some(session)) = (arguments.next(), arguments.next()) else {
        return Err("usage: read-log FOLDER SESSION".into());
    };
    let folders = [("ATELIER_DATA_DIR", &folder), ("ATELIER_CONFIG_DIR", &folder)];
    let workbench = Workbench::open(&OpenOptions::new(Environment::from_pairs(&folder, folders)))?;
    let session = session.parse()?;
    let micros = workbench.block_on(async {
        let start = Instant::now();
        let reader = workbench.follow(session, 0).await?;
        loop {
            let batch = reader.next_batch(BATCH).await?;
            let last = batch.last().map(|event| &event.body);
            if matches!(last, None | Some(EventBody::StateChanged { state: AgentState::Idle })) {
                return Ok::<_, Box<dyn Error>>(start.elapsed().as_micros());
            }
        }
    })?;
    workbench.block_on(workbench.close());
    println!("{micros}");
    Ok(())
}
