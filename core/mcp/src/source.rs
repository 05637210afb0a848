//! The servers' tools as a session has them.

use std::sync::Arc;

use async_trait::async_trait;
use atelier_protocol::Json;
use atelier_tools::{
    Approval, Category, Content, Control, Done, FailureCode, Mode, Preview, PreviewKind, Request, SourcePlan,
    ToolFailure, ToolSource, ToolSpec,
};
use serde_json::json;

use crate::{
    McpError,
    answer::Answer,
    connection::During,
    params,
    project::{Named, Project},
};

/// The tools that servers with resources are read by.
const LIST_RESOURCES: &str = "mcp_list_resources";
const READ_RESOURCE: &str = "mcp_read_resource";

/// The longest text of a failure, in bytes.
const MAX_FAILURE: usize = 16 << 10;

/// The tools of a project's servers, for one session.
pub(crate) struct McpSource(pub(crate) Arc<Project>);

#[async_trait]
impl ToolSource for McpSource {
    async fn specs(&self, mode: Mode) -> Vec<ToolSpec> {
        let offered = self.0.offered().await;
        let mut specs: Vec<_> = offered.iter().filter(|named| may(mode, named)).map(spec).collect();
        specs.sort_by(|one, other| one.name.cmp(&other.name));
        if self.has_resources().await {
            specs.extend([list_resources(), read_resource()]);
        }
        specs
    }

    async fn prepare(&self, mode: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        if call.name == LIST_RESOURCES || call.name == READ_RESOURCE {
            return Some(self.prepare_resources(call));
        }
        let offered = self.0.offered().await;
        let named = offered.into_iter().find(|named| named.name.offered == call.name)?;
        if !may(mode, &named) {
            let message =
                format!("`{}` is not available in this mode; say what should be done with it instead.", call.name);
            return Some(Err(ToolFailure::new(FailureCode::PermissionDenied, message)));
        }
        Some(prepare_tool(named, call))
    }
}

impl McpSource {
    fn prepare_resources(&self, call: &Request) -> Result<SourcePlan, ToolFailure> {
        let arguments = object(&call.arguments)?;
        let (project, listing) = (Arc::clone(&self.0), call.name == LIST_RESOURCES);
        let given = |name: &str| arguments.get(name).and_then(Json::as_str).map(str::to_owned);
        let (server, uri) = (given("server"), given("uri"));
        if !listing && (server.is_none() || uri.is_none()) {
            let message = format!("`{READ_RESOURCE}` takes: server:string! uri:string!.");
            return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
        }
        Ok(SourcePlan::new(Approval::Automatic, true, async move |control| {
            if listing {
                return resources(&project, server.as_deref(), &control).await;
            }
            let server = project.find(&server.unwrap_or_default()).await?;
            let text = server.read_resource(&uri.unwrap_or_default(), during(control)).await?;
            Ok(Done::text(text))
        }))
    }

    /// Whether some server has resources, as far as is known.
    async fn has_resources(&self) -> bool {
        self.0.allowed().await.iter().any(|server| server.has().resources)
    }
}

fn prepare_tool(named: Named, call: &Request) -> Result<SourcePlan, ToolFailure> {
    let arguments = object(&call.arguments)?;
    let (needs, read_only) = (needs(&named, &call.arguments), named.tool.read_only);
    Ok(SourcePlan::new(needs, read_only, async move |control| {
        let answer = named.server.call(&named.tool.name, arguments, during(control)).await?;
        told(answer, &named)
    }))
}

/// Whether a mode has a place for the tool.
fn may(mode: Mode, named: &Named) -> bool {
    match mode {
        Mode::Build => true,
        Mode::Plan | Mode::Test => named.tool.read_only,
    }
}

fn spec(named: &Named) -> ToolSpec {
    let description = match named.tool.description.trim() {
        "" => format!("A tool of the MCP server {}.", named.server.config.name),
        said => said.to_owned(),
    };
    ToolSpec {
        name: named.name.offered.clone(),
        category: Category::Custom,
        description,
        input_schema: named.tool.input_schema.clone(),
        params: params::short(&named.tool.input_schema),
        read_only: named.tool.read_only,
    }
}

fn needs(named: &Named, arguments: &Json) -> Approval {
    if named.tool.read_only {
        return Approval::Automatic;
    }
    let given = serde_json::to_string_pretty(arguments).unwrap_or_default();
    let text = format!("Call {} of the MCP server {} with\n{given}", named.tool.name, named.server.config.name);
    Approval::Ask { dangerous: named.tool.destructive, preview: Preview::new(PreviewKind::Sentence, text) }
}

fn told(answer: Answer, named: &Named) -> Result<Done, ToolFailure> {
    if answer.failed {
        let text = match answer.content {
            Content::Text(text) => text,
            Content::Structured(value) => value.to_string(),
        };
        let text = &text[..text.floor_char_boundary(MAX_FAILURE)];
        return Err(ToolFailure::new(FailureCode::McpToolFailed, text));
    }
    let metadata = json!({"server": named.server.config.name, "tool": named.tool.name});
    Ok(Done { content: answer.content, metadata: Some(metadata), changes: Vec::new() })
}

async fn resources(project: &Project, server: Option<&str>, control: &Control) -> Result<Done, ToolFailure> {
    let servers = match server {
        Some(name) => vec![project.find(name).await?],
        None => project.allowed().await,
    };
    let mut rows = Vec::new();
    for server in servers {
        let listed = control.stop.run_until_cancelled(server.resources()).await.unwrap_or(Err(McpError::Stopped))?;
        rows.extend(listed.iter().map(|resource| {
            let text = |name: &str| resource[name].as_str().unwrap_or_default();
            json!({
                "server": server.config.name,
                "uri": text("uri"),
                "name": text("name"),
                "type": text("mimeType"),
                "description": text("description"),
            })
        }));
    }
    Ok(Done { content: Content::Structured(json!({ "resources": rows })), ..Done::text("") })
}

fn during(control: Control) -> During {
    During { stop: control.stop, progress: control.progress, asker: control.asker }
}

/// The arguments as servers take them: an object. What is left out is none.
fn object(arguments: &Json) -> Result<rmcp::model::JsonObject, ToolFailure> {
    match arguments {
        Json::Object(members) => Ok(members.clone()),
        Json::Null => Ok(rmcp::model::JsonObject::new()),
        _ => Err(ToolFailure::new(FailureCode::InvalidToolCall, "The arguments must be a JSON object.")),
    }
}

fn list_resources() -> ToolSpec {
    resource_tool(
        LIST_RESOURCES,
        "List what the MCP servers have to read.",
        &json!({"server": {"type": "string", "description": "Only of this server"}}),
        &[],
    )
}

fn read_resource() -> ToolSpec {
    resource_tool(
        READ_RESOURCE,
        "Read a resource of an MCP server.",
        &json!({
            "server": {"type": "string", "description": "The server"},
            "uri": {"type": "string", "description": "The resource's address, as listed"},
        }),
        &["server", "uri"],
    )
}

fn resource_tool(name: &str, description: &str, properties: &Json, required: &[&str]) -> ToolSpec {
    let input_schema =
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    ToolSpec {
        name: name.to_owned(),
        category: Category::Custom,
        description: description.to_owned(),
        params: params::short(&input_schema),
        input_schema,
        read_only: true,
    }
}
