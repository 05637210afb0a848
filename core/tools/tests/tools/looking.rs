//! Tools that only look.

use std::{fmt::Write as _, os::unix::fs::symlink, path::Path, process::Command};

use crate::project::{Project, run};
use atelier_tools::{Approval, FailureCode, Mode, Outcome, progress_channel};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_long_file_is_read_part_by_part_and_nothing_is_lost() {
    let mut text = String::new();
    for i in 0..30_000 {
        writeln!(text, "line {i}").unwrap();
    }
    let project = Project::new(&[("long.txt", &text)]);
    let (mut whole, mut offset) = (String::new(), 1);
    loop {
        let part =
            project.call("read_file", json!({"path": "long.txt", "offset": offset, "limit": 9000})).await.unwrap();
        let lines = part.metadata["lines"].as_u64().unwrap();
        whole.extend(part.content.split_inclusive('\n').take(usize::try_from(lines).unwrap()));
        offset += lines;
        if offset > 30_000 {
            assert!(!part.content.contains("read on with"));
            break;
        }
        assert!(part.content.ends_with(&format!("of 30000; read on with offset {offset}]")));
    }
    assert_eq!(whole, text);
    let numbered = json!({"path": "long.txt", "offset": 7, "limit": 2, "line_numbers": true});
    assert!(project.call("read_file", numbered).await.unwrap().content.starts_with("7\tline 6\n8\tline 7\n["));
    let beyond = json!({"path": "long.txt", "offset": 30_001});
    assert!(project.call("read_file", beyond).await.unwrap_err().message.contains("has only 30000 lines"));
}

#[tokio::test]
async fn odd_files_are_read_or_refused_but_never_wrongly() {
    let project = Project::new(&[("empty", ""), ("wide", &"é".repeat(100_000)), ("bare", "no newline")]);
    assert_eq!(project.read("empty").await, "[the file is empty]");
    assert_eq!(project.read("bare").await, "no newline");
    let wide = project.read("wide").await;
    assert!(wide.len() < 60_000 && wide.contains("is longer than what is shown"));
    for (path, code) in [
        (".", FailureCode::InvalidToolCall),
        ("missing", FailureCode::NotFound),
        ("../x", FailureCode::PermissionDenied),
        ("tool-output:1", FailureCode::NotFound),
    ] {
        assert_eq!(project.code("read_file", json!({"path": path})).await, code, "{path}");
    }
}

#[tokio::test]
async fn a_long_result_is_kept_and_read_on_by_its_name() {
    let project = Project::new(&[]);
    for i in 0..1000 {
        project.put(&format!("{i:04}.txt"), format!("needle {}\n", "x".repeat(300)));
    }
    let found = project.call("search_files", json!({"pattern": "needle", "limit": 1000})).await.unwrap();
    assert!(found.content.len() < 50_000, "{}", found.content.len());
    assert!(found.content.contains("left out here; the whole is `tool-output:1`"));
    assert!(
        found.content.contains("0000.txt") && found.content.contains("0999.txt") && !found.content.contains("0500.txt")
    );
    let rest = project.call("read_file", json!({"path": "tool-output:1", "offset": 500, "limit": 5})).await.unwrap();
    assert!(rest.content.contains("0499.txt") || rest.content.contains("0498.txt"), "{}", rest.content);
}

#[tokio::test]
async fn a_folder_is_listed_as_toon_with_links_and_hidden_files() {
    let project = Project::new(&[(".hidden", "ab"), ("sub/a", ""), ("b, c", "1")]);
    symlink("/etc", project.root.join("link")).unwrap();
    let list = project.call("list_directory", json!({"path": "."})).await.unwrap();
    assert_eq!(
        list.content,
        "format: toon\npath: .\ntotal: 4\nentries[4]{name,type,size}:\n  .hidden,file,2\n  \"b, c\",file,1\n  \
         link,symlink,0\n  sub,directory,0"
    );
    assert_eq!(project.code("list_directory", json!({"path": "link"})).await, FailureCode::PermissionDenied);
    assert_eq!(project.code("list_directory", json!({"path": ".hidden"})).await, FailureCode::InvalidToolCall);
    assert_eq!(project.code("list_directory", json!({"path": "none"})).await, FailureCode::NotFound);
}

