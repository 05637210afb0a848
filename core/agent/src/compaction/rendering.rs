//! A conversation as the text that a summary is made from, and what is added to the summary.

use std::fmt::Write as _;

use atelier_protocol::{ContentKind, Conversation, MessageId, Role, ToolAnswer, ToolCall, ToolOutcome, ToolStage};
use atelier_tools::{Todo, TodoStatus};

/// How much is told of a call's arguments and of its result, in bytes.
const MAX_ARGUMENTS: usize = 1000;
const MAX_RESULT: usize = 2000;

/// How many files are named that were read or changed last.
const FILES: usize = 20;

/// The conversation up to a message, in at most about `room` bytes: where it is longer, its middle is left out.
pub(super) fn conversation(conversation: &Conversation, up_to: MessageId, room: u64) -> String {
    let mut parts = Vec::new();
    let (mut from, mut last_call) = (MessageId(0), 0);
    if let Some(summary) = &conversation.summary {
        parts.push(format!("[Summary of what came before]\n{}", summary.text));
        (from, last_call) = (summary.up_to, summary.last_call);
    }
    let calls: Vec<_> = conversation.calls.iter().filter(|call| call.id.0 > last_call).collect();
    let calls_after =
        |message: MessageId| calls.iter().filter(move |call| call.after == message).map(|call| of_call(call));
    parts.extend(calls_after(from));
    for message in conversation.messages.iter().filter(|message| message.id > from && message.id <= up_to) {
        match (message.role, message.content) {
            (Role::User, _) => parts.push(format!("[User]\n{}", message.text)),
            (Role::Assistant, ContentKind::Text) => parts.push(format!("[Agent]\n{}", message.text)),
            (Role::Assistant, ContentKind::Thinking) => {}
        }
        parts.extend(calls_after(message.id));
    }
    shortened(&parts.join("\n\n"), usize::try_from(room).unwrap_or(usize::MAX))
}

/// What the agent must still know, whatever the model has written: its to-do list, and which files it knows.
pub(super) fn standing(conversation: &Conversation, todos: Vec<Todo>) -> String {
    let mut text = String::new();
    if !todos.is_empty() {
        text.push_str("\n\nThe to-do list as it stands:");
    }
    for Todo { text: what, status } in todos {
        let mark = match status {
            TodoStatus::Pending => " ",
            TodoStatus::InProgress => "~",
            TodoStatus::Completed => "x",
        };
        // Writing to a string does not fail.
        let _ = write!(text, "\n- [{mark}] {what}");
    }
    let files = files(conversation);
    if !files.is_empty() {
        text.push_str("\n\nFiles read or changed last (read one again where its text matters):");
    }
    for file in files {
        let _ = write!(text, "\n- {file}");
    }
    text
}

/// The files that were read or changed last, the newest last.
fn files(conversation: &Conversation) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for call in conversation.calls.iter().rev() {
        let ToolStage::Settled(ToolOutcome::Success { result: ToolAnswer { metadata: Some(metadata), .. } }) =
            &call.stage
        else {
            continue;
        };
        let more = metadata["files"].as_array().into_iter().flatten();
        for file in more.chain([metadata]).filter(|file| file["stamp"].is_string()) {
            let Some(path) = file["path"].as_str().filter(|path| !found.iter().any(|known| known == path)) else {
                continue;
            };
            if found.len() < FILES {
                found.push(path.to_owned());
            }
        }
    }
    found.reverse();
    found
}

fn of_call(call: &ToolCall) -> String {
    let arguments = shortened(&call.params.to_string(), MAX_ARGUMENTS);
    let result = match &call.stage {
        ToolStage::Settled(outcome) => shortened(&outcome.text_for_model(), MAX_RESULT),
        _ => "not settled".to_owned(),
    };
    format!("[Agent calls {}]\n{arguments}\n[Result]\n{result}", call.tool)
}

/// The text, its middle left out where it is longer than that many bytes.
fn shortened(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let (head, tail) = (text.floor_char_boundary(room / 2), text.ceil_char_boundary(text.len() - room / 2));
    format!("{}\n[… {} bytes left out …]\n{}", &text[..head], tail - head, &text[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_keeps_its_beginning_and_its_end() {
        assert_eq!(shortened("short", 5), "short");
        assert_eq!(shortened("äöüäöü", 5), "ä\n[… 8 bytes left out …]\nü");
        let long = "x".repeat(10_000);
        assert!(shortened(&long, 1000).len() < 1100);
    }
}
