//! One setting at a time, by the name and the text that a person types.

use std::{fmt, str::FromStr};

use atelier_protocol::Json;
use serde_json::json;

use crate::{
    BaseUrl, InvalidSetting, KeyProvider, ProviderChoice, Settings, SettingsChange, SettingsError, SettingsFile,
    SharedSettings,
    shared_settings::{self, Rule},
};

/// Which setting. Those of providers and sizes have two parts, with a dot between them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SettingName(&'static (&'static str, Place));

/// There is no such setting. The text is not repeated: it may be a value in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("There is no such setting; the names are {}.", SettingName::list())]
pub struct UnknownSetting;

/// Where a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Provider,
    Model,
    Effort,
    AllowBypass,
    ModelOf(KeyProvider),
    BaseUrl(KeyProvider),
    Shared(Rule),
    Size(&'static str),
    SandboxEnabled,
    SandboxNetwork,
    SandboxWritable,
    LimitTurns,
    LimitTokens,
    LimitSeconds,
    Notify,
    KeepTerminals,
}

const PLACES: [(&str, Place); 40] = [
    ("provider", Place::Provider),
    ("model", Place::Model),
    ("effort", Place::Effort),
    ("allowBypassPermissions", Place::AllowBypass),
    ("models.anthropic", Place::ModelOf(KeyProvider::Anthropic)),
    ("models.openai", Place::ModelOf(KeyProvider::OpenAi)),
    ("models.google", Place::ModelOf(KeyProvider::Google)),
    ("models.compatible", Place::ModelOf(KeyProvider::Compatible)),
    ("baseUrls.anthropic", Place::BaseUrl(KeyProvider::Anthropic)),
    ("baseUrls.openai", Place::BaseUrl(KeyProvider::OpenAi)),
    ("baseUrls.google", Place::BaseUrl(KeyProvider::Google)),
    ("baseUrls.compatible", Place::BaseUrl(KeyProvider::Compatible)),
    ("sandbox.enabled", Place::SandboxEnabled),
    ("sandbox.network", Place::SandboxNetwork),
    ("sandbox.writable", Place::SandboxWritable),
    ("limits.turns", Place::LimitTurns),
    ("limits.tokens", Place::LimitTokens),
    ("limits.seconds", Place::LimitSeconds),
    ("notify", Place::Notify),
    ("keepTerminalScrollback", Place::KeepTerminals),
    ("themeId", Place::Shared(Rule::Text)),
    ("lightThemeId", Place::Shared(Rule::Text)),
    ("darkThemeId", Place::Shared(Rule::Text)),
    ("themeVariant", Place::Shared(Rule::Variant)),
    ("useSystemTheme", Place::Shared(Rule::Flag)),
    ("lastDirectory", Place::Shared(Rule::Text)),
    ("homeDirectory", Place::Shared(Rule::Text)),
    ("approvedDirectories", Place::Shared(Rule::List)),
    ("securityScopedBookmarks", Place::Shared(Rule::List)),
    ("pinnedDirectories", Place::Shared(Rule::List)),
    ("uiFont", Place::Shared(Rule::Text)),
    ("monoFont", Place::Shared(Rule::Text)),
    ("markdownDisplayMode", Place::Shared(Rule::Text)),
    ("showReasoningTraces", Place::Shared(Rule::Flag)),
    ("typographySizes.markdown", Place::Size("markdown")),
    ("typographySizes.code", Place::Size("code")),
    ("typographySizes.uiHeader", Place::Size("uiHeader")),
    ("typographySizes.uiLabel", Place::Size("uiLabel")),
    ("typographySizes.meta", Place::Size("meta")),
    ("typographySizes.micro", Place::Size("micro")),
];

impl SettingName {
    /// All settings, those of Atelier first.
    pub fn all() -> impl Iterator<Item = Self> {
        PLACES.iter().map(Self)
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        self.0.0
    }

