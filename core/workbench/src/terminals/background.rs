//! A command that an agent has left to run in the background, on a screen.
//!
//! What it prints is not in the session's log, which would grow without end and go on after its turns. It is read from
//! whoever owns the process; when that is gone, the log still has what the agent saw.

use std::time::Duration;

use atelier_agent::Agent;
use atelier_protocol::{Conversation, Json, SessionId, ToolAnswer, ToolCall, ToolCallId, ToolOutcome, ToolStage};
use atelier_terminal::ScreenFeed;
use atelier_tools::CommandOutput;
use tokio_util::sync::CancellationToken;

use super::agent::ending;

/// The time from one piece to the next: that of a display's frame. Whoever prints faster than pieces are shown is not
/// held up; parts are left out.
const PAUSE: Duration = Duration::from_millis(16);

/// Tools whose answers say how such a command is.
const LOOKING: [&str; 2] = ["shell_status", "shell_end"];

/// Fills the screen with what the command prints that a call has started, until it has ended or nobody looks any more.
pub(super) async fn fill(
    feed: ScreenFeed,
    agent: &Agent,
    session: SessionId,
    call: ToolCallId,
    closed: &CancellationToken,
) {
    if let Some(mut output) = agent.command_output(session, call) {
        if !watch(&feed, &mut output, closed).await {
            return;
        }
        if let Some(end) = output.ended() {
            return finish(feed, (end.exit_code, end.signal));
        }
    } else if let Ok(conversation) = agent.conversation(session).await {
        return from_log(feed, &conversation, call);
    }
    feed.push("\n[How this command ended is not known.]\n");
}

/// Shows what comes; whether that was all.
async fn watch(feed: &ScreenFeed, output: &mut CommandOutput, closed: &CancellationToken) -> bool {
    loop {
        let piece = tokio::select! {
            biased;
            () = closed.cancelled() => return false,
            () = feed.abandoned() => return false,
            piece = output.next() => piece,
        };
        let Some(piece) = piece else { return true };
        if piece.left_out > 0 {
            feed.push(&format!("\x1b[0m\n[{} bytes left out here]\n", piece.left_out));
        }
        feed.push(&piece.text);
        tokio::time::sleep(PAUSE).await;
    }
}

fn finish(feed: ScreenFeed, (code, signal): (Option<i32>, Option<i32>)) {
    if code.is_some() || signal.is_some() {
        feed.end(code.unwrap_or(0), signal);
    }
}

/// Shows what the agent saw of it last.
fn from_log(feed: ScreenFeed, conversation: &Conversation, call: ToolCallId) {
    let seen = last_seen(&conversation.calls, call);
    if let Some(seen) = seen {
        feed.push(&seen.content);
        let end = ending(seen.metadata.as_ref());
        if end != (None, None) {
            return finish(feed, end);
        }
    }
    let above = if seen.is_some() { " Above is what the agent saw of it last." } else { "" };
    feed.push(&format!(
        "\n[This session does not run the command here any more, so how it ends is not known.{above}]\n"
    ));
}

/// The newest answer about the command that a call has started. Numbers of commands begin anew in each process, so what
/// follows the next start of the same number is about another one.
fn last_seen(calls: &[ToolCall], call: ToolCallId) -> Option<&ToolAnswer> {
    let mut calls = calls.iter().skip_while(|known| known.id != call);
    let start = calls.next()?;
    let number = number(start)?;
    let same = calls.filter(|later| self::number(later) == Some(number));
    let about =
        same.take_while(|later| later.tool != start.tool).filter(|later| LOOKING.contains(&later.tool.as_str()));
    about.last().and_then(answer)
}

fn answer(call: &ToolCall) -> Option<&ToolAnswer> {
    match &call.stage {
        ToolStage::Settled(ToolOutcome::Success { result }) => Some(result),
        _ => None,
    }
}

/// Which command a call's answer is about.
fn number(call: &ToolCall) -> Option<u64> {
    answer(call)?.metadata.as_ref()?.get("id").and_then(Json::as_u64)
}
