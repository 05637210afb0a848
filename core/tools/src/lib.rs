//! What an agent may do: the built-in tools, and those of the [`ToolSource`]s it is given. A session has one [`Toolbox`]; a
//! model's [`Request`] is first *prepared* (checked, located, previewed; nothing changes), then, once whoever decides has
//! decided, *run*.
//!
//! This crate knows no model, no session log and no settings. It decides what a tool needs, never whether it may.

mod asking;
mod call;
mod catalogue;
mod change_set;
mod diff;
mod files;
mod git;
mod mode;
mod output;
mod params;
mod plan;
mod progress;
mod result_text;
mod shell;
mod source;
mod text_file;
mod todo;
mod toolbox;

pub use asking::{Ask, Asker};
pub use call::{FailureCode, FileChange, Outcome, Request, ToolFailure};
pub use catalogue::{Category, ToolSpec, is_built_in, names_of};
pub use mode::Mode;
pub use params::{Kind, Param, check_arguments, optional, required};
pub use plan::{Approval, Content, Control, Done, Prepared, Preview, PreviewKind};
pub use progress::{Progress, ProgressSink, ProgressStream, progress_channel};
pub use shell::{CommandEnd, CommandLimits, CommandOutput, CommandPiece, Confining};
pub use source::{SourceFuture, SourcePlan, SourceWork, ToolSource};
pub use todo::{Todo, TodoStatus};
pub use toolbox::{Hidden, Toolbox};
