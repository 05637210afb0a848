//! Filling in a form: what was typed becomes values, and what is wrong with it is said in a sentence.

use serde_json::Number;

use super::{FieldKind, FormField, FormOption, FormValues, TextFormat, Wanted};
use crate::{Json, Timestamp};

/// The longest text of a field, in bytes.
const MAX_TEXT: usize = 16 << 10;

/// The words in the name of a text that say it is a secret.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "credential",
    "credentials",
    "apikey",
    "pin",
    "cvv",
    "cvc",
    "otp",
];

/// The same, of two words.
const SECRET_PAIRS: &[(&str, &str)] = &[("api", "key"), ("access", "key"), ("private", "key"), ("pass", "word")];

/// What was typed for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldText {
    /// The field's name.
    pub name: String,
    /// What was typed or chosen: one text, or several where any of some can be chosen. `yes` and `no` for such a field,
    /// the value of an option for a choice. Nothing, or an empty text, leaves it out.
    pub values: Vec<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WrongField {
    /// The field's name.
    pub name: String,
    /// What is wrong and what it takes, a sentence.
    pub message: String,
}

impl Wanted {
    /// The values for what was typed; of an address none. An error has a sentence for each field that is wrong.
    pub fn read(&self, texts: &[FieldText]) -> Result<FormValues, Vec<WrongField>> {
        let fields: &[FormField] = match self {
            Self::Form { fields } => fields,
            Self::Url { .. } => &[],
        };
        let (mut values, mut wrong) = (FormValues::new(), Vec::new());
        for field in fields {
            let typed = texts.iter().find(|text| text.name == field.name);
            match field.read(typed.map(|text| text.values.as_slice()).unwrap_or_default()) {
                Ok(Some(value)) => drop(values.insert(field.name.clone(), value)),
                Ok(None) => {}
                Err(problem) => wrong.push(problem),
            }
        }
        let unknown = texts.iter().filter(|text| !fields.iter().any(|field| field.name == text.name));
        wrong.extend(unknown.map(|text| WrongField {
            name: text.name.clone(),
            message: format!("“{}” is not asked for; leave it out.", text.name),
        }));
        if wrong.is_empty() { Ok(values) } else { Err(wrong) }
    }

    /// The first text that is asked for and that sounds like a secret.
    pub fn secret(&self) -> Option<&FormField> {
        match self {
            Self::Form { fields } => fields.iter().find(|field| field.sounds_secret()),
            Self::Url { .. } => None,
        }
    }
}

/// The values with the form's defaults for what was left out.
pub fn with_defaults(wanted: &Wanted, mut values: FormValues) -> FormValues {
    if let Wanted::Form { fields } = wanted {
        for field in fields {
            if let Some(default) = field.default.as_ref().filter(|_| !values.contains_key(&field.name)) {
                values.insert(field.name.clone(), default.clone());
            }
        }
    }
    values
}

impl FormField {
    /// What people call it.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    /// What it takes, in a few words.
    pub fn hint(&self) -> String {
        match &self.kind {
            FieldKind::Text { format: Some(TextFormat::Email), .. } => "an e-mail address".to_owned(),
            FieldKind::Text { format: Some(TextFormat::Uri), .. } => "an address, as in https://example.org".to_owned(),
            FieldKind::Text { format: Some(TextFormat::Date), .. } => "a day, as in 2026-01-31".to_owned(),
            FieldKind::Text { format: Some(TextFormat::DateTime), .. } => {
                "a time, as in 2026-01-31T09:00:00Z".to_owned()
            }
            FieldKind::Text { format: None, min_length, max_length } => {
                within("text", "characters", min_length.as_ref(), max_length.as_ref())
            }
            FieldKind::Number { whole, minimum, maximum } => {
                let what = if *whole { "a whole number" } else { "a number" };
                bounded(what, minimum.as_ref(), maximum.as_ref())
            }
            FieldKind::YesNo => "yes or no".to_owned(),
            FieldKind::Choice { options } => format!("one of {}", listed(options)),
            FieldKind::Choices { options, min_items, max_items } => {
                let any = within("any", "of them", min_items.as_ref(), max_items.as_ref());
                format!("{any} of {}", listed(options))
            }
        }
    }

