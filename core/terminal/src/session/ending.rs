//! How terminals are ended.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::process::Signal;

use super::{pty, shared::Shared};

/// How long a program may take to end before it is killed.
const GRACE: Duration = Duration::from_millis(500);

/// How long closing waits for what was killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the programs of terminals to end, kills them if they don't, and waits until their threads are done.
pub(super) fn end(all: &[Arc<Shared>]) {
    let signal = |shared: &Shared, signal| shared.lock().pty.iter().for_each(|pty| pty.signal(signal));
    // A shell hears it, and what it waits for may not: that is known only as long as the shell is there.
    let in_front: Vec<_> = all.iter().filter_map(|shared| shared.lock().pty.as_ref()?.foreground()).collect();
    for shared in all {
        shared.change(|state| state.closing = true);
        signal(shared, Signal::HUP);
        // One that is stopped does not hear it.
        signal(shared, Signal::CONT);
    }
    let until = Instant::now() + GRACE;
    for shared in all {
        if !shared.wait_for(until.saturating_duration_since(Instant::now()), |state| state.gone) {
            signal(shared, Signal::KILL);
        }
    }
    in_front.into_iter().for_each(pty::kill);
    let until = Instant::now() + PATIENCE;
    for shared in all {
        if !shared.wait_for(until.saturating_duration_since(Instant::now()), |state| state.gone) {
            tracing::warn!("a terminal's threads go on after its end");
        }
    }
}
