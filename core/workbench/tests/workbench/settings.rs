//! Who answers, by settings and keys.

use std::net::TcpListener;

use crate::support::{Home, KEY, new_session, read_turn};
use atelier_protocol::Effort;
use atelier_workbench::{
    AgentLimits, AgentSettings, DiagnosticLevel, ErrorKind, KeyProvider, McpReach, ProviderChoice, SecretString,
    SettingsChange, TurnChoice, diagnose,
};

fn change(provider: Option<ProviderChoice>, model: Option<&str>, base_url: Option<&str>) -> SettingsChange {
    let base_urls = base_url.map(|url| (KeyProvider::Anthropic, url.to_owned())).into_iter().collect();
    SettingsChange { provider, model: model.map(str::to_owned), base_urls, ..SettingsChange::default() }
}

#[tokio::test]
async fn without_a_key_the_demo_answers_and_says_so() {
    let home = Home::without_key();
    let workbench = home.open();
    assert_eq!(workbench.settings().await.unwrap().active_provider, "demo");
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    read_turn(&reader).await;
    let conversation = workbench.conversation(session).await.unwrap();
    assert!(conversation.messages.last().unwrap().text.contains("demo"));
    workbench.close().await;
}

#[tokio::test]
async fn a_saved_key_counts_from_the_next_prompt_on_and_is_never_shown() {
    let mut home = Home::with_server().await;
    let server = home.server.take().unwrap();
    let workbench = home.open();
    workbench.change_settings(change(None, Some("some-model"), Some(&server.url()))).await.unwrap();
    let settings = workbench.save_key(ProviderChoice::Anthropic, None, SecretString::from(KEY)).await.unwrap();
    assert_eq!(settings.active_provider, "anthropic");
    let credential = &settings.credentials[0];
    assert!(credential.removable && credential.source.is_some());
    assert!(!format!("{settings:?}").contains(KEY));

    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    read_turn(&reader).await;
    let request = &server.requests()[0];
    assert_eq!(request.header("x-api-key"), Some(KEY));
    assert_eq!(request.body["model"], "some-model");

    let settings = workbench.remove_key(ProviderChoice::Anthropic, None).await.unwrap();
    assert!(!settings.credentials[0].removable);
    workbench.close().await;
}

#[tokio::test]
async fn the_model_of_one_prompt_can_be_another() {
    let home = Home::with_server().await;
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    let choice = TurnChoice { model: Some("other-model".into()), ..TurnChoice::default() };
    workbench.send(session, "Hello".into(), Some(choice)).await.unwrap();
    read_turn(&reader).await;
    assert_eq!(home.server().requests()[0].body["model"], "other-model");
    workbench.close().await;
}

#[tokio::test]
async fn a_base_url_that_is_none_is_refused_and_changes_nothing() {
    let home = Home::without_key();
    let workbench = home.open();
    let before = workbench.settings().await.unwrap();
    let refused = workbench.change_settings(change(None, Some("x"), Some("not a url"))).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Configuration);
    assert_eq!(workbench.settings().await.unwrap(), before);
    workbench.close().await;
}

#[tokio::test]
async fn anthropic_without_a_key_refuses_the_prompt_and_the_doctor_says_why() {
    let home = Home::without_key();
    let workbench = home.open();
    workbench.change_settings(change(Some(ProviderChoice::Anthropic), None, None)).await.unwrap();
    let (session, _) = new_session(&workbench).await;
    let refused = workbench.send(session, "Hello".into(), None).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Configuration);
    assert!(refused.message.contains("ANTHROPIC_API_KEY"), "{refused}");
    assert_eq!(workbench.session(session).await.unwrap().last_seq, 0);
    let findings = workbench.diagnostics().await.unwrap();
    let key = findings.iter().find(|finding| finding.subject == "Anthropic key").unwrap();
    assert_eq!(key.level, DiagnosticLevel::Problem);
    assert!(key.remedy.is_some());
    workbench.close().await;
}

