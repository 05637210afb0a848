//! The tools for files and folders.

pub(crate) mod arrange;
pub(crate) mod edit;
pub(crate) mod glob;
pub(crate) mod list;
mod nearest;
pub(crate) mod patch;
pub(crate) mod read;
pub(crate) mod search;
mod walk;
pub(crate) mod write;

use atelier_protocol::Json;
use serde::de::DeserializeOwned;

use crate::{FailureCode, ToolFailure};

/// The arguments in the tool's own type. They were checked against the schema before, so this can't really fail.
pub(crate) fn arguments<T: DeserializeOwned>(given: Json) -> Result<T, ToolFailure> {
    serde_json::from_value(given)
        .map_err(|error| ToolFailure::new(FailureCode::InvalidToolCall, format!("The arguments don't fit: {error}.")))
}
