//! The short form of a tool's parameters, `path:string! limit:int`, from a JSON Schema and back.

use atelier_protocol::Json;
use serde_json::{Map, json};

/// The types of the short form and of JSON Schema.
const TYPES: [(&str, &str); 5] =
    [("string", "string"), ("int", "integer"), ("number", "number"), ("bool", "boolean"), ("object", "object")];

/// The short form of a schema's properties, in their order.
pub(crate) fn short(schema: &Json) -> String {
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|required| required.iter().any(|other| other.as_str() == Some(name)))
    };
    let one = |(name, property): (&String, &Json)| {
        format!("{name}:{}{}", kind(property), if required(name) { "!" } else { "" })
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(one).collect::<Vec<_>>().join(" ")
}

fn kind(property: &Json) -> String {
    let of = |value: &Json| {
        let named = value["type"].as_str().and_then(|kind| TYPES.into_iter().find(|(_, schema)| *schema == kind));
        named.map_or("any", |(short, _)| short)
    };
    if property["type"] == "array" { format!("{}[]", of(&property["items"])) } else { of(property).to_owned() }
}

/// The schema that a short form stands for. An unknown type is any; a name that stands there twice is an error.
pub(crate) fn schema(params: &str) -> Result<Json, String> {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for param in params.split_ascii_whitespace() {
        let (name, kind) = param.split_once(':').unwrap_or((param, "any"));
        let (kind, must) = kind.strip_suffix('!').map_or((kind, false), |kind| (kind, true));
        if name.is_empty() {
            return Err("a parameter has no name".to_owned());
        }
        if properties.insert(name.to_owned(), property(kind)).is_some() {
            return Err(format!("the parameter `{}` stands there twice", name.chars().take(60).collect::<String>()));
        }
        if must {
            required.push(name);
        }
    }
    Ok(json!({"type": "object", "properties": properties, "required": required}))
}

fn property(kind: &str) -> Json {
    if let Some(kind) = kind.strip_suffix("[]") {
        return json!({"type": "array", "items": property(kind)});
    }
    match TYPES.into_iter().find(|(short, schema)| *short == kind || *schema == kind) {
        Some((_, schema)) => json!({ "type": schema }),
        None => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_form_is_read_backwards() {
        let params = "path:string! limit:int ratio:number deep:bool more:object[] rest:any tags:string[]!";
        let read = schema(params).unwrap();
        assert_eq!(short(&read), params);
        assert_eq!(read["required"], json!(["path", "tags"]));
        assert_eq!(short(&schema("when:date! x").unwrap()), "when:any! x:any");
        assert_eq!(short(&json!({"type": "object"})), "");
        assert!(schema("a:int a:string").unwrap_err().contains("twice"));
        assert!(schema(":int").is_err());
    }

    proptest! {
        #[test]
        fn whatever_a_server_writes_is_read_or_refused(params in "[a-c:!\\[\\] ]{0,30}") {
            if let Ok(schema) = schema(&params) {
                prop_assert!(schema["properties"].is_object());
            }
        }
    }
}
