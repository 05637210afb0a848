//! What can be typed after `atelier mcp`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum McpCommand {
    /// List the servers and say how they stand
    List(ListServers),
    /// List the tools of the servers; starts them
    Tools(ListTools),
    /// Call a tool and print its answer
    Call(CallTool),
    /// Add a server to your own file, or to the project's
    #[command(after_help = ADD_HELP)]
    Add(AddServer),
    /// Take a server out of the file that it stands in
    Remove(OneServer),
    /// Allow a server that the project brings along
    Approve(OneServer),
    /// Refuse a server that the project brings along
    Refuse(OneServer),
    /// Log in at a server that wants it, in your browser
    Login(OneServer),
    /// Forget the log-in at a server
    Logout(OneServer),
}

const ADD_HELP: &str = "\
Examples:
  atelier mcp add files -- npx -y @modelcontextprotocol/server-filesystem /data
  atelier mcp add issues --url https://example.org/mcp --header 'Authorization: Bearer ${ISSUES_TOKEN}'

${NAME} and ${NAME:-default} are replaced by variables of your environment when the server is used, so that no secret has
to stand in a file. Your own servers are in mcp.json in the config folder, a project's in .mcp.json and atelier.toml.";

#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The project's folder; the one you are in if left out
    #[arg(long, value_name = "FOLDER")]
    pub(crate) project: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ListServers {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print JSON: one object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListTools {
    /// Only of this server
    pub(crate) server: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print a JSON object for each tool
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CallTool {
    /// The tool, as `atelier mcp tools` names it
    pub(crate) tool: String,
    /// Its arguments, a JSON object
    #[arg(default_value = "{}")]
    pub(crate) arguments: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AddServer {
    /// What it is to be called
    pub(crate) name: String,
    /// Its address, for a server that is there already
    #[arg(long, conflicts_with = "command", required_unless_present = "command")]
    pub(crate) url: Option<String>,
    /// A header of every request: NAME: VALUE
    #[arg(long, value_name = "HEADER", value_parser = header, requires = "url")]
    pub(crate) header: Vec<(String, String)>,
    /// A variable that it gets: NAME=VALUE
    #[arg(long, value_name = "VARIABLE", value_parser = variable, conflicts_with = "url")]
    pub(crate) env: Vec<(String, String)>,
    /// Add it to the project's file, for everyone who works on it
    #[arg(long)]
    pub(crate) shared: bool,
    #[command(flatten)]
    pub(crate) place: Place,
    /// What starts it: a program and its arguments, after --
    #[arg(last = true)]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct OneServer {
    /// The server
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) place: Place,
}

fn header(text: &str) -> Result<(String, String), String> {
    split(text, ':').ok_or_else(|| "write it as NAME: VALUE".to_owned())
}

fn variable(text: &str) -> Result<(String, String), String> {
    split(text, '=').ok_or_else(|| "write it as NAME=VALUE".to_owned())
}

fn split(text: &str, at: char) -> Option<(String, String)> {
    let (name, value) = text.split_once(at)?;
    (!name.trim().is_empty()).then(|| (name.trim().to_owned(), value.trim().to_owned()))
}
