//! Where Atelier keeps its files, its settings, and the user's credentials.
//!
//! Everything here is synchronous and may wait for a disk, a lock or a keychain: async callers run it on a thread that
//! may block. Nothing is cached, so what another program or window changed counts at the next call. The process's
//! variables and home folder come in as an [`Environment`]; this crate never looks at the real ones by itself.
//!
//! It must not know models, sessions or the network. It decides which key goes to which server and gives both to
//! whoever sends the request.

mod approved_roots;
mod base_url;
mod claude_settings;
mod credentials;
mod directories;
mod environment;
mod folders;
mod git_identities;
mod json_object;
mod key;
mod key_list;
mod key_name;
mod key_notes;
mod limit_settings;
mod permissions;
mod private_file;
mod sandbox_settings;
mod secrets;
mod setting_name;
mod settings;
mod settings_file;
mod settings_watch;
mod shared_settings;

pub use approved_roots::ApprovedRoots;
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use credentials::{Credentials, CredentialsError, Order};
pub use directories::{Approval, Directories, DirectoryError};
pub use environment::Environment;
pub use folders::{FolderError, Folders, Platform};
pub use git_identities::{GitIdentities, GitIdentity, GitIdentityChange, GitIdentityError};
pub use key::{KeyHeader, KeyProvider, KeySource, ResolvedKey, masked};
pub use key_list::KeyEntry;
pub use key_name::{InvalidKeyName, KeyName};
pub use key_notes::{KeyNote, KeyNotes, email};
pub use limit_settings::{LimitChange, LimitSettings};
pub use permissions::{Permissions, PermissionsError, ProjectRules, project_rules};
pub use private_file::PrivateFile;
pub use sandbox_settings::{SandboxChange, SandboxChoice, SandboxSettings};
#[cfg(target_os = "macos")]
pub use secrets::Keychain;
#[cfg(not(target_os = "macos"))]
pub use secrets::SecretService;
pub use secrets::{
    EncryptedFile, InMemory, SecretError, SecretName, SecretStore, SecretStores, StoreKind, secret_stores,
};
pub use setting_name::{SettingName, UnknownSetting};
pub use settings::{InvalidSetting, ProviderChoice, Settings, SettingsChange};
pub use settings_file::{SettingsError, SettingsFile};
pub use settings_watch::SettingsWatch;
pub use shared_settings::SharedSettings;
