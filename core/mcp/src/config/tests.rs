use std::fs;

use atelier_config::Environment;
use serde_json::Value;

use super::*;

struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self { folder }
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn files(&self) -> Files {
        Files { user: self.folder.path().join(USER_FILE) }
    }

    fn read(&self) -> Found {
        self.files().read(Some(&self.project()))
    }

    fn problems(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        self.read().errors.iter().map(|error| error.to_string().replace(&folder, "")).collect()
    }
}

#[test]
fn the_users_servers_come_first_and_a_project_replaces_none() {
    let room = Room::new(&[
        (
            USER_FILE,
            r#"{"mcpServers": {"b": {"command": "mine", "args": ["x"], "env": {"K": "v"}}, "a": {"url": "https://a"}}}"#,
        ),
        (
            "project/.mcp.json",
            "{\"other\": 1,\n\"mcpServers\": {\n \"b\": {\"command\": \"theirs\"},\n \"c\": {\"type\": \"stdio\", \"command\": \"c\"}}}",
        ),
        (
            "project/atelier.toml",
            "port = 1\n[[mcp_servers]]\nname = \"d\"\ncommand = \"d\"\nargs = [\"1\"]\nenv = { A = \"b\" }\ntools_format = \"toon\"\n",
        ),
        ("project/emacs-agent.toml", "[[mcp_servers]]\nname = \"never read\"\ncommand = \"x\"\n"),
    ]);
    let found = room.read();
    let seen: Vec<_> = found.servers.iter().map(|server| (&*server.name, server.origin)).collect();
    assert_eq!(seen, [("b", Origin::User), ("a", Origin::User), ("c", Origin::Project), ("d", Origin::Project)]);
    assert_eq!(
        found.servers[0].reach,
        Reach::Stdio { command: "mine".into(), args: vec!["x".into()], env: vec![("K".into(), "v".into())] }
    );
    assert_eq!(found.servers[3].tools_format, ToolsFormat::Toon);
    assert!(
        matches!(&room.problems()[..], [one] if one.starts_with("project/.mcp.json, line 3: there is a server `b` already, in "))
    );
}

#[test]
fn what_is_wrong_is_told_with_file_and_line_and_nothing_else_is_lost() {
    let room = Room::new(&[
        (
            USER_FILE,
            "{\"mcpServers\": {\n\"ok\": {\"command\": \"x\"},\n\"both\": {\"command\": \"x\", \"url\": \"y\"},\n\"none\": {},\n\"kind\": {\n \"command\": [\"sk-secret\"]},\n\"old\": {\"type\": \"sse\", \"url\": \"http://x\"},\n\"\": {\"command\": \"x\"}}}",
        ),
        ("project/.mcp.json", "{\"mcpServers\": {\n  \"a\": {\"command\": \"sk-secret\",}\n}}"),
        ("project/emacs-agent.toml", "[[mcp_servers]]\nname = \"e\"\ncommand = \"e\"\n[[mcp_servers]]\nname = 5\n"),
    ]);
    let found = room.read();
    assert_eq!(found.servers.iter().map(|server| &*server.name).collect::<Vec<_>>(), ["ok"]);
    let problems = room.problems();
    assert_eq!(problems.len(), 7, "{problems:?}");
    for (problem, begins) in problems.iter().zip([
        "mcp.json, line 3: server `both`: it has a command and a url; keep one of them; correct it there.",
        "mcp.json, line 4: server `none`: it needs a command (stdio) or a url (http)",
        "mcp.json, line 6: server `kind`: a value is of the wrong kind, a string is expected",
        "mcp.json, line 7: server `old`: the old SSE transport is not supported",
        "mcp.json, line 8: a server's name has 1 to 64",
        "project/.mcp.json, line 2: this is no JSON",
        "project/emacs-agent.toml, line 5: invalid type",
    ]) {
        assert!(problem.starts_with(begins), "{problem}");
        assert!(!problem.contains("sk-secret"), "{problem}");
    }
}

