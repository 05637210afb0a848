//! Atelier's own settings: what there is, and what may be put in.

use std::fmt;

use crate::BaseUrl;

/// The longest model name that is accepted, in characters.
const MAX_MODEL_CHARACTERS: usize = 200;

/// Who answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderChoice {
    /// Anthropic where a key is found, the demo where none is.
    #[default]
    Automatic,
    /// Anthropic, and an error where no key is found.
    Anthropic,
    /// The built-in demo.
    Demo,
}

impl ProviderChoice {
    /// The name in `settings.json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Anthropic => "anthropic",
            Self::Demo => "demo",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Automatic, Self::Anthropic, Self::Demo].into_iter().find(|choice| choice.as_str() == name)
    }
}

/// What the user chose in Atelier. What is not there, or not of the right type, has its default.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Who answers.
    pub provider: ProviderChoice,
    /// The model's id; none for the provider's default.
    pub model: Option<String>,
    /// The server for the key that is saved in Atelier, as it stands in the file. Someone may have edited it by hand:
    /// [`Credentials::resolve`](crate::Credentials::resolve) checks it.
    pub base_url: Option<String>,
}

/// Leaves the base URL's text out: until it is checked it may hold anything, a password for one.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("provider", &self.provider)
            .field("model", &self.model)
            .field("base_url", &self.base_url.as_ref().map(|_| format_args!("…")))
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
    /// The server for the key that is saved in Atelier; empty for the provider's own.
    pub base_url: Option<String>,
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
}

impl SettingsChange {
    /// The same with its texts in the form they are stored in, or why one can't be stored.
    pub(crate) fn checked(&self) -> Result<Self, InvalidSetting> {
        let model = self.model.as_deref().map(checked_model).transpose()?;
        let base_url = self.base_url.as_deref().map(checked_base_url).transpose()?;
        Ok(Self { provider: self.provider, model, base_url })
    }
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
