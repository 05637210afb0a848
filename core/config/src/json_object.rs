//! A JSON object whose values stay as they are written.
//!
//! Settings files are shared with other programs. Values are kept as text, so that what we don't change comes out
//! exactly as it went in: large numbers, `1.0`, escapes, order.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// Names and values in their order in the file. A name that stands there twice stays twice until it is set.
#[derive(Clone, Default)]
pub(crate) struct JsonObject {
    entries: Vec<(String, Box<RawValue>)>,
}

impl JsonObject {
    /// Reads a JSON text whose value is an object.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// The value of that name; the last one where it stands there twice, as JavaScript has it.
    pub(crate) fn get(&self, name: &str) -> Option<&RawValue> {
        self.entries.iter().rev().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// The value of that name, if it is a string and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        serde_json::from_str::<String>(value.get()).ok().filter(|text| !text.is_empty())
    }

    /// The value of that name, if it is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.get(name)?.get().as_bytes()).ok()
    }

    /// The names, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    /// Sets a value where it stands, or at the end, laid out for an object that is in no other.
    pub(crate) fn set(&mut self, name: &str, value: &impl Serialize) -> Result<(), serde_json::Error> {
        // A line break in a JSON text is never within a string.
        let value = serde_json::to_string_pretty(value)?.replace('\n', "\n  ");
        self.set_raw(name, RawValue::from_string(value)?);
        Ok(())
    }

    /// Sets an object where it stands, or at the end. `depth`: of how many objects it is within, for its lines'
    /// indentation.
    pub(crate) fn set_object(&mut self, name: &str, object: &Self, depth: usize) -> Result<(), serde_json::Error> {
        self.set_raw(name, RawValue::from_string(object.written(depth))?);
        Ok(())
    }

    /// Takes a name and its value out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.entries.retain(|(key, _)| key != name);
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The text of a file: one line for each name, indented by two; no line break at the end.
    pub(crate) fn to_text(&self) -> String {
        self.written(0)
    }

    fn set_raw(&mut self, name: &str, value: Box<RawValue>) {
        match self.entries.iter().position(|(key, _)| key == name) {
            None => self.entries.push((name.to_owned(), value)),
            Some(at) => {
                self.entries[at].1 = value;
                let mut position = 0..;
                self.entries.retain(|(key, _)| position.next() == Some(at) || key != name);
            }
        }
    }

    fn written(&self, depth: usize) -> String {
        let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
        let lines: Vec<_> =
            self.entries.iter().map(|(name, value)| format!("{inner}{}: {value}", quoted(name))).collect();
        if lines.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n{outer}}}", lines.join(",\n")) }
    }
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = JsonObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonObject, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry::<String, Box<RawValue>>()? {
                    entries.push(entry);
                }
                Ok(JsonObject { entries })
            }
        }
        deserializer.deserialize_map(Entries)
    }
}
