//! Tools that change files: what they do, what they refuse, what they leave alone.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::project::{Project, run};
use atelier_tools::{Approval, FailureCode, Mode, PreviewKind};
use serde_json::json;

#[tokio::test]
async fn an_edit_shows_its_diff_first_and_then_makes_just_that_change() {
    let project = Project::new(&[("src/a.rs", "one\ntwo\nthree\n")]);
    project.read("src/a.rs").await;
    let edit = json!({"path": "src/a.rs", "old": "two", "new": "2"});
    let prepared = project.prepare("edit_file", edit).await.unwrap();
    let Approval::Ask { dangerous: false, preview } = prepared.needs() else { panic!("{:?}", prepared.needs()) };
    assert_eq!(preview.kind, PreviewKind::Diff);
    assert_eq!(preview.text, "--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
    assert_eq!(prepared.touches().iter().map(ToString::to_string).collect::<Vec<_>>(), ["src/a.rs"]);
    assert!(!prepared.read_only());
    assert_eq!(project.get("src/a.rs"), "one\ntwo\nthree\n", "nothing changes before it runs");
    let done = run(prepared).await.unwrap();
    assert_eq!(done.changes, [json!({"path": "src/a.rs", "operation": "edit"})]);
    assert_eq!(done.content, "Edited `src/a.rs` (1 place).");
    assert!(done.metadata["diff"].as_str().unwrap().contains("+2\n"));
    assert_eq!(project.get("src/a.rs"), "one\n2\nthree\n");
    // What it wrote itself, it knows.
    let again = json!({"path": "src/a.rs", "old": "2", "new": "zwei"});
    project.call("edit_file", again).await.unwrap();
}

#[tokio::test]
async fn a_file_is_changed_only_as_the_model_knows_it() {
    let project = Project::new(&[("a.txt", "one\n")]);
    let edit = json!({"path": "a.txt", "old": "one", "new": "two"});
    for (tool, arguments) in [
        ("edit_file", edit.clone()),
        ("multi_edit", json!({"path": "a.txt", "edits": [{"old": "one", "new": "two"}]})),
        ("write_file", json!({"path": "a.txt", "content": "two"})),
    ] {
        let failure = project.call(tool, arguments).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::StaleFile);
        assert!(failure.message.contains("read it with read_file before you change it"), "{failure}");
    }
    project.read("a.txt").await;
    project.put("a.txt", "one\nmore\n");
    let failure = project.call("edit_file", edit.clone()).await.unwrap_err();
    assert!(failure.message.contains("has changed since you last read it"), "{failure}");
    project.read("a.txt").await;
    let prepared = project.prepare("edit_file", edit).await.unwrap();
    project.put("a.txt", "one\nmore\nand more\n");
    let failure = run(prepared).await.unwrap_err();
    assert_eq!(failure.code, FailureCode::StaleFile);
    assert_eq!(project.get("a.txt"), "one\nmore\nand more\n", "what someone wrote while we waited stays");
}

#[tokio::test]
async fn what_was_read_can_be_remembered_in_a_later_life_of_the_session() {
    let project = Project::new(&[("a.txt", "one\n")]);
    let read = project.call("read_file", json!({"path": "a.txt"})).await.unwrap();
    // The same file under another toolbox, which knows nothing of the first.
    let other = Project::new(&[("a.txt", "one\n")]);
    for unusable in [json!({"path": "a.txt", "stamp": "nonsense"}), json!({"path": "../a.txt", "stamp": 1}), json!(7)] {
        other.tools.remember(&unusable);
    }
    let edit = json!({"path": "a.txt", "old": "one", "new": "two"});
    assert_eq!(other.code("edit_file", edit.clone()).await, FailureCode::StaleFile);
    other.tools.remember(&read.metadata);
    let done = other.call("edit_file", edit.clone()).await.unwrap();
    assert_eq!(done.metadata["files"][0]["path"], "a.txt");
    other.tools.remember(&done.metadata);
    other.call("edit_file", json!({"path": "a.txt", "old": "two", "new": "one"})).await.unwrap();
}

