//! Git through the façade, as the runtime contract has it: directories, messages, progress, identities, commit messages.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use atelier_protocol::Json;
use atelier_workbench::{
    CommitMessage, ErrorKind, GitIdentityChange, LogRange, RemoteRequest, TransferStep, Transferred, Workbench,
    WorkbenchError,
};
use fake_model_server::{Reply, Step};
use serde::Serialize;
use serde_json::json;

use crate::support::{Home, PATIENCE};

/// A workbench whose workspace holds a repository.
struct Place {
    home: Home,
    workbench: Workbench,
}

impl Place {
    async fn new() -> Self {
        Self::of(Home::without_key()).await
    }

    async fn of(home: Home) -> Self {
        fs::create_dir_all(home.path().join("work/project")).unwrap();
        fs::create_dir_all(home.path().join("other")).unwrap();
        let place = Self { workbench: home.open(), home };
        place.workbench.set_workspace_directory(&place.at("work")).await.unwrap();
        place.git(&["init", "-q", "-b", "main"]);
        for setting in [["user.name", "Ann"], ["user.email", "ann@localhost"], ["commit.gpgsign", "false"]] {
            place.git(&["config", setting[0], setting[1]]);
        }
        place.put("a.txt", "one\n");
        place.git(&["add", "-A"]);
        place.git(&["commit", "-q", "-m", "first"]);
        place
    }

    fn at(&self, path: &str) -> String {
        self.home.path().canonicalize().unwrap().join(path).to_str().unwrap().to_owned()
    }

    fn project(&self) -> String {
        self.at("work/project")
    }

    fn put(&self, path: &str, content: &str) {
        fs::write(Path::new(&self.project()).join(path), content).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.project());
        let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn origin(&self) -> PathBuf {
        let origin = self.home.path().canonicalize().unwrap().join("origin.git");
        self.git(&["init", "-q", "--bare", "-b", "main", origin.to_str().unwrap()]);
        self.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
        origin
    }
}

/// As it goes over the wire.
fn told<T: Serialize>(result: Result<T, WorkbenchError>) -> Result<Json, (u16, String)> {
    result.map(|value| serde_json::to_value(value).unwrap()).map_err(|error| (error.status(), error.message))
}

fn refused<T: Serialize>(result: Result<T, WorkbenchError>) -> (u16, String) {
    told(result).unwrap_err()
}

#[tokio::test]
async fn every_operation_asks_for_a_directory_in_the_approved_roots() {
    let place = Place::new().await;
    let workbench = &place.workbench;
    let missing = place.at("work/missing");
    for (directory, status, message) in [
        (" ".to_owned(), 400, "directory parameter is required".to_owned()),
        (place.at("other"), 403, "Access to directory denied".to_owned()),
        ("/".to_owned(), 403, "Access to directory denied".to_owned()),
        (missing.clone(), 500, format!("Directory does not exist: {missing}")),
    ] {
        let expected = (status, message);
        let files = || vec!["a.txt".to_owned()];
        let none = RemoteRequest::default;
        assert_eq!(refused(workbench.get_git_status(&directory).await), expected);
        assert_eq!(refused(workbench.get_git_diff(&directory, "a.txt", false, None).await), expected);
        assert_eq!(refused(workbench.revert_git_file(&directory, "a.txt").await), expected);
        assert_eq!(refused(workbench.get_git_branches(&directory, true).await), expected);
        assert_eq!(refused(workbench.create_branch(&directory, "x", None).await), expected);
        assert_eq!(refused(workbench.checkout_branch(&directory, "x").await), expected);
        assert_eq!(refused(workbench.delete_git_branch(&directory, "x", true).await), expected);
        assert_eq!(refused(workbench.delete_remote_branch(&directory, "x", None).await), expected);
        assert_eq!(refused(workbench.create_git_commit(&directory, "x", true, Vec::new()).await), expected);
        assert_eq!(refused(workbench.git_push(&directory, none()).await), expected);
        assert_eq!(refused(workbench.git_pull(&directory, none()).await), expected);
        assert_eq!(refused(workbench.git_fetch(&directory, none()).await), expected);
        assert_eq!(refused(workbench.get_git_log(&directory, LogRange::default()).await), expected);
        assert_eq!(refused(workbench.get_commit_files(&directory, "HEAD").await), expected);
        assert_eq!(refused(workbench.generate_commit_message(&directory, files()).await), expected);
        assert_eq!(refused(workbench.stage_files(&directory, files()).await), expected);
        assert_eq!(refused(workbench.unstage_files(&directory, files()).await), expected);
        assert_eq!(refused(workbench.git_init(&directory, None).await), expected);
        assert_eq!(refused(workbench.git_clone("/x", &directory, None).await), expected);
        assert_eq!(refused(workbench.get_current_git_identity(&directory).await), expected);
    }
    assert!(!Path::new(&place.at("other/.git")).exists());
}