    fn list() -> String {
        PLACES.map(|(name, _)| name).join(", ")
    }

    /// The value in the settings. A base URL that is none is an error: it may hold anything, a password for one.
    fn value_in(self, own: &Settings, shared: &Json) -> Result<Option<Json>, InvalidSetting> {
        let (name, place) = *self.0;
        Ok(match place {
            Place::Provider => Some(own.provider.as_str().into()),
            Place::Model => own.model.as_deref().map(Json::from),
            Place::Effort => own.effort.map(|effort| effort.as_str().into()),
            Place::AllowBypass => own.allow_bypass.then(|| true.into()),
            Place::ModelOf(provider) => own.models.get(&provider).map(|model| model.as_str().into()),
            Place::BaseUrl(provider) => own.base_urls.get(&provider).map(|url| checked_url(url)).transpose()?,
            Place::SandboxEnabled => own.sandbox.everywhere.enabled.map(Json::from),
            Place::SandboxNetwork => own.sandbox.everywhere.network.map(Json::from),
            Place::SandboxWritable => {
                let folders = &own.sandbox.everywhere.writable;
                (!folders.is_empty()).then(|| folders.clone().into())
            }
            Place::LimitTurns => own.limits.turns.map(Json::from),
            Place::LimitTokens => own.limits.tokens.map(Json::from),
            Place::LimitSeconds => own.limits.seconds.map(Json::from),
            Place::Notify => (!own.notify.is_empty()).then(|| own.notify.clone().into()),
            Place::KeepTerminals => own.keep_terminals.then(|| true.into()),
            Place::Shared(_) => shared.get(name).cloned(),
            Place::Size(size) => shared.get(shared_settings::SIZES_NAME).and_then(|sizes| sizes.get(size)).cloned(),
        })
    }
}

fn checked_url(url: &str) -> Result<Json, InvalidSetting> {
    let url: BaseUrl = url.parse().map_err(|_| InvalidSetting::BaseUrl)?;
    Ok(url.as_str().into())
}

impl SettingsFile {
    /// One setting; none where it has no value and no default.
    pub fn value(&self, name: SettingName) -> Result<Option<Json>, SettingsError> {
        Ok(name.value_in(&self.load()?, &self.shared_json()?)?)
    }

    /// All settings that have a value or a default, in the order of [`SettingName::all`]. A base URL that is none is left
    /// out.
    pub fn values(&self) -> Result<Vec<(SettingName, Json)>, SettingsError> {
        let (own, shared) = (self.load()?, self.shared_json()?);
        let value = |name: SettingName| Some((name, name.value_in(&own, &shared).ok().flatten()?));
        Ok(SettingName::all().filter_map(value).collect())
    }

    /// Sets one setting from a text: a list is a JSON array of texts. An empty text takes a setting of Atelier back to its
    /// default; shared ones can only be replaced.
    pub fn set_value(&self, name: SettingName, text: &str) -> Result<(), SettingsError> {
        let mut change = SettingsChange::default();
        match name.0.1 {
            Place::Provider => change.provider = Some(provider_named(text)?),
            Place::Model => change.model = Some(text.to_owned()),
            Place::Effort => change.effort = Some(text.to_owned()),
            Place::SandboxEnabled => change.sandbox.enabled = Some(flag(name, text)?),
            Place::SandboxNetwork => change.sandbox.network = Some(flag(name, text)?),
            Place::SandboxWritable => change.sandbox.writable = Some(texts(text, InvalidSetting::SandboxFolder)?),
            Place::LimitTurns => change.limits.turns = Some(number(name, text)?),
            Place::LimitTokens => change.limits.tokens = Some(number(name, text)?),
            Place::LimitSeconds => change.limits.seconds = Some(number(name, text)?),
            Place::Notify => change.notify = Some(texts(text, InvalidSetting::Notify)?),
            Place::AllowBypass => change.allow_bypass = Some(flag(name, text)?.unwrap_or_default()),
            Place::KeepTerminals => change.keep_terminals = Some(flag(name, text)?.unwrap_or_default()),
            Place::ModelOf(provider) => drop(change.models.insert(provider, text.to_owned())),
            Place::BaseUrl(provider) => drop(change.base_urls.insert(provider, text.to_owned())),
            Place::Shared(rule) => {
                return self.set_shared(name, rule, parsed(rule, text).map(|value| json!({ name.as_str(): value })));
            }
            Place::Size(size) => {
                let sizes = json!({ shared_settings::SIZES_NAME: { size: text } });
                return self.set_shared(name, Rule::Text, Some(sizes));
            }
        }
        self.save(&change)?;
        Ok(())
    }

