//! What happens to terminals by and by: sizes that wait are settled, what nobody uses is closed, what nobody looks at is
//! made small.

use std::time::{Duration, Instant};

use super::{
    ending::end,
    registry::Registry,
    shared::{Shared, State},
};

/// How long a new size waits for one that follows at once: shells draw anew at each.
pub(super) const SETTLE: Duration = Duration::from_millis(50);

/// Applies the size that waits, if it has waited long enough; whether the system took it.
pub(super) fn settle(shared: &Shared, now: Instant) -> bool {
    let mut screen = shared.screen();
    let mut state = shared.lock();
    let Some((size, _)) = state.pending.take_if(|(_, at)| *at <= now) else { return true };
    let taken = state.pty.as_ref().is_none_or(|pty| pty.resize(size));
    if taken {
        state.size = size;
        state.resized = Some(now);
        // It is wrapped anew, and the history with it.
        (state.open, state.small, state.looked) = (true, false, now);
        drop(state);
        screen.resize(size);
        drop(screen);
        shared.tell();
    }
    taken
}

/// Takes back memory that nobody has needed for some time.
fn hide(shared: &Shared, after: Duration, now: Instant) {
    let goes = |state: &State| state.takes_too_much() && state.looked + after <= now;
    if !goes(&shared.lock()) {
        return;
    }
    // Whoever looks locks the screen first.
    let mut screen = shared.screen();
    let mut state = shared.lock();
    if goes(&state) {
        (state.open, state.small) = (false, state.shown == 0);
        let small = state.small;
        drop(state);
        screen.look_away(small);
    }
}

/// When a terminal has to be looked at next.
fn due(shared: &Shared, registry: &Registry) -> Option<Instant> {
    let state = shared.lock();
    let hides = state.takes_too_much().then_some(state.looked + registry.limits.hide);
    state.pending.map(|(_, at)| at).into_iter().chain(hides).min()
}

/// Looks after all terminals until they are over.
pub(super) fn tick(registry: &Registry) {
    let mut next_check = Instant::now() + registry.limits.check;
    let mut next_keep = Instant::now() + registry.limits.keep;
    let mut list = registry.lock();
    while !list.over {
        let all: Vec<_> = list.terminals.values().cloned().collect();
        drop(list);
        let now = Instant::now();
        for shared in &all {
            settle(shared, now);
            hide(shared, registry.limits.hide, now);
        }
        next_keep = registry.keep_by(next_keep, &all);
        if now >= next_check {
            next_check = now + registry.limits.check;
            let idle = |state: &State| state.used + registry.limits.idle <= now;
            let idle: Vec<_> = all.into_iter().filter(|shared| idle(&shared.lock())).collect();
            for shared in &idle {
                registry.lock().terminals.remove(&shared.id);
                registry.forget(&shared.id);
            }
            end(&idle);
        }
        list = registry.lock();
        let next = list
            .terminals
            .values()
            .filter_map(|shared| due(shared, registry))
            .fold(next_check.min(next_keep), Instant::min);
        if !list.over {
            let time = next.saturating_duration_since(Instant::now());
            list = registry.wait(list, time);
        }
    }
}
