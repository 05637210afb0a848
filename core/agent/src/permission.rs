//! Whether a tool call may run, must be asked about, or is out of the question.

use std::collections::BTreeSet;

use atelier_protocol::{PermissionMode, Rule};

use crate::rules::Ruling;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Run,
    Ask,
    /// The mode has no place for it, so the user is not even asked.
    Refuse,
    /// The user has forbidden it by this rule.
    Forbid(Rule),
}

/// The mode that counts: the one that asks for nothing has to be switched on.
pub(crate) fn effective(mode: PermissionMode, bypass: bool) -> PermissionMode {
    if mode == PermissionMode::BypassPermissions && !bypass { PermissionMode::Default } else { mode }
}

/// `ruling`: what the user's rules say; where they say nothing, the mode does. `always_allowed`: tools that are not asked
/// about any more. That never covers what is dangerous: a yes to one command is not a yes to all of them.
pub(crate) fn verdict(
    mode: PermissionMode,
    call: Nature<'_>,
    ruling: Ruling,
    always_allowed: &BTreeSet<String>,
) -> Verdict {
    if let Ruling::Denied(rule) = ruling {
        return Verdict::Forbid(rule);
    }
    if call.asks && mode == PermissionMode::Plan {
        return Verdict::Refuse;
    }
    if ruling == Ruling::Ask {
        return Verdict::Ask;
    }
    if !call.asks || ruling == Ruling::Allowed {
        return Verdict::Run;
    }
    let free = match mode {
        PermissionMode::BypassPermissions => true,
        PermissionMode::AcceptEdits => call.edits_files && !call.dangerous,
        PermissionMode::Default | PermissionMode::Plan => false,
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
            let verdicts = [READ, EDIT, DELETE, SHELL].map(|call| verdict(mode, call, Ruling::Silent, &none));
            assert_eq!(verdicts, expected, "{mode:?}");
        }
    }

    #[test]
    fn always_covers_the_tool_it_was_said_about_and_nothing_dangerous_and_no_mode_that_refuses() {
        let always = BTreeSet::from(["edit_file".to_owned(), "shell_exec".to_owned()]);
        let verdicts =
            [EDIT, DELETE, SHELL].map(|call| verdict(PermissionMode::Default, call, Ruling::Silent, &always));
        assert_eq!(verdicts, [Verdict::Run, Verdict::Ask, Verdict::Ask]);
        assert_eq!(verdict(PermissionMode::Plan, EDIT, Ruling::Silent, &always), Verdict::Refuse);
    }

    #[test]
    fn rules_count_before_the_mode_but_allow_nothing_that_it_has_no_place_for() {
        use Verdict::{Ask, Refuse, Run};
        let rule = Rule { effect: atelier_protocol::RuleEffect::Deny, pattern: "Bash".into() };
        let none = BTreeSet::new();
        for mode in PermissionMode::ALL {
            let verdicts = |ruling: &Ruling| [READ, SHELL].map(|call| verdict(mode, call, ruling.clone(), &none));
            let forbidden = Verdict::Forbid(rule.clone());
            assert_eq!(verdicts(&Ruling::Denied(rule.clone())), [forbidden.clone(), forbidden], "{mode:?}");
            let planning = mode == PermissionMode::Plan;
            assert_eq!(verdicts(&Ruling::Ask), [Ask, if planning { Refuse } else { Ask }], "{mode:?}");
            assert_eq!(verdicts(&Ruling::Allowed), [Run, if planning { Refuse } else { Run }], "{mode:?}");
        }
    }
}
