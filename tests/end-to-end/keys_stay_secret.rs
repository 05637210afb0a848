//! The API key stands in requests to the model server and nowhere else: in no file, no output, no argument.

use std::net::TcpListener;

use fake_model_server::{Reply, Step};

use crate::{
    home::{Home, KEY},
    model::Model,
    process::Finished,
};

#[track_caller]
fn assert_no_key(finished: &Finished) {
    assert!(!finished.stdout.contains(KEY) && !finished.stderr.contains(KEY), "{finished:?}");
}

/// Everything a user would look at or send to somebody.
fn look_everywhere(home: &Home) {
    for arguments in [&["doctor"][..], &["doctor", "--json"], &["sessions", "list"], &["sessions", "list", "--json"]] {
        assert_no_key(&home.run(arguments));
    }
    for session in home.sessions() {
        let id = session.id.to_string();
        assert_no_key(&home.run(&["sessions", "show", &id]));
        assert_no_key(&home.run(&["sessions", "export", &id]));
    }
    home.assert_no_key_in_files();
}

#[test]
fn a_key_from_the_environment_leaks_neither_on_success_nor_on_any_failure() {
    let model = Model::start();
    let echo = format!("invalid x-api-key: {KEY}");
    let replies = [
        Reply::text("fine"),
        Reply::error(401, "authentication_error", &echo),
        Reply::error(404, "not_found_error", &echo),
        Reply::error(429, "rate_limit_error", &echo).header("retry-after", "0"),
        Reply::error(500, "api_error", &echo).header("retry-after", "0"),
        Reply::body(200, "text/html", &format!("<html>{KEY}</html>")),
        Reply::body(400, "text/plain", &echo),
        Reply::body(302, "text/plain", "").header("location", &format!("http://127.0.0.1:1/?key={KEY}")),
        Reply::steps([
            Step::Start,
            Step::Text(vec!["Half".into()]),
            Step::Event(
                "error".into(),
                serde_json::json!({"type": "error", "error": {"type": "api_error", "message": echo}}),
            ),
        ]),
        Reply::steps([Step::Raw(format!("data: {{{KEY}\n\n"))]),
        Reply::steps([Step::Start, Step::Text(vec!["Half".into()]), Step::Reset]),
    ];
    // Everything the program would ever log about itself.
    let home = Home::of(&model).and("ATELIER_LOG", "trace");
    // Two of them are of the kind after which the request is sent again.
    let count = replies.len() + 2;
    for reply in replies {
        model.reply(reply);
        let finished = home.run(&["run", "--json", "hi"]);
        assert_no_key(&finished);
    }
    assert_eq!(model.requests().len(), count);
    assert!(model.requests().iter().all(|request| request.header("x-api-key") == Some(KEY)));
    look_everywhere(&home);
}

#[test]
fn a_key_does_not_leak_when_no_server_is_reached() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let with_key_inside = format!("http://user:{KEY}@127.0.0.1:{port}/?key={KEY}");
    for base_url in [with_key_inside, format!("not a URL {KEY}")] {
        let home = Home::with_base_url(&base_url).and("ATELIER_LOG", "trace");
        let finished = home.run(&["run", "hi"]);
        assert_eq!(finished.code, Some(1));
        assert_no_key(&finished);
        look_everywhere(&home);
    }
    let home = Home::with_base_url(&format!("http://127.0.0.1:{port}")).and("ATELIER_LOG", "trace");
    assert_no_key(&home.start(&["run", "hi"]).stop_waiting());
    look_everywhere(&home);
}

/// Not on macOS, where it would go into the keychain of whoever runs the tests.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_key_saved_in_the_app_is_used_by_the_command_and_stands_in_no_file() {
    use atelier_workbench::{KeyProvider, ProviderChoice, SecretString, SettingsChange, Workbench};

    let model = Model::start();
    let home = Home::without_key().and("ATELIER_LOG", "trace");
    let app = Workbench::open(&home.open_options()).unwrap();
    app.block_on(async {
        app.save_key(ProviderChoice::Anthropic, None, SecretString::from(KEY)).await.unwrap();
        let change = SettingsChange { base_urls: [(KeyProvider::Anthropic, model.url())].into(), ..Default::default() };
        app.change_settings(change).await.unwrap();
        app.close().await;
    });
    assert_no_key(&home.run(&["run", "hi"]));
    assert_eq!(model.requests()[0].header("x-api-key"), Some(KEY));
    look_everywhere(&home);
}
