//! The to-do list that a model keeps of its own work.

use atelier_protocol::Json;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    FailureCode, Mode, ToolFailure,
    files::arguments,
    plan::{Approval, Content, Done, Plan},
    toolbox::State,
};

/// Longest list, and longest item in characters.
const MAX_ITEMS: usize = 100;
const MAX_TEXT: usize = 500;

/// One item of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// What is to be done.
    pub text: String,
    /// How far it is.
    pub status: TodoStatus,
}

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TodoStatus {
    /// Not begun.
    Pending,
    /// Being worked on.
    InProgress,
    /// Done.
    Completed,
}

#[derive(Deserialize)]
struct Arguments {
    items: Vec<Todo>,
}

pub(crate) fn prepare(_: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { items } = arguments(given)?;
    if items.len() > MAX_ITEMS || items.iter().any(|item| item.text.chars().count() > MAX_TEXT) {
        let message = format!("The list takes at most {MAX_ITEMS} items of {MAX_TEXT} characters; make it shorter.");
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
    }
    let work = move |state: &State, _: &_| {
        let list = json!({"items": &items});
        *state.todos() = items;
        Ok(Done { content: Content::Structured(list.clone()), metadata: Some(list), changes: Vec::new() })
    };
    Ok(Plan { needs: Approval::Automatic, touches: Vec::new(), work: Box::new(work) })
}
