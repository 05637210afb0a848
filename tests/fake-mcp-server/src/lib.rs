//! An MCP server on standard input and output that does what a test says, the odd things above all: it writes noise,
//! dies, hangs, answers in the forms that the contract knows besides the standard.
//!
//! A test program plays it by itself: an ignored test calls [`run`], and [`Command`] says how to start that. What it does
//! is said by its tools, and by the words in the variable `FAKE_MCP`.

use std::{
    env,
    io::{self, BufRead as _, Write as _},
    process, thread,
    time::Duration,
};

use serde_json::{Value, json};

/// The variable whose words say how it behaves, with commas between them:
/// `toon` and `broken-toon` (how it lists its tools), `pages` (a tool a page), `silent` (greets no one), `dies` (at once),
/// `stubborn` (ends only when it is killed), `changes` (has no tools until it is asked to change).
pub const VARIABLE: &str = "FAKE_MCP";

/// The name of the ignored test that plays the server.
pub const TEST: &str = "fake_mcp_server";

/// What starts the server: the calling test program, with the arguments that choose its ignored test [`TEST`].
///
/// # Errors
/// When the system does not say which program runs.
pub fn command() -> io::Result<(String, Vec<String>)> {
    let program = env::current_exe()?.to_string_lossy().into_owned();
    let args = ["--exact", TEST, "--ignored", "--nocapture", "--test-threads=1"];
    Ok((program, args.map(str::to_owned).to_vec()))
}

/// Plays the server until its input ends.
pub fn run() {
    let words = env::var(VARIABLE).unwrap_or_default();
    let server = Server { words: words.split(',').map(str::to_owned).collect(), changed: false, asking: None };
    // The test program has begun a line.
    println!();
    server.serve();
}

struct Server {
    words: Vec<String>,
    changed: bool,
    /// The call that waits for an answer of the client's.
    asking: Option<Value>,
}