#[tokio::test]
async fn a_repository_is_seen_changed_and_committed() {
    let place = Place::new().await;
    let (workbench, project) = (&place.workbench, place.project());
    let check = |is: bool| Ok(json!({ "isGitRepository": is }));
    assert_eq!(told(workbench.check_is_git_repository(&project).await), check(true));
    assert_eq!(told(workbench.check_is_git_repository(&place.at("work")).await), check(false));
    assert_eq!(told(workbench.check_is_git_repository(&place.at("work/missing")).await), check(false));
    place.put("a.txt", "one\ntwo\n");
    let diff = workbench.get_git_diff(&project, "a.txt", false, Some(0)).await.unwrap();
    assert_eq!(diff.diff, place.git(&["diff", "-U0"]));
    let versions = json!({"original": "one\n", "modified": "one\ntwo\n", "path": "a.txt"});
    assert_eq!(told(workbench.get_git_file_diff(&project, "a.txt").await), Ok(versions));
    let message = "directory and path are required for getFileDiff".to_owned();
    assert_eq!(refused(workbench.get_git_file_diff("", "a.txt").await), (400, message));
    let success = Ok(json!({"success": true}));
    assert_eq!(told(workbench.stage_files(&project, vec!["a.txt".into()]).await), success);
    assert_eq!(workbench.get_git_status(&project).await.unwrap().files[0].index, 'M');
    assert_eq!(told(workbench.unstage_files(&project, vec!["a.txt".into()]).await), success);
    let made = workbench.create_git_commit(&project, "second", true, Vec::new()).await.unwrap();
    let log = workbench.get_git_log(&project, LogRange::default()).await.unwrap();
    assert_eq!((log.total, log.latest.unwrap().hash), (2, made.commit.clone()));
    assert_eq!(workbench.get_commit_files(&project, &made.commit).await.unwrap().files[0].path, "a.txt");
    let branch = told(workbench.create_branch(&project, "topic", None).await);
    assert_eq!(branch, Ok(json!({"success": true, "branch": "topic"})));
    assert_eq!(told(workbench.checkout_branch(&project, "main").await).unwrap()["branch"], "main");
    assert_eq!(told(workbench.delete_git_branch(&project, "topic", false).await), success);
    assert_eq!(workbench.get_git_branches(&project, true).await.unwrap().current, "main");
    place.put("a.txt", "changed\n");
    assert_eq!(told(workbench.revert_git_file(&project, "a.txt").await), success);
    assert!(workbench.get_git_status(&project).await.unwrap().is_clean);
    let outside = (500, "Invalid file path".to_owned());
    assert_eq!(refused(workbench.revert_git_file(&project, "../x").await), outside);
}

#[tokio::test]
async fn a_status_that_is_followed_is_told_when_it_is_another() {
    let place = Place::new().await;
    let reader = place.workbench.follow_git_status(&place.project()).await.unwrap();
    let next = async || tokio::time::timeout(PATIENCE, reader.next()).await.unwrap().unwrap();
    assert!(next().await.unwrap().is_clean);
    place.put("a.txt", "changed\n");
    let changed = next().await.unwrap();
    assert_eq!((changed.files.len(), changed.files[0].working_dir), (1, 'M'));
    place.git(&["add", "a.txt"]);
    let mut staged = next().await.unwrap();
    while staged.files.first().is_none_or(|file| file.index != 'M') {
        staged = next().await.unwrap();
    }
    place.git(&["commit", "-q", "-m", "second"]);
    let mut committed = next().await.unwrap();
    while !committed.is_clean {
        committed = next().await.unwrap();
    }
    fs::rename(Path::new(&place.project()).join(".git"), place.at("git")).unwrap();
    let error = loop {
        if let Err(error) = next().await {
            break error;
        }
    };
    assert!(error.message.contains("not a git repository"), "{error}");
    fs::rename(place.at("git"), Path::new(&place.project()).join(".git")).unwrap();
    reader.refresh();
    while next().await.is_err() {}
    reader.close();
    assert!(reader.next().await.is_none());
}

