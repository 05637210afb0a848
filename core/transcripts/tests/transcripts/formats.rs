//! The three formats.

use atelier_protocol::{ContentKind, EventBody, Json, MessageId, Role, ToolError, ToolOutcome};
use atelier_transcripts::TranscriptFormat;
use proptest::prelude::*;
use serde_json::json;

use crate::logs::{Log, success};

#[test]
fn the_contract_s_example_is_written_as_the_contract_has_it() {
    let transcript = Log::example().transcript();
    let goldens = [
        (TranscriptFormat::Json, include_str!("golden/example.json")),
        (TranscriptFormat::Markdown, include_str!("golden/example.md")),
        (TranscriptFormat::Org, include_str!("golden/example.org")),
    ];
    for (format, golden) in goldens {
        assert_eq!(transcript.to_text(format), golden, "{format:?}");
    }
}

#[test]
fn a_running_session_has_no_end_and_what_is_not_settled_is_pending() {
    let mut log = Log::new();
    log.turn("m");
    log.calls(1, "read_file", json!({}));
    log.says(1, Role::User, "Go\n");
    log.calls(2, "read_file", json!({"path": "a"}));
    let transcript = log.transcript();
    let document: Json = serde_json::from_str(&transcript.to_text(TranscriptFormat::Json)).unwrap();
    assert_eq!((&document["ended_at"], &document["tool_calls"][1]["result"]), (&Json::Null, &Json::Null));
    assert_eq!(document["tool_calls"][0]["message_index"], Json::Null);
    assert_eq!(document["project_name"], "root");
    let markdown = transcript.to_text(TranscriptFormat::Markdown);
    assert!(markdown.contains("## Conversation\n\n#### Tool Call: read_file\n"), "{markdown}");
    assert!(markdown.contains("### User [09:00:00]\n\nGo\n\n#### Tool Call: read_file\n"), "{markdown}");
    assert!(markdown.contains("**Result:** Pending\n\n---\n"), "{markdown}");
    assert!(markdown.contains("## Files Changed\n\nNone\n\n## Summary\n"), "{markdown}");
    let org = transcript.to_text(TranscriptFormat::Org);
    assert!(org.contains(":STATUS: pending\n:END:\n") && !org.contains("*** Result"), "{org}");
    assert!(org.contains("* Files Changed\n\nNone\n\n* Tool Calls\n\n| Tool |"), "{org}");
}

#[test]
fn errors_and_rejections_are_told_and_long_results_cut_but_not_in_json() {
    let mut log = Log::new();
    log.says(1, Role::User, "Go");
    let error = ToolError { code: "X".into(), message: "e".repeat(2500), recoverable: false };
    for (number, outcome) in
        (1..).zip([success(&"s".repeat(2001)), ToolOutcome::Error { error }, ToolOutcome::refused(Some("why".into()))])
    {
        log.calls(number, "shell_exec", json!({}));
        log.answers(number, outcome);
    }
    let transcript = log.transcript();
    let markdown = transcript.to_text(TranscriptFormat::Markdown);
    assert!(markdown.contains(&format!("**Result:** Error: {}... [truncated]\n", "e".repeat(2000))), "{markdown}");
    assert!(markdown.contains("**Result:** Rejected: User rejected the operation\n"), "{markdown}");
    let org = transcript.to_text(TranscriptFormat::Org);
    assert!(org.contains(&format!("*** Result: Success\n\n{}... [truncated]\n", "s".repeat(2000))), "{org}");
    assert!(org.contains("*** Result: Rejected\n\nUser rejected the operation\n"), "{org}");
    let document: Json = serde_json::from_str(&transcript.to_text(TranscriptFormat::Json)).unwrap();
    assert_eq!(document["tool_calls"][0]["result"]["content"].as_str().unwrap().len(), 2001);
    assert_eq!(document["tool_calls"][1]["result"]["status"], "error");
}

#[test]
fn what_was_rewound_and_what_was_only_thought_is_not_told() {
    let mut log = Log::new();
    log.says(1, Role::User, "keep");
    log.writes(2, Role::Assistant, ContentKind::Thinking, "hmm");
    log.says(3, Role::User, "drop");
    log.calls(1, "read_file", json!({}));
    log.push(EventBody::ConversationRewound { to: MessageId(3) });
    log.says(4, Role::User, "again");
    let document: Json = serde_json::from_str(&log.transcript().to_text(TranscriptFormat::Json)).unwrap();
    let said: Vec<_> = document["messages"].as_array().unwrap().iter().map(|message| &message["content"]).collect();
    assert_eq!(said, ["keep", "again"]);
    assert_eq!((document["message_count"].as_u64(), &document["tool_calls"]), (Some(2), &json!([])));
}

/// The headings of an Org document, and how many code blocks it has.
fn org_structure(text: &str) -> (Vec<String>, usize) {
    let mut inside = false;
    let mut blocks = 0;
    let mut headings = Vec::new();
    for line in text.lines() {
        match line {
            "#+BEGIN_SRC json" if !inside => (inside, blocks) = (true, blocks + 1),
            "#+END_SRC" => inside = false,
            line if !inside && line.starts_with('*') && line.trim_start_matches('*').starts_with(' ') => {
                headings.push(line.to_owned());
            }
            _ => {}
        }
    }
    (headings, blocks)
}

/// The JSON blocks below `**Parameters:**`, as a Markdown reader finds them: a fence closes at one as long or longer.
fn markdown_parameters(text: &str) -> Vec<Json> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line != "**Parameters:**" {
            continue;
        }
        let fence = lines.next().unwrap().strip_suffix("json").unwrap();
        let closes = |line: &&str| line.len() >= fence.len() && line.bytes().all(|byte| byte == b'`');
        let block: Vec<_> = lines.by_ref().take_while(|line| !closes(line)).collect();
        found.push(serde_json::from_str(&block.join("\n")).unwrap());
    }
    found
}

proptest! {
    #[test]
    fn whatever_is_said_the_structure_stands(
        texts in proptest::collection::vec("([*#+` \n|]|[a-z]|#\\+END_SRC|```|:END:){0,40}", 1..5),
        value in "([`*#\n]|[a-z]|```){0,30}",
    ) {
        let mut log = Log::new();
        log.turn("m");
        for (number, text) in (1..).zip(&texts) {
            log.says(number, Role::User, text);
            log.calls(number, "shell_exec", json!({"command": value}));
            log.answers(number, success(text));
        }
        log.ends();
        let transcript = log.transcript();
        let document: Json = serde_json::from_str(&transcript.to_text(TranscriptFormat::Json)).unwrap();
        for (message, text) in document["messages"].as_array().unwrap().iter().zip(&texts) {
            prop_assert_eq!(message["content"].as_str(), Some(text.as_str()));
        }
        let (headings, blocks) = org_structure(&transcript.to_text(TranscriptFormat::Org));
        prop_assert_eq!((headings.len(), blocks), (4 + 3 * texts.len(), texts.len()));

        let markdown = transcript.to_text(TranscriptFormat::Markdown);
        prop_assert!(markdown.ends_with('\n') && !markdown.ends_with("\n\n"));
        // A message may itself claim to have parameters, but not with this alphabet.
        let parameters = markdown_parameters(&markdown);
        prop_assert_eq!(parameters, vec![json!({"command": value}); texts.len()]);
    }
}
