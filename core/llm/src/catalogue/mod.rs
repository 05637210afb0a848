//! The models that are known without asking anyone, and what vendors and users say about theirs.
//!
//! `models.json` holds the facts, and for each vendor the page they are from, the day they were looked up, and the
//! model that is used when none is chosen. A price that is not known is left out there.

mod effort;
mod model;
mod own;
mod price;

use std::collections::HashSet;

use atelier_protocol::Effort;
use serde::Deserialize;

pub use self::{
    effort::AskedThinking,
    model::{KnownFrom, ListedModel, ModelInfo, Thinking},
    own::{OwnModel, OwnModelProblem, OwnModels},
    price::{Cost, InvalidPrice, Price, Rate},
};

const BUILTIN: &str = include_str!("models.json");

/// Models, each vendor's best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    models: Vec<ModelInfo>,
    sources: Vec<Source>,
}

/// Where what is known about a vendor's models is from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// The provider.
    pub vendor: String,
    /// The address of the vendor's page.
    #[serde(rename = "source")]
    pub page: String,
    /// The day on which it was read, `2026-11-21`.
    pub as_of: String,
    /// The id of the model that is used when none is chosen.
    default: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DataFile {
    vendors: Vec<VendorData>,
}

#[derive(Deserialize)]
struct VendorData {
    #[serde(flatten)]
    source: Source,
    models: Vec<ModelData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelData {
    id: String,
    label: String,
    #[serde(default)]
    aliases: Vec<String>,
    context_window: u64,
    max_output_tokens: u64,
    thinking: Thinking,
    #[serde(default)]
    efforts: Option<Vec<Effort>>,
    images: bool,
    tools: bool,
    rates: Vec<Rate>,
}

impl Catalogue {
    /// What Atelier knows by itself.
    pub fn builtin() -> Self {
        // A file that can't be read would fail the tests; then nothing is known, and every id still works.
        Self::parse(BUILTIN).unwrap_or_else(|error| {
            tracing::error!(line = error.line(), "the catalogue of models can't be read");
            Self::default()
        })
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut catalogue = Self::default();
        for VendorData { source, models } in serde_json::from_str::<DataFile>(text)?.vendors {
            catalogue.models.extend(models.into_iter().map(|model| model.of(&source.vendor)));
            catalogue.sources.push(source);
        }
        Ok(catalogue)
    }

    /// All models.
    pub fn models(&self) -> &[ModelInfo] {
        &self.models
    }

    /// The model with this id or alias, whoever makes it. A dated id (`gpt-5.4-2026-03-05`) is found by the id without
    /// the date. None: nothing is known about it, see [`ModelInfo::unknown`].
    pub fn find(&self, name: &str) -> Option<&ModelInfo> {
        self.find_where(name, |_| true)
    }

    /// The same among the models for one provider.
    pub fn find_for(&self, vendor: &str, name: &str) -> Option<&ModelInfo> {
        self.find_where(name, |model| model.vendor == vendor)
    }

    fn find_where(&self, name: &str, wanted: impl Fn(&ModelInfo) -> bool) -> Option<&ModelInfo> {
        let models = || self.models.iter().filter(|model| wanted(model));
        let found = |name: &str| {
            models().find(|model| model.id == name).or_else(|| models().find(|model| model.is_named(name)))
        };
        let name = name.trim();
        found(name).or_else(|| found(without_date(name)?))
    }

    /// The model that a provider uses when none is chosen.
    pub fn default_for(&self, vendor: &str) -> Option<&ModelInfo> {
        self.find_for(vendor, &self.source_for(vendor)?.default)
    }

    /// Where what is known about a provider's models is from.
    pub fn source_for(&self, vendor: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.vendor == vendor)
    }

    /// What is built in, brought up to date by vendors' lists and then by the user's own entries: each field is the
    /// last one's that says something. Aliases never take the place of an id.
    pub fn assembled<'a>(listed: impl IntoIterator<Item = (&'a str, Vec<ListedModel>)>, own: Vec<OwnModel>) -> Self {
        let builtin = Self::builtin();
        listed.into_iter().fold(builtin, |all, (vendor, models)| all.merge(vendor, models)).with_own(own)
    }

    /// The same with what a vendor's list says: known models are brought up to date, others are added.
    #[must_use]
    pub fn merge(mut self, vendor: &str, listed: Vec<ListedModel>) -> Self {
        for model in listed {
            let entry = self.entry(vendor, &model.id);
            model.apply(entry);
        }
        self
    }

    /// The same with the user's own entries, which outweigh everything else: to be called last.
    #[must_use]
    pub fn with_own(mut self, own: Vec<OwnModel>) -> Self {
        for mut model in own {
            let aliases = std::mem::take(&mut model.aliases);
            let entry = self.entry(&model.vendor, &model.id);
            let (vendor, id) = (entry.vendor.clone(), entry.id.clone());
            model.apply(entry);
            for alias in &aliases {
                self.call(&vendor, &id, alias);
            }
        }
        let ids: HashSet<_> = self.models.iter().map(|model| (model.vendor.clone(), model.id.clone())).collect();
        for model in &mut self.models {
            model.aliases.retain(|alias| !ids.contains(&(model.vendor.clone(), alias.clone())));
        }
        self
    }

    /// Gives a model one more name. A name means one model: no other is called so from now on.
    fn call(&mut self, vendor: &str, id: &str, alias: &str) {
        self.models.iter_mut().for_each(|model| model.aliases.retain(|other| other != alias));
        let named = |model: &&mut ModelInfo| model.vendor == vendor && model.id == id;
        self.models.iter_mut().find(named).into_iter().for_each(|model| model.aliases.push(alias.to_owned()));
    }

    /// The entry for a model, by its id or else by an alias; a new one if there is none.
    fn entry(&mut self, vendor: &str, name: &str) -> &mut ModelInfo {
        let at = |wanted: &dyn Fn(&ModelInfo) -> bool| {
            self.models.iter().position(|model| model.vendor == vendor && wanted(model))
        };
        let known = at(&|model| model.id == name).or_else(|| at(&|model| model.is_named(name)));
        let at = known.unwrap_or_else(|| {
            self.models.push(ModelInfo::unknown(vendor, name));
            self.models.len() - 1
        });
        &mut self.models[at]
    }
}

impl ModelData {
    fn of(self, vendor: &str) -> ModelInfo {
        let efforts = self.efforts.unwrap_or_else(|| self.thinking.usual_efforts());
        ModelInfo {
            id: self.id,
            vendor: vendor.to_owned(),
            label: self.label,
            aliases: self.aliases,
            context_window: self.context_window,
            max_output_tokens: self.max_output_tokens,
            thinking: self.thinking,
            efforts,
            images: self.images,
            tools: self.tools,
            rates: self.rates,
            known_from: KnownFrom { builtin: true, ..KnownFrom::default() },
        }
    }
}

/// `x-20260305` or `x-2026-03-05` without its date.
fn without_date(name: &str) -> Option<&str> {
    ["-dddddddd", "-dddd-dd-dd"].into_iter().find_map(|form| {
        let (head, tail) = name.split_at_checked(name.len().checked_sub(form.len())?)?;
        let fits = |(c, f): (char, char)| if f == 'd' { c.is_ascii_digit() } else { c == f };
        (!head.is_empty() && tail.chars().zip(form.chars()).all(fits)).then_some(head)
    })
}

#[cfg(test)]
mod tests;
