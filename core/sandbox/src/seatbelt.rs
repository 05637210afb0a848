//! macOS: a profile for `sandbox-exec`. It allows what is named and forbids the rest; where two rules fit, the later
//! one counts. Paths are parameters, so nothing in a path can be taken for a rule.

use std::{ffi::OsString, fmt::Write as _, path::PathBuf};

use crate::Policy;

/// Only the system's own: `PATH` may hold folders that a command can write in.
pub(crate) const PROGRAM: &str = "/usr/bin/sandbox-exec";

/// What every program needs to run, and no way to make a program outside do something: no events to other programs,
/// no opening of documents and no services but these.
const BASE: &str = r#"(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target same-sandbox))
(allow mach-priv-task-port (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem)
(allow ipc-posix-shm)
(allow user-preference-read)
(allow iokit-open (iokit-registry-entry-class "RootDomainUserClient"))
(allow mach-lookup
  (global-name "com.apple.bsd.dirhelper")
  (global-name "com.apple.cfprefsd.agent")
  (global-name "com.apple.cfprefsd.daemon")
  (global-name "com.apple.logd")
  (global-name "com.apple.PowerManagement.control")
  (global-name "com.apple.system.logger")
  (global-name "com.apple.system.notification_center")
  (global-name "com.apple.system.opendirectoryd.libinfo")
  (global-name "com.apple.system.opendirectoryd.membership"))
(allow pseudo-tty)
(allow file-read* file-write* file-ioctl
  (literal "/dev/ptmx")
  (literal "/dev/null")
  (literal "/dev/zero")
  (literal "/dev/dtracehelper")
  (regex #"^/dev/ttys[0-9]+$"))
(allow file-read*)
"#;

/// The folders for temporary files that programs know without being told, of the user and of all.
const TEMPORARY: &str = r#"(allow file-write*
  (subpath "/private/tmp")
  (subpath "/private/var/tmp")
  (regex #"^/private/var/folders/[^/]+/[^/]+/[CT]/"))
"#;

const NETWORK: &str = r#"(allow network*)
(allow system-socket)
(allow mach-lookup
  (global-name "com.apple.SecurityServer")
  (global-name "com.apple.SystemConfiguration.DNSConfiguration")
  (global-name "com.apple.SystemConfiguration.configd")
  (global-name "com.apple.dnssd.service")
  (global-name "com.apple.networkd")
  (global-name "com.apple.ocspd")
  (global-name "com.apple.trustd")
  (global-name "com.apple.trustd.agent"))
(deny network-outbound (remote unix-socket))
(allow network-outbound (remote unix-socket (path-literal "/private/var/run/mDNSResponder")))
"#;

/// The terminal that we run in: reading it would be reading what the user types.
const TERMINAL: &str = "(deny file-read* file-write* file-ioctl (literal \"/dev/tty\"))\n";

/// The arguments before the command, for a resolved policy.
pub(crate) fn arguments(policy: &Policy) -> Vec<OsString> {
    let (profile, parameters) = profile(policy);
    let mut arguments = vec!["-p".into(), profile.into()];
    for (name, path) in parameters {
        let mut definition = OsString::from(name + "=");
        definition.push(path);
        arguments.extend(["-D".into(), definition]);
    }
    arguments
}

fn profile(policy: &Policy) -> (String, Vec<(String, PathBuf)>) {
    let mut text = BASE.to_owned();
    let mut parameters = Vec::new();
    let mut rule = |what: &str, kind: &str, paths: &[PathBuf]| {
        let mut rules = String::new();
        for (path, number) in paths.iter().zip(0..) {
            let name = format!("{kind}_{number}");
            // A string is never too long for a string.
            let _ = writeln!(rules, "({what} (subpath (param \"{name}\")))");
            parameters.push((name, path.clone()));
        }
        rules
    };
    text.push_str(if policy.network { NETWORK } else { "" });
    text.push_str(TEMPORARY);
    text.push_str(&rule("allow file-write*", "WRITABLE", &policy.writable));
    text.push_str(&rule("deny file-read* file-write*", "UNREADABLE", &policy.unreadable));
    // What lies in a folder that is closed, and may be written in, is open again: the session's own folder in ours.
    let reopened: Vec<PathBuf> = policy
        .writable
        .iter()
        .filter(|path| policy.unreadable.iter().any(|closed| path.starts_with(closed)))
        .cloned()
        .collect();
    text.push_str(&rule("allow file-read* file-write*", "REOPENED", &reopened));
    text.push_str(&rule("deny file-write*", "READ_ONLY", &policy.read_only));
    // A folder above could be renamed and made anew.
    let above: Vec<PathBuf> = parents_of_protected(policy);
    for (path, number) in above.into_iter().zip(0..) {
        let name = format!("HELD_{number}");
        let _ = writeln!(text, "(deny file-write-unlink (literal (param \"{name}\")))");
        parameters.push((name, path));
    }
    text.push_str(TERMINAL);
    (text, parameters)
}

/// The folders between what may be written in and what in it may not be changed.
fn parents_of_protected(policy: &Policy) -> Vec<PathBuf> {
    let roots = &policy.writable;
    let above = policy.read_only.iter().flat_map(|path| {
        path.ancestors().skip(1).take_while(|above| !roots.iter().any(|root| root == above)).map(PathBuf::from)
    });
    let unique: std::collections::BTreeSet<PathBuf> = above.collect();
    unique.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn policy() -> Policy {
        let mut policy = Policy::of_project(Path::new("/Users/ada/pro\"ject)"), Path::new("/private/tmp/own"));
        policy.unreadable = vec!["/Users/ada/.ssh".into()];
        policy
    }

    /// Where a rule stands; later rules count.
    fn place(profile: &str, rule: &str) -> usize {
        profile.find(rule).unwrap_or_else(|| panic!("{rule} is missing in:\n{profile}"))
    }

    #[test]
    fn everything_is_forbidden_first_and_no_path_is_part_of_the_text() {
        let (text, parameters) = profile(&policy());
        assert!(text.starts_with("(version 1)\n(deny default)\n"));
        assert!(!text.contains("/Users"));
        assert!(parameters.contains(&("WRITABLE_0".to_owned(), "/Users/ada/pro\"ject)".into())));
        for name in parameters.iter().map(|(name, _)| name) {
            assert_eq!(text.matches(&format!("(param \"{name}\")")).count(), 1, "{name}");
        }
        assert_eq!(text.matches("(param ").count(), parameters.len());
        assert_eq!(text.matches('(').count(), text.matches(')').count() + text.matches("/(").count());
    }

    #[test]
    fn what_is_protected_comes_after_what_is_allowed() {
        let (text, _) = profile(&policy());
        let writable = place(&text, "(allow file-write* (subpath (param \"WRITABLE_0\")))");
        let order = [
            place(&text, "(allow file-read*)\n"),
            writable,
            place(&text, "(deny file-read* file-write* (subpath (param \"UNREADABLE_0\")))"),
            place(&text, "(deny file-write* (subpath (param \"READ_ONLY_0\")))"),
            place(&text, "(deny file-write-unlink (literal (param \"HELD_0\")))"),
            place(&text, "(literal \"/dev/tty\")"),
        ];
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn no_program_outside_can_be_made_to_do_something() {
        for network in [false, true] {
            let (text, _) = profile(&Policy { network, ..policy() });
            let ways_out = [
                "appleevent",
                "lsopen",
                "launchservices",
                "com.apple.lsd",
                "coreservices",
                "tccd",
                "pboard",
                "(allow mach-register",
            ];
            for way_out in ways_out {
                assert!(!text.contains(way_out), "{way_out}");
            }
        }
    }

    #[test]
    fn the_network_is_there_only_where_it_may_be_reached_and_local_sockets_never_are() {
        assert!(!profile(&policy()).0.contains("network"));
        let (text, _) = profile(&Policy { network: true, ..policy() });
        assert!(place(&text, "(allow network*)") < place(&text, "(deny network-outbound (remote unix-socket))"));
    }

    #[test]
    fn the_arguments_are_the_profile_and_the_paths() {
        let arguments = arguments(&policy());
        assert_eq!(arguments[0], "-p");
        assert_eq!(arguments[2], "-D");
        assert!(arguments.contains(&"UNREADABLE_0=/Users/ada/.ssh".into()));
        assert_eq!(arguments.len() % 2, 0);
    }
}
