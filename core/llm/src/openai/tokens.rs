//! What a request took, as both formats count it. They call the totals by different names, and the rest the same.

use atelier_protocol::Usage;
use serde::Deserialize;

/// What the input tokens were; any may be missing or null.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct InputDetails {
    pub(crate) cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
}

/// What the output tokens were.
#[derive(Debug, Deserialize)]
pub(crate) struct OutputDetails {
    reasoning_tokens: Option<u64>,
}

/// The counts in our words. The vendor's number of input tokens has the cached ones in it, ours has not.
pub(crate) fn usage(
    input: Option<u64>,
    output: Option<u64>,
    input_details: &InputDetails,
    output_details: Option<OutputDetails>,
) -> Usage {
    let read = input_details.cached_tokens.unwrap_or_default();
    let write = input_details.cache_write_tokens.unwrap_or_default();
    Usage {
        input_tokens: input.unwrap_or_default().saturating_sub(read).saturating_sub(write),
        output_tokens: output.unwrap_or_default(),
        cache_read_tokens: read,
        cache_write_tokens: write,
        reasoning_tokens: output_details.and_then(|details| details.reasoning_tokens).unwrap_or_default(),
    }
}
