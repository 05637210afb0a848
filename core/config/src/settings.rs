//! Atelier's own settings: what there is, and what may be put in.

use std::{collections::BTreeMap, fmt};

use atelier_protocol::Effort;

use crate::{
    BaseUrl, InvalidKeyName, KeyName, KeyProvider, LimitChange, LimitSettings, SandboxChange, SandboxSettings,
};

/// The longest model name that is accepted, in characters.
const MAX_MODEL_CHARACTERS: usize = 200;

/// How many parts the program for notifications may have, its arguments included, and how long each may be, in bytes.
const MAX_NOTIFY_PARTS: usize = 32;
const MAX_NOTIFY_PART: usize = 4096;

/// Who answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderChoice {
    /// The first provider, in the order of [`KeyProvider::ALL`], that can be asked; the demo where none can.
    #[default]
    Automatic,
    /// Anthropic, and an error where no key is found.
    Anthropic,
    /// `OpenAI`, and an error where no key is found.
    OpenAi,
    /// Google, and an error where no key is found.
    Google,
    /// The server at the base URL in the settings, with the saved key if there is one.
    Compatible,
    /// The built-in demo.
    Demo,
}

impl ProviderChoice {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Automatic, Self::Anthropic, Self::OpenAi, Self::Google, Self::Compatible, Self::Demo];

    /// The name in `settings.json`.
    pub fn as_str(self) -> &'static str {
        match (self, self.key_provider()) {
            (_, Some(provider)) => provider.as_str(),
            (Self::Demo, None) => "demo",
            (_, None) => "automatic",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == name)
    }

    /// The provider that is chosen, where it is one that takes a key.
    pub const fn key_provider(self) -> Option<KeyProvider> {
        match self {
            Self::Anthropic => Some(KeyProvider::Anthropic),
            Self::OpenAi => Some(KeyProvider::OpenAi),
            Self::Google => Some(KeyProvider::Google),
            Self::Compatible => Some(KeyProvider::Compatible),
            Self::Automatic | Self::Demo => None,
        }
    }
}

impl From<KeyProvider> for ProviderChoice {
    fn from(provider: KeyProvider) -> Self {
        match provider {
            KeyProvider::Anthropic => Self::Anthropic,
            KeyProvider::OpenAi => Self::OpenAi,
            KeyProvider::Google => Self::Google,
            KeyProvider::Compatible => Self::Compatible,
        }
    }
}

/// What the user chose in Atelier. What is not there, or not of the right type, has its default.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Who answers.
    pub provider: ProviderChoice,
    /// The model's id; none for the provider's default.
    pub model: Option<String>,
    /// How hard the model is to think; none: as it does by itself.
    pub effort: Option<Effort>,
    /// Providers' models, by id; they count before `model`.
    pub models: BTreeMap<KeyProvider, String>,
    /// Each provider's server for the key that is saved in Atelier, as it stands in the file. Someone may have edited it
    /// by hand: [`Credentials::resolve`](crate::Credentials::resolve) checks it.
    pub base_urls: BTreeMap<KeyProvider, String>,
    /// Which of a provider's saved keys is in use, by name, as it stands in the file; none: the one named `default`.
    pub keys: BTreeMap<KeyProvider, String>,
    /// How commands are confined.
    pub sandbox: SandboxSettings,
    /// Whether agents may be let work without being asked anything.
    pub allow_bypass: bool,
    /// How much a turn may take.
    pub limits: LimitSettings,
    /// The program that is run when the user is wanted, by its absolute path, and its arguments; empty for none.
    pub notify: Vec<String>,
    /// Whether what terminals show is kept on the disk, for when they are opened again.
    pub keep_terminals: bool,
}

/// Leaves the texts of base URLs and of names of keys out: until they are checked they may hold anything, a key for one.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("provider", &self.provider)
            .field("model", &self.model)
            .field("effort", &self.effort)
            .field("models", &self.models)
            .field("base_urls", &self.base_urls.keys())
            .field("keys", &self.keys.keys())
            .field("sandbox", &self.sandbox)
            .field("allow_bypass", &self.allow_bypass)
            .field("limits", &self.limits)
            .field("notify", &!self.notify.is_empty())
            .field("keep_terminals", &self.keep_terminals)
            .finish()
    }
}

/// What to change; `None` leaves a setting as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Who answers.
    pub provider: Option<ProviderChoice>,
    /// The model's id; empty for the provider's default.
    pub model: Option<String>,
    /// How hard models are to think, by its name; empty for as each does by itself.
    pub effort: Option<String>,
    /// Providers' models; empty for what `model` or else the provider says. A provider that is not named keeps what it
    /// has.
    pub models: BTreeMap<KeyProvider, String>,
    /// Providers' servers for the keys that are saved in Atelier; empty for the provider's own. A provider that is not
    /// named keeps what it has.
    pub base_urls: BTreeMap<KeyProvider, String>,
    /// Which of a provider's saved keys to use, by name; empty for the one named `default`. A provider that is not
    /// named keeps what it has.
    pub keys: BTreeMap<KeyProvider, String>,
    /// How commands are confined.
    pub sandbox: SandboxChange,
    /// Whether agents may be let work without being asked anything.
    pub allow_bypass: Option<bool>,
    /// How much a turn may take.
    pub limits: LimitChange,
    /// The program that is run when the user is wanted; empty for none.
    pub notify: Option<Vec<String>>,
    /// Whether what terminals show is kept on the disk.
    pub keep_terminals: Option<bool>,
}

