//! A server that no one here wrote: jedi-language-server for Python. `scripts/test` sets it up and names its folder.

use std::{env, path::PathBuf};

use atelier_tools::FailureCode;
use serde_json::json;

use crate::project::Project;

const TEXT: &str = "\"\"\"Ünï 😀\"\"\"\n\n\nclass Tea:\n    \"\"\"A hot drink.\"\"\"\n\n    def brew(self, minutes: int) -> str:\n        \
                    return \"😀\" * minutes\n\n\ncup = Tea()\nprint(\"😀\", cup.brew(3))\n";

#[tokio::test]
#[ignore = "scripts/test sets the server up"]
async fn a_real_server_answers_every_question() {
    let folder = PathBuf::from(env::var_os("ATELIER_LANGUAGE_SERVERS").unwrap());
    let project = Project::with_servers_in(Some(folder));
    project.put("tea.py", TEXT);
    project.put("broken.py", "def (:\n");
    let symbols = project.call("symbols", json!({"path": "tea.py"})).await.unwrap();
    let names: Vec<_> =
        symbols["symbols"].as_array().unwrap().iter().map(|row| (row["name"].clone(), row["line"].clone())).collect();
    assert!(names.contains(&(json!("Tea"), json!(4))) && names.contains(&(json!("brew"), json!(7))), "{names:?}");
    // `brew` in the last line, behind an emoji: columns are characters.
    let place = json!({"path": "tea.py", "line": 12, "col": 15});
    let hover = project.call("hover", place.clone()).await.unwrap();
    assert!(hover.as_str().unwrap().contains("minutes: int"), "{hover}");
    let definition = project.call("definition", place.clone()).await.unwrap();
    let brew = json!({"path": "tea.py", "line": 7, "col": 8, "text": "def brew(self, minutes: int) -> str:"});
    assert_eq!(definition["places"], json!([brew]));
    let references = project.call("references", place).await.unwrap();
    assert_eq!(references["places"].as_array().unwrap().len(), 2, "{references}");
    let found = project.call("diagnostics", json!({"path": "broken.py"})).await.unwrap();
    assert_eq!(found["diagnostics"][0]["severity"], "error", "{found}");
    let nowhere = project.call("hover", json!({"path": "tea.py", "line": 99, "col": 0})).await.unwrap_err();
    assert_eq!(nowhere.code, FailureCode::InvalidToolCall);
}
