//! `permissions.json`: the rules that the user has set about tools, for all folders and for single ones.
//!
//! A project's own files never grant anything: a repository that someone else wrote would give itself rights. What they
//! forbid, and what they want to be asked about, holds.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use atelier_protocol::{Json, Rule, RuleEffect};
use serde::{Deserialize, Serialize};

use crate::PrivateFile;

/// How many rules one list may have: each is looked at before every call.
const MAX_RULES: usize = 1000;

/// The largest file of a project that is read, in bytes.
const MAX_PROJECT_FILE: u64 = 1 << 20;

/// Where projects keep rules, those of Claude Code included.
const PROJECT_FILES: [&str; 3] = [".atelier/settings.json", ".claude/settings.json", ".claude/settings.local.json"];

/// The file with the user's rules.
#[derive(Debug, Clone)]
pub struct Permissions {
    file: PrivateFile,
}

/// What the file holds. What is not ours in it stays.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Content {
    global: Lists,
    projects: BTreeMap<String, Lists>,
    #[serde(flatten)]
    rest: BTreeMap<String, Json>,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Lists {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deny: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ask: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow: Vec<String>,
}

/// The rules can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum PermissionsError {
    /// The file is there, but can't be read.
    #[error("The rules in {} can't be read ({reason}), so nothing is run; check the file's permissions.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file is not what it should be.
    #[error("The rules in {} can't be understood ({reason}), so nothing is run; correct the file or remove it.", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// The file can't be written.
    #[error("The rules can't be saved in {} ({reason}); check the folder's permissions and the free space.", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// There are as many rules as may be.
    #[error("There are {MAX_RULES} rules of this kind already; remove some first.")]
    Full,
}

/// What a project's own files say.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ProjectRules {
    /// What holds: these forbid or ask.
    pub followed: Vec<Rule>,
    /// What does not: these allow, and that is not for a project to say.
    pub left_out: Vec<Rule>,
}

impl Permissions {
    /// The rules in that config folder. Neither needs to exist.
    pub fn new(config_folder: &Path) -> Self {
        Self { file: PrivateFile::new(config_folder.join("permissions.json")) }
    }

    /// Where they stand.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The rules for all folders, or for one: its absolute path, links resolved.
    pub fn rules(&self, project: Option<&str>) -> Result<Vec<Rule>, PermissionsError> {
        let content = self.load()?;
        let lists = match project {
            None => Some(&content.global),
            Some(project) => content.projects.get(project),
        };
        Ok(lists.map(Lists::rules).unwrap_or_default())
    }

    /// Both together: what holds for the work in a folder.
    pub fn rules_for(&self, project: &str) -> Result<Vec<Rule>, PermissionsError> {
        let content = self.load()?;
        let mut rules = content.global.rules();
        rules.extend(content.projects.get(project).map(Lists::rules).unwrap_or_default());
        Ok(rules)
    }

    /// Adds a rule. One that is there stays as it is; false then.
    pub fn add(&self, project: Option<&str>, rule: &Rule) -> Result<bool, PermissionsError> {
        self.change(|content| {
            let list = content.lists(project).of(rule.effect);
            if list.contains(&rule.pattern) {
                return Ok(false);
            }
            if list.len() >= MAX_RULES {
                return Err(PermissionsError::Full);
            }
            list.push(rule.pattern.clone());
            Ok(true)
        })
    }

    /// Takes a rule out; false: it was not there.
    pub fn remove(&self, project: Option<&str>, rule: &Rule) -> Result<bool, PermissionsError> {
        self.change(|content| {
            let list = content.lists(project).of(rule.effect);
            let before = list.len();
            list.retain(|pattern| *pattern != rule.pattern);
            let removed = list.len() < before;
            content.projects.retain(|_, lists| *lists != Lists::default());
            Ok(removed)
        })
    }

    fn load(&self) -> Result<Content, PermissionsError> {
        let bytes =
            self.file.read().map_err(|reason| PermissionsError::Read { path: self.path().to_owned(), reason })?;
        self.parse(bytes.as_deref())
    }

    fn parse(&self, bytes: Option<&[u8]>) -> Result<Content, PermissionsError> {
        let Some(bytes) = bytes.filter(|bytes| !bytes.trim_ascii().is_empty()) else { return Ok(Content::default()) };
        let broken = |error: serde_json::Error| PermissionsError::Broken {
            path: self.path().to_owned(),
            reason: error.to_string(),
        };
        serde_json::from_slice(bytes).map_err(broken)
    }

    /// Changes the file alone and whole. A broken one is left as it is.
    fn change(
        &self,
        change: impl FnOnce(&mut Content) -> Result<bool, PermissionsError>,
    ) -> Result<bool, PermissionsError> {
        let mut outcome = Ok(false);
        let written = self.file.change(|bytes| {
            let mut content = match self.parse(bytes.as_deref()) {
                Ok(content) => content,
                Err(error) => {
                    outcome = Err(error);
                    return Ok(bytes.unwrap_or_default());
                }
            };
            outcome = change(&mut content);
            match outcome {
                Ok(true) => Ok(serde_json::to_vec_pretty(&content)?),
                _ => Ok(bytes.unwrap_or_default()),
            }
        });
        written.map_err(|reason| PermissionsError::Write { path: self.path().to_owned(), reason })?;
        outcome
    }
}

impl Content {
    fn lists(&mut self, project: Option<&str>) -> &mut Lists {
        match project {
            None => &mut self.global,
            Some(project) => self.projects.entry(project.to_owned()).or_default(),
        }
    }
}

