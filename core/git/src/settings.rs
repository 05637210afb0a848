//! A repository's own settings that make git run programs.
//!
//! Whoever made the folder wrote them: a folder that was unpacked or copied brings them along. When we only look, each is
//! overridden by what the user's own settings say, or by nothing. When the user approves of something that runs them,
//! they are named.

use std::path::{Path, PathBuf};

use crate::GitError;

/// A setting of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What `git config --list --show-scope --show-origin -z` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed<'a> {
    /// Files outside of the repository that have settings.
    pub(crate) outer_files: Vec<PathBuf>,
    /// Whether any file includes others: what is in those may depend on anything.
    pub(crate) includes: bool,
    /// Settings that name programs, the user's and the machine's: keys and values.
    outer: Vec<(&'a str, &'a str)>,
    /// The same of the repository itself.
    own: Vec<(&'a str, &'a str)>,
}

impl<'a> Listed<'a> {
    /// Reads it.
    pub(crate) fn read(text: &'a str) -> Result<Self, GitError> {
        let mut listed = Self::default();
        let mut parts = text.split_terminator('\0');
        while let Some(scope) = parts.next() {
            let (Some(origin), Some(entry)) = (parts.next(), parts.next()) else {
                return Err(GitError::Nonsense { what: "settings" });
            };
            // A key alone means true.
            let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
            listed.includes |= key == "include.path" || key.starts_with("includeif.");
            let outer = matches!(scope, "system" | "global");
            if let Some(file) = origin.strip_prefix("file:").filter(|_| outer).map(Path::new)
                && listed.outer_files.last().is_none_or(|last| last != file)
            {
                listed.outer_files.push(file.to_owned());
            }
            match scope {
                _ if !names_a_program(key) => {}
                _ if outer => listed.outer.push((key, value)),
                "command" => {}
                _ => listed.own.push((key, value)),
            }
        }
        Ok(listed)
    }

    /// The settings of the repository itself that name programs.
    pub(crate) fn programs(&self) -> Vec<Setting> {
        let setting = |(key, value): &(&str, &str)| Setting { key: (*key).into(), value: (*value).into() };
        self.own.iter().map(setting).collect()
    }

    /// Arguments that override them, each by what the user's own settings say, or by nothing.
    pub(crate) fn overridden(&self) -> Result<Vec<String>, GitError> {
        let mut arguments = Vec::new();
        let mut say = |key: &str, value: &str| arguments.extend(["-c".to_owned(), format!("{key}={value}")]);
        for (key, _) in self.own.iter().filter(|(key, _)| !is_helper(key)) {
            if key.contains('=') {
                // `-c` would take the first equals sign for the end of the key.
                return Err(GitError::Untamed { key: (*key).to_owned() });
            }
            say(key, self.outer.iter().rfind(|(name, _)| name == key).map_or("", |(_, value)| *value));
            if let Some((driver, _)) = key.strip_prefix("filter.").and_then(|key| key.rsplit_once('.')) {
                // A filter that does nothing must be allowed to.
                say(&format!("filter.{driver}.required"), "false");
            }
        }
        if self.own.iter().any(|(key, _)| is_helper(key)) {
            // Git asks all of them in turn; one without a name forgets those before.
            say("credential.helper", "");
            for (key, value) in self.outer.iter().filter(|(key, _)| is_helper(key) && !key.contains('=')) {
                say(key, value);
            }
        }
        Ok(arguments)
    }
}

/// Whether it is one of the programs that know passwords, for all servers or for some.
fn is_helper(key: &str) -> bool {
    key.starts_with("credential.") && key.ends_with(".helper")
}

/// Whether git would run what the setting says. Git writes sections and last parts in small letters.
fn names_a_program(key: &str) -> bool {
    let Some((section, rest)) = key.split_once('.') else { return false };
    let last = rest.rsplit_once('.').map_or(rest, |(_, last)| last);
    match section {
        "core" => matches!(
            last,
            "fsmonitor"
                | "hookspath"
                | "sshcommand"
                | "pager"
                | "editor"
                | "askpass"
                | "gitproxy"
                | "alternaterefscommand"
        ),
        "diff" => matches!(last, "external" | "command" | "textconv"),
        "filter" => matches!(last, "clean" | "smudge" | "process"),
        "merge" => last == "driver",
        "gpg" => matches!(last, "program" | "defaultkeycommand"),
        "credential" => last == "helper",
        "sequence" => last == "editor",
        "interactive" => last == "difffilter",
        "uploadpack" => last == "packobjectshook",
        "remote" => matches!(last, "uploadpack" | "receivepack" | "vcs"),
        "hook" => last == "command",
        "gc" => last == "recentobjectshook",
        "pager" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(entries: &[(&str, &str)]) -> String {
        entries.iter().map(|(scope, entry)| format!("{scope}\0file:/{scope}\0{entry}\0")).collect::<Vec<_>>().concat()
    }

    #[test]
    fn what_the_repository_would_run_gives_way_to_what_the_user_set() {
        let text = listed(&[
            ("global", "filter.lfs.clean\ngit-lfs clean"),
            ("global", "core.editor\nvi"),
            ("local", "filter.lfs.clean\nevil\n--lines"),
            ("local", "filter.a.b.process\nevil"),
            ("worktree", "core.fsmonitor"),
            ("local", "user.name\nme"),
        ]);
        let listed = Listed::read(&text).unwrap();
        assert_eq!((listed.outer_files.as_slice(), listed.includes), (&[PathBuf::from("/global")][..], false));
        let found = listed.programs();
        assert_eq!(found.iter().map(|s| s.value.as_str()).collect::<Vec<_>>(), ["evil\n--lines", "evil", "true"]);
        assert_eq!(
            listed.overridden().unwrap().into_iter().filter(|argument| argument != "-c").collect::<Vec<_>>(),
            [
                "filter.lfs.clean=git-lfs clean",
                "filter.lfs.required=false",
                "filter.a.b.process=",
                "filter.a.b.required=false",
                "core.fsmonitor="
            ]
        );
    }

    #[test]
    fn a_name_that_can_not_be_overridden_is_an_error() {
        let text = listed(&[("local", "filter.a=b.clean\nevil")]);
        assert!(matches!(Listed::read(&text).unwrap().overridden(), Err(GitError::Untamed { .. })));
        assert!(Listed::read("local\0file:x\0").is_err());
    }

    #[test]
    fn of_those_that_know_passwords_only_the_users_are_asked() {
        let text = listed(&[
            ("system", "credential.helper\ncache"),
            ("global", "credential.https://x.helper\nstore"),
            ("local", "credential.https://y/?a=b.helper\nevil"),
        ]);
        let overridden = Listed::read(&text).unwrap().overridden().unwrap();
        let expected = ["credential.helper=", "credential.helper=cache", "credential.https://x.helper=store"];
        assert_eq!(overridden.into_iter().filter(|argument| argument != "-c").collect::<Vec<_>>(), expected);
    }

    #[test]
    fn files_that_include_others_are_noticed() {
        for entry in ["include.path\n/x", "includeif.onbranch:a.b.path\n/x"] {
            assert!(Listed::read(&listed(&[("local", entry)])).unwrap().includes, "{entry}");
        }
    }
}
