//! The API key stands in requests to the model server and nowhere else: in no file, no output, no argument.

use std::fs;

use fake_model_server::{Nobody, Reply, Step};

use crate::{
    home::{ATELIER, Home, KEY, percent_encoded, shows_key},
    model::Model,
    process::{Finished, Running},
};

#[track_caller]
fn assert_no_key(finished: &Finished) {
    assert!(!shows_key(finished.stdout.as_bytes()) && !shows_key(finished.stderr.as_bytes()), "{finished:?}");
}

/// Everything a user would look at or send to somebody.
fn look_everywhere(home: &Home) {
    for command in ["doctor", "sessions list", "models list", "keys list"] {
        let arguments: Vec<&str> = command.split(' ').collect();
        assert_no_key(&home.run(&arguments));
        assert_no_key(&home.run(&[&arguments[..], &["--json"]].concat()));
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
    let nobody = Nobody::new().unwrap();
    let with_key_inside = format!("http://user:{KEY}@127.0.0.1:{}/?key={KEY}", nobody.port());
    for base_url in [with_key_inside, format!("not a URL {KEY}")] {
        let home = Home::with_base_url(&base_url).and("ATELIER_LOG", "trace");
        let finished = home.run(&["run", "hi"]);
        assert_eq!(finished.code, Some(1));
        assert_no_key(&finished);
        look_everywhere(&home);
    }
    let home = Home::with_base_url(&nobody.url()).and("ATELIER_LOG", "trace");
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

/// What every vendor's server may do with a key: refuse it, repeat it in each part of an answer, break off, go silent.
fn answers_with_the_key() -> Vec<Reply> {
    let echo = format!("invalid key: {KEY}");
    let object = format!(r#"{{"error": {{"code": 400, "status": "{KEY}", "type": "{KEY}", "message": "{echo}"}}}}"#);
    let mut replies: Vec<_> =
        [400, 401, 403, 404].map(|status| Reply::body(status, "application/json", &object)).into();
    replies.extend([
        Reply::text("fine"),
        Reply::body(401, "text/plain", &echo).header("x-request-id", KEY).header("www-authenticate", KEY),
        Reply::body(302, "text/plain", &echo).header("location", &format!("http://127.0.0.1:1/{KEY}?key={KEY}")),
        Reply::body(200, "text/html", &format!("<html>{KEY}</html>")),
        Reply::body(200, "text/event-stream", &format!("event: {KEY}\ndata: {{{KEY}\n\n")),
        Reply::steps([Step::Start, Step::Text(vec!["Half".into()]), Step::Reset]),
    ]);
    replies
}

/// Not on macOS, where keys would go into the keychain of whoever runs the tests.
#[cfg(not(target_os = "macos"))]
#[test]
fn no_saved_key_of_any_provider_leaks_whatever_fails() {
    let model = Model::start();
    let home = Home::without_key().and("ATELIER_LOG", "trace");
    let providers = ["anthropic", "openai", "google", "compatible"];
    let base_urls: serde_json::Map<_, _> = providers.iter().map(|name| ((*name).into(), model.url().into())).collect();
    let settings = serde_json::json!({"atelier": {"baseUrls": base_urls}}).to_string();
    fs::create_dir_all(home.path().join("config")).unwrap();
    let settings_file = home.path().join("config/settings.json");
    fs::write(&settings_file, &settings).unwrap();
    for provider in providers {
        let save = format!("printf %s \"$PLANTED\" | '{ATELIER}' keys set {provider}");
        assert_no_key(&shell(&home, &save));
        let run = ["run", "--json", "--provider", provider, "--model", "a-model", "hi"];
        for reply in answers_with_the_key() {
            // To each request: the check of the key, too.
            model.default_reply(reply);
            assert_no_key(&home.start(&run).tried_once());
            assert_no_key(&home.run(&["keys", "check", provider]));
        }
        model.default_reply(Reply::steps([Step::Start, Step::Text(vec!["Half".into()]), Step::Stall]));
        let before = model.requests().len();
        let killed = home.start(&run);
        model.until_requests(before + 1);
        assert_no_key(&killed.kill());
        model.default_reply(Reply::text("fine"));
        // A disk on which no file may grow, for a prompt and for a key.
        let full = "trap '' XFSZ; ulimit -f 0; exec";
        assert_no_key(&shell(&home, &format!("{full} '{ATELIER}' run --provider {provider} hi")));
        assert_no_key(&shell(&home, &format!("printf %s \"$PLANTED\" | ({full} '{ATELIER}' keys set {provider})")));
        // Nobody listens there; then, what is no address holds the key.
        for url in ["http://127.0.0.1:1".to_owned(), format!("http://user:{KEY}@127.0.0.1/")] {
            let elsewhere = settings.replace(&model.url(), &url);
            fs::write(&settings_file, elsewhere).unwrap();
            for arguments in [&["keys", "check", provider][..], &["doctor"], &["doctor", "--json"], &["keys", "list"]] {
                assert_no_key(&home.run(arguments));
            }
        }
        fs::write(&settings_file, &settings).unwrap();
    }
    assert!(model.requests().len() > providers.len() * answers_with_the_key().len());
    let home = home.and("ATELIER_PASSPHRASE", KEY);
    assert_no_key(&shell(&home, &format!("printf another-key-entirely | '{ATELIER}' keys set openai")));
    look_everywhere(&home);
    let home = home.and("ATELIER_PASSPHRASE", "wrong");
    assert_no_key(&home.run(&["run", "hi"]));
    look_everywhere(&home);
}

/// Runs a line of shell that finds the key in a variable.
fn shell(home: &Home, line: &str) -> Finished {
    Running::start(home.command("/bin/sh").args(["-c", line]).env("PLANTED", KEY)).wait()
}

#[test]
fn the_search_finds_a_key_in_each_of_its_forms() {
    let percent = percent_encoded().to_uppercase();
    // As `base64` writes them: the key alone, after one character, after two.
    let encoded = [
        "c2stYW50LXBsYW50ZWQtN2YzYTljMWU1YjJkNDg2MA==",
        "eHNrLWFudC1wbGFudGVkLTdmM2E5YzFlNWIyZDQ4NjA=",
        "eHhzay1hbnQtcGxhbnRlZC03ZjNhOWMxZTViMmQ0ODYw",
    ];
    for form in encoded.into_iter().chain([KEY, &percent]) {
        assert!(shows_key(format!("before {form} after").as_bytes()), "{form}");
    }
    assert!(!shows_key(b"sk-ant-another"));
}