    fn set_shared(&self, name: SettingName, rule: Rule, changes: Option<Json>) -> Result<(), SettingsError> {
        let changes = changes.map(|changes| SharedSettings::from_json(&changes)).unwrap_or_default();
        if changes.is_empty() {
            return Err(InvalidSetting::Shared { name: name.as_str(), expected: rule.expected() }.into());
        }
        self.save_shared(&changes)?;
        Ok(())
    }

    fn shared_json(&self) -> Result<Json, SettingsError> {
        // A value in memory always has a JSON form.
        Ok(serde_json::to_value(self.load_shared()?).unwrap_or_default())
    }
}

impl Rule {
    fn expected(self) -> &'static str {
        match self {
            Self::Text | Self::Sizes => "a text that is not empty",
            Self::Variant => "light or dark",
            Self::Flag => "true or false",
            Self::List => "a JSON array of texts that are not empty, such as '[\"/a\", \"/b\"]'",
        }
    }
}

/// What a text means where a value of that kind belongs.
fn parsed(rule: Rule, text: &str) -> Option<Json> {
    match rule {
        Rule::Text | Rule::Variant | Rule::Sizes => Some(text.into()),
        Rule::Flag => text.parse::<bool>().ok().map(Json::from),
        Rule::List => {
            let texts: Vec<String> = serde_json::from_str(text).ok()?;
            (!texts.iter().any(String::is_empty)).then(|| texts.into())
        }
    }
}

/// Yes, no, or nothing for the default.
fn flag(name: SettingName, text: &str) -> Result<Option<bool>, InvalidSetting> {
    let flag = if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
    flag.map_err(|_| InvalidSetting::Flag { name: name.as_str() })
}

/// A number, or nothing for the default. Whether it is one that the setting takes is looked at when it is saved.
fn number(name: SettingName, text: &str) -> Result<Option<u64>, InvalidSetting> {
    let number = if text.is_empty() { Ok(None) } else { text.parse().map(Some) };
    number.map_err(|_| InvalidSetting::WholeNumber { name: name.as_str() })
}

/// A JSON array of texts, or nothing for none of them.
fn texts(text: &str, wrong: InvalidSetting) -> Result<Vec<String>, InvalidSetting> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|_| wrong)
}

fn provider_named(text: &str) -> Result<ProviderChoice, InvalidSetting> {
    let name = if text.is_empty() { ProviderChoice::default().as_str() } else { text };
    ProviderChoice::from_name(name).ok_or(InvalidSetting::Provider)
}

impl FromStr for SettingName {
    type Err = UnknownSetting;

