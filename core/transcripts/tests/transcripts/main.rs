//! Transcripts from the outside: logs in, documents and files out.
#![expect(clippy::unwrap_used, reason = "an assumption that fails is a test that fails")]

mod files;
mod formats;
mod logs;
