//! `[[mcp_servers]]` in `atelier.toml`: `name`, `command`, `args`, `env`, `tools_format`; also `url` and `headers`.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Entry, Wrong,
    json::{Server, short},
    line_at,
};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    mcp_servers: Vec<Spanned<Named>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(flatten)]
    server: Server,
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, Wrong> {
    let line = |at| line_at(text, at);
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        // Only what it says of the syntax: the rest of its text repeats the line, which may hold a secret.
        Wrong { line: line(at), reason: short(error.message()) }
    })?;
    let entry = |named: Spanned<Named>| {
        let line = line(named.span().start);
        let Named { name, server } = named.into_inner();
        Entry { name, line, server: server.checked().map_err(|reason| Wrong { line, reason }) }
    };
    Ok(file.mcp_servers.into_iter().map(entry).collect())
}