    fn from_str(name: &str) -> Result<Self, UnknownSetting> {
        Self::all().find(|known| known.as_str() == name).ok_or(UnknownSetting)
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shared_setting_and_every_provider_has_a_name() {
        for (name, rule) in shared_settings::KEYS {
            match rule {
                Rule::Sizes => shared_settings::SIZES.iter().for_each(|size| {
                    format!("{name}.{size}").parse::<SettingName>().unwrap();
                }),
                rule => assert_eq!(name.parse::<SettingName>().unwrap().0.1, Place::Shared(rule)),
            }
        }
        for provider in KeyProvider::ALL {
            let name: SettingName = format!("baseUrls.{}", provider.as_str()).parse().unwrap();
            assert_eq!(name.0.1, Place::BaseUrl(provider));
        }
        assert!("sk-planted".parse::<SettingName>().unwrap_err().to_string().contains("baseUrls.openai, "));
    }

    #[test]
    fn what_is_set_is_read_and_what_is_not_valid_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::new(folder.path());
        for (name, text, value) in [
            ("provider", "demo", json!("demo")),
            ("allowBypassPermissions", "true", json!(true)),
            ("model", "m", json!("m")),
            ("baseUrls.compatible", "http://localhost:1/v1/", json!("http://localhost:1/v1")),
            ("sandbox.enabled", "true", json!(true)),
            ("sandbox.network", "false", json!(false)),
            ("sandbox.writable", "[\"/a\", \"~/b\"]", json!(["/a", "~/b"])),
            ("limits.turns", "7", json!(7)),
            ("limits.tokens", "200000", json!(200_000)),
            ("limits.seconds", "600", json!(600)),
            ("notify", "[\"/usr/bin/true\", \"x\"]", json!(["/usr/bin/true", "x"])),
            ("themeId", " t", json!(" t")),
            ("themeVariant", "dark", json!("dark")),
            ("useSystemTheme", "true", json!(true)),
            ("pinnedDirectories", "[\"/a\", \"/a\"]", json!(["/a"])),
            ("typographySizes.meta", "1rem", json!("1rem")),
        ] {
            let name: SettingName = name.parse().unwrap();
            file.set_value(name, text).unwrap();
            assert_eq!(file.value(name).unwrap(), Some(value.clone()));
            assert!(file.values().unwrap().contains(&(name, value)));
        }
        let before = std::fs::read(file.path()).unwrap();
        for (name, text) in [
            ("provider", "someone"),
            ("allowBypassPermissions", "yes"),
            ("model", "a\nb"),
            ("baseUrls.openai", "https://user:sk-planted@host"),
            ("sandbox.enabled", "yes"),
            ("limits.turns", "0"),
            ("limits.tokens", "many"),
            ("limits.seconds", "604801"),
            ("notify", "/usr/bin/true"),
            ("notify", "[\"true\"]"),
            ("sandbox.writable", "/a"),
            ("sandbox.writable", "[\"a\"]"),
            ("themeId", ""),
            ("themeVariant", "blue"),
            ("showReasoningTraces", "yes"),
            ("approvedDirectories", "/a"),
            ("approvedDirectories", "[\"\"]"),
            ("typographySizes.code", ""),
        ] {
            let error = file.set_value(name.parse().unwrap(), text).unwrap_err();
            assert!(matches!(error, SettingsError::Invalid(_)) && !error.to_string().contains("planted"), "{error}");
        }
        assert_eq!(std::fs::read(file.path()).unwrap(), before);
        let limits = ["limits.turns", "limits.tokens", "limits.seconds", "notify"];
        for name in ["model", "sandbox.enabled", "sandbox.network", "sandbox.writable"].into_iter().chain(limits) {
            file.set_value(name.parse().unwrap(), "").unwrap();
            assert_eq!(file.value(name.parse().unwrap()).unwrap(), None);
        }
        assert_eq!(file.load().unwrap().sandbox, crate::SandboxSettings::default());
    }

    #[test]
    fn a_base_url_that_holds_a_password_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::new(folder.path());
        std::fs::write(file.path(), r#"{"atelier": {"baseUrls": {"openai": "https://u:planted@host"}}}"#).unwrap();
        let error = file.value("baseUrls.openai".parse().unwrap()).unwrap_err();
        assert!(!error.to_string().contains("planted"));
        assert!(!format!("{:?}", file.values().unwrap()).contains("planted"));
    }
}
