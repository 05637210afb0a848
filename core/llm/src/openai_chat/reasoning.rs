//! Thinking, which this format has no field for: each server made up its own, and some want it back.

use atelier_protocol::Json;
use serde::{Deserialize, Serialize};

/// What goes back with a thinking block. Its types are none of OpenAI's other format, whose thinking comes under the same
/// name of the provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub(super) enum VendorData {
    /// The text came in `reasoning_content`, and goes back there.
    #[serde(rename = "reasoning_content_field")]
    ContentField,
    /// The text came in `reasoning`.
    #[serde(rename = "reasoning_field")]
    PlainField,
    /// `OpenRouter`'s: blocks with signatures or encrypted data, to be sent back as they came.
    #[serde(rename = "reasoning_details")]
    Details { reasoning_details: Vec<Json> },
}

impl VendorData {
    pub(super) fn to_json(&self) -> Option<Json> {
        serde_json::to_value(self).ok()
    }
}

/// Adds pieces of details to those that have come, joining the pieces of one text.
pub(super) fn add_details(details: &mut Vec<Json>, pieces: Vec<Json>) {
    for piece in pieces {
        match details.last_mut() {
            Some(last) if continues(last, &piece) => append(last, piece),
            _ => details.push(piece),
        }
    }
}

/// The text in details, for servers that repeat it nowhere else.
pub(super) fn text_in(details: &[Json]) -> String {
    let text = |detail: &Json| {
        let text = detail.get("text").or_else(|| detail.get("summary"));
        text.and_then(Json::as_str).map(str::to_owned)
    };
    details.iter().filter_map(text).collect()
}

fn continues(last: &Json, piece: &Json) -> bool {
    let joinable = matches!(kind(piece), Some("reasoning.text" | "reasoning.summary"));
    joinable && kind(last) == kind(piece) && last.get("index") == piece.get("index")
}

fn kind(detail: &Json) -> Option<&str> {
    detail.get("type").and_then(Json::as_str)
}

fn append(last: &mut Json, piece: Json) {
    let (Json::Object(last), Json::Object(piece)) = (last, piece) else { return };
    for (name, value) in piece {
        match (last.get_mut(&name), value) {
            (_, Json::Null) => {}
            (Some(Json::String(text)), Json::String(more)) if matches!(name.as_str(), "text" | "summary") => {
                text.push_str(&more);
            }
            (_, value) => {
                last.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pieces_of_one_text_are_joined_and_keep_the_signature_and_blocks_stay_apart() {
        let mut details = Vec::new();
        let text = |text: &str, index: u32| json!({"type": "reasoning.text", "text": text, "index": index});
        let secret = json!({"type": "reasoning.encrypted", "data": "x", "index": 0});
        add_details(&mut details, vec![text("Hm", 0)]);
        add_details(&mut details, vec![text("m", 0)]);
        add_details(&mut details, vec![json!({"type": "reasoning.text", "text": null, "signature": "s", "index": 0})]);
        add_details(&mut details, vec![text("Next", 1), secret.clone(), secret.clone()]);
        let first = json!({"type": "reasoning.text", "text": "Hmm", "index": 0, "signature": "s"});
        assert_eq!(details, [first, text("Next", 1), secret.clone(), secret]);
        assert_eq!(text_in(&details), "HmmNext");
    }
}
