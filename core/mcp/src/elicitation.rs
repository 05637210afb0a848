//! Questions of a server to the user, in the course of a call.

use async_trait::async_trait;
use atelier_protocol::Json;
use rmcp::model::ElicitRequestParams;

/// The longest question, and the largest form, in bytes. What is longer is declined.
const MAX_MESSAGE: usize = 16 << 10;
const MAX_SCHEMA: usize = 64 << 10;

/// A question of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Who asks.
    pub server: String,
    /// What the user is told.
    pub message: String,
    /// What is asked for.
    pub wanted: Wanted,
}

/// What a server asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Values: JSON Schema of an object whose members are strings, numbers, booleans or choices.
    Form(Json),
    /// That the user goes to this address. It is never opened by itself.
    Visit(String),
}

impl Wanted {
    /// The values with the form's defaults for what was left out.
    pub(crate) fn completed(&self, mut values: Json) -> Json {
        let (Self::Form(schema), Some(given)) = (self, values.as_object_mut()) else { return values };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(default) = property.get("default").filter(|_| !given.contains_key(name)) {
                given.insert(name.clone(), default.clone());
            }
        }
        values
    }
}

/// The user's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The values, or for an address that it will be visited.
    Accepted(Json),
    /// No.
    Declined,
    /// Neither yes nor no: the call was stopped, or nobody answers.
    Cancelled,
}

/// Who can ask the user.
#[async_trait]
pub trait Asker: Send + Sync {
    /// Asks, and waits for the answer. Dropped when the server or the caller no longer wants it.
    async fn ask(&self, ask: Ask) -> Reply;
}

impl Ask {
    /// The question; none where it is none that we can ask.
    pub(crate) fn new(server: &str, request: &ElicitRequestParams) -> Option<Self> {
        let (message, wanted) = match request {
            ElicitRequestParams::FormElicitationParams { message, requested_schema, .. } => {
                (message, Wanted::Form(serde_json::to_value(requested_schema).ok()?))
            }
            ElicitRequestParams::UrlElicitationParams { message, url, .. } => {
                let usual = url.starts_with("https://") || url.starts_with("http://");
                (message, Wanted::Visit(Some(url.clone()).filter(|url| usual && url.len() <= MAX_MESSAGE)?))
            }
            _ => return None,
        };
        let fits = match &wanted {
            Wanted::Form(schema) => schema.to_string().len() <= MAX_SCHEMA,
            Wanted::Visit(_) => true,
        };
        let message = message[..message.floor_char_boundary(MAX_MESSAGE)].to_owned();
        fits.then(|| Self { server: server.to_owned(), message, wanted })
    }
}
