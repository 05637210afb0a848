//! The user's own models: `atelier-models.json` in the config folder.

use std::fs;

use crate::support::{Home, new_session, read_turn};
use atelier_workbench::{DiagnosticLevel, TurnChoice};

const ENTRIES: &str = r#"[
    {"vendor": "anthropic", "id": "claude-mine", "aliases": ["mine"], "max_output_tokens": 1234,
     "rates": [{"input": "1", "output": "2"}]},
    {"vendor": "anthropic", "id": "claude-sonnet-5-5", "max_output_token": 7}
]"#;

#[tokio::test]
async fn an_own_model_is_listed_asked_by_its_alias_and_counts_as_it_says() {
    let home = Home::with_server().await;
    let workbench = home.open();
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/atelier-models.json"), ENTRIES).unwrap();
    let models = workbench.models().await.unwrap();
    let own = models.iter().find(|model| model.id == "claude-mine").unwrap();
    assert_eq!((own.max_output_tokens, own.input_price, own.available), (1234, Some(1_000_000), true));

    let (session, reader) = new_session(&workbench).await;
    let choice = TurnChoice { model: Some("mine".into()), ..TurnChoice::default() };
    workbench.send(session, "Hello".into(), Some(choice)).await.unwrap();
    read_turn(&reader).await;
    let body = home.server().requests().remove(0).body;
    assert_eq!((&body["model"], &body["max_tokens"]), (&"claude-mine".into(), &1234.into()));
}

#[tokio::test]
async fn the_doctor_names_an_own_entry_that_is_wrong_until_it_is_mended() {
    let home = Home::with_server().await;
    let workbench = home.open();
    let file = home.path().join("config/atelier-models.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, ENTRIES).unwrap();
    let about = |findings: &[atelier_workbench::Diagnostic]| {
        findings.iter().find(|finding| finding.subject == "Own models").cloned()
    };
    let finding = about(&workbench.diagnostics().await.unwrap()).unwrap();
    assert_eq!((finding.level, finding.path.as_deref()), (DiagnosticLevel::Problem, Some(file.as_path())));
    assert!(finding.finding.contains("Entry 2") && finding.finding.contains("max_output_token"), "{}", finding.finding);
    fs::write(&file, "[]").unwrap();
    assert_eq!(about(&workbench.diagnostics().await.unwrap()), None);
}
