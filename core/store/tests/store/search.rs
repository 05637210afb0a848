//! Full-text search over all sessions.

use std::{collections::BTreeMap, process::Command, time::Duration};

use atelier_protocol::{
    ContentKind, EventBody, MessageId, Role, SearchHit, SearchOrder, SearchQuery, SearchResults, SearchSource,
    SessionId, ToolCallId, TurnId,
};
use atelier_store::{SearchError, Store};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;

use crate::scratch::{Scratch, delta, session, turn_started, write};

pub(crate) fn query(text: &str) -> SearchQuery {
    SearchQuery { text: text.to_owned(), ..SearchQuery::default() }
}

fn message(number: u64, role: Role, content: ContentKind, parts: &[&str]) -> Vec<EventBody> {
    let message = MessageId(number);
    let mut bodies = vec![EventBody::MessageStarted { message, turn: TurnId(1), role, content }];
    bodies.extend(parts.iter().map(|part| delta(number, *part)));
    bodies.push(EventBody::MessageFinished { message, complete: true, vendor: None });
    bodies
}

fn prompt(number: u64, text: &str) -> Vec<EventBody> {
    message(number, Role::User, ContentKind::Text, &[text])
}

fn answer(number: u64, parts: &[&str]) -> Vec<EventBody> {
    message(number, Role::Assistant, ContentKind::Text, parts)
}

fn call(number: u64, params: serde_json::Value) -> EventBody {
    let (tool_call_id, turn, tool) = (ToolCallId(number), TurnId(1), "shell_exec".to_owned());
    EventBody::ToolRequested { tool_call_id, turn, tool, params, vendor_id: "x".to_owned(), vendor: None }
}

fn renamed(title: &str) -> EventBody {
    EventBody::SessionRenamed { title: title.to_owned() }
}

async fn search(store: &Store, query: SearchQuery) -> SearchResults {
    let found = store.search(query).await.unwrap();
    assert!(!found.gave_up && found.sessions_to_come == 0, "{found:?}");
    found
}

async fn hits(store: &Store, text: &str) -> Vec<SearchHit> {
    search(store, query(text)).await.hits
}

/// The snippets, with what was found in brackets.
async fn snippets(store: &Store, text: &str) -> Vec<String> {
    hits(store, text).await.iter().map(shown).collect()
}

fn shown(hit: &SearchHit) -> String {
    let mut text = hit.snippet.clone();
    for (from, to) in hit.highlights.iter().rev() {
        text.insert(*to, ']');
        text.insert(*from, '[');
    }
    text
}

