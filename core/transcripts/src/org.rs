//! The transcript as an Org document.

use atelier_protocol::Role;

use crate::{
    changes::{self, Fate},
    render::{count, date, date_and_time, duration, pretty, result, thousands, time},
    transcript::{Call, Message, Transcript},
};

/// The document.
pub(crate) fn text(transcript: &Transcript) -> String {
    let mut blocks = vec![head(transcript), "* Conversation".to_owned()];
    for (message, calls) in transcript.parts() {
        blocks.extend(message.into_iter().flat_map(message_blocks));
        blocks.extend(calls.iter().flat_map(call_blocks));
    }
    blocks.extend(["* Files Changed".to_owned(), files(transcript)]);
    blocks.extend(["* Tool Calls".to_owned(), calls(transcript)]);
    blocks.extend(["* Metadata".to_owned(), metadata(transcript)]);
    blocks.join("\n\n") + "\n"
}

fn head(transcript: &Transcript) -> String {
    format!(
        "#+TITLE: Agent Session - {}\n#+DATE: {}\n#+SESSION_ID: {}\n#+MODEL: {}\n#+PROJECT: {}",
        one_line(transcript.project_name()),
        date(transcript.started_at),
        transcript.session,
        one_line(&transcript.model),
        one_line(&transcript.project_path),
    )
    .trim_end()
    .to_owned()
}

fn message_blocks(message: &Message) -> Vec<String> {
    let who = match message.role {
        Role::User => "User",
        Role::Assistant => "Assistant",
    };
    with_body(format!("** {who} [{}]", date_and_time(message.at)), &message.text)
}

fn call_blocks(call: &Call) -> Vec<String> {
    let mut blocks = vec![
        format!(
            "*** Tool Call: {}\n:PROPERTIES:\n:TOOL_CALL_ID: {}\n:STATUS: {}\n:END:",
            one_line(&call.tool),
            call.id,
            call.status()
        ),
        format!("#+BEGIN_SRC json\n{}\n#+END_SRC", guarded(&pretty(&call.params), ",")),
    ];
    let outcome = match call.status() {
        "success" => "Success",
        "error" => "Error",
        "rejected" => "Rejected",
        _ => return blocks,
    };
    blocks.extend(with_body(format!("*** Result: {outcome}"), &result(call.content())));
    blocks
}

/// A heading and the text below it, if there is any.
fn with_body(heading: String, text: &str) -> Vec<String> {
    let text = text.trim_matches('\n');
    if text.trim().is_empty() { vec![heading] } else { vec![heading, guarded(text, " ")] }
}

/// The text with a mark before every line that Org would take for a heading or a keyword.
fn guarded(text: &str, mark: &str) -> String {
    let line = |line: &str| {
        let guard = if line.starts_with('*') || line.starts_with("#+") { mark } else { "" };
        format!("{guard}{line}")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn files(transcript: &Transcript) -> String {
    let row = |file: &changes::ChangedFile<'_>| {
        let operation = match file.fate {
            Fate::Created => "create",
            Fate::Modified => "modify",
            Fate::Deleted => "delete",
        };
        let path = cell(file.path);
        format!("| [[file:{path}][{path}]] | {operation} | {} |", date_and_time(file.at))
    };
    let rows: Vec<_> = changes::files(&transcript.changes).iter().map(row).collect();
    table("| File | Operation | Timestamp |\n|------+-----------+-----------|", &rows)
}

fn calls(transcript: &Transcript) -> String {
    let row = |call: &Call| format!("| {} | {} | {} |", cell(&call.tool), call.status(), time(call.at));
    let rows: Vec<_> = transcript.calls.iter().map(row).collect();
    table("| Tool | Status | Timestamp |\n|------+--------+-----------|", &rows)
}

fn table(head: &str, rows: &[String]) -> String {
    if rows.is_empty() { "None".to_owned() } else { format!("{head}\n{}", rows.join("\n")) }
}

fn metadata(transcript: &Transcript) -> String {
    format!(
        "- Messages: {}\n- Tool Calls: {}\n- Files Modified: {}\n- Total Tokens: {}\n- Duration: {}",
        count(transcript.messages.len()),
        count(transcript.calls.len()),
        count(changes::files(&transcript.changes).len()),
        thousands(transcript.total_tokens()),
        duration(transcript.started_at, transcript.last_at),
    )
}

fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\vert{}")
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_body_is_taken_for_structure() {
        let text = "* a\n  * b\n#+END_SRC\n# c\n**bold**";
        assert_eq!(guarded(text, " "), " * a\n  * b\n #+END_SRC\n# c\n **bold**");
        assert_eq!(guarded(text, ","), ",* a\n  * b\n,#+END_SRC\n# c\n,**bold**");
        assert_eq!(cell("a|b\nc"), "a\\vert{}b c");
    }
}