impl Server {
    fn serve(mut self) {
        if self.is("stubborn") {
            // In this thread the signal would end the process; a process that ignores it must be killed.
            ignore_term();
        }
        if self.is("dies") {
            eprintln!("out of cheese");
            process::exit(3);
        }
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            match serde_json::from_str(&line) {
                Ok(message) => self.take(&message),
                Err(_) => eprintln!("no JSON came in"),
            }
        }
        while self.is("stubborn") {
            thread::sleep(Duration::from_secs(1));
        }
    }

    fn is(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    fn take(&mut self, message: &Value) {
        let (id, params) = (&message["id"], &message["params"]);
        match message["method"].as_str() {
            Some("initialize") if self.is("silent") => {}
            Some("initialize") => answer(id, &self.greeting(params)),
            Some("tools/list") => answer(id, &self.list(params)),
            Some("tools/call") => self.call(id, params),
            Some("resources/list") => {
                answer(id, &json!({"resources": [{"uri": "fake://one", "name": "one", "mimeType": "text/plain"}]}));
            }
            Some("resources/read") => {
                answer(id, &json!({"contents": [{"uri": params["uri"], "text": "the resource"}]}));
            }
            Some("prompts/list") => answer(
                id,
                &json!({"prompts": [{"name": "greet", "description": "Greets", "arguments": [{"name": "who", "required": true}]}]}),
            ),
            Some("prompts/get") => {
                let text = format!("Greet {}", params["arguments"]["who"].as_str().unwrap_or_default());
                answer(id, &json!({"messages": [{"role": "user", "content": {"type": "text", "text": text}}]}));
            }
            Some("notifications/cancelled") => note("cancelled", &message.to_string()),
            Some("shutdown") => note("shutdown", "asked"),
            Some(_) if !id.is_null() => {
                write(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "no such method"}}));
            }
            Some(_) => {}
            None => {
                if let Some(call) = self.asking.take() {
                    answer(&call, &text(&message["result"].to_string()));
                }
            }
        }
    }

    fn greeting(&self, params: &Value) -> Value {
        note("greeting", &params.to_string());
        let mut capabilities = json!({"tools": {"listChanged": true}});
        if self.is("rich") {
            capabilities["resources"] = json!({});
            capabilities["prompts"] = json!({});
        }
        json!({"protocolVersion": params["protocolVersion"], "capabilities": capabilities,
               "serverInfo": {"name": "fake", "version": "1"}})
    }

    fn list(&self, params: &Value) -> Value {
        if self.is("broken-toon") {
            return json!({"tools": "tools: 3\n  echo   Says it again   text:string!"});
        }
        if self.is("toon") {
            return json!({"tools": "[2]{name,description,params}:\n  echo,Says it again,\"text:string!\"\n  plain,Plain text,\"\""});
        }
        let tools = self.tools();
        if !self.is("pages") {
            return json!({ "tools": tools });
        }
        let at: usize = params["cursor"].as_str().and_then(|cursor| cursor.parse().ok()).unwrap_or_default();
        let next = (at + 1 < tools.len()).then(|| (at + 1).to_string());
        json!({"tools": [tools[at]], "nextCursor": next})
    }

    fn tools(&self) -> Vec<Value> {
        let tool = |name: &str| {
            json!({"name": name, "description": format!("Does {name}"),
                   "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": []}})
        };
        let mut tools: Vec<_> = [
            "echo",
            "plain",
            "structured",
            "fail",
            "refuse",
            "die",
            "hang",
            "noise",
            "big",
            "long_line",
            "progress",
            "spawn",
            "surroundings",
            "ask",
            "visit",
            "roots",
            "change",
            "picture",
        ]
        .map(tool)
        .to_vec();
        let mut look = tool("look");
        look["annotations"] = json!({"readOnlyHint": true});
        let mut wipe = tool("wipe");
        wipe["annotations"] = json!({"destructiveHint": true});
        tools.extend([look, wipe]);
        if self.changed {
            tools.push(tool("later"));
        }
        tools
    }

    fn call(&mut self, id: &Value, params: &Value) {
        let given = params["arguments"]["text"].as_str().unwrap_or_default();
        match params["name"].as_str().unwrap_or_default() {
            "echo" | "look" | "wipe" | "later" => answer(id, &text(given)),
            "plain" => answer(id, &json!({"content": "plain text"})),
            "structured" => {
                let value = json!({"rows": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]});
                answer(
                    id,
                    &json!({"content": [{"type": "text", "text": value.to_string()}], "structuredContent": value}),
                );
            }
            "fail" => answer(id, &json!({"content": [{"type": "text", "text": "it did not work"}], "isError": true})),
            "refuse" => {
                write(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": "not such arguments"}}));
            }
            "die" => {
                eprintln!("out of cheese");
                process::exit(3);
            }
            "hang" => note("hangs", &process::id().to_string()),
            "noise" => {
                println!("now comes the answer\n{{\"level\":30,\"msg\":\"log\"}}\n");
                write(
                    &json!({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x"}}),
                );
                write(&json!({"jsonrpc": "2.0", "id": 99_999, "result": {"content": "another's"}}));
                answer(id, &text("after the noise"));
            }
            "big" => answer(id, &text(&format!("{}\nthe end", "0123456789abcdef\n".repeat(62_000)))),
            "long_line" => answer(id, &text(&"x".repeat(11 << 20))),
            "progress" => {
                let token = &params["_meta"]["progressToken"];
                for done in 1..=4 {
                    write(&json!({"jsonrpc": "2.0", "method": "notifications/progress",
                                  "params": {"progressToken": token, "progress": done, "total": 4, "message": format!("step {done}")}}));
                }
                answer(id, &text("done"));
            }
            "spawn" => {
                let child = process::Command::new("sleep").arg("1000").spawn();
                let child = child.map(|child| child.id()).unwrap_or_default();
                answer(id, &text(&format!("{} {child}", process::id())));
            }
            "surroundings" => answer(id, &text(&surroundings())),
            "picture" => answer(id, &json!({"content": [{"type": "image", "mimeType": "image/png", "data": "AAAA"}]})),
            "ask" => self.ask(
                id,
                "elicitation/create",
                &json!({"mode": "form", "message": "Your name?", "requestedSchema":
                {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}),
            ),
            "visit" => self.ask(
                id,
                "elicitation/create",
                &json!({"mode": "url", "message": "Go there", "url": given, "elicitationId": "1"}),
            ),
            "roots" => self.ask(id, "roots/list", &json!({})),
            "change" => {
                self.changed = true;
                write(&json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}));
                answer(id, &text("changed"));
            }
            other => write(
                &json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": format!("no tool {other}")}}),
            ),
        }
    }

    fn ask(&mut self, call: &Value, method: &str, params: &Value) {
        self.asking = Some(call.clone());
        write(&json!({"jsonrpc": "2.0", "id": "q1", "method": method, "params": params}));
    }
}

/// What the server was given: folder, variables, limits.
fn surroundings() -> String {
    use rustix::process::Resource;

    let folder = env::current_dir().unwrap_or_default();
    let names: Vec<_> = env::vars().map(|(name, _)| name).collect();
    let limit = |resource| rustix::process::getrlimit(resource).current.unwrap_or_default();
    json!({"folder": folder, "variables": names, "given": env::var("GIVEN").unwrap_or_default(),
           "cpu": limit(Resource::Cpu), "files": limit(Resource::Nofile), "data": limit(Resource::Data)})
    .to_string()
}

fn text(text: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}]})
}

fn answer(id: &Value, result: &Value) {
    write(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
}

fn write(message: &Value) {
    let mut out = io::stdout().lock();
    // A client that is gone needs no answer.
    let _ = writeln!(out, "{message}").and_then(|()| out.flush());
}

/// Notes something where the test can see it: in the folder it was started in.
fn note(name: &str, content: &str) {
    let _ = std::fs::write(format!("noted-{name}"), content);
}

/// Ends only when it is killed: the shell ignores the signal, and what it becomes inherits that.
fn ignore_term() {
    use std::os::unix::process::CommandExt as _;

    if env::var_os("FAKE_MCP_IGNORES").is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let args: Vec<_> = env::args_os().skip(1).collect();
    let script = "trap '' TERM; exec \"$@\"";
    let mut shell = process::Command::new("/bin/sh");
    shell.args(["-c", script, "sh"]).arg(program).args(args).env("FAKE_MCP_IGNORES", "1");
    eprintln!("{}", shell.exec());
}
