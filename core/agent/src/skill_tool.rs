//! The tool `skill`: the model is told which skills there are, and reads the one it needs.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use atelier_context::{Skill, UserFolders, skills};
use atelier_tools::{
    Approval, Category, Control, Done, FailureCode, Mode, Request, SourcePlan, ToolFailure, ToolSource, ToolSpec,
};
use serde::Deserialize;
use serde_json::json;

/// The tool's name.
const NAME: &str = "skill";

/// How much of a skill's description is told, in characters, and of all of them, in bytes: every request carries it.
const MAX_DESCRIPTION: usize = 400;
const MAX_ALL: usize = 16 << 10;

/// The skills of one turn.
pub(crate) struct Skills(Vec<Arc<Skill>>);

impl Skills {
    /// Those of a project and of the user, as they are now; none where there are none.
    pub(crate) async fn of(project: &str, user: UserFolders) -> Option<Arc<dyn ToolSource>> {
        let project = PathBuf::from(project);
        let find = move || skills(Some(Path::new(&project)), &user);
        // A panic is a defect, and no reason to leave the user's prompt unanswered.
        let found = tokio::task::spawn_blocking(find).await.unwrap_or_default();
        let usable: Vec<_> = found.into_iter().map(Arc::new).collect();
        (!usable.is_empty()).then(|| Arc::new(Self(usable)) as Arc<dyn ToolSource>)
    }

    fn spec(&self) -> ToolSpec {
        let mut description =
            "Read a skill: instructions for a kind of task, that the user or the project has written \
                               down.\nLoad one when the task at hand is what it is for, and follow it. There are:"
                .to_owned();
        for skill in &self.0 {
            let about: String = skill.description.chars().take(MAX_DESCRIPTION).collect();
            if description.len() + about.len() > MAX_ALL {
                description.push_str("\n- and more, which only the user can name");
                break;
            }
            // Writing to a string does not fail.
            let _ = write!(description, "\n- {}: {about}", skill.name);
        }
        let properties = json!({
            "name": {"type": "string", "description": "The skill"},
            "file": {"type": "string", "description": "A file of the skill to read instead, as the skill names it"},
        });
        ToolSpec {
            name: NAME.to_owned(),
            category: Category::Custom,
            description,
            input_schema: json!({
                "type": "object", "properties": properties, "required": ["name"], "additionalProperties": false
            }),
            params: "name:string! file:string".to_owned(),
            read_only: true,
        }
    }

    fn plan(&self, call: &Request) -> Result<SourcePlan, ToolFailure> {
        let wrong = |message: String| ToolFailure::new(FailureCode::InvalidToolCall, message);
        let Arguments { name, file } = serde_json::from_value(call.arguments.clone())
            .map_err(|_| wrong("`skill` takes: name:string! file:string.".to_owned()))?;
        let skill = self.0.iter().find(|skill| skill.name == name).cloned().ok_or_else(|| {
            let names: Vec<_> = self.0.iter().map(|skill| skill.name.as_str()).collect();
            wrong(format!("There is no such skill; these exist: {}.", names.join(", ")))
        })?;
        let read = move || match file {
            Some(file) => skill.read(&file),
            None => skill.text(),
        };
        Ok(SourcePlan::new(Approval::Automatic, true, move |_: Control| async move {
            let read = tokio::task::spawn_blocking(read).await;
            let text =
                read.unwrap_or_else(|_| Err("The skill can't be read because of a defect in Atelier.".to_owned()));
            text.map(Done::text).map_err(|problem| ToolFailure::new(FailureCode::NotFound, problem))
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    name: String,
    file: Option<String>,
}

#[async_trait]
impl ToolSource for Skills {
    async fn specs(&self, _: Mode) -> Vec<ToolSpec> {
        vec![self.spec()]
    }

    async fn prepare(&self, _: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        (call.name == NAME).then(|| self.plan(call))
    }
}
