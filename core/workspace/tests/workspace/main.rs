//! What lies beneath a project folder, over real folders.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod arranging;
mod escapes;
mod full_disk;
mod listing;
mod roots;
mod watching;
