//! Settings and credentials over files of a test's own.
#![expect(clippy::unwrap_used, reason = "an assumption that fails is a test that fails")]

mod approved_roots;
mod credentials;
mod directories;
mod named_keys;
mod no_key_leaks;
mod providers;
mod settings;
mod settings_at_once;
mod shared_settings;
