//! The settings that Atelier shares with other programs: which there are, which values they may have, how changes are put
//! over what is stored. JSON in, JSON out; no files.

use std::collections::HashSet;

use atelier_protocol::Json;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::value::RawValue;

use crate::json_object::JsonObject;

pub(crate) const LAST_DIRECTORY: &str = "lastDirectory";
const HOME_DIRECTORY: &str = "homeDirectory";
pub(crate) const APPROVED_DIRECTORIES: &str = "approvedDirectories";
pub(crate) const BOOKMARKS: &str = "securityScopedBookmarks";
pub(crate) const PINNED_DIRECTORIES: &str = "pinnedDirectories";
const SHOW_REASONING: &str = "showReasoningTraces";
pub(crate) const SIZES_NAME: &str = "typographySizes";

/// What values a setting may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A text that is not empty. It is not trimmed, and a folder need not exist.
    Text,
    /// `light` or `dark`.
    Variant,
    /// A real boolean.
    Flag,
    /// An array of texts without empty ones, each once.
    List,
    /// An object of texts that are not empty, under the names in [`SIZES`].
    Sizes,
}

/// All shared settings, in the order in which they are written where they are new.
pub(crate) const KEYS: [(&str, Rule); 15] = [
    ("themeId", Rule::Text),
    ("lightThemeId", Rule::Text),
    ("darkThemeId", Rule::Text),
    ("themeVariant", Rule::Variant),
    ("useSystemTheme", Rule::Flag),
    (LAST_DIRECTORY, Rule::Text),
    (HOME_DIRECTORY, Rule::Text),
    (APPROVED_DIRECTORIES, Rule::List),
    (BOOKMARKS, Rule::List),
    (PINNED_DIRECTORIES, Rule::List),
    ("uiFont", Rule::Text),
    ("monoFont", Rule::Text),
    ("markdownDisplayMode", Rule::Text),
    (SHOW_REASONING, Rule::Flag),
    (SIZES_NAME, Rule::Sizes),
];

/// What has a size of its own in `typographySizes`.
pub(crate) const SIZES: [&str; 6] = ["markdown", "code", "uiHeader", "uiLabel", "meta", "micro"];

/// Some or all of the shared settings, each with a value that it may have. Serialised it is the JSON object of the
/// runtime contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedSettings {
    entries: Vec<(&'static str, Value)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Flag(bool),
    List(Vec<String>),
    Sizes(Vec<(&'static str, String)>),
}

impl SharedSettings {
    /// What of a JSON value are shared settings. Other names, values that a setting can't have, and whatever is no
    /// object are dropped without a word.
    pub fn from_json(json: &Json) -> Self {
        // A value in memory always has a text.
        let text = serde_json::to_string(json).unwrap_or_default();
        JsonObject::parse(text.as_bytes()).map(|object| Self::sanitised(&object)).unwrap_or_default()
    }

    /// A setting that is a text; none for any other name too.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A setting that is a list of texts; empty for any other name too.
    pub fn list(&self, name: &str) -> &[String] {
        match self.value(name) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Sets a list of texts.
    pub(crate) fn with_list(mut self, name: &'static str, texts: impl IntoIterator<Item = String>) -> Self {
        self.set(name, Value::List(unique(texts)));
        self
    }

    /// Sets a text.
    pub(crate) fn with_text(mut self, name: &'static str, text: &str) -> Self {
        self.set(name, Value::Text(text.to_owned()));
        self
    }

    /// What of an object are shared settings.
    fn sanitised(object: &JsonObject) -> Self {
        let value = |(name, rule): (&'static str, Rule)| Some((name, rule.value(object.get(name)?)?));
        Self { entries: KEYS.into_iter().filter_map(value).collect() }
    }

    /// What of a file are shared settings, with the defaults of those that are always there.
    pub(crate) fn formatted(object: &JsonObject) -> Self {
        let mut settings = Self::sanitised(object);
        for name in [APPROVED_DIRECTORIES, BOOKMARKS, PINNED_DIRECTORIES] {
            settings.set_where_missing(name, Value::List(Vec::new()));
        }
        settings.set_where_missing(SHOW_REASONING, Value::Flag(false));
        settings
    }

    /// Puts these over what is stored. Whatever has its value already stays as it is written.
    pub(crate) fn merge_into(&self, object: &mut JsonObject) -> Result<(), serde_json::Error> {
        let stored = Self::sanitised(object);
        let changed = |name| self.value(name).and(Some(self)).unwrap_or(&stored).list(name).to_vec();
        let directories = [LAST_DIRECTORY, HOME_DIRECTORY].into_iter().filter_map(|name| self.text(name));
        let approved = changed(APPROVED_DIRECTORIES).into_iter().chain(directories.map(str::to_owned));
        let next = self.clone().with_list(APPROVED_DIRECTORIES, approved).with_list(BOOKMARKS, changed(BOOKMARKS));
        next.entries.iter().try_for_each(|(name, value)| value.write_to(object, name))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn set(&mut self, name: &'static str, value: Value) {
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, place)) => *place = value,
            None => self.entries.push((name, value)),
        }
    }

    fn set_where_missing(&mut self, name: &'static str, value: Value) {
        if self.value(name).is_none() {
            self.entries.push((name, value));
        }
    }
}

impl Rule {
    /// The value, if it is one that keeps the rule.
    fn value(self, raw: &RawValue) -> Option<Value> {
        match self {
            Self::Text => text(raw).map(Value::Text),
            Self::Variant => text(raw).filter(|text| matches!(text.as_str(), "light" | "dark")).map(Value::Text),
            Self::Flag => serde_json::from_str(raw.get()).ok().map(Value::Flag),
            Self::List => {
                let items: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
                Some(Value::List(unique(items.into_iter().filter_map(text))))
            }
            Self::Sizes => {
                let object = JsonObject::parse(raw.get().as_bytes()).ok()?;
                let sizes: Vec<_> = SIZES.into_iter().filter_map(|name| Some((name, object.text(name)?))).collect();
                (!sizes.is_empty()).then_some(Value::Sizes(sizes))
            }
        }
    }
}

impl Value {
    fn write_to(&self, object: &mut JsonObject, name: &str) -> Result<(), serde_json::Error> {
        if let Self::Sizes(sizes) = self {
            return write_sizes(sizes, object, name);
        }
        let new = serde_json::to_value(self)?;
        let is_there =
            object.get(name).is_some_and(|raw| serde_json::from_str(raw.get()).is_ok_and(|old: Json| old == new));
        if is_there { Ok(()) } else { object.set(name, self) }
    }
}

/// Sets the sizes one by one; the others, and what else someone keeps there, stay.
fn write_sizes(sizes: &[(&str, String)], object: &mut JsonObject, name: &str) -> Result<(), serde_json::Error> {
    let mut stored = object.object(name).unwrap_or_default();
    let mut changed = false;
    for (size, value) in sizes {
        if stored.text(size).as_ref() != Some(value) {
            stored.set(size, value)?;
            changed = true;
        }
    }
    if changed { object.set_object(name, &stored, 1) } else { Ok(()) }
}

fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok().filter(|text: &String| !text.is_empty())
}

/// The texts that are not empty, each where it came first.
fn unique(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

impl Serialize for SharedSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(list) => serializer.collect_seq(list),
            Self::Sizes(sizes) => {
                let mut map = serializer.serialize_map(Some(sizes.len()))?;
                sizes.iter().try_for_each(|(name, size)| map.serialize_entry(name, size))?;
                map.end()
            }
        }
    }
}
