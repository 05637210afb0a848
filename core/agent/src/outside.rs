//! Leaving the sandbox: a command that it refused something is run again with the user's own rights, if the user says so.

use atelier_protocol::{Conversation, Decision, PermissionMode, ToolCall, ToolError, ToolOutcome, ToolStage};
use atelier_store::StoreError;
use atelier_tools::{Approval, Prepared, PreviewKind, Request};

use crate::{
    Approver,
    calls::{Calls, called},
    permission::Verdict,
    tool_run::Ran,
    turn_tools::kind_of_work,
};

impl Calls<'_> {
    /// Asks whether to run again outside the sandbox what it refused something, and does as the user says. Where nobody is
    /// to be asked, the model gets what came of it inside.
    pub(crate) async fn leave_sandbox(
        &mut self,
        call: &ToolCall,
        mut inside: Ran,
        refused: &str,
        conversation: &mut Conversation,
    ) -> Result<(), StoreError> {
        let free = self.tools.mode(conversation).await == PermissionMode::BypassPermissions;
        if free || self.tools.approver == Approver::Nobody || self.stopped.is_cancelled() {
            if free {
                add_note(&mut inside, "If it has to be done, run it again with `unconfined`.");
            }
            return self.finish(call, inside).await;
        }
        let again = request_of(call).unconfined();
        let Ok(prepared) = self.tools.toolbox.prepare(kind_of_work(conversation.mode), again).await else {
            return self.finish(call, inside).await;
        };
        let mut question = self.question(&prepared, Vec::new());
        let preview = question.preview.unwrap_or_default();
        question.preview = Some(format!("{preview}\n\nThe sandbox has refused it this: {refused}"));
        self.ask(call, vec![called(call, Some(question))], conversation).await?;
        let asked = conversation.call(call.id).cloned();
        match asked.as_ref().map(|asked| (asked, &asked.stage)) {
            Some((allowed, ToolStage::Allowed)) => {
                let outside = self.carry_out(allowed, prepared, None).await?;
                self.finish(call, outside).await
            }
            Some((_, ToolStage::Refused(decision))) => {
                add_note(&mut inside, &told(decision));
                self.finish(call, inside).await
            }
            // The program ends: the question stays open.
            _ if self.closing.is_cancelled() => Ok(()),
            _ => self.finish(call, inside).await,
        }
    }
}

/// The call as the tools take it: inside the sandbox, if there is one, until it has been tried there.
pub(crate) fn request(call: &ToolCall) -> Request {
    let request = request_of(call);
    if call.tried_confined { request.unconfined() } else { request }
}

fn request_of(call: &ToolCall) -> Request {
    Request { name: call.tool.clone(), arguments: call.params.clone() }
}

/// Leaving the sandbox takes the user's word every time, whatever rules say and was said before, unless nothing at all
/// is to be asked.
pub(crate) fn never_by_a_rule(verdict: Verdict, mode: PermissionMode, prepared: &Prepared) -> Verdict {
    let asks = is_outside(prepared) && mode != PermissionMode::BypassPermissions;
    if asks && verdict == Verdict::Run { Verdict::Ask } else { verdict }
}

/// What came of a command that was not let out of the sandbox, where what it wrote inside is no longer known.
pub(crate) fn left_inside(decision: &Decision) -> ToolOutcome {
    let message = format!(
        "The sandbox refused the command something. {} What it wrote is lost, as Atelier ended in between.",
        told(decision)
    );
    ToolOutcome::Error { error: ToolError { code: "SANDBOX_DENIED".to_owned(), message, recoverable: false } }
}

fn told(decision: &Decision) -> String {
    match decision {
        Decision::Rejected { message: Some(message) } => {
            format!("The user did not allow it to be run outside: {message}")
        }
        Decision::Rejected { message: None } => "The user did not allow it to be run outside.".to_owned(),
        Decision::TimedOut | Decision::Approved { .. } => "Nobody said in time whether to run it outside.".to_owned(),
    }
}

fn add_note(ran: &mut Ran, note: &str) {
    if let ToolOutcome::Success { result } = &mut ran.outcome {
        result.content.extend(["\n[", note, "]"]);
    }
}

pub(crate) fn is_confined(prepared: &Prepared) -> bool {
    kind(prepared) == Some(PreviewKind::ConfinedCommand)
}

pub(crate) fn is_outside(prepared: &Prepared) -> bool {
    kind(prepared) == Some(PreviewKind::UnconfinedCommand)
}

fn kind(prepared: &Prepared) -> Option<PreviewKind> {
    match prepared.needs() {
        Approval::Ask { preview, .. } => Some(preview.kind),
        Approval::Automatic => None,
    }
}
