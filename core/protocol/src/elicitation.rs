//! Questions that a tool puts to the user while it runs: a form to fill in, or an address to visit. An MCP server calls
//! that an elicitation.

mod form;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Json, Timestamp, ToolCallId};

pub use form::{FieldText, WrongField, with_defaults};

/// The values of a form, by the names of its fields.
pub type FormValues = serde_json::Map<String, Json>;

/// The number of such a question in its session, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ElicitationId(pub u64);

impl fmt::Display for ElicitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A question that waits for the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Elicitation {
    /// Its number in the session.
    pub id: ElicitationId,
    /// The call in whose course it is asked.
    pub call: ToolCallId,
    /// Who asks: the MCP server.
    pub server: String,
    /// What the user is told.
    pub message: String,
    /// What is asked for.
    pub wanted: Wanted,
    /// When it counts as cancelled.
    pub expires_at: Timestamp,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Wanted {
    /// Values.
    Form {
        /// In the order in which they are asked for.
        fields: Vec<FormField>,
    },
    /// That the user goes to this address. Atelier never opens it.
    Url {
        /// The address: `http` or `https`.
        url: String,
    },
}

/// One value of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    /// What the server calls it.
    pub name: String,
    /// What people call it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the form is incomplete without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What it takes.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// What it is where the user leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// A line of text.
    Text {
        /// What it must look like.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        format: Option<TextFormat>,
        /// The fewest characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_length: Option<u64>,
        /// The most characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_length: Option<u64>,
    },
    /// A number.
    Number {
        /// Without a fraction.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        whole: bool,
        /// The least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum: Option<f64>,
        /// The greatest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maximum: Option<f64>,
    },
    /// Yes or no.
    YesNo,
    /// One of these.
    Choice {
        /// What there is to choose from.
        options: Vec<FormOption>,
    },
    /// Any of these.
    Choices {
        /// What there is to choose from.
        options: Vec<FormOption>,
        /// The fewest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_items: Option<u64>,
        /// The most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_items: Option<u64>,
    },
}

/// What a text must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextFormat {
    /// An e-mail address.
    Email,
    /// An address with a scheme.
    Uri,
    /// A day: `2026-01-31`.
    Date,
    /// A time with its zone: `2026-01-31T09:00:00Z`.
    DateTime,
}

/// One of the values that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormOption {
    /// The value.
    pub value: String,
    /// What people call it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The answer to such a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ElicitationAnswer {
    /// The values; for an address, that the user goes there.
    Accept {
        /// By the names of the fields. What was left out is not in it.
        #[serde(default, skip_serializing_if = "FormValues::is_empty")]
        values: FormValues,
    },
    /// No.
    Decline {
        /// Why, a sentence, where it was not the user who said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Neither yes nor no.
    Cancel {
        /// Why, a sentence, where it was not the user who said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}