/// `path:line` of every match.
fn hits(content: &str) -> Vec<String> {
    let Some(body) = content.strip_prefix("format: json\n") else {
        return toon_format::decode_default::<Value>(content.strip_prefix("format: toon\n").unwrap_or("matches: []"))
            .unwrap()["matches"]
            .as_array()
            .unwrap()
            .iter()
            .map(hit)
            .collect();
    };
    serde_json::from_str::<Value>(body).unwrap()["matches"].as_array().unwrap().iter().map(hit).collect()
}

fn hit(row: &Value) -> String {
    format!("{}:{}", row["path"].as_str().unwrap(), row["line"])
}

#[tokio::test]
async fn contents_are_searched_as_asked() {
    let project = Project::new(&[
        ("a.rs", "fn main() {\n    call(x);\n}\n"),
        ("sub/b.rs", "// Call (x)\n"),
        ("c.txt", "call(x)\n"),
        (".env", "call(x)\n"),
        ("binary", "call(x)\n\0"),
        (".hidden/d.rs", "call(x)"),
    ]);
    let search = |arguments: Value| {
        let call = project.call("search_files", arguments);
        async { hits(&call.await.unwrap().content) }
    };
    assert_eq!(search(json!({"pattern": r"call\("})).await, [".hidden/d.rs:1", "a.rs:2", "c.txt:1"]);
    assert_eq!(
        search(json!({"pattern": "call(", "literal": true, "glob": "*.rs"})).await,
        [".hidden/d.rs:1", "a.rs:2"]
    );
    assert_eq!(search(json!({"pattern": "CALL", "ignore_case": true, "path": "sub"})).await, ["sub/b.rs:1"]);
    assert_eq!(search(json!({"pattern": "^}$"})).await, ["a.rs:3"], "`^` and `$` are those of each line");
    assert_eq!(search(json!({"pattern": "call", "path": "c.txt"})).await, ["c.txt:1"]);
    assert_eq!(search(json!({"pattern": "call", "limit": 1})).await.len(), 1);
    assert_eq!(search(json!({"pattern": "call", "glob": "a.rs", "context": 1})).await, ["a.rs:1", "a.rs:2", "a.rs:3"]);
    let minified = "x".repeat(9000) + "needle" + &"y".repeat(9000);
    project.put("c.min.js", minified);
    let found = project.call("search_files", json!({"pattern": "needle"})).await.unwrap();
    assert!(found.content.contains("xneedley") && found.content.len() < 1000, "{}", found.content);
    let none = project.call("search_files", json!({"pattern": "nowhere"})).await.unwrap();
    assert!(none.content.starts_with("No match in "), "{}", none.content);
    let wrong = project.call("search_files", json!({"pattern": "call("})).await.unwrap_err();
    assert_eq!(wrong.code, FailureCode::InvalidToolCall);
    assert!(wrong.message.contains("set `literal`"), "{wrong}");
    assert_eq!(project.code("search_files", json!({"pattern": "x{1000}{1000}"})).await, FailureCode::InvalidToolCall);
    assert_eq!(project.code("search_files", json!({"pattern": "x", "glob": "[a"})).await, FailureCode::InvalidToolCall);
}

#[tokio::test]
async fn what_git_ignores_is_left_out_and_links_are_not_followed() {
    let project = Project::new(&[
        (".gitignore", "target/\n*.log\n!keep.log\n"),
        ("sub/.gitignore", "local\n"),
        ("target/x.rs", "needle"),
        ("a.log", "needle"),
        ("keep.log", "needle"),
        ("sub/local", "needle"),
        ("sub/x.rs", "needle"),
        (".ignore", "sub/\n"),
    ]);
    assert!(Command::new("git").arg("init").arg("-q").arg(&project.root).status().unwrap().success());
    symlink("sub", project.root.join("link")).unwrap();
    let found = project.call("search_files", json!({"pattern": "needle"})).await.unwrap();
    assert_eq!(hits(&found.content), ["keep.log:1", "sub/x.rs:1"]);
    let files = project.call("glob", json!({"pattern": "*.{rs,log}"})).await.unwrap();
    assert_eq!(files.metadata, json!({"count": 2, "truncated": false}));
    assert!(files.content.contains("keep.log,sub/x.rs"), "{}", files.content);
    assert_eq!(project.call("glob", json!({"pattern": "*.py"})).await.unwrap().content, "No file matches.");
}