    /// The default as someone would type it; none where there is none.
    pub fn default_text(&self) -> Option<String> {
        self.default.as_ref().map(|default| match default {
            Json::String(text) => text.clone(),
            Json::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Json::Array(values) => values.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        })
    }

    /// The value for what was typed; none where it was left out and may be.
    pub fn read(&self, typed: &[String]) -> Result<Option<Json>, WrongField> {
        let typed: Vec<&str> = typed.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        let wrong = || WrongField {
            name: self.name.clone(),
            message: format!("“{}” takes {}.", self.label(), self.hint()),
        };
        match typed[..] {
            [] if self.required && self.default.is_none() => Err(WrongField {
                name: self.name.clone(),
                message: format!("“{}” is needed: {}.", self.label(), self.hint()),
            }),
            [] => Ok(None),
            _ if matches!(self.kind, FieldKind::Choices { .. }) => self.choices(&typed).map(Some).ok_or_else(wrong),
            [text] if text.len() <= MAX_TEXT => self.value(text).map(Some).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }

    fn value(&self, text: &str) -> Option<Json> {
        match &self.kind {
            FieldKind::Text { format, min_length, max_length } => {
                let length = text.chars().count() as u64;
                let fits = min_length.is_none_or(|least| length >= least)
                    && max_length.is_none_or(|most| length <= most)
                    && format.is_none_or(|format| format.fits(text));
                fits.then(|| Json::from(text))
            }
            FieldKind::Number { whole, minimum, maximum } => {
                let number = number(text, *whole)?;
                let value = number.as_f64()?;
                let fits = minimum.is_none_or(|least| value >= least) && maximum.is_none_or(|most| value <= most);
                fits.then_some(Json::Number(number))
            }
            FieldKind::YesNo => match text.to_lowercase().as_str() {
                "y" | "yes" | "true" => Some(Json::Bool(true)),
                "n" | "no" | "false" => Some(Json::Bool(false)),
                _ => None,
            },
            FieldKind::Choice { options } => chosen(options, text).map(Json::from),
            FieldKind::Choices { .. } => None,
        }
    }

    fn choices(&self, typed: &[&str]) -> Option<Json> {
        let FieldKind::Choices { options, min_items, max_items } = &self.kind else { return None };
        let mut values: Vec<&str> = Vec::new();
        for text in typed {
            let value = chosen(options, text)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let count = values.len() as u64;
        let fits = min_items.is_none_or(|least| count >= least) && max_items.is_none_or(|most| count <= most);
        fits.then(|| Json::from(values))
    }

    /// Whether it is a text whose name or title is that of a secret. What is typed lands in the log, and the protocol
    /// forbids servers to ask for secrets this way.
    fn sounds_secret(&self) -> bool {
        let text = matches!(self.kind, FieldKind::Text { format: None, .. });
        text && [Some(&self.name), self.title.as_ref()].into_iter().flatten().any(|name| {
            let words = words(name);
            words.iter().any(|word| SECRET_WORDS.contains(&word.as_str()))
                || words.windows(2).any(|pair| SECRET_PAIRS.contains(&(pair[0].as_str(), pair[1].as_str())))
        })
    }
}

impl TextFormat {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Email => text.split_once('@').is_some_and(|(who, place)| {
                !who.is_empty()
                    && !place.is_empty()
                    && !place.contains('@')
                    && !text.chars().any(|sign| sign.is_whitespace() || sign.is_control())
            }),
            Self::Uri => text.split_once(':').is_some_and(|(scheme, rest)| {
                scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                    && scheme.chars().all(|sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign))
                    && !rest.is_empty()
                    && !text.chars().any(|sign| sign.is_whitespace() || sign.is_control())
            }),
            Self::Date => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
            Self::DateTime => text.parse::<Timestamp>().is_ok(),
        }
    }
}

fn number(text: &str, whole: bool) -> Option<Number> {
    if let Ok(value) = text.parse::<i64>() {
        return Some(Number::from(value));
    }
    let value: f64 = text.parse().ok()?;
    Number::from_f64(value).filter(|_| !whole)
}

