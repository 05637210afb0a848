//! `git-identities.json`: who the user commits as, by profile. The file is shared with other programs; what is not ours in it
//! stays.

use std::{io, path::Path};

use atelier_protocol::Json;
use serde::Serialize;
use serde_json::{Map, json};

use crate::{PrivateFile, private_file};

/// How many profiles there may be.
const MAX_PROFILES: usize = 1000;

/// The fields of a profile, in the file's order.
const FIELDS: [&str; 7] = ["id", "name", "userName", "userEmail", "sshKey", "color", "icon"];

/// Who the user commits as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GitIdentity {
    /// Tells profiles apart.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// The name in commits.
    pub user_name: String,
    /// The e-mail address in commits.
    pub user_email: String,
    /// The file of the key that servers are reached with.
    pub ssh_key: Option<String>,
    /// How it is shown: the name of a colour.
    pub color: String,
    /// How it is shown: the name of a symbol.
    pub icon: String,
}

/// What a profile is to be, or what of it is to be another. What is none is left as it is; of a new profile it has its usual
/// value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitIdentityChange {
    /// See [`GitIdentity::name`].
    pub name: Option<String>,
    /// See [`GitIdentity::user_name`].
    pub user_name: Option<String>,
    /// See [`GitIdentity::user_email`].
    pub user_email: Option<String>,
    /// See [`GitIdentity::ssh_key`]; empty: none.
    pub ssh_key: Option<String>,
    /// See [`GitIdentity::color`].
    pub color: Option<String>,
    /// See [`GitIdentity::icon`].
    pub icon: Option<String>,
}

/// Why profiles can't be read or changed; the first three in the words of the runtime contract.
#[derive(Debug, thiserror::Error)]
pub enum GitIdentityError {
    /// There is one of that id.
    #[error("Profile with ID \"{0}\" already exists")]
    Exists(String),
    /// There is none of that id.
    #[error("Profile with ID \"{0}\" not found")]
    NotFound(String),
    /// Something is missing.
    #[error("Profile must have id, userName, and userEmail")]
    Incomplete,
    /// There are as many as may be.
    #[error("There are {MAX_PROFILES} profiles already; delete some first.")]
    Full,
    /// The file can't be written.
    #[error("The git identities can't be saved ({0}); check the folder's permissions and the free space.")]
    Io(#[from] io::Error),
}

/// The profiles in the file `git-identities.json` of the config folder.
#[derive(Debug, Clone)]
pub struct GitIdentities {
    file: PrivateFile,
}

/// What the file holds: an object whose `profiles` is a list of objects.
struct Content {
    whole: Map<String, Json>,
    /// What stood there and was no such thing.
    broken: Option<Vec<u8>>,
}

impl GitIdentities {
    /// The file in that folder. Neither needs to exist.
    pub fn new(config_folder: &Path) -> Self {
        Self { file: PrivateFile::new(config_folder.join("git-identities.json")) }
    }

    /// The profiles, in the order in which they were made. What is unreadable counts as none.
    pub fn list(&self) -> Vec<GitIdentity> {
        let bytes = self.file.read().unwrap_or_else(|error| {
            tracing::warn!(%error, "the git identities can't be read");
            None
        });
        Content::of(bytes).profiles().iter().map(identity).collect()
    }

    /// Adds a profile.
    pub fn create(&self, id: &str, wanted: &GitIdentityChange) -> Result<GitIdentity, GitIdentityError> {
        self.change(|profiles| {
            if position(profiles, id).is_some() {
                return Err(GitIdentityError::Exists(id.to_owned()));
            }
            let text = |value: &Option<String>| value.as_deref().map(str::trim).unwrap_or_default().to_owned();
            let (user_name, user_email) = (text(&wanted.user_name), text(&wanted.user_email));
            if id.trim().is_empty() || user_name.is_empty() || user_email.is_empty() {
                return Err(GitIdentityError::Incomplete);
            }
            if profiles.len() >= MAX_PROFILES {
                return Err(GitIdentityError::Full);
            }
            let or = |value: String, usual: &str| if value.is_empty() { usual.to_owned() } else { value };
            let made = GitIdentity {
                id: id.to_owned(),
                name: or(text(&wanted.name), &user_name),
                user_name,
                user_email,
                ssh_key: Some(text(&wanted.ssh_key)).filter(|key| !key.is_empty()),
                color: or(text(&wanted.color), "keyword"),
                icon: or(text(&wanted.icon), "branch"),
            };
            profiles.push(json!(made));
            Ok(made)
        })
    }

