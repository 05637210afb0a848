//! The tools.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use atelier_protocol::Json;
use atelier_tools::{
    Approval, Category, Content, Control, Done, FailureCode, Kind, Mode, Param, Preview, PreviewKind, Request,
    SourcePlan, ToolFailure, ToolSource, ToolSpec, check_arguments, required,
};
use atelier_workspace::{Folder, RelativePath};
use serde::Deserialize;
use serde_json::json;

use crate::{
    LanguageServers,
    answers::{self, Texts},
    error::ServerError,
    languages::{self, Command, Language},
    position,
    server::Server,
};

/// The largest file that is shown to a server, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// How long a server may read the project before it is asked nevertheless, and how long it is waited for what it tells by
/// itself.
const IDLE: Duration = Duration::from_mins(1);
const TOLD: Duration = Duration::from_secs(15);

const PATH: Param = required("path", Kind::Text, "Path of the file, relative to the project");
const FILE: &[Param] = &[PATH];
const PLACE: &[Param] = &[
    PATH,
    required("line", Kind::Whole(1, u32::MAX as u64), "Line, from 1"),
    required(
        "col",
        Kind::Whole(0, u32::MAX as u64),
        "Column in characters, from 0: where the name begins, or inside it",
    ),
];

/// A tool and what it asks.
struct Tool {
    name: &'static str,
    description: &'static str,
    params: &'static [Param],
    question: Question,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Diagnostics,
    Symbols,
    Hover,
    Definition,
    References,
}

const TOOLS: [Tool; 5] = [
    Tool {
        name: "diagnostics",
        description: "List errors and warnings in a file, from its language server.",
        params: FILE,
        question: Question::Diagnostics,
    },
    Tool {
        name: "symbols",
        description: "List what a file defines, from its language server.",
        params: FILE,
        question: Question::Symbols,
    },
    Tool {
        name: "hover",
        description: "Show type and documentation of what stands at a place.",
        params: PLACE,
        question: Question::Hover,
    },
    Tool {
        name: "definition",
        description: "Find where what stands at a place is defined.",
        params: PLACE,
        question: Question::Definition,
    },
    Tool {
        name: "references",
        description: "Find where what stands at a place is used.",
        params: PLACE,
        question: Question::References,
    },
];

#[derive(Deserialize)]
struct Arguments {
    path: String,
    line: Option<u32>,
    col: Option<u32>,
}

/// The tools for one project.
#[derive(Debug, Clone)]
pub struct LanguageTools {
    servers: Arc<LanguageServers>,
    project: std::path::PathBuf,
}

/// A checked call.
struct Call {
    servers: Arc<LanguageServers>,
    folder: Folder,
    path: RelativePath,
    language: &'static Language,
    command: Command,
    question: Question,
    line: u32,
    column: u32,
}

impl LanguageTools {
    /// Tools for the project in this folder, which ask these servers.
    pub fn new(servers: Arc<LanguageServers>, project: &Path) -> Self {
        Self { servers, project: project.to_owned() }
    }

    async fn plan(&self, mode: Mode, tool: &'static Tool, given: Json) -> Result<SourcePlan, ToolFailure> {
        let arguments: Arguments = check_arguments(tool.name, tool.params, given)?;
        let (servers, project, question) = (self.servers.clone(), self.project.clone(), tool.question);
        let checked = tokio::task::spawn_blocking(move || check(servers, &project, question, &arguments)).await;
        let call = checked.unwrap_or_else(|_| Err(defect()))?;
        let needs = if call.servers.is_agreed(call.folder.path(), &call.command) {
            Approval::Automatic
        } else if mode == Mode::Plan {
            let message = format!(
                "The language server for `{}` is not running, and starting it may run code of the project; read the file \
                 instead, or ask the user to leave plan mode.",
                call.path
            );
            return Err(ToolFailure::new(FailureCode::PermissionDenied, message));
        } else {
            ask(&call)
        };
        Ok(SourcePlan::new(needs, true, move |control: Control| run(call, control)))
    }
}

fn ask(call: &Call) -> Approval {
    let text = format!(
        "Start the language server {} for {}. It reads the project and may run code of it, such as build scripts and \
         macros. It runs until Atelier ends.",
        call.command.program.display(),
        call.folder.path().display()
    );
    Approval::Ask { dangerous: true, preview: Preview::new(PreviewKind::Sentence, text) }
}

fn defect() -> ToolFailure {
    ToolFailure::new(FailureCode::Internal, "The call broke off because of a defect in Atelier; try another way.")
}

fn check(
    servers: Arc<LanguageServers>,
    project: &Path,
    question: Question,
    arguments: &Arguments,
) -> Result<Call, ToolFailure> {
    let folder = Folder::open(project)?;
    let path = folder.locate(&arguments.path)?;
    // Missing files and folders are told apart here, before anyone is asked.
    folder.open_file(&path)?;
    let Some(language) = languages::of(path.as_path()) else {
        let message = format!("There is no language server for `{path}`; read and search the file instead.");
        return Err(ToolFailure::new(FailureCode::LanguageServerError, message));
    };
    let Some(command) = language.installed(&servers.folders(), folder.path()) else {
        let message = format!(
            "No language server for `{path}` is installed ({}); read and search the file instead, or ask the user to \
             install one.",
            language.servers()
        );
        return Err(ToolFailure::new(FailureCode::LanguageServerError, message));
    };
    let (line, column) = (arguments.line.unwrap_or_default(), arguments.col.unwrap_or_default());
    Ok(Call { servers, folder, path, language, command, question, line, column })
}

