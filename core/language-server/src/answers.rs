//! What servers answer, as rows for a model.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use atelier_protocol::Json;
use atelier_workspace::{Folder, RelativePath};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::position::{Position, Range, from_protocol, lines};

/// How much is shown.
const MAX_PLACES: usize = 200;
const MAX_SYMBOLS: usize = 500;
const MAX_TEXT: usize = 160;
const MAX_MESSAGE: usize = 500;

/// The largest file whose lines are shown, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Where the things that a server speaks of are.
pub(crate) struct Texts<'a> {
    folder: &'a Folder,
    /// The lines of files of the project.
    read: HashMap<PathBuf, Option<Vec<String>>>,
}

impl<'a> Texts<'a> {
    pub(crate) fn new(folder: &'a Folder) -> Self {
        Self { folder, read: HashMap::new() }
    }

    fn line(&mut self, path: &Path, number: u32) -> Option<&str> {
        let folder = self.folder;
        let lines = self.read.entry(path.to_owned()).or_insert_with(|| {
            let inside = RelativePath::new(path.strip_prefix(folder.path()).ok()?)?;
            let content = folder.read(&inside, MAX_FILE).ok()?;
            let text = String::from_utf8_lossy(&content.bytes).into_owned();
            Some(lines(&text).map(str::to_owned).collect())
        });
        lines.as_ref()?.get(usize::try_from(number).ok()?).map(String::as_str)
    }

    /// The path as a model names it: relative to the project where it lies inside.
    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.folder.path()).unwrap_or(path).display().to_string()
    }

    /// Places as rows: each with the text of its line, where it lies in the project.
    pub(crate) fn places(&mut self, answer: &Json) -> Json {
        let all: Vec<&Json> = match answer {
            Json::Array(all) => all.iter().collect(),
            Json::Null => Vec::new(),
            one => vec![one],
        };
        let count = all.len();
        let rows: Vec<Json> = all.into_iter().take(MAX_PLACES).filter_map(|place| self.place(place)).collect();
        noted(json!({"places": rows}), count, MAX_PLACES)
    }

    fn place(&mut self, place: &Json) -> Option<Json> {
        let uri = place["uri"].as_str().or(place["targetUri"].as_str())?;
        let range = place.get("range").or(place.get("targetSelectionRange"))?;
        let range: Range = serde_json::from_value(range.clone()).ok()?;
        let path = Url::parse(uri).ok()?.to_file_path().ok();
        let Some(path) = path else {
            return Some(json!({"path": cut(uri, MAX_TEXT), "line": 0, "col": 0, "text": ""}));
        };
        let line = self.line(&path, range.start.line);
        let (number, column) = from_protocol(line, range.start);
        let text = cut(line.unwrap_or_default().trim(), MAX_TEXT);
        Some(json!({"path": self.name(&path), "line": number, "col": column, "text": text}))
    }
}

/// Diagnostics as rows, by place.
pub(crate) fn diagnostics(text: &str, found: &[Json]) -> Json {
    let lines: Vec<&str> = lines(text).collect();
    let mut rows: Vec<(Position, Json)> = Vec::new();
    for one in found {
        let Ok(range) = serde_json::from_value::<Range>(one["range"].clone()) else { continue };
        let at = usize::try_from(range.start.line).ok().and_then(|at| lines.get(at)).copied();
        let (line, column) = from_protocol(at, range.start);
        let severity = match one["severity"].as_u64() {
            Some(2) => "warning",
            Some(3) => "information",
            Some(4) => "hint",
            _ => "error",
        };
        let code = one["code"].as_str().map_or_else(|| one["code"].to_string(), str::to_owned);
        let code = if code == "null" { String::new() } else { code };
        let message = cut(one["message"].as_str().unwrap_or_default(), MAX_MESSAGE);
        rows.push((
            range.start,
            json!({"line": line, "col": column, "severity": severity, "code": code, "message": message}),
        ));
    }
    rows.sort_by_key(|(at, _)| *at);
    let count = rows.len();
    let rows: Vec<Json> = rows.into_iter().take(MAX_PLACES).map(|(_, row)| row).collect();
    noted(json!({"diagnostics": rows}), count, MAX_PLACES)
}

#[derive(Deserialize)]
struct Symbol {
    name: String,
    kind: u64,
    #[serde(default, rename = "selectionRange")]
    selection: Option<Range>,
    #[serde(default)]
    location: Option<Location>,
    #[serde(default)]
    children: Vec<Symbol>,
    #[serde(default, rename = "containerName")]
    container: Option<String>,
}

#[derive(Deserialize)]
struct Location {
    range: Range,
}

/// Symbols of a file as rows, in the order of the server; what lies in something names it.
pub(crate) fn symbols(text: &str, answer: Json) -> Json {
    let lines: Vec<&str> = lines(text).collect();
    let symbols: Vec<Symbol> = serde_json::from_value(answer).unwrap_or_default();
    let mut rows = Vec::new();
    // Front first; a list instead of a recursion, for a server may nest as it likes.
    let mut open: Vec<(Symbol, String)> = symbols.into_iter().rev().map(|symbol| (symbol, String::new())).collect();
    let mut count = 0_usize;
    while let Some((symbol, outer)) = open.pop() {
        let Some(range) = symbol.selection.or(symbol.location.map(|location| location.range)) else { continue };
        count += 1;
        let inner = if outer.is_empty() { symbol.name.clone() } else { format!("{outer}.{}", symbol.name) };
        let inner = cut(&inner, MAX_TEXT);
        if rows.len() < MAX_SYMBOLS {
            let at = usize::try_from(range.start.line).ok().and_then(|at| lines.get(at)).copied();
            let (line, column) = from_protocol(at, range.start);
            let container = symbol.container.unwrap_or(outer);
            rows.push(
                json!({"name": cut(&symbol.name, MAX_TEXT), "kind": kind(symbol.kind), "line": line, "col": column,
                             "in": cut(&container, MAX_TEXT)}),
            );
        }
        open.extend(symbol.children.into_iter().rev().map(|child| (child, inner.clone())));
    }
    noted(json!({"symbols": rows}), count, MAX_SYMBOLS)
}

/// The text of a hover; none if there is nothing to say.
pub(crate) fn hover(answer: &Json) -> Option<String> {
    let part = |part: &Json| part.as_str().or(part["value"].as_str()).unwrap_or_default().to_owned();
    let contents = &answer["contents"];
    let text = match contents {
        Json::Array(parts) => parts.iter().map(part).collect::<Vec<_>>().join("\n\n"),
        one => part(one),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn noted(mut value: Json, count: usize, shown: usize) -> Json {
    if count > shown {
        value["note"] = format!("only the first {shown} of {count}").into();
    }
    value
}

fn cut(text: &str, max: usize) -> String {
    let mut cut: String = text.chars().take(max).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

fn kind(number: u64) -> &'static str {
    const KINDS: [&str; 27] = [
        "symbol",
        "file",
        "module",
        "namespace",
        "package",
        "class",
        "method",
        "property",
        "field",
        "constructor",
        "enum",
        "interface",
        "function",
        "variable",
        "constant",
        "string",
        "number",
        "boolean",
        "array",
        "object",
        "key",
        "null",
        "enum member",
        "struct",
        "event",
        "operator",
        "type parameter",
    ];
    usize::try_from(number).ok().and_then(|number| KINDS.get(number)).copied().unwrap_or(KINDS[0])
}
