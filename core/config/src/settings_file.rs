//! `settings.json`: read and changed without harm to what other programs keep in it.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
};

use atelier_protocol::Effort;

use crate::{
    InvalidSetting, KeyProvider, LimitSettings, ProviderChoice, SandboxSettings, Settings, SettingsChange,
    SharedSettings, json_object::JsonObject, private_file, settings,
};

/// The name under which Atelier's own settings stand in the file.
const OWN: &str = "atelier";
const PROVIDER: &str = "provider";
const MODEL: &str = "model";
const EFFORT: &str = "effort";
const BASE_URLS: &str = "baseUrls";
const MODELS: &str = "models";
const KEYS: &str = "keys";
const SANDBOX: &str = "sandbox";
const ALLOW_BYPASS: &str = "allowBypassPermissions";
const KEEP_TERMINALS: &str = "keepTerminalScrollback";
const LIMITS: &str = "limits";
const NOTIFY: &str = "notify";
/// Where Anthropic's base URL stood when there was no other provider. It is read until that base URL is changed.
const ANTHROPIC_BASE_URL: &str = "baseUrl";

/// `settings.json` in the config folder.
///
/// Atelier's settings are the object `atelier` in it: `{"provider": …, "model": …, "effort": …, "models": {PROVIDER: …},
/// "baseUrls": {PROVIDER: …}, "keys": {PROVIDER: NAME}, "sandbox": …,
/// "allowBypassPermissions": true, "limits": …, "notify": [PROGRAM, ARGUMENT, …]}`, see [`SandboxSettings`] and
/// [`LimitSettings`]. Keys themselves never stand there. Beside it stand the
/// [`SharedSettings`].
/// Everything else belongs to others and is kept as it is written.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    folder: PathBuf,
}

/// The settings can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is there, but can't be read.
    #[error("The settings in {} can't be read ({reason}); check the file's permissions.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file can't be written.
    #[error("The settings can't be saved in {} ({reason}); check the folder's permissions and the free space.", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Another program has held the file's lock for too long.
    #[error("The settings in {} are held by another program; close it and try again.", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a JSON object. Only [`SettingsFile::check`] says so: reading takes defaults, saving sets the
    /// file aside first.
    #[error(
        "{} is not a JSON object (line {line}), so the default settings are in use; correct the file, or change a \
         setting in Atelier and it is set aside and written anew.",
        path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line where it stops being one, from 1.
        line: usize,
    },
    /// A new value can't be a setting.
    #[error(transparent)]
    Invalid(#[from] InvalidSetting),
}

/// What the file holds.
enum Content {
    Missing,
    Object(JsonObject),
    Broken { line: usize, bytes: Vec<u8> },
}

/// Tells contents of the file apart, without keeping them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fingerprint {
    Missing,
    Unreadable,
    Object(u64),
    Broken(u64),
}

impl Fingerprint {
    /// Whether it is a file as it should be.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Object(_))
    }
}

