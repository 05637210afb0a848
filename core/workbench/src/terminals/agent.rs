//! A command that an agent runs, as a screen that one can watch.

use atelier_protocol::{Conversation, EventBody, Json, SessionEvent, SessionId, ToolCallId, ToolOutcome};
use atelier_terminal::{ScreenFeed, ScreenLimits, ScreenSize, TerminalScreen};
use tokio_util::sync::CancellationToken;

use super::background;
use crate::{ErrorKind, EventReader, ScreenReader, Workbench, WorkbenchError};

/// The tools that run a command: one waits for it, one does not.
const FOREGROUND: &str = "shell_exec";
const BACKGROUND: &str = "shell_background";

/// How many events are read at once.
const BATCH: usize = 256;

/// Where it begins; whoever shows it says how large it is.
const SIZE: (u16, u16) = (80, 24);

impl Workbench {
    /// The output of a command that an agent runs or has run, on a screen that can only be looked at. It is filled from
    /// the session's log, as it comes; for a command in the background, from what is kept of its output, as long as it
    /// runs and for a while after. Of a flood parts are left out. Of one that another process has run, or the session of
    /// which this is a copy, it shows what the log has, which is what the agent saw. Error: 404 where the session has no
    /// such call, or one of another tool.
    pub async fn agent_terminal(&self, session: SessionId, call: ToolCallId) -> Result<ScreenReader, WorkbenchError> {
        let conversation = self.conversation(session).await?;
        let (command, in_background) = command_of(&conversation, call).ok_or_else(|| {
            WorkbenchError::new(ErrorKind::NotFound, "This session has no such command; look at its newest calls.")
        })?;
        let events = self.follow(session, 0).await?;
        let (screen, feed) = TerminalScreen::read_only(ScreenSize::new(SIZE.0, SIZE.1), ScreenLimits::default());
        let closed = self.parts.closing.child_token();
        feed.push(&format!("\x1b[2m$ {}\x1b[0m\n", harmless(&command)));
        let (agent, token) = (self.parts.agent.clone(), closed.clone());
        self.parts.handle.spawn(async move {
            let Some(outcome) = fill(&feed, events, call, &token).await else { return };
            match &outcome.result {
                ToolOutcome::Success { .. } if in_background => {
                    background::fill(feed, &agent, session, call, &token).await;
                }
                _ => finish(feed, &outcome),
            }
        });
        Ok(ScreenReader::new(screen, closed, self.parts.handle.clone()))
    }
}

/// What a call runs, and whether in the background.
fn command_of(conversation: &Conversation, call: ToolCallId) -> Option<(String, bool)> {
    let known = conversation.call(call).filter(|call| [FOREGROUND, BACKGROUND].contains(&call.tool.as_str()))?;
    Some((known.params.get("command")?.as_str()?.to_owned(), known.tool == BACKGROUND))
}

/// What came of a call.
struct Settled {
    result: ToolOutcome,
    /// Whether something was shown before.
    shown: bool,
}

/// Fills the screen until the call is settled; none if nobody looks any more.
async fn fill(feed: &ScreenFeed, events: EventReader, call: ToolCallId, closed: &CancellationToken) -> Option<Settled> {
    let mut shown = false;
    loop {
        let batch = tokio::select! {
            biased;
            () = closed.cancelled() => return None,
            () = feed.abandoned() => return None,
            batch = events.next_batch(BATCH) => batch,
        };
        // The reader tells of an error once, and reads on.
        let Ok(batch) = batch else { continue };
        if batch.is_empty() {
            return None;
        }
        for SessionEvent { body, .. } in batch {
            match body {
                EventBody::ToolProgress { tool_call_id, message, output: true, .. } if tool_call_id == call => {
                    shown = true;
                    feed.push(&message);
                }
                EventBody::ToolResult { tool_call_id, outcome, .. } if tool_call_id == call => {
                    return Some(Settled { result: outcome, shown });
                }
                _ => {}
            }
        }
    }
}

/// What came of it, in the words that the model got, where nothing was shown before.
fn finish(feed: ScreenFeed, Settled { result, shown }: &Settled) {
    let (text, (code, signal)) = match result {
        ToolOutcome::Success { result } => (result.content.as_str(), ending(result.metadata.as_ref())),
        ToolOutcome::Error { error } => (error.message.as_str(), (Some(1), None)),
        ToolOutcome::Rejected { reason, .. } => (reason.as_str(), (Some(1), None)),
    };
    if !shown {
        feed.push(text);
    }
    feed.end(code.unwrap_or(0), signal);
}

/// Exit code and signal that a tool's metadata tell.
pub(super) fn ending(metadata: Option<&Json>) -> (Option<i32>, Option<i32>) {
    let number = |name| metadata?.get(name)?.as_i64()?.try_into().ok();
    (number("exit_code"), number("signal"))
}

/// What the model wrote may not act on the screen.
fn harmless(text: &str) -> String {
    text.chars().filter(|character| !character.is_control() || *character == '\n').collect()
}