/// What FTS5 itself says about the index, and whether it and the table beside it have the same rows.
#[track_caller]
fn assert_sound(sql: &Connection) {
    sql.execute_batch("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)").unwrap();
    let odd = "SELECT count(*) FROM (SELECT number FROM searchable EXCEPT SELECT rowid FROM search \
         UNION ALL SELECT rowid FROM search EXCEPT SELECT number FROM searchable)";
    assert_eq!(sql.query_row(odd, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_answers_calls_and_given_titles_are_found_and_thinking_is_not() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![turn_started(1), EventBody::SessionProject { path: "/work/shop".into() }]).await;
    let title = vec![renamed("Why does Grüße.txt fail?")];
    write(&store, id, [title, prompt(1, "Why does Grüße.txt fail?")].concat()).await;
    write(&store, id, message(2, Role::Assistant, ContentKind::Thinking, &["secret musing"])).await;
    write(&store, id, answer(3, &["It is the enc", "oding: use read_fi", "le."])).await;
    write(&store, id, vec![call(1, json!({"command": "iconv -f latin1 Grüße.txt", "cwd": "src/deep"}))]).await;

    assert_eq!(snippets(&store, "ENCODING").await, ["It is the [encoding]: use read_file."]);
    assert_eq!(snippets(&store, "read_file").await, ["It is the encoding: use [read_file]."]);
    assert_eq!(snippets(&store, "iconv deep").await, ["[iconv] -f latin1 Grüße.txt src/[deep]"]);
    assert_eq!(snippets(&store, "musing").await, <[&str; 0]>::default());
    // The title says no more than the prompt.
    let found = hits(&store, "grusse OR gruße").await;
    assert_eq!(found, []);
    let found = hits(&store, "gruße.txt").await;
    let sources: Vec<_> = found.iter().map(|hit| (hit.source, hit.message, hit.seq)).collect();
    let expected = [(SearchSource::ToolCall, MessageId(3), 15), (SearchSource::Prompt, MessageId(1), 4)];
    assert_eq!(sources, expected);
    assert_eq!(
        (found[0].project.as_deref(), found[0].title.as_str()),
        (Some("/work/shop"), "Why does Grüße.txt fail?")
    );

    write(&store, id, vec![renamed("Umlauts everywhere")]).await;
    write(&store, id, vec![renamed("Encodings")]).await;
    assert_eq!(hits(&store, "umlauts").await, []);
    assert_eq!(hits(&store, "encodings").await[0].source, SearchSource::Title);
    assert_sound(&scratch.sql());
}

#[tokio::test(flavor = "multi_thread")]
async fn words_may_be_anywhere_quoted_ones_together_and_excluded_ones_nowhere() {
    let (_scratch, store, id) = session().await;
    write(&store, id, answer(1, &["the quick brown fox"])).await;
    write(&store, id, answer(2, &["a brown and quick hare"])).await;
    let both = ["a [brown] and [quick] hare", "the [quick] [brown] fox"];
    assert_eq!(snippets(&store, "quick brown").await, both);
    assert_eq!(snippets(&store, "\"quick brown\"").await, ["the [quick brown] fox"]);
    assert_eq!(snippets(&store, "quick -fox").await, ["a brown and [quick] hare"]);
    assert_eq!(snippets(&store, "qui*").await.len(), 2);
    assert_eq!(hits(&store, "qui").await, []);
    let typing = SearchQuery { typing: true, ..query("brown qui") };
    assert_eq!(search(&store, typing).await.hits.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_without_spaces_are_found_by_any_part() {
    let (_scratch, store, id) = session().await;
    write(&store, id, answer(1, &["请检查数据库连接。", "データベース", " 데이터베이스를 ฐานข้อมูล"])).await;
    for text in ["数据库", "据库连", "ベース", "데이터", "ข้อมูล"] {
        assert_eq!(hits(&store, text).await.len(), 1, "{text}");
    }
    assert_eq!(hits(&store, "库数").await, []);
    assert_eq!(snippets(&store, "连接").await, ["请检查数据库[连接]。データベース 데이터베이스를 ฐานข้อมูล"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_comes_first_page_by_page_and_the_most_telling_when_ranked() {
    let (_scratch, store, id) = session().await;
    for number in 1..=7 {
        let needles = if number == 3 { "needle needle needle" } else { "needle" };
        write(&store, id, answer(number, &[needles, &" hay".repeat(20)])).await;
    }
    let numbers = async |order, skip| {
        let found = search(&store, SearchQuery { order, skip, limit: 3, ..query("needle") }).await;
        (found.hits.iter().map(|hit| hit.message.0).collect::<Vec<_>>(), found.more)
    };
    assert_eq!(numbers(SearchOrder::Newest, 0).await, (vec![7, 6, 5], true));
    assert_eq!(numbers(SearchOrder::Newest, 6).await, (vec![1], false));
    assert_eq!(numbers(SearchOrder::Ranked, 0).await, (vec![3, 7, 6], true));
    assert_eq!(numbers(SearchOrder::Ranked, 3).await, (vec![5, 4, 2], true));
    assert_eq!(numbers(SearchOrder::Ranked, 30).await, (vec![], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_sessions_of_a_project_or_those_not_put_away_if_asked() {
    let (_scratch, store, id) = session().await;
    let other = store.create_session().await.unwrap().id;
    for (id, path) in [(id, "/a"), (other, "/b")] {
        write(&store, id, vec![EventBody::SessionProject { path: path.into() }]).await;
        write(&store, id, prompt(1, "needle")).await;
    }
    let found = search(&store, SearchQuery { project: Some("/b".into()), ..query("needle") }).await;
    assert_eq!(found.hits.iter().map(|hit| hit.session).collect::<Vec<_>>(), [other]);
    assert_eq!(store.session(id).await.unwrap().project.as_deref(), Some("/a"));

    write(&store, id, vec![EventBody::SessionArchived { archived: true }]).await;
    // In no order: they may have been stored in the same millisecond.
    let archived: BTreeMap<_, _> = hits(&store, "needle").await.iter().map(|hit| (hit.session, hit.archived)).collect();
    assert_eq!(archived, BTreeMap::from([(other, false), (id, true)]));
    let found = search(&store, SearchQuery { without_archived: true, ..query("needle") }).await;
    assert_eq!(found.hits.iter().map(|hit| hit.session).collect::<Vec<_>>(), [other]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rewound_or_deleted_is_not_found() {
    let (scratch, store, id) = session().await;
    write(&store, id, prompt(1, "keep needle")).await;
    write(&store, id, prompt(2, "drop needle")).await;
    write(&store, id, vec![call(1, json!({"path": "needle.rs"}))]).await;
    assert_eq!(hits(&store, "needle").await.len(), 3);
    write(&store, id, vec![EventBody::ConversationRewound { to: MessageId(2) }]).await;
    assert_eq!(snippets(&store, "needle").await, ["keep [needle]"]);
    // The number is given anew.
    write(&store, id, prompt(2, "new needle")).await;
    assert_eq!(snippets(&store, "needle").await, ["new [needle]", "keep [needle]"]);

    let sql = scratch.sql();
    sql.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    sql.execute("DELETE FROM sessions WHERE id = ?1", [id.to_string()]).unwrap();
    assert_eq!(hits(&store, "needle").await, []);
    assert_sound(&sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_logged_before_there_was_an_index_is_found_once_it_is_prepared() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let mut ids = Vec::new();
    for number in 0..40_u64 {
        let id = store.create_session().await.unwrap().id;
        write(&store, id, prompt(1, &format!("needle {number}"))).await;
        write(&store, id, answer(2, &["some hay"])).await;
        ids.push(id);
    }
    store.close().await;
    let sql = scratch.sql();
    let older =
        "DELETE FROM searchable; UPDATE sessions SET indexed_seq = 0; UPDATE events SET at = session * 1000 + seq";
    sql.execute_batch(older).unwrap();

    let store = scratch.open();
    while store.prepare_search(Duration::from_millis(5)).await.unwrap() > 0 {}
    let found = search(&store, SearchQuery { limit: 100, ..query("needle") }).await.hits;
    let sessions: Vec<SessionId> = found.iter().map(|hit| hit.session).collect();
    assert_eq!(sessions, ids.into_iter().rev().collect::<Vec<_>>(), "in the order in which it was said");
    assert_sound(&sql);
}

#[tokio::test(flavor = "multi_thread")]
async fn beginnings_of_every_length_are_found_also_in_what_an_older_program_indexed() {
    let (scratch, store, id) = session().await;
    write(&store, id, answer(1, &["Migrate the Été tables"])).await;
    write(&store, id, answer(2, &["a migration, after migrating"])).await;
    store.prepare_search(Duration::from_mins(1)).await.unwrap();
    store.close().await;
    // As version 4 left it.
    let older = "DROP TRIGGER forget_text; CREATE TABLE texts AS SELECT rowid AS number, text FROM search;
        DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
        INSERT INTO search (rowid, text) SELECT number, text FROM texts; DROP TABLE texts;
        CREATE TRIGGER forget_text AFTER DELETE ON searchable BEGIN
            DELETE FROM search WHERE rowid = old.number;
        END;
        PRAGMA user_version = 4";
    scratch.sql().execute_batch(older).unwrap();

    let store = scratch.open();
    store.prepare_search(Duration::from_mins(1)).await.unwrap();
    for length in 2..="migrat".len() {
        let beginning = format!("{}*", &"migrat"[..length]);
        assert_eq!(hits(&store, &beginning).await.len(), 2, "{beginning}");
    }
    assert_eq!(snippets(&store, "migrate*").await, ["[Migrate] the Été tables"]);
    assert_eq!(snippets(&store, "ét*").await, ["Migrate the [Été] tables"]);
    assert_eq!(snippets(&store, "\"after migr\"*").await, ["a migration, [after migrating]"]);
    write(&store, id, vec![EventBody::ConversationRewound { to: MessageId(2) }]).await;
    assert_eq!(snippets(&store, "mig*").await, ["[Migrate] the Été tables"]);
    assert_sound(&scratch.sql());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_beginning_of_an_endless_message_is_found_and_the_next_message_still_is() {
    let (scratch, store, id) = session().await;
    let long = vec!["word ".repeat(800); 20];
    let parts: Vec<&str> = long.iter().map(String::as_str).collect();
    write(&store, id, answer(1, &[&["alpha "], parts.as_slice(), &[" omega"]].concat())).await;
    write(&store, id, vec!["é"; 3000].into_iter().map(|part| delta(1, part)).collect()).await;
    write(&store, id, answer(2, &["after"])).await;
    assert_eq!(hits(&store, "alpha").await.len(), 1);
    assert_eq!(hits(&store, "omega").await, []);
    assert_eq!(hits(&store, "after").await.len(), 1);
    // A message of very many, very small parts is no obstacle either.
    write(&store, id, answer(3, &vec!["x "; 2000])).await;
    write(&store, id, answer(4, &["behind"])).await;
    assert_eq!(hits(&store, "behind").await.len(), 1);
    assert_eq!(hits(&store, "x").await.len(), 1);
    assert_sound(&scratch.sql());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_s_messages_are_found_after_it_has_ended() {
    let (scratch, store, id) = session().await;
    let other = scratch.open();
    write(&other, id, prompt(1, "from elsewhere")).await;
    other.close().await;
    assert_eq!(hits(&store, "elsewhere").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_with_a_sentence() {
    let (_scratch, store, _) = session().await;
    for (text, error) in [("", SearchError::NoWord), ("-x", SearchError::OnlyExclusions)] {
        let told = store.search(query(text)).await.unwrap_err();
        assert_eq!(told, error);
        assert!(told.to_string().ends_with('.'));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_can_not_be_written_holds_nothing_else_up() {
    let (scratch, store, id) = session().await;
    scratch.sql().execute_batch("DROP TABLE search").unwrap();
    write(&store, id, prompt(1, "needle")).await;
    assert!(matches!(store.search(query("needle")).await, Err(SearchError::Store(_))));
    assert_eq!(write(&store, id, prompt(2, "more")).await, 6);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn debian_s_own_sqlite_finds_the_index_sound() {
    let (scratch, store, id) = session().await;
    write(&store, id, answer(1, &["Grüße aus 東京, 데이터"])).await;
    assert_eq!(hits(&store, "東京").await.len(), 1);
    store.close().await;
    let check = "PRAGMA integrity_check; PRAGMA foreign_key_check; \
         INSERT INTO search (search, rank) VALUES ('integrity-check', 1);";
    // Not everywhere; CI has it.
    if let Ok(output) = Command::new("sqlite3").arg(scratch.file()).arg(check).output() {
        assert_eq!(String::from_utf8_lossy(&output.stdout), "ok\n", "{}", String::from_utf8_lossy(&output.stderr));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is written and typed: no error but the documented ones, and each hit shows what was looked for.
    #[test]
    fn no_text_and_no_query_breaks_it(text in "\\PC{0,40}", typed in "\\PC{0,20}", word in "[a-z]{3,8}") {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let (scratch, store, id) = session().await;
            write(&store, id, prompt(1, &format!("{text} {word} {text}"))).await;
            let found = store.search(query(&word)).await.unwrap();
            assert_eq!(found.hits.len(), 1, "{word:?} in {text:?}");
            assert!(shown(&found.hits[0]).to_lowercase().contains(&format!("[{word}]")), "{found:?}");
            for typing in [false, true] {
                let outcome = store.search(SearchQuery { typing, ..query(&typed) }).await;
                assert!(!matches!(outcome, Err(SearchError::Store(_))), "{typed:?}: {outcome:?}");
            }
            assert_sound(&scratch.sql());
            store.close().await;
        });
    }
}