impl Lists {
    fn of(&mut self, effect: RuleEffect) -> &mut Vec<String> {
        match effect {
            RuleEffect::Deny => &mut self.deny,
            RuleEffect::Ask => &mut self.ask,
            RuleEffect::Allow => &mut self.allow,
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let lists = [(RuleEffect::Deny, &self.deny), (RuleEffect::Ask, &self.ask), (RuleEffect::Allow, &self.allow)];
        let rules = lists
            .into_iter()
            .flat_map(|(effect, list)| list.iter().map(move |pattern| Rule { effect, pattern: pattern.clone() }));
        rules.collect()
    }
}

/// What a project's own files say. They may be anyone's: what is no such file or no rule is passed over.
pub fn project_rules(project: &Path) -> ProjectRules {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Settings {
        permissions: Loose,
    }
    /// Each list by itself, so that one that is none takes nothing else along.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Loose {
        deny: Json,
        ask: Json,
        allow: Json,
    }
    let mut found = ProjectRules::default();
    for file in PROJECT_FILES {
        let Some(bytes) = read_small(&project.join(file)) else { continue };
        let Ok(Settings { permissions }) = serde_json::from_slice(&bytes) else { continue };
        let rules = |effect, list: &Json| -> Vec<Rule> {
            let texts = list.as_array().into_iter().flatten().filter_map(Json::as_str);
            texts.take(MAX_RULES).map(|pattern| Rule { effect, pattern: pattern.to_owned() }).collect()
        };
        found.followed.extend(rules(RuleEffect::Deny, &permissions.deny));
        found.followed.extend(rules(RuleEffect::Ask, &permissions.ask));
        found.left_out.extend(rules(RuleEffect::Allow, &permissions.allow));
    }
    found
}

/// An ordinary file of a bearable size.
fn read_small(path: &Path) -> Option<Vec<u8>> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_PROJECT_FILE {
        return None;
    }
    fs::read(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(effect: RuleEffect, pattern: &str) -> Rule {
        Rule { effect, pattern: pattern.to_owned() }
    }

    #[test]
    fn rules_are_kept_by_folder_and_taken_out_again() {
        let folder = tempfile::tempdir().unwrap();
        let permissions = Permissions::new(folder.path());
        let (push, edit) = (rule(RuleEffect::Deny, "Bash(git push:*)"), rule(RuleEffect::Allow, "Edit(/src/**)"));
        assert_eq!(permissions.rules(None).unwrap(), []);
        assert!(!permissions.remove(None, &push).unwrap());
        assert!(permissions.add(None, &push).unwrap() && !permissions.add(None, &push).unwrap());
        assert!(permissions.add(Some("/p"), &edit).unwrap());
        let again = Permissions::new(folder.path());
        assert_eq!(again.rules(Some("/p")).unwrap(), std::slice::from_ref(&edit));
        assert_eq!(again.rules_for("/p").unwrap(), [push.clone(), edit.clone()]);
        assert_eq!(again.rules_for("/q").unwrap(), [push]);
        assert!(permissions.remove(Some("/p"), &edit).unwrap());
        assert!(!fs::read_to_string(permissions.path()).unwrap().contains("/p"));
    }

    #[test]
    fn a_file_that_is_broken_is_told_and_left_alone_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let permissions = Permissions::new(folder.path());
        for broken in ["{", "[]", r#"{"global": {"deny": "Bash"}}"#, r#"{"projects": []}"#] {
            fs::write(permissions.path(), broken).unwrap();
            let told = permissions.rules_for("/p").unwrap_err();
            assert!(matches!(told, PermissionsError::Broken { .. }), "{told}");
            permissions.add(None, &rule(RuleEffect::Allow, "todo")).unwrap_err();
            assert_eq!(fs::read_to_string(permissions.path()).unwrap(), broken);
        }
        fs::write(permissions.path(), r#"{"note": 7}"#).unwrap();
        permissions.add(None, &rule(RuleEffect::Allow, "todo")).unwrap();
        assert!(fs::read_to_string(permissions.path()).unwrap().contains("\"note\": 7"));
        fs::remove_file(permissions.path()).unwrap();
        fs::create_dir(permissions.path()).unwrap();
        assert!(matches!(permissions.rules(None), Err(PermissionsError::Read { .. })));
    }

    #[test]
    fn a_projects_own_files_forbid_and_never_allow() {
        let project = tempfile::tempdir().unwrap();
        fs::create_dir(project.path().join(".claude")).unwrap();
        let text = r#"{"permissions": {"allow": ["Bash"], "deny": ["Bash(curl:*)", 7], "ask": {"x": 1}}, "env": {}}"#;
        fs::write(project.path().join(".claude/settings.json"), text).unwrap();
        fs::write(project.path().join(".claude/settings.local.json"), "{ not json").unwrap();
        fs::create_dir(project.path().join(".atelier")).unwrap();
        fs::write(project.path().join(".atelier/settings.json"), r#"{"permissions": {"ask": ["write_file"]}}"#)
            .unwrap();
        let found = project_rules(project.path());
        assert_eq!(found.followed, [rule(RuleEffect::Ask, "write_file"), rule(RuleEffect::Deny, "Bash(curl:*)")]);
        assert_eq!(found.left_out, [rule(RuleEffect::Allow, "Bash")]);
    }

    #[test]
    fn two_who_add_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &'static str| {
            let permissions = Permissions::new(folder.path());
            move || {
                for number in 0..20 {
                    permissions.add(None, &rule(RuleEffect::Allow, &format!("{name}{number}"))).unwrap();
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(add("a"));
            scope.spawn(add("b"));
        });
        assert_eq!(Permissions::new(folder.path()).rules(None).unwrap().len(), 40);
    }
}
