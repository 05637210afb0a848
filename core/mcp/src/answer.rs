//! What a tool, a resource or a prompt of a server answers, as text for a model.

use atelier_protocol::Json;
use atelier_tools::Content;

/// What a tool of a server answered.
pub(crate) struct Answer {
    pub(crate) content: Content,
    /// The tool says that it failed.
    pub(crate) failed: bool,
}

/// Reads the answer to `tools/call`: a list of blocks, or just text. The error says what makes no sense.
pub(crate) fn of_tool(result: Json) -> Result<Answer, &'static str> {
    let Json::Object(mut result) = result else { return Err("an answer that is no object") };
    let failed = result.get("isError") == Some(&Json::Bool(true));
    let structured = result.remove("structuredContent").filter(|value| !value.is_null());
    let text = match result.remove("content") {
        Some(Json::String(text)) => text,
        Some(Json::Array(blocks)) => joined(&blocks),
        None if structured.is_some() => String::new(),
        _ => return Err("an answer without content"),
    };
    let content = match structured {
        // Servers repeat it as JSON text, for clients that don't know it. Ours may be shorter.
        Some(value) if text.is_empty() || serde_json::from_str(&text).is_ok_and(|same: Json| same == value) => {
            Content::Structured(value)
        }
        _ => Content::Text(if text.is_empty() { "[no output]".to_owned() } else { text }),
    };
    Ok(Answer { content, failed })
}

/// The text of a resource.
pub(crate) fn of_resource(result: &Json) -> Result<String, &'static str> {
    let contents = result["contents"].as_array().ok_or("a resource without contents")?;
    Ok(contents.iter().map(resource).collect::<Vec<_>>().join("\n"))
}

/// The text of blocks, each on lines of its own.
pub(crate) fn joined(blocks: &[Json]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// The text of a block. Pictures and sounds are only named: a model that reads text has no use for them.
pub(crate) fn block(block: &Json) -> String {
    let text = |name: &str| block[name].as_str().unwrap_or_default();
    match text("type") {
        "text" => text("text").to_owned(),
        kind @ ("image" | "audio") => format!("[{kind}: {}, {} left out]", text("mimeType"), size(text("data"))),
        "resource" => resource(&block["resource"]),
        "resource_link" => {
            let described = block["description"].as_str().map(|text| format!(", {text}")).unwrap_or_default();
            format!("[resource {}: {}{described}]", text("uri"), text("name"))
        }
        other => format!("[{} left out]", if other.is_empty() { "something without a type" } else { other }),
    }
}

fn resource(contents: &Json) -> String {
    let uri = contents["uri"].as_str().unwrap_or_default();
    match (contents["text"].as_str(), contents["blob"].as_str()) {
        (Some(text), _) => format!("[resource {uri}]\n{text}"),
        (None, Some(blob)) => {
            let kind = contents["mimeType"].as_str().unwrap_or("binary");
            format!("[resource {uri}: {kind}, {} left out]", size(blob))
        }
        (None, None) => format!("[resource {uri}: empty]"),
    }
}

/// How much a text in base64 stands for.
fn size(base64: &str) -> String {
    format!("{} bytes", base64.trim_end_matches('=').len() * 3 / 4)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(result: Json) -> String {
        match of_tool(result).unwrap().content {
            Content::Text(text) => text,
            Content::Structured(value) => format!("structured {value}"),
        }
    }

    #[test]
    fn blocks_and_plain_text_are_both_answers() {
        assert_eq!(text(json!({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]})), "a\nb");
        assert_eq!(text(json!({"content": "plain"})), "plain");
        assert_eq!(text(json!({"content": []})), "[no output]");
        assert!(of_tool(json!({"content": "no", "isError": true})).unwrap().failed);
        assert!(!of_tool(json!({"content": "yes", "isError": false})).unwrap().failed);
        assert!(of_tool(json!({"content": 5})).is_err() && of_tool(json!([])).is_err() && of_tool(json!({})).is_err());
    }

    #[test]
    fn what_is_no_text_is_named_and_not_shown() {
        let blocks = json!({"content": [
            {"type": "image", "mimeType": "image/png", "data": "AAAA"},
            {"type": "audio", "mimeType": "audio/wav", "data": "AAA="},
            {"type": "resource", "resource": {"uri": "file:///a", "text": "inside"}},
            {"type": "resource", "resource": {"uri": "file:///b", "blob": "AAAA", "mimeType": "x/y"}},
            {"type": "resource_link", "uri": "file:///c", "name": "c", "description": "the third"},
            {"type": "hologram"}, {},
        ]});
        assert_eq!(
            text(blocks),
            "[image: image/png, 3 bytes left out]\n[audio: audio/wav, 2 bytes left out]\n[resource file:///a]\ninside\n\
             [resource file:///b: x/y, 3 bytes left out]\n[resource file:///c: c, the third]\n[hologram left out]\n\
             [something without a type left out]"
        );
    }

    #[test]
    fn a_structured_answer_is_taken_in_place_of_its_copy_in_text() {
        let value = json!({"temperature": 22.5});
        let copy = json!({"content": [{"type": "text", "text": value.to_string()}], "structuredContent": value});
        assert_eq!(text(copy), "structured {\"temperature\":22.5}");
        assert_eq!(text(json!({"structuredContent": {"a": 1}})), "structured {\"a\":1}");
        let other = json!({"content": [{"type": "text", "text": "22.5 degrees"}], "structuredContent": {"a": 1}});
        assert_eq!(text(other), "22.5 degrees");
    }
}
