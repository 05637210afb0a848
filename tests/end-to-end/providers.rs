//! Several vendors: which models there are, and choosing one for a prompt.

use atelier_protocol::Json;
use fake_model_server::Reply;

use crate::{
    home::{Home, KEY},
    model::Model,
    terminal::Terminal,
};

/// Who has keys for all vendors, and all of them at this server.
fn home_of_all(model: &Model) -> Home {
    let home = Home::of(model).and("ATELIER_LOG", "trace");
    let home = home.and("OPENAI_API_KEY", KEY).and("OPENAI_BASE_URL", &model.url());
    home.and("GEMINI_API_KEY", KEY).and("GOOGLE_GEMINI_BASE_URL", &model.url())
}

const VENDORS: [(&str, &str, &str); 3] = [
    ("anthropic", "claude-sonnet-4-5", "/v1/messages"),
    ("openai", "gpt-5.4", "/v1/responses"),
    ("google", "gemini-2.5-pro", "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse"),
];

#[test]
fn the_list_says_which_models_can_be_asked() {
    let model = Model::start();
    let home = Home::of(&model);
    let lines = home.run(&["models", "list", "--json"]).success();
    let models: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (provider, id, _) in VENDORS {
        let entry = models.iter().find(|entry| entry["id"] == id).unwrap();
        assert_eq!(entry["provider"], provider);
        assert_eq!(entry["available"], provider == "anthropic");
    }
    let text = home.run(&["models", "list"]).success();
    assert_eq!(text.lines().count(), models.len());
    let line = |id: &str| text.lines().find(|line| line.starts_with(&format!("{id} "))).unwrap();
    assert!(line("claude-sonnet-4-5").ends_with("$3.00/$15.00"), "{text}");
    assert!(line("gpt-5.4").ends_with("(no key)"), "{text}");
}

#[test]
fn a_provider_and_a_model_can_be_chosen_for_one_prompt() {
    let model = Model::start();
    let home = home_of_all(&model);
    for (provider, id, path) in VENDORS {
        home.run(&["run", "--provider", provider, "--model", id, "hi"]).success();
        assert_eq!(model.requests().last().unwrap().path, path);
        home.run(&["run", "--model", id, "hi"]).success();
        assert_eq!(model.requests().last().unwrap().path, path, "the model alone says whose it is");
    }
    assert!(home.run(&["run", "--provider", "demo", "hi"]).success().contains("demo"));
    let told = home.run(&["run", "--provider", "compatible", "hi"]).failure();
    assert!(told.contains("base URL"), "{told}");
    let wrong = home.run(&["run", "--provider", "nobody", "hi"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("openai"), "{wrong:?}");
}

#[test]
fn the_list_can_be_brought_up_to_date_and_says_how_old_it_is() {
    let model = Model::start();
    model.models(&["claude-new\x1b[2J", "claude-newer"], 9);
    let home = Home::of(&model).and("OPENAI_API_KEY", KEY).and("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");
    let finished = home.run(&["models", "list", "--refresh"]);
    assert!(finished.stderr.contains("127.0.0.1:1") && !finished.stderr.contains(KEY), "{finished:?}");
    let text = finished.success();
    assert!(text.lines().any(|line| line.starts_with("claude-newer ") && line.ends_with("?/?  (listed)")), "{text}");
    assert!(!text.contains('\x1b') && !text.contains("own list"), "{text}");
    let requests = model.requests().len();

    let mut terminal = Terminal::start(&home, &["models", "list", "--provider", "anthropic"]);
    let screen = terminal.screen.until_contains("anthropic: its own list, just now");
    assert!(terminal.wait() == 0 && !screen.contains("gpt-") && screen.contains("claude-newer"), "{screen}");
    let json = home.run(&["models", "list", "--json", "--provider", "anthropic"]).success();
    let entries: Vec<Json> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let newer = entries.iter().find(|entry| entry["id"] == "claude-newer").unwrap();
    assert!(newer["known_from"] == serde_json::json!(["listed"]) && newer["listed_at"].is_string(), "{newer}");
    assert_eq!(model.requests().len(), requests, "nobody is asked unasked");
    let told = home.run(&["models", "list", "--refresh", "--provider", "google"]).failure();
    assert!(told.contains("GEMINI_API_KEY"), "{told}");
    home.assert_no_key_in_files();
}

#[test]
fn a_model_server_on_this_machine_is_offered_and_never_asked_by_itself() {
    let model = Model::start();
    model.models(&["qwen3:8b", "two words"], 9);
    let address = model.url().replace("http://", "");
    let home = Home::without_key().and("OLLAMA_HOST", &address).and("OPENAI_API_KEY", KEY);
    home.run(&["run", "--provider", "demo", "hi"]).success();
    for arguments in [&["models", "list"][..], &["doctor"], &["sessions", "list"]] {
        home.run(arguments).success();
    }
    assert_eq!(model.requests(), [], "nobody wanted to know");

    // On a busy machine an answer may take longer than a person is kept waiting: then it is asked again.
    let local = |arguments: &[&str], sign: &str| {
        let mut asked = (0..20).map(|_| home.run(arguments).success());
        asked.find(|text| text.contains(sign)).unwrap_or_default()
    };
    let server = format!("Ollama at http://{address}/v1\n  qwen3:8b\n  two words\n");
    let text = local(&["models", "local"], &server);
    assert!(text.contains("atelier config set provider compatible"), "{text}");
    let lines = local(&["models", "local", "--json"], "\"ollama\"");
    let servers: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ollama = servers.iter().find(|server| server["kind"] == "ollama").unwrap();
    assert_eq!(ollama["base_url"], format!("http://{address}/v1"));
    assert_eq!(ollama["models"], serde_json::json!(["qwen3:8b", "two words"]));
    assert!(model.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn how_hard_to_think_can_be_chosen_for_one_prompt() {
    let model = Model::start();
    let home = home_of_all(&model);
    home.run(&["run", "--model", "claude-opus-5-5", "--effort", "max", "hi"]).success();
    assert_eq!(model.requests().last().unwrap().body["output_config"]["effort"], "max");
    let wrong = home.run(&["run", "--effort", "much", "hi"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("medium"), "{wrong:?}");
    assert_eq!(model.requests().len(), 1);
}

#[test]
fn no_vendors_key_leaks_on_success_or_failure() {
    let model = Model::start();
    let home = home_of_all(&model);
    let echo = format!("invalid key: {KEY}");
    for (provider, id, _) in VENDORS {
        for reply in [
            Reply::text("fine"),
            Reply::error(401, "authentication_error", &echo),
            Reply::body(400, "application/json", &format!(r#"{{"error": {{"code": 400, "message": "{echo}"}}}}"#)),
            Reply::error(500, "api_error", &echo).header("retry-after", "0"),
            Reply::body(200, "text/html", &format!("<html>{KEY}</html>")),
        ] {
            model.reply(reply);
            let finished = home.run(&["run", "--json", "--provider", provider, "--model", id, "hi"]);
            assert!(!finished.stdout.contains(KEY) && !finished.stderr.contains(KEY), "{finished:?}");
        }
    }
    // One of the five is sent again.
    assert_eq!(model.requests().len(), 6 * VENDORS.len());
    for arguments in [&["doctor"][..], &["models", "list"]] {
        assert!(!home.run(arguments).success().contains(KEY));
    }
    home.assert_no_key_in_files();
}
