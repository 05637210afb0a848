//! Programs of others: started without our keys, in a group of their own, and ended with all that they started.

mod environment;
mod group;
mod run;
mod search_path;

pub use environment::clean_environment;
pub use group::{ProcessGroup, bound};
pub use run::{Bounds, Ran, RunError, run, run_heard};
pub use search_path::{is_login_shell, learn_search_path, login_search_path, search_folders, search_path, user_shell};
