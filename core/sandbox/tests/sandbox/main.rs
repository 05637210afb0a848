//! Confined commands, under every backend that works here: what they can't do, and what they still can.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod attempts;
mod ending;
mod escapes;
mod work;
mod world;
