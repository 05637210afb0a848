//! Following what changes in a directory, as the app does.

use std::{fs, path::PathBuf, time::Duration};

use atelier_workbench::{Workbench, WorkspaceChanges, WorkspaceStream};
use tokio::time::timeout;

use crate::support::{Home, PATIENCE};

fn place() -> (Home, Workbench, PathBuf) {
    let home = Home::without_key();
    let project = home.path().canonicalize().unwrap().join("project");
    fs::create_dir_all(project.join("src")).unwrap();
    let workbench = home.open();
    (home, workbench, project)
}

async fn next(stream: &WorkspaceStream) -> Option<WorkspaceChanges> {
    timeout(PATIENCE, stream.next_batch()).await.unwrap()
}

/// Waits until a folder is told, and returns all that was told until then.
async fn told(stream: &WorkspaceStream, folder: &str) -> Vec<WorkspaceChanges> {
    let mut all = Vec::new();
    while !all.iter().any(|batch: &WorkspaceChanges| batch.rescan || batch.folders.iter().any(|told| told == folder)) {
        all.push(next(stream).await.unwrap());
    }
    all
}

#[tokio::test]
async fn all_who_follow_are_told_and_the_late_ones_once() {
    let (_home, workbench, project) = place();
    let directory = project.to_str().unwrap();
    let [early, late] = [workbench.follow_workspace(directory).await, workbench.follow_workspace(directory).await];
    let (early, late) = (early.unwrap(), late.unwrap());
    for number in 0..20 {
        fs::write(project.join("src").join(number.to_string()), "x").unwrap();
        assert!(told(&early, "src").await.last().unwrap().git);
    }
    fs::write(project.join("last"), "x").unwrap();
    told(&early, "").await;
    // The last change may reach one stream a moment before the other; the twenty before it have reached both.
    let batches = told(&late, "").await;
    assert!(batches.len() <= 2, "all that came meanwhile is one: {batches:?}");
    assert!(batches[0].folders.iter().any(|folder| folder == "src"));
    fs::create_dir(project.join("other")).unwrap();
    fs::write(project.join("other").join("new"), "x").unwrap();
    let later = told(&late, "other").await;
    assert!(later.iter().all(|batch| batch.folders.iter().all(|folder| folder != "src")), "and told once: {later:?}");
}

#[tokio::test]
async fn a_stream_ends_when_it_or_the_workbench_is_closed_and_a_watcher_with_its_last_stream() {
    let (_home, workbench, project) = place();
    let directory = project.to_str().unwrap();
    let (one, two) =
        (workbench.follow_workspace(directory).await.unwrap(), workbench.follow_workspace(directory).await.unwrap());
    one.close();
    assert_eq!(next(&one).await, None);
    fs::write(project.join("a"), "x").unwrap();
    told(&two, "").await;
    let threads = || {
        let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let names = tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.trim() == "atelier-watch").count()
    };
    if cfg!(target_os = "linux") {
        assert_eq!(threads(), 1, "one for both");
    }
    drop((one, two));
    timeout(PATIENCE, async {
        while threads() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    let again = workbench.follow_workspace(directory).await.unwrap();
    workbench.close().await;
    assert_eq!(next(&again).await, None);
    assert!(workbench.follow_workspace(directory).await.is_err());
}

#[tokio::test]
async fn only_a_directory_in_the_approved_roots_is_followed() {
    let (_home, workbench, project) = place();
    workbench.set_workspace_directory(project.to_str().unwrap()).await.unwrap();
    let refused = async |directory: &str| {
        let error = workbench.follow_workspace(directory).await.err().unwrap();
        (error.status(), error.message)
    };
    assert_eq!(refused("..").await, (403, "Access to directory denied".to_owned()));
    assert_eq!(refused("").await, (400, "directory parameter is required".to_owned()));
    assert_eq!(refused("missing").await, (500, "Directory does not exist: missing".to_owned()));
    assert!(workbench.follow_workspace("src").await.is_ok());
}
