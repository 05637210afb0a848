//! The façade: opens the parts, owns the runtime, and has one method for each thing a user can do.
//!
//! App, command line and server are built on this crate and `atelier-protocol` alone. It decides nothing about models,
//! storage or turns itself; it knows who does, and turns their errors into one [`WorkbenchError`].

mod agent_settings;
mod agents;
mod changes;
mod commands;
mod configuration;
mod context_use;
mod diagnostics;
mod directories;
mod elicitations;
mod error;
mod files;
mod finding;
mod git;
mod highlighting;
mod identities;
mod key_checks;
mod keys;
mod known_models;
mod local_servers;
mod logging;
mod mcp;
mod mcp_login;
mod model_lists;
mod models;
mod more_tools;
mod notify;
mod operation;
mod options;
mod reader;
mod repositories;
mod roots;
mod rules;
mod sessions;
mod settings;
mod settings_reader;
mod shared_settings;
mod steering;
mod terminals;
mod totals;
mod vendors;
mod watching;
mod workbench;
mod worktrees;
mod written_down;

pub use agent_settings::{AgentLimits, AgentSettings};
pub use atelier_agent::{Approver, ElicitationReply, Restored, RetryPolicy, Sent, TurnLimits};
pub use atelier_config::{Environment, GitIdentity, GitIdentityChange, KeyProvider, SettingName, SharedSettings};
pub use atelier_context::{CommandInfo, ExpandedCommand, InstructionSource, Scope};
pub use atelier_finding::{
    Case, ContentQuery, ContentSearch, FileMatches, FileReplacement, FoundFile, FoundFiles, FoundLine, LineKind,
    NameHit, NameHits, ReplacedLine, SearchEnd, parse_limit,
};
pub use atelier_git::{
    ArchivedWorktree, Archiving, Blame, BlameCommit, BlamePart, BranchDetails, BranchList, Change, ChangeType,
    ChangedFile, Changes, CommitFiles, CommitSummary, Committed, CommittedFile, Conflict, ConflictKind, ConflictedFile,
    CreatedWorktree, DiffHunk, DiffLine, DiffLineKind, DiffQuery, DiffStat, Discarded, FileDiff, FileVersions,
    GitStatus, GraphEdge, GraphRow, IdentitySummary, LogEntry, LogRange, LogResult, MergeKind, Moved, Notice,
    OperationState, Pulled, PushRef, PushedRef, PushedTo, Selection, Settlement, Side, StashEntry, StashSave,
    StatusFile, Tag, Version, Worktree, WorktreeChanges, WorktreeMetadata, WorktreeRequest, WorktreeStatus,
};
pub use atelier_highlight::{Kind as ColourKind, Line as ColouredLine, Span as ColourSpan};
pub use atelier_llm::Cost;
pub use atelier_terminal::{
    Attributes, Cell, CellColour, CreatedTerminal, Cursor, CursorShape, Frame, Half, Key, KeyEvent, KeyPress,
    KeypadKey, Link, Match, MediaKey, Modes, ModifierKey, Modifiers, MouseAction, MouseButton, MouseEncoding,
    MouseReport, MouseReports, NamedKey, Palette, Pattern, PatternError, Place, Rgb, Screen, ScreenEvent, ScreenSize,
    ScreenState, Selected, SelectionKind, ShellActivity, ShellState, TerminalEvent, TerminalInfo, TerminalStatus,
    Underline, Update, UpdateError,
};
pub use atelier_transcripts::{IndexEntry as SavedSession, TranscriptFormat};
pub use atelier_workspace::Stamp;
pub use changes::GraphPage;
pub use context_use::ContextUse;
pub use diagnostics::{Diagnostic, DiagnosticLevel};
pub use directories::{ChosenDirectory, DirectoryAccess};
pub use error::{ErrorKind, WorkbenchError};
pub use files::{CreatedDirectory, DirectoryEntry, DirectoryListing, FileKind, FileText, HomeDirectory};
pub use finding::{ChosenFile, FilePreview, NamedFolder, ReplaceOutcome, ReplaceReader};
pub use git::{
    BranchDone, CommitMessage, DiffText, GeneratedMessage, GitProgressEvent, GitProgressReader, GitStatusReader,
    GitTransfer, RemoteRequest, RepositoryCheck, TransferStep, Transferred,
};
pub use identities::IdentitySet;
pub use key_checks::{AuthStatus, StoredCredentials};
pub use keys::KeyEntry;
pub use local_servers::LocalServer;
pub use mcp::{
    McpAnswer, McpOrigin, McpPrompt, McpReach, McpResource, McpServerInfo, McpServerState, McpServers, McpTool,
};
pub use mcp_login::McpLogin;
pub use models::{ModelEntry, ModelRefresh, ModelSource};
pub use options::OpenOptions;
pub use reader::EventReader;
pub use rules::{ListedRule, RuleOrigin};
pub use secrecy::SecretString;
pub use settings::{Answering, CredentialStatus, ProviderChoice, SettingsChange, TurnChoice, WorkbenchSettings};
pub use settings_reader::{SettingsNotice, SettingsReader};
pub use shared_settings::{LoadedSettings, WorkspaceDirectory};
pub use terminals::{KeptTerminal, ScreenReader, TerminalDone, TerminalReader, TerminalResized};
pub use totals::{SessionTotals, Totals, TurnTotals};
pub use watching::{WorkspaceChanges, WorkspaceStream};
use workbench::blocking;
pub use workbench::{PreparedPrompt, Workbench, diagnose};
pub use worktrees::{
    AddedWorktree, NewWorktreeSession, SetupOrigin, SetupOutcome, SetupScript, Success, WorktreeSession, WorktreeType,
};
pub use written_down::diagnose_project;
