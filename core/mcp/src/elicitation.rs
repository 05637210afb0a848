//! Questions of a server to the user, in the course of a call: what it asks for becomes a form that can be shown.

use atelier_protocol::{FieldKind, FormField, FormOption, Json, TextFormat, Wanted};
use atelier_tools::Ask;
use rmcp::model::ElicitRequestParams;

/// The longest question, and the largest form, in bytes. What is longer is declined.
const MAX_MESSAGE: usize = 16 << 10;
const MAX_SCHEMA: usize = 64 << 10;

/// The question; none where it is none that we can ask.
pub(crate) fn ask(server: &str, request: &ElicitRequestParams) -> Option<Ask> {
    let (message, wanted) = match request {
        ElicitRequestParams::FormElicitationParams { message, requested_schema, .. } => {
            let schema = serde_json::to_value(requested_schema).ok()?;
            let fits = schema.to_string().len() <= MAX_SCHEMA;
            (message, Wanted::Form { fields: fields(&schema).filter(|_| fits)? })
        }
        ElicitRequestParams::UrlElicitationParams { message, url, .. } => {
            let usual = url.starts_with("https://") || url.starts_with("http://");
            let fits = usual && url.len() <= MAX_MESSAGE && !url.chars().any(char::is_control);
            (message, Wanted::Url { url: Some(url.clone()).filter(|_| fits)? })
        }
        _ => return None,
    };
    let message = message[..message.floor_char_boundary(MAX_MESSAGE)].to_owned();
    Some(Ask { server: server.to_owned(), message, wanted })
}

/// The members of the object that a schema describes: those that must be there first, in the order in which they are
/// required, for JSON keeps no other. None where some member is nothing that a form takes.
fn fields(schema: &Json) -> Option<Vec<FormField>> {
    let properties = schema["properties"].as_object()?;
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let place = |name: &str| required.iter().position(|other| *other == name).unwrap_or(usize::MAX);
    let mut fields = Vec::new();
    for (name, property) in properties {
        let text = |of: &str| property[of].as_str().map(str::to_owned).filter(|text| !text.trim().is_empty());
        fields.push(FormField {
            name: name.clone(),
            title: text("title"),
            description: text("description"),
            required: required.contains(&name.as_str()),
            kind: kind(property)?,
            default: property.get("default").filter(|default| !default.is_null()).cloned(),
        });
    }
    fields.sort_by_key(|field| place(&field.name));
    Some(fields)
}

fn kind(property: &Json) -> Option<FieldKind> {
    Some(match property["type"].as_str()? {
        "string" => match options(property, "oneOf") {
            Some(options) => FieldKind::Choice { options },
            None => FieldKind::Text {
                format: property["format"].as_str().and_then(format),
                min_length: property["minLength"].as_u64(),
                max_length: property["maxLength"].as_u64(),
            },
        },
        number @ ("number" | "integer") => FieldKind::Number {
            whole: number == "integer",
            minimum: property["minimum"].as_f64(),
            maximum: property["maximum"].as_f64(),
        },
        "boolean" => FieldKind::YesNo,
        "array" => FieldKind::Choices {
            options: options(&property["items"], "anyOf")?,
            min_items: property["minItems"].as_u64(),
            max_items: property["maxItems"].as_u64(),
        },
        _ => return None,
    })
}

fn format(name: &str) -> Option<TextFormat> {
    Some(match name {
        "email" => TextFormat::Email,
        "uri" => TextFormat::Uri,
        "date" => TextFormat::Date,
        "date-time" => TextFormat::DateTime,
        _ => return None,
    })
}

/// What there is to choose from: values with titles under `titled`, or plain ones, which older servers give their names in a
/// list beside them.
fn options(of: &Json, titled: &str) -> Option<Vec<FormOption>> {
    let option = |value: &Json, title: &Json| {
        let value = value.as_str()?.to_owned();
        Some(FormOption { value, title: title.as_str().map(str::to_owned) })
    };
    if let Some(titled) = of[titled].as_array() {
        return titled.iter().map(|one| option(&one["const"], &one["title"])).collect();
    }
    let plain = of["enum"].as_array()?;
    plain.iter().enumerate().map(|(at, value)| option(value, &of["enumNames"][at])).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_s_fields_are_what_its_schema_says_the_required_ones_first() {
        let schema = json!({"type": "object", "required": ["who"], "properties": {
            "age": {"type": "integer", "minimum": 1, "default": 7},
            "color": {"type": "string", "enum": ["r", "g"], "enumNames": ["Red", "Green"]},
            "mail": {"type": "string", "format": "email", "title": "E-mail"},
            "some": {"type": "array", "items": {"anyOf": [{"const": "a", "title": "A"}]}, "maxItems": 1},
            "sure": {"type": "boolean"},
            "who": {"type": "string", "maxLength": 9},
        }});
        let fields = fields(&schema).unwrap();
        let told: Vec<_> = fields.iter().map(|field| (field.label(), field.required, field.hint())).collect();
        let told: Vec<_> = told.iter().map(|(label, required, hint)| (*label, *required, hint.as_str())).collect();
        assert_eq!(
            told,
            [
                ("who", true, "text, at most 9 characters"),
                ("age", false, "a whole number, at least 1"),
                ("color", false, "one of r (Red), g (Green)"),
                ("E-mail", false, "an e-mail address"),
                ("some", false, "any, at most 1 of them of a (A)"),
                ("sure", false, "yes or no"),
            ]
        );
        assert_eq!(fields[1].default, Some(json!(7)));
    }

    #[test]
    fn what_is_no_form_is_not_asked() {
        for schema in [
            json!({"type": "object"}),
            json!({"properties": {"a": {"type": "object"}}}),
            json!({"properties": {"a": {"type": "array", "items": {"type": "number"}}}}),
            json!({"properties": {"a": {}}}),
        ] {
            assert_eq!(fields(&schema), None, "{schema}");
        }
    }

    proptest! {
        #[test]
        fn no_schema_makes_it_panic(text in "[{}\\[\\]\":,a-z0-9]{0,60}") {
            if let Ok(schema) = serde_json::from_str::<Json>(&text) {
                fields(&json!({"properties": {"a": schema}}));
            }
        }
    }
}
