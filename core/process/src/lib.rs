//! Programs of others: started without our keys, in a group of their own, and ended with all that they started.

mod environment;
mod group;
mod run;

pub use environment::clean_environment;
pub use group::{ProcessGroup, bound};
pub use run::{Bounds, Ran, RunError, run, run_heard};
