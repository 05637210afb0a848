//! What a workbench needs to know to open.

use std::time::Duration;

use crate::{Environment, RetryPolicy};

/// How to open a workbench.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Variables and home folder: they say where files and keys are.
    pub environment: Environment,
    /// The pause between two pieces of the demo's answers. None: the demo's own, close to a model's.
    pub demo_pause: Option<Duration>,
    /// When requests that failed are sent again.
    pub retries: RetryPolicy,
    /// How long the user has to answer a question; then it counts as refused.
    pub approval_timeout: Duration,
    /// Whether the user's login shell is asked where programs are: right for what a desktop has started, which knows few
    /// folders. The answer is for this whole process; what agents start waits for it, five seconds at most.
    pub asks_login_shell: bool,
}

/// As the HTTP contract has it.
const APPROVAL_TIMEOUT: Duration = Duration::from_mins(5);

impl OpenOptions {
    /// As a user expects: this process's environment.
    pub fn from_process() -> Self {
        Self::new(Environment::of_process())
    }

    /// With the given environment instead of the process's.
    pub fn new(environment: Environment) -> Self {
        let approval_timeout = APPROVAL_TIMEOUT;
        let retries = RetryPolicy::default();
        Self { environment, demo_pause: None, retries, approval_timeout, asks_login_shell: false }
    }
}
