//! The façade as UniFFI sees it: mirror types, conversions and two objects. No logic.
//!
//! Rules of this boundary:
//! - Whatever can fail, panic included, returns a `Result`: UniFFI turns a panic into a Swift error only then.
//! - Async functions need no runtime of their own: the façade spawns its work on the one it owns, and what is awaited
//!   here may be polled on Swift's threads.
//! - Cancelling a Swift task never reaches Rust. Every wait that can be long ends by a call instead:
//!   [`EventStream::close`] for readers, [`Workbench::interrupt`] for turns, [`Workbench::close`] for all.
//! - Nothing here calls into Swift; streams are pulled.

mod agent_settings;
mod approval;
mod commands;
mod diagnostics;
mod elicitation;
mod error;
mod event;
mod files;
mod finding;
mod git;
mod highlighting;
mod keys;
mod library;
mod mcp;
mod models;
mod options;
mod project;
mod rules;
mod search;
mod session;
mod settings;
mod shared_settings;
mod stream;
mod terminal;
mod totals;
mod transcript;
mod workbench;
mod worktrees;

pub use agent_settings::{AgentSettings, Effort};
pub use approval::ApprovalAnswer;
pub use commands::{ExpandedCommand, SlashCommand};
pub use diagnostics::{Diagnostic, DiagnosticLevel, diagnose};
pub use elicitation::{
    ElicitationOutcome, ElicitationReply, ElicitationWanted, FieldKind, FieldText, FormField, FormOption,
};
pub use error::CoreError;
pub use event::{
    AgentState, ContentKind, Decision, ErrorCode, EventBody, FileOperation, PermissionMode, Role, SessionEvent,
    StopReason, TokenUsage, ToolOutcome, TurnOutcome, WaitReason,
};
pub use files::{DirectoryEntry, FileKind, FileText, WorkspaceChanges, WorkspaceStream};
pub use finding::{
    ChosenFile, ContentBatch, ContentQuery, ContentStream, FileMatches, FileReplacement, FoundFile, FoundFiles,
    FoundLine, ReplaceOutcome, ReplaceStream, ReplacedLine,
};
pub use git::{
    BlameCommit, BlamePage, BlamePart, ChangedFile, Changes, ConflictKind, ConflictSide, ConflictVersions,
    ConflictedFile, CurrentIdentity, DiffHunk, DiffLine, DiffLineKind, DiffNotice, DiffSelection, DiffSide, Discarded,
    EmphasisRange, FileChange, FileDiff, FileVersion, GitBranch, GitIdentity, GitOperation, GitTag, GitTransfer,
    GraphCommit, GraphEdge, GraphPage, PlaceRange, StashEntry, TransferStep,
};
pub use highlighting::{ColourKind, ColourSpan, ColouredLine};
pub use keys::KeyEntry;
pub use mcp::{McpLogin, McpOrigin, McpReach, McpServer, McpServerState, McpServers, McpTool};
pub use models::{LocalServer, ModelEntry, ModelRefresh, TurnChoice};
pub use options::{EnvironmentValues, OpenOptions};
pub use project::{
    CreateProjectRequest, FileToSave, FileUpdate, MessageRole, MessageToSave, Project, ProjectFile, ProjectMessage,
    ProjectWithMessages, SaveProjectRequest,
};
pub use rules::{ListedRule, RuleEffect, RuleOrigin};
pub use search::{SearchHit, SearchResults, SnippetPart};
pub use session::SessionSummary;
pub use settings::{CredentialStatus, ProviderChoice, SettingsChange, WorkbenchSettings};
pub use shared_settings::{DirectoryAccess, SettingsNotice, SettingsStream};
pub use stream::EventStream;
pub use terminal::{
    CreatedTerminal, KeptTerminal, PaletteColour, TerminalCursor, TerminalCursorShape, TerminalEvent, TerminalFrame,
    TerminalHalf, TerminalInfo, TerminalKey, TerminalKeyEvent, TerminalKeyPress, TerminalKeypadKey, TerminalLink,
    TerminalModifierKey, TerminalModifiers, TerminalMouseAction, TerminalMouseButton, TerminalMouseReport,
    TerminalNotice, TerminalPalette, TerminalPattern, TerminalPlace, TerminalRange, TerminalScreen,
    TerminalSelectionKind, TerminalShell, TerminalState, TerminalStatus, TerminalStream,
};
pub use totals::{SessionTotals, Totals, TurnTotals};
pub use transcript::TranscriptFormat;
pub use workbench::Workbench;
pub use worktrees::{SetupOutcome, SetupScript, Worktree, WorktreeMerge, WorktreeSession, WorktreeState};

uniffi::setup_scaffolding!();

/// Which core this is, to be shown and put into bug reports: its version, and after a `+` the revision it was built
/// from, where the build knew it.
#[uniffi::export]
pub fn core_build_id() -> String {
    match option_env!("ATELIER_BUILD_ID") {
        Some(revision) => format!("{}+{revision}", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    }
}
