//! What comes back from a model.

use atelier_protocol::{Json, StopReason, Usage};

/// One event of an answer.
///
/// Order: `Started`; blocks, each `BlockStarted`, deltas, `BlockFinished` (blocks of some vendors overlap: go by
/// `index`); `Usage` at any time; `Finished`, always last. A stream that breaks off ends with an error instead. Deltas
/// of one block that arrive together come as one.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelEvent {
    /// The answer begins.
    Started {
        /// The model that answers, as the vendor names it.
        model: String,
    },
    /// A block begins.
    BlockStarted {
        /// The block's number within the answer. Numbers grow and may have gaps.
        index: u32,
        /// What it holds.
        block: BlockKind,
    },
    /// More of a text block; never empty, and characters are never split.
    TextDelta {
        /// The block.
        index: u32,
        /// The text to append.
        text: String,
    },
    /// More of a thinking block; never empty.
    ThinkingDelta {
        /// The block.
        index: u32,
        /// The text to append.
        text: String,
    },
    /// More of a tool call's arguments; never empty.
    ToolInputDelta {
        /// The block.
        index: u32,
        /// A piece of JSON text; the pieces together are the arguments, and no piece at all means `{}`.
        partial_json: String,
    },
    /// A block is complete.
    BlockFinished {
        /// The block.
        index: u32,
        /// What the vendor wants back unchanged with this block, such as a thinking signature.
        vendor: Option<Json>,
    },
    /// What the request has consumed so far: running totals, for [`Usage::update`].
    Usage(Usage),
    /// The answer is complete; nothing follows.
    Finished {
        /// Why the model stopped, where the vendor says so.
        stop_reason: Option<StopReason>,
    },
}

/// What a block holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// Text for the user.
    Text,
    /// The model's thinking. It has no text where the vendor keeps it secret.
    Thinking,
    /// A tool call.
    ToolUse {
        /// The vendor's id of the call, to be named in its result.
        id: String,
        /// The tool.
        name: String,
    },
}