#[tokio::test]
async fn a_text_that_occurs_twice_or_never_is_explained() {
    let project = Project::new(&[("a.txt", "let x = 1;\nfoo\nlet x = 1;\nlet total = count + 1;\n")]);
    project.read("a.txt").await;
    let failure = |old: &str, new: &str| {
        let call = project.call("edit_file", json!({"path": "a.txt", "old": old, "new": new}));
        async { call.await.unwrap_err() }
    };
    let twice = failure("let x = 1;", "y").await;
    assert_eq!(twice.code, FailureCode::Ambiguous);
    assert!(twice.message.contains("occurs 2 times in `a.txt`, on lines 1, 3"), "{twice}");
    let never = failure("let total = counts + 1;", "y").await;
    assert_eq!(never.code, FailureCode::NoMatch);
    assert!(never.message.ends_with("4\tlet total = count + 1;"), "{never}");
    assert!(failure("foo\n  let x = 1;", "y").await.message.contains("From line 2 on"));
    assert_eq!(failure("", "y").await.code, FailureCode::InvalidToolCall);
    assert_eq!(failure("foo", "foo").await.code, FailureCode::InvalidToolCall);
    let all = json!({"path": "a.txt", "old": "let x = 1;", "new": "y", "replace_all": true});
    assert_eq!(project.call("edit_file", all).await.unwrap().content, "Edited `a.txt` (2 places).");
    assert_eq!(project.get("a.txt"), "y\nfoo\ny\nlet total = count + 1;\n");
}

#[tokio::test]
async fn a_replacement_that_would_fill_the_memory_is_refused() {
    let project = Project::new(&[("a.txt", &"a".repeat(5 << 20))]);
    project.read("a.txt").await;
    let edit = json!({"path": "a.txt", "old": "a", "new": "b".repeat(5 << 20), "replace_all": true});
    assert_eq!(project.code("edit_file", edit).await, FailureCode::TooLarge);
    let doubling: Vec<_> = (0..40).map(|_| json!({"old": "a", "new": "aa", "replace_all": true})).collect();
    let failure = project.call("multi_edit", json!({"path": "a.txt", "edits": doubling})).await.unwrap_err();
    assert!(failure.code == FailureCode::TooLarge && failure.message.starts_with("Edit 2 of 40"), "{failure}");
}

#[tokio::test]
async fn several_edits_are_made_together_or_not_at_all() {
    let project = Project::new(&[("a.txt", "a b c\n")]);
    project.read("a.txt").await;
    let good = json!([{"old": "a", "new": "x"}, {"old": "x b", "new": "y"}]);
    let bad = json!([{"old": "a", "new": "x"}, {"old": "nowhere", "new": "y"}]);
    let failure = project.call("multi_edit", json!({"path": "a.txt", "edits": bad})).await.unwrap_err();
    assert!(
        failure.message.starts_with("Edit 2 of 2: ") && failure.message.ends_with("No edit was made."),
        "{failure}"
    );
    assert_eq!(project.get("a.txt"), "a b c\n");
    project.call("multi_edit", json!({"path": "a.txt", "edits": good})).await.unwrap();
    assert_eq!(project.get("a.txt"), "y c\n");
    assert_eq!(project.code("multi_edit", json!({"path": "a.txt", "edits": []})).await, FailureCode::InvalidToolCall);
}

#[tokio::test]
async fn line_endings_marks_encodings_and_modes_stay() {
    let project = Project::new(&[]);
    let utf16 = |text: &str| [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let cases = [
        (b"one\r\ntwo\r\nthree".to_vec(), b"one\r\n2\r\n2b\r\nthree".to_vec()),
        (b"\xEF\xBB\xBFone\ntwo\n".to_vec(), b"\xEF\xBB\xBFone\n2\n2b\n".to_vec()),
        (utf16("one\r\ntwo\r\n"), utf16("one\r\n2\r\n2b\r\n")),
    ];
    for (before, after) in cases {
        project.put("a.txt", &before);
        let file = project.root.join("a.txt");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        project.read("a.txt").await;
        project.call("edit_file", json!({"path": "a.txt", "old": "two", "new": "2\n2b"})).await.unwrap();
        assert_eq!(fs::read(&file).unwrap(), after);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o755);
    }
    for (content, reason) in
        [(&b"caf\xe9"[..], "neither UTF-8 nor UTF-16"), (b"\x89PNGxxxx", "image/png"), (b"\0", "binary")]
    {
        project.put("b", content);
        for tool in ["read_file", "write_file"] {
            let mut arguments = json!({"path": "b"});
            if tool == "write_file" {
                let bytes = fs::read(project.root.join("b")).unwrap();
                let stamp = atelier_workspace::Stamp::of(&bytes).to_string();
                project.tools.remember(&json!({"path": "b", "stamp": stamp}));
                arguments["content"] = "x".into();
            }
            let failure = project.call(tool, arguments).await.unwrap_err();
            assert_eq!(failure.code, FailureCode::NotText);
            assert!(failure.message.contains(reason), "{failure}");
        }
    }
}

#[tokio::test]
async fn a_new_file_comes_with_the_folders_above_it() {
    let project = Project::new(&[]);
    let write = json!({"path": "src/deep/a.rs", "content": "x\n"});
    assert!(
        project.preview("write_file", write.clone()).await.text.starts_with("--- /dev/null\n+++ b/src/deep/a.rs\n")
    );
    let done = project.call("write_file", write).await.unwrap();
    assert_eq!(done.changes, [json!({"path": "src/deep/a.rs", "operation": "write", "created": true})]);
    assert_eq!(project.get("src/deep/a.rs"), "x\n");
    project.call("write_file", json!({"path": "src/deep/a.rs", "content": ""})).await.unwrap();
    assert_eq!(project.get("src/deep/a.rs"), "");
}

