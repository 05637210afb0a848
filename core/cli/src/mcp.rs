//! `atelier mcp`: the servers whose tools agents have.

mod arguments;

use std::{env, fmt::Write as _, path::PathBuf};

pub(crate) use arguments::McpCommand;
use arguments::{AddServer, CallTool, ListServers, ListTools, OneServer, Place};
use atelier_workbench::{McpOrigin, McpReach, McpServerInfo, McpServerState, McpTool, Workbench};

use crate::{failure::Failure, opened::with_keys, output, printable::printable, printable::printable_line};

pub(crate) fn execute(command: McpCommand) -> Result<(), Failure> {
    with_keys(|workbench| {
        workbench.block_on(async {
            match command {
                McpCommand::List(arguments) => list(workbench, &arguments).await,
                McpCommand::Tools(arguments) => tools(workbench, &arguments).await,
                McpCommand::Call(arguments) => call(workbench, &arguments).await,
                McpCommand::Add(arguments) => add(workbench, arguments).await,
                McpCommand::Remove(arguments) => remove(workbench, &arguments).await,
                McpCommand::Approve(arguments) => consent(workbench, &arguments, true).await,
                McpCommand::Refuse(arguments) => consent(workbench, &arguments, false).await,
                McpCommand::Login(arguments) => login(workbench, &arguments).await,
                McpCommand::Logout(arguments) => logout(workbench, &arguments).await,
            }
        })
    })
}

async fn list(workbench: &Workbench, arguments: &ListServers) -> Result<(), Failure> {
    let found = workbench.mcp_servers(folder(&arguments.place)?).await?;
    if arguments.json {
        let mut line = String::new();
        output::push_json_line(&mut line, &found)?;
        return output::write(&line);
    }
    let mut out = String::new();
    for server in &found.servers {
        // Writing to a string can't fail.
        let _ = writeln!(out, "{}", printable_line(&described(server)));
    }
    if found.servers.is_empty() {
        out.push_str("There are no MCP servers. `atelier mcp add` adds one.\n");
    }
    for problem in &found.problems {
        let _ = writeln!(out, "✗ {}", printable_line(problem));
    }
    output::write(&out)
}

fn described(server: &McpServerInfo) -> String {
    let whose = match server.origin {
        McpOrigin::User => "yours",
        McpOrigin::Project => "the project's",
    };
    let name = &server.name;
    let stands = match &server.state {
        McpServerState::NeedsConsent => format!("waits for your consent: `atelier mcp approve {name}`"),
        McpServerState::Refused => "refused".to_owned(),
        McpServerState::LoginNeeded => format!("wants you to log in: `atelier mcp login {name}`"),
        McpServerState::Failed { reason } => format!("failed: {reason}"),
        // Whether it happens to run matters to no one here.
        _ => "ready".to_owned(),
    };
    let gets = if server.gets.is_empty() { String::new() } else { format!(" (gets {})", server.gets.join(", ")) };
    format!("{name}  {whose}, {stands}  {}{gets}", server.target)
}

async fn tools(workbench: &Workbench, arguments: &ListTools) -> Result<(), Failure> {
    let project = folder(&arguments.place)?;
    let tools = workbench.mcp_tools(project.clone(), arguments.server.clone()).await?;
    let mut out = String::new();
    if arguments.json {
        tools.iter().try_for_each(|tool| output::push_json_line(&mut out, tool))?;
        return output::write(&out);
    }
    for tool in &tools {
        let _ = writeln!(out, "{}", printable_line(&row(tool)));
    }
    for server in workbench.mcp_servers(project).await?.servers {
        if let McpServerState::Failed { reason } = server.state {
            let _ = writeln!(out, "✗ {}", printable_line(&reason));
        }
    }
    if out.is_empty() {
        out.push_str("There are no tools; `atelier mcp list` shows the servers.\n");
    }
    output::write(&out)
}

fn row(tool: &McpTool) -> String {
    let first = tool.description.lines().next().unwrap_or_default();
    let asks = if tool.read_only { "" } else { " [asks]" };
    format!("{} ({}){asks}  {first}  [{}]", tool.name, tool.params, tool.server)
}

async fn call(workbench: &Workbench, arguments: &CallTool) -> Result<(), Failure> {
    let given = serde_json::from_str(&arguments.arguments).map_err(|_| Failure::NoJsonArguments)?;
    let answer = workbench.mcp_call(folder(&arguments.place)?, arguments.tool.clone(), given).await?;
    if arguments.json {
        let mut line = String::new();
        output::push_json_line(&mut line, &answer)?;
        output::write(&line)?;
    } else if output::Style::of_stdout().guarded {
        output::write(&format!("{}\n", printable(&answer.text)))?;
    } else {
        output::write(&format!("{}\n", answer.text))?;
    }
    if answer.failed { Err(Failure::ToolFailed) } else { Ok(()) }
}

async fn add(workbench: &Workbench, arguments: AddServer) -> Result<(), Failure> {
    let AddServer { name, url, header, env, shared, place, command } = arguments;
    let mut command = command.into_iter();
    let reach = match (url, command.next()) {
        (Some(url), _) => McpReach::Http { url, headers: header },
        (None, program) => McpReach::Stdio { command: program.unwrap_or_default(), args: command.collect(), env },
    };
    let file = workbench.mcp_add(folder(&place)?, name.clone(), reach, shared).await?;
    let said = format!("`{name}` is added in {}. `atelier mcp tools {name}` tries it.\n", file.display());
    output::write(&printable(&said))
}

async fn remove(workbench: &Workbench, arguments: &OneServer) -> Result<(), Failure> {
    let file = workbench.mcp_remove(folder(&arguments.place)?, arguments.name.clone()).await?;
    output::write(&printable(&format!("`{}` is taken out of {}.\n", arguments.name, file.display())))
}

async fn consent(workbench: &Workbench, arguments: &OneServer, allowed: bool) -> Result<(), Failure> {
    workbench.mcp_consent(folder(&arguments.place)?, arguments.name.clone(), allowed).await?;
    let may = if allowed { "may be used in this project, as long as its entry stays as it is" } else { "is refused" };
    output::write(&printable(&format!("`{}` {may}.\n", arguments.name)))
}

async fn login(workbench: &Workbench, arguments: &OneServer) -> Result<(), Failure> {
    let show = |address: &str| {
        let said =
            format!("Open this address in a browser on this machine, and log in there:\n{}\n", printable_line(address));
        // Who reads no output can't log in, and is told so in the end.
        let _ = output::write(&said);
    };
    workbench.mcp_login(folder(&arguments.place)?, arguments.name.clone(), show).await?;
    output::write(&printable(&format!("You are logged in at `{}`.\n", arguments.name)))
}

async fn logout(workbench: &Workbench, arguments: &OneServer) -> Result<(), Failure> {
    workbench.mcp_logout(folder(&arguments.place)?, arguments.name.clone()).await?;
    output::write(&printable(&format!("The log-in at `{}` is forgotten.\n", arguments.name)))
}

fn folder(place: &Place) -> Result<PathBuf, Failure> {
    place.project.clone().map_or_else(|| env::current_dir().map_err(Failure::NoFolder), Ok)
}
