//! Structured results as text for a model: TOON where it is not longer, else compact JSON.

use atelier_protocol::Json;

use crate::{FailureCode, ToolFailure};

/// The value with one line in front that names the form.
pub(crate) fn encode(value: &Json) -> Result<String, ToolFailure> {
    let json = serde_json::to_string(value).map_err(|error| {
        ToolFailure::new(FailureCode::Internal, format!("The result can't be written down ({error}); try another way."))
    })?;
    match toon_format::encode_default(value) {
        Ok(toon) if toon.len() <= json.len() => Ok(format!("format: toon\n{toon}")),
        Ok(_) => Ok(format!("format: json\n{json}")),
        Err(error) => {
            // The metric of the contract.
            tracing::warn!(toon_fallback_total = 1, reason = "error", %error, "a result is sent as JSON");
            Ok(format!("format: json\n{json}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_become_toon_and_what_would_grow_stays_json() {
        let rows = json!({"entries": [{"name": "a", "size": 1}, {"name": "b, c", "size": 2}]});
        assert_eq!(encode(&rows).unwrap(), "format: toon\nentries[2]{name,size}:\n  a,1\n  \"b, c\",2");
        let nested = json!({"a": {"b": {"c": {"d": {"e": {"f": {"g": {}}}}}}}});
        assert!(encode(&nested).unwrap().starts_with("format: json\n{\"a\""));
    }

    #[test]
    fn two_hundred_entries_take_at_most_three_fifths_of_the_json() {
        let entries: Vec<_> = (0..200)
            .map(|i| json!({"name": format!("module_{i}.rs"), "type": "file", "size": 1000 + i * 37}))
            .collect();
        let value = json!({"path": "src", "entries": entries});
        let json = serde_json::to_string(&value).unwrap().len();
        assert!(encode(&value).unwrap().len() * 10 <= json * 6);
    }

    #[test]
    fn too_deep_for_toon_falls_back_to_json() {
        let deep = (0..300).fold(json!(1), |inner, _| json!([inner]));
        assert!(encode(&deep).unwrap().starts_with("format: json\n[[["));
    }
}
