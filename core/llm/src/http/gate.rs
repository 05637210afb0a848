//! Not asking a vendor more often than it answers: a bucket of requests for each vendor, server and key, and the pause
//! that a vendor has asked one of us for, kept by all.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Vendor;

/// How many requests a minute go to a vendor with one key, in the long run.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();

/// How many of them may come at once.
const BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// The longest pause that is taken from a vendor.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// All gates of a process.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    by_owner: Mutex<HashMap<Owner, Arc<Gate>>>,
}

/// Vendor, server and key, which is here as a number that says nothing about it.
type Owner = (&'static str, String, u64);

/// Where requests to one vendor with one key pass.
#[derive(Debug)]
pub(crate) struct Gate {
    /// None for servers that people run themselves.
    bucket: Option<RateLimiter<NotKeyed, InMemoryState, DefaultClock, NoOpMiddleware>>,
    paused_until: Mutex<Option<Instant>>,
}

impl Gates {
    /// The gate for these.
    pub(crate) fn of(&self, vendor: &'static Vendor, host: &str, key: &SecretString) -> Arc<Gate> {
        let mut hasher = DefaultHasher::new();
        key.expose_secret().trim().hash(&mut hasher);
        let owner = (vendor.name, host.to_owned(), hasher.finish());
        let mut gates = self.by_owner.lock().unwrap_or_else(PoisonError::into_inner);
        let quota = vendor.key_required.then(|| Quota::per_minute(PER_MINUTE).allow_burst(BURST));
        gates.entry(owner).or_insert_with(|| Arc::new(Gate::new(quota))).clone()
    }
}

impl Gate {
    fn new(quota: Option<Quota>) -> Self {
        Self { bucket: quota.map(RateLimiter::direct), paused_until: Mutex::default() }
    }

    /// Lets a request pass; otherwise says how long it is until it is worth asking again.
    pub(crate) fn pass(&self) -> Result<(), Duration> {
        let paused_until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = paused_until.map(|until| until.saturating_duration_since(Instant::now()));
        if let Some(left) = left.filter(|left| !left.is_zero()) {
            return Err(left);
        }
        let Some(bucket) = &self.bucket else { return Ok(()) };
        bucket.check().map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }

    /// The vendor has asked for a pause.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait.min(LONGEST_PAUSE);
        let mut paused_until = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paused_until = paused_until.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ANTHROPIC, ChatServer};

    const LONG: Duration = Duration::from_secs(50);

    fn per_hour(count: u32) -> Quota {
        Quota::per_hour(NonZeroU32::new(count).unwrap())
    }

    #[test]
    fn as_many_pass_as_the_bucket_holds_and_the_next_waits_until_there_is_room() {
        let gate = Gate::new(Some(per_hour(3)));
        for _ in 0..3 {
            assert_eq!(gate.pass(), Ok(()));
        }
        let wait = gate.pass().unwrap_err();
        assert!(wait > Duration::from_mins(15) && wait <= Duration::from_mins(20), "{wait:?}");
    }

    #[test]
    fn a_pause_is_kept_by_all_and_the_longest_counts_up_to_a_minute() {
        let gate = Gate::new(None);
        assert_eq!(gate.pass(), Ok(()));
        gate.pause(LONG);
        gate.pause(Duration::ZERO);
        let wait = gate.pass().unwrap_err();
        assert!(wait > Duration::from_secs(10) && wait <= LONG, "{wait:?}");
        gate.pause(Duration::from_hours(1));
        assert!(gate.pass().unwrap_err() <= LONGEST_PAUSE);
    }

    #[test]
    fn each_key_and_server_has_a_gate_of_its_own_which_stays_the_same() {
        let gates = Gates::default();
        let gate = |host: &str, key: &str| gates.of(&ANTHROPIC, host, &key.into());
        gate("a", "sk-first").pause(LONG);
        assert!(gate("a", " sk-first ").pass().is_err());
        assert_eq!((gate("a", "sk-second").pass(), gate("b", "sk-first").pass()), (Ok(()), Ok(())));
        assert!(!format!("{gates:?}").contains("first"));
    }

    #[test]
    fn servers_of_one_s_own_have_no_bucket() {
        let gates = Gates::default();
        assert!(gates.of(ChatServer::Other.vendor(), "a", &"".into()).bucket.is_none());
        assert!(gates.of(&ANTHROPIC, "a", &"k".into()).bucket.is_some());
    }
}
