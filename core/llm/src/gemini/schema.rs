//! JSON Schema as Gemini takes it: a part of the language. What it does not know is left out, because it would refuse
//! the whole request; what says the same in words it knows is said in those.

use atelier_protocol::Json;
use serde_json::{Map, json};

/// The keywords that are taken as they are.
const PLAIN: [&str; 14] = [
    "type",
    "format",
    "title",
    "description",
    "enum",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "required",
    "$ref",
    "$id",
    "$anchor",
    "propertyOrdering",
];

/// The schema of a tool's arguments; none for a tool without any.
pub(super) fn of_arguments(schema: &Json) -> Option<Json> {
    let named = |keyword: &str| schema[keyword].as_object().is_some_and(|fields| !fields.is_empty());
    let empty =
        !named("properties") && !["$ref", "anyOf", "oneOf", "allOf"].iter().any(|key| schema.get(key).is_some());
    (!empty).then(|| adapt(schema))
}

fn adapt(schema: &Json) -> Json {
    let Some(keywords) = schema.as_object() else {
        return schema.clone();
    };
    let mut adapted = Map::new();
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            (plain, _) if PLAIN.contains(&plain) => {
                adapted.insert(keyword.clone(), value.clone());
            }
            ("properties" | "$defs" | "definitions", Json::Object(named)) => {
                let named = named.iter().map(|(name, schema)| (name.clone(), adapt(schema))).collect();
                adapted.insert(keyword.clone(), Json::Object(named));
            }
            ("items" | "additionalProperties", inner) => {
                adapted.insert(keyword.clone(), adapt(inner));
            }
            ("prefixItems", Json::Array(inner)) => {
                adapted.insert(keyword.clone(), inner.iter().map(adapt).collect());
            }
            ("anyOf" | "oneOf", Json::Array(inner)) => {
                adapted.insert("anyOf".to_owned(), inner.iter().map(adapt).collect());
            }
            ("const", value) => {
                adapted.insert("enum".to_owned(), json!([value]));
            }
            _ => {}
        }
    }
    // `allOf` is how generators write one schema with a description of its own.
    for inner in keywords.get("allOf").and_then(Json::as_array).into_iter().flatten() {
        if let Json::Object(inner) = adapt(inner) {
            inner.into_iter().for_each(|(keyword, value)| {
                adapted.entry(keyword).or_insert(value);
            });
        }
    }
    Json::Object(adapted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_stays_and_the_rest_is_said_otherwise_or_left_out() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
            "properties": {
                "const": {"type": "string", "const": "a", "default": "a"},
                "size": {"type": ["integer", "null"], "exclusiveMinimum": 0, "minimum": 1},
                "list": {"type": "array", "items": {"oneOf": [{"type": "string", "pattern": "x"}, {"$ref": "#/$defs/d"}]}},
                "whole": {"description": "mine", "allOf": [{"type": "object", "description": "its", "examples": []}]},
                "any": true,
            },
            "required": ["const"], "$defs": {"d": {"type": "number", "multipleOf": 2}},
        });
        let expected = json!({
            "type": "object", "additionalProperties": false,
            "properties": {
                "const": {"type": "string", "enum": ["a"]},
                "size": {"type": ["integer", "null"], "minimum": 1},
                "list": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/d"}]}},
                "whole": {"description": "mine", "type": "object"},
                "any": true,
            },
            "required": ["const"], "$defs": {"d": {"type": "number"}},
        });
        assert_eq!(of_arguments(&schema), Some(expected.clone()));
        assert_eq!(of_arguments(&expected), Some(expected), "what is fit is left alone");
    }

    #[test]
    fn a_tool_without_arguments_has_no_schema() {
        for schema in [json!({}), json!({"type": "object"}), json!({"type": "object", "properties": {}}), Json::Null] {
            assert_eq!(of_arguments(&schema), None, "{schema}");
        }
    }
}
