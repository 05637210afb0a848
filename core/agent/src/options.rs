//! What an agent is given besides its log.

use std::{path::PathBuf, sync::Arc, time::Duration};

use atelier_context::UserFolders;

use crate::{Messenger, NoRules, RetryPolicy, RuleSource, SessionTools};

/// How long the user has to answer, as the HTTP contract has it.
const APPROVAL_TIMEOUT: Duration = Duration::from_mins(5);

/// When a tool that only looks is run again, as the HTTP contract has it: 3 tries with 1 and 2 s between.
const TOOL_RETRIES: RetryPolicy =
    RetryPolicy { attempts: 3, first: Duration::from_secs(1), longest: Duration::from_secs(2) };

/// How an agent works.
#[derive(Clone)]
pub struct AgentOptions {
    /// When requests that failed are sent again.
    pub retries: RetryPolicy,
    /// When a tool that only looks is run again after a failure that may pass.
    pub tool_retries: RetryPolicy,
    /// Where tools keep what they write at length; the folder is made when it is needed.
    pub outputs: PathBuf,
    /// Tools that are not built in.
    pub tools: Vec<Arc<dyn SessionTools>>,
    /// Where the user has written down what holds everywhere.
    pub user: UserFolders,
    /// What the user has said about tools once and for all.
    pub rules: Arc<dyn RuleSource>,
    /// How long the user has to answer a question.
    pub approval_timeout: Duration,
    /// Who tells the user that they are wanted, if anyone does.
    pub messenger: Option<Arc<dyn Messenger>>,
}

impl AgentOptions {
    /// The usual ones: the contract's times, the built-in tools, no rules.
    pub fn new(outputs: PathBuf) -> Self {
        Self {
            retries: RetryPolicy::default(),
            tool_retries: TOOL_RETRIES,
            outputs,
            tools: Vec::new(),
            user: UserFolders::default(),
            rules: Arc::new(NoRules),
            approval_timeout: APPROVAL_TIMEOUT,
            messenger: None,
        }
    }
}
