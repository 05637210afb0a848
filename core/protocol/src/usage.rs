//! What a turn consumed.

use serde::{Deserialize, Serialize};

/// Tokens a model request took, as the vendor counts them. What a vendor does not report is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Input tokens that were neither read from nor written to the prompt cache.
    pub input_tokens: u64,
    /// Output tokens, thinking included.
    pub output_tokens: u64,
    /// Input tokens read from the prompt cache.
    pub cache_read_tokens: u64,
    /// Input tokens written to the prompt cache.
    pub cache_write_tokens: u64,
    /// The part of the output tokens that the model spent on thinking.
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Takes over the counts of a later report about the same request. Vendors repeat running totals and leave out
    /// what has not changed, so the larger number is the newer one.
    pub fn update(&mut self, later: Self) {
        self.input_tokens = self.input_tokens.max(later.input_tokens);
        self.output_tokens = self.output_tokens.max(later.output_tokens);
        self.cache_read_tokens = self.cache_read_tokens.max(later.cache_read_tokens);
        self.cache_write_tokens = self.cache_write_tokens.max(later.cache_write_tokens);
        self.reasoning_tokens = self.reasoning_tokens.max(later.reasoning_tokens);
    }

    /// How many tokens of the model's window a request and its answer took together.
    pub fn context_tokens(&self) -> u64 {
        [self.input_tokens, self.cache_read_tokens, self.cache_write_tokens, self.output_tokens]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    /// Adds another request's usage, for totals.
    pub fn add(&mut self, other: Self) {
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.cache_read_tokens = self.cache_read_tokens.saturating_add(other.cache_read_tokens);
        self.cache_write_tokens = self.cache_write_tokens.saturating_add(other.cache_write_tokens);
        self.reasoning_tokens = self.reasoning_tokens.saturating_add(other.reasoning_tokens);
    }
}
