//! The `mcpServers` object that agents have in common: `{"mcpServers": {NAME: {"command", "args", "env"} or {"url",
//! "headers"}}}`. What else stands in it belongs to others.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Entry, Reach, ToolsFormat, Wrong, line_at};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    #[serde(borrow, default)]
    mcp_servers: InOrder<&'a RawValue>,
}

/// One server, as the files of agents have it.
#[derive(Deserialize)]
pub(super) struct Server {
    #[serde(rename = "type")]
    kind: Option<String>,
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: InOrder<String>,
    url: Option<String>,
    #[serde(default)]
    headers: InOrder<String>,
    #[serde(default, alias = "toolsFormat")]
    tools_format: ToolsFormat,
}

impl Server {
    pub(super) fn checked(self) -> Result<(Reach, ToolsFormat), String> {
        let reach = match (self.command, self.url, self.kind.as_deref()) {
            (_, _, Some("sse")) => {
                return Err("the old SSE transport is not supported; give the server's streamable HTTP address".into());
            }
            (Some(_), Some(_), _) => return Err("it has a command and a url; keep one of them".into()),
            (Some(command), None, None | Some("stdio")) if !command.trim().is_empty() => {
                Reach::Stdio { command, args: self.args, env: self.env.0 }
            }
            (None, Some(url), None | Some("http" | "streamable-http" | "streamableHttp")) if !url.trim().is_empty() => {
                Reach::Http { url, headers: self.headers.0 }
            }
            (_, _, Some(kind)) if !matches!(kind, "stdio" | "http" | "streamable-http" | "streamableHttp") => {
                return Err(format!("its type is neither stdio nor http but “{}”", short(kind)));
            }
            _ => return Err("it needs a command (stdio) or a url (http)".into()),
        };
        Ok((reach, self.tools_format))
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, Wrong> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let file: File<'_> = serde_json::from_str(text).map_err(|error| told(&error, 1))?;
    let entry = |(name, raw): (String, &RawValue)| {
        // The value is a part of the text.
        let at = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let line = line_at(text, at);
        let server = serde_json::from_str::<Server>(raw.get())
            .map_err(|error| told(&error, line))
            .and_then(|server| server.checked().map_err(|reason| Wrong { line, reason }));
        Entry { name, line, server }
    };
    Ok(file.mcp_servers.0.into_iter().map(entry).collect())
}

/// What serde says, without the values it repeats, which may be secrets; `first`: the line in which its text begins.
fn told(error: &serde_json::Error, first: usize) -> Wrong {
    let line = first + error.line().max(1) - 1;
    let reason = match error.classify() {
        serde_json::error::Category::Data => {
            let said = error.to_string();
            let expected = said.find("expected ").map_or("another kind of value", |at| &said[at + "expected ".len()..]);
            let expected = expected.split(" at line ").next().unwrap_or(expected);
            format!("a value is of the wrong kind, {} is expected", short(expected))
        }
        _ => "this is no JSON".to_owned(),
    };
    Wrong { line, reason }
}

pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// Names and values in their order in the file. A name that stands there twice has its last value.
struct InOrder<T>(Vec<(String, T)>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = InOrder<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder<T>, A::Error> {
                let (mut order, mut values) = (Vec::new(), BTreeMap::new());
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if values.insert(name.clone(), value).is_none() {
                        order.push(name);
                    }
                }
                let pairs = order.into_iter().filter_map(|name| values.remove(&name).map(|value| (name, value)));
                Ok(InOrder(pairs.collect()))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}
