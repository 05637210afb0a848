//! Which branches the remote has now: asked for at most once a minute, and not for long.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Git;
use crate::repository::Purpose;

/// How long an answer holds.
const HOLDS: Duration = Duration::from_mins(1);

/// How many repositories are remembered.
const MAX_REMEMBERED: usize = 64;

/// Names of branches; none where the remote did not say.
type Heads = Option<Arc<HashSet<String>>>;

static REMEMBERED: LazyLock<Mutex<HashMap<PathBuf, (Instant, Heads)>>> = LazyLock::new(Mutex::default);

impl Git<'_> {
    /// The branches that `origin` has, as of at most a minute ago. A remote that does not answer within five seconds says
    /// nothing. What the repository itself names to reach remotes by is not run.
    pub(super) fn remote_heads(&self) -> Heads {
        let known = remembered().get(self.repository.top()).cloned();
        if let Some((_, heads)) = known.filter(|(asked, _)| asked.elapsed() < HOLDS) {
            return heads;
        }
        let mut arguments = vec!["ls-remote", "--heads"];
        // Git takes the first that is set, so only this overrides it.
        arguments.extend(self.repository.names("remote.origin.uploadpack").then_some("--upload-pack=git-upload-pack"));
        arguments.push("origin");
        let ran = self.ran(Purpose::Ask, &arguments).ok();
        let heads = ran.filter(|ran| ran.status.success()).map(|ran| {
            let listed = String::from_utf8_lossy(&ran.output).into_owned();
            let names = listed.lines().filter_map(|line| line.split_once("\trefs/heads/"));
            Arc::new(names.map(|(_, name)| name.to_owned()).collect())
        });
        let mut remembered = remembered();
        if remembered.len() >= MAX_REMEMBERED {
            remembered.retain(|_, (asked, _)| asked.elapsed() < HOLDS);
        }
        if remembered.len() < MAX_REMEMBERED {
            remembered.insert(self.repository.top().to_owned(), (Instant::now(), heads.clone()));
        }
        heads
    }

    /// What we do ourselves at the remote is seen at once.
    pub(super) fn forget_remote_heads(&self) {
        remembered().remove(self.repository.top());
    }
}

fn remembered() -> MutexGuard<'static, HashMap<PathBuf, (Instant, Heads)>> {
    // Nothing that holds this lock can panic half-way through a change.
    REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner)
}
