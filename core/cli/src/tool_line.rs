//! A tool call in a line, and what came of it.

use atelier_protocol::{ElicitationAnswer, Json, ToolOutcome};

/// The longest text of an argument that is shown, in characters.
const MAX_SHOWN: usize = 80;

/// The arguments that say best what a call is about, the first that is there counts.
const TELLING: [&str; 7] = ["path", "source", "command", "pattern", "url", "name", "description"];

/// What is called: the tool and what it is about.
pub(crate) fn call(tool: &str, params: &Json) -> String {
    let about = TELLING.iter().find_map(|name| params.get(name)?.as_str());
    match about.map(|about| about.split_whitespace().collect::<Vec<_>>().join(" ")) {
        Some(about) if about.chars().count() > MAX_SHOWN => {
            format!("{tool} {}…", about.chars().take(MAX_SHOWN).collect::<String>())
        }
        Some(about) if !about.is_empty() => format!("{tool} {about}"),
        _ => tool.to_owned(),
    }
}

/// What went otherwise than the model wanted, if anything did.
pub(crate) fn trouble(outcome: &ToolOutcome) -> Option<String> {
    match outcome {
        ToolOutcome::Success { .. } => None,
        ToolOutcome::Error { error } => Some(format!("failed: {}", first_line(&error.message))),
        ToolOutcome::Rejected { reason, .. } => Some(format!("not run: {}", first_line(reason))),
    }
}

/// Why a tool's question to the user was not answered, where it was not the user who said so.
pub(crate) fn unanswered(answer: &ElicitationAnswer) -> Option<&str> {
    match answer {
        ElicitationAnswer::Accept { .. } => None,
        ElicitationAnswer::Decline { reason } | ElicitationAnswer::Cancel { reason } => reason.as_deref(),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use atelier_protocol::ToolError;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_told_by_what_it_is_about_on_one_line() {
        assert_eq!(call("read_file", &json!({"path": "src/lib.rs", "limit": 3})), "read_file src/lib.rs");
        assert_eq!(call("shell_exec", &json!({"command": "a\n  b"})), "shell_exec a b");
        assert_eq!(call("todo", &json!({"items": []})), "todo");
        assert_eq!(call("odd", &json!("no object")), "odd");
        let long = call("shell_exec", &json!({"command": "é".repeat(500)}));
        assert_eq!(long.chars().count(), "shell_exec ".len() + MAX_SHOWN + 1);
    }

    #[test]
    fn only_trouble_is_told() {
        let error = ToolError { code: "NOT_FOUND".into(), message: "No such file.\nLook.".into(), recoverable: false };
        assert_eq!(trouble(&ToolOutcome::Error { error }).as_deref(), Some("failed: No such file."));
        assert_eq!(trouble(&ToolOutcome::timed_out()).as_deref(), Some("not run: Approval timed out"));
        assert_eq!(trouble(&ToolOutcome::Success { result: atelier_protocol::ToolAnswer::default() }), None);
    }
}