#[test]
fn a_server_is_added_and_taken_out_and_the_rest_of_the_file_stays() {
    let room = Room::new(&[(
        "project/.mcp.json",
        "{\"z\": 1.50, \"mcpServers\": {\"a\": {\"command\": \"a\", \"more\": true}}, \"b\": []}",
    )]);
    let reach = Reach::Stdio { command: "npx".into(), args: vec!["-y".into()], env: vec![("K".into(), "${V}".into())] };
    let file = room.files().add(Some(&room.project()), "new", &reach).unwrap();
    let again = room.files().add(Some(&room.project()), "new", &reach).unwrap_err();
    assert!(again.to_string().contains("already"), "{again}");
    let added = room.read().servers.into_iter().find(|server| server.name == "new").unwrap();
    assert_eq!((added.reach.clone(), added.origin), (reach.clone(), Origin::Project));
    Files::remove(&added).unwrap();
    let left: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(left.to_string(), r#"{"z":1.5,"mcpServers":{"a":{"command":"a","more":true}},"b":[]}"#);
    assert!(Files::remove(&added).is_err());

    let http = Reach::Http { url: "https://x".into(), headers: vec![("Authorization".into(), "Bearer ${T}".into())] };
    room.files().add(None, "far", &http).unwrap();
    assert_eq!(room.read().servers[0].reach, http);
    fs::write(&file, "{ no json").unwrap();
    assert!(room.files().add(Some(&room.project()), "x", &reach).unwrap_err().to_string().contains("line 1"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "{ no json");
    assert_eq!(fs::read_dir(room.project()).unwrap().count(), 1, "nothing is left beside the project's file");
}

#[test]
fn consent_is_bound_to_what_was_asked_about_and_kept_outside_the_project() {
    let room = Room::new(&[("project/.mcp.json", r#"{"mcpServers": {"a": {"command": "a", "args": ["1"]}}}"#)]);
    let consents = Consents::new(room.folder.path());
    let (project, server) = (room.project(), || room.read().servers.remove(0));
    assert_eq!(consents.of(&project, &server()).unwrap(), None);
    consents.set(&project, &server(), true).unwrap();
    assert_eq!(consents.of(&project, &server()).unwrap(), Some(true));
    assert_eq!(consents.of(Path::new("/another"), &server()).unwrap(), None);
    for changed in [
        r#"{"command": "a", "args": ["2"]}"#,
        r#"{"command": "a", "args": ["1"], "env": {"X": "y"}}"#,
        r#"{"url": "http://a"}"#,
        r#"{"command": "a", "args": []}"#,
    ] {
        fs::write(project.join(PROJECT_FILE), format!("{{\"mcpServers\": {{\"a\": {changed}}}}}")).unwrap();
        assert_eq!(consents.of(&project, &server()).unwrap(), None, "{changed}");
    }
    consents.set(&project, &server(), false).unwrap();
    assert_eq!(consents.of(&project, &server()).unwrap(), Some(false));
    assert_eq!(fs::read_dir(&project).unwrap().count(), 1);
    let user = ServerConfig { origin: Origin::User, ..server() };
    assert_eq!(consents.of(&project, &user).unwrap(), Some(true));
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let reach = Reach::Stdio { command: "${HERE}/x".into(), args: vec!["${NOT_HERE}".into()], env: Vec::new() };
    let server = ServerConfig {
        name: "a".into(),
        origin: Origin::User,
        file: PathBuf::new(),
        reach,
        tools_format: ToolsFormat::Json,
    };
    let environment = Environment::from_pairs("/home/ada", [("HERE", "/opt")]);
    let error = resolve(&server, &environment).err().unwrap().to_string();
    assert!(error.starts_with("The variable NOT_HERE of the MCP server `a` is not set"), "{error}");
}