/// Leaves the texts out; see [`Settings`].
impl fmt::Debug for SettingsChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettingsChange").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// A value that can't be a setting. The value itself is not repeated: it may be a key in the wrong field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSetting {
    /// The base URL is none.
    #[error(
        "The base URL must be a web address such as https://api.anthropic.com, without a user name and without “?” \
         or “#”; leave it empty for the provider's own."
    )]
    BaseUrl,
    /// The model name has line breaks or control characters, or is too long.
    #[error(
        "The model must be one line of at most 200 characters, as the provider lists it; leave it empty for the default."
    )]
    Model,
    /// There is no such effort.
    #[error("The effort must be one of {}; leave it empty for the model's own.", Effort::ALL.map(Effort::as_str).join(", "))]
    Effort,
    /// The provider is none.
    #[error("The provider must be one of {}.", ProviderChoice::ALL.map(ProviderChoice::as_str).join(", "))]
    Provider,
    /// It is neither yes nor no.
    #[error("The setting {name} must be true or false; leave it empty for the default.")]
    Flag {
        /// The setting.
        name: &'static str,
    },
    /// It is no number that the setting takes.
    #[error("The setting {name} must be a whole number from 1 to {most}; leave it empty for the default.")]
    Number {
        /// The setting.
        name: &'static str,
        /// The greatest.
        most: u64,
    },
    /// It is no number at all.
    #[error("The setting {name} must be a whole number; leave it empty for the default.")]
    WholeNumber {
        /// The setting.
        name: &'static str,
    },
    /// It names no program.
    #[error(
        "The setting notify must be a JSON array of a program's absolute path and its arguments, such as \
         '[\"/usr/bin/notify-send\", \"Atelier\"]'; leave it empty for none."
    )]
    Notify,
    /// It names no folder.
    #[error(
        "The setting sandbox.writable must be a JSON array of folders, each absolute or beginning with “~/”, such as \
         '[\"~/.cache/go-build\"]'; leave it empty for none."
    )]
    SandboxFolder,
    /// A setting that is shared with other programs can't have this value.
    #[error("The setting {name} must be {expected}; it can be replaced, but not removed.")]
    Shared {
        /// The setting.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
    },
    /// The name of a key is none.
    #[error(transparent)]
    KeyName(#[from] InvalidKeyName),
}

impl SettingsChange {
    /// The same with its texts in the form they are stored in, or why one can't be stored.
    pub(crate) fn checked(&self) -> Result<Self, InvalidSetting> {
        let model = self.model.as_deref().map(checked_model).transpose()?;
        let models = self.models.iter().map(|(provider, model)| Ok((*provider, checked_model(model)?)));
        let base_urls = self.base_urls.iter().map(|(provider, url)| Ok((*provider, checked_base_url(url)?)));
        let keys = self.keys.iter().map(|(provider, name)| Ok((*provider, checked_key_name(name)?)));
        let effort = self.effort.as_deref().map(checked_effort).transpose()?;
        self.sandbox.check()?;
        self.limits.check()?;
        if self.notify.as_ref().is_some_and(|command| !command.is_empty() && !is_program(command)) {
            return Err(InvalidSetting::Notify);
        }
        Ok(Self {
            provider: self.provider,
            model,
            effort,
            models: models.collect::<Result<_, InvalidSetting>>()?,
            base_urls: base_urls.collect::<Result<_, InvalidSetting>>()?,
            keys: keys.collect::<Result<_, InvalidSetting>>()?,
            sandbox: self.sandbox.clone(),
            allow_bypass: self.allow_bypass,
            limits: self.limits,
            notify: self.notify.clone(),
            keep_terminals: self.keep_terminals,
        })
    }
}

fn checked_effort(name: &str) -> Result<String, InvalidSetting> {
    let name = name.trim();
    if !name.is_empty() && Effort::from_name(name).is_none() {
        return Err(InvalidSetting::Effort);
    }
    Ok(name.to_owned())
}

/// Whether it is a program by its absolute path, and arguments. Anything else would be looked for somewhere.
pub(crate) fn is_program(command: &[String]) -> bool {
    command.first().is_some_and(|program| program.starts_with('/'))
        && command.len() <= MAX_NOTIFY_PARTS
        && command.iter().all(|part| part.len() <= MAX_NOTIFY_PART && !part.contains('\0'))
}

/// The model in the form it is stored in.
pub(crate) fn checked_model(text: &str) -> Result<String, InvalidSetting> {
    let model = text.trim();
    if model.chars().any(char::is_control) || model.chars().count() > MAX_MODEL_CHARACTERS {
        return Err(InvalidSetting::Model);
    }
    Ok(model.to_owned())
}

fn checked_base_url(text: &str) -> Result<String, InvalidSetting> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    text.parse::<BaseUrl>().map(String::from).map_err(|_| InvalidSetting::BaseUrl)
}

fn checked_key_name(text: &str) -> Result<String, InvalidSetting> {
    if text.is_empty() {
        return Ok(String::new());
    }
    Ok(text.parse::<KeyName>()?.as_str().to_owned())
}