/// The value of the option that is meant: by its value, else by what people call it.
fn chosen<'a>(options: &'a [FormOption], text: &str) -> Option<&'a str> {
    let by_value = options.iter().find(|option| option.value == text);
    let by_title = || options.iter().find(|option| option.title.as_deref() == Some(text));
    by_value.or_else(by_title).map(|option| option.value.as_str())
}

fn listed(options: &[FormOption]) -> String {
    let said = |option: &FormOption| match &option.title {
        Some(title) if *title != option.value => format!("{} ({title})", option.value),
        _ => option.value.clone(),
    };
    options.iter().map(said).collect::<Vec<_>>().join(", ")
}

fn within(what: &str, of: &str, least: Option<&u64>, most: Option<&u64>) -> String {
    match (least, most) {
        (None | Some(0), None) => what.to_owned(),
        (None | Some(0), Some(most)) => format!("{what}, at most {most} {of}"),
        (Some(least), None) => format!("{what}, at least {least} {of}"),
        (Some(least), Some(most)) if least == most => format!("{what}, {least} {of}"),
        (Some(least), Some(most)) => format!("{what}, {least} to {most} {of}"),
    }
}

fn bounded(what: &str, least: Option<&f64>, most: Option<&f64>) -> String {
    match (least, most) {
        (None, None) => what.to_owned(),
        (None, Some(most)) => format!("{what}, at most {most}"),
        (Some(least), None) => format!("{what}, at least {least}"),
        (Some(least), Some(most)) => format!("{what} from {least} to {most}"),
    }
}