async fn run(call: Call, control: Control) -> Result<Done, ToolFailure> {
    let project = call.folder.path().to_owned();
    call.servers.agree(&project, &call.command);
    let server = call.servers.get(&project, &call.command, &control.stop).await?;
    let call = Arc::new(call);
    let reader = call.clone();
    let read = tokio::task::spawn_blocking(move || reader.folder.read(&reader.path, MAX_FILE)).await;
    let content = read.map_err(|_| defect())??;
    let Ok(text) = String::from_utf8(content.bytes) else {
        let message = format!("`{}` is not UTF-8, and language servers take nothing else.", call.path);
        return Err(ToolFailure::new(FailureCode::NotText, message));
    };
    let uri = server.know(&project.join(call.path.as_path()), call.language.id, &text).await?;
    control.progress.step(None, "waiting for the language server");
    server.until_idle(IDLE, &control.stop).await;
    let asked = Asked { server: &server, call: &call, text: &text, uri: &uri, control: &control };
    match call.question {
        Question::Diagnostics => asked.diagnostics().await,
        Question::Symbols => asked.symbols().await,
        Question::Hover => asked.hover().await,
        Question::Definition => asked.places("textDocument/definition", "definitionProvider").await,
        Question::References => asked.places("textDocument/references", "referencesProvider").await,
    }
}

/// A question to a server that knows the file.
struct Asked<'a> {
    server: &'a Server,
    call: &'a Arc<Call>,
    text: &'a str,
    uri: &'a str,
    control: &'a Control,
}

impl Asked<'_> {
    async fn ask(&self, method: &str, capability: &str, more: &[(&str, Json)]) -> Result<Json, ToolFailure> {
        if !self.server.can(capability) {
            let message = "The language server can't answer this; read and search the file instead.";
            return Err(ToolFailure::new(FailureCode::LanguageServerError, message));
        }
        let mut params = json!({"textDocument": {"uri": self.uri}});
        for (name, value) in more {
            params[*name] = value.clone();
        }
        Ok(self.server.ask(method, &params, &self.control.stop).await?)
    }

    async fn diagnostics(&self) -> Result<Done, ToolFailure> {
        let found = if self.server.can("diagnosticProvider") {
            let mut answer = self.ask("textDocument/diagnostic", "diagnosticProvider", &[]).await?;
            serde_json::from_value(answer["items"].take()).unwrap_or_default()
        } else {
            let told = self.server.told_of(self.uri, TOLD, &self.control.stop).await;
            self.control.check()?;
            if self.server.is_gone() {
                return Err(ServerError::Gone(self.call.command.program.display().to_string()).into());
            }
            told.ok_or_else(|| {
                let message = "The language server has said nothing about this file yet; try again later.";
                ToolFailure::new(FailureCode::TimedOut, message)
            })?
        };
        if found.is_empty() {
            return Ok(Done::text("No errors and no warnings."));
        }
        Ok(structured(answers::diagnostics(self.text, &found), found.len()))
    }

    async fn symbols(&self) -> Result<Done, ToolFailure> {
        let answer = self.ask("textDocument/documentSymbol", "documentSymbolProvider", &[]).await?;
        let value = answers::symbols(self.text, answer);
        let count = value["symbols"].as_array().map_or(0, Vec::len);
        Ok(if count == 0 { Done::text("The file defines nothing.") } else { structured(value, count) })
    }

    async fn hover(&self) -> Result<Done, ToolFailure> {
        let place = self.place()?;
        let answer = self.ask("textDocument/hover", "hoverProvider", &[place]).await?;
        Ok(Done::text(answers::hover(&answer).unwrap_or_else(|| "Nothing is known of what stands there.".to_owned())))
    }

    async fn places(&self, method: &str, capability: &str) -> Result<Done, ToolFailure> {
        let place = self.place()?;
        let context = ("context", json!({"includeDeclaration": true}));
        let answer = self.ask(method, capability, &[place, context]).await?;
        let call = self.call.clone();
        let rows = tokio::task::spawn_blocking(move || Texts::new(&call.folder).places(&answer)).await;
        let value = rows.map_err(|_| defect())?;
        let count = value["places"].as_array().map_or(0, Vec::len);
        Ok(if count == 0 { Done::text("Nothing was found.") } else { structured(value, count) })
    }

    fn place(&self) -> Result<(&'static str, Json), ToolFailure> {
        let Some(position) = position::to_protocol(self.text, self.call.line, self.call.column) else {
            let message = format!("`{}` has no line {}.", self.call.path, self.call.line);
            return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
        };
        Ok(("position", json!(position)))
    }
}

fn structured(value: Json, count: usize) -> Done {
    Done { content: Content::Structured(value), metadata: Some(json!({"count": count})), changes: Vec::new() }
}

#[async_trait]
impl ToolSource for LanguageTools {
    async fn specs(&self, mode: Mode) -> Vec<ToolSpec> {
        // The contract gives only `diagnostics` to testing.
        let offered = TOOLS.iter().filter(|tool| mode != Mode::Test || tool.question == Question::Diagnostics);
        offered.map(|tool| ToolSpec::new(tool.name, Category::Lsp, tool.description, tool.params, true)).collect()
    }

    async fn prepare(&self, mode: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        let tool = TOOLS.iter().find(|tool| tool.name == call.name)?;
        if mode == Mode::Test && tool.question != Question::Diagnostics {
            let message = format!("`{}` is not available in this mode; read and search files instead.", tool.name);
            return Some(Err(ToolFailure::new(FailureCode::PermissionDenied, message)));
        }
        Some(self.plan(mode, tool, call.arguments.clone()).await)
    }
}
