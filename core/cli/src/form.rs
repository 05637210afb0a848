//! Asking someone at a terminal for what a tool wants to know, value by value.

use atelier_protocol::{Elicitation, FieldKind, FieldText, FormField, Wanted};
use atelier_workbench::ElicitationReply;

use crate::{failure::Failure, printable::printable_line};

/// What someone answers to a line that is asked for.
pub(crate) enum Line {
    /// This, perhaps nothing.
    Typed(String),
    /// They would rather not go on.
    Stop,
}

/// Where someone is asked.
pub(crate) trait Asked {
    /// Says something, on lines of its own.
    fn say(&mut self, text: &str) -> Result<(), Failure>;
    /// Asks for a line. `prompt` stands before the cursor.
    fn line(&mut self, prompt: &str) -> Result<Line, Failure>;
}

/// Asks whether, and then field by field. What is typed wrong is asked for again.
pub(crate) fn ask(waiting: &Elicitation, asked: &mut impl Asked) -> Result<ElicitationReply, Failure> {
    let (server, message) = (printable_line(&waiting.server), printable_line(&waiting.message));
    asked.say(&format!("The MCP server {server} asks: {message}"))?;
    let (question, fields): (_, &[FormField]) = match &waiting.wanted {
        Wanted::Url { url } => {
            asked.say(&format!("It wants you to visit {}", printable_line(url)))?;
            ("Will you visit it yourself? yes or no: ", &[])
        }
        Wanted::Form { fields } => ("Answer it? yes or no: ", fields),
    };
    loop {
        match asked.line(question)? {
            Line::Stop => return Ok(ElicitationReply::Cancel),
            Line::Typed(answer) => match answer.trim().to_lowercase().as_str() {
                "y" | "yes" => break,
                "n" | "no" => return Ok(ElicitationReply::Decline),
                _ => {}
            },
        }
    }
    let mut texts = Vec::new();
    for field in fields {
        match value(field, asked)? {
            Some(text) => texts.push(text),
            None => return Ok(ElicitationReply::Cancel),
        }
    }
    Ok(ElicitationReply::Accept(texts))
}

/// What is typed for a field, once it fits; none where someone would rather not go on.
fn value(field: &FormField, asked: &mut impl Asked) -> Result<Option<FieldText>, Failure> {
    if let Some(description) = &field.description {
        asked.say(&printable_line(description))?;
    }
    let left_out = match field.default_text() {
        Some(default) => format!("; {default} if you leave it out"),
        None if field.required => String::new(),
        None => "; may be left out".to_owned(),
    };
    let prompt = printable_line(&format!("{} ({}{left_out}): ", field.label(), field.hint()));
    loop {
        let Line::Typed(typed) = asked.line(&prompt)? else { return Ok(None) };
        let values = match field.kind {
            FieldKind::Choices { .. } => typed.split(',').map(|one| one.trim().to_owned()).collect(),
            _ => vec![typed],
        };
        match field.read(&values) {
            Ok(_) => return Ok(Some(FieldText { name: field.name.clone(), values })),
            Err(wrong) => asked.say(&printable_line(&wrong.message))?,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use atelier_protocol::{ElicitationId, FormOption, Timestamp, ToolCallId};

    use super::*;

    struct Someone {
        types: VecDeque<&'static str>,
        sees: Vec<String>,
    }

    impl Asked for Someone {
        fn say(&mut self, text: &str) -> Result<(), Failure> {
            self.sees.push(text.to_owned());
            Ok(())
        }

        fn line(&mut self, prompt: &str) -> Result<Line, Failure> {
            let typed = self.types.pop_front();
            self.sees.push(format!("{prompt}{}", typed.unwrap_or("^C")));
            Ok(typed.map_or(Line::Stop, |typed| Line::Typed(typed.to_owned())))
        }
    }

    fn asked(wanted: Wanted, types: &[&'static str]) -> (ElicitationReply, String) {
        let waiting = Elicitation {
            id: ElicitationId(1),
            call: ToolCallId(1),
            server: "fake".into(),
            message: "Who?\x1b[2J".into(),
            wanted,
            expires_at: Timestamp::from_millis(0),
        };
        let mut someone = Someone { types: types.iter().copied().collect(), sees: Vec::new() };
        (ask(&waiting, &mut someone).unwrap(), someone.sees.join("\n"))
    }

    fn form() -> Wanted {
        let field = |name: &str, required, kind| FormField {
            name: name.to_owned(),
            title: None,
            description: None,
            required,
            kind,
            default: None,
        };
        let option = |value: &str| FormOption { value: value.to_owned(), title: None };
        let options = vec![option("r"), option("g")];
        Wanted::Form {
            fields: vec![
                field("age", true, FieldKind::Number { whole: true, minimum: None, maximum: None }),
                field("likes", false, FieldKind::Choices { options, min_items: None, max_items: None }),
            ],
        }
    }

    fn typed(name: &str, values: &[&str]) -> FieldText {
        FieldText { name: name.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn each_value_is_asked_for_until_it_fits() {
        let (reply, seen) = asked(form(), &["what?", "yes", "old", "36", "r, g"]);
        assert_eq!(reply, ElicitationReply::Accept(vec![typed("age", &["36"]), typed("likes", &["r", "g"])]));
        assert!(seen.contains("The MCP server fake asks: Who?␛[2J\n"), "{seen:?}");
        assert!(seen.contains("“age” takes a whole number.\nage (a whole number): 36\n"), "{seen}");
        assert!(seen.contains("likes (any of r, g; may be left out): r, g"), "{seen}");
    }

    #[test]
    fn nothing_is_answered_without_a_yes() {
        assert_eq!(asked(form(), &["no"]).0, ElicitationReply::Decline);
        assert_eq!(asked(form(), &[]).0, ElicitationReply::Cancel);
        assert_eq!(asked(form(), &["y", "36"]).0, ElicitationReply::Cancel, "half a form is none");
        let there = Wanted::Url { url: "https://example.org/x".into() };
        let (reply, seen) = asked(there, &["yes"]);
        assert_eq!(reply, ElicitationReply::Accept(Vec::new()));
        assert!(seen.contains("visit https://example.org/x\nWill"), "{seen}");
    }
}
