//! Following the sub-agents of a turn: each works in a session of its own.

use atelier_protocol::{AgentState, EventBody, SessionEvent, SessionId};
use atelier_workbench::Workbench;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinSet,
};

/// Most events taken at a time, and how many such batches may wait.
const BATCH: usize = 512;
const ROOM: usize = 4;

/// The sub-agents that work now. Dropped, they are followed no more.
pub(crate) struct Tasks {
    workbench: Workbench,
    following: JoinSet<()>,
    sender: Sender<News>,
    news: Receiver<News>,
}

/// What one of them did.
pub(crate) struct News {
    pub(crate) session: SessionId,
    pub(crate) events: Vec<SessionEvent>,
}

impl Tasks {
    pub(crate) fn new(workbench: &Workbench) -> Self {
        let (sender, news) = channel(ROOM);
        Self { workbench: workbench.clone(), following: JoinSet::new(), sender, news }
    }

    /// From now on the sub-agents are followed that began with these events.
    pub(crate) fn follow(&mut self, events: &[SessionEvent]) {
        for event in events {
            if let EventBody::TaskStarted { session, .. } = &event.body {
                self.following.spawn(follow(self.workbench.clone(), *session, self.sender.clone()));
            }
        }
        while self.following.try_join_next().is_some() {}
    }

    /// What the next of them does.
    pub(crate) async fn next(&mut self) -> News {
        match self.news.recv().await {
            Some(news) => news,
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }
}

/// Passes on what a session does until its turn is over. One that can't be read is not shown; its result comes anyway.
async fn follow(workbench: Workbench, session: SessionId, sender: Sender<News>) {
    let Ok(reader) = workbench.follow(session, 0).await else { return };
    let mut over = false;
    while let (false, Ok(events)) = (over, reader.next_batch(BATCH).await) {
        if events.is_empty() {
            return;
        }
        over = events.iter().any(|event| event.body == EventBody::StateChanged { state: AgentState::Idle });
        if sender.send(News { session, events }).await.is_err() {
            return;
        }
    }
}