#[tokio::test]
async fn a_patch_adds_updates_moves_and_deletes_in_one_go() {
    let project = Project::new(&[("a.txt", "1\n2\n3\n"), ("old.sh", "echo\n"), ("gone.txt", "x\n")]);
    fs::set_permissions(project.root.join("old.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let patch = "*** Begin Patch\n*** Add File: sub/new.txt\n+hello\n*** Update File: a.txt\n@@\n 1\n-2\n+two\n 3\n\
                 *** Update File: old.sh\n*** Move to: bin/new.sh\n@@\n-echo\n+echo hi\n*** Delete File: gone.txt\n\
                 *** End Patch\n";
    let prepared = project.prepare("apply_patch", json!({"patch": patch})).await.unwrap();
    assert!(matches!(prepared.needs(), Approval::Ask { dangerous: true, .. }), "it deletes");
    assert_eq!(prepared.touches().len(), 5);
    let done = run(prepared).await.unwrap();
    assert_eq!(done.content, "Applied the patch:\nA sub/new.txt\nM a.txt\nA bin/new.sh\nD old.sh\nD gone.txt");
    assert_eq!(done.changes.len(), 5);
    assert_eq!((project.get("sub/new.txt"), project.get("a.txt")), ("hello\n".into(), "1\ntwo\n3\n".into()));
    assert_eq!(project.get("bin/new.sh"), "echo hi\n");
    assert_eq!(fs::metadata(project.root.join("bin/new.sh")).unwrap().permissions().mode() & 0o777, 0o755);
    assert!(!project.exists("old.sh") && !project.exists("gone.txt"));
    let unified = "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n 1\n-two\n+2\n 3\n";
    project.call("apply_patch", json!({"patch": unified})).await.unwrap();
    assert_eq!(project.get("a.txt"), "1\n2\n3\n");
}

#[tokio::test]
async fn a_patch_that_fails_in_the_middle_leaves_everything_as_it_was() {
    let project = Project::new(&[("a.txt", "1\n"), ("b.txt", "1\n")]);
    let unfit = "*** Begin Patch\n*** Update File: a.txt\n-1\n+2\n*** Update File: b.txt\n-7\n+8\n*** End Patch";
    assert_eq!(project.code("apply_patch", json!({"patch": unfit})).await, FailureCode::NoMatch);
    fs::set_permissions(project.root.join("b.txt"), fs::Permissions::from_mode(0o751)).unwrap();
    // What the last part needs as a folder, the one before it makes a file: that shows only when it is written.
    let patch = "*** Begin Patch\n*** Update File: a.txt\n-1\n+2\n*** Delete File: b.txt\n*** Add File: new/deep/c\n+x\n\
                 *** Add File: new/deep/c/d\n+x\n*** End Patch";
    let prepared = project.prepare("apply_patch", json!({"patch": patch})).await.unwrap();
    let failure = run(prepared).await.unwrap_err();
    assert!(!failure.message.contains("Not put back"), "{failure}");
    assert_eq!((project.get("a.txt"), project.get("b.txt")), ("1\n".into(), "1\n".into()));
    assert_eq!(fs::metadata(project.root.join("b.txt")).unwrap().permissions().mode() & 0o777, 0o751);
    assert!(!project.exists("new"));
    let stale = project.prepare("apply_patch", json!({"patch": unfit.replace("-7", "-1")})).await.unwrap();
    project.put("b.txt", "1\nuser\n");
    assert_eq!(run(stale).await.unwrap_err().code, FailureCode::StaleFile);
    assert_eq!(project.get("a.txt"), "1\n");
}

#[tokio::test]
async fn a_patch_of_a_file_that_changed_since_it_was_read_is_refused() {
    let project = Project::new(&[("a.txt", "1\n2\n")]);
    let patch = json!({"patch": "*** Begin Patch\n*** Update File: a.txt\n-1\n+one\n*** End Patch"});
    project.read("a.txt").await;
    project.put("a.txt", "1\n2\n3\n");
    assert_eq!(project.code("apply_patch", patch.clone()).await, FailureCode::StaleFile);
    project.read("a.txt").await;
    project.call("apply_patch", patch).await.unwrap();
    assert_eq!(project.get("a.txt"), "one\n2\n3\n");
}

#[tokio::test]
async fn deleting_always_asks_and_shows_what_goes() {
    let project = Project::new(&[("a.txt", "x"), ("old/b.txt", "x"), ("old/deep/c.txt", "x"), ("keys/.env", "K=1")]);
    let prepared = project.prepare("delete_file", json!({"path": "old"})).await.unwrap();
    let Approval::Ask { dangerous: true, preview } = prepared.needs() else { panic!("{:?}", prepared.needs()) };
    assert_eq!(
        (preview.kind, preview.text.as_str()),
        (PreviewKind::Removal, "old\nold/b.txt\nold/deep\nold/deep/c.txt")
    );
    project.put("old/late.txt", "x");
    assert_eq!(run(prepared).await.unwrap_err().code, FailureCode::StaleFile);
    assert!(project.exists("old/b.txt"), "nothing of it is gone");
    let done = project.call("delete_file", json!({"path": "old"})).await.unwrap();
    assert_eq!(done.changes, [json!({"path": "old", "operation": "delete"})]);
    assert!(!project.exists("old"));
    project.call("delete_file", json!({"path": "a.txt"})).await.unwrap();
    assert!(!project.exists("a.txt"));
    for (path, code) in [
        (".", FailureCode::PermissionDenied),
        ("keys", FailureCode::PermissionDenied),
        ("nothing", FailureCode::NotFound),
        ("..", FailureCode::PermissionDenied),
    ] {
        assert_eq!(project.code("delete_file", json!({"path": path})).await, code, "{path}");
    }
}

#[tokio::test]
async fn folders_are_created_and_files_copied() {
    let project = Project::new(&[("a.sh", "x")]);
    let done = project.call("create_directory", json!({"path": "one/two"})).await.unwrap();
    assert_eq!(done.changes.len(), 2);
    let prepared = project.prepare("create_directory", json!({"path": "one"})).await.unwrap();
    assert_eq!(*prepared.needs(), Approval::Automatic, "there is nothing to decide");
    assert!(run(prepared).await.unwrap().changes.is_empty());
    let copy = json!({"source": "a.sh", "dest": "one/three/b.sh"});
    let done = project.call("copy_file", copy.clone()).await.unwrap();
    assert_eq!(done.changes, [json!({"path": "one/three/b.sh", "operation": "copy", "created": true})]);
    assert_eq!(project.code("copy_file", copy).await, FailureCode::AlreadyExists);
    assert_eq!(project.code("copy_file", json!({"source": "no", "dest": "c"})).await, FailureCode::NotFound);
    assert_eq!(project.code("create_directory", json!({"path": "a.sh"})).await, FailureCode::InvalidToolCall);
}

#[tokio::test]
async fn what_the_contract_refuses_is_refused_by_every_tool() {
    let project = Project::new(&[("a.txt", "x"), (".env", "KEY=1"), (".git/config", "[core]")]);
    project.read("a.txt").await;
    for path in ["../x", "/etc/passwd", ".env", "sub/.ssh/id", ".git/config", "sub/credentials.json", "~/x"] {
        let calls = [
            ("write_file", json!({"path": path, "content": "x"})),
            ("edit_file", json!({"path": path, "old": "x", "new": "y"})),
            ("delete_file", json!({"path": path})),
            ("create_directory", json!({"path": path})),
            ("copy_file", json!({"source": "a.txt", "dest": path})),
            ("apply_patch", json!({"patch": format!("*** Begin Patch\n*** Add File: {path}\n+x\n*** End Patch")})),
        ];
        for (tool, arguments) in calls {
            let failure = project.prepare(tool, arguments).await.unwrap_err();
            assert_eq!(failure.code, FailureCode::PermissionDenied, "{tool} {path}: {failure}");
        }
    }
    assert_eq!(project.get(".env"), "KEY=1");
}

#[tokio::test]
async fn a_mode_allows_no_more_than_the_contract_says() {
    let mut project = Project::new(&[("tests/a.rs", "x"), ("src/a.rs", "x")]);
    project.mode = Mode::Test;
    let write = |path: &str| project.call("write_file", json!({"path": path, "content": "y"}));
    write("tests/new.rs").await.unwrap();
    assert_eq!(write("src/new.rs").await.unwrap_err().code, FailureCode::PermissionDenied);
    assert_eq!(project.code("delete_file", json!({"path": "tests/a.rs"})).await, FailureCode::PermissionDenied);
    project.mode = Mode::Plan;
    for tool in ["write_file", "edit_file", "apply_patch", "delete_file", "create_directory", "copy_file"] {
        assert_eq!(project.code(tool, json!({})).await, FailureCode::PermissionDenied, "{tool}");
    }
    let offered: Vec<_> = project.tools.specs(Mode::Plan).await.into_iter().map(|spec| spec.name).collect();
    assert_eq!(
        offered,
        ["read_file", "search_files", "glob", "list_directory", "git_status", "git_diff", "git_log", "todo"]
    );
}
