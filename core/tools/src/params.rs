//! The parameters of a tool, written down once: JSON Schema for the model, check of a call, short form for help.

use std::fmt::Write as _;

use atelier_protocol::Json;
use serde::de::DeserializeOwned;
use serde_json::{Map, json};

use crate::{FailureCode, ToolFailure, files::arguments};

/// One parameter.
#[derive(Debug)]
pub struct Param {
    name: &'static str,
    kind: Kind,
    required: bool,
    description: &'static str,
}

/// What a parameter takes.
#[derive(Debug)]
pub enum Kind {
    /// A string.
    Text,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A whole number between these, both included.
    Whole(u64, u64),
    /// True or false.
    Flag,
    /// Strings.
    Texts,
    /// Objects, each with these members.
    List(&'static [Param]),
}

/// A parameter that must be given.
pub const fn required(name: &'static str, kind: Kind, description: &'static str) -> Param {
    Param { name, kind, required: true, description }
}

/// A parameter that may be left out.
pub const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Param {
    Param { name, kind, required: false, description }
}

/// JSON Schema of an object with these members.
pub(crate) fn schema(params: &[Param]) -> Json {
    let mut properties = Map::new();
    for param in params {
        let mut property = match &param.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Choice(of) => json!({"type": "string", "enum": of}),
            Kind::Whole(min, max) => json!({"type": "integer", "minimum": min, "maximum": max}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Kind::List(members) => json!({"type": "array", "items": schema(members)}),
        };
        property["description"] = param.description.into();
        properties.insert(param.name.to_owned(), property);
    }
    let required: Vec<_> = params.iter().filter(|param| param.required).map(|param| param.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// The short form: `path:string! limit:int`.
pub(crate) fn short(params: &[Param]) -> String {
    let mut text = String::new();
    for param in params {
        let kind = match param.kind {
            Kind::Text | Kind::Choice(_) => "string",
            Kind::Whole(..) => "int",
            Kind::Flag => "bool",
            Kind::Texts => "string[]",
            Kind::List(_) => "object[]",
        };
        let (space, mark) = (if text.is_empty() { "" } else { " " }, if param.required { "!" } else { "" });
        // Writing to a string does not fail.
        let _ = write!(text, "{space}{}:{kind}{mark}", param.name);
    }
    text
}

/// Checks the arguments of a call. What is null counts as left out and is removed.
pub(crate) fn check(tool: &str, params: &[Param], arguments: Json) -> Result<Json, ToolFailure> {
    let wrong = |what: String| {
        let message =
            format!("{what} `{tool}` takes: {}.", if params.is_empty() { "nothing".into() } else { short(params) });
        ToolFailure::new(FailureCode::InvalidToolCall, message)
    };
    let Json::Object(mut members) = arguments else {
        return Err(wrong("The arguments must be a JSON object.".to_owned()));
    };
    members.retain(|_, value| !value.is_null());
    check_members("", params, &members).map_err(wrong)?;
    Ok(Json::Object(members))
}

/// Checks the arguments of a call and takes them in the tool's own type.
pub fn check_arguments<T: DeserializeOwned>(tool: &str, params: &[Param], given: Json) -> Result<T, ToolFailure> {
    arguments(check(tool, params, given)?)
}

fn check_members(prefix: &str, params: &[Param], members: &Map<String, Json>) -> Result<(), String> {
    for name in members.keys() {
        if !params.iter().any(|param| param.name == name) {
            return Err(format!("There is no parameter `{prefix}{}`.", bounded(name)));
        }
    }
    for param in params {
        let name = format!("{prefix}{}", param.name);
        match members.get(param.name) {
            Some(value) => check_value(&name, &param.kind, value)?,
            None if param.required => return Err(format!("`{name}` is missing.")),
            None => {}
        }
    }
    Ok(())
}

fn check_value(name: &str, kind: &Kind, value: &Json) -> Result<(), String> {
    let wanted = match (kind, value) {
        (Kind::Text, Json::String(_)) | (Kind::Flag, Json::Bool(_)) => return Ok(()),
        (Kind::Choice(of), Json::String(text)) if of.contains(&text.as_str()) => return Ok(()),
        (Kind::Whole(min, max), number) if number.as_u64().is_some_and(|given| (*min..=*max).contains(&given)) => {
            return Ok(());
        }
        (Kind::List(members), Json::Array(items)) => {
            for (item, index) in items.iter().zip(0..) {
                let Json::Object(item) = item else { return Err(format!("`{name}[{index}]` must be an object.")) };
                check_members(&format!("{name}[{index}]."), members, item)?;
            }
            return Ok(());
        }
        (Kind::Texts, Json::Array(items)) if items.iter().all(Json::is_string) => return Ok(()),
        (Kind::Text, _) => "a string".to_owned(),
        (Kind::Texts, _) => "a list of strings".to_owned(),
        (Kind::Flag, _) => "true or false".to_owned(),
        (Kind::Choice(of), _) => format!("one of {}", of.join(", ")),
        (Kind::Whole(min, max), _) => format!("a whole number from {min} to {max}"),
        (Kind::List(_), _) => "a list of objects".to_owned(),
    };
    Err(format!("`{name}` must be {wanted}."))
}

/// A name that a model made up, short enough for a message.
pub(crate) fn bounded(name: &str) -> String {
    name.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ITEM: &[Param] = &[required("old", Kind::Text, "x"), optional("all", Kind::Flag, "x")];
    const PARAMS: &[Param] = &[
        required("path", Kind::Text, "The file"),
        optional("limit", Kind::Whole(1, 9), "How many"),
        optional("status", Kind::Choice(&["on", "off"]), "x"),
        optional("edits", Kind::List(ITEM), "x"),
    ];

    #[test]
    fn a_message_names_what_is_wrong_and_what_is_taken() {
        let message = |arguments| check("tool", PARAMS, arguments).unwrap_err().message;
        assert_eq!(
            message(json!({})),
            "`path` is missing. `tool` takes: path:string! limit:int status:string edits:object[]."
        );
        assert!(message(json!([])).starts_with("The arguments must be a JSON object."));
        assert!(message(json!({"path": 1})).starts_with("`path` must be a string."));
        assert!(message(json!({"path": "a", "file": "b"})).starts_with("There is no parameter `file`."));
        assert!(message(json!({"path": "a", "limit": 10})).starts_with("`limit` must be a whole number from 1 to 9."));
        assert!(message(json!({"path": "a", "limit": 1.5})).starts_with("`limit` must be"));
        assert!(message(json!({"path": "a", "status": "x"})).starts_with("`status` must be one of on, off."));
        let nested = json!({"path": "a", "edits": [{"old": "x"}, {"all": true}]});
        assert!(message(nested).starts_with("`edits[1].old` is missing."));
    }

    #[test]
    fn what_fits_is_taken_and_null_counts_as_left_out() {
        let arguments = json!({"path": "a", "limit": null, "edits": [{"old": "x", "all": true}]});
        assert_eq!(
            check("tool", PARAMS, arguments).unwrap(),
            json!({"path": "a", "edits": [{"old": "x", "all": true}]})
        );
    }

    proptest! {
        #[test]
        fn whatever_a_model_sends_is_an_answer_and_no_panic(text in "\\PC{0,40}", name in "[a-z]{0,6}") {
            let parsed: Json = serde_json::from_str(&text).unwrap_or(Json::String(text));
            let message = check("tool", PARAMS, json!({name: parsed})).unwrap_err().message;
            prop_assert!(message.len() < 400);
        }
    }
}
