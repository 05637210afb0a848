//! The transcript as JSON: the whole of it, from which the others could be made.

use atelier_protocol::{Json, Role};
use serde_json::{Map, json};

use crate::{
    changes,
    render::{pretty, rfc3339},
    transcript::{Call, FileChange, Message, Transcript},
};

/// The lists whose entries may hold more than is known here, and by what an entry is known again.
const LISTS: [(&str, &[&str]); 3] = [
    ("messages", &["role", "timestamp"]),
    ("tool_calls", &["tool_call_id"]),
    ("file_changes", &["path", "operation", "timestamp"]),
];

/// The document.
pub(crate) fn document(transcript: &Transcript) -> Json {
    json!({
        "session_id": transcript.session,
        "project_path": transcript.project_path,
        "project_name": transcript.project_name(),
        "started_at": rfc3339(transcript.started_at),
        "ended_at": transcript.ended_at().map(rfc3339),
        "model": transcript.model,
        "message_count": transcript.messages.len(),
        "messages": transcript.messages.iter().map(message).collect::<Vec<_>>(),
        "tool_calls": transcript.calls.iter().map(|call| call_entry(transcript, call)).collect::<Vec<_>>(),
        "file_changes": transcript.changes.iter().map(change).collect::<Vec<_>>(),
        "metadata": {
            "total_tokens": transcript.total_tokens(),
            "total_tool_calls": transcript.calls.len(),
            "files_modified": changes::files(&transcript.changes).len(),
        },
    })
}

/// As it stands in the file.
pub(crate) fn text(document: &Json) -> String {
    pretty(document) + "\n"
}

fn message(message: &Message) -> Json {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    json!({ "role": role, "content": message.text, "timestamp": rfc3339(message.at) })
}

fn call_entry(transcript: &Transcript, call: &Call) -> Json {
    let result = call.outcome.as_ref().map(|_| json!({ "status": call.status(), "content": call.content() }));
    json!({
        "tool_call_id": call.id,
        "tool": call.tool,
        "params": call.params,
        "result": result,
        "timestamp": rfc3339(call.at),
        "message_index": transcript.place(call),
    })
}

fn change(change: &FileChange) -> Json {
    let mut entry = Map::new();
    entry.insert("path".into(), json!(change.path));
    entry.insert("operation".into(), json!(change.operation));
    if change.created {
        entry.insert("created".into(), json!(true));
    }
    entry.insert("timestamp".into(), json!(rfc3339(change.at)));
    Json::Object(entry)
}

/// Takes over from an earlier file what this version does not know, so that saving again loses nothing.
pub(crate) fn keep_unknown(document: &mut Json, earlier: &Json) {
    add_missing(document, earlier);
    if let (Some(metadata), Some(before)) = (document.get_mut("metadata"), earlier.get("metadata")) {
        add_missing(metadata, before);
    }
    for (list, identity) in LISTS {
        let (Some(Json::Array(entries)), Some(Json::Array(before))) = (document.get_mut(list), earlier.get(list))
        else {
            continue;
        };
        let same = |one: &Json, other: &Json| identity.iter().all(|key| one.get(key) == other.get(key));
        for (entry, before) in entries.iter_mut().zip(before) {
            if same(entry, before) {
                add_missing(entry, before);
            }
        }
    }
}

fn add_missing(ours: &mut Json, theirs: &Json) {
    if let (Json::Object(ours), Json::Object(theirs)) = (ours, theirs) {
        for (key, value) in theirs {
            if !ours.contains_key(key) {
                ours.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_survives_and_what_is_known_is_new() {
        let mut document = json!({
            "model": "new", "metadata": {"total_tokens": 2},
            "messages": [{"role": "user", "timestamp": "t", "content": "new"}, {"role": "assistant", "timestamp": "u"}],
        });
        let earlier = json!({
            "model": "old", "starred": true, "metadata": {"total_tokens": 1, "cost": 3},
            "messages": [{"role": "user", "timestamp": "t", "content": "old", "rating": 5}, {"role": "user", "x": 1}],
        });
        keep_unknown(&mut document, &earlier);
        let expected = json!({
            "model": "new", "metadata": {"total_tokens": 2, "cost": 3},
            "messages": [
                {"role": "user", "timestamp": "t", "content": "new", "rating": 5},
                {"role": "assistant", "timestamp": "u"},
            ],
            "starred": true,
        });
        assert_eq!(document, expected);
    }
}
