//! Transcripts in a folder.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use atelier_protocol::{EventBody, Json, Role};
use atelier_transcripts::{TranscriptFolder, TranscriptFormat};

use crate::logs::Log;

fn json_in(file: &Path) -> Json {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

#[test]
fn a_session_is_saved_where_the_contract_says_for_the_user_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let base = scratch.path().join("transcripts");
    let folder = TranscriptFolder::new(&base);
    let transcript = Log::example().transcript();
    let saved = folder.save(&transcript).unwrap();
    let name = "demo/2026-01-05/session-0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10";
    let files = [(&saved.json, "json"), (&saved.markdown, "md"), (&saved.org, "org")];
    for (file, extension) in files {
        assert_eq!(file, &base.join(format!("{name}.{extension}")));
        let format = TranscriptFormat::from_name(extension).unwrap();
        assert_eq!(fs::read_to_string(file).unwrap(), transcript.to_text(format));
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::metadata(&base).unwrap().permissions().mode() & 0o777, 0o700);
    let index = serde_json::json!({"sessions": [{
        "session_id": "0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10", "project_path": "/srv/demo",
        "started_at": "2026-01-05T09:00:00Z", "ended_at": "2026-01-05T09:00:45Z", "model": "claude-sonnet-4-20250514",
        "message_count": 2, "files_changed": ["LICENSE"], "file": name.strip_prefix("demo/").unwrap().to_owned() + ".json",
        "last_seq": 13,
    }]});
    assert_eq!(json_in(&base.join("demo/index.json")), index);
}

#[test]
fn saving_again_replaces_and_keeps_what_others_added() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = TranscriptFolder::new(scratch.path());
    let mut log = Log::example();
    let file = folder.save(&log.transcript()).unwrap().json;
    let mut document = json_in(&file);
    document["starred"] = true.into();
    document["messages"][0]["rating"] = 5.into();
    fs::write(&file, document.to_string()).unwrap();
    let index = scratch.path().join("demo/index.json");
    let noted = fs::read_to_string(&index).unwrap().replace("\"model\"", "\"note\": \"mine\", \"model\"");
    fs::write(&index, noted).unwrap();

    log.says(3, Role::User, "Thanks");
    folder.save(&log.transcript()).unwrap();
    let document = json_in(&file);
    assert_eq!((document["starred"].as_bool(), document["messages"][0]["rating"].as_u64()), (Some(true), Some(5)));
    assert_eq!(document["messages"][2]["content"], "Thanks");
    let entries = json_in(&index);
    assert_eq!((entries["sessions"].as_array().unwrap().len(), &entries["sessions"][0]["note"]), (1, &"mine".into()));
    assert_eq!(entries["sessions"][0]["message_count"], 3);
}

#[test]
fn a_broken_or_missing_index_is_made_anew_and_a_broken_transcript_is_in_nobody_s_way() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = TranscriptFolder::new(scratch.path());
    let saved = folder.save(&Log::example().transcript()).unwrap();
    let listed = folder.list(None).unwrap();
    assert_eq!(listed.len(), 1);
    fs::write(saved.json.with_file_name("session-broken.json"), "{").unwrap();
    let index = scratch.path().join("demo/index.json");
    fs::write(&index, "{\"sessions\": 7").unwrap();
    let mut made_anew = listed.clone();
    made_anew[0].last_seq = None;
    assert_eq!(folder.list(None).unwrap(), made_anew);
    fs::remove_file(&index).unwrap();
    assert_eq!(folder.list(None).unwrap(), made_anew);
    folder.save(&Log::example().transcript()).unwrap();
    assert_eq!(json_in(&index)["sessions"].as_array().unwrap().len(), 1);
    // So is one that is broken itself: it is replaced.
    fs::write(&saved.json, "{").unwrap();
    folder.save(&Log::example().transcript()).unwrap();
    assert_eq!(json_in(&saved.json)["message_count"], 2);
}

#[test]
fn projects_with_one_name_share_a_folder_and_are_told_apart_by_their_path() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = TranscriptFolder::new(scratch.path());
    assert_eq!(folder.list(None).unwrap(), []);
    folder.save(&Log::example().transcript()).unwrap();
    let mut other = Log::new_session();
    other.push(EventBody::SessionProject { path: "/home/ada/demo".into() });
    folder.save(&other.transcript()).unwrap();
    assert_eq!(folder.list(None).unwrap().len(), 2);
    let listed = folder.list(Some("/home/ada/demo")).unwrap();
    assert_eq!(listed.iter().map(|entry| entry.project_path.as_str()).collect::<Vec<_>>(), ["/home/ada/demo"]);
    assert_eq!(json_in(&scratch.path().join("demo/index.json"))["sessions"].as_array().unwrap().len(), 2);
}

#[test]
fn a_folder_that_can_not_be_written_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("file");
    fs::write(&file, "").unwrap();
    let error = TranscriptFolder::new(&file).save(&Log::example().transcript()).unwrap_err().to_string();
    assert!(error.contains(file.to_str().unwrap()) && error.ends_with('.'), "{error}");
}
