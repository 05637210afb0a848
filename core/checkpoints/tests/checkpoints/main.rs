//! Keeping and putting back real files.
#![expect(clippy::unwrap_used, reason = "an assumption that fails is a test that fails")]

mod limits;
mod random;
mod restoring;
mod room;
