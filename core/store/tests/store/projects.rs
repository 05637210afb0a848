//! Projects, row by row of their contract.

use atelier_protocol::{
    CreateProjectRequest, FileToSave, FileUpdate, MessageRole, MessageToSave, ProjectWithMessages, SaveProjectRequest,
};
use atelier_store::{ProjectError, Store};
use proptest::prelude::*;

use crate::scratch::Scratch;

const MEBIBYTE: usize = 1 << 20;

pub(crate) fn message(id: &str, content: &str) -> MessageToSave {
    MessageToSave { id: Some(id.to_owned()), role: MessageRole::User, content: content.to_owned() }
}

pub(crate) fn file(path: &str, content: &str) -> FileToSave {
    FileToSave { path: path.to_owned(), content: content.to_owned(), language: String::new() }
}

fn update(path: &str, content: &str) -> FileUpdate {
    FileUpdate { path: path.to_owned(), content: Some(content.to_owned()), ..FileUpdate::default() }
}

pub(crate) fn save(id: Option<&str>) -> SaveProjectRequest {
    SaveProjectRequest {
        project_id: id.map(str::to_owned),
        name: "Tea timer".to_owned(),
        project_type: "web".to_owned(),
        active_agents: r#"["ui-ux-designer"]"#.to_owned(),
        messages: vec![message("m-2", "first"), message("m-1", "second")],
        files: vec![file("src/main.rs", "fn main() {}"), file("README", "Tea.")],
        ..SaveProjectRequest::default()
    }
}

/// Name and content.
type Named<'a> = Vec<(&'a str, &'a str)>;

fn contents(project: &ProjectWithMessages) -> (Named<'_>, Named<'_>) {
    let messages = project.messages.iter().map(|message| (message.id.as_str(), message.content.as_str())).collect();
    let files = project.files.iter().map(|file| (file.path.as_str(), file.content.as_str())).collect();
    (messages, files)
}