impl SettingsFile {
    /// The settings file in that folder. Neither needs to exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.join("settings.json")
    }

    /// The settings as they are now. A missing or broken file counts as empty, and a value that can't be one as absent;
    /// only a base URL comes as it stands there, for it must not be passed over in silence.
    pub fn load(&self) -> Result<Settings, SettingsError> {
        match self.read()? {
            Content::Missing => Ok(Settings::default()),
            Content::Object(object) => Ok(settings_in(&object)),
            Content::Broken { line, .. } => {
                tracing::warn!(path = %self.path().display(), line, "the settings file is not a JSON object");
                Ok(Settings::default())
            }
        }
    }

    /// Whether the file can be used as it is; a missing one can.
    pub fn check(&self) -> Result<(), SettingsError> {
        match self.read()? {
            Content::Missing | Content::Object(_) => Ok(()),
            Content::Broken { line, .. } => Err(SettingsError::Broken { path: self.path(), line }),
        }
    }

    /// Applies the change to the file as it is now, and returns the settings after it.
    ///
    /// Processes that save at the same time wait for each other, and none loses the other's change. The file is
    /// replaced in one step and readable by its owner alone. A broken file is first copied to
    /// `settings.json.corrupt-<Unix time in ms>`. Nothing is written when a value is invalid or nothing changes.
    pub fn save(&self, change: &SettingsChange) -> Result<Settings, SettingsError> {
        let change = change.checked()?;
        Ok(settings_in(&self.edit(|object| apply(object, &change))?))
    }

    /// The settings that are shared with other programs. A missing or broken file counts as empty.
    pub fn load_shared(&self) -> Result<SharedSettings, SettingsError> {
        Ok(match self.read()? {
            Content::Object(object) => SharedSettings::formatted(&object),
            Content::Missing | Content::Broken { .. } => SharedSettings::formatted(&JsonObject::default()),
        })
    }

    /// Puts changes to the shared settings over those in the file, with the same care as [`SettingsFile::save`], and
    /// returns all that there are then.
    ///
    /// `lastDirectory` and `homeDirectory` are added to `approvedDirectories`; `typographySizes` keeps the sizes that
    /// the changes don't name; other values are replaced.
    pub fn save_shared(&self, changes: &SharedSettings) -> Result<SharedSettings, SettingsError> {
        self.edit_shared(|_| changes.clone())
    }

    /// The same with changes that depend on what is there.
    pub(crate) fn edit_shared(
        &self,
        changes: impl FnOnce(&SharedSettings) -> SharedSettings,
    ) -> Result<SharedSettings, SettingsError> {
        let merge = |object: &mut JsonObject| changes(&SharedSettings::formatted(object)).merge_into(object);
        Ok(SharedSettings::formatted(&self.edit(merge)?))
    }

    /// The one way to change the file: alone, whole, and not at all where nothing changes.
    fn edit(
        &self,
        change: impl FnOnce(&mut JsonObject) -> Result<(), serde_json::Error>,
    ) -> Result<JsonObject, SettingsError> {
        let path = self.path();
        let failed = |reason: io::Error| write_error(&path, reason);
        private_file::create_folder(&self.folder).map_err(failed)?;
        let _lock = private_file::Lock::take(&self.folder.join("settings.json.lock")).map_err(failed)?;
        let (mut object, broken) = match self.read()? {
            Content::Missing => (JsonObject::default(), None),
            Content::Object(object) => (object, None),
            Content::Broken { bytes, .. } => (JsonObject::default(), Some(bytes)),
        };
        let before = object.to_text();
        change(&mut object).map_err(|error| failed(error.into()))?;
        let after = object.to_text();
        if after != before {
            if let Some(bytes) = broken {
                private_file::set_aside(&path, &bytes).map_err(failed)?;
            }
            private_file::replace(&path, after.as_bytes()).map_err(failed)?;
        }
        Ok(object)
    }

    fn read(&self) -> Result<Content, SettingsError> {
        let path = self.path();
        let Some(bytes) = private_file::read(&path).map_err(|reason| SettingsError::Read { path, reason })? else {
            return Ok(Content::Missing);
        };
        Ok(match JsonObject::parse(&bytes) {
            Ok(object) => Content::Object(object),
            Err(error) => Content::Broken { line: error.line().max(1), bytes: bytes.to_vec() },
        })
    }

    /// What the file is now.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let Ok(bytes) = private_file::read(&self.path()) else { return Fingerprint::Unreadable };
        let Some(bytes) = bytes else { return Fingerprint::Missing };
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        match JsonObject::parse(&bytes) {
            Ok(_) => Fingerprint::Object(hasher.finish()),
            Err(_) => Fingerprint::Broken(hasher.finish()),
        }
    }
}

fn write_error(path: &Path, reason: io::Error) -> SettingsError {
    let path = path.to_owned();
    if reason.kind() == io::ErrorKind::WouldBlock {
        SettingsError::Busy { path }
    } else {
        SettingsError::Write { path, reason }
    }
}

fn settings_in(object: &JsonObject) -> Settings {
    let own = object.object(OWN).unwrap_or_default();
    Settings {
        provider: own.text(PROVIDER).and_then(|name| ProviderChoice::from_name(&name)).unwrap_or_default(),
        model: own.text(MODEL).and_then(|model| settings::checked_model(&model).ok()).filter(|model| !model.is_empty()),
        effort: own.text(EFFORT).and_then(|name| Effort::from_name(&name)),
        models: models_in(&own),
        base_urls: base_urls_in(&own),
        keys: key_names_in(&own),
        sandbox: SandboxSettings::in_object(&own.object(SANDBOX).unwrap_or_default()),
        allow_bypass: own.get(ALLOW_BYPASS).is_some_and(|value| value.get() == "true"),
        limits: LimitSettings::in_object(&own.object(LIMITS).unwrap_or_default()),
        notify: notify_in(&own),
        keep_terminals: own.get(KEEP_TERMINALS).is_some_and(|value| value.get() == "true"),
    }
}