#[tokio::test]
async fn what_goes_over_the_network_shows_progress_and_its_end() {
    let place = Place::new().await;
    let (workbench, project) = (&place.workbench, place.project());
    let origin = place.origin();
    let reader = workbench.git_progress();
    let pushed = workbench.git_push(&project, RemoteRequest::default()).await.unwrap();
    assert_eq!(pushed.repo, origin.to_str().unwrap());
    let mut events = Vec::new();
    while events.last().is_none_or(|event: &atelier_workbench::GitProgressEvent| event.stage != "done") {
        events.extend(tokio::time::timeout(PATIENCE, reader.next_batch(2)).await.unwrap());
    }
    assert_eq!((events[0].stage.as_str(), events[0].operation, &events[0].directory), ("starting", "push", &project));
    assert!(events.iter().all(|event| event.operation_id == events[0].operation_id));
    assert!(events.iter().any(|event| event.stage == "Writing objects" && event.percent == Some(100)), "{events:?}");
    let json = serde_json::to_value(&events[0]).unwrap();
    let keys: Vec<_> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["operationId", "operation", "directory", "stage", "message"]);
    let nowhere = RemoteRequest { remote: Some("nowhere".into()), ..RemoteRequest::default() };
    let failure = workbench.git_fetch(&project, nowhere).await.unwrap_err();
    let failed = loop {
        let batch = tokio::time::timeout(PATIENCE, reader.next_batch(100)).await.unwrap();
        if let Some(event) = batch.into_iter().find(|event| event.stage == "failed") {
            break event;
        }
    };
    assert_eq!((failed.operation, failed.message), ("fetch", failure.message));
    let bad = RemoteRequest { options: Some(json!({"--upload-pack": "evil"})), ..RemoteRequest::default() };
    let not_allowed = (400, "Git option not allowed".to_owned());
    assert_eq!(refused(workbench.git_fetch(&project, bad.clone()).await), not_allowed);
    assert_eq!(refused(workbench.git_pull(&project, bad.clone()).await), not_allowed);
    assert_eq!(refused(workbench.git_push(&project, bad).await), not_allowed);
    assert_eq!(told(workbench.git_fetch(&project, RemoteRequest::default()).await), Ok(json!({"success": true})));
    let pull = RemoteRequest { branch: Some("main".into()), ..RemoteRequest::default() };
    assert_eq!(workbench.git_pull(&project, pull).await.unwrap().summary.changes, 0);
    reader.close();
    assert!(reader.next_batch(1).await.is_empty());
}

#[tokio::test]
async fn a_clone_makes_its_folder_and_takes_it_away_again_when_it_fails() {
    let place = Place::new().await;
    let workbench = &place.workbench;
    let origin = place.origin();
    place.git(&["push", "-q", "origin", "main"]);
    let (url, parent) = (format!("file://{}", origin.display()), place.at("work"));
    let transfer = workbench.start_clone(&url, &parent, None).unwrap();
    let mut stages = Vec::new();
    let done = loop {
        match tokio::time::timeout(PATIENCE, transfer.next()).await.unwrap().unwrap().unwrap() {
            TransferStep::Progress(event) => stages.push(event.stage),
            TransferStep::Finished(done) => break done,
        }
    };
    assert_eq!(done, Transferred::Cloned { success: true, path: place.at("work/origin") });
    assert_eq!(stages.last().map(String::as_str), Some("done"));
    assert!(transfer.next().await.is_none());
    assert_eq!(fs::read_to_string(place.at("work/origin/a.txt")).unwrap(), "one\n");
    let taken = workbench.git_clone(&url, &parent, None).await.unwrap_err();
    assert_eq!((taken.kind, fs::exists(place.at("work/origin/a.txt")).unwrap()), (ErrorKind::InvalidRequest, true));
    let missing = workbench.git_clone("file:///nowhere/at/all", &parent, Some("new".into())).await.unwrap_err();
    assert!(missing.message.contains("nowhere"), "{missing}");
    assert!(!Path::new(&place.at("work/new")).exists());
    for (url, name, message) in [
        ("ext::sh -c evil", None, "Invalid repository URL"),
        ("", None, "url is required"),
        (url.as_str(), Some("../x"), "The new folder needs a plain name; give one without slashes."),
    ] {
        let refused = refused(workbench.git_clone(url, &parent, name.map(str::to_owned)).await);
        assert_eq!(refused, (400, message.to_owned()));
    }
}

