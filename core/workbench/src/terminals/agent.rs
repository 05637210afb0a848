//! A command that an agent runs, as a screen that one can watch.

use atelier_protocol::{EventBody, Json, SessionEvent, SessionId, ToolCallId, ToolOutcome};
use atelier_terminal::{ScreenFeed, ScreenLimits, ScreenSize, TerminalScreen};
use tokio_util::sync::CancellationToken;

use crate::{ErrorKind, EventReader, ScreenReader, Workbench, WorkbenchError};

/// The tools that run a command.
const TOOLS: [&str; 2] = ["shell_exec", "shell_background"];

/// How many events are read at once.
const BATCH: usize = 256;

/// Where it begins; whoever shows it says how large it is.
const SIZE: (u16, u16) = (80, 24);

impl Workbench {
    /// The output of a command that an agent runs or has run, on a screen that can only be looked at: it is filled from
    /// the session's log, as it comes. Of a flood parts are left out. Error: 404 where the session has no such call, or
    /// one of another tool.
    pub async fn agent_terminal(&self, session: SessionId, call: ToolCallId) -> Result<ScreenReader, WorkbenchError> {
        let conversation = self.conversation(session).await?;
        let known = conversation.call(call).filter(|call| TOOLS.contains(&call.tool.as_str()));
        let command = known.and_then(|call| Some(call.params.get("command")?.as_str()?.to_owned()));
        let command = command.ok_or_else(|| {
            WorkbenchError::new(ErrorKind::NotFound, "This session has no such command; look at its newest calls.")
        })?;
        let events = self.follow(session, 0).await?;
        let (screen, feed) = TerminalScreen::read_only(ScreenSize::new(SIZE.0, SIZE.1), ScreenLimits::default());
        let closed = self.parts.closing.child_token();
        self.parts.handle.spawn(fill(feed, command, events, call, closed.clone()));
        Ok(ScreenReader::new(screen, closed, self.parts.handle.clone()))
    }
}

/// Fills the screen until the call is settled or nobody looks any more.
async fn fill(feed: ScreenFeed, command: String, events: EventReader, call: ToolCallId, closed: CancellationToken) {
    feed.push(&format!("\x1b[2m$ {}\x1b[0m\n", harmless(&command)));
    let mut any = false;
    loop {
        let batch = tokio::select! {
            biased;
            () = closed.cancelled() => return,
            () = feed.abandoned() => return,
            batch = events.next_batch(BATCH) => batch,
        };
        match batch {
            Ok(batch) if batch.is_empty() => return,
            Ok(batch) => {
                for SessionEvent { body, .. } in batch {
                    match body {
                        EventBody::ToolProgress { tool_call_id, message, output: true, .. } if tool_call_id == call => {
                            any = true;
                            feed.push(&message);
                        }
                        EventBody::ToolResult { tool_call_id, outcome, .. } if tool_call_id == call => {
                            return finish(feed, &outcome, any);
                        }
                        _ => {}
                    }
                }
            }
            // The reader tells such things once, and reads on.
            Err(_) => {}
        }
    }
}

/// What came of it, in the words that the model got, where nothing was shown before.
fn finish(feed: ScreenFeed, outcome: &ToolOutcome, any: bool) {
    let (text, code) = match outcome {
        ToolOutcome::Success { result } => {
            let code = result.metadata.as_ref().and_then(|metadata| metadata.get("exit_code")).and_then(Json::as_i64);
            (result.content.as_str(), code.unwrap_or(0))
        }
        ToolOutcome::Error { error } => (error.message.as_str(), 1),
        ToolOutcome::Rejected { reason, .. } => (reason.as_str(), 1),
    };
    if !any {
        feed.push(text);
    }
    feed.end(i32::try_from(code).unwrap_or(1));
}

/// What the model wrote may not act on the screen.
fn harmless(text: &str) -> String {
    text.chars().filter(|character| !character.is_control() || *character == '\n').collect()
}
