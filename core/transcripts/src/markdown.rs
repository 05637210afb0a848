//! The transcript as Markdown: blocks with one blank line between them.

use crate::{
    changes::{self, Fate},
    render::{count, date_and_time, duration, pretty, result, thousands, time},
    transcript::{Call, Message, Transcript},
};
use atelier_protocol::Role;

/// The document.
pub(crate) fn text(transcript: &Transcript) -> String {
    let mut blocks = vec![format!("# Agent Session - {}", transcript.project_name()), head(transcript)];
    blocks.push("## Conversation".to_owned());
    for (message, calls) in transcript.parts() {
        blocks.extend(message.into_iter().flat_map(message_blocks));
        blocks.extend(calls.iter().flat_map(call_blocks));
    }
    blocks.extend(["## Files Changed".to_owned(), files(transcript)]);
    blocks.extend(["## Summary".to_owned(), summary(transcript)]);
    blocks.join("\n\n") + "\n"
}

fn head(transcript: &Transcript) -> String {
    let (from, to) = (transcript.started_at, transcript.last_at);
    format!(
        "**Date:** {}\n**Session ID:** {}\n**Model:** {}\n**Duration:** {}",
        date_and_time(from),
        transcript.session,
        transcript.model,
        duration(from, to),
    )
}

fn message_blocks(message: &Message) -> Vec<String> {
    let who = match message.role {
        Role::User => "User",
        Role::Assistant => "Assistant",
    };
    with_body(format!("### {who} [{}]", time(message.at)), &message.text)
}

/// A heading and the text below it, if there is any.
fn with_body(heading: String, text: &str) -> Vec<String> {
    let text = text.trim_matches('\n');
    if text.trim().is_empty() { vec![heading] } else { vec![heading, text.to_owned()] }
}

fn call_blocks(call: &Call) -> [String; 4] {
    let outcome = match call.status() {
        "success" => "Success".to_owned(),
        "error" => format!("Error: {}", result(call.content())),
        "rejected" => format!("Rejected: {}", result(call.content())),
        _ => "Pending".to_owned(),
    };
    [
        format!("#### Tool Call: {}", call.tool),
        format!("**Parameters:**\n{}", fenced("json", &pretty(&call.params))),
        format!("**Result:** {}", outcome.trim_end()),
        "---".to_owned(),
    ]
}

/// A code block whose fence is longer than any inside.
fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}")
}

/// A path as code, whatever it holds.
fn code(path: &str) -> String {
    let path = path.replace(['\n', '\r'], " ");
    match longest_run(&path) {
        0 => format!("`{path}`"),
        run => {
            let ticks = "`".repeat(run + 1);
            format!("{ticks} {path} {ticks}")
        }
    }
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn files(transcript: &Transcript) -> String {
    let files = changes::files(&transcript.changes);
    if files.is_empty() {
        return "None".to_owned();
    }
    let row = |file: &changes::ChangedFile<'_>| {
        let fate = match file.fate {
            Fate::Created => "created",
            Fate::Modified => "modified",
            Fate::Deleted => "deleted",
        };
        format!("- {} ({fate})", code(file.path))
    };
    files.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn summary(transcript: &Transcript) -> String {
    format!(
        "**Messages:** {}\n**Tool Calls:** {}\n**Files Modified:** {}\n**Total Tokens:** {}",
        count(transcript.messages.len()),
        count(transcript.calls.len()),
        count(changes::files(&transcript.changes).len()),
        thousands(transcript.total_tokens()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_are_longer_than_those_inside() {
        assert_eq!(fenced("json", "a"), "```json\na\n```");
        assert_eq!(fenced("json", "a ```` b"), "`````json\na ```` b\n`````");
        assert_eq!((code("a.rs"), code("a`b")), ("`a.rs`".to_owned(), "`` a`b ``".to_owned()));
    }
}
