//! The tools that a server says it has: as the protocol has it, or as TOON text.

use atelier_protocol::Json;
use serde_json::json;

use crate::params;

/// Most tools of one server; what comes after is left out.
pub(crate) const MAX_TOOLS: usize = 500;

/// The longest description and schema that a model is shown, in bytes.
const MAX_DESCRIPTION: usize = 8 << 10;
const MAX_SCHEMA: usize = 64 << 10;

/// A tool of a server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToolInfo {
    /// The server's own name for it.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) input_schema: Json,
    /// The server says that it only looks.
    pub(crate) read_only: bool,
    /// The server says that it may destroy something.
    pub(crate) destructive: bool,
}

/// The tools in one answer to `tools/list`. The error says what makes no sense.
pub(crate) fn tools(result: &Json) -> Result<Vec<ToolInfo>, String> {
    match &result["tools"] {
        Json::Array(tools) => Ok(tools.iter().filter_map(standard).collect()),
        Json::String(text) => from_toon(text),
        _ => Err("its list of tools is neither a list nor text".to_owned()),
    }
}

/// A tool of the protocol; none where it has not even a name: the others may still be of use.
fn standard(tool: &Json) -> Option<ToolInfo> {
    let name = tool["name"].as_str().filter(|name| !name.is_empty() && name.len() <= 200)?.to_owned();
    let annotations = &tool["annotations"];
    let description =
        [&tool["description"], &tool["title"], &annotations["title"]].into_iter().find_map(Json::as_str).unwrap_or("");
    let schema = &tool["inputSchema"];
    let usable = schema.is_object() && schema.to_string().len() <= MAX_SCHEMA;
    let mut input_schema = if usable { schema.clone() } else { json!({}) };
    // Vendors refuse a schema of anything else, and one without properties.
    input_schema["type"] = "object".into();
    if !input_schema["properties"].is_object() {
        input_schema["properties"] = json!({});
    }
    let read_only = annotations["readOnlyHint"] == true;
    Some(ToolInfo {
        name,
        description: bounded(description),
        input_schema,
        read_only,
        destructive: !read_only && annotations["destructiveHint"] == true,
    })
}

fn from_toon(text: &str) -> Result<Vec<ToolInfo>, String> {
    let decoded: Json = toon_format::decode_strict(text).map_err(|_| "its list of tools is no TOON".to_owned())?;
    let rows = decoded.as_array().or_else(|| decoded["tools"].as_array());
    rows.ok_or("its list of tools has no rows")?.iter().map(row).collect()
}

fn row(row: &Json) -> Result<ToolInfo, String> {
    let cell = |name: &str| row[name].as_str().unwrap_or_default();
    let name = cell("name").to_owned();
    if name.is_empty() {
        return Err("one of its tools has no name".to_owned());
    }
    let input_schema = params::schema(cell("params")).map_err(|reason| format!("of one of its tools {reason}"))?;
    let description = bounded(cell("description"));
    Ok(ToolInfo { name, description, input_schema, read_only: false, destructive: false })
}

fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_DESCRIPTION)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_the_protocol_is_read_tool_by_tool() {
        let tools = tools(&json!({"tools": [
            {"name": "look", "description": "Looks", "inputSchema": {"type": "object", "properties": {"a": {}}},
             "annotations": {"readOnlyHint": true, "destructiveHint": true}},
            {"name": "wipe", "title": "Wipes", "inputSchema": 5, "annotations": {"destructiveHint": true}},
            {"description": "has no name"},
            "nonsense",
        ]}));
        let tools = tools.unwrap();
        let seen: Vec<_> =
            tools.iter().map(|tool| (&*tool.name, &*tool.description, tool.read_only, tool.destructive)).collect();
        assert_eq!(seen, [("look", "Looks", true, false), ("wipe", "Wipes", false, true)]);
        assert_eq!(tools[1].input_schema, json!({"type": "object", "properties": {}}));
    }

    #[test]
    fn a_list_in_toon_is_read_strictly() {
        let table = "[2]{name,description,params}:\n  copy,Copy a file,\"source:string! dest:string!\"\n  log,Show,\"limit:int\"";
        let rows = tools(&json!({ "tools": table })).unwrap();
        assert_eq!(
            rows.iter().map(|tool| params::short(&tool.input_schema)).collect::<Vec<_>>(),
            ["source:string! dest:string!", "limit:int"]
        );
        let object = "tools[1]{name,description,params}:\n  a,b,\"\"";
        assert_eq!(tools(&json!({ "tools": object })).unwrap().len(), 1);
        for wrong in [
            "[2]{name,description,params}:\n  one,row,\"\"",
            "tools: 3\n  copy   Copy a file   path:string!",
            "[1]{name,description,params}:\n  a,b,\"x:int x:int\"",
            "[1]{description}:\n  b",
            "hello",
        ] {
            assert!(tools(&json!({ "tools": wrong })).is_err(), "{wrong}");
        }
        assert!(tools(&json!({})).is_err() && tools(&json!({"tools": 3})).is_err());
    }
}
