//! What vendors' lists of models said when they were asked last. Kept in the data folder, so that nobody is asked unasked.

use std::{collections::BTreeMap, io};

use atelier_llm::ListedModel;
use atelier_protocol::Timestamp;
use serde::{Deserialize, Serialize};

/// How many models of one list are kept, and up to which length of their ids, in characters.
const MAX_MODELS: usize = 5000;
const MAX_ID: usize = 200;

/// The lists, by provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ModelLists {
    pub(crate) lists: BTreeMap<String, ModelList>,
}

/// One provider's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ModelList {
    /// When it was asked for.
    pub(crate) at: Timestamp,
    /// Who was asked.
    pub(crate) base_url: String,
    pub(crate) models: Vec<ListedModel>,
}

impl ModelList {
    /// What a server says now. What it calls no decent name is left out.
    pub(crate) fn new(base_url: String, models: Vec<ListedModel>) -> Self {
        let decent =
            |id: &str| !id.trim().is_empty() && id.chars().count() <= MAX_ID && !id.chars().any(char::is_control);
        let models = models.into_iter().filter(|model| decent(&model.id)).take(MAX_MODELS).collect();
        Self { at: Timestamp::now(), base_url, models }
    }
}

impl ModelLists {
    /// Reads the file's bytes. What can't be read is as good as never asked for.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_else(|error| {
            tracing::warn!(line = error.line(), "the kept lists of models can't be read");
            Self::default()
        })
    }

    /// The file's bytes with these lists in place of older ones.
    pub(crate) fn updated(bytes: Option<&[u8]>, new: BTreeMap<String, ModelList>) -> io::Result<Vec<u8>> {
        let mut all = bytes.map(Self::parse).unwrap_or_default();
        all.lists.extend(new);
        Ok(serde_json::to_vec(&all)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(base_url: &str, ids: &[&str]) -> ModelList {
        let model = |id: &&str| ListedModel { id: (*id).to_owned(), context_window: Some(7), ..ListedModel::default() };
        ModelList::new(base_url.to_owned(), ids.iter().map(model).collect())
    }

    #[test]
    fn a_new_list_takes_the_place_of_the_older_one_and_leaves_the_others() {
        let first =
            ModelLists::updated(None, [("a".into(), list("x", &["1"])), ("b".into(), list("y", &["2"]))].into());
        let bytes = ModelLists::updated(Some(&first.unwrap()), [("a".into(), list("z", &["3"]))].into()).unwrap();
        let lists = ModelLists::parse(&bytes).lists;
        let ids = |provider: &str| lists[provider].models.iter().map(|model| model.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids("a"), ids("b"), lists["a"].base_url.as_str()), (vec!["3".into()], vec!["2".into()], "z"));
        assert_eq!(lists["b"].models[0].context_window, Some(7));
    }

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        for bytes in [&b""[..], b"{", b"[]", br#"{"lists": {"a": 7}}"#, b"\xff"] {
            assert_eq!(ModelLists::parse(bytes), ModelLists::default());
            let mended = ModelLists::updated(Some(bytes), [("a".into(), list("x", &["1"]))].into()).unwrap();
            assert_eq!(ModelLists::parse(&mended).lists.len(), 1);
        }
    }

    #[test]
    fn names_that_are_none_are_left_out_and_a_list_has_an_end() {
        let long = "x".repeat(MAX_ID + 1);
        let kept = list("x", &["good", "", " ", "bad\x1b[2J", &long]);
        assert_eq!(kept.models.len(), 1);
        let endless: Vec<String> = (0..MAX_MODELS + 5).map(|number| number.to_string()).collect();
        let endless: Vec<&str> = endless.iter().map(String::as_str).collect();
        assert_eq!(list("x", &endless).models.len(), MAX_MODELS);
    }
}
