//! Whether a tool call may run, must be asked about, or is out of the question.

use std::collections::BTreeSet;

use atelier_protocol::PermissionMode;

/// What is known of a call before it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nature<'a> {
    /// The tool.
    pub(crate) tool: &'a str,
    /// By its nature it is asked about: it changes something.
    pub(crate) asks: bool,
    /// It changes files of the project and nothing else.
    pub(crate) edits_files: bool,
    /// It can't be undone, or reaches beyond the project.
    pub(crate) dangerous: bool,
}

/// What is to be done about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Run,
    Ask,
    /// The mode has no place for it, so the user is not even asked.
    Refuse,
}

/// `always_allowed`: tools that are not asked about any more. That never covers what is dangerous: a yes to one command
/// is not a yes to all of them.
pub(crate) fn verdict(mode: PermissionMode, call: Nature<'_>, always_allowed: &BTreeSet<String>) -> Verdict {
    if !call.asks {
        return Verdict::Run;
    }
    let free = match mode {
        PermissionMode::Plan => return Verdict::Refuse,
        PermissionMode::BypassPermissions => true,
        PermissionMode::AcceptEdits => call.edits_files && !call.dangerous,
        PermissionMode::Default => false,
    };
    if free || (!call.dangerous && always_allowed.contains(call.tool)) { Verdict::Run } else { Verdict::Ask }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Nature<'_> = Nature { tool: "read_file", asks: false, edits_files: false, dangerous: false };
    const EDIT: Nature<'_> = Nature { tool: "edit_file", asks: true, edits_files: true, dangerous: false };
    const DELETE: Nature<'_> = Nature { tool: "delete_file", asks: true, edits_files: true, dangerous: true };
    const SHELL: Nature<'_> = Nature { tool: "shell_exec", asks: true, edits_files: false, dangerous: true };

    #[test]
    fn each_mode_asks_for_what_it_says() {
        use Verdict::{Ask, Refuse, Run};
        for (mode, expected) in [
            (PermissionMode::Plan, [Run, Refuse, Refuse, Refuse]),
            (PermissionMode::Default, [Run, Ask, Ask, Ask]),
            (PermissionMode::AcceptEdits, [Run, Run, Ask, Ask]),
            (PermissionMode::BypassPermissions, [Run, Run, Run, Run]),
        ] {
            let none = BTreeSet::new();
            assert_eq!([READ, EDIT, DELETE, SHELL].map(|call| verdict(mode, call, &none)), expected, "{mode:?}");
        }
    }

    #[test]
    fn always_covers_the_tool_it_was_said_about_and_nothing_dangerous_and_no_mode_that_refuses() {
        let always = BTreeSet::from(["edit_file".to_owned(), "shell_exec".to_owned()]);
        let verdicts = [EDIT, DELETE, SHELL].map(|call| verdict(PermissionMode::Default, call, &always));
        assert_eq!(verdicts, [Verdict::Run, Verdict::Ask, Verdict::Ask]);
        assert_eq!(verdict(PermissionMode::Plan, EDIT, &always), Verdict::Refuse);
    }
}
