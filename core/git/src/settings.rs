//! A repository's own settings that make git run programs.
//!
//! Whoever made the folder wrote them: a folder that was unpacked or copied brings them along. When we only look, each is
//! overridden by what the user's own settings say, or by nothing. When the user approves of something that runs them,
//! they are named.

use crate::GitError;

/// A setting of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) key: String,
    pub(crate) value: String,
    /// What the user's own settings say, or nothing.
    outer: String,
}

/// The settings of the repository itself that name programs, from `git config --list --show-scope -z`.
pub(crate) fn programs(listed: &[u8]) -> Result<Vec<Setting>, GitError> {
    let nonsense = GitError::Nonsense { what: "settings" };
    let text = String::from_utf8_lossy(listed);
    let mut parts = text.split_terminator('\0');
    let (mut outer, mut own) = (Vec::new(), Vec::new());
    while let Some(scope) = parts.next() {
        let Some(entry) = parts.next() else { return Err(nonsense) };
        // A key alone means true.
        let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
        if !names_a_program(key) {
            continue;
        }
        match scope {
            "system" | "global" => outer.push((key, value)),
            "command" => {}
            _ => own.push((key, value)),
        }
    }
    let last = |key: &str| outer.iter().rfind(|(name, _)| *name == key).map_or("", |(_, value)| *value).to_owned();
    Ok(own
        .iter()
        .map(|(key, value)| Setting { key: (*key).into(), value: (*value).into(), outer: last(key) })
        .collect())
}

/// Arguments that override them.
pub(crate) fn overridden(settings: &[Setting]) -> Result<Vec<String>, GitError> {
    let mut arguments = Vec::new();
    for setting in settings {
        if setting.key.contains('=') {
            // `-c` would take the first equals sign for the end of the key.
            return Err(GitError::Untamed { key: setting.key.clone() });
        }
        arguments.extend(["-c".to_owned(), format!("{}={}", setting.key, setting.outer)]);
        if let Some(driver) = setting.key.strip_prefix("filter.").and_then(|key| key.rsplit_once('.')) {
            // A filter that does nothing must be allowed to.
            arguments.extend(["-c".to_owned(), format!("filter.{}.required=false", driver.0)]);
        }
    }
    Ok(arguments)
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

    fn listed(entries: &[(&str, &str)]) -> Vec<u8> {
        entries.iter().flat_map(|(scope, entry)| format!("{scope}\0{entry}\0").into_bytes()).collect()
    }

    #[test]
    fn what_the_repository_would_run_gives_way_to_what_the_user_set() {
        let found = programs(&listed(&[
            ("global", "filter.lfs.clean\ngit-lfs clean"),
            ("global", "core.editor\nvi"),
            ("local", "filter.lfs.clean\nevil\n--lines"),
            ("local", "filter.a.b.process\nevil"),
            ("worktree", "core.fsmonitor"),
            ("local", "user.name\nme"),
        ]))
        .unwrap();
        assert_eq!(found.iter().map(|s| s.value.as_str()).collect::<Vec<_>>(), ["evil\n--lines", "evil", "true"]);
        assert_eq!(
            overridden(&found).unwrap().into_iter().filter(|argument| argument != "-c").collect::<Vec<_>>(),
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
        let found = programs(&listed(&[("local", "filter.a=b.clean\nevil")])).unwrap();
        assert!(matches!(overridden(&found), Err(GitError::Untamed { .. })));
        assert!(programs(b"local\0").is_err());
    }
}