#[tokio::test]
async fn globs_match_paths_below_the_folder_that_is_looked_in() {
    let project = Project::new(&[("src/a.rs", ""), ("src/deep/b.rs", ""), ("c.rs", "")]);
    let count = |pattern: &str, path: &str| {
        let call = project.call("glob", json!({"pattern": pattern, "path": path}));
        async { call.await.unwrap().metadata["count"].as_u64().unwrap_or_default() }
    };
    assert_eq!(count("**/*.rs", ".").await, 3);
    assert_eq!(count("src/*.rs", ".").await, 1);
    assert_eq!(count("./src/**", ".").await, 2);
    assert_eq!(count("*.rs", "src").await, 2);
    assert_eq!(count("deep/*", "src").await, 1);
    let limited = project.call("glob", json!({"pattern": "*.rs", "limit": 2})).await.unwrap();
    assert_eq!(limited.metadata, json!({"count": 2, "truncated": true}));
}

#[tokio::test]
async fn looking_needs_no_approval_and_stops_when_told() {
    let project = Project::new(&[("a", "x")]);
    let search = json!({"pattern": "x"});
    let prepared = project.prepare("search_files", search.clone()).await.unwrap();
    assert!(prepared.read_only() && *prepared.needs() == Approval::Automatic && prepared.touches().is_empty());
    run(prepared).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    let prepared = project.prepare("search_files", search).await.unwrap();
    let outcome = prepared.run(progress_channel(1).0, stop).await;
    assert!(matches!(outcome, Outcome::Failure(failure) if failure.code == FailureCode::Cancelled));
}

#[tokio::test]
async fn the_todo_list_is_kept_and_returned_whole() {
    let project = Project::new(&[]);
    let items = json!([{"text": "first", "status": "in_progress"}, {"text": "then", "status": "pending"}]);
    let done = project.call("todo", json!({"items": items})).await.unwrap();
    assert_eq!(done.content, "format: toon\nitems[2]{text,status}:\n  first,in_progress\n  then,pending");
    assert_eq!(serde_json::to_value(project.tools.todos()).unwrap(), items);
    assert_eq!(
        project.code("todo", json!({"items": [{"text": "x", "status": "maybe"}]})).await,
        FailureCode::InvalidToolCall
    );
    let many: Vec<_> = (0..101).map(|_| json!({"text": "x", "status": "pending"})).collect();
    assert_eq!(project.code("todo", json!({"items": many})).await, FailureCode::InvalidToolCall);
    assert_eq!(project.tools.todos().len(), 2);
}

#[tokio::test]
async fn an_unknown_tool_is_answered_with_the_categories_of_those_that_exist() {
    let project = Project::new(&[]);
    let failure = project.call("view_file", json!({})).await.unwrap_err();
    assert_eq!(failure.code, FailureCode::InvalidToolCall);
    assert!(
        failure.message.contains("There is no tool `view_file`")
            && failure.message.contains("filesystem,File operations,"),
        "{failure}"
    );
}

#[tokio::test]
async fn every_tool_is_described_by_a_usable_schema() {
    let project = Project::new(&[]);
    let specs = project.tools.specs(Mode::Build).await;
    let names: Vec<_> = specs.iter().map(|spec| spec.name.as_str()).collect();
    assert_eq!(names.len(), 22, "{names:?}");
    let wanted = [
        "read_file",
        "write_file",
        "edit_file",
        "search_files",
        "delete_file",
        "list_directory",
        "create_directory",
        "copy_file",
    ];
    let positions: Vec<_> = wanted.iter().map(|name| names.iter().position(|n| n == name).unwrap()).collect();
    assert!(positions.is_sorted(), "the contract's order");
    for spec in &specs {
        assert_eq!(spec.input_schema["type"], "object");
        assert_eq!(spec.input_schema["additionalProperties"], false);
    }
    let rows: Vec<_> = specs
        .iter()
        .map(|spec| {
            let description = spec.description.lines().next().unwrap_or_default();
            json!({"name": spec.name, "category": spec.category, "description": description, "params": spec.params})
        })
        .collect();
    let full: Vec<_> = specs
        .iter()
        .map(|spec| json!({"name": spec.name, "description": spec.description, "input_schema": spec.input_schema}))
        .collect();
    let (rows, full) = (toon_format::encode_default(&rows).unwrap().len(), serde_json::to_string(&full).unwrap().len());
    assert!(rows * 100 <= full * 45, "{rows} of {full}");
    assert!(Path::new(&project.root).is_dir());
}
