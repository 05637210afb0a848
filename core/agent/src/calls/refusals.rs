//! What the model is told of calls that do not run.

use atelier_protocol::{Decision, Rule, ToolError, ToolOutcome};

/// What came of a call that the user refused, or did not answer for.
pub(super) fn refused(decision: &Decision) -> ToolOutcome {
    match decision {
        Decision::Rejected { message } => ToolOutcome::refused(message.clone()),
        Decision::TimedOut | Decision::Approved { .. } => ToolOutcome::timed_out(),
    }
}

/// What came of a call that nobody is there to allow.
pub(super) fn nobody_there() -> ToolOutcome {
    let reason = "This needs the user's approval, and nobody is there to give it; go on without it";
    ToolOutcome::Rejected { reason: reason.to_owned(), user_message: None }
}

/// Why a call has no place in plan mode.
pub(super) fn not_in_this_mode(tool: &str) -> String {
    format!("`{tool}` changes something, and in plan mode nothing is changed; describe it instead.")
}

/// Why a call does not run that a rule denies.
pub(super) fn forbidden(rule: &Rule) -> String {
    format!("The user has forbidden this by the rule `{rule}`; find another way, or say what you would need it for.")
}

/// What came of a call that may not run, for this reason.
pub(super) fn denied(message: String) -> ToolOutcome {
    ToolOutcome::Error { error: ToolError { code: "PERMISSION_DENIED".to_owned(), message, recoverable: false } }
}