#[tokio::test]
async fn the_doctor_explains_a_database_that_does_not_open() {
    let home = Home::without_key();
    std::fs::create_dir(home.path().join("data")).unwrap();
    std::fs::write(home.path().join("data/atelier.db"), "this is no database, whatever its name says").unwrap();
    let options = home.options();
    let findings = tokio::task::spawn_blocking(move || diagnose(&options)).await.unwrap();
    let database = findings.iter().find(|finding| finding.subject == "Database").unwrap();
    assert_eq!(database.level, DiagnosticLevel::Problem);
    assert!(database.finding.contains("damaged"), "{}", database.finding);
    assert_eq!(database.path.as_deref(), Some(&*home.path().join("data/atelier.db")));
    let error = atelier_workbench::Workbench::open(&home.options()).err().unwrap();
    assert_eq!((error.kind, error.message), (ErrorKind::Storage, database.finding.clone()));
}

#[tokio::test]
async fn how_agents_work_is_changed_as_a_whole_or_not_at_all() {
    let home = Home::without_key();
    let workbench = home.open();
    assert_eq!(workbench.agent_settings().await.unwrap(), AgentSettings::default());
    let wanted = AgentSettings {
        confined: Some(true),
        network: true,
        writable: vec!["~/.cache".to_owned(), "/opt/cache".to_owned()],
        bypass: true,
        effort: Some(Effort::High),
        limits: AgentLimits { turns: Some(40), tokens: Some(2_000_000), seconds: Some(3_600) },
        notify: vec!["/usr/bin/notify-send".to_owned(), "Atelier".to_owned()],
    };
    assert_eq!(workbench.save_agent_settings(wanted.clone()).await.unwrap(), wanted);
    assert_eq!(home.open().agent_settings().await.unwrap(), wanted);
    assert!(workbench.bypass_allowed().await.unwrap());

    let relative = AgentSettings { writable: vec!["cache".to_owned()], ..AgentSettings::default() };
    let limits = AgentLimits { seconds: Some(0), ..AgentLimits::default() };
    let never = AgentSettings { limits, ..AgentSettings::default() };
    let nowhere = AgentSettings { notify: vec!["notify-send".to_owned()], ..AgentSettings::default() };
    for (wrong, name) in [(relative, "sandbox.writable"), (never, "limits.seconds"), (nowhere, "notify")] {
        let error = workbench.save_agent_settings(wrong).await.unwrap_err();
        assert!(error.message.contains(name), "{error}");
        assert_eq!(workbench.agent_settings().await.unwrap(), wanted);
    }

    workbench.save_agent_settings(AgentSettings::default()).await.unwrap();
    assert_eq!(workbench.agent_settings().await.unwrap(), AgentSettings::default());
    workbench.close().await;
}

#[tokio::test]
async fn mcp_servers_of_the_user_need_no_project_and_a_log_in_can_be_given_up() {
    let home = Home::without_key();
    let workbench = home.open();
    // It takes connections and never says anything.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let reach = McpReach::Http { url: format!("http://{}/mcp", silent.local_addr().unwrap()), headers: Vec::new() };
    workbench.mcp_add(None, "tools".to_owned(), reach.clone(), false).await.unwrap();
    let servers = workbench.mcp_servers(None).await.unwrap().servers;
    assert_eq!(servers.iter().map(|server| server.name.as_str()).collect::<Vec<_>>(), ["tools"]);
    let nowhere = workbench.mcp_add(None, "more".to_owned(), reach, true).await.unwrap_err();
    assert_eq!(nowhere.kind, ErrorKind::InvalidRequest);

    let login = workbench.begin_mcp_login(None, "tools".to_owned());
    login.close();
    assert_eq!(login.address().await, None);
    assert_eq!(login.finished().await.unwrap_err().message, "The log-in was given up.");
    let unknown = workbench.begin_mcp_login(None, "unknown".to_owned());
    assert_eq!(unknown.address().await, None);
    assert_eq!(unknown.finished().await.unwrap_err().kind, ErrorKind::NotFound);
    workbench.close().await;
}
