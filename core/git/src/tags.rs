//! Tags.

use serde::Serialize;

use crate::{GitError, Repository, graph::milliseconds, repository::Purpose};

/// How much of git's answer is read, in bytes.
const MAX_OUTPUT: usize = 32 << 20;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// Its name, such as `v1.0`.
    pub name: String,
    /// What it names: a commit, or the object that holds its message.
    pub object: String,
    /// The commit that it stands at.
    pub commit: String,
    /// When it or its commit was made, in milliseconds since 1970.
    pub date: i64,
    /// The first line of its message, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Repository {
    /// All tags, the newest first.
    pub fn tags(&self, stopped: &dyn Fn() -> bool) -> Result<Vec<Tag>, GitError> {
        let format = "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objectname)%00%(creatordate:unix)%00%(contents:subject)";
        let ran = self.look_at_most(
            &["for-each-ref", "--sort=-creatordate", format, "refs/tags"],
            MAX_OUTPUT,
            None,
            stopped,
        )?;
        let listed = String::from_utf8_lossy(&ran.output);
        let tag = |line: &str| {
            let fields: Vec<&str> = line.splitn(6, '\0').collect();
            let [name, kind, object, pointed, date, subject] = fields[..] else {
                return Err(GitError::Nonsense { what: "tags" });
            };
            let annotated = kind == "tag";
            Ok(Tag {
                name: name.to_owned(),
                object: object.to_owned(),
                commit: if annotated { pointed } else { object }.to_owned(),
                date: milliseconds(date).unwrap_or(0),
                message: annotated.then(|| subject.to_owned()),
            })
        };
        listed.lines().map(tag).collect()
    }

    /// Makes a tag at a commit (`HEAD` if none is named), with a message or without. With one it is signed where the user's
    /// settings say so. Never moves one.
    pub fn create_tag(
        &self,
        name: &str,
        at: Option<&str>,
        message: Option<&str>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<(), GitError> {
        self.check_tag_name(name, stopped)?;
        let at = self.commit_named(at.unwrap_or("HEAD"), stopped)?;
        match message.map(str::trim).filter(|message| !message.is_empty()) {
            Some(message) => self.commanded(&["tag", "--annotate", "--message", message, "--", name, &at], stopped),
            None => self.tamed(&["tag", "--no-sign", "--", name, &at], stopped),
        }
    }

    /// Deletes a tag and tells which object it named; `git tag` with that makes it again.
    pub fn delete_tag(&self, name: &str, stopped: &dyn Fn() -> bool) -> Result<String, GitError> {
        self.check_tag_name(name, stopped)?;
        let full = format!("refs/tags/{name}");
        let told = self.look_at_most(&["rev-parse", "--verify", "--quiet", &full], 200, Some(1), stopped)?;
        let object = String::from_utf8_lossy(&told.output).trim().to_owned();
        if object.is_empty() {
            return Err(GitError::NoSuchTag { name: name.to_owned() });
        }
        // Only what was looked at: another one of that name stays.
        self.tamed(&["update-ref", "-d", &full, &object], stopped)?;
        Ok(object)
    }

    fn check_tag_name(&self, name: &str, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let invalid = || GitError::TagName { name: name.chars().take(100).collect() };
        if name.is_empty() || name.starts_with('-') || name.contains('\0') {
            return Err(invalid());
        }
        let full = format!("refs/tags/{name}");
        self.look(&["check-ref-format", &full], stopped).map(drop).map_err(|_| invalid())
    }

    /// Runs a command that does what the user's git does, hooks and all.
    pub(crate) fn commanded(&self, arguments: &[&str], stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let ran = self.act(Purpose::Commit, arguments, stopped)?;
        if ran.status.success() { Ok(()) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }
}