    /// Changes what is said of a profile; the rest stays.
    pub fn update(&self, id: &str, change: &GitIdentityChange) -> Result<GitIdentity, GitIdentityError> {
        self.change(|profiles| {
            let found = position(profiles, id).and_then(|at| profiles.get_mut(at)).and_then(Json::as_object_mut);
            let profile = found.ok_or_else(|| GitIdentityError::NotFound(id.to_owned()))?;
            let GitIdentityChange { name, user_name, user_email, ssh_key, color, icon } = change;
            for (field, value) in FIELDS[1..].iter().zip([name, user_name, user_email, ssh_key, color, icon]) {
                let Some(value) = value else { continue };
                let none = *field == "sshKey" && value.is_empty();
                profile.insert((*field).to_owned(), if none { Json::Null } else { json!(value) });
            }
            let all = Json::Object(profile.clone());
            Ok(identity(&all))
        })
    }

    /// Takes a profile out.
    pub fn delete(&self, id: &str) -> Result<(), GitIdentityError> {
        self.change(|profiles| {
            let at = position(profiles, id).ok_or_else(|| GitIdentityError::NotFound(id.to_owned()))?;
            profiles.remove(at);
            Ok(())
        })
    }

    /// Changes the file alone and whole. One that is broken is set aside first.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<Json>) -> Result<T, GitIdentityError>,
    ) -> Result<T, GitIdentityError> {
        let mut outcome = None;
        let written = self.file.change(|bytes| {
            let before = bytes.clone().unwrap_or_default();
            let mut content = Content::of(bytes);
            let mut profiles = content.profiles().to_vec();
            let changed = change(&mut profiles);
            let done = changed.is_ok();
            outcome = Some(changed);
            if !done {
                // An error, so that nothing is written, not even a file that was not there.
                return Err(io::ErrorKind::Other.into());
            }
            if let Some(broken) = content.broken.take() {
                private_file::set_aside(self.file.path(), &broken)?;
            }
            content.whole.insert("profiles".to_owned(), Json::Array(profiles));
            let after = serde_json::to_vec_pretty(&content.whole)?;
            Ok(if after == before { before } else { after })
        });
        match outcome {
            Some(Err(error)) => Err(error),
            Some(Ok(done)) => Ok(written.map(|()| done)?),
            None => Err(written.err().unwrap_or_else(|| io::ErrorKind::Other.into()).into()),
        }
    }
}

impl Content {
    fn of(bytes: Option<Vec<u8>>) -> Self {
        let Some(bytes) = bytes else { return Self { whole: Map::new(), broken: None } };
        match serde_json::from_slice::<Json>(&bytes) {
            Ok(Json::Object(whole)) if whole.get("profiles").is_none_or(Json::is_array) => Self { whole, broken: None },
            _ => Self { whole: Map::new(), broken: Some(bytes) },
        }
    }

