//! What the benchmarks share: the rival, the runs that take turns with it, and how results are printed.
//!
//! Absolute times say little on a shared machine. Each claim is a ratio to a named rival, measured alternately in one
//! run, as the median of the pairs.

mod atelier;
mod plain;
mod plain_projects;
mod table;
mod words;

pub use atelier::{Home, stream_through_atelier};
pub use plain::stream_through_plain_loop;
pub use plain_projects::PlainProjects;
pub use table::{Pairs, median};
pub use words::Words;

/// What went wrong with a measurement.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