/// The words of a name, however they are joined: `apiKey`, `api_key`, `API key`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for sign in name.chars() {
        if !sign.is_alphanumeric() || (small && sign.is_uppercase()) {
            words.push(String::new());
        }
        small = sign.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| sign.is_alphanumeric()) {
            word.extend(sign.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn field(name: &str, kind: FieldKind) -> FormField {
        FormField { name: name.to_owned(), title: None, description: None, required: true, kind, default: None }
    }

    const TEXT: FieldKind = FieldKind::Text { format: None, min_length: None, max_length: None };

    fn text(format: TextFormat) -> FieldKind {
        FieldKind::Text { format: Some(format), min_length: None, max_length: None }
    }

    fn options() -> Vec<FormOption> {
        let option =
            |value: &str, title: Option<&str>| FormOption { value: value.to_owned(), title: title.map(str::to_owned) };
        vec![option("r", Some("Red")), option("green", None)]
    }

    fn read(kind: &FieldKind, typed: &[&str]) -> Result<Option<Json>, String> {
        let typed: Vec<_> = typed.iter().map(|text| (*text).to_owned()).collect();
        field("it", kind.clone()).read(&typed).map_err(|wrong| wrong.message)
    }

    #[test]
    fn each_kind_takes_what_it_says_and_tells_what_that_is() {
        let wrong = |hint: &str| Err(format!("“it” takes {hint}."));
        let whole = FieldKind::Number { whole: true, minimum: Some(1.0), maximum: Some(5.0) };
        let any = FieldKind::Number { whole: false, minimum: None, maximum: None };
        let short = FieldKind::Text { format: None, min_length: Some(2), max_length: Some(3) };
        let one = FieldKind::Choice { options: options() };
        let some = FieldKind::Choices { options: options(), min_items: None, max_items: Some(1) };
        for (kind, typed, expected) in [
            (&TEXT, vec![" Ada "], Ok(Some(json!("Ada")))),
            (&short, vec!["äö"], Ok(Some(json!("äö")))),
            (&short, vec!["a"], wrong("text, 2 to 3 characters")),
            (&whole, vec!["5"], Ok(Some(json!(5)))),
            (&whole, vec!["2.5"], wrong("a whole number from 1 to 5")),
            (&whole, vec!["6"], wrong("a whole number from 1 to 5")),
            (&any, vec!["-2.5"], Ok(Some(json!(-2.5)))),
            (&any, vec!["NaN"], wrong("a number")),
            (&FieldKind::YesNo, vec!["Yes"], Ok(Some(json!(true)))),
            (&FieldKind::YesNo, vec!["maybe"], wrong("yes or no")),
            (&one, vec!["Red"], Ok(Some(json!("r")))),
            (&one, vec!["blue"], wrong("one of r (Red), green")),
            (&some, vec!["green", "green"], Ok(Some(json!(["green"])))),
            (&some, vec!["green", "r"], wrong("any, at most 1 of them of r (Red), green")),
        ] {
            assert_eq!(read(kind, &typed), expected, "{kind:?} {typed:?}");
        }
        assert_eq!(read(&TEXT, &["x".repeat(MAX_TEXT + 1).as_str()]), wrong("text"));
    }

    #[test]
    fn formats_are_looked_at_closely_enough_to_catch_a_slip() {
        for (format, good, bad) in [
            (TextFormat::Email, "ada@example.org", ["ada", "@example.org", "a b@example.org"]),
            (TextFormat::Uri, "https://example.org/x", ["example.org", "https:", "ht tp://x"]),
            (TextFormat::Date, "2026-01-31", ["2026-02-30", "31.1.2026", "2026-01-31T09:00"]),
            (TextFormat::DateTime, "2026-01-31T09:00:00+01:00", ["2026-01-31", "09:00", "2026-01-31T09:00:00"]),
        ] {
            assert_eq!(read(&text(format), &[good]), Ok(Some(json!(good))));
            for bad in bad {
                assert!(read(&text(format), &[bad]).is_err(), "{bad}");
            }
        }
    }

    #[test]
    fn every_wrong_field_has_its_sentence_and_what_nobody_asked_for_is_refused() {
        let mut age = field("age", FieldKind::Number { whole: true, minimum: None, maximum: None });
        age.required = false;
        let wanted = Wanted::Form { fields: vec![field("name", TEXT), age.clone()] };
        let typed = |name: &str, text: &str| FieldText { name: name.to_owned(), values: vec![text.to_owned()] };
        let wrong = wanted.read(&[typed("age", "old"), typed("shoe", "42")]).unwrap_err();
        let told: Vec<_> = wrong.iter().map(ToString::to_string).collect();
        let expected =
            ["“name” is needed: text.", "“age” takes a whole number.", "“shoe” is not asked for; leave it out."];
        assert_eq!(told, expected);
        let values = wanted.read(&[typed("name", "Ada"), typed("age", "")]).unwrap();
        assert_eq!(Json::Object(values.clone()), json!({"name": "Ada"}));
        age.default = Some(json!(7));
        let wanted = Wanted::Form { fields: vec![field("name", TEXT), age] };
        assert_eq!(Json::Object(with_defaults(&wanted, values)), json!({"name": "Ada", "age": 7}));
    }

    #[test]
    fn a_text_that_is_called_like_a_secret_is_told_from_one_that_is_not() {
        let secret = |name: &str| Wanted::Form { fields: vec![field(name, TEXT)] }.secret().is_some();
        for name in ["password", "apiKey", "API key", "github_token", "Your Secret", "private-key", "PIN"] {
            assert!(secret(name), "{name}");
        }
        for name in ["name", "tokens", "secretary", "key", "keyboard", "opinion"] {
            assert!(!secret(name), "{name}");
        }
        let number = FieldKind::Number { whole: true, minimum: None, maximum: None };
        assert!(Wanted::Form { fields: vec![field("token", number)] }.secret().is_none(), "numbers are none");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_value_or_a_sentence(typed in ".{0,40}") {
            for kind in [TEXT, text(TextFormat::Email), text(TextFormat::Uri), text(TextFormat::Date),
                text(TextFormat::DateTime), FieldKind::YesNo, FieldKind::Choice { options: options() },
                FieldKind::Number { whole: false, minimum: None, maximum: None }] {
                match field("it", kind).read(std::slice::from_ref(&typed)) {
                    Ok(value) => prop_assert!(value.is_some()),
                    Err(wrong) => prop_assert!(wrong.message.ends_with('.')),
                }
            }
        }
    }
}