    fn profiles(&self) -> &[Json] {
        self.whole.get("profiles").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

fn position(profiles: &[Json], id: &str) -> Option<usize> {
    profiles.iter().position(|profile| profile.get("id").and_then(Json::as_str) == Some(id))
}

/// What others wrote may lack anything.
fn identity(profile: &Json) -> GitIdentity {
    let text =
        |field: &str| profile.get(field).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let user_name = text("userName").unwrap_or_default();
    GitIdentity {
        id: text("id").unwrap_or_default(),
        name: text("name").unwrap_or_else(|| user_name.clone()),
        user_name,
        user_email: text("userEmail").unwrap_or_default(),
        ssh_key: text("sshKey"),
        color: text("color").unwrap_or_else(|| "keyword".to_owned()),
        icon: text("icon").unwrap_or_else(|| "branch".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn person(name: &str, email: &str) -> GitIdentityChange {
        let some = |text: &str| Some(text.to_owned());
        GitIdentityChange { user_name: some(name), user_email: some(email), ..GitIdentityChange::default() }
    }

    fn text(identities: &GitIdentities) -> String {
        fs::read_to_string(identities.file.path()).unwrap()
    }

    #[test]
    fn profiles_are_made_changed_and_deleted_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let identities = GitIdentities::new(folder.path());
        assert_eq!(identities.list(), []);
        let work = identities.create("work", &person("Ann", "ann@work")).unwrap();
        let expected = json!({"id": "work", "name": "Ann", "userName": "Ann", "userEmail": "ann@work", "sshKey": null,
                              "color": "keyword", "icon": "branch"});
        assert_eq!(serde_json::to_value(&work).unwrap(), expected);
        identities.create("home", &person("Ann", "ann@home")).unwrap();
        let key = GitIdentityChange { ssh_key: Some("~/.ssh/id".into()), ..GitIdentityChange::default() };
        assert_eq!(identities.update("work", &key).unwrap().ssh_key.as_deref(), Some("~/.ssh/id"));
        let no_key = GitIdentityChange { ssh_key: Some(String::new()), ..GitIdentityChange::default() };
        assert_eq!(identities.update("work", &no_key).unwrap(), work);
        assert_eq!(identities.list().iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>(), ["work", "home"]);
        identities.delete("work").unwrap();
        assert!(text(&identities).starts_with("{\n  \"profiles\": [\n    {\n      \"id\": \"home\""));
    }

    #[test]
    fn what_can_not_be_is_refused_in_the_contracts_words() {
        let folder = tempfile::tempdir().unwrap();
        let identities = GitIdentities::new(folder.path());
        let said = |result: Result<GitIdentity, GitIdentityError>| result.unwrap_err().to_string();
        assert_eq!(said(identities.create("", &person("a", "b"))), "Profile must have id, userName, and userEmail");
        assert_eq!(said(identities.create("x", &person("a", " "))), "Profile must have id, userName, and userEmail");
        assert!(!identities.file.path().exists());
        identities.create("x", &person("a", "b")).unwrap();
        let before = text(&identities);
        assert_eq!(said(identities.create("x", &person("", ""))), "Profile with ID \"x\" already exists");
        assert_eq!(said(identities.update("y", &person("a", "b"))), "Profile with ID \"y\" not found");
        assert_eq!(identities.delete("y").unwrap_err().to_string(), "Profile with ID \"y\" not found");
        assert_eq!(text(&identities), before);
    }

    #[test]
    fn what_others_keep_stays_and_what_is_broken_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let identities = GitIdentities::new(folder.path());
        let path = identities.file.path().to_owned();
        fs::write(
            &path,
            r#"{"version": 2, "profiles": [{"id": "x", "userName": "a", "userEmail": "b", "more": [1]}, 7]}"#,
        )
        .unwrap();
        identities.update("x", &person("Ann", "b")).unwrap();
        let kept = text(&identities);
        assert!(kept.contains("\"version\": 2") && kept.contains("\"more\"") && kept.contains("Ann"), "{kept}");
        for broken in ["{", "[]", r#"{"profiles": 7}"#] {
            fs::write(&path, broken).unwrap();
            assert_eq!(identities.list(), []);
            identities.delete("x").unwrap_err();
            assert_eq!(text(&identities), broken);
            identities.create("new", &person("a", "b")).unwrap();
            let aside = fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.path());
            let aside: Vec<_> = aside.filter(|path| path.to_string_lossy().contains(".corrupt-")).collect();
            assert_eq!(fs::read_to_string(&aside[0]).unwrap(), broken);
            fs::remove_file(&aside[0]).unwrap();
        }
    }

    #[test]
    fn two_who_add_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for name in ["a", "b"] {
                let identities = GitIdentities::new(folder.path());
                scope.spawn(move || {
                    for number in 0..20 {
                        identities.create(&format!("{name}{number}"), &person("x", "y")).unwrap();
                    }
                });
            }
        });
        assert_eq!(GitIdentities::new(folder.path()).list().len(), 40);
    }
}