fn open() -> (Scratch, Store) {
    let scratch = Scratch::new();
    let store = scratch.open();
    (scratch, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_project_has_its_defaults_and_is_empty() {
    let (_scratch, store) = open();
    let request = CreateProjectRequest {
        name: "  Tea timer\n".to_owned(),
        project_type: "web".to_owned(),
        description: Some("Brews.".to_owned()),
    };
    let made = store.create_project(request).await.unwrap();
    let uuid = made.id.strip_prefix("proj-").unwrap();
    assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'7'), "{uuid}");
    assert_eq!((made.name.as_str(), made.project_type.as_str()), ("Tea timer", "web"));
    assert_eq!(made.description.as_deref(), Some("Brews."));
    assert_eq!((made.active_agents.as_str(), made.current_code.as_deref()), ("[]", None));
    assert_eq!((made.visibility.as_str(), made.user_id.as_str()), ("PRIVATE", "local-user"));
    assert_eq!(made.created_at, made.updated_at);
    let loaded = store.load_project(&made.id).await.unwrap();
    assert_eq!(loaded, ProjectWithMessages { project: made, messages: Vec::new(), files: Vec::new() });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_makes_a_project_and_the_next_one_replaces_all_but_what_is_its_history() {
    let (scratch, store) = open();
    let id = store.save_project(save(None)).await.unwrap();
    assert!(id.starts_with("proj-"));
    let first = store.load_project(&id).await.unwrap();
    let messages = [("m-2", "first"), ("m-1", "second")];
    assert_eq!(contents(&first), (messages.to_vec(), vec![("README", "Tea."), ("src/main.rs", "fn main() {}")]));
    assert_eq!((first.files[0].language.as_str(), first.files[1].language.as_str()), ("plaintext", "rust"));
    assert_eq!(first.messages[0].created_at, first.messages[1].created_at, "that is why there is a position");
    let likes = "UPDATE projects SET likes = 3, forks = 2, visibility = 'PUBLIC', created_at = 5";
    assert_eq!(scratch.sql().execute(likes, []).unwrap(), 1);

    let mut again = save(Some(&id));
    again.name = "Tea timer 2".to_owned();
    again.active_agents = "[]".to_owned();
    again.messages = vec![message("m-1", "now the first"), message("m-3", "third")];
    again.messages[1].role = MessageRole::Assistant;
    again.files = vec![FileToSave { language: "cobol".to_owned(), ..file("src/main.rs", "") }];
    assert_eq!(store.save_project(again).await.unwrap(), id);
    let second = store.load_project(&id).await.unwrap();
    assert_eq!(contents(&second), (vec![("m-1", "now the first"), ("m-3", "third")], vec![("src/main.rs", "")]));
    assert_eq!((second.messages[1].role, second.files[0].language.as_str()), (MessageRole::Assistant, "cobol"));
    assert_eq!((second.project.name.as_str(), second.project.active_agents.as_str()), ("Tea timer 2", "[]"));
    assert_eq!((second.project.visibility.as_str(), second.project.created_at.as_millis()), ("PUBLIC", 5));
    assert!(second.project.updated_at > first.project.updated_at);
    let kept = scratch.sql().query_row("SELECT likes, forks FROM projects", [], |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(kept.unwrap(), (3_i64, 2_i64));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_id_that_is_unknown_makes_a_project_and_what_is_absent_stays() {
    let (_scratch, store) = open();
    let mut request = save(Some("proj-chosen"));
    request.description = Some("About tea".to_owned());
    request.current_code = Some("let tea;".to_owned());
    assert_eq!(store.save_project(request).await.unwrap(), "proj-chosen");
    store.save_project(save(Some("proj-chosen"))).await.unwrap();
    let kept = store.load_project("proj-chosen").await.unwrap().project;
    assert_eq!((kept.description.as_deref(), kept.current_code.as_deref()), (Some("About tea"), Some("let tea;")));
    let mut request = save(Some("proj-chosen"));
    request.description = Some(String::new());
    store.save_project(request).await.unwrap();
    let emptied = store.load_project("proj-chosen").await.unwrap().project;
    assert_eq!((emptied.description.as_deref(), emptied.current_code.as_deref()), (Some(""), Some("let tea;")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_an_id_gets_one() {
    let (_scratch, store) = open();
    let mut request = save(None);
    request.messages = (0..3).map(|_| message("", "x")).collect();
    request.messages[0].id = None;
    let id = store.save_project(request).await.unwrap();
    let ids: Vec<_> = store.load_project(&id).await.unwrap().messages.into_iter().map(|message| message.id).collect();
    assert!(ids.iter().all(|id| id.len() == 36 && id.as_bytes()[14] == b'7'), "{ids:?}");
    assert!(ids[0] < ids[1] && ids[1] < ids[2], "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_last_changed_first_whatever_the_clock_says() {
    let (scratch, store) = open();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut request = save(None);
        request.messages.clear();
        ids.push(store.save_project(request).await.unwrap());
    }
    // All of one moment, far ahead.
    scratch.sql().execute("UPDATE projects SET updated_at = 4000000000000", []).unwrap();
    let order = |projects: Vec<atelier_protocol::Project>| projects.into_iter().map(|it| it.id).collect::<Vec<_>>();
    let by_id = [&ids[2], &ids[1], &ids[0]].map(Clone::clone);
    assert_eq!(order(store.list_projects(None).await.unwrap()), by_id);
    store.update_project_files(&ids[0], Vec::new()).await.unwrap();
    let changed = [&ids[0], &ids[2], &ids[1]].map(Clone::clone);
    assert_eq!(order(store.list_projects(Some("local-user")).await.unwrap()), changed);
    assert_eq!(store.list_projects(Some("somebody else")).await.unwrap(), []);
    assert_eq!(store.list_projects(Some("' OR 1=1 --")).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_takes_messages_and_files_along_and_frees_their_ids() {
    let (scratch, store) = open();
    let (gone, stays) = (save(Some("gone")), SaveProjectRequest { messages: Vec::new(), ..save(Some("stays")) });
    store.save_project(gone.clone()).await.unwrap();
    store.save_project(stays).await.unwrap();
    store.delete_project("gone").await.unwrap();
    let count = |table: &str| -> i64 {
        scratch.sql().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("projects"), count("messages"), count("project_files")), (1, 0, 2));
    let missing = ProjectError::NotFound { id: "gone".to_owned() };
    assert_eq!(missing.to_string(), "Project not found: gone");
    assert_eq!(store.delete_project("gone").await.unwrap_err(), missing);
    assert_eq!(store.load_project("gone").await.unwrap_err(), missing);
    assert_eq!(store.update_project_files("gone", vec![update("a", "b")]).await.unwrap_err(), missing);
    store.save_project(gone).await.unwrap();
    assert_eq!(store.load_project("gone").await.unwrap().messages.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_of_files_touches_those_it_names_and_no_others() {
    let (_scratch, store) = open();
    let mut request = save(None);
    request.files = vec![file("keep.md", "kept"), file("change.py", "old"), file("drop.c", "gone"), file("lang", "x")];
    let id = store.save_project(request).await.unwrap();
    let before = store.load_project(&id).await.unwrap();
    let removed = |path: &str| FileUpdate { path: path.to_owned(), deleted: true, ..FileUpdate::default() };
    let updates = vec![
        update("change.py", "new"),
        update("made/new.swift", "let x = 1"),
        removed("drop.c"),
        removed("never.there"),
        FileUpdate { path: "lang".to_owned(), language: Some("lua".to_owned()), ..FileUpdate::default() },
    ];
    store.update_project_files(&id, updates).await.unwrap();
    let after = store.load_project(&id).await.unwrap();
    let files: Vec<_> = after.files.iter().map(|it| (it.path.as_str(), it.content.as_str(), &*it.language)).collect();
    let expected = [
        ("change.py", "new", "python"),
        ("keep.md", "kept", "markdown"),
        ("lang", "x", "lua"),
        ("made/new.swift", "let x = 1", "swift"),
    ];
    assert_eq!(files, expected);
    let at = |project: &ProjectWithMessages, path: &str| {
        let file = project.files.iter().find(|file| file.path == path).unwrap();
        (file.created_at, file.updated_at)
    };
    assert_eq!(at(&after, "keep.md"), at(&before, "keep.md"));
    assert_eq!(at(&after, "change.py").0, at(&before, "change.py").0);
    assert_eq!(at(&after, "change.py").1, after.project.updated_at);
    assert!(after.project.updated_at > before.project.updated_at);
    assert_eq!(after.messages, before.messages);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_update_changes_nothing_not_even_the_time() {
    let (_scratch, store) = open();
    let id = store.save_project(save(None)).await.unwrap();
    let before = store.load_project(&id).await.unwrap();
    let no_content = FileUpdate { path: "new.rs".to_owned(), ..FileUpdate::default() };
    let refused = [
        (vec![update("README", "x"), no_content], "Configuration error: there is no file \"new.rs\""),
        (vec![update("README", "x"), update("../x", "x")], "Configuration error: file path \"../x\""),
        (vec![update("a", "x"), update("a", "y")], "Database error: query failed: two files have the path \"a\""),
        (
            vec![update("a", &"x".repeat(10 * MEBIBYTE + 1))],
            "Configuration error: the file \"a\" is larger than 10 MiB",
        ),
    ];
    for (updates, text) in refused {
        let error = store.update_project_files(&id, updates).await.unwrap_err().to_string();
        assert!(error.starts_with(text), "{error}");
    }
    assert_eq!(store.load_project(&id).await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_taken_are_refused_and_nothing_changes() {
    let (_scratch, store) = open();
    store.save_project(save(Some("mine"))).await.unwrap();
    let before = store.load_project("mine").await.unwrap();
    let twice = SaveProjectRequest { messages: vec![message("a", "x"), message("a", "y")], ..save(Some("mine")) };
    let foreign = SaveProjectRequest { messages: vec![message("new", "x"), message("m-1", "y")], ..save(None) };
    let one_path = SaveProjectRequest { files: vec![file("a", "x"), file("a", "y")], ..save(Some("mine")) };
    for (request, detail) in [(twice, "\"a\""), (foreign, "\"m-1\""), (one_path, "\"a\"")] {
        let error = store.save_project(request).await.unwrap_err().to_string();
        assert!(error.starts_with("Database error: query failed: ") && error.contains(detail), "{error}");
    }
    assert_eq!(store.load_project("mine").await.unwrap(), before);
    assert_eq!(store.list_projects(None).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_have_1_to_200_characters_after_trimming() {
    let (_scratch, store) = open();
    for (name, fine) in [("é".repeat(200), true), (" x ".to_owned(), true), ("é".repeat(201), false)]
        .into_iter()
        .chain(["", " \t\n\u{a0}"].map(|name| (name.to_owned(), false)))
    {
        let create = CreateProjectRequest { name: name.clone(), ..CreateProjectRequest::default() };
        let save = SaveProjectRequest { name: name.clone(), messages: Vec::new(), ..save(None) };
        let errors = [store.create_project(create).await.err(), store.save_project(save).await.err()];
        for error in errors {
            let text = error.map(|error| error.to_string());
            let expected = (!fine).then_some("Configuration error: project name is required");
            assert_eq!(text.as_deref(), expected, "{name:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_paths_and_ids_that_are_not_what_they_should_be_are_refused() {
    let (_scratch, store) = open();
    let deep = "[".repeat(10_000);
    for agents in ["", "{}", "\"x\"", "null", "[1", "[] []", "[1,]", deep.as_str()] {
        let error = store.save_project(SaveProjectRequest { active_agents: agents.to_owned(), ..save(None) }).await;
        assert_eq!(error.unwrap_err(), ProjectError::InvalidAgents, "{agents:.20}");
    }
    let long = format!("a/{}", "b".repeat(4095));
    let hostile =
        ["", "/etc/passwd", "..", "../x", "a/../../x", "a/..", ".", "./a", "a//b", "a/", "a\\b", "a\0b", &long];
    for path in hostile {
        let error = store.save_project(SaveProjectRequest { files: vec![file(path, "")], ..save(None) }).await;
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("Configuration error: file path \"") && error.len() < 500, "{error}");
    }
    for id in ["", "a b", "a/b", "a\\b", "a\nb", "a\u{2028}b", &"x".repeat(201)] {
        let error = store.save_project(save(Some(id))).await.unwrap_err().to_string();
        assert!(error.starts_with("Configuration error: project id \"") && error.len() < 500, "{error}");
    }
    assert_eq!(store.list_projects(None).await.unwrap(), []);
    let mut fine = save(None);
    fine.active_agents = r#" [1, {"a": [null]}] "#.to_owned();
    fine.files = ["...", "..a/b..", "a b", "ü/日本.rs", "-rf", ".git/config"].map(|path| file(path, "")).to_vec();
    let id = store.save_project(fine).await.unwrap();
    assert_eq!(store.load_project(&id).await.unwrap().files.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_mebibytes_go_in_and_come_out_and_one_byte_more_does_not() {
    let (_scratch, store) = open();
    let large: String = "0123456789abcdé\0".chars().cycle().take(10 * MEBIBYTE).collect();
    let large = &large[..large.floor_char_boundary(10 * MEBIBYTE)];
    let mut request = save(Some("large"));
    request.messages = vec![message("m", large)];
    request.files = vec![file("a.txt", large)];
    store.save_project(request).await.unwrap();
    let loaded = store.load_project("large").await.unwrap();
    assert!(loaded.messages[0].content == large && loaded.files[0].content == large);

    let over = "x".repeat(10 * MEBIBYTE + 1);
    let with_message = SaveProjectRequest { messages: vec![message("m", &over)], ..save(Some("large")) };
    let with_file = SaveProjectRequest { files: vec![file("a.txt", &over)], ..save(Some("large")) };
    let with_code = SaveProjectRequest { current_code: Some(over), ..save(Some("large")) };
    for (request, what) in
        [(with_message, "message 1"), (with_file, "the file \"a.txt\""), (with_code, "the current code")]
    {
        let error = store.save_project(request).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("Configuration error: {what} is larger than 10 MiB")), "{error}");
    }
    assert!(store.load_project("large").await.unwrap() == loaded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_says_so() {
    let (_scratch, store) = open();
    store.close().await;
    let error = store.save_project(save(None)).await.unwrap_err();
    assert_eq!(error, ProjectError::Store(atelier_store::StoreError::Closed));
    assert_eq!(store.list_projects(None).await.unwrap_err(), error);
}

fn any_role() -> impl Strategy<Value = MessageRole> {
    prop_oneof![Just(MessageRole::User), Just(MessageRole::Assistant), Just(MessageRole::System)]
}

fn any_save() -> impl Strategy<Value = SaveProjectRequest> {
    let messages = prop::collection::vec((any_role(), any::<String>()), 0..6);
    let files = prop::collection::btree_map("[a-cé]{1,2}(/[.]?[a-c]{1,3}){0,2}", any::<String>(), 0..6);
    ("[^\\s]\\PC{0,20}[^\\s]", any::<String>(), any::<Option<String>>(), messages, files).prop_map(
        |(name, project_type, description, messages, files)| SaveProjectRequest {
            name,
            project_type,
            description,
            messages: messages
                .into_iter()
                .enumerate()
                .map(|(number, (role, content))| MessageToSave { id: Some(number.to_string()), role, content })
                .collect(),
            files: files.iter().map(|(path, content)| file(path, content)).collect(),
            ..save(Some("any"))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn what_is_saved_last_is_what_is_loaded(saves in prop::collection::vec(any_save(), 1..4)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (_scratch, store) = open();
            let mut description = None;
            for wanted in saves {
                store.save_project(wanted.clone()).await.unwrap();
                description = wanted.description.or(description);
                let ProjectWithMessages { project, messages, files } = store.load_project("any").await.unwrap();
                assert_eq!((project.name, project.project_type), (wanted.name.trim().to_owned(), wanted.project_type));
                assert_eq!(project.description, description);
                let found: Vec<_> = messages
                    .into_iter()
                    .map(|it| MessageToSave { id: Some(it.id), role: it.role, content: it.content })
                    .collect();
                assert_eq!(found, wanted.messages);
                let mut expected: Vec<_> = wanted.files.into_iter().map(|file| (file.path, file.content)).collect();
                expected.sort();
                assert_eq!(files.into_iter().map(|file| (file.path, file.content)).collect::<Vec<_>>(), expected);
            }
            store.close().await;
        });
    }
}
