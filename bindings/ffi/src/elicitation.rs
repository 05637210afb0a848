//! What a tool asks the user for while it runs, as Swift sees it.

use atelier_protocol as protocol;

use crate::{CoreError, Workbench, session::parse_id};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ElicitationWanted {
    /// Values.
    Form {
        /// In the order in which they are asked for.
        fields: Vec<FormField>,
    },
    /// That the user goes to this address. It is never opened unless the user clicks it.
    Url {
        /// The address: `http` or `https`.
        url: String,
    },
}

/// One value of a form.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormField {
    /// What [`FieldText`] calls it.
    pub name: String,
    /// What it is called on the screen.
    pub label: String,
    /// More about it.
    pub description: Option<String>,
    /// Whether the form is incomplete without it.
    pub required: bool,
    /// What it takes.
    pub kind: FieldKind,
    /// What it takes, in a few words: "a whole number from 1 to 5".
    pub hint: String,
    /// What it is where the user leaves it out, as one would type it.
    pub default_text: Option<String>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// A number.
    Number,
    /// `yes` or `no`.
    YesNo,
    /// The value of one of these.
    Choice {
        /// What there is to choose from.
        options: Vec<FormOption>,
    },
    /// The values of any of these.
    Choices {
        /// What there is to choose from.
        options: Vec<FormOption>,
    },
}

/// One of the values that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormOption {
    /// The value.
    pub value: String,
    /// What it is called on the screen.
    pub label: String,
}

/// What was typed or chosen for a field.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FieldText {
    /// The field's name.
    pub name: String,
    /// One text; several for [`FieldKind::Choices`]. None, or an empty one, leaves it out.
    pub values: Vec<String>,
}

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ElicitationReply {
    /// With this; for an address, that they go there: no fields.
    Accept {
        /// What was typed.
        fields: Vec<FieldText>,
    },
    /// No.
    Decline,
    /// Neither yes nor no.
    Cancel,
}

/// How a question was answered.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ElicitationOutcome {
    /// With values, or that they go there.
    Accepted,
    /// With no.
    Declined {
        /// Why, a sentence, where it was not the user who said so.
        reason: Option<String>,
    },
    /// Not at all.
    Cancelled {
        /// Why, a sentence, where it was not the user who said so.
        reason: Option<String>,
    },
}

#[uniffi::export]
impl Workbench {
    /// Answers what a tool asks for; returns once the answer is durable. What does not fit the form is
    /// [`CoreError::InvalidRequest`] with a sentence for each wrong field, and the question goes on waiting; so is a
    /// question that does not wait any more.
    pub async fn answer_elicitation(
        &self,
        id: String,
        elicitation: u64,
        reply: ElicitationReply,
    ) -> Result<(), CoreError> {
        let elicitation = protocol::ElicitationId(elicitation);
        Ok(self.facade.answer_elicitation(parse_id(&id)?, elicitation, reply.into()).await?)
    }
}

impl From<ElicitationReply> for atelier_workbench::ElicitationReply {
    fn from(reply: ElicitationReply) -> Self {
        match reply {
            ElicitationReply::Accept { fields } => {
                let text = |FieldText { name, values }| protocol::FieldText { name, values };
                Self::Accept(fields.into_iter().map(text).collect())
            }
            ElicitationReply::Decline => Self::Decline,
            ElicitationReply::Cancel => Self::Cancel,
        }
    }
}

impl From<protocol::Wanted> for ElicitationWanted {
    fn from(wanted: protocol::Wanted) -> Self {
        match wanted {
            protocol::Wanted::Form { fields } => Self::Form { fields: fields.into_iter().map(Into::into).collect() },
            protocol::Wanted::Url { url } => Self::Url { url },
        }
    }
}

impl From<protocol::FormField> for FormField {
    fn from(field: protocol::FormField) -> Self {
        Self {
            label: field.label().to_owned(),
            hint: field.hint(),
            default_text: field.default_text(),
            name: field.name,
            description: field.description,
            required: field.required,
            kind: field.kind.into(),
        }
    }
}

impl From<protocol::FieldKind> for FieldKind {
    fn from(kind: protocol::FieldKind) -> Self {
        let labelled = |options: Vec<protocol::FormOption>| {
            let option = |protocol::FormOption { value, title }| FormOption {
                label: title.unwrap_or_else(|| value.clone()),
                value,
            };
            options.into_iter().map(option).collect()
        };
        match kind {
            protocol::FieldKind::Text { .. } => Self::Text,
            protocol::FieldKind::Number { .. } => Self::Number,
            protocol::FieldKind::YesNo => Self::YesNo,
            protocol::FieldKind::Choice { options } => Self::Choice { options: labelled(options) },
            protocol::FieldKind::Choices { options, .. } => Self::Choices { options: labelled(options) },
        }
    }
}

impl From<protocol::ElicitationAnswer> for ElicitationOutcome {
    fn from(answer: protocol::ElicitationAnswer) -> Self {
        match answer {
            protocol::ElicitationAnswer::Accept { .. } => Self::Accepted,
            protocol::ElicitationAnswer::Decline { reason } => Self::Declined { reason },
            protocol::ElicitationAnswer::Cancel { reason } => Self::Cancelled { reason },
        }
    }
}
