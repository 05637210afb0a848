//! Commands that are refused without asking. A courtesy that catches accidents; the protection is that every command is
//! asked for.

use crate::{FailureCode, ToolFailure};

/// The longest command, in bytes: systems take no longer argument.
const MAX_COMMAND: usize = 100 << 10;

/// Refuses what would destroy the machine, and what is no command.
pub(crate) fn check(command: &str) -> Result<(), ToolFailure> {
    let refused = |what: &str| {
        let message = format!("The command has {what} and is never run; do it another way or ask the user to.");
        Err(ToolFailure::new(FailureCode::PermissionDenied, message))
    };
    if command.trim().is_empty() || command.contains('\0') || command.len() > MAX_COMMAND {
        let message = "The command is empty, has a NUL or is longer than 100 KiB; write long input to a file first.";
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
    }
    if is_fork_bomb(command) {
        return refused("a fork bomb");
    }
    for simple in command.split([';', '|', '&', '(', ')', '\n', '{', '}', '`']) {
        let words: Vec<String> = simple.split_whitespace().map(|word| word.replace(['"', '\'', '\\'], "")).collect();
        if removes_everything(&words) {
            return refused("`rm -rf /`");
        }
        if after(&words, "dd").is_some_and(|rest| rest.iter().any(|word| word.starts_with("if="))) {
            return refused("`dd if=`");
        }
    }
    Ok(())
}

/// The words after a program's name, which may have a path.
fn after<'a>(words: &'a [String], program: &str) -> Option<&'a [String]> {
    let at = words.iter().position(|word| word.rsplit('/').next() == Some(program))?;
    words.get(at + 1..)
}

fn removes_everything(words: &[String]) -> bool {
    let Some(rest) = after(words, "rm") else { return false };
    let has = |short: [char; 2], long: &str| {
        rest.iter()
            .any(|word| *word == long || (word.starts_with('-') && !word.starts_with("--") && word.contains(short)))
    };
    // `/`, `//`, `/.`, `/*`: all of it, however written.
    let whole = |word: &String| word.starts_with('/') && word.chars().all(|letter| "/.*".contains(letter));
    has(['r', 'R'], "--recursive") && has(['f', 'f'], "--force") && rest.iter().any(whole)
}

/// `f(){ f|f& };f`, with any name.
fn is_fork_bomb(command: &str) -> bool {
    let dense: String = command.chars().filter(|letter| !letter.is_whitespace()).collect();
    dense.match_indices("(){").any(|(at, mark)| {
        let before = &dense[..at];
        let start = before.rfind([';', '&', '|', '{', '}', '(', ')']).map_or(0, |index| index + 1);
        let name = before[start..].trim_start_matches("function");
        !name.is_empty() && dense[at + mark.len()..].starts_with(&format!("{name}|{name}&"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_contract_names_is_refused_however_it_is_written() {
        for command in [
            "rm -rf /",
            "sudo rm -fr /",
            "cd x && rm -r -f /",
            "rm -rf \"/\"",
            "rm --recursive --force /",
            "rm -rf /*",
            "/bin/rm -Rf -- //",
            "true;rm  -rf   / ",
            "dd if=/dev/zero of=/dev/sda",
            "sudo dd of=x if=y",
            ":(){ :|:& };:",
            "bomb() { bomb | bomb & }; bomb",
            "echo $(rm -rf /)",
        ] {
            assert_eq!(check(command).unwrap_err().code, FailureCode::PermissionDenied, "{command}");
        }
    }

    #[test]
    fn ordinary_commands_are_not() {
        for command in [
            "rm -rf /tmp/x",
            "rm -rf ./target",
            "rm -f /",
            "add if=1",
            "echo dd",
            "f() { g | h & }; f",
            "ls / -r",
            "cargo test",
            "git rm -rf dir",
            "rm -rf build/",
        ] {
            assert!(check(command).is_ok(), "{command}");
        }
        for command in ["", " \n", "a\0b", &"x".repeat(200_000)] {
            assert_eq!(check(command).unwrap_err().code, FailureCode::InvalidToolCall);
        }
    }
}
