//! Recognising in what a command wrote that the sandbox refused it something. Programs say it each in their own way, so
//! this is a guess, and a careful one: it only leads to a question.

use std::path::{Path, PathBuf};

use crate::{Backend, Policy, policy::is_beneath_any};

/// How much of the end of an output is looked at, in bytes: what failed stands near the end.
const LOOKED_AT: usize = 64 << 10;

/// How much of a line is quoted, in characters.
const MAX_QUOTE: usize = 200;

/// What the shell answers when it may not run a file: a missing permission of the file, mostly.
const NOT_EXECUTABLE: i32 = 126;

/// How programs say that they reach no network.
const NO_NETWORK: [&str; 13] = [
    "Network is unreachable",
    "ENETUNREACH",
    "Could not resolve",
    "Couldn't resolve",
    "could not resolve",
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname provided",
    "failed to lookup address",
    "getaddrinfo EAI_AGAIN",
    "getaddrinfo ENOTFOUND",
    "unable to resolve host",
    "dns error",
];

/// Something that the sandbox seems to have refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line that says so, at most 200 characters.
    pub line: String,
}

/// What the sandbox seems to have refused a command that ended with this code, not zero, and wrote this.
pub fn refusal_in(backend: Backend, policy: &Policy, code: i32, output: &str) -> Option<Refusal> {
    if code == 0 {
        return None;
    }
    let end = &output[output.ceil_char_boundary(output.len().saturating_sub(LOOKED_AT))..];
    let line = end.lines().rev().find(|line| tells_of_refusal(backend, policy, code, line))?;
    Some(Refusal { line: line.trim().chars().take(MAX_QUOTE).collect() })
}

fn tells_of_refusal(backend: Backend, policy: &Policy, code: i32, line: &str) -> bool {
    let says = |words: &[&str]| words.iter().any(|word| line.contains(word));
    if !policy.network && says(&NO_NETWORK) {
        return true;
    }
    if says(&["Operation not permitted", "EPERM", "operation not permitted"]) {
        return true;
    }
    let denied = code != NOT_EXECUTABLE && says(&["Permission denied", "EACCES", "permission denied"]);
    match backend {
        Backend::Bubblewrap => {
            says(&["Read-only file system", "EROFS", "read-only file system"])
                || (says(&["Device or resource busy", "EBUSY"]) && names_any(line, &policy.read_only))
                || (denied && names_any(line, &policy.unreadable))
        }
        // It says the same of everything; what it may do in its own folders it is not refused.
        Backend::Landlock => {
            let mut paths = paths_in(line).peekable();
            denied && (paths.peek().is_none() || paths.any(|path| !is_beneath_any(path, &policy.writable)))
        }
        Backend::Seatbelt => false,
    }
}

/// Whether the line names one of these, by its whole path or its last two parts.
fn names_any(line: &str, paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| {
        let parent = path.parent().and_then(Path::file_name);
        let short = parent.zip(path.file_name()).map(|(parent, name)| Path::new(parent).join(name));
        [Some(path), short.as_ref()].into_iter().flatten().any(|name| line.contains(&*name.to_string_lossy()))
    })
}

/// What looks like an absolute path.
fn paths_in(line: &str) -> impl Iterator<Item = &Path> {
    line.split(|letter: char| letter.is_whitespace() || "'\"`:,()[]‘’".contains(letter))
        .filter(|word| word.starts_with('/'))
        .map(Path::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let mut policy = Policy::of_project(Path::new("/home/ada/project"), Path::new("/tmp/own"));
        policy.unreadable = vec!["/home/ada/.ssh".into()];
        policy
    }

    #[test]
    fn what_the_sandbox_refuses_is_recognised() {
        use Backend::{Bubblewrap, Landlock, Seatbelt};
        for (backend, code, line) in [
            (Bubblewrap, 1, "touch: cannot touch '/etc/x': Read-only file system"),
            (Bubblewrap, 1, "cat: /home/ada/.ssh/id_ed25519: Permission denied"),
            (Bubblewrap, 4, "error: could not write config file .git/config: Device or resource busy"),
            (Bubblewrap, 6, "curl: (6) Could not resolve host: example.com"),
            (Bubblewrap, 1, "Error: EROFS: read-only file system, open '/etc/x'"),
            (Landlock, 1, "touch: cannot touch '/etc/x': Permission denied"),
            (Landlock, 1, "PermissionError: [Errno 1] Operation not permitted"),
            (Landlock, 1, "rm: cannot remove '../x': Permission denied"),
            (Landlock, 1, "/home/ada/project/script: line 7: /etc/x: Permission denied"),
            (Seatbelt, 1, "touch: /etc/x: Operation not permitted"),
        ] {
            let output = format!("before\n{line}\nafter\n");
            let refusal = refusal_in(backend, &policy(), code, &output);
            assert_eq!(refusal, Some(Refusal { line: line.to_owned() }), "{backend:?}");
        }
    }

    #[test]
    fn what_fails_by_itself_is_not_taken_for_it() {
        use Backend::{Bubblewrap, Landlock, Seatbelt};
        for (backend, code, line) in [
            (Bubblewrap, 0, "touch: cannot touch '/etc/x': Read-only file system"),
            (Bubblewrap, 1, "cat: secret.txt: Permission denied"),
            (Bubblewrap, 1, "rm: cannot remove 'mount': Device or resource busy"),
            (Landlock, 126, "sh: 1: ./script: Permission denied"),
            (Landlock, 1, "cat: /home/ada/project/secret.txt: Permission denied"),
            (Seatbelt, 1, "cat: secret.txt: Permission denied"),
            (Bubblewrap, 101, "test failed: expected 3"),
        ] {
            assert_eq!(refusal_in(backend, &policy(), code, line), None, "{line}");
        }
        let network = Policy { network: true, ..policy() };
        assert_eq!(refusal_in(Bubblewrap, &network, 6, "Could not resolve host: example.com"), None);
    }

    #[test]
    fn a_long_line_is_quoted_in_part_and_only_the_end_of_the_output_counts() {
        let line = format!("{}: Read-only file system", "é".repeat(500));
        let refusal = refusal_in(Backend::Bubblewrap, &policy(), 1, &line).unwrap();
        assert_eq!(refusal.line.chars().count(), MAX_QUOTE);
        let old = format!("Read-only file system\n{}", "x\n".repeat(LOOKED_AT));
        assert_eq!(refusal_in(Backend::Bubblewrap, &policy(), 1, &old), None);
    }
}
