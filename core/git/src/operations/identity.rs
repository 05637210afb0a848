//! Who commits: what git's settings say, and setting it for one repository.

use serde::Serialize;

use super::{Git, GitFailure, succeeded};
use crate::repository::Purpose;

/// Who git says commits, and by which key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentitySummary {
    /// The name.
    pub user_name: Option<String>,
    /// The e-mail address.
    pub user_email: Option<String>,
    /// How servers are reached, such as `ssh -i ~/.ssh/work`.
    pub ssh_command: Option<String>,
}

/// What makes a key out of git's setting, and back.
const WITH_KEY: &str = "ssh -i ";

/// The setting that makes git use a key. A path with anything but letters, digits and `_./~-` stands in single quotes.
pub fn ssh_command(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./~-".contains(c);
    if key.chars().all(plain) {
        format!("{WITH_KEY}{key}")
    } else {
        format!("{WITH_KEY}'{}'", key.replace('\'', r"'\''"))
    }
}

/// The key that such a setting names.
pub fn ssh_key(command: &str) -> String {
    command.strip_prefix(WITH_KEY).unwrap_or(command).to_owned()
}

impl Git<'_> {
    /// What the user's own settings say, whatever the repository does.
    pub fn global_identity(&self) -> Result<IdentitySummary, GitFailure> {
        self.summary(&["--global"])
    }

    /// What holds in the folder.
    pub fn current_identity(&self) -> Result<IdentitySummary, GitFailure> {
        self.summary(&[])
    }

    fn summary(&self, scope: &[&str]) -> Result<IdentitySummary, GitFailure> {
        let mut arguments = vec!["config"];
        arguments.extend(scope);
        arguments.extend(["--includes", "--null", "--get-regexp", r"^(user\.(name|email)|core\.sshcommand)$"]);
        // What we override ourselves when we only look must not be taken for the user's.
        let ran = self.ran(Purpose::Change, &arguments)?;
        // One: nothing is set. Without a file for the user's settings git fails, and nothing is set either.
        let listed = String::from_utf8_lossy(&ran.output);
        let mut summary = IdentitySummary::default();
        for entry in listed.split_terminator('\0') {
            let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match key {
                "user.name" => summary.user_name = value,
                "user.email" => summary.user_email = value,
                "core.sshcommand" => summary.ssh_command = value,
                _ => {}
            }
        }
        Ok(summary)
    }

    /// Sets who commits in this repository, and by which key; without one, a key that was set here is taken out.
    pub fn set_identity(&self, name: &str, email: &str, key: Option<&str>) -> Result<(), GitFailure> {
        if [name, email, key.unwrap_or_default()].iter().any(|text| text.contains('\0')) {
            return Err(GitFailure::Failed("Failed to set git identity".to_owned()));
        }
        let held = self.held()?;
        let set = |key: &str, value: &str| {
            succeeded(self.ran_in(&held, Purpose::Change, &["config", "--local", "--replace-all", key, value])?)
        };
        set("user.name", name)?;
        set("user.email", email)?;
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            return set("core.sshCommand", &ssh_command(key)).map(drop);
        }
        let unset = ["config", "--local", "--unset-all", "core.sshCommand"];
        let ran = self.ran_in(&held, Purpose::Change, &unset)?;
        // Five: it was not set.
        if ran.status.code() == Some(5) { Ok(()) } else { succeeded(ran).map(drop) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_keys_are_quoted_for_the_shell() {
        for (key, command) in [
            ("~/.ssh/id_work-2", "ssh -i ~/.ssh/id_work-2"),
            ("/a b/key", "ssh -i '/a b/key'"),
            ("x'; evil", r"ssh -i 'x'\''; evil'"),
            ("$(evil)", "ssh -i '$(evil)'"),
        ] {
            assert_eq!(ssh_command(key), command);
        }
        assert_eq!(ssh_key("ssh -i ~/.ssh/work"), "~/.ssh/work");
        assert_eq!(ssh_key("ssh"), "ssh");
    }
}