/// What can't be a program counts as absent.
fn notify_in(own: &JsonObject) -> Vec<String> {
    let command = own.get(NOTIFY).and_then(|value| serde_json::from_str::<Vec<String>>(value.get()).ok());
    command.filter(|command| settings::is_program(command)).unwrap_or_default()
}

fn base_urls_in(own: &JsonObject) -> BTreeMap<KeyProvider, String> {
    let urls = own.object(BASE_URLS).unwrap_or_default();
    let url = |provider: KeyProvider| match urls.text(provider.as_str()) {
        None if provider == KeyProvider::Anthropic => own.text(ANTHROPIC_BASE_URL),
        url => url,
    };
    KeyProvider::ALL.into_iter().filter_map(|provider| Some((provider, url(provider)?))).collect()
}

fn models_in(own: &JsonObject) -> BTreeMap<KeyProvider, String> {
    let models = own.object(MODELS).unwrap_or_default();
    let model = |provider: KeyProvider| settings::checked_model(&models.text(provider.as_str())?).ok();
    let models = KeyProvider::ALL.into_iter().filter_map(|provider| Some((provider, model(provider)?)));
    models.filter(|(_, model)| !model.is_empty()).collect()
}

fn key_names_in(own: &JsonObject) -> BTreeMap<KeyProvider, String> {
    let names = own.object(KEYS).unwrap_or_default();
    KeyProvider::ALL.into_iter().filter_map(|provider| Some((provider, names.text(provider.as_str())?))).collect()
}

/// Applies a checked change.
fn apply(object: &mut JsonObject, change: &SettingsChange) -> Result<(), serde_json::Error> {
    let before = object.object(OWN).unwrap_or_default();
    let mut own = before.clone();
    if let Some(provider) = change.provider {
        own.set(PROVIDER, &provider.as_str())?;
    }
    if let Some(model) = &change.model {
        set_text(&mut own, MODEL, model)?;
    }
    if change.base_urls.contains_key(&KeyProvider::Anthropic) {
        own.remove(ANTHROPIC_BASE_URL);
    }
    apply_texts(&mut own, BASE_URLS, &change.base_urls)?;
    if let Some(effort) = &change.effort {
        set_text(&mut own, EFFORT, effort)?;
    }
    apply_texts(&mut own, MODELS, &change.models)?;
    apply_texts(&mut own, KEYS, &change.keys)?;
    apply_part(&mut own, SANDBOX, |sandbox| change.sandbox.apply(sandbox))?;
    apply_part(&mut own, LIMITS, |limits| change.limits.apply(limits))?;
    match &change.notify {
        Some(command) if command.is_empty() => own.remove(NOTIFY),
        Some(command) => own.set(NOTIFY, command)?,
        None => {}
    }
    for (name, wanted) in [(ALLOW_BYPASS, change.allow_bypass), (KEEP_TERMINALS, change.keep_terminals)] {
        match wanted {
            Some(true) => own.set(name, &true)?,
            Some(false) => own.remove(name),
            None => {}
        }
    }
    if own.to_text() == before.to_text() {
        return Ok(());
    }
    if own.is_empty() {
        object.remove(OWN);
        return Ok(());
    }
    object.set_object(OWN, &own, 1)
}

/// Applies a change to an object in ours; an empty one is taken out.
fn apply_part(
    own: &mut JsonObject,
    place: &str,
    change: impl FnOnce(&mut JsonObject) -> Result<(), serde_json::Error>,
) -> Result<(), serde_json::Error> {
    let before = own.object(place).unwrap_or_default();
    let mut part = before.clone();
    change(&mut part)?;
    if part.to_text() == before.to_text() {
        return Ok(());
    }
    if part.is_empty() {
        own.remove(place);
        return Ok(());
    }
    own.set_object(place, &part, 2)
}

/// Applies a change to an object of texts by provider.
fn apply_texts(
    own: &mut JsonObject,
    place: &str,
    change: &BTreeMap<KeyProvider, String>,
) -> Result<(), serde_json::Error> {
    apply_part(own, place, |texts| {
        change.iter().try_for_each(|(provider, text)| set_text(texts, provider.as_str(), text))
    })
}

/// Sets a text; an empty one takes it out.
fn set_text(object: &mut JsonObject, name: &str, text: &str) -> Result<(), serde_json::Error> {
    if text.is_empty() {
        object.remove(name);
        return Ok(());
    }
    object.set(name, &text)
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "Missing",
            Self::Object(_) => "Object",
            Self::Broken { .. } => "Broken",
        })
    }
}