#[tokio::test]
async fn a_transfer_that_is_cancelled_ends_with_all_that_it_started() {
    let place = Place::new().await;
    place.origin();
    let mark = place.at("started");
    // The hook stands for a server that never answers.
    let hook = Path::new(&place.project()).join(".git/hooks/pre-push");
    fs::write(&hook, format!("#!/bin/sh\necho $$ >'{mark}'; exec sleep 1000\n")).unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let transfer = place.workbench.start_push(&place.project(), RemoteRequest::default()).unwrap();
    let waiting = async {
        while !fs::read_to_string(&mark).is_ok_and(|id| id.ends_with('\n')) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    let id: i32 = fs::read_to_string(&mark).unwrap().trim().parse().unwrap();
    transfer.cancel();
    let failure = loop {
        match tokio::time::timeout(PATIENCE, transfer.next()).await.unwrap().unwrap() {
            Ok(TransferStep::Progress(_)) => {}
            Ok(TransferStep::Finished(done)) => panic!("{done:?}"),
            Err(error) => break error,
        }
    };
    assert!(failure.message.contains("stopped"), "{failure}");
    let gone = || !Path::new(&format!("/proc/{id}")).exists() || cfg!(not(target_os = "linux"));
    let waiting = async {
        while !gone() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
}

#[tokio::test]
async fn identities_are_kept_and_set_for_a_repository() {
    let place = Place::new().await;
    let (workbench, project) = (&place.workbench, place.project());
    let some = |text: &str| Some(text.to_owned());
    let wanted = GitIdentityChange {
        user_name: some("Ann Lee"),
        user_email: some("ann@work"),
        ssh_key: some("/keys/my key"),
        ..GitIdentityChange::default()
    };
    let profile = json!({"id": "work", "name": "Ann Lee", "userName": "Ann Lee", "userEmail": "ann@work",
                         "sshKey": "/keys/my key", "color": "keyword", "icon": "branch"});
    assert_eq!(told(workbench.create_git_identity("work", wanted.clone()).await), Ok(profile.clone()));
    assert_eq!(told(workbench.get_git_identities().await), Ok(json!([profile])));
    let exists = (400, "Profile with ID \"work\" already exists".to_owned());
    assert_eq!(refused(workbench.create_git_identity("work", wanted.clone()).await), exists);
    let incomplete = (400, "Profile must have id, userName, and userEmail".to_owned());
    assert_eq!(refused(workbench.create_git_identity("x", GitIdentityChange::default()).await), incomplete);
    let missing = (400, "Profile with ID \"y\" not found".to_owned());
    assert_eq!(refused(workbench.update_git_identity("y", wanted).await), missing);
    assert_eq!(refused(workbench.delete_git_identity("y").await), missing);
    let set = told(workbench.set_git_identity(&project, "work").await);
    assert_eq!(set, Ok(json!({"success": true, "profile": profile})));
    let current = json!({"userName": "Ann Lee", "userEmail": "ann@work", "sshCommand": "ssh -i '/keys/my key'"});
    assert_eq!(told(workbench.get_current_git_identity(&project).await), Ok(current));
    assert_eq!(refused(workbench.set_git_identity(&project, " ").await), (400, "profileId is required".to_owned()));
    assert_eq!(refused(workbench.set_git_identity(&project, "y").await), (404, "Profile not found".to_owned()));
    assert!(workbench.get_global_identity().await.is_ok());
    assert_eq!(told(workbench.delete_git_identity("work").await), Ok(json!({"success": true})));
    assert_eq!(told(workbench.get_git_identities().await), Ok(json!([])));
}

#[tokio::test]
async fn a_model_writes_the_message_of_a_commit_from_its_diffs() {
    let place = Place::of(Home::with_server().await).await;
    let (workbench, project) = (&place.workbench, place.project());
    place.put("a.txt", &format!("two\n{}", "é".repeat(10_000)));
    place.put("new.txt", "new\n");
    place.git(&["add", "a.txt"]);
    let answer = "```json\n{\"subject\": \"feat: say two\", \"highlights\": [\"Adds a file\"]}\n```";
    place.home.server().reply(Reply::message([Step::Text(vec![answer.to_owned()])]));
    let files = vec!["a.txt".to_owned(), "new.txt".to_owned()];
    let made = workbench.generate_commit_message(&project, files).await.unwrap();
    let expected = CommitMessage { subject: "feat: say two".into(), highlights: vec!["Adds a file".into()] };
    assert_eq!(made.message, expected);
    let requests = place.home.server().requests();
    let request = requests.last().unwrap();
    let prompt = request.body.to_string();
    assert!(prompt.contains("FILE: a.txt\\n") && prompt.contains("\\n...\\n\\nFILE: new.txt\\n"), "{prompt}");
    assert!(!prompt.contains(&"é".repeat(4000)));
    let nothing = workbench.generate_commit_message(&project, Vec::new()).await;
    assert_eq!(refused(nothing), (400, "At least one file is required".to_owned()));
    place.git(&["reset", "-q", "--hard"]);
    let clean = workbench.generate_commit_message(&project, vec!["a.txt".into()]).await;
    assert_eq!(refused(clean), (400, "No diffs available for selected files".to_owned()));
    place.home.server().reply(Reply::error(400, "invalid_request_error", "no"));
    let failed = workbench.generate_commit_message(&project, vec!["new.txt".into()]).await;
    assert_eq!(refused(failed), (502, "Failed to generate commit message".to_owned()));
    place.home.server().reply(Reply::message([Step::Text(vec!["```\n```".to_owned()])]));
    let empty = workbench.generate_commit_message(&project, vec!["new.txt".into()]).await;
    assert_eq!(refused(empty), (502, "No commit message returned by generator".to_owned()));
}
